"""What the list says of risk ratings, and what is done and said about it."""

from __future__ import annotations

import pytest
from conftest import AS_OF, as_polars, customers, plain

from branchseg.model.results import ActionKind
from branchseg.rules import assess, explain

NEAR = {"aum_point": 470_000, "last_txn": "2026-06-20", "birth_date": "1980-01-15",
        "consent": True, "mobile": "13412340996", "demand": 470_000,
        "maturity_date": "2026-07-20", "maturity_amount": 50_000, "name": "张三丰"}
RETEST = {"near_tier_retest", "risk_retest"}
RATED = {"aum_point": 5_000, "last_txn": "2026-06-20", "risk_level": "C2",
         "risk_date": "2026-06-01"}
"""Somebody else, so that the list has a column of ratings with something in it."""
CHECK = "想跟您核对一下风险承受能力评估是否还在有效期内"


@pytest.mark.parametrize("unrated", [
    {},                                                # no column at all
    {"risk_level": None, "risk_date": None, "risk_expiry": None},  # columns with nothing in them
    {"risk_level": "C2"},                              # a level, but nobody knows of which day
])
def test_a_list_that_tells_of_no_rating_brings_no_retests(rules, unrated):
    frame = customers({**NEAR, **unrated}, {**NEAR, **unrated, "aum_point": 8_000_000})
    results = plain(assess(frame, rules, AS_OF))
    assert plain(assess(as_polars(frame), rules, AS_OF)) == results
    assert not [row for row in results if RETEST & set(row["actions"].split(";"))]
    assert [row["risk_valid"] for row in results] == [None, None]
    assert results[0]["next_action"] == "near_tier_service"
    told = explain(frame, 0, rules, AS_OF).advice
    assert [one.action_id for one in told] == results[0]["actions"].split(";")
    assert {one.kind for one in told} == {ActionKind.SERVICE}
    first = told[0]
    assert CHECK in first.opening
    assert "“临界提升”" in first.blocked
    assert first.products == ()
    words = "".join((first.opening, *first.questions, first.closing, first.theme))
    assert not [word for word in ("重测", "重新做", "需要更新", "过期") if word in words]


def test_of_the_same_list_one_customer_or_all_say_the_same(rules):
    """One customer's own blank is not the list's: the column is there for others."""
    frame = customers({**NEAR, "risk_level": None, "risk_date": None}, RATED)
    result = plain(assess(frame, rules, AS_OF))[0]
    told = explain(frame, 0, rules, AS_OF)
    assert told.advice[0].action_id == result["next_action"] == "near_tier_retest"


@pytest.mark.parametrize(("rating", "said"), [
    ({}, CHECK),
    ({"risk_level": "C2"}, CHECK),
    ({"risk_level": None, "risk_date": "2026-06-01"}, CHECK),
    ({"risk_level": "C2", "risk_date": "2025-06-29"}, "您的风险承受能力评估已过期"),
    ({"risk_level": "C2", "risk_date": "2026-06-01", "risk_expiry": "2026-06-29"},
     "您的风险承受能力评估已过期"),
])
@pytest.mark.parametrize("here", [False, True])
def test_only_a_day_that_has_passed_is_said_to_have(rules, rating, said, here):
    frame = customers({**NEAR, **rating}, RATED)
    for row in (frame, customers({**NEAR, **rating, "aum_point": 80_000}, RATED)):
        told = explain(row, 0, rules, AS_OF, in_branch=here).advice
        advice = next(one for one in told if one.action_id in RETEST)
        assert said in advice.opening
        assert "需要更新" not in advice.opening
        assert (CHECK in advice.opening) is (said == CHECK)
