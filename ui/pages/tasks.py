"""The page of task sheets: choose customers, look at their sheets, print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from branchseg.model.masking import mask

from ..row_model import RowModel
from ..style import px
from ..widgets.basic import Card, EmptyState, button
from ..widgets.page import Page
from ..widgets.table import DataTable
from . import tasks_work as work
from .lobby_dialogs import preview_checklist
from .tasks_columns import PLANNED, PRINTED, columns
from .tasks_filters import PRESETS, TaskFilters
from .tasks_preview import PreviewPane
from .tasks_printing import SheetPrinter
from .tasks_reasons import Reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from ..jobs import Job
    from ..session import Session

_PAUSE_MS = 60
_AHEAD = 60


class TasksPage(Page):
    """`activate(list of customer ids)` chooses exactly those."""

    title = "任务单"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.filters, self.preview = TaskFilters(), PreviewPane()
        self._reasons, self.printer = Reasons(session, self), SheetPrinter(session, self)
        self.view: work.Candidates | None = None
        self.model: RowModel | None = None
        self.table: DataTable | None = None
        self._loading: Job | None = None
        self._wanted: Sequence[str] | None = None
        self._look = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._look.timeout.connect(self._ask_reasons)
        self.export = button("导出清单", "export", self._export, tip="导出任务清单（Ctrl+E）")
        self.checklist = button("空白清单", "lobby", self._checklist,
                                tip="打印 A5 空白厅堂识别清单")
        self.commands = {"print": self._print, "export": self._export,
                         "refresh": self._reload}
        self._build()
        self._connect()
        self._show_counts()

    def _build(self) -> None:
        """Table at the left, the sheet at the right; something else while nobody is there."""
        list_card = Card(padding=(0, 0))
        self._table_box = QVBoxLayout()
        list_card.body.addLayout(self._table_box)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self.filters)
        column.addWidget(list_card, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(px(14))
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.preview)
        split.setStretchFactor(0, 1)
        split.setSizes([px(710), px(400)])
        self.preview.setMinimumWidth(px(300))
        self._stack = QStackedWidget()
        self._nobody = EmptyState(
            "import", "还没有客户名单",
            "导入名单后，这里列出今天值得联系的客户，勾选即可打印任务单。",
            (button("导入名单", "import", lambda: self.session.navigate("imports"),
                    primary=True),))
        self._nothing = EmptyState(
            "check", "没有需要联系的客户",
            "名单中没有人有待办的动作；导入新名单或补录厅堂观察后会重新判定。")
        for each in (split, self._nobody, self._nothing):
            self._stack.addWidget(each)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._stack)

    def _connect(self) -> None:
        session = self.session
        session.result_changed.connect(self._result_changed)
        session.settings_changed.connect(self._settings_changed)
        self.filters.changed.connect(self._filter)
        self.filters.preset_wanted.connect(self.choose_preset)
        self.filters.cleared.connect(self._clear)
        self.preview.print_wanted.connect(self._print)
        self.preview.pdf_wanted.connect(self._save_pdf)
        self.printer.busy_changed.connect(self._show_counts)
        self.printer.printed.connect(self._printed)
        self._reasons.arrived.connect(self._show_reasons)

    # --- what the window asks ---

    def header_widgets(self) -> Sequence[QWidget]:
        """What concerns no single sheet."""
        return (self.checklist, self.export)

    def activate(self, argument: object = None) -> None:
        """Show what there is now; a list of customer ids is chosen."""
        if isinstance(argument, list | tuple):
            self._wanted = [str(one) for one in argument]
        self._reload()

    # --- candidates ---

    def _result_changed(self) -> None:
        """Another result: at once if the page is in sight, else when it is shown."""
        if self.session.result is None or self.isVisible():
            self._reload()

    def _reload(self) -> None:
        """Ask the worker who is worth a visit."""
        result, vault, day = self.session.result, self.session.vault, work.now().date()
        self._reasons.begin(result)
        if self._loading is not None:
            self._loading.cancel()
        if result is None or vault is None:
            self.view = None
            self.preview.show_sheet(None, "", "")
            self.set_subtitle("")
            self._stack.setCurrentWidget(self._nobody)
            self._show_counts()
            return
        self._loading = self.session.run(
            "正在列出任务", lambda _reporter: work.candidates_of(result, vault, day), self._show,
            quiet=True)

    @Slot(object)
    def _show(self, view: work.Candidates) -> None:
        """Replace the rows; ticks and focus stay with their customers."""
        if view.result is not self.session.result:
            return
        ticked, current = self._ticked_ids(), self._current_id()
        first = self.view is None
        if self.view is None or self.view.labels != view.labels:
            self._build_table(view)
        assert self.model is not None
        assert self.table is not None
        self.view = view
        self.filters.offer(view)
        self.model.set_data(view.data, view.day)
        self.model.filter(self.filters.keep(self.model))
        self._stack.setCurrentIndex(0 if view.people else self._stack.indexOf(self._nothing))
        self.set_subtitle(f"数据日期 {view.result.table.as_of}，按优先级排列；默认脱敏打印")
        if self._wanted is not None:
            self._choose(self._wanted, say=True)
            self._wanted = None
        elif first:
            self.model.tick(row for row, state in enumerate(view.data["sheet"].tolist())
                            if state == PLANNED)
        else:
            self._choose(ticked, say=False)
        self._show_reasons()
        if not self.table.select_position(view.rows.get(current, -1)):
            self._focus_first()

    def _build_table(self, view: work.Candidates) -> None:
        """A table for the words of this rule book."""
        model = RowModel(columns(view.labels), checkable=True)
        model.set_names_masked(masked=self.session.settings.names_masked)
        table = DataTable(model)
        if self.table is not None:
            self.table.hide()
            self.table.deleteLater()
        self._table_box.addWidget(table)
        self.model, self.table = model, table
        model.ticks_changed.connect(self._show_counts)
        table.current_changed.connect(self._focus_changed)
        table.opened.connect(self._open)
        table.filter_wanted.connect(self.filters.choose_value)
        table.verticalScrollBar().valueChanged.connect(self._look.start)
        model.layoutChanged.connect(self._look.start)

    def _focus_first(self) -> None:
        """Look at the first chosen row, else the first one."""
        assert self.model is not None
        assert self.table is not None
        ticked = self.model.ticked.tolist()
        if not (ticked and self.table.select_position(ticked[0])) and self.model.rowCount():
            self.table.selectRow(0)
        self._focus_changed()

    # --- choosing ---

    def _choose(self, ids: Sequence[str], *, say: bool) -> None:
        """Tick exactly these customers; `say` tells about those who are no candidates."""
        assert self.view is not None
        assert self.model is not None
        rows = [self.view.rows[one] for one in dict.fromkeys(ids) if one in self.view.rows]
        if say:
            self.filters.bar.reset()
            missing = len(set(ids)) - len(rows)
            if missing:
                self.session.notify(
                    f"{missing:,} 户未列入：没有建议的动作、已拒绝营销，或结果已经登记。", "info")
        self.model.tick(range(self.model.total), on=False)
        self.model.tick(rows)

    def choose_preset(self, key: str) -> None:
        """Tick the shown rows a quick choice means; sheets printed before are left out."""
        if self.view is None or self.model is None:
            return
        fresh = self.view.data["sheet"] != PRINTED
        if key.isdigit():
            rows = [row for row in self.model.shown.tolist() if fresh[row]][:int(key)]
        else:
            flags = self.view.data[key]
            rows = [row for row in self.model.shown.tolist() if fresh[row] and flags[row]]
        self.model.tick(range(self.model.total), on=False)
        self.model.tick(rows)
        if rows:
            self._focus_first()
        else:
            self.session.notify(f"“{PRESETS[key]}”里没有还未打印的客户。", "info")

    def _clear(self) -> None:
        if self.model is not None:
            self.model.tick(range(self.model.total), on=False)

    def _filter(self) -> None:
        if self.model is not None:
            self.model.filter(self.filters.keep(self.model))
            self._focus_first()
            self._show_counts()

    @property
    def chosen(self) -> list[work.Candidate]:
        """The ticked customers, in the order shown."""
        if self.view is None or self.model is None:
            return []
        return [self.view.people[row] for row in self.model.ticked.tolist()]

    def _ticked_ids(self) -> list[str]:
        return [one.task.customer_id for one in self.chosen]

    def _current_id(self) -> str:
        row = self.table.current_position if self.table is not None else -1
        return "" if self.view is None or row < 0 else self.view.people[row].task.customer_id

    def _show_counts(self) -> None:
        """How many are chosen, and what can be done with them."""
        chosen, busy = len(self.chosen), self.printer.busy
        shown = self.model.rowCount() if self.view is not None and self.model else 0
        settled = self.view.settled if self.view is not None else 0
        hint = f"另有 {settled:,} 户已登记结果，不再列出" if settled else ""
        self.filters.show_counts(chosen, shown, hint)
        self.preview.set_count(chosen, busy=busy)
        self.export.setEnabled(chosen > 0 and not busy)
        self.checklist.setEnabled(self.session.ruleset is not None)

    # --- reasons and preview ---

    def showEvent(self, event: QShowEvent) -> None:
        """Rows have come in sight."""
        super().showEvent(event)
        self._look.start()

    def _ask_reasons(self) -> None:
        """Fetch the reasons of the focused row, of those in sight, and of the next ones."""
        if self.view is None or self.model is None or self.table is None:
            return
        top = max(self.table.rowAt(0), 0)
        bottom = self.table.rowAt(self.table.viewport().height() - 1)
        bottom = self.model.rowCount() - 1 if bottom < 0 else bottom
        rows = self.model.shown.tolist()[top:bottom + 1 + _AHEAD]
        focus = self.table.current_position
        wanted = [focus, *rows] if focus >= 0 else rows
        self._reasons.want(self.view.people[row].position for row in wanted)

    @Slot()
    def _show_reasons(self) -> None:
        """Fill in the reasons that are known by now."""
        if self.view is None or self.model is None:
            return
        why = self.model.values("why")
        for row, one in enumerate(self.view.people):
            found = self._reasons.of(one.position) if why[row] is None else None
            if found is not None:
                why[row] = work.reason_of(found, one.task.action_id)
        self.model.replace_column("why", why)
        self._show_preview()

    @Slot()
    def _focus_changed(self) -> None:
        self._show_preview()
        self._look.start()

    def _show_preview(self) -> None:
        """The sheet of the row in focus, once the rules have spoken."""
        row = self.table.current_position if self.table is not None else -1
        if self.view is None or row < 0:
            self.preview.show_sheet(None, "选中一位客户，这里显示任务单", "")
            return
        one, settings = self.view.people[row], self.session.settings
        name = self.view.data["name"][row] if "name" in self.view.data else None
        who = "未知姓名" if name is None else mask("name", name) if settings.names_masked else name
        number = f"单号 {one.number}，重印不换号" if one.number else "打印时编号"
        assessment = self._reasons.of(one.position)
        page = None
        if assessment is not None:
            job = work.print_job(self.view.result, settings, work.now())
            page = work.preview_page(self.view, row, assessment, job)
        self.preview.show_sheet(page, f"{who} · {one.task.theme}", number)

    # --- what the user does ---

    def _print(self) -> None:
        if self.view is not None:
            self.printer.print(self.view.result, self.chosen)

    def _save_pdf(self) -> None:
        if self.view is not None:
            self.printer.save_pdf(self.view.result, self.chosen)

    def _export(self) -> None:
        if self.view is not None:
            self.printer.export(self.view.result, self.chosen)

    def _checklist(self) -> None:
        if self.session.ruleset is not None:
            preview_checklist(self, self.session.ruleset, self.session.settings.branch_name)

    @Slot(object)
    def _printed(self, _run: work.PrintRun) -> None:
        """Done with these: nothing is chosen any more."""
        self._clear()
        self._reload()

    def _open(self, row: int) -> None:
        if self.view is not None:
            self.session.open_customer(self.view.people[row].task.customer_id)

    def _settings_changed(self) -> None:
        if self.model is not None:
            self.model.set_names_masked(masked=self.session.settings.names_masked)
        self._show_preview()
