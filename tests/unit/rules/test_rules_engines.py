"""Properties: engines agree, one row agrees with the column, customers do not touch each other."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pandas as pd
import pytest
from conftest import AS_OF, as_polars, customers, plain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchseg.model.fields import IMPORTED, Kind
from branchseg.model.results import Observation
from branchseg.rules import assess, explain, explain_many, observed_levels, result_columns

# edges of the rules, so that random rows meet them often
AMOUNTS = st.one_of(st.sampled_from(
    [0, 100, 100.01, 9_999.99, 10_000, 44_999.99, 45_000, 50_000, 180_000, 500_000, 6e6, 1e7]),
    st.floats(0, 2e7).map(lambda number: round(number, 2)))
DATES = st.one_of(
    st.sampled_from(["2025-06-29", "2025-06-30", "2025-12-30", "2026-04-01", "2026-06-30",
                     "2026-07-07", "2026-07-30", "2012-06-30", "1961-06-30", "2000-02-29"]),
    st.integers(-60, 30_000).map(lambda back: (AS_OF - timedelta(days=back)).isoformat()))
WORDS = {
    "risk_level": ["C1", "C2", "C3", "C4", "C5"],
    "occupation": ["企业主", "学生", "教师", "个体户"],
    "card_level": ["普卡", "金卡", "钻石卡", "仅存折"], "bank_level": ["VIP", "普通"],
    "customer_type": [*["个人"] * 20, "已故", "测试户"],
}
USED = [field for field in IMPORTED
        if field.kind in {Kind.AMOUNT, Kind.NUMBER, Kind.INTEGER, Kind.DATE, Kind.FLAG}
        or field.key in WORDS]


def _values(field):
    if field.key in WORDS:
        return st.sampled_from(WORDS[field.key])
    if field.kind is Kind.AMOUNT:
        return AMOUNTS
    if field.kind is Kind.DATE:
        return DATES
    if field.kind is Kind.FLAG:
        return st.booleans()
    return st.integers(0, 90).map(float)


ROW = st.fixed_dictionaries({}, optional={field.key: _values(field) for field in USED})
OWN_DAYS = ["2026-06-30", "2026-06-28", "2026-05-31", "2026-04-28", "2025-12-31"]
FLAGS = st.fixed_dictionaries({}, optional={
    "aum_partial": st.booleans(), "txn_partial": st.booleans(),
    "data_date": st.sampled_from(OWN_DAYS)})
LISTS = st.lists(st.tuples(ROW, FLAGS).map(lambda pair: {**pair[0], **pair[1]}), min_size=1,
                 max_size=12)
MODEST = settings(max_examples=4, deadline=None, derandomize=True,
                  suppress_health_check=list(HealthCheck))


def ticks(frame, rules):
    """Observations for every second customer, walking through the items."""
    items = [item.key for factor in rules.factors.factors for item in factor.items]
    return [Observation(key, date(2026, 6, 1), "李四", "等候", (items[i % len(items)],
                                                           items[-1 - i % 9]))
            for i, key in enumerate(frame["customer_id"]) if i % 2]


@pytest.fixture(scope="module")
def crowd():
    """400 random customers, the same each time: wide lists cost no more than short ones."""
    chance = random.Random(20260630)
    choices = {field.key: _choices(field) for field in USED}
    choices |= {"aum_partial": (True, False, False), "txn_partial": (True, False, False)}
    return customers(*(
        {key: chance.choice(values) for key, values in choices.items() if chance.random() < known}
        | {"data_date": OWN_DAYS[max(place % 25 - 20, 0)]}
        for place, known in enumerate(chance.choice((0.1, 0.5, 0.9)) for _ in range(300))))


def _choices(field):
    if field.key in WORDS:
        return WORDS[field.key]
    if field.kind is Kind.AMOUNT:
        return (0, 50, 100, 100.01, 9_999.99, 20_000, 45_000, 60_000, 300_000, 700_000, 9e6)
    if field.key in {"risk_date", "risk_expiry"}:  # both must hold: chance alone seldom does it
        return ("2026-06-30", "2026-06-30", "2026-06-30", "2025-06-29")
    if field.kind is Kind.DATE:
        return ("2025-06-29", "2025-06-30", "2025-12-30", "2026-06-30", "2026-07-07", "1961-06-30",
                "2026-07-30", "2012-06-30", "1990-02-28", "2020-01-01")
    if field.key in {"do_not_contact", "complaint"}:
        return (True, False, False, False)
    return (True, False) if field.kind is Kind.FLAG else (0.0, 1.0, 2.0, 5.0, 30.0, 66.0)


def test_a_crowd_is_judged_alike_by_all_engines_and_reaches_every_result(rules, crowd):
    notes = ticks(crowd, rules)
    results = []
    for engine in (crowd, as_polars(crowd)):
        seen = observed_levels(list(crowd["customer_id"]), notes, rules, engine)
        # two days later, so that something has matured meanwhile
        results.append(plain(assess(engine, rules, AS_OF, seen, today=date(2026, 7, 2))))
    assert results[0] == results[1]
    found = {key: {row[key] for row in results[0]} for key in ("status", "tier", "grade", "loss")}
    assert found["status"] == set(rules.labels["status"])
    assert found["grade"] == set(rules.labels["grade"])
    assert found["tier"] == {*rules.labels["tier"], None}
    assert found["loss"] == {"heavy", "light", "none", None}
    given = {action for row in results[0] for action in row["actions"].split(";")}
    rare = {"growth_talk", "product_gap", "payroll_window", "elder_note", "digital_care",
            "retain_leaving", "maturity_plan", "idle_funds", "near_tier", "credit_card",
            "complete_name", "birthday",
            "near_tier_service"}  # the last: nobody at all is rated
    assert given - {""} == set(rules.labels["actions"]) - rare - rules.actions.on_request


@MODEST
@given(LISTS)
def test_pandas_and_polars_agree_in_every_result(rules, rows):
    frame = customers(*rows)
    notes = ticks(frame, rules)
    results = []
    for engine in (frame, as_polars(frame)):
        seen = observed_levels(list(frame["customer_id"]), notes, rules, engine)
        results.append(plain(assess(engine, rules, AS_OF, seen)))
    assert results[0] == results[1]
    assert list(results[0][0]) == list(result_columns(rules))


def test_one_customer_explained_agrees_with_the_column(rules, crowd):
    frame = crowd
    notes = ticks(frame, rules)
    seen = observed_levels(list(frame["customer_id"]), notes, rules, frame, today=AS_OF)
    results = plain(assess(frame, rules, AS_OF, seen))
    told = list(explain_many(frame, range(len(frame)), rules, AS_OF, notes))
    for row, one in zip(results, told, strict=True):
        assert one.status.value == row["status"]
        assert (one.tier or None) == row["tier"]
        assert (one.score, one.grade) == (row["score"], row["grade"])
        assert (one.completeness, one.observed_coverage) == (row["completeness"], row["coverage"])
        levels = [row[f"factor_{n}"] for n in range(1, 8)]
        assert [factor.level for factor in one.factors] == levels
        assert any(factor.conflict for factor in one.factors) == row["conflict"]
        assert ";".join(advice.action_id for advice in one.advice) == row["actions"]
        assert one.segment == row["segment"]
        assert one.do_not_contact == row["do_not_contact"]
        if one.advice:
            assert one.advice[0].priority == row["priority"]
            assert one.advice[0].due == AS_OF + timedelta(days=int(row["due_days"]))
        assert all(advice.why for advice in one.advice)
        assert "{" not in repr(one.advice)


@MODEST
@given(LISTS)
def test_another_customer_changes_nobody(rules, rows):
    # places among all customers are the one exception, so the last row leaves those columns out
    frame = customers(*rows, {"customer_id": "new", "aum_point": 70_000, "age": 44})
    alone = plain(assess(customers(*rows), rules, AS_OF))
    assert plain(assess(frame, rules, AS_OF))[:-1] == alone


def test_a_percentile_is_the_same_for_one_explained_customer(rules):
    rows = [{"txn_count_12m": count, "last_txn": "2025-12-01"} for count in range(10)]
    frame = customers(*rows)
    column = [row["data_4"] for row in plain(assess(frame, rules, AS_OF))]
    assert column == [1] * 8 + [3, 3]
    assert [explain(frame, i, rules, AS_OF).factors[3].data_level for i in (0, 7, 8)] == [1, 1, 3]


def test_index_and_input_are_left_alone(rules):
    frame = customers({"aum_point": 5, "last_txn": "2026-05-01", "data_date": "2026-05-31"},
                      {"aum_point": 70_000}, {"aum_point": 9e6, "last_txn": "2026-06-29"})
    turned = frame.iloc[::-1]
    before = turned.copy()
    found = assess(turned, rules, AS_OF)
    pd.testing.assert_frame_equal(turned, before)
    assert list(found.index) == [2, 1, 0]
    assert list(found["tier"]) == ["private", "qualified", "mass"]
    assert found["days_since_txn"].tolist()[::2] == [1, 30]


@pytest.mark.parametrize("engine", [lambda frame: frame, as_polars])
def test_an_empty_list_gives_empty_results(rules, engine):
    frame = engine(customers({"aum_point": 5, "last_txn": "2026-01-01"}).iloc[:0])
    found = assess(frame, rules, AS_OF)
    assert len(found) == 0
    assert list(found.columns) == list(result_columns(rules))


def test_result_dtypes_are_those_of_the_fields(rules):
    found = assess(customers({"aum_point": 5}, {"name": "张三"}), rules, AS_OF)
    kinds = {key: str(found[key].dtype) for key in found}
    flags = {"near_tier": "boolean", "risk_valid": "boolean", "conflict": "bool",
             "do_not_contact": "bool", "outdated": "bool"}
    texts = {"status", "aum_basis", "tier", "next_tier", "loss", "grade", "segment", "tags",
             "next_action", "actions", "effort"}
    assert kinds == {key: flags.get(key, "str" if key in texts else "float64") for key in kinds}


def test_explain_asks_for_what_is_unknown(rules):
    told = explain(customers({"aum_point": 70_000}), 0, rules, AS_OF)
    unknown = [factor.key for factor in rules.factors.factors
               if factor.key not in {"assets", "need"}]
    assert [factor.factor_id for factor in told.factors if factor.level is None] == unknown
    assert len(told.ask) == len(unknown)
    assert told.tier_reason == "时点 AUM 7 万元，属于“达标”这一档（满 5 万元）。"
    assert told.status_evidence[0].text == "资产 7 万元，超过 100 元"


def test_explain_names_the_ticks_with_day_place_and_observer(rules):
    frame = customers({"aum_point": 70_000})
    note = Observation("C000", date(2026, 6, 1), "李四", "等候", ("need_clear",))
    told = explain(frame, 0, rules, AS_OF, [note])
    need = next(factor for factor in told.factors if factor.factor_id == "need")
    assert need.observed == ("要什么清楚，时间没定（2026-06-01，等候，李四）",)
    assert (need.data_level, need.observed_level, need.level) == (0, 2, 0.8)
    assert need.conflict
