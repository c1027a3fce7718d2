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
        self.body.addWidget(label("怎么做", "section"))
        self.body.addWidget(self._grid)
        self.hide()

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
        for row, group in enumerate(told, 1):
            for column, words in enumerate((group.name, *(said for _, said in group.answers))):
                grid.addWidget(label(words, "" if column else "strong", wrap=True), row, column,
                               Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._grid)
