"""Thresholds over customers: the histogram, other values tried, two versions compared."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from branchseg import pipeline, rules
from branchseg.errors import Cancelled, RuleError
from branchseg.model.issues import IssueLog
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from branchseg.pipeline.cutpoints import (
    cut_points,
    distribution,
    note,
    sensitivity,
    why_nobody,
)
from branchseg.pipeline.ruleversions import compare_rules, rules_of
from branchseg.progress import Reporter
from branchseg.rules.predicates import months_before

RULES = rules.load(resources_dir() / "rules")
AS_OF = date(2026, 10, 31)
AUM = [0.0, 100.0, 100.01, 150.0, 999.0, 1_000.0, 49_999.99, 50_000.0, 60_000.0, np.nan]
MOVED = [True] * 3 + [False, False] + [True] * 5
"""Who has moved money in the last twelve months; the others have not for two years."""
QUIET = pd.Timestamp("2024-10-31")


@pytest.fixture(scope="module")
def result():
    last = [pd.Timestamp(AS_OF) if moved else QUIET for moved in MOVED]
    last[0] = last[1] = last[2] = QUIET
    frame = pd.DataFrame({
        "customer_id": [f"{n}" for n in range(len(AUM))], "source_rows": "1",
        "aum_month_avg": AUM, "last_txn": last}).astype(
            {"customer_id": "str", "source_rows": "str", "last_txn": "datetime64[s]"})
    return judged(frame)


def judged(frame):
    return pipeline.evaluate(pipeline.Prepared(
        CustomerTable(frame, AS_OF), IssueLog(), (), "given", len(frame), len(frame), {}), RULES)


def at(found, value):
    return next(trial for trial in found.trials if trial.value == value)


def point(key, ruleset=RULES):
    return next(one for one in cut_points(ruleset) if one.key == key)


def test_all_thresholds_customers_are_measured_by_are_there():
    keys = [one.key for one in cut_points(RULES)]
    assert len(keys) == len(set(keys))
    measured_by_nobody = {
        "near_fall", "stale_days", "calls_a_day", "visits_a_day", "messages_a_day",
        "payroll_from", "payroll_to", "attempts", "marketing_a_month", "rest_days"}
    parameters = {one.key for one in RULES.parameters if not one.key.startswith("weight_")}
    assert parameters - set(keys) == measured_by_nobody
    assert [key for key in keys if key.startswith("tier.")] == [
        f"tier.standard7.{tier.key}" for tier in RULES.tiers.active.tiers[1:]]
    other = [one.key for one in cut_points(RULES.with_tier_preset("spending3"))]
    assert [key for key in other if key.startswith("tier.")] == [
        "tier.spending3.low", "tier.spending3.middle", "tier.spending3.high"]
    assert point("tier.spending3.low", RULES.with_tier_preset("spending3")).field == (
        "txn_amount_12m")


def test_amounts_lie_between_the_usual_bounds(result):
    low = distribution(result, point("invalid_aum"))
    assert low.point.ticks == (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
    assert low.bands == (2, 4, 0, 3, 0, 0, 0)  # 100 and 1,000 themselves lie below
    assert (low.unknown, sum(low.counts)) == (1, 9)
    assert len(low.counts) == len(low.point.edges) - 1
    high = distribution(result, point("core_aum"))
    assert high.bands == (1, 4, 1, 3, 0, 0, 0)  # here they lie above


def test_the_line_cuts_as_the_rule_does(result):
    low, high = (distribution(result, point(key)) for key in ("invalid_aum", "core_aum"))
    assert [low.below(value) for value in (99.99, 100, 100.01)] == [1, 2, 3]
    assert low.rows[:low.below(100)].tolist() == [0, 1]
    assert [high.below(value) for value in (50_000, 50_000.01)] == [7, 8]


@pytest.mark.parametrize(("point_in_time", "told"), [
    (0, "月日均 AUM"), (3, "月日均 AUM、时点 AUM 两种都有"), (9, "时点 AUM")])
def test_a_threshold_of_aum_says_by_which_measure(result, point_in_time, told):
    aum = np.array(AUM)
    frame = result.table.frame.assign(
        aum_month_avg=np.where(np.arange(len(aum)) < point_in_time, np.nan, aum),
        aum_point=np.where(np.arange(len(aum)) < point_in_time, aum, np.nan))
    other = judged(frame)
    assert distribution(other, point("invalid_aum")).measure == told
    assert distribution(other, point("dormant_months")).measure == "距最近动账月数"


def test_nobody_is_measured_by_a_column_that_is_not_there(result):
    found = distribution(result, point("plan_amount"))
    assert (found.unknown, len(found.values), sum(found.counts)) == (10, 0, 0)


def test_other_values_say_how_many_move(result):
    found = sensitivity(result, RULES, point("invalid_aum"))
    counts = {trial.value: (trial.count(found.words.index("无效")), trial.moved.tolist())
              for trial in found.trials}
    assert counts[0] == (1, [1])
    assert counts[100] == (2, [])
    assert counts[200] == (4, [2, 3])
    assert counts[1000] == (5, [2, 3, 4])  # who has 1,000 has moved money
    assert [trial.value for trial in found.trials] == [
        0, 50, 100, 200, 500, 1000, 2000, 5000, 10000]
    assert at(found, 200).rows(found.words.index("无效")).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("key", "other", "moved"), [  # a status, a tag, a truth
    ("core_aum", 60_000, [7]), ("high_asset", 60_000, []), ("near_ratio", 0.95, [])])
def test_each_trial_counts_every_customer_once(result, key, other, moved):
    """With one other rule that moves nobody, so that the rules are asked at every value."""
    draft = RULES.with_parameters({"calls_a_day": 7})
    now = point(key, draft)
    found = sensitivity(result, draft, replace(now, tries=(other,)))
    assert at(found, now.parameter.value).moved.tolist() == []
    assert at(found, other).moved.tolist() == moved
    for trial in found.trials:
        assert sum(trial.count(n) for n in range(len(found.words))) == len(AUM)


def test_months_without_a_transaction_are_counted_as_the_rule_counts():
    """Around every border, from the data date and from the older day of a customer's data."""
    own = date(2026, 10, 1)
    days = [(day, pd.Timestamp(months_before(day, back)) + pd.Timedelta(days=step))
            for day in (AS_OF, own) for back in (1, 12, 13, 15, 18, 24, 30, 36)
            for step in (-1, 0, 1)]
    frame = pd.DataFrame({
        "customer_id": [f"{n}" for n in range(len(days))], "source_rows": "1",
        "aum_month_avg": 10_000.0, "last_txn": [last for _, last in days],
        "data_date": [pd.Timestamp(day) for day, _ in days]}).astype(
            {"customer_id": "str", "source_rows": "str", "last_txn": "datetime64[s]",
             "data_date": "datetime64[s]"})
    for months in (12, 13, 15, 18, 30, 36):
        ruleset = RULES.with_parameters({"dormant_months": months})
        found = pipeline.evaluate(pipeline.Prepared(
            CustomerTable(frame, AS_OF), IssueLog(), (), "given", len(days), len(days), {}),
            ruleset)
        lies = distribution(found, point("dormant_months", ruleset))
        awake = np.flatnonzero(found.results["status"] != "dormant")
        assert sorted(lies.rows[:lies.below(months)].tolist()) == awake.tolist()
        assert 0 < len(awake) < len(days)


