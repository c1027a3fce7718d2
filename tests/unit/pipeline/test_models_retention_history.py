"""What became of the customers of an earlier list, and what that says of the retention card."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from model_lists import keep, listed, result_of

from branchseg.analytics.answer import Verdict
from branchseg.analytics.evaluation import Interval
from branchseg.model.table import CustomerTable
from branchseg.pipeline import models
from branchseg.pipeline.models import retention
from branchseg.pipeline.models.retention_history import (
    History,
    Material,
    Trial,
    earlier_values,
    try_card,
)
from branchseg.progress import Reporter

JULY, OCTOBER = date(2026, 7, 31), date(2026, 10, 31)
PEOPLE = 400


def history(chance_of_who_complained, chance_of_others, seed=1, complained=0.4):
    """Two lists between which customers have gone."""
    rng = np.random.default_rng(seed)
    names = [f"k{n}" for n in range(PEOPLE)]
    angry = rng.random(PEOPLE) < complained
    gone = rng.random(PEOPLE) < np.where(angry, chance_of_who_complained, chance_of_others)
    aum = np.full(PEOPLE, 30_000.0)
    older = listed(names, JULY, complaint=angry, aum_month_avg=aum, demand=aum, fund=aum)
    stay = np.flatnonzero(~gone)
    newer = listed([names[n] for n in stay], OCTOBER, complaint=angry[stay],
                   aum_month_avg=aum[stay], demand=aum[stay], fund=aum[stay])
    return History(older, newer), int(gone.sum())


@pytest.fixture(scope="module")
def telling():
    """Who complained mostly leaves."""
    return history(0.4, 0.02)


@pytest.fixture(scope="module")
def tried(telling):
    lists, _ = telling
    return try_card(lists, result_of(lists.newer))


def test_a_card_that_holds_says_so_and_is_as_good_as_a_fit(telling):
    lists, gone = telling
    found = models.find("retention", result_of(lists.newer), Reporter(), {}, Material(lists))
    assert found.verdict is Verdict.RULE_IS_AS_GOOD
    told = dict(found.facts)["历史检验"]
    assert f"2026-07-31 的 400 户，到 2026-10-31 流失 {gone} 户" in told
    assert "评分卡分得开" in told
    assert "不比评分卡更准" in told
    assert not any("还没有用本网点的实际流失结果验证" in words for words in found.warnings)


def test_the_rates_are_those_of_each_level(telling, tried):
    lists, gone = telling
    angry = lists.older.frame["complaint"].to_numpy(dtype=bool)
    left = ~lists.older.frame["customer_id"].isin(lists.newer.frame["customer_id"]).to_numpy()
    assert (tried.customers, tried.lost) == (PEOPLE, gone)
    assert np.isnan(tried.rates[0])
    assert tried.rates[1:] == (left[angry].mean(), left[~angry].mean())


def test_a_card_that_does_not_hold_is_not_reliable():
    lists, _ = history(0.16, 0.16)
    found = models.find("retention", result_of(lists.newer), Reporter(), {}, Material(lists))
    assert found.verdict is Verdict.NOT_RELIABLE
    assert "没有分开" in dict(found.facts)["历史检验"]
    assert any("不要按它安排成本" in words for words in found.warnings)


@pytest.mark.parametrize(("angry", "quiet", "alike"), [(0.27, 0.19, True), (0.4, 0.2, False)])
def test_levels_that_are_lost_nearly_as_often_are_not_reliable(angry, quiet, alike):
    trial = Trial(400, 100, (float("nan"), angry, quiet), Interval(0.59, 0.55, 0.63))
    assert retention._too_alike(trial) == alike
    assert retention._verdict(trial, None) is (
        Verdict.NOT_RELIABLE if alike else Verdict.RULE_IS_AS_GOOD)
    warned = list(retention._warnings(trial, None, 0))
    assert any("分级分不出谁更会流失" in words for words in warned) == alike


def test_too_few_lost_ones_are_not_learnt_from():
    lists, gone = history(0.1, 0.02)
    assert gone < 50
    found = models.find("retention", result_of(lists.newer), Reporter(), {}, Material(lists))
    assert found.verdict is Verdict.UNTRIED
    assert any(f"流失 {gone} 户" in words and "没有拟合" in words for words in found.warnings)


@pytest.mark.parametrize(("now", "lost"), [(5_000.0, 1), (5_000.01, 0), (None, 0)])
def test_who_took_half_his_money_away_is_lost(now, lost):
    older = listed(["a", "b"], JULY, aum_month_avg=[10_000.0, 9_999.0])
    newer = listed(["a", "b"], OCTOBER, aum_month_avg=[now, 100.0])
    trial = try_card(History(older, newer), result_of(newer))
    assert (trial.customers, trial.lost) == (1 if now is None else 2, lost)


def test_an_earlier_list_is_laid_beside_the_customers_of_now():
    older = listed(["a", "b"], JULY, aum_month_avg=[1.0, 2.0], payroll=[True, None],
                   demand=[5.0, 5.0], fund=[5.0, 0.0])
    newer = listed(["b", "c", "a"], OCTOBER, aum_month_avg=[1.0, 1.0, 1.0])
    found = earlier_values(result_of(newer), History(older, newer))
    assert found["aum"].tolist()[::2] == [2.0, 1.0]
    assert found["holdings"].tolist()[::2] == [1.0, 2.0]
    assert found["aum"].isna().tolist() == [False, True, False]
    assert found["payroll"].isna().tolist() == [True, True, False]


def two_lists(stay, *, aum=None, **now):
    """400 customers, of whom those at `stay` are on the newer list too, as they were or `now`."""
    names = np.array([f"k{n}" for n in range(PEOPLE)])
    aum = np.full(PEOPLE, 30_000.0) if aum is None else aum
    usual = {"complaint": np.zeros(PEOPLE, dtype=bool), "product_count": np.full(PEOPLE, 2.0)}
    later = {key: values[stay] for key, values in (usual | (now or {"aum_point": aum})).items()}
    return History(listed(names, JULY, aum_point=aum, **usual),
                   listed(names[stay], OCTOBER, **later))


def refused(lists):
    """What is said instead of a trial."""
    trial = try_card(lists, result_of(lists.newer))
    assert (trial.card, trial.fit, trial.holds) == (None, None, False)
    return trial.refused


def test_why_nothing_was_tried_is_said_in_its_place():
    lists = two_lists(some(81))
    found = models.find("retention", result_of(lists.newer), Reporter(), {}, Material(lists))
    assert found.verdict is Verdict.UNTRIED
    assert "历史检验" not in dict(found.facts)
    assert any("还没有用本网点的实际流失结果验证" in words for words in found.warnings)
    assert refused(lists) in found.warnings


def some(count):
    """All but `count` customers, spread over the list."""
    return np.setdiff1d(np.arange(PEOPLE), np.arange(count) * (PEOPLE // count))


def test_a_fifth_may_go_but_no_more():
    lists = two_lists(some(80))
    assert try_card(lists, result_of(lists.newer)).lost == 80
    assert refused(two_lists(some(81))) == (
        "没有用历史检验：2026-07-31 的 400 户里，81 户（20%）不在 2026-10-31 的名单上，多于 20%，"
        "多半是名单范围变了，不能都算流失。")


@pytest.mark.parametrize(("stay", "word"), [
    (np.arange(60, PEOPLE), "少"), (np.arange(PEOPLE - 60), "多")])
def test_a_list_cut_by_assets_shows_nobody_lost(stay, word):
    said = refused(two_lists(stay, aum=np.linspace(1e4, 1e6, PEOPLE)))
    assert f"60 户，资产几乎都比留下的{word}" in said


def test_balances_of_another_measure_show_nobody_lost():
    some_money = np.full(PEOPLE, 1_500.0)
    said = refused(two_lists(some(50), demand=some_money))
    assert "两份名单都有的 350 户里，只有 0 户的资产口径相同" in said
    half = np.where(np.arange(PEOPLE) % 2, 30_000.0, np.nan)
    lists = two_lists(np.arange(PEOPLE), aum_point=half, demand=some_money)
    trial = try_card(lists, result_of(lists.newer))
    assert (trial.customers, trial.lost) == (200, 0)


@pytest.mark.parametrize(("fund", "lost"), [(0.0, 2), (None, 0)])
def test_sums_of_other_balances_are_not_compared(fund, lost):
    older = listed(["a", "b"], JULY, demand=[1_000.0] * 2, fund=[20_000.0] * 2)
    newer = listed(["a", "b"], OCTOBER, demand=[1_000.0] * 2,
                   **({} if fund is None else {"fund": [fund] * 2}))
    assert try_card(History(older, newer), result_of(newer)).lost == lost


def test_what_is_told_by_one_column_alone_is_not_reported():
    lists, gone = history(1.0, 0.0, complained=0.17)
    assert 50 <= gone <= 80
    trial = try_card(lists, result_of(lists.newer))
    assert (trial.fit, trial.ahead) == (None, None)
    assert trial.refused.startswith("没有拟合：单看“有投诉”就几乎能说出谁流失")
    found = models.find("retention", result_of(lists.newer), Reporter(), {}, Material(lists))
    assert trial.refused in found.warnings


def test_the_order_of_rows_is_nothing(telling, tried):
    lists, _ = telling
    mixed = History(*(CustomerTable(one.frame.iloc[::-1].reset_index(drop=True), one.as_of)
                      for one in lists[:2]))
    assert repr(try_card(mixed, result_of(mixed.newer))) == repr(tried)


def test_a_list_of_invalid_customers_is_no_crash():
    older = listed(["a"], date(2010, 1, 1), aum_point=[0.0])
    older.frame["last_txn"] = pd.Series([pd.Timestamp("2000-01-01")], dtype="datetime64[s]")
    newer = listed(["a"], OCTOBER, aum_point=[0.0])
    assert try_card(History(older, newer), result_of(newer)).customers == 0


def of_names(names, day):
    return listed(list(names), day, aum_month_avg=[1_000.0] * len(names))


@pytest.mark.parametrize(("day", "names", "found"), [
    (date(2026, 7, 31), "abcd", True), (date(2026, 8, 1), "abcd", False),
    (date(2026, 7, 31), "awxyz", False)])
def test_lists_are_of_one_kind_and_three_months_apart(vault, day, names, found):
    keep(vault, of_names(names, day), of_names("abce", OCTOBER))
    got = models.gather("retention", vault, result_of(listed(["a"], OCTOBER))).history
    assert (got is not None) is found
    if got is not None:
        assert got.older.as_of == day
        assert sorted(got.newer.frame["customer_id"]) == list("abce")


@pytest.mark.parametrize(("day", "measure", "said"), [
    (date(2026, 9, 30), "aum_month_avg", "重度 1 户、轻度 1 户。"),
    (date(2026, 9, 1), "aum_month_avg", "重度 1 户、轻度 1 户。"),
    (date(2026, 9, 30), "aum_point", "轻度 1 户。"),
    (date(2026, 8, 31), "aum_month_avg", "轻度 1 户。")])
def test_heavy_losses_are_told_by_the_list_of_the_month_before(vault, day, measure, said):
    now = {"aum_month_avg": [60_000.0, 60_000.0, 20_000.0], "aum_point": [60_000.0, 4e4, 2e4]}
    newer = listed(list("abc"), OCTOBER, **now)
    keep(vault, listed(list("abc"), day, **{measure: [60_000.0] * 3}), newer)
    result = result_of(newer)
    found = models.find("retention", result, Reporter(), {},
                        models.gather("retention", vault, result))
    told = dict(found.facts)["轻重流失与挽回"]
    assert told.startswith(said)
    assert (day.isoformat() in told) is said.startswith("重度")


def test_one_list_has_no_history(vault):
    keep(vault, of_names("a", OCTOBER))
    assert models.gather("retention", vault, result_of(listed(["a"], OCTOBER))) == Material()
