"""The seven factors: a data side from the list, an observed side from the lobby, one score.

The factors are the branch's own working definition. Level 0..3 is the strength of a signal that
more service is worth while; unknown is not 0. The score never changes a customer's tier.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.model.results import INSUFFICIENT
from branchseg.rules.conditions import read_predicate
from branchseg.rules.evaluation import Column, Evaluation, total
from branchseg.rules.rule_fields import DAY_OF_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from branchseg.rules.predicates import Predicate
    from branchseg.rules.reading import Node
    from branchseg.rules.rule_fields import Known

LEVELS = (3, 2, 1)


@dataclass(frozen=True, slots=True)
class Item:
    """One box to tick in the lobby; `flag` is the id of a flag it raises, or empty.

    Without a `level` (None) it is only noted: that nothing was said or seen proves nothing.
    """

    key: str
    label: str
    level: int | None
    flag: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark that observed items raise; `do_not_contact` ends all marketing.

    `note` is what to do about it at once. It counts for `days` after it was seen, for good where
    that is None.
    """

    key: str
    label: str
    do_not_contact: bool
    note: str
    days: float | None

    def lasts(self, seen_on: date, today: date | None) -> bool:
        """Whether it still counts on `today`; None: whenever it was seen."""
        return self.days is None or today is None or (today - seen_on).days <= self.days


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: weight, data side's share (%), predicates for levels 3, 2, 1, and boxes.

    A factor with `may_lift` off cannot raise the grade. `ask` is what to find out if unknown;
    with `offers` the question itself speaks of benefits or products.
    """

    key: str
    name: str
    weight: float
    data_share: float
    may_lift: bool
    ask: str
    offers: bool
    levels: tuple[Predicate, ...]
    level_texts: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the lowest score that reaches it; `good` ones count as such in figures."""

    key: str
    label: str
    start: float
    good: bool


@dataclass(frozen=True, slots=True)
class FactorRules:
    """All factors, the grades from best to worst, and the limits."""

    factors: tuple[Factor, ...]
    flags: tuple[Flag, ...]
    grades: tuple[Grade, ...]
    insufficient_label: str
    minimum_completeness: float
    conflict_gap: float

    @property
    def labels(self) -> dict[str, str]:
        """Grade key -> label, best first."""
        return {**{g.key: g.label for g in self.grades}, INSUFFICIENT: self.insufficient_label}

    @property
    def refusals(self) -> frozenset[str]:
        """The items that end all marketing once they were ticked."""
        ending = {flag.key for flag in self.flags if flag.do_not_contact}
        return frozenset(item.key for factor in self.factors for item in factor.items
                         if item.flag in ending)

    def numbered(self) -> Iterator[tuple[int, Factor]]:
        """The factors with their number as in the result columns, from 1."""
        return enumerate(self.factors, start=1)


def read_factors(root: Node, known: Known) -> FactorRules:
    """Read factors.toml."""
    flags = []
    for node in root.rows("flag", required=False):
        flags.append(Flag(node.identifier("id"), node.text("label"), node.flag("do_not_contact"),
                          node.text("note", ""),
                          node.number("days", 1, 365) if node.has("days") else None))
        node.close()
    factors = [_factor(node, known, [flag.key for flag in flags]) for node in root.rows("factor")]
    if factors and not 3 <= len(factors) <= 12:
        root.fault("factor", "factor_count")
    if factors and sum(factor.weight for factor in factors) <= 0:
        root.fault("factor", "weights_zero")
    root.unique((factor.key for factor in factors), "factor")
    root.unique((flag.key for flag in flags), "flag")
    root.unique((item.key for factor in factors for item in factor.items), "factor.item")
    return FactorRules(tuple(factors), tuple(flags), _grades(root),
                       root.text("insufficient_label"),
                       root.number("minimum_completeness", 0.0, 1.0),
                       root.number("conflict_gap", 1.0, 3.0))


def _grades(root: Node) -> tuple[Grade, ...]:
    grades = []
    for node in root.rows("grade"):
        grades.append(Grade(node.identifier("id"), node.text("label"),
                            node.number("from", 0.0, 100.0), node.flag("good")))
        node.close()
    starts = [grade.start for grade in grades]
    if starts and (starts[-1] != 0 or any(a <= b for a, b in itertools.pairwise(starts))):
        root.fault("grade", "grades_order")
    root.unique((INSUFFICIENT, *(grade.key for grade in grades)), "grade")
    return tuple(grades)


