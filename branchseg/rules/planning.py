"""From rules to each customer's list of actions: bindings, gates, refusals, priority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from branchseg.model.results import ActionKind, Status
from branchseg.rules.actions import MOST_DUE
from branchseg.rules.evaluation import Column, Evaluation, Mask, total
from branchseg.rules.observed import FLAG
from branchseg.rules.segments import SegmentRules
from branchseg.rules.status import StatusRules
from branchseg.rules.suitability import Gate, SuitabilityRules, passes, under_age

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchseg.rules.actions import ActionRule, ActionRules
    from branchseg.rules.factors import FactorRules
    from branchseg.rules.rule_fields import Known

SEPARATOR = ";"
HELD = "held.{}.{}"
"""Name of the column that tells whom a gate kept from an action."""
_DUE = "due.{}"
MOST_PRIORITY = 100.0
_SATURDAY = 5
_NEVER = {ActionKind.SERVICE: {Status.INVALID},
          ActionKind.MARKETING: {Status.INVALID, Status.UNVERIFIED}}
"""Who gets no action from outside the rule files: who is put aside, and nobody is to be sold
anything of whom too little is known."""


class Call(NamedTuple):
    """An action called for by something outside the rule files: a segment of the branch's own.

    `rows` are the members, `label` is what the segment is called; without one, somebody chose
    these customers for the action.
    """

    action_id: str
    label: str
    rows: Mask


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
            yield from (gate for gate in self.suitability.hurdles(action.risk, self.known)
                        if not (action.needs_no_rating and gate.asks_rating))


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


def _called_for(scope: Evaluation, plan: Plan, calls: Sequence[Call]) -> dict[str, Mask]:
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
    for call in calls:
        action = plan.actions.by_key(call.action_id)
        never = tuple(place for place, key in enumerate(plan.status.labels)
                      if key in _NEVER[action.kind])
        found[action.key] = found[action.key] | (call.rows & ~_any_of(scope, "status", never))
    return found


def put_actions(scope: Evaluation, plan: Plan, calls: Sequence[Call] = ()) -> None:
    """Add actions, next_action, priority (0..100), due_days and effort."""
    rules = plan.actions.actions
    given = _given(scope, plan, calls)
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
    scope.put("priority", (base + points).clip(upper_bound=MOST_PRIORITY))
    _put_due(scope, place, tops)
    _put_effort(scope, place, tops, plan.suitability)


def _given(scope: Evaluation, plan: Plan, calls: Sequence[Call]) -> dict[str, Mask]:
    """Who gets each action, after gates and refusals; the first gate not passed counts."""
    given = {rule.key: scope.nothing() for rule in plan.actions.actions}
    called, twice = _called_for(scope, plan, calls), dict(given)
    for rule in plan.actions.actions:
        left = called[rule.key]
        for gate in plan.gates(rule):
            through = passes(scope, gate)
            held, left = left & ~through, left & through
            scope.mark(HELD.format(rule.key, gate.key), held)
            instead = rule.stand_in(gate)
            given[instead] = given[instead] | held
            if gate.key in rule.instead and gate.instead:  # what it does says its stand-in too
                twice[gate.instead] = twice[gate.instead] | held
        called[rule.key] = left
    for key, mask in called.items():
        given[key] = (given[key] | mask) & ~twice[key]
    given = _without_children(scope, plan, _without_strangers(scope, plan, given))
    welcome = ~scope.marked("do_not_contact")
    return {rule.key: given[rule.key] if rule.reminder else given[rule.key] & welcome
            for rule in plan.actions.actions}


def _without_strangers(scope: Evaluation, plan: Plan, given: dict[str, Mask]) -> dict[str, Mask]:
    """Who has no name is not called, written to or sold to: first somebody asks for the name.

    A list without a column of names says nothing about anybody.
    """
    names = scope.get("name")
    if names is None:
        return given
    nameless, stopped = ~scope.known(names), scope.nothing()
    for rule in plan.actions.actions:
        if rule.kind is ActionKind.MARKETING or not all(one.in_branch for one in rule.channels):
            stopped = stopped | (given[rule.key] & nameless)
            given[rule.key] = given[rule.key] & ~nameless
    instead = plan.suitability.nameless
    return given | {instead: given[instead] | stopped}


def _without_children(scope: Evaluation, plan: Plan, given: dict[str, Mask]) -> dict[str, Mask]:
    """Whoever is under age is met with a guardian; only reminders reach out, to the guardian."""
    minors, stopped = under_age(scope, plan.suitability), scope.nothing()
    if not minors.any():
        return given
    for rule in plan.actions.actions:
        if not rule.reminder and not all(one.in_branch for one in rule.channels):
            stopped = stopped | (given[rule.key] & minors)
            given[rule.key] = given[rule.key] & ~minors
    instead = plan.suitability.guardian
    return given | {instead: given[instead] | stopped}


def _boost(scope: Evaluation, rules: ActionRules) -> Column:
    """The points all boosts add, per customer."""
    points = (scope.truths(rule.when).true * rule.points for rule in rules.boosts)
    return scope.column(total(points, scope.nothing() * 0.0), nw.Float64)


def _put_due(scope: Evaluation, place: Any, tops: Sequence[ActionRule | None]) -> None:
    """Days from today until the best action is due; where the tier decides, its cadence."""
    fixed = scope.look_up(place, [top.due_days if top else None for top in tops], nw.Float64)
    by_tier = [top is not None and top.due_days is None for top in tops]
    days = _cadence(scope).zip_with(scope.look_up(place, by_tier, nw.Boolean), fixed)
    bound = {key: scope.look_up(place, [top is not None and top.until == key for top in tops],
                                nw.Boolean)
             for key in {top.until for top in tops if top is not None and top.until}}
    scope.put("due_days", _on_working_days(scope, days, bound))


def _put_effort(scope: Evaluation, place: Any, tops: Sequence[ActionRule | None],
                rules: SuitabilityRules) -> None:
    """What the best action takes of an officer's day.

    Nothing where it waits until the customer comes in: after a refusal, and for marketing
    without recorded consent.
    """
    consented = scope.truths(rules.contact_consent).true
    efforts = [(top.effort if top else "") or None for top in tops]
    asked = [None if top and top.kind is ActionKind.MARKETING else effort
             for top, effort in zip(tops, efforts, strict=True)]
    nothing = [None] * len(efforts)
    refused = scope.marked("do_not_contact")
    part = (~consented & ~refused) + refused * 2
    scope.put("effort", scope.look_up(
        place + part * len(efforts), [*efforts, *asked, *nothing], nw.String))


def due_days(scope: Evaluation, action: ActionRule) -> Column:
    """Days from today until one action is due, for whoever it is called for; worked out once."""
    key = _DUE.format(action.key)
    known = scope.get(key)
    if known is not None:
        return known
    days = _cadence(scope) if action.due_days is None else scope.constant(action.due_days)
    everybody = scope.column(~scope.nothing(), nw.Boolean)
    found = _on_working_days(scope, days, {action.until: everybody} if action.until else {})
    scope.put(key, found)
    return found


def _cadence(scope: Evaluation) -> Column:
    cadence = scope.get("cadence_days")
    assert cadence is not None
    return cadence


def _on_working_days(scope: Evaluation, days: Column, bound: Mapping[str, Column]) -> Column:
    """Due days that fall on working days and not after the event they are bound to.

    `bound` says, by field with the days to an event, which customers' action is bound to it.
    """
    limit = scope.constant(None)
    for key, mask in bound.items():
        event = scope.get(key)
        if event is not None:
            limit = event.zip_with(mask, limit)
    ahead, gone = scope.numbers(limit) >= 0, scope.numbers(limit) < 0
    earlier = scope.column(scope.numbers(limit) < scope.numbers(days), nw.Boolean)
    wanted = limit.clip(lower_bound=0.0).zip_with(earlier, days)
    table = [float(due_working_day(scope.today, number, bound=held))
             for held in (False, True) for number in range(MOST_DUE + 1)]
    missed = 0.0 if scope.today.weekday() < _SATURDAY else 7.0 - scope.today.weekday()
    unknown = len(table) + 1
    place = wanted.fill_null(0.0).cast(nw.Int64).to_numpy() + ahead * (MOST_DUE + 1)
    place = place * ~gone + gone * len(table)
    known = scope.known(wanted)
    return scope.look_up(place * known + ~known * unknown, [*table, missed, None], nw.Float64)


def due_working_day(today: date, days: int, *, bound: bool = False) -> int:
    """Days from `today` to the working day for something due in `days`; holidays are unknown.

    From a weekend back to the Friday, or, if that has passed, on to the Monday; what is `bound`
    to an event stays where it is then. What is due today stays today: somebody is at work.
    """
    beyond = (today.weekday() + days) % 7 - _SATURDAY + 1
    if days == 0 or beyond <= 0:
        return days
    if beyond <= days:
        return days - beyond
    return days if bound else days + 3 - beyond
