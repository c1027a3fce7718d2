"""Predicates: one frozen object decides (three-valued), describes itself and shows evidence.

Kleene logic: a missing value is unknown, never false. The operator set is closed; there are no
expressions in rule files. Decision and sentence come from the same object, so a printed reason
cannot drift from what was decided.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, or_
from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.messages import text
from branchseg.model.fields import NUMERIC, Kind
from branchseg.model.results import Evidence, Truth
from branchseg.rules.evaluation import PERCENTILE, Column, Evaluation, Mask, Truths, moment
from branchseg.rules.wording import find, label_of, operator_code, say, threshold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branchseg.rules.rule_fields import RuleField, Value

WORDS = frozenset(Kind) - NUMERIC - {Kind.DATE, Kind.FLAG}


@dataclass(frozen=True, slots=True)
class Operator:
    """What an operator accepts and how it decides on a column.

    `test` gets column, value, evaluation and the day the field is counted from. `value` is
    "number", "pair", "days", "words" or "none". `lower_bound` says what stays
    certain when the stored value is only a lower bound: "true" (≥ holds all the more), "false"
    (≤ fails all the more), or "" where a lower bound proves nothing.
    """

    kinds: frozenset[Kind]
    value: str
    test: Callable[[Column, Any, Evaluation, date], Mask]
    lower_bound: str = ""


def months_before(day: date, months: int) -> date:
    """The same day of month some calendar months earlier, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _compare(relation: Callable[[Any, Any], Any],
             ) -> Callable[[Column, Any, Evaluation, date], Mask]:
    return lambda column, value, scope, _: relation(scope.numbers(column), value)


def _between(column: Column, bounds: tuple[float, float], scope: Evaluation, _: date) -> Mask:
    numbers = scope.numbers(column)
    return (numbers >= bounds[0]) & (numbers <= bounds[1])


def _within_days(column: Column, days: float, scope: Evaluation, day: date) -> Mask:
    """A date not more than `days` before `day`, or a count of days in 0..days."""
    if isinstance(column.dtype, nw.Datetime):
        return scope.certain(column >= moment(day - timedelta(days=int(days))))
    return _between(column, (0, days), scope, day)


def _within_months(column: Column, months: float, scope: Evaluation, day: date) -> Mask:
    return scope.certain(column >= moment(months_before(day, int(months))))


def _contains(column: Column, words: tuple[str, ...], scope: Evaluation, _: date) -> Mask:
    """A text with one of the words in it; each different text is searched once."""
    hits = [found for found in scope.values(column) if any(word in found for word in words)]
    return scope.certain(column.is_in(hits))


def _matches(pattern: str) -> Callable[[Column, Any, Evaluation, date], Mask]:
    return lambda column, _, scope, __: scope.certain(column.str.contains(pattern))


_PHONES = frozenset({Kind.PHONE})
_NUMBERS, _DATES, _FLAGS = frozenset(NUMERIC), frozenset({Kind.DATE}), frozenset({Kind.FLAG})
_ALL = frozenset(Kind)

OPERATORS: dict[str, Operator] = {
    "ge": Operator(_NUMBERS, "number", _compare(ge), "true"),
    "gt": Operator(_NUMBERS, "number", _compare(gt), "true"),
    "le": Operator(_NUMBERS, "number", _compare(le), "false"),
    "lt": Operator(_NUMBERS, "number", _compare(lt), "false"),
    "eq": Operator(_NUMBERS, "number", _compare(eq)),
    "between": Operator(_NUMBERS, "pair", _between),
    "pct_ge": Operator(_NUMBERS, "number", _compare(ge)),
    "in": Operator(WORDS, "words", lambda c, v, s, _: s.certain(c.is_in(v))),
    "contains": Operator(WORDS, "words", _contains),
    "within_days": Operator(_NUMBERS | _DATES, "days", _within_days, "true"),
    "within_months": Operator(_DATES, "days", _within_months, "true"),
    "not_past": Operator(_DATES, "none", lambda c, _, s, day: s.certain(c >= moment(day))),
    "is_true": Operator(_FLAGS, "none", lambda c, _, s, __: s.certain(c)),
    "marked": Operator(_FLAGS, "none", lambda c, _, s, __: s.certain(c)),
    "mobile": Operator(_PHONES, "none", _matches(r"^1[3-9]\d{9}$")),
    "landline": Operator(_PHONES, "none", _matches(r"^(?:0\d{2,3}-)?[2-8]\d{6,7}(?:-\d+)?$")),
    "known": Operator(_ALL, "none", lambda c, _, s, __: s.known(c)),
    "missing": Operator(_ALL, "none", lambda c, _, s, __: ~s.known(c)),
}
"""`marked` reads a blank as "not marked": for columns that carry a tick or nothing.

`mobile` and `landline` are numbers to call: one that the list has starred is none.
"""

_NEVER_UNKNOWN = frozenset({"marked", "known", "missing", "mobile", "landline"})
MADE = ("tag_", "flag_")
"""Marks the rules themselves make: what is not set there is known not to be."""


