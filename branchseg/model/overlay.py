"""What is known of a customer out of several lists: the one rule for files and for imports.

A customer's values from an older list (below) and a newer one (above) become one, field by field:

- The newest known value counts; an unknown one replaces nothing.
- A refusal, a complaint, a death in any list stays. Dates with the rule MAX or MIN ("最近交易日",
  "开户日期") stay the newest or the oldest of all.
- A masked name, number or phone never replaces a whole one.
- What only makes sense together comes from one list, or is unknown: the figures of the months
  before; a maturity's date, amount and product, but newer lists that repeat the date without the
  amount (or the product) take nothing away.
- A total of deposits gives way to a newer list that has both demand and time deposits.
- A newer list that says "no payroll" takes amount, employer and pay-day of older ones away.
- A rating is that of the newest assessment, a dated one before one without a date.
- Totals of assets are those of the newest data date; a total counts more than balances of single
  products. Averages are the measure of the tiers, so a newer list that states the assets of one
  day only (which may be those of some accounts) does not put them out of force: averages stay
  beside a point total up to 31 days younger, those of this month or the last; beside an older or
  a much younger total they never stand. `aum_date` is the day of the averages, or else of the
  point total, and `aum_partial` is about the lists that these come from. `txn_partial` is about
  the newest list that knows of transactions.
- `data_date` is the newest data date of the lists that tell what the customer did; if none does,
  of the lists the customer is in. A list of balances or maturities makes no old habit new.

Laying one over another is associative: it does not matter in how many steps it is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from branchseg.model.fields import (
    AUM_SOURCES,
    DECEASED,
    FIELDS,
    HOLDINGS,
    NUMERIC,
    REFUSALS,
    Kind,
    Merge,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Values = npt.NDArray[Any]
Columns = dict[str, Values]
"""Field key -> values of equal length: `str` or None as objects, all else as float64 with NaN.

Dates are numbers of any unit, as long as it is the same everywhere; flags are 0 and 1.
"""
Mask = npt.NDArray[np.bool_]

_FLOATS = NUMERIC | {Kind.DATE, Kind.FLAG}
_MASKABLE = frozenset({Kind.NAME, Kind.ID_NUMBER, Kind.PHONE})

_MATURITY = ("maturity_date", "maturity_amount", "maturity_product")
_BEFORE = ("aum_prev_month_avg", "aum_prev2_month_avg", "aum_prev_month_end")
"""Fields that come from the newest list that knows one of them."""

_PAY = ("payroll_amount", "payroll_employer", "pay_day", "pay_before", "pay_after_1",
        "pay_after_3", "pay_after_7", "pay_after_15")
"""What only a customer has whose pay comes here."""

_RATING = ("risk_level", "risk_date", "risk_expiry")
_PARTS = (*HOLDINGS, "deposit")
_AVERAGES = tuple(key for key in AUM_SOURCES if key != "aum_point")
_POINT_DATE = "aum_point_date"
_DEPOSIT_DATE = "deposit_date"
_SPLIT_DATE = "deposit_split_date"
_MATURITY_MOVED = "maturity_moved"
_PAY_ENDED = "pay_ended"
_HIDDEN = frozenset({_POINT_DATE, _DEPOSIT_DATE, _SPLIT_DATE, _MATURITY_MOVED, _PAY_ENDED})
"""The days of the point total, of all deposits, of demand and time deposits beside each other;
whether the lists told several maturity dates, or ever "no payroll". Only lists laid over each
other have these, no table and no vault."""

_MONTH = 31
"""So many days may a point total be younger than the averages beside it."""

_ASSETS = (*AUM_SOURCES, "aum_partial", "aum_date", _POINT_DATE)
_TRADES = ("last_txn", "txn_count_12m")
_ACTS = (*_TRADES, "mobile_bank_last", "last_contact")
_TOGETHER = frozenset({*_MATURITY, *_BEFORE, *_RATING, *_ASSETS, *_HIDDEN, "deposit",
                       "data_date"})


def unknown(key: str, count: int) -> Values:
    """`count` unknown values of a field."""
    text = FIELDS[key].kind not in _FLOATS if key in FIELDS else key not in _HIDDEN
    return np.full(count, None if text else np.nan, dtype=object if text else np.float64)


def known(values: Values) -> Mask:
    """Which values are known."""
    return np.asarray(pd.notna(values))


def dated(columns: Columns, day: float) -> Columns:
    """A list's columns with `data_date` and, if it states assets, `aum_date`; known ones stay."""
    count = len(columns["customer_id"])
    given = {"data_date": np.full(count, day)}
    if columns.keys() & {*AUM_SOURCES, *_PARTS}:
        stated = _any_known(columns, (*AUM_SOURCES, *_PARTS), count)
        given["aum_date"] = np.where(stated, day, np.nan)
    found = columns | {key: values if key not in columns
                       else np.where(known(columns[key]), columns[key], values)
                       for key, values in given.items()}
    if "aum_point" in columns:
        found[_POINT_DATE] = np.where(known(columns["aum_point"]), found["aum_date"], np.nan)
    if "deposit" in columns:
        found[_DEPOSIT_DATE] = np.where(known(columns["deposit"]), day, np.nan)
    if columns.keys() >= {"demand", "time_deposit"}:
        both = known(columns["demand"]) & known(columns["time_deposit"])
        found[_SPLIT_DATE] = np.where(both, day, np.nan)
    return found


