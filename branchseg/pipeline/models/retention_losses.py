"""Light and heavy losses of a list; where it does not tell the last months, by two lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from branchseg import rules
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.pipeline.models.months import LOSS_FROM, MEASURED, POINT, beside
from branchseg.pipeline.models.older_lists import month_number
from branchseg.rules.recovery import recovery

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.pipeline.models.older_lists import OlderLists
    from branchseg.pipeline.story import RunResult
    from branchseg.rules.recovery import Recovery

_WORDS = "models.retention.facts"


class MonthBefore(NamedTuple):
    """The list of the month before: its day, and `customer_id` with the monthly average."""

    day: date
    frame: pd.DataFrame


class Losses(NamedTuple):
    """Who lost a threshold, None where that cannot be told; from which list beside the newest.

    `own` says that the list was taken as that of the month that has ended.
    """

    found: Recovery | None
    own: bool = False
    before: date | None = None

    def said(self, rows: NDArray[np.intp]) -> str:
        """How many of the customers at some rows have lost what, and by which lists that is."""
        if self.found is None:
            return text(f"{_WORDS}.no_losses")
        told = {key: int(np.asarray(getattr(self.found, key))[rows].sum())
                for key in ("heavy", "light", "back")}
        if not self.own:
            amount = money(float(np.asarray(self.found.amount)[rows].sum()))
            return text(f"{_WORDS}.losses", amount=amount, **told)
        if self.before is None:
            return text(f"{_WORDS}.losses_light", **told)
        return text(f"{_WORDS}.losses_own", before=self.before.isoformat(), **told)


def month_before(lists: OlderLists, day: date) -> MonthBefore | None:
    """The newest list of the same customers in the month before a day, with monthly averages."""
    for one in lists.main_kind():
        if month_number(one.as_of) == month_number(day) - 1:
            frame = lists.table(one).frame
            if MEASURED in frame and frame[MEASURED].notna().any():
                return MonthBefore(one.as_of, frame[["customer_id", MEASURED]])
    return None


def losses_of(result: RunResult, before: MonthBefore | None) -> Losses:
    """Who lost a threshold, by the columns of the list itself or else with the one before it.

    Who is only on an older list has no balances of this month, so nothing is told of him.
    """
    frame, day = result.table.frame, result.table.as_of
    if set(LOSS_FROM) & set(frame) or not {MEASURED, POINT} <= set(frame):
        return Losses(recovery(frame, result.results, result.ruleset, day))
    if "data_date" in frame:
        late = (frame["data_date"] < np.datetime64(day)).to_numpy(dtype=bool, na_value=False)
        frame = frame.assign(**{key: frame[key].mask(late) for key in (MEASURED, POINT)})
    frame = beside(frame, None if before is None else before.frame)
    judged = rules.assess(frame, result.ruleset, day, today=result.today)
    found = recovery(frame, judged, result.ruleset, day)
    return Losses(found, own=True, before=None if before is None else before.day)
