"""Payroll customers: lost, warned, and how soon the pay leaves."""

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
from branchseg.pipeline.models.months import month_of
from branchseg.pipeline.models.payroll_state import STATES, payroll_of
from branchseg.progress import Reporter

RULES = rules.load(resources_dir() / "rules")
AS_OF = date(2026, 10, 31)
DAYS = [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), AS_OF]
TEXTS = {"payroll_employer", "gender"}
DATES = {"last_txn", "pay_day", "data_date"}

PAID = {"payroll": True, "payroll_amount": 5_000, "pay_before": 5_000, "pay_after_7": 4_000,
        "aum_point": 80_000, "aum_month_avg": 80_000, "aum_prev_month_avg": 80_000,
        "aum_prev2_month_avg": 80_000, "aum_prev_month_end": 80_000, "last_txn": "2026-10-20",
        "pay_day": "2026-10-10"}


def column(key, values):
    if key in DATES:
        return pd.Series(pd.to_datetime(values), dtype="datetime64[s]")
    return pd.Series(values, dtype="boolean" if key in {"payroll", "mobile_bank"} else
                     "str" if key in TEXTS else "float64")


def table(*people, day=AS_OF, names=None):
    names = names or [f"k{n}" for n in range(len(people))]
    frame = pd.DataFrame({"customer_id": names, "source_rows": names}).astype("str")
    for key in dict.fromkeys(key for one in people for key in one):
        frame[key] = column(key, [one.get(key) for one in people])
    return CustomerTable(frame, day)


def result_of(listed):
    size = len(listed)
    return pipeline.evaluate(pipeline.Prepared(
        listed, IssueLog(), (), "given", size, size, {}), RULES)


def states(*people, months=(), day=7, periods=2, fall=0.5, least=0.1):
    """How each customer stands, None for who is not paid here."""
    found = payroll_of(result_of(table(*people)), months, day=day, periods=periods, fall=fall,
                       least=least)
    told = dict(zip(found.rows.tolist(), found.state.tolist(), strict=True))
    return [STATES[told[row]] if row in told else None for row in range(len(people))]


def history(*lists):
    """Lists of the newest months, each a flag per customer (None: not on the list)."""
    found = []
    for day, flags in zip(DAYS[-len(lists):], lists, strict=True):
        people = [PAID | {"payroll": flag, "payroll_amount": None} for flag in flags
                  if flag is not None]
        names = [f"k{n}" for n, flag in enumerate(flags) if flag is not None]
        listed = table(*people, day=day, names=names)
        found.append(month_of(listed, result_of(listed), None))
    return tuple(found)


UNPAID = PAID | {"payroll": False, "payroll_amount": None}


def test_two_lists_without_pay_are_a_loss_and_one_is_a_warning():
    people = [UNPAID, UNPAID, UNPAID, PAID, UNPAID]
    months = history([True, True, False, True, True], [True, False, False, False, True],
                     [True, False, False, False, None], [False, False, False, True, False])
    assert states(*people, months=months) == [
        "warn_stopped", "lost_stopped", None, "stays", "warn_stopped"]
    assert states(*people, months=months, periods=3)[:2] == ["warn_stopped", "lost_stopped"]
    assert states(*people, months=months, periods=4)[1] == "warn_stopped"
    assert states(*people, months=months, periods=1)[0] == "lost_stopped"


@pytest.mark.parametrize(("change", "state"), [
    ({"pay_after_7": 1_000}, "stays"), ({"pay_after_7": 999}, "warn_leaving"),
    ({"pay_after_7": 999, "aum_point": 40_000}, "lost_drained"),
    ({"pay_after_7": 999, "aum_point": 40_001}, "warn_leaving"),
    ({"pay_after_7": 1_000, "aum_point": 1}, "stays"),
    ({"pay_after_7": None, "aum_prev_month_end": 3_000, "aum_point": 799}, "lost_drained"),
    ({"pay_after_7": None, "aum_prev_month_end": 3_000, "aum_point": 800}, "stays"),
    ({"pay_after_7": None, "aum_prev_month_end": None}, "unclear"),
    ({"payroll": None, "payroll_amount": None, "pay_day": None}, None),
    ({"payroll": None, "payroll_amount": None}, "unclear"),
    ({"payroll": False}, "warn_stopped"),  # paid lately all the same
    ({"payroll": False, "payroll_amount": None}, None),
    ({"payroll_amount": 0}, "lost_stopped"),
    ({"payroll": False, "payroll_amount": None, "payroll_employer": "甲厂"}, None),
    ({"payroll": None, "payroll_amount": None, "pay_day": None, "payroll_employer": "甲厂"}, None),
    ({"payroll": None}, "stays")])
