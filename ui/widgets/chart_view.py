"""ChartView: a chart drawn by the worker, shown as an image whose marks can be clicked.

Drawing with matplotlib takes a tenth of a second and more, so it is not done in this thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ..style import color, points, px

if TYPE_CHECKING:
    from branchseg.charts import Mark, Rendering

RATIO = 5.2 / 9.0
"""Height to width, as charts of many customers are laid out."""
_DPI = 96.0
_WIDTH, _LEAST_WIDTH = 480, 280
_COMFORT, _SMALLEST = 620, 0.84
"""Below this width letters shrink, by no more than that, so that words beside each other fit."""
_LEAST = 20
"""Side of the smallest area that can be clicked, in pixels at scale 1."""
_PAUSE_MS = 150


class ChartView(QWidget):
    """One chart. Arrow keys go from mark to mark, Enter clicks the marked one.

    `at_rest` is False until the widget has been laid out and while it is being resized: it is
    not worth drawing for `pixels` then.

    Signals:
        mark_clicked(Mark): show the customers behind it.
        enlarge_wanted: a double click beside the marks.
        size_changed: draw it anew for `pixels`; until then the old image is stretched.
    """

    mark_clicked = Signal(object)
    enlarge_wanted = Signal()
    size_changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, ratio: float = RATIO,
                 dpi: float = _DPI) -> None:
        """`ratio` is height to width; a lower `dpi` makes smaller letters."""
        super().__init__(parent)
        self._ratio, self._dpi = ratio, dpi
        self._image = QImage()
        self._areas: list[tuple[QRectF, Mark]] = []
        self._hot = -1
        self.at_rest = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._come_to_rest)

    # --- what is shown ---

    @property
    def pixels(self) -> tuple[int, int, float]:
        """Width and height in device pixels and the resolution to draw a chart with."""
        ratio = self.devicePixelRatioF()
        shrink = min(max(self.width() / px(_COMFORT), _SMALLEST), 1.0)
        dpi = self._dpi * ratio * points(shrink)
        return round(self.width() * ratio), round(self.height() * ratio), dpi

    def show_rendering(self, drawn: Rendering, meaning: str = "") -> None:
        """Show a drawn chart; `meaning` is read to those who cannot see it."""
        self._image = QImage(drawn.pixels, drawn.width, drawn.height, 4 * drawn.width,
                             QImage.Format.Format_RGBA8888).copy()
        self._hot = -1
        self._areas = [
            (QRectF(area.left / drawn.width, area.top / drawn.height,
                    area.width / drawn.width, area.height / drawn.height), area.mark)
            for area in drawn.areas
        ]
        self.setAccessibleName(meaning)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._image, self._areas, self._hot = QImage(), [], -1
        self.update()

    @property
    def marks(self) -> list[Mark]:
        """The marks that can be clicked, each once, in the order drawn."""
        return list({mark.gid: mark for _, mark in self._areas}.values())

    def place_of(self, mark: Mark) -> QPointF:
        """The middle of the largest area of a mark, in the widget's coordinates."""
        boxes = [self._box(area) for area, other in self._areas if other.gid == mark.gid]
        return max(boxes, key=lambda box: box.width() * box.height()).center()

    def mark_at(self, place: QPointF) -> Mark | None:
        """The mark at a place; one hit exactly beats one that is only near."""
        for spare in (False, True):
            for area, mark in reversed(self._areas):
                if self._box(area, spare=spare).contains(place):
                    return mark
        return None

    def _box(self, area: QRectF, *, spare: bool = False) -> QRectF:
        """An area in the widget's coordinates; `spare` makes small ones easier to hit."""
        box = QRectF(area.x() * self.width(), area.y() * self.height(),
                     area.width() * self.width(), area.height() * self.height())
        if spare:
            across = max(px(_LEAST) - box.width(), 0.0) / 2
            down = max(px(_LEAST) - box.height(), 0.0) / 2
            box.adjust(-across, -down, across, down)
        return box

    # --- layout and painting ---

    def sizeHint(self) -> QSize:
        """As in print, but smaller."""
        return QSize(px(_WIDTH), self.heightForWidth(px(_WIDTH)))

    def minimumSizeHint(self) -> QSize:
        """Below this the words do not fit."""
        return QSize(px(_LEAST_WIDTH), self.heightForWidth(px(_LEAST_WIDTH)))

    def heightForWidth(self, width: int) -> int:
        """A chart keeps its shape."""
        return round(width * self._ratio)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for a new drawing once the size is at rest."""
        super().resizeEvent(event)
        self.at_rest = False
        self._pause.start()

    def _come_to_rest(self) -> None:
        self.at_rest = True
        self.size_changed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The image, and a frame around the hot mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._image.isNull():
            painter.drawImage(self.rect(), self._image)
        if 0 <= self._hot < len(self.marks):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color("accent"), px(2)))
            gid = self.marks[self._hot].gid
            for area, mark in self._areas:
                if mark.gid == gid:
                    box = self._box(area).adjusted(-2, -2, 2, 2)
                    painter.drawRoundedRect(box, px(3), px(3))
        painter.end()

    # --- mouse and keys ---

    def event(self, event: QEvent) -> bool:
        """The tool tip of the mark below the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            mark = self.mark_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), describe(mark) if mark else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand and a frame over what can be clicked."""
        mark = self.mark_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if mark else Qt.CursorShape.ArrowCursor)
        self._heat(mark)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is below the mouse any more."""
        super().leaveEvent(event)
        self._heat(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a mark."""
        mark = self.mark_at(event.position())
        if mark is not None and event.button() == Qt.MouseButton.LeftButton:
            self.mark_clicked.emit(mark)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Beside the marks: show it large."""
        if self.mark_at(event.position()) is None:
            self.enlarge_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a mark, Enter clicks it."""
        steps: dict[int, int] = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        marks, step = self.marks, steps.get(event.key(), 0)
        if step and marks:
            before = self._hot if self._hot >= 0 else -max(step, 0)
            self._hot = (before + step) % len(marks)
            mark = marks[self._hot]
            self.setAccessibleDescription(describe(mark))
            QToolTip.showText(self.mapToGlobal(self.place_of(mark).toPoint()), describe(mark),
                              self)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._hot < len(marks):
            self.mark_clicked.emit(marks[self._hot])
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's mark goes with the focus."""
        super().focusOutEvent(event)
        self._heat(None)

    def _heat(self, mark: Mark | None) -> None:
        """Frame a mark."""
        gids = [each.gid for each in self.marks]
        hot = gids.index(mark.gid) if mark is not None else -1
        if hot != self._hot:
            self._hot = hot
            self.update()


def describe(mark: Mark) -> str:
    """What a mark says under the mouse."""
    return f"{mark.title}\n{len(mark.positions):,} 户，点击查看"
