"""ScrollColumn: a section that scrolls where it is low, with a row that folds where narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from ...style import GAP, px


class ScrollColumn(QScrollArea):
    """Put cards into `column`; what stands in `row` is side by side where there is room."""

    def __init__(self, *, narrow_below: int) -> None:
        """`narrow_below` is a width in pixels at 100 %."""
        super().__init__()
        self._narrow_below = narrow_below
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(px(GAP))
        self.row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.row.setSpacing(px(GAP))
        self.setWidget(content)

    def set_narrow(self, *, narrow: bool) -> None:
        """Fold the row, or not."""
        self.row.setDirection(QBoxLayout.Direction.TopToBottom if narrow
                              else QBoxLayout.Direction.LeftToRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold where it is narrow."""
        super().resizeEvent(event)
        self.set_narrow(narrow=self.width() < px(self._narrow_below))
