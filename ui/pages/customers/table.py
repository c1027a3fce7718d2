"""CustomersTable: the table of all customers on its card; ticks and selection outlive new data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu

from ...columns import show
from ...row_model import RowModel
from ...widgets.basic import EmptyState, button
from ...widgets.table import DataTable
from ...widgets.table_card import TableCard
from .columns import columns

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from .work import CustomerView

_FIRST_SORT = "aum"


class CustomersTable(TableCard):
    """Knows positions and customer ids.

    Signals:
        current_changed(position): another row is current, -1 for none.
        opened(position): double click or Enter.
        ticked(count): ticks changed.
        filter_wanted(column key, value, caption): show only rows with this value.
        menu_opening(QMenu, position): the page's own entries for the context menu.
        clear_wanted: nobody fits the filters, show everybody again.
    """

    current_changed = Signal(int)
    opened = Signal(int)
    ticked = Signal(int)
    filter_wanted = Signal(str, object, str)
    menu_opening = Signal(QMenu, int)
    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: CustomerView | None = None
        self._nobody = EmptyState(
            "search", "没有符合条件的客户", "换一个搜索词，或清除搜索和筛选，看全部客户。",
            (button("清除筛选", "close", self.clear_wanted.emit),))
        self._nobody.hide()
        self._make_table()
        self.body.addWidget(self._nobody, 1)

    def _make_table(self) -> None:
        """Model and table for the labels in force: the rules name tiers and grades."""
        self.model = RowModel(columns(self._labels), checkable=True, parent=self)
        self.table = DataTable(self.model)
        self.table.setAccessibleName("客户")
        self._sort_first()
        self.table.current_changed.connect(self.current_changed)
        self.table.opened.connect(self.opened)
        self.table.filter_wanted.connect(self._filter_wanted)
        self.table.menu_opening.connect(self.menu_opening)
        self.model.ticks_changed.connect(self.ticked)
        self.body.insertWidget(0, self.table, 1)

    def _sort_first(self) -> None:
        """The richest first, until a header is clicked."""
        keys = [shape.key for shape in self.model.columns]
        section, order = keys.index(_FIRST_SORT) + 1, Qt.SortOrder.DescendingOrder
        self.model.sort(section, order)
        self.table.horizontalHeader().setSortIndicator(section, order)

    # --- data ---

    def show_view(self, view: CustomerView, *, names_masked: bool) -> None:
        """Replace all customers; ticks stay with those who are still there."""
        ticked = self.ticked_ids()
        self._say(view.labels)
        self.view = view
        self.model.set_names_masked(masked=names_masked)
        self.model.set_data(view.data, view.result.today)
        self.model.tick(view.places_of(ticked))

    def filter(self, keep: Any) -> None:
        """Show these only; the current row stays if it is shown, else the first one is."""
        before = self.table.current_position
        self.model.filter(keep)
        shown = self.model.rowCount()
        self._nobody.setVisible(shown == 0)
        self.table.setVisible(shown > 0)
        if not self.select(before) and shown:
            self.select(self.model.position(0))
        elif not shown:
            self.current_changed.emit(-1)

    def select(self, position: int) -> bool:
        """Make a customer current; False if a filter hides it."""
        return position >= 0 and self.table.select_position(position)

    def ticked_ids(self) -> list[str]:
        """The ids of the ticked customers, in the order shown."""
        return [] if self.view is None else [self.view.ids[one] for one in self.model.ticked]

    def exported(self) -> list[int]:
        """The positions an export takes: the ticked ones, else all shown."""
        ticked: list[int] = self.model.ticked.tolist()
        shown: list[int] = self.model.shown.tolist()
        return ticked or shown

    # --- events ---

    def _filter_wanted(self, key: str, value: object) -> None:
        """Name the value as the table shows it."""
        shape = next(one for one in self.model.columns if one.key == key)
        shown = show(value, shape, None, revealed=False, names_masked=self.model.names_masked)
        self.filter_wanted.emit(key, value, f"{shape.label}：{shown}")
