"""Lifetime value from balances: what a customer's money brings over the years he may stay.

    value = sum over t = 1..years of margin * balance * retention^t / (1 + discount)^t

The balance is taken to stay as it is. The figure ranks customers; it is no profit of any account.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType({
    "margin": (0.0, 0.2), "retention": (0.0, 1.0), "retention_error": (0.0, 0.5),
    "discount": (0.0, 0.5), "years": (1, 30)})
"""What an assumption may be, both ends included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What the value rests on. The defaults are starting points; the branch must set its own.

    Attributes:
        margin: what one 元 of balance earns in a year, in 元. 0.015: about the net interest
            margin of Chinese commercial banks in recent years.
        retention: share of customers who are still there a year later; the branch takes it
            from two of its own lists.
        retention_error: by how much `retention` may be off on either side.
        discount: how much less money counts that comes a year later.
        years: how far ahead to look, whole years.
    """

    margin: float = 0.015
    retention: float = 0.9
    retention_error: float = 0.05
    discount: float = 0.05
    years: int = 5

    def __post_init__(self) -> None:
        """Raise ValueError for what lies outside LIMITS: forms must not offer it."""
        for name, (least, most) in LIMITS.items():
            if not least <= getattr(self, name) <= most:
                msg = f"{name} must be {least:g} to {most:g}"
                raise ValueError(msg)
        if self.years != int(self.years):
            msg = "years must be whole"
            raise ValueError(msg)

    def retention_range(self) -> tuple[float, float]:
        """The least and the most that `retention` may be."""
        return (max(0.0, self.retention - self.retention_error),
                min(1.0, self.retention + self.retention_error))

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


def balance_value(balance: ArrayLike, assumptions: Assumptions) -> BalanceValue:
    """The value of each customer.

    Args:
        balance: 元, such as the AUM; NaN is unknown, an overdraft counts as nothing.
        assumptions: what the value rests on.
    """
    yearly = assumptions.margin * np.maximum(np.asarray(balance, dtype=np.float64), 0.0)
    low, high = assumptions.retention_range()
    return BalanceValue(
        yearly=yearly, value=yearly * assumptions.factor(assumptions.retention),
        low=yearly * assumptions.factor(low), high=yearly * assumptions.factor(high))
