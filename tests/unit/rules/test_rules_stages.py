"""No rule may ask for what is not worked out where it is read; a place among all always is."""

from __future__ import annotations

import pytest
from conftest import AS_OF, customers

from branchseg.errors import RuleError
from branchseg.rules import assess, explain, gap_costs
from branchseg.rules import gaps as gaps_module
from branchseg.rules.gaps import read_gaps
from branchseg.rules.ruleset import build

RICHEST = 'field = "loan", op = "pct_ge", value = 0.5'
RECENT_RATING = '{ field = "risk_date", op = "within_days", value = "$risk_valid_days" }'
PLACES = [
    ("status.toml", 'field = "days_behind_list"\nop = "gt"\nvalue = "$behind_days"'),
    ("suitability.toml", RECENT_RATING),
    ("suitability.toml", 'field = "consent"\nop = "is_true"'),
    ("suitability.toml", '{ not = { field = "complaint", op = "marked" } }'),
    ("actions.toml", '{ field = "wecom", op = "is_true" }'),
    ("actions.toml", '{ field = "loss", op = "in", value = ["heavy"] }'),
    ("segments.toml", '{ field = "near_tier", op = "is_true" }'),
]


def changed(rules, file, old, new):
    sources = dict(rules.sources)
    assert old in sources[file]
    return {**sources, file: sources[file].replace(old, new, 1)}


def faults(sources):
    with pytest.raises(RuleError) as caught:
        build(sources)
    return [(one.file, one.key_path, one.sentence) for one in caught.value.faults]


@pytest.mark.parametrize(("file", "old"), PLACES)
def test_wherever_a_rule_asks_for_a_place_it_is_worked_out(rules, file, old):
    new = f"{{ {RICHEST} }}" if old.startswith("{") else RICHEST.replace(", ", "\n")
    assert build(changed(rules, file, old, new)).percentiles == ("loan", "txn_count_12m")


def test_who_is_put_aside_may_be_a_place_too(rules):
    text = rules.sources["status.toml"]
    start, end = text.index("[aside]\n") + 8, text.index("# 只在旧名单里")
    new = RICHEST.replace(", ", "\n") + "\n"
    found = build(changed(rules, "status.toml", text[start:end], new))
    assert found.percentiles == ("loan", "txn_count_12m")


def test_a_gate_on_a_place_lets_those_through_who_have_it(rules):
    gate = '{ not = { field = "complaint", op = "marked" } }'
    other = build(changed(rules, "suitability.toml", gate, f"{{ {RICHEST} }}"))
    row = {"aum_point": 60_000, "last_txn": "2026-06-20", "consent": True, "risk_level": "C3",
           "risk_date": "2026-01-01", "age": 40, "maturity_date": "2026-07-20"}
    frame = customers({**row, "loan": 1}, {**row, "loan": 2}, {**row, "loan": 3}, row)
    tops = assess(frame, other, AS_OF)["next_action"].tolist()
    assert tops == ["maturity_service", "maturity_service", "maturity_plan", "maturity_service"]
    assert explain(frame, 2, other, AS_OF).advice[0].action_id == "maturity_plan"


@pytest.mark.parametrize("field", ["aum", "day_of_month", "to_next_tier"])
def test_a_place_is_worked_out_for_what_the_list_has_only(rules, field):
    sources = changed(rules, "segments.toml", '{ field = "near_tier", op = "is_true" }',
                      f'{{ field = "{field}", op = "pct_ge", value = 0.5 }}')
    (fault,) = faults(sources)
    assert fault[:2] == ("segments.toml", "tag[5].when.op")
    assert "名单" in fault[2]


@pytest.mark.parametrize(("file", "old", "new"), [
    ("suitability.toml", RECENT_RATING, '{ field = "risk_valid", op = "is_true" }'),
    ("status.toml", 'field = "days_behind_list"\nop = "gt"\nvalue = "$behind_days"',
     'field = "outdated"\nop = "is_true"'),
    ("segments.toml", 'field = "near_tier"', 'field = "tag_silent"'),
    ("status.toml", '{ field = "aum", op = "ge", value = "$core_aum", partial = "aum_partial" }',
     '{ field = "near_tier", op = "is_true" }'),
])
def test_what_comes_later_is_not_known_yet(rules, file, old, new):
    found = faults(changed(rules, file, old, new))
    assert any("还没有算出" in sentence for *_, sentence in found), found


GAP = """[[gap]]
id = "a"
gap = "甲"
effect = "乙"
among = {{ field = "name", op = "known" }}
needs = {{ {} }}
"""


@pytest.mark.parametrize("field", ["tag_silent", "flag_retain", "day_of_month", "rfm"])
def test_gaps_ask_only_for_what_the_results_have(rules, field):
    with pytest.raises(RuleError) as caught:
        read_gaps(GAP.format(f'field = "{field}", op = "known"'), rules)
    assert [one.key_path for one in caught.value.faults] == ["gap[1].needs.field"]


def test_a_gap_may_ask_for_a_place(rules, monkeypatch, tmp_path):
    (tmp_path / "quality.toml").write_text(GAP.format(RICHEST), encoding="utf-8")
    monkeypatch.setattr(gaps_module, "resources_dir", lambda: tmp_path)
    monkeypatch.setattr(gaps_module, "_READ", {})
    frame = customers(*({"name": "张三", "loan": loan} for loan in (1, 2, 3, 4)))
    costs = gap_costs(frame, assess(frame, rules, AS_OF), rules, AS_OF)
    assert [(one.key, one.customers) for one in costs] == [("a", 2)]
