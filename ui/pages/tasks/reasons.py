"""Reasons: what the rules say of single customers, asked of the worker as they come in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from . import work

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchseg.model.results import Assessment
    from branchseg.pipeline import RunResult
    from branchseg.store.vault import Vault

    from ...session import Session

_AT_ONCE = 100


class Reasons(QObject):
    """Keeps every assessment of one result that was asked for.

    The rules need half a second for one customer and hardly more for a hundred: so one job
    fetches a hundred, one job at a time, and the wish of the last moment comes next.
    `arrived` comes with every answer.
    """

    arrived = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._result: RunResult | None = None
        self._known: dict[tuple[int, str], Assessment] = {}
        self._wanted: list[tuple[int, str]] = []
        self._running = False

    def begin(self, result: RunResult | None) -> None:
        """Forget everything unless it is about this result."""
        if result is not self._result:
            self._result, self._known, self._wanted = result, {}, []

    def of(self, position: int, action_id: str) -> Assessment | None:
        """What is known of the customer in this row of the result, his sheet being about this."""
        return self._known.get((position, action_id))

    def want(self, sheets: Iterable[tuple[int, str]]) -> None:
        """Fetch these, the first ones first; forget earlier wishes. -1 is nobody."""
        self._wanted = [one for one in dict.fromkeys(sheets) if one[0] >= 0]
        self._fetch()

    def _fetch(self) -> None:
        result, vault = self._result, self._session.vault
        if self._running or result is None or vault is None:
            return
        self._wanted = [one for one in self._wanted if one not in self._known]
        if not self._wanted:
            return
        batch, self._wanted = self._wanted[:_AT_ONCE], self._wanted[_AT_ONCE:]
        self._running = True
        job = self._session.run(
            "正在整理理由", lambda _reporter: (result, _explained(result, vault, batch)),
            self._take, quiet=True)
        job.finished.connect(self._next)

    @Slot(object)
    def _take(self, answer: tuple[RunResult, dict[tuple[int, str], Assessment]]) -> None:
        result, found = answer
        if result is self._result:
            self._known |= found
            self.arrived.emit()

    @Slot()
    def _next(self) -> None:
        self._running = False
        self._fetch()


def _explained(result: RunResult, vault: Vault,
               batch: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Assessment]:
    """The assessments of customers, each with the action his sheet is about."""
    pairs = list(batch)
    found = work.explained(result, vault, pairs)
    return {pair: found[pair[0]] for pair in pairs}
