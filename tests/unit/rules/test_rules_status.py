"""The status funnel at its edges: AUM x action, boundary days, lower bounds."""

from __future__ import annotations

from conftest import AS_OF

ACTION = {"last_txn": "2026-06-01"}
NO_ACTION = {"last_txn": "2024-01-01", "txn_count_12m": 0}
UNKNOWN = {}

# AUM              action       no action     action unknown
TABLE = {
    0.00:      ("potential", "invalid", "unverified"),
    100.00:    ("potential", "invalid", "unverified"),
    100.01:    ("potential", "dormant", "unverified"),
    49_999.99: ("potential", "dormant", "unverified"),
    50_000.00: ("core", "dormant", "unverified"),
    None:      ("unverified", "unverified", "unverified"),
}


def test_every_edge_of_the_funnel(judge):
    actions = (ACTION, NO_ACTION, UNKNOWN)
    rows = [{"aum_month_avg": aum, **action} for aum in TABLE for action in actions]
    found = iter(judge(rows, "status"))
    assert {aum: tuple(next(found) for _ in actions) for aum in TABLE} == TABLE


def test_twelve_calendar_months_with_their_first_day(judge):
    acted = {
        "2025-06-30": True,    # the boundary day counts
        "2025-06-29": False,
        "2026-06-30": True,
        "2026-07-05": True,    # after the data date: certainly no customer without action
    }
    rows = [{"aum_point": 100, "last_txn": day} for day in acted]
    assert judge(rows, "status") == [
        "potential" if is_action else "invalid" for is_action in acted.values()]


def test_a_leap_day_counts_back_to_the_last_of_february(judge):
    leap = AS_OF.replace(year=2028, month=2, day=29)
    rows = [{"aum_point": 100, "last_txn": day} for day in ("2027-02-28", "2027-02-27")]
    assert judge(rows, "status", as_of=leap) == ["potential", "invalid"]


def test_what_proves_an_action(judge):
    cases = [
        # either column may tell of an action; one that is silent proves nothing
        ({"txn_count_12m": 1}, "potential"),
        ({"txn_count_12m": 0}, "invalid"),
        ({"last_txn": "2024-01-01", "txn_count_12m": 3}, "potential"),
        ({"last_txn": "2024-01-01"}, "invalid"),
        # some account had no date: an old date proves nothing
        ({"last_txn": "2024-01-01", "txn_partial": True}, "unverified"),
        ({"last_txn": "2024-01-01", "txn_partial": False}, "invalid"),
        ({"last_txn": "2026-06-01", "txn_partial": True}, "potential"),
    ]
    rows = [{"aum_point": 50, **row} for row, _ in cases]
    assert judge(rows, "status") == [status for _, status in cases]


def test_a_partial_sum_is_only_a_lower_bound(judge):
    cases = [
        (50, ACTION, "unverified"),      # at least 50: may be core
        (50, NO_ACTION, "unverified"),   # may be above 100
        (60_000, ACTION, "core"),        # certainly above the threshold
        (20_000, ACTION, "unverified"),  # core or potential
        (20_000, NO_ACTION, "dormant"),  # certainly above 100
    ]
    rows = [{"aum_point": aum, "aum_partial": True, **action} for aum, action, _ in cases]
    assert judge(rows, "status") == [status for *_, status in cases]


def test_a_list_without_any_key_column_is_unverified(judge):
    assert judge([{"name": "张三"}], "status") == ["unverified"]


def test_parameters_move_the_edges(judge, rules):
    other = rules.with_parameters({"invalid_aum": 1000, "dormant_months": 24})
    rows = [
        {"aum_point": 1000, **NO_ACTION},
        {"aum_point": 2000, "last_txn": "2025-01-01"},
        {"aum_point": 2000, "last_txn": "2024-06-29"},
    ]
    assert judge(rows, "status", ruleset=other) == ["invalid", "potential", "dormant"]


def test_silence_tags(judge):
    cases = [
        ({"aum_point": 60_000, "last_txn": "2025-10-01"}, {"silent"}),
        ({"aum_point": 60_000, "last_txn": "2025-12-30"}, set()),
        ({"aum_point": 200_000, **NO_ACTION}, {"high_silent", "holder_silent"}),
        ({"aum_point": 60_000, **NO_ACTION}, {"holder_silent"}),
        ({"aum_point": 9_000, "maturity_date": "2027-01-01", **NO_ACTION}, {"holder_silent"}),
        ({"aum_point": 9_000, "maturity_date": "2026-01-01", **NO_ACTION}, set()),
    ]
    found = judge([row for row, _ in cases], "tags")
    looked_at = {"silent", "high_silent", "holder_silent"}
    assert [set(tags.split(";")) & looked_at for tags in found] == [tags for _, tags in cases]
