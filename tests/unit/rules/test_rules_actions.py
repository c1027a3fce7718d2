"""Segments, gates, refusals, priorities: who gets which action, and who must not."""

from __future__ import annotations

import pytest
from conftest import AS_OF, customers

from branchseg.model.results import ActionKind, Observation
from branchseg.rules import explain
from branchseg.rules.ruleset import build

CORE = {"aum_point": 300_000, "last_txn": "2026-06-20", "birth_date": "1980-01-15",
        "consent": True}
MATURES = {**CORE, "maturity_date": "2026-07-20", "maturity_product": "稳利",
           "maturity_amount": 50_000}
RATED = {"risk_level": "C2", "risk_date": "2026-01-01"}


def actions(judge, *rows, **options):
    return [set(found.split(";")) if found else set()
            for found in judge(list(rows), "actions", **options)]


def test_maturity_marketing_needs_a_rating_that_fits(judge):
    found = actions(
        judge,
        {**MATURES, **RATED},
        {**MATURES, **RATED, "risk_level": "C1"},           # R2 above C1
        {**MATURES, **RATED, "risk_date": "2025-06-29"},    # expired
        MATURES,                                            # none
    )
    assert "maturity_plan" in found[0]
    assert "maturity_service" in found[1]
    assert "risk_retest" in found[2]
    assert "risk_retest" in found[3]
    assert all("maturity_plan" not in one for one in found[1:])


@pytest.mark.parametrize("rating", [
    {}, {**RATED, "risk_date": "2025-06-29"}, {**RATED, "risk_expiry": "2026-06-29"},
    {**RATED, "risk_date": None}, {**RATED, "risk_level": None}])
def test_without_a_valid_rating_there_are_service_themes_only(rules, rating):
    near = {**CORE, "aum_point": 470_000, "demand": 470_000, "payroll": True,
            "credit_card": False, "maturity_date": "2026-07-20", "maturity_amount": 50_000}
    sold = explain(customers({**near, **RATED}), 0, rules, AS_OF).advice
    assert {"near_tier", "maturity_plan"} <= {one.action_id for one in sold}
    told = explain(customers({**near, **rating}, {**CORE, **RATED}), 0, rules, AS_OF).advice
    assert {one.kind for one in told} == {ActionKind.SERVICE}
    retest = next(one for one in told if one.action_id == "near_tier_retest")
    assert "“临界提升”" in retest.blocked
    assert "“到期承接：稳健理财”" in retest.blocked
    assert "风险评估缺失或已过期" in retest.blocked
    assert "risk_retest" not in [one.action_id for one in told]


def test_consent_age_and_complaint_stop_marketing(judge):
    good = {**MATURES, **RATED}
    found = actions(
        judge,
        {**good, "consent": False},
        {**good, "consent": None},              # nothing recorded: only on a visit
        {**good, "birth_date": "2008-07-01"},   # 17 years
        {**good, "birth_date": "2008-06-30"},   # 18 today
        {**good, "complaint": True},
    )
    assert ["maturity_plan" in one for one in found] == [False, True, False, True, False]
    assert "maturity_service" in found[0]
    assert "complaint_follow" in found[4]


def test_high_risk_products_need_an_age_below_65(judge):
    grown = {**CORE, "aum_point": 2_000_000, "fund": 100_000, "risk_level": "C5",
             "risk_date": "2026-01-01"}
    found = actions(
        judge,
        {**grown, "birth_date": "1961-07-01"},   # 64
        {**grown, "birth_date": "1961-06-30"},   # 65 today
        {**grown, "birth_date": None},
        {**grown, "risk_date": "2025-01-01"},
    )
    assert ["growth_talk" in one for one in found] == [True, False, False, False]
    assert "elder_note" in found[1]
    assert "elder_note" in found[2]
    assert "risk_retest" in found[3]


@pytest.mark.parametrize("column", ["do_not_contact"])
def test_a_refusal_leaves_only_reminders(judge, rules, column):
    row = {**MATURES, **RATED, "maturity_date": "2026-07-03", column: True}
    (found,) = actions(judge, row)
    assert found == {"maturity_notice"}
    assert all(rules.actions.by_key(key).reminder for key in found)
    (quiet,) = judge([{**CORE, column: True}])
    assert (quiet["actions"], quiet["next_action"], quiet["priority"], quiet["due_days"]) == (
        "", None, None, None)


def test_invalid_customers_are_only_verified_in_the_lobby(judge):
    row = {"aum_point": 10, "txn_count_12m": 0, "maturity_date": "2026-07-01",
           "birth_date": "1980-07-01", "consent": True}
    assert judge([row], "segment", "actions") == [("invalid", "lobby_verify")]


