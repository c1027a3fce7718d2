"""Changes done in the worker, so that Ctrl+Z and the button of their notice take them back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from .session import Session


class ChangeCommand(QUndoCommand):
    """Something that was done already; undoing and redoing start the work again."""

    def __init__(self, words: str, redo: Callable[[], object], undo: Callable[[], object]) -> None:
        super().__init__(words)
        self._redo, self._undo, self._done = redo, undo, True

    def redo(self) -> None:
        """Do it again; being pushed does nothing."""
        if not self._done:
            self._redo()
        self._done = False

    def undo(self) -> None:
        """Take it back."""
        self._undo()


def say_done(session: Session, words: str, redo: Callable[[], object],
             undo: Callable[[], object], otherwise: Callable[[], object],
             after: str = "。") -> None:
    """Tell that something was done ("登记 3 条结果") and make it undoable.

    `otherwise` is what the button 撤销 does if something else was done since.
    """
    command = ChangeCommand(words, redo, undo)
    session.undo_stack.push(command)
    session.notify(f"已{words}{after}", "ok", partial(_undo, session, command, otherwise))


def _undo(session: Session, command: ChangeCommand, otherwise: Callable[[], object]) -> None:
    """Undo, or the opposite if something was done since."""
    stack = session.undo_stack
    if stack.index() and stack.command(stack.index() - 1) is command:
        stack.undo()
    else:
        otherwise()
