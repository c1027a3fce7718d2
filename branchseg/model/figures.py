"""Figures of customers as plain arrays, whatever frame has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
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
