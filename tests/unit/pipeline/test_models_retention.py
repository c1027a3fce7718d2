"""Retention: points by signs, what is unknown, and who is worth the cost."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from branchseg import pipeline, rules
from branchseg.analytics.answer import Verdict
from branchseg.model.issues import IssueLog
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from branchseg.pipeline import models
from branchseg.pipeline.models import MODELS
from branchseg.pipeline.models.worth import worth_grid
from branchseg.progress import Reporter
from branchseg.rules.retention import retention_card

AS_OF = date(2026, 10, 31)
RULES = rules.load(resources_dir() / "rules")
DATES = {"last_txn", "maturity_date", "mobile_bank_last", "open_date", "data_date"}
FLAGS = {"payroll", "mobile_bank", "complaint", "do_not_contact", "txn_partial", "aum_partial"}

STAYS = {"aum_point": 80_000, "aum_month_avg": 80_000, "aum_prev_month_avg": 80_000,
         "aum_prev_month_end": 80_000, "demand": 30_000, "time_deposit": 50_000, "wealth": 0,
         "last_txn": "2026-10-20", "maturity_date": "2027-03-01", "payroll": False,
         "mobile_bank": True, "mobile_bank_last": "2026-10-25", "complaint": False,
         "open_date": "2015-01-01"}
LEAVES = STAYS | {"aum_point": 200_000, "aum_month_avg": 500_000, "aum_prev_month_avg": 1_050_000,
                  "aum_prev_month_end": 800_000, "maturity_date": "2026-10-11",
                  "maturity_amount": 60_000}


def column(key, values):
    if key in DATES:
        return pd.Series(pd.to_datetime(values), dtype="datetime64[s]")
    if key in FLAGS:
        return pd.Series(values, dtype="boolean")
    return pd.Series(values, dtype="float64" if key not in {"customer_id", "payroll_employer"}
                     else "str")


def run(*people, today=None):
    """What the rules say of customers that are given field by field."""
    keys = dict.fromkeys(key for one in people for key in one)
    names = [f"k{n}" for n in range(len(people))]
    frame = pd.DataFrame({"customer_id": names, "source_rows": names}).astype("str")
    for key in keys:
        frame[key] = column(key, [one.get(key) for one in people])
    size = len(people)
    return pipeline.evaluate(pipeline.Prepared(
        CustomerTable(frame, AS_OF), IssueLog(), (), "given", size, size, {}), RULES,
        today=today)


def find(*people, given=None, today=None):
    return models.find("retention", run(*people, today=today), Reporter(), given or {})


def test_who_shows_urgent_signs_is_at_high_risk_and_worth_it():
    found = find(LEAVES, *[STAYS] * 3)
    assert found.verdict is Verdict.UNTRIED
    high, low = found.groups
    assert high.name == "高风险（3 个月内）· 值得"
    assert high.positions.tolist() == [0]
    assert low.positions.tolist() == [1, 2, 3]
    assert high.advice == "电话了解资金用途和回流时间"
    assert "余额下降 1 户" in high.why
    assert "到期未续 1 户" in high.why
    assert [question for question, _ in high.answers] == [
        "目标群", "产品", "活动", "渠道", "时间段", "值不值得"]


NEW = STAYS | {"open_date": "2026-09-15"}


@pytest.mark.parametrize(("new", "quiet", "said"), [
    (2, 5, "{quiet}"), (4, 3, "{new}"), (5, 5, "{new}")])
def test_an_action_fits_most_of_its_group(new, quiet, said):
    """What few new customers need is not said of all."""
    group = find(*[NEW] * new, *[STAYS] * quiet).groups[0]
    assert len(group.positions) == new + quiet
    words = {"{quiet}": "常规客户活动", "{new}": "新客户礼遇"}
    assert dict(group.answers)["活动"] == words[said]


def test_where_nothing_fits_most_the_most_frequent_is_said_to_be_that():
    low = STAYS | {"mobile_bank_last": "2025-12-01"}
    found = find(*[NEW] * 3, *[low] * 4, *[STAYS] * 3)
    [group] = [one for one in found.groups if len(one.positions) == 10]
    campaign = dict(group.answers)["活动"]
    assert campaign.startswith("各不相同，最多的是“")
    assert campaign.endswith("（40%）")
    assert group.advice.startswith("各不相同，最多的是“")
    channel = dict(group.answers)["渠道"]
    assert channel.startswith("各不相同") == ("不值得" not in group.name)


def test_the_worth_is_value_by_chance_by_what_can_be_saved():
    worth = dict(find(LEAVES).groups[0].answers)["值不值得"]
    value = sum(0.015 * 500_000 * 0.9**t / 1.05**t for t in range(1, 6))
    assert f"{value * 0.4 * 0.2:,.0f} 元" in worth
    assert "成本 50 元" in worth


@pytest.mark.parametrize("given", [{"retention.cost": 100_000.0}, {"retention.saved": 0.0},
                                   {"retention.chance_high": 0.0}, {"value.margin": 0.0}])
def test_every_assumption_counts_also_those_of_the_lifetime_value(given):
    group = find(LEAVES, given=given).groups[0]
    assert group.name == "高风险（3 个月内）· 不值得"
    assert dict(group.answers)["渠道"] == "不单独打电话：到厅时顺带，或短信"


def test_a_gain_equal_to_the_cost_does_not_pay():
    group = find(STAYS | {"aum_month_avg": 0.0}, given={"retention.cost": 0.0}).groups[0]
    assert group.name.endswith("不值得")


def test_a_complaint_is_dealt_with_whatever_it_costs():
    group = find(STAYS | {"complaint": True}, given={"retention.cost": 100_000.0}).groups[0]
    assert group.name == "中风险（5 个月内）· 不值得"
    assert dict(group.answers)["渠道"] == "主管电话或面谈"


def test_without_a_balance_the_worth_is_unknown():
    people = {key: value for key, value in STAYS.items() if key not in {
        "aum_point", "aum_month_avg", "demand", "time_deposit", "wealth"}}
    group = find(people | {"complaint": True, "product_count": 2.0}).groups[0]
    assert group.name.endswith("价值未知")
    assert dict(group.answers)["值不值得"] == "没有资产余额，算不出"


def test_too_few_known_signs_are_no_low_risk():
    bare = {"aum_month_avg": 80_000, "last_txn": "2026-10-20"}
    found = find(bare, *[STAYS] * 2)
    assert found.groups[-1].name == "资料太少，暂不评级"
    assert found.groups[-1].positions.tolist() == [0]
    assert dict(found.facts)["已评级的客户"].startswith("2 户（共 3 户")


def test_a_list_of_which_little_is_known_gets_no_risks_but_what_to_collect():
    found = find(*[{"aum_month_avg": 80_000, "last_txn": "2026-10-20"}] * 3, STAYS)
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert found.groups == ()
    assert not found.pictures
    assert "上月、上上月或季、年的日均 AUM" in found.sentence
    assert "最近交易日" not in found.sentence


def test_nobody_to_judge_is_said():
    gone = {"aum_month_avg": 0.0, "last_txn": "2020-01-01"}
    found = find(gone)
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert "没有可评的客户" in found.sentence


def test_who_is_outdated_is_left_out_and_said():
    found = find(STAYS | {"data_date": "2026-01-31"}, STAYS | {"data_date": "2026-10-31"})
    assert [group.positions.tolist() for group in found.groups] == [[1]]
    assert any("1 户资料停在旧名单" in words for words in found.warnings)


def test_each_cell_of_risk_by_worth_leads_to_its_customers():
    poor = STAYS | {key: 100.0 for key in STAYS if key.startswith("aum_")} | {
        "last_txn": "2026-07-01"}
    unknown = {key: value for key, value in STAYS.items() if "aum" not in key} | dict.fromkeys(
        ("demand", "time_deposit", "wealth"))
    people = [LEAVES, STAYS, poor, unknown, STAYS]
    found = find(*people)
    marks = {mark.title: mark.positions.tolist()
             for mark in found.pictures[0].draw(True).marks if len(mark.positions)}
    assert sorted(row for rows in marks.values() for row in rows) == list(range(5))
    assert marks["高风险 3 个月内 · 1 万元 至 5 万元"] == [0]
    assert marks["低风险 · 2,000 元 至 1 万元"] == [1, 4]
    assert any("价值未知" in title and rows == [3] for title, rows in marks.items())
    assert found.pictures[0].title == "值得维护谁（风险 × 价值）"


def test_a_cell_pays_only_above_the_cost():
    value, gain = np.array([3_000.0, 3_000.0, 800.0]), np.array([50.0, 50.02, 50.0])
    levels = retention_card(RULES).levels
    grid = worth_grid(levels, np.zeros(3, dtype=int), value, gain, 50.0, np.arange(3))
    texts = [text.get_text() for text in grid.draw(False).figure.axes[0].texts]
    assert "2 户\n户均留住 50 元" in texts
    patches = [one.get_facecolor() for one in grid.draw(False).figure.axes[0].patches]
    assert patches[1] != patches[2], "more than the cost, and no more than it"


def test_the_bars_lead_to_whom_each_sign_touches():
    found = find(LEAVES, STAYS | {"last_txn": "2026-07-01"}, STAYS)
    marks = {mark.title: mark.positions.tolist() for mark in found.pictures[-1].draw(False).marks}
    assert marks["余额下降"] == [0]
    assert marks["到期未续"] == [0]
    assert marks["久未动账"] == [1]
    assert marks["轻度流失"] == [0]
    assert "重度流失" not in marks


def test_losses_and_who_is_back_are_said():
    back = STAYS | {"aum_prev_month_avg": 60_000, "aum_prev_month_end": 40_000,
                    "aum_point": 55_000}
    facts = dict(find(back, back | {"aum_point": 49_999.99}, STAYS).facts)
    assert facts["轻重流失与挽回"] == "重度 0 户、轻度 2 户；已挽回 1 户，挽回 1.5 万元"
    facts = dict(find({key: value for key, value in STAYS.items()
                       if not key.startswith(("aum_prev", "aum_month"))}).facts)
    assert facts["轻重流失与挽回"].startswith("没有判")


def test_without_columns_of_the_last_month_the_list_itself_tells_light_losses():
    plain = {key: value for key, value in STAYS.items() if not key.startswith("aum_prev")}
    told = dict(find(plain, plain | {"aum_point": 49_999}).facts)["轻重流失与挽回"]
    assert told.startswith("轻度 1 户。名单没有上月的列")
    assert "重度没有判" in told
    late = plain | {"aum_point": 49_999, "data_date": "2026-10-30"}
    told = dict(find(plain | {"data_date": "2026-10-31"}, late).facts)["轻重流失与挽回"]
    assert told.startswith("轻度 0 户")


def test_the_card_says_that_it_is_not_tried():
    found = find(LEAVES, STAYS)
    assert any("还没有用本网点的实际流失结果验证" in words for words in found.warnings)


def test_the_same_customers_give_the_same():
    one, other = find(LEAVES, STAYS), find(LEAVES, STAYS)
    assert repr(one.groups) == repr(other.groups)
    assert (one.facts, one.sentence) == (other.facts, other.sentence)


def test_refusals_are_counted_beside_the_channel():
    group = find(LEAVES | {"do_not_contact": True}, LEAVES).groups[0]
    assert dict(group.answers)["渠道"] == "电话，再约到店（拒绝营销的 1 户只做服务）"


def test_the_sign_with_most_points_says_what_to_do_urgent_ones_twice():
    silent = {"last_txn": "2026-01-01"}  # 2 points, as 1 point of 20 % less money
    less = {"aum_point": 64_000, "aum_prev_month_avg": 80_000}
    group = find(STAYS | silent | less).groups[0]
    assert "余额下降 1 户" in group.why
    assert group.advice == "电话了解资金用途和回流时间"
    assert find(STAYS | silent).groups[0].advice == "回访，问清是否换了常用银行"


def test_no_groups_overlap_and_all_are_in_one():
    people = [LEAVES, STAYS, STAYS | {"complaint": True}, {"aum_month_avg": 1_000,
              "last_txn": "2026-10-20"}, STAYS | {"aum_point": 10_000}]
    found = find(*people)
    everybody = np.concatenate([group.positions for group in found.groups])
    assert sorted(everybody.tolist()) == list(range(5))


def test_its_words_are_there():
    model = MODELS["retention"]
    assert model.title == "客户维护率"
    assert all(model.label(one) for one in model.parameters)


def test_one_customer_is_told_the_same_as_in_the_group():
    result = run(STAYS, LEAVES, {"aum_month_avg": 0.0, "last_txn": "2020-01-01"},
                 STAYS | {"data_date": "2026-01-31"})
    told = [pipeline.loss_risk(result, position) for position in range(4)]
    assert told[0] == "风险低，没有看到流失迹象。（没有对照以前的名单）"
    assert told[1] == (
        "风险高，预计 3 个月内，共 6 分：余额下降 3 分（余额比以前少了 80.95%）；"
        "到期未续 3 分（到期 20 天，没有新的到期日，到期金额 6 万元）。（没有对照以前的名单）")
    assert told[2:] == ["", "最新名单里没有近况，不评。"]