def test_one_list_tells_what_it_can(change, state):
    assert states(PAID | change) == [state]


def test_the_aum_is_held_against_the_mean_of_the_three_lists_before():
    gone = PAID | {"pay_after_7": 0, "aum_prev_month_avg": 1, "aum_prev2_month_avg": 1,
                   "aum_prev_month_end": 1}
    months = history([True], [True], [True], [True])  # 80,000 each
    assert states(gone | {"aum_point": 40_000, "aum_month_avg": 40_000}, months=months) == [
        "lost_drained"]
    assert states(gone | {"aum_point": 40_000, "aum_month_avg": 40_000}) == ["warn_leaving"]


def changes(now, then, days=DAYS):
    """How the AUM of a customer has changed, told by lists of `days`, the last of which is now."""
    lists = [table(one, day=day) for day, one in zip(days, [then] * 3 + [now], strict=True)]
    found = payroll_of(result_of(lists[-1]), tuple(
        month_of(one, result_of(lists[-1]), None) for one in lists), day=7, periods=2, fall=0.5,
        least=0.1)
    return [None if np.isnan(one) else round(float(one), 4) for one in found.change]


BARE = {"payroll": True, "payroll_amount": 5_000}


@pytest.mark.parametrize(("now", "then", "change"), [
    ({"aum_month_avg": 30_000}, {"aum_month_avg": 80_000}, -0.625),
    ({"demand": 15_000}, {"aum_month_avg": 80_000}, None),
    ({"demand": 15_000, "aum_prev_month_avg": 80_000}, {"aum_month_avg": 80_000}, None),
    ({"demand": 15_000}, {"demand": 60_000, "fund": 20_000}, None),
    ({"demand": 15_000}, {"demand": 60_000}, -0.75),
    ({"demand": 15_000, "aum_point": 60_000, "aum_prev_month_avg": 80_000},
     {"aum_quarter_avg": 90_000}, -0.25)])
def test_only_aum_of_one_measure_is_compared(now, then, change):
    assert changes(BARE | now, BARE | then) == [change]


def test_the_months_before_are_those_before_the_data_of_the_customer():
    months = tuple(month_of(one, result_of(one), None) for one in (
        table(BARE | {"aum_month_avg": aum}, day=day)
        for day, aum in zip(DAYS, (90_000, 80_000, 70_000, 20_000), strict=True)))
    now = BARE | {"aum_month_avg": 20_000}
    for data_date, mean in (("2026-10-31", 80_000), (None, (80_000 + 70_000 + 20_000) / 3)):
        newer = table(now | {"data_date": data_date}, day=date(2026, 11, 5))
        found = payroll_of(result_of(newer), months, day=7, periods=2, fall=0.5, least=0.1)
        assert found.change == pytest.approx([20_000 / mean - 1])


@pytest.mark.parametrize("days", [
    [date(2024, 1, 31), date(2024, 6, 30), date(2025, 1, 31), AS_OF],
    [date(2026, 6, 30), *DAYS[1:]]])
def test_lists_of_other_months_are_not_the_three_months_before(days):
    now, then = BARE | {"aum_month_avg": 30_000}, BARE | {"aum_month_avg": 80_000}
    assert changes(now, then, days) == [None]
    assert changes(now | {"aum_prev_month_avg": 60_000}, then, days) == [-0.5]


def test_a_balance_of_a_day_that_was_not_yet_is_unknown():
    late = PAID | {"pay_after_7": 0, "pay_day": "2026-10-25", "aum_prev_month_end": None}
    assert states(late, late | {"pay_day": "2026-10-24"}) == ["unclear", "warn_leaving"]


