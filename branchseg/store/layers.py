"""The lists in force laid over each other, and kept: the next look reads only what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchseg.store import frames

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from datetime import date

    from branchseg.model.overlay import Columns


_AT_ONCE = 3
"""So many lists are in memory beside what they are laid over."""


class Layer(NamedTuple):
    """A list and its day. Layers with equal keys have equal columns; they are read when needed."""

    day: date
    key: Hashable
    read: Callable[[], Columns]


class Layers:
    """One table of everybody, and what it is made of.

    Nothing has to tell when it is out of date: a list never changes and its id is never given
    twice, so what was laid over each other counts for the very same lists, and for those that
    come after them, as long as the same ids are one person.
    """

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._renamed: dict[str, str] = {}
        self._kept: dict[tuple[Hashable, ...], Columns] = {}

    def united(self, parts: Sequence[Sequence[Layer]], renamed: dict[str, str]) -> list[Columns]:
        """Each of some runs of layers, oldest first, as one list; ids in `renamed` are given up.

        Only these are kept for the next time. Empty runs are left out.
        """
        if renamed != self._renamed:
            self._kept, self._renamed = {}, renamed
        runs = [tuple(layer.key for layer in part) for part in parts if part]
        found = [self._one(part, keys)
                 for part, keys in zip(filter(None, parts), runs, strict=True)]
        self._kept = dict(zip(runs, found, strict=True))
        return found

    def _one(self, part: Sequence[Layer], keys: tuple[Hashable, ...]) -> Columns:
        """One run: what is kept of its beginning, and the rest."""
        done = max((one for one in self._kept if keys[:len(one)] == one), key=len, default=())
        columns = [self._kept[done]] if done else []
        for start in range(len(done), len(keys), _AT_ONCE):
            columns += [layer.read() for layer in part[start:start + _AT_ONCE]]
            columns = [frames.lay_over(columns, self._renamed)]
        (united,) = columns
        for values in united.values():
            values.flags.writeable = False
        return united
