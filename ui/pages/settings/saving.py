"""Putting changed rules in force, and taking that back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from branchseg.messages import explain

from ...session import NOT_KEPT
from . import work

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchseg.errors import BranchsegError

    from ...jobs import Job
    from ...session import Session
    from .draft import RuleDraft


class RulesCommand(QUndoCommand):
    """Rules that are in force already when the command is pushed; undoing puts others in force."""

    def __init__(self, step: work.Step, start: Callable[[work.Step], None]) -> None:
        super().__init__("修改规则" if step.before.id != step.after.id else "登记切点")
        self.step = step
        self._start, self._done = start, True

    def redo(self) -> None:
        """The new rules, unless they are in force."""
        if not self._done:
            self._start(self.step)
        self._done = False

    def undo(self) -> None:
        """The earlier rules."""
        self._start(self.step.reversed())


class RuleSaving(QObject):
    """Sorts all customers by the new rules first, so that a failure changes nothing.

    `ended` comes after every attempt, `saved(work.Saved)` before it if there are new rules in
    force.
    """

    saved = Signal(object)
    ended = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._last: RulesCommand | None = None
        self._newest: int | None = None

    @property
    def can_undo(self) -> bool:
        """Whether the change made last is still in force and can be taken back."""
        last = self._last
        return (last is not None and not self.busy and self._newest == last.step.version.id
                and self._session.ruleset is last.step.after)

    def undo(self) -> None:
        """Take the last change back; as an undo, if nothing else was done since."""
        last, stack = self._last, self._session.undo_stack
        if last is None or not self.can_undo:
            return
        if stack.index() and stack.command(stack.index() - 1) is last:
            stack.undo()
        else:
            last.undo()

    @property
    def busy(self) -> bool:
        """Whether rules are being saved."""
        return self._job is not None

    def save(self, draft: RuleDraft) -> None:
        """Put the rules of a draft in force; can be taken back."""
        recipe = draft.recipe()
        ruleset = recipe.build()
        version = work.new_version(ruleset, {**draft.kept, **recipe.agreements})
        self._start(work.Step(recipe.base, ruleset, draft.shipped, version), undoable=True)

    def _start(self, step: work.Step, *, undoable: bool = False) -> None:
        result, vault = self._session.result, self._session.vault
        folder = self._session.folder / "rules"
        if vault is None or self._job is not None:
            return
        self._job = self._session.run(
            "正在按新规则判定", lambda _reporter: work.save(step, result, vault, folder),
            partial(self._done, undoable=undoable), self._failed, writes=True)
        self._job.cancelled.connect(self._end)
        self._job.outlived.connect(partial(_name_rules, self._session))

    def _done(self, saved: work.Saved, *, undoable: bool) -> None:
        """The rules are on the disk: name them in the settings, show the new result."""
        session = self._session
        if not session.keep_settings(rules_dir=saved.rules_dir):
            self._end()
            return
        session.set_rules(saved.ruleset)
        if session.result is not saved.origin:  # another list has come meanwhile
            session.reload()
        elif saved.result is not saved.origin:
            session.set_result(saved.result)
        self._newest = saved.versions[0].id
        self.saved.emit(saved)
        if undoable:
            self._last = RulesCommand(saved.step, self._start)
            session.undo_stack.push(self._last)
        self._end()
        self._tell(saved, undoable=undoable)

    def _tell(self, saved: work.Saved, *, undoable: bool) -> None:
        verb = "已恢复原来的规则" if saved.step.back else "规则已保存"
        count = ("" if saved.result is None or saved.result is saved.origin
                 else f"，{len(saved.result.table):,} 户已重新判定")
        self._session.notify(f"{verb}{count}。", "ok", self.undo if undoable else None)

    def _failed(self, error: BranchsegError) -> None:
        self._session.notify(explain(error), "error")
        self._end()

    def _end(self) -> None:
        self._job = None
        self.ended.emit()


def _name_rules(session: Session, saved: work.Saved) -> None:
    """The vault was locked before the rules were on the disk: the next unlock reads them."""
    if not session.keep_settings(rules_dir=saved.rules_dir):
        session.unsaved.append(NOT_KEPT)
