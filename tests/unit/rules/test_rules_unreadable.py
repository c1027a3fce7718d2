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


@pytest.mark.parametrize(("days", "counts", "expected"), [
    ([OLD, OLD], [0, 0], "invalid"),
    ([OLD, OLD], [0, None], "unverified"),     # the other account may have had one
    ([None, None], [0, 0], "invalid"),
    ([OLD, None], [0, 0], "unverified"),
    ([OLD, OLD], [1, None], "potential"),
])
def test_a_count_that_one_account_lacks_is_not_nothing(status, days, counts, expected):
    assert status({
        "customer_id": ["A", "A"], "account_no": ["1001", "1002"], "demand": [10.0, 20.0],
        "last_txn": days, "txn_count_12m": counts,
    }) == [expected]


@pytest.mark.parametrize(("day", "count", "expected"), [
    (None, 0, "invalid"),
    ("-", 0, "invalid"),
    ("上周", 0, "unverified"),
    ("19000101", 0, "unverified"),       # what systems store for "no date known"
    (date(2027, 1, 1), 0, "unverified"),  # after the data date
    (OLD, "若干", "unverified"),
    ("上周", 2, "potential"),
    (date(2026, 6, 1), "若干", "potential"),
])
def test_an_unreadable_trace_of_action_is_not_none(status, day, count, expected):
    assert status({
        "customer_id": ["A"], "demand": [50.0], "last_txn": [day], "txn_count_12m": [count],
    }) == [expected]


def test_a_count_alone_can_be_unreadable(status):
    assert status({
        "customer_id": ["A", "B"], "demand": [50.0] * 2, "txn_count_12m": ["若干", 0],
    }) == ["unverified", "invalid"]


def test_one_unreadable_row_of_several_keeps_the_doubt(status):
    assert status({
        "customer_id": ["A", "A"], "demand": [50.0, 50.0], "wealth": ["约20万", None],
        "last_txn": [OLD, date(2021, 1, 1)],
    }) == ["unverified"]
