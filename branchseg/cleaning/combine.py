"""Customers of several lists become one table: laid over each other, never added up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.accounts import Keyed
from branchseg.cleaning.columns import EPOCH
from branchseg.cleaning.merge import join_members
from branchseg.cleaning.rows import Rows, known, unknown_column
from branchseg.messages import text
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.issues import Action, IssueCode
from branchseg.model.overlay import dated, masked, overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from branchseg.cleaning.columns import Column

    Placed = tuple[Keyed, npt.NDArray[np.int64]]
    """A list and which customer each of its rows is."""

_IDENTITY = ("name", "id_number")
"""Fields in which two lists must not contradict each other."""

_LONGEST = 30
"""So many characters tell the rows of a customer."""


def combine(lists: Sequence[Keyed], as_of: date) -> Rows:
    """One row per customer over all lists, by the rules of `model.overlay`.

    A list without a data date of its own counts as older than those with one; of lists equally
    old the later argument wins. `as_of` is the data date of the newest of them, and of those
    without one. Where lists of one day state two amounts, both are told.

    `numbers` is the sheet row in the first list, 0 for customers that are not in it.
    """
    newest = max((part.date for part in lists if part.date), default=None)
    days = [as_of if part.date in {None, newest} else part.date for part in lists]
    layers = [dated(part.rows.columns, day.toordinal() - EPOCH)
              for part, day in zip(lists, days, strict=True) if day is not None]
    rows = [part.rows for part in lists]
    if len(lists) == 1:
        return Rows(rows[0].source, layers[0], rows[0].numbers, rows[0].members)
    codes, keys = pd.factorize(np.concatenate([one.columns["customer_id"] for one in rows]))
    places = np.split(codes, np.cumsum([len(one) for one in rows])[:-1])
    by_age = sorted(range(len(lists)), key=lambda place: lists[place].date or date.min)
    for key in _IDENTITY:
        _note_contradictions(key, [(lists[place], places[place]) for place in by_age], len(keys))
    for day in dict.fromkeys(days):
        _note_amounts([(lists[place], places[place]) for place in by_age if days[place] == day],
                      len(keys))
    columns = overlay([(layers[place], places[place]) for place in by_age], len(keys))
    numbers = np.zeros(len(keys), dtype=np.int64)
    numbers[places[0]] = rows[0].numbers
    members = unknown_column("customer_id", len(keys))
    for one, mine in zip(rows, places, strict=True):
        members[mine] = [join_members((old, new)) if old else new
                         for old, new in zip(members[mine], one.members, strict=True)]
    again = np.flatnonzero(np.bincount(codes, minlength=len(keys)) > 1)
    lists[0].findings.note_rows(IssueCode.LISTS_UNITED, Action.MERGED, "", numbers[again],
                                members[again])
    source = " + ".join(dict.fromkeys(one.source for one in rows))
    return Rows(source, columns, numbers, members)


def _note_contradictions(key: str, lists: Sequence[Placed], count: int) -> None:
    """Note where a list, the oldest first, says something else than those before it."""
    said: Column = unknown_column(key, count)
    for part, places in lists:
        rows = part.rows
        values, before = rows.column(key), said[places]
        whole = known(values) & ~masked(values)
        wrong = whole & known(before) & (values != before)
        part.findings.note_rows(IssueCode.MERGE_CONFLICT, Action.MERGED, key, rows.numbers[wrong],
                                rows.members[wrong])
        said[places] = np.where(whole, values, before)


def _note_amounts(lists: Sequence[Placed], count: int) -> None:
    """Note where lists of one day, the one that is taken last, state two amounts of a customer.

    A difference of less than the last digit of the coarser list is none; where rows were added
    up each of them had been rounded.
    """
    keys = dict.fromkeys(key for part, _ in lists for key in part.rows.columns)
    counts = [_row_counts(part.rows.members) for part, _ in lists]
    for key in (key for key in keys if FIELDS[key].kind is Kind.AMOUNT):
        said, step = unknown_column(key, count), np.zeros(count)
        rows_of: Column = np.full(count, "", dtype=object)
        for (part, places), added in zip(lists, counts, strict=True):
            rows = part.rows
            values, before = rows.column(key), said[places]
            mine = part.steps.get(key, 0.0) * added
            differ = np.abs(values - before) >= np.maximum(step[places], mine)
            wrong = np.flatnonzero(differ)  # not where one of them is unknown
            told = [text("cleaning.two_amounts", taken=_amount(values[at]),
                         rows=_brief(rows.members[at]), left=_amount(before[at]),
                         others=_brief(rows_of[places[at]])) for at in wrong]
            part.findings.note_told(IssueCode.LISTS_CONFLICT, Action.MERGED, key,
                                    rows.numbers[wrong], told)
            there = known(values)
            said[places[there]], step[places[there]] = values[there], mine[there]
            rows_of[places[there]] = rows.members[there]


def _row_counts(members: Column) -> npt.NDArray[np.int64]:
    """How many rows of a list each customer has."""
    return np.array([1 + one.count("、") + one.count("；") for one in members], dtype=np.int64)


def _amount(value: float) -> str:
    """All digits of an amount in 元."""
    return f"{value:,.2f}".removesuffix(".00")


def _brief(members: str) -> str:
    """The rows of a customer, the first ones if there are many."""
    return members if len(members) <= _LONGEST else members[:_LONGEST].rpartition("、")[0] + "…"
