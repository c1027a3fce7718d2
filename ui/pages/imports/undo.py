"""Taking imports back and bringing them back, by button or by Ctrl+Z."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from ...undo_stack import LateCommand
from . import asking, work

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchseg.store.records import Batch

    from ...jobs import Job
    from ...session import Session


class InForceCommand(LateCommand):
    """Puts an import in force or takes it back; undoing does the opposite.

    `put(batch, in force)` begins the work.
    """

    def __init__(self, words: str, batch_id: int, put: Callable[[int, bool], None], *,
                 in_force: bool) -> None:
        super().__init__(words, lambda forward: put(batch_id, forward is in_force))
        self.batch_id, self.in_force = batch_id, in_force


class ImportUndo(QObject):
    """Knows the undo stack; `changed` comes when an import was taken back or brought back.

    The stack waits for the vault: while a question is open or the worker is busy with it, no
    other step is taken, and where the vault stays as it was so does the stack.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def note_import(self, batch_id: int, customers: int) -> None:
        """An import was saved just now: from here on it can be undone."""
        self._session.undo_stack.push(self._command(
            f"导入 {customers:,} 户", batch_id, in_force=True))

    def take_back_saved(self, batch_id: int) -> None:
        """Take an import made in this sitting back; as an undo, if nothing was done since."""
        stack = self._session.undo_stack
        last = stack.command(stack.index() - 1)
        if isinstance(last, InForceCommand) and last.in_force and last.batch_id == batch_id:
            stack.undo()
        else:
            self._do("撤销导入", batch_id, in_force=False)

    @Slot(object)
    def take_back(self, batch: Batch) -> None:
        """Take an earlier import back."""
        self._do(f"撤销导入 {batch.customers:,} 户", batch.id, in_force=False)

    @Slot(object)
    def bring_back(self, batch: Batch) -> None:
        """Put an import that was taken back in force again."""
        self._do(f"恢复导入 {batch.customers:,} 户", batch.id, in_force=True)

    def _do(self, words: str, batch_id: int, *, in_force: bool) -> None:
        stack = self._session.undo_stack
        if stack.pending:
            self._session.notify("上一次撤销或恢复还没有完成，请稍候再试。", "info")
        else:
            stack.do(self._command(words, batch_id, in_force=in_force))

    def _command(self, words: str, batch_id: int, *, in_force: bool) -> InForceCommand:
        return InForceCommand(words, batch_id, self._put, in_force=in_force)

    # --- a step on its way ---

    def _put(self, batch_id: int, in_force: bool) -> None:  # noqa: FBT001 - a callback
        """Begin; before an import is taken back, ask if tasks are open."""
        vault = self._session.vault
        if vault is None:
            self._settle(done=False)
        elif in_force:
            self._carry_out(batch_id, in_force=True)
        else:
            self._unless_it_ends(self._session.run(
                "正在查看任务", lambda _reporter: work.open_work(vault, batch_id),
                partial(self._ask, batch_id), quiet=True), partial(self._settle, done=False))

    def _ask(self, batch_id: int, open_work: str) -> None:
        """Take the import back, unless open tasks keep the user from it."""
        if not open_work or asking.may_take_back(QApplication.activeWindow(), open_work):
            self._carry_out(batch_id, in_force=False)
        else:
            self._settle(done=False)

    def _carry_out(self, batch_id: int, *, in_force: bool) -> None:
        """Change the vault and sort the customers anew, in the worker."""
        session, now = self._session, datetime.now().astimezone()
        vault, ruleset, today = session.vault, session.ruleset, session.clock()
        if vault is None or ruleset is None:
            self._settle(done=False)
            return
        self._unless_it_ends(session.run(
            "正在恢复导入" if in_force else "正在撤销导入",
            lambda _reporter: work.set_in_force(vault, batch_id, ruleset, now, today,
                                                in_force=in_force),
            partial(self._changed, in_force), writes=True),
            partial(self._look, batch_id, in_force=in_force))

    @staticmethod
    def _unless_it_ends(job: Job, otherwise: Callable[[], None]) -> None:
        """Have something done where a job fails or is cancelled."""
        job.failed.connect(lambda _error: otherwise())
        job.cancelled.connect(otherwise)

    def _look(self, batch_id: int, *, in_force: bool) -> None:
        """It did not end well: the vault knows whether it was done."""
        vault = self._session.vault
        if vault is None:
            self._settle(done=False)
            return
        self._unless_it_ends(self._session.run(
            "正在查看导入记录", lambda _reporter: work.is_in_force(vault, batch_id) is in_force,
            self._found, quiet=True), partial(self._settle, done=False))

    def _found(self, done: bool) -> None:  # noqa: FBT001 - a callback
        """Sort anew what the worker has left unsorted."""
        self._settle(done=done)
        if done:
            self.changed.emit()
            self._session.reload()

    def _changed(self, in_force: bool, after: work.InForce) -> None:  # noqa: FBT001 - a callback
        """Show the customers that are left, or that nothing had to be done."""
        session = self._session
        self._settle(done=after.changed)
        session.set_result(after.result)
        self.changed.emit()
        if not after.changed:
            session.notify("这次导入已经恢复。" if in_force else "这次导入已经撤销。", "info")
        else:
            session.notify("已恢复导入。" if in_force
                           else "已撤销导入，客户库回到导入之前。", "ok")

    def _settle(self, *, done: bool) -> None:
        self._session.undo_stack.settle(done=done)
