"""Where to cut a list by score, judged by known outcomes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.analytics import evaluation
from branchseg.analytics.answer import Answer, Verdict, per_customer
from branchseg.analytics.cutoff import curve
from branchseg.analytics.evaluation import LEAST_OF_CLASS, LEAST_ROWS
from branchseg.analytics.labels import truths
from branchseg.analytics.spec import COLUMN, number, option
from branchseg.analytics.values import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.analytics.cutoff import Curve

CHANCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoffSpec:
    """Score and outcome (1/0, yes/no, 是/否), what a contact costs and a response brings, 元."""

    score: str = option("columns", COLUMN)
    target: str = option("columns", COLUMN)
    cost: float = option("rules", number(0))
    benefit: float = option("rules", number(0))


def answer(frame: pd.DataFrame, spec: CutoffSpec) -> Answer:
    """Deciles, the parting power of the score, and the cut-offs that break even and pay best."""
    scores, truth = numbers(frame[spec.score]), truths(frame[spec.target])
    known = ~np.isnan(scores) & ~np.isnan(truth)
    warnings = [f"{code}:{int(missing.sum())}" for code, missing in (
        ("score_unknown", np.isnan(scores)), ("target_unknown", np.isnan(truth))) if missing.any()]
    shown, outcome = scores[known], truth[known]
    ups, n = int(outcome.sum()), len(outcome)
    if not 0 < ups < n:
        return Answer(rows=len(frame), rows_used=n, verdict=Verdict.NOT_ENOUGH_DATA,
                      code="analytics.cutoff.one_class", warnings=tuple(warnings),
                      params={"n": n, "ups": ups})
    found = curve(shown, outcome, spec.cost, spec.benefit)
    even = found.break_even()
    if even is None:
        warnings.append("never_pays")
    verdict, code, params = _verdict(shown, outcome, found)
    return Answer(
        rows=len(frame), rows_used=n, verdict=verdict, code=code, params=params,
        warnings=tuple(warnings), parameters={"cost": spec.cost, "benefit": spec.benefit},
        quality={"auc": evaluation.auc(outcome, shown), "ks": evaluation.ks(outcome, shown)[0]},
        figures=_figures(shown, outcome, found),
        per_row=per_customer(None, np.arange(1, len(frame) + 1), pd.DataFrame({
            "score": scores, "kept": scores >= (even.score if even else np.inf)})))


def _verdict(scores: NDArray[np.float64], truth: NDArray[np.float64],
             found: Curve) -> tuple[Verdict, str, dict[str, object]]:
    """Whether the score may be used, the sentence that says so, and what fills it."""
    ups, n = int(truth.sum()), len(truth)
    if n < LEAST_ROWS or min(ups, n - ups) < LEAST_OF_CLASS:
        return Verdict.NOT_ENOUGH_DATA, "analytics.cutoff.too_few", {
            "n": n, "ups": ups, "least": LEAST_ROWS, "least_of_class": LEAST_OF_CLASS}
    if not evaluation.auc_interval(truth, scores).low > CHANCE:
        return Verdict.NOT_RELIABLE, "analytics.cutoff.chance", {}
    even = found.break_even()
    if even is None:
        return Verdict.OK, "analytics.cutoff.never_pays", {"n": n}
    return Verdict.OK, "analytics.cutoff.ok", {
        "score": f"{even.score:.10g}", "n": even.n, "all": n, "responses": f"{even.responses:g}",
        "profit": f"{even.profit:,.2f}"}


def _figures(scores: NDArray[np.float64], truth: NDArray[np.float64],
             found: Curve) -> dict[str, Any]:
    apart, at = evaluation.ks(truth, scores)
    even, best = found.break_even(), found.best()
    return {
        "deciles": [asdict(one) for one in evaluation.deciles(truth, scores)],
        "auc": evaluation.auc(truth, scores), "ks": {"value": apart, "at": at},
        "break_even": asdict(even) if even else None, "best": asdict(best) if best else None,
    }
