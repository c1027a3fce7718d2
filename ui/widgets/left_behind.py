"""LeftBehind: says beside a total of how many the data are older than the newest list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from .basic import button

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIP = ("按数据日期最新的名单里没有他们，或者只写了余额、没有写最近的交易；他们的资料停在更早的"
        "日期，仍计入合计和图表，超过设置的天数就列为待核实。点击查看是哪些客户。")


class LeftBehind(QWidget):
    """Hidden where there is nobody. `wanted(title, customer ids)` by a click."""

    wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ids: tuple[str, ...] = ()
        self.button = button("", "info", self._clicked, flat=True, tip=_TIP)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.hide()

    def show_people(self, ids: Sequence[str]) -> None:
        """Replace who is meant."""
        self._ids = tuple(ids)
        self.button.setText(f"其中 {len(ids):,} 户资料早于最新名单")
        self.setVisible(bool(ids))

    def _clicked(self) -> None:
        self.wanted.emit("资料早于最新名单", self._ids)
