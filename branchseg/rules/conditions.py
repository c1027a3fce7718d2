"""From a TOML table to a predicate, with a fault for everything that cannot be meant."""

from __future__ import annotations

from typing import Any

from branchseg.model.fields import FIELDS, IMPORTED, Kind
from branchseg.rules.predicates import OPERATORS, Condition, Group, Predicate
from branchseg.rules.reading import Node, hint, is_number, joined, shown
from branchseg.rules.rule_fields import Known, RuleField, Value

MOST_DAYS, MOST_MONTHS = 36_500, 1_200
"""A hundred years: no rule looks further, and the calendar ends somewhere."""

MOST_NESTED = 12
"""So many groups may stand inside each other."""

GROUPS = ("all", "any", "any_known", "not")
_STAND_IN = Condition(RuleField("customer_id", "", Kind.KEY), "known")


def read_predicate(node: Node, key: str, known: Known, depth: int = 0) -> Predicate:
    """The predicate under `key`, `depth` groups down; fields are looked up in `known`."""
    value = node.raw(key)
    if isinstance(value, dict):
        return _predicate(Node(value, node.at(key), node.source), known, depth)
    node.fault(key, "missing" if value is None else "predicate", key=key)
    return _STAND_IN


def _predicate(node: Node, known: Known, depth: int) -> Predicate:
    """One condition or one group, whichever the table's keys say."""
    if depth > MOST_NESTED:
        node.fault("", "nested", most=MOST_NESTED)
        return _STAND_IN
    groups = [key for key in GROUPS if node.has(key)]
    if len(groups) + node.has("field") != 1:
        node.fault("", "predicate")
        return _STAND_IN
    found = _group(node, groups[0], known, depth + 1) if groups else _condition(node, known)
    node.close()
    return found


def _group(node: Node, op: str, known: Known, depth: int) -> Predicate:
    if op == "not":
        return Group(op, (read_predicate(node, op, known, depth),))
    parts = tuple(_predicate(part, known, depth) for part in node.rows(op))
    return Group(op, parts) if parts else _STAND_IN


def _condition(node: Node, known: Known) -> Predicate:
    field = _field(node, "field", known)
    op = node.choice("op", OPERATORS)
    if field is None:
        node.raw("value"), node.raw("partial"), node.raw("quiet")
        return _STAND_IN
    if field.kind not in OPERATORS[op].kinds:
        fitting = [name for name, operator in OPERATORS.items() if field.kind in operator.kinds]
        node.fault("op", "operator_kind", op=op, label=field.label, allowed=joined(fitting))
    if op == "pct_ge":
        _note_percentile(node, field)
    partial = _field(node, "partial", known) if node.has("partial") else None
    if partial and (partial.kind is not Kind.FLAG or not OPERATORS[op].lower_bound):
        node.fault("partial", "partial")
    return Condition(field, op, _value(node, field, op), partial, node.flag("quiet"))


def _note_percentile(node: Node, field: RuleField) -> None:
    """Have the customers' places in a field worked out; the list itself must have it."""
    if FIELDS.get(field.key) in IMPORTED:
        node.source.percentiles.add(field.key)
    else:
        node.fault("op", "percentile", label=field.label)


def _field(node: Node, key: str, known: Known) -> RuleField | None:
    name = node.text(key)
    if name and name not in known:
        node.fault(key, "field_unknown", name=name, hint=hint(name, known))
    return known.get(name)


def _value(node: Node, field: RuleField, op: str) -> Value:
    """The value in the shape the operator wants."""
    value: Any = node.raw("value")
    shape = OPERATORS[op].value
    if shape == "none":
        if value is not None:
            node.fault("value", "value_none")
        return None
    if shape == "words":
        words = node.texts("value", options=[key for key, _ in field.choices] or None)
        if value == []:
            node.fault("value", "texts")
        return words
    if shape == "pair":
        if not (isinstance(value, list) and len(value) == 2 and all(map(is_number, value))
                and value[0] <= value[1]):
            node.fault("value", "value_pair")
            return (0.0, 0.0)
        return (float(value[0]), float(value[1]))
    if shape == "days":
        most = MOST_MONTHS if op == "within_months" else MOST_DAYS
        if not is_number(value) or value != int(value) or not 0 <= value <= most:
            node.fault("value", "value_days", most=shown(most))
            return 0.0
    elif not is_number(value):
        node.fault("value", "value_number")
        return 0.0
    return float(value)
