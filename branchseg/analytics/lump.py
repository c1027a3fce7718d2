"""What k-means finds where there are no clusters: data of one lump, drawn again and again.

k-means cuts any data into k parts, and evenly spread or long-tailed data even into stable ones.
Clusters are there only if they are clearer than the parts of such a lump (the idea of the gap
statistic of Tibshirani, Walther, Hastie 2001, with a reference nearer to the data).
"""

from __future__ import annotations

import numpy as np

from branchseg.analytics.kmeans import Labels, Matrix, kmeans, nearest
from branchseg.analytics.stability import RESTARTS_JUDGED, silhouette

DRAWS = 40
REPEATED = 0.02
"""A value is repeated if a greater share of the rows has it."""

_PEAKS = np.arange(1, 10) / 10
"""Quantiles tried as the peak of a margin."""


def lump_silhouettes(values: Matrix, k: int, rng: np.random.Generator) -> list[float]:
    """Silhouettes of k-means on data of one lump, `DRAWS` times.

    The lump has as many rows as `values`, their rank correlations and their margins, but what is
    not repeated in a margin (see `Margin`) rises to one peak and falls from it.
    """
    draw = Lump(values)
    found = []
    for _ in range(DRAWS):
        rows = draw(rng)
        centres = kmeans(rows, k, rng, RESTARTS_JUDGED).centres
        found.append(silhouette(rows, nearest(rows, centres).labels))
    return found


class Lump:
    """A Gaussian copula with margins of one peak, like given data in all else."""

    def __init__(self, values: Matrix) -> None:
        """`values`: (rows, features), all known."""
        ranks = np.column_stack([_ranks(column) for column in values.T])
        ranks = ranks - ranks.mean(axis=0)
        lengths = np.linalg.norm(ranks, axis=0)
        ranks /= np.where(lengths > 0, lengths, 1.0)  # in a sample a feature may be constant
        related = ranks.T @ ranks
        # the correlation of normal variables whose rank correlation is the one found (Pearson)
        sizes, axes = np.linalg.eigh(2.0 * np.sin(np.pi / 6.0 * related))
        self._mix = axes * np.sqrt(np.maximum(sizes, 0.0))
        self._margins = [Margin(column) for column in values.T]
        self._rows = len(values)

    def __call__(self, rng: np.random.Generator) -> Matrix:
        """As many rows as the data has."""
        scores = rng.standard_normal((self._rows, len(self._margins))) @ self._mix.T
        return np.column_stack([margin(rng)[order] for margin, order in zip(
            self._margins, scores.argsort(axis=0).argsort(axis=0).T, strict=True)])


class Margin:
    """One column of a lump: its repeated values as they are, all else of one peak.

    Counts and zeros that many share lie apart by nature: k-means cuts between them, and a lump
    without them would always look less clear than the data. That one column has such values makes
    no clusters; that several columns go together in them does.
    """

    def __init__(self, column: Matrix) -> None:
        """`column`: known values."""
        _, places, counts = np.unique(column, return_inverse=True, return_counts=True)
        self._column = column
        self._repeated = (counts > max(REPEATED * len(column), 1))[places]
        others = column[~self._repeated]
        self._places, self._heights = one_peak(others) if len(others) else (others, others)

    def __call__(self, rng: np.random.Generator) -> Matrix:
        """As many values as the column has, in rising order."""
        drawn = rng.integers(0, len(self._column), len(self._column))
        values, new = self._column[drawn], ~self._repeated[drawn]
        if new.any():
            values[new] = np.interp(rng.random(int(new.sum())), self._heights, self._places)
        return np.sort(values)


def one_peak(column: Matrix) -> tuple[Matrix, Matrix]:
    """Places and heights of the distribution function with one peak that is nearest the data's.

    Left of its peak it is the greatest convex minorant of the data's function, right of it the
    least concave majorant (Grenander 1956); the peak is the decile that changes least.
    """
    places, counts = np.unique(column, return_counts=True)
    after = np.cumsum(counts) / len(column)
    before = after - counts / len(column)
    best, least = (places, after), np.inf
    for decile in np.quantile(column, _PEAKS, method="nearest"):
        peak = int(np.searchsorted(places, decile))
        left = _minorant(places[:peak + 1], before[:peak + 1])
        right = _minorant(-places[peak:][::-1], -after[peak:][::-1])
        joined = (np.concatenate([left[0], -right[0][::-1]]),
                  np.concatenate([left[1], -right[1][::-1]]))
        gap = max(np.abs(np.interp(places[:peak + 1], *left) - before[:peak + 1]).max(),
                  np.abs(np.interp(-places[peak:][::-1], *right) + after[peak:][::-1]).max())
        if gap < least:
            best, least = joined, float(gap)
    return best


def _minorant(places: Matrix, heights: Matrix) -> tuple[Matrix, Matrix]:
    """The corners of the greatest convex function below points in rising order of place."""
    corners: list[tuple[float, float]] = []
    for x, y in zip(places.tolist(), heights.tolist(), strict=True):
        while len(corners) > 1 and _above(corners[-2], corners[-1], (x, y)):
            corners.pop()
        corners.append((x, y))
    found = np.array(corners)
    return found[:, 0], found[:, 1]


def _above(one: tuple[float, float], middle: tuple[float, float],
           other: tuple[float, float]) -> bool:
    """Whether the middle point is on or above the line of the two others."""
    return ((middle[1] - one[1]) * (other[0] - one[0])
            >= (other[1] - one[1]) * (middle[0] - one[0]))


def _ranks(column: Matrix) -> Labels:
    """Ranks; equal values share the middle of theirs (twice it, to stay whole)."""
    _, places, counts = np.unique(column, return_inverse=True, return_counts=True)
    up_to = np.cumsum(counts)
    return (2 * up_to - counts)[places]
