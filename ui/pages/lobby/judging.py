"""Asking the rules again with every tick, and passing on only the answer to the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from . import work

if TYPE_CHECKING:
    from branchseg.model.results import Assessment

    from ...jobs import Job
    from ...session import Session


class Judging(QObject):
    """`judged(Verdict)` comes for the visit asked about last, unless it was forgotten."""

    judged = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: work.Visit | None = None
        self._before: Assessment | None = None
        self._job: Job | None = None

    def ask(self, visit: work.Visit | None) -> None:
        """Judge a visit in the worker; a question still waiting is dropped."""
        session = self._session
        vault, result, rules = session.vault, session.result, session.ruleset
        if visit is None or vault is None or rules is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._asked, before = visit, self._before
        branch = session.settings.branch_name
        self._job = session.run(
            "正在判定",
            lambda _reporter: work.judge(vault, result, rules, visit, before, branch),
            self._answered, quiet=True)

    def forget(self) -> None:
        """Another person, or other rules: what is under way no longer counts."""
        if self._job is not None:
            self._job.cancel()
        self._asked = self._before = self._job = None

    @Slot(object)
    def _answered(self, verdict: work.Verdict) -> None:
        if verdict.visit is self._asked:
            self._before, self._job = verdict.before, None
            self.judged.emit(verdict)
