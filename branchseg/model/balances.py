"""The balances of customers added up, whatever they were read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchseg.model.fields import HOLDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Figures = Any
"""A figure per customer: a NumPy array of floats, NaN where unknown. Rules know no NumPy."""

DEPOSITS = ("demand", "time_deposit")
"""The kinds of deposits; `deposit` is their total."""


def sum_of_parts(column: Callable[[str], Figures]) -> Figures:
    """The balances known of each customer, added up; deposits count once; NaN without any.

    `column` gives the figures of a field, NaN where unknown. Of the total of the deposits and the
    demand and time deposits together the greater one counts: a list often has the total and one
    of its parts ("存款余额", "其中：定期").
    """
    deposits, apart = column("deposit").copy(), added([column(key) for key in DEPOSITS])
    more = is_unknown(deposits) | (apart > deposits)
    deposits[more] = apart[more]
    return added([deposits, *(column(key) for key in HOLDINGS if key not in DEPOSITS)])


def added(columns: Sequence[Figures]) -> Figures:
    """The known figures of each customer, added up left to right; NaN where none is known."""
    found = columns[0].copy()
    for one in columns[1:]:
        known = ~is_unknown(one)
        found[known & is_unknown(found)] = 0.0
        found[known] += one[known]
    return found


def is_unknown(values: Figures) -> Any:
    """Which figures are NaN."""
    return values != values  # noqa: PLR0124 - that is what NaN is
