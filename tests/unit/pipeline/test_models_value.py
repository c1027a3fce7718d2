"""Lifetime value of the customers of a result, tier by tier."""

import numpy as np
import pytest
from model_customers import result_of

from branchseg.analytics.answer import Verdict
from branchseg.analytics.balance_value import LIMITS, Assumptions
from branchseg.pipeline import models
from branchseg.pipeline.models import MODELS
from branchseg.progress import Reporter

TIERS = ["mass", "mass", "vip", "mass", None]


def result():
    """A rich active customer, three others, one of them silent, and one without a balance."""
    made = result_of({"aum": np.array([10_000.0, 10_000.0, 600_000.0, 0.0, np.nan]),
                      "days_since_txn": np.array([10.0, 184.0, 183.0, np.nan, 5.0])})
    keys = list(made.ruleset.labels["tier"])
    made.results["tier"] = [keys[0], keys[0], keys[-1], keys[0], None]
    made.results["tier"] = made.results["tier"].astype("str").where(
        made.results["aum"].notna())
    return made, keys


def find(given=None):
    made, keys = result()
    return models.find("value", made, Reporter(), given or {}), keys, made


def by_hand(balance, rate, margin=0.015, discount=0.05, years=5):
    return sum(margin * balance * rate**t / (1 + discount)**t for t in range(1, years + 1))


def test_the_value_is_the_sum_of_discounted_earnings():
    found, keys, made = find()
    assert found.verdict is Verdict.OK
    high, low = found.groups
    labels = made.ruleset.labels["tier"]
    assert [high.name, low.name] == [labels[keys[-1]], labels[keys[0]]]
    assert high.positions.tolist() == [2]
    assert low.positions.tolist() == [0, 1, 3]
    rich = by_hand(600_000, 0.9)
    assert f"户均 {rich / 10_000:.1f} 万元" in high.why
    assert "非会计利润" in found.sentence
    bars = found.pictures[0].draw(False).figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == pytest.approx(
        [rich, by_hand(10_000, 0.9) + by_hand(10_000, 0.6)])


def test_who_did_nothing_for_half_a_year_has_the_lower_rate():
    facts = dict(find()[0].facts)
    assert facts["半年没动账（按较低留存率）"] == "1 户"
    assert facts["最近交易日未知（按较低留存率）"] == "1 户"


def test_a_list_without_days_of_transactions_does_not_call_anybody_silent():
    made = result_of({"aum": np.full(150, 1_000.0)})
    made.results["tier"] = next(iter(made.ruleset.labels["tier"]))
    found = models.find("value", made, Reporter())
    facts = dict(found.facts)
    assert facts["半年没动账（按较低留存率）"] == "0 户"
    assert facts["最近交易日未知（按较低留存率）"] == "150 户"
    assert f"合计约 {150 * by_hand(1_000, 0.6):,.0f} 元" in found.sentence


def test_assumptions_change_the_value_and_impossible_ones_do_not():
    plain = find()[0]
    double = find({"value.margin": 0.03})[0]
    assert double.sentence != plain.sentence
    assert find({"value.margin": 7.0, "other.margin": 0.03})[0].sentence == plain.sentence
    assert find({"value.years": 1.0})[0].sentence.startswith("今后 1 年")


def test_every_default_is_allowed():
    for model in MODELS.values():
        for one in model.parameters:
            assert one.least <= one.default <= one.most
            assert model.label(one)


def test_what_may_be_assumed_stands_in_one_place():
    for one in MODELS["value"].parameters:
        if one.key != "retention_silent":
            assert (one.least, one.most) == LIMITS[one.key]
            assert one.default == getattr(Assumptions(), one.key)


def test_without_any_balance_there_is_no_value():
    found = models.find("value", result_of({"aum": np.full(5, np.nan)}), Reporter())
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert "没有资产余额" in found.sentence
