"""What a model answers to the questions of a campaign, a row per group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ...style import px
from ...widgets.basic import Card, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.pipeline.models import Group

_NAME = 150


class AnswersCard(Card):
    """A grid: the groups down, the questions across."""

    def __init__(self) -> None:
        super().__init__(padding=(12, 8))
        self._grid = QWidget()
        self._rows: list[tuple[str, ...]] = []
        self.body.addWidget(label("怎么做", "section"))
        self.body.addWidget(self._grid)
        self.hide()

    def said(self) -> list[tuple[str, ...]]:
        """What is shown: a row per group, its name first."""
        return self._rows

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show the answers of all groups that have some; nothing without any."""
        told = [group for group in groups if group.answers]
        self.setVisible(bool(told))
        self.body.removeWidget(self._grid)
        self._grid.deleteLater()
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        grid.setColumnMinimumWidth(0, px(_NAME))
        for column, (question, _) in enumerate(told[0].answers if told else (), 1):
            grid.addWidget(label(question, "muted"), 0, column)
            grid.setColumnStretch(column, 1)
        self._rows = [(group.name, *(said for _, said in group.answers)) for group in told]
        for row, cells in enumerate(self._rows, 1):
            for column, words in enumerate(cells):
                grid.addWidget(label(words, "" if column else "strong", wrap=True), row, column,
                               Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._grid)
