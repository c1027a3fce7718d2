"""Whether clusters are there: how well apart they are, and how stable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from branchseg.analytics.kmeans import ONE_CORE, Labels, Matrix, kmeans, nearest

ROWS_APART = 5_000
"""The silhouette is taken on so many rows at most; it costs their square."""

ROWS_RESAMPLED = 1_500
"""Stability is judged on so many rows at most."""

RESAMPLES = 50
_RESTARTS = 5
RESTARTS_JUDGED = 10
"""Runs of k-means for a resample, and for the clustering that is judged."""



@dataclass(frozen=True, slots=True)
class Stability:
    """How alike clusterings of resampled rows are to the one of all rows.

    Attributes:
        mean: adjusted Rand index (1 the same, 0 by chance), on average over the resamples.
        p10: its 10th percentile.
        jaccard: for each cluster, smallest first, its average overlap (0..1) with the most
            similar one (Hennig 2007).
    """

    mean: float
    p10: float
    jaccard: tuple[float, ...]


def sample(values: Matrix, rows: int, rng: np.random.Generator) -> Matrix:
    """At most so many rows, in the order they stand."""
    if len(values) <= rows:
        return values
    return values[np.sort(rng.choice(len(values), rows, replace=False))]


def silhouette(values: Matrix, labels: Labels) -> float:
    """Mean silhouette width (Rousseeuw 1987), -1..1; a row alone in its cluster counts as 0.

    All rows are used: take a `sample` first. Nothing can be said of a single cluster: 0.
    """
    present, labels = np.unique(labels, return_inverse=True)
    if len(present) < 2:
        return 0.0
    member = np.eye(len(present))[labels]
    counts = member.sum(axis=0)
    values = values - values.mean(axis=0)
    squares = np.einsum("ij,ij->i", values, values)
    widths = []
    step = max(ONE_CORE // (len(values) * max(values.shape[1], len(present))), 1)
    for start in range(0, len(values), step):
        here = slice(start, start + step)
        gaps = squares[here, None] + squares - 2.0 * (values[here] @ values.T)
        rows = np.arange(len(gaps))
        gaps[rows, start + rows] = 0.0
        totals = np.sqrt(np.maximum(gaps, 0.0)) @ member
        own = counts[labels[here]]
        inside = totals[rows, labels[here]] / np.maximum(own - 1, 1)
        totals[rows, labels[here]] = np.inf
        outside = (totals / counts).min(axis=1)
        widest = np.maximum(inside, outside)
        width = np.divide(outside - inside, widest, out=np.zeros_like(widest), where=widest > 0)
        widths.append(np.where(own > 1, width, 0.0))
    return float(np.concatenate(widths).mean())


def rand_index(one: Labels, other: Labels) -> float:
    """Adjusted Rand index (Hubert, Arabie 1985): 1 for the same partition, about 0 by chance."""
    table = _crossed(one, other)
    pairs = float((table * (table - 1)).sum()) / 2
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    in_one = float((rows * (rows - 1)).sum()) / 2
    in_other = float((columns * (columns - 1)).sum()) / 2
    count = len(one)
    expected = in_one * in_other / max(count * (count - 1) / 2, 1)
    most = (in_one + in_other) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)


def stability(values: Matrix, k: int, rng: np.random.Generator) -> Stability:
    """Cluster bootstrap samples, place all rows by their centres, compare with all rows' clusters.

    Args:
        values: (rows, features); a `sample` of ROWS_RESAMPLED where there are more.
        k: the number of clusters.
        rng: chance.
    """
    base = nearest(values, kmeans(values, k, rng, RESTARTS_JUDGED).centres).labels
    indices, overlaps = [], []
    for _ in range(RESAMPLES):
        drawn = values[np.sort(rng.integers(0, len(values), len(values)))]
        labels = nearest(values, kmeans(drawn, k, rng, _RESTARTS).centres).labels
        indices.append(rand_index(base, labels))
        table = _crossed(base, labels, k)
        unions = table.sum(axis=1)[:, None] + table.sum(axis=0) - table
        overlaps.append((table / np.maximum(unions, 1)).max(axis=1))
    by_size = np.argsort(np.bincount(base, minlength=k), kind="stable")
    return Stability(float(np.mean(indices)), float(np.percentile(indices, 10)),
                     tuple(np.mean(overlaps, axis=0)[by_size].tolist()))


def _crossed(one: Labels, other: Labels, size: int | None = None) -> Matrix:
    """How many rows are in each pair of clusters."""
    size = size or int(max(one.max(), other.max())) + 1
    counts = np.bincount(one * size + other, minlength=size * size)
    return counts.reshape(size, size).astype(np.float64)
