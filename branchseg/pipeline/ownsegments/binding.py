"""What own segments have done for their members: the actions bound to them, and why for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from branchseg import rules
from branchseg.errors import RuleError
from branchseg.messages import text
from branchseg.pipeline.ownsegments.crowd import (
    Crowd,
    bound_action,
    conditions_of,
    members_of,
    named_fields,
    reasons,
)
from branchseg.pipeline.ownsegments.spec import STAFF_TAG
from branchseg.rules.predicates import Condition, Group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.pipeline.story import RunResult
    from branchseg.rules.ruleset import RuleSet
    from branchseg.store.records import OwnSegment
    from branchseg.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Calling:
    """Own segments with an action, as `RunResult.calling` asks them; and who has their tags."""

    segments: Sequence[OwnSegment]
    tagged: Mapping[str, Sequence[str]]

    def __call__(self, result: RunResult) -> tuple[rules.Call, ...]:
        """What is called for. A segment whose conditions or action the rules have lost is mute."""
        known = result.ruleset.actions.labels
        bound = [one for one in self.segments if one.action in known]
        found = members_of(Crowd(result, self.tagged), bound)
        return tuple(rules.Call(one.action, one.name, rows)
                     for one, rows in zip(bound, found, strict=True)
                     if not isinstance(rows, RuleError) and rows.any())


def calling(vault: Vault) -> Calling | None:
    """What the own segments of a vault call for; None where no action is bound to any.

    Two are equal if they call for the same: tags that no segment asks for are not among them.
    """
    bound = tuple(one for one in vault.own_segments() if one.action)
    asked = {key for one in bound if one.tree is not None for key in named_fields(one.tree)}
    tagged = {tag: ids for tag, ids in vault.tagged().items() if STAFF_TAG + tag in asked}
    return Calling(bound, tagged) if bound else None


def bindable(ruleset: RuleSet, now: str = "") -> dict[str, str]:
    """Key -> theme of the actions that may be bound to a segment, and of the one bound `now`.

    What is only for members of an invalid segment, as a note that a customer has died, is none.
    """
    bound: dict[str, list[bool]] = {}
    for segment in ruleset.segments.segments:
        for key in segment.actions:
            bound.setdefault(key, []).append(segment.invalid)
    return {one.key: one.theme for one in ruleset.actions.actions
            if one.key == now or one.when is not None or not all(bound.get(one.key, [False]))}


class Belonging(NamedTuple):
    """An own segment a customer belongs to, why, and the theme of its action ("" for none)."""

    name: str
    why: str
    theme: str


def belonging(crowd: Crowd, segments: Sequence[OwnSegment], position: int) -> list[Belonging]:
    """The segments the customer in a row belongs to, each with the conditions met, in words.

    Those whose conditions cannot be read any more are left out: the page of segments says why.
    """
    customer_id = crowd.result.table.frame["customer_id"].iat[position]
    asked = conditions_of(crowd, segments)
    trees = [one for one in asked if isinstance(one, Condition | Group)]
    met = iter(reasons(crowd, trees, position) if crowd.counts[position] else [None] * len(trees))
    found = []
    for segment, tree in zip(segments, asked, strict=True):
        why = ""
        if tree is None and customer_id in segment.members:
            why = text("ownsegments.belonging.listed")
        elif isinstance(tree, Condition | Group):
            phrases = next(met)
            if phrases is not None:
                why = text("rules.why.separator").join(phrases) or tree.describe()
        if why:
            found.append(Belonging(segment.name, why, bound_action(crowd, segment)))
    return found
