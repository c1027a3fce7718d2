"""Chips in a row that wraps, and chips that can be taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QToolButton, QWidget

from ..icons import icon
from ..style import px

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GAP = 6


class Flow(QLayout):
    """Puts widgets one after another and begins a new line where the room ends."""

    def __init__(self, parent: QWidget | None = None, gap: int = _GAP) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(px(gap))

    def addItem(self, item: QLayoutItem) -> None:
        """Qt hands over every widget that is added."""
        self._items.append(item)

    def count(self) -> int:
        """How many widgets."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        """One of them; None past the end, as Qt asks for it."""
        found = self._items[index] if 0 <= index < len(self._items) else None
        return found  # type: ignore[return-value]  # Qt stops at None

    def takeAt(self, index: int) -> QLayoutItem:
        """Give one back; None past the end."""
        found = self._items.pop(index) if 0 <= index < len(self._items) else None
        return found  # type: ignore[return-value]  # Qt stops at None

    def replace(self, widgets: Sequence[QWidget]) -> None:
        """Delete the widgets there are and show these."""
        while self._items:
            gone = self.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        for widget in widgets:
            self.addWidget(widget)
        self.invalidate()

    def hasHeightForWidth(self) -> bool:
        """A narrow row needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high all lines are."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put everything in its place."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """The least there must be."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Room for the widest widget."""
        least = QSize(0, 0)
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return least

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        """Walk along the lines; the height of all of them."""
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self.spacing(), 0
            if place:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()
            line = max(line, size.height())
        return y + line - rect.y()


class ChipRow(QWidget):
    """A wrapping row of chips; hidden while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = Flow(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_chips(self, chips: Sequence[QWidget]) -> None:
        """Replace all chips."""
        self._flow.replace(chips)
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
