"""Clusters: groups of customers that the data itself shows, or that it shows none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from branchseg.analytics.answer import Answer, Verdict, per_customer
from branchseg.analytics.clusters import (
    CANDIDATES,
    LEAST_ROWS,
    Basis,
    Candidate,
    Clustering,
    Placement,
    Proposal,
    Trait,
    against_lump,
    basis,
    cluster,
    judge,
    propose,
)
from branchseg.analytics.features import Features
from branchseg.analytics.kmeans import Matrix, canonical_order
from branchseg.analytics.spec import COLUMN, choice, columns, integer, option
from branchseg.messages import text

_FEW = 0.01
"""A cluster of a smaller share is warned of."""

_STRONG = 1.0
"""A centre so many standard deviations off the mean is far off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClustersSpec:
    """What `model clusters` may be told."""

    features: tuple[str, ...] = option("columns", columns(1))
    customer: str | None = option("columns", COLUMN, None)
    transform: str = option("rules", choice("log", "none"), "log")
    scale: str = option("rules", choice("robust", "z", "none"), "robust")
    k: int | str = option("rules", integer(2, 20, "auto"), "auto")
    seed: int = option("rules", integer(0, 2**32 - 1), 0)


def answer(frame: pd.DataFrame, spec: ClustersSpec) -> Answer:
    """Cut customers into clusters, or say that there are none.

    Rows in which a feature is unknown are left out. With a given `k` there are clusters even if
    they are not reliable; the verdict says so.
    """
    wanted = spec.k if isinstance(spec.k, int) else CANDIDATES[0]
    found = basis(frame, spec.features, transform=spec.transform, scale=spec.scale, least=wanted)
    if found.lack is not None:
        return _too_little(frame, found, wanted)
    proposal = _proposal(found.points, spec)
    candidate = proposal.best
    clustering, placed = cluster(found.values, found.scales, candidate.k, spec.seed)
    reliable = proposal.k is not None
    return Answer(
        rows=len(frame), rows_used=len(found.values),
        verdict=Verdict.OK if reliable else Verdict.NOT_RELIABLE,
        code=_code(candidate, reliable=reliable, asked=isinstance(spec.k, int)),
        params={"k": candidate.k, "silhouette": clustering.silhouette,
                "stability": candidate.stability.mean, "names": "；".join(_names(clustering))},
        quality=_quality(clustering, candidate), parameters=_parameters(clustering, spec),
        warnings=found.features.warnings + _warnings(clustering),
        figures=_figures(clustering, candidate, proposal),
        per_row=(_per_row(frame, spec, found.features, clustering, placed)
                 if reliable or isinstance(spec.k, int) else None))


def _proposal(points: Matrix, spec: ClustersSpec) -> Proposal:
    """The number of clusters asked for, if reliable, or the one proposed.

    A number that is asked for need only be stable, if there are clusters at all: how finely to
    cut them is a matter of use.
    """
    if not isinstance(spec.k, int):
        return propose(points, spec.seed)
    points = points[canonical_order(points)]
    asked = judge(points, spec.k, spec.seed)
    if asked.stable:
        asked = against_lump(points, asked, spec.seed)
    good = asked.stable and (asked.clear or propose(points, spec.seed).k is not None)
    return Proposal(spec.k if good else None, (asked,))


def _too_little(frame: pd.DataFrame, found: Basis, wanted: int) -> Answer:
    """No features, too few customers with all of them known, or hardly two that differ."""
    used = len(found.values)
    return Answer(
        rows=len(frame), rows_used=used, verdict=Verdict.NOT_ENOUGH_DATA,
        code=f"analytics.clusters.{found.lack}",
        params={"rows": used, "least": LEAST_ROWS, "k": wanted}, warnings=found.features.warnings)


