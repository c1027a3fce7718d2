"""How long until customers are lost: curves from durations, by group, with a log-rank test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.analytics.answer import Answer, Verdict, per_customer
from branchseg.analytics.labels import truths
from branchseg.analytics.spec import COLUMN, number, option
from branchseg.analytics.survival import log_rank, survival
from branchseg.analytics.values import numbers, texts
from branchseg.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from branchseg.analytics.survival import Survival

LEAST_LOST = 20
LEAST_IN_GROUP = 20
"""Smaller groups are not compared; their customers count in the curve of all."""

_SURE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalSpec:
    """How long each customer was watched, whether he was lost then (1/0, yes/no, 是/否), a group.

    What is left is told after `near` and `far`, in the unit of the durations.
    """

    duration: str = option("columns", COLUMN)
    lost: str = option("columns", COLUMN)
    group: str | None = option("columns", COLUMN, None)
    customer: str | None = option("columns", COLUMN, None)
    near: float = option("rules", number(0.01, 10_000), 3.0)
    far: float = option("rules", number(0.01, 10_000), 5.0)

    def contradictions(self) -> Mapping[str, str]:
        """Where values do not fit together."""
        return {} if self.near < self.far else {
            "rules.far": text("analytics.survival.order")}


def answer(frame: pd.DataFrame, spec: SurvivalSpec) -> Answer:
    """The curve of all, what is left at two times, and whether groups differ."""
    times, lost = numbers(frame[spec.duration]), truths(frame[spec.lost])
    known = (times >= 0) & ~np.isnan(lost)
    warnings = (f"rows_left_out:{int((~known).sum())}",) if not known.all() else ()
    times, gone = times[known], lost[known] > 0
    few = gone.sum() < LEAST_LOST
    if few or np.ptp(times) == 0:
        return Answer(rows=len(frame), rows_used=len(times), verdict=Verdict.NOT_ENOUGH_DATA,
                      code=f"analytics.survival.{'few' if few else 'same'}", warnings=warnings,
                      params={"n": len(times), "lost": int(gone.sum()), "least": LEAST_LOST})
    whole = survival(times, gone)
    groups = None if spec.group is None else texts(frame[spec.group])[known].reset_index(drop=True)
    named = {} if groups is None else _named(times, gone, groups)
    compared = np.zeros(len(times), bool) if groups is None else groups.isin(named).to_numpy()
    test = None if groups is None else log_rank(
        times[compared], gone[compared], groups[compared].to_numpy(dtype=str))
    left = whole.at(spec.near), whole.at(spec.far)
    word = "alone" if test is None else "differ" if test.p < _SURE else "alike"
    return Answer(
        rows=len(frame), rows_used=len(times), verdict=Verdict.OK, warnings=warnings,
        code="analytics.survival.ok", params={
            "n": len(times), "lost": int(gone.sum()), "near": _left(spec.near, left[0].share),
            "far": _left(spec.far, left[1].share),
            "groups": text(f"analytics.survival.{word}", p="" if test is None else f"{test.p:.3g}",
                           least=LEAST_IN_GROUP)},
        quality={"lost": int(gone.sum()), "censored": int((~gone).sum()),
                 "watched": whole.watched, "median": whole.median()},
        figures={"near": left[0]._asdict(), "far": left[1]._asdict(), "curve": _curve(whole),
                 "groups": {name: _told(one, spec) for name, one in named.items()},
                 "log_rank": None if test is None else test._asdict()},
        per_row=_rows(frame, spec, known, whole, named, groups))


def _left(time: float, share: float) -> str:
    """What is left after a time, in words."""
    if np.isnan(share):
        return text("analytics.survival.unseen", time=f"{time:g}")
    return text("analytics.survival.left", time=f"{time:g}", share=share)


def _named(times: NDArray[np.float64], gone: NDArray[np.bool_],
           groups: pd.Series) -> dict[str, Survival]:
    """The curve of every group that is large enough."""
    counts = groups.value_counts()
    masks = {str(name): (groups == name).to_numpy(dtype=bool, na_value=False)
             for name in sorted(counts[counts >= LEAST_IN_GROUP].index)}
    return {name: survival(times[mask], gone[mask]) for name, mask in masks.items()}


def _curve(found: Survival) -> list[dict[str, float]]:
    """A row per time at which somebody was lost."""
    return [{"time": float(time), "at_risk": int(found.at_risk[place]),
             "lost": int(found.events[place]), "hazard": float(found.hazard[place]),
             **found.at(float(time))._asdict()} for place, time in enumerate(found.times)]


def _told(found: Survival, spec: SurvivalSpec) -> dict[str, Any]:
    """What is said of a group."""
    return {"n": found.size, "lost": int(found.events.sum()), "median": found.median(),
            "near": found.at(spec.near)._asdict(), "far": found.at(spec.far)._asdict()}


def _rows(frame: pd.DataFrame, spec: SurvivalSpec, known: NDArray[np.bool_], whole: Survival,
          named: Mapping[str, Survival], groups: pd.Series | None) -> pd.DataFrame:
    """What was left of the group of each customer, or of all, at the two times."""
    curves = [whole] * int(known.sum()) if groups is None else [
        named.get(one, whole) for one in groups.tolist()]
    left = {key: np.full(len(frame), np.nan) for key in ("near", "far")}
    for key, values in left.items():
        shares = {id(one): one.at(getattr(spec, key)).share for one in (whole, *named.values())}
        values[known] = [shares[id(one)] for one in curves]
    who = np.arange(1, len(frame) + 1) if spec.customer is None else frame[spec.customer]
    return per_customer(spec.customer, who, pd.DataFrame({
        "left_near": left["near"], "left_far": left["far"]}))
