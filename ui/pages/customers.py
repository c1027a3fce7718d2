"""The customers page: filters, all customers in a table, the portrait of one at the right."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from ..session import CustomerList
from ..style import GAP, px
from ..widgets.basic import EmptyState, button
from ..widgets.page import Page
from . import customers_work as work
from .customers_columns import INVALID
from .customers_filters import CustomerFilters
from .customers_table import CustomersTable
from .portrait import Portrait

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QMenu

    from ..jobs import Job, Work
    from ..session import Session

_SHARES = (66, 34)
_TABLE_WIDTH, _PORTRAIT_WIDTH = 320, 340


class CustomersPage(Page):
    """`activate` takes None, a customer id, or a CustomerList to show alone."""

    title = "客户"
    filters_search = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view: work.CustomerView | None = None
        self._tagged: dict[str, Any] = {}
        self._found: work.Found | None = None
        self._wanted: object = None
        self._jobs: dict[str, Job] = {}
        self.filters, self.table = CustomerFilters(), CustomersTable()
        self.portrait = Portrait(session)
        self.print = button("打印选中 0 张", "print", self._print, primary=True)
        self.export = button("导出名单", "export", self._export,
                             tip="勾选的客户，没有勾选时是显示的全部客户（Ctrl+E）")
        self.commands = {"export": self._export, "refresh": self._result_changed}
        self._build()
        self._connect()
        self._ticked(0)
        self._result_changed()

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
        load = button("导入名单", "import", lambda: self.session.navigate("imports"), primary=True)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(EmptyState(
            "customers", "还没有客户",
            "导入一份客户名单，程序会整理、分层，并给出每位客户的下一步。"
            "想先看看效果，可以在导入页用示例名单试一试。", (load,)))
        self._stack.addWidget(area)

    def _connect(self) -> None:
        session, table, portrait = self.session, self.table, self.portrait
        session.result_changed.connect(self._result_changed)
        session.customer_changed.connect(self._tags_changed)
        session.settings_changed.connect(self._settings_changed)
        session.search_changed.connect(self._search)
        self.filters.changed.connect(self._filter)
        table.current_changed.connect(self._show_customer)
        table.opened.connect(self._open_wide)
        table.ticked.connect(self._ticked)
        table.filter_wanted.connect(self.filters.choose_value)
        table.menu_opening.connect(self._fill_menu)
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
        self._search(self.session.search)
        self._show_wanted()

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

    def _run(self, name: str, label: str, job: Work, done: Callable[[Any], None], *,
             quiet: bool = True) -> None:
        """Run one job of a kind; an earlier one of that kind is of no interest any more."""
        if name in self._jobs:
            self._jobs[name].drop()
        self._jobs[name] = self.session.run(label, job, done, quiet=quiet)

    @Slot()
    def _result_changed(self) -> None:
        """Have the new result made ready; until then the old one is not touched."""
        result, vault = self.session.result, self.session.vault
        if result is None or vault is None:
            self.view = self._found = None
            self.portrait.clear()
            self._stack.setCurrentIndex(0)
            self.set_subtitle("")
            self._enable()
            return
        self._stack.setCurrentIndex(1)
        self._run("view", "正在准备客户", lambda reporter: work.view_of(result, vault, reporter),
                  self._show_view, quiet=False)

    @Slot(object)
    def _show_view(self, view: work.CustomerView) -> None:
        """A result is ready: same customer, same filters, same ticks as far as possible."""
        facts = self.portrait.facts
        before = facts.customer_id if facts is not None else ""
        self.view, self._found, self._tagged = view, None, dict(view.tagged)
        self.filters.offer(view)
        self.table.show_view(view, names_masked=self.session.settings.names_masked)
        self._filter()
        self.table.select(view.places.get(before, -1))
        self._search(self.session.search)
        self._enable()
        self._show_wanted()

    def _show_wanted(self) -> None:
        """What `activate` was asked for, as soon as the customers are there."""
        if self.view is None:
            return
        wanted, self._wanted = self._wanted, None
        if isinstance(wanted, CustomerList):
            status = self.view.data["status"][list(wanted.positions)]
            self.set_wide(wide=False)
            self.session.set_search("")
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

    @Slot(str)
    def _tags_changed(self, _customer_id: str) -> None:
        """Somebody's tags may be others now: the filter has to know."""
        view, vault = self.view, self.session.vault
        if view is not None and vault is not None:
            self._run("tags", "正在读取标签", lambda _reporter: work.tags_of(view.result, vault),
                      self._show_tags)

    @Slot(object)
    def _show_tags(self, tagged: work.Tagged) -> None:
        self._tagged = dict(tagged.masks)
        self.filters.offer_tags(tagged)
        self._filter()

    @Slot()
    def _settings_changed(self) -> None:
        self.table.model.set_names_masked(masked=self.session.settings.names_masked)

    # --- searching and filtering ---

    @Slot(str)
    def _search(self, query: str) -> None:
        """Look for a customer in the worker; an empty query shows all again."""
        view = self.view
        if view is None:
            return
        if not query:
            if "search" in self._jobs:
                self._jobs.pop("search").drop()
            if self._found is not None:
                self._found = None
                self._filter()
            return
        if self._found is None or self._found.query != query:
            self._run("search", "正在搜索", lambda _reporter: work.search(view, query),
                      self._show_found)

    @Slot(object)
    def _show_found(self, found: work.Found) -> None:
        """Show the hits; the best one becomes current."""
        if self.view is None or found.result is not self.view.result:
            return
        self._found = found
        self._filter()
        shown = (place for place in found.positions if self.table.select(place))
        next(shown, None)

    @Slot()
    def _filter(self) -> None:
        """Apply everything that narrows the table."""
        if self.view is None:
            return
        model = self.table.model
        keep = self.filters.keep(self.view, model, self._tagged)
        if self._found is not None:
            keep &= model.mask(self._found.positions)
        self.table.filter(keep)
        self._count()

    def _count(self) -> None:
        """The line that says how many are shown and ticked."""
        if self.view is None:
            return
        shown, ticked = self.table.model.rowCount(), len(self.table.model.ticked)
        self.filters.bar.set_count(f"{shown:,} 户，已选 {ticked:,} 户")
        self.set_subtitle(f"共 {len(self.view.ids):,} 户，显示 {shown:,} 户，已选 {ticked:,} 户")

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
        """What can be done with the customer under the mouse."""
        if self.view is None:
            return
        customer_id = self.view.ids[position]
        menu.addSeparator()
        menu.addAction("厅堂识别").triggered.connect(
            lambda: self.session.navigate("lobby", customer_id))
        menu.addAction("打印任务单").triggered.connect(
            lambda: self.session.navigate("tasks", [customer_id]))

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

    def _export(self) -> None:
        """Ask where to, and write the list in the worker."""
        view, settings = self.view, self.session.settings
        positions = self.table.exported()
        if view is None or not positions:
            return
        name = f"客户名单_{view.result.table.as_of:%Y%m%d}.xlsx"
        chosen, _kind = QFileDialog.getSaveFileName(
            self, "导出名单（已脱敏）", str(Path(settings.last_folder) / name), "Excel 工作簿 (*.xlsx)")
        if chosen:
            path, now = Path(chosen), datetime.now().astimezone()
            self.session.run(
                "正在导出名单", lambda reporter: work.export(
                    view, positions, path, settings, now, reporter), self._exported)

    @Slot(object)
    def _exported(self, count: int) -> None:
        self.session.notify(f"已导出 {count:,} 户，个人信息已脱敏。")
