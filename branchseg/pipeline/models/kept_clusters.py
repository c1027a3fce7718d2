"""The clustering a branch has kept, on the list of today: the same groups month after month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.analytics.answer import Verdict
from branchseg.analytics.kept_clusters import apply, from_plain, match, to_plain
from branchseg.messages import text
from branchseg.pipeline.models import registry
from branchseg.pipeline.models.cluster_groups import draw_groups, groups_of
from branchseg.pipeline.models.columns import label, numbers
from branchseg.pipeline.models.finding import Finding, Picture
from branchseg.pipeline.models.groups import customers_used
from branchseg.pipeline.models.measure import measures_of
from branchseg.pipeline.overview import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchseg.analytics.clusters import Basis, Candidate, Clustering
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Progress
    from branchseg.store.records import KeptModel
    from branchseg.store.vault import Vault

KEY = "clusters"


def gather_kept(vault: Vault, _result: RunResult, _progress: Progress) -> KeptModel | None:
    """The clustering that was kept last."""
    return next(iter(vault.kept_models(KEY)), None)


def to_keep(result: RunResult, basis: Basis, clustering: Clustering, best: Candidate, seed: int,
            names: Sequence[str]) -> KeptModel:
    """What is to be kept of a clustering."""
    used = basis.features.names
    return registry.to_keep(
        KEY, result.table.as_of, seed=seed, data=pd.DataFrame(basis.values, columns=list(used)),
        listed=figures_of(result, used), aum=measures_of(result, counted(
            result, with_invalid=False)), fitted=to_plain(clustering), names=names,
        quality={"silhouette": best.silhouette, "stability": best.stability.mean,
                 "customers": float(len(basis.values))})


def figures_of(result: RunResult, features: Sequence[str]) -> pd.DataFrame:
    """What a clustering looks at, of all customers that are counted."""
    rows = counted(result, with_invalid=False)
    return pd.DataFrame({key: numbers(result, key)[rows] for key in features})


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
    rows, frame = counted(result, with_invalid=False), figures_of(result, kept.features)
    stands = registry.standing(kept, frame, measures_of(result, rows))
    if stands.lacking or not frame.notna().all(axis=1).any():
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, kept=kept,
                       sentence=registry.refusal(kept, stands))
    clustering = from_plain(kept.fitted)
    now, placement = apply(clustering, frame.to_numpy(dtype=np.float64))
    found = groups_of(result, now, placement, kept.names, rows)
    return Finding(
        verdict=Verdict.OK, kept=kept, groups=tuple(one for one, _ in found),
        sentence=text("models.clusters.kept", day=kept.as_of.isoformat(), count=len(found)),
        facts=(*_facts(kept, int((placement.labels >= 0).sum()), len(rows)),
               *registry.facts(kept, stands)),
        warnings=(*registry.warnings(kept, stands), *_empty(len(now.clusters) - len(found))),
        pictures=(Picture(text("models.clusters.chart"), lambda dark: draw_groups(
            found, kept.features, dark=dark)),))


def _facts(kept: KeptModel, placed: int, whole: int) -> tuple[tuple[str, str], ...]:
    """What the groups rest on."""
    return ((text("models.facts.customers"), customers_used(placed, whole)),
            (text("models.facts.figures"), "、".join(map(label, kept.features))))


def _empty(count: int) -> tuple[str, ...]:
    """What to mind of groups without customers."""
    return (text("models.clusters.empty", count=count),) if count else ()
