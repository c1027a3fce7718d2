"""From cells that cannot be read to the status: nobody is 无效 for want of a readable cell."""

from __future__ import annotations

from datetime import date

import pytest

from branchseg.cleaning import to_customers
from branchseg.model.issues import IssueLog
from branchseg.model.raw import ColumnMapping, ColumnMatch, MatchKind, RawTable, SourceRef
from branchseg.rules import assess

OLD = date(2020, 1, 1)


@pytest.fixture
def status(rules):
    """status({field: cells}) -> the status of every customer, cleaned and assessed."""

    def run(columns):
        count = len(next(iter(columns.values())))
        table = RawTable(SourceRef("名单.xlsx", "", "xlsx", "", 1), tuple(columns),
                         (0.0,) * len(columns), tuple(map(list, columns.values())),
                         list(range(2, 2 + count)), None)
        mapping = ColumnMapping("test", tuple(
            ColumnMatch(place, key, key, 1.0, MatchKind.EXACT, 1.0)
            for place, key in enumerate(columns)))
        day = date(2026, 6, 30)
        cleaned = to_customers([(table, mapping)], as_of=day, log=IssueLog())
        return assess(cleaned.table.frame, rules, day)["status"].tolist()

    return run


def test_an_unreadable_balance_never_makes_a_customer_invalid(status):
    assert status({
        "customer_id": ["A", "B", "C"], "demand": [50.0] * 3,
        "wealth": ["约20万", None, "-"], "last_txn": [OLD] * 3,
    }) == ["unverified", "invalid", "invalid"]


def test_an_unreadable_total_is_not_replaced_by_its_parts(status):
    assert status({
        "customer_id": ["A", "B"], "aum_month_avg": ["#REF!", None], "demand": [50.0] * 2,
        "last_txn": [OLD] * 2,
    }) == ["unverified", "invalid"]
