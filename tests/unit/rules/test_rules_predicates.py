"""Predicates: three-valued truth of every operator and group, descriptions, evidence."""

from __future__ import annotations

import itertools

import narwhals as nw
import pytest
from conftest import AS_OF, as_polars, customers

from branchseg.model.fields import Kind
from branchseg.model.results import Truth
from branchseg.rules.evaluation import Evaluation
from branchseg.rules.predicates import Condition, Group, months_before
from branchseg.rules.rule_fields import RuleField

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
AUM = RuleField("aum_point", "时点AUM", Kind.AMOUNT, "元")
DAY = RuleField("last_txn", "最近交易日", Kind.DATE)
DAYS = RuleField("login_days_30d", "登录天数", Kind.INTEGER, "天")
TEXT = RuleField("occupation", "职业", Kind.TEXT)
FLAG = RuleField("payroll", "代发工资", Kind.FLAG)
PARTIAL = RuleField("aum_partial", "部分账户缺资产", Kind.FLAG)

CASES = [
    # condition, values, truths
    (Condition(AUM, "ge", 100.0), [99.99, 100, 100.01, None], [F, T, T, U]),
    (Condition(AUM, "gt", 100.0), [99.99, 100, 100.01, None], [F, F, T, U]),
    (Condition(AUM, "le", 100.0), [99.99, 100, 100.01, None], [T, T, F, U]),
    (Condition(AUM, "lt", 100.0), [99.99, 100, 100.01, None], [T, F, F, U]),
    (Condition(AUM, "eq", 100.0), [99.99, 100, None], [F, T, U]),
    (Condition(AUM, "between", (1.0, 3.0)), [0.99, 1, 3, 3.01, None], [F, T, T, F, U]),
    (Condition(AUM, "known"), [0, None], [T, F]),
    (Condition(AUM, "missing"), [0, None], [F, T]),
    (Condition(DAYS, "within_days", 7.0), [-1, 0, 7, 8, None], [F, T, T, F, U]),
    (Condition(DAY, "within_days", 7.0), ["2026-06-22", "2026-06-23", "2026-07-01", None],
     [F, T, T, U]),
    (Condition(DAY, "within_months", 12.0), ["2025-06-29", "2025-06-30", None], [F, T, U]),
    (Condition(DAY, "not_past"), ["2026-06-29", "2026-06-30", None], [F, T, U]),
    (Condition(TEXT, "in", ("甲", "乙")), ["甲", "甲乙", None], [T, F, U]),
    (Condition(TEXT, "contains", ("甲", ".")), ["子甲子", "乙", "a.b", None], [T, F, T, U]),
    (Condition(FLAG, "is_true"), [True, False, None], [T, F, U]),
    (Condition(FLAG, "marked"), [True, False, None], [T, F, F]),
]


def truths(predicate, frame):
    scope = Evaluation(nw.from_native(frame), AS_OF)
    return [scope.truth_at(predicate, row) for row in range(len(frame))]


@pytest.mark.parametrize(("condition", "values", "wanted"), CASES, ids=lambda one: getattr(
    one, "op", None))
def test_every_operator_on_both_engines(condition, values, wanted):
    frame = customers(*({condition.field.key: value} for value in values))
    assert truths(condition, frame) == wanted
    assert truths(condition, as_polars(frame)) == wanted


def test_a_column_the_list_lacks_is_unknown_for_all():
    frame = customers({}, {})
    absent = {"known": F, "missing": T, "marked": F}
    for condition, *_ in CASES:
        assert truths(condition, frame) == [absent.get(condition.op, U)] * 2, condition.op


@pytest.mark.parametrize(("op", "whole", "partial"), [
    ("ge", [F, T], [U, T]), ("gt", [F, T], [U, T]), ("le", [T, F], [U, F]),
    ("lt", [T, F], [U, F]),
])
def test_a_lower_bound_weakens_what_it_cannot_prove(op, whole, partial):
    condition = Condition(AUM, op, 100.0, PARTIAL)
    for flag, wanted in ((False, whole), (None, whole), (True, partial)):
        frame = customers(*({"aum_point": value, "aum_partial": flag} for value in (50, 150)))
        assert truths(condition, frame) == wanted, flag


GROUPS = {
    "all": lambda parts: F if F in parts else U if U in parts else T,
    "any": lambda parts: T if T in parts else U if U in parts else F,
    "any_known": lambda parts: T if T in parts else F if F in parts else U,
}


def test_groups_follow_kleene_for_every_combination():
    fields = [RuleField(key, key, Kind.FLAG) for key in ("payroll", "merchant", "wecom")]
    value = {T: True, F: False, U: None}
    combinations = list(itertools.product((T, F, U), repeat=3))
    frame = customers(*(
        {field.key: value[truth] for field, truth in zip(fields, row, strict=True)}
        for row in combinations))
    parts = tuple(Condition(field, "is_true") for field in fields)
    turned = {T: F, F: T, U: U}
    for op, rule in GROUPS.items():
        group = Group(op, parts)
        wanted = [rule(row) for row in combinations]
        assert truths(group, frame) == wanted, op
        assert truths(group, as_polars(frame)) == wanted, op
        assert truths(Group("not", (group,)), frame) == [turned[one] for one in wanted], op


def test_months_before():
    assert months_before(AS_OF, 12) == AS_OF.replace(year=2025)
    assert months_before(AS_OF, 4).isoformat() == "2026-02-28"
    assert months_before(AS_OF, 6).isoformat() == "2025-12-30"
    assert months_before(AS_OF.replace(year=2028, month=2, day=29), 12).isoformat() == "2027-02-28"


def test_descriptions():
    within = Condition(DAY, "within_months", 12.0)
    much = Condition(AUM, "ge", 50_000.0)
    assert much.describe() == "时点AUM不少于 5 万元"
    assert Condition(TEXT, "in", ("甲", "乙")).describe() == "职业是甲、乙"
    both = Group("all", (much, Group("not", (Group("any_known", (within, much)),))))
    assert both.describe() == (
        "时点AUM不少于 5 万元，并且不是"
        "（其中一项成立：最近交易日在最近 12 个月内，或者时点AUM不少于 5 万元）")
    assert Group("any", (Group("all", (much, within)), much)).describe() == (
        "（时点AUM不少于 5 万元，并且最近交易日在最近 12 个月内），或者时点AUM不少于 5 万元")


def test_evidence_names_value_threshold_and_truth():
    frame = customers({"aum_point": 126_000.5, "last_txn": "2025-01-02"},
                      {"aum_point": 3, "aum_partial": True})
    scope = Evaluation(nw.from_native(frame), AS_OF)
    (found,) = Condition(AUM, "ge", 200_000.0, PARTIAL).evidence(scope, 0)
    assert (found.field, found.truth) == ("aum_point", F)
    assert found.text == "时点AUM 12.6 万元，不到 20 万元"
    assert found.value == "时点AUM 12.6 万元"
    (bound,) = Condition(AUM, "ge", 200_000.0, PARTIAL).evidence(scope, 1)
    assert bound.truth is U
    assert bound.text == "时点AUM 3 元（部分账户缺数据，实际可能更多）"
    (day,) = Condition(DAY, "within_months", 12.0).evidence(scope, 0)
    assert day.text == "最近交易日 2025-01-02，不在近 12 个月内"
    (gone,) = Condition(DAY, "within_months", 12.0).evidence(scope, 1)
    assert (gone.truth, gone.text) == (U, "最近交易日未提供")
