"""What a person changed while importing, laid over the cells as they were read."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING

from branchseg.cleaning.findings import shown
from branchseg.model.issues import Action, IssueCode

if TYPE_CHECKING:
    from branchseg.model.issues import IssueLog
    from branchseg.model.raw import ColumnMapping, Corrections, RawTable


def corrected(table: RawTable, mapping: ColumnMapping, corrections: Corrections,
              log: IssueLog) -> RawTable:
    """The list as a person corrected it; each change is an issue in `log`, masked as usual.

    Nothing is changed in place. Cells in rows the list does not have are ignored.
    """
    if not corrections.cells and not corrections.excluded:
        return table
    source, places = table.source.label, {row: at for at, row in enumerate(table.rows)}
    columns = [list(column) for column in table.columns]
    for (row, index), text in sorted(corrections.cells.items()):
        if row in places and row not in corrections.excluded:
            columns[index][places[row]] = text or None
            key = mapping.columns[index].field or ""
            log.add(IssueCode.CORRECTED, Action.FIXED, row=row, key=key,
                    shown=shown(key, text) if key else "", source=source)
    for row in sorted(corrections.excluded & places.keys()):
        log.add(IssueCode.ROW_EXCLUDED, Action.SKIPPED, row=row, source=source)
    keep = [row not in corrections.excluded for row in table.rows]
    return replace(table, columns=tuple(list(compress(column, keep)) for column in columns),
                   rows=list(compress(table.rows, keep)))
