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
    """The same for a column of texts; others stay as they are."""
    if column.dtype != "str":
        return column
    risky = column.str.startswith(_STARTS, na=False)
    return column.mask(risky, "'" + column) if risky.any() else column
