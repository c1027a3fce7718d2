"""The status funnel: every customer falls into exactly one of five leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import narwhals as nw

from branchseg.messages import text
from branchseg.model.results import Evidence, Status
from branchseg.rules.conditions import read_predicate
from branchseg.rules.predicates import supporting
from branchseg.rules.rule_fields import computed_field
from branchseg.rules.wording import show_value

if TYPE_CHECKING:
    from branchseg.rules.evaluation import Evaluation
    from branchseg.rules.predicates import Predicate
    from branchseg.rules.reading import Node
    from branchseg.rules.rule_fields import Known

DECIDED = tuple(status.value for status in Status if status is not Status.UNVERIFIED)


@dataclass(frozen=True, slots=True)
class StatusRule:
    """One leaf of the funnel and when a customer belongs to it."""

    key: str
    label: str
    when: Predicate


@dataclass(frozen=True, slots=True)
class StatusRules:
    """The leaves in the order they are asked; `unverified_label` names the rest.

    `aside` says who is no person to be visited (organisations, the dead, tests): they are
    invalid whatever they own, and in no tier. `outdated` says whose data are too old beside
    the newest list to judge by: what they did since is unknown.
    """

    aside: Predicate
    outdated: Predicate
    rules: tuple[StatusRule, ...]
    unverified_label: str

    @property
    def labels(self) -> dict[str, str]:
        """Status key -> Chinese label, in funnel order."""
        return {**{r.key: r.label for r in self.rules}, Status.UNVERIFIED: self.unverified_label}


def read_status(root: Node, known: Known) -> StatusRules:
    """Read status.toml; each of the four decidable leaves must stand once."""
    aside, outdated = (read_predicate(root, key, known) for key in ("aside", "outdated"))
    rules = []
    for node in root.rows("status"):
        rules.append(StatusRule(node.choice("id", DECIDED), node.text("label"),
                                read_predicate(node, "when", known)))
        node.close()
    keys = [rule.key for rule in rules]
    root.unique(keys, "status")
    for key in DECIDED:
        if key not in keys:
            root.fault("status", "status_missing", value=key)
    return StatusRules(aside, outdated, tuple(rules), root.text("unverified_label"))


def put_status(scope: Evaluation, rules: StatusRules) -> None:
    """Add status, aside and outdated.

    Walk the list: the first TRUE wins; an UNKNOWN met before it makes 待核实, and so do data too
    old.
    """
    aside = scope.truths(rules.aside).true
    outdated = scope.truths(rules.outdated).true & ~aside
    scope.mark("aside", aside)
    scope.mark("outdated", outdated)
    undecided, chosen = ~aside & ~outdated, []
    for rule in rules.rules:
        truths = scope.truths(rule.when)
        put_aside = aside & (rule.key == Status.INVALID)
        chosen.append((undecided & truths.true) | put_aside)
        undecided = undecided & truths.false
    place = scope.first(chosen)
    table = [*(rule.key for rule in rules.rules), Status.UNVERIFIED.value]
    scope.places["status"] = place
    scope.put("status", scope.look_up(place, table, nw.String))


def status_evidence(scope: Evaluation, rules: StatusRules, row: int) -> tuple[Evidence, ...]:
    """What was looked at on the way to one customer's leaf, each condition once."""
    if scope.truths(rules.aside).true[row]:
        told = text("rules.status.aside", why="，".join(supporting(rules.aside, scope, row)))
        return tuple(replace(one, text=told) for one in rules.aside.evidence(scope, row))
    if scope.value("outdated", row):
        told = text("rules.status.outdated", day=show_value(
            computed_field("data_date"), scope.value("data_date", row)))
        return tuple(replace(one, text=told) for one in rules.outdated.evidence(scope, row))
    found: list[Evidence] = []
    reached = scope.value("status", row)
    for rule in rules.rules:
        found += rule.when.evidence(scope, row)
        if rule.key == reached or not scope.truths(rule.when).false[row]:
            break
    return tuple(dict.fromkeys(found))
