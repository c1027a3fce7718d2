"""Figures of customers as plain arrays, whatever frame has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from branchseg.model.fields import HOLDINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray


def figures(key: str, frame: pd.DataFrame, *others: pd.DataFrame) -> NDArray[np.float64]:
    """A numeric column as floats, of the first frame that has it; NaN is unknown.

    The frames have the same customers, row for row. If none has the column, all are unknown.
    """
    for one in (frame, *others):
        if key in one:
            return np.asarray(one[key].to_numpy(dtype=np.float64, na_value=np.nan))
    return np.full(len(frame), np.nan)


def sum_of_parts(column: Callable[[str], NDArray[np.float64]]) -> NDArray[np.float64]:
    """The balances known of each customer, added up; deposits count once.

    `column` gives the figures of a field, NaN where unknown. Of the total of the deposits and the
    demand and time deposits together the greater one counts: either may lack a part.
    """
    owned = {key: np.nan_to_num(column(key)) for key in (*HOLDINGS, "deposit")}
    apart = owned.pop("demand") + owned.pop("time_deposit")
    deposits = np.maximum(apart, owned.pop("deposit"))
    return np.asarray(np.sum([deposits, *owned.values()], axis=0))
