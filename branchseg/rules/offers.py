"""Product lines: who may be offered one, and how many points speak for it, by hand.

resources/response.toml has a card per line: a customer who has no such product, has one next to
it, uses the channels, answered before. What cannot be told gives no points. Who does not pass the
gates of the suitability rules is out, whatever the points.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from branchseg.errors import RuleError
from branchseg.messages import text
from branchseg.model.fields import FIELDS
from branchseg.model.outcomes import outcomes
from branchseg.model.results import Status
from branchseg.paths import resources_dir
from branchseg.rules.assess import prepare, result_columns
from branchseg.rules.conditions import read_predicate
from branchseg.rules.evaluation import Evaluation, Mask, total
from branchseg.rules.predicates import Group
from branchseg.rules.reading import Node, Source, parse_toml
from branchseg.rules.suitability import PRODUCT_RISKS, passes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from branchseg.rules.predicates import Predicate
    from branchseg.rules.rule_fields import Known
    from branchseg.rules.ruleset import RuleSet

RESPONSE_FILE = "response.toml"
MOST_POINTS = 100
_LINE = "{line}"
_SPOKEN_TO = (Status.CORE.value, Status.POTENTIAL.value, Status.DORMANT.value)
"""Marketing is for these; of all others something is to be verified first."""


@dataclass(frozen=True, slots=True)
class Point:
    """Points for whoever certainly is as `when` says."""

    key: str
    label: str
    points: int
    when: Predicate


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product line.

    Attributes:
        key: its id.
        label: its name.
        risk: of the product that stands for it, R1 to R5; empty where it has none and nobody
            needs a valid rating for it.
        noun: what a customer has who has it.
        service: no marketing, so the gates do not hold it back; only refusals do.
        once: nobody needs it twice.
        held: who has such a product already.
        points: its card.
        product: what is ticked on a task sheet for it (see `outcomes`); "" for nothing.
        actions: actions of the rules that speak of it.
    """

    key: str
    label: str
    risk: str
    noun: str
    service: bool
    once: bool
    held: Predicate
    points: tuple[Point, ...]
    product: str
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class ResponseCard:
    """All lines, and the codes of results that say yes to what a task spoke of."""

    lines: tuple[ProductLine, ...]
    answers: frozenset[int]


class Stopped(NamedTuple):
    """Who may not be offered a product, and why."""

    because: str
    rows: Mask


@dataclass(frozen=True, slots=True)
class Offer:
    """A line's card held against customers; all arrays are row for row.

    Attributes:
        line: the line.
        stopped: who may not be offered it, by the first reason; nobody is in two.
        given: who gets each of the points of the card.
        told: of whom it can be told whether they get it.
        held: who certainly has the product already.
        unsure: of whom it is not known whether they have it.
        asked: to whom an action about it may be put that is done on request.
    """

    line: ProductLine
    stopped: tuple[Stopped, ...]
    given: tuple[Mask, ...]
    told: tuple[Mask, ...]
    held: Mask
    unsure: Mask
    asked: Mask

    @property
    def points(self) -> Mask:
        """The sum per customer."""
        return total((rows * one.points for one, rows in zip(
            self.line.points, self.given, strict=True)), self.held * 0)

    def reason(self, row: int) -> str:
        """How the points of a customer add up."""
        given = [one for one, rows in zip(self.line.points, self.given, strict=True) if rows[row]]
        if not given:
            return text("rules.offers.none")
        parts = [text("rules.offers.point", label=one.label, points=one.points) for one in given]
        return text("rules.offers.sum", parts=" + ".join(parts),
                    points=sum(one.points for one in given))


@cache
def line_labels() -> tuple[str, ...]:
    """The names of the shipped lines, in their order; no rules are needed for them."""
    content = (resources_dir() / RESPONSE_FILE).read_text(encoding="utf-8")
    return tuple(str(one["label"]) for one in tomllib.loads(content)["line"])


_READ: dict[str, ResponseCard] = {}
"""The shipped card as the rules used last read it, by their id."""


def response_card(ruleset: RuleSet) -> ResponseCard:
    """The shipped card as the rules in force read it, once."""
    if ruleset.id not in _READ:
        _READ.clear()
        _READ[ruleset.id] = read_response(
            (resources_dir() / RESPONSE_FILE).read_text(encoding="utf-8"), ruleset)
    return _READ[ruleset.id]


def offer(frame: Any, results: Any, ruleset: RuleSet, as_of: date, line: ProductLine, *,
          today: date | None = None) -> Offer:
    """Hold the card of a line against customers.

    Args:
        frame: customers; not changed.
        results: what `assess` said of them under `ruleset`, row for row.
        ruleset: the rules in force; their gates decide who may be offered anything.
        as_of: the data date.
        line: one of the lines of `response_card`.
        today: the day of work, as for `assess`.
    """
    scope = Evaluation(prepare(frame, ()), as_of, today)
    decided = nw.from_native(results, eager_only=True)
    for key in decided.columns:
        if key in ruleset.known:
            scope.put(key, decided[key])
    held = scope.truths(line.held)
    points = [scope.truths(one.when) for one in line.points]
    return Offer(line, tuple(_stopped(scope, ruleset, line)), tuple(one.true for one in points),
                 tuple(one.true | one.false for one in points),
                 held.true, ~held.true & ~held.false, _askable(scope, ruleset, line))


