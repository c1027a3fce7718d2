"""FlowLayout: widgets one after another, on as many lines as the width asks for.

Items from `trailing` on stand at the right end of their line.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_Sized = tuple[int, QLayoutItem, QSize]
"""An item's number, the item, and its size."""


class FlowLayout(QLayout):
    """Lines are filled from the left; an item that does not fit begins the next line."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 0) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._height = 0
        self.trailing = 1 << 30
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item in; `addWidget` comes here."""
        self._items.append(item)

    def count(self) -> int:
        """How many items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """An item, None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove an item, None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It never asks for more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Less width, more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at a width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put every item in its place."""
        super().setGeometry(rect)
        height = self._arrange(rect, move=True)
        if height != self._height:  # who is around has to make room
            self._height = height
            parent = self.parentWidget()
            if parent is not None:
                parent.updateGeometry()

    def sizeHint(self) -> QSize:
        """As small as it may be."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The largest item alone, as high as all lines are at the present width."""
        size = QSize(0, self._height)
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Go through the lines; returns their height."""
        y = rect.top()
        for line in self._lines(rect.width()):
            height = max(size.height() for _, _, size in line)
            if move:
                self._place(line, QRect(rect.left(), y, rect.width(), height))
            y += height + self.spacing()
        return max(y - self.spacing() - rect.top(), 0)

    def _lines(self, width: int) -> list[list[_Sized]]:
        """The items that are there, in lines no longer than `width`."""
        lines: list[list[_Sized]] = []
        x = 0
        for number, item in enumerate(self._items):
            if item.isEmpty():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(width, item.minimumSize().width())))
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((number, item, size))
            x += size.width() + self.spacing()
        return lines

    def _place(self, line: list[_Sized], room: QRect) -> None:
        """Put the items of one line in their places, in the middle of its height."""
        used = sum(size.width() + self.spacing() for _, _, size in line) - self.spacing()
        x, spare = room.left(), room.width() - used
        for number, item, size in line:
            if number >= self.trailing:
                x, spare = x + spare, 0
            drop = (room.height() - size.height()) // 2
            item.setGeometry(QRect(QPoint(x, room.top() + drop), size))
            x += size.width() + self.spacing()