def test_what_else_is_being_changed_counts_against_the_rules_in_force(result):
    draft = RULES.with_parameters({"invalid_aum": 300, "core_aum": 20_000})
    found = sensitivity(result, draft, point("invalid_aum", draft))
    assert {trial.value for trial in found.trials} >= {100, 300}
    assert at(found, 100).moved.tolist() == [6]
    assert at(found, 300).moved.tolist() == [2, 3, 6]


@pytest.mark.parametrize(("last", "value", "why"), [
    (QUIET, 200, None), (QUIET, 50, None), (QUIET, 100, None), (QUIET, 2_000, None),
    (pd.Timestamp(AS_OF), 200, ("超过 100 元、不超过 200 元", 2, "潜在-有效")),
    (pd.Timestamp(AS_OF), 0, ("超过 0 元、不超过 100 元", 1, "潜在-有效")),
    (pd.NaT, 200, ("超过 100 元、不超过 200 元", 2, "待核实"))])
def test_a_value_that_moves_nobody_says_why(result, last, value, why):
    mine = judged(result.table.frame.assign(
        last_txn=pd.Series([last] * len(AUM), dtype="datetime64[s]")))
    told = why and (f"没有人因此移动：月日均 AUM {why[0]}的有 {why[1]} 户，但都由别的条件定了"
                    f"（{why[2]} {why[1]} 户）。{point('invalid_aum').note}")
    assert why_not(mine, "invalid_aum", value) == (told or "")


