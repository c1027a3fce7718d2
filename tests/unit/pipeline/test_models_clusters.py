"""Clusters among the customers of a result: found, named and led to, or honestly not found."""

import numpy as np
import pytest
from model_customers import RULES, result_of, two_kinds

from branchseg.analytics.answer import Verdict
from branchseg.errors import Cancelled
from branchseg.pipeline import models
from branchseg.progress import Reporter


def test_two_kinds_of_customers_are_found_and_named():
    rich, columns = two_kinds()
    action = RULES.actions.actions[0]
    found = models.find("clusters", result_of(columns, actions=[action.key] * 200), Reporter())
    assert found.verdict is Verdict.OK
    assert found.sentence == "找到 2 群彼此不同、结果稳定的客户。"
    first, second = found.groups
    assert sorted(first.positions.tolist()) == np.flatnonzero(rich).tolist()
    assert sorted(second.positions.tolist()) == np.flatnonzero(~rich).tolist()
    assert first.aum == pytest.approx(columns["aum"][rich].sum())
    assert first.share == pytest.approx(67 / 200)
    assert {"资产高", "交易频繁", "产品多"} >= set(first.name.split(" · "))
    assert "中位" in first.why
    assert first.advice == f"下一步多为“{RULES.actions.labels[action.key]}”（100%）"


def test_the_chart_leads_to_the_customers_of_the_groups():
    _, columns = two_kinds()
    found = models.find("clusters", result_of(columns), Reporter())
    for dark in (False, True):
        chart = found.pictures[0].draw(dark)
        assert [mark.positions.tolist() for mark in chart.marks] == [
            group.positions.tolist() for group in found.groups]


def test_the_order_of_the_list_has_no_say():
    _, columns = two_kinds()
    shuffled = np.random.default_rng(2).permutation(200)
    one = models.find("clusters", result_of(columns), Reporter())
    other = models.find("clusters", result_of({k: v[shuffled] for k, v in columns.items()}),
                        Reporter())
    assert [group.name for group in one.groups] == [group.name for group in other.groups]
    assert [sorted(shuffled[group.positions].tolist()) for group in other.groups] == [
        sorted(group.positions.tolist()) for group in one.groups]


def test_invalid_customers_and_those_with_unknown_figures_are_left_out():
    _, columns = two_kinds()
    columns["aum"][:10] = np.nan
    status = np.where(np.arange(200) < 190, "core", "invalid")
    found = models.find("clusters", result_of(columns, status), Reporter())
    everybody = np.concatenate([group.positions for group in found.groups])
    assert sorted(everybody.tolist()) == list(range(10, 190))
    assert ("所用客户", "180 户（共 190 户，不含无效户；其余有指标未知）") in found.facts


def test_a_figure_known_of_few_is_not_used_and_said():
    _, columns = two_kinds()
    columns["age_years"] = np.where(np.arange(200) < 50, 40.0, np.nan)
    facts = dict(models.find("clusters", result_of(columns), Reporter()).facts)
    assert "年龄" not in facts["所用指标"]
    assert "年龄" in facts["未用（已知不到八成）"]


def test_one_lump_has_no_clusters():
    rng = np.random.default_rng(7)
    figures = ("aum", "txn_count_12m", "holdings", "tenure", "age_years", "days_since_txn")
    found = models.find("clusters", result_of(
        {key: rng.normal(100, 10, 400) for key in figures}), Reporter())
    assert found.verdict is Verdict.NOT_RELIABLE
    assert found.groups == ()
    assert not found.pictures
    assert found.sentence.startswith("没有可靠的聚类：换一批客户，分出来的群就不一样")


def test_stable_parts_of_one_lump_are_not_called_unstable():
    rng = np.random.default_rng(23)
    found = models.find("clusters", result_of(
        {key: np.exp(rng.uniform(size=200)) for key in ("aum", "tenure")}), Reporter())
    assert found.verdict is Verdict.NOT_RELIABLE
    assert found.sentence.startswith("没有可靠的聚类：分得稳定，但群与群之间没有真正的分界")


def test_where_all_complete_customers_are_alike_there_is_too_little():
    rows = np.arange(300)
    found = models.find("clusters", result_of({
        "aum": np.where(rows < 30, rows, np.where(rows < 270, 5.0, np.nan)),
        "holdings": np.where(rows < 30, np.nan, np.where(rows < 270, 1.0, rows))}), Reporter())
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert "可用指标 0 项" in found.sentence


def test_a_figure_alike_among_complete_customers_is_not_used():
    _, columns = two_kinds()
    columns["aum"][:10] = np.nan
    columns["tenure"] = np.where(np.arange(200) < 10, 3.0, 2.0)
    found = models.find("clusters", result_of(columns), Reporter())
    assert found.verdict is Verdict.OK
    assert "关系年限" not in dict(found.facts)["所用指标"]
    found.pictures[0].draw(False)


@pytest.mark.parametrize("columns", [
    {key: values[:99] for key, values in two_kinds()[1].items()},
    {"aum": np.full(300, np.nan)},
    {"aum": np.full(300, 5.0), "holdings": np.full(300, 1.0)},
    {"aum": np.arange(300.0)},
    {"aum": np.empty(0)},
    {"aum": np.full(300, 5.0), "holdings": np.where(np.arange(300) < 20, np.nan, 1.0)},
])
def test_too_little_is_told_with_what_to_collect(columns):
    found = models.find("clusters", result_of(columns), Reporter())
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert found.groups == ()
    assert "请导入" in found.sentence


def test_it_can_be_cancelled():
    reporter = Reporter()
    reporter.cancel()
    with pytest.raises(Cancelled):
        models.find("clusters", result_of(two_kinds()[1]), reporter)
