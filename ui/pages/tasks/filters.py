"""The strip above the task sheets: filters, quick choices, and how many are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ...style import px
from ...widgets.basic import Card, button, label
from ...widgets.flow import FlowLayout
from ...widgets.inputs import FilterBar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ...row_model import RowModel
    from .work import Candidates

_FILTERS = {
    "owner": "全部岗位", "next_action": "全部动作", "tier": "全部层级", "manager": "全部经理",
}
PRESETS = {
    "20": "前 20", "50": "前 50", "maturing": "7 天内到期", "near_tier": "临界",
}
"""Quick choices: a number is that many from the top, a word is a column of flags."""

_PAUSED = {
    "result": "已登记结果", "agreed": "另约了日期", "matured": "到期后已谈过",
    "cadence": "近期联系过", "steps": "未到下次回访日", "attempts": "多次联系不上",
    "month": "本月营销次数已满",
}
"""Why somebody is left out, by `pipeline.Pause`."""


def paused_words(paused: Mapping[str, int]) -> str:
    """How many customers are left out today and why, the most frequent reason first."""
    parts = [f"{_PAUSED[why]} {count:,} 户" for why, count in
             sorted(paused.items(), key=lambda pair: -pair[1])]
    return f"暂不列出：{'，'.join(parts)}" if parts else ""


class TaskFilters(Card):
    """`changed` after every filter; `preset_wanted(key of PRESETS)`, `cleared` by button."""

    changed = Signal()
    preset_wanted = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(0, 0))
        self.body.setSpacing(0)
        self.bar = FilterBar()
        for key, everything in _FILTERS.items():
            self.bar.add_filter(key, everything, {})
        self.bar.changed.connect(self.changed)
        self.presets: dict[str, QPushButton] = {}
        self.chosen, self._hint = label("", "strong"), label("", "muted")
        self.clear = button("清空", clicked=self.cleared.emit, flat=True)
        quick = QWidget()
        quick.setContentsMargins(px(12), 0, px(8), px(8))
        row = FlowLayout(quick, spacing=px(6))
        row.addWidget(label("快速选择", "muted"))
        for key, caption in PRESETS.items():
            made = button(caption, tip="勾选表中还没打印的客户")
            made.clicked.connect(lambda _on=False, key=key: self.preset_wanted.emit(key))
            self.presets[key] = made
            row.addWidget(made)
        for each in (self.chosen, self.clear, self._hint):
            row.addWidget(each)
        self.body.addWidget(self.bar)
        self.body.addWidget(quick)

    def offer(self, view: Candidates) -> None:
        """Offer what there is among these candidates."""
        for key, everything in _FILTERS.items():
            self.bar.set_choices(key, everything, view.choices[key])

    def choose_value(self, key: str, value: object) -> bool:
        """Filter by a cell's value; False if there is no such filter."""
        if key in _FILTERS and isinstance(value, str):
            self.bar.choose(key, value)
            return True
        return False

    def keep(self, model: RowModel) -> Any:
        """Which rows are wanted: an array of booleans, None for all."""
        keep = None
        for key in _FILTERS:
            chosen = self.bar.chosen(key)
            if chosen:
                mine = model.values(key) == chosen
                keep = mine if keep is None else keep & mine
        return keep

    def show_counts(self, chosen: int, shown: int, hint: str) -> None:
        """How many are chosen and shown."""
        self.bar.set_count(f"共 {shown:,} 户")
        self.chosen.setText(f"已选 {chosen:,} 户")
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.clear.setVisible(chosen > 0)
