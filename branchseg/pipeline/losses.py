"""What an import would take from the assets that are known: a list of some accounts shows so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from branchseg.model.balances import sum_of_parts
from branchseg.model.fields import AUM_SOURCES
from branchseg.model.figures import figures

if TYPE_CHECKING:
    import pandas as pd

    from branchseg.model.table import CustomerTable

_Values = npt.NDArray[np.float64]

_ROUNDED = 0.99
"""A total may lack so little of its parts: lists are rounded."""

_LEAST_SHARE = 0.1
"""Fewer of those whose total changes prove nothing: some people do take their money away."""


class Losses(NamedTuple):
    """How many customers would lose assets; 0 where it is too few to mean anything.

    `below_parts`: their total would be less than the balances known of them. `halved`: less than
    half of what it was. `without_average`: their monthly average would be out of force.
    """

    below_parts: int
    halved: int
    without_average: int


def losses(before: CustomerTable | None, coming: CustomerTable, after: CustomerTable) -> Losses:
    """What becomes of the assets of a list's customers, see `Vault.if_saved`.

    `before` are those of them who are known already, `after` all of them with the list saved.
    Totals of the list that do not count, because newer ones are known, take nothing away.
    """
    ids = after.frame["customer_id"]
    stated = coming.frame
    if len(stated) != len(ids):  # some of them have turned out to be one person
        stated = stated.set_index("customer_id").reindex(ids)
    earlier = after.frame.iloc[:0] if before is None else before.frame
    earlier = earlier.set_index("customer_id").reindex(ids)
    total, point, was = _total(stated), figures("aum_point", stated), _total(earlier)
    counts = np.logical_or.reduce([figures(key, stated) == figures(key, after.frame)
                                   for key in AUM_SOURCES])
    least = max(1.0, _LEAST_SHARE * counts.sum())
    lost = (np.isfinite(figures("aum_month_avg", earlier))
            & np.isnan(figures("aum_month_avg", after.frame)))
    owned = sum_of_parts(lambda key: figures(key, after.frame))
    found = (counts & (point < _ROUNDED * owned), counts & (total < was / 2), lost)
    return Losses(*(count if (count := int(which.sum())) >= least else 0 for which in found))


def _total(frame: pd.DataFrame) -> _Values:
    """The best total of each customer, NaN where none is known."""
    found = np.full(len(frame), np.nan)
    for key in AUM_SOURCES:
        found = np.where(np.isnan(found), figures(key, frame), found)
    return found
