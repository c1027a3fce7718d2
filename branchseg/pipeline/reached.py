"""When each customer was last spoken to, by the lists and by the results of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.model.outcomes import outcomes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import pandas as pd

    from branchseg.store.records import Task


def last_reached(frame: pd.DataFrame, tasks: Iterable[Task]) -> dict[str, date]:
    """The last day on which each customer was spoken to; nobody else is in it.

    A result of a task says so, or the last contact of the list.
    """
    found: dict[str, date] = {}
    if "last_contact" in frame:
        told = frame[["customer_id", "last_contact"]].dropna()
        found = dict(zip(told["customer_id"], told["last_contact"].dt.date, strict=True))
    for task in tasks:
        if task.result is None or task.closed_at is None \
                or not outcomes().result(task.result).reached:
            continue
        day = task.closed_at.astimezone().date()
        found[task.customer_id] = max(day, found.get(task.customer_id, day))
    return found
