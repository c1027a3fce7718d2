"""Amounts whose unit nobody stated and that do not fit the other amounts of the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.intake.balances import WHOLE_OR_PART
from branchseg.intake.labels import unit_of
from branchseg.model.fields import AUM_SOURCES, HOLDINGS
from branchseg.model.raw import MatchKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.raw import Cell, ColumnMatch, RawTable

_TOTALS = (*AUM_SOURCES, "aum_prev_month_avg", "aum_prev2_month_avg", "aum_prev_month_end")
_BALANCES = frozenset({*_TOTALS, *HOLDINGS, "deposit"})
_OTHER_DOUBTS = frozenset({"intake.match.content", "intake.match.second", WHOLE_OR_PART})
_SAMPLE = 1000
_LEAST_ROWS = 5
_FACTOR = 1e4
"""元 taken for 万元, or the other way round."""

_FAR = 1000.0
"""From such a ratio on two balances of one person are hardly in the same unit."""

_SMALL_CHANGE = 1000.0
"""A balance column in 元 has at least one value in twenty above this."""


def suspect_units(table: RawTable, columns: Sequence[ColumnMatch]) -> dict[int, float]:
    """Column index -> the unit it probably has, where that is not the one it was given.

    Looks at balances whose own name states no unit and that nobody has decided: the median of
    the ratio to the largest other balance of the same row tells whether the whole column is
    about 10,000 times too small or too large. Columns in doubt are looked at, too, but prove
    nothing about others.
    """
    used = [column for column in columns if column.field in _BALANCES
            and column.reason not in _OTHER_DOUBTS]
    step = max(len(table.rows) // _SAMPLE, 1)
    amounts = {column.index: [_amount(cell) * column.unit
                              for cell in table.columns[column.index][::step]] for column in used}
    open_ = [column for column in used if not unit_of(column.header)
             and column.kind not in {MatchKind.REMEMBERED, MatchKind.CHOSEN}]
    found: dict[int, float] = {}
    for column in open_:
        mine = amounts[column.index]
        others = [amounts[other.index] for other in used
                  if other is not column and not other.doubtful]
        ratios = sorted(own / most for own, *rest in zip(mine, *others, strict=True)
                        if own > 0 and (most := max(rest, default=0.0)) > 0)
        if len(ratios) < _LEAST_ROWS:
            continue
        usual = ratios[len(ratios) // 2]
        if usual < 1 / _FAR and column.unit == 1.0 and _all_small(mine):
            found[column.index] = _FACTOR
        elif usual > _FAR and column.unit == _FACTOR:
            found[column.index] = 1.0
    return found


def _all_small(values: Sequence[float]) -> bool:
    """Whether hardly any value would be worth an account, were it 元."""
    known = sorted(value for value in values if value > 0)
    return known[int(len(known) * 0.95)] < _SMALL_CHANGE


def _amount(cell: Cell) -> float:
    """A plain amount; 0 for everything else, also for amounts that name their own unit."""
    if isinstance(cell, str):
        try:
            return float(cell.replace(",", ""))
        except ValueError:
            return 0.0
    return float(cell) if isinstance(cell, (int, float)) else 0.0
