"""ShareBar: how a whole falls into parts, as one bar with its legend below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..style import color, px
from .basic import label

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEIGHT, _GAP, _DOT = 14, 2, 10


@dataclass(frozen=True, slots=True)
class Share:
    """One part: its word, how many, and a colour token of `style.Tokens`."""

    word: str
    count: int
    token: str


class ShareBar(QWidget):
    """Parts with nobody in them stay in the legend and take no room in the bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _Bar()
        self._legend = QHBoxLayout()
        self._legend.setSpacing(px(24))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self._bar)
        column.addLayout(self._legend)

    def show_shares(self, shares: Sequence[Share]) -> None:
        """Replace all parts."""
        while (item := self._legend.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.deleteLater()
        whole = max(sum(share.count for share in shares), 1)
        self._legend.addStretch()
        for share in shares:
            self._legend.addWidget(_entry(share, whole))
        self._legend.addStretch()
        self._bar.shares = tuple(shares)
        self._bar.update()
        self.setAccessibleName("，".join(f"{share.word} {share.count:,} 户" for share in shares))


def _entry(share: Share, whole: int) -> QWidget:
    """A dot, the word, the figure and its share."""
    box = QWidget()
    dot = QLabel()
    dot.setPixmap(_dot(share.token))
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(6))
    row.addWidget(dot)
    row.addWidget(label(share.word, "muted"))
    row.addWidget(label(f"{share.count:,} 户", "strong"))
    row.addWidget(label(f"{share.count / whole:.0%}", "muted"))
    return box


def _dot(token: str) -> QPixmap:
    """A disc in the colour of a part."""
    drawn = QPixmap(px(_DOT), px(_DOT))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(token))
    painter.drawEllipse(drawn.rect())
    painter.end()
    return drawn


class _Bar(QWidget):
    """The bar alone."""

    def __init__(self) -> None:
        super().__init__()
        self.shares: tuple[Share, ...] = ()
        self.setFixedHeight(px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The parts side by side in one rounded strip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strip = QPainterPath()
        strip.addRoundedRect(QRectF(self.rect()), px(_HEIGHT) / 2, px(_HEIGHT) / 2)
        painter.setClipPath(strip)
        painter.fillRect(self.rect(), color("border"))
        painter.setPen(Qt.PenStyle.NoPen)
        present = [share for share in self.shares if share.count]
        room = self.width() - _GAP * max(len(present) - 1, 0)
        whole, left = sum(share.count for share in present), 0.0
        for share in present:
            width = room * share.count / whole
            painter.fillRect(QRectF(left, 0, width, self.height()), color(share.token))
            left += width + _GAP
        painter.end()