def test_segments_in_order(judge):
    active = {"last_txn": "2026-06-20"}
    cases = [
        ({"aum_point": 50, "txn_count_12m": 0}, "invalid"),
        ({"name": "张三"}, "unverified"),
        ({**active, "aum_point": 900, "age": 17}, "minor"),
        ({"aum_point": 200_000, "txn_count_12m": 0}, "high_silent"),
        ({"aum_point": 90_000, "txn_count_12m": 0}, "holder_silent"),
        ({"aum_point": 900, "txn_count_12m": 0}, "dormant"),
        ({**active, "aum_point": 900, "open_date": "2026-05-31"}, "new"),
        ({**active, "aum_point": 900, "open_date": "2026-05-30"}, "mass"),
        ({**active, "aum_point": 6_000_000}, "private"),
        ({**active, "aum_point": 500_000}, "wealthy"),
        ({**active, "aum_point": 60_000, "merchant": True}, "business"),
        ({**active, "aum_point": 60_000, "age": 60}, "senior"),
        ({**active, "aum_point": 60_000, "payroll_amount": 8_000}, "payroll"),
        ({**active, "aum_point": 60_000}, "affluent"),
        ({**active, "aum_point": 900, "age": 35}, "young"),
        ({**active, "aum_point": 900, "age": 36}, "mass"),
    ]
    found = judge([row for row, _ in cases], "segment")
    assert found == [segment for _, segment in cases]


def test_everyone_who_may_be_contacted_gets_an_action(judge, rules):
    rows = [{"aum_point": aum, "last_txn": day, "age": age}
            for aum in (None, 5, 5_000, 60_000, 700_000, 9_000_000)
            for day in (None, "2023-01-01", "2026-06-01") for age in (None, 10, 30, 70)]
    assert all(judge(rows, "next_action"))


def test_best_action_first_with_boosts_and_due_days(judge):
    # 90 for the notice, 2 for a grade B, 5 for a large amount
    row = {**MATURES, **RATED, "maturity_date": "2026-07-03"}
    rows = [row, {**row, "maturity_amount": 100_000}, CORE]
    found = judge(rows, "next_action", "priority", "due_days")
    assert found == [
        ("maturity_notice", 92, 2), ("maturity_notice", 97, 2),
        ("routine_care", 40, 59)]  # a day earlier than its 60: that is a Saturday


def test_priority_is_at_most_100(judge):
    row = {**MATURES, "aum_point": 9_000_000, "maturity_date": "2026-07-03",
           "maturity_amount": 1e6, "response_count": 3}
    assert judge([row], "priority") == [100]


NEAR = {"aum_month_avg": 47_000, "last_txn": "2026-06-20", "mobile": "13412340996",
        "consent": True, "name": "张三"}


@pytest.mark.parametrize(("rated", "first", "told"), [
    ({"risk_level": "C2", "risk_date": "2026-06-01"}, "near_tier", "接近上一层级"),
    ({"risk_level": None}, "near_tier_retest", "接近上一层级；名单没有风评等级"),
    ({"risk_level": "C2", "risk_date": "2024-06-01"}, "near_tier_retest",
     "接近上一层级；风评已过期（2024-06-01 评估）"),
    ({"consent": False, "risk_level": None}, "routine_care", "客户不同意营销"),
])
def test_one_step_below_a_tier_the_retest_comes_first_and_both_are_said(rules, rated, first, told):
    listed = {"risk_level": "C2", "risk_date": "2026-06-01"}
    advice = explain(customers({**NEAR, **rated}, {**CORE, **listed}), 0, rules, AS_OF).advice
    assert (advice[0].action_id, advice[0].why) == (first, told)
    if first == "near_tier_retest":
        assert "3,000 元" in advice[0].purpose
        assert "重测" in advice[0].purpose
        assert "“临界提升”" in advice[0].blocked
        assert "risk_retest" not in [one.action_id for one in advice]  # once is enough
        assert (advice[0].kind, advice[0].products) == (ActionKind.SERVICE, ())


def test_loss_near_tier_and_events(judge):
    loss = {"aum_prev2_month_avg": 9e4, "aum_prev_month_avg": 6e4, "aum_prev_month_end": 1e4}
    found = actions(
        judge,
        {**CORE, **RATED, "aum_point": 48_000},
        {**CORE, **loss},
        {**CORE, **loss, "aum_prev_month_avg": 1e4},
        {**CORE, "birth_date": "1980-07-04"},
        {**CORE, "demand": 200_000, **RATED},
    )
    expected = ("near_tier", "loss_light", "loss_heavy", "birthday", "idle_funds")
    assert all(action in one for action, one in zip(expected, found, strict=True))


def test_rare_actions(judge, rules):
    rated = {**CORE, "risk_level": "C3", "risk_date": "2026-01-01"}
    found = actions(
        judge,
        {**rated, "product_count": 2},
        {**rated, "payroll": True, "aum_point": 90_000},
        {"aum_point": 900, "age": 30, "last_txn": "2026-06-01"},
        as_of=AS_OF.replace(day=15),
    )
    expected = ("product_gap", "payroll_window", "digital_care")
    assert all(action in one for action, one in zip(expected, found, strict=True))