def test_a_value_nobody_lies_at_says_so(result):
    assert why_not(result, "plan_amount", 50_000) == "没有人因此移动：到期金额对谁都还未知。"
    few = judged(result.table.frame.iloc[[0, 7]].reset_index(drop=True))
    assert why_not(few, "core_aum", 20_000) == (
        "没有人因此移动：没有一户的月日均 AUM 在 2 万元及以上、不到 5 万元。")


def test_whom_other_changes_move_does_not_count(result):
    tried = RULES.with_parameters({"core_aum": 60_000, "high_asset": 300_000})
    line = point("high_asset", tried)
    assert why_nobody(distribution(result, line), sensitivity(result, tried, line), 200_000,
                      300_000).startswith("没有人因此移动：没有一户的")


def why_not(mine, key, value):
    """Why nobody moves with a value instead of that in force."""
    tried = RULES.with_parameters({key: value})
    line, now = point(key, tried), point(key).parameter.value
    return why_nobody(distribution(mine, line), sensitivity(mine, tried, line), now, value)


def test_the_line_of_the_effective_customers_is_held_beside_that_of_the_tiers():
    core, tier = point("core_aum"), point("tier.standard7.qualified")
    assert (core.beside, tier.beside) == (tier.key, core.key)
    assert "先判无效和休眠" in core.note
    assert note(core, 50_000, tier.parameter) == (
        f"{core.note}“达标”层级的起点（含）现在也是 5 万元。")
    assert "现在是 5 万元，两个数不同：请一起商定" in note(core, 20_000, tier.parameter)
    assert note(core, 20_000, None) == core.note
    other = point("core_aum", RULES.with_tier_preset("spending3"))
    assert other.beside == ""


def test_values_that_do_not_fit_are_left_out(result):
    found = sensitivity(result, RULES, point("tier.standard7.vip"))
    assert [trial.value for trial in found.trials] == [
        250_000, 400_000, 450_000, 500_000, 550_000, 600_000, 750_000]  # a million is 财富


def test_trying_can_be_cancelled(result):
    reporter = Reporter()
    reporter.cancel()
    with pytest.raises(Cancelled):
        sensitivity(result, RULES, point("core_aum"), reporter=reporter)


# --- two versions ---

def test_two_versions_tell_thresholds_and_moves(result):
    newer = RULES.with_parameters({"invalid_aum": 200, "tier.standard7.qualified": 60_000})
    found = compare_rules(RULES, newer, result)
    assert [(one.parameter.key, one.older, one.newer) for one in found.thresholds] == [
        ("invalid_aum", 100, 200), ("tier.standard7.qualified", 50_000, 60_000)]
    assert (found.presets, found.other) == (None, False)
    moves = {(one.column, one.before, one.after): one.rows.tolist() for one in found.moves}
    assert moves["status", "潜在-休眠", "无效"] == [2, 3]
    assert moves["tier", "达标", "普通"] == [7]
    assert set(found.rows.tolist()) >= {2, 3, 7}
    back = compare_rules(newer, RULES, result)
    assert {(one.column, one.after, one.before) for one in back.moves} == set(moves)


def test_the_same_version_moves_nobody(result):
    found = compare_rules(RULES, rules_of(RULES.sources), result)
    assert (found.thresholds, found.presets, found.other, found.moves, len(found.rows)) == (
        (), None, False, (), 0)


def test_other_presets_and_texts_are_told_without_customers():
    newer = RULES.with_tier_preset("cmb")
    found = compare_rules(RULES, newer, None)
    assert (found.presets, found.other, found.moves) == (("通用七档", "招行式"), False, None)
    texts = {**RULES.sources, "status.toml": RULES.sources["status.toml"].replace(
        'label = "无效"', 'label = "空户"')}
    assert compare_rules(RULES, rules_of(texts), None).other


def test_a_version_this_program_cannot_read_is_refused():
    with pytest.raises(RuleError):
        rules_of({"status.toml": "old = 1"})


def test_thresholds_are_said_as_people_say_them():
    said = {one.key: one.words(one.value) for one in (*RULES.parameters, *RULES.bounds)}
    assert [said[key] for key in ("invalid_aum", "dormant_months", "idle_share", "grade.A",
                                  "tier.standard7.qualified")] == [
        "100 元", "12 个月", "50%", "75 分", "5 万元"]
    assert replace(RULES.parameters[0], unit="").words(1.5) == "1.5"
