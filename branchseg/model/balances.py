"""The balances of customers added up, whatever they were read from."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from branchseg.model.fields import HOLDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

DEPOSITS = ("demand", "time_deposit")
"""The kinds of deposits; `deposit` is their total."""


def sum_of_parts(column: Callable[[str], NDArray[np.float64]]) -> NDArray[np.float64]:
    """The balances known of each customer, added up; deposits count once; NaN without any.

    `column` gives the figures of a field, NaN where unknown. Of the total of the deposits and the
    demand and time deposits together the greater one counts: a list often has the total and one
    of its parts ("存款余额", "其中：定期").
    """
    deposits = np.fmax(added([column(key) for key in DEPOSITS]), column("deposit"))
    return added([deposits, *(column(key) for key in HOLDINGS if key not in DEPOSITS)])


def added(columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The known figures of each customer, added up left to right; NaN where none is known."""
    unknown = [np.isnan(one) for one in columns]
    known = (np.where(empty, 0.0, one) for empty, one in zip(unknown, columns, strict=True))
    return np.where(np.logical_and.reduce(unknown), np.nan, reduce(np.add, known))
