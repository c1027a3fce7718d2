"""The seven factors: every level and unknown by some row, score, grade, observations."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import AS_OF, as_polars, customers, plain

from branchseg.model.results import Observation
from branchseg.rules import assess, explain, observed_levels

LEVELS = {
    1: {  # identity
        0: {"age": 17},
        1: {"age": 30},
        2: {"age": 30, "occupation": "教师"},
        3: {"age": 70, "occupation": "个体工商户（餐饮）"},
    },
    2: {  # appearance
        0: {"card_level": "仅存折"},
        1: {"card_level": "普卡"},
        2: {"card_level": "白金卡"},
        3: {"card_level": "钻石卡"},
    },
    3: {  # speech
        0: {"mobile_bank_last": "2026-03-31", "response_count": 0},
        1: {"mobile_bank_last": "2026-04-01"},
        2: {"response_count": 1},
        3: {"response_count": 2},
    },
    4: {  # business
        0: {"last_txn": "2025-06-29"},
        1: {"last_txn": "2025-06-30"},
        2: {"last_txn": "2026-04-01"},
        3: {"max_flow_30d": 50_000},
    },
    5: {  # assets
        0: {"aum_point": 9_999.99},
        1: {"aum_point": 10_000},
        2: {"aum_point": 50_000},
        3: {"aum_point": 500_000},
    },
    6: {  # need
        0: {"maturity_date": "2026-07-31", "payroll": False},
        1: {"demand": 60_000, "aum_point": 100_000},
        2: {"maturity_date": "2026-07-30"},
        3: {"maturity_date": "2026-07-07"},
    },
    7: {  # trust
        0: {"open_date": "2025-07-01", "payroll": False},
        1: {"open_date": "2025-06-30"},
        2: {"open_date": "2021-06-30"},
        3: {"open_date": "2021-06-30", "last_contact": "2026-04-01"},
    },
}


def test_every_factor_can_have_every_level_and_be_unknown(judge):
    rows = [row for cases in LEVELS.values() for row in (*cases.values(), {})]
    found = judge(rows)
    for place, number in enumerate(LEVELS):
        own = found[place * 5:place * 5 + 5]
        assert [row[f"data_{number}"] for row in own] == [0, 1, 2, 3, None], number


def test_a_complaint_keeps_trust_from_the_highest_level(judge):
    trusted = LEVELS[7][3]
    assert judge([trusted, {**trusted, "complaint": True}], "data_7") == [3, 2]


def test_many_holdings_count_like_much_money(judge):
    five = dict.fromkeys(("demand", "wealth", "fund", "bond", "metal"), 1)
    three = dict.fromkeys(("demand", "wealth", "fund"), 1)
    two = dict.fromkeys(("demand", "wealth"), 1)
    assert judge([five, three, two, {"demand": 1}], "data_5") == [3, 2, 1, 0]


def test_the_payroll_week(judge):
    payroll = {"payroll": True}
    for day, level in ((9, 0), (10, 2), (17, 2), (18, 0)):
        assert judge([payroll], "data_6", as_of=date(2026, 6, day)) == [level], day


def test_the_top_fifth_by_count_stands_out_and_ties_stay_together(judge):
    counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, None]
    rows = [{"txn_count_12m": count} for count in counts]
    assert judge(rows, "data_4") == [1] * 8 + [3, 3, None]


def test_weights_shares_and_score(judge):
    (found,) = judge([{"age": 30, "occupation": "教师", "aum_point": 500_000}])
    # identity 2 of weight 10, assets 3 of weight 25, need 0 of weight 20 (AUM is far from a tier)
    assert found["factor_1"] == 2
    assert found["factor_5"] == 3
    assert found["factor_6"] == 0
    assert found["completeness"] == 0.55
    assert found["score"] == pytest.approx(100 * (10 * 2 + 25 * 3) / (3 * 55), abs=1e-6)
    assert found["grade"] == "B"


def _full(level):
    """A customer with all factors but appearance at a level."""
    merged = {}
    for number, cases in LEVELS.items():
        if number != 2:
            merged |= cases[level]
    return merged


def test_completeness_of_exactly_two_fifths_gives_a_grade(judge, rules):
    row = {"last_txn": "2026-06-01", "response_count": 2, "age": 30, "occupation": "教师"}
    assert judge([row], "completeness", "grade") == [(0.4, "A")]
    strict = rules.with_parameters({"minimum_completeness": 0.41})
    assert judge([row], "grade", ruleset=strict) == ["insufficient"]


def test_no_data_has_no_score(judge):
    assert judge([{"name": "张三"}], "score", "completeness", "coverage", "grade") == [
        (None, 0, 0, "insufficient")]


def test_grade_borders_are_closed_below(rules):
    starts = [(grade.key, grade.start) for grade in rules.factors.grades]
    assert starts == [("A", 75), ("B", 55), ("C", 35), ("D", 0)]


def test_appearance_alone_never_lifts_the_grade_but_may_lower_it(judge, rules):
    heavy = rules.with_parameters({"weight_appearance": 10, "minimum_completeness": 0.3})
    # identity 2 x 10, speech 3 x 10, business 2 x 20: 90 of 120; with trust 2 x 10: 110 of 150
    top = {"last_txn": "2026-06-01", "response_count": 2, "age": 30, "occupation": "教师"}
    base = {**top, "open_date": "2021-06-30"}
    cases = [
        (base, 73.333333, "B"),
        ({**base, "card_level": "钻石卡"}, 77.777778, "B"),   # 140 of 180 would be an A
        (top, 75, "A"),
        ({**top, "card_level": "无卡"}, 60, "B"),             # 90 of 150
    ]
    found = judge([row for row, *_ in cases], "score", "grade", ruleset=heavy)
    assert found == [(score, grade) for _, score, grade in cases]


def test_score_never_changes_the_tier(judge):
    rich = {**_full(3), "aum_point": 49_000}
    poor = {"aum_point": 49_000}
    assert judge([rich, poor], "tier") == ["mass", "mass"]


def test_a_weight_of_zero_switches_a_factor_off(judge, rules):
    off = rules.with_parameters({"weight_appearance": 0})
    row = {"card_level": "钻石卡", "aum_point": 500_000}
    assert judge([row], "completeness", ruleset=off) == [45 / 95]


def seen(customer, day, *items):
    return Observation(customer, date(2026, 6, day), "李四", "等候区", items)


def test_observations_become_levels_flags_and_conflicts(rules):
    frame = customers({"aum_point": 5_000}, {"aum_point": 5_000}, {"aum_point": 5_000})
    notes = [
        seen("C000", 1, "asset_some", "asset_move", "need_vague"),
        seen("C001", 2, "asset_some"),
        seen("C001", 1, "asset_move", "trust_refused", "biz_leave", "gone_item"),
        seen("C999", 1, "asset_move"),
    ]
    found = {}
    for engine in (frame, as_polars(frame)):
        levels = observed_levels(list(frame["customer_id"]), notes, rules, engine)
        assert [row["obs_5"] for row in plain(levels)] == [3, 1, None]
        found[type(engine)] = plain(assess(engine, rules, AS_OF, levels))
    first, second = found.values()
    assert first == second
    assert [row["factor_5"] for row in first] == pytest.approx([0.6, 0.2, 0])  # 80:20
    assert [row["factor_6"] for row in first] == [0.4, 0, 0]  # 60:40
    assert [row["conflict"] for row in first] == [True, False, False]
    assert [row["do_not_contact"] for row in first] == [False, True, False]
    assert [row["coverage"] for row in first] == [2 / 7, 3 / 7, 0]
    assert "retain" in first[1]["tags"]


@pytest.mark.parametrize(("number", "box"), [(2, "look_none"), (5, "asset_none")])
def test_what_was_not_said_or_seen_is_no_evidence(rules, number, box):
    """Ticked or not: the same levels, score and grade; an older observation stays."""
    row = {"aum_point": 600_000, "card_level": "钻石卡", "last_txn": "2026-06-20"}
    rich, earlier = customers(row), seen("C000", 1, "asset_band", "look_two")
    before, after = (explain(rich, 0, rules, AS_OF, notes)
                     for notes in ((), (seen("C000", 2, box),)))
    assert (after.score, after.grade) == (before.score, before.grade)
    assert after.observed_coverage == 0
    factor = after.factors[number - 1]
    assert (factor.level, factor.observed_level, factor.conflict) == (3, None, False)
    assert "没" in factor.observed[0]
    later = explain(rich, 0, rules, AS_OF, (earlier, seen("C000", 2, box)))
    assert later.factors[number - 1].observed_level == 2


def test_observed_levels_of_other_customers_are_refused(rules):
    frame = customers({"aum_point": 1}, {"aum_point": 2})
    levels = observed_levels(["C001", "C000"], [], rules, frame)
    with pytest.raises(ValueError, match="same customers"):
        assess(frame, rules, AS_OF, levels)


@pytest.mark.parametrize(("preset", "levels"), [
    ("standard7", [1.0, 2.0, 2.0, 3.0]), ("three", [1.0, 1.0, 2.0, 3.0]),
    ("boc_care", [1.0, 2.0, 3.0, 3.0]),
])
def test_the_cut_points_of_the_asset_factor_follow_the_tiers(judge, rules, preset, levels):
    chosen = rules.with_tier_preset(preset)
    rows = [{"aum_month_avg": amount} for amount in (10_000, 50_000, 200_000, 500_000)]
    assert judge(rows, "data_5", ruleset=chosen) == levels
    texts = chosen.factors.factors[4].level_texts
    low, middle, high = (f"{amount / 1e4:g} 万元" for amount in chosen.tiers.active.asset_levels)
    assert texts == (f"不足 {low}且不超过一类产品", f"{low}以上或两类产品",
                     f"{middle}以上或三类以上产品", f"{high}以上或五类以上产品")
