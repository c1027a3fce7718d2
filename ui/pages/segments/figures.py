"""The row of figures above the charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ...columns import show_amount_short
from ...style import GAP, px
from ...widgets.basic import KpiCard

if TYPE_CHECKING:
    from branchseg.pipeline.overview import Overview

_CARDS = (
    # key of the Overview's group, title, icon, tone
    ("everybody", "客户数", "customers", "accent"),
    ("effective", "有效客户", "check", "ok"),
    ("dormant", "休眠客户", "clock", "warn"),
    ("unverified", "待核实", "help", "danger"),
    ("aum", "AUM 总额", "money", "accent"),
    ("top", "前 20% 客户持有", "star", "accent"),
)
_ONE_ROW_FROM = 1000


class FigureCards(QWidget):
    """Six cards in one row, or in two where it is narrow.

    `group_clicked(title, positions)`: show the customers behind a card.
    """

    group_clicked = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[str, KpiCard] = {}
        self._figures: Overview | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(px(GAP))
        for key, title, picture, tone in _CARDS:
            card = KpiCard(title, picture, tone, link=key != "aum")
            card.clicked.connect(lambda key=key, title=title: self._clicked(key, title))
            self.cards[key] = card
        self._columns = 0
        self._arrange(len(_CARDS))

    def set_low(self, *, low: bool) -> None:
        """One line each."""
        for card in self.cards.values():
            card.set_low(low=low)

    def show_figures(self, figures: Overview) -> None:
        """Replace all figures."""
        self._figures = figures
        whole = len(figures.everybody)
        for key in ("everybody", "effective", "dormant", "unverified"):
            count = len(getattr(figures, key))
            detail = (f"其中无效 {len(figures.invalid):,} 户" if key == "everybody"
                      else f"占 {count / max(whole, 1):.1%}")
            self.cards[key].set(f"{count:,}", detail)
        average = figures.aum / figures.aum_known if figures.aum_known else float("nan")
        self.cards["aum"].set(show_amount_short(figures.aum),
                              f"户均 {show_amount_short(average)}")
        share = "–" if figures.top_share is None else f"{figures.top_share:.1%}"
        self.cards["top"].set(share, f"资产最高的 {len(figures.top):,} 户")

    def _clicked(self, key: str, title: str) -> None:
        if self._figures is not None:
            self.group_clicked.emit(title, getattr(self._figures, key).tolist())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One row or two."""
        super().resizeEvent(event)
        self._arrange(len(_CARDS) if self.width() >= px(_ONE_ROW_FROM) else len(_CARDS) // 2)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(len(_CARDS)):
            self._grid.setColumnStretch(column, int(column < columns))
