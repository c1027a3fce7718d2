"""The models that are kept: a row each, to be looked at, fitted anew or removed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from ...record_change import RecordChanger
from ...style import px
from ...widgets.basic import Card, button, label
from .keeping import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.pipeline.models import Finding, KeptRow

    from ...session import Session

_HEAD = ("模型", "来自", "留用时的质量", "与那时相比", "")
_STRETCH = (2, 2, 3, 3, 0)
_STATE = 3


class KeptModelsCard(Card):
    """A grid: the models down; `show_wanted(row, anew)`, `changed()` after one was removed."""

    show_wanted = Signal(object, bool)
    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._changer = RecordChanger(session, "正在保存模型", put, self)
        self._changer.changed.connect(lambda _old, _kept: self.changed.emit())
        self.sentence, self._grid = label("", wrap=True), QWidget()
        self.buttons: list[dict[str, QPushButton]] = []
        self.body.addWidget(self.sentence)
        self.body.addWidget(self._grid)
        self.hide()

    def show_finding(self, finding: Finding | None) -> None:
        """Show the models of a finding that has some to show; hidden else."""
        rows = None if finding is None else finding.registry
        self.setVisible(rows is not None)
        self.sentence.setText(finding.sentence if finding is not None else "")
        self.body.removeWidget(self._grid)
        self._grid.deleteLater()
        self.buttons = []
        self._grid = self._rows(rows or ())
        self.body.addWidget(self._grid)

    def _rows(self, rows: Sequence[KeptRow]) -> QWidget:
        """A line per model below the head."""
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, px(4), 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(10))
        for column, (words, stretch) in enumerate(zip(_HEAD, _STRETCH, strict=True)):
            if rows:
                grid.addWidget(label(words, "muted"), 0, column)
            grid.setColumnStretch(column, stretch)
        top = Qt.AlignmentFlag.AlignTop
        for place, row in enumerate(rows, 1):
            for column, words in enumerate((row.title, row.origin, row.quality, row.state)):
                said = label(words, "" if column else "strong", wrap=True)
                if row.mind and column == _STATE:
                    said.setProperty("tone", "warn")
                said.setToolTip(row.basis)
                grid.addWidget(said, place, column, top)
            grid.addWidget(self._buttons(row), place, len(_HEAD) - 1, top)
        return holder

    def _buttons(self, row: KeptRow) -> QWidget:
        """What may be done with a model."""
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        each = {
            "show": button("查看", "", partial(self.show_wanted.emit, row, False)),
            "renew": button("重新训练", "refresh", partial(self.show_wanted.emit, row, True)),
            "drop": button("删除", "trash", partial(self._drop, row)),
        }
        for key, one in each.items():
            one.setEnabled(row.there or key == "drop")
            one.setAccessibleName(f"{one.text()}：{row.title}")
            line.addWidget(one)
        self.buttons.append(each)
        return holder

    def _drop(self, row: KeptRow) -> None:
        self._changer.do(f"删除留用的模型“{row.title}”", row.kept, None)