def test_an_intent_to_leave_seen_in_the_lobby_comes_first(rules):
    seen = Observation("C000", AS_OF, "李四", "柜台", ("biz_leave",))
    told = explain(customers(CORE), 0, rules, AS_OF, [seen])
    assert told.advice[0].action_id == "retain_leaving"
    assert told.advice[0].due == AS_OF
    assert "有转出意向" in told.badges


def test_advice_says_why_and_what_was_blocked(rules):
    told = explain(customers(MATURES, {**CORE, **RATED}), 0, rules, AS_OF)
    retest = next(one for one in told.advice if one.action_id == "risk_retest")
    assert retest.kind is ActionKind.SERVICE
    assert retest.blocked == "“到期承接：稳健理财”暂不谈：风险评估缺失或已过期"
    assert retest.why == "名单没有风评等级"
    assert told.suitability == "风险评估缺失或已过期，不谈产品。"


def test_what_is_wrong_with_a_rating_does_not_hang_on_the_words_of_a_gate(rules):
    sources = dict(rules.sources)
    sources["suitability.toml"] = sources["suitability.toml"].replace(
        'because = "风险评估缺失或已过期"', 'because = "请先做风评"')
    other = build(sources)
    told = explain(customers(MATURES, {**CORE, **RATED}), 0, other, AS_OF)
    retest = next(one for one in told.advice if one.action_id == "risk_retest")
    assert (retest.why, told.suitability) == ("名单没有风评等级", "请先做风评，不谈产品。")
    without = {**sources, "suitability.toml": sources["suitability.toml"].replace(
        'require = { field = "risk_valid", op = "is_true" }',
        'require = { field = "customer_id", op = "known" }')}
    told = explain(customers(MATURES, {**CORE, **RATED}), 0, build(without), AS_OF)
    assert told.suitability == "风险评估缺失或已过期，不谈产品。"


def test_advice_fills_in_the_customer(rules):
    told = explain(customers({**MATURES, **RATED, "maturity_date": "2026-07-03"}), 0, rules, AS_OF)
    first, second = told.advice[:2]
    assert first.action_id == "maturity_notice"
    assert first.purpose == "稳利于 2026-07-03 到期，提前告知办理方式，避免资金空档。"
    assert first.why == "7月3日到期"
    assert first.due == AS_OF.replace(month=7, day=2)
    assert first.owner_role == "理财经理"
    assert second.products
    assert told.suitability == "风险承受等级 C2，评估在有效期内，对应产品风险 R2 及以下。"


def test_marketing_without_recorded_consent_waits_for_a_visit(rules):
    row = {**MATURES, **RATED, "consent": None}
    told = explain(customers(row), 0, rules, AS_OF)
    plan = next(one for one in told.advice if one.action_id == "maturity_plan")
    assert "厅堂面谈" in plan.channel
    assert plan.window == "客户到厅时"


def test_an_unknown_value_gets_the_words_of_the_template(rules):
    row = {**MATURES, **RATED, "maturity_date": "2026-07-03", "maturity_product": None}
    told = explain(customers(row), 0, rules, AS_OF)
    assert told.advice[0].purpose == "一笔资金于 2026-07-03 到期，提前告知办理方式，避免资金空档。"


def test_a_reason_that_is_a_mark_is_named_without_yes(rules):
    near = {**CORE, **RATED, "aum_month_avg": 190_000.0}
    told = explain(customers(near), 0, rules, AS_OF)
    whys = [one.why for one in told.advice if one.action_id == "near_tier"]
    assert whys == ["接近上一层级"]


OFFERS = ("您办过我行的金卡或贵宾卡吗？需要的话我帮您看看权益。",
          "我们最近有几场理财和防诈小讲堂，您对哪类内容感兴趣？")


@pytest.mark.parametrize(("row", "action_id", "left_out"), [
    ({"complaint": True}, "complaint_follow", None),            # 本次不谈任何业务
    ({"birth_date": "1980-07-02"}, "birthday", None),           # 只问候，不营销
    ({"maturity_date": "2026-07-03"}, "maturity_notice", OFFERS),
    ({}, "routine_care", ()),
])
def test_a_theme_asks_only_what_it_allows(rules, row, action_id, left_out):
    told = explain(customers({**CORE, **row, "name": "张三"}), 0, rules, AS_OF)
    assert set(OFFERS) <= set(told.ask)
    advice = next(one for one in told.advice if one.action_id == action_id)
    wanted = () if left_out is None else tuple(q for q in told.ask if q not in left_out)
    assert advice.ask == wanted


def test_no_theme_without_business_or_products_asks_about_them(rules):
    """The words on the sheet and the questions beside them never contradict each other."""
    for action in rules.actions.actions:
        said = "".join((*action.talk.points, *action.lobby_talk.points, action.purpose))
        if "不谈任何业务" in said or "只问候" in said or "不联系" in action.theme:
            assert action.asks == "nothing", action.key
        elif action.kind is ActionKind.SERVICE and ("不谈具体产品" in said or "不谈产品" in said
                                                    or "不介绍" in said):
            assert action.asks != "all", action.key
