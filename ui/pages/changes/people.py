"""ChangedCustomers: the customers behind a card or a number of the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from ...row_model import RowModel
from ...style import px
from ...widgets.basic import EmptyState, label
from ...widgets.table import DataTable
from ...widgets.table_card import TableCard
from .columns import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...session import Session
    from .work import ChangesView

_UP, _DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
_STEP = ("to_next", "next_tier")
"""Columns that are shown for who is near the next tier only; `tier_before` gives way to them."""
_FIRST_SORT = {"new": ("aum_after", _DOWN), "gone": ("aum_before", _DOWN),
               "up": ("aum_change", _DOWN), "down": ("aum_change", _UP),
               "near": ("to_next", _UP), "": ("aum_change", _UP)}
"""What matters most comes first."""


class ChangedCustomers(TableCard):
    """Double click or Enter opens a customer. `rows` are those listed, `title` says who."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view: ChangesView | None = None
        self.title = ""
        self.rows: tuple[int, ...] = ()
        self._headline = label("", "section")
        self._headline.setContentsMargins(px(12), px(8), px(12), 0)
        self._nobody = EmptyState("check", "没有这样的客户")
        self._nobody.hide()
        self.body.addWidget(self._headline)
        self._make_table()
        self.body.addWidget(self._nobody, 1)
        session.settings_changed.connect(self._settings_changed)

    def _make_table(self) -> None:
        """Model and table for the labels in force."""
        self.model = RowModel(columns(self._labels), parent=self)
        self.model.set_names_masked(masked=self._session.settings.names_masked)
        self.table = DataTable(self.model)
        self.table.setAccessibleName("变化的客户")
        self.table.setMinimumHeight(px(120))
        self.table.opened.connect(self._open)
        self.body.insertWidget(1, self.table, 1)

    def show_view(self, view: ChangesView) -> None:
        """Replace all customers; nobody is listed until `show_rows`."""
        self._say(view.labels)
        self._view = view
        self.model.set_data(view.data)

    def show_rows(self, title: str, rows: Sequence[int], key: str = "") -> None:
        """List these; `key` is the card they belong to, "" for a number of the grid."""
        self.title, self.rows = title, tuple(rows)
        self._headline.setText(f"{title} {len(rows):,} 户")
        sort, order = _FIRST_SORT[key]
        section = [shape.key for shape in self.model.columns].index(sort)
        self.model.sort(section, order)
        self.table.horizontalHeader().setSortIndicator(section, order)
        for place, shape in enumerate(self.model.columns):
            if shape.key in {*_STEP, "tier_before"}:
                self.table.setColumnHidden(place, (shape.key in _STEP) != (key == "near"))
        self.model.filter(self.model.mask(rows))
        self.table.setVisible(bool(rows))
        self._nobody.setVisible(not rows)
        self.table.scrollToTop()

    def shown(self) -> list[int]:
        """The rows listed, in the order shown."""
        shown: list[int] = self.model.shown.tolist()
        return shown

    @Slot(int)
    def _open(self, row: int) -> None:
        if self._view is not None:
            self._session.open_customer(self._view.changes.people["customer_id"].iloc[row])

    @Slot()
    def _settings_changed(self) -> None:
        self.model.set_names_masked(masked=self._session.settings.names_masked)
