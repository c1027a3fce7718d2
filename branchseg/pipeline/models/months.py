"""The lists of past months as the vault keeps them: who was on each, and how he stood then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from branchseg import rules
from branchseg.model.results import Status
from branchseg.pipeline.models.older_lists import OlderLists, month_number, remembered
from branchseg.progress import Progress, silent, within
from branchseg.rules.retention import PARTS, told_by

if TYPE_CHECKING:
    from branchseg.model.table import CustomerTable
    from branchseg.pipeline.story import RunResult
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

MOST_MONTHS = 13
"""So many lists are read: a year and its start."""

MEASURED, POINT = "aum_month_avg", "aum_point"
LOSS_FROM = {"aum_prev2_month_avg": MEASURED, "aum_prev_month_avg": MEASURED,
              "aum_prev_month_end": POINT}
"""The columns a loss is told by, and where two lists of adjoining months have them."""

_KEPT = ("payroll", "payroll_amount")


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


def gather_months(vault: Vault, result: RunResult,
                  progress: Progress = silent) -> tuple[Month, ...]:
    """The last list of each month of the main kind, oldest first; see `OlderLists`.

    For the worker that has the vault. At most MOST_MONTHS; none of a day that has not come.
    """
    progress(0.0)
    return remembered(vault, "months", result, lambda lists: _months(lists, result, progress))


def _months(lists: OlderLists, result: RunResult, progress: Progress) -> tuple[Month, ...]:
    last: dict[int, Batch] = {}
    for one in lists.main_kind(within(progress, 0.0, 0.2)):
        last.setdefault(month_number(one.as_of), one)
    chosen = [last[number] for number in sorted(last)][-MOST_MONTHS:]
    told: list[Month] = []
    before: tuple[int, CustomerTable] | None = None
    for place, batch in enumerate(chosen):
        within(progress, 0.2, 1.0)(place / len(chosen))
        table, number = lists.table(batch), month_number(batch.as_of)
        beside = before[1] if before is not None and before[0] == number - 1 else None
        until = chosen[place + 1].as_of if place + 1 < len(chosen) else date.max
        told.append(month_of(table, result, beside)._replace(
            elsewhere=lists.elsewhere(batch, until)))
        before = number, table
    return tuple(told)


def month_of(table: CustomerTable, result: RunResult, before: CustomerTable | None) -> Month:
    """A list as a month, judged by the rules of a result.

    `before` is the list of the month before: where a list does not say how its customers stood
    in the months before, that says it.
    """
    frame = table.frame.reset_index(drop=True)
    if before is not None and not set(LOSS_FROM) & set(frame):
        frame = beside(frame, before.frame)
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


def beside(frame: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """The customers with the balances by which a loss is told, from two lists.

    The list itself is that of the last month; `before` is the one of the month before it.
    Without that only light losses can be told.
    """
    if not {MEASURED, POINT} <= set(frame):
        return frame
    own = frame.assign(aum_prev_month_avg=frame[MEASURED], aum_prev_month_end=frame[POINT])
    if before is None or MEASURED not in before:
        return own
    earlier = before.set_index("customer_id")[MEASURED].reindex(frame["customer_id"])
    return own.assign(aum_prev2_month_avg=earlier.to_numpy())
