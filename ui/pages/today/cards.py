"""The four figures at the top of the page of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...columns import show_amount_short
from ...style import px
from ...widgets.basic import KpiCard

if TYPE_CHECKING:
    from .work import Figures

CARDS = {
    # key -> (title, icon, tone)
    "open": ("今日待办", "phone", "accent"),
    "maturing": ("7 天内到期", "money", "warn"),
    "done": ("本周已登记", "check", "ok"),
    "printed": ("待回收任务单", "tasks", "danger"),
}


class Cards(QWidget):
    """`chosen(key of CARDS)` by a click."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[str, KpiCard] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        for key, (title, picture, tone) in CARDS.items():
            card = KpiCard(title, picture, tone, link=True)
            card.clicked.connect(lambda key=key: self.chosen.emit(key))
            self.cards[key] = card
            row.addWidget(card, 1)

    def set_low(self, *, low: bool) -> None:
        """One line each."""
        for card in self.cards.values():
            card.set_low(low=low)

    def show_figures(self, figures: Figures, proposed: int) -> None:
        """Fill the cards; `proposed` is how many customers tasks could be made for."""
        whole, done = figures.open + figures.registered, figures.done_this_week
        share = f"完成 {done:,} 户 · 完成率 {done / whole:.0%}" if whole else "本周还没有任务"
        late = [f"逾期 {figures.overdue:,} 户"] if figures.overdue else []
        late += [f"今天最迟 {figures.due_today:,} 户"] if figures.due_today else []
        late += [f"计划已过 {figures.behind:,} 户"] if figures.behind else []
        none = f"还没生成任务，建议 {proposed:,} 户" if proposed else "没有待办任务"
        calm = "都在计划内" if figures.open else none
        self.cards["open"].set(f"{figures.open:,} 户", " · ".join(late[:2]) or calm)
        self._show_maturing(figures)
        self.cards["done"].set(f"{figures.registered:,} 户", share)
        oldest = f"最早 {figures.oldest_print:%m-%d} 打印" if figures.oldest_print \
            else "都已收回" if figures.ever_printed else "还没有打印过"
        self.cards["printed"].set(f"{figures.printed:,} 张", oldest)

    def _show_maturing(self, figures: Figures) -> None:
        """How much falls due and of how many customers; only how many if no list tells it."""
        card = self.cards["maturing"]
        waiting = f"已到期未联系 {figures.matured:,} 户" if figures.matured else ""
        if not figures.maturing:
            card.set("0 户", waiting or (
                "没有到期" if figures.maturities_known else "名单没有到期日"))
            return
        known = figures.maturing_amount
        amount = "金额未知" if known is None else show_amount_short(known)
        count = f"{figures.maturing:,} 户"
        nearest = f" · {waiting}" if waiting else \
            f" · 最近 {figures.next_maturity:%m-%d}" if figures.next_maturity else ""
        large, small = (count, amount) if known is None else (amount, count)
        card.set(large, f"{small}{nearest}", f"{count} · {amount}")
