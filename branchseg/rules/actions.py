"""The strategy matrix: which action for whom, why, how, by whom, and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from branchseg.model.results import ActionKind, Status
from branchseg.rules.channels import Channel, read_channels
from branchseg.rules.conditions import read_predicate
from branchseg.rules.quiet import QUIET, Span, clash, read_quiet
from branchseg.rules.reading import Node, hint, is_number, joined
from branchseg.rules.suitability import PRODUCT_RISKS, Gate, SuitabilityRules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchseg.rules.predicates import Predicate
    from branchseg.rules.rule_fields import Known
    from branchseg.rules.segments import SegmentRules

EVENTS = ("days_to_maturity", "days_to_birthday")
"""Fields with the days to an event that an action may be bound to."""
SINCE = ("days_since_open", "days_since_maturity")
"""Fields with the days since an event after which an action may be done several times."""
EFFORTS = ("call", "visit", "message")
"""What takes an officer's time of a day: telephone calls, talks by appointment, messages."""
ASKS = ("all", "service", "nothing")
"""What may be found out beside a theme: all, all that offers nothing, or nothing at all."""
BY_TIER = "tier"
"""An owner or a due time that the customer's tier decides."""

PRODUCT_LINES = ("存款", "理财", "基金", "保险", "贵金属", "信用卡", "贷款", "手机银行", "代发",
                 "收单")
MOST_DUE = 730
"""The longest time an action may have, in days."""
MOST_ACTIONS = 62
"""One bit each in a whole number."""

PLACEHOLDER = re.compile(r"\{(say )?([^{}|]*)(?:\|([^{}]*))?\}")
"""{field} in a text, or {field|words to say where the field is unknown}.

{say field} is not the bare value but the fact in words: "12月5日到期".
"""
_DEFAULT_STATUS = (Status.CORE.value, Status.POTENTIAL.value, Status.DORMANT.value)


