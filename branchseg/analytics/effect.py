"""What a campaign brought: the treated against the others, with how alike the two were before.

The difference of means has Welch's interval, the difference of shares Newcombe's hybrid score
interval (Newcombe 1998, method 10) and the p of the z test with the pooled share. With strata, the
differences of the strata are weighted by their customers, and interval and p are normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from branchseg.analytics.evaluation import Z95

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Truths = NDArray[np.bool_]

Measure = Literal["mean", "proportion"]
LEAST_IN_STRATUM = 2


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference, treated less control.

    Attributes:
        difference: of the means or shares.
        error: its standard error.
        low: with `high`, its 95 % interval.
        high: see `low`.
        p: the chance of so great a difference if there were no effect; two-sided.
        method: "welch", "newcombe" or "stratified".
        treated: customers treated.
        control: customers not treated.
        means: the mean or share of the treated and of the control.
        rows: the customers the difference rests on: with strata, only those of strata that
            have LEAST_IN_STRATUM of each.
    """

    difference: float
    error: float
    low: float
    high: float
    p: float
    method: str
    treated: int
    control: int
    means: tuple[float, float]
    rows: Truths


def effect(outcome: ArrayLike, treated: ArrayLike, measure: Measure,
           strata: ArrayLike | None = None) -> Effect:
    """The effect of a treatment.

    Args:
        outcome: a number per customer, without gaps; 1.0 or 0.0 for a proportion.
        treated: whether the customer was treated; at least LEAST_IN_STRATUM of each.
        measure: what to compare.
        strata: labels within which to compare.

    Raises:
        ValueError: no group, or no stratum, has LEAST_IN_STRATUM of each.
    """
    values, chosen = np.asarray(outcome, dtype=np.float64), np.asarray(treated, dtype=bool)
    if strata is not None:
        return _stratified(values, chosen, measure, np.asarray(strata))
    ups, downs = values[chosen], values[~chosen]
    if min(len(ups), len(downs)) < LEAST_IN_STRATUM:
        raise ValueError("effect needs two of each group")
    return _welch(ups, downs, chosen) if measure == "mean" else _newcombe(ups, downs, chosen)


def standardised_difference(values: ArrayLike, treated: ArrayLike,
                            strata: ArrayLike | None = None) -> float:
    """The difference of means in standard deviations, the mean of both groups' variances (Cohen).

    NaN values are left out; with strata, the differences within them are weighted as in
    `effect`. NaN where there is nothing to compare; infinite where two constants differ.
    """
    found = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(found)
    chosen = np.asarray(treated, dtype=bool)[known]
    found = found[known]
    if min(chosen.sum(), (~chosen).sum()) < LEAST_IN_STRATUM:
        return float("nan")
    try:
        apart = effect(found, chosen, "mean",
                       None if strata is None else np.asarray(strata)[known]).difference
    except ValueError:
        return float("nan")
    spread = float(np.sqrt((found[chosen].var(ddof=1) + found[~chosen].var(ddof=1)) / 2))
    if spread <= 1e-12 * float(np.abs(found).max()):
        return 0.0 if abs(apart) <= 1e-12 * float(np.abs(found).max()) else float(
            np.copysign(np.inf, apart))
    return apart / spread


def _welch(ups: Numbers, downs: Numbers, chosen: Truths) -> Effect:
    """Welch's unequal variances t interval (Biometrika 1947)."""
    difference = float(ups.mean() - downs.mean())
    first, second = ups.var(ddof=1) / len(ups), downs.var(ddof=1) / len(downs)
    error = float(np.sqrt(first + second))
    reach, p = 0.0, float(difference == 0)
    if error > 0:
        part = first / (first + second)
        freedom = 1 / (part ** 2 / (len(ups) - 1) + (1 - part) ** 2 / (len(downs) - 1))
        reach = float(stats.t.ppf(0.975, freedom)) * error
        p = float(2 * stats.t.sf(abs(difference) / error, freedom))
    return _made(ups, downs, np.ones(len(chosen), dtype=bool),
                 (difference, error, difference - reach, difference + reach, p), "welch")


def _newcombe(ups: Numbers, downs: Numbers, chosen: Truths) -> Effect:
    """Newcombe's interval by Wilson's; p by the pooled z test."""
    counts, sizes = np.array([ups.sum(), downs.sum()]), np.array([len(ups), len(downs)])
    low, high = confint_proportions_2indep(counts[0], sizes[0], counts[1], sizes[1],
                                           compare="diff", method="newcomb")
    shares = counts / sizes
    error = float(np.sqrt((shares * (1 - shares) / sizes).sum()))
    same = 0 < counts.sum() < sizes.sum()
    p = float(proportions_ztest(counts, sizes)[1]) if same else 1.0
    return _made(ups, downs, np.ones(len(chosen), dtype=bool),
                 (float(shares[0] - shares[1]), error, float(low), float(high), p), "newcombe")


def _stratified(values: Numbers, chosen: Truths, measure: Measure, strata: ArrayLike) -> Effect:
    """Differences within strata, weighted by their customers."""
    _, places = np.unique(strata, return_inverse=True)
    count = int(places.max()) + 1 if len(places) else 0
    sides = [_moments(values[side], places[side], count) for side in (chosen, ~chosen)]
    usable = np.minimum(sides[0][0], sides[1][0]) >= LEAST_IN_STRATUM
    if not usable.any():
        raise ValueError("effect needs a stratum with two of each group")
    sizes = (sides[0][0] + sides[1][0]) * usable
    weights = sizes / sizes.sum()
    difference = float((weights * np.where(usable, sides[0][1] - sides[1][1], 0)).sum())
    variances = [mean * (1 - mean) / np.maximum(n, 1) if measure == "proportion"
                 else spread / np.maximum(n, 1) for n, mean, spread in sides]
    error = float(np.sqrt((weights ** 2 * np.where(usable, sum(variances), 0)).sum()))
    p = float(2 * stats.norm.sf(abs(difference) / error)) if error else float(difference == 0)
    rows = usable[places]
    return _made(values[chosen & rows], values[~chosen & rows], rows,
                 (difference, error, difference - Z95 * error, difference + Z95 * error, p),
                 "stratified")


def _moments(values: Numbers, places: NDArray[np.intp], count: int) -> tuple[Numbers, ...]:
    """Size, mean and variance (ddof 1) of each stratum."""
    sizes = np.bincount(places, minlength=count).astype(np.float64)
    means = np.bincount(places, weights=values, minlength=count) / np.maximum(sizes, 1)
    squares = np.bincount(places, weights=(values - means[places]) ** 2, minlength=count)
    return sizes, means, squares / np.maximum(sizes - 1, 1)


def _made(ups: Numbers, downs: Numbers, rows: Truths,
          found: tuple[float, float, float, float, float], method: str) -> Effect:
    return Effect(*found, method, len(ups), len(downs),
                  (float(ups.mean()), float(downs.mean())), rows)
