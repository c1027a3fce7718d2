"""FactorList: the seven factors of one customer, each with its level and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from ..style import color, px
from .basic import Chip, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.results import FactorResult

TOP = 3
"""Levels go from 0 to 3."""


class LevelBar(QWidget):
    """Three segments filled up to a level; what the lobby saw is drawn below as a thin line."""

    def __init__(self, data: float | None, observed: float | None,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_levels(data, observed)

    def show_levels(self, data: float | None, observed: float | None) -> None:
        """Replace both levels."""
        self._data, self._observed = data, observed
        self.update()
        said = [f"数据 {_level(data)}", f"观察 {_level(observed)}"]
        self.setToolTip("，".join(said))
        self.setAccessibleName("，".join(said))

    def sizeHint(self) -> QSize:
        """Wide enough for three segments."""
        return QSize(px(84), px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Two rows of segments."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._row(painter, px(2), px(8), self._data, "accent")
        self._row(painter, px(12), px(4), self._observed, "ok")
        painter.end()

    def _row(self, painter: QPainter, top: int, height: int, level: float | None,
             token: str) -> None:
        gap = px(3)
        width = (self.width() - gap * (TOP - 1)) / TOP
        for place in range(TOP):
            left = place * (width + gap)
            painter.setBrush(color("border"))
            painter.drawRoundedRect(QRectF(left, top, width, height), px(2), px(2))
            part = min(max((level or 0.0) - place, 0.0), 1.0)
            if part:
                painter.setBrush(color(token))
                painter.drawRoundedRect(QRectF(left, top, width * part, height), px(2), px(2))


class FactorList(QWidget):
    """Per factor: name, level bar and level; below them the evidence in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(4))
        self._grid.setColumnStretch(2, 1)

    def show_factors(self, factors: Sequence[FactorResult]) -> None:
        """Replace the rows."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, factor in enumerate(factors):
            self._add(factor, 2 * number)

    def _add(self, factor: FactorResult, row: int) -> None:
        """Two rows of the grid."""
        known = factor.level is not None
        self._grid.addWidget(label(factor.name, "strong"), row, 0)
        self._grid.addWidget(LevelBar(factor.data_level, factor.observed_level), row, 1)
        box = QWidget()
        chips = QHBoxLayout(box)
        chips.setContentsMargins(0, 0, 0, 0)
        chips.addWidget(Chip(_level(factor.level), "accent" if known else "neutral"))
        if factor.conflict:
            chips.addWidget(Chip("观察与数据不一致", "warn"))
        chips.addStretch()
        self._grid.addWidget(box, row, 2)
        why = [evidence.text for evidence in factor.evidence] + list(factor.observed)
        words = label("；".join(why) or "还没有依据", "muted", wrap=True)
        words.setContentsMargins(0, 0, 0, px(6))
        self._grid.addWidget(words, row + 1, 0, 1, 3)


def whole_level(level: float) -> int:
    """The nearest of the levels there are: what data and lobby say is averaged in between."""
    return int(level + 0.5)


def _level(level: float | None) -> str:
    """A level in words."""
    return "未知" if level is None else f"{whole_level(level)} 级"