def overlay(layers: Sequence[tuple[Columns, npt.NDArray[np.intp]]], count: int, *,
            day: float = 1.0) -> Columns:
    """The values of `count` customers out of lists, the oldest first.

    Each layer is its columns, what `dated` adds among them, and which customer each of its rows
    is; a customer stands in a layer once. `day` is how much one day is in the dates.
    """
    keys = list(dict.fromkeys(key for columns, _ in layers for key in columns))
    if "maturity_date" in keys:
        keys = list(dict.fromkeys([*keys, _MATURITY_MOVED]))
    if "payroll" in keys:
        keys = list(dict.fromkeys([*keys, _PAY_ENDED]))
    united = {key: unknown(key, count) for key in keys}
    for columns, places in layers:
        below = {key: values[places] for key, values in united.items()}
        above = {key: columns.get(key, unknown(key, len(places))) for key in keys}
        if "txn_partial" in above:
            told = _any_known(above, _TRADES, len(places)) | (above["txn_partial"] == 1.0)
            above["txn_partial"] = np.where(told, above["txn_partial"], np.nan)
        for key, values in _laid_over(below, above, _MONTH * day).items():
            united[key][places] = values
    return united


def masked(values: Values) -> Mask:
    """Which texts hide some of their characters."""
    return np.array([value is not None and "*" in value for value in values.tolist()], dtype=bool)


def _laid_over(below: Columns, above: Columns, month: float) -> Columns:
    """One list over another, the same keys and customers row for row."""
    found = {key: _newest(key, below[key], above[key]) for key in below if key not in _TOGETHER}
    count = len(below["customer_id"])
    found |= _choose(_any_known(above, _BEFORE, count), _BEFORE, below, above)
    found |= _maturity(below, above, count) | _deposits(below, above)
    found |= _choose(_rated_higher(below, above, count), _RATING, below, above)
    if "payroll" in below:
        found |= _pay(below, above, found)
    return found | _data_date(below, above, count) | _assets(below, above, count, month)


def _data_date(below: Columns, above: Columns, count: int) -> Columns:
    """The day up to which it is known what a customer did."""
    if "data_date" not in below:
        return {}
    told = [_any_known(part, _ACTS, count) for part in (below, above)]
    newest = np.fmax(below["data_date"], above["data_date"])
    only = np.where(told[1], above["data_date"], below["data_date"])
    return {"data_date": np.where(told[0] == told[1], newest, only)}


def _newest(key: str, below: Values, above: Values) -> Values:
    """One field by its own rule."""
    field = FIELDS.get(key)
    if field is not None:
        if key in REFUSALS or (field.kind is Kind.DATE and field.merge is Merge.MAX):
            return np.asarray(np.fmax(below, above))
        if field.kind is Kind.DATE and field.merge is Merge.MIN:
            return np.asarray(np.fmin(below, above))
    new = known(above)
    if field is not None and field.kind in _MASKABLE:
        new &= ~masked(above) | masked(below) | ~known(below)
    if key == "customer_type":
        new &= below != DECEASED
    return np.where(new, above, below)


def _choose(new: Mask, keys: Iterable[str], below: Columns, above: Columns) -> Columns:
    """All of `keys` from above where `new`, else from below."""
    return {key: np.where(new, above[key], below[key]) for key in keys if key in below}


def _any_known(columns: Columns, keys: Iterable[str], count: int) -> Mask:
    """Where one of `keys` is known."""
    there = [known(columns[key]) for key in keys if key in columns]
    return np.logical_or.reduce(there) if there else np.zeros(count, dtype=bool)


