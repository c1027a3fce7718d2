"""Customers of several lists become one table: laid over each other, never added up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.columns import EPOCH
from branchseg.cleaning.merge import join_members
from branchseg.cleaning.rows import Rows, known, unknown_column
from branchseg.model.issues import Action, IssueCode
from branchseg.model.overlay import dated, masked, overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from branchseg.cleaning.columns import Column
    from branchseg.cleaning.findings import Findings

_IDENTITY = ("name", "id_number")
"""Fields in which two lists must not contradict each other."""


def combine(lists: Sequence[Rows], dates: Sequence[date | None], as_of: date,
            findings: Sequence[Findings]) -> Rows:
    """One row per customer over all lists, by the rules of `model.overlay`.

    `dates` are the lists' own data dates. A list without one counts as older than those with
    one; of lists equally old the later argument wins. `as_of` is the data date of the newest of
    them, and of those without one.

    `numbers` is the sheet row in the first list, 0 for customers that are not in it.
    """
    newest = max(filter(None, dates), default=None)
    days = [as_of if day in {None, newest} else day for day in dates]
    layers = [dated(rows.columns, day.toordinal() - EPOCH)
              for rows, day in zip(lists, days, strict=True) if day is not None]
    if len(lists) == 1:
        return Rows(lists[0].source, layers[0], lists[0].numbers, lists[0].members)
    codes, keys = pd.factorize(np.concatenate([rows.columns["customer_id"] for rows in lists]))
    places = np.split(codes, np.cumsum([len(rows) for rows in lists])[:-1])
    by_age = sorted(range(len(lists)), key=lambda place: dates[place] or date.min)
    for key in _IDENTITY:
        _note_contradictions(key, [(lists[place], places[place], findings[place])
                                   for place in by_age], len(keys))
    columns = overlay([(layers[place], places[place]) for place in by_age], len(keys))
    numbers = np.zeros(len(keys), dtype=np.int64)
    numbers[places[0]] = lists[0].numbers
    members = unknown_column("customer_id", len(keys))
    for rows, mine in zip(lists, places, strict=True):
        members[mine] = [join_members((old, new)) if old else new
                         for old, new in zip(members[mine], rows.members, strict=True)]
    again = np.flatnonzero(np.bincount(codes, minlength=len(keys)) > 1)
    findings[0].note_rows(IssueCode.LISTS_UNITED, Action.MERGED, "", numbers[again],
                          members[again])
    source = " + ".join(dict.fromkeys(rows.source for rows in lists))
    return Rows(source, columns, numbers, members)


def _note_contradictions(key: str, lists: Sequence[tuple[Rows, npt.NDArray[np.int64], Findings]],
                         count: int) -> None:
    """Note where a list, the oldest first, says something else than those before it."""
    said: Column = unknown_column(key, count)
    for rows, places, findings in lists:
        values, before = rows.column(key), said[places]
        whole = known(values) & ~masked(values)
        wrong = whole & known(before) & (values != before)
        findings.note_rows(IssueCode.MERGE_CONFLICT, Action.MERGED, key, rows.numbers[wrong],
                           rows.members[wrong])
        said[places] = np.where(whole, values, before)
