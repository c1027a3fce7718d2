"""Lifetime value from balances: what a customer's money brings over the years he may stay.

    value = sum over t = 1..years of (margin * balance + products) * retention^t / (1 + discount)^t

The balance and the products are taken to stay as they are. The figure ranks customers; it is no
profit of any account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType({
    "margin": (0.0, 0.2), "retention": (0.0, 1.0), "retention_error": (0.0, 0.5),
    "retention_sample": (1, 100_000_000), "discount": (0.0, 0.5), "years": (1, 30)})
"""What an assumption may be, both ends included."""

_TWO_SIDED_95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What the value rests on. The defaults are starting points; the branch must set its own.

    Attributes:
        margin: what one 元 of balance earns in a year, in 元. 0.015: about the net interest
            margin of Chinese commercial banks in recent years.
        retention: share of customers who are still there a year later; the branch takes it
            from two of its own lists.
        retention_error: by how much `retention` may be off on either side; a stated range,
            used where no `retention_sample` is given.
        retention_sample: number of customers `retention` was counted on; gives its 95 %
            sampling interval instead (Wilson 1927).
        discount: how much less money counts that comes a year later.
        years: how far ahead to look, whole years.
        products: product -> what it earns in a year, in 元, for each customer who has it.
    """

    margin: float = 0.015
    retention: float = 0.85
    retention_error: float = 0.05
    retention_sample: int | None = None
    discount: float = 0.05
    years: int = 5
    products: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError for what lies outside LIMITS: forms must not offer it."""
        for name, (least, most) in LIMITS.items():
            given = getattr(self, name)
            if given is not None and not least <= given <= most:
                msg = f"{name} must be {least:g} to {most:g}"
                raise ValueError(msg)
        if self.years != int(self.years) or not np.isfinite([*self.products.values()]).all():
            msg = "years must be whole and products finite"
            raise ValueError(msg)

    def retention_range(self) -> tuple[float, float]:
        """The least and the most that `retention` may be."""
        if self.retention_sample is None:
            return (max(0.0, self.retention - self.retention_error),
                    min(1.0, self.retention + self.retention_error))
        count, rate, z = self.retention_sample, self.retention, _TWO_SIDED_95
        middle = (rate + z ** 2 / (2 * count)) / (1 + z ** 2 / count)
        half = z * np.sqrt(rate * (1 - rate) / count + (z / (2 * count)) ** 2) / (
            1 + z ** 2 / count)
        return max(0.0, float(middle - half)), min(1.0, float(middle + half))

    def factor(self, retention: float) -> float:
        """What one 元 a year is worth: the sum of retention^t / (1 + discount)^t."""
        kept = retention / (1 + self.discount)
        return float(np.sum(kept ** np.arange(1, int(self.years) + 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceValue:
    """元 per customer, row for row; NaN where the balance is unknown.

    `low` and `high` are the value at both ends of `Assumptions.retention_range`: they tell of
    the doubt about retention alone, not of that about margin or balance.
    """

    yearly: Numbers
    value: Numbers
    low: Numbers
    high: Numbers


def balance_value(balance: ArrayLike, assumptions: Assumptions,
                  held: Mapping[str, ArrayLike] | None = None) -> BalanceValue:
    """The value of each customer.

    Args:
        balance: 元, such as the AUM; NaN is unknown, an overdraft counts as nothing.
        assumptions: what the value rests on.
        held: product -> per customer whether (or how many of it) he has; NaN counts as none.
            Products without a yearly figure in `assumptions` add nothing.
    """
    yearly = assumptions.margin * np.maximum(np.asarray(balance, dtype=np.float64), 0.0)
    for product, income in assumptions.products.items():
        if held is not None and product in held:
            yearly = yearly + income * np.nan_to_num(np.asarray(held[product], dtype=np.float64))
    low, high = assumptions.retention_range()
    return BalanceValue(
        yearly=yearly, value=yearly * assumptions.factor(assumptions.retention),
        low=yearly * assumptions.factor(low), high=yearly * assumptions.factor(high))
