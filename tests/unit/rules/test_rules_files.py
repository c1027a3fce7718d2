"""Rule files: the shipped ones load, faults are all found at once, parameters and saving."""

from __future__ import annotations

import pytest

from branchseg import messages
from branchseg.errors import RuleError
from branchseg.model.results import ActionKind
from branchseg.paths import resources_dir
from branchseg.rules import describe, load, save
from branchseg.rules.ruleset import FILES, build


@pytest.fixture
def sources(rules):
    return dict(rules.sources)


def faults(sources):
    with pytest.raises(RuleError) as caught:
        build(sources)
    return [(one.file, one.key_path, one.sentence) for one in caught.value.faults]


def change(sources, file, old, new):
    assert old in sources[file]
    return {**sources, file: sources[file].replace(old, new, 1)}


def test_the_shipped_files_load_without_a_fault(rules):
    assert rules.id.startswith("网点客户识别-默认 v1 · ")
    assert len(rules.id.rsplit(" ", 1)[1]) == 8
    assert len(rules.factors.factors) == 7
    assert sum(factor.weight for factor in rules.factors.factors) == 100
    assert len(rules.actions.actions) >= 20


def test_the_id_follows_the_content(rules, sources):
    other = build(change(sources, "actions.toml", "到期提醒", "到期通知"))
    assert other.id != rules.id
    assert build(sources).id == rules.id


def test_labels_are_chinese_and_in_natural_order(rules):
    assert rules.labels["status"] == {
        "invalid": "无效", "dormant": "潜在-休眠", "core": "核心有效", "potential": "潜在-有效",
        "unverified": "待核实"}
    assert rules.label("grade", "insufficient") == "信息不足"
    assert rules.label("segment", "mass") == "大众客户"


def test_every_message_of_the_rules_is_used_or_reachable(rules):
    book = [sentence for section in describe(rules) for sentence in section.sentences]
    assert len(book) > 100
    assert all("{" not in sentence for sentence in book)
    assert "  无效" not in book
    assert not [sentence for sentence in book for sign in "≥≤<>∞[" if sign in sentence]
    assert book[1] == (
        "无效：资产不超过 100 元，并且不是（其中一项成立："
        "最近交易日在最近 12 个月内，或者近12月交易笔数不少于 1 笔）。")
    assert "达标：5 万元（含）到 20 万元（不含），大堂经理维护，至少每 90 天联系一次。" in book
    assert "顶级私行：1,000 万元以上，私行顾问维护，至少每 30 天联系一次。" in book
    assert "新客户首访：开户后第 2、7、30 天各一次，联系上了才算。" in book


def test_many_faults_are_reported_at_once_with_places(sources):
    broken = change(sources, "status.toml", 'field = "aum", op = "le"',
                    'field = "aumm", op = "lee"')
    broken = change(broken, "factors.toml", "data_share = 70", "data_share = 170")
    broken = change(broken, "segments.toml", 'actions = ["lobby_verify"]', "actions = []")
    broken = change(broken, "actions.toml", 'channels = ["lobby_talk"]',
                    'chanels = ["lobby_talk"]')
    found = faults(broken)
    assert ("factors.toml", "factor[1].data_share", "这里要写 0 到 100 之间的数字。") in found
    assert ("segments.toml", "segment[3].actions",
            "分群“无效客户”没有动作，请至少绑定一个。") in found
    places = {(file, path) for file, path, _ in found}
    assert ("status.toml", "status[1].when.all[1].field") in places
    assert ("status.toml", "status[1].when.all[1].op") in places
    assert ("actions.toml", "action[1].channels") in places
    assert ("actions.toml", "action[1].chanels") in places
    sentences = " ".join(sentence for *_, sentence in found)
    assert "是否想写“aum”" in sentences
    assert "是否想写“channels”" in sentences


