"""Signs that a customer is leaving: a points card of predicates, from resources/retention.toml.

Every sign gives 0 to 3 points. A sign that cannot be told gives none, and is not 0 either: the sum
is the least a customer has, so it proves a high risk, but a low one only if enough is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from branchseg.errors import RuleError
from branchseg.messages import text
from branchseg.model.fields import FIELDS, Kind
from branchseg.paths import resources_dir
from branchseg.rules.assess import prepare, result_columns
from branchseg.rules.conditions import read_predicate
from branchseg.rules.derive import SUM_OF_PARTS, first_known, only, parts_told
from branchseg.rules.evaluation import Evaluation, Mask, total
from branchseg.rules.pay_kept import pay_kept, pay_kept_about
from branchseg.rules.predicates import supporting
from branchseg.rules.reading import LARGEST, Node, Source, parse_toml
from branchseg.rules.rule_fields import PERCENT, Known, RuleField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from branchseg.rules.predicates import Predicate
    from branchseg.rules.ruleset import RuleSet

RETENTION_FILE = "retention.toml"
MOST_POINTS = 3
PARTS = "parts_told"
RISKS = ("high", "middle", "low")
"""The levels of a card, the highest first."""

EARLIER = ("aum", "aum_basis", "holdings", PARTS, "payroll")
"""What an earlier list may tell of the same customers, as `told_by` gives it."""

_BEFORE = ("aum_prev2_month_avg", "aum_prev_month_avg", "aum_prev_month_end",
           "aum_quarter_avg", "aum_year_avg")
_NOW = ("aum_point", "aum_month_avg")
"""Balances of the list that are compared, best first; without both, those of an earlier list."""

_PAY_DAYS = 7
"""So many days after pay-day it counts what is kept of the pay."""

_DERIVED = {field.key: field for field in (
    RuleField("aum_change", "余额变化", Kind.NUMBER, PERCENT),
    RuleField("aum_compared", "以前的余额", Kind.AMOUNT, "元"),
    RuleField("matured_days", "到期后的天数", Kind.INTEGER, "天"),
    RuleField("payroll_kept", "代发留存", Kind.NUMBER, PERCENT),
    RuleField("holdings_lost", "比上一份名单少的产品", Kind.INTEGER, "类"),
    RuleField("payroll_before", "上一份名单有代发", Kind.FLAG),
)}


class Answers(NamedTuple):
    """What to do about a sign: the action, with what, on which occasion, how and when."""

    action: str
    product: str
    campaign: str
    channel: str
    window: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that a customer is leaving.

    Attributes:
        key: its id.
        label: its name.
        lack: what to collect where it cannot be told.
        urgent: whether it comes to a head within the shortest horizon.
        must: whether it is dealt with whatever that costs.
        among: whom it may concern; for all others it is known to be absent. None: everybody.
        levels: points and when they are given, most points first.
        answers: what to do.
    """

    key: str
    label: str
    lack: str
    urgent: bool
    must: bool
    among: Predicate | None
    levels: tuple[tuple[int, Predicate], ...]
    answers: Answers


@dataclass(frozen=True, slots=True)
class RiskLevel:
    """A level of risk and within how many months it is expected to come true.

    `ways` are pairs of points and urgent points; who has both of one pair is at this level.
    """

    key: str
    label: str
    months: int
    ways: tuple[tuple[int, int], ...]


class HistoryRule(NamedTuple):
    """When a customer of an earlier list counts as lost, and what it takes to learn from it.

    The lists lie `months` apart; lost is who is gone, and who had `least_aum` 元 and took the
    share `fall` of it or more away. Fewer than `least_lost` lost ones teach nothing. If more than
    the share `most_gone` is gone, or the AUM tells those gone from the others with an AUC of
    `most_apart` (certainly more), the newer list is of other people: nobody is lost.
    """

    months: int
    fall: float
    least_aum: float
    least_lost: int
    most_gone: float
    most_apart: float


@dataclass(frozen=True, slots=True)
class RetentionCard:
    """The signs and levels, and what to do where there is no sign, or too little is known.

    `cheap` are channel and time for who is not worth the cost.
    """

    signs: tuple[Sign, ...]
    levels: tuple[RiskLevel, ...]
    least_known: int
    quiet: Answers
    unclear: Answers
    cheap: tuple[str, str]
    history: HistoryRule

    def plan(self, signs: Sequence[Sign], *, worth: bool) -> Answers:
        """What to do for whom these signs are found, the strongest first."""
        if not signs:
            return self.quiet
        first = next((sign for sign in signs if sign.must), signs[0])
        if worth or first.must:
            return first.answers
        return first.answers._replace(channel=self.cheap[0], window=self.cheap[1])


class Found(NamedTuple):
    """Per customer the points a sign gives (0 where unknown), and whether it can be told."""

    points: Mask
    known: Mask


