"""ScrollBody: gives a page the room it needs at least, and scroll bars where there is less."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class _Rigid(QVBoxLayout):
    """A layout that never asks for more height than the minimum of what is in it.

    A scroll area would give texts that wrap, and all beside them, their favourite height: the
    page would scroll though it fits.
    """

    def hasHeightForWidth(self) -> bool:
        """The height is that of the widgets, whatever the width."""
        return False


class ScrollBody(QScrollArea):
    """Around one page: as large as the room, never smaller than the page's minimum."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        holder = QWidget()
        column = _Rigid(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(holder)

    def minimumSizeHint(self) -> QSize:
        """As small as anybody wants."""
        return QSize(0, 0)
