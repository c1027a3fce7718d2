"""The payroll clock of transactions: what is kept of a pay, when it leaves, who is not paid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from branchseg.analytics.answer import Answer, Verdict, per_customer
from branchseg.analytics.pay_clock import left_after, pays
from branchseg.analytics.spec import COLUMN, DATE, TEXT, integer, number, option
from branchseg.analytics.survival import log_rank, survival
from branchseg.analytics.transactions import last_day_doubtful
from branchseg.analytics.values import days, numbers, texts
from branchseg.messages import text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.analytics.pay_clock import Pays
    from branchseg.analytics.survival import Difference

LEAST_PAYS = 20
LEAST_IN_GROUP = 20
_LAST_DAY = 15
_SURE = 0.05
_WORDS = "analytics.payroll"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollSpec:
    """Transactions: who, when, how much (what goes out below 0), and what kind they are.

    A pay is what comes in and whose kind has the words `pay` in it. With the `balance` after each
    transaction what is kept is exact; `group` is the employer. What is kept counts `days` after
    pay-day; a pay has left when less than `least` of it is kept. Who has not been paid in as
    many months as `periods` is lost, counted up to `as_of`, the last day the file tells of (rows
    after it are left out); without it that of the last row that is not after today.
    """

    customer: str = option("columns", COLUMN)
    date: str = option("columns", COLUMN)
    amount: str = option("columns", COLUMN)
    kind: str = option("columns", COLUMN)
    balance: str | None = option("columns", COLUMN, None)
    group: str | None = option("columns", COLUMN, None)
    pay: str | float = option("rules", TEXT)
    days: int = option("rules", integer(1, 31), 7)
    least: float = option("rules", number(0.01, 1), 0.1)
    periods: int = option("rules", integer(1, 12), 2)
    as_of: dt.date | None = option("rules", DATE, None)


class _Customers(NamedTuple):
    """The customers who were paid, by name: pays, the last one, what is kept, when it leaves.

    `kept` is the mean share on the day asked for, `days` those until the last pay left and
    `left` whether it had then; `missed` counts the months without pay since.
    """

    names: NDArray[np.str_]
    pays: NDArray[np.intp]
    last: NDArray[np.int64]
    kept: NDArray[np.float64]
    days: NDArray[np.float64]
    left: NDArray[np.bool_]
    missed: NDArray[np.intp]


def answer(frame: pd.DataFrame, spec: PayrollSpec) -> Answer:
    """When pay leaves, what is kept of it, and who is not paid any more."""
    read, left_out, later = _read(frame, spec)
    warnings = [f"rows_left_out:{left_out}"] if left_out else []
    if later:
        warnings.append(f"after_end:{later}")
    if spec.as_of is None and len(read) and last_day_doubtful(read):
        warnings.append("as_of_doubtful")
    if spec.balance is None:
        warnings.append("no_balance")
    names, code = np.unique(read["customer"].to_numpy(dtype=str), return_inverse=True)
    clock = list(range(max(_LAST_DAY, spec.days) + 1))
    when = read["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    last = when.max(initial=0) if spec.as_of is None else np.datetime64(spec.as_of, "D")
    end = int(last.astype(np.int64))
    found = pays(code, when, read["amount"], read["pay"],
                 None if spec.balance is None else read["balance"], clock, end=end)
    known = ~np.isnan(found.kept[:, spec.days])
    if known.sum() < LEAST_PAYS:
        return Answer(rows=len(frame), rows_used=len(read), verdict=Verdict.NOT_ENOUGH_DATA,
                      code=f"{_WORDS}.few", warnings=tuple(warnings),
                      params={"pays": int(known.sum()), "least": LEAST_PAYS, "days": spec.days,
                              "pay": spec.pay})
    who = _customers(found, names, end, clock, spec)
    times, left = left_after(clock, found.kept, spec.least)
    seen = ~np.isnan(times)
    whole = survival(times[seen], left[seen])
    lost = who.missed >= spec.periods
    half, kept = whole.median(), float(np.minimum(found.kept[known, spec.days], 1.0).mean())
    employer = None if spec.group is None else _employers(read, names, found.customer)
    groups, test = ({}, None) if employer is None else _groups(
        found, times, left, employer, spec)
    return Answer(
        rows=len(frame), rows_used=len(read), verdict=Verdict.OK, warnings=tuple(warnings),
        code=f"{_WORDS}.ok", params={
            "customers": len(who.names), "pays": len(found.day), "days": spec.days, "kept": kept,
            "half": text(f"{_WORDS}.longer" if np.isnan(half) else f"{_WORDS}.half",
                         days=clock[-1] if np.isnan(half) else int(half), least=spec.least),
            "lost": int(lost.sum()), "periods": spec.periods},
        quality={"customers": len(who.names), "pays": len(found.day), "pays_judged":
                 int(known.sum()), "kept": kept, "left": 1 - whole.at(spec.days).share,
                 "median_days": half, "lost": int(lost.sum())},
        parameters={"as_of": str(last.astype("datetime64[D]"))},
        figures={"curve": _curve(found, whole.at, clock), "groups": groups,
                 "log_rank": None if test is None else test._asdict()},
        per_row=_rows(spec, who, lost))


def _read(frame: pd.DataFrame, spec: PayrollSpec) -> tuple[pd.DataFrame, int, int]:
    """The rows that count, oldest first as far as the file tells.

    And how many cannot be read, and how many are after the end, or today.
    """
    rows = pd.DataFrame({
        "customer": texts(frame[spec.customer]).to_numpy(),
        "day": days(frame[spec.date]).astype("datetime64[s]"),
        "amount": numbers(frame[spec.amount]),
        "pay": texts(frame[spec.kind]).str.contains(
            str(spec.pay), regex=False, na=False).to_numpy(dtype=bool)})
    if spec.balance is not None:
        rows["balance"] = numbers(frame[spec.balance])
    if spec.group is not None:
        rows["group"] = texts(frame[spec.group]).to_numpy()
    told = rows.dropna(subset=[key for key in ("customer", "day", "amount", "balance")
                               if key in rows])
    end = spec.as_of or dt.datetime.now().astimezone().date()
    kept = told[told["day"] <= pd.Timestamp(end)]
    steps = np.diff(kept["day"].to_numpy().astype(np.int64))
    if (steps < 0).sum() > (steps > 0).sum():  # the newest first: a day's rows stand turned too
        kept = kept.iloc[::-1]
    return kept.reset_index(drop=True), len(frame) - len(told), len(told) - len(kept)


def _customers(found: Pays, names: NDArray[np.str_], end: int, clock: list[int],
               spec: PayrollSpec) -> _Customers:
    """What the pays say of each customer."""
    codes, first, counts = np.unique(found.customer, return_index=True, return_counts=True)
    last = first + counts - 1
    judged = np.minimum(found.kept[:, spec.days], 1.0)
    known = ~np.isnan(judged)
    sums = np.add.reduceat(np.where(known, judged, 0.0), first)
    sizes = np.add.reduceat(known.astype(np.float64), first)
    kept = np.where(sizes > 0, sums / np.maximum(sizes, 1.0), np.nan)
    times, left = left_after(clock, found.kept, spec.least)
    months, day_of = _calendar(found.day[last])
    end_month, end_day = _calendar(np.array([end]))
    missed = np.maximum(end_month - months - (end_day < day_of), 0)
    return _Customers(names[codes], counts, found.day[last], kept, times[last], left[last], missed)


def _calendar(when: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The month of each day, counted, and the day in it."""
    day = when.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    return month.astype(np.int64), (day - month.astype("datetime64[D]")).astype(np.int64)


