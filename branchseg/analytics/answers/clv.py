"""Lifetime value from transactions: BG/NBD for how often, Gamma-Gamma for how much."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.analytics import bgnbd, gamma_gamma, values
from branchseg.analytics.answer import Answer, Verdict
from branchseg.analytics.spec import COLUMN, DATE, choice, integer, number, option
from branchseg.analytics.transactions import (
    last_day_doubtful,
    repeats,
    transactions,
    visits_between,
)
from branchseg.messages import text
from branchseg.progress import Progress, silent, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}
YEAR = {"day": 365.0, "week": 52.0, "month": 12.0}
"""The horizon where none is asked for and nothing is held out: about a year, in units."""

LEAST_CUSTOMERS = 50
LEAST_REPEATERS = 20
HIGH_CORRELATION = 0.3
HOLDOUT_OFF = 0.25
HOLDOUT_FAILED = 0.5
"""Share of what came true by which the forecast may miss it: beyond it, a warning; no result."""

_ROUNDED = 0.011
"""Summaries have times rounded to two decimals: so far may `recency` exceed `age`."""

_AT_ONCE = 4096
"""So many sentences are written before it is asked whether to stop."""

_TRANSACTIONS = ("customer", "date", "amount")
_SUMMARY = ("frequency", "recency", "age")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClvSpec:
    """Columns of transactions (customer, date, amount) or of a summary per customer.

    A summary has repeat visits (`frequency`), time from first to last visit (`recency`) and from
    the first visit to the end of observation (`age`), both in `unit`, and perhaps the mean money
    per repeat visit and a `customer`.

    The parameters are estimated from what happened up to `calibration_end` (default: the last
    day); the forecast begins there and reaches over `horizon` units: what is asked for, else the
    days held out after `calibration_end`, else a year. Money that comes t years later counts
    1 / (1 + discount) ** t.
    """

    customer: str | None = option("columns", COLUMN, None)
    date: str | None = option("columns", COLUMN, None)
    amount: str | None = option("columns", COLUMN, None)
    frequency: str | None = option("columns", COLUMN, None)
    recency: str | None = option("columns", COLUMN, None)
    age: str | None = option("columns", COLUMN, None)
    monetary: str | None = option("columns", COLUMN, None)
    unit: str = option("rules", choice(*UNIT_DAYS), "week")
    calibration_end: dt.date | None = option("rules", DATE, None)
    horizon: float | None = option("rules", number(0.01, 100_000), None)
    discount: float = option("rules", number(0, 1), 0.05)
    seed: int = option("rules", integer(0, 2**31), 0)

    @property
    def summarised(self) -> bool:
        """Whether the table has one row per customer."""
        return self.date is None

    def contradictions(self) -> dict[str, str]:
        """What is missing for either kind of table, or belongs to the other."""
        wanted, other = ((_SUMMARY, ("amount",)) if self.summarised
                         else (_TRANSACTIONS, (*_SUMMARY, "monetary")))
        wrong = [name for name in wanted if getattr(self, name) is None]
        wrong += [name for name in other if getattr(self, name) is not None]
        found = {f"columns.{name}": text("analytics.clv.columns") for name in wrong}
        if self.summarised and self.calibration_end is not None:
            found["rules.calibration_end"] = text("analytics.clv.no_calibration")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is known of each customer at the end of calibration, and what came after.

    Attributes:
        customers: frequency, recency, age and monetary, indexed by customer.
        rows_used: rows of the table behind it.
        quality: counts of what was left out.
        warnings: codes.
        later: visits held out, of the same customers, over `length` units; None without.
    """

    customers: pd.DataFrame
    rows_used: int
    quality: dict[str, Any]
    warnings: tuple[str, ...] = ()
    later: NDArray[np.float64] | None = None
    length: float | None = None
    parameters: dict[str, Any] = field(default_factory=dict)


