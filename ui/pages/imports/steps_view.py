"""StepsView: what was done with a list, step by step, in words with figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ...style import px
from ...widgets.basic import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.quality import CleaningStep

_NUMBER, _STAGE = 28, 96
_NONE = "这次导入没有留下步骤记录：它是用较早的版本导入的。"


class StepsView(QScrollArea):
    """Numbered steps, one a row; long ones wrap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("清洗步骤")
        self.lines: list[tuple[str, str]] = []

    def show_steps(self, steps: Sequence[CleaningStep]) -> None:
        """Replace the steps; without any, say why."""
        self.lines = [(step.stage, step.text) for step in steps]
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(10))
        grid.setColumnMinimumWidth(0, px(_NUMBER))
        grid.setColumnMinimumWidth(1, px(_STAGE))
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, (stage, said) in enumerate(self.lines):
            grid.addWidget(label(str(row + 1), "muted"), row, 0, top)
            grid.addWidget(label(stage, "strong"), row, 1, top)
            grid.addWidget(label(said, wrap=True), row, 2, top)
        column.addLayout(grid)
        if not self.lines:
            column.addWidget(label(_NONE, "muted", wrap=True))
        column.addStretch()
        self.setWidget(body)
