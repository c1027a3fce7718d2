"""Keeping, changing and removing own segments, so that Ctrl+Z takes it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ...undo_stack import LateCommand
from . import own_work

if TYPE_CHECKING:
    from branchseg.store.records import OwnSegment

    from ...session import Session


class SegmentChange(LateCommand):
    """A segment as it was before and is after; None where there is none."""

    def __init__(self, words: str, before: OwnSegment | None, after: OwnSegment | None,
                 changer: SegmentChanger) -> None:
        super().__init__(words, lambda forward: changer.put(self, forward=forward))
        self.before, self.after = before, after


class SegmentChanger(QObject):
    """Writes segments in the worker; `changed(segment or None)` comes when it is done."""

    changed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def do(self, words: str, before: OwnSegment | None, after: OwnSegment | None) -> None:
        """Keep `after` (new without a `before`), or remove `before` (None `after`)."""
        stack = self._session.undo_stack
        if stack.pending:
            self._session.notify("上一步还没有保存完，请稍候再试。", "info")
        else:
            stack.do(SegmentChange(words, before, after, self))

    def put(self, change: SegmentChange, *, forward: bool) -> None:
        """Begin a step of the undo stack."""
        vault, settle = self._session.vault, self._session.undo_stack.settle
        if vault is None:
            settle(done=False)
            return
        old, new = (change.before, change.after) if forward else (change.after, change.before)
        job = self._session.run("正在保存客群", lambda _reporter: own_work.put(vault, old, new),
                                partial(self._done, change, forward), quiet=True, writes=True)
        job.failed.connect(lambda _error: settle(done=False))
        job.cancelled.connect(lambda: settle(done=False))

    def _done(self, change: SegmentChange, forward: bool,  # noqa: FBT001 - a callback
              kept: OwnSegment | None) -> None:
        if forward and kept is not None:
            change.after = kept
        stack = self._session.undo_stack
        stack.settle(done=True)
        self.changed.emit(kept)
        words = change.text() if forward else f"撤销：{change.text()}"
        self._session.notify(f"已{words}。", undo=stack.undo if forward else None)