def _maturity(below: Columns, above: Columns, count: int) -> Columns:
    """What falls due next: of the newest list, completed by those before it of the same date."""
    if "maturity_date" not in below:
        return _choose(_any_known(above, _MATURITY, count), _MATURITY, below, above)
    old, new = (_any_known(part, _MATURITY, count) for part in (below, above))
    moved = [np.nan_to_num(part.get(_MATURITY_MOVED, np.zeros(count))) for part in (below, above)]
    same = below["maturity_date"] == above["maturity_date"]
    completed = same & (moved[1] == 0)
    found = {key: np.where(new & ~(completed & ~known(above[key])), above[key], below[key])
             for key in _MATURITY if key in below}
    found[_MATURITY_MOVED] = np.where(old & new, np.maximum(~same, np.maximum(*moved)),
                                      np.where(new, moved[1], moved[0]))
    return found


def _pay(below: Columns, above: Columns, found: Columns) -> Columns:
    """What is known of a pay, none of it from before a list that says there is none."""
    ended = [(part["payroll"] == 0) | (part[_PAY_ENDED] == 1) for part in (below, above)]
    left = _choose(ended[1], _PAY, found, above)
    return left | {_PAY_ENDED: (ended[0] | ended[1]).astype(np.float64)}


def _deposits(below: Columns, above: Columns) -> Columns:
    """All deposits, unless a newer list has demand and time deposits; and the days of these."""
    if "deposit" not in below:
        return _dates_of_split(below, above)
    new = known(above["deposit"])
    total = np.where(new, above["deposit"], below["deposit"])
    day = np.where(new, above[_DEPOSIT_DATE], below[_DEPOSIT_DATE])
    split = _dates_of_split(below, above)
    if _SPLIT_DATE in split:
        gone = split[_SPLIT_DATE] > day
        total, day = np.where(gone, np.nan, total), np.where(gone, np.nan, day)
    return {"deposit": total, _DEPOSIT_DATE: day, **split}


def _dates_of_split(below: Columns, above: Columns) -> Columns:
    """The newest day on which a list has demand and time deposits beside each other."""
    if _SPLIT_DATE not in below:
        return {}
    return {_SPLIT_DATE: np.fmax(below[_SPLIT_DATE], above[_SPLIT_DATE])}


def _rated_higher(below: Columns, above: Columns, count: int) -> Mask:
    """Where the rating above counts: one with a level first, then the newest, then the latest."""
    ranks = [(known(part.get("risk_level", unknown("name", count))),
              *(np.nan_to_num(part.get(key, unknown(key, count)), nan=-np.inf)
                for key in _RATING[1:])) for part in (below, above)]
    new = np.ones(count, dtype=bool)
    for old, other in reversed(list(zip(*ranks, strict=True))):
        new = np.where(other == old, new, other > old)
    return new


def _assets(below: Columns, above: Columns, count: int, month: float) -> Columns:
    """Totals, their dates and whether they are whole: the newest averages, the newest point total.

    Lists of one date complete each other. Where no list states a total, balances of all lists
    are added up, so the sum is partial if one of them is.
    """
    if "aum_date" not in below:
        return {}
    parts = (below, above)
    averaged = [_days_of(part, _AVERAGES, "aum_date", count) for part in parts]
    stated = [_days_of(part, ("aum_point",), _POINT_DATE, count) for part in parts]
    average, point = np.maximum(*averaged), np.maximum(*stated)
    averages = (average > -np.inf) & (point <= average + month)
    points = (point > -np.inf) & (point >= average)
    found = _newest_total(_AVERAGES, parts, averaged, averages)
    found |= _newest_total(("aum_point",), parts, stated, points)
    if _POINT_DATE in below:
        found[_POINT_DATE] = np.where(points, point, np.nan)
    balances = np.fmax(below["aum_date"], above["aum_date"])
    found["aum_date"] = np.where(averages, average, np.where(points, point, balances))
    if "aum_partial" in below:
        told = [np.where(averages, mine == average, ~points | (own == point))
                for mine, own in zip(averaged, stated, strict=True)]
        found["aum_partial"] = np.fmax(*(np.where(which, part["aum_partial"], np.nan)
                                         for which, part in zip(told, parts, strict=True)))
    return found


def _days_of(columns: Columns, keys: Iterable[str], date_key: str, count: int) -> Values:
    """The day of a list's total of one kind; minus infinity where it states none."""
    days = columns.get(date_key, np.full(count, np.nan))
    return np.where(_any_known(columns, keys, count), days, -np.inf)


def _newest_total(keys: Iterable[str], parts: tuple[Columns, Columns], days: Sequence[Values],
                  kept: Mask) -> Columns:
    """Totals of one kind from the list of the newer day, from both if it is one; or unknown."""
    below, above = parts
    found = {}
    for key in (key for key in keys if key in below):
        same = np.where(known(above[key]), above[key], below[key])
        newest = np.where(days[1] > days[0], above[key], below[key])
        found[key] = np.where(kept, np.where(days[0] == days[1], same, newest), np.nan)
    return found