@dataclass(frozen=True, slots=True)
class LossSigns:
    """The card held against customers; all arrays are row for row.

    `signs` are in the order of the card; `points` is their sum, the least a customer has. `level`
    is the place in the card's levels, or their number where too little is known.
    """

    card: RetentionCard
    scope: Evaluation
    signs: tuple[Found, ...]
    points: Mask
    level: Mask

    def reason(self, row: int) -> str:
        """Why a customer has his points, most points first; "" without any."""
        given = [(int(found.points[row]), sign)
                 for sign, found in zip(self.card.signs, self.signs, strict=True)]
        told = [self._told(sign, points, row)
                for points, sign in sorted(given, key=lambda one: -one[0]) if points]
        return text("rules.retention.and").join(told)

    def said(self, row: int) -> str:
        """The level of a customer, how it comes about, and within how long."""
        place, points = int(self.level[row]), int(self.points[row])
        if place == len(self.card.levels):
            return text("rules.retention.unclear", least=self.card.least_known)
        level = self.card.levels[place]
        if not points:
            return text("rules.retention.none", label=level.label)
        last = place == len(self.card.levels) - 1
        return text("rules.retention.low" if last else "rules.retention.risk", label=level.label,
                    points=points, months=level.months, why=self.reason(row))

    def _told(self, sign: Sign, points: int, row: int) -> str:
        """One sign with the values that speak for it."""
        when = next(predicate for level, predicate in sign.levels if level == points)
        values = "，".join(supporting(when, self.scope, row))
        return text("rules.retention.sign_why" if values else "rules.retention.sign",
                    label=sign.label, points=points, why=values)


_READ: dict[str, RetentionCard] = {}
"""The shipped card as the rules used last read it, by their id."""


def retention_card(ruleset: RuleSet) -> RetentionCard:
    """The shipped card as the rules in force read it, once."""
    if ruleset.id not in _READ:
        _READ.clear()
        _READ[ruleset.id] = read_retention(
            (resources_dir() / RETENTION_FILE).read_text(encoding="utf-8"), ruleset)
    return _READ[ruleset.id]


def told_by(frame: Any, results: Any, as_of: date) -> Any:
    """The columns EARLIER of a list, row for row, of the frame's engine.

    Args:
        frame: the customers of the list.
        results: what `assess` said of them.
        as_of: its data date.
    """
    scope = Evaluation(prepare(frame, ()), as_of)
    decided = nw.from_native(results, eager_only=True)
    payroll = scope.get("payroll")
    if payroll is None:
        payroll = scope.column([None] * scope.size, nw.Boolean)
    own = {PARTS: parts_told(scope), "payroll": payroll}
    return scope.select({key: own[key] if key in own else decided[key]
                         for key in EARLIER}).to_native()


def same_measure(now: Any, before: Any) -> Mask:
    """Whose balance of two lists is the same measure: both are frames of `told_by`, row for row.

    Sums are the same measure only if they are of the same balances.
    """
    one, two = (nw.from_native(frame, eager_only=True) for frame in (now, before))
    same = (one["aum_basis"] == two["aum_basis"]).fill_null(value=False).to_numpy().astype(bool)
    added = (one["aum_basis"] == SUM_OF_PARTS).fill_null(value=False).to_numpy().astype(bool)
    return same & (~added | (one[PARTS].to_numpy() == two[PARTS].to_numpy()))


def loss_signs(frame: Any, results: Any, ruleset: RuleSet, as_of: date, *,
               today: date | None = None, earlier: Any = None,
               card: RetentionCard | None = None) -> LossSigns:
    """Hold the card against customers.

    Args:
        frame: customers; not changed.
        results: what `assess` said of them under `ruleset`, row for row.
        ruleset: the rules in force.
        as_of: the data date.
        today: the day of work, as for `assess`.
        earlier: what `told_by` gave of an earlier list, row for row, unknown for who was not
            on it; None where there is no earlier list. Other measures of balances, and counts
            of other products, are not compared.
        card: the card; the shipped one if None.
    """
    used = card or retention_card(ruleset)
    scope = Evaluation(prepare(frame, ()), as_of, today)
    decided = nw.from_native(results, eager_only=True)
    for key in decided.columns:
        if key in ruleset.known:
            scope.put(key, decided[key])
    if earlier is not None:
        before = nw.from_native(earlier, eager_only=True)
        measured = same_measure(told_by(frame, results, as_of), earlier)
        scope.put("payroll_before", before["payroll"])
        scope.put("aum_before", only(scope, before["aum"], measured))
        counted = scope.numbers(parts_told(scope)) == scope.numbers(before[PARTS])
        scope.put("holdings_before", only(scope, before["holdings"], counted))
    _derive(scope)
    signs = tuple(_found(scope, sign) for sign in used.signs)
    points = total((one.points for one in signs), scope.nothing() * 0)
    urgent = total((one.points for one, sign in zip(signs, used.signs, strict=True)
                    if sign.urgent), scope.nothing() * 0)
    enough = total((one.known for one in signs), scope.nothing() * 0) >= used.least_known
    level = scope.first([
        reduce(or_, ((points >= most) & (urgent >= hot) & (enough | (most > 0))
                     for most, hot in one.ways)) for one in used.levels])
    return LossSigns(used, scope, signs, points, level)


