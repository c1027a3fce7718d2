"""The ledger of sheets: which are out, which came back, which have been destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from branchseg.model.fields import Kind
from branchseg.model.outcomes import outcomes

from ...changes import say_done
from ...columns import LATEST, Chip, Column
from ...row_model import RowModel, from_lists
from ...style import px
from ...widgets.basic import button, label
from ...widgets.inputs import FilterBar
from ...widgets.table import DataTable
from . import work

if TYPE_CHECKING:
    from datetime import date, datetime

    from branchseg.pipeline import RunResult
    from branchseg.store.records import Task
    from branchseg.store.vault import Vault

    from ...session import Session

OUT, LATE, CLOSED, BACK = "out", "late", "closed", "back"
SHREDDED, GONE = "shredded", "gone"
STATES = {
    OUT: Chip("待回收", "accent"), LATE: Chip("逾期未回", "danger"),
    CLOSED: Chip("已关闭待收回", "warn"), BACK: Chip("已收回待销毁", "warn"),
    SHREDDED: Chip("已销毁", "ok"), GONE: Chip("已销毁须重印", "danger"),
}
_COLUMNS = (
    Column("number", "单号", width=124),
    Column("name", "客户", Kind.NAME, 84),
    Column("theme", "任务", width=130, stretch=True),
    Column("owner", "负责岗位", width=88),
    Column("printed", "首次打印", Kind.DATE, 92),
    Column("prints", "次数", Kind.NUMBER, 52),
    Column("latest", LATEST, Kind.DATE, 96),
    Column("state", "状态", width=128, chips=STATES),
    Column("result", "结果", width=88),
    Column("closed", "收回日", Kind.DATE, 96),
    Column("shredded", "销毁日", Kind.DATE, 96),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All sheets with a number, the newest first; `data` holds a table column per key."""

    sheets: tuple[Task, ...]
    data: dict[str, Any]

    def ids(self, state: str) -> list[int]:
        """The tasks whose sheets are in a state."""
        return [one.id for one, mine in zip(self.sheets, self.data["state"], strict=True)
                if mine == state]


def ledger_of(result: RunResult | None, vault: Vault, day: date) -> Ledger:
    """What became of every sheet, as known on `day`."""
    sheets = sorted((one for one in vault.tasks() if one.sheet_number),
                    key=lambda one: one.sheet_number or "", reverse=True)
    names: dict[str, object] = {}
    if result is not None and "name" in result.table.frame:
        frame = result.table.frame
        names = dict(zip(frame["customer_id"], frame["name"], strict=True))
    found, table = [names.get(one.customer_id) for one in sheets], outcomes()
    return Ledger(tuple(sheets), from_lists({
        "number": [one.sheet_number for one in sheets],
        "name": [name if isinstance(name, str) else None for name in found],
        "theme": [one.theme for one in sheets],
        "owner": [one.owner_role for one in sheets],
        "printed": [work.first_printed(one) for one in sheets],
        "prints": [one.prints for one in sheets],
        "latest": [one.deadline if one.is_open else None for one in sheets],
        "state": [_state(one, day) for one in sheets],
        "result": [table.result(one.result).label if one.result is not None else None
                   for one in sheets],
        "closed": [_day(one.closed_at) for one in sheets],
        "shredded": [_day(one.shredded_at) for one in sheets],
    }))


def _state(task: Task, day: date) -> str:
    if task.shredded_at is not None:
        return GONE if task.is_open else SHREDDED
    if task.is_open:
        return LATE if task.deadline < day else OUT
    return CLOSED if task.result is None else BACK


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone().date() if moment is not None else None


