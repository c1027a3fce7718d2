"""Text that no spreadsheet takes for a formula (OWASP ASVS 1.2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain(shown: str) -> str:
    """A text with a mark before it where it looks like a formula."""
    return f"'{shown}" if shown.startswith(_STARTS) else shown


def plain_column(column: pd.Series) -> pd.Series:
    """The same for the texts of a column; numbers and days stay as they are."""
    if column.dtype == "str":
        risky = column.str.startswith(_STARTS, na=False)
        return column.mask(risky, "'" + column) if risky.any() else column
    if column.dtype.kind != "O":
        return column
    return column.astype(object).map(lambda cell: plain(cell) if isinstance(cell, str) else cell)


def plain_table(table: pd.DataFrame) -> pd.DataFrame:
    """The same for all columns and for their names."""
    return table.apply(plain_column).rename(columns=lambda name: plain(str(name)))