def _found(scope: Evaluation, sign: Sign) -> Found:
    """The points of one sign."""
    concerned, spared = ~scope.nothing(), scope.nothing()
    if sign.among is not None:
        concerned, spared = scope.truths(sign.among)
    points, absent = scope.nothing() * 0, ~scope.nothing()
    for value, predicate in sign.levels:
        truths = scope.truths(predicate)
        points = points + (concerned & truths.true & (points == 0)) * value
        absent = absent & truths.false
    return Found(points, (points > 0) | spared | absent)


def _derive(scope: Evaluation) -> None:
    """Add what the card compares: balances and products then and now, days, payroll kept."""
    _compare_balances(scope)
    past = scope.get("days_since_maturity")
    if past is not None:
        scope.put("matured_days", past - _days_after_list(scope))
    kept = first_known([pay_kept(scope, _PAY_DAYS), pay_kept_about(scope)])
    if kept is not None:
        scope.put("payroll_kept", kept)
    held, holds = scope.get("holdings_before"), scope.get("holdings")
    if held is not None and holds is not None:
        scope.put("holdings_lost", held - holds)


def _compare_balances(scope: Evaluation) -> None:
    """Add by how much the balance has changed, and from what."""
    compared, changes = [], []
    for nows, befores in ((_NOW, _BEFORE), (("aum",), ("aum_before",))):
        now, before = (first_known([scope.get(key) for key in keys]) for keys in (nows, befores))
        if now is not None and before is not None:
            there = scope.known(now) & (scope.numbers(before) > 0)
            before = only(scope, before, there)
            compared.append(before)
            changes.append((now - before) / before)
    for key, columns in (("aum_compared", compared), ("aum_change", changes)):
        found = first_known([*columns])
        if found is not None:
            scope.put(key, found)


def _days_after_list(scope: Evaluation) -> Any:
    """How many days lie between the day a customer's data are of and today."""
    gaps = total((mine * float((scope.today - day).days)
                  for day, mine in scope.days_for("last_txn")), scope.nothing() * 0.0)
    return scope.column(gaps, nw.Float64)


def read_retention(content: str, ruleset: RuleSet) -> RetentionCard:
    """Read a card; raises RuleError with every fault."""
    columns = {*FIELDS, *result_columns(ruleset)}
    known: dict[str, RuleField] = {
        key: field for key, field in ruleset.known.items() if key in columns} | _DERIVED
    source = Source(RETENTION_FILE, [], {}, {})
    root = Node(parse_toml(content, source), "", source)
    signs = [_sign(node, known) for node in root.rows("sign")]
    root.unique((sign.key for sign in signs), "sign")
    card = RetentionCard(
        tuple(signs), tuple(_levels(root)), int(root.number("least_known", 1, len(signs) or 1)),
        _answers(root.child("quiet"), close=True), _answers(root.child("unclear"), close=True),
        _cheap(root.child("cheap")), _history(root.child("history")))
    root.close()
    if source.faults:
        raise RuleError(source.faults)
    return card


def _levels(root: Node) -> Sequence[RiskLevel]:
    """The levels: all of RISKS in this order, the last of which takes everybody."""
    levels = []
    for node in root.rows("level"):
        ways = []
        for way in node.rows("from"):
            ways.append((int(way.number("points", 0, 100)), int(way.number("urgent", 0, 100))))
            way.close()
        levels.append(RiskLevel(node.choice("id", RISKS), node.text("label"),
                                int(node.number("months", 1, 60)), tuple(ways)))
        node.close()
    everybody = [any(points == 0 for points, _ in level.ways) for level in levels]
    if (tuple(level.key for level in levels) != RISKS or everybody != [False, False, True]
            or (0, 0) not in levels[-1].ways):
        root.fault("level", "retention_levels")
    return levels


def _sign(node: Node, known: Known) -> Sign:
    """One row of [[sign]]."""
    levels = tuple((points, read_predicate(node, f"points_{points}", known))
                   for points in range(MOST_POINTS, 0, -1) if node.has(f"points_{points}"))
    if not levels:
        node.fault("points_3", "missing", key="points_3")
    sign = Sign(node.identifier("id"), node.text("label"), node.text("lack"),
                node.flag("urgent"), node.flag("must"),
                read_predicate(node, "among", known) if node.has("among") else None,
                levels, _answers(node))
    node.close()
    return sign


def _answers(node: Node, *, close: bool = False) -> Answers:
    """The answers that stand in a table, which has nothing else if it is to `close`."""
    found = Answers(*(node.text(key) for key in Answers._fields))
    if close:
        node.close()
    return found


def _cheap(node: Node) -> tuple[str, str]:
    """Channel and time where cost is saved."""
    found = (node.text("channel"), node.text("window"))
    node.close()
    return found


def _history(node: Node) -> HistoryRule:
    """What can be learnt from an earlier list."""
    found = HistoryRule(int(node.number("months", 1, 60)), node.number("fall", 0.1, 1.0),
                        node.number("least_aum", 0.0, LARGEST),
                        int(node.number("least_lost", 20, 10_000)),
                        node.number("most_gone", 0.0, 1.0), node.number("most_apart", 0.5, 1.0))
    node.close()
    return found
