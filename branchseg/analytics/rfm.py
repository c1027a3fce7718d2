"""RFM: how recently, how often, with how much money - scores 1 to 5 and eight named classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.messages import text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

QUINTILES_FROM = 50
"""Fewer known values than this are scored by the fixed limits below."""

HIGH_FROM = 4
"""A score from here on counts as high: above the mean of the five."""

RECENCY_LIMITS = (-365.0, -180.0, -90.0, -30.0)
MONEY_LIMITS = (1_000.0, 10_000.0, 50_000.0, 200_000.0)
FREQUENCY_LIMITS: dict[str, tuple[float, ...]] = {
    "txn_count_12m": (1.0, 6.0, 13.0, 37.0),
    "login_days_30d": (1.0, 4.0, 9.0, 16.0),
    "product_count": (1.0, 2.0, 3.0, 5.0),
    "holdings": (1.0, 2.0, 3.0, 5.0),
}
"""Lower limits of the scores 2 to 5 (a value on the limit has reached it).

The keys are the measures of frequency, best first; all but the first are substitutes.
"""

CLASSES: dict[tuple[bool, bool, bool], str] = {
    (True, True, True): "key_value",
    (True, False, True): "key_growth",
    (False, True, True): "key_keep",
    (False, False, True): "key_win_back",
    (True, True, False): "general_value",
    (True, False, False): "general_growth",
    (False, True, False): "general_keep",
    (False, False, False): "general_win_back",
}
"""(recency high, frequency high, money high) -> class."""


def rfm(customers: pd.DataFrame) -> dict[str, pd.Series]:
    """RFM columns, row for row.

    Args:
        customers: the rules' `days_since_txn`, `aum` (元) and `holdings`, and of the list what
            FREQUENCY_LIMITS names; columns may be missing, NaN is unknown.

    Returns:
        `rfm_r`, `rfm_f`, `rfm_m` (1..5, 5 is best, NaN = unknown), `rfm` (a key of CLASSES,
        NaN where one of the three is unknown) and `rfm_f_basis` (what frequency was measured
        by; one measure for the whole list, as scores of different measures do not compare).
    """
    basis, counts = _frequency(customers)
    # an action after the data date counts as that day's
    recency = _score(-np.maximum(_column(customers, "days_since_txn"), 0.0), RECENCY_LIMITS)
    frequency = _score(counts, FREQUENCY_LIMITS[basis])
    money = _score(_column(customers, "aum"), MONEY_LIMITS)
    known = ~np.isnan(recency + frequency + money)
    high = 4 * (recency >= HIGH_FROM) + 2 * (frequency >= HIGH_FROM) + (money >= HIGH_FROM)
    table = [CLASSES[high > 3, high % 4 > 1, high % 2 > 0] for high in range(8)]
    classes = np.array(table, dtype=object)[high]
    return {
        "rfm_r": pd.Series(recency, index=customers.index),
        "rfm_f": pd.Series(frequency, index=customers.index),
        "rfm_m": pd.Series(money, index=customers.index),
        "rfm": pd.Series(classes, index=customers.index, dtype="str").where(known),
        "rfm_f_basis": pd.Series(basis, index=customers.index, dtype="str").where(
            ~np.isnan(frequency)),
    }


def rfm_labels() -> dict[str, str]:
    """Class key -> Chinese name, best class first."""
    return {key: text(f"analytics.rfm.{key}") for key in CLASSES.values()}


def _frequency(customers: pd.DataFrame) -> tuple[str, Numbers]:
    """The measure of frequency known for most customers (the better one if equal)."""
    measures = {key: _column(customers, key) for key in FREQUENCY_LIMITS}
    basis = max(measures, key=lambda key: int((~np.isnan(measures[key])).sum()))
    return basis, measures[basis]


def _column(customers: pd.DataFrame, key: str) -> Numbers:
    """A column as plain floats, NaN = unknown."""
    if key not in customers:
        return np.full(len(customers), np.nan)
    return np.asarray(customers[key].to_numpy(dtype=np.float64, na_value=np.nan))


def _score(values: Numbers, limits: tuple[float, ...]) -> Numbers:
    """Scores 1..5 of known values, higher is better: quintiles, or fixed limits if few.

    A quintile is taken from the middle of all equal values, so ties share one score and the
    order of the rows has no say; if all values are equal, everyone gets a 3.
    """
    known = ~np.isnan(values)
    scores = np.full(len(values), np.nan)
    if np.count_nonzero(known) < QUINTILES_FROM:
        scores[known] = 1.0 + np.searchsorted(limits, values[known], side="right")
        return scores
    _, places, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    up_to = np.cumsum(counts)
    middle = 5 * (2 * up_to - counts) // (2 * len(places))
    scores[known] = np.minimum(1.0 + middle, 5.0)[places]
    return scores
