"""Taking imports back and bringing them back, by button or by Ctrl+Z."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QApplication

from . import asking, work

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QUndoStack

    from branchseg.pipeline import RunResult
    from branchseg.store.records import Batch

    from ...session import Session


class InForceCommand(QUndoCommand):
    """Puts an import in force or takes it back; undoing does the opposite.

    `put(command, in force)` starts the work. `done` tells that it is done already, so
    that pushing the command does not do it again.
    """

    def __init__(self, words: str, batch_id: int, put: Callable[[InForceCommand, bool], None], *,
                 in_force: bool, done: bool = False) -> None:
        super().__init__(words)
        self.batch_id, self.in_force = batch_id, in_force
        self._put, self._done = put, done

    def redo(self) -> None:
        """Do it, unless it is done."""
        if not self._done:
            self._put(self, self.in_force)
        self._done = False

    def undo(self) -> None:
        """Do the opposite."""
        self._put(self, not self.in_force)

    def give_up(self, stack: QUndoStack) -> None:
        """The user does not want the import taken back after all: the stack as it was."""
        if self.in_force and stack.command(stack.index()) is self:
            self._done = True
            stack.redo()
        elif not self.in_force and stack.command(stack.index() - 1) is self:
            self.setObsolete(True)
            stack.undo()


class ImportUndo(QObject):
    """Knows the undo stack; `changed` comes when the customers were sorted anew."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._last = 0

    def note_import(self, batch_id: int, customers: int) -> None:
        """An import was saved just now: from here on it can be undone."""
        self._last = batch_id
        self._session.undo_stack.push(InForceCommand(
            f"导入 {customers:,} 户", batch_id, self._put, in_force=True, done=True))

    @Slot()
    def take_back_last(self) -> None:
        """Take the import just made back; as an undo, if nothing was done since."""
        stack = self._session.undo_stack
        last = stack.command(stack.index() - 1) if stack.index() else None
        if isinstance(last, InForceCommand) and last.in_force and last.batch_id == self._last:
            stack.undo()
        else:
            self._push("撤销导入", self._last, in_force=False)

    @Slot(object)
    def take_back(self, batch: Batch) -> None:
        """Take an earlier import back."""
        self._push(f"撤销导入 {batch.customers:,} 户", batch.id, in_force=False)

    @Slot(object)
    def bring_back(self, batch: Batch) -> None:
        """Put an import that was taken back in force again."""
        self._push(f"恢复导入 {batch.customers:,} 户", batch.id, in_force=True)

    def _push(self, words: str, batch_id: int, *, in_force: bool) -> None:
        self._session.undo_stack.push(
            InForceCommand(words, batch_id, self._put, in_force=in_force))

    def _put(self, command: InForceCommand, in_force: bool) -> None:  # noqa: FBT001 - a callback
        """Do it; before an import is taken back, ask if tasks are open."""
        vault = self._session.vault
        if vault is None:
            return
        if in_force:
            self._carry_out(command, in_force=True)
        else:
            self._session.run("正在查看任务", lambda _reporter: (
                command, work.open_work(vault, command.batch_id)), self._ask, quiet=True)

    @Slot(object)
    def _ask(self, found: tuple[InForceCommand, str]) -> None:
        """Take the import back, unless open tasks keep the user from it."""
        command, open_work = found
        if not open_work or asking.may_take_back(QApplication.activeWindow(), open_work):
            self._carry_out(command, in_force=False)
        else:
            command.give_up(self._session.undo_stack)

    def _carry_out(self, command: InForceCommand, *, in_force: bool) -> None:
        """Change the vault and sort the customers anew, in the worker."""
        session, now = self._session, datetime.now().astimezone()
        vault, ruleset, today = session.vault, session.ruleset, session.clock()
        if vault is None or ruleset is None:
            return
        session.run(
            "正在恢复导入" if in_force else "正在撤销导入",
            lambda _reporter: work.set_in_force(vault, command.batch_id, ruleset, now, today,
                                                in_force=in_force),
            self._brought_back if in_force else self._taken_back, writes=True)

    @Slot(object)
    def _taken_back(self, result: RunResult | None) -> None:
        self._tell(result, "已撤销导入，客户库回到导入之前。")

    @Slot(object)
    def _brought_back(self, result: RunResult | None) -> None:
        self._tell(result, "已恢复导入。")

    def _tell(self, result: RunResult | None, sentence: str) -> None:
        self._session.set_result(result)
        self.changed.emit()
        self._session.notify(sentence, "ok")
