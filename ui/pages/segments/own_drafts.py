"""What has been changed of own segments and is not kept yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchseg.store.records import OwnSegment


class Drafts(dict["int | None", "OwnSegment"]):
    """By id, None for the new one; `current` is the id of the one being edited.

    No step of the vault throws away what is not what it has kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self.current: int | None = None
        self.sent: OwnSegment | None = None
        """What is on its way into the vault."""

    def follow(self, old: OwnSegment | None, kept: OwnSegment | None) -> None:
        """The vault has `kept` now instead of `old`, because it was sent or a step was undone."""
        sent, self.sent = self.sent, None
        if kept is None:
            gone = None if old is None else old.id
            self.pop(gone, None)
            if self.current == gone:
                self.current = None
            return
        if old is None and sent is not None and kept == replace(sent, id=kept.id):
            self._new_is_kept(kept)
        elif self.get(kept.id) == kept:
            self.pop(kept.id)
        if self.current not in self:
            self.current = kept.id

    def _new_is_kept(self, kept: OwnSegment) -> None:
        """The new one has an id now; what was typed while it was saved is a change of it."""
        draft = self.pop(None, None)
        if draft is not None and replace(draft, id=kept.id) != kept:
            self[kept.id] = replace(draft, id=kept.id)
        if self.current is None:
            self.current = kept.id

    def give_up(self) -> None:
        """Back to what is kept of the present one."""
        self.pop(self.current, None)
        if self.current is None:
            self.sent = None

    def stay_with(self, ids: Iterable[int | None]) -> None:
        """These are in the vault: there are no changes of others."""
        known = list(ids)
        for gone in self.keys() - {None, *known}:
            self.pop(gone)
        if self.current not in known and self.current not in self:
            self.current = next(iter(known), None)
