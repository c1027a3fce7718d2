"""Clusters of customers: scaled, proposed where they are reliable, and kept for the next list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from branchseg.analytics.features import Features, read_features
from branchseg.analytics.kmeans import Labels, Matrix, canonical_order, kmeans, nearest
from branchseg.analytics.lump import lump_silhouettes
from branchseg.analytics.stability import (
    RESTARTS_JUDGED,
    ROWS_APART,
    ROWS_RESAMPLED,
    Stability,
    sample,
    silhouette,
    stability,
)
from branchseg.progress import Progress, silent

LEAST_ROWS = 100
"""Fewer customers are not cut into clusters."""

KNOWN_SHARE = 0.8
"""A feature known of fewer is not used: customers of whom it is unknown are in no cluster."""

CANDIDATES = range(2, 9)
"""Numbers of clusters that are tried for a proposal."""

STABLE_MEAN, STABLE_P10 = 0.6, 0.25
"""A clustering is stable from these adjusted Rand indices on."""

CLEAR, MATTERS = 1.645, 0.02
"""Clusters are there if the silhouette is above that of one lump by so many standard deviations
(one chance in twenty), and by so much at least."""

BORDER = 0.1
"""Near a border: the nearest centre is less than so much nearer than the second, as a share."""

DEVIATES = 0.25
"""A feature tells a cluster apart if its centre is so many standard deviations off the mean."""

TRAITS = 3

_NO_RANGE = 1e-9
"""An interquartile range of so few standard deviations is none: most values are the same."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How one feature is made comparable: `(transformed - middle) / spread`.

    Attributes:
        feature: its name.
        transform: "none"; "ln" of what is above 0 throughout (a later value below `lowest` counts
            as that); "log1p" where there are zeros; "signed_log1p" where there are negatives.
        lowest: the lowest value seen.
        middle: median (robust), mean (z) or 0 of the transformed values.
        spread: interquartile range; standard deviation (ddof 0; also where the range is none); 1.
    """

    feature: str
    transform: str
    lowest: float
    middle: float
    spread: float


class Lack(StrEnum):
    """Why no clusters can be looked for."""

    NO_FEATURES = "no_features"
    FEW_ROWS = "few_rows"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What clusters are looked for in.

    Attributes:
        features: the columns used, and which rows are complete.
        values: (complete rows, columns) as they are.
        scales: how the columns are made comparable; none where there is too little.
        points: `values` made comparable; empty where there is too little.
        lack: what there is too little of; None: nothing.
    """

    features: Features
    values: Matrix
    scales: tuple[Scale, ...]
    points: Matrix
    lack: Lack | None


