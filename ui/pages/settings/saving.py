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
    from branchseg.rules import RuleSet

    from ...jobs import Job
    from ...session import Session
    from .draft import Recipe


class RulesCommand(QUndoCommand):
    """Rules that are in force already when the command is pushed; undoing puts others in force."""

    def __init__(self, before: RuleSet, after: RuleSet,
                 put: Callable[[RuleSet, RuleSet], None]) -> None:
        super().__init__("修改规则")
        self.before, self.after = before, after
        self._put, self._done = put, True

    def redo(self) -> None:
        """The new rules, unless they are in force."""
        if not self._done:
            self._put(self.before, self.after)
        self._done = False

    def undo(self) -> None:
        """The earlier rules."""
        self._put(self.after, self.before)


class RuleSaving(QObject):
    """Sorts all customers by the new rules first, so that a failure changes nothing.

    `ended` comes after every attempt, `saved` before it if there are new rules in force.
    """

    saved = Signal()
    ended = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._last: RulesCommand | None = None

    @property
    def can_undo(self) -> bool:
        """Whether the change made last is still in force and can be taken back."""
        return (self._last is not None and not self.busy
                and self._session.ruleset is self._last.after)

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

    def save(self, recipe: Recipe, shipped: RuleSet) -> None:
        """Put the rules of a recipe in force; can be taken back."""
        self._start(recipe.base, recipe.build(), shipped, undoable=True)

    def _start(self, before: RuleSet, ruleset: RuleSet, shipped: RuleSet, *,
               undoable: bool) -> None:
        result, vault = self._session.result, self._session.vault
        folder = self._session.folder / "rules"
        if vault is None or self._job is not None:
            return
        self._job = self._session.run(
            "正在按新规则判定",
            lambda _reporter: work.save(ruleset, before, result, vault, shipped, folder),
            partial(self._done, shipped=shipped, undoable=undoable), self._failed, writes=True)
        self._job.cancelled.connect(self._end)
        self._job.outlived.connect(partial(_name_rules, self._session))

    def _done(self, saved: work.Saved, *, shipped: RuleSet, undoable: bool) -> None:
        """The rules are on the disk: name them in the settings, show the new result."""
        session = self._session
        if not session.keep_settings(rules_dir=saved.rules_dir):
            self._end()
            return
        session.set_rules(saved.ruleset)
        if session.result is saved.origin:
            session.set_result(saved.result)
        else:  # another list has come meanwhile
            session.reload()
        self.saved.emit()
        if undoable:
            self._last = RulesCommand(saved.before, saved.ruleset, partial(
                self._start, shipped=shipped, undoable=False))
            session.undo_stack.push(self._last)
        self._end()
        self._tell(saved, undoable=undoable)

    def _tell(self, saved: work.Saved, *, undoable: bool) -> None:
        back = self._last is not None and saved.ruleset is self._last.before
        verb = "已恢复原来的规则" if back and not undoable else "规则已保存"
        count = "" if saved.result is None else f"，{len(saved.result.table):,} 户已重新判定"
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
