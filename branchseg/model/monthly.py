"""Days that come every month: what a list may tell without the year and the month."""

from __future__ import annotations

import calendar
import re
from datetime import date

MONTHLY = frozenset({"pay_day"})
"""Date fields of which the day of the month is enough."""

_DAY = re.compile(r"(?:每个?月)?\s*(?:0?[1-9]|[12]\d|3[01])\s*(?:日|号)?")
_DIGITS = re.compile(r"\d+")


def day_of_month(cell: object) -> int | None:
    """The day in 10, "10", "10日", "每月10号"; None for all else."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    text = cell.strip() if isinstance(cell, str) else f"{cell:g}"
    found = _DIGITS.search(text) if _DAY.fullmatch(text) else None
    return int(found[0]) if found else None


def in_month(day: int, month: date) -> date:
    """A day of the month of a date; in a shorter month its last."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))
