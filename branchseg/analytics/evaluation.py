"""How good scores are: order, calibration, lift - by formulas in which ties have no order.

All functions take `truth` (0 or 1 per customer) and `scores` (higher is likelier), row for row,
both without gaps. Where customers have equal scores, each counts as their average, so the order
of the rows never matters. Where one of the two classes is missing, what needs both is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

CALIBRATION_BINS = 10
LEAST_ROWS = 100
LEAST_OF_CLASS = 20
"""Customers needed to learn from or to judge by, in all and of each class."""

Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the customers by score; 1 is the best.

    Customers of equal score are never parted, so tenths can differ in size. `lift` is the rate
    over that of all customers, `captured` the share of all responses in this tenth and better.
    """

    decile: int
    n: int
    score_from: float
    score_to: float
    responses: int
    rate: float
    lift: float
    captured: float


def auc(truth: ArrayLike, scores: ArrayLike) -> float:
    """The chance that a random positive scores above a random negative; a tie counts half."""
    ups, downs = _placements(np.asarray(truth) > 0, np.asarray(scores, dtype=np.float64))
    return float(ups.mean()) if len(ups) and len(downs) else float("nan")


def auc_interval(truth: ArrayLike, scores: ArrayLike) -> Interval:
    """AUC with its interval after DeLong, DeLong and Clarke-Pearson (Biometrics 1988)."""
    truth = np.asarray(truth) > 0
    return pooled_auc([(truth, np.asarray(scores, dtype=np.float64))])


def pooled_auc(parts: list[tuple[ArrayLike, ArrayLike]]) -> Interval:
    """The mean AUC of several test parts (truth, scores) with its DeLong interval.

    The parts of a cross-validation are taken as independent, which makes the interval a little
    too narrow.
    """
    return _pooled([_placements(np.asarray(truth) > 0, np.asarray(scores, dtype=np.float64))
                    for truth, scores in parts])


def pooled_auc_difference(parts: list[tuple[ArrayLike, ArrayLike, ArrayLike]]) -> Interval:
    """How much higher the AUC of the first scores is than that of the second, same customers.

    `parts` are (truth, scores, other scores). The interval is DeLong's for paired scores.
    """
    placed = []
    for truth, scores, others in parts:
        positive = np.asarray(truth) > 0
        first = _placements(positive, np.asarray(scores, dtype=np.float64))
        second = _placements(positive, np.asarray(others, dtype=np.float64))
        placed.append((first[0] - second[0], first[1] - second[1]))
    return _pooled(placed)


def brier(truth: ArrayLike, chances: ArrayLike) -> float:
    """The mean squared distance between chance and outcome (Brier 1950)."""
    return float(np.mean((np.asarray(chances, dtype=np.float64) - np.asarray(truth)) ** 2))


def calibration_error(truth: ArrayLike, chances: ArrayLike, bins: int = CALIBRATION_BINS) -> float:
    """The expected calibration error over bins of equal count (10 by default).

    Customers are sorted by chance and cut into bins of equal count; the absolute differences of
    mean chance and rate of the bins are averaged, weighted by the customers in each bin.
    """
    ordered, rates = _descending(truth, chances)
    total = sum(abs(float(part.sum() - rate.sum())) for part, rate in zip(
        np.array_split(ordered, bins), np.array_split(rates, bins), strict=True))
    return total / len(ordered)


def gains(truth: ArrayLike, scores: ArrayLike) -> Numbers:
    """The gains curve: item k is the share of all positives among the k best, 0.0 at k = 0."""
    _, rates = _descending(truth, scores)
    total = rates.sum()
    climbed = np.concatenate(([0.0], np.cumsum(rates)))
    return climbed / total if total else np.full(len(climbed), np.nan)


def captured(truth: ArrayLike, scores: ArrayLike, share: float) -> float:
    """The share of all positives among the best `share` (0..1) of the customers."""
    curve = gains(truth, scores)
    return float(np.interp(share * (len(curve) - 1), np.arange(len(curve)), curve))


