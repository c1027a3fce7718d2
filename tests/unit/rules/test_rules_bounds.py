"""Starts of tiers and grades, changed as parameters are, in the text where they stand."""

import pytest

from branchseg.errors import RuleError
from branchseg.rules.bounds import tier_key
from branchseg.rules.ruleset import build


def values(ruleset):
    return {bound.key: bound.value for bound in ruleset.bounds}


def test_every_start_but_zero_can_be_changed(rules):
    found = values(rules)
    wanted = {tier_key(preset.key, tier.key): tier.start
              for preset in rules.tiers.presets for tier in preset.tiers if tier.start}
    assert found == wanted | {"grade.A": 75, "grade.B": 55, "grade.C": 35}
    assert not set(found) & {parameter.key for parameter in rules.parameters}


def test_a_start_is_changed_where_it_stands_and_nowhere_else(rules):
    key = tier_key("cmb", "gold")
    changed = rules.with_parameters({key: 60_000, "grade.B": 60.5, "invalid_aum": 200})
    assert values(changed) == values(rules) | {key: 60_000, "grade.B": 60.5}
    assert changed.tiers.active == rules.tiers.active
    assert [grade.start for grade in changed.factors.grades] == [75, 60.5, 35, 0]
    assert changed.sources["tiers.toml"] == rules.sources["tiers.toml"].replace(
        'label = "金卡", from = 50000', 'label = "金卡", from = 60000')
    back = changed.with_parameters({key: 50_000, "grade.B": 55, "invalid_aum": 100})
    assert back.id == rules.id


@pytest.mark.parametrize(("values", "sentence"), [
    ({"tier.standard7.qualified": 200_000}, "层级门槛要从 0 开始逐级升高。"),
    ({"grade.B": 75}, "等级分数线要逐级降低，最后一级为 0。"),
    ({"grade.A": 101}, "这里要写 1 到 100 之间的数字。"),
])
def test_starts_that_do_not_fit_are_refused(rules, values, sentence):
    with pytest.raises(RuleError) as refused:
        rules.with_parameters(values)
    assert [fault.sentence for fault in refused.value.faults] == [sentence]


def test_two_starts_that_fit_only_together_are_changed_together(rules):
    both = {"tier.standard7.qualified": 300_000, "tier.standard7.affluent": 400_000}
    tiers = rules.with_parameters(both).tiers.active.tiers
    assert [tier.start for tier in tiers[:4]] == [0, 300_000, 400_000, 500_000]


def test_what_is_written_another_way_is_not_offered(rules):
    odd = rules.sources["tiers.toml"].replace(
        '{ id = "gold", label = "金卡"', '{ "id" = "gold", label = "金卡"')
    found = values(build({**rules.sources, "tiers.toml": odd}))
    assert tier_key("cmb", "gold") not in found
    assert tier_key("cmb", "sunflower") in found


def test_idle_deposits_have_one_threshold_for_factor_and_tag(rules):
    changed = rules.with_parameters({"idle_share": 0.3, "idle_demand": 20_000})
    (tag,) = (tag for tag in changed.segments.tags if tag.key == "idle")
    assert "2 万元" in tag.when.describe()
    assert "30%" in tag.when.describe()
