"""A clustering that is kept: as plain values, applied to later lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from branchseg.analytics.clusters import (
    Cluster,
    Clustering,
    Placement,
    Scale,
    Trait,
    described,
    place,
    scaled,
)
from branchseg.analytics.kmeans import Matrix


def to_plain(clustering: Clustering) -> dict[str, Any]:
    """Lists, texts and numbers only."""
    return asdict(clustering)


def from_plain(kept: Mapping[str, Any]) -> Clustering:
    """What `to_plain` has made. Raises KeyError or TypeError for anything else."""
    return Clustering(
        scales=tuple(Scale(**scale) for scale in kept["scales"]),
        clusters=tuple(map(_cluster, kept["clusters"])),
        inertia=kept["inertia"], silhouette=kept["silhouette"])


def _cluster(kept: Mapping[str, Any]) -> Cluster:
    rows = {key: tuple(kept[key]) for key in ("centre", "medians", "iqrs", "deviations")}
    return Cluster(size=kept["size"], traits=tuple(Trait(**one) for one in kept["traits"]),
                   **rows)


def apply(clustering: Clustering, values: Matrix) -> tuple[Clustering, Placement]:
    """Place customers of a later list in clusters found before; what is in them now.

    Args:
        clustering: what was found.
        values: (rows, features) in its order of features; NaN is unknown, some row has none.
    """
    points = scaled(values, clustering.scales)
    placed = place(points, clustering.centres)
    known = placed.labels >= 0
    now = described(values[known], points[known], placed.labels[known], clustering.centres,
                    clustering.scales)
    return replace(clustering, clusters=now), placed


def match(older: Clustering, newer: Clustering) -> tuple[int | None, ...]:
    """Which older cluster each newer one carries on, by the nearest centres; each at most once.

    Raises:
        ValueError: their features differ.
    """
    if [one.feature for one in older.scales] != [one.feature for one in newer.scales]:
        raise ValueError("clusterings of different features cannot be matched")
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - heavy, only here

    centres = scaled(_unscaled(newer.centres, newer.scales), older.scales)
    gaps = np.linalg.norm(centres[:, None] - older.centres, axis=2)
    pairs = dict(zip(*(side.tolist() for side in linear_sum_assignment(gaps)), strict=True))
    return tuple(pairs.get(number) for number in range(len(newer.clusters)))


def _unscaled(points: Matrix, scales: Sequence[Scale]) -> Matrix:
    """The values that have these scaled ones."""
    columns = []
    for column, scale in zip(points.T, scales, strict=True):
        changed = column * scale.spread + scale.middle
        if scale.transform == "ln":
            changed = np.exp(changed)
        elif scale.transform != "none":
            changed = np.sign(changed) * np.expm1(np.abs(changed))
        columns.append(changed)
    return np.column_stack(columns)