FAULTY = [
    ("status.toml", "[[status]]", "[[status", "有效的 TOML"),
    ("status.toml", 'id = "dormant"', 'id = "core"', "缺少状态“dormant”"),
    ("status.toml", '"$core_aum"', '"$cor_aum"', "是否想写“core_aum”"),
    ("status.toml", "min = 12 ", "min = 40 ", "min 不能大于 max"),
    ("status.toml", 'partial = "aum_partial"', 'partial = "aum"', "partial 要写一个是否类字段"),
    ("status.toml", """[parameters.core_aum]
label = "核心有效：达标门槛"
unit = "元"
value = 50000
min = 1000
max = 1000000
""", """[parameters]
core_aum = { label = "核心", value = 50000, min = 1000, max = 1000000 }
""", "单独写成一行"),
    ("tiers.toml", "from = 200000", "from = 20000", "从 0 开始逐级升高"),
    ("tiers.toml", 'active = "standard7"', 'active = "standard"', "是否想写“standard7”"),
    ("factors.toml", "from = 55", "from = 85", "逐级降低"),
    ("factors.toml", 'field = "pension", op = "is_true"',
     'field = "pension", op = "ge", value = 1', "“ge”不能用于“养老金代发”"),
    ("factors.toml", 'op = "between", value = [25, 59]', 'op = "between", value = [59, 25]',
     "前小后大"),
    ("factors.toml", 'op = "within_days", value = 90', 'op = "within_days", value = 9.5',
     "不小于 0 的整数"),
    ("factors.toml", 'field = "near_tier"', 'field = "segment"', "没有名为“segment”的字段"),
    ("actions.toml", "instead = { rating =", "instead = { ratting =", "rating"),
    ("actions.toml", 'rating = "near_tier_retest"', 'rating = "near_tier_retset"',
     "near_tier_retest"),
    # RFM is worked out after the rules, from what they derive
    ("segments.toml", 'field = "near_tier"', 'field = "rfm"', "没有名为“rfm”的字段"),
    ("actions.toml", "{maturity_date}", "{rfm}", "{rfm} 不是字段名"),
    ("factors.toml", 'flag = "retain"', 'flag = "retian"', "是否想写“retain”"),
    ("segments.toml", 'value = ["invalid"]', 'value = ["invald"]', "是否想写“invalid”"),
    ("segments.toml", 'actions = ["wake_up"]', 'actions = ["wakeup"]', "是否想写“wake_up”"),
    ("segments.toml", 'id = "minor"', 'id = "mass"', "“mass”重复出现"),
    ("suitability.toml", 'instead = "risk_retest"', 'instead = "maturity_plan"', "不是可用的动作"),
    ("actions.toml", 'risk = "R2"', 'risk = "R6"', "R1、R2、R3、R4、R5"),
    ("actions.toml", 'fallback = "maturity_service"', "", "替代的服务动作"),
    ("actions.toml", "{maturity_date}", "{maturity_dat}", "是否想写“maturity_date”"),
    ("actions.toml", "不承诺收益", "保本保收益", "禁用词“保本”"),
]


@pytest.mark.parametrize(("file", "old", "new", "sentence"), FAULTY)
def test_a_fault_is_named(sources, file, old, new, sentence):
    found = faults(change(sources, file, old, new))
    assert any(file == where and sentence in told for where, _, told in found), found


def test_a_missing_file_is_a_fault(tmp_path, rules):
    save(rules, tmp_path)
    (tmp_path / "tiers.toml").unlink()
    with pytest.raises(RuleError) as caught:
        load(tmp_path)
    assert [one.file for one in caught.value.faults] == ["tiers.toml"]
    assert "tiers.toml" in messages.explain(caught.value)


def test_parameters_change_only_their_own_line_and_are_saved(tmp_path, rules, sources):
    other = rules.with_parameters({"core_aum": 60000, "near_ratio": 0.85}) \
        .with_tier_preset("cmb")
    values = {parameter.key: parameter.value for parameter in other.parameters}
    assert (values["core_aum"], values["near_ratio"]) == (60000, 0.85)
    changed = [(old, new) for name in FILES for old, new in zip(
        sources[name].splitlines(), other.sources[name].splitlines(), strict=True) if old != new]
    assert changed == [
        ("value = 50000", "value = 60000"),
        ('active = "standard7"          # 现行分层', 'active = "cmb"          # 现行分层'),
        ("value = 0.9", "value = 0.85"),
    ]
    save(other, tmp_path)
    again = load(tmp_path)
    assert again.id == other.id != rules.id
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_setting_the_same_values_changes_nothing(rules):
    same = {parameter.key: parameter.value for parameter in rules.parameters}
    assert rules.with_parameters(same).id == rules.id


def test_parameters_out_of_range_or_unknown_are_all_refused(rules):
    with pytest.raises(RuleError) as caught:
        rules.with_parameters({"core_aum": 1, "dormant_month": 12})
    first, second = caught.value.faults
    assert first.sentence == "这里要写 1,000 到 1,000,000 之间的数字。"
    assert "是否想写“dormant_months”" in second.sentence


def test_every_segment_has_actions_and_marketing_a_way_out(rules):
    assert all(segment.actions for segment in rules.segments.segments)
    for action in rules.actions.actions:
        if action.kind is ActionKind.MARKETING:
            assert rules.actions.by_key(action.fallback).kind is ActionKind.SERVICE


def test_all_rule_messages_exist():
    known = messages.known_codes()
    fields = ("aum_month_avg", "aum_quarter_avg", "aum_year_avg", "aum_point", "sum_of_parts")
    assert {f"rules.basis.{field}" for field in fields} <= known


def test_nothing_is_left_beside_the_rule_files():
    shipped = {path.name for path in (resources_dir() / "rules").iterdir()}
    assert shipped - {"__pycache__"} == set(FILES)
