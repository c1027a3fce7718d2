"""Factor analysis: what few things lie behind many columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from branchseg.analytics import factors as fa
from branchseg.analytics.answer import Answer, Verdict, per_customer
from branchseg.analytics.features import Features, read_features
from branchseg.analytics.spec import COLUMN, choice, columns, integer, option
from branchseg.messages import text

LEAST_ROWS, LEAST_FEATURES = 100, 4
"""Of fewer customers or columns there is no factor analysis."""

KMO_USABLE = 0.5
"""Kaiser calls a smaller KMO unacceptable."""

UNRELATED = 0.05
"""From this p of Bartlett's test on the columns may as well be unrelated."""

_SAME = 1 - 1e-9
"""Columns correlated more than this tell the same."""

_HEAVY = 0.4
"""A column is named with a factor if its loading is at least this."""

_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsSpec:
    """What `model factors` may be told.

    `factors`: how many; "parallel": as many as unrelated columns would not reach; "eigenvalue":
    as many as have an eigenvalue above 1.
    """

    features: tuple[str, ...] = option("columns", columns(1))
    customer: str | None = option("columns", COLUMN, None)
    factors: int | str = option("rules", integer(1, 50, "parallel", "eigenvalue"), "parallel")
    rotation: str = option("rules", choice("varimax", "none"), "varimax")
    method: str = option("rules", choice("principal", "ml"), "principal")
    missing: str = option("rules", choice("complete", "pairwise"), "complete")
    seed: int = option("rules", integer(0, 2**32 - 1), 0)


class _Basis(NamedTuple):
    """What factors are taken from; `rows` is the number the correlations rest on."""

    found: Features
    correlation: fa.Matrix
    rows: int
    rows_used: int
    warnings: tuple[str, ...]


class _Measured(NamedTuple):
    """What is known of the correlations before factors are taken, and how many are wanted."""

    adequacy: fa.Adequacy
    eigenvalues: fa.Matrix
    reference: fa.Matrix
    wanted: int
    most: int


class _Refusal(NamedTuple):
    """Why there is no factor analysis: a message and what fills it."""

    verdict: Verdict
    code: str
    params: dict[str, object]


def answer(frame: pd.DataFrame, spec: FactorsSpec) -> Answer:
    """Find the factors behind columns, or say why there are none."""
    basis = _basis(frame, spec)
    refusal = _too_little(basis)
    if refusal:
        return _refused(frame, basis, refusal, None)
    measured = _measure(basis, spec)
    refusal = _hopeless(measured, spec)
    if refusal:
        return _refused(frame, basis, refusal, measured)
    found = fa.extract(basis.correlation, measured.wanted, method=spec.method,
                       rotate=spec.rotation == "varimax")
    names = _names(basis.found.names, found.loadings)
    return Answer(
        rows=len(frame), rows_used=basis.rows_used, verdict=Verdict.OK,
        code="analytics.factors.found",
        params={"count": measured.wanted, "features": len(basis.found.names),
                "share": found.explained.sum() * 100, "names": "；".join(names)},
        quality=_quality(measured, basis, found), parameters=_parameters(spec, basis, found),
        warnings=basis.warnings + _warnings(measured, basis, spec, found),
        figures={**_figures(measured, basis), "factors": measured.wanted, "names": names,
                 "loadings": found.loadings.tolist(), "explained": found.explained.tolist(),
                 "uniquenesses": found.uniquenesses.tolist()},
        per_row=_per_row(frame, spec, basis.found, found))


def _basis(frame: pd.DataFrame, spec: FactorsSpec) -> _Basis:
    """Columns and their correlations, without columns that tell the same as an earlier one."""
    pairwise = spec.missing == "pairwise"
    found = read_features(frame, spec.features, pairwise=pairwise)
    used = int((~np.isnan(found.matrix)).any(axis=1).sum() if pairwise else found.complete.sum())
    if not found.names or used < LEAST_ROWS:
        return _Basis(found, np.eye(len(found.names)), used, used, found.warnings)
    correlation, rows = fa.correlations(found.matrix, pairwise=pairwise)
    twins = np.asarray(np.triu(np.abs(correlation) > _SAME, 1).any(axis=0))
    doubles = tuple(f"duplicate:{name}" for name, twin
                    in zip(found.names, twins.tolist(), strict=True) if twin)
    found = found.without(twins)
    correlation = correlation[np.ix_(~twins, ~twins)]
    warnings = found.warnings + doubles
    if not np.isnan(correlation).any():
        correlation, changed = fa.smoothed(correlation)
        warnings += ("matrix_smoothed",) * changed
    return _Basis(found, correlation, rows, used, warnings)


def _too_little(basis: _Basis) -> _Refusal | None:
    """Too few columns or customers."""
    if len(basis.found.names) < LEAST_FEATURES:
        return _Refusal(Verdict.NOT_ENOUGH_DATA, "analytics.factors.few_features", {
            "features": len(basis.found.names), "least": LEAST_FEATURES})
    if basis.rows < LEAST_ROWS or np.isnan(basis.correlation).any():
        return _Refusal(Verdict.NOT_ENOUGH_DATA, "analytics.factors.few_rows", {
            "rows": basis.rows, "least": LEAST_ROWS})
    return None


