"""The lists of past months as the vault keeps them: who was on each, and how he stood then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from branchseg import rules
from branchseg.model.fields import FIELDS, IMPORTED, Kind
from branchseg.model.results import Status
from branchseg.pipeline.compare import are_alike
from branchseg.progress import Progress, silent
from branchseg.store.records import in_force

if TYPE_CHECKING:
    from datetime import date

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

_PERSONAL = {Kind.NAME, Kind.ID_NUMBER, Kind.PHONE, Kind.KEY}
_READ = frozenset(field.key for field in (*IMPORTED, FIELDS["aum_partial"], FIELDS["txn_partial"])
                  if field.kind not in _PERSONAL and field.key != "address")
"""What of a list is read: all that rules may ask for, but no names, numbers and addresses."""

_KEPT = ("payroll", "payroll_amount", "payroll_employer")


class Month(NamedTuple):
    """One list: its data date, and its customers by id.

    `frame` has `valid` (not an invalid customer), `heavy` (a heavy loss), `aum` (元), `tier` and
    `age_years`; `payroll`, `payroll_amount` and `payroll_employer` where the list has them.
    """

    day: date
    frame: pd.DataFrame

    @property
    def number(self) -> int:
        """The month, counted from the year 0."""
        return month_number(self.day)


def month_number(day: date) -> int:
    """The month of a day, counted from the year 0."""
    return day.year * 12 + day.month


def gather_months(vault: Vault, result: RunResult,
                  progress: Progress = silent) -> tuple[Month, ...]:
    """The last list of each month that is of the kind of the newest one, oldest first.

    For the worker that has the vault. At most MOST_MONTHS.
    """
    chosen: dict[int, Batch] = {}
    batches = in_force(vault.batches())
    shared = vault.in_common(batches[0].id) if batches else {}
    for batch in batches:
        common, people = shared[batch.id]
        if are_alike(common, people, shared[batches[0].id].people):
            chosen.setdefault(month_number(batch.as_of), batch)
    found: list[Month] = []
    before: tuple[int, CustomerTable] | None = None
    numbers = sorted(chosen)[-MOST_MONTHS:]
    for place, number in enumerate(numbers):
        progress(place / len(numbers))
        table = vault.list_table(chosen[number].id, _READ)
        beside = before[1] if before is not None and before[0] == number - 1 else None
        found.append(month_of(table, result, beside))
        before = number, table
    return tuple(found)


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
    found = pd.DataFrame({
        "valid": (judged["status"] != Status.INVALID).to_numpy(dtype=bool, na_value=True),
        "heavy": (loss == "heavy").to_numpy(dtype=bool, na_value=False),
        "aum": judged["aum"].to_numpy(dtype="float64", na_value=float("nan")),
        "tier": judged["tier"].astype("str"), "age_years": judged["age_years"].astype("float64"),
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
