"""Changing a customer's tags, so that Ctrl+Z takes it back."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchseg.store.vault import Vault

    from ...session import Session

Tags = tuple[str, ...]


class TagsCommand(QUndoCommand):
    """Gives a customer other tags; undoing gives the earlier ones back."""

    def __init__(self, words: str, customer_id: str, before: Tags, after: Tags,
                 put: Callable[[str, Tags], None]) -> None:
        super().__init__(words)
        self._id, self._before, self._after, self._put = customer_id, before, after, put

    def redo(self) -> None:
        """The new tags."""
        self._put(self._id, self._after)

    def undo(self) -> None:
        """The earlier tags."""
        self._put(self._id, self._before)


class TagEditor(QObject):
    """Writes tags into the vault in the worker and tells the session."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def add(self, customer_id: str, before: Tags, tag: str) -> Tags:
        """Give a tag, unless the customer has it; returns the tags from now on."""
        if tag in before:
            return before
        return self._push(f"加标签“{tag}”", customer_id, before, (*before, tag))

    def remove(self, customer_id: str, before: Tags, tag: str) -> Tags:
        """Take a tag away; returns the tags from now on."""
        return self._push(f"去掉标签“{tag}”", customer_id, before,
                          tuple(one for one in before if one != tag))

    def _push(self, words: str, customer_id: str, before: Tags, after: Tags) -> Tags:
        self._session.undo_stack.push(
            TagsCommand(words, customer_id, before, after, self._put))
        return after

    def _put(self, customer_id: str, tags: Tags) -> None:
        """Set the tags in the worker."""
        vault = self._session.vault
        if vault is not None:
            work = partial(_set_tags, vault, customer_id, tags)
            self._session.run("正在保存标签", lambda _reporter: work(), self._saved, quiet=True,
                              writes=True)

    @Slot(object)
    def _saved(self, customer_id: str) -> None:
        self._session.customer_changed.emit(customer_id)


def _set_tags(vault: Vault, customer_id: str, tags: Tags) -> str:
    """In the worker."""
    vault.set_tags(customer_id, tags, at=datetime.now().astimezone())
    return customer_id
