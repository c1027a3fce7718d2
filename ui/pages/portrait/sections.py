"""Pieces the panes of the portrait are made of: scrolling pane, section, pairs, tiles, bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...style import color, px
from ...widgets.basic import label, restyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import Holding


class Pane(QScrollArea):
    """One scrolling column; put sections into `self.column`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(px(16), px(10), px(14), px(14))
        self.column.setSpacing(px(16))
        self.setWidget(inner)

    def section(self, title: str) -> QVBoxLayout:
        """A titled section at the end of the pane; returns its room."""
        room = QVBoxLayout()
        room.setSpacing(px(6))
        if title:
            room.addWidget(label(title, "section"))
        self.column.addLayout(room)
        return room


def clear(grid: QGridLayout) -> None:
    """Delete everything in a grid."""
    while (item := grid.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def words(text: str, role: str = "", tone: str = "") -> QLabel:
    """A wrapping text that can be selected with the mouse."""
    made = label(text, role, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if tone:
        restyle(made, "tone", tone)
    return made


class Pairs(QWidget):
    """Labels at the left, their values at the right of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(5))
        self._grid.setColumnMinimumWidth(0, px(72))
        self._grid.setColumnStretch(1, 1)

    def show_pairs(self, pairs: Sequence[tuple[str, str, str]]) -> None:
        """Replace all: (label, value, tone)."""
        clear(self._grid)
        for row, (name, value, tone) in enumerate(pairs):
            self._grid.addWidget(label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words(value, tone=tone), row, 1)


class Tiles(QWidget):
    """The product matrix: a tile per product, pale where nothing is held."""

    COLUMNS = 3

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(px(6))

    def show_holdings(self, holdings: Sequence[Holding]) -> None:
        """Replace all tiles; those held come first."""
        clear(self._grid)
        ordered = sorted(holdings, key=lambda one: not one.amount)
        for place, holding in enumerate(ordered):
            self._grid.addWidget(_tile(holding), place // self.COLUMNS, place % self.COLUMNS)
        for place in range(self.COLUMNS):
            self._grid.setColumnStretch(place, 1)


def _tile(holding: Holding) -> QFrame:
    """Name above, amount below."""
    tile = QFrame()
    tile.setProperty("tile", "held" if holding.amount else "none")
    tile.setToolTip(holding.full)
    tile.setAccessibleName(holding.full)
    column = QVBoxLayout(tile)
    column.setContentsMargins(px(10), px(6), px(6), px(6))
    column.setSpacing(0)
    column.addWidget(label(holding.label, "muted"))
    column.addWidget(label(holding.amount or "未持有", "strong" if holding.amount else "muted"))
    return tile


class ReachBar(QWidget):
    """How much of a threshold is reached."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None) -> None:
        """A share of 0..1; unknown hides the bar."""
        self.setVisible(share is not None)
        self._share = min(max(share or 0.0, 0.0), 1.0)
        self.setAccessibleName(f"已达到下一层级门槛的 {self._share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(px(120), px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rounded bar, filled from the left."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("border"))
        height = float(self.height())
        painter.drawRoundedRect(QRectF(0, 0, self.width(), height), height / 2, height / 2)
        if self._share:
            painter.setBrush(color("accent"))
            filled = max(self.width() * self._share, height)
            painter.drawRoundedRect(QRectF(0, 0, filled, height), height / 2, height / 2)
        painter.end()
