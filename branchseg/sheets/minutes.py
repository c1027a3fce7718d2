"""The minutes of a meeting on cut-points, as a workbook: what holds, what changed, who moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.sheets.workbook import Column, Format, TableSheet, write_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

_AGREED = (("group", 12, Format.TEXT), ("threshold", 34, Format.TEXT), ("value", 12, Format.TEXT),
           ("note", 48, Format.TEXT), ("agreed_by", 28, Format.TEXT),
           ("agreed_on", 12, Format.DATE), ("agreed_value", 14, Format.TEXT),
           ("standing", 14, Format.TEXT))
_CHANGED = (("threshold", 34, Format.TEXT), ("older", 14, Format.TEXT), ("newer", 14, Format.TEXT))
_MOVED = (("outcome", 14, Format.TEXT), ("older", 20, Format.TEXT), ("newer", 20, Format.TEXT),
          ("count", 10, Format.INTEGER))
_ABOUT = (("item", 16, Format.TEXT), ("content", 60, Format.TEXT))


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """A threshold as it holds, and what was agreed on it; all in words.

    `agreed_by` is "" and `agreed_on` None while nobody has; `stale` says that the value that was
    agreed on is another one.
    """

    group: str
    threshold: str
    value: str
    note: str = ""
    agreed_by: str = ""
    agreed_on: date | None = None
    agreed_value: str = ""
    stale: bool = False

    @property
    def standing(self) -> str:
        """Agreed, to be agreed anew, or not yet."""
        code = "open" if not self.agreed_by else "stale" if self.stale else "agreed"
        return text(f"sheets.minutes.{code}")


def write_minutes(path: Path, about: Sequence[tuple[str, str]], agreed: Sequence[AgreedLine],
                  changed: Sequence[tuple[str, str, str]],
                  moved: Sequence[tuple[str, str, str, int]]) -> None:
    """Write the minutes as xlsx; an existing file is replaced.

    Args:
        path: where to.
        about: label and text of what is told first: branch, versions, day, summary.
        agreed: every threshold.
        changed: thresholds that differ (name, older, newer).
        moved: customers who move (what, from, to, how many); nobody is named.

    Raises InputError (sheets.cannot_write) where the file cannot be written.
    """
    rows = [(one.group, one.threshold, one.value, one.note, one.agreed_by, one.agreed_on,
             one.agreed_value, one.standing) for one in agreed]
    write_tables(path, (
        _sheet("about", _ABOUT, about), _sheet("agreed_sheet", _AGREED, rows),
        _sheet("changed", _CHANGED, changed), _sheet("moved", _MOVED, moved)))


def _sheet(title: str, shape: Sequence[tuple[str, int, Format]],
           rows: Sequence[Sequence[object]]) -> TableSheet:
    columns = [Column(text(f"sheets.minutes.{key}"), width, form) for key, width, form in shape]
    return TableSheet(text(f"sheets.minutes.{title}"), columns, rows)
