"""The figures of customers that models look at, and how they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from branchseg.messages import text
from branchseg.model.fields import FIELDS, IMPORTED, Kind
from branchseg.model.figures import figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult

AUM = "aum"

BEHAVIOUR = (AUM, "txn_count_12m", "days_since_txn", "holdings", "demand_share",
             "login_days_30d", "tenure", "age_years")
"""Figures that describe a customer, with words for a high and a low one in `models.traits`."""

_PERSONAL = {Kind.NAME, Kind.ID_NUMBER, Kind.PHONE, Kind.KEY}
JUDGED_BY = frozenset(field.key for field in (
    *IMPORTED, FIELDS["aum_partial"], FIELDS["txn_partial"])
    if field.kind not in _PERSONAL and field.key != "address")
"""All of an older list that rules ask for, but no names, numbers and addresses."""

_DECIMALS = {"demand_share": 2, "tenure": 1}


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


def to_learn(figure: Callable[[str], NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """The figures of BEHAVIOUR by the names and with the digits with which reasons speak of them.

    `figure` gives one of them, of every customer.
    """
    found = {aum_to_learn(): np.round(figure(AUM) / 1e4, 1)}
    return found | {label(key): np.round(figure(key), _DECIMALS.get(key, 0))
                    for key in BEHAVIOUR if key != AUM}


def aum_to_learn() -> str:
    """The name of the AUM in `to_learn`."""
    return text("models.traits.money", name=label(AUM))
