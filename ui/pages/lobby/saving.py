"""Keeping visits: save, undo, redo, and the results brought up to date after each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand

from . import work

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchseg.model.results import Advice
    from branchseg.pipeline import RunResult

    from ...jobs import Job
    from ...session import Session


class VisitCommand(QUndoCommand):
    """Keeps a visit or takes it back. It starts out done, unless it is the taking back."""

    def __init__(self, words: str, kept: work.Kept, put: Callable[[work.Kept, bool], None], *,
                 keeps: bool = True) -> None:
        super().__init__(words)
        self.kept, self.keeps = kept, keeps
        self._put, self._done = put, keeps

    def redo(self) -> None:
        """Do it, unless it is done."""
        if not self._done:
            self._put(self.kept, self.keeps)
        self._done = False

    def undo(self) -> None:
        """Do the opposite."""
        self._put(self.kept, not self.keeps)


class VisitKeeper(QObject):
    """Saves at once, so that the next person can come, and sorts the customers after that.

    Signals: kept(Kept) after a save or redo, taken_back(Kept) after an undo,
    sheet_ready(customer id) once the session's result knows a visit whose task is to be printed.
    """

    kept = Signal(object)
    taken_back = Signal(object)
    sheet_ready = Signal(str)
    idle = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._updating: Job | None = None
        self._basis: RunResult | None = None
        self._again = self._everybody = False
        self._then_print, self._to_print = False, ""
        self._under_way: list[work.Visit | None] = []

    def is_saving(self, visit: work.Visit | None) -> bool:
        """Whether just this visit is on its way into the vault."""
        return visit is not None and visit in self._under_way

    def save(self, visit: work.Visit, advice: Advice | None = None, *,
             then_print: bool = False) -> None:
        """Keep a visit, and plan the task advised if there is one."""
        self._then_print, self._to_print = then_print, ""
        rules = self._session.ruleset
        assert rules is not None  # the vault is open
        self._put(work.Kept(visit, rules, advice), keep=True)

    def take_back(self, kept: work.Kept) -> None:
        """Take a visit back; as an undo, if nothing was done since."""
        stack = self._session.undo_stack
        last = stack.command(stack.index() - 1) if stack.index() else None
        if isinstance(last, VisitCommand) and last.keeps and last.kept is kept:
            stack.undo()
        else:
            stack.push(VisitCommand("撤销厅堂识别", kept, self._put, keeps=False))

    def _put(self, kept: work.Kept, keep: bool) -> None:  # noqa: FBT001 - a callback
        """Change the vault in the worker."""
        session, now = self._session, datetime.now().astimezone()
        vault, first = session.vault, not kept.observation_id
        if vault is None:
            return
        if keep:
            done = self._first_kept if first else self._kept_again
            job = session.run("正在保存", lambda _reporter: work.keep(vault, kept, now), done,
                              quiet=True, writes=True)
        else:
            job = session.run("正在撤销", lambda _reporter: work.take_back(vault, kept),
                              self._taken_back, quiet=True, writes=True)
        self._under_way.append(kept.visit if keep else None)
        job.finished.connect(self._ended)

    @Slot()
    def _ended(self) -> None:
        """Ends come in the order of starting."""
        self._under_way.pop(0)
        self.idle.emit()

    @Slot(object)
    def _first_kept(self, kept: work.Kept) -> None:
        self._session.undo_stack.push(
            VisitCommand(f"厅堂识别 {kept.visit.person.name}", kept, self._put))
        self._kept_again(kept)

    @Slot(object)
    def _kept_again(self, kept: work.Kept) -> None:
        self.kept.emit(kept)
        if self._then_print:
            self._then_print, self._to_print = False, kept.customer_id
        self._changed(kept)

    @Slot(object)
    def _taken_back(self, kept: work.Kept) -> None:
        self.taken_back.emit(kept)
        self._changed(kept)

    def _changed(self, kept: work.Kept) -> None:
        self._session.customer_changed.emit(kept.customer_id)
        self._everybody = self._everybody or kept.visit.person.is_newcomer
        self._update()

    # --- the results ---

    def _update(self) -> None:
        """Bring the results up to date; one update at a time, so that none is lost."""
        session, vault, result = self._session, self._session.vault, self._session.result
        if self._updating is not None:
            self._again = True
            return
        if vault is None:
            return
        self._basis = result
        if result is None or self._everybody:
            self._updating = session.reload()
        else:
            self._updating = session.run(
                "正在更新判定", lambda _reporter: work.reassess(vault, result), self._take_over,
                quiet=True)
        self._everybody = False
        self._updating.succeeded.connect(self._tell)
        self._updating.finished.connect(self._next)

    @Slot(object)
    def _take_over(self, result: RunResult) -> None:
        """Show the new results, unless other customers came in meanwhile."""
        if self._session.result is self._basis:
            self._session.set_result(result)
        else:
            self._again = True

    @Slot()
    def _tell(self) -> None:
        if self._to_print and not self._again:
            customer_id, self._to_print = self._to_print, ""
            self.sheet_ready.emit(customer_id)

    @Slot()
    def _next(self) -> None:
        self._updating = None
        if self._again:
            self._again = False
            self._update()
