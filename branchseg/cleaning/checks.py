"""Checks across customers: no name, shared names and numbers, totals below their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.findings import shown
from branchseg.cleaning.rows import Rows, known
from branchseg.messages import text
from branchseg.model.balances import sum_of_parts
from branchseg.model.issues import Action, IssueCode

if TYPE_CHECKING:
    from branchseg.cleaning.findings import Findings

_TOLERANCE = 0.001
"""Totals are rounded in many lists (万元 with two digits): so small a gap says nothing."""


def check_customers(rows: Rows, findings: Findings) -> None:
    """Note what looks wrong; nothing is changed."""
    if "name" in rows.columns:
        _note_shared(rows, IssueCode.SAME_NAME, "name", findings)
        _note_nameless(rows, findings)
    if "mobile" in rows.columns:
        _note_shared(rows, IssueCode.PHONE_SHARED, "mobile", findings)
    if "id_number" in rows.columns:
        _note_shared(rows, IssueCode.SAME_ID_NUMBER, "id_number", findings)
    if "aum_point" in rows.columns:
        _note_small_totals(rows, findings)


def _note_shared(rows: Rows, code: IssueCode, key: str, findings: Findings) -> None:
    """One finding per value that several customers share, at the second: the value, all rows."""
    values = rows.columns[key]
    codes, _ = pd.factorize(values)
    places = np.flatnonzero(codes >= 0)
    shared = places[np.bincount(codes[places])[codes[places]] > 1]
    if not len(shared):
        return
    grouped = shared[np.argsort(codes[shared], kind="stable")]
    starts = np.flatnonzero(np.diff(codes[grouped], prepend=-1))
    ends = np.append(starts[1:], len(grouped))
    seconds, members = grouped[starts + 1], rows.members[grouped].tolist()
    order = np.argsort(seconds)
    groups = zip(seconds[order].tolist(), values[seconds[order]].tolist(),
                 starts[order].tolist(), ends[order].tolist(), strict=True)
    told = {second: text("cleaning.shared", value=shown(key, value),
                         rows="、".join(members[start:end]))
            for second, value, start, end in groups if "*" not in value}
    findings.note_rows(code, Action.KEPT, key, rows.numbers[np.array([*told], dtype=np.int64)],
                       np.array([*told.values()], dtype=object))


def _note_nameless(rows: Rows, findings: Findings) -> None:
    """One finding per customer whose name no row tells."""
    places = np.flatnonzero(~known(rows.columns["name"]))
    findings.note_rows(IssueCode.NAME_MISSING, Action.KEPT, "name", rows.numbers[places],
                       rows.members[places])


def _note_small_totals(rows: Rows, findings: Findings) -> None:
    """A point-in-time AUM below the sum of the balances; averages may well be below."""
    parts = sum_of_parts(rows.column)
    total = rows.columns["aum_point"]
    low = known(total) & (parts > 0) & (total < parts * (1 - _TOLERANCE) - 1.0)
    places = np.flatnonzero(low)
    findings.note(IssueCode.AUM_BELOW_PARTS, Action.KEPT, "aum_point", places,
                  (f"{value:.2f}" for value in total[places]))