def answer(frame: pd.DataFrame, spec: ClvSpec, progress: Progress = silent) -> Answer:
    """Visits, money and lifetime value expected of each customer of a table."""
    seen = _from_summary(frame, spec) if spec.summarised else _from_transactions(
        frame, spec, within(progress, 0.0, 0.3))
    customers = seen.customers
    repeaters = int((customers["frequency"] > 0).sum())
    quality = {"customers": len(customers), "repeat_customers": repeaters, **seen.quality}
    fault = _shortage(customers, repeaters, quality)
    if fault is not None:
        verdict, code = fault
        return Answer(
            rows=len(frame), rows_used=seen.rows_used, verdict=verdict, code=code,
            params={"customers": len(customers), "repeaters": repeaters,
                    "least": LEAST_CUSTOMERS, "least_repeaters": LEAST_REPEATERS},
            quality=quality, warnings=seen.warnings)
    return _fitted(frame, spec, seen, quality, within(progress, 0.3, 1.0))


def _from_transactions(frame: pd.DataFrame, spec: ClvSpec, progress: Progress) -> _Seen:
    """Visits of each customer up to the end of calibration, and after."""
    read = transactions(frame, customer=str(spec.customer), date=str(spec.date),
                        amount=str(spec.amount), zeros=True,
                        progress=within(progress, 0.0, 0.6))
    rows, days = read.rows, UNIT_DAYS[spec.unit]
    if rows.empty:
        empty = pd.DataFrame({key: np.empty(0) for key in (*_SUMMARY, "monetary")})
        return _Seen(customers=empty, rows_used=0, quality={"left_out": read.left_out})
    last = rows["day"].max().to_datetime64().astype("datetime64[D]")
    end = last if spec.calibration_end is None else np.datetime64(spec.calibration_end, "D")
    progress(0.6)
    customers = repeats(rows, end, days)
    progress(0.9)
    warnings = ("as_of_doubtful",) if last_day_doubtful(rows) else ()
    held = int((last - end) / np.timedelta64(1, "D"))
    if spec.horizon is not None:
        held = min(held, int(spec.horizon * days))
    later = visits_between(rows, end, end + held).reindex(customers.index, fill_value=0)
    return _Seen(
        customers=customers, rows_used=int((rows["day"] <= end).sum()),
        quality={"left_out": read.left_out},
        warnings=warnings, later=later.to_numpy(dtype=np.float64) if held > 0 else None,
        length=held / days if held > 0 else None,
        parameters={"calibration_end": str(end), "monetary": "mean_of_repeat_days"})


def _from_summary(frame: pd.DataFrame, spec: ClvSpec) -> _Seen:
    """The columns of a summary; rows whose numbers contradict each other are left out."""
    names = {**{key: getattr(spec, key) for key in _SUMMARY}, "monetary": spec.monetary}
    found = pd.DataFrame({
        key: np.nan if name is None
        else (values.measures if key == "monetary" else values.numbers)(frame[name])
        for key, name in names.items()}, index=frame.index)
    x, recency, age = (found[key].to_numpy() for key in _SUMMARY)
    who = (pd.Series(np.arange(1, len(frame) + 1).astype(str), index=frame.index, dtype="str")
           if spec.customer is None else values.texts(frame[spec.customer]))
    missing = np.isnan(x + recency + age)
    never = (x == 0) & (recency > 0)
    wrong = (x < 0) | (x != np.floor(x)) | (recency < 0) | (recency > age + _ROUNDED) | never
    wrong |= (x > 1e6) | (age > 1e6)
    left_out = {"no_customer": who.isna().to_numpy()}
    taken = left_out["no_customer"].copy()
    for why, rows in (("missing_number", missing), ("contradictory", wrong),
                      ("duplicate_customer", who.duplicated(keep=False).to_numpy())):
        left_out[why] = rows & ~taken
        taken |= rows
    found["age"] = np.maximum(age, recency)
    kept = found[~taken].set_axis(who[~taken].rename("customer")).sort_index()
    return _Seen(
        customers=kept, rows_used=len(kept),
        quality={"left_out": {why: int(rows.sum()) for why, rows in left_out.items()},
                 "recency_without_repeats": int(never.sum()),
                 "no_repeats": int((x == 0).sum())})


