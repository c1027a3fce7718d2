"""UndoStack: what can be undone; a step the worker takes moves it when the vault has followed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QUndoCommand, QUndoStack

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject


class LateCommand(QUndoCommand):
    """Something the worker does and may fail to do, or the user may think better of.

    `start(forward)` begins it (False: the opposite); whoever does the work calls
    `UndoStack.settle` at its end, whatever that was.
    """

    def __init__(self, words: str, start: Callable[[bool], None]) -> None:
        super().__init__(words)
        self.start = start


class UndoStack(QUndoStack):
    """While a `LateCommand` is on its way nothing else moves, and what is pushed waits.

    So the stack never says anything else than the vault: it moves after it, or not at all.
    """

    pending_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._move: Callable[[], None] | None = None
        self._waiting: list[QUndoCommand] = []

    @property
    def pending(self) -> bool:
        """Whether a step is on its way into the vault."""
        return self._move is not None

    def push(self, command: QUndoCommand) -> None:
        """Add what was done; while a step is pending it waits."""
        if self.pending:
            self._waiting.append(command)
        else:
            self._put(command)

    @Slot()
    def undo(self) -> None:
        """Take the last command back, or begin to."""
        self._step(self.index() - 1, super().undo, forward=False)

    @Slot()
    def redo(self) -> None:
        """Do the next command again, or begin to."""
        self._step(self.index(), super().redo, forward=True)

    def do(self, command: LateCommand) -> None:
        """Begin something new; it is on the stack as soon as it is done."""
        if not self.pending:
            self._begin(command, partial(self._put, command), forward=True)

    def settle(self, *, done: bool) -> None:
        """The vault has followed, or is as it was; then come those that waited."""
        move, self._move = self._move, None
        if move is None:
            return  # locked meanwhile
        if done:
            move()
        for command in self._waiting:
            self._put(command)
        self._waiting.clear()
        self.pending_changed.emit()

    def clear(self) -> None:
        """Forget everything, what is on its way too."""
        self._move = None
        self._waiting.clear()
        kept = self._commands(0)
        super().clear()
        del kept
        self.pending_changed.emit()

    def _put(self, command: QUndoCommand) -> None:
        """Push; those that could have been done again are deleted by that."""
        kept = self._commands(self.index())
        super().push(command)
        del kept

    def _commands(self, first: int) -> list[QUndoCommand]:
        """The commands from a place on, to be held while Qt deletes them.

        Shiboken 6.11 looks once more at a Python object that was freed with its C++ half; that
        has crashed the program now and then.
        """
        return [self.command(place) for place in range(first, self.count())]

    def _step(self, place: int, move: Callable[[], None], *, forward: bool) -> None:
        command = self.command(place)
        if self.pending:
            return
        if isinstance(command, LateCommand):
            self._begin(command, move, forward=forward)
        else:
            move()

    def _begin(self, command: LateCommand, move: Callable[[], None], *, forward: bool) -> None:
        self._move = move
        self.pending_changed.emit()
        try:
            command.start(forward)
        except BaseException:
            self.settle(done=False)
            raise


class StackAction(QAction):
    """Undo or redo as an action, named after what it would do: "撤销 导入 40 户".

    Qt's own actions would pass by `UndoStack.undo` and `UndoStack.redo`.
    """

    def __init__(self, owner: QObject, stack: UndoStack, verb: str, *, forward: bool) -> None:
        super().__init__(owner)
        self._stack, self._verb = stack, verb
        self._possible, words = ((stack.canRedo(), stack.redoText()) if forward
                                 else (stack.canUndo(), stack.undoText()))
        self._name(words)
        self._refresh()
        (stack.redoTextChanged if forward else stack.undoTextChanged).connect(self._name)
        (stack.canRedoChanged if forward else stack.canUndoChanged).connect(self._allow)
        stack.pending_changed.connect(self._refresh)
        self.triggered.connect(stack.redo if forward else stack.undo)

    @Slot(str)
    def _name(self, words: str) -> None:
        self.setText(f"{self._verb} {words}".strip())

    @Slot(bool)
    def _allow(self, possible: bool) -> None:  # noqa: FBT001 - a slot
        self._possible = possible
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self.setEnabled(self._possible and not self._stack.pending)
