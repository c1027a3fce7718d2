"""Which measure of AUM the figures of a list are: averages of a month, a day's balances, sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.messages import text

if TYPE_CHECKING:
    import pandas as pd

_MOST_NAMED = 2


def aum_measure(results: pd.DataFrame) -> str:
    """In words by which measure AUM is told, of most customers first; "" where nobody's is known.

    Args:
        results: what the rules say of the customers (column `aum_basis`).
    """
    if "aum_basis" not in results:
        return ""
    found = [text(f"rules.basis.{basis}")
             for basis in results["aum_basis"].dropna().value_counts().index]
    if len(found) < _MOST_NAMED:
        return "".join(found)
    both = text("rules.basis.and").join(found[:_MOST_NAMED])
    return text("rules.basis.two" if len(found) == _MOST_NAMED else "rules.basis.more", both=both)