def _employers(read: pd.DataFrame, names: NDArray[np.str_],
               customers: NDArray[np.intp]) -> pd.Series:
    """The employer of each pay: the last known of the customer."""
    told = read[read["pay"] & read["group"].notna()].groupby("customer")["group"].last()
    return told.reindex(names[customers]).reset_index(drop=True)


def _groups(found: Pays, times: NDArray[np.float64], left: NDArray[np.bool_], employer: pd.Series,
            spec: PayrollSpec) -> tuple[dict[str, Any], Difference | None]:
    """What is said of the pays of every employer with enough of them, and whether they differ."""
    usable = ~np.isnan(times)
    counts = employer[usable].value_counts()
    told = {}
    for name in sorted(counts[counts >= LEAST_IN_GROUP].index):
        mine = usable & (employer == name).to_numpy(dtype=bool, na_value=False)
        curve = survival(times[mine], left[mine])
        told[str(name)] = {
            "pays": int(mine.sum()), "kept": float(np.nanmean(np.minimum(
                found.kept[mine, spec.days], 1.0))) if (
                ~np.isnan(found.kept[mine, spec.days])).any() else None,
            "left": 1 - curve.at(spec.days).share, "median_days": curve.median()}
    here = usable & employer.isin(told).to_numpy()
    return told, log_rank(times[here], left[here], employer[here].to_numpy(dtype=str))


def _curve(found: Pays, at: Any, clock: list[int]) -> list[dict[str, Any]]:
    """What is kept on the mean, and the share of pays that have left, by day."""
    told = []
    for day in clock:
        share = found.kept[:, day]
        known = share[~np.isnan(share)]
        told.append({"day": day, "pays": len(known), "left": 1 - at(day).share,
                     "kept": float(np.minimum(known, 1.0).mean()) if len(known) else None})
    return told


def _rows(spec: PayrollSpec, who: _Customers, lost: NDArray[np.bool_]) -> pd.DataFrame:
    """A row per customer who was paid."""
    return per_customer(spec.customer, who.names, pd.DataFrame({
        "pays": who.pays, "last_pay": who.last.astype("datetime64[D]").astype(str),
        "kept": who.kept, "days_until_left": np.where(who.left, who.days, np.nan),
        "months_missed": who.missed, "lost": lost}))
