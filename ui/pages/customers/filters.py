"""CustomerFilters: the strip above the table - filters, the count, and what else narrows it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from ...session import CustomerList
from ...style import px
from ...widgets.basic import Card, button
from ...widgets.chips import ChipRow, RemovableChip
from ...widgets.inputs import FilterBar
from ...widgets.left_behind import LeftBehind
from .columns import INVALID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...row_model import RowModel
    from .work import CustomerView, Tagged

_FILTERS = {
    "status": "状态", "tier": "层级", "grade": "等级", "segment": "分群", "manager": "经理",
    "tag": "标签、客群",
}


class CustomerFilters(Card):
    """Says which customers are wanted: `changed` after every choice; `copy_wanted` for Excel."""

    changed = Signal()
    copy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(0, 0))
        self.body.setSpacing(0)
        self.bar = FilterBar()
        for key, word in _FILTERS.items():
            self.bar.add_filter(key, f"全部{word}", {})
        self.invalid = QCheckBox("含无效户")
        self.invalid.setToolTip("无效户默认不显示")
        self.behind = LeftBehind()
        self.behind.wanted.connect(
            lambda title, ids: self.show_list(CustomerList(title, ids)))
        self.bar.add_widget(self.behind)
        self.bar.add_widget(self.invalid)
        self.copy = button("复制到 Excel", "copy", self.copy_wanted.emit, flat=True,
                           tip="复制勾选的客户，没有勾选时是选中的行（已脱敏）")
        self.clear = button("清除筛选", clicked=self.reset, flat=True)
        self.bar.add_widget(self.clear)
        self.bar.add_widget(self.copy)
        self._chips = ChipRow()
        self._chips.setContentsMargins(px(12), 0, px(12), px(10))
        self._chips.hide()
        self.body.addWidget(self.bar)
        self.body.addWidget(self._chips)
        self._list: CustomerList | None = None
        self._values: dict[str, tuple[str, object]] = {}
        self.bar.changed.connect(self._changed)
        self.invalid.toggled.connect(lambda _on: self._changed())
        self.clear.setVisible(False)

    # --- choices ---

    def offer(self, view: CustomerView) -> None:
        """Offer what there is among these customers; a list shown before is of no use now."""
        for key, word in _FILTERS.items():
            self.bar.set_choices(key, f"全部{word}", view.choices[key])
        self.behind.show_people(view.behind)
        self._list = None
        self._show_chips()

    def offer_tags(self, tagged: Tagged) -> None:
        """The tags in use, or the own segments, have changed."""
        self.bar.set_choices("tag", f"全部{_FILTERS['tag']}", tagged.words)

    def show_list(self, wanted: CustomerList | None, *, with_invalid: bool = False) -> None:
        """Show this list only, whatever was chosen before."""
        with QSignalBlocker(self), QSignalBlocker(self.invalid):
            self.reset()
            self._list = wanted
            self.invalid.setChecked(with_invalid)
        self._show_chips()
        self._changed()

    def choose_value(self, key: str, value: object, caption: str) -> None:
        """Show only customers with this value in a column; `caption` names it on a chip."""
        if key in _FILTERS and isinstance(value, str):
            self.bar.choose(key, value)
            return
        self._values[key] = (caption, value)
        self._show_chips()
        self._changed()

    def reset(self) -> None:
        """Choose everything again."""
        with QSignalBlocker(self), QSignalBlocker(self.invalid):
            self.bar.reset()
            self.invalid.setChecked(False)
        self._list = None
        self._values.clear()
        self._show_chips()
        self._changed()

    @property
    def active(self) -> bool:
        """Whether anything but the default is chosen."""
        chosen = any(self.bar.chosen(key) for key in _FILTERS)
        return chosen or self.invalid.isChecked() or bool(self._list) or bool(self._values)

    def keep(self, view: CustomerView, model: RowModel, tagged: Mapping[str, Any], *,
             searching: bool) -> Any:
        """Who is wanted: an array of booleans in position order.

        A search finds invalid customers too: the person may stand in the lobby.
        """
        data = view.data
        keep = model.mask(range(len(view.ids)) if self._list is None
                          else view.places_of(self._list.ids))
        if not (searching or self.invalid.isChecked()):
            keep &= data["status"] != INVALID
        for key in _FILTERS:
            chosen = self.bar.chosen(key)
            if chosen:
                keep &= tagged[chosen] if key == "tag" else data[key] == chosen
        for key, (_caption, value) in self._values.items():
            shape = next(shape for shape in model.columns if shape.key == key)
            keep &= model.mask(place for place in range(model.total)
                               if model.value(place, shape) == value)
        return keep

    # --- chips ---

    def _show_chips(self) -> None:
        """What narrows the table besides the drop-downs; a click takes it away."""
        chips: list[QWidget] = []
        if self._list is not None:
            chips.append(RemovableChip(f"只看：{self._list.title}", self._drop_list,
                                       "点击返回全部客户"))
        chips += [RemovableChip(caption, partial(self._drop_value, key))
                  for key, (caption, _value) in self._values.items()]
        self._chips.show_chips(chips)

    def _drop_list(self) -> None:
        self.show_list(None)

    def _drop_value(self, key: str) -> None:
        self._values.pop(key, None)
        self._show_chips()
        self._changed()

    def _changed(self) -> None:
        self.clear.setVisible(self.active)
        self.changed.emit()
