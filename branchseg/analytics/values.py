"""Columns of any table as numbers and days: texts are read, what cannot be read is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MARKS = r"[\s￥¥]"
_NOISE = r"[￥¥]|(?<!\d)\s+|\s+(?!\d)|(?<=\d)\s(?=\d{3}(?!\d))"
"""Currency, and blanks but for those between digits that do not part thousands."""

_POINT = r"[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d*)(?:\.\d*)?(?:[eE][-+]?\d+)?"
_COMMA = r"[-+]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d*)(?:,\d*)?(?:[eE][-+]?\d+)?"
"""Numbers with a decimal point (1,234.56) and with a decimal comma (1.234,56)."""

_SLIPS = 0.02
"""So few texts that have a decimal comma among others are slips of the pen."""

_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%m/%d/%Y", "%d/%m/%Y",
            "%d.%m.%Y")
"""Forms of a day, the likelier first; a time may follow all of them."""


LARGEST = 1e15
"""Greater numbers are no quantities but slips, codes or keys."""


def measures(column: pd.Series) -> NDArray[np.float64]:
    """A column as `numbers`; what is too large to be a quantity is unknown too."""
    values = numbers(column)
    return np.where(np.abs(values) <= LARGEST, values, np.nan)


def numbers(column: pd.Series) -> NDArray[np.float64]:
    """A column as floats; NaN is what is blank or no number. Infinity is no number.

    Commas part thousands, unless most texts of the column show that they are decimal commas.
    """
    if column.dtype.kind not in "biuf":
        column = _bare(column.reset_index(drop=True))
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _bare(column: pd.Series) -> pd.Series:
    """The texts of a column without currency and what parts thousands; decimals have a point."""
    written = column.astype("str").str.replace("，", ",", regex=False)
    marked = written.str.contains(_MARKS, regex=True, na=False)
    if marked.any():
        written = written.mask(marked, written[marked].str.replace(_NOISE, "", regex=True))
    if not written.str.contains(",", regex=False, na=False).any():
        return written
    typed = column.map(lambda cell: not isinstance(cell, str)).astype(bool)
    return written.where(typed, _with_points(written[~typed]))


def _with_points(written: pd.Series) -> pd.Series:
    """Texts of numbers in the one form that their column has; NA is what does not fit it.

    "1,234" fits both forms. Where thousands and decimals are written in both ways it is unknown.
    """
    marked = written.str.contains("[.,]", regex=True, na=False)
    point, comma = (written.str.fullmatch(form, na=False) for form in (_POINT, _COMMA))
    decimal = (marked & comma & ~point).sum() / max((marked & (point | comma)).sum(), 1)
    if decimal > 0.5:
        return written.where(comma).str.replace(".", "", regex=False).str.replace(
            ",", ".", regex=False)
    unclear = marked & comma & (decimal > _SLIPS)
    return written.where(point & ~unclear).str.replace(",", "", regex=False)


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
    places, different = pd.factorize(column.astype("str"))  # the same one stands in many rows
    written = pd.Series(different, dtype="str").str.strip()
    written = written.str.replace(r"^(-?\d+)\.0$", r"\1", regex=True)
    found = written.where(written != "").reindex(places).set_axis(column.index)
    return found.where(column.notna())
