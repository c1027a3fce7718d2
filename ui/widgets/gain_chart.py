"""GainChart: how many responses the best customers bring, and the line that cuts the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..style import color, font, px

if TYPE_CHECKING:
    from branchseg.analytics.cutoff import Curve

_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 16, 30, 40
_SMALL = 9.0
_MOST_DOTS = 40
"""With more cut-offs than these the curve is drawn without dots."""

_GRIP = 6
_FILL_ALPHA = 40
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


class GainChart(QWidget):
    """A gain chart with a line that can be dragged from cut-off to cut-off, by mouse or keys.

    Left of the line stays, right of it is dropped. `moved(score)`: the line is somewhere else;
    `settled(score)`: it was let go there.
    """

    moved = Signal(float)
    settled = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: Curve | None = None
        self._score = 0.0
        self._before: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("增益图：拖动竖线选临界分")

    # --- what is shown ---

    def show_curve(self, curve: Curve, score: float) -> None:
        """Show the cut-offs of a ranking, with the line at one of them."""
        self._curve = curve
        self.set_score(score)

    def set_score(self, score: float) -> None:
        """Put the line at a score; emits nothing."""
        self._score = score
        if self._curve is not None:
            cut = self._curve.at(score)
            self.setAccessibleDescription(f"临界分 {score:g} 分，保留 {cut.n:,} 户")
        self.update()

    @property
    def score(self) -> float:
        """Where the line is."""
        return self._score

    def sizeHint(self) -> QSize:
        """Wider than high."""
        return QSize(px(520), px(230))

    def minimumSizeHint(self) -> QSize:
        """Below this the words do not fit."""
        return QSize(px(280), px(180))

    def place_of(self, score: float) -> QPointF:
        """The middle of the line at a score, in the widget's coordinates."""
        area = self._area()
        return QPointF(area.left() + self._kept_share(score) * area.width(), area.center().y())

    def _area(self) -> QRectF:
        return QRectF(px(_LEFT), px(_TOP), self.width() - px(_LEFT) - px(_RIGHT),
                      self.height() - px(_TOP) - px(_BOTTOM))

    def _kept_share(self, score: float) -> float:
        assert self._curve is not None
        return self._curve.at(score).n / int(self._curve.kept[-1])

    def _points(self) -> list[QPointF]:
        """The curve from nobody to everybody, in the widget's coordinates."""
        assert self._curve is not None
        area, curve = self._area(), self._curve
        whole = float(curve.responses[-1]) or 1.0
        across = np.concatenate(([0.0], curve.kept / curve.kept[-1]))
        up = np.concatenate(([0.0], curve.responses / whole))
        return [QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())
                for x, y in zip(across.tolist(), up.tolist(), strict=True)]

    # --- painting ---

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Grid, diagonal, curve, what stays, and the line."""
        if self._curve is None or not len(self._curve.kept):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(_SMALL))
        self._paint_axes(painter)
        self._paint_curve(painter)
        self._paint_line(painter)
        painter.end()

    def _paint_axes(self, painter: QPainter) -> None:
        area = self._area()
        for share in _TICKS:
            x, y = area.left() + share * area.width(), area.bottom() - share * area.height()
            painter.setPen(QPen(color("border"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(color("text2"))
            painter.drawText(QRectF(0, y - px(10), px(_LEFT - 6), px(20)),
                             int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                             f"{share:.0%}")
            painter.drawText(QRectF(x - px(30), area.bottom() + px(2), px(60), px(18)),
                             int(Qt.AlignmentFlag.AlignCenter), f"{share:.0%}")
        painter.drawText(QRectF(area.left(), area.bottom() + px(19), area.width(), px(20)),
                         int(Qt.AlignmentFlag.AlignCenter),
                         "联系多少客户（分数从高到低） → 能得到多少反应；虚线是不排序、随机联系")
        painter.setPen(QPen(color("text3"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(area.bottomLeft(), area.topRight())

    def _paint_curve(self, painter: QPainter) -> None:
        area, points = self._area(), self._points()
        edge = area.left() + self._kept_share(self._score) * area.width()
        kept = [point for point in points if point.x() <= edge + 0.5]
        fill = QPainterPath(QPointF(area.left(), area.bottom()))
        for point in kept:
            fill.lineTo(point)
        fill.lineTo(QPointF(kept[-1].x(), area.bottom()))
        soft = color("accent")
        soft.setAlpha(_FILL_ALPHA)
        painter.fillPath(fill, soft)
        painter.setPen(QPen(color("accent"), px(2)))
        painter.drawPolyline(points)
        if len(points) <= _MOST_DOTS:
            painter.setBrush(color("surface"))
            for point in points[1:]:
                painter.drawEllipse(point, px(3), px(3))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_line(self, painter: QPainter) -> None:
        """The line with its grip, and what is on either side of it."""
        area = self._area()
        x = self.place_of(self._score).x()
        painter.setPen(QPen(color("warn"), px(2)))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setBrush(color("warn" if self.hasFocus() else "surface"))
        painter.drawEllipse(QPointF(x, area.top()), px(_GRIP), px(_GRIP))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle, wide = Qt.AlignmentFlag.AlignVCenter, px(98)
        for words, tone, left, side in (
                ("保留 ←", "accent", x - px(12) - wide, Qt.AlignmentFlag.AlignRight),
                ("→ 剔除", "text2", x + px(12), Qt.AlignmentFlag.AlignLeft)):
            box = QRectF(left, px(2), wide, px(18))
            if painter.boundingRect(box, int(side | middle), words).right() <= self.width():
                painter.setPen(color(tone))
                painter.drawText(box, int(side | middle), words)

    # --- dragging ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The line comes to where it is clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self._curve is not None:
            self._before = self._score
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The line follows the mouse."""
        if self._before is not None:
            self._go(event.position().x())
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It stays there."""
        if event.button() == Qt.MouseButton.LeftButton and self._before is not None:
            changed, self._before = self._score != self._before, None
            if changed:
                self.settled.emit(self._score)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right: the next higher or lower cut-off; Home and End: few, or all."""
        curve = self._curve
        steps: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1,
                                 Qt.Key.Key_Home: -(1 << 30), Qt.Key.Key_End: 1 << 30}
        if curve is None or event.key() not in steps:
            super().keyPressEvent(event)
            return
        here = int(np.searchsorted(-curve.scores, -self._score, side="right")) - 1
        place = min(max(here + steps[event.key()], 0), len(curve.scores) - 1)
        if place != here:
            self._take(float(curve.scores[place]))
            self.settled.emit(self._score)

    def _go(self, x: float) -> None:
        """To the cut-off nearest to a place."""
        assert self._curve is not None
        area = self._area()
        share = (x - area.left()) / max(area.width(), 1.0)
        kept = self._curve.kept / self._curve.kept[-1]
        self._take(float(self._curve.scores[int(np.abs(kept - share).argmin())]))

    def _take(self, score: float) -> None:
        if score != self._score:
            self.set_score(score)
            self.moved.emit(score)