def _compares(op: str) -> bool:
    """Whether an operator holds a value against something."""
    return OPERATORS[op].value != "none" or op == "not_past"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of one field.

    `partial` names a flag that says the stored value is only a lower bound (some account of the
    customer had none); what such a bound cannot prove is unknown. What is `quiet` only keeps
    somebody out: it is no reason to be told.
    """

    field: RuleField
    op: str
    value: Value = None
    partial: RuleField | None = None
    quiet: bool = False

    def truths(self, scope: Evaluation) -> Truths:
        """Where the condition is true and where false; a column the list lacks is unknown."""
        key = PERCENTILE.format(self.field.key) if self.op == "pct_ge" else self.field.key
        column, nothing = scope.get(key), scope.nothing()
        if column is None:
            if self.op == "missing":
                return Truths(~nothing, nothing)
            return Truths(nothing, ~nothing if self.op in _NEVER_UNKNOWN else nothing)
        true = self._holds(column, scope)
        if self.op in _NEVER_UNKNOWN:
            return Truths(true, ~true)
        return self._weakened(Truths(true, scope.known(column) & ~true), scope)

    def _holds(self, column: Column, scope: Evaluation) -> Mask:
        """Where the operator is true; dates are held against the day each is counted from."""
        test = OPERATORS[self.op].test
        if self.field.kind is not Kind.DATE:
            return test(column, self.value, scope, scope.as_of)
        return reduce(or_, (mine & test(column, self.value, scope, day)
                            for day, mine in scope.days_for(self.field.key)))

    def _weakened(self, truths: Truths, scope: Evaluation) -> Truths:
        """Take back what a lower bound cannot prove."""
        flag = scope.get(self.partial.key) if self.partial else None
        if flag is None:
            return truths
        whole = ~scope.certain(flag)
        if OPERATORS[self.op].lower_bound == "true":
            return Truths(truths.true, truths.false & whole)
        return Truths(truths.true & whole, truths.false)

    def describe(self) -> str:
        """The condition as a Chinese phrase, without data."""
        return text(f"rules.op.{operator_code(self.field, self.op)}", label=label_of(self.field),
                    value=threshold(self.field, self.op, self.value))

    def leaves(self, *, negated: bool = False) -> Iterator[tuple[Condition, bool]]:
        """This condition, and whether an odd number of "not" stands over it."""
        yield self, negated

    def evidence(self, scope: Evaluation, row: int) -> tuple[Evidence, ...]:
        """What holds about one customer's value, in words that need no rule beside them.

        A mark the list has no column for is unknown, though rules read it as "not marked".
        """
        value = self.actual(scope, row)
        truth = scope.truth_at(self, row)
        if value is None and self.op not in {"known", "missing"}:
            truth = Truth.UNKNOWN
        fact = say(self.field, value, scope.today)
        if self.partial and scope.value(self.partial.key, row) and value is not None:
            fact = text("rules.evidence.bound", fact=fact)
        if truth is Truth.UNKNOWN or self.field.kind is Kind.FLAG or not _compares(self.op):
            return (Evidence(self.field.key, truth, fact, fact),)
        found = find(self.field, self.op, self.value, met=truth is Truth.TRUE)
        return (Evidence(self.field.key, truth, f"{fact}，{found}", fact),)

    def actual(self, scope: Evaluation, row: int) -> Any:
        """The customer's value; of a mark that is not set, what the list says."""
        value = scope.value(self.field.key, row)
        if self.op == "marked" and value is False and not self.field.key.startswith(MADE):
            return scope.listed(self.field.key, row)
        return value


@dataclass(frozen=True, slots=True)
class Group:
    """Several predicates under "all", "any", "any_known" or "not" (which takes one).

    `any_known` is true if any is true, false if none is true and at least one is false, and
    unknown only if all are: for facts that several columns can tell, each of which may lack.
    """

    op: str
    parts: tuple[Condition | Group, ...]

    def truths(self, scope: Evaluation) -> Truths:
        """Where the group is true and where false."""
        parts = [scope.truths(part) for part in self.parts]
        if self.op == "not":
            return Truths(parts[0].false, parts[0].true)
        true, false = [part.true for part in parts], [part.false for part in parts]
        if self.op == "all":
            return Truths(reduce(and_, true), reduce(or_, false))
        if self.op == "any":
            return Truths(reduce(or_, true), reduce(and_, false))
        found = reduce(or_, true)
        return Truths(found, reduce(or_, false) & ~found)

    def describe(self) -> str:
        """The group as a Chinese phrase; groups inside it stand in brackets."""
        phrases = [text("rules.group.inner", body=part.describe())
                   if isinstance(part, Group) and len(self.parts) > 1 and part.op != "not"
                   else part.describe() for part in self.parts]
        body = phrases[0] if len(phrases) == 1 else text(f"rules.group.{self.op}").join(phrases)
        if self.op == "any_known" and len(phrases) > 1:
            return text("rules.group.known", body=body)
        return text("rules.group.not", body=body) if self.op == "not" else body

    def leaves(self, *, negated: bool = False) -> Iterator[tuple[Condition, bool]]:
        """All conditions below, each with whether it is negated."""
        turned = negated != (self.op == "not")
        for part in self.parts:
            yield from part.leaves(negated=turned)

    def evidence(self, scope: Evaluation, row: int) -> tuple[Evidence, ...]:
        """The evidence of every condition below, each once."""
        found = (item for leaf, _ in self.leaves() for item in leaf.evidence(scope, row))
        return tuple(dict.fromkeys(found))


Predicate = Condition | Group


def supporting(predicate: Predicate, scope: Evaluation, row: int) -> tuple[str, ...]:
    """The customer's values that speak for a predicate: short phrases for "why this customer"."""
    phrases = []
    for leaf, negated in predicate.leaves():
        wanted = Truth.FALSE if negated else Truth.TRUE
        value = leaf.actual(scope, row)
        told = value is not None and not leaf.quiet and leaf.op not in {"known", "missing"}
        if told and scope.truth_at(leaf, row) is wanted:
            phrases.append(say(leaf.field, value, scope.today))
    return tuple(dict.fromkeys(phrases))
