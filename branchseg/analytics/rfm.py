"""RFM: how recently, how often, with how much money - scores 1 to 5 and eight named classes.

One rule scores customers of a list (`rfm`) and of transactions (`rfm_of_transactions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.messages import text
from branchseg.model.figures import figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

QUINTILES_FROM = 50
"""Fewer known values than this are scored by the fixed limits below."""

BINS = 5
"""Scores go from 1 to this, unless a number of bins is given."""

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
    recency = score(-np.maximum(figures("days_since_txn", customers), 0.0), RECENCY_LIMITS)
    frequency = score(counts, FREQUENCY_LIMITS[basis])
    money = score(figures("aum", customers), MONEY_LIMITS)
    return {
        "rfm_r": pd.Series(recency, index=customers.index),
        "rfm_f": pd.Series(frequency, index=customers.index),
        "rfm_m": pd.Series(money, index=customers.index),
        "rfm": classify(recency, frequency, money).set_axis(customers.index),
        "rfm_f_basis": pd.Series(basis, index=customers.index, dtype="str").where(
            ~np.isnan(frequency)),
    }


def rfm_of_transactions(customers: pd.DataFrame, as_of: np.datetime64,
                        bins: int = BINS) -> pd.DataFrame:
    """RFM columns of customers with transactions, row for row.

    Args:
        customers: as `transactions.by_customer` gives them.
        as_of: the day recency is counted to, not before any `last`.
        bins: how many scores; other than BINS only from QUINTILES_FROM customers on.

    Returns:
        `recency` (days since `last`), `frequency`, `money`, the scores `R`, `F`, `M`
        (1..bins, `bins` is best) and `class` (a key of CLASSES).
    """
    days = ((pd.Timestamp(as_of) - customers["last"]) / pd.Timedelta(days=1)).to_numpy()
    frequency, money = figures("frequency", customers), figures("money", customers)
    scores = {"R": score(-days, RECENCY_LIMITS, bins),
              "F": score(frequency, FREQUENCY_LIMITS["txn_count_12m"], bins),
              "M": score(money, MONEY_LIMITS, bins)}
    classes = classify(scores["R"], scores["F"], scores["M"], bins=bins)
    return pd.DataFrame(
        {"recency": days.astype(int), "frequency": frequency.astype(int), "money": money,
         **{key: found.astype(int) for key, found in scores.items()},
         "class": classes.to_numpy()}, index=customers.index)


def rfm_labels() -> dict[str, str]:
    """Class key -> Chinese name, best class first."""
    return {key: text(f"analytics.rfm.{key}") for key in CLASSES.values()}


def rfm_traits() -> dict[str, str]:
    """Class key -> what its customers have in common, in a phrase."""
    return {key: text("analytics.rfm_trait", **{
        part: text(f"analytics.rfm_part.{part}.{'high' if high else 'low'}")
        for part, high in zip(("recency", "frequency", "money"), highs, strict=True)})
        for highs, key in CLASSES.items()}


def rfm_method(results: pd.DataFrame) -> str:
    """How the customers of `rfm` were scored, in words."""
    known = results[["rfm_r", "rfm_f", "rfm_m"]].notna().sum().min()
    bases = results["rfm_f_basis"].dropna()
    basis = bases.iloc[0] if len(bases) else next(iter(FREQUENCY_LIMITS))
    return text(f"analytics.rfm_method.{'quintiles' if known >= QUINTILES_FROM else 'fixed'}",
                basis=text(f"analytics.rfm_basis.{basis}"), least=QUINTILES_FROM)


def score(values: Numbers, limits: tuple[float, ...], bins: int = BINS) -> Numbers:
    """Scores 1..bins of known values, higher is better: equal shares, or fixed limits if few.

    A share (of five: a quintile) is taken from the middle of all equal values, so ties share one
    score and the order of the rows has no say; if all values are equal, everyone gets the middle
    score. The fixed limits, for fewer than QUINTILES_FROM known values, have BINS scores.
    """
    known = ~np.isnan(values)
    scores = np.full(len(values), np.nan)
    if np.count_nonzero(known) < QUINTILES_FROM:
        scores[known] = 1.0 + np.searchsorted(limits, values[known], side="right")
        return scores
    _, places, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    up_to = np.cumsum(counts)
    middle = bins * (2 * up_to - counts) // (2 * len(places))
    scores[known] = np.minimum(1.0 + middle, bins)[places]
    return scores


def classify(recency: Numbers, frequency: Numbers, money: Numbers, *,
             bins: int = BINS) -> pd.Series:
    """Keys of CLASSES for scores 1..bins; NaN where one of the three is unknown.

    A score above the mean of all scores (from 4 on, of five) counts as high.
    """
    known = ~np.isnan(recency + frequency + money)
    mean = (bins + 1) / 2
    high = 4 * (recency > mean) + 2 * (frequency > mean) + (money > mean)
    table = [CLASSES[high > 3, high % 4 > 1, high % 2 > 0] for high in range(8)]
    return pd.Series(np.array(table, dtype=object)[high], dtype="str").where(known)


def _frequency(customers: pd.DataFrame) -> tuple[str, Numbers]:
    """The measure of frequency known for most customers (the better one if equal)."""
    measures = {key: figures(key, customers) for key in FREQUENCY_LIMITS}
    basis = max(measures, key=lambda key: int((~np.isnan(measures[key])).sum()))
    return basis, measures[basis]
