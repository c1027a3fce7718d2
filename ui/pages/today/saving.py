"""Planning tasks and recording results, so that Ctrl+Z takes either back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from branchseg.model.outcomes import outcomes

from ...changes import ChangeCommand, say_done
from ..tasks import work as tasks_work
from . import changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from branchseg.store.records import Outcome, Task
    from branchseg.store.vault import Vault

    from ...session import Session
    from ..tasks.work import Candidate
    from .entries import Entry


class TaskKeeper(QObject):
    """Changes tasks in the worker. `changed` after each change."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    # --- planning ---

    def plan(self, people: Sequence[Candidate]) -> None:
        """Plan tasks for these customers."""
        plan = changes.Plan(tuple(people), tasks_work.now())
        self._run("正在生成任务", changes.carry_out, plan, self._planned)

    @Slot(object)
    def _planned(self, plan: changes.Plan) -> None:
        drop = partial(self._drop, plan)
        say_done(self._session, f"生成 {len(plan.people):,} 项任务",
                 partial(self._plan_again, plan), drop, drop)
        self.changed.emit()

    def _plan_again(self, plan: changes.Plan) -> None:
        self._run("正在生成任务", changes.carry_out, plan, self._replanned)

    def _drop(self, plan: changes.Plan) -> None:
        self._run("正在撤销任务", changes.drop, plan, self._dropped)

    @Slot(object)
    def _replanned(self, _plan: changes.Plan) -> None:
        self.changed.emit()

    @Slot(object)
    def _dropped(self, count: int) -> None:
        self._session.notify(f"已撤销 {count:,} 项还没打印的任务。", "ok")
        self.changed.emit()

    # --- results ---

    def record(self, task: Task, outcome: Outcome, name: str) -> None:
        """Keep what came of a task; `name` is the customer's, as it may be shown."""
        result = outcomes().result(outcome.result)
        found = changes.Registered(task.id, task.customer_id, f"{name}：{result.label}", outcome,
                                tasks_work.now(), result.refuses)
        self._run("正在保存结果", changes.record, found, self._recorded)

    def take_back(self, found: changes.Registered) -> None:
        """Take a result back that was kept earlier."""
        self._run("正在撤回结果", changes.reopen, found, self._taken_back)

    @Slot(object)
    def _recorded(self, found: changes.Registered) -> None:
        after = "。今后不再联系，其他任务已关闭。" if found.refuses else "。"
        say_done(self._session, f"登记 {found.words}", partial(self._record_again, found),
                 partial(self._reopen, found), partial(self.take_back, found), after)
        self._tell(found)

    @Slot(object)
    def _taken_back(self, found: changes.Registered) -> None:
        self._session.undo_stack.push(ChangeCommand(
            "撤回结果", partial(self._reopen, found), partial(self._record_again, found)))
        self._reopened(found)

    def _record_again(self, found: changes.Registered) -> None:
        self._run("正在保存结果", changes.record, found, self._tell)

    def _reopen(self, found: changes.Registered) -> None:
        self._run("正在撤回结果", changes.reopen, found, self._reopened)

    @Slot(object)
    def _reopened(self, found: changes.Registered) -> None:
        self._session.notify("已撤回结果，任务回到待办。", "ok")
        self._tell(found)

    @Slot(object)
    def _tell(self, found: changes.Registered) -> None:
        self.changed.emit()
        self._session.customer_changed.emit(found.customer_id)
        if found.refuses:
            self._session.reload()  # the rules must know at once whom to leave alone

    # --- tasks whose reason is gone ---

    def withdraw_stale(self, entries: Iterable[Entry]) -> None:
        """Close, without a result, those of the tasks whose reason is gone."""
        ids = tuple(one.task.id for one in entries if one.task is not None and one.is_stale)
        if ids:
            self._withdraw(changes.Withdrawal(ids, tasks_work.now()))

    def reopen(self, task: Task) -> None:
        """Open a closed task again, whatever closed it."""
        if task.outcome is not None:
            self.take_back(changes.registered(task, ""))
        elif task.closed_at is not None:
            self.restore(changes.Withdrawal((task.id,), task.closed_at))

    def _withdraw(self, gone: changes.Withdrawal) -> None:
        self._run("正在关闭任务", changes.withdraw, gone, self._withdrawn)

    def restore(self, gone: changes.Withdrawal) -> None:
        """Open withdrawn tasks again."""
        self._run("正在恢复任务", changes.restore, gone, self._changed)

    @Slot(object)
    def _withdrawn(self, gone: changes.Withdrawal) -> None:
        back = partial(self.restore, gone)
        say_done(self._session, f"关闭 {len(gone.task_ids):,} 项理由已变的任务",
                 partial(self._withdraw_again, gone), back, back)
        self.changed.emit()

    def _withdraw_again(self, gone: changes.Withdrawal) -> None:
        self._run("正在关闭任务", changes.withdraw, gone, self._changed)

    @Slot(object)
    def _changed(self, _gone: changes.Withdrawal) -> None:
        self.changed.emit()

    # --- help ---

    def _run(self, label: str, do: Callable[[Vault, Any], object], what: object,
             done: Callable[[Any], None]) -> None:
        vault = self._session.vault
        if vault is not None:
            self._session.run(label, lambda _reporter: do(vault, what), done, quiet=True,
                              writes=True)
