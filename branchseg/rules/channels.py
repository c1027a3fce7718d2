"""How a customer is reached: the first of an action's channels that his data support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.rules.conditions import read_predicate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.rules.evaluation import Evaluation
    from branchseg.rules.predicates import Predicate
    from branchseg.rules.reading import Node
    from branchseg.rules.rule_fields import Known
    from branchseg.rules.suitability import SuitabilityRules


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to talk to a customer; `when` says who can be reached by it (None: everybody).

    `in_branch` are the ways that wait until the customer comes in.
    """

    key: str
    label: str
    in_branch: bool
    when: Predicate | None


@dataclass(frozen=True, slots=True)
class Reach:
    """The channel for one customer in words.

    `in_branch` decides which talking points fit, `as_planned` whether the action's own time
    does. `unreachable` means that the action wants to reach out but nothing is known to do it by.
    """

    channel: str
    in_branch: bool
    as_planned: bool
    unreachable: bool


MET = Reach(text("rules.channel.met"), in_branch=True, as_planned=False, unreachable=False)
"""The customer is in the branch."""


def read_channels(root: Node, known: Known) -> tuple[Channel, ...]:
    """Read the [[channel]] rows of actions.toml."""
    channels = []
    for node in root.rows("channel"):
        when = read_predicate(node, "when", known) if node.has("when") else None
        channels.append(Channel(node.identifier("id"), node.text("label"),
                                node.flag("in_branch"), when))
        node.close()
    root.unique((channel.key for channel in channels), "channel")
    return tuple(channels)


def reach(scope: Evaluation, row: int, channels: Sequence[Channel], note: str,
          gate: SuitabilityRules, *, quiet: bool) -> Reach:
    """The channel of one customer.

    `channels` are the action's, best first; those that belong together with the first one that
    works (all remote, or all in the branch) are offered. `quiet` customers are not called and
    not written to: they have refused, or a marketing theme lacks their consent.
    """
    usable = [one for one in channels
              if (one.in_branch or not quiet)
              and (one.when is None or scope.truths(one.when).true[row])]
    planned = channels[0].in_branch
    if not usable or (usable[0].in_branch and not planned):
        channel = gate.lobby_channel if quiet else text("rules.channel.unreachable")
        return Reach(channel, in_branch=True, as_planned=planned, unreachable=not quiet)
    together = [one.label for one in usable if one.in_branch == usable[0].in_branch]
    channel = text("rules.channel.or").join(together)
    if note:
        channel = text("rules.channel.note", channel=channel, note=note)
    return Reach(channel, usable[0].in_branch, usable[0].in_branch == planned,
                 unreachable=False)