def _measure(basis: _Basis, spec: FactorsSpec) -> _Measured:
    values = fa.eigenvalues(basis.correlation)
    reference = fa.parallel(basis.rows, len(values), spec.seed)
    return _Measured(fa.adequacy(basis.correlation, basis.rows), values, reference,
                     _count(spec, values, reference), fa.most_factors(len(values), spec.method))


def _hopeless(measured: _Measured, spec: FactorsSpec) -> _Refusal | None:
    """Correlations that hold no factors, or not so many."""
    if measured.adequacy.kmo is None and spec.method == "ml":
        return _Refusal(Verdict.NOT_RELIABLE, "analytics.factors.dependent", {})
    if measured.adequacy.p is not None and measured.adequacy.p >= UNRELATED:
        return _Refusal(Verdict.NOT_RELIABLE, "analytics.factors.unrelated", {})
    if not measured.wanted:
        return _Refusal(Verdict.NOT_RELIABLE, "analytics.factors.none", {})
    if measured.wanted > measured.most:
        return _Refusal(Verdict.NOT_ENOUGH_DATA, "analytics.factors.too_many", {
            "count": measured.wanted, "most": measured.most,
            "features": len(measured.eigenvalues)})
    return None


def _refused(frame: pd.DataFrame, basis: _Basis, refusal: _Refusal,
             measured: _Measured | None) -> Answer:
    """No factors, with what could be measured."""
    figures: dict[str, Any] = {"kmo": None, "bartlett": None, "eigenvalues": []}
    if measured:
        figures = _figures(measured, basis)
    return Answer(rows=len(frame), rows_used=basis.rows_used, verdict=refusal.verdict,
                  code=refusal.code, params=refusal.params, warnings=basis.warnings,
                  figures={**figures, "loadings": [], "explained": []})


def _count(spec: FactorsSpec, values: fa.Matrix, reference: fa.Matrix) -> int:
    """The number of factors."""
    if isinstance(spec.factors, int):
        return spec.factors
    return fa.above(values, reference if spec.factors == "parallel" else 1.0)


def _figures(measured: _Measured, basis: _Basis) -> dict[str, Any]:
    """What the correlations show."""
    judged = measured.adequacy
    return {"features": list(basis.found.names),
            "kmo": judged.kmo,
            "kmo_each": dict(zip(basis.found.names, judged.kmo_each, strict=True)),
            "bartlett": {"chi2": judged.chi2, "df": judged.df, "p": judged.p},
            "eigenvalues": measured.eigenvalues.tolist(),
            "parallel": measured.reference.tolist()}


def _quality(measured: _Measured, basis: _Basis, found: fa.Extraction) -> dict[str, Any]:
    return {"kmo": measured.adequacy.kmo, "bartlett_p": measured.adequacy.p,
            "explained": float(found.explained.sum()),
            "rows_per_feature": basis.rows / len(basis.found.names)}


def _parameters(spec: FactorsSpec, basis: _Basis, found: fa.Extraction) -> dict[str, Any]:
    return {"method": spec.method, "rotation": spec.rotation, "missing": spec.missing,
            "number_by": spec.factors if isinstance(spec.factors, str) else "given",
            "percentile": fa.PERCENTILE, "seed": spec.seed, "correlation_rows": basis.rows,
            "correlation": basis.correlation.tolist(), "weights": found.weights.tolist()}


def _warnings(measured: _Measured, basis: _Basis, spec: FactorsSpec,
              found: fa.Extraction) -> tuple[str, ...]:
    """What whoever reads the factors should know."""
    warnings, kmo = [], measured.adequacy.kmo
    if kmo is None:
        warnings.append("linear_dependence")
    elif kmo < KMO_USABLE:
        warnings.append("kmo_low")
    if spec.method == "ml":
        warnings += [f"heywood:{name}" for name, unique
                     in zip(basis.found.names, found.uniquenesses, strict=True)
                     if unique <= 1.01 * fa.LEAST_UNIQUE]
    return tuple(warnings)


def _names(features: tuple[str, ...], loadings: fa.Matrix) -> list[str]:
    """Factors by the columns that load on them most; one that runs against it is marked so."""
    names = []
    for number, column in enumerate(loadings.T, 1):
        heavy = [place for place in np.argsort(-np.abs(column), kind="stable")[:_NAMED]
                 if abs(column[place]) >= _HEAVY]
        said = [text(f"analytics.factors.{'against' if column[place] < 0 else 'with'}",
                     feature=features[place]) for place in heavy]
        names.append(text("analytics.factors.name", number=number,
                          features="、".join(said) or text("analytics.factors.nothing")))
    return names


def _per_row(frame: pd.DataFrame, spec: FactorsSpec, features: Features,
             found: fa.Extraction) -> pd.DataFrame:
    """Factor scores of each customer; empty where a column is unknown."""
    first = frame[spec.customer].to_numpy() if spec.customer else np.arange(1, len(frame) + 1)
    scores = fa.scores(features.matrix, found)
    names = [f"factor_{number}" for number in range(1, scores.shape[1] + 1)]
    return per_customer(spec.customer, first, pd.DataFrame(scores, columns=names))
