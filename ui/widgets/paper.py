"""A page as it will be printed: drawn by the printer's own painter, at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ..painting import draw_page
from ..style import color, points, px

if TYPE_CHECKING:
    from branchseg.sheets import Page

_SHADOW, _MARGIN = 6, 10
_READABLE = 3.6
"""Pixels in a millimetre that make the smallest type readable at scale 1."""


class PaperSheet(QWidget):
    """One page with its shadow, as large as the widget allows; a click asks for the other size."""

    clicked = Signal(QPointF)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: Page | None = None
        self.setAccessibleName(name)

    def show_page(self, page: Page | None) -> None:
        """Replace the page; None shows nothing."""
        self._page = page
        shape = Qt.CursorShape.PointingHandCursor if page else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.update()

    @property
    def page(self) -> Page | None:
        """The page shown."""
        return self._page

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Shadow, white paper, marks."""
        page = self._page
        if page is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(px(_MARGIN), px(_MARGIN), -px(_MARGIN), -px(_MARGIN))
        scale = min(room.width() / page.width, room.height() / page.height)
        sheet = QRectF(0, 0, page.width * scale, page.height * scale)
        sheet.moveCenter(room.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 5))
        for step in range(px(_SHADOW), 0, -1):
            painter.drawRoundedRect(sheet.adjusted(-step, 1 - step, step, 1 + step), step, step)
        painter.setBrush(Qt.GlobalColor.white)
        painter.setPen(color("border2"))
        painter.drawRect(sheet)
        painter.translate(sheet.topLeft())
        painter.setClipRect(QRectF(0, 0, sheet.width(), sheet.height()))
        draw_page(painter, page, scale)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Where it was clicked, as shares of width and height."""
        if self._page is not None and event.button() == Qt.MouseButton.LeftButton:
            at = event.position()
            self.clicked.emit(QPointF(at.x() / self.width(), at.y() / self.height()))


class SheetView(QScrollArea):
    """The whole page, or its readable size with scroll bars; a click changes between them.

    `name` is what a screen reader says.
    """

    zoom_changed = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._large = False
        self.paper = PaperSheet(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self.paper)
        self.paper.clicked.connect(self._clicked)
        self._fit()

    def show_page(self, page: Page | None) -> None:
        """Replace the page."""
        self.paper.show_page(page)
        self._fit()

    @property
    def large(self) -> bool:
        """Whether the page is shown in its readable size."""
        return self._large

    def set_large(self, *, large: bool) -> None:
        """Choose the size."""
        if large != self._large:
            self._large = large
            self._fit()
            self.zoom_changed.emit(large)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The whole page follows the room."""
        super().resizeEvent(event)
        self._fit()

    def _clicked(self, shares: QPointF) -> None:
        """The other size, with the place that was clicked in the middle."""
        self.set_large(large=not self._large)
        for bar, share in ((self.horizontalScrollBar(), shares.x()),
                           (self.verticalScrollBar(), shares.y())):
            bar.setValue(round(share * (bar.maximum() + bar.pageStep()) - bar.pageStep() / 2))

    def _fit(self) -> None:
        page, room = self.paper.page, self.viewport().size()
        if page is None or not self._large:
            self.paper.resize(room)
            return
        edge = 2 * px(_MARGIN)
        scale = max(points(_READABLE), (room.width() - edge) / page.width)
        self.paper.resize(QSize(round(page.width * scale) + edge,
                                round(page.height * scale) + edge))