def lift(truth: ArrayLike, scores: ArrayLike, share: float = 0.1) -> float:
    """How many times the rate of all customers the rate of the best `share` of them is."""
    return captured(truth, scores, share) / share


def ks(truth: ArrayLike, scores: ArrayLike) -> tuple[float, float]:
    """The greatest distance between the two classes' distributions of scores, and where it is.

    The place is the score from which on customers are kept (equality stays) for the two shares
    kept to differ most; the highest of them if there are several.
    """
    positive, values = np.asarray(truth) > 0, np.asarray(scores, dtype=np.float64)
    if positive.all() or not positive.any():
        return float("nan"), float("nan")
    distinct, places = np.unique(values, return_inverse=True)
    ups = np.bincount(places, weights=positive, minlength=len(distinct))[::-1].cumsum()
    downs = np.bincount(places, weights=~positive, minlength=len(distinct))[::-1].cumsum()
    apart = np.abs(ups / ups[-1] - downs / downs[-1])
    best = int(np.argmax(np.round(apart, 12)))
    return float(apart[best]), float(distinct[::-1][best])


def deciles(truth: ArrayLike, scores: ArrayLike) -> tuple[Decile, ...]:
    """Tenths by score, best first; a score goes to the tenth in which the middle of it lies.

    A tenth that gets nobody is left out.
    """
    positive, values = np.asarray(truth) > 0, np.asarray(scores, dtype=np.float64)
    distinct, places, counts = np.unique(-values, return_inverse=True, return_counts=True)
    up_to = np.cumsum(counts)
    tenths = (np.minimum(10 * (2 * up_to - counts) // (2 * max(len(values), 1)), 9))[places]
    overall, total, seen = float(positive.mean()) if len(values) else 0.0, int(positive.sum()), 0
    found = []
    for tenth in np.unique(tenths) if len(distinct) else ():
        inside = tenths == tenth
        responses, n = int(positive[inside].sum()), int(inside.sum())
        seen += responses
        found.append(Decile(
            int(tenth) + 1, n, float(values[inside].min()), float(values[inside].max()), responses,
            responses / n, responses / n / overall if total else float("nan"),
            seen / total if total else float("nan")))
    return tuple(found)


def _midranks(values: Numbers) -> Numbers:
    """Ranks from 1, equal values share the middle of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places])


def _placements(positive: NDArray[np.bool_], scores: Numbers) -> tuple[Numbers, Numbers]:
    """For each positive the share of negatives below it, for each negative of positives above.

    By midranks (Sun and Xu, IEEE Signal Processing Letters 2014); the mean of either is the AUC.
    """
    ranks = _midranks(scores)
    ups, downs = scores[positive], scores[~positive]
    above = (ranks[positive] - _midranks(ups)) / max(len(downs), 1)
    below = 1.0 - (ranks[~positive] - _midranks(downs)) / max(len(ups), 1)
    return above, below


def _pooled(parts: list[tuple[Numbers, Numbers]]) -> Interval:
    """The mean over parts of placements (or of differences of them) with its interval."""
    if not all(len(ups) and len(downs) for ups, downs in parts):
        return Interval(float("nan"), float("nan"), float("nan"))
    value = float(np.mean([ups.mean() for ups, _ in parts]))
    variance = sum(_variance(ups) + _variance(downs) for ups, downs in parts) / len(parts) ** 2
    reach = Z95 * variance ** 0.5
    return Interval(value, value - reach, value + reach)


def _variance(values: Numbers) -> float:
    """The variance of a mean; of one value nothing is known, so the greatest a share can have."""
    return float(values.var(ddof=1) / len(values)) if len(values) > 1 else 0.25


def _descending(truth: ArrayLike, scores: ArrayLike) -> tuple[Numbers, Numbers]:
    """Scores from the best down, and for each the rate of positives among equal scores."""
    values = -np.asarray(scores, dtype=np.float64)
    distinct, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    rates = np.bincount(places, weights=np.asarray(truth, dtype=np.float64),
                        minlength=len(distinct)) / counts
    return np.repeat(-distinct, counts), np.repeat(rates, counts)
