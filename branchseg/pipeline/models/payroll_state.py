"""Payroll customers: who is lost, who is about to be, and what is kept of a pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from branchseg.model.fields import PAY_DAYS
from branchseg.model.figures import figures
from branchseg.pipeline.models.older_lists import month_number
from branchseg.pipeline.overview import counted
from branchseg.rules.assess import prepare
from branchseg.rules.evaluation import Evaluation
from branchseg.rules.pay_kept import pay_kept, pay_kept_about
from branchseg.rules.retention import same_measure, told_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.pipeline.models.months import Month
    from branchseg.pipeline.story import RunResult

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Days = NDArray[np.datetime64]
    Truths = NDArray[np.bool_]

STATES = ("lost_stopped", "lost_drained", "warn_stopped", "warn_leaving", "stays", "unclear")
"""How a payroll customer may stand, the worst first."""

LOST = 2
"""So many of STATES, the first, are lost."""

_BEFORE = ("aum_prev2_month_avg", "aum_prev_month_avg", "aum_prev_month_end")
_MONTHS_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Payroll:
    """The customers who are or were paid here; all arrays are row for row with `rows`.

    Attributes:
        rows: row positions in the result.
        state: the place in STATES.
        shares: customers x PAY_DAYS, what was kept of the pay; NaN where the list does not say,
            and of who is not paid any more.
        kept: what was kept on the day asked for, or about; NaN where unknown.
        exact: whether `kept` is of the balances around pay-day, not of those of months.
        change: of the AUM against the mean of the months before, -1 is all; NaN where unknown.
        over: the day asked for, of whom it had not come when his data were collected; else NaT.
        stopped: the place of the list that was the first without pay, -1 where there is none.
        lists: how many lists tell of pay.
    """

    rows: Rows
    state: Rows
    shares: Numbers
    kept: Numbers
    exact: Truths
    change: Numbers
    over: Days
    stopped: Rows
    lists: int

    @property
    def lost(self) -> Truths:
        """Who is lost."""
        return np.asarray(self.state < LOST)

    def of(self, state: str) -> Truths:
        """Who stands so."""
        return np.asarray(self.state == STATES.index(state))


def payroll_of(result: RunResult, months: Sequence[Month], *, day: int, periods: int,
               fall: float, least: float) -> Payroll:
    """How the payroll customers of a result stand.

    Args:
        result: the customers.
        months: their lists, oldest first; () where nothing is known of earlier ones.
        day: the days after pay-day on which it counts what is kept, one of PAY_DAYS.
        periods: so many lists in a row without pay are a loss, less a warning.
        fall: the share of the AUM that is gone of who is lost although he is paid.
        least: who keeps a smaller share of the pay lets it go.
    """
    frame = result.table.frame
    valid = counted(result, with_invalid=False)
    valid = valid[~result.results["outdated"].iloc[valid].to_numpy(dtype=bool)]
    past = [month for month in months if "payroll" in month.frame
            or "payroll_amount" in month.frame]
    ids = frame["customer_id"].iloc[valid]
    lists = [_paid(month.frame.reindex(ids)) for month in past]
    now, without = _paid(frame.iloc[valid])
    ever, stopped, runs = _history(lists, len(valid))
    flagged = _flag(frame.iloc[valid], "payroll") & without
    was = ever | flagged | (without & (figures("payroll_amount", frame.iloc[valid]) > 0))
    chosen = np.flatnonzero(now | (was & without))
    rows = valid[chosen]
    gone = (without & was)[chosen]
    scope = Evaluation(prepare(frame.iloc[rows], ()), result.table.as_of)
    shares = np.column_stack([_numbers(pay_kept(scope, one), len(rows)) for one in PAY_DAYS])
    shares = np.where(gone[:, None], np.nan, shares)
    exact = shares[:, PAY_DAYS.index(day)]
    about = _numbers(pay_kept_about(scope), len(rows))
    share = np.where(np.isnan(exact) & ~gone, about, exact)
    change = _change(result, rows, months)
    enough = (runs[chosen] >= periods) | (flagged[chosen] & (len(past) <= periods))
    leaves = share < least
    state = np.select(
        [gone & enough, leaves & (change <= -fall), gone, leaves, ~np.isnan(share)],
        range(len(STATES) - 1), len(STATES) - 1)
    over = np.where(gone | ~np.isnan(exact), np.datetime64("NaT"),
                    _over(frame.iloc[rows], result.table.as_of, day))
    return Payroll(rows, state, shares, share, ~np.isnan(exact), change, over, stopped[chosen],
                   len(past))


def _over(frame: pd.DataFrame, as_of: date, day: int) -> Days:
    """So many days after pay-day, where that had not come, and the list has all it takes."""
    if not {"pay_day", "pay_before", "payroll_amount", f"pay_after_{day}"} <= {*frame}:
        return np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[D]")
    days = frame["pay_day"].to_numpy().astype("datetime64[D]") + np.timedelta64(day, "D")
    told = np.full(len(frame), np.datetime64(as_of, "D"))
    if "data_date" in frame:
        own = frame["data_date"].to_numpy().astype("datetime64[D]")
        told = np.where(np.isnat(own), told, np.minimum(own, told))
    return np.where(days > told, days, np.datetime64("NaT"))


def _flag(frame: pd.DataFrame, key: str) -> Truths:
    """Where a flag is known to be set."""
    if key not in frame:
        return np.zeros(len(frame), dtype=bool)
    return np.asarray(frame[key].astype("boolean").to_numpy(dtype=bool, na_value=False))


def _paid(frame: pd.DataFrame) -> tuple[Truths, Truths]:
    """Who is paid here, and who is known not to be; of others it is not known."""
    amount = figures("payroll_amount", frame)
    dated = frame["pay_day"].notna().to_numpy() if "pay_day" in frame else False
    said_no = (~frame["payroll"].astype("boolean")).to_numpy(dtype=bool, na_value=False) \
        if "payroll" in frame else np.zeros(len(frame), dtype=bool)
    without = said_no | (amount <= 0)
    return (_flag(frame, "payroll") | (amount > 0) | dated) & ~without, without


def _history(lists: Sequence[tuple[Truths, Truths]],
             size: int) -> tuple[Truths, Rows, NDArray[np.intp]]:
    """Who was paid on a list, the first list since without pay, and how many in a row."""
    ever, runs = np.zeros(size, dtype=bool), np.zeros(size, dtype=np.intp)
    stopped = np.full(size, -1, dtype=np.intp)
    for place, (paid, without) in enumerate(lists):
        stops = without & ever
        stopped = np.where(paid, -1, np.where(stops & (runs == 0), place, stopped))
        runs = np.where(paid, 0, runs + stops)
        ever = ever | paid
    return ever, stopped, runs


def _numbers(column: Any, size: int) -> Numbers:
    """A column of a list as an array; NaN where it is unknown, or there is none."""
    return np.full(size, np.nan) if column is None else column.to_numpy().astype(np.float64)


def _change(result: RunResult, rows: Rows, months: Sequence[Month]) -> Numbers:
    """By what share the AUM differs from the mean of the three months before.

    By the lists of those months; of whom they tell no balance of the same measure, by his own.
    """
    frame = result.table.frame.iloc[rows]
    point = figures("aum_point", frame)
    own = _from_mean(np.where(np.isnan(point), figures("aum_month_avg", frame), point),
                     [figures(key, frame) for key in _BEFORE])
    now = told_by(frame, result.results.iloc[rows], result.table.as_of)
    ids, told = frame["customer_id"], _told_in(frame, result.table.as_of)
    lists = {month.number: month.frame for month in months}
    listed = np.full(len(rows), np.nan)
    for number in np.unique(told).tolist():
        before = [lists.get(number - back) for back in range(1, _MONTHS_BEFORE + 1)]
        here = np.flatnonzero(told == number)
        mine, columns = now.iloc[here].reset_index(drop=True), []
        for one in before:
            if one is not None:
                then = one.reindex(ids.iloc[here]).reset_index(drop=True)
                columns.append(np.where(same_measure(mine, then), figures("aum", then), np.nan))
        if len(columns) == _MONTHS_BEFORE:
            listed[here] = _from_mean(figures("aum", mine), columns)
    return np.where(np.isnan(listed), own, listed)


def _told_in(frame: pd.DataFrame, as_of: date) -> Rows:
    """The month that the data of each customer are of: lists of one kind may be the older ones."""
    told = np.full(len(frame), month_number(as_of))
    if "data_date" not in frame:
        return told
    days = frame["data_date"].dt
    months = (days.year * 12 + days.month).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(months), told, months).astype(np.intp)


def _from_mean(now: Numbers, before: Sequence[Numbers]) -> Numbers:
    """By what share a balance differs from the mean of those known before."""
    table = np.column_stack(before)
    known = ~np.isnan(table)
    counts = known.sum(axis=1)
    mean = np.where(known, table, 0.0).sum(axis=1) / np.maximum(counts, 1)
    usable = (counts > 0) & (mean > 0)
    return np.where(usable, now / np.where(usable, mean, 1.0) - 1.0, np.nan)
