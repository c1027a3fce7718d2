"""Who may be offered a product line, and how the points of each add up."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from branchseg import rules
from branchseg.errors import RuleError
from branchseg.paths import resources_dir
from branchseg.rules.offers import line_labels, offer, read_response, response_card

AS_OF = date(2026, 10, 31)
RULES = rules.load(resources_dir() / "rules")
LINES = {line.key: line for line in response_card(RULES).lines}
FIT = {
    "customer_id": "1", "name": "甲", "mobile": "13800000000", "age": 40.0, "consent": True,
    "last_txn": AS_OF, "aum_month_avg": 300_000.0, "demand": 60_000.0, "time_deposit": 1000.0,
    "wealth": 0.0, "risk_level": "C3", "risk_date": AS_OF, "login_days_30d": 3.0,
    "credit_card": False, "mobile_bank": True, "payroll": False, "response_count": 0.0,
    "complaint": False, "do_not_contact": False,
}
"""Somebody who may be offered anything of middling risk."""

_KINDS = {"boolean": ("consent", "credit_card", "mobile_bank", "payroll", "complaint",
                      "do_not_contact"),
          "datetime64[s]": ("last_txn", "risk_date"),
          "str": ("customer_id", "name", "mobile", "risk_level")}


def offered(line, *changes):
    """The card of a line held against somebody fit, as often as there are changes."""
    frame = pd.DataFrame([FIT | {"customer_id": f"{n}"} | one for n, one in enumerate(changes)])
    for kind, keys in _KINDS.items():
        frame = frame.astype({key: kind for key in keys if key in frame})
    results = rules.assess(frame, RULES, AS_OF)
    return offer(frame, results, RULES, AS_OF, LINES[line])


def stopped(found):
    """Row -> why."""
    return {row: one.because for one in found.stopped for row in one.rows.nonzero()[0].tolist()}


def test_points_add_up_by_hand():
    found = offered("wealth", {})
    assert stopped(found) == {}
    assert found.reason(0) == ("还没有理财 25 + 有定期存款 20 + 活期 5 万元以上 10 + "
                               "近 30 天登录过手机银行 15 + 近 90 天动过账 10 + "
                               "有手机号可联系 5 = 85 分")
    assert found.points.tolist() == [85]


def test_edges_of_points():
    found = offered("wealth", {"demand": 49_999.99}, {"demand": 50_000.0}, {"wealth": 0.01},
                    {"time_deposit": 0.0})
    assert found.points.tolist() == [75, 85, 60, 65]


def test_what_is_unknown_gives_no_points_and_is_said():
    found = offered("wealth", {"wealth": None}, {"wealth": 5.0}, {})
    assert found.unsure.tolist() == [True, False, False]
    assert found.held.tolist() == [False, True, False]
    assert found.points.tolist() == [60, 60, 85]


@pytest.mark.parametrize(("change", "because"), [
    ({"do_not_contact": True}, "客户拒绝联系"),
    ({"name": None}, "没有姓名，先补姓名"),
    ({"last_txn": None}, "待核实，先核实资料"),
    ({"age": 17.0}, "客户未满 18 周岁，不做营销"),
    ({"consent": False}, "客户不同意营销"),
    ({"complaint": True}, "客户有投诉，先做好回访"),
    ({"risk_date": None}, "风险评估缺失或已过期"),
    ({"risk_level": "C1"}, "产品风险 R2 高于客户的风险承受等级"),
    ({"do_not_contact": True, "complaint": True}, "客户拒绝联系"),
])
def test_who_does_not_pass_a_gate_is_out_with_the_reason(change, because):
    assert stopped(offered("wealth", change, {})) == {0: because}


def test_who_fits_a_lower_risk_only_is_out_of_the_higher_line():
    assert stopped(offered("wealth", {"risk_level": "C2"})) == {}
    assert stopped(offered("fund", {"risk_level": "C2"})) == {
        0: "产品风险 R3 高于客户的风险承受等级"}


@pytest.mark.parametrize("line", [key for key, one in LINES.items() if not one.risk])
def test_lines_without_a_product_risk_need_no_rating(line):
    free = {"credit_card": False, "mobile_bank": False, "payroll": False}
    assert stopped(offered(line, free | {"risk_date": None, "risk_level": None}, {
        **free, "risk_date": None}, free)) == {}
    assert stopped(offered(line, free | {"risk_date": None})) == {}
    assert stopped(offered(line, free | {"complaint": True})) == (
        {} if LINES[line].service else {0: "客户有投诉，先做好回访"})


@pytest.mark.parametrize("line", [key for key, one in LINES.items() if one.risk])
def test_lines_with_a_product_risk_say_that_the_dates_of_ratings_lack(line):
    assert {one.key for one in LINES.values() if one.risk} == {
        "wealth", "fund", "insurance", "metal"}
    assert stopped(offered(line, {"risk_date": None})) == {
        0: "名单没有风评日期，不知道评估是否还有效"}


def test_service_is_held_back_by_refusals_only():
    changes = {"mobile_bank": False, "risk_date": None, "complaint": True}
    assert stopped(offered("mobile_bank", changes, changes | {"do_not_contact": True})) == {
        1: "客户拒绝联系"}


def test_nobody_needs_some_things_twice():
    assert stopped(offered("card", {"credit_card": True}, {}, {"credit_card": None})) == {
        0: "已有信用卡，不再谈"}


def test_the_shipped_lines_are_those_of_the_branch():
    assert line_labels() == tuple(line.label for line in LINES.values()) == (
        "存款", "理财", "基金", "保险", "贵金属", "信用卡", "贷款", "手机银行", "代发")
    assert "credit_card" in LINES["card"].actions
    assert {line.product for line in LINES.values()} >= {"deposit", "wealth", "fund", "card"}


def test_every_fault_of_a_card_is_told():
    content = (resources_dir() / "response.toml").read_text(encoding="utf-8")
    spoilt = content.replace("answers = [3, 4]", "answers = [3, 99]").replace(
        'risk = "R2"', 'risk = "R9"', 1).replace('field = "mobile"', 'field = "mobil"', 1)
    with pytest.raises(RuleError) as caught:
        read_response(spoilt, RULES)
    assert {fault.key_path for fault in caught.value.faults} == {
        "answers", "line[2].risk", "point[4].when.field"}


def test_points_beyond_a_hundred_are_a_fault():
    content = (resources_dir() / "response.toml").read_text(encoding="utf-8")
    with pytest.raises(RuleError):
        read_response(content.replace("points = 25", "points = 80", 1), RULES)


UNRATED = {"risk_level": None, "risk_date": None}


@pytest.mark.parametrize(("line", "rated_only"), [
    ("deposit", False), ("card", False), ("loan", False), ("payroll", False),
    ("wealth", True), ("fund", True), ("insurance", True), ("metal", True)])
def test_every_line_has_an_action_to_ask_for_and_only_investments_ask_for_a_rating(
        line, rated_only):
    found = offered(line, {}, UNRATED, {"risk_level": "C1"}, {"age": 17.0}, {"consent": False},
                    {"complaint": True})
    assert found.asked.tolist() == [True, not rated_only, not rated_only, False, False, False]


def test_an_action_on_request_has_the_risk_of_its_line():
    actions = [RULES.actions.by_key(key) for key in RULES.actions.on_request]
    lines = {line.label: line.risk for line in LINES.values()}
    assert len(actions) == 8
    assert {one.product_line: one.risk for one in actions} == {
        one.product_line: lines[one.product_line] for one in actions}


def test_nobody_gets_an_action_on_request_unasked_and_whoever_is_asked_for_says_so():
    frame = pd.DataFrame([FIT | UNRATED, FIT | UNRATED | {"customer_id": "2", "age": 17.0}])
    for kind, keys in _KINDS.items():
        frame = frame.astype(dict.fromkeys(keys, kind))
    given = rules.assess(frame, RULES, AS_OF)["actions"].str.split(";").explode()
    assert not RULES.actions.on_request & set(given)
    call = rules.Call("deposit_offer", "", np.array([True, True]))
    fit, child = rules.explain_many(frame, [0, 1], RULES, AS_OF, calls=[call])
    (asked,) = (one for one in fit.advice if one.action_id == "deposit_offer")
    assert asked.why == "列入存款的营销名单"
    assert asked.products
    assert [one.action_id for one in child.advice] == ["guardian_care"]
