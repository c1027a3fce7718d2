"""Clusters as groups of customers, and their chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from branchseg import charts
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.pipeline.models.columns import label, short, trait
from branchseg.pipeline.models.groups import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from branchseg.analytics.clusters import Cluster, Clustering, Placement
    from branchseg.pipeline.models.finding import Group
    from branchseg.pipeline.story import RunResult

_LIMIT = 1.5
"""Standard deviations off the mean that have the full colour."""

Found = list[tuple["Group", "Cluster"]]


def groups_of(result: RunResult, clustering: Clustering, placement: Placement,
              names: Sequence[str], rows: NDArray[np.intp]) -> Found:
    """The clusters that have customers, those with the most money first.

    Args:
        result: the customers.
        clustering: what is in each cluster.
        placement: of the customers at `rows`.
        names: of the clusters.
        rows: their rows in the result.
    """
    features = [scale.feature for scale in clustering.scales]
    whole = int((placement.labels >= 0).sum())
    found = []
    for place, (name, cluster) in enumerate(zip(names, clustering.clusters, strict=True)):
        if cluster.size:
            medians = dict(zip(features, cluster.medians, strict=True))
            why = "；".join(
                text("models.clusters.why", trait=trait(one.feature, one.deviation),
                     name=label(one.feature), median=_shown(one.feature, medians[one.feature]))
                for one in cluster.traits)
            here = rows[placement.labels == place]
            found.append((group(result, name, why, here, whole), cluster))
    return sorted(found, key=lambda one: -float(np.nan_to_num(one[0].aum)))


def draw_groups(found: Found, features: Sequence[str], *, dark: bool) -> charts.Chart:
    """How far the clusters lie from the mean of all, figure by figure."""
    rows = [charts.Row(
        f"{one.name}\n{text('charts.unit.people', count=len(one.positions))}",
        cluster.deviations,
        tuple(_shown(key, value) for key, value in zip(features, cluster.medians, strict=True)),
        one.positions) for one, cluster in found]
    return charts.heat("clusters", text("models.clusters.chart"), rows, list(map(short, features)),
                       limit=_LIMIT, dark=dark)


def _shown(key: str, value: float) -> str:
    """A median in its unit."""
    if key == "aum":
        return money(value)
    return f"{value:.0%}" if key == "demand_share" else f"{value:,.0f}"
