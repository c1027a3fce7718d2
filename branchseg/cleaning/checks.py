"""Checks across customers: no name, shared names and numbers, totals below their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.rows import Rows, known
from branchseg.model.fields import HOLDINGS
from branchseg.model.issues import Action, IssueCode

if TYPE_CHECKING:
    from branchseg.cleaning.columns import Column
    from branchseg.cleaning.findings import Findings

_TOLERANCE = 0.001
"""Totals are rounded in many lists (万元 with two digits): so small a gap says nothing."""


def check_customers(rows: Rows, findings: Findings) -> None:
    """Note what looks wrong; nothing is changed."""
    if "name" in rows.columns:
        _note_shared(rows.columns["name"], IssueCode.SAME_NAME, "name", findings)
        _note_nameless(rows, findings)
    if "mobile" in rows.columns:
        _note_shared(rows.columns["mobile"], IssueCode.PHONE_SHARED, "mobile", findings)
    if "id_number" in rows.columns:
        _note_shared(rows.columns["id_number"], IssueCode.SAME_ID_NUMBER, "id_number", findings)
    if "aum_point" in rows.columns:
        _note_small_totals(rows, findings)


def _note_shared(values: Column, code: IssueCode, key: str, findings: Findings) -> None:
    """One finding per value that several customers share, at the second of them."""
    codes, distinct = pd.factorize(values)
    places = np.flatnonzero(codes >= 0)
    again = places[places != _first(codes, places, len(distinct))[codes[places]]]
    second = _first(codes, again, len(distinct))
    found = [place for place in np.sort(second[second >= 0]).tolist() if "*" not in values[place]]
    findings.note(code, Action.KEPT, key, found, values[found])


def _note_nameless(rows: Rows, findings: Findings) -> None:
    """One finding per customer whose name no row tells."""
    places = np.flatnonzero(~known(rows.columns["name"]))
    findings.note_rows(IssueCode.NAME_MISSING, Action.KEPT, "name", rows.numbers[places],
                       rows.members[places])


def _first(codes: Column, places: Column, count: int) -> Column:
    """For every code the first of `places` that has it, -1 if none."""
    first = np.full(count, -1, dtype=np.int64)
    first[codes[places[::-1]]] = places[::-1]
    return first


def _note_small_totals(rows: Rows, findings: Findings) -> None:
    """A point-in-time AUM below the sum of the balances; averages may well be below."""
    parts = np.zeros(len(rows))
    if not {"demand", "time_deposit"} & rows.columns.keys():
        parts += np.nan_to_num(rows.column("deposit"))
    for key in HOLDINGS:
        parts += np.nan_to_num(rows.column(key))
    total = rows.columns["aum_point"]
    low = known(total) & (parts > 0) & (total < parts * (1 - _TOLERANCE) - 1.0)
    places = np.flatnonzero(low)
    findings.note(IssueCode.AUM_BELOW_PARTS, Action.KEPT, "aum_point", places,
                  (f"{value:.2f}" for value in total[places]))
