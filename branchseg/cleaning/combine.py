"""Customers of several lists become one table: laid over each other, never added up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.rows import Rows, known, unknown_column
from branchseg.model.fields import FIELDS, Kind, Merge
from branchseg.model.issues import Action, IssueCode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from branchseg.cleaning.columns import Column
    from branchseg.cleaning.findings import Findings

_MASKABLE = frozenset({"name", "id_number", "mobile"})
_IDENTITY = frozenset({"name", "id_number"})
"""Fields in which two lists must not contradict each other."""

_NEVER_CLEARED = frozenset({"do_not_contact", "complaint"})
"""Flags that protect the customer: set if any list sets them."""

_DATED = {"risk_level": "risk_date"}
"""Values that belong to a date of their own: the newest date brings its value along."""


def combine(lists: Sequence[Rows], dates: Sequence[date | None],
            findings: Sequence[Findings]) -> Rows:
    """One row per customer over all lists; a newer list's known values replace older ones.

    `dates` are the lists' own data dates. A list without one counts as older than those with
    one; of lists equally old the later argument wins.

    Flags that say a total is partial stay set. Sheet rows of the second list on are marked
    with the number of the list; `numbers` is 0 for customers that are not in the first list.
    """
    if len(lists) == 1:
        return lists[0]
    codes, keys = pd.factorize(np.concatenate([rows.columns["customer_id"] for rows in lists]))
    places = np.split(codes, np.cumsum([len(rows) for rows in lists])[:-1])
    by_age = sorted(range(len(lists)), key=lambda place: dates[place] or date.min)
    columns = {key: unknown_column(key, len(keys))
               for key in dict.fromkeys(key for rows in lists for key in rows.columns)}
    for place in by_age:
        rows, mine = lists[place], places[place]
        before = {key: values[mine] for key, values in columns.items()}
        for key in rows.columns:
            columns[key][mine] = _overlaid(key, before, rows, findings[place])
    numbers = np.zeros(len(keys), dtype=np.int64)
    numbers[places[0]] = lists[0].numbers
    members = unknown_column("customer_id", len(keys))
    for number, (rows, mine) in enumerate(zip(lists, places, strict=True), 1):
        mark = f"表{number}：" if number > 1 else ""
        members[mine] = [f"{old}；{mark}{new}" if old else mark + new
                         for old, new in zip(members[mine], rows.members, strict=True)]
    source = " + ".join(dict.fromkeys(rows.source for rows in lists))
    return Rows(source, columns, numbers, members)


def _overlaid(key: str, before: Mapping[str, Column], rows: Rows, findings: Findings) -> Column:
    """The values of one list over the values `before`, those of the same customers so far.

    A newer list says how things are now, so its known values replace the older ones; but dates
    with the rule MAX or MIN keep the newest or oldest, and masked values never replace whole
    ones.
    """
    old, values = before[key], rows.columns[key]
    field = FIELDS[key]
    is_date = field.kind is Kind.DATE
    if field.derived or key in _NEVER_CLEARED or (is_date and field.merge is Merge.MAX):
        return np.fmax(old, values)
    if is_date and field.merge is Merge.MIN:
        return np.fmin(old, values)
    new, there = known(values), known(old)
    if key in _DATED and _DATED[key] in before:
        new &= ~there | ~(before[_DATED[key]] > rows.column(_DATED[key]))
    if key in _MASKABLE:
        new &= ~_masked(values) | ~there
    if key in _IDENTITY:
        wrong = new & there & ~_masked(old) & (values != old)
        findings.note_rows(IssueCode.MERGE_CONFLICT, Action.MERGED, key, rows.numbers[wrong],
                           rows.members[wrong])
    return np.where(new, values, old)


def _masked(values: Column) -> npt.NDArray[np.bool_]:
    """Which texts hide some of their characters."""
    return np.array([value is not None and "*" in value for value in values.tolist()], dtype=bool)
