"""From rules to each customer's list of actions: bindings, gates, refusals, priority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import narwhals as nw

from branchseg.model.results import ActionKind
from branchseg.rules.actions import ActionRule, ActionRules
from branchseg.rules.evaluation import Column, Evaluation, total
from branchseg.rules.factors import FactorRules
from branchseg.rules.observed import FLAG
from branchseg.rules.rule_fields import Known
from branchseg.rules.segments import SEGMENT_CODE, SegmentRules
from branchseg.rules.status import STATUS_CODE, StatusRules
from branchseg.rules.suitability import Gate, SuitabilityRules, passes

SEPARATOR = ";"
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
        marketing = action.kind is ActionKind.MARKETING
        return self.suitability.hurdles(marketing, action.risk, self.known)


def put_refusal(scope: Evaluation, factors: FactorRules) -> None:
    """Add do_not_contact: marked in the list, or raised by an observed item."""
    refused = scope.nothing()
    marked = scope.get("do_not_contact")
    if marked is not None:
        refused = refused | marked.fill_null(value=False)
    for flag in factors.flags:
        column = scope.get(FLAG.format(flag.key))
        if flag.do_not_contact and column is not None:
            refused = refused | column
    scope.put("do_not_contact", refused)


def applies(scope: Evaluation, action: ActionRule, plan: Plan) -> Column:
    """Where an action is called for, before any gate."""
    found = scope.nothing()
    segment = scope.get(SEGMENT_CODE)
    status = scope.get(STATUS_CODE)
    assert segment is not None
    assert status is not None
    for place, rule in enumerate(plan.segments.segments):
        if action.key in rule.actions:
            found = found | (segment == float(place))
    if action.when is not None:
        audience = scope.nothing()
        for place, key in enumerate(plan.status.labels):
            if key in action.statuses:
                audience = audience | (status == float(place))
        found = found | (audience & scope.truths(action.when).true)
    return found


def stopped(scope: Evaluation, action: ActionRule, plan: Plan) -> Iterator[tuple[Gate, Column]]:
    """Each gate with the customers it stops; the first gate not passed counts."""
    left = applies(scope, action, plan)
    for gate in plan.gates(action):
        through = passes(scope, gate)
        yield gate, left & ~through
        left = left & through


def put_actions(scope: Evaluation, plan: Plan) -> None:
    """Add actions, next_action, priority (0..100) and due_days."""
    rules = plan.actions.actions
    given = _given(scope, plan)
    code = total(given[rule.key].cast(nw.Int64) * 2**place for place, rule in enumerate(rules))
    found = sorted(code.unique().to_list())
    place = code.replace_strict(found, list(range(len(found))), return_dtype=nw.Int64)
    lists = [[rule for bit, rule in enumerate(rules) if bits >> bit & 1] for bits in found]
    tops = [chosen[0] if chosen else None for chosen in lists]

    scope.put("actions", scope.look_up(
        place, [SEPARATOR.join(rule.key for rule in chosen) for chosen in lists], nw.String))
    scope.put("next_action", scope.look_up(
        place, [top.key if top else None for top in tops], nw.String))
    base = scope.look_up(place, [top.priority if top else None for top in tops], nw.Float64)
    scope.put("boost", boost(scope, plan.actions))
    priority = base + boost(scope, plan.actions)
    over = (priority > _MOST_PRIORITY).fill_null(value=False)
    scope.put("priority", priority.zip_with(~over, scope.constant(_MOST_PRIORITY, nw.Float64)))
    _put_due(scope, place, tops)


def _given(scope: Evaluation, plan: Plan) -> dict[str, Column]:
    """Who gets each action, after gates and refusals."""
    given = {rule.key: scope.nothing() for rule in plan.actions.actions}
    for rule in plan.actions.actions:
        left = applies(scope, rule, plan)
        for gate, held in stopped(scope, rule, plan):
            instead = gate.instead or rule.fallback
            given[instead] = given[instead] | held
            left = left & ~held
        given[rule.key] = given[rule.key] | left
    refused = scope.get("do_not_contact")
    assert refused is not None
    return {rule.key: given[rule.key] if rule.reminder else given[rule.key] & ~refused
            for rule in plan.actions.actions}


def boost(scope: Evaluation, rules: ActionRules) -> Column:
    """The points all boosts add, per customer."""
    points = [scope.constant(0.0, nw.Float64)]
    points += [scope.truths(rule.when).true.cast(nw.Float64) * rule.points
               for rule in rules.boosts]
    return total(points)


def _put_due(scope: Evaluation, place: Column, tops: Iterable[ActionRule | None]) -> None:
    """Days until the best action is due; where the tier decides, the tier's cadence."""
    cadence = scope.get("cadence_days")
    assert cadence is not None
    chosen = list(tops)
    fixed = scope.look_up(place, [top.due_days if top else None for top in chosen], nw.Float64)
    by_tier = [top is not None and top.due_days is None for top in chosen]
    scope.put("due_days", cadence.zip_with(scope.look_up(place, by_tier, nw.Boolean), fixed))