@dataclass(frozen=True, slots=True)
class Trait:
    """A feature that tells a cluster apart: standard deviations above the mean of all."""

    feature: str
    deviation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One cluster. Of its features, in their order, in their own units: `medians` and `iqrs`.

    `deviations` are of its centre from the mean of all, in standard deviations; the `traits` are
    the strongest of them.
    """

    centre: tuple[float, ...]
    size: int
    medians: tuple[float, ...]
    iqrs: tuple[float, ...]
    deviations: tuple[float, ...]
    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """What to keep of a clustering; plain values. Clusters are in order of size, smallest first.

    `inertia` is of the scaled values, `silhouette` of a sample of 5,000 rows at most.
    """

    scales: tuple[Scale, ...]
    clusters: tuple[Cluster, ...]
    inertia: float
    silhouette: float

    @property
    def centres(self) -> Matrix:
        """(clusters, features), scaled."""
        return np.array([cluster.centre for cluster in self.clusters])


@dataclass(frozen=True, slots=True)
class Placement:
    """Where rows belong.

    Attributes:
        labels: the place of the cluster, 0.., row for row; -1 where a feature is unknown.
        distance: to its centre, scaled; NaN where unknown.
        near_border: nearly as near to a second one; False where unknown.
    """

    labels: Labels
    distance: Matrix
    near_border: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidate:
    """How good `k` clusters are; `lump` is the silhouette that says nothing (None: not asked)."""

    k: int
    silhouette: float
    stability: Stability
    lump: float | None = None

    @property
    def stable(self) -> bool:
        """Whether other customers of the same kind would give the same clusters."""
        return self.stability.mean >= STABLE_MEAN and self.stability.p10 >= STABLE_P10

    @property
    def clear(self) -> bool:
        """Whether the clusters are further apart than parts of one lump."""
        return self.lump is not None and self.silhouette > self.lump


@dataclass(frozen=True, slots=True)
class Proposal:
    """The number of clusters, and how good each number tried is.

    `k` is the one best apart (silhouette) of those that are stable; None: none is, or the best
    is no clearer than one lump, so there are no reliable clusters.
    """

    k: int | None
    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        """The candidate proposed, or the one that comes nearest to it."""
        if self.k is not None:
            return next(one for one in self.candidates if one.k == self.k)
        return max(self.candidates, key=lambda one: (one.stable, one.silhouette))


def basis(frame: pd.DataFrame, names: Sequence[str], *, transform: str = "log",
          scale: str = "robust", least: int = CANDIDATES[0]) -> Basis:
    """Choose the columns and rows in which clusters are looked for.

    Args:
        frame: a row per customer.
        names: columns of it.
        transform: see `fit_scales`.
        scale: see `fit_scales`.
        least: so many customers must differ.
    """
    features = read_features(frame, names, known_share=KNOWN_SHARE)
    values = features.matrix[features.complete]
    if not features.names or len(values) < LEAST_ROWS:
        lack = Lack.FEW_ROWS if features.names else Lack.NO_FEATURES
        return Basis(features=features, values=values, scales=(), points=values[:0], lack=lack)
    scales = fit_scales(values, features.names, transform, scale)
    points = scaled(values, scales)
    return Basis(features=features, values=values, scales=scales, points=points,
                 lack=Lack.ALIKE if distinct(points) < least else None)


def fit_scales(values: Matrix, features: Sequence[str], transform: str,
               scale: str) -> tuple[Scale, ...]:
    """Learn how to make features comparable.

    Args:
        values: (rows, features), all known, no feature constant.
        features: their names.
        transform: "log" or "none".
        scale: "robust", "z" or "none".
    """
    found = []
    for feature, column in zip(features, values.T, strict=True):
        kind = _transform_for(column) if transform == "log" else "none"
        changed = _transformed(column, kind, float(column.min()))
        middle, spread = 0.0, 1.0
        if scale == "z":
            middle, spread = float(changed.mean()), float(changed.std())
        elif scale == "robust":
            low, median, high = np.percentile(changed, (25, 50, 75)).tolist()
            deviation = float(changed.std())
            middle = median
            spread = high - low if high - low > _NO_RANGE * deviation else deviation
        found.append(Scale(feature, kind, float(column.min()), middle, spread or 1.0))
    return tuple(found)


def scaled(values: Matrix, scales: Sequence[Scale]) -> Matrix:
    """Make features comparable; unknown stays unknown."""
    return np.column_stack([
        (_transformed(column, scale.transform, scale.lowest) - scale.middle) / scale.spread
        for column, scale in zip(values.T, scales, strict=True)])


def cluster(values: Matrix, scales: tuple[Scale, ...], k: int,
            seed: int) -> tuple[Clustering, Placement]:
    """Cut customers into k clusters; the same ones whatever the order of the rows.

    Args:
        values: (rows, features), all known; at least k different rows.
        scales: of `fit_scales`.
        k: the number of clusters (fewer where centres fall together).
        seed: of all chance.
    """
    points = scaled(values, scales)
    ordered = points[canonical_order(points)]
    parts = kmeans(ordered, k, _chance(seed, k, 0))
    sizes = np.bincount(nearest(points, parts.centres).labels, minlength=k)
    ranks = np.lexsort([*parts.centres.T[::-1], sizes])
    centres = parts.centres[ranks[sizes[ranks] > 0]]
    placed = place(points, centres)
    apart = sample(ordered, ROWS_APART, _chance(seed, k, 1))
    found = Clustering(
        scales=scales, clusters=described(values, points, placed.labels, centres, scales),
        inertia=parts.inertia, silhouette=silhouette(apart, nearest(apart, centres).labels))
    return found, placed


def distinct(points: Matrix) -> int:
    """How many rows differ."""
    ordered = points[canonical_order(points)]
    return min(1, len(ordered)) + int((ordered[1:] != ordered[:-1]).any(axis=1).sum())


def judge(points: Matrix, k: int, seed: int) -> Candidate:
    """How well apart and how stable k clusters are.

    Args:
        points: scaled rows in `canonical_order`; at least k of them differ.
        k: the number of clusters.
        seed: of all chance.
    """
    apart = sample(points, ROWS_APART, _chance(seed, k, 1))
    found = kmeans(apart, k, _chance(seed, k, 0), RESTARTS_JUDGED)
    labels = nearest(apart, found.centres).labels
    resampled = sample(points, ROWS_RESAMPLED, _chance(seed, k, 2))
    return Candidate(k, silhouette(apart, labels), stability(resampled, k, _chance(seed, k, 3)))


def against_lump(points: Matrix, candidate: Candidate, seed: int) -> Candidate:
    """The same candidate with the silhouette that parts of one lump may reach; as `judge`."""
    resampled = sample(points, ROWS_RESAMPLED, _chance(seed, candidate.k, 2))
    found = lump_silhouettes(resampled, candidate.k, _chance(seed, candidate.k, 4))
    beyond = max(CLEAR * float(np.std(found)), MATTERS)
    return replace(candidate, lump=float(np.mean(found)) + beyond)


def propose(points: Matrix, seed: int, progress: Progress = silent) -> Proposal:
    """Try all numbers of clusters.

    Args:
        points: scaled rows, all known.
        seed: of all chance.
        progress: told how far (0..1) the work is; it may raise to end it.
    """
    points = points[canonical_order(points)]
    most = distinct(points)
    found = []
    for place, k in enumerate(k for k in CANDIDATES if k <= most):
        progress(place / (len(CANDIDATES) + 1))
        found.append(judge(points, k, seed))
    best = max((one for one in found if one.stable), key=lambda one: one.silhouette, default=None)
    if best is None:
        return Proposal(None, tuple(found))
    progress(len(CANDIDATES) / (len(CANDIDATES) + 1))
    compared = against_lump(points, best, seed)
    found[found.index(best)] = compared
    return Proposal(best.k if compared.clear else None, tuple(found))


def place(points: Matrix, centres: Matrix) -> Placement:
    """The nearest centres of scaled rows; NaN is unknown."""
    known = ~np.isnan(points).any(axis=1)
    labels = np.full(len(points), -1, dtype=np.int64)
    distance = np.full(len(points), np.nan)
    border = np.zeros(len(points), dtype=np.bool_)
    found = nearest(points[known], centres)
    labels[known], distance[known] = found.labels, found.distance
    border[known] = found.distance > (1 - BORDER) * found.second
    return Placement(labels, distance, border)


def described(values: Matrix, points: Matrix, labels: Labels, centres: Matrix,
              scales: Sequence[Scale]) -> tuple[Cluster, ...]:
    """What is in each cluster; of an empty one all but its centre is unknown."""
    deviation = points.std(axis=0)
    deviations = (centres - points.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    found = []
    for label, centre in enumerate(centres):
        members = values[labels == label]
        low, median, high = (np.percentile(members, (25, 50, 75), axis=0) if len(members)
                             else np.full((3, len(centre)), np.nan))
        found.append(Cluster(
            centre=tuple(centre.tolist()), size=len(members), medians=tuple(median.tolist()),
            iqrs=tuple((high - low).tolist()), deviations=tuple(deviations[label].tolist()),
            traits=_traits(deviations[label], scales)))
    return tuple(found)


def _chance(seed: int, k: int, purpose: int) -> np.random.Generator:
    """Chance of its own for each purpose, so that no answer depends on what else was asked."""
    return np.random.default_rng([seed, k, purpose])


def _transform_for(column: Matrix) -> str:
    """The logarithm that fits what a feature holds."""
    lowest = column.min()
    if lowest > 0:
        return "ln"
    return "log1p" if lowest == 0 else "signed_log1p"


def _transformed(column: Matrix, kind: str, lowest: float) -> Matrix:
    if kind == "ln":
        return np.log(np.maximum(column, lowest))
    if kind == "none":
        return column
    return np.sign(column) * np.log1p(np.abs(column))


def _traits(deviations: Matrix, scales: Sequence[Scale]) -> tuple[Trait, ...]:
    """The features that tell a cluster apart most."""
    strongest = np.argsort(-np.abs(deviations), kind="stable")[:TRAITS]
    return tuple(Trait(scales[place].feature, float(deviations[place])) for place in strongest
                 if abs(deviations[place]) >= DEVIATES)