def _factor(node: Node, known: Known, flags: list[str]) -> Factor:
    items = []
    for row in node.rows("item"):
        level = int(row.number("level", 0, 3)) if row.has("level") else None
        items.append(Item(row.identifier("id"), row.text("label"), level,
                          row.choice("flag", flags, "")))
        row.close()
    data = node.child("data")
    levels = tuple(read_predicate(data, f"level_{level}", known) for level in LEVELS)
    data.close()
    texts = node.filled("level_texts")
    if len(texts) != len(LEVELS) + 1:
        node.fault("level_texts", "level_texts")
    factor = Factor(node.identifier("id"), node.text("name"), node.number("weight", 0, 100),
                    node.number("data_share", 0, 100), node.flag("may_lift", default=True),
                    node.text("ask"), node.flag("offers"), levels, texts, tuple(items))
    node.close()
    return factor


def data_level(scope: Evaluation, factor: Factor) -> Column:
    """The highest level whose rule is true; 0 if none is; unknown if no rule can be told.

    Also unknown where the customer has no value at all in any column the rules look at: the
    calendar alone tells nothing about a customer.
    """
    told = scope.nothing()
    fields = {leaf.field.key for rule in factor.levels for leaf, _ in rule.leaves()}
    columns = [column for key in sorted(fields - {DAY_OF_MONTH.key})
               if (column := scope.get(key)) is not None]
    informed = reduce(or_, map(scope.known, columns), scope.nothing())
    reached = []
    for predicate in factor.levels:
        truths = scope.truths(predicate)
        reached.append(truths.true)
        told = told | truths.true | truths.false
    place = scope.first([~(told & informed), *reached])
    return scope.look_up(place, [None, *map(float, LEVELS), 0.0], nw.Float64)


def put_factors(scope: Evaluation, rules: FactorRules) -> None:
    """Add data_n, factor_n, conflict, score, completeness, coverage and grade.

    The observed levels obs_n are columns already, or absent where nobody was observed.
    """
    conflict = scope.nothing()
    for number, factor in rules.numbered():
        data = data_level(scope, factor)
        seen = scope.get(f"obs_{number}")
        scope.put(f"data_{number}", data)
        if seen is None:
            nobody = scope.constant(None)
            scope.put(f"obs_{number}", nobody)
            scope.put(f"factor_{number}", data if factor.data_share else nobody)
            continue
        scope.put(f"factor_{number}", _combined(scope, data, seen, factor.data_share))
        gap = abs(scope.numbers(data) - scope.numbers(seen))
        conflict = conflict | (gap >= rules.conflict_gap)
    scope.mark("conflict", conflict)
    _put_score(scope, rules)


def _combined(scope: Evaluation, data: Column, seen: Column, data_share: float) -> Column:
    """Both sides by their share in percent; one known side alone counts whole."""
    if data_share in {0.0, 100.0}:
        return data if data_share else seen
    both = (data * data_share + seen * (100.0 - data_share)) / scope.constant(100.0)
    either = seen.zip_with(data.is_null(), data)
    return either.zip_with(both.is_null(), both)


def _put_score(scope: Evaluation, rules: FactorRules) -> None:
    """The weighted score over known factors, how complete it is, and the grade."""
    used = [(number, factor) for number, factor in rules.numbered() if factor.weight > 0]
    whole = sum(factor.weight for _, factor in used)
    lifting = [pair for pair in used if pair[1].may_lift]
    known, score = _weighted(scope, used)
    _, sober = _weighted(scope, lifting)
    seen = [scope.get(f"obs_{number}") for number, _ in used]
    observed = total((scope.known(column) for column in seen if column is not None),
                     scope.nothing() * 0.0)
    completeness = known / whole
    scope.put("score", score)
    scope.put("completeness", scope.column(completeness, nw.Float64))
    scope.put("coverage", scope.column(observed / len(used), nw.Float64))
    enough = (completeness >= rules.minimum_completeness) & scope.known(sober)
    reached = [(scope.numbers(score) >= grade.start) & (scope.numbers(sober) >= grade.start)
               for grade in rules.grades]
    keys = [grade.key for grade in rules.grades]
    place = scope.first([~enough, *reached])
    scope.put("grade", scope.look_up(place, [INSUFFICIENT, *keys, keys[-1]], nw.String))


def _weighted(scope: Evaluation, factors: list[tuple[int, Factor]]) -> tuple[Any, Column]:
    """The weight of the known factors, and the score 0..100 over them (unknown if none is)."""
    known = points = scope.nothing() * 0.0
    for number, factor in factors:
        level = scope.get(f"factor_{number}")
        assert level is not None
        known = known + scope.known(level) * factor.weight
        points = points + level.fill_null(0.0).to_numpy() * factor.weight
    whole = scope.column(known * 3.0, nw.Float64)
    score = (scope.column(points * 100.0, nw.Float64) / whole).round(6)
    return known, score.zip_with(whole > 0, scope.constant(None))
