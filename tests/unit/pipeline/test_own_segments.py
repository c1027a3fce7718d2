"""Own segments: conditions read and written, counts, members, overlap and quality."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg import pipeline, rules, sample
from branchseg.errors import RuleError
from branchseg.model.fields import FIELDS, IMPORTED, Kind
from branchseg.model.issues import IssueLog
from branchseg.model.raw import SourceRef
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.paths import resources_dir
from branchseg.pipeline import ownsegments
from branchseg.pipeline.ownsegments import STAFF_TAG, Crowd, TwoLists
from branchseg.pipeline.ownsegments.contrast import cliffs_delta
from branchseg.pipeline.ownsegments.spec import known_fields, read
from branchseg.rules.predicates import OPERATORS, Condition, Group
from branchseg.store.records import OwnSegment

RULES = rules.load(resources_dir() / "rules")
KNOWN = known_fields(RULES, ["爱跑步", "$金"])
TEXT = (resources_dir() / "ownsegments.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "名单.xlsx"
    sample.write(path, customers=300, seed=7)
    prepared = pipeline.prepare(pipeline.read_lists(path), as_of=date(2026, 10, 31))
    return pipeline.evaluate(prepared, RULES)


@pytest.fixture(scope="module")
def spec():
    return ownsegments.load(RULES)


@pytest.fixture(scope="module")
def crowd(result):
    ids = tuple(result.table.frame["customer_id"])
    return Crowd(result, {"爱跑步": ids[:40], "子女教育": ids[30:60]})


def by(key, op, value=None, **more):
    table = {"field": key, "op": op, **more}
    return table if value is None else {**table, "value": value}


# --- trees ---

NUMBERS = st.floats(-1e12, 1e12) | st.integers(-10**12, 10**12).map(float)
VALUES = {
    "number": NUMBERS,
    "pair": st.tuples(NUMBERS, NUMBERS).map(lambda pair: tuple(sorted(pair))),
    "days": st.integers(0, 1200).map(float),
    "words": st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=3).map(tuple),
    "none": st.none(),
}


@st.composite
def conditions(draw):
    field = draw(st.sampled_from([
        field for field in KNOWN.values() if not field.choices or field.kind is Kind.FLAG]))
    fitting = [key for key, operator in OPERATORS.items() if field.kind in operator.kinds
               and (key != "pct_ge" or FIELDS.get(field.key) in IMPORTED)]
    op = draw(st.sampled_from(fitting))
    partial = KNOWN["aum_partial"] if OPERATORS[op].lower_bound and draw(st.booleans()) else None
    return Condition(field, op, draw(VALUES[OPERATORS[op].value]), partial, draw(st.booleans()))


TREES = st.recursive(conditions(), lambda parts: (
    st.builds(Group, st.sampled_from(["all", "any", "any_known"]),
              st.lists(parts, min_size=1, max_size=3).map(tuple))
    | st.builds(Group, st.just("not"), st.tuples(parts))), max_leaves=8)


@given(TREES)
def test_a_tree_written_and_read_back_is_equal(tree):
    table = json.loads(json.dumps(rules.write_tree(tree)))
    assert rules.read_tree(table, KNOWN) == tree


@pytest.mark.parametrize(("table", "count"), [
    ({}, 1), (by("aum", "ge"), 1), (by("aums", "ge", 5), 1), (by("aum", "in", ["甲"]), 1),
    (by("tier", "in", ["没有这一层"]), 1), ({"all": []}, 1), (by("aum", "ge", 5, x=1), 1),
    ({"all": [by("aum", "ge"), by("age_years", "in", ["甲"])]}, 2),
])
def test_what_cannot_be_meant_is_told_with_every_fault(table, count):
    with pytest.raises(RuleError) as caught:
        rules.read_tree(table, KNOWN)
    assert len(caught.value.faults) == count


# --- counts ---

def row_truth(table, row, tagged):
    """What a table says of one customer: True, False or None; written anew, row by row."""
    if "not" in table:
        inner = row_truth(table["not"], row, tagged)
        return None if inner is None else not inner
    for op, certain in (("all", False), ("any", True)):
        if op in table:
            found = [row_truth(part, row, tagged) for part in table[op]]
            return certain if certain in found else None if None in found else not certain
    key, op, wanted = table["field"], table["op"], table.get("value")
    if key.startswith(STAFF_TAG):
        return row["customer_id"] in tagged[key.removeprefix(STAFF_TAG)]
    value = row.get(key)
    known = not pd.isna(value)
    if op in {"missing", "known"}:
        return known == (op == "known")
    if not known:
        return None
    return {"ge": lambda: value >= wanted, "lt": lambda: value < wanted,
            "between": lambda: wanted[0] <= value <= wanted[1], "in": lambda: value in wanted,
            "contains": lambda: any(word in value for word in wanted),
            "is_true": lambda: bool(value)}[op]()


LEAVES = st.one_of(
    st.builds(by, st.sampled_from(["age_years", "holdings", "txn_count_12m", "days_since_txn"]),
              st.sampled_from(["ge", "lt"]), st.integers(0, 80)),
    st.builds(lambda low, more: by("age_years", "between", [low, low + more]),
              st.integers(10, 70), st.integers(0, 30)),
    st.builds(by, st.sampled_from(["tier", "wealth", "gender", "risk_level"]),
              st.sampled_from(["known", "missing"])),
    st.just(by("gender", "in", ["女"])), st.just(by("status", "in", ["core", "potential"])),
    st.just(by("manager", "contains", ["王", "李"])), st.just(by("near_tier", "is_true")),
    st.just(by("credit_card", "is_true")), st.just(by(STAFF_TAG + "爱跑步", "marked")),
)
TABLES = st.recursive(LEAVES, lambda parts: (
    st.builds(lambda op, found: {op: found}, st.sampled_from(["all", "any"]),
              st.lists(parts, min_size=1, max_size=3))
    | parts.map(lambda part: {"not": part})), max_leaves=6)


@pytest.fixture(scope="module")
def rows(result):
    both = {**dict(result.table.frame.items()), **dict(result.results.items())}
    return pd.DataFrame(both).to_dict("records")


@given(table=TABLES, with_invalid=st.booleans())
@settings(max_examples=40)
def test_counts_equal_those_of_a_reference_row_by_row(crowd, rows, table, with_invalid):
    crowd = replace(crowd, with_invalid=with_invalid)
    truths = [row_truth(table, row, crowd.tagged) for row in rows
              if with_invalid or row["status"] != "invalid"]
    (tally,) = ownsegments.tallies(crowd, [table])
    assert tally == (truths.count(True), truths.count(False), truths.count(None))


def test_each_condition_is_counted_and_a_faulty_one_says_why(crowd):
    parts = [by("gender", "in", ["女"]), by("age_years", "ge"), by("age_years", "ge", 60)]
    women, faulty, elderly = ownsegments.tallies(crowd, parts)
    (both,) = ownsegments.tallies(crowd, [{"all": [parts[0], parts[2]]}])
    assert faulty == "value 要写一个数字。"
    assert sum(women) == sum(elderly) == int(crowd.counts.sum())
    assert 0 < both.yes <= min(women.yes, elderly.yes)


def test_a_lower_bound_proves_only_what_it_can(result):
    frame = result.table.frame.assign(aum_partial=pd.array(
        [True] * len(result.table), dtype="boolean"))
    table = replace(result.table, frame=frame)
    partial = replace(result, prepared=replace(result.prepared, table=table))
    rich = by("aum", "ge", 5e4)
    for one in (result, partial):
        plain, careful = ownsegments.tallies(Crowd(one, {}), [
            rich, {**rich, "partial": "aum_partial"}])
        assert careful.yes == plain.yes
        assert careful.no == (0 if one is partial else plain.no)


def test_a_tag_of_the_rules_is_who_has_it(crowd):
    tags = crowd.result.results["tags"].fillna("").str.split(";")
    wanted = sum("elder" in one for one, here in zip(tags, crowd.counts, strict=True) if here)
    (tally,) = ownsegments.tallies(crowd, [by("tag_elder", "marked")])
    assert tally.yes == wanted > 0


def test_a_tag_nobody_has_any_more_is_nobody(crowd):
    assert ownsegments.tallies(crowd, [by(STAFF_TAG + "早没有了", "marked")])[0].yes == 0


# --- members ---

def test_conditions_are_asked_anew_and_a_fixed_list_stays(crowd):
    by_age = OwnSegment("老年", by("age_years", "ge", 60))
    inside = ownsegments.members(crowd, by_age)
    ids = crowd.result.table.ids_at(np.flatnonzero(inside))
    fixed = OwnSegment("沙龙", None, (*ids[:5], "不在名单上"))
    assert int(ownsegments.members(crowd, fixed).sum()) == 5
    earlier = pipeline.evaluate(crowd.result.prepared, RULES, today=date(2046, 10, 31))
    later = Crowd(earlier, {})
    assert int(ownsegments.members(later, by_age).sum()) > int(inside.sum())
    assert int(ownsegments.members(later, fixed).sum()) == 5
    assert ownsegments.definition(crowd, by_age) == "年龄不少于 60 岁"
    assert ownsegments.definition(crowd, fixed) == ""


def test_who_was_put_on_a_fixed_list_stays_even_if_invalid(crowd):
    invalid = np.flatnonzero(~crowd.counts)[:2]
    fixed = OwnSegment("名单", None, crowd.result.table.ids_at(invalid))
    assert len(invalid) == int(ownsegments.members(crowd, fixed).sum()) == 2


# --- the table ---

def test_the_table_offers_what_the_data_have(crowd, spec):
    offers = ownsegments.offers(crowd, spec)
    assert list(offers)[:5] == ["人口", "行为", "心理（标签）", "价值", "需求"]
    tags = [offer.field.label for offer in offers["心理（标签）"]]
    assert {"爱跑步", "子女教育"} <= set(tags)
    gender = next(one.field for one in offers["人口"] if one.field.key == "gender")
    assert {key for key, _ in gender.choices} == {"男", "女"}
    offered = {one.field.key for group in offers.values() for one in group}
    assert not offered & {"name", "id_number", "mobile", "account_no", "customer_id"}


def test_presets_say_what_the_list_lacks(crowd, spec):
    bare = replace(crowd.result.table, frame=crowd.result.table.frame.drop(
        columns=["login_days_30d", "txn_amount_12m"], errors="ignore"))
    fewer = replace(crowd.result, prepared=replace(crowd.result.prepared, table=bare))
    lacks = {one.preset.key: one.lacks
             for one in ownsegments.offered_presets(Crowd(fewer, {}), spec)}
    assert lacks["active"] == "近30天登录天数"
    assert lacks["spend_low"] == "近12月交易金额"
    assert lacks["women"] == lacks["elderly"] == ""


def test_bands_of_presets_neither_overlap_nor_leave_a_gap(crowd, spec):
    presets = {preset.key: preset.tree for preset in spec.presets}
    for keys in (("young", "middle_aged", "elderly"), ("active", "inactive"),
                 ("men", "women")):
        counts = ownsegments.tallies(crowd, [presets[key] for key in keys])
        assert sum(one.yes for one in counts) == counts[0].yes + counts[0].no


def test_every_fault_of_the_table_is_found():
    broken = TEXT.replace('"occupation", ', '"occupatoin", ').replace("few = 30", "few = -1")
    with pytest.raises(RuleError) as caught:
        read(broken, RULES)
    assert len(caught.value.faults) == 2


# --- overlap and what tells apart ---

def test_delta_is_how_much_more_often_one_lies_above():
    assert cliffs_delta(np.array([3.0, 4.0]), np.array([1.0, 2.0])) == 1.0
    assert cliffs_delta(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == 0.0
    assert cliffs_delta(np.array([1.0, 4.0, 5.0]), np.array([2.0, 4.0])) == pytest.approx(1 / 6)


def test_overlap_counts_both_and_each_alone(crowd, spec):
    elderly = OwnSegment("老年", by("age_years", "ge", 60))
    women = OwnSegment("女", by("gender", "in", ["女"]))
    found = ownsegments.overlap(crowd, elderly, women, spec)
    old, female = (ownsegments.members(crowd, one) for one in (elderly, women))
    assert found.both.tolist() == np.flatnonzero(old & female).tolist()
    assert found.only_first.tolist() == np.flatnonzero(old & ~female).tolist()
    assert found.only_second.tolist() == np.flatnonzero(female & ~old).tolist()
    assert found.sides == ("只在“老年”的客户", "只在“女”的客户")
    assert not any("年龄" in one or "性别" in one for one in found.apart)


def test_one_within_the_other_is_held_against_the_rest(crowd, spec):
    elderly = OwnSegment("老年", by("age_years", "ge", 60))
    everybody = OwnSegment("成人", by("age_years", "ge", 0))
    found = ownsegments.overlap(crowd, elderly, everybody, spec)
    assert len(found.only_first) == 0
    assert found.sides == ("只在“成人”的客户", "两边都在的客户")
    nobody = OwnSegment("没有", by("age_years", "ge", 200))
    assert ownsegments.overlap(crowd, nobody, nobody, spec).sides == ("", "")


def test_what_was_made_different_is_told_and_chance_is_not(crowd, spec):
    aum = crowd.column("aum")
    rich = (aum >= aum.median()).fillna(value=False).to_numpy()
    found = ownsegments.differences(crowd, (rich, ~rich), ("甲", "乙"), spec.contrast)
    assert found[0].sentence.startswith("资产：甲中位数 ")
    assert found[0].delta == pytest.approx(1.0)
    assert len(found) <= spec.contrast.most
    coin = np.random.default_rng(5).random(len(rich)) < 0.5
    assert ownsegments.differences(crowd, (coin, ~coin), ("甲", "乙"), spec.contrast) == []
    few = np.arange(len(rich)) < spec.contrast.least_known - 1
    assert ownsegments.differences(crowd, (few, ~few), ("甲", "乙"), spec.contrast) == []


# --- quality ---

def tones(points):
    return {point.label: (point.tone, point.word) for point in points}


def test_quality_says_size_knowledge_and_action(crowd, spec):
    women = OwnSegment("女", by("gender", "in", ["女"]), action="aum_upgrade")
    points = tones(ownsegments.quality(crowd, women, spec, None))
    assert points["大小"] == ("ok", "合适")
    assert points["稳定"] == ("neutral", "看不出")
    bound = replace(women, action=next(iter(RULES.actions.labels)))
    assert tones(ownsegments.quality(crowd, bound, spec, None))["动作"] == ("neutral", "已绑定")
    for gone in ("", "早没有的动作"):
        assert tones(ownsegments.quality(crowd, replace(women, action=gone), spec, None))[
            "动作"] == ("warn", "有分群无动作")
    nobody = OwnSegment("无", by("age_years", "ge", 200))
    assert tones(ownsegments.quality(crowd, nobody, spec, None))["大小"] == ("warn", "没有人")
    all_ = OwnSegment("全", by("customer_id", "known"))
    assert tones(ownsegments.quality(crowd, all_, spec, None))["大小"] == ("warn", "偏大")


def test_stability_is_who_is_still_there(crowd, spec, result):
    """A month later: of 60-year-olds all are, of those seen lately nobody who did not come."""
    later = pipeline.evaluate(result.prepared, RULES, today=result.today + timedelta(days=60))
    lists = TwoLists(result, later)
    elderly = OwnSegment("老年", by("age_years", "ge", 60))
    assert tones(ownsegments.quality(crowd, elderly, spec, lists))["稳定"] == ("ok", "稳定")
    birthday = OwnSegment("近期生日", by("days_to_birthday", "within_days", 30))
    assert tones(ownsegments.quality(crowd, birthday, spec, lists))["稳定"] == ("warn", "变动大")
    fixed = OwnSegment("名单", None, result.table.ids_at([1, 2, 3]))
    assert tones(ownsegments.quality(crowd, fixed, spec, lists))["稳定"] == ("ok", "固定名单")


def stable(crowd, segment, spec, lists):
    return next(one for one in ownsegments.quality(crowd, segment, spec, lists)
                if one.label == "稳定")


def part(result, rows):
    """The result of a list that has only these customers."""
    table = replace(result.table, frame=result.table.frame.iloc[rows].reset_index(drop=True))
    return pipeline.evaluate(replace(result.prepared, table=table), RULES)


def test_who_is_off_the_list_is_told_apart_from_who_left_the_segment(crowd, spec, result):
    elderly = OwnSegment("老年", by("age_years", "ge", 60))
    inside = ownsegments.members(crowd, elderly)
    old, rest = np.flatnonzero(inside), np.flatnonzero(~inside)
    gone = len(old) // 3
    point = stable(crowd, elderly, spec, TwoLists(result, part(result, [*old[gone:], *rest])))
    assert point.sentence == (
        f"上一份名单（2026-10-31）里的成员，仍在名单上的 {len(old) - gone} 户里"
        f"有 100% 还在本客群，另有 {gone} 户已不在名单上。"
        f"人数 {len(old)} → {len(old) - gone} 户。")
    point = stable(crowd, elderly, spec, TwoLists(result, part(result, rest)))
    assert (point.tone, point.word, point.sentence) == (
        "neutral", "看不出",
        f"上一份名单（2026-10-31）里的 {len(old)} 户都已不在最新名单上，不能对照。")
    point = stable(crowd, elderly, spec, TwoLists(part(result, rest), result))
    assert point.sentence == "上一份名单（2026-10-31）里没有这个客群的客户。"
    fixed = OwnSegment("名单", None, result.table.ids_at(old[:4]))
    point = stable(crowd, fixed, spec, TwoLists(result, part(result, [*old[3:], *rest])))
    assert (point.tone, point.sentence) == (
        "warn", "上一份名单（2026-10-31）里的 4 户，有 25% 还在最新名单上。")


def test_of_tags_staff_gave_nobody_knows_what_they_were(crowd, spec, result):
    """Tags of the rules are found anew in each list."""
    lists = TwoLists(result, result)
    runners = {"all": [by(STAFF_TAG + "爱跑步", "marked"), by("age_years", "ge", 0)]}
    point = stable(crowd, OwnSegment("跑步", runners), spec, lists)
    assert (point.tone, point.word) == ("neutral", "看不出")
    assert "标签" in point.sentence
    assert stable(crowd, OwnSegment("老", by("tag_elder", "marked")), spec, lists).tone == "ok"


def test_the_last_two_lists_are_judged_each_alone(vault, crowd, spec):
    """Of C1..C4 two are rich in October; in November C2 is not, C5 is new and rich."""
    rich = OwnSegment("有钱", by("aum", "ge", 5e4))
    assert ownsegments.last_two_lists(vault, RULES) is None
    first = {"C1": 9e4, "C2": 8e4, "C3": 1e3, "C4": None}
    for day, assets in ((date(2026, 9, 30), first),
                        (date(2026, 10, 31), {**first, "C2": 10.0, "C5": 7e4})):
        save(vault, day, assets)
    lists = ownsegments.last_two_lists(vault, RULES)
    assert [one.table.as_of for one in (lists.before, lists.after)] == [
        date(2026, 9, 30), date(2026, 10, 31)]
    point = next(one for one in ownsegments.quality(crowd, rich, spec, lists)
                 if one.label == "稳定")
    assert (point.tone, point.word) == ("warn", "变动大")
    assert point.sentence == ("上一份名单（2026-09-30）里的成员，仍在名单上的 2 户里"
                              "只有 50% 还在本客群。人数 2 → 2 户。")
    vault.undo_batch(2, undone_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert ownsegments.last_two_lists(vault, RULES) is None


def save(vault, day, assets):
    """A list of these customers, all active."""
    columns = {"customer_id": list(assets), "aum_point": list(assets.values()),
               "last_txn": [pd.Timestamp(day)] * len(assets)}
    frame = pd.DataFrame({key: pd.Series(values).astype(frame_dtype(FIELDS[key]))
                          for key, values in columns.items()})
    frame[SOURCE_ROWS] = pd.Series(["2"] * len(assets), dtype="str")
    vault.save_batch(
        CustomerTable(frame, day), imported_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
        ruleset_id="r", sources=[SourceRef("名单.xlsx", "a" * 64, "xlsx", "Sheet1", 1)],
        rows_read=len(assets), rows_used=len(assets), issues=IssueLog(), summary={})
