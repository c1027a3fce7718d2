"""Transactions of any table: which rows count, and what they say of each customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.analytics import values
from branchseg.progress import Progress, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CANCELLED = r"^[Cc]\d"
"""Invoice numbers of cancellations, as in the Online Retail data (UCI 352): "C536379"."""

_LONE_DAYS = 366
"""So far behind all but 1 % of the rows, the last day is more likely a slip than a day."""

_CENTS = 4
"""Sums are rounded to so many decimals: 0.1 + 0.2 and 0.3 are one sum, in any order of rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transactions:
    """The rows of a table that count.

    Attributes:
        rows: sorted by customer, day and amount, so that the order of the file has no say:
            `customer` (text), `day` (datetime64), `amount`, `visit` (what makes rows one
            visit: the invoice, else the day) and `action` (False for what only lowers the
            money: a cancelled invoice that is kept).
        left_out: why -> rows, each row under the first reason that fits: no_customer,
            unreadable_date, unreadable_amount, cancelled, not_positive or negative, after_end.
    """

    rows: pd.DataFrame
    left_out: dict[str, int]


def transactions(frame: pd.DataFrame, *, customer: str, date: str, amount: str,
                 invoice: str | None = None, refunds: bool = False, zeros: bool = False,
                 end: np.datetime64 | None = None,
                 progress: Progress = silent) -> Transactions:
    """Read the columns of these names and leave out what cannot count.

    Args:
        frame: the table; values may be texts.
        customer: the column of who acted.
        date: the column of the day; a time of day is cut off.
        amount: the column of the money of the row.
        invoice: the column of the invoice; numbers like C536379 are cancellations.
        refunds: keep amounts below zero as transactions like any other, and let cancelled
            invoices lower the money without being an action of the customer.
        zeros: keep amounts of zero (always kept with `refunds`).
        end: days after this one are left out.
        progress: told after every column, so that reading can be stopped.
    """
    frame = frame.reset_index(drop=True)
    progress(0.0)
    who = values.texts(frame[customer])
    progress(0.3)
    day = values.days(frame[date])
    progress(0.4)
    money = values.measures(frame[amount])
    progress(0.5)
    known = day[~np.isnat(day)]
    bill = pd.Series(pd.NA, index=frame.index, dtype="str") if invoice is None else values.texts(
        frame[invoice])
    cancelled = bill.str.match(_CANCELLED).fillna(value=False).to_numpy(dtype=bool)
    last = end if end is not None or not len(known) else known.max()
    few = money < 0 if zeros else money <= 0
    left_out, kept = _sift({
        "no_customer": who.isna().to_numpy(),
        "unreadable_date": np.isnat(day),
        "unreadable_amount": np.isnan(money),
        "cancelled": cancelled & (not refunds),
        "negative" if zeros else "not_positive": few & (not refunds),
        "after_end": day > last if last is not None else np.zeros(len(day), dtype=bool),
    })
    day_text = pd.Series(np.datetime_as_string(day), index=frame.index)
    rows = pd.DataFrame({
        "customer": who.to_numpy(), "day": day.astype("datetime64[s]"), "amount": money,
        "visit": bill.fillna(day_text).to_numpy(), "action": ~cancelled})
    progress(0.7)
    rows = rows[kept].sort_values(["customer", "day", "amount"], ignore_index=True)
    return Transactions(rows=rows, left_out=left_out)


def last_day_doubtful(rows: pd.DataFrame) -> bool:
    """Whether hardly any row is near the last day: it may be mistyped, and all counts from it."""
    days = rows["day"].to_numpy()
    usual = np.sort(days)[int(0.99 * (len(days) - 1))]
    return bool(days.max() - usual > np.timedelta64(_LONE_DAYS, "D"))


def by_customer(rows: pd.DataFrame, progress: Progress = silent) -> pd.DataFrame:
    """What the rows of `Transactions` say of each customer who acted.

    Returns:
        Indexed by customer, in the order of their names: `last` (day of the newest action),
        `frequency` (distinct visits) and `money` (sum of all amounts).
    """
    acted = rows[rows["action"]]
    last = acted.groupby("customer")["day"].max()
    progress(0.3)
    visits = acted.drop_duplicates(["customer", "visit"])
    progress(0.5)
    frequency = visits.groupby("customer").size()
    progress(0.7)
    money = rows.groupby("customer")["amount"].sum().round(_CENTS)
    found = pd.DataFrame({"last": last, "frequency": frequency, "money": money})
    return found[found["frequency"].notna()]


def repeats(rows: pd.DataFrame, end: np.datetime64, unit_days: float) -> pd.DataFrame:
    """How often customers came back up to and including the day `end`.

    All rows of a customer on one day are one visit.

    Args:
        rows: of `Transactions`; rows after `end` are not used, nor are customers without others.
        end: the last day of observation.
        unit_days: days of the unit that times are measured in.

    Returns:
        Indexed by customer: `frequency` (days with a visit after the first such day), `recency`
        (from the first to the last visit), `age` (from the first visit to `end`), both in units,
        and `monetary` (mean over the repeat visits of the money of the day; the first visit is
        left out, as it tells who came and not who came back; NaN without repeats).
    """
    seen = rows[rows["day"] <= end]
    visits = seen.groupby(["customer", "day"], as_index=False)["amount"].sum()
    grouped = visits.groupby("customer")["day"]
    first, last = grouped.min(), grouped.max()
    again = visits[visits["day"] > grouped.transform("min")]
    return pd.DataFrame({
        "frequency": grouped.size() - 1,
        "recency": _days(last - first) / unit_days,
        "age": _days(pd.Timestamp(end) - first) / unit_days,
        "monetary": again.groupby("customer")["amount"].mean().round(_CENTS)},
        index=first.index)


def visits_between(rows: pd.DataFrame, after: np.datetime64, until: np.datetime64) -> pd.Series:
    """Customer -> days with a visit after one day, up to and including another."""
    later = rows[(rows["day"] > after) & (rows["day"] <= until)]
    return later.drop_duplicates(["customer", "day"]).groupby("customer").size()


def _days(spans: pd.Series) -> pd.Series:
    return spans / pd.Timedelta(days=1)


def _sift(reasons: dict[str, NDArray[np.bool_]]) -> tuple[dict[str, int], NDArray[np.bool_]]:
    """Reason -> rows it is the first to take, and which rows none takes."""
    kept = np.ones(len(next(iter(reasons.values()))), dtype=bool)
    taken = {}
    for reason, found in reasons.items():
        taken[reason] = int(np.count_nonzero(kept & found))
        kept &= ~found
    return taken, kept
