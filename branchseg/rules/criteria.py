"""Condition trees outside the rule files: read, written, and judged over a result.

A tree is the predicate of the rules in the very table they are written in, so that staff who
choose customers themselves and the rule book decide alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.errors import RuleError
from branchseg.model.fields import FIELDS
from branchseg.model.results import Truth
from branchseg.rules.assess import prepare, result_columns
from branchseg.rules.conditions import read_predicate
from branchseg.rules.evaluation import Evaluation
from branchseg.rules.planning import SEPARATOR
from branchseg.rules.predicates import Condition
from branchseg.rules.reading import Node, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from branchseg.rules.evaluation import Mask, Truths
    from branchseg.rules.predicates import Predicate
    from branchseg.rules.rule_fields import Known, RuleField
    from branchseg.rules.ruleset import RuleSet

FAULTY = "ownsegments.faulty"
"""The sentence over the faults of a tree."""

_WHEN = "when"


def criteria_fields(ruleset: RuleSet) -> dict[str, RuleField]:
    """What a tree may ask for: the fields of list and results, and the marks of the rules."""
    tags = (tag.field.key for tag in ruleset.segments.tags)
    columns = {*FIELDS, *result_columns(ruleset), *tags}
    return {key: field for key, field in ruleset.known.items() if key in columns}


def read_tree(table: Mapping[str, Any], known: Known) -> Predicate:
    """The predicate a table stands for. Raises RuleError with every fault."""
    source = Source("", [], {}, {}, references=False)
    found = read_predicate(Node({_WHEN: dict(table)}, "", source), _WHEN, known)
    if source.faults:
        raise RuleError(source.faults, FAULTY)
    return found


def write_tree(predicate: Predicate) -> dict[str, Any]:
    """The table of a predicate, ready for TOML and JSON; `read_tree` makes it again."""
    if not isinstance(predicate, Condition):
        parts = [write_tree(part) for part in predicate.parts]
        return {predicate.op: parts[0] if predicate.op == "not" else parts}
    table: dict[str, Any] = {"field": predicate.field.key, "op": predicate.op}
    if predicate.value is not None:
        value = predicate.value
        table["value"] = list(value) if isinstance(value, tuple) else value
    if predicate.partial is not None:
        table["partial"] = predicate.partial.key
    if predicate.quiet:
        table["quiet"] = True
    return table


def judge(predicates: Sequence[Predicate], frame: Any, results: Any, ruleset: RuleSet,
          as_of: date, *, today: date | None = None,
          marks: Mapping[str, Mask] | None = None) -> list[Truths]:
    """Where each predicate is true and where false, row for row.

    Args:
        predicates: of fields that `criteria_fields` has, or `marks`.
        frame: the customers, with columns of FIELDS.
        results: what `assess` said of them under `ruleset`, and whatever else a field asks for.
        ruleset: the rules.
        as_of: the data date.
        today: the day of work.
        marks: truths without unknowns for fields of the caller's own.
    """
    scope = _scope(predicates, frame, results, ruleset, as_of, today, marks or {})
    return [scope.truths(predicate) for predicate in predicates]


def reasons(predicates: Sequence[Predicate], position: int, frame: Any, results: Any,
            ruleset: RuleSet, as_of: date, *, today: date | None = None,
            marks: Mapping[str, Mask] | None = None) -> list[tuple[str, ...] | None]:
    """Why each predicate is true of the customer in row `position`; None where it is not.

    The values that meet conditions, each with what it was held against. The arguments are those
    of `judge`.
    """
    scope = _scope(predicates, frame, results, ruleset, as_of, today, marks or {}, [position])
    return [_met(one, scope) if scope.truths(one).true[0] else None for one in predicates]


def _met(predicate: Predicate, scope: Evaluation) -> tuple[str, ...]:
    """What the only customer of a scope has that meets conditions."""
    found = (item.text for leaf, negated in predicate.leaves()
             for item in leaf.evidence(scope, 0)
             if item.truth is (Truth.FALSE if negated else Truth.TRUE))
    return tuple(dict.fromkeys(found))


def _scope(predicates: Sequence[Predicate], frame: Any, results: Any, ruleset: RuleSet,
           as_of: date, today: date | None, marks: Mapping[str, Mask],
           positions: list[int] | None = None) -> Evaluation:
    """What predicates ask for, of everybody or of the rows in some positions."""
    wanted, percentiles = _asked(predicates)
    data = nw.from_native(frame, eager_only=True)
    kept = [key for key in data.columns if key in wanted | {"customer_id", "data_date"}]
    ready = prepare(data.select(kept), percentiles)
    decided = nw.from_native(results, eager_only=True)
    if positions is not None:
        ready, decided = ready[positions, :], decided[positions, :]
        marks = {key: mask[positions] for key, mask in marks.items()}
    scope = Evaluation(ready, as_of, today)
    for key in decided.columns:
        if key in wanted:
            scope.put(key, decided[key])
    _mark_tags(scope, decided, ruleset, wanted)
    for key, mask in marks.items():
        scope.mark(key, mask)
    return scope


def fields_of(predicate: Predicate) -> frozenset[str]:
    """The keys of the fields a predicate asks for."""
    return frozenset(_asked([predicate])[0])


def _asked(predicates: Iterable[Predicate]) -> tuple[set[str], set[str]]:
    """The fields asked for, and those whose percentiles are."""
    leaves = [leaf for predicate in predicates for leaf, _ in predicate.leaves()]
    fields = {leaf.field.key for leaf in leaves}
    fields |= {leaf.partial.key for leaf in leaves if leaf.partial}
    return fields, {leaf.field.key for leaf in leaves if leaf.op == "pct_ge"}


def _mark_tags(scope: Evaluation, decided: nw.DataFrame[Any], ruleset: RuleSet,
               wanted: set[str]) -> None:
    """The marks of the rules, from the ids the results have joined."""
    tags = [tag for tag in ruleset.segments.tags if tag.field.key in wanted]
    if not tags:
        return
    column = decided["tags"]
    found = {text: text.split(SEPARATOR) for text in scope.values(column)}
    for tag in tags:
        hits = [text for text, keys in found.items() if tag.key in keys]
        scope.mark(tag.field.key, scope.certain(column.is_in(hits)))
