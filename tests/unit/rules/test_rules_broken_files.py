"""Rule files of any shape: a rule set that works, or faults that name file and key."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchseg.errors import RuleError
from branchseg.paths import resources_dir
from branchseg.rules import describe
from branchseg.rules.ruleset import FILES, build

SHIPPED = {name: (resources_dir() / "rules" / name).read_text(encoding="utf-8") for name in FILES}
TABLES = {name: tomllib.loads(content) for name, content in SHIPPED.items()}


def toml(table: dict[str, Any]) -> str:
    """A TOML document: parameters in sections as the settings page needs them, the rest inline."""
    plain = {key: value for key, value in table.items() if key != "parameters"}
    lines = [f"{json.dumps(key)} = {inline(value)}" if not key.isidentifier()
             else f"{key} = {inline(value)}" for key, value in plain.items()]
    parameters = table.get("parameters", {})
    if not isinstance(parameters, dict):
        return "\n".join([*lines, f"parameters = {inline(parameters)}"])
    for key, value in parameters.items():
        if isinstance(value, dict):
            lines += [f"[parameters.{key}]",
                      *(f"{name} = {inline(item)}" for name, item in value.items())]
        else:
            lines.insert(0, f"parameters.{key} = {inline(value)}")
    return "\n".join(lines) + "\n"


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else repr(value)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value, tables and lists too."""
    found = [path] if path else []
    if isinstance(value, dict):
        found += [p for key, item in value.items() for p in leaves(item, (*path, key))]
    elif isinstance(value, list):
        found += [p for place, item in enumerate(value) for p in leaves(item, (*path, place))]
    return found


PLACES = [(name, path) for name in FILES for path in leaves(TABLES[name])]
STRANGE = [
    "", " ", ";", "a;b", "x y", "{x}", "{", "}}", "{risk}{", "$nobody", "$", "tier", "保本", "\n",
    0, 1, -1, 1.5, 10**30, 10**400, -(10**400), 1e308, float("inf"), float("nan"), 999_999_999,
    99_999, True, False, date(2026, 1, 1), datetime(2026, 1, 1),  # noqa: DTZ001 - TOML's local one
    [], [1], [""], ["甲"], [[]], [{}], [{"id": "x"}], [1, float("nan")], [1, 10**400], {},
    {"x": 1}, {"field": "aum", "op": "ge", "value": 1}, {"all": []}, {"not": {}},
    {"field": "last_txn", "op": "within_days", "value": 999_999_999},
    {"field": "last_txn", "op": "within_months", "value": 99_999},
    {"field": "name", "op": "contains", "value": [""]},
    {"field": "name", "op": "in", "value": []},
]


def changed(table: Any, path: tuple[Any, ...], how: str, value: Any) -> Any:
    """A copy of `table` with one place replaced, deleted, doubled or renamed."""
    key, rest = path[0], path[1:]
    copy = dict(table) if isinstance(table, dict) else list(table)
    if rest:
        copy[key] = changed(table[key], rest, how, value)
    elif how == "delete":
        del copy[key]
    elif how == "replace":
        copy[key] = value
    elif isinstance(copy, list):
        copy.insert(key, copy[key])
    else:
        copy[f"{key}_2" if how == "double" else "neu"] = copy.pop(key)
    return copy


def check(sources: dict[str, str]) -> None:
    ruleset, faults = None, ()
    try:
        ruleset = build(sources)
    except RuleError as error:
        faults = error.faults
    for fault in faults:
        assert fault.file in FILES
        assert fault.key_path or "TOML" in fault.sentence
        assert fault.sentence
    if ruleset is None:
        assert faults
        return
    assert describe(ruleset)
    for action in ruleset.actions.actions:
        for gate in ruleset.plan.gates(action):
            gate.because.format(risk=action.risk)


def test_the_writer_of_this_test_changes_nothing():
    check({name: toml(TABLES[name]) for name in FILES})
    assert build({name: toml(TABLES[name]) for name in FILES}).factors == build(SHIPPED).factors


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(
    ("replace", "replace", "delete", "double", "rename")), st.sampled_from(STRANGE)),
    min_size=1, max_size=3))
def test_any_change_is_a_rule_set_or_named_faults(changes):
    tables = dict(TABLES)
    for (name, path), how, value in changes:
        try:
            tables[name] = changed(tables[name], path, how, value)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change took the place away
    check({name: toml(table) for name, table in tables.items()})


@pytest.mark.parametrize("content", [
    "", "[", "[[status]]\n[status]", "x = " + "9" * 5000, "x = " + "[" * 5000, "\x00",
    "parameters = [1]", "parameters = 1", "[parameters]\nx = 1", "[parameters.x]\nmin = nan",
    "a = 1\na = 2", "status = 1", "ruleset = []",
])
@pytest.mark.parametrize("name", ["status.toml", "actions.toml"])
def test_files_that_are_something_else(name, content):
    with pytest.raises(RuleError):
        build({**SHIPPED, name: content})
    check({**SHIPPED, name: content})


def fault_of(name: str, old: str, new: str) -> tuple[str, str]:
    """(key path, sentence) of the only fault a change makes."""
    assert old in SHIPPED[name]
    with pytest.raises(RuleError) as caught:
        build({**SHIPPED, name: SHIPPED[name].replace(old, new, 1)})
    (fault,) = caught.value.faults
    assert fault.file == name
    return fault.key_path, fault.sentence


@pytest.mark.parametrize(("name", "old", "new", "path", "words"), [
    ("segments.toml", 'label = "沉默（6 至 12 个月未动账）"', "label = []", "tag[2].label",
     "一段非空的文字"),
    ("segments.toml", 'op = "within_months", value = 12', 'op = "within_months", value = 99999',
     "tag[2].when.all[1].value", "最大 1,200"),
    ("segments.toml", 'op = "within_days", value = 7', 'op = "within_days", value = 999999999',
     "tag[7].when.value", "最大 36,500"),
    ("segments.toml", 'id = "minor"', 'id = "a;b"', "segment[6].id", "不要用分号"),
    ("suitability.toml", 'because = "客户有投诉，先做好回访"', 'because = "{x}"',
     "gate[3].because", "{risk}"),
    ("suitability.toml", '"保本", "保收益"', '"", "保收益"', "forbidden", "一组文字"),
    ("suitability.toml", 'id = "child"', 'id = "mismatch"', "gate", "重复出现"),
    ("tiers.toml", "asset_levels = [10000, 50000, 500000]",
     "asset_levels = [50000, 10000, 500000]", "preset[1].asset_levels", "逐级升高"),
    ("factors.toml", "{asset_level_1}以上", "{asset_level_9}以上", "factor[5].level_texts",
     "{asset_level_1}"),
])
def test_faults_say_what_is_allowed(name, old, new, path, words):
    found, sentence = fault_of(name, old, new)
    assert found == path
    assert words in sentence


def test_groups_may_not_be_nested_without_end():
    deep = '{ field = "aum", op = "known" }'
    for _ in range(40):
        deep = f"{{ not = {deep} }}"
    _, sentence = fault_of("segments.toml", '{ field = "near_tier", op = "is_true" }', deep)
    assert "最多 12 层" in sentence
