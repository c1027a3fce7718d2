"""k-means: Lloyd's algorithm from k-means++ starts, on a sample first where rows are many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

SAMPLE = 50_000
"""Starts are tried on so many rows at most; the best is refined on all."""

RESTARTS, RESTARTS_SMALL, SMALL = 10, 200, 2_000
"""Starts tried; more up to SMALL rows, where they cost nothing."""

_ROUNDS, _TOLERANCE = 300, 1e-6
_ROUNDS_ALL, _TOLERANCE_ALL = 50, 1e-5
"""Rounds at most, and the relative gain in inertia below which they end."""

ONE_CORE = 250_000
"""Products of a matrix product that is quickest on one core and stays in its cache.

OpenBLAS spreads greater ones over all cores, which costs more than it gains."""


@dataclass(frozen=True, slots=True)
class Partition:
    """`centres` (k, features) and `inertia`, the sum of squared distances to the nearest."""

    centres: Matrix
    inertia: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """Row for row the place of the nearest centre, and the distances to it and to the next."""

    labels: Labels
    distance: Matrix
    second: Matrix


def kmeans(values: Matrix, k: int, rng: np.random.Generator,
           restarts: int | None = None) -> Partition:
    """The best of several runs.

    Args:
        values: (rows, features), all known; at least `k` different rows. Sort the rows
            (`canonical_order`) if the result must not depend on their order.
        k: the number of clusters.
        rng: chance.
        restarts: how many runs; None: as many as are worth it for so many rows.
    """
    if restarts is None:
        restarts = RESTARTS_SMALL if len(values) <= SMALL else RESTARTS
    middle = values.mean(axis=0)  # far from 0, squares would lose digits
    columns = np.ascontiguousarray((values - middle).T)
    tried = columns
    if len(values) > SAMPLE:
        tried = columns[:, np.sort(rng.choice(len(values), SAMPLE, replace=False))]
    best = min((_lloyd(tried, _starts(tried, k, rng), _ROUNDS, _TOLERANCE)
                for _ in range(restarts)), key=lambda one: one.inertia)
    if len(values) > SAMPLE:
        best = _lloyd(columns, best.centres, _ROUNDS_ALL, _TOLERANCE_ALL)
    return Partition(best.centres + middle, best.inertia)


def nearest(values: Matrix, centres: Matrix) -> Nearest:
    """Where rows belong; `second` is infinite where there is one centre only."""
    middle = centres.mean(axis=0)
    moved = centres - middle
    columns = np.ascontiguousarray((values - middle).T)
    labels = np.empty(len(values), dtype=np.int64)
    gaps = np.full((2, len(values)), np.inf)
    start = 0
    for block, scores in _blocks(columns, moved):
        here = slice(start, start + block.shape[1])
        squares = np.einsum("ij,ij->j", block, block) - 2.0 * scores
        labels[here] = squares.argmin(axis=0)
        least = np.sort(squares, axis=0)[:2]
        gaps[:len(least), here] = np.sqrt(np.maximum(least, 0.0))
        start = here.stop
    return Nearest(labels, gaps[0], gaps[1])


def canonical_order(values: Matrix) -> Labels:
    """An order of the rows that does not depend on the one they came in."""
    return np.lexsort(values.T[::-1])


def _blocks(columns: Matrix, centres: Matrix) -> Iterator[tuple[Matrix, Matrix]]:
    """Some rows of `columns` (features, rows) at a time, with their scores (centres, rows).

    The score of the nearest centre is the highest; square of the row - 2 * score is the squared
    distance.
    """
    half = np.einsum("ij,ij->i", centres, centres)[:, None] / 2
    rows = max(ONE_CORE // centres.size, 1)
    for start in range(0, columns.shape[1], rows):
        block = columns[:, start:start + rows]
        scores = centres @ block
        scores -= half
        yield block, scores


def _starts(columns: Matrix, k: int, rng: np.random.Generator) -> Matrix:
    """k-means++ (Arthur, Vassilvitskii 2007): each next centre likelier where it is far."""
    centres = np.empty((k, len(columns)))
    centres[0] = columns[:, rng.integers(columns.shape[1])]
    least = np.full(columns.shape[1], np.inf)
    for place in range(1, k):
        gap = columns - centres[place - 1][:, None]
        least = np.minimum(least, np.einsum("ij,ij->j", gap, gap))
        reach = np.cumsum(least)
        chosen = np.searchsorted(reach, rng.random() * reach[-1], side="right")
        centres[place] = columns[:, min(chosen, columns.shape[1] - 1)]
    return centres


def _lloyd(columns: Matrix, centres: Matrix, rounds: int, tolerance: float) -> Partition:
    """Move centres to the mean of their rows until that gains nothing."""
    total = float(np.einsum("ij,ij->", columns, columns))
    before = np.inf
    for _ in range(rounds):
        sums, counts, gained = np.zeros_like(centres), np.zeros(len(centres)), 0.0
        for block, scores in _blocks(columns, centres):
            highest = scores.max(axis=0)
            gained += float(highest.sum())
            # a row as near to two centres counts for both; far faster than a place for each row
            member = (scores == highest).astype(np.float64)
            sums += member @ block.T
            counts += member.sum(axis=1)
        inertia = max(total - 2.0 * gained, 0.0)
        if before - inertia <= tolerance * inertia:
            break
        before = inertia
        best = centres
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
    else:
        return Partition(best, before)
    return Partition(centres, inertia) if inertia <= before else Partition(best, before)