def _askable(scope: Evaluation, ruleset: RuleSet, line: ProductLine) -> Mask:
    """Who passes every gate of one of the line's actions on request."""
    found = scope.nothing()
    for key in line.actions & ruleset.actions.on_request:
        gates = ruleset.plan.gates(ruleset.actions.by_key(key))
        found = found | reduce(and_, (passes(scope, gate) for gate in gates), ~scope.nothing())
    return found


def _stopped(scope: Evaluation, ruleset: RuleSet, line: ProductLine) -> Iterator[Stopped]:
    """Who may not be offered a line, in the order in which the rules would say so."""
    out: dict[str, Mask] = {}
    status, names = scope.get("status"), scope.get("name")
    if status is not None:
        out["unverified"] = ~scope.certain(status.is_in(_SPOKEN_TO))
    if names is not None:
        out["nameless"] = ~scope.known(names)
    refused = scope.get("do_not_contact")
    if refused is not None:
        out["refused"] = scope.certain(refused)
    said = {text(f"rules.offers.{key}"): rows for key, rows in out.items()}
    hurdles = () if line.service else ruleset.suitability.hurdles(line.risk, ruleset.known)
    for gate in hurdles:
        if gate.asks_rating and not line.risk:  # no risk, nothing that must suit the customer
            continue
        because = gate.because.format(risk=line.risk)  # two gates may say the same
        said[because] = said.get(because, scope.nothing()) | ~passes(scope, gate)
    if line.once:
        said[text("rules.offers.has", noun=line.noun)] = scope.truths(line.held).true
    left = ~scope.nothing()
    for because, rows in said.items():
        yield Stopped(because, left & rows)
        left = left & ~rows


def read_response(content: str, ruleset: RuleSet) -> ResponseCard:
    """The lines of a table; they may ask for what the list and the results have.

    Raises RuleError with every fault.
    """
    columns = {*FIELDS, *result_columns(ruleset)}
    known = {key: field for key, field in ruleset.known.items() if key in columns}
    source = Source(RESPONSE_FILE, [], {}, {})
    root = Node(parse_toml(content, source), "", source)
    gap, adjacent = root.child("gap"), root.child("adjacent")
    gap_label, gap_points = gap.text("label"), _points(gap)
    next_points = _points(adjacent)
    common = tuple(_point(node, known) for node in root.rows("point"))
    lines = []
    for node in root.rows("line"):
        held = read_predicate(node, "held", known)
        noun = node.text("noun")
        own = (Point("gap", gap_label.replace(_LINE, noun), gap_points, Group("not", (held,))),
               Point("adjacent", node.text("adjacent_label"), next_points,
                     read_predicate(node, "adjacent", known)),
               *(_point(one, known) for one in node.rows("point", required=False)))
        lines.append(_line(node, noun, held, (*own, *common), ruleset))
    answers = frozenset(_code(root, value) for value in root.raw("answers") or ())
    root.unique((line.key for line in lines), "line")
    for node in (gap, adjacent, root):
        node.close()
    if source.faults:
        raise RuleError(source.faults)
    return ResponseCard(tuple(lines), answers)


def _line(node: Node, noun: str, held: Predicate, points: tuple[Point, ...],
          ruleset: RuleSet) -> ProductLine:
    """One line; its points must not pass MOST_POINTS together."""
    rules = ruleset.actions.actions
    label = node.text("label")
    risk = node.choice("risk", PRODUCT_RISKS) if node.has("risk") else ""
    product = (node.choice("product", [one.id for one in outcomes().products])
               if node.has("product") else "")
    named = node.texts("actions", (), [rule.key for rule in rules])
    about = {rule.key for rule in rules if rule.product_line == label}
    if sum(one.points for one in points) > MOST_POINTS:
        node.fault("point", "number", low=0, high=MOST_POINTS)
    found = ProductLine(node.identifier("id"), label, risk, noun, node.flag("service"),
                        node.flag("once"), held, points, product,
                        frozenset(about | set(named)))
    node.close()
    return found


def _point(node: Node, known: Known) -> Point:
    found = Point(node.identifier("id"), node.text("label"), _points(node),
                  read_predicate(node, "when", known))
    node.close()
    return found


def _points(node: Node) -> int:
    return int(node.number("points", 0, MOST_POINTS))


def _code(root: Node, value: object) -> int:
    """The code of a result that is in the table of results."""
    codes = [one.code for one in outcomes().results]
    if value not in codes:
        root.fault("answers", "choice", value=value, allowed="、".join(map(str, codes)), hint="")
        return 0
    return int(str(value))
