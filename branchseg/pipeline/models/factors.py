"""Factors: the few things that many figures of the customers measure together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg import charts
from branchseg.analytics.answers import factors
from branchseg.messages import text
from branchseg.pipeline.models.columns import BEHAVIOUR, label, numbers, short, trait
from branchseg.pipeline.models.finding import Finding, Picture
from branchseg.pipeline.models.groups import customers_used, group
from branchseg.pipeline.overview import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.analytics.answer import Answer
    from branchseg.pipeline.models.finding import Group
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter

SKEWED = ("aum", "txn_count_12m", "days_since_txn")
"""Figures of which a few customers have many times what others have: their logarithm is used."""

HEAVY = 0.5
"""A figure loading at least so much tells what a factor is; there is always one that does."""

NAMED = 3
HIGH = 1.0
"""Who scores so many standard deviations above the mean is high on a factor."""

_KMO_WORDS = ((0.8, "good"), (0.7, "fair"), (0.6, "fit"), (factors.KMO_USABLE, "poor"))
"""Kaiser's words (1974), from the highest; below the last the correlations are not fit."""

_LEAST_P = 0.001


def find_factors(result: RunResult, reporter: Reporter) -> Finding:
    """Look for factors. The same customers always give the same ones."""
    reporter.step(text("models.factors.working"), 0.0)
    kept = counted(result, with_invalid=False)
    frame = pd.DataFrame({key: _measured(result, key)[kept] for key in BEHAVIOUR})
    answer = factors.answer(frame, factors.FactorsSpec(features=BEHAVIOUR))
    reporter.step(text("models.factors.working"), 0.8)
    if answer.per_row is None:
        code = answer.code.rpartition(".")[2]
        return Finding(verdict=answer.verdict, facts=_facts(answer),
                       sentence=text(f"models.factors.{code}", **answer.params))
    used = tuple(answer.figures["features"])
    loadings = np.asarray(answer.figures["loadings"]).T
    found = tuple(_group(result, used, loading, answer.per_row[f"factor_{number}"], kept)
                  for number, loading in enumerate(loadings, 1))
    return Finding(
        verdict=answer.verdict, facts=_facts(answer), groups=found,
        sentence=text("models.factors.found", figures=len(used), count=len(found),
                      share=f"{answer.quality['explained']:.0%}"),
        warnings=_warnings(answer),
        pictures=(Picture(text("models.factors.chart"), lambda dark: charts.heat(
            "factors", text("models.factors.chart"),
            [_row(one, loading, share) for one, loading, share in zip(
                found, loadings, answer.figures["explained"], strict=True)],
            [short(key) for key in used], limit=1.0, dark=dark,
            legend=(text("models.factors.along"), text("models.factors.against")))),))


def _measured(result: RunResult, key: str) -> NDArray[np.float64]:
    """A figure, on a scale on which no few customers outweigh all others."""
    values = numbers(result, key)
    return np.sign(values) * np.log1p(np.abs(values)) if key in SKEWED else values


def _group(result: RunResult, used: tuple[str, ...], loading: NDArray[np.float64],
           scores: pd.Series, kept: NDArray[np.intp]) -> Group:
    """Who is high on a factor; somebody can be high on several."""
    order = np.argsort(-np.abs(loading), kind="stable")
    heavy = [place for place in order if abs(loading[place]) >= HEAVY] or order[:1].tolist()
    name = " · ".join(trait(used[place], loading[place]) for place in heavy[:NAMED])
    told = "、".join(text("models.factors.loading", name=label(used[place]),
                         value=loading[place]) for place in heavy)
    high = kept[np.flatnonzero(scores.to_numpy(dtype=np.float64) >= HIGH)]
    known = int(scores.notna().sum())
    return group(result, name, text("models.factors.why", figures=told), high, known)


def _row(found: Group, loading: NDArray[np.float64], share: float) -> charts.Row:
    """A factor with its loadings; a click leads to who is high on it."""
    return charts.Row(f"{found.name}\n{text('models.factors.explains', share=f'{share:.0%}')}",
                      tuple(loading.tolist()),
                      tuple(f"{round(one, 2) + 0.0:+.2f}" for one in loading),  # never -0.00
                      found.positions)


def _facts(answer: Answer) -> tuple[tuple[str, str], ...]:
    """What a result rests on, and whether its figures belong together, in plain words."""
    used = answer.figures.get("features", ())
    facts = [(text("models.facts.customers"), customers_used(answer.rows_used, answer.rows))]
    if used:
        facts.append((text("models.facts.figures"), "、".join(map(label, used))))
    left = [name for code, _, name in (one.partition(":") for one in answer.warnings)
            if code in {"mostly_missing", "constant", "duplicate"}]
    if left:
        facts.append((text("models.factors.left"), "、".join(map(label, left))))
    if answer.figures.get("bartlett"):
        facts += [(text("models.factors.kmo"), _kmo(answer.figures["kmo"])),
                  (text("models.factors.bartlett"), _bartlett(answer.figures["bartlett"]["p"]))]
    return tuple(facts)


def _kmo(value: float | None) -> str:
    """The measure of Kaiser, Meyer and Olkin with its word."""
    if value is None:
        return text("models.factors.kmo_none")
    word = next((word for least, word in _KMO_WORDS if value >= least), "unfit")
    return text(f"models.factors.kmo_{word}", value=value)


def _bartlett(p: float | None) -> str:
    """Whether the figures have anything to do with each other at all."""
    if p is None:
        return text("models.factors.bartlett_none")
    shown = f"p < {_LEAST_P}" if p < _LEAST_P else f"p = {p:.3f}"
    word = "related" if p < factors.UNRELATED else "unrelated"
    return text(f"models.factors.bartlett_{word}", p=shown)


def _warnings(answer: Answer) -> tuple[str, ...]:
    """What whoever reads the factors should know."""
    codes = {one.partition(":")[0] for one in answer.warnings}
    return tuple(text(f"models.factors.{code}") for code in ("linear_dependence", "kmo_low")
                 if code in codes)
