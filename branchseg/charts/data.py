"""What a chart is drawn from, and what comes back: groups of customers and clickable marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.messages import text as say
from branchseg.model.aum import aum_measure
from branchseg.model.figures import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Positions = NDArray[np.intp]

UNKNOWN = "unknown"
"""Group of the customers whose value is not known."""

Labels = Mapping[str, Mapping[str, str]]
"""Results column -> {key: Chinese word}, in the order of display (tiers from low to high)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a chart that can be clicked: the artists whose gid is `gid`.

    `positions` are the row positions of its customers; `value` is the number it shows.
    """

    gid: str
    title: str
    positions: Positions
    value: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart; without marks it says that there is nothing to draw."""

    key: str
    title: str
    figure: Figure
    marks: tuple[Mark, ...]
    dark: bool = False

    def mark(self, gid: str | None) -> Mark | None:
        """The mark of a clicked artist."""
        return next((mark for mark in self.marks if mark.gid == gid), None)


@dataclass(frozen=True, slots=True)
class Data:
    """Customers, what the rules say of them (row for row), words, and the customer in focus."""

    frame: pd.DataFrame
    results: pd.DataFrame
    labels: Labels
    focus: int | None = None

    def numbers(self, key: str) -> NDArray[np.float64]:
        """A numeric column of the results or the customers; all NaN if there is none."""
        return figures(key, self.results, self.frame)

    def measured(self, caption: str) -> str:
        """A caption for amounts of AUM, with the measure they are told by."""
        measure = aum_measure(self.results)
        return f"{caption} · {measure}" if measure else caption


@dataclass(frozen=True, slots=True)
class Group:
    """Customers that share a value."""

    key: str
    label: str
    positions: Positions

    def __len__(self) -> int:
        """The number of customers."""
        return len(self.positions)


def groups(data: Data, column: str) -> list[Group]:
    """The customers by a results column, in the order of its labels; each is in exactly one.

    Labels nobody has are there with no customer; the unknown come last, if there are any.
    """
    values = data.results[column] if column in data.results else pd.Series(
        None, index=data.results.index, dtype="str")
    labels = data.labels.get(column, {})
    strangers = sorted(set(values.dropna()) - set(labels))
    found = [
        Group(key, labels.get(key, key), np.flatnonzero((values == key).fillna(value=False)))
        for key in [*labels, *strangers]
    ]
    return found + _unknown(values.isna().to_numpy())


def bands(values: NDArray[np.float64], edges: list[float], labels: list[str], *,
          right: bool) -> list[Group]:
    """The customers by numeric bands between `edges` (one label more than edges).

    `right` says that a band includes its upper edge, else its lower. Unknown ones come last.
    """
    known = ~np.isnan(values)
    band = np.digitize(values, edges, right=right)
    found = [
        Group(str(number), label, np.flatnonzero(known & (band == number)))
        for number, label in enumerate(labels)
    ]
    return found + _unknown(~known)


def _unknown(mask: Any) -> list[Group]:
    return [Group(UNKNOWN, say("charts.unknown"), np.flatnonzero(mask))] if mask.any() else []
