"""GainChart: how many responses the best customers bring, and the line that cuts the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from ..style import color, px
from .line_chart import LineChart

if TYPE_CHECKING:
    from branchseg.analytics.cutoff import Curve

_LEFT = 48
_MARGINS = (_LEFT, 16, 30, 40)
_MOST_DOTS = 40
"""With more cut-offs than these the curve is drawn without dots."""

_FILL_ALPHA = 40
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


class GainChart(LineChart):
    """A gain chart with a line that can be dragged from cut-off to cut-off, by mouse or keys.

    Left of the line stays, right of it is dropped. Values are scores.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("增益图：拖动竖线选临界分", _MARGINS, parent)
        self._curve: Curve | None = None

    # --- what is shown ---

    def show_curve(self, curve: Curve, score: float) -> None:
        """Show the cut-offs of a ranking, with the line at one of them."""
        self._curve = curve
        self.set_value(score)

    @property
    def is_ready(self) -> bool:
        """Whether there is a ranking with anybody in it."""
        return self._curve is not None and len(self._curve.kept) > 0

    def _description(self) -> str:
        assert self._curve is not None
        return f"临界分 {self._value:g} 分，保留 {self._curve.at(self._value).n:,} 户"

    def sizeHint(self) -> QSize:
        """Wider than high."""
        return QSize(px(520), px(230))

    def minimumSizeHint(self) -> QSize:
        """Below this the words do not fit."""
        return QSize(px(280), px(180))

    def _share_of(self, value: float) -> float:
        assert self._curve is not None
        return self._curve.at(value).n / int(self._curve.kept[-1])

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

    def _paint(self, painter: QPainter) -> None:
        """Grid, diagonal, curve, what stays, and the line."""
        self._paint_axes(painter)
        self._paint_curve(painter)
        self._paint_sides(painter, self._paint_line(painter, self._area().top()))

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
        edge = area.left() + self._share_of(self._value) * area.width()
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

    def _paint_sides(self, painter: QPainter, x: float) -> None:
        """What is on either side of the line."""
        middle, wide = Qt.AlignmentFlag.AlignVCenter, px(98)
        for words, tone, left, side in (
                ("保留 ←", "accent", x - px(12) - wide, Qt.AlignmentFlag.AlignRight),
                ("→ 剔除", "text2", x + px(12), Qt.AlignmentFlag.AlignLeft)):
            box = QRectF(left, px(2), wide, px(18))
            if painter.boundingRect(box, int(side | middle), words).right() <= self.width():
                painter.setPen(color(tone))
                painter.drawText(box, int(side | middle), words)

    # --- moving the line ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right: the next higher or lower cut-off; Home and End: few, or all."""
        curve = self._curve
        steps: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1,
                                 Qt.Key.Key_Home: -(1 << 30), Qt.Key.Key_End: 1 << 30}
        if curve is None or event.key() not in steps:
            super().keyPressEvent(event)
            return
        here = int(np.searchsorted(-curve.scores, -self._value, side="right")) - 1
        place = min(max(here + steps[event.key()], 0), len(curve.scores) - 1)
        if place != here:
            self._settle_at(float(curve.scores[place]))

    def _value_at(self, share: float) -> float:
        assert self._curve is not None
        kept = self._curve.kept / self._curve.kept[-1]
        return float(self._curve.scores[int(np.abs(kept - share).argmin())])
