"""The page of task sheets: choose customers, look at their sheets, print."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ...latest import Latest
from ...session import SheetsAbout
from ...style import px
from ...widgets.basic import EmptyState, button
from ...widgets.page import Page
from ..lobby.dialogs import preview_checklist
from . import work
from .columns import shown_name
from .filters import PRESETS, TaskFilters, paused_words
from .ledger import LedgerKeeper
from .preview import PreviewPane
from .printing import SheetPrinter
from .reasons import Reasons
from .returning import ResultsReturner
from .table import TaskTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from branchseg.pipeline import RunResult

    from ...session import Session

_PAUSE_MS = 60
_AHEAD = 60
_NARROW, _PREVIEW, _ANY_WIDTH = 960, 300, 16777215


class TasksPage(Page):
    """`activate(list of customer ids)` chooses exactly those, `SheetsAbout` says about what too.

    Without a list, and with nothing chosen, the tasks that wait to be printed are chosen.
    """

    title = "任务单"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.filters, self.list, self.preview = TaskFilters(), TaskTable(), PreviewPane()
        self.printer, self._reasons = SheetPrinter(session, self), Reasons(session, self)
        self.returner, self.ledger = ResultsReturner(session, self), LedgerKeeper(session, self)
        self._loading = Latest(session)
        self._wanted: Sequence[str] | None = None
        self._about: SheetsAbout | None = None
        self._arrived = False
        self._look = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._look.timeout.connect(self._ask_reasons)
        print_ = partial(self._do, self.printer.print)
        export = partial(self._do, self.printer.export)
        self.export = button("导出清单", "export", export, tip="填好结果后可以读回（Ctrl+E）")
        self.returns = button("导入结果", "import", self.returner.begin, tip="读回填好的任务清单")
        self.checklist = button("空白清单", "lobby", self._checklist, tip="A5 空白厅堂识别清单")
        self.commands = {"print": print_, "export": export, "refresh": self._reload}
        self._build()
        self._connect()
        self._show_counts()

    def _build(self) -> None:
        """Table at the left, the sheet at the right; something else while nobody is there."""
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self.filters)
        column.addWidget(self.list, 1)
        split = self._split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(px(14))
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.preview)
        split.setStretchFactor(0, 1)
        split.setSizes([px(726), px(384)])
        self.preview.setMinimumWidth(px(_PREVIEW))
        self._stack = self.show_faces(split, self.import_first(
            "import", "还没有客户名单",
            "导入名单后，这里列出今天值得联系的客户，勾选即可打印任务单。"), EmptyState(
            "check", "没有需要联系的客户",
            "名单中没有人有待办的动作；导入新名单或补录厅堂观察后会重新判定。"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The table comes first where it is narrow."""
        super().resizeEvent(event)
        narrow = self.width() < px(_NARROW)
        self.preview.setMaximumWidth(px(_PREVIEW) if narrow else _ANY_WIDTH)
        if narrow:
            self._split.setSizes([self.width() - px(_PREVIEW), px(_PREVIEW)])

    def _connect(self) -> None:
        session = self.session
        session.result_changed.connect(self._result_changed)
        session.settings_changed.connect(self._settings_changed)
        self.filters.changed.connect(self._filter)
        self.filters.preset_wanted.connect(self.choose_preset)
        self.filters.cleared.connect(self._clear)
        self.list.ticks_changed.connect(self._show_counts)
        self.list.focused.connect(self._focus_changed)
        self.list.moved.connect(self._look.start)
        self.list.opened.connect(self._open)
        self.list.filter_wanted.connect(self.filters.choose_value)
        self.preview.print_wanted.connect(self.commands["print"])
        self.preview.pdf_wanted.connect(partial(self._do, self.printer.save_pdf))
        self.printer.busy_changed.connect(self._show_counts)
        self.printer.printed.connect(self._printed)
        self.returner.changed.connect(self._reload)
        self._reasons.arrived.connect(self._show_reasons)

    # --- what the window asks ---

    def header_widgets(self) -> Sequence[QWidget]:
        """What concerns no single sheet."""
        return (self.ledger.button, self.checklist, self.export, self.returns)

    def activate(self, argument: object = None) -> None:
        """Show what there is now; a list of customer ids is chosen."""
        if isinstance(argument, list | tuple):
            self._about = argument if isinstance(argument, SheetsAbout) else None
            self._wanted = self._about.ids if self._about else [str(one) for one in argument]
        self._arrived = True
        self._reload()

    # --- candidates ---

    def _result_changed(self) -> None:
        """Another result: at once if the page is in sight, else when it is shown."""
        if self.session.result is None or self.isVisible():
            self._reload()

    def _reload(self) -> None:
        """Ask the worker who is worth a visit."""
        result, vault, day = self.session.result, self.session.vault, self.session.today
        self._reasons.begin(result)
        self._loading.drop()
        if result is None or vault is None:
            self.list.forget()
            self.preview.show_sheet(None, "", "")
            self.set_subtitle("")
            self._stack.setCurrentIndex(1)
            self._show_counts()
            return
        about = self._about
        self._loading.ask("正在列出任务", lambda _reporter: work.candidates_of(
            result, vault, day, about), self._show)

    @Slot(object)
    def _show(self, view: work.Candidates) -> None:
        """Replace the rows; ticks and focus stay with their customers."""
        if view.result is not self.session.result:
            return
        arrived, self._arrived, current = self._arrived, False, self.list.current_id
        ticked = [one.task.customer_id for one in self.list.chosen]
        self.list.show_view(view, names_masked=self.session.settings.names_masked)
        self.filters.offer(view)
        self.preview.offer_officers(self.session.settings.officer_names, view)
        self._stack.setCurrentIndex(0 if view.people else 2)
        self.set_subtitle(f"数据日期 {view.result.days_told}，按优先级排列")
        if self._wanted is not None:
            self.filters.bar.reset()
            self._choose_wanted(view, self._wanted)
            self._wanted, current = None, ""
        elif arrived and not ticked:
            self.list.choose_planned()
        else:
            self.list.choose(view.rows[one] for one in ticked if one in view.rows)
        self._fill_reasons()
        assert self.list.model is not None
        self.list.filter(self.filters.keep(self.list.model))
        self.list.focus(current)
        self._show_counts()

    def _choose_wanted(self, view: work.Candidates, ids: Sequence[str]) -> None:
        """Tick exactly these customers, and tell about those who are no candidates."""
        rows = [view.rows[one] for one in dict.fromkeys(ids) if one in view.rows]
        self.list.choose(rows)
        missing = len(set(ids)) - len(rows)
        if missing:
            self.session.notify(
                f"{missing:,} 户未列入：没有建议的动作、已拒绝营销、已放在一边（已故、单位等），"
                "或结果已经登记。", "info")

    # --- choosing ---

    @Slot(str)
    def choose_preset(self, key: str) -> None:
        """Tick what a quick choice (key of PRESETS) means among the rows shown."""
        rows = self.list.preset(key)
        self.list.choose(rows)
        if rows:
            self.list.focus("")
        else:
            self.session.notify(f"“{PRESETS[key]}”里没有还未打印的客户。", "info")

    def _clear(self) -> None:
        self.list.choose(())

    def _filter(self) -> None:
        if self.list.model is not None:
            self.list.filter(self.filters.keep(self.list.model))
            self.list.focus(self.list.current_id)
            self._show_counts()

    def _show_counts(self) -> None:
        """How many are chosen, and what can be done with them."""
        chosen, busy = len(self.list.chosen), self.printer.busy
        paused = self.list.view.paused if self.list.view is not None else {}
        self.filters.show_counts(chosen, self.list.shown, paused_words(paused))
        self.preview.set_count(chosen, busy=busy)
        self.export.setEnabled(chosen > 0 and not busy)
        self.checklist.setEnabled(self.session.ruleset is not None)

    # --- reasons and preview ---

    def _ask_reasons(self) -> None:
        """Fetch the reasons of the rows in sight and of the next ones."""
        view = self.list.view
        if view is not None:
            self._reasons.want((one.position, one.task.action_id) for one in (
                view.people[row] for row in self.list.in_sight(_AHEAD)))

    def _fill_reasons(self) -> None:
        def reason(one: work.Candidate) -> str | None:
            found = self._reasons.of(one.position, one.task.action_id)
            return None if found is None else work.reason_of(found, one.task.action_id)

        self.list.fill_reasons(reason)

    @Slot()
    def _show_reasons(self) -> None:
        """More is known of some customers."""
        self._fill_reasons()
        self._show_preview()

    @Slot()
    def _focus_changed(self) -> None:
        self._show_preview()
        self._look.start()

    def _show_preview(self) -> None:
        """The sheet of the row in focus, once the rules have spoken."""
        view, row, settings = self.list.view, self.list.row, self.session.settings
        if view is None or row < 0:
            self.preview.show_sheet(None, "选中一位客户，这里显示任务单", "")
            return
        one = view.people[row]
        name = view.data["name"][row] if "name" in view.data else None
        who = shown_name(name, masked=settings.names_masked)
        number = f"单号 {one.number}，重印不换号" if one.number else "打印时编号"
        assessment = self._reasons.of(one.position, one.task.action_id)
        page = None if assessment is None else work.preview_page(
            view, row, assessment, work.print_job(view.result, settings, work.now()))
        self.preview.show_sheet(page, f"{who} · {one.task.theme}", number)

    # --- what the user does ---

    def _do(self, verb: Callable[[RunResult, Sequence[work.Candidate]], None]) -> None:
        """Have the chosen sheets printed, saved or listed."""
        if self.list.view is not None:
            verb(self.list.view.result, self.preview.assigned(self.list.chosen))

    def _checklist(self) -> None:
        if self.session.ruleset is not None:
            preview_checklist(self, self.session.ruleset, self.session)

    @Slot(object)
    def _printed(self, _run: work.PrintRun) -> None:
        """Done with these: nothing is chosen any more."""
        self._clear()
        self._reload()

    @Slot(int)
    def _open(self, row: int) -> None:
        if self.list.view is not None:
            self.session.open_customer(self.list.view.people[row].task.customer_id)

    def _settings_changed(self) -> None:
        if self.list.model is not None:
            self.list.model.set_names_masked(masked=self.session.settings.names_masked)
        self.preview.offer_officers(self.session.settings.officer_names, self.list.view)
        self._show_preview()
