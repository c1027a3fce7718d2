"""Checks across customers: shared names and ID numbers, totals smaller than their parts."""

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
    if "id_number" in rows.columns:
        numbers = rows.columns["id_number"]
        whole = np.array([n if n and "*" not in n else None for n in numbers.tolist()],
                         dtype=object)
        _note_shared(whole, IssueCode.SAME_ID_NUMBER, "id_number", findings)
    if "aum_point" in rows.columns:
        _note_small_totals(rows, findings)


def _note_shared(values: Column, code: IssueCode, key: str, findings: Findings) -> None:
    """One finding per value that several customers share, at the second of them."""
    codes, distinct = pd.factorize(values)
    if len(distinct) == np.count_nonzero(codes >= 0):
        return
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    again = (sorted_codes[1:] == sorted_codes[:-1]) & (sorted_codes[1:] >= 0)
    second = again & ~np.concatenate([[False], again[:-1]])
    places = np.sort(order[1:][second])
    findings.note(code, Action.KEPT, key, places, values[places])


def _note_small_totals(rows: Rows, findings: Findings) -> None:
    """A point-in-time AUM below the sum of the balances; averages may well be below."""
    parts = np.zeros(len(rows))
    if not {"demand", "time_deposit"} & rows.columns.keys():
        parts += np.nan_to_num(rows.column("deposit"))
    for key in HOLDINGS:
        parts += np.nan_to_num(rows.column(key))
    total = rows.columns["aum_point"]
    low = known(total) & (total < parts * (1 - _TOLERANCE) - 1.0)
    places = np.flatnonzero(low)
    findings.note(IssueCode.AUM_BELOW_PARTS, Action.KEPT, "aum_point", places,
                  (f"{value:.2f}" for value in total[places]))
