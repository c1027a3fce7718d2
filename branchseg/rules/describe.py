"""The rule book in Chinese sentences, from the very objects that decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.rules.factors import LEVELS
from branchseg.rules.reading import joined, shown
from branchseg.rules.wording import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchseg.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class RuleSection:
    """One chapter of the rule book."""

    title: str
    sentences: tuple[str, ...]


def describe(ruleset: RuleSet) -> tuple[RuleSection, ...]:
    """All rules as staff can print and read them."""
    chapters = (("status", _status), ("tiers", _tiers), ("factors", _factors), ("tags", _tags),
                ("segments", _segments), ("suitability", _suitability), ("actions", _actions),
                ("boosts", _boosts), ("follow_up", _follow_up))
    return tuple(RuleSection(text(f"rules.book.{key}"), tuple(tell(ruleset)))
                 for key, tell in chapters)


def _status(ruleset: RuleSet) -> Iterator[str]:
    yield text("rules.book.aside", when=ruleset.status.aside.describe())
    for rule in ruleset.status.rules:
        yield text("rules.book.rule", label=rule.label, when=rule.when.describe())
    yield text("rules.book.unverified", label=ruleset.status.unverified_label,
               outdated=ruleset.status.outdated.describe())


def _tiers(ruleset: RuleSet) -> Iterator[str]:
    active = ruleset.tiers.active
    yield text("rules.book.preset", label=active.label,
               field=label_of(ruleset.known[active.field]))
    for tier in active.tiers:
        yield text("rules.book.tier", label=tier.label, range=active.range_of(tier.key),
                   owner=tier.owner, days=shown(tier.cadence_days))
    yield text("rules.book.near", ratio=shown(ruleset.tiers.near_ratio * 100),
               fall=shown(ruleset.tiers.near_fall))


def _factors(ruleset: RuleSet) -> Iterator[str]:
    rules = ruleset.factors
    for number, factor in rules.numbered():
        yield text("rules.book.factor", number=number, name=factor.name,
                   weight=shown(factor.weight), data=shown(factor.data_share),
                   seen=shown(100 - factor.data_share))
        for level, predicate in zip(LEVELS, factor.levels, strict=True):
            yield text("rules.book.level", level=level, when=predicate.describe(),
                       meaning=factor.level_texts[level])
        yield text("rules.book.items", items=joined(
            text("rules.book.item", label=item.label, level=item.level)
            if item.level is not None else text("rules.book.item_noted", label=item.label)
            for item in factor.items))
    grades = joined(text("rules.book.grade", label=g.label, start=shown(g.start))
                    for g in rules.grades)
    yield text("rules.book.grades", grades=grades, label=rules.insufficient_label,
               least=shown(rules.minimum_completeness * 100))
    sober = joined(factor.name for factor in rules.factors if not factor.may_lift)
    if sober:
        yield text("rules.book.sober", names=sober)
    yield text("rules.book.conflict", gap=shown(rules.conflict_gap))


def _tags(ruleset: RuleSet) -> Iterator[str]:
    for tag in ruleset.segments.tags:
        yield text("rules.book.rule", label=tag.label, when=tag.when.describe())


def _segments(ruleset: RuleSet) -> Iterator[str]:
    for segment in ruleset.segments.segments:
        when = segment.when.describe() if segment.when else text("rules.book.rest")
        themes = joined(ruleset.label("actions", key) for key in segment.actions)
        yield text("rules.book.segment", label=segment.label, when=when, actions=themes)


def _suitability(ruleset: RuleSet) -> Iterator[str]:
    gate = ruleset.suitability
    yield text("rules.book.rating", when=gate.valid.describe())
    for one in gate.gates:
        yield text("rules.book.gate", scope=text(f"rules.book.scope.{one.scope}"),
                   when=one.require.describe(), because=one.because)
    yield text("rules.book.match")
    yield text("rules.book.forbidden", words=joined(gate.forbidden))


def _actions(ruleset: RuleSet) -> Iterator[str]:
    for action in ruleset.actions.actions:
        bound = joined(segment.label for segment in ruleset.segments.segments
                       if action.key in segment.actions)
        events = [action.when.describe()] if action.when else []
        events += [text("rules.book.bound", labels=bound)] if bound else []
        events += [text("rules.offers.on_request")] if action.on_request else []
        when = text("rules.group.any").join(events) or text("rules.book.stand_in")
        yield text("rules.book.action", theme=action.theme, when=when,
                   kind=text(f"rules.book.kind.{action.kind.value}"),
                   channel=joined(one.label for one in action.channels),
                   priority=shown(action.priority))


def _boosts(ruleset: RuleSet) -> Iterator[str]:
    for one in ruleset.actions.boosts:
        yield text("rules.book.boost", label=one.label, when=one.when.describe(),
                   points=shown(one.points))


def _follow_up(ruleset: RuleSet) -> Iterator[str]:
    actions = ruleset.actions
    yield text("rules.book.capacity", **actions.capacity)
    yield text("rules.book.month", count=actions.follow_up.marketing_a_month)
    yield text("rules.book.attempts", count=actions.follow_up.attempts,
               days=actions.follow_up.rest_days)
    if actions.follow_up.quiet:
        yield text("rules.book.quiet", times=joined(
            f"{start:%H:%M}–{end:%H:%M}" for start, end in actions.follow_up.quiet))
    for action in actions.actions:
        if action.steps:
            yield text(f"rules.book.{action.since}", theme=action.theme,
                       days=joined(map(shown, action.steps)))
