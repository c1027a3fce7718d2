"""Who comes again, how often and with how much money: what a file of transactions tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.analytics import values
from branchseg.analytics.answer import Answer, Verdict
from branchseg.analytics.answers import clv, rfm
from branchseg.analytics.rfm import BINS
from branchseg.analytics.transactions import transactions, visits_between
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.pipeline.models.finding import Finding
from branchseg.pipeline.models.transaction_groups import (
    LEVELS,
    Customers,
    forecast_groups,
    forecast_picture,
    rfm_groups,
    rfm_picture,
)
from branchseg.pipeline.overview import counted
from branchseg.progress import within

if TYPE_CHECKING:
    from branchseg.pipeline.models.transactions_file import TransactionsFile
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Progress, Reporter

_WORDS = "models.transactions"
_YEAR = 365
_LEAST_HELD = 14
"""A forecast is tested on a quarter of the time, but on no fewer days than these."""

_MIND = {"as_of_doubtful", "no_money", "spend_not_identified", "spend_depends_on_frequency",
         "holdout_off"}
"""Warnings of the answers that are passed on; the others are told in other words."""

_COLUMNS: dict[str, Any] = {"customer": "customer", "date": "date", "amount": "amount"}


@dataclass(frozen=True, slots=True)
class _Time:
    """First and last day of the transactions, and how many at the end the test holds out."""

    first: np.datetime64
    last: np.datetime64
    held: int

    @property
    def span(self) -> int:
        """Days from the first to the last."""
        return int((self.last - self.first) / np.timedelta64(1, "D"))


def find_transactions(result: RunResult, reporter: Reporter,
                      material: TransactionsFile | None = None, *, days: float,
                      active: float) -> Finding:
    """What the transactions of a file say of the customers of a result.

    Args:
        result: the customers; others in the file are learnt from and not shown.
        reporter: shows progress.
        material: the file; None: none has been chosen.
        days: how far the forecast reaches.
        active: the chance of coming again from which a customer counts as active.
    """
    if material is None:
        return _none("none")
    def progress(done: float) -> None:
        reporter.step(text(f"{_WORDS}.working"), done)

    progress(0.0)
    frame, future = _until(material.rows, np.datetime64(result.today, "D"))
    read = transactions(frame, **_COLUMNS, zeros=True, progress=within(progress, 0.0, 0.1))
    if read.rows.empty:
        return _none("nothing")
    time = _time(read.rows["day"], int(days))
    rows = read.rows.rename(columns={"day": "date"})
    scored = rfm.answer(rows, rfm.RfmSpec(**_COLUMNS, as_of=pd.Timestamp(time.last).date()),
                        within(progress, 0.1, 0.2))
    full = clv.answer(rows, clv.ClvSpec(**_COLUMNS, unit="day", horizon=float(int(days))),
                      within(progress, 0.2, 0.6))
    test = _tested(rows, time, within(progress, 0.6, 0.9))
    progress(0.9)
    known = _customers(result, read.rows, time, scored, full)
    progress(0.95)
    left = {"future": future, **read.left_out}
    left = {key: count for key, count in left.items() if count and key != "after_end"}
    facts = _facts(material, known, read.rows, time, test, left)
    if not known.told["visits"].size:
        return replace(_none("no_match", customers=known.everybody), facts=facts)
    return _found(result, known, full, test, facts, left, int(days), active)


def _none(key: str, **params: object) -> Finding:
    """Nothing, and why."""
    return Finding(verdict=Verdict.NOT_ENOUGH_DATA, sentence=text(f"{_WORDS}.{key}", **params))


def _until(rows: pd.DataFrame, today: np.datetime64) -> tuple[pd.DataFrame, int]:
    """The rows up to today, with days and 元; and how many are later."""
    day = values.days(rows["date"])
    later = day > today
    amount = values.measures(rows["amount"]) * rows["unit"].to_numpy()
    frame = pd.DataFrame({"customer": rows["customer"], "date": day.astype("datetime64[s]"),
                          "amount": amount})
    return frame[~later].reset_index(drop=True), int(later.sum())


def _time(day: pd.Series, days: int) -> _Time:
    first, last = (one.to_datetime64().astype("datetime64[D]") for one in (day.min(), day.max()))
    return _Time(first, last, min(days, int((last - first) / np.timedelta64(1, "D")) // 4))


def _tested(rows: pd.DataFrame, time: _Time, progress: Progress) -> Answer | None:
    """How a forecast from what was known before fares on the last days; None if it cannot be."""
    if time.held < _LEAST_HELD:
        return None
    end = pd.Timestamp(time.last - np.timedelta64(time.held, "D")).date()
    found = clv.answer(rows, clv.ClvSpec(**_COLUMNS, unit="day", calibration_end=end,
                                         horizon=float(time.held)), progress)
    return found if found.figures.get("holdout") else None


def _customers(result: RunResult, rows: pd.DataFrame, time: _Time, scored: Answer,
               full: Answer) -> Customers:
    """The customers of the file who are in the result and count, with what is said of them."""
    acted = rows.groupby("customer")["day"]
    span = min(_YEAR, time.span + 1)
    told = pd.DataFrame({
        "last": acted.max(), "ever": acted.nunique(),
        "money": rows.groupby("customer")["amount"].sum()})
    told["visits"] = visits_between(
        rows, time.last - np.timedelta64(span, "D"), time.last).reindex(told.index, fill_value=0)
    told["ago"] = (pd.Timestamp(time.last) - told["last"]) / pd.Timedelta(days=1)
    for answer, columns in ((scored, ("R", "F", "M", "class", "class_name")),
                            (full, ("p_alive", "expected_purchases", "expected_spend", "clv"))):
        for key in columns:
            told[key] = np.nan if answer.per_row is None else answer.per_row.set_index(
                "customer")[key].reindex(told.index)
    places = pd.Index(result.table.frame["customer_id"]).get_indexer(pd.Index(told.index))
    valid = np.isin(places, counted(result, with_invalid=False))
    order = np.argsort(places[valid], kind="stable")
    shown = told.drop(columns="last")[valid].iloc[order]
    return Customers(
        positions=places[valid][order].astype(np.intp),
        told={str(key): shown[key].to_numpy() for key in shown}, everybody=len(told),
        unknown=int((places < 0).sum()), invalid=int(((places >= 0) & ~valid).sum()), span=span)


def _found(result: RunResult, known: Customers, full: Answer, test: Answer | None,
           facts: tuple[tuple[str, str], ...], left: dict[str, int], days: int,
           active: float) -> Finding:
    """The forecast with its groups; where there is none, the classes alone."""
    verdict, why = _judged(full, test)
    classes = rfm_groups(result, known)
    pictures = (rfm_picture(classes),) if classes else ()
    forecast = verdict in {Verdict.OK, Verdict.RULE_IS_AS_GOOD}
    reason = _Reasons(known, days, forecast=forecast)
    warnings = _warnings(known, full, test, left)
    if not forecast:
        sentence = text(f"{_WORDS}.refused", why=why) if classes else why
        return Finding(verdict=verdict, sentence=sentence, facts=facts, groups=classes,
                       warnings=warnings, pictures=pictures, reason=reason)
    level = known.levels(active)
    return Finding(
        verdict=verdict, facts=facts, warnings=warnings, reason=reason,
        sentence=why or _sentence(known, full, days, int((level == LEVELS.index("active")).sum())),
        groups=forecast_groups(result, known, level, days),
        pictures=(forecast_picture(known, level), *pictures))


def _judged(full: Answer, test: Answer | None) -> tuple[Verdict, str]:
    """Whether the forecast may be used, and why not; "" where nothing is to be said."""
    if full.verdict not in {Verdict.OK, Verdict.RULE_IS_AS_GOOD}:
        return full.verdict, text(full.code, **full.params)
    if test is not None and test.code in {"analytics.clv.holdout_failed",
                                          "analytics.clv.rule_is_as_good"}:
        return test.verdict, text(test.code, **test.params)
    return Verdict.OK, ""


def _sentence(known: Customers, full: Answer, days: int, active: int) -> str:
    """What was found."""
    value = known.told["clv"].astype(np.float64)
    return text(f"{_WORDS}.found", rows=full.rows_used, customers=len(known.positions), days=days,
                visits=float(known.told["expected_purchases"].astype(np.float64).sum()),
                money="" if np.isnan(value).all() else text(
                    f"{_WORDS}.money", amount=money(float(np.nansum(value)))), active=active)


def _facts(material: TransactionsFile, known: Customers, rows: pd.DataFrame, time: _Time,
           test: Answer | None, left: dict[str, int]) -> tuple[tuple[str, str], ...]:
    """What the finding rests on."""
    invalid = text(f"{_WORDS}.facts.invalid", count=known.invalid) if known.invalid else ""
    said = {
        "file": text(f"{_WORDS}.facts.file_value", rows=len(rows), first=time.first,
                     last=time.last, customers=known.everybody),
        "matched": text(f"{_WORDS}.facts.matched_value", matched=len(known.positions),
                        unknown=known.unknown, invalid=invalid),
        "check": text(f"{_WORDS}.facts.unchecked") if test is None else text(
            f"{_WORDS}.facts.checked", day=time.last - np.timedelta64(time.held - 1, "D"),
            **{**test.figures["holdout"], "length": time.held}),
        "columns": "、".join(material.headers),
        "left_out": "；".join(text(f"{_WORDS}.left_out.{key}", count=count)
                              for key, count in left.items()),
    }
    return tuple((text(f"{_WORDS}.facts.{key}"), value) for key, value in said.items() if value)


def _warnings(known: Customers, full: Answer, test: Answer | None,
              left: dict[str, int]) -> tuple[str, ...]:
    """What to mind."""
    once = float((known.told["ever"] == 1).mean())
    codes = [*full.warnings, *(() if test is None else test.warnings)]
    said = [text(f"analytics.warnings.{code}") for code in dict.fromkeys(codes) if code in _MIND]
    if "future" in left:
        said.append(text(f"{_WORDS}.warn.future", count=left["future"]))
    if sum(left.values()) > full.rows_used:
        said.append(text(f"{_WORDS}.warn.left_out"))
    if once > 0.5:
        said.append(text(f"{_WORDS}.warn.once", share=once))
    return tuple(said)


class _Reasons:
    """Says of the customer in a row how often he came and what is expected."""

    def __init__(self, known: Customers, days: int, *, forecast: bool) -> None:
        self._known, self._days, self._forecast = known, days, forecast
        self._places = {int(one): place for place, one in enumerate(known.positions)}

    def __call__(self, position: int) -> str:
        place = self._places.get(position)
        if place is None:
            return ""
        one = {key: cells[place] for key, cells in self._known.told.items()}
        span = self._known.span
        said = text(f"{_WORDS}.reason.{'year' if span >= _YEAR else 'span'}", span=span,
                    visits=int(one["visits"]), ago=int(one["ago"]))
        if self._forecast:
            said += text(f"{_WORDS}.reason.{'once' if one['ever'] == 1 else 'again'}",
                         days=self._days, expected=one["expected_purchases"],
                         alive=one["p_alive"])
            if not np.isnan(one["expected_spend"]):
                said += text(f"{_WORDS}.reason.spend", amount=money(float(one["expected_spend"])))
        if isinstance(one["class_name"], str):
            said += text(f"{_WORDS}.reason.rfm", name=one["class_name"],
                         **{key.lower(): min(int(one[key]), BINS) for key in "RFM"})
        return said + text(f"{_WORDS}.reason.end")
