"""The payroll clock: what is still there some days after pay-day, and when it has left.

Kept is the balance after so many days over what was there with the pay: the balance before
pay-day and the pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class Pays(NamedTuple):
    """Pay-days out of transactions, by customer and day.

    Attributes:
        customer: the code of the customer.
        day: of the pay, as a number.
        kept: pays x days, see `kept`; NaN where the transactions end before.
    """

    customer: NDArray[np.intp]
    day: NDArray[np.int64]
    kept: Numbers


def kept(before: ArrayLike, pay: ArrayLike, after: ArrayLike) -> Numbers:
    """The share still there.

    Args:
        before: the balance before pay-day of each, 元.
        pay: the pay of each, 元.
        after: customers x days, the balance after so many days, 元.

    Returns:
        Customers x days; NaN where a figure is unknown, the pay is not above 0 or the balance
        before is below. An overdrawn account keeps nothing.
    """
    start, wage = np.asarray(before, dtype=np.float64), np.asarray(pay, dtype=np.float64)
    whole = np.where((start >= 0) & (wage > 0), start + wage, np.nan)
    return np.asarray(np.maximum(np.asarray(after, dtype=np.float64), 0.0) / whole[:, None])


def left_after(days: Sequence[float], shares: Numbers,
               least: float) -> tuple[Numbers, NDArray[np.bool_]]:
    """When less than `least` is left for the first time: durations for a survival curve.

    Args:
        days: the days after pay-day of the columns of `shares`, rising.
        shares: what `kept` gave.
        least: a share; what is below has left.

    Returns:
        The days of each, NaN where no share is known, and whether the money had left then; if
        not, the last day known.
    """
    known, gone = ~np.isnan(shares), shares < least
    left = gone.any(axis=1)
    last = shares.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    at = np.where(left, gone.argmax(axis=1), last)
    times = np.where(known.any(axis=1), np.asarray(days, dtype=np.float64)[at], np.nan)
    return np.asarray(times), np.asarray(left)


def pays(customer: ArrayLike, day: ArrayLike, amount: ArrayLike, is_pay: ArrayLike,
         balance: ArrayLike | None, days: Sequence[int], *, end: int | None = None) -> Pays:
    """The pays among transactions, and what was kept of each.

    Pays of one customer on one day are one. With the balance after each transaction, what is
    kept is of balance and pay; without, it is the pay less all that went out since: less exact.

    Args:
        customer: a code (0, 1, ...) per transaction.
        day: a number of its day.
        amount: 元, above 0 what comes in; no gaps.
        is_pay: whether it is a pay; only those with an amount above 0 count.
        balance: after the transaction, 元; transactions of a day stand in their order.
        days: after pay-day.
        end: the last day the transactions tell of; that of the last one if None.
    """
    code, when = np.asarray(customer, dtype=np.int64), np.asarray(day, dtype=np.int64)
    worth = np.asarray(amount, dtype=np.float64)
    order = np.lexsort((np.arange(len(code)), when, code))
    code, when, worth = code[order], when[order], worth[order]
    wage = np.where(np.asarray(is_pay, dtype=bool)[order] & (worth > 0), worth, 0.0)
    start = int(when.min(initial=0))
    span = int(when.max(initial=0)) - start + max(days, default=0) + 2
    key = code * span + when - start
    events, first = np.unique(key[wage > 0], return_index=True)
    who, at = code[wage > 0][first], when[wage > 0][first]
    opened = np.searchsorted(key, events, side="left")
    total = np.concatenate(([0.0], np.cumsum(wage)))
    ends = np.array([np.searchsorted(key, events + one, side="right") for one in days]).T
    paid = total[np.searchsorted(key, events, side="right")] - total[opened]
    if balance is None:
        out = np.concatenate(([0.0], np.cumsum(np.maximum(-worth, 0.0))))
        shares = np.maximum(1.0 - (out[ends] - out[opened][:, None]) / paid[:, None], 0.0)
    else:
        held = np.asarray(balance, dtype=np.float64)[order]
        shares = kept(held[opened] - worth[opened], paid, held[ends - 1])
    told = int(when.max(initial=0)) if end is None else end
    seen = at[:, None] + np.asarray(days)[None, :] <= told
    return Pays(who.astype(np.intp), at, np.where(seen, shares, np.nan))
