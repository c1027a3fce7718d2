"""Records of the vault that are kept, changed and removed, so that Ctrl+Z takes it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from .undo_stack import LateCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchseg.store.vault import Vault

    from .session import Session

    Put = Callable[[Vault, Any, Any], Any]


class RecordChange(LateCommand):
    """A record as it was before and is after; None where there is none."""

    def __init__(self, words: str, before: object, after: object, changer: RecordChanger) -> None:
        super().__init__(words, lambda forward: changer.put(self, forward=forward))
        self.before, self.after = before, after


class RecordChanger(QObject):
    """Writes records in the worker; `changed(old, kept)` comes when it is done.

    `old` is the record that was there before the step, `kept` the one that is there now; None
    where there is none. `put(vault, before, after)` has `after` in the vault instead of `before`
    and returns it as it is kept there; `label` says what is going on meanwhile.
    """

    changed = Signal(object, object)

    def __init__(self, session: Session, label: str, put: Put,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._label, self._put = session, label, put

    def do(self, words: str, before: object, after: object) -> bool:
        """Keep `after` (new without a `before`), or remove `before` (None `after`).

        False if nothing was begun, as another step is on its way.
        """
        stack = self._session.undo_stack
        if stack.pending:
            self._session.notify("上一步还没有保存完，请稍候再试。", "info")
            return False
        stack.do(RecordChange(words, before, after, self))
        return True

    def put(self, change: RecordChange, *, forward: bool) -> None:
        """Begin a step of the undo stack."""
        vault, settle = self._session.vault, self._session.undo_stack.settle
        if vault is None:
            settle(done=False)
            return
        old, new = (change.before, change.after) if forward else (change.after, change.before)
        job = self._session.run(self._label, lambda _reporter: self._put(vault, old, new),
                                partial(self._done, change, forward), quiet=True, writes=True)
        job.failed.connect(lambda _error: settle(done=False))
        job.cancelled.connect(lambda: settle(done=False))

    def _done(self, change: RecordChange, forward: bool,  # noqa: FBT001 - a callback
              kept: object) -> None:
        old = change.before if forward else change.after
        if forward and kept is not None:
            change.after = kept
        stack = self._session.undo_stack
        stack.settle(done=True)
        self.changed.emit(old, kept)
        words = change.text() if forward else f"撤销：{change.text()}"
        self._session.notify(f"已{words}。", undo=stack.undo if forward else None)
