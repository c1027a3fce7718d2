"""What a campaign brought, and whether the comparison may be believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from branchseg.analytics.answer import Answer, Verdict
from branchseg.analytics.effect import LEAST_IN_STRATUM, effect, standardised_difference
from branchseg.analytics.labels import positives, truths
from branchseg.analytics.predictors import (
    Reading,
    find_predictors,
    is_identifier,
    read_predictors,
)
from branchseg.analytics.spec import BOOLEAN, COLUMN, TEXT, choice, option
from branchseg.analytics.values import measures, texts
from branchseg.messages import text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.analytics.effect import Effect, Measure

LEAST_IN_GROUP = 20
ALIKE = 0.1
"""Groups are alike in a column if they differ by no more standard deviations (Austin 2009)."""

BY_CHANCE = 3.0
"""Drawn by lot, groups hardly differ by more than so many standard errors."""

MEASURES: dict[str, Measure] = {"mean": "mean", "proportion": "proportion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSpec:
    """Who was treated, what came of it, and whether the lot decided who was.

    Rows with `control_value` in `treated` are the control, all others that are not blank treated.
    """

    treated: str = option("columns", COLUMN)
    control_value: str | float = option("columns", TEXT)
    outcome: str = option("columns", COLUMN)
    stratum: str | None = option("columns", COLUMN, None)
    kind: str = option("rules", choice("mean", "proportion"), "mean")
    randomised: bool = option("rules", BOOLEAN, default=False)


def answer(frame: pd.DataFrame, spec: EffectSpec) -> Answer:
    """The difference between treated and control, and how alike they were."""
    control = positives(frame[spec.treated], spec.control_value)
    outcome = (truths if spec.kind == "proportion" else measures)(frame[spec.outcome])
    warnings = [] if spec.randomised else ["not_randomised"]
    usable = ~np.isnan(control)
    missing = usable & np.isnan(outcome)
    if missing.any():
        warnings.append(f"outcome_unknown:{int(missing.sum())}")
    usable &= ~missing
    strata = None
    if spec.stratum is not None:
        named = texts(frame[spec.stratum])
        strata = named.fillna("").to_numpy(dtype="str")[usable]
    treated, values = control[usable] == 0, outcome[usable]
    arms = texts(frame[spec.treated])[usable][treated].nunique()
    if arms > 1:
        warnings.append(f"several_treatments:{arms}")
    few = min(int(treated.sum()), int((~treated).sum()))
    if few < LEAST_IN_STRATUM or (strata is not None and not _comparable(treated, strata)):
        return Answer(rows=len(frame), rows_used=len(values), verdict=Verdict.NOT_ENOUGH_DATA,
                      code="analytics.effect.nothing_to_compare", warnings=tuple(warnings),
                      params={"treated": int(treated.sum()), "control": int((~treated).sum()),
                              "least": LEAST_IN_GROUP})
    found = effect(values, treated, MEASURES[spec.kind], strata)
    if not found.rows.all():
        warnings.append(f"strata_without_both:{int((~found.rows).sum())}")
    rows = np.flatnonzero(usable)[found.rows]
    balance = _balance(frame.iloc[rows], spec, treated[found.rows],
                       None if strata is None else strata[found.rows])
    bound = ALIKE if not spec.randomised else max(
        ALIKE, BY_CHANCE * (1 / found.treated + 1 / found.control) ** 0.5)
    unlike = [name for name, apart in balance.items() if abs(apart) > bound]
    verdict, code, params = _verdict(found, balance, unlike, spec)
    return Answer(
        rows=len(frame), rows_used=len(rows), verdict=verdict, code=code, params=params,
        quality={"method": found.method, "n_treated": found.treated, "n_control": found.control},
        parameters={"kind": spec.kind, "randomised": spec.randomised},
        warnings=(*warnings, *(f"imbalanced:{name}" for name in unlike)),
        figures=_figures(found, balance,
                         None if strata is None
                         else effect(values, treated, MEASURES[spec.kind])))


def _comparable(treated: NDArray[np.bool_], strata: NDArray[np.str_]) -> bool:
    """Whether any stratum has enough of each group."""
    _, places = np.unique(strata, return_inverse=True)
    both = [np.bincount(places[side], minlength=places.max() + 1) for side in (treated, ~treated)]
    return bool((np.minimum(*both) >= LEAST_IN_STRATUM).any())


def _balance(frame: pd.DataFrame, spec: EffectSpec, treated: NDArray[np.bool_],
             strata: NDArray[np.str_] | None) -> dict[str, float]:
    """How far apart the groups are in each other column of numbers, in standard deviations."""
    others = [name for name in frame.columns
              if name not in {spec.treated, spec.outcome, spec.stratum}]
    predictors = [one for one in find_predictors(frame, others) if one.reading is Reading.NUMBER]
    typed = read_predictors(frame, predictors)
    found = {str(name): standardised_difference(typed[name].to_numpy(), treated, strata)
             for name in typed if not is_identifier(typed[name])}
    return {name: apart for name, apart in found.items() if not np.isnan(apart)}


def _verdict(found: Effect, balance: dict[str, float], unlike: list[str],
             spec: EffectSpec) -> tuple[Verdict, str, dict[str, object]]:
    """Whether the effect may be believed, the sentence that says so, and what fills it."""
    sizes: dict[str, object] = {"treated": found.treated, "control": found.control}
    if min(found.treated, found.control) < LEAST_IN_GROUP:
        return (Verdict.NOT_ENOUGH_DATA, "analytics.effect.too_few",
                sizes | {"least": LEAST_IN_GROUP})
    if not spec.randomised and not balance:
        return Verdict.NOT_RELIABLE, "analytics.effect.unknown_balance", {}
    if not spec.randomised and unlike:
        return (Verdict.NOT_RELIABLE, "analytics.effect.imbalanced",
                {"columns": "”“".join(unlike)})
    scale, form, unit = ((100, ",.1f", text("analytics.effect.points"))
                         if spec.kind == "proportion" else (1, ",.2f", ""))
    said: dict[str, object] = {
        "difference": f"{scale * abs(found.difference):{form}}", "unit": unit,
        "low": f"{scale * found.low:+{form}}", "high": f"{scale * found.high:+{form}}"}
    clear = "clear" if found.low > 0 or found.high < 0 else "unclear"
    return Verdict.OK, f"analytics.effect.{clear}.{_way(found.difference)}", said


def _way(difference: float) -> str:
    return "higher" if difference >= 0 else "lower"


def _figures(found: Effect, balance: dict[str, float], crude: Effect | None) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "difference": found.difference, "standard_error": found.error,
        "interval": [found.low, found.high], "p": found.p, "balance": balance,
        "mean_treated": found.means[0], "mean_control": found.means[1],
    }
    if crude is not None:
        figures["unstratified"] = {"difference": crude.difference, "p": crude.p,
                                   "interval": [crude.low, crude.high]}
    return figures