class LedgerDialog(QDialog):
    """Every sheet; accepted if the user says that some of them have been destroyed."""

    def __init__(self, ledger: Ledger, day: date, *, names_masked: bool,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("任务单台账")
        self.resize(px(1120), px(560))
        self.ledger = ledger
        self.model = RowModel(_COLUMNS)
        self.model.set_names_masked(masked=names_masked)
        self.model.set_data(ledger.data, day)
        self.table = DataTable(self.model)
        self.bar = FilterBar()
        self.bar.add_filter("state", "全部状态", {
            key: f"{chip.text}（{len(ledger.ids(key)):,}）" for key, chip in STATES.items()})
        self.bar.changed.connect(self._filter)
        self.shred = button("", "check", self.accept, primary=True)
        self.table.selectionModel().selectionChanged.connect(self._offer)
        self._build()
        self._offer()

    def _build(self) -> None:
        counts = [f"{chip.text} {len(self.ledger.ids(key)):,} 张" for key, chip in STATES.items()
                  if self.ledger.ids(key)]
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(12))
        column.addWidget(label("，".join(counts) or "还没有打印过任务单", "section", wrap=True))
        column.addWidget(label("任务单收回、登记结果后当日销毁，销毁后在这里登记；不选行时登记全部已收回的。"
                               "任务已关闭、纸还在外面的，收回后选中再登记。", "muted", wrap=True))
        column.addWidget(self.bar)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(button("关闭", clicked=self.reject))
        row.addWidget(self.shred)
        column.addLayout(row)

    @property
    def chosen(self) -> list[int]:
        """The tasks whose sheets are to be destroyed: those selected, else all that came back.

        Of a task that was closed without a result the sheet may still be out: whoever has it in
        hand selects it.
        """
        selected = self.table.selectionModel().hasSelection()
        rows = self.table.selected_positions() if selected else [
            self.model.position(row) for row in range(self.model.rowCount())]
        wanted = {BACK, CLOSED} if selected else {BACK}
        return [self.ledger.sheets[row].id for row in rows
                if self.ledger.data["state"][row] in wanted]

    def _filter(self) -> None:
        state = self.bar.chosen("state")
        self.table.clearSelection()
        self.model.filter(self.ledger.data["state"] == state if state else None)
        self._offer()

    def _offer(self) -> None:
        count = len(self.chosen)
        self.shred.setText(f"登记销毁（{count:,} 张）" if count else "登记销毁")
        self.shred.setEnabled(count > 0)


class LedgerKeeper(QObject):
    """Shows the ledger, by a button of its own, and notes what was destroyed."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent
        self.button = button("台账", "table", self.begin,
                             tip="任务单台账：待回收、逾期、已收回、已销毁")

    def begin(self) -> None:
        """Read the ledger and show it."""
        session, vault = self._session, self._session.vault
        if vault is not None:
            result, day = session.result, session.today
            session.run("正在读取台账", lambda _reporter: ledger_of(result, vault, day),
                        self._look)

    @Slot(object)
    def _look(self, ledger: Ledger) -> None:
        dialog = LedgerDialog(ledger, self._session.today, parent=self._window,
                              names_masked=self._session.settings.names_masked)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._mark(dialog.chosen, work.now(), self._marked)
        dialog.deleteLater()

    def _mark(self, ids: list[int], moment: datetime | None, done: Any) -> None:
        vault = self._session.vault
        if vault is not None:
            self._session.run("正在登记销毁", lambda _reporter: (
                vault.mark_shredded(ids, moment), moment), done, writes=True)

    @Slot(object)
    def _marked(self, found: tuple[list[int], datetime]) -> None:
        ids, moment = found
        back = partial(self._mark, ids, None, self._taken_back)
        say_done(self._session, f"登记销毁 {len(ids):,} 张任务单",
                 partial(self._mark, ids, moment, self._marked_again), back, back)

    @Slot(object)
    def _marked_again(self, found: tuple[list[int], datetime]) -> None:
        self._session.notify(f"已登记销毁 {len(found[0]):,} 张任务单。", "ok")

    @Slot(object)
    def _taken_back(self, found: tuple[list[int], None]) -> None:
        self._session.notify(f"已撤回 {len(found[0]):,} 张任务单的销毁登记。", "ok")

