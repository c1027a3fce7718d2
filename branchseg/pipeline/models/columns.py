"""Which of the known figures of customers a model looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from branchseg.messages import text
from branchseg.pipeline.overview import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult

BEHAVIOUR = ("aum", "txn_count_12m", "days_since_txn", "holdings", "demand_share",
             "login_days_30d", "tenure", "age_years")
"""Figures that describe a customer, with words for a high and a low one in `models.traits`."""

KNOWN_FROM = 0.8
"""A figure is looked at if it is known of so many of the customers."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of customers all of which are known.

    Attributes:
        keys: the figures.
        values: (customers, figures).
        positions: the rows of the customers in the result.
        whole: how many were looked at, also those of whom one figure is unknown.
        unknown: figures left out because too little is known of them.
    """

    keys: tuple[str, ...]
    values: NDArray[np.float64]
    positions: NDArray[np.intp]
    whole: int
    unknown: tuple[str, ...]


def figures(result: RunResult, keys: tuple[str, ...] = BEHAVIOUR) -> Figures:
    """What is known of the customers that count (not of invalid ones), without constants."""
    kept = counted(result, with_invalid=False)
    columns = {key: numbers(result, key)[kept] for key in keys}
    known = {key: float(np.mean(~np.isnan(values))) if len(values) else 0.0
             for key, values in columns.items()}
    used = tuple(key for key in keys if known[key] >= KNOWN_FROM and _varies(columns[key]))
    values = (np.column_stack([columns[key] for key in used]) if used
              else np.empty((len(kept), 0)))
    whole = ~np.isnan(values).any(axis=1)
    left_out = tuple(key for key in keys if known[key] < KNOWN_FROM)
    return Figures(used, values[whole], kept[whole], len(kept), left_out)


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
    for source in (result.results, result.table.frame):
        if key in source:
            return np.asarray(source[key].to_numpy(dtype=np.float64, na_value=np.nan))
    return np.full(len(result.results), np.nan)


def _varies(values: NDArray[np.float64]) -> bool:
    known = values[~np.isnan(values)]
    return bool(len(known) and known.min() < known.max())
