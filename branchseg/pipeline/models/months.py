"""The lists of past months as the vault keeps them: who was on each, and how he stood then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from branchseg import rules
from branchseg.model.results import Status
from branchseg.pipeline.compare import are_alike
from branchseg.pipeline.models.columns import JUDGED_BY
from branchseg.progress import Progress, silent, within
from branchseg.rules.retention import PARTS, told_by
from branchseg.store.records import in_force

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.model.table import CustomerTable
    from branchseg.pipeline.story import RunResult
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

MOST_MONTHS = 13
"""So many lists are read: a year and its start."""

_MEASURED = "aum_month_avg"
_LOSS_FROM = {"aum_prev2_month_avg": _MEASURED, "aum_prev_month_avg": _MEASURED,
              "aum_prev_month_end": "aum_point"}
"""The columns a loss is told by, and where two lists of adjoining months have them."""

_KEPT = ("payroll", "payroll_amount")

_FRESH = 3
"""A kind of list that has not come for more months is not kept any more."""


class Month(NamedTuple):
    """One list: its data date, and its customers by id.

    `frame` has `valid` (not an invalid customer), `heavy` (a heavy loss), `tier`,
    `age_years`, `aum` (元) and its measure as `told_by` gives it; `payroll` and `payroll_amount`
    where the list has them. `elsewhere` are the customers of other lists of this day or later,
    before the list of the next month: they were still here.
    """

    day: date
    frame: pd.DataFrame
    elsewhere: frozenset[str] = frozenset()

    @property
    def number(self) -> int:
        """The month, counted from the year 0."""
        return month_number(self.day)


def month_number(day: date) -> int:
    """The month of a day, counted from the year 0."""
    return day.year * 12 + day.month


def gather_months(vault: Vault, result: RunResult,
                  progress: Progress = silent) -> tuple[Month, ...]:
    """The last list of each month of the kind of which there are the most, oldest first.

    For the worker that has the vault. At most MOST_MONTHS; none of a day that has not come.
    """
    batches = in_force(vault.batches())
    progress(0.0)
    people = vault.people()
    coming = [one for one in batches if result.clock is None or one.as_of <= result.clock]
    chosen = _alike(coming, people, within(progress, 0.0, 0.2))[-MOST_MONTHS:]
    told: list[Month] = []
    before: tuple[int, CustomerTable] | None = None
    for place, batch in enumerate(chosen):
        within(progress, 0.2, 1.0)(place / len(chosen))
        table, number = vault.list_table(batch.id, JUDGED_BY), month_number(batch.as_of)
        beside = before[1] if before is not None and before[0] == number - 1 else None
        until = chosen[place + 1].as_of if place + 1 < len(chosen) else date.max
        others = (people[one.id] for one in batches
                  if one.id != batch.id and batch.as_of <= one.as_of < until)
        told.append(month_of(table, result, beside)._replace(
            elsewhere=frozenset().union(*others)))
        before = number, table
    return tuple(told)


def _alike(batches: Sequence[Batch], people: Mapping[int, set[str]],
           progress: Progress) -> list[Batch]:
    """The last list of each month that is of one kind, oldest first.

    A branch takes in lists of several kinds in turn, and the newest may be a short one that
    comes now and then: of the kinds still kept it is the one with the most months, the newest
    of such. `batches` are the newest first.
    """
    best: dict[int, Batch] = {}
    months = len({month_number(one.as_of) for one in batches})
    for place, newest in enumerate(batches):
        progress(place / len(batches))
        if (month_number(batches[0].as_of) - month_number(newest.as_of) > _FRESH
                or len(best) == months):
            break
        mine = people[newest.id]
        found: dict[int, Batch] = {}
        for one in batches:
            theirs = people[one.id]
            if are_alike(min(len(mine), len(theirs)), len(mine), len(theirs)) and are_alike(
                    len(mine & theirs), len(mine), len(theirs)):
                found.setdefault(month_number(one.as_of), one)
        best = max(best, found, key=len)
    return [best[number] for number in sorted(best)]


def month_of(table: CustomerTable, result: RunResult, before: CustomerTable | None) -> Month:
    """A list as a month, judged by the rules of a result.

    `before` is the list of the month before: where a list does not say how its customers stood
    in the months before, that says it.
    """
    frame = table.frame.reset_index(drop=True)
    if before is not None and not set(_LOSS_FROM) & set(frame):
        frame = _beside(frame, before.frame)
    judged = rules.assess(frame, result.ruleset, table.as_of)
    loss = judged["loss"] if "loss" in judged else pd.Series(None, index=frame.index, dtype="str")
    told = told_by(frame, judged, table.as_of)
    found = pd.DataFrame({
        "valid": (judged["status"] != Status.INVALID).to_numpy(dtype=bool, na_value=True),
        "heavy": (loss == "heavy").to_numpy(dtype=bool, na_value=False),
        "aum": judged["aum"].to_numpy(dtype="float64", na_value=float("nan")),
        "tier": judged["tier"].astype("str"), "age_years": judged["age_years"].astype("float64"),
        "aum_basis": told["aum_basis"], PARTS: told[PARTS],
        **{key: frame[key] for key in _KEPT if key in frame}})
    found.index = pd.Index(frame["customer_id"])
    return Month(table.as_of, found)


def _beside(frame: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """The customers with the balances by which a loss is told, from two lists."""
    if not {_MEASURED, "aum_point"} <= set(frame) or _MEASURED not in before:
        return frame
    earlier = before.set_index("customer_id")[_MEASURED].reindex(frame["customer_id"])
    return frame.assign(aum_prev2_month_avg=earlier.to_numpy(),
                        aum_prev_month_avg=frame[_MEASURED], aum_prev_month_end=frame["aum_point"])
