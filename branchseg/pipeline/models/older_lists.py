"""The lists of a vault that models look back at: which are of one kind, and what each told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from branchseg.pipeline.compare import are_alike
from branchseg.pipeline.models.columns import JUDGED_BY
from branchseg.progress import Progress, silent
from branchseg.store.records import in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchseg.model.table import CustomerTable
    from branchseg.pipeline.story import RunResult
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

Found = TypeVar("Found")

_FRESH = 3
"""A kind of list that has not come for more months is not kept any more."""


def month_number(day: date) -> int:
    """The month of a day, counted from the year 0."""
    return day.year * 12 + day.month


def remembered(vault: Vault, what: str, result: RunResult,
               look: Callable[[OlderLists], Found]) -> Found:
    """What `look` finds in the older lists by the rules of a result.

    They are looked at once, until the vault is written to or locked. For the worker that has the
    vault.
    """
    return vault.remembered(what, (result.ruleset.id, result.clock, result.table.as_of),
                            lambda: look(OlderLists(vault, result.clock)))


class OlderLists:
    """The lists in force, the newest first, and who is on each; made for one look at them.

    Attributes:
        come: those of a day that has come.
        future: the others, dated later than the clock.
    """

    def __init__(self, vault: Vault, clock: date | None) -> None:
        """Read which lists there are and who is on them. Without a `clock` all have come."""
        self._vault = vault
        self._all = in_force(vault.batches())
        self._people = vault.people()
        self.come = [one for one in self._all if clock is None or one.as_of <= clock]
        self.future = self._all[:len(self._all) - len(self.come)]

    def are_alike(self, one: Batch, other: Batch) -> bool:
        """Whether two lists are of the same customers."""
        mine, theirs = self._people[one.id], self._people[other.id]
        sizes = len(mine), len(theirs)
        return are_alike(min(sizes), *sizes) and are_alike(len(mine & theirs), *sizes)

    def main_kind(self, progress: Progress = silent) -> list[Batch]:
        """The lists of the kind of which there are the most months, the newest first.

        A branch takes in lists of several kinds in turn, and the newest may be a short one that
        comes now and then: of the kinds still kept it is the one with the most months, the newest
        of such.
        """
        best: list[Batch] = []
        whole = months_of(self.come)
        for place, newest in enumerate(self.come):
            progress(place / len(self.come))
            if (month_number(self.come[0].as_of) - month_number(newest.as_of) > _FRESH
                    or months_of(best) == whole):
                break
            found = [one for one in self.come if self.are_alike(newest, one)]
            best = max(best, found, key=lambda lists: len(months_of(lists)))
        return best

    def elsewhere(self, batch: Batch, until: date = date.max) -> frozenset[str]:
        """Who is on another list of the day of one or later, but before `until`."""
        return frozenset().union(*(self._people[one.id] for one in self._all
                                   if one.id != batch.id and batch.as_of <= one.as_of < until))

    def table(self, batch: Batch) -> CustomerTable:
        """What a list told of everybody, without names, numbers and addresses."""
        return self._vault.list_table(batch.id, JUDGED_BY)


def months_of(lists: Sequence[Batch]) -> set[int]:
    """The months some lists are of."""
    return {month_number(one.as_of) for one in lists}
