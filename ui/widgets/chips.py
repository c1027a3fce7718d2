"""Chips in a row that wraps, and chips that can be taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from ..icons import icon
from ..style import px
from .flow import FlowLayout

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GAP = 6


class ChipRow(QWidget):
    """A wrapping row of chips; hidden while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, spacing=px(_GAP))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_chips(self, chips: Sequence[QWidget]) -> None:
        """Replace all chips."""
        while (item := self._flow.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for chip in chips:
            self._flow.addWidget(chip)
        self.setVisible(bool(chips))
        self.updateGeometry()


class RemovableChip(QToolButton):
    """A chip with a cross; a click anywhere on it calls `removed`."""

    def __init__(self, text: str, removed: Callable[[], object], tip: str = "点击移除",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setIcon(icon("close", "accent"))
        self.setIconSize(QSize(px(12), px(12)))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setProperty("chip", "accent")
        self.setToolTip(tip)
        self.setAccessibleName(f"{text}，{tip}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda _checked=False: removed())