def _code(candidate: Candidate, *, reliable: bool, asked: bool) -> str:
    """What is said: clusters, or which of the two tests the best ones do not pass."""
    if reliable:
        return "analytics.clusters.found"
    fault = "unclear" if candidate.stable else "unstable"
    return f"analytics.clusters.{fault}" if asked else f"analytics.clusters.none_{fault}"


def _stability(candidate: Candidate) -> dict[str, Any]:
    return {"mean": candidate.stability.mean, "p10": candidate.stability.p10}


def _quality(clustering: Clustering, candidate: Candidate) -> dict[str, Any]:
    return {"silhouette": clustering.silhouette, "stability": _stability(candidate),
            "jaccard": list(candidate.stability.jaccard), "lump_silhouette": candidate.lump}


def _parameters(clustering: Clustering, spec: ClustersSpec) -> dict[str, Any]:
    """What places the customers of a later list in the same clusters."""
    return {
        "transform": spec.transform, "scale": spec.scale, "seed": spec.seed,
        "features": {one.feature: {"transform": one.transform, "lowest": one.lowest,
                                   "middle": one.middle, "spread": one.spread}
                     for one in clustering.scales},
        "centres": [list(one.centre) for one in clustering.clusters],
    }


def _figures(clustering: Clustering, candidate: Candidate, proposal: Proposal) -> dict[str, Any]:
    names = [one.feature for one in clustering.scales]
    return {
        "k": len(clustering.clusters),
        "inertia": clustering.inertia,
        "sizes": [one.size for one in clustering.clusters],
        "silhouette": clustering.silhouette,
        "stability": _stability(candidate),
        "candidates": [{"k": one.k, "silhouette": one.silhouette, "stability": _stability(one),
                        "lump_silhouette": one.lump} for one in proposal.candidates],
        "clusters": [{
            "name": name, "size": one.size,
            "medians": dict(zip(names, one.medians, strict=True)),
            "iqrs": dict(zip(names, one.iqrs, strict=True)),
            "traits": {trait.feature: trait.deviation for trait in one.traits},
        } for name, one in zip(_names(clustering), clustering.clusters, strict=True)],
    }


def _warnings(clustering: Clustering) -> tuple[str, ...]:
    total = sum(one.size for one in clustering.clusters)
    negative = [f"negative_values:{one.feature}" for one in clustering.scales
                if one.transform == "signed_log1p"]
    small = [f"small_cluster:{number}" for number, one in enumerate(clustering.clusters, 1)
             if one.size < _FEW * total]
    return (*negative, *small)


def _names(clustering: Clustering) -> list[str]:
    """Names from what tells the clusters apart most."""
    return [text("analytics.clusters.name", number=number, traits="、".join(
        _said(trait) for trait in one.traits) or text("analytics.clusters.average"))
        for number, one in enumerate(clustering.clusters, 1)]


def _said(trait: Trait) -> str:
    code = "high" if trait.deviation > 0 else "low"
    if abs(trait.deviation) >= _STRONG:
        code = f"very_{code}"
    return text(f"analytics.clusters.{code}", feature=trait.feature)


def _per_row(frame: pd.DataFrame, spec: ClustersSpec, found: Features, clustering: Clustering,
             placed: Placement) -> pd.DataFrame:
    """The cluster of each customer, 1.. from the smallest; empty where a feature is unknown."""
    first = frame[spec.customer] if spec.customer else np.arange(1, len(frame) + 1)
    rows = pd.DataFrame(index=frame.index)
    rows["cluster"] = pd.array([pd.NA] * len(frame), dtype="Int64")
    rows["distance"] = np.nan
    rows["near_border"] = pd.array([pd.NA] * len(frame), dtype="boolean")
    known = found.complete
    rows.loc[known, "cluster"] = placed.labels + 1
    rows.loc[known, "distance"] = placed.distance
    rows.loc[known, "near_border"] = placed.near_border
    names = dict(enumerate(_names(clustering), 1))
    rows["cluster_name"] = rows["cluster"].map(names).astype("str")
    return per_customer(spec.customer, first, rows)
