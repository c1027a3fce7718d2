"""Payroll customers whose wages go elsewhere by now, or leave the account at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from branchseg.rules.retention import MOST_POINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult
    from branchseg.rules.retention import LossSigns

    Rows = NDArray[np.intp]

_STOPPED, _LEAVES = "payroll_stopped", "payroll_leaves"


class Payroll(NamedTuple):
    """Row positions of payroll customers.

    `lost` are those whose payroll has stopped, or whose balance has halved while hardly anything
    of the wage stays; `warned` those of whose wage hardly anything stays. `employers` are those
    of the lost with how many of them, most first.
    """

    customers: Rows
    lost: Rows
    warned: Rows
    employers: tuple[tuple[str, int], ...]


def payroll(result: RunResult, signs: LossSigns, rows: Rows) -> Payroll:
    """The payroll customers at `rows` by what the two signs of payroll tell."""
    frame = result.table.frame
    points = {sign.key: np.asarray(found.points)[rows]
              for sign, found in zip(signs.card.signs, signs.signs, strict=True)}
    none = np.zeros(len(rows), dtype=np.intp)
    stopped, leaves = points.get(_STOPPED, none) > 0, points.get(_LEAVES, none)
    paid = none > 0 if "payroll" not in frame else frame["payroll"].iloc[rows].to_numpy(
        dtype=bool, na_value=False)
    lost = stopped | (leaves == MOST_POINTS)
    employers: Counter[str] = Counter()
    if "payroll_employer" in frame:
        employers.update(frame["payroll_employer"].iloc[rows[lost]].dropna())
    return Payroll(rows[paid | lost], rows[lost], rows[(leaves > 0) & ~lost],
                   tuple(sorted(employers.items(), key=lambda one: (-one[1], one[0]))))
