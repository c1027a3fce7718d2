"""One customer's assessment: the same predicates on the same columns, with evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.model.masking import is_masked_phone
from branchseg.model.results import (
    ActionKind,
    Advice,
    Assessment,
    Evidence,
    FactorResult,
    Observation,
    Status,
)
from branchseg.rules.actions import PLACEHOLDER, ActionRule
from branchseg.rules.assess import evaluate, observed_levels, prepare
from branchseg.rules.channels import MET, Reach, reach
from branchseg.rules.factors import LEVELS, Factor
from branchseg.rules.observed import ticked_texts
from branchseg.rules.planning import HELD, SEPARATOR, Call, due_days
from branchseg.rules.predicates import supporting
from branchseg.rules.status import status_evidence
from branchseg.rules.suitability import RATING, passes, under_age
from branchseg.rules.wording import label_of, say, show_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchseg.rules.evaluation import Evaluation
    from branchseg.rules.ruleset import RuleSet
    from branchseg.rules.suitability import Gate


def explain(frame: Any, position: int, ruleset: RuleSet, as_of: date,
            observations: Sequence[Observation] = (), *,
            today: date | None = None, in_branch: bool = False) -> Assessment:
    """All the rules say about the customer in row `position` of the frame given to `assess`."""
    return next(explain_many(frame, [position], ruleset, as_of, observations, today=today,
                             in_branch=in_branch))


def explain_many(frame: Any, positions: Sequence[int], ruleset: RuleSet, as_of: date,
                 observations: Iterable[Observation] = (), *,
                 today: date | None = None, in_branch: bool = False,
                 calls: Sequence[Call] = ()) -> Iterator[Assessment]:
    """Several customers' assessments; the rules run once for all. `today` as for `assess`.

    `in_branch`: the customer is here, so that nobody need be called or written to. `calls`: what
    is called for besides, of all customers of the frame.
    """
    rows = prepare(frame, ruleset.percentiles)[list(positions), :]
    ids = rows["customer_id"].to_list()
    seen = [one for one in observations if one.customer_id in set(ids)]
    observed = observed_levels(ids, seen, ruleset, rows.to_native(),
                               today=max(as_of, today or as_of))
    here = [call._replace(rows=call.rows[list(positions)]) for call in calls]
    scope = evaluate(rows, ruleset, as_of, observed, today, here)
    for row, customer_id in enumerate(ids):
        own = [one for one in seen if one.customer_id == customer_id]
        called = [call for call in here if call.rows[row]]
        yield _Explainer(scope, row, ruleset, own, called, in_branch).assessment(str(customer_id))


@dataclass(frozen=True, slots=True)
class _Explainer:
    """One row of an evaluation, put into words."""

    scope: Evaluation
    row: int
    rules: RuleSet
    observations: Sequence[Observation]
    calls: Sequence[Call]
    in_branch: bool

    def value(self, key: str) -> Any:
        return self.scope.value(key, self.row)

    def shown(self, key: str) -> str:
        """A value as sentences have it; what is lacking to a limit is never said too low."""
        field, value = self.rules.known[key], self.value(key)
        if key == "to_next_tier" and value is not None:
            return money(value, up=True)
        return show_value(field, value)

    def assessment(self, customer_id: str) -> Assessment:
        rules, status = self.rules, self.value("status")
        factors = tuple(self.factor(n, factor) for n, factor in rules.factors.numbered())
        unknown, segment = self.unknown(factors), self.value("segment")
        return Assessment(
            customer_id=customer_id,
            status=Status(status),
            status_label=rules.label("status", status),
            status_evidence=status_evidence(self.scope, rules.status, self.row),
            tier=self.value("tier") or "",
            tier_label=rules.tiers.labels.get(self.value("tier"), text("rules.tier.unknown")),
            tier_reason=self.tier_reason(),
            to_next_tier=self.value("to_next_tier"),
            next_tier_label=rules.tiers.labels.get(self.value("next_tier"), ""),
            near_tier=bool(self.value("near_tier")),
            fall=self.fall(),
            factors=factors,
            score=self.value("score"),
            completeness=self.value("completeness"),
            observed_coverage=self.value("coverage"),
            grade=self.value("grade"),
            grade_label=rules.label("grade", self.value("grade")),
            segment=segment,
            segment_label=rules.label("segment", segment),
            badges=_badges(self.rules, self.value("tags")),
            do_not_contact=bool(self.value("do_not_contact")),
            suitability=self.suitability(),
            advice=tuple(self.advice(unknown)),
            ask=tuple(factor.ask for factor in unknown),
        )

    def factor(self, number: int, factor: Factor) -> FactorResult:
        data, seen = self.value(f"data_{number}"), self.value(f"obs_{number}")
        gap = self.rules.factors.conflict_gap
        return FactorResult(
            factor.key, factor.name, factor.weight, self.value(f"factor_{number}"), data, seen,
            self.factor_evidence(factor, data), ticked_texts(factor, self.observations),
            data is not None and seen is not None and abs(data - seen) >= gap)

    def factor_evidence(self, factor: Factor, level: float | None) -> tuple[Evidence, ...]:
        """What made the level: its own rule; for 0 and unknown, every rule that failed."""
        rules = [predicate for number, predicate in zip(LEVELS, factor.levels, strict=True)
                 if not level or number == level]
        found = (item for rule in rules for item in rule.evidence(self.scope, self.row))
        return tuple(dict.fromkeys(found))

    def tier_reason(self) -> str:
        active = self.rules.tiers.active
        field = self.rules.known[active.field]
        aside = self.rules.status.aside
        if self.scope.truths(aside).true[self.row]:
            why = "，".join(supporting(aside, self.scope, self.row))
            return text("rules.tier.put_aside", why=why)
        if self.value("tier") is None:
            return text("rules.tier.no_amount", field=label_of(field))
        basis = self.value("aum_basis") if active.field == "aum" else None
        source = text(f"rules.basis.{basis}") if basis else label_of(field)
        reason = text("rules.tier.reason", source=source, amount=self.shown(active.field),
                      tier=self.rules.label("tier", self.value("tier")),
                      floor=active.floor_of(self.value("tier")))
        partial = active.field == "aum" and self.value("aum_partial")
        return (reason + self.tier_day() + (text("rules.tier.partial") if partial else "")
                + self.fall())

    def fall(self) -> str:
        """That much has gone since the end of the last month, "" if not."""
        if not self.value("fallen"):
            return ""
        return text("rules.tier.fallen", before=self.shown("aum_prev_month_end"),
                    now=self.shown("aum"))

    def tier_day(self) -> str:
        """Of which day the amount behind the tier is, if not of the newest list's."""
        key = "aum_date" if self.rules.tiers.active.field == "aum" else "data_date"
        day = self.value(key)
        if day is None or day.date() >= self.scope.as_of:
            return ""
        return text("rules.tier.dated", day=self.shown(key))

    def suitability(self) -> str:
        """What may be talked about: why nothing is to be sold, else the customer's rating."""
        gates = self.rules.suitability.gates
        stopped = [text("rules.suitability.refused")] if self.value("do_not_contact") else []
        stopped += [gate.because for gate in gates if gate.scope == "marketing"
                    and not passes(self.scope, gate)[self.row]]
        if not self.value("risk_valid"):  # a branch's own rules may have no such gate
            stopped.append(say(RATING, value=False))
        if stopped:
            return text("rules.suitability.stopped", because=stopped[0])
        level = self.value("risk_level")
        return text("rules.suitability.valid", level=level, risk=f"R{level[1:]}")

    def unknown(self, factors: tuple[FactorResult, ...]) -> tuple[Factor, ...]:
        """What to find out: the factors that are unknown and count."""
        unknown = {result.factor_id for result in factors if result.level is None}
        return tuple(factor for factor in self.rules.factors.factors
                     if factor.key in unknown and factor.weight > 0)

    def advice(self, unknown: Sequence[Factor]) -> Iterator[Advice]:
        """The actions, best first, as in the results.

        While the customer is here, what can only be done on the spot goes before the calls.
        """
        keys = [key for key in self.value("actions").split(SEPARATOR) if key]
        if self.in_branch:
            keys.sort(key=lambda key: not self.rules.actions.by_key(key).on_the_spot)
        blocked = self.blocked() if keys else {}
        for key in keys:
            action = self.rules.actions.by_key(key)
            ask = tuple(one.ask for one in unknown if action.may_ask(offers=one.offers))
            yield replace(self.advise(action, blocked.get(key, ())), ask=ask)

    def blocked(self) -> dict[str, tuple[str, ...]]:
        """Service action -> which themes it stands for, and the reasons, each once."""
        found: dict[str, dict[str, list[str]]] = {}
        for action in self.rules.actions.actions:
            for gate in self.rules.plan.gates(action):
                if self.value(HELD.format(action.key, gate.key)):
                    reasons = found.setdefault(self.stand_in(action, gate), {})
                    because = gate.because.format(risk=action.risk)
                    reasons.setdefault(because, []).append(
                        text("rules.blocked_theme", theme=action.theme))
        return {key: tuple(text("rules.blocked", themes="".join(themes), because=because)
                           for because, themes in reasons.items())
                for key, reasons in found.items()}

    def stand_in(self, action: ActionRule, gate: Gate) -> str:
        """Who speaks for a theme held by a gate: one stand-in may do the work of another too."""
        given, own = self.value("actions").split(SEPARATOR), action.stand_in(gate)
        others = (one.instead[gate.key] for one in self.rules.actions.actions
                  if gate.key in one.instead)
        return own if own in given else next((key for key in others if key in given), own)

    def advise(self, action: ActionRule, blocked: tuple[str, ...]) -> Advice:
        owner = self.rules.owner(action.key, self.value("tier"))
        days = self.scope.at(due_days(self.scope, action), self.row)
        way = self.contact(action)
        talk = action.lobby_talk if way.in_branch else action.talk
        points = (_complete_number(self.value("mobile") or ""),) if way.unreachable else ()
        gate = self.rules.suitability
        if under_age(self.scope, gate)[self.row] and action.key != gate.guardian:
            points = (text("rules.channel.guardian"), *points)
        return Advice(
            action_id=action.key, kind=action.kind, theme=action.theme,
            purpose=self.fill(action.purpose), why=self.why(action, blocked), channel=way.channel,
            window=action.window if way.as_planned else self.rules.suitability.lobby_window,
            owner_role=owner, due=self.scope.today + timedelta(days=int(days)),
            priority=min(action.priority + self.value("boost"), 100.0),
            opening=self.fill(talk.opening),
            questions=tuple(map(self.fill, talk.questions)),
            points=(*points, *map(self.fill, talk.points)), closing=self.fill(talk.closing),
            products=action.products,
            blocked=text("rules.why.separator").join(blocked), risk=action.risk,
            managed=owner != self.rules.actions.default_owner,
            suitability=text("rules.offers.no_rating") if action.needs_no_rating else "")

    def contact(self, action: ActionRule) -> Reach:
        """Channel; who refused, and marketing without recorded consent, waits for a visit.

        Whoever is in the branch is spoken to there.
        """
        gate = self.rules.suitability
        consented = self.scope.truths(gate.contact_consent).true[self.row]
        quiet = self.value("do_not_contact") or (
            action.kind is ActionKind.MARKETING and not consented)
        way = reach(self.scope, self.row, action.channels, action.channel_note, gate,
                    quiet=quiet)
        return way if way.in_branch or not self.in_branch else MET

    def why(self, action: ActionRule, blocked: tuple[str, ...]) -> str:
        """The rule and the customer's own values behind an action."""
        reasons: list[str] = []
        status = self.value("status")
        when = action.when
        if when is not None and status in action.statuses \
                and self.scope.truths(when).true[self.row]:
            reasons += supporting(when, self.scope, self.row)
        segment = next(s for s in self.rules.segments.segments if s.key == self.value("segment"))
        if action.key == self.rules.suitability.nameless:
            reasons.append(text("rules.why.nameless"))
        if action.key in segment.actions:
            reasons.append(text("rules.why.segment", label=segment.label,
                                portrait=segment.portrait.rstrip("。")))
        reasons += _called(self.calls, action)
        for_minors = action.key == self.rules.suitability.guardian
        if for_minors and not reasons:
            reasons.append(text("rules.why.guardian"))
        elif blocked and not for_minors:  # that nothing is sold is no reason to meet
            reasons += self.gates_closed(action)
        unrated = say(RATING, value=False)
        told = (self.rating() if reason == unrated else reason for reason in reasons)
        return text("rules.why.separator").join(dict.fromkeys(told))

    def gates_closed(self, stand_in: ActionRule) -> Iterator[str]:
        """Why the themes an action stands in for are not talked about."""
        for action in self.rules.actions.actions:
            for gate in self.rules.plan.gates(action):
                if self.stand_in(action, gate) == stand_in.key \
                        and self.value(HELD.format(action.key, gate.key)):
                    yield from _called(self.calls, action)
                    if gate.key in action.instead and action.when is not None:
                        yield from supporting(action.when, self.scope, self.row)
                    unrated = not self.value("risk_valid") and any(
                        leaf.field == RATING for leaf, _ in gate.require.leaves())
                    yield self.rating() if unrated else gate.because.format(risk=action.risk)

    def rating(self) -> str:
        """What is wrong with a rating that is not valid."""
        for key in ("risk_level", "risk_date"):
            if self.value(key) is None:
                return text(f"rules.rating.no_{key}")
        expiry = self.value("risk_expiry")
        if expiry is not None and expiry.date() < self.scope.today:
            return text("rules.rating.expired", day=self.shown("risk_expiry"))
        return text("rules.rating.old", day=self.shown("risk_date"))

    def fill(self, template: str) -> str:
        """Put the customer's values, or the words for unknown ones, in place of {field}."""
        def value(match: re.Match[str]) -> str:
            spoken, key, otherwise = match.groups()
            if self.value(key) is None and otherwise is not None:
                return str(otherwise)
            if not spoken:
                return self.shown(key)
            fact = say(self.rules.known[key], self.value(key), self.scope.today)
            return f" {fact}" if fact[:1].isascii() else fact

        return PLACEHOLDER.sub(value, template)


def _badges(rules: RuleSet, tags: str) -> tuple[str, ...]:
    return tuple(rules.label("tag", key) for key in tags.split(SEPARATOR) if key)


def _called(calls: Sequence[Call], action: ActionRule) -> list[str]:
    """The branch's own segments that call for an action, or that somebody chose him for it."""
    return [text("rules.why.own_segment", name=call.label) if call.label
            else text("rules.offers.asked", line=action.product_line) for call in calls
            if call.action_id == action.key]


def _complete_number(mobile: str) -> str:
    """What to do first where there is no number to call: none at all, or one with stars."""
    return text("rules.channel.masked" if is_masked_phone(mobile) else "rules.channel.first")
