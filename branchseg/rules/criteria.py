"""Condition trees outside the rule files: read, written, and judged over a result.

A tree is the predicate of the rules in the very table they are written in, so that staff who
choose customers themselves and the rule book decide alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.errors import RuleError
from branchseg.model.fields import FIELDS
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
    wanted, percentiles = _asked(predicates)
    data = nw.from_native(frame, eager_only=True)
    kept = [key for key in data.columns if key in wanted | {"customer_id", "data_date"}]
    scope = Evaluation(prepare(data.select(kept), percentiles), as_of, today)
    decided = nw.from_native(results, eager_only=True)
    for key in decided.columns:
        if key in wanted:
            scope.put(key, decided[key])
    _mark_tags(scope, decided, ruleset, wanted)
    for key, mask in (marks or {}).items():
        scope.mark(key, mask)
    return [scope.truths(predicate) for predicate in predicates]


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
