"""A hold-out: customers drawn by lot who are not invited, so that what a campaign brought shows.

Drawn within strata, so that both groups are alike in them, and from a seed, so that the draw can
be repeated. How many customers it takes is the power of a two-sided test of two shares (Cohen
1988, chapter 6: effect size h).
"""

from __future__ import annotations

from math import asin, ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ALPHA, POWER = 0.05, 0.80
"""A difference by chance is taken for one in 5 of 100 cases, a real one seen in 80 of 100."""
LEAST = 30
"""Fewer customers are only counted."""


def draw(ids: Sequence[str], strata: Sequence[str], share: float, seed: int) -> NDArray[np.bool_]:
    """Who is held out.

    Args:
        ids: the customers; their order has no say.
        strata: of each, what both groups are to be alike in, such as the value tier.
        share: how many to hold out, 0..1: in all rounded, in each stratum as near as it can be.
        seed: the same seed draws the same customers.
    """
    order = np.argsort(np.asarray(ids, dtype=object).astype(str), kind="stable")
    labels, places = np.unique(np.asarray(strata, dtype=object).astype(str), return_inverse=True)
    rng = np.random.default_rng(seed)
    mixed = order[rng.permutation(len(order))]
    sizes = np.bincount(places, minlength=len(labels))
    wanted = _rounded(np.asarray(sizes * share, dtype=np.float64), round(len(ids) * share))
    held = np.zeros(len(ids), dtype=bool)
    for stratum in range(len(labels)):
        held[mixed[places[mixed] == stratum][: wanted[stratum]]] = True
    return held


def _rounded(parts: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers next to the parts whose sum is the total: the largest remainders go up."""
    found = np.floor(parts).astype(np.int64)
    left = total - int(found.sum())
    ups = np.argsort(-(parts - found), kind="stable")[:left]
    found[ups] += 1
    return found


def needed(base: float, lift: float, share: float) -> int:
    """How many customers, invited and held out, it takes to see a lift.

    Args:
        base: the share that does it without an invitation, 0..1.
        lift: by how much the invitation raises it; `base + lift` within 0..1, not 0.
        share: the share held out, above 0 and below 1.
    """
    size = 2 * (asin(sqrt(base + lift)) - asin(sqrt(base)))
    reach = float(stats.norm.isf(ALPHA / 2) + stats.norm.isf(1 - POWER))
    return ceil((reach / size) ** 2 / (share * (1 - share)))


def least_seen(base: float, customers: int, share: float) -> float | None:
    """The smallest lift, in steps of a tenth of a point, that so many customers would show.

    None if none would, or they are fewer than LEAST. `base` and `share` as for `needed`.
    """
    low, high = 1, int((1 - base) * 1000 + 1e-9)
    if high < 1 or customers < LEAST or needed(base, high / 1000, share) > customers:
        return None
    while low < high:
        middle = (low + high) // 2
        if needed(base, middle / 1000, share) <= customers:
            high = middle
        else:
            low = middle + 1
    return low / 1000
