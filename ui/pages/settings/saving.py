"""Putting changed rules in force, and taking that back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from branchseg.messages import explain

from ...session import NOT_KEPT
from ...undo_stack import LateCommand
from . import work
from .faults import fault_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchseg.errors import BranchsegError
    from branchseg.rules import RuleSet
    from branchseg.store.records import Agreement, RuleVersion

    from ...jobs import Job
    from ...session import Session
    from .draft import RuleDraft


_WAIT = "上一步还没有保存完，请稍候再试。"
_UNREADABLE = "这一版规则现在的程序读不出来，不能恢复。"


class RulesCommand(LateCommand):
    """Puts rules in force and keeps their version; undoing puts the earlier ones in force."""

    def __init__(self, step: work.Step, saving: RuleSaving) -> None:
        words = "修改规则" if step.before.id != step.after.id else "登记切点"
        super().__init__("恢复旧版规则" if step.version.agreed_by else words,
                         lambda forward: saving.put(self, forward=forward))
        self.step = step


class RuleSaving(QObject):
    """Sorts all customers by the new rules first, so that a failure changes nothing.

    The undo stack waits for it: no other step is taken meanwhile, and after a failure it says
    what the vault says. `ended` comes after every attempt, `saved(work.Saved)` before it if there
    are new rules in force.
    """

    saved = Signal(object)
    ended = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._step: work.Step | None = None

    @property
    def can_undo(self) -> bool:
        """Whether a change of the rules was the last thing done, and can be taken back."""
        stack = self._session.undo_stack
        return not stack.pending and isinstance(stack.command(stack.index() - 1), RulesCommand)

    @Slot()
    def undo(self) -> None:
        """Take the last change back, if nothing else was done since."""
        self._undo_if(self.can_undo)

    @property
    def busy(self) -> bool:
        """Whether rules are being saved."""
        return self._job is not None

    @property
    def coming(self) -> str:
        """The id of the rules that are being put in force, "" if there are none."""
        return "" if self._step is None else self._step.after.id

    def save(self, draft: RuleDraft) -> None:
        """Put the rules of a draft in force; can be taken back."""
        stack = self._session.undo_stack
        if stack.pending:
            self._session.notify(_WAIT, "info")
            return
        recipe = draft.recipe()
        ruleset = recipe.build()
        version = work.new_version(ruleset, {**draft.kept, **recipe.agreements})
        stack.do(RulesCommand(work.Step(recipe.base, ruleset, draft.shipped, version), self))

    def restore(self, older: RuleVersion, note: str, agreed_by: str, shipped: RuleSet,
                agreed: Mapping[str, Agreement]) -> None:
        """Put an older version in force again, as a new one; can be taken back."""
        session, base = self._session, self._session.ruleset
        if session.undo_stack.pending:
            session.notify(_WAIT, "info")
        elif base is not None:
            session.run("正在读取规则", lambda _reporter: work.restored(
                older, agreed, note, agreed_by), partial(self._restore, base, shipped),
                lambda error: session.notify(f"{_UNREADABLE}{fault_sentences(error)}", "error"))

    def _restore(self, base: RuleSet, shipped: RuleSet,
                 made: tuple[RuleSet, RuleVersion]) -> None:
        stack, (ruleset, version) = self._session.undo_stack, made
        if stack.pending or self._session.ruleset is not base:
            self._session.notify(_WAIT, "info")
            return
        stack.do(RulesCommand(work.Step(base, ruleset, shipped, version), self))

    def put(self, command: RulesCommand, *, forward: bool) -> None:
        """Begin a step of the undo stack."""
        session, settle = self._session, self._session.undo_stack.settle
        result, vault, folder = session.result, session.vault, session.folder / "rules"
        if vault is None:
            settle(done=False)
            return
        self._step = step = command.step if forward else command.step.reversed()
        self._job = job = session.run(
            "正在按新规则判定", lambda _reporter: work.save(step, result, vault, folder),
            partial(self._done, command), self._failed, writes=True)
        job.failed.connect(lambda _error: settle(done=False))
        job.cancelled.connect(lambda: settle(done=False))
        job.outlived.connect(partial(_name_rules, session))
        job.finished.connect(self._end)

    def _done(self, command: RulesCommand, saved: work.Saved) -> None:
        """The rules are on the disk: name them in the settings, show the new result."""
        session = self._session
        kept = session.keep_settings(rules_dir=saved.rules_dir)
        if kept and not saved.step.back:
            command.step = saved.step  # its version has a number now
        session.undo_stack.settle(done=kept)
        if not kept:
            vault = session.vault
            assert vault is not None
            session.run("正在恢复规则版本", lambda _reporter: work.put_back(saved.earlier, vault),
                        quiet=True, writes=True)
            return
        session.set_rules(saved.ruleset)
        if session.result is not saved.origin:  # another list has come meanwhile
            session.reload()
        elif saved.result is not saved.origin:
            session.set_result(saved.result)
        self.saved.emit(saved)
        self._tell(command, saved)

    def _tell(self, command: RulesCommand, saved: work.Saved) -> None:
        again = "已恢复这一版规则" if saved.step.version.agreed_by else "规则已保存"
        verb = "已恢复原来的规则" if saved.step.back else again
        count = ("" if saved.result is None or saved.result is saved.origin
                 else f"，{len(saved.result.table):,} 户已重新判定")
        self._session.notify(f"{verb}{count}。", "ok",
                             None if saved.step.back else partial(self._take_back, command))

    def _take_back(self, command: RulesCommand) -> None:
        """The button of a notice, which may be an old one."""
        stack = self._session.undo_stack
        self._undo_if(stack.command(stack.index() - 1) is command)

    def _undo_if(self, last: bool) -> None:  # noqa: FBT001 - private
        if last:
            self._session.undo_stack.undo()
        else:
            self._session.notify("这次修改之后又做了别的，请用 Ctrl+Z 依次撤销。", "info")

    def _failed(self, error: BranchsegError) -> None:
        self._session.notify(explain(error), "error")

    @Slot()
    def _end(self) -> None:
        """However it ended, even by a fault of the program."""
        self._job = self._step = None
        self.ended.emit()


def _name_rules(session: Session, saved: work.Saved) -> None:
    """The vault was locked before the rules were on the disk: the next unlock reads them."""
    if not session.keep_settings(rules_dir=saved.rules_dir):
        session.unsaved.append(NOT_KEPT)
