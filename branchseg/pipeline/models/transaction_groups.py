"""Customers with transactions in groups: chance of coming again by money, and classes of RFM."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from branchseg import charts
from branchseg.analytics.rfm import rfm_labels
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.pipeline.models.finding import Picture
from branchseg.pipeline.models.groups import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from branchseg.pipeline.models.finding import Group
    from branchseg.pipeline.story import RunResult

LEVELS = ("fading", "active", "once")
"""How likely a customer comes again, the most pressing first."""

_WORTH = ("high", "low")
_HIGH_FROM = 4
"""Scores of money from which it counts as high, as in the classes of RFM."""

_WORDS = "models.transactions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Customers of a file of transactions who are in a result and count.

    Attributes:
        positions: their rows in the result.
        told: what is said of each, by name, in that order: `visits` in the last `span` days,
            `ever` (days with a visit), `ago` (days since the last), `money`, the scores R, F, M,
            `class`, and of the forecast `p_alive`, `expected_purchases`, `expected_spend`,
            `clv`; NaN where nothing is said.
        everybody: how many customers the file has.
        unknown: how many of them are not in the result.
        invalid: how many of them are, but do not count.
        span: days that `visits` counts.
    """

    positions: NDArray[np.intp]
    told: dict[str, NDArray[Any]]
    everybody: int
    unknown: int
    invalid: int
    span: int

    def levels(self, active: float) -> NDArray[np.intp]:
        """The place of each in LEVELS; from the chance `active` on a customer is active."""
        found = np.where(self.told["p_alive"] >= active, LEVELS.index("active"),
                         LEVELS.index("fading"))
        return np.where(self.told["ever"] == 1, LEVELS.index("once"), found)

    def mean(self, key: str, here: NDArray[np.intp]) -> float:
        """The mean of a figure over some of them."""
        return float(np.mean(self.told[key][here].astype(np.float64)))

    def spent(self, here: NDArray[np.intp]) -> str:
        """The money of some of them together, in words."""
        return money(float(self.told["money"][here].sum()))


def forecast_groups(result: RunResult, known: Customers, level: NDArray[np.intp],
                    days: int) -> tuple[Group, ...]:
    """Groups by chance of coming again and by money, who spent much first."""
    found = []
    for worth in _WORTH:
        for place, key in enumerate(LEVELS):
            here = _here(known, level, place, worth)
            if len(here):
                why = text(f"{_WORDS}.why_once" if key == "once" else f"{_WORDS}.why",
                           money=known.spent(here), days=days,
                           visits=known.mean("expected_purchases", here),
                           alive=known.mean("p_alive", here))
                made = group(result, _name(key, worth), why, known.positions[here],
                             len(known.positions))
                found.append(replace(made, advice=text(f"{_WORDS}.advice.{key}_{worth}")))
    return tuple(found)


def forecast_picture(known: Customers, level: NDArray[np.intp]) -> Picture:
    """The same groups as a grid."""
    cells = [[_cell(known, _here(known, level, place, worth), key) for worth in _WORTH]
             for place, key in enumerate(LEVELS)]
    title = text(f"{_WORDS}.chart")
    return Picture(title, lambda dark: charts.grid(
        "transactions", title, [text(f"{_WORDS}.level.{key}") for key in LEVELS],
        [text(f"{_WORDS}.worth.{worth}") for worth in _WORTH], cells, dark=dark,
        legend=(text(f"{_WORDS}.pays"), text(f"{_WORDS}.fades"))))


def rfm_groups(result: RunResult, known: Customers) -> tuple[Group, ...]:
    """The classes of RFM that have customers, best first."""
    found = []
    for key, label in rfm_labels().items():
        here = np.flatnonzero(known.told["class"] == key)
        if len(here):
            why = text(f"{_WORDS}.why_rfm", money=known.spent(here),
                       recency=float(np.median(known.told["ago"][here])),
                       visits=float(np.median(known.told["ever"][here])))
            found.append(group(result, label, why, known.positions[here], len(known.positions)))
    return tuple(found)


def rfm_picture(classes: Sequence[Group]) -> Picture:
    """A bar per class of RFM."""
    title = text(f"{_WORDS}.rfm_chart")
    rows = [charts.Row(one.name, (float(len(one.positions)),),
                       (text(f"{_WORDS}.people", customers=len(one.positions)),), one.positions)
            for one in classes]
    return Picture(title, lambda dark: charts.bars("transactions_rfm", title, rows, dark=dark))


def _here(known: Customers, level: NDArray[np.intp], place: int,
          worth: str) -> NDArray[np.intp]:
    high = known.told["M"] >= _HIGH_FROM
    return np.flatnonzero((level == place) & (high == (worth == "high")))


def _name(key: str, worth: str) -> str:
    return text(f"{_WORDS}.group", level=text(f"{_WORDS}.level.{key}"),
                worth=text(f"{_WORDS}.worth.{worth}"))


def _cell(known: Customers, here: NDArray[np.intp], key: str) -> charts.Cell:
    """How many, and how often each is expected; the shade is their share."""
    if not len(here):
        return charts.Cell(float("nan"), "")
    shade = 0.15 + 0.85 * len(here) / len(known.positions)
    words = text(f"{_WORDS}.cell", customers=len(here),
                 visits=known.mean("expected_purchases", here))
    return charts.Cell(-shade if key == "fading" else shade, words, known.positions[here])
