"""Money that has matured: who has been spoken to since, and who has not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from branchseg.model.results import Status
from branchseg.pipeline.reached import last_reached

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchseg.pipeline.story import RunResult
    from branchseg.store.records import Task

LIMIT = "matured_days"
"""The parameter of the rules that says for how many days a maturity is followed up."""
_EVENT = "days_to_maturity"


@dataclass(frozen=True, slots=True)
class Matured:
    """Row positions, the latest maturity first, and what the plan has to leave out.

    `waiting` matured within the limit and nobody has spoken to them since; `dropped` are those
    beyond it. `settled` are (customer id, action id) of those spoken to: a newer list that still
    names the old day brings them back no more.
    """

    waiting: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    settled: frozenset[tuple[str, str]] = frozenset()


def _limit_days(result: RunResult) -> float:
    """For how many days after the day a maturity is followed up; endless without the parameter."""
    found = (one.value for one in result.ruleset.parameters if one.key == LIMIT)
    return next(found, float("inf"))


def matured(result: RunResult, tasks: Iterable[Task]) -> Matured:
    """Whose money has matured, by the newest lists and the results of all tasks.

    Spoken to is whoever was reached on the day of the maturity or later: a result says so, or the
    last contact of the list.
    """
    frame = result.table.frame
    if "maturity_date" not in frame:
        return Matured()
    since = result.results["days_since_maturity"].to_numpy(dtype=np.float64, na_value=np.nan)
    rows = np.flatnonzero((since >= 1) & (result.results["status"] != Status.INVALID).to_numpy())
    rows = rows[np.argsort(since[rows], kind="stable")]
    reached, limit = last_reached(frame, tasks), _limit_days(result)
    ids, days = frame["customer_id"].tolist(), frame["maturity_date"].dt.date.tolist()
    spoken = {row for row in rows if ids[row] in reached and reached[ids[row]] >= days[row]}
    silent = [int(row) for row in rows if row not in spoken]
    bound = [one.key for one in result.ruleset.actions.actions if one.until == _EVENT]
    return Matured(
        tuple(row for row in silent if since[row] <= limit),
        tuple(row for row in silent if since[row] > limit),
        frozenset((ids[row], key) for row in spoken for key in bound))