@dataclass(frozen=True, slots=True)
class Talk:
    """What to say; texts may hold {field} placeholders."""

    opening: str
    questions: tuple[str, ...]
    points: tuple[str, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class ActionRule:
    """One row of the strategy matrix.

    It applies to members of the segments bound to it, and wherever `when` is certainly true
    for a customer in one of `statuses`. `risk` is the product's risk R1..R5 or empty.
    `fallback` is the service action that stands in when a gate stops this one, `instead` another
    one than the gate's own (gate -> action). `reminder`
    marks the service actions that stay even after a customer refused marketing.
    `due_days` is None where the tier's contact cadence decides; `until` names the event it is
    never due after (of EVENTS, or empty). `effort` is of EFFORTS, or empty for what is done
    when the customer comes in anyway. `channels` are
    tried in order; `lobby_talk` is what to say where the customer is met in the branch.
    What is done `on_request` no rule need call for: somebody picks the customers.
    `asks` is of ASKS. What is done several times after an event has `steps`, the days after it,
    and `since`, the field that counts them.
    """

    key: str
    kind: ActionKind
    theme: str
    purpose: str
    when: Predicate | None
    statuses: tuple[str, ...]
    channels: tuple[Channel, ...]
    channel_note: str
    window: str
    owner: str
    due_days: float | None
    until: str
    effort: str
    priority: float
    product_line: str
    products: tuple[str, ...]
    risk: str
    fallback: str
    instead: Mapping[str, str]
    reminder: bool
    asks: str
    talk: Talk
    lobby_talk: Talk
    on_request: bool = False
    since: str = ""
    steps: tuple[int, ...] = ()

    def stand_in(self, gate: Gate) -> str:
        """The action for those whom a gate keeps from this one."""
        return self.instead.get(gate.key) or gate.instead or self.fallback

    def may_ask(self, *, offers: bool) -> bool:
        """Whether a question fits the theme; `offers`: it speaks of benefits or products."""
        return self.asks == "all" or (self.asks == "service" and not offers)

    @property
    def needs_no_rating(self) -> bool:
        """Whether it offers, on request, what has no investment risk that must suit anybody."""
        return self.on_request and self.kind is ActionKind.MARKETING and not self.risk

    @property
    def on_the_spot(self) -> bool:
        """Whether it is for a customer who is here, and only while he is."""
        return self.due_days == 0 and all(channel.in_branch for channel in self.channels)


@dataclass(frozen=True, slots=True)
class Boost:
    """Points added to the priority of all of a customer's actions."""

    key: str
    label: str
    points: float
    when: Predicate


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How often anybody is asked again.

    A customer is offered something at most `marketing_a_month` times; who did not answer
    `attempts` times in a row is left alone for `rest_days`. Nobody is called in the `quiet` times.
    The defaults stand in the rules of a branch that were saved before it could be set.
    """

    marketing_a_month: int = 2
    attempts: int = 3
    rest_days: int = 180
    quiet: tuple[Span, ...] = QUIET


@dataclass(frozen=True, slots=True)
class ActionRules:
    """Actions, highest priority first, boosts, and how much fits into a day.

    `capacity` is how many of each of EFFORTS one officer does on a working day; a list older
    than `stale_days` is to be replaced.
    """

    actions: tuple[ActionRule, ...]
    boosts: tuple[Boost, ...]
    default_owner: str
    capacity: Mapping[str, int]
    stale_days: int
    follow_up: FollowUp

    @property
    def labels(self) -> dict[str, str]:
        """Action key -> theme."""
        return {action.key: action.theme for action in self.actions}

    @property
    def on_request(self) -> frozenset[str]:
        """The actions that somebody may ask for."""
        return frozenset(action.key for action in self.actions if action.on_request)

    def by_key(self, key: str) -> ActionRule:
        """One action."""
        return next(action for action in self.actions if action.key == key)


def read_actions(root: Node, known: Known) -> ActionRules:
    """Read actions.toml."""
    channels = {channel.key: channel for channel in read_channels(root, known)}
    actions = [_action(node, known, channels) for node in root.rows("action")]
    if len(actions) > MOST_ACTIONS:
        root.fault("action", "too_many", most=MOST_ACTIONS)
    boosts = []
    for node in root.rows("boost", required=False):
        boosts.append(Boost(node.identifier("id"), node.text("label"),
                            node.number("points", 0, 50), read_predicate(node, "when", known)))
        node.close()
    root.unique((action.key for action in actions), "action")
    root.unique((boost.key for boost in boosts), "boost")
    follow_up = _follow_up(root)
    for action in actions:
        if (span := clash(action.window, follow_up.quiet)) is not None:
            root.fault(f"action.{action.key}.window", "window_quiet", start=f"{span[0]:%H:%M}",
                       end=f"{span[1]:%H:%M}")
    ranked = sorted(actions, key=lambda action: -action.priority)
    plan = root.child("plan")
    capacity = {key: int(plan.number(key, 1, 1000)) for key in EFFORTS}
    stale_days = int(plan.number("stale_days", 1, 365))
    plan.close()
    return ActionRules(tuple(ranked), tuple(boosts), root.text("default_owner"),
                       MappingProxyType(capacity), stale_days, follow_up)


def _follow_up(root: Node) -> FollowUp:
    if not root.has("follow_up"):
        return FollowUp()
    node = root.child("follow_up")
    found = FollowUp(**{key: int(node.number(key, low, high)) for key, low, high in (
        ("marketing_a_month", 0, 31), ("attempts", 1, 20), ("rest_days", 1, MOST_DUE))},
        quiet=read_quiet(node))
    node.close()
    return found


def _action(node: Node, known: Known, channels: Mapping[str, Channel]) -> ActionRule:
    kind = ActionKind(node.choice("kind", [kind.value for kind in ActionKind]))
    due = node.raw("due_days")
    ways = node.texts("channels", options=list(channels))
    talk = _talk(node.child("talk"))
    rule = ActionRule(
        key=node.identifier("id"), kind=kind, theme=node.text("theme"),
        purpose=node.text("purpose"),
        when=read_predicate(node, "when", known) if node.has("when") else None,
        statuses=node.texts("status", _DEFAULT_STATUS, [status.value for status in Status]),
        channels=tuple(channels[way] for way in ways if way in channels),
        channel_note=node.text("channel_note", ""),
        window=node.text("window"), owner=node.text("owner"),
        due_days=None if due == BY_TIER else node.number("due_days", 0, MOST_DUE),
        until=node.choice("until", EVENTS, ""), effort=node.choice("effort", EFFORTS, ""),
        priority=node.number("priority", 0, 100),
        product_line=node.choice("product_line", PRODUCT_LINES, ""),
        products=node.texts("products", ()), risk=node.choice("risk", PRODUCT_RISKS, ""),
        fallback=node.text("fallback", ""), instead=_instead(node), reminder=node.flag("reminder"),
        asks=node.choice("asks", ASKS, ASKS[0]), talk=talk,
        lobby_talk=_lobby_talk(node.child("lobby"), talk) if node.has("lobby") else talk,
        on_request=node.flag("on_request"),
        **_steps(node))
    _check_kind(node, rule)
    _check_placeholders(node, rule, known)
    node.close()
    return rule


def _steps(node: Node) -> dict[str, Any]:
    """The days after an event on which something is done again, in their order."""
    if not node.has("steps"):
        return {}
    days, since = node.raw("steps"), node.choice("since", SINCE)
    if not (isinstance(days, list) and days and all(map(is_number, days))
            and days[0] >= 0 and days == sorted(set(days)) and days[-1] <= MOST_DUE):
        node.fault("steps", "steps", most=MOST_DUE)
        return {}
    return {"since": since, "steps": tuple(map(int, days))}


def _instead(node: Node) -> Mapping[str, str]:
    """Gate -> action, where the gate's own stand-in does not suit."""
    if not node.has("instead"):
        return MappingProxyType({})
    table = node.child("instead")
    found = {key: table.text(key) for key in table.table}
    table.close()
    return MappingProxyType(found)


def _talk(node: Node) -> Talk:
    talk = Talk(node.text("opening"), node.texts("questions"), node.texts("points"),
                node.text("closing"))
    if len(talk.questions) != 3:
        node.fault("questions", "three_questions")
    node.close()
    return talk


def _lobby_talk(node: Node, talk: Talk) -> Talk:
    """The talk with what is said differently in the branch."""
    lobby = Talk(node.text("opening", talk.opening), node.texts("questions", talk.questions),
                 node.texts("points", talk.points), node.text("closing", talk.closing))
    if len(lobby.questions) != 3:
        node.fault("questions", "three_questions")
    node.close()
    return lobby


def _check_kind(node: Node, rule: ActionRule) -> None:
    """A marketing row needs a service row to fall back on; a service row sells nothing."""
    if rule.kind is ActionKind.MARKETING and not rule.fallback:
        node.fault("fallback", "fallback_missing")
    if rule.kind is ActionKind.SERVICE and (rule.risk or rule.products or rule.fallback):
        node.fault("kind", "service_sells")
    if rule.kind is ActionKind.MARKETING and rule.reminder:
        node.fault("reminder", "reminder_marketing")


def _check_placeholders(node: Node, rule: ActionRule, known: Known) -> None:
    texts = [rule.purpose]
    for talk in (rule.talk, rule.lobby_talk):
        texts += [talk.opening, *talk.questions, *talk.points, talk.closing]
    for template in texts:
        for _, name, _ in PLACEHOLDER.findall(template):
            if name not in known:
                node.fault("talk", "placeholder", name=name, hint=hint(name, known))


def check_bindings(roots: Mapping[str, Node], actions: ActionRules, segments: SegmentRules,
                   suitability: SuitabilityRules) -> None:
    """Check every reference between the files, and that every action can come about."""
    labels = actions.labels
    service = {a.key for a in actions.actions if a.kind is ActionKind.SERVICE}
    gates = [gate.key for gate in suitability.gates]
    for action in actions.actions:
        for key in action.instead.keys() - set(gates):
            roots["actions.toml"].fault(f"action.{action.key}.instead", "reference", value=key,
                                        allowed=joined(gates), hint=hint(key, gates))
    for file, path, key in _references(actions, segments, suitability):
        pool = [one for one in labels if one in service or file == "segments.toml"]
        if key not in pool:
            roots[file].fault(path, "reference", value=key, allowed=joined(pool),
                              hint=hint(key, pool))
    bound = {key for segment in segments.segments for key in segment.actions}
    bound |= {gate.instead for gate in suitability.gates}
    bound |= {suitability.nameless, suitability.guardian}
    bound |= {key for action in actions.actions for key in (action.fallback,
                                                            *action.instead.values())}
    for action in actions.actions:
        if action.when is None and not action.on_request and action.key not in bound:
            roots["actions.toml"].fault(f"action.{action.key}", "action_idle")


def _references(actions: ActionRules, segments: SegmentRules, suitability: SuitabilityRules,
                ) -> Iterator[tuple[str, str, str]]:
    """(file, key path, action referred to); only segments may refer to marketing actions."""
    for segment in segments.segments:
        for key in segment.actions:
            yield "segments.toml", f"segment.{segment.key}.actions", key
    for gate in suitability.gates:
        if gate.instead:
            yield "suitability.toml", f"gate.{gate.key}.instead", gate.instead
    yield "suitability.toml", "nameless", suitability.nameless
    if suitability.guardian or suitability.minor:
        yield "suitability.toml", "guardian", suitability.guardian
    for action in actions.actions:
        if action.fallback:
            yield "actions.toml", f"action.{action.key}.fallback", action.fallback
        for name, key in action.instead.items():
            yield "actions.toml", f"action.{action.key}.instead.{name}", key
