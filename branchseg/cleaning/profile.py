"""What a list holds, roughly: read like any list, but only some rows of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from branchseg.cleaning.customers import newest_activity
from branchseg.cleaning.findings import Findings
from branchseg.cleaning.rows import known, read_rows
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.issues import IssueLog
from branchseg.model.recipe import Profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.cleaning.rows import Rows
    from branchseg.model.raw import ColumnMapping, RawTable

SAMPLE = 2_000
"""At most so many rows of a list are looked at, in even steps."""


def profile(tables: Sequence[RawTable], mapping: ColumnMapping) -> Profile:
    """The profile of lists that share `mapping`; the same lists always give the same one."""
    log = IssueLog()
    read = [_read(table, mapping, log) for table in tables]
    looked_at = max(sum(map(len, read)), 1)
    columns = {key: np.concatenate([rows.columns[key] for rows in read])
               for key in mapping.used if all(key in rows.columns for rows in read)}
    titles = [table.as_of for table in tables if table.as_of is not None]
    medians = {key: float(np.median(held)) for key, values in columns.items()
               if FIELDS[key].kind is Kind.AMOUNT and len(held := values[values > 0])}
    return Profile(
        rows=sum(len(table.rows) for table in tables),
        day=max(titles) if titles else newest_activity(read),
        known={key: round(float(known(values).sum()) / looked_at, 3)
               for key, values in columns.items()},
        medians={key: float(f"{value:.2g}") for key, value in medians.items()},
        issues={str(code): round(count / looked_at, 3) for code, count in log.counts().items()})


def _read(table: RawTable, mapping: ColumnMapping, log: IssueLog) -> Rows:
    """Some rows of a list, cleaned."""
    step = -(-len(table.rows) // SAMPLE) or 1
    some = replace(table, rows=table.rows[::step],
                   columns=tuple(column[::step] for column in table.columns))
    return read_rows(some, mapping,
                     Findings(log, table.source.label, np.array(some.rows, dtype=np.int64)))
