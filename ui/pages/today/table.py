"""TodayTable: the tasks, their filters, and the field a scanner types into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...dialogs.sheet_number import fault_of, number_of
from ...icons import icon
from ...row_model import RowModel
from ...style import px
from ...widgets.basic import Card, EmptyState, Picture, button, label, restyle
from ...widgets.inputs import FilterBar
from ...widgets.table import DataTable
from .columns import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .work import TodayView

_OPEN = "open"
_GROUPS = {"open": "待办", "due_now": "今天该办的", "printed": "待回收", "stale": "理由已变",
           "done": "本周已登记"}
_PEOPLE = {"owner": "全部岗位", "officer": "全部经理"}


class TodayTable(Card):
    """Rows of a TodayView.

    Signals: focused(row or -1), opened(row), scanned(sheet number), plan_wanted,
    withdraw_wanted (all whose reason is gone), import_wanted, restore_wanted.
    """

    focused = Signal(int)
    opened = Signal(int)
    scanned = Signal(str)
    plan_wanted = Signal()
    withdraw_wanted = Signal()
    import_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(0, 0))
        self.body.setSpacing(0)
        self.view: TodayView | None = None
        self.model: RowModel | None = None
        self.table: DataTable | None = None
        self._labels: Mapping[str, Mapping[str, str]] | None = None
        self._follow = 0
        self._detour = False
        self._is_low = False
        self.bar = FilterBar()
        self.bar.add_filter("group", "全部任务", _GROUPS)
        for key, everything in _PEOPLE.items():
            self.bar.add_filter(key, everything, {})
        self.bar.choose("group", _OPEN)
        self.bar.changed.connect(self._filter)
        self.scan = QLineEdit()
        self.scan.setPlaceholderText("扫描或输入单号")
        self.scan.setAccessibleName("扫描或输入单号")
        self.scan.addAction(icon("tasks", "text2"), QLineEdit.ActionPosition.LeadingPosition)
        self.scan.setMinimumWidth(px(176))
        self.scan.returnPressed.connect(self._scanned)
        self.scan.textEdited.connect(lambda _text: restyle(self.scan, "invalid", ""))
        self.more = button("", "plus", self.plan_wanted.emit,
                           tip="把接下来最值得联系的客户加进任务")
        self.bar.add_widget(self.more)
        self.bar.add_widget(self.scan)
        self._sentence = label("", wrap=True)
        self.plan = button("", "check", self.plan_wanted.emit, primary=True)
        self.offer = _strip("accent", "info", self._sentence, self.plan)
        self._old = label("", wrap=True)
        self.old = _strip("warn", "warning", self._old,
                          button("导入新名单", "import", self.import_wanted.emit))
        self._gone = label("", wrap=True)
        self.withdraw = button("", "close", self.withdraw_wanted.emit)
        self.gone = _strip("warn", "warning", self._gone, self.withdraw)
        self._missing = label("", wrap=True)
        self.restore = button("恢复这次导入", "redo", self.restore_wanted.emit)
        self.missing = _strip("warn", "warning", self._missing, self.restore)
        self._make_stack()
        self.body.addWidget(self.bar)
        self.body.addWidget(self.missing)
        self.body.addWidget(self.old)
        self.body.addWidget(self.offer)
        self.body.addWidget(self.gone)
        self.body.addWidget(self._stack, 1)

    def _make_stack(self) -> None:
        """The table, or why it is empty."""
        holder = QWidget()
        self._table_box = QVBoxLayout(holder)
        self._table_box.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        done = EmptyState("check", "都办完了", "没有待办任务。")
        hidden = EmptyState("filter", "没有符合条件的任务", "",
                            (button("显示全部待办", clicked=self.reset),))
        missing = EmptyState("import", "任务在等名单",
                             "恢复撤销的导入，或导入新名单，任务就回到这里。")
        for each in (holder, done, hidden, missing):
            self._stack.addWidget(each)

    def set_low(self, *, low: bool) -> None:
        """In a low window: one line each for filters and offer. Scanners work everywhere."""
        self._is_low = low
        self.scan.setVisible(not low)
        if self.view is not None:
            self._say(self.view)

    # --- what is shown ---

    def show_view(self, view: TodayView, labels: Mapping[str, Mapping[str, str]], *,
                  names_masked: bool) -> None:
        """Replace the rows; the focus stays with its task, or goes to the next one."""
        before, self.view = self._current_task(), view
        if self.table is None or labels != self._labels:
            self._build_table(labels)
        assert self.model is not None
        self.model.set_names_masked(masked=names_masked)
        for key, everything in _PEOPLE.items():
            found = sorted({getattr(one, key) for one in view.entries} - {""})
            self.bar.set_choices(key, everything, {one: one for one in found})
        count = len(view.proposed)
        self.offer.setVisible(view.only_proposed and count > 0)
        self.more.setVisible(not view.only_proposed and count > 0)
        self.more.setText(f"再加 {count:,} 户")
        gone = len(view.stale)
        self.gone.setVisible(gone > 0)
        self.withdraw.setText(f"关闭这 {gone:,} 项")
        self._say(view)
        self.plan.setText(f"生成任务（{count:,} 户）")
        self.old.setVisible(bool(view.warning))
        self.missing.setVisible(view.missing > 0)
        self._missing.setText(f"名单已撤销，{view.missing:,} 项任务等待名单。")
        self.model.set_data(view.data, view.day)
        self._filter_rows()
        wanted = self._follow or before
        self._follow = 0
        self._focus_task(wanted)

    def _say(self, view: TodayView) -> None:
        """The sentences above the table; in a low window the first words only."""
        low = self._is_low
        self._sentence.setText(_offer(view, short=low))
        gone = f"{len(view.stale):,} 项任务的理由已过或已变，规则不再建议。"
        self._gone.setText(gone.partition("，")[0] + "。" if low else gone)
        self._gone.setToolTip(gone + "名单更新了，或者生日、到期日已经过去。")
        first, stop, _ = view.warning.partition("。")
        self._old.setText(first + stop if low else view.warning)
        self._old.setToolTip(view.warning)

    def _build_table(self, labels: Mapping[str, Mapping[str, str]]) -> None:
        model = RowModel(columns(labels))
        table = DataTable(model)
        if self.table is not None:
            self.table.hide()
            self.table.deleteLater()
        self._table_box.addWidget(table)
        self.model, self.table, self._labels = model, table, labels
        self.setFocusProxy(table)
        table.current_changed.connect(self.focused)
        table.opened.connect(self.opened)

    def _filter(self) -> None:
        """A filter was chosen."""
        task = self._current_task()
        self._filter_rows()
        self._focus_task(task)

    def _filter_rows(self) -> None:
        if self.model is None or self.view is None:
            return
        keep = self.model.mask(range(self.model.total))
        group = self.bar.chosen("group")
        people = {key: self.bar.chosen(key) for key in _PEOPLE if self.bar.chosen(key)}
        if group:
            keep &= self.model.values(group).astype(bool)
        for key, wanted in people.items():
            keep &= self.model.values(key) == wanted
        self.model.filter(keep)
        shown = self.model.rowCount()
        self.bar.set_count(f"{shown:,} 户")
        plain = not people and group in ("", _OPEN)
        empty = 2 if not plain else 3 if self.view.missing else 1
        self._stack.setCurrentIndex(0 if shown else empty)

    # --- moving ---

    def _current_task(self) -> int:
        """The id of the task in focus, 0 for none."""
        row = self.table.current_position if self.table is not None else -1
        if self.view is None or not 0 <= row < len(self.view.entries):
            return 0
        task = self.view.entries[row].task
        return task.id if task is not None else 0

    def _focus_task(self, task_id: int) -> None:
        """Focus a task; if it is not shown, the first row."""
        if self.table is None or self.view is None or self.model is None:
            return
        row = self.view.row_of_task(task_id) if task_id else -1
        if (row < 0 or not self.table.select_position(row)) and self.model.rowCount():
            self.table.selectRow(0)
        self.focused.emit(self.table.current_position)

    def follow(self, task_id: int) -> None:
        """Have the focus go to this task with the next view."""
        self._follow = task_id

    def go(self, steps: int) -> None:
        """Some rows down; negative is up."""
        if self.table is not None:
            self.table.move_current(steps)

    def next_open(self) -> None:
        """Go to the next open task; after the last one to the first."""
        if self.table is None or self.model is None or self.view is None:
            return
        self._return()
        rows, here = self.model.shown.tolist(), self.table.current_position
        at = rows.index(here) if here in rows else -1
        following = [row for row in (*rows[at + 1:], *rows[:max(at, 0)])
                     if self.view.entries[row].is_open and not self.view.entries[row].waiting]
        if following:
            task = self.view.entries[following[0]].task
            assert task is not None  # open
            self.follow(task.id)
            self.table.select_position(following[0])

    def show_row(self, row: int) -> None:
        """Focus a row, whatever the filters hide."""
        if self.table is None or self.view is None:
            return
        self._return()
        if not self.table.select_position(row):
            self.bar.reset()
            self._detour = self.model is not None and not self.model.values(_OPEN)[row]
            if not self._detour:
                self.bar.choose("group", _OPEN)
            self.table.select_position(row)
        self.table.setFocus()

    def _return(self) -> None:
        """Back to the open tasks, if only a scanned sheet of another state led away from them."""
        if self._detour and not self.bar.chosen("group"):
            self.bar.choose("group", _OPEN)
        self._detour = False

    def choose_group(self, key: str) -> None:
        """Show one group only: a key of the filter."""
        for each in _PEOPLE:
            self.bar.choose(each, "")
        self.bar.choose("group", key)

    def reset(self) -> None:
        """Everything that is open."""
        self.choose_group(_OPEN)

    # --- the scanner ---

    @Slot()
    def _scanned(self) -> None:
        """A number or a QR code; the last digits alone mean a sheet of today."""
        typed = self.scan.text().strip()
        number = number_of(typed, self.view.day) if self.view is not None else None
        if number is None:
            restyle(self.scan, "invalid", "true")
            self.scan.setToolTip(fault_of(typed))
            self.scan.selectAll()
            return
        self.scan.clear()
        self.scanned.emit(number)


def _offer(view: TodayView, *, short: bool) -> str:
    """How many are for the next day with room, and where the others are."""
    is_today = view.first <= view.day
    if short:
        return f"{'今日' if is_today else f'{view.first:%m-%d} '}应做 {len(view.proposed):,} 户"
    day = "今日" if is_today else f"下一个工作日（{view.first:%m-%d}）"
    rest = f"，其余 {view.later:,} 户已排到后面几天" if view.later else ""
    if view.crowded:
        return (f"{day}应做 {len(view.proposed):,} 户，后面几天 {view.later:,} 户；"
                f"{view.crowded:,} 户在到期或生日前排不下，请改派。")
    return f"{day}应做 {len(view.proposed):,} 户{rest}。按优先级和每人每天能做的量安排。"


def _strip(tone: str, picture: str, sentence: QLabel, act: QPushButton) -> QFrame:
    """What stands above the table: one sentence and one button."""
    made = QFrame()
    made.setProperty("banner", tone)
    row = QHBoxLayout(made)
    row.setContentsMargins(px(12), px(8), px(8), px(8))
    row.setSpacing(px(8))
    row.addWidget(Picture(picture, tone, 18))
    row.addWidget(sentence, 1)
    row.addWidget(act)
    return made
