"""The sheet as it will be printed: drawn by the printer's own painter, at any size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...painting import draw_page
from ...style import color, points, px
from ...widgets.basic import Card, ElidedLabel, button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.sheets import Page

    from .work import Candidate, Candidates

_SHADOW, _MARGIN = 6, 10
_READABLE = 3.6
"""Pixels in a millimetre that make the smallest type readable at scale 1."""


class PaperSheet(QWidget):
    """One page with its shadow, as large as the widget allows; a click asks for the other size."""

    clicked = Signal(QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: Page | None = None
        self.setAccessibleName("任务单预览")

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
    """The whole page, or its readable size with scroll bars; a click changes between them."""

    zoom_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._large = False
        self.paper = PaperSheet()
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


class PreviewPane(Card):
    """The sheet of the customer in focus, and what can be done with the chosen ones."""

    print_wanted = Signal()
    pdf_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(12, 10))
        self._who, self._number = ElidedLabel("strong"), ElidedLabel()
        self.view = SheetView()
        self.zoom = button("放大", "search", self._toggle, flat=True, tip="单击页面也可以缩放")
        self.view.zoom_changed.connect(self._zoomed)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._who)
        texts.addWidget(self._number)
        head = QHBoxLayout()
        head.addLayout(texts, 1)
        head.addWidget(self.zoom)
        self.pdf = button("存为 PDF", "file", self.pdf_wanted.emit)
        self.print = button("打印…", "print", self.print_wanted.emit, primary=True,
                            tip="预览并打印（Ctrl+P）")
        self.officer = QComboBox()
        self.officer.setAccessibleName("由谁负责")
        self.officer.setToolTip("这一批任务由哪位客户经理负责；名单在“规则设置”里填")
        self.officer.hide()
        foot = QHBoxLayout()
        foot.setSpacing(px(10))
        foot.addWidget(self.pdf)
        foot.addWidget(self.print, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.officer)
        self.body.addLayout(foot)

    def assigned(self, people: Sequence[Candidate]) -> Sequence[Candidate]:
        """The candidates with the officer chosen, if one is."""
        officer = str(self.officer.currentData() or "")
        return [replace(one, officer=officer) for one in people] if officer else people

    def offer_officers(self, of_branch: Sequence[str], view: Candidates | None) -> None:
        """Whom one may make answerable: of the settings, then of the lists; hidden if nobody."""
        of_lists = view.choices["manager"] if view is not None else ()
        names = list(dict.fromkeys((*of_branch, *of_lists)))
        before = self.officer.currentData()
        self.officer.clear()
        self.officer.addItem("负责人：按名单的客户经理", "")
        for name in names:
            self.officer.addItem(f"负责人：{name}", name)
        self.officer.setCurrentIndex(max(self.officer.findData(before), 0))
        self.officer.setVisible(bool(names))

    def show_sheet(self, page: Page | None, who: str, number: str) -> None:
        """Show a page; without one, only whose it will be."""
        self._who.setText(who)
        self._number.setText(number)
        self.zoom.setEnabled(page is not None)
        self.view.show_page(page)

    def set_count(self, count: int, *, busy: bool) -> None:
        """How many sheets the buttons are about."""
        self.print.setText(f"打印 {count:,} 张…" if count else "打印…")
        for each in (self.print, self.pdf):
            each.setEnabled(count > 0 and not busy)

    def _toggle(self) -> None:
        self.view.set_large(large=not self.view.large)

    def _zoomed(self, large: bool) -> None:  # noqa: FBT001 - a slot
        self.zoom.setText("整页" if large else "放大")
