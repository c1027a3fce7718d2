"""Customers whose data are of an older list: what they did since is unknown, not nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from conftest import AS_OF, as_polars, customers, plain

from branchseg.model.results import ActionKind
from branchseg.rules import assess, explain
from branchseg.rules.ruleset import build

YEAR_AGO = "2025-05-31"
ACTED = {"aum_point": 860_000, "last_txn": "2025-05-20", "txn_count_12m": None, "consent": True,
         "risk_level": "C3", "risk_date": "2026-01-01", "maturity_date": "2026-07-20"}
LEFT = {**ACTED, "data_date": YEAR_AGO, "aum_date": YEAR_AGO}


def days_before(days):
    return (AS_OF - timedelta(days=days)).isoformat()


def test_a_customer_left_behind_is_unverified_and_not_dormant(judge):
    keys = ("status", "outdated", "days_behind_list", "days_since_txn", "segment", "next_action")
    assert judge([ACTED, LEFT], *keys) == [
        ("dormant", False, None, 406, "high_silent", "maturity_plan"),
        ("unverified", True, 395, 11, "outdated", "verify_current")]


def test_more_days_than_the_parameter_leave_behind(judge, rules):
    rows = [{**ACTED, "data_date": days_before(days)} for days in (0, 3, 62, 63, -5)]
    assert judge(rows, "days_behind_list", "outdated") == [
        (0, False), (3, False), (62, False), (63, True), (0, False)]
    longer = rules.with_parameters({"behind_days": 100})
    assert judge(rows, "outdated", ruleset=longer) == [False] * 5


def test_a_list_of_one_day_says_the_same_with_and_without_its_day(judge):
    rows = [ACTED, {**ACTED, "last_txn": "2026-06-20", "last_contact": "2026-04-01"},
            {"aum_point": 50, "last_txn": "2025-06-30"}, {"aum_point": 50}]
    dated = [{**row, "data_date": AS_OF.isoformat()} for row in rows]
    bare = [{**row, "days_behind_list": 0} for row in judge(rows)]
    assert judge(dated) == bare


def test_what_was_done_counts_to_the_customers_own_day(judge):
    own = {"aum_point": 60_000, "data_date": days_before(30)}
    rows = [{**own, "last_txn": "2025-05-31"}, {**own, "last_txn": "2025-05-30"},
            {**own, "last_txn": "2026-05-21", "last_contact": "2026-05-20",
             "mobile_bank_last": "2026-05-01"}]
    keys = ("status", "days_since_txn", "days_since_contact", "days_since_login")
    assert judge(rows, *keys) == [
        ("core", 365, None, None), ("dormant", 366, None, None), ("core", 10, 11, 30)]


def test_the_calendar_goes_on_for_everybody(judge):
    row = {**LEFT, "birth_date": "1980-07-03", "maturity_date": "2026-07-02"}
    found = judge([row], "days_to_maturity", "days_to_birthday", "age_years", "risk_valid",
                  "actions")[0]
    assert found[:4] == (2, 3, 45, True)
    assert found[4].split(";")[0] == "maturity_notice"


def test_nobody_left_behind_gets_a_marketing_theme(judge, rules):
    tempting = {"demand": 500_000, "aum_point": 480_000, "payroll": True, "age": 40,
                "occupation": "企业主", "bindings": None}
    rows = [{**LEFT, **tempting}, {**LEFT, **tempting, "last_txn": None, "txn_count_12m": 90}]
    marketing = {one.key for one in rules.actions.actions if one.kind is ActionKind.MARKETING}
    rows = [{key: value for key, value in row.items() if key != "bindings"} for row in rows]
    for actions in judge(rows, "actions"):
        assert set(actions.split(";")) == {"verify_current"}
        assert not marketing & set(actions.split(";"))


def test_who_is_put_aside_stays_so(judge):
    assert judge([{**LEFT, "customer_type": "已故"}], "status", "outdated") == [
        ("invalid", False)]


@pytest.mark.parametrize("engine", [lambda frame: frame, as_polars])
def test_the_reason_names_the_day(rules, engine):
    told = explain(engine(customers(ACTED, LEFT)), 1, rules, AS_OF, today=date(2026, 7, 6))
    assert [one.text for one in told.status_evidence] == [
        "最新名单里没有这位客户的近况，资料停在 2025-05-31"]
    assert told.tier_reason == ("时点 AUM 86 万元，属于“贵宾”这一档（满 50 万元）。"
                                "数据截至 2025-05-31。")
    assert "资料过旧" in told.badges
    assert told.advice[0].purpose.startswith("资料停在 2025-05-31，")
    assert told.advice[0].why.startswith("资料过旧客户：最新名单里没有近况，先在行内系统核实")


def test_the_day_of_the_assets_is_said_only_where_it_is_another(rules):
    rows = customers({**ACTED, "aum_date": AS_OF.isoformat()},
                     {**ACTED, "aum_date": days_before(1), "data_date": AS_OF.isoformat()})
    assert "截至" not in explain(rows, 0, rules, AS_OF).tier_reason
    assert explain(rows, 1, rules, AS_OF).tier_reason.endswith("数据截至 2026-06-29。")


def test_a_rule_file_without_the_limit_is_refused(rules):
    from branchseg.errors import RuleError

    sources = dict(rules.sources)
    sources["status.toml"] = sources["status.toml"].replace("[outdated]", "[outdatet]")
    with pytest.raises(RuleError) as caught:
        build(sources)
    assert {(one.file, one.key_path) for one in caught.value.faults} == {
        ("status.toml", "outdated"), ("status.toml", "outdatet")}


def test_columns_and_single_rows_agree_over_many_days(rules):
    rows = [{**ACTED, "last_txn": days_before(370 + back), "data_date": days_before(ago)}
            for back in (-20, 0, 20) for ago in (0, 1, 20, 40, 80)]
    frame = customers(*rows)
    found = plain(assess(frame, rules, AS_OF))
    for place in range(len(rows)):
        told = explain(frame, place, rules, AS_OF)
        assert told.status == found[place]["status"]
        assert [one.action_id for one in told.advice] == found[place]["actions"].split(";")
