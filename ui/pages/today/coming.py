"""What comes soon: maturities, birthdays and appointments; in the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from branchseg.model.results import Status

from ...columns import show_amount_short
from ..tasks.work import SOON_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.pipeline import RunResult
    from branchseg.store.records import Task

    from .entries import People



_LATE_DAYS = 14
"""How long a missed appointment stays in sight."""


@dataclass(frozen=True, slots=True)
class Soon:
    """Something on a day to come: who, when, and what in a few words."""

    customer_id: str
    name: str | None
    day: date
    words: str


def maturing_rows(result: RunResult) -> Any:
    """The rows of the list with something that matures within SOON_DAYS, nearest first."""
    frame = result.table.frame
    soon = result.results["days_to_maturity"].between(0, SOON_DAYS)
    return frame[soon].sort_values("maturity_date", kind="stable")


def maturities(result: RunResult | None) -> tuple[Soon, ...]:
    """Whose products mature, nearest first."""
    if result is None or "maturity_date" not in result.table.frame:
        return ()
    return _sums(maturing_rows(result))


def matured_rows(result: RunResult | None, positions: Sequence[int]) -> tuple[Soon, ...]:
    """Whose products have matured, in the order given."""
    if result is None or not positions:
        return ()
    return _sums(result.table.frame.iloc[list(positions)])


def _sums(rows: Any) -> tuple[Soon, ...]:
    """Who, on which day, and how much."""
    amounts = rows["maturity_amount"] if "maturity_amount" in rows else [None] * len(rows)
    return tuple(
        Soon(customer_id, _text(name), when.date(), _amount(amount))
        for customer_id, name, when, amount in zip(
            rows["customer_id"], _names(rows), rows["maturity_date"], amounts, strict=True))


def birthdays(result: RunResult | None, day: date) -> tuple[Soon, ...]:
    """Birthdays within SOON_DAYS of those who may be greeted."""
    if result is None:
        return ()
    results, frame = result.results, result.table.frame
    ahead = results["days_to_birthday"]
    welcome = (results["status"] != Status.INVALID) & ~results["do_not_contact"]
    rows = frame[ahead.between(0, SOON_DAYS) & welcome]
    days = ahead[rows.index].astype(int)
    found = [Soon(customer_id, _text(name), day + timedelta(days=int(left)), "生日问候")
             for customer_id, name, left in zip(
                 rows["customer_id"], _names(rows), days, strict=True)]
    return tuple(sorted(found, key=lambda one: one.day))


def appointments(people: People, tasks: Sequence[Task], day: date) -> tuple[Soon, ...]:
    """Days agreed upon with customers, unless somebody has worked on it since."""
    latest: dict[tuple[str, str], Task] = {}
    for task in sorted(tasks, key=lambda task: task.created_at):
        latest[task.customer_id, task.action_id] = task
    first, last = day - timedelta(days=_LATE_DAYS), day + timedelta(days=SOON_DAYS)
    agreed = ((task, task.due if task.is_open and task.follows else task.next_date)
              for task in latest.values())
    found = [Soon(task.customer_id, people.name(task.customer_id), when, task.theme)
             for task, when in agreed if when is not None and first <= when <= last]
    return tuple(sorted(found, key=lambda one: one.day))


def _names(rows: Any) -> Any:
    return rows["name"] if "name" in rows else [None] * len(rows)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _amount(amount: float | None) -> str:
    """An amount for a narrow list."""
    return "" if amount is None or amount != amount else show_amount_short(amount)  # noqa: PLR0124 - NaN