def _shortage(customers: pd.DataFrame, repeaters: int,
              quality: dict[str, Any]) -> tuple[Verdict, str] | None:
    """Why nothing can be estimated, if so."""
    if quality.get("recency_without_repeats", 0) > 0.5 * quality.get("no_repeats", 0):
        return Verdict.NOT_RELIABLE, "analytics.clv.recency_defined_otherwise"
    if len(customers) < LEAST_CUSTOMERS or repeaters < LEAST_REPEATERS:
        return Verdict.NOT_ENOUGH_DATA, "analytics.clv.too_few"
    if not customers["age"].mean() > 0:
        return Verdict.NOT_ENOUGH_DATA, "analytics.clv.no_time"
    return None


def _fitted(frame: pd.DataFrame, spec: ClvSpec, seen: _Seen, quality: dict[str, Any],
            progress: Progress) -> Answer:
    """Fit both models, test them on what was held out, forecast."""
    x, recency, age, money = (seen.customers[key].to_numpy(dtype=np.float64)
                              for key in (*_SUMMARY, "monetary"))
    visits = bgnbd.fit(x, recency, age, seed=spec.seed, progress=within(progress, 0.0, 0.6))
    spend = (gamma_gamma.fit(x, money, seed=spec.seed, progress=within(progress, 0.6, 0.8))
             if gamma_gamma.usable(x, money).sum() >= LEAST_REPEATERS else None)
    progress(0.8)
    horizon = spec.horizon or seen.length or YEAR[spec.unit]
    held = _held_out(visits.model, seen)
    warnings = (*seen.warnings, *_warnings(visits, spend, held))
    verdict, code = _judged(visits, held)
    per_row = None
    if verdict in {Verdict.OK, Verdict.RULE_IS_AS_GOOD}:
        per_row = _per_row(seen.customers, visits.model, spend, horizon, spec,
                           within(progress, 0.8, 1.0))
    params = {"customers": len(x), "horizon": f"{round(horizon, 1):g}", **_said(spec, held),
              "visits": "" if per_row is None else f"{per_row['expected_purchases'].sum():,.0f}"}
    return Answer(
        rows=len(frame), rows_used=seen.rows_used, verdict=verdict, code=code, params=params,
        quality={**quality, "standard_errors_of_logs": visits.errors,
                 "dropout_gain": visits.dropout_gain, "starts_agreed": visits.starts_agreed,
                 "money_customers": 0 if spend is None else spend.customers,
                 "money_correlation": None if spend is None else spend.correlation,
                 **({} if held is None else
                    {key: held[key] for key in ("rmse", "rule_rmse", "rule_predicted")})},
        parameters={"bgnbd": asdict(visits.model),
                    "gamma_gamma": None if spend is None else asdict(spend.model),
                    "unit": spec.unit, "horizon": horizon, "discount": spec.discount,
                    **seen.parameters},
        warnings=warnings,
        figures={"log_likelihood": visits.log_likelihood,
                 "holdout": None if held is None else
                 {key: held[key] for key in ("predicted", "actual", "length")}},
        per_row=per_row)


def _said(spec: ClvSpec, held: dict[str, float] | None) -> dict[str, str]:
    """The unit, and how the forecast stood its test, in words."""
    unit = text(f"analytics.clv.units.{spec.unit}")
    if held is None:
        return {"unit": unit, "check": text("analytics.clv.unchecked")}
    figures = {**held, "length": f"{round(held['length'], 1):g}"}
    return {"unit": unit, "check": text("analytics.clv.checked", unit=unit, **figures)}


def _held_out(model: bgnbd.BgNbd, seen: _Seen) -> dict[str, float] | None:
    """Forecast and truth after calibration; beside it the plain rule "as often as until now"."""
    if seen.later is None or seen.length is None:
        return None
    x, recency, age = (seen.customers[key].to_numpy(dtype=np.float64) for key in _SUMMARY)
    forecast = bgnbd.expected_purchases(model, x, recency, age, seen.length)
    rule = np.divide(x, age, out=np.zeros_like(x), where=age > 0) * seen.length
    return {"predicted": float(forecast.sum()), "actual": float(seen.later.sum()),
            "length": seen.length, "rule_predicted": float(rule.sum()),
            "rmse": float(np.sqrt(np.mean((forecast - seen.later) ** 2))),
            "rule_rmse": float(np.sqrt(np.mean((rule - seen.later) ** 2)))}


