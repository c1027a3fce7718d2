"""Clusters: customers alike in what they hold and do, beside the segments of the rules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from branchseg.analytics import clusters
from branchseg.analytics.answer import Verdict
from branchseg.messages import text
from branchseg.pipeline.models.cluster_groups import draw_groups, groups_of
from branchseg.pipeline.models.columns import BEHAVIOUR, label, numbers, trait
from branchseg.pipeline.models.finding import Finding, Picture
from branchseg.pipeline.models.groups import customers_used
from branchseg.pipeline.models.kept_clusters import carry_on, names_taken_over, to_keep
from branchseg.pipeline.overview import counted

if TYPE_CHECKING:
    from branchseg.analytics.clusters import Basis, Candidate, Clustering
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter
    from branchseg.store.records import KeptModel

LEAST_FIGURES = 2
"""One figure alone is what the tiers of the rules are for."""

SEED = 0


def find_clusters(result: RunResult, reporter: Reporter,
                  material: KeptModel | None = None, *, anew: bool = False) -> Finding:
    """Look for clusters, or carry on those kept (`material`) unless they are wanted `anew`.

    The same customers always give the same ones.
    """
    if material is not None and not anew:
        return carry_on(result, material)
    kept = counted(result, with_invalid=False)
    basis = clusters.basis(
        pd.DataFrame({key: numbers(result, key)[kept] for key in BEHAVIOUR}), BEHAVIOUR)
    if basis.lack is not None or len(basis.features.names) < LEAST_FIGURES:
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, facts=_facts(basis),
                       sentence=_lacking(basis))
    proposal = clusters.propose(basis.points, SEED, lambda done: reporter.step(
        text("models.clusters.working"), 0.9 * done))
    facts = (*_facts(basis), *_quality(proposal.best))
    if proposal.k is None:
        fault = "unclear" if proposal.best.stable else "unstable"
        return Finding(verdict=Verdict.NOT_RELIABLE, facts=facts,
                       sentence=text(f"models.clusters.none_{fault}"))
    reporter.step(text("models.clusters.working"), 0.9)
    clustering, placement = clusters.cluster(basis.values, basis.scales, proposal.k, SEED)
    names = names_taken_over(clustering, _names, material)
    found = groups_of(result, clustering, placement, names, kept[basis.features.complete])
    border = int(placement.near_border.sum())
    return Finding(
        verdict=Verdict.OK, facts=facts,
        sentence=text("models.clusters.found", count=len(found)),
        warnings=(text("models.clusters.border", customers=border),) if border else (),
        groups=tuple(one for one, _ in found),
        kept=material,
        fitted=to_keep(result, basis, clustering, proposal.best, SEED, names),
        pictures=(Picture(text("models.clusters.chart"), lambda dark: draw_groups(
            found, basis.features.names, dark=dark)),))


def _lacking(basis: Basis) -> str:
    """What to collect."""
    if basis.lack is clusters.Lack.FEW_ROWS and len(basis.features.names) >= LEAST_FIGURES:
        return text("models.clusters.few_customers", customers=len(basis.values),
                    least=clusters.LEAST_ROWS)
    return text("models.clusters.few_figures", figures=len(basis.features.names),
                least=LEAST_FIGURES)


def _facts(basis: Basis) -> tuple[tuple[str, str], ...]:
    """What a result rests on."""
    used = basis.features
    facts = [("figures", "、".join(map(label, used.names)) or text("models.facts.nothing"))]
    if used.names:
        facts.insert(0, ("customers", customers_used(len(basis.values), len(used.complete))))
    if used.unknown:
        facts.append(("unknown", "、".join(map(label, used.unknown))))
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
