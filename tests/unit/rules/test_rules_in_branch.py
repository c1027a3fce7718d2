"""What is said where the customer stands in front of one, and reasons that say something."""

from __future__ import annotations

import pytest
from conftest import AS_OF, customers

from branchseg.rules import explain

CORE = {"aum_point": 300_000, "last_txn": "2026-06-20", "birth_date": "1980-01-15",
        "consent": True, "mobile": "13412340996"}
RATED = {**CORE, "risk_level": "C2", "risk_date": "2026-06-01"}
"""Somebody else in the list: it has ratings."""


def advice_of(rules, action_id, *, in_branch=False, **row):
    told = explain(customers({**CORE, **row}, RATED), 0, rules, AS_OF, in_branch=in_branch)
    return next(one for one in told.advice if one.action_id == action_id)


def test_in_the_branch_the_lobby_words_are_used(rules):
    due = {"maturity_date": "2026-07-03"}
    assert advice_of(rules, "maturity_notice", **due).channel == "电话或短信"
    told = advice_of(rules, "maturity_notice", in_branch=True, **due)
    assert (told.channel, told.window) == ("厅堂", "客户到厅时")
    assert told.opening.startswith("【称谓】您好，您有一笔产品 7月3日到期，趁您在网点，")
    assert told.closing == "到期当天您随时可以来办，有疑问找我。"


def test_words_for_the_branch_are_not_words_for_the_telephone(rules):
    for action in rules.actions.actions:
        talk = action.lobby_talk
        said = "".join((talk.opening, *talk.questions, talk.closing))
        assert "我是【行名】的【姓名】" not in said, action.key
        assert "再来看您" not in said, action.key


@pytest.mark.parametrize(("day", "words"), [
    ("2026-06-30", "您有一笔产品 6月30日到期"), ("2026-07-01", "您有一笔产品 7月1日到期"),
    ("2026-07-03", "您有一笔产品 7月3日到期")])
def test_the_day_something_falls_due_is_said(rules, day, words):
    assert words in advice_of(rules, "maturity_notice", maturity_date=day).opening


def test_what_has_fallen_due_is_said_with_its_day(rules):
    told = advice_of(rules, "matured_check", maturity_date="2026-06-28")
    assert "您有一笔资金已于 2026-06-28 到期" in told.opening


@pytest.mark.parametrize(("rating", "why"), [
    ({"risk_level": "C2", "maturity_date": "2026-07-25"}, "名单没有风评日期"),
    ({"risk_level": "C2", "risk_date": "2025-05-01"}, "风评已过期（2025-05-01 评估）"),
    ({"risk_level": "C2", "risk_date": "2026-01-01", "risk_expiry": "2026-06-01"},
     "风评已过期（2026-06-01）"),
    ({"maturity_date": "2026-07-25", "maturity_amount": 50_000}, "名单没有风评等级"),
])
def test_a_retest_says_what_is_wrong_with_the_rating(rules, rating, why):
    told = advice_of(rules, "risk_retest", **rating)
    assert why in told.why.split("；")
    assert "原来的主题现在不能谈" not in told.why
    assert "风险评估缺失或已过期" not in told.why


def test_basis_and_letters_have_a_space_between(rules):
    told = explain(customers({**CORE, "aum_month_avg": 200_000}), 0, rules, AS_OF)
    assert told.tier_reason.startswith("月日均 AUM 20 万元")
