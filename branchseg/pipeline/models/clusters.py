"""Clusters: customers alike in what they hold and do, beside the segments of the rules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from branchseg import charts
from branchseg.analytics import clusters
from branchseg.analytics.answer import Verdict
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.pipeline.models.columns import figures, label, short, trait
from branchseg.pipeline.models.finding import Finding, Group
from branchseg.pipeline.models.groups import group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.analytics.clusters import Candidate, Clustering, Placement
    from branchseg.pipeline.models.columns import Figures
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter

LEAST_CUSTOMERS = 100
LEAST_FIGURES = 2
SEED = 0
_LIMIT = 1.5
"""Standard deviations off the mean that have the full colour."""


def find_clusters(result: RunResult, reporter: Reporter) -> Finding:
    """Look for clusters. The same customers always give the same ones."""
    known = figures(result)
    if len(known.positions) < LEAST_CUSTOMERS or len(known.keys) < LEAST_FIGURES:
        return Finding(
            verdict=Verdict.NOT_ENOUGH_DATA, facts=_basis(known),
            sentence=text("models.clusters.not_enough", customers=len(known.positions),
                          least=LEAST_CUSTOMERS, figures=len(known.keys)))
    scales = clusters.fit_scales(known.values, known.keys, "log", "robust")
    points = clusters.scaled(known.values, scales)
    proposal = clusters.propose(points, SEED, lambda done: reporter.step(
        text("models.clusters.working"), 0.9 * done))
    if proposal.k is None:
        best = max(proposal.candidates, key=lambda one: one.silhouette)
        return Finding(
            verdict=Verdict.NOT_RELIABLE, facts=(*_basis(known), *_quality(best)),
            sentence=text("models.clusters.none"))
    best = next(one for one in proposal.candidates if one.k == proposal.k)
    reporter.step(text("models.clusters.working"), 0.9)
    clustering, placement = clusters.cluster(known.values, scales, proposal.k, SEED)
    names = _names(clustering)
    groups = [_group(result, known, place, name, clustering, placement)
              for place, name in enumerate(names)]
    deviations = (clustering.centres - points.mean(axis=0)) / points.std(axis=0)
    by_wealth = sorted(range(best.k), key=lambda place: -np.nan_to_num(groups[place].aum))
    border = int(placement.near_border.sum())
    return Finding(
        verdict=Verdict.OK, facts=(*_basis(known), *_quality(best)),
        sentence=text("models.clusters.found", count=best.k),
        warnings=(text("models.clusters.border", customers=border),) if border else (),
        groups=tuple(groups[place] for place in by_wealth),
        chart_title=text("models.clusters.chart"), draw=lambda dark: charts.heat(
            "clusters", text("models.clusters.chart"),
            [_row(known, groups[place], clustering, place, deviations) for place in by_wealth],
            [short(key) for key in known.keys], limit=_LIMIT, dark=dark))


def _basis(known: Figures) -> tuple[tuple[str, str], ...]:
    """What a result rests on."""
    facts = [("customers", text("models.facts.of", part=len(known.positions),
                                whole=known.whole)),
             ("figures", "、".join(map(label, known.keys)) or text("models.facts.nothing"))]
    if known.unknown:
        facts.append(("unknown", "、".join(map(label, known.unknown))))
    return tuple((text(f"models.facts.{key}"), value) for key, value in facts)


def _quality(candidate: Candidate) -> tuple[tuple[str, str], ...]:
    """How good a clustering is."""
    return (
        (text("models.clusters.apart"), text("models.clusters.apart_value",
                                               value=candidate.silhouette)),
        (text("models.clusters.stable"), text(
            "models.clusters.stable_value", mean=candidate.stability.mean,
            least=candidate.stability.p10)),
    )


def _names(clustering: Clustering) -> list[str]:
    """A name per cluster from what tells it apart; equal ones are numbered."""
    names = [" · ".join(trait(one.feature, one.deviation) for one in cluster.traits[:2])
             or text("models.clusters.ordinary") for cluster in clustering.clusters]
    counts, seen = Counter(names), Counter[str]()
    for place, name in enumerate(names):
        if counts[name] > 1:
            seen[name] += 1
            names[place] = text("models.clusters.numbered", name=name, number=seen[name])
    return names


def _group(result: RunResult, known: Figures, place: int, name: str, clustering: Clustering,
           placement: Placement) -> Group:
    """One cluster as a group of customers."""
    here = known.positions[placement.labels == place]
    cluster = clustering.clusters[place]
    medians = dict(zip(known.keys, cluster.medians, strict=True))
    why = "；".join(
        text("models.clusters.why", trait=trait(one.feature, one.deviation),
             name=label(one.feature), median=_shown(one.feature, medians[one.feature]))
        for one in cluster.traits)
    return group(result, name, why, here, len(known.positions))


def _shown(key: str, value: float) -> str:
    """A median in its unit."""
    if key == "aum":
        return money(value)
    return f"{value:.0%}" if key == "demand_share" else f"{value:,.0f}"


def _row(known: Figures, group: Group, clustering: Clustering, place: int,
         deviations: NDArray[np.float64]) -> charts.Row:
    """How far a cluster lies from the mean of all, figure by figure."""
    medians = clustering.clusters[place].medians
    return charts.Row(
        f"{group.name}\n{text('charts.unit.people', count=len(group.positions))}",
        tuple(deviations[place].tolist()),
        tuple(_shown(key, value) for key, value in zip(known.keys, medians, strict=True)),
        group.positions)
