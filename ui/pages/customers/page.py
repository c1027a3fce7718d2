"""The customers page: filters, all customers in a table, the portrait of one at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ...session import CustomerList, FixedSegment
from ...style import GAP, px
from ...widgets.basic import button
from ...widgets.page import Page
from ..portrait.panel import Portrait
from .columns import INVALID
from .data import CustomersData
from .export import CustomersExport
from .filters import CustomerFilters
from .table import CustomersTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QMenu

    from ...session import Session
    from .work import CustomerView, Tagged

_SHARES = (70, 30)
_TABLE_WIDTH, _PORTRAIT_WIDTH = 320, 330


class CustomersPage(Page):
    """`activate` takes None, a customer id, or a CustomerList to show alone."""

    title = "客户"
    filters_search = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.data = CustomersData(session, self)
        self._wanted: object = None
        self.filters, self.table = CustomerFilters(), CustomersTable()
        self.portrait = Portrait(session)
        self.print = button("打印选中 0 张", "print", self._print, primary=True)
        self._export = CustomersExport(session, self.table, self)
        self.export = button("导出名单", "export", self._export.save,
                             tip="勾选的客户，没有勾选时是显示的全部客户（Ctrl+E）")
        self.commands = {"export": self._export.save, "refresh": self.data.refresh}
        self._build()
        self._connect()
        self._ticked(0)
        self.data.refresh()

    def _build(self) -> None:
        """Empty state, or filters above table and portrait."""
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(px(GAP))
        self.splitter.setChildrenCollapsible(False)
        for part, width, share in zip(
                (self.table, self.portrait), (_TABLE_WIDTH, _PORTRAIT_WIDTH), _SHARES,
                strict=True):
            part.setMinimumWidth(px(width))
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.indexOf(part), share)
        self.splitter.setSizes([px(10 * share) for share in _SHARES])
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(GAP))
        column.addWidget(self.filters)
        column.addWidget(self.splitter, 1)
        self._stack = self.show_faces(self.import_first(
            "customers", "还没有客户",
            "导入一份客户名单，程序会整理、分层，并给出每位客户的下一步。"
            "想先看看效果，可以在导入页用示例名单试一试。"), area)

    def _connect(self) -> None:
        session, table, portrait = self.session, self.table, self.portrait
        data = self.data
        data.gone.connect(self._show_nobody)
        data.loading.connect(lambda: self._stack.setCurrentIndex(1))
        data.ready.connect(self._show_view)
        data.found_changed.connect(self._show_found)
        data.tags_changed.connect(self._show_tags)
        session.settings_changed.connect(self._settings_changed)
        self.filters.changed.connect(self._filter)
        self.filters.copy_wanted.connect(self._export.copy)
        table.current_changed.connect(self._show_customer)
        table.opened.connect(self._open_wide)
        table.ticked.connect(self._ticked)
        table.filter_wanted.connect(self.filters.choose_value)
        table.menu_opening.connect(self._fill_menu)
        table.clear_wanted.connect(self._clear)
        portrait.stepped.connect(self._step)
        portrait.wide_wanted.connect(lambda: self.set_wide(wide=not self.is_wide))
        for keys, act in (("Alt+Up", lambda: self._step(-1)), ("Alt+Down", lambda: self._step(1)),
                          ("Ctrl+H", portrait.head.toggle_reveal)):
            QShortcut(QKeySequence(keys), self, act)
        self._escape = QShortcut(QKeySequence("Esc"), self, lambda: self.set_wide(wide=False))
        self._escape.setEnabled(False)

    # --- what the window asks ---

    def header_widgets(self) -> Sequence[QWidget]:
        """Export and print."""
        return (self.export, self.print)

    def activate(self, argument: object = None) -> None:
        """Show one customer, or a list alone; None leaves everything as it was."""
        self._wanted = argument
        self._show_wanted()

    @property
    def view(self) -> CustomerView | None:
        """The customers shown."""
        return self.data.view

    @property
    def is_wide(self) -> bool:
        """Whether the portrait has the whole page."""
        return self.table.isHidden()

    def set_wide(self, *, wide: bool) -> None:
        """Give the whole page to the portrait, or bring the table back."""
        self.filters.setVisible(not wide)
        self.table.setVisible(not wide)
        self.portrait.set_wide(wide=wide)
        self._escape.setEnabled(wide)
        if not wide:
            self.table.table.setFocus()

    # --- data ---

    @Slot()
    def _show_nobody(self) -> None:
        """There are no customers."""
        self.portrait.clear()
        self._stack.setCurrentIndex(0)
        self.set_subtitle("")
        self._enable()

    @Slot()
    def _show_view(self) -> None:
        """A result is ready: same customer, same filters, same ticks as far as possible."""
        view, facts = self.view, self.portrait.facts
        if view is None:
            return
        before = facts.customer_id if facts is not None else ""
        self.portrait.explain_by(None)
        self.filters.offer(view)
        self.table.show_view(view, names_masked=self.session.settings.names_masked)
        self._filter()
        self.table.select(view.places.get(before, -1))
        self._enable()
        self._show_wanted()

    def _show_wanted(self) -> None:
        """What `activate` was asked for, as soon as the customers of now are there."""
        if self.view is None or self.view.result is not self.session.result:
            return
        wanted, self._wanted = self._wanted, None
        if isinstance(wanted, CustomerList):
            status = self.view.data["status"][self.view.places_of(wanted.ids)]
            self.set_wide(wide=False)
            self.session.set_search("")
            self.portrait.explain_by(wanted.why)
            self.filters.show_list(wanted, with_invalid=bool((status == INVALID).any()))
        elif isinstance(wanted, str):
            self._go_to(wanted)

    def _go_to(self, customer_id: str) -> None:
        """Make a customer current, past every filter if need be."""
        view = self.view
        if view is None or customer_id not in view.places:
            self.session.notify("名单中没有这位客户，可能已随导入撤销。", "warn")
            return
        place = view.places[customer_id]
        if self.table.select(place):
            return
        self.session.set_search("")
        self.filters.reset()
        self.filters.invalid.setChecked(view.data["status"][place] == INVALID)
        self.table.select(place)

    @Slot(object)
    def _show_tags(self, tagged: Tagged) -> None:
        self.filters.offer_tags(tagged)
        self._filter()

    @Slot()
    def _settings_changed(self) -> None:
        self.table.model.set_names_masked(masked=self.session.settings.names_masked)

    # --- searching and filtering ---

    @Slot()
    def _show_found(self) -> None:
        """Show who was found; the best hit becomes current."""
        self._filter()
        if self.data.found is not None:
            next((place for place in self.data.found if self.table.select(place)), None)

    @Slot()
    def _filter(self) -> None:
        """Apply everything that narrows the table."""
        if self.view is None:
            return
        model = self.table.model
        found = self.data.found
        keep = self.filters.keep(self.view, model, self.data.tagged,
                                 searching=found is not None)
        if found is not None:
            keep &= model.mask(found)
        self.table.filter(keep)
        self._count()

    def _clear(self) -> None:
        """Everybody again."""
        self.session.set_search("")
        self.filters.reset()

    def _count(self) -> None:
        """The line that says how many are shown and ticked, and who was found but is not shown."""
        if self.view is None:
            return
        shown, ticked = self.table.model.rowCount(), len(self.table.model.ticked)
        outside = 0 if self.data.found is None else len(self.data.found) - shown
        more = f"；筛选之外还有 {outside:,} 户符合搜索" if outside else ""
        self.filters.bar.set_count(f"共 {shown:,} 户，已选 {ticked:,} 户{more}")
        days = self.view.result.days_told
        self.set_subtitle(f"名单 {len(self.view.ids):,} 户 · 数据日期 {days}")

    # --- one customer ---

    @Slot(int)
    def _show_customer(self, position: int) -> None:
        facts = self.portrait.facts
        if self.view is None or position < 0:
            self.portrait.clear()
        elif facts is None or facts.view is not self.view or facts.position != position:
            self.portrait.show_customer(self.view, position)

    @Slot(int)
    def _open_wide(self, _position: int) -> None:
        self.set_wide(wide=True)

    @Slot(int)
    def _step(self, steps: int) -> None:
        """The next or previous customer in the order of the table."""
        self.table.table.move_current(steps)

    def _fill_menu(self, menu: QMenu, position: int) -> None:
        """What can be done with the customer under the mouse, or with those ticked."""
        if self.view is None:
            return
        customer_id, ticked = self.view.ids[position], self.table.ticked_ids()
        ways: list[tuple[str, str, object]] = [
            ("厅堂识别", "lobby", customer_id), ("打印任务单", "tasks", [customer_id])]
        if ticked:
            ways.append((f"把勾选的 {len(ticked):,} 户存为客群", "segments",
                         FixedSegment(tuple(ticked))))
        menu.addSeparator()
        for words, page, argument in ways:
            menu.addAction(words, partial(self.session.navigate, page, argument))

    # --- leaving the page ---

    @Slot(int)
    def _ticked(self, count: int) -> None:
        self.print.setText(f"打印选中 {count:,} 张")
        self._enable()
        self._count()

    def _enable(self) -> None:
        self.print.setEnabled(self.view is not None and bool(len(self.table.model.ticked)))
        self.export.setEnabled(self.view is not None)

    def _print(self) -> None:
        ticked = self.table.ticked_ids()
        if ticked:
            self.session.navigate("tasks", ticked)