def crowd(size=160, columns=(1, 3, 7, 15), seed=2):
    """Half work where the pay leaves at once; every fourth of those has not been paid lately."""
    rng = np.random.default_rng(seed)
    people = []
    for number in range(size):
        bad = number % 2 == 1
        keeps = {day: 10_000 * share * (0.02 if bad and day > 1 else 1) * rng.uniform(0.9, 1)
                 for day, share in ((1, 0.9), (3, 0.7), (7, 0.5), (15, 0.3)) if day in columns}
        people.append(PAID | {f"pay_after_{day}": None for day in (1, 3, 7, 15)} | {
            f"pay_after_{day}": left for day, left in keeps.items()} | {
            "payroll_employer": "乙厂" if bad else "甲厂", "age": 35 if number // 8 % 2 else 50}
            | ({"payroll_amount": 0} if number % 8 == 1 else {}))
    return people


@pytest.fixture(scope="module")
def clocked():
    result = result_of(table(*crowd()))
    return result, models.find("payroll", result, Reporter())


def test_the_clock_says_when_the_pay_leaves(clocked):
    _, found = clocked
    assert found.verdict is Verdict.OK
    assert "160 户代发客户：已流失 20 户（12%" in found.sentence
    assert "60 户几乎不留存" in found.sentence
    facts = dict(found.facts)
    assert facts["代发时钟"].startswith("到第 15 天，还有一半以上客户的工资没有转走")
    assert "第 7 天已有 43% 转走（剩不到 10%，140 户）" in facts["代发时钟"]
    assert facts["各单位转走快慢"] == "确实不同（对数秩检验：差别不像凑巧）"
    assert facts["流失的单位"] == "乙厂 20 户"
    assert facts["流失明显多的"] == "乙厂（2.0 倍）"


def test_half_of_them_gone_is_a_median():
    people = [one for number, one in enumerate(crowd()) if number % 2 or number % 4]
    found = models.find("payroll", result_of(table(*people)), Reporter())
    assert "一半客户的工资在发薪后 3 天内转走" in dict(found.facts)["代发时钟"]


def test_the_points_lead_to_whose_pay_has_left(clocked):
    result, found = clocked
    assert [one.title for one in found.pictures] == [
        "发薪后还剩多少", "现在怎样", "什么和留存有关", "流失率：单位 × 年龄", "哪类客户流失多"]
    marks = {one.title: one for one in found.pictures[0].draw(True).marks}
    gone = marks["乙厂：发薪后 3 天内转走的 60 户"]
    employers = result.table.frame["payroll_employer"].iloc[gone.positions]
    assert set(employers) == {"乙厂"}
    assert len(marks["甲厂：发薪后 15 天内转走的 0 户"].positions) == 0


def test_what_goes_with_what_is_kept_is_ranked(clocked):
    result, found = clocked
    related = next(one for one in found.pictures if one.title == "什么和留存有关")
    axes = related.draw(False).figure.axes[0]
    names = [one.get_text() for one in axes.get_xticklabels()]
    assert names == [one.get_text() for one in axes.get_yticklabels()]
    assert names[0] == "代发留存"
    words = {(round(one.get_position()[1]), round(one.get_position()[0])): one.get_text()
             for one in axes.texts}
    size = len(names)
    assert all(words[place, place] == "" for place in range(size))
    assert all(words[i, j] == words[j, i] for i in range(size) for j in range(size))
    kept = result.table.frame["pay_after_7"] / 10_000
    still = result.table.frame["payroll_amount"] > 0
    age = names.index("年龄")
    mine = kept[still].corr(result.table.frame["age"][still], method="spearman")
    assert words[0, age] == f"{mine:+.2f}"


def test_each_cell_and_bar_leads_to_the_lost(clocked):
    result, found = clocked
    cells = found.pictures[3].draw(False).marks
    assert sum(len(one.positions) for one in cells) == 20
    ages = result.table.frame["age"]
    young = next(one for one in cells if one.title.startswith("乙厂 25% · 30–44 岁"))
    assert set(ages.iloc[young.positions]) == {35.0}
    bars = {one.title: len(one.positions) for one in found.pictures[4].draw(False).marks}
    assert bars == {"乙厂": 20, "甲厂": 0}


def test_groups_say_what_to_do(clocked):
    _, found = clocked
    assert "只有交易流水时" not in dict(found.facts)
    told = {one.name: one for one in found.groups}
    assert [len(one.positions) for one in found.groups] == [20, 60, 80]
    assert told["已流失：代发中断"].advice == "核实是否换单位或改了代发行"
    assert dict(told["预警：发薪后几乎不留存"].answers)["活动"] == "代发留存礼遇"
    assert "平均留存 1%" in told["预警：发薪后几乎不留存"].why
    assert not told["正常：有留存"].answers
    row = int(told["预警：发薪后几乎不留存"].positions[0])
    assert found.reason(row).startswith("预警：发薪后几乎不留存；发薪后第 7 天还剩 1%；AUM")
    assert "月均代发 5,000 元" in found.reason(row)


def test_without_balances_around_pay_day_it_is_about_and_says_so():
    people = [{key: value for key, value in one.items() if not key.startswith("pay_")}
              for one in crowd(40)]
    found = models.find("payroll", result_of(table(*people)), Reporter())
    assert any("近似" in one and "发薪后第7天余额" in one for one in found.warnings)
    assert "没有算" in dict(found.facts)["代发时钟"]
    assert "导入说明" in dict(found.facts)["只有交易流水时"]
    assert dict(found.facts)["代发留存"].startswith("近似平均 ")
    assert "（35 户，没有发薪前后的余额）" in dict(found.facts)["代发留存"]
    assert dict(found.facts)["流失明显多的"] == "流失不到 20 户，没有比较"
    row = int(found.groups[-1].positions[0])
    assert "（近似）" in found.reason(row)
    assert [one.title for one in found.pictures] == ["现在怎样"]
    bars = {one.title: len(one.positions) for one in found.pictures[0].draw(False).marks}
    assert bars == {"已流失：代发中断": 5, "正常：有留存": 35}


def test_stops_are_shown_by_month():
    months = history([True] * 3, [True, False, True], [False, False, True], [False, False, True])
    found = models.find("payroll", result_of(table(UNPAID, UNPAID, PAID)), Reporter(), {}, months)
    assert found.pictures[-1].title == "哪个月停了代发"
    marks = {one.title: one.positions.tolist() for one in found.pictures[-1].draw(False).marks}
    assert marks == {"2026-08-31": [1], "2026-09-30": [0]}
    assert found.reason(0).startswith("已流失：代发中断；最近没有代发")
    assert found.reason(99) == "不是代发客户"


@pytest.mark.parametrize("people", [
    [{"aum_month_avg": 80_000, "last_txn": "2026-10-20"}], [UNPAID],
    [PAID | {"last_txn": "2020-01-01", "aum_month_avg": 0, "aum_point": 0}]])
def test_without_payroll_customers_it_says_what_to_collect(people):
    found = models.find("payroll", result_of(table(*people)), Reporter())
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert "月均代发额" in found.sentence
    assert "branchseg model payroll" in dict(found.facts)["只有交易流水时"]
    assert not found.groups


def test_whose_days_are_not_over_is_told_when_they_will_be_and_not_about_columns():
    late = PAID | {"pay_after_7": None, "pay_day": "2026-10-25", "aum_prev_month_end": None}
    people = [late, late | {"pay_day": "2026-11-05"}, late | {"data_date": "2026-10-20",
                                                              "pay_day": "2026-10-14"}]
    found = models.find("payroll", result_of(table(*people)), Reporter())
    reasons = [found.reason(row) for row in range(3)]
    assert [one.split("；")[1] for one in reasons] == [
        f"发薪日 {paid}，到 {over} 才满 7 天，还没到，导入那天以后的名单再看" for paid, over in (
            ("2026-10-25", "2026-11-01"), ("2026-11-05", "2026-11-12"),
            ("2026-10-14", "2026-10-21"))]
    assert found.warnings[0].startswith(
        "有 3 户到名单的数据日期，发薪后还不满 7 天（最晚 2026-11-12 满）")
    assert not any("请加上" in one for one in found.warnings)
    (unclear,) = found.groups
    assert unclear.why.startswith("有代发，发薪后还不满 7 天")


def test_whose_days_are_over_and_columns_lack_is_told_about_columns():
    people = [PAID | {"pay_after_7": None, "pay_day": "2026-10-24", "aum_prev_month_end": None}]
    found = models.find("payroll", result_of(table(*people)), Reporter())
    assert "还没到" not in found.reason(0)
    assert any("发薪后第7天余额" in one for one in found.warnings)
    found = models.find("payroll", result_of(table(*people, people[0] | {
        "pay_day": "2026-10-25"})), Reporter())
    assert "其中 1 户只是发薪后还不满 7 天" in found.groups[0].why
