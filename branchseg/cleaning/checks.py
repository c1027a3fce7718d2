"""Checks across customers: no name, shared names and numbers, totals below their parts."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.findings import shown
from branchseg.cleaning.rows import Rows, known
from branchseg.messages import text
from branchseg.model.fields import HOLDINGS
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
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, group in zip(shared.tolist(), codes[shared].tolist(), strict=True):
        groups[group].append(place)
    kept = sorted((group for group in groups.values() if "*" not in values[group[0]]),
                  key=itemgetter(1))
    members = rows.members.tolist()
    told = [text("cleaning.shared", value=shown(key, values[group[0]]),
                 rows="、".join(members[place] for place in group)) for group in kept]
    findings.note_rows(code, Action.KEPT, key, rows.numbers[[group[1] for group in kept]],
                       np.array(told, dtype=object))


def _note_nameless(rows: Rows, findings: Findings) -> None:
    """One finding per customer whose name no row tells."""
    places = np.flatnonzero(~known(rows.columns["name"]))
    findings.note_rows(IssueCode.NAME_MISSING, Action.KEPT, "name", rows.numbers[places],
                       rows.members[places])


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
