"""Columns that tell of an outcome: who is positive, who is not, of whom nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from branchseg.analytics.values import numbers, texts

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

YES = frozenset({"1", "yes", "y", "true", "t", "是", "有", "成功"})
NO = frozenset({"0", "no", "n", "false", "f", "否", "无", "失败"})
"""Words for an outcome that came and one that did not, in small letters."""


def positives(column: pd.Series, positive: str | float) -> NDArray[np.float64]:
    """1.0 where a column has the value that counts as positive, 0.0 elsewhere, NaN where blank.

    A number stands for that number however it is written ("1", "1.0"), true for the words of YES.
    """
    if isinstance(positive, bool):
        found = truths(column)
        return found if positive else 1.0 - found
    written = texts(column)
    if isinstance(positive, str):
        hits = (written == positive.strip()).to_numpy(dtype=bool, na_value=False)
    else:
        hits = numbers(column) == positive
    return np.where(written.isna().to_numpy(dtype=bool), np.nan, hits.astype(np.float64))


def truths(column: pd.Series) -> NDArray[np.float64]:
    """A yes-or-no column as 1.0 and 0.0; NaN is what is blank or neither."""
    found = numbers(column)
    if column.dtype.kind not in "biuf":
        words = texts(column).str.lower()
        found = np.where(words.isin(YES), 1.0, np.where(words.isin(NO), 0.0, found))
    return np.where((found == 0) | (found == 1), found, np.nan)
