"""The clustering a branch has kept, on the list of today: the same groups month after month."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.analytics import clusters
from branchseg.analytics.answer import Verdict
from branchseg.analytics.features import read_features
from branchseg.analytics.kept_clusters import (
    MOVED,
    MOVED_FAR,
    apply,
    from_plain,
    match,
    stability_index,
    to_plain,
)
from branchseg.messages import text
from branchseg.pipeline.models.cluster_groups import draw_groups, groups_of
from branchseg.pipeline.models.columns import label, numbers
from branchseg.pipeline.models.finding import Finding, Picture
from branchseg.pipeline.models.groups import customers_used
from branchseg.pipeline.overview import counted
from branchseg.store.records import KeptModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchseg.analytics.clusters import Basis, Candidate, Clustering
    from branchseg.pipeline.story import RunResult
    from branchseg.store.vault import Vault

KEY = "clusters"


def gather_kept(vault: Vault, _result: RunResult) -> KeptModel | None:
    """The clustering that was kept last."""
    return next(iter(vault.kept_models(KEY)), None)


def to_keep(result: RunResult, basis: Basis, clustering: Clustering, best: Candidate, seed: int,
            names: Sequence[str]) -> KeptModel:
    """What is to be kept of a clustering."""
    values = np.ascontiguousarray(basis.values)
    return KeptModel(
        KEY, result.table.as_of, hashlib.sha256(values.tobytes()).hexdigest(), seed,
        basis.features.names,
        {"silhouette": best.silhouette, "stability": best.stability.mean,
         "customers": float(len(values))}, tuple(names), to_plain(clustering))


def names_taken_over(clustering: Clustering, ordinary: Callable[[Clustering], list[str]],
                     kept: KeptModel | None) -> list[str]:
    """The names of new clusters: `ordinary` ones, but a name of its own stays with its cluster."""
    names = ordinary(clustering)
    if kept is None or tuple(one.feature for one in clustering.scales) != kept.features:
        return names
    older = from_plain(kept.fitted)
    own = [name if name != usual else None
           for name, usual in zip(kept.names, ordinary(older), strict=True)]
    return [(None if was is None else own[was]) or name
            for name, was in zip(names, match(older, clustering), strict=True)]


def carry_on(result: RunResult, kept: KeptModel) -> Finding:
    """Place the customers of a list in the clusters kept, never without the figures needed."""
    rows = counted(result, with_invalid=False)
    frame = pd.DataFrame({key: numbers(result, key)[rows] for key in kept.features})
    lacking = [key for key in kept.features
               if frame[key].notna().mean() < clusters.KNOWN_SHARE or frame.empty]
    complete = read_features(frame, [key for key in kept.features if key not in lacking]).complete
    if lacking or not complete.any():
        return Finding(
            verdict=Verdict.NOT_ENOUGH_DATA, kept=kept,
            sentence=text("models.clusters.kept_lacking", day=kept.as_of.isoformat(),
                          figures="、".join(map(label, lacking or kept.features))))
    clustering = from_plain(kept.fitted)
    now, placement = apply(clustering, frame.to_numpy(dtype=np.float64))
    found = groups_of(result, now, placement, kept.names, rows)
    index = stability_index([one.size for one in clustering.clusters],
                            [one.size for one in now.clusters])
    return Finding(
        verdict=Verdict.OK, kept=kept, groups=tuple(one for one, _ in found),
        sentence=text("models.clusters.kept", day=kept.as_of.isoformat(), count=len(found)),
        facts=_facts(kept, index, int((placement.labels >= 0).sum()), len(rows)),
        warnings=_warnings(kept, index, len(now.clusters) - len(found)),
        pictures=(Picture(text("models.clusters.chart"), lambda dark: draw_groups(
            found, kept.features, dark=dark)),))


def _facts(kept: KeptModel, index: float, placed: int, whole: int) -> tuple[tuple[str, str], ...]:
    """What was kept, and how today's customers differ."""
    said = ("far" if index >= MOVED_FAR else "moved" if index >= MOVED else "same")
    facts = (
        ("facts.customers", customers_used(placed, whole)),
        ("facts.figures", "、".join(map(label, kept.features))),
        ("clusters.kept_on", text("models.clusters.kept_on_value", day=kept.as_of.isoformat(),
                                  customers=int(kept.quality["customers"]))),
        ("clusters.drift", text(f"models.clusters.drift_{said}", index=index)),
    )
    return tuple((text(f"models.{key}"), value) for key, value in facts)


def _warnings(kept: KeptModel, index: float, empty: int) -> tuple[str, ...]:
    """What to mind."""
    found = []
    if index >= MOVED_FAR:
        found.append(text("models.clusters.refit", day=kept.as_of.isoformat()))
    if empty:
        found.append(text("models.clusters.empty", count=empty))
    return tuple(found)
