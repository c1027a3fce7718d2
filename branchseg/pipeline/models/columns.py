"""The figures of customers that models look at, and how they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.figures import figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult

BEHAVIOUR = ("aum", "txn_count_12m", "days_since_txn", "holdings", "demand_share",
             "login_days_30d", "tenure", "age_years")
"""Figures that describe a customer, with words for a high and a low one in `models.traits`."""


def label(key: str) -> str:
    """The name of a figure."""
    return text(f"models.traits.{key}.name")


def short(key: str) -> str:
    """The name of a figure where there is little room."""
    return text(f"models.traits.{key}.short")


def trait(key: str, deviation: float) -> str:
    """How a customer whose figure is high or low may be called."""
    return text(f"models.traits.{key}.{'high' if deviation > 0 else 'low'}")


def numbers(result: RunResult, key: str) -> NDArray[np.float64]:
    """A figure of every customer, of the results or the list; NaN is unknown."""
    return figures(key, result.results, result.table.frame)
