"""How unevenly assets are spread: the actual shares of this list, never a proverbial 80/20."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

TOP_PERCENTS = (1, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Pareto:
    """The spread of AUM over `customers` whose AUM is known; `total` in 元.

    `cumulative[k]` is the share (0..1) of AUM that the k richest hold, from 0.0 at k = 0 to 1.0.
    `top_share` maps "0.01", "0.05", "0.1", "0.2" to the share the richest 1, 5, 10, 20 % hold;
    a part of a customer counts as a whole one. `gini` is 0 (all equal) up to 1 - 1/customers.
    Shares and `gini` are None, and `cumulative` is empty, where nobody holds anything.
    """

    customers: int
    total: float
    cumulative: NDArray[np.float64]
    top_share: dict[str, float | None]
    gini: float | None


def pareto(aum: ArrayLike) -> Pareto:
    """The Pareto figures of AUM in 元. NaN is left out; an overdraft counts as holding nothing."""
    values = np.asarray(aum, dtype=np.float64)
    known = np.sort(np.maximum(values[~np.isnan(values)], 0.0))[::-1]
    count, total = len(known), float(known.sum())
    shares: dict[str, float | None] = {f"{percent / 100:g}": None for percent in TOP_PERCENTS}
    if not total:
        return Pareto(count, 0.0, np.empty(0), shares, None)
    cumulative = np.concatenate(([0.0], np.cumsum(known) / total))
    cumulative[-1] = 1.0
    for percent in TOP_PERCENTS:
        richest = -(-percent * count // 100)
        shares[f"{percent / 100:g}"] = float(cumulative[richest])
    weights = count + 1 - 2 * np.arange(1, count + 1)
    gini = float((weights * known).sum() / (count * total))
    return Pareto(count, total, cumulative, shares, gini)
