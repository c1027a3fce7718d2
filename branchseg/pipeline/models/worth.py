"""Who is worth keeping: how likely customers leave, against what they are worth."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from branchseg import charts
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.pipeline.models.finding import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from branchseg.rules.retention import RiskLevel

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.intp]

_ENDS = (500.0, 2_000.0, 10_000.0, 50_000.0)
"""Where a band of lifetime value ends and the next begins, 元."""

_LEAST_SHADE = 0.15
_WORDS = "models.retention.worth"


def worth_grid(levels: Sequence[RiskLevel], level: Rows, value: Numbers, gain: Numbers,
               cost: float, rows: Rows) -> Picture:
    """The levels of risk by bands of lifetime value; every cell leads to its customers.

    Args:
        levels: of risk, the highest first.
        level: the place in `levels` of each customer, or their number where it is unknown.
        value: the lifetime value of each, 元; NaN where unknown.
        gain: what caring for each is expected to keep, 元.
        cost: of caring for one, 元.
        rows: the row position of each.
    """
    unknown = bool(np.isnan(value).any())
    band = np.where(np.isnan(value), len(_ENDS) + 1,
                    np.searchsorted(_ENDS, np.nan_to_num(value), side="right"))
    columns = [*_names(), *([text(f"{_WORDS}.unknown")] if unknown else [])]
    heres = [[np.flatnonzero((level == place) & (band == column))
              for column in range(len(columns))] for place in range(len(levels))]
    most = max((len(here) for line in heres for here in line), default=0) or 1
    cells = [[_cell(gain[here], cost, rows[here], most) for here in line] for line in heres]
    names = [text(f"{_WORDS}.level", label=one.label, months=one.months)
             if place < len(levels) - 1 else text(f"{_WORDS}.low", label=one.label)
             for place, one in enumerate(levels)]
    title = text(f"{_WORDS}.title")
    return Picture(title, lambda dark: charts.grid(
        "worth", title, names, columns, cells, dark=dark,
        legend=(text(f"{_WORDS}.pays"), text(f"{_WORDS}.loses"))))


def _cell(gain: Numbers, cost: float, rows: Rows, most: int) -> charts.Cell:
    """How many there are, and what each is expected to bring; the colour says if that pays."""
    if not len(rows):
        return charts.Cell(float("nan"), "")
    mean = float(gain.mean())
    if np.isnan(mean):
        return charts.Cell(float("nan"), text("charts.unit.people", count=len(rows)), rows)
    shade = _LEAST_SHADE + (1 - _LEAST_SHADE) * float(np.log1p(len(rows)) / np.log1p(most))
    return charts.Cell(shade if mean > cost else -shade, text(
        f"{_WORDS}.cell", customers=len(rows), gain=money(mean)), rows)


def _names() -> tuple[str, ...]:
    """The bands of value in words."""
    return (text(f"{_WORDS}.below", end=money(_ENDS[0])),
            *(text(f"{_WORDS}.between", start=money(low), end=money(high))
              for low, high in pairwise(_ENDS)),
            text(f"{_WORDS}.above", start=money(_ENDS[-1])))
