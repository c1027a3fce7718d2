"""From a TOML table to a predicate, with a fault for everything that cannot be meant."""

from __future__ import annotations

from typing import Any

from branchseg.model.fields import Kind
from branchseg.rules.predicates import OPERATORS, Condition, Group, Predicate, Value
from branchseg.rules.reading import Node, hint, is_number, joined
from branchseg.rules.rule_fields import Known, RuleField

GROUPS = ("all", "any", "any_known", "not")
_STAND_IN = Condition(RuleField("customer_id", "", Kind.KEY), "known")


def read_predicate(node: Node, key: str, known: Known) -> Predicate:
    """The predicate under `key`; fields are looked up in `known`."""
    value = node.raw(key)
    if isinstance(value, dict):
        return _predicate(Node(value, node.at(key), node.source), known)
    node.fault(key, "missing" if value is None else "predicate", key=key)
    return _STAND_IN


def _predicate(node: Node, known: Known) -> Predicate:
    """One condition or one group, whichever the table's keys say."""
    groups = [key for key in GROUPS if node.has(key)]
    if len(groups) + node.has("field") != 1:
        node.fault("", "predicate")
        return _STAND_IN
    found = _group(node, groups[0], known) if groups else _condition(node, known)
    node.close()
    return found


def _group(node: Node, op: str, known: Known) -> Predicate:
    if op == "not":
        return Group(op, (read_predicate(node, op, known),))
    parts = tuple(_predicate(part, known) for part in node.rows(op))
    return Group(op, parts) if parts else _STAND_IN


def _condition(node: Node, known: Known) -> Predicate:
    field = _field(node, "field", known)
    op = node.choice("op", OPERATORS)
    if field is None:
        node.raw("value"), node.raw("partial")
        return _STAND_IN
    if field.kind not in OPERATORS[op].kinds:
        fitting = [name for name, operator in OPERATORS.items() if field.kind in operator.kinds]
        node.fault("op", "operator_kind", op=op, label=field.label, allowed=joined(fitting))
    partial = _field(node, "partial", known) if node.has("partial") else None
    if partial and (partial.kind is not Kind.FLAG or not OPERATORS[op].lower_bound):
        node.fault("partial", "partial")
    return Condition(field, op, _value(node, field, OPERATORS[op].value), partial)


def _field(node: Node, key: str, known: Known) -> RuleField | None:
    name = node.text(key)
    if name and name not in known:
        node.fault(key, "field_unknown", name=name, hint=hint(name, known))
    return known.get(name)


def _value(node: Node, field: RuleField, shape: str) -> Value:
    """The value in the shape the operator wants."""
    value: Any = node.raw("value")
    if shape == "none":
        if value is not None:
            node.fault("value", "value_none")
        return None
    if shape == "words":
        return node.texts("value", options=[key for key, _ in field.choices] or None)
    if shape == "pair":
        if not (isinstance(value, list) and len(value) == 2 and all(map(is_number, value))
                and value[0] <= value[1]):
            node.fault("value", "value_pair")
            return (0.0, 0.0)
        return (float(value[0]), float(value[1]))
    whole = shape == "days"
    if not is_number(value) or (whole and (value != int(value) or value < 0)):
        node.fault("value", "value_days" if whole else "value_number")
        return 0.0
    return float(value)
