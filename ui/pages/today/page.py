"""The page of today: what is to be done, for whom and why, and what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from branchseg import pipeline
from branchseg.model.outcomes import outcomes

from ...latest import Latest
from ...session import SheetNumber
from ...style import px
from ...widgets.basic import button
from ...widgets.page import Page
from ..customers.columns import chips
from ..imports.undo import ImportUndo
from ..tasks import work as tasks_work
from ..tasks.columns import shown_name
from ..tasks.reasons import Reasons
from . import work
from .cards import Cards
from .entries import Entry, closed_words
from .finding import SheetFinder
from .saving import TaskKeeper
from .side import TodaySide
from .soon import LISTS
from .table import TodayTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...session import Session

_WEEKDAYS = "一二三四五六日"


class TodayPage(Page):
    """Keys: digits choose a result, Enter keeps it, a scanner opens its sheet."""

    title = "今日"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view: work.TodayView | None = None
        self.cards, self.list, self.side = Cards(), TodayTable(), TodaySide()
        self.pane, self.soon = self.side.pane, self.side.soon
        self._reasons, self._keeper = Reasons(session, self), TaskKeeper(session, self)
        self._finder = SheetFinder(session, self)
        self._imports = ImportUndo(session, self)
        self._entry: Entry | None = None
        self._loading = Latest(session)
        self._number = ""
        self._again = QTimer(self, interval=0, singleShot=True)
        self._again.timeout.connect(self._refresh)
        self.print = button("打印任务单", "print", self._print, tip="去挑选并打印任务单（Ctrl+P）")
        self.commands = {"refresh": self._reload}
        self._build()
        self._connect()
        _add_keys(self)

    # --- building ---

    def _build(self) -> None:
        """Figures above, table and task below; something else before the first list."""
        body = QHBoxLayout()
        body.setSpacing(px(14))
        body.addWidget(self.list, 1)
        body.addWidget(self.side)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(14))
        column.addWidget(self.cards)
        column.addLayout(body, 1)
        self._stack = self.show_faces(inner, self.import_first(
            "import", "从一份客户名单开始",
            "把 Excel 名单拖进窗口，或点下面的按钮。导入后，这里按优先级列出今天要联系的客户。"))

    def set_low(self, *, low: bool) -> None:
        """Less for the figures, more for the tasks."""
        self.cards.set_low(low=low)
        self.list.set_low(low=low)
        self.side.set_low(low=low)

    def _connect(self) -> None:
        session = self.session
        session.result_changed.connect(self._result_changed)
        session.customer_changed.connect(self._customer_changed)
        session.settings_changed.connect(self._settings_changed)
        self.cards.chosen.connect(self._card_chosen)
        self.list.focused.connect(self._focus)
        self.list.opened.connect(self._open_row)
        self.list.plan_wanted.connect(self._plan)
        self.list.scanned.connect(self.open_number)
        self.list.import_wanted.connect(lambda: session.navigate("imports"))
        self.list.restore_wanted.connect(self._restore)
        self.pane.saved.connect(self.save)
        self.pane.reopen_wanted.connect(self._reopen)
        self.pane.withdraw_wanted.connect(
            lambda: self._keeper.withdraw_stale((self._entry,) if self._entry else ()))
        self.list.withdraw_wanted.connect(
            lambda: self._keeper.withdraw_stale(self.view.entries if self.view else ()))
        self.pane.portrait_wanted.connect(self._open_portrait)
        self.soon.opened.connect(session.open_customer)
        self.soon.all_wanted.connect(self._all_soon)
        self._keeper.changed.connect(self._again.start)
        self._finder.found.connect(self.activate)
        self._reasons.arrived.connect(self._show_sheet)

    # --- what the window asks ---

    def header_widgets(self) -> Sequence[QWidget]:
        """The way to paper."""
        return (self.print,)

    def activate(self, argument: object = None) -> None:
        """Show what there is now; a SheetNumber opens its form as soon as the tasks are there."""
        if isinstance(argument, SheetNumber):
            self._number = argument.number
        self._reload()

    # --- what there is ---

    def _result_changed(self) -> None:
        if self.session.result is None or self.isVisible():
            self._reload()

    @Slot(str)
    def _customer_changed(self, _customer_id: str) -> None:
        """A thousand of these, after a long print, mean one look."""
        self._again.start()

    def _refresh(self) -> None:
        if self.isVisible():
            self._reload()

    def _reload(self) -> None:
        """Ask the worker what there is to do."""
        result, vault, day = self.session.result, self.session.vault, self.session.today
        self._reasons.begin(result)
        if vault is None:
            return
        self._loading.ask("正在列出今日任务",
                          lambda _reporter: work.view_of(result, vault, day), self._show)

    @Slot(object)
    def _show(self, view: work.TodayView) -> None:
        """Replace everything; the focus stays with its task."""
        if view.result is not self.session.result:
            return
        self.view = view
        self._stack.setCurrentIndex(1 if view.result is None and not view.entries else 0)
        self.set_subtitle(f"{view.day:%Y-%m-%d} 星期{_WEEKDAYS[view.day.weekday()]}"
                          + (f" · 数据日期 {view.result.days_told}"
                             if view.result and view.result.has_list else ""))
        self.cards.show_figures(view.figures, len(view.proposed))
        masked = self.session.settings.names_masked
        self.side.show_view(view, names_masked=masked)
        self.list.show_view(view, self._labels(), names_masked=masked)
        waiting = len(view.unprinted)
        self.print.setText(f"打印任务单（{waiting:,}）" if waiting else "打印任务单")
        number, self._number = self._number, ""
        if number:
            self.open_number(number)

    def _labels(self) -> dict[str, dict[str, str]]:
        return pipeline.labels(self.session.ruleset) if self.session.ruleset else {}

    def _settings_changed(self) -> None:
        if self.view is not None:
            self._entry = None
            self._show(self.view)

    # --- the task in focus ---

    @Slot(int)
    def _focus(self, row: int) -> None:
        """Show another row, -1 for none; what is being keyed in stays with its task."""
        view = self.view
        entry = view.entries[row] if view is not None and row >= 0 else None
        before, self._entry = self._entry, entry
        if entry is not None and view is not None:
            if before is None or _key(before) != _key(entry) or before.is_open != entry.is_open:
                self.pane.begin(view.day)
            self.pane.form.last_try = view.last_try(entry)
            tiers = chips(self._labels(), "tier")
            self.pane.show_entry(entry, self._name(entry), tiers.get(entry.tier), view.day)
            self._reasons.want((one.position, one.action_id) for one in (
                entry, *view.entries[row:row + work.FETCHED]))
            self._show_sheet()
        self.side.set_task(there=entry is not None)

    @Slot()
    def _show_sheet(self) -> None:
        """What the rules say of the customer in focus, in the words of the paper."""
        entry, view = self._entry, self.view
        found = None if entry is None else self._reasons.of(entry.position, entry.action_id)
        if found is None or entry is None or view is None or view.result is None:
            return
        job = tasks_work.print_job(view.result, self.session.settings, tasks_work.now())
        sheet = pipeline.task_sheet(view.result, found, work.sheet_task(entry), job)
        self.pane.show_sheet(sheet, work.phone_of(view.result, entry), current=any(
            one.action_id == entry.action_id for one in found.advice))

    def _name(self, entry: Entry) -> str:
        return shown_name(entry.name, masked=self.session.settings.names_masked)

    # --- results ---

    def choose_result(self, digit: int) -> None:
        """A digit: choose a result for the open task in focus."""
        if self._entry is not None and self._entry.is_open:
            self.side.show_task()
            self.pane.form.choose(digit)

    def save(self) -> None:
        """Keep the result keyed in, and go to the next task."""
        entry, form = self._entry, self.pane.form
        if entry is None or entry.task is None or not entry.is_open:
            return
        if not form.result:
            form.ask_for_result()
            return
        task, outcome = entry.task, form.outcome
        self.pane.begin(self.session.today)
        self.list.next_open()
        self._keeper.record(task, outcome, self._name(entry))
        self.list.setFocus()

    def _reopen(self) -> None:
        if self._entry is not None and self._entry.task is not None:
            self.list.follow(self._entry.task.id)
            self._keeper.reopen(self._entry.task)

    # --- going elsewhere ---

    def _card_chosen(self, key: str) -> None:
        """Each card leads to what it counts."""
        if key == "maturing":
            self._all_soon("maturity")
        else:
            self.list.choose_group(key)

    @Slot(str)
    def _all_soon(self, key: str) -> None:
        """All customers of one of the short lists, on the customers page."""
        if self.view is not None:
            self.session.show_customers(LISTS[key], self.view.ids_soon(key))

    @Slot(str)
    def open_number(self, number: str) -> None:
        """Show the task of a printed sheet, ready for its result."""
        row = self.view.row_of_number(number) if self.view is not None else -1
        if row < 0 or self.view is None:
            self._finder.look_for(number)
            return
        self.side.show_task()
        self.list.show_row(row)
        entry = self.view.entries[row]
        if not entry.is_open:
            self.session.notify(f"单号 {number} {closed_words(entry)}", "info")

    def _plan(self) -> None:
        if self.view is not None and self.view.proposed:
            self._keeper.plan(self.view.proposed)

    def _restore(self) -> None:
        """Bring back the import whose tasks wait."""
        if self.view is not None and self.view.undone is not None:
            self._imports.bring_back(self.view.undone)

    def _print(self) -> None:
        waiting = self.view.unprinted if self.view is not None else []
        self.session.navigate("tasks", waiting or None)

    @Slot(int)
    def _open_row(self, row: int) -> None:
        if self.view is not None and self.view.entries[row].position >= 0:
            self.session.open_customer(self.view.entries[row].customer_id)

    def _open_portrait(self) -> None:
        if self._entry is not None:
            self.session.open_customer(self._entry.customer_id)


def _key(entry: Entry) -> tuple[str, str, int]:
    """What makes two rows the same task."""
    return entry.customer_id, entry.action_id, entry.task.id if entry.task else 0


def _add_keys(page: TodayPage) -> None:
    """Keys that work wherever no text is typed."""
    keys: dict[str, Callable[[], object]] = {
        **{str(one.code): partial(page.choose_result, one.code)
           for one in outcomes().results},
        "Ctrl+H": page.pane.phone.toggle, "Ctrl+Return": page.save, "Ctrl+Enter": page.save,
        "Alt+Up": partial(page.list.go, -1), "Alt+Down": partial(page.list.go, 1),
    }
    for key, act in keys.items():
        shortcut = QShortcut(QKeySequence(key), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)
