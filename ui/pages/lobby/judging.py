"""Asking the rules again with every tick; what they said before the last one is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ...latest import Latest
from . import work

if TYPE_CHECKING:
    from branchseg.model.results import Assessment

    from ...session import Session


class Judging(QObject):
    """`judged(Verdict)` comes for the visit asked about last, unless it was forgotten."""

    judged = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked = Latest(session)
        self._before: Assessment | None = None

    def ask(self, visit: work.Visit | None) -> None:
        """Judge a visit in the worker; a question still waiting is dropped."""
        session = self._session
        vault, result, rules = session.vault, session.result, session.ruleset
        if visit is None or vault is None or rules is None:
            return
        before, branch = self._before, session.settings.branch_name
        self._asked.ask(
            "正在判定",
            lambda _reporter: work.judge(vault, result, rules, visit, before, branch),
            self._answered)

    def forget(self) -> None:
        """Another person, or other rules: what is under way no longer counts."""
        self._asked.drop()
        self._before = None

    @Slot(object)
    def _answered(self, verdict: work.Verdict) -> None:
        self._before = verdict.before
        self.judged.emit(verdict)
