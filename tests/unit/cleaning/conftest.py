"""Small lists for the cleaning tests."""

from __future__ import annotations

from datetime import date

import pytest

from branchseg.cleaning import to_customers
from branchseg.model.issues import IssueLog
from branchseg.model.raw import ColumnMapping, ColumnMatch, MatchKind, RawTable, SourceRef


def build(columns, *, units=None, as_of=None, first_row=2, name="名单.xlsx", date_1904=False):
    """A list and its mapping from {field key: cells}."""
    units = units or {}
    count = len(next(iter(columns.values())))
    table = RawTable(
        SourceRef(name, "", "xlsx", "", first_row - 1),
        tuple(columns),
        (0.0,) * len(columns),
        tuple(list(cells) for cells in columns.values()),
        list(range(first_row, first_row + count)),
        as_of,
        date_1904=date_1904,
    )
    mapping = ColumnMapping(
        "test",
        tuple(
            ColumnMatch(place, key, key, 1.0, MatchKind.EXACT, units.get(key, 1.0))
            for place, key in enumerate(columns)
        ),
    )
    return table, mapping


@pytest.fixture(scope="session")
def make_list():
    return build


@pytest.fixture(scope="session")
def clean():
    """Clean lists given as {field: cells}; returns the frame, the issues and the result."""

    def run(*lists, as_of=date(2025, 12, 31), secret=b"test", **options):
        log = IssueLog()
        built = [part if isinstance(part, tuple) else build(part, **options) for part in lists]
        cleaned = to_customers(built, as_of=as_of, log=log, secret=secret)
        return cleaned.table.frame, list(log), cleaned

    return run
