"""Tiers of every preset at their thresholds, near tier, loss."""

from __future__ import annotations

import narwhals as nw
import pytest
from conftest import AS_OF, customers

from branchseg.errors import RuleError
from branchseg.rules.derive import derive
from branchseg.rules.evaluation import Evaluation
from branchseg.rules.explain import explain_many
from branchseg.rules.tiers import put_tiers

STARTS = {
    "standard7": [0, 5e4, 2e5, 5e5, 1e6, 6e6, 1e7],
    "cmb": [0, 5e4, 5e5, 5e6, 1e7],
    "icbc_star": [0, 1e4, 5e4, 2e5, 1e6, 6e6, 8e6],
    "boc_care": [0, 5e4, 1e5, 2e5, 2e6],
    "regional5": [0, 5e4, 3e5, 5e5, 1e6, 3e6],
    "everyone": [0, 1e4, 5e4, 2e5, 6e6],
    "three": [0, 1e5, 5e5],
    "four": [0, 5e4, 2e5, 1e6],
    "spending3": [0, 1e3, 5e3, 1e4],
}


def test_all_presets_are_there_and_standard_is_in_force(rules):
    assert {p.key: [t.start for t in p.tiers] for p in rules.tiers.presets} == STARTS
    assert rules.tiers.active.label == "通用七档"
    assert list(rules.tiers.labels.values()) == [
        "普通", "达标", "理财", "贵宾", "财富", "私行", "顶级私行"]


@pytest.mark.parametrize("preset", STARTS)
def test_bands_are_closed_on_the_left_and_open_on_the_right(rules, preset):
    ruleset = rules.with_tier_preset(preset)
    field = "txn_amount_12m" if preset == "spending3" else "aum_month_avg"
    keys = list(ruleset.tiers.labels)
    starts = STARTS[preset]
    rows = [{field: start} for start in starts] + [{field: start - 0.01} for start in starts[1:]]
    scope = Evaluation(nw.from_native(customers(*rows)), AS_OF)
    derive(scope)
    put_tiers(scope, ruleset.tiers)
    found = [(scope.value("tier", i), scope.value("next_tier", i)) for i in range(len(rows))]
    pairs = list(zip(keys, [*keys[1:], None], strict=True))
    assert found == pairs + pairs[:-1]


def test_near_tier(judge):
    cases = [
        (44_999.99, False, 5_000.01), (45_000, True, 5_000), (49_999.99, True, 0.01),
        (50_000, False, 150_000), (180_000, True, 20_000), (20_000_000, False, None),
        (None, None, None),
    ]
    found = judge([{"aum_month_avg": aum} for aum, *_ in cases], "near_tier", "to_next_tier")
    assert [near for near, _ in found] == [near for _, near, _ in cases]
    assert [short for _, short in found] == [
        short if short is None else pytest.approx(short) for *_, short in cases]


def test_who_was_far_above_the_threshold_a_month_ago_is_not_near_it(judge):
    cases = [(45_000, 520_000, False), (45_000, 75_000, True), (45_000, 75_000.01, False),
             (45_000, None, True), (480_000, 520_000, True), (30_000, 520_000, False)]
    rows = [{"aum_point": now, "aum_prev_month_end": before} for now, before, _ in cases]
    assert judge(rows, "near_tier", "loss") == [(near, None) for *_, near in cases]


def test_a_great_fall_is_said(rules):
    rows = customers({"customer_id": "A", "aum_point": 45_000, "aum_prev_month_end": 520_000},
                     {"customer_id": "B", "aum_point": 45_000, "aum_prev_month_end": 50_000})
    gone, stayed = explain_many(rows, [0, 1], rules, AS_OF)
    assert gone.fall == "上月末 52 万元，现 4.5 万元，已大幅减少，不算临界。"
    assert gone.fall in gone.tier_reason
    assert (stayed.fall, stayed.near_tier) == ("", True)


def test_unknown_aum_has_no_tier(judge):
    assert judge([{"name": "张三"}], "tier", "next_tier", "to_next_tier") == [(None, None, None)]


def test_loss_over_the_months(judge):
    cases = [
        (60_000, 60_000, 40_000, "light"),
        (None, 60_000, 40_000, "light"),
        (60_000, 40_000, 40_000, "heavy"),
        (60_000, 40_000, 60_000, "none"),
        (60_000, 60_000, 50_000, "none"),
        (40_000, 50_000, 49_999.99, "light"),
        (250_000, 250_000, 60_000, "light"),    # a higher threshold was lost
        (250_000, 60_000, 60_000, "heavy"),
        (40_000, 20_000, 9_000, "none"),        # below the lowest threshold that is looked at
        (60_000, None, 40_000, None),
        (60_000, 60_000, None, None),
    ]
    keys = ("aum_prev2_month_avg", "aum_prev_month_avg", "aum_prev_month_end")
    rows = [dict(zip(keys, case[:3], strict=True)) for case in cases]
    assert judge(rows, "loss") == [loss for *_, loss in cases]


def test_no_loss_is_claimed_without_the_months(judge):
    assert judge([{"aum_month_avg": 60_000}], "loss") == [None]


def test_an_unknown_preset_is_refused(rules):
    with pytest.raises(RuleError) as caught:
        rules.with_tier_preset("cmbb")
    assert "是否想写“cmb”" in caught.value.faults[0].sentence
