"""Columns of any table as numbers and days: texts are read, what cannot be read is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOISE = r"[\s,，￥¥]"
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%m/%d/%Y", "%d/%m/%Y",
            "%d.%m.%Y")
"""Forms of a day, the likelier first; a time may follow all of them."""


def numbers(column: pd.Series) -> NDArray[np.float64]:
    """A column as floats; NaN is what is blank or no number. Infinity is no number."""
    if column.dtype.kind not in "biuf":
        column = column.astype("str").str.replace(_NOISE, "", regex=True)
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def days(column: pd.Series) -> NDArray[np.datetime64]:
    """A column as days (datetime64[D]); NaT is what is blank or no date.

    All texts of a column are read in one form, the one that fits most of them.
    """
    if column.dtype.kind == "M":
        return np.asarray(column.to_numpy(dtype="datetime64[D]"))
    places, different = pd.factorize(column.astype("str"))  # the same day stands in many rows
    count = np.bincount(places[places >= 0], minlength=len(different))
    written = pd.Series(different, dtype="str").str.strip().str.replace(r"\.0$", "", regex=True)
    written = written.str.replace(r"[ T].*$", "", regex=True)
    read = [pd.to_datetime(written, format=form, errors="coerce") for form in _FORMATS]
    best = max(read, key=lambda one: int(count[one.notna()].sum()))
    unknown = np.array(["NaT"], dtype="datetime64[D]")
    return np.asarray(np.concatenate([best.to_numpy(dtype="datetime64[D]"), unknown])[places])


def texts(column: pd.Series) -> pd.Series:
    """A column as texts without blanks around them; NA is what is empty.

    A whole number that came as a float ("17850.0") is written as the number it is.
    """
    found = column.astype("str").str.strip().str.replace(r"^(-?\d+)\.0$", r"\1", regex=True)
    return found.where(column.notna() & (found != ""))
