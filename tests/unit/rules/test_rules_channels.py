"""How a customer is reached: never by what his data do not support."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import AS_OF, customers

from branchseg.model.results import ActionKind, Observation, Truth
from branchseg.rules import explain, explain_many

CORE = {"aum_point": 300_000, "last_txn": "2026-06-20", "birth_date": "1980-01-15",
        "consent": True, "mobile": "13412340996"}
NOTICE = {**CORE, "maturity_date": "2026-07-03", "maturity_amount": 50_000}
FIRST = "先补联系方式：在行内系统查，或请客户到厅时留手机号"
MASKED = "名单里号码已遮盖，请补录：在行内系统查，或请客户到厅时留手机号"


def advice_of(rules, action_id, **row):
    told = explain(customers(row), 0, rules, AS_OF)
    return next(one for one in told.advice if one.action_id == action_id)


@pytest.mark.parametrize(("mobile", "channel"), [
    ("13412340996", "电话或短信"),
    ("134****0996", "厅堂；先补联系方式"),      # nobody can dial stars
    ("***********", "厅堂；先补联系方式"),
    ("010-6234****", "厅堂；先补联系方式"),
    ("010-62345678", "座机电话"),
    ("62345678", "座机电话"),
    (None, "厅堂；先补联系方式"),
])
def test_a_call_needs_a_number(rules, mobile, channel):
    told = advice_of(rules, "maturity_notice", **{**NOTICE, "mobile": mobile})
    assert told.channel == channel
    unreachable = channel.startswith("厅堂")
    assert (told.points[0] in {FIRST, MASKED}) == unreachable
    assert (told.points[0] == MASKED) == ("*" in (mobile or ""))
    assert (told.window == "客户到厅时") == unreachable
    assert ("趁您在网点" in told.opening) == unreachable


def test_a_list_without_phone_numbers_is_no_reason_to_promise_a_call(rules):
    row = {key: value for key, value in NOTICE.items() if key != "mobile"}
    assert advice_of(rules, "maturity_notice", **row).channel == "厅堂；先补联系方式"


@pytest.mark.parametrize(("wecom", "channel"), [
    (True, "电话或企业微信"), (False, "电话"), (None, "电话")])
def test_wecom_is_offered_only_to_who_has_been_added(rules, wecom, channel):
    assert advice_of(rules, "routine_care", **CORE, wecom=wecom).channel == channel


def test_no_text_promises_wecom(rules):
    texts = [text for action in rules.actions.actions for talk in (action.talk, action.lobby_talk)
             for text in (action.purpose, talk.opening, *talk.questions, *talk.points,
                          talk.closing)]
    assert not [text for text in texts if "企业微信" in text or "企微" in text]


def test_who_refused_is_neither_called_nor_written_to(rules):
    told = explain(customers({**NOTICE, "do_not_contact": True}), 0, rules, AS_OF)
    assert [one.kind for one in told.advice] == [ActionKind.SERVICE]
    assert told.advice[0].channel == "厅堂面谈，不外呼、不发短信"
    assert told.suitability == "客户拒绝营销或拒绝再联系，不谈产品。"


def test_nobody_in_the_lobby_is_invited_to_come(rules):
    """What is said in the branch differs wherever the usual words ask somebody to come."""
    for action in rules.actions.actions:
        lobby = action.lobby_talk
        said = (lobby.opening, *lobby.questions, lobby.closing)
        assert not [one for one in said for word in ("请您抽", "在网点等您", "说话方便")
                    if word in one], action.key
        if not action.channels[0].in_branch:
            assert lobby is not action.talk or action.key == "merchant_care", action.key


def test_without_consent_marketing_waits_and_sounds_like_the_lobby(rules):
    row = {**CORE, "consent": None, "aum_point": 190_000, "risk_level": "C2",
           "risk_date": "2026-01-01"}
    told = advice_of(rules, "near_tier", **row)
    assert told.channel == "厅堂面谈，不外呼、不发短信"
    assert "趁您在网点" in told.opening
    assert FIRST not in told.points


def test_a_mark_without_a_column_is_unknown_and_not_denied(rules):
    told = explain(customers({**CORE, "open_date": "2015-01-01", "last_contact": "2026-06-01"}),
                   0, rules, AS_OF)
    found = {one.field: (one.truth, one.text) for factor in told.factors
             for one in factor.evidence}
    assert found["complaint"] == (Truth.UNKNOWN, "投诉标志未提供")
    assert found["do_not_contact"] == (Truth.UNKNOWN, "拒绝营销未提供")
    listed = explain(customers({**CORE, "open_date": "2015-01-01", "complaint": False,
                                "last_contact": "2026-06-01"}), 0, rules, AS_OF)
    words = [one.text for factor in listed.factors for one in factor.evidence]
    assert "没有投诉" in words
    assert not [word for word in words for sign in "≥≤<>：" if sign in word]


def test_small_sums_bring_no_appointment(rules):
    lapsed = {"risk_level": "C2", "risk_date": "2020-01-01"}
    for aum, wanted in ((28, False), (9_999.99, False), (10_000, True)):
        told = explain(customers({**CORE, **lapsed, "aum_point": aum}), 0, rules, AS_OF)
        assert ("risk_retest" in {one.action_id for one in told.advice}) is wanted
    for amount, wanted in ((9_999, False), (10_000, True), (None, True)):
        row = {**CORE, "maturity_date": "2026-07-20", "maturity_amount": amount}
        told = explain(customers(row), 0, rules, AS_OF)
        assert any("到期承接" in one.blocked for one in told.advice) is wanted


def test_a_stranger_of_grade_a_is_passed_on(rules):
    ticks = ("id_stated", "look_vip", "talk_asks", "biz_large", "asset_band", "need_ready")
    seen = Observation("C000", AS_OF, "李四", "等候", ticks)
    told = explain(customers({"name": "陈先生"}), 0, rules, AS_OF, [seen])
    assert told.grade == "A"
    first = told.advice[0]
    assert (first.action_id, first.owner_role, first.kind) == (
        "refer", "理财经理", ActionKind.SERVICE)
    assert first.due == AS_OF


LISTED = {**NOTICE, "name": "张三丰", "birth_date": None}


@pytest.mark.parametrize(("ticks", "days", "here", "elsewhere"), [
    ((), 0, "maturity_notice", "maturity_notice"),
    (("biz_small", "talk_willing"), 0, "maturity_notice", "maturity_notice"),
    (("need_ready",), 0, "refer", "maturity_notice"),   # on the spot: before the calls
    (("biz_large",), 7, "refer", "maturity_notice"),
    (("biz_large",), 8, "maturity_notice", "maturity_notice"),
    (("asset_move", "biz_leave"), 0, "retain_leaving", "retain_leaving"),
    (("biz_large", "trust_refused"), 0, "maturity_notice", "maturity_notice"),
])
def test_what_is_seen_on_the_spot_decides_what_is_done_there(rules, ticks, days, here, elsewhere):
    seen = [Observation("C000", AS_OF - timedelta(days=days), "李四", "等候", ticks)]
    frame = customers(LISTED)
    told = explain(frame, 0, rules, AS_OF, seen, in_branch=True).advice
    assert told[0].action_id == here
    assert explain(frame, 0, rules, AS_OF, seen).advice[0].action_id == elsewhere
    if here == "refer":
        assert told[0].why.startswith("现场有大额业务或明确需求")
        assert told[0].due == AS_OF


def test_a_minor_is_not_passed_on(rules):
    seen = [Observation("C000", AS_OF, "李四", "等候", ("biz_large",))]
    for age, passed in ((17, False), (18, True), (None, True)):
        told = explain(customers({**LISTED, "age": age}), 0, rules, AS_OF, seen)
        assert ("refer" in [one.action_id for one in told.advice]) is passed


def test_minors_are_met_with_their_guardian_and_never_called_for_themselves(rules):
    child = {"name": "黄海燕", "mobile": "13912340007", "consent": True, "age": 17,
             "last_txn": "2026-06-01", "txn_count_12m": 5}
    cases = [({"aum_point": 45_000}, ["guardian_care"]),
             ({"aum_point": 400_000, "demand": 400_000}, ["guardian_care"]),
             ({"aum_point": 45_000, "aum_prev_month_avg": 90_000, "aum_prev_month_end": 40_000},
              ["guardian_care"]),
             ({"aum_point": 90_000, "maturity_date": "2026-07-05"},
              ["maturity_notice", "guardian_care"])]
    frame = customers(*({**child, **own} for own, _ in cases))
    for told, (_, actions) in zip(
            explain_many(frame, range(len(cases)), rules, AS_OF), cases, strict=True):
        assert [one.action_id for one in told.advice] == actions
        care = told.advice[-1]
        assert "监护人" in care.channel
        assert (care.why, "不做营销" in care.why) == (
            "未成年客户：未满 18 周岁，只做服务，由监护人陪同办理", False)
        assert all(one.points[0] == "客户未满 18 周岁：只与监护人联系" for one in told.advice[:-1])


@pytest.mark.parametrize(("kind", "aside"), [
    ("单位客户", True), ("对公", True), ("已故", True), ("已注销", True), ("测试户", True),
    ("机构客户", True), ("企业客户", True),
    ("个人", False), (None, False), ("小微企业主", False), ("代发单位员工", False),
    ("事业单位人员", False), ("个人客户(机构理财)", False)])
def test_who_is_no_person_is_put_aside_and_in_no_tier(judge, rules, kind, aside):
    row = {**CORE, "customer_type": kind}
    (found,) = judge([row], "status", "tier", "near_tier", "segment")
    segment = "deceased" if kind == "已故" else "aside"
    assert found == (("invalid", None, None, segment) if aside
                     else ("core", "affluent", False, "affluent"))
    told = explain(customers(row), 0, rules, AS_OF)
    if aside:
        assert told.tier_reason == f"客户类型 {kind}，不按个人客户定层级。"
        assert [one.text for one in told.status_evidence] == [
            f"客户类型 {kind}，不在个人客户里"]
        assert [one.action_id for one in told.advice] == [f"{segment}_note"]
        assert "不联系" in told.advice[0].purpose
        assert "账户很久没有使用" not in told.advice[0].opening


def test_a_child_is_not_asked_to_be_rated(rules, judge):
    old = {**CORE, "risk_level": "C3", "risk_date": "2020-01-01"}
    found = judge([{**old, "birth_date": born} for born in ("2012-06-30", "1980-06-30")],
                  "actions")
    assert ["risk_retest" in actions.split(";") for actions in found] == [False, True]


@pytest.mark.parametrize(("aum", "invited"), [(9_999.0, False), (10_000.0, True), (None, False)])
def test_small_assets_are_not_worth_an_invitation_to_be_rated(judge, aum, invited):
    row = {"last_txn": "2026-06-01", "aum_point": aum, "maturity_date": "2026-07-20"}
    rated = {"risk_level": "C2", "risk_date": "2026-06-01"}
    actions, _ = judge([row, rated], "actions")
    assert ("risk_retest" in (actions or "").split(";")) is invited


def test_a_type_that_is_unknown_decides_nothing(judge):
    rows = [{"aum_point": None, "customer_type": kind} for kind in (None, "个人")]
    assert judge(rows, "status") == ["unverified", "unverified"]
