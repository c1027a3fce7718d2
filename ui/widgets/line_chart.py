"""LineChart: a chart with an upright line that is dragged to where a list is to be cut."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..style import color, font, px

_SMALL = 9.0
_GRIP = 6


class LineChart(QWidget):
    """What all of them share: the line, its grip, and dragging it.

    `margins` are left, right, top and bottom of the area the line moves in. `moved(value)`: the
    line is somewhere else; `settled(value)`: it was let go there.
    """

    moved = Signal(float)
    settled = Signal(float)

    def __init__(self, name: str, margins: tuple[int, int, int, int],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._margins = margins
        self._value = 0.0
        self._before: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    # --- what a chart says of itself ---

    @property
    @abstractmethod
    def is_ready(self) -> bool:
        """Whether there is anything to show."""

    @abstractmethod
    def _description(self) -> str:
        """Where the line is, in words to be read aloud."""

    @abstractmethod
    def _share_of(self, value: float) -> float:
        """How far to the right a value lies, 0..1."""

    @abstractmethod
    def _value_at(self, share: float) -> float:
        """The value the line may have nearest to a place."""

    @abstractmethod
    def _paint(self, painter: QPainter) -> None:
        """Everything, the line included."""

    # --- the line ---

    @property
    def value(self) -> float:
        """Where the line is."""
        return self._value

    def set_value(self, value: float) -> None:
        """Put the line at a value; emits nothing."""
        self._value = value
        if self.is_ready:
            self.setAccessibleDescription(self._description())
        self.update()

    def place_of(self, value: float) -> QPointF:
        """The middle of the line at a value, in the widget's coordinates."""
        area = self._area()
        return QPointF(area.left() + self._share_of(value) * area.width(), area.center().y())

    def _area(self) -> QRectF:
        left, right, top, bottom = map(px, self._margins)
        return QRectF(left, top, self.width() - left - right, self.height() - top - bottom)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Nothing while there is nothing to show."""
        if not self.is_ready:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(_SMALL))
        self._paint(painter)
        painter.end()

    def _paint_line(self, painter: QPainter, top: float) -> float:
        """The line from `top` down, with its grip; returns where it is."""
        x = self.place_of(self._value).x()
        painter.setPen(QPen(color("warn"), px(2)))
        painter.drawLine(QPointF(x, top), QPointF(x, self._area().bottom()))
        painter.setBrush(color("warn" if self.hasFocus() else "surface"))
        painter.drawEllipse(QPointF(x, top), px(_GRIP), px(_GRIP))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return x

    # --- dragging ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The line comes to where it is clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self.is_ready:
            self._before = self._value
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The line follows the mouse."""
        if self._before is not None:
            self._go(event.position().x())
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It stays there."""
        if event.button() == Qt.MouseButton.LeftButton and self._before is not None:
            changed, self._before = self._value != self._before, None
            if changed:
                self.settled.emit(self._value)

    def _go(self, x: float) -> None:
        """To the value at a place."""
        area = self._area()
        self._take(self._value_at((x - area.left()) / max(area.width(), 1.0)))

    def _settle_at(self, value: float) -> None:
        """To a value at once, as by a key."""
        if self._take(value):
            self.settled.emit(value)

    def _take(self, value: float) -> bool:
        if value == self._value:
            return False
        self.set_value(value)
        self.moved.emit(value)
        return True
