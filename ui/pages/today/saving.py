"""Planning tasks and recording results, so that Ctrl+Z takes either back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand

from ..tasks import work as tasks_work
from . import work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from branchseg.store.vault import Vault

    from ...session import Session
    from ..tasks.work import Candidate


class ChangeCommand(QUndoCommand):
    """Something that was done already; undoing and redoing start the work again."""

    def __init__(self, words: str, redo: Callable[[], object], undo: Callable[[], object]) -> None:
        super().__init__(words)
        self._redo, self._undo, self._done = redo, undo, True

    def redo(self) -> None:
        """Do it again; being pushed does nothing."""
        if not self._done:
            self._redo()
        self._done = False

    def undo(self) -> None:
        """Take it back."""
        self._undo()


class TaskKeeper(QObject):
    """Changes tasks in the worker. `changed` after each change."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    # --- planning ---

    def plan(self, people: Sequence[Candidate]) -> None:
        """Plan tasks for these customers."""
        plan = work.Plan(tuple(people), tasks_work.now())
        self._run("正在生成任务", work.carry_out, plan, self._planned)

    @Slot(object)
    def _planned(self, plan: work.Plan) -> None:
        words = f"生成 {len(plan.people):,} 项任务"
        command = ChangeCommand(words, partial(self._plan_again, plan),
                                partial(self._drop, plan))
        self._session.undo_stack.push(command)
        self._session.notify(f"已{words}。", "ok",
                             partial(self._undo, command, partial(self._drop, plan)))
        self.changed.emit()

    def _plan_again(self, plan: work.Plan) -> None:
        self._run("正在生成任务", work.carry_out, plan, self._replanned)

    def _drop(self, plan: work.Plan) -> None:
        self._run("正在撤销任务", work.drop, plan, self._dropped)

    @Slot(object)
    def _replanned(self, _plan: work.Plan) -> None:
        self.changed.emit()

    @Slot(object)
    def _dropped(self, count: int) -> None:
        self._session.notify(f"已撤销 {count:,} 项还没打印的任务。", "ok")
        self.changed.emit()

    # --- results ---

    def record(self, outcome: work.Outcome) -> None:
        """Keep what came of a task."""
        self._run("正在保存结果", work.record, outcome, self._recorded)

    def take_back(self, outcome: work.Outcome) -> None:
        """Take a result back that was kept earlier."""
        self._run("正在撤回结果", work.reopen, outcome, self._taken_back)

    @Slot(object)
    def _recorded(self, outcome: work.Outcome) -> None:
        words = f"登记 {outcome.words}"
        command = ChangeCommand(words, partial(self._record_again, outcome),
                                partial(self._reopen, outcome))
        self._session.undo_stack.push(command)
        self._session.notify(f"已{words}。", "ok", partial(
            self._undo, command, partial(self.take_back, outcome)))
        self._tell(outcome)

    @Slot(object)
    def _taken_back(self, outcome: work.Outcome) -> None:
        self._session.undo_stack.push(ChangeCommand(
            "撤回结果", partial(self._reopen, outcome), partial(self._record_again, outcome)))
        self._reopened(outcome)

    def _record_again(self, outcome: work.Outcome) -> None:
        self._run("正在保存结果", work.record, outcome, self._tell)

    def _reopen(self, outcome: work.Outcome) -> None:
        self._run("正在撤回结果", work.reopen, outcome, self._reopened)

    @Slot(object)
    def _reopened(self, outcome: work.Outcome) -> None:
        self._session.notify("已撤回结果，任务回到待办。", "ok")
        self._tell(outcome)

    @Slot(object)
    def _tell(self, outcome: work.Outcome) -> None:
        self.changed.emit()
        self._session.customer_changed.emit(outcome.customer_id)

    # --- help ---

    def _run(self, label: str, do: Callable[[Vault, Any], object], what: object,
             done: Callable[[Any], None]) -> None:
        vault = self._session.vault
        if vault is not None:
            self._session.run(label, lambda _reporter: do(vault, what), done, quiet=True)

    def _undo(self, command: ChangeCommand, otherwise: Callable[[], None]) -> None:
        """What the button 撤销 does: undo, or the opposite if something was done since."""
        stack = self._session.undo_stack
        if stack.index() and stack.command(stack.index() - 1) is command:
            stack.undo()
        else:
            otherwise()
