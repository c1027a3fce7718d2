"""From rules to each customer's list of actions: bindings, gates, refusals, priority."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.model.results import ActionKind
from branchseg.rules.evaluation import Column, Evaluation, Mask, total
from branchseg.rules.observed import FLAG
from branchseg.rules.segments import SegmentRules
from branchseg.rules.status import StatusRules
from branchseg.rules.suitability import Gate, SuitabilityRules, passes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchseg.rules.actions import ActionRule, ActionRules
    from branchseg.rules.factors import FactorRules
    from branchseg.rules.rule_fields import Known

SEPARATOR = ";"
HELD = "held.{}.{}"
"""Name of the column that tells whom a gate kept from an action."""
_MOST_PRIORITY = 100.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The rule tables that together decide on actions."""

    status: StatusRules
    segments: SegmentRules
    suitability: SuitabilityRules
    actions: ActionRules
    known: Known

    def gates(self, action: ActionRule) -> Iterator[Gate]:
        """What the action's theme has to pass, in order."""
        if action.kind is ActionKind.MARKETING:
            yield from self.suitability.hurdles(action.risk, self.known)


def put_refusal(scope: Evaluation, factors: FactorRules) -> None:
    """Add do_not_contact: marked in the list, or raised by an observed item."""
    refused = scope.nothing()
    marked = scope.get("do_not_contact")
    if marked is not None:
        refused = refused | scope.certain(marked)
    for flag in factors.flags:
        column = scope.get(FLAG.format(flag.key))
        if flag.do_not_contact and column is not None:
            refused = refused | scope.certain(column)
    scope.mark("do_not_contact", refused)


def _any_of(scope: Evaluation, key: str, places: tuple[int, ...]) -> Mask:
    """Where the status or segment has one of some places."""
    return reduce(or_, (scope.places[key] == place for place in places), scope.nothing())


def _called_for(scope: Evaluation, plan: Plan) -> dict[str, Mask]:
    """Where each action is called for, before any gate: bound segments, and its own rule."""
    audiences: dict[tuple[int, ...], Mask] = {}
    found = {}
    for action in plan.actions.actions:
        bound = tuple(place for place, segment in enumerate(plan.segments.segments)
                      if action.key in segment.actions)
        wanted = _any_of(scope, "segment", bound)
        if action.when is not None:
            places = tuple(place for place, key in enumerate(plan.status.labels)
                           if key in action.statuses)
            if places not in audiences:
                audiences[places] = _any_of(scope, "status", places)
            wanted = wanted | (audiences[places] & scope.truths(action.when).true)
        found[action.key] = wanted
    return found


def put_actions(scope: Evaluation, plan: Plan) -> None:
    """Add actions, next_action, priority (0..100) and due_days."""
    rules = plan.actions.actions
    given = _given(scope, plan)
    place, found = scope.combined([given[rule.key] for rule in rules])
    lists = [[rules[number] for number in numbers] for numbers in found]
    tops = [chosen[0] if chosen else None for chosen in lists]

    scope.put("actions", scope.look_up(
        place, [SEPARATOR.join(rule.key for rule in chosen) for chosen in lists], nw.String))
    scope.put("next_action", scope.look_up(
        place, [top.key if top else None for top in tops], nw.String))
    base = scope.look_up(place, [top.priority if top else None for top in tops], nw.Float64)
    points = _boost(scope, plan.actions)
    scope.put("boost", points)
    scope.put("priority", (base + points).clip(upper_bound=_MOST_PRIORITY))
    _put_due(scope, place, tops)


def _given(scope: Evaluation, plan: Plan) -> dict[str, Mask]:
    """Who gets each action, after gates and refusals; the first gate not passed counts."""
    given = {rule.key: scope.nothing() for rule in plan.actions.actions}
    called = _called_for(scope, plan)
    for rule in plan.actions.actions:
        left = called[rule.key]
        for gate in plan.gates(rule):
            through = passes(scope, gate)
            held, left = left & ~through, left & through
            scope.mark(HELD.format(rule.key, gate.key), held)
            instead = gate.instead or rule.fallback
            given[instead] = given[instead] | held
        given[rule.key] = given[rule.key] | left
    welcome = ~scope.marked("do_not_contact")
    return {rule.key: given[rule.key] if rule.reminder else given[rule.key] & welcome
            for rule in plan.actions.actions}


def _boost(scope: Evaluation, rules: ActionRules) -> Column:
    """The points all boosts add, per customer."""
    points = (scope.truths(rule.when).true * rule.points for rule in rules.boosts)
    return scope.column(total(points, scope.nothing() * 0.0), nw.Float64)


def _put_due(scope: Evaluation, place: Any, tops: Iterable[ActionRule | None]) -> None:
    """Days until the best action is due; where the tier decides, the tier's cadence."""
    cadence = scope.get("cadence_days")
    assert cadence is not None
    chosen = list(tops)
    fixed = scope.look_up(place, [top.due_days if top else None for top in chosen], nw.Float64)
    by_tier = [top is not None and top.due_days is None for top in chosen]
    scope.put("due_days", cadence.zip_with(scope.look_up(place, by_tier, nw.Boolean), fixed))
