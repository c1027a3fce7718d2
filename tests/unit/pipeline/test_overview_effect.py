"""The figures of the segments page and the effect of other rules, on small tables."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from branchseg import pipeline, rules
from branchseg.model.issues import IssueLog
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from branchseg.pipeline.effect import effects
from branchseg.pipeline.overview import EVERYBODY_CHARTS, chart, overview, segment_table
from branchseg.rules.ruleset import build

RULES = rules.load(resources_dir() / "rules")
STATUS = ["core", "potential", "dormant", "unverified", "invalid", "core", "invalid"]
AUM = [60_000.0, 40_000.0, 0.0, np.nan, 100.0, 900_000.0, 50.0]
GRADES = ["A", "C", "insufficient", None, "D", "B", "D"]
SEGMENTS = ["affluent", "mass", "dormant", "unverified", "invalid", "affluent", "invalid"]


@pytest.fixture
def result():
    """Seven customers as the rules might have sorted them."""
    size = len(STATUS)
    frame = pd.DataFrame({key: pd.Series([f"{n}" for n in range(size)], dtype="str")
                          for key in ("customer_id", "source_rows")})
    results = pd.DataFrame({
        "status": pd.Series(STATUS, dtype="str"), "aum": AUM,
        "grade": pd.Series(GRADES, dtype="str"), "segment": pd.Series(SEGMENTS, dtype="str"),
        "tier": pd.Series(["qualified", "mass", "mass", None, "mass", "vip", "mass"],
                          dtype="str"),
        "next_action": pd.Series([None] * size, dtype="str"),
        "days_behind_list": 0.0,
    })
    table = CustomerTable(frame, date(2026, 10, 31))
    return pipeline.RunResult(
        pipeline.Prepared(table, IssueLog(), (), "given", size, size, {}), results, RULES)


def test_groups_are_row_positions(result):
    found = overview(result, with_invalid=False)
    assert found.everybody.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert found.counted.tolist() == [0, 1, 2, 3, 5]
    assert found.effective.tolist() == [0, 1, 5]
    assert found.dormant.tolist() == [2]
    assert found.unverified.tolist() == [3]
    assert found.invalid.tolist() == [4, 6]


def test_the_top_fifth_counts_known_amounts_only(result):
    without = overview(result, with_invalid=False)
    assert (without.aum, without.aum_known) == (1_000_000, 4)
    assert without.top.tolist() == [5]  # a fifth of four is one
    assert without.top_share == pytest.approx(0.9)
    with_all = overview(result, with_invalid=True)
    assert (with_all.aum, with_all.aum_known) == (1_000_150, 6)
    assert with_all.top.tolist() == [0, 5]  # a fifth of six is two
    assert with_all.top_share == pytest.approx(960_000 / 1_000_150)


def test_an_overdraft_lessens_the_total_and_no_share(result):
    aum = result.results["aum"].mask(result.results.index == 0, -35_000.0)
    found = overview(replace(result, results=result.results.assign(aum=aum)), with_invalid=False)
    before = overview(result, with_invalid=False)
    assert found.aum == before.aum - AUM[0] - 35_000
    assert (found.aum_known, found.top.tolist()) == (4, [5])
    assert found.top_share == pytest.approx(AUM[5] / (before.aum - AUM[0]))


def test_nobody_holds_anything(result):
    poor = replace(result, results=result.results.assign(aum=np.nan))
    found = overview(poor, with_invalid=True)
    assert (found.aum, found.aum_known, found.top_share) == (0, 0, None)
    assert found.top.tolist() == []


def test_segments_in_the_order_of_the_rules(result):
    table = segment_table(result, with_invalid=True)
    assert table["segment"].tolist() == [s.label for s in RULES.segments.segments
                                         if s.label not in {"已故客户", "不作为个人客户"}]
    rows = table.set_index("segment")
    assert rows["positions"]["稳健积累客户"].tolist() == [0, 5]
    assert rows["positions"]["无效客户"].tolist() == [4, 6]
    assert sum(len(positions) for positions in rows["positions"]) == len(STATUS)
    assert rows["customers"].sum() == len(STATUS)
    assert rows["share"].sum() == pytest.approx(100)
    affluent = rows.loc["稳健积累客户"]
    assert (affluent["aum"], affluent["aum_mean"]) == (960_000, 480_000)
    assert affluent["good"] == 100
    assert affluent["actions"] == "例行维护"
    assert rows["good"]["无效客户"] == 0
    assert np.isnan(rows["good"]["休眠客户"])  # insufficient is no grade
    assert np.isnan(rows["aum"]["待核实客户"])  # unknown is not 0
    assert rows["aum"]["休眠客户"] == 0


def test_the_grades_and_which_are_good_are_the_rules(result):
    """A branch may have other grades: nothing but its rules says what they are called."""
    sources = dict(RULES.sources)
    for old, new in (('id = "A"', 'id = "S"'), ('id = "B"', 'id = "T"'),
                     ("from = 55\ngood = true", "from = 55")):
        sources["factors.toml"] = sources["factors.toml"].replace(old, new)
    for old, new in (("A", "S"), ("B", "T")):
        sources["actions.toml"] = sources["actions.toml"].replace(f'["{old}"]', f'["{new}"]')
    other = replace(result, ruleset=build(sources), results=result.results.assign(
        grade=result.results["grade"].replace({"A": "S", "B": "T"})))
    assert list(pipeline.summary(replace(other, results=other.results.assign(
        rfm=None)))["grades"].items()) == [
            ("S", 1), ("T", 1), ("C", 1), ("D", 2), ("insufficient", 1)]
    rows = segment_table(other, with_invalid=True).set_index("segment")
    assert rows["good"]["稳健积累客户"] == 50  # S is good, T is not


def test_invalid_customers_stay_out_of_shares(result):
    table = segment_table(result, with_invalid=False).set_index("segment")
    assert "无效客户" not in table.index
    assert table["share"]["稳健积累客户"] == pytest.approx(40)


@pytest.mark.parametrize("with_invalid", [True, False])
def test_marks_name_rows_of_the_whole_table(result, with_invalid):
    made = chart(result, "tier_pyramid", with_invalid=with_invalid, dark=False)
    assert made.mark("tier:vip").positions.tolist() == [5]
    assert made.mark("tier:mass").positions.tolist() == ([1, 2, 4, 6] if with_invalid else [1, 2])
    funnel = chart(result, "status_funnel", with_invalid=with_invalid, dark=False)
    assert funnel.mark("status:invalid").positions.tolist() == [4, 6]
    assert frozenset({"status_funnel"}) == EVERYBODY_CHARTS


def test_effects_compare_words_row_by_row(result):
    changed = result.results.assign(
        status=pd.Series([*STATUS[:5], "potential", "dormant"], dtype="str"),
        grade=pd.Series(["A", "C", "insufficient", "D", "D", "B", None], dtype="str"))
    status, tier, grade, action = effects(result, replace(result, results=changed))
    assert [e.column for e in (status, tier, grade, action)] == [
        "status", "tier", "grade", "next_action"]
    assert status.changed.tolist() == [5, 6]
    assert status.shares == (("无效", 2, 1), ("潜在-休眠", 1, 2), ("核心有效", 2, 1),
                             ("潜在-有效", 1, 2), ("待核实", 1, 1))
    assert tier.changed.tolist() == []
    assert grade.changed.tolist() == [3, 6]  # known now, unknown now
    assert {word: (old, new) for word, old, new in grade.shares}["无"] == (1, 1)
    assert action.shares == (("无", 7, 7),)


def test_tiers_of_another_preset_are_compared_by_name(result):
    other = RULES.with_tier_preset("cmb")
    after = replace(result, ruleset=other, results=result.results.assign(tier=pd.Series(
        ["gold", "basic", "basic", None, "basic", "sunflower", "basic"], dtype="str")))
    tier = effects(result, after)[1]
    assert tier.changed.tolist() == [0, 5]
    assert tier.shares == (("普通", 4, 4), ("达标", 1, 0), ("贵宾", 1, 0), ("金卡", 0, 1),
                           ("金葵花", 0, 1), ("无", 1, 1))


def test_results_of_other_customers_cannot_be_compared(result):
    fewer = replace(result, results=result.results.iloc[:3])
    with pytest.raises(ValueError, match="same customers"):
        effects(result, fewer)
