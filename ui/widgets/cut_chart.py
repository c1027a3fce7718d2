"""CutChart: how customers lie over an amount or a score, and the line that cuts them in two."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..style import color, px
from .line_chart import LineChart

if TYPE_CHECKING:
    from branchseg.pipeline.cutpoints import Distribution

_MARGINS = (20, 20, 44, 40)
_COUNTS, _ROOTS = "数字是两条刻度之间的户数", "柱高是户数的平方根，少数客户也看得见"
_HANDLE = 20
"""How far the line stands out above the bars."""
_MOST_WHOLE = 100
"""Amounts above are snapped to two digits while the line is dragged."""


class CutChart(LineChart):
    """A histogram with a line that can be dragged, by mouse or keys.

    All bars are equally wide; as the edges of amounts rise like their logarithms, so does the
    axis.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("客户分布：拖动竖线改切点", _MARGINS, parent)
        self._shown: Distribution | None = None
        self._now = 0.0

    # --- what is shown ---

    def show_distribution(self, shown: Distribution | None, value: float, now: float) -> None:
        """Show other customers, with the line at a value and a thin one at that in force."""
        self._shown, self._now = shown, now
        self.set_value(value)

    @property
    def is_ready(self) -> bool:
        """Whether there are customers to show."""
        return self._shown is not None

    def _description(self) -> str:
        assert self._shown is not None
        words = self._shown.point.parameter.words(self._value)
        return f"切点 {words}，线下 {self._shown.below(self._value):,} 户"

    def sizeHint(self) -> QSize:
        """Wider than high."""
        return QSize(px(620), px(210))

    def minimumSizeHint(self) -> QSize:
        """Below this the words do not fit."""
        return QSize(px(320), px(150))

    def _share_of(self, value: float) -> float:
        """How far to the right a value lies, 0..1."""
        assert self._shown is not None
        edges = self._shown.point.edges
        return float(np.interp(value, edges, np.linspace(0, 1, len(edges))))

    # --- painting ---

    def _paint(self, painter: QPainter) -> None:
        """Bars, axis, how many between the ticks, and the line."""
        assert self._shown is not None
        self._paint_bars(painter, self._shown)
        self._paint_axis(painter, self._shown)
        self._paint_lines(painter, self._shown)

    def _paint_bars(self, painter: QPainter, shown: Distribution) -> None:
        """The root of the count, so that few customers are seen beside many."""
        area, edges = self._area(), shown.point.edges
        width = area.width() / len(shown.counts)
        most = max(shown.counts) or 1
        painter.setPen(Qt.PenStyle.NoPen)
        for place, count in enumerate(shown.counts):
            if not count:
                continue
            height = max((count / most) ** 0.5 * area.height(), 2.0)
            under = edges[place + 1] <= self._value
            painter.setBrush(color("control" if under else "accent"))
            painter.drawRect(QRectF(area.left() + place * width + 1, area.bottom() - height,
                                    max(width - 2, 1.0), height))

    def _paint_axis(self, painter: QPainter, shown: Distribution) -> None:
        area, point = self._area(), shown.point
        painter.setPen(QPen(color("border2"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        places = [area.left() + self._share_of(tick) * area.width() for tick in point.ticks]
        for tick, x in zip(point.ticks, places, strict=True):
            painter.setPen(QPen(color("border"), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + px(4)))
            painter.setPen(color("text2"))
            painter.drawText(QRectF(x - px(50), area.bottom() + px(3), px(100), px(18)),
                             int(Qt.AlignmentFlag.AlignCenter), point.parameter.words(tick))
        ends = [area.left(), *places, area.right()]
        for count, left, right in zip(shown.bands, ends, ends[1:], strict=False):
            box = QRectF(left, area.top() - px(20), right - left, px(18))
            words = f"{count:,}"
            if painter.fontMetrics().horizontalAdvance(words) <= box.width():
                painter.setPen(color("text2" if count else "text3"))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.setPen(color("text2"))
        box = QRectF(0, area.bottom() + px(21), self.width(), px(18))
        words = next((one for one in (f"{shown.measure} →　{_COUNTS}；{_ROOTS}",
                                      f"{shown.measure} →　{_COUNTS}")
                      if painter.fontMetrics().horizontalAdvance(one) <= box.width()),
                     f"{shown.measure} →")
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)

    def _paint_lines(self, painter: QPainter, shown: Distribution) -> None:
        """Where the threshold is now in force, and the line with its value."""
        area = self._area()
        if self._now != self._value:
            x = self.place_of(self._now).x()
            painter.setPen(QPen(color("text2"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        x = self._paint_line(painter, area.top() - px(_HANDLE))
        words = shown.point.parameter.words(self._value)
        wide = painter.fontMetrics().horizontalAdvance(words) + px(8)
        left = min(max(x - wide / 2, 0.0), self.width() - wide)
        painter.setPen(color("warn"))
        painter.drawText(QRectF(left, 0, wide, px(17)), int(Qt.AlignmentFlag.AlignCenter), words)

    # --- moving the line ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right: a step of one bar, snapped to its edge."""
        steps: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if self._shown is None or event.key() not in steps:
            super().keyPressEvent(event)
            return
        edges = self._shown.point.edges
        back = steps[event.key()] < 0
        place = bisect_left(edges, self._value) - 1 if back else bisect_right(edges, self._value)
        if 0 <= place < len(edges):
            self._settle_at(self._snapped(edges[place]))

    def _value_at(self, share: float) -> float:
        assert self._shown is not None
        edges = self._shown.point.edges
        return self._snapped(float(np.interp(share, np.linspace(0, 1, len(edges)), edges)))

    def _snapped(self, value: float) -> float:
        """A round number within the range of the threshold."""
        assert self._shown is not None
        parameter = self._shown.point.parameter
        if parameter.maximum <= 1:
            value = round(value, 2)
        elif abs(value) > _MOST_WHOLE:
            value = float(f"{value:.2g}")
        else:
            value = float(round(value))
        return min(max(value, parameter.minimum), parameter.maximum)