def _warnings(visits: bgnbd.BgNbdFit, spend: gamma_gamma.GammaGammaFit | None,
              held: dict[str, float] | None) -> tuple[str, ...]:
    """What whoever reads the forecast should know."""
    found = {
        "dropout_not_identified": not visits.dropout_identified,
        "rates_not_identified": not visits.rates_identified,
        "no_holdout": held is None,
        "holdout_off": held is not None and _missed(held, HOLDOUT_OFF),
        "no_money": spend is None,
        "spend_not_identified": spend is not None and not spend.identified,
        "spend_depends_on_frequency": spend is not None and (
            abs(spend.correlation or 0.0) > HIGH_CORRELATION),
    }
    return tuple(code for code, holds in found.items() if holds)


def _missed(held: dict[str, float], share: float) -> bool:
    """Whether the forecast misses the truth by more than a share of it, and more than by chance.

    Visits scatter about their expectation by about its root; three times that is no chance.
    """
    off = abs(held["predicted"] - held["actual"])
    return off > share * held["actual"] and off > 3 * held["predicted"] ** 0.5


def _judged(visits: bgnbd.BgNbdFit, held: dict[str, float] | None) -> tuple[Verdict, str]:
    """Whether the forecast may be used."""
    if not visits.dropout_identified:
        return Verdict.NOT_RELIABLE, "analytics.clv.dropout_not_identified"
    if not visits.rates_identified:
        return Verdict.NOT_RELIABLE, "analytics.clv.rates_not_identified"
    if held is not None and _missed(held, HOLDOUT_FAILED):
        return Verdict.NOT_RELIABLE, "analytics.clv.holdout_failed"
    if held is not None and held["rule_rmse"] <= held["rmse"]:
        return Verdict.RULE_IS_AS_GOOD, "analytics.clv.rule_is_as_good"
    return Verdict.OK, "analytics.clv.ok"


def _per_row(customers: pd.DataFrame, model: bgnbd.BgNbd,
             spend: gamma_gamma.GammaGammaFit | None, horizon: float,
             spec: ClvSpec, progress: Progress) -> pd.DataFrame:
    """One row per customer: the forecast, and a sentence that says it."""
    x, recency, age, money = (customers[key].to_numpy(dtype=np.float64)
                              for key in (*_SUMMARY, "monetary"))
    per_unit = (1 + spec.discount) ** (UNIT_DAYS[spec.unit] / 365.25) - 1
    counted = bgnbd.discounted_purchases(model, x, recency, age, horizon, per_unit,
                                         within(progress, 0.0, 0.6))
    each = (gamma_gamma.expected_spend(spend.model, x, money)
            if spend is not None and spend.identified else np.full(len(x), np.nan))
    found = customers.reset_index()
    found["frequency"] = x.astype(int)
    found["p_alive"] = bgnbd.probability_alive(model, x, recency, age)
    found["expected_purchases"] = bgnbd.expected_purchases(model, x, recency, age, horizon)
    found["expected_spend"] = each
    found["clv"] = counted * each
    times = {"horizon": f"{round(horizon, 1):g}", "unit": text(f"analytics.clv.units.{spec.unit}")}
    once, again, priced = (text(f"analytics.clv.{key}_template", **times)
                           for key in ("once", "again", "money"))
    said = []
    for place, row in enumerate(found.to_dict("records")):
        if place % _AT_ONCE == 0:
            progress(0.6 + 0.4 * place / len(found))
        visits = (once if row["frequency"] == 0 else again).format(
            **row, visits=row["frequency"] + 1)
        said.append(visits + ("" if np.isnan(row["clv"]) else priced.format_map(row)) + "。")
    found["reason"] = said
    return found
