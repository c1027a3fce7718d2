"""The gate before every marketing theme: consent, age, a valid rating, product risk against it.

After 《金融机构产品适当性管理办法》(2025 年第 7 号令): a product's risk R must not exceed the
customer's capacity C, without a valid rating nothing is sold (service themes only), customers of
65 and more need special care; and 《个人信息保护法》 arts. 24, 28: refusals end
marketing. Minors get none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw

from branchseg.messages import text
from branchseg.rules.conditions import read_predicate
from branchseg.rules.predicates import Condition, Predicate
from branchseg.rules.rule_fields import RATING_SAID, RISK_LEVELS, Known, computed_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchseg.rules.evaluation import Evaluation, Mask
    from branchseg.rules.reading import Node

PRODUCT_RISKS = ("R1", "R2", "R3", "R4", "R5")
_MISMATCH, _RISK = "mismatch", "{risk}"
_MARKETING = "marketing"
SCOPES = (_MARKETING, "high_risk")
RATING = computed_field("risk_valid")
"""What `rating_valid` decides: known to all that is read after it."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One hurdle. A theme passes only where `require` is certainly true.

    `scope` says which themes must pass: all marketing, or those with a product of high risk.
    `because` tells why a theme was stopped; `instead` is the service action that takes its
    place, or empty for the theme's own.
    """

    key: str
    scope: str
    require: Predicate
    because: str
    instead: str

    @property
    def asks_rating(self) -> bool:
        """Whether it holds those back of whom no valid rating is known."""
        return any(leaf.field.key == RATING.key for leaf, _ in self.require.leaves())


@dataclass(frozen=True, slots=True)
class SuitabilityRules:
    """The hurdles in order, what a valid rating is, and the words no text may contain.

    `nameless` is the service action for customers whose name nobody knows, `guardian` the one for
    those whom `minor` is true of; older rules of a branch have neither of the latter.
    """

    valid: Predicate
    gates: tuple[Gate, ...]
    high_risk_from: int
    mismatch: str
    contact_consent: Predicate
    lobby_channel: str
    lobby_window: str
    nameless: str
    minor: Predicate | None
    guardian: str
    forbidden: tuple[str, ...]

    def hurdles(self, risk: str, known: Known) -> Iterator[Gate]:
        """The gates a marketing theme has to pass, the last one risk R against capacity C.

        `risk` is the product's, or empty for a theme without a product of that kind.
        """
        place = PRODUCT_RISKS.index(risk) + 1 if risk else 0
        yield from (gate for gate in self.gates
                    if gate.scope == _MARKETING or place >= self.high_risk_from)
        if place:
            fitting = RISK_LEVELS[place - 1:]
            yield Gate(_MISMATCH, _MARKETING, Condition(known["risk_level"], "in", fitting),
                       self.mismatch, "")


def read_suitability(root: Node, known: Known) -> SuitabilityRules:
    """Read suitability.toml; `instead` ids are checked when the actions are known."""
    valid = read_predicate(root, "rating_valid", known)
    known = {**known, RATING.key: RATING}
    gates = []
    for node in root.rows("gate"):
        gates.append(Gate(node.identifier("id"), node.choice("scope", SCOPES),
                          read_predicate(node, "require", known), _because(node, "because"),
                          node.text("instead", "")))
        node.close()
    root.unique((_MISMATCH, *(gate.key for gate in gates)), "gate")
    high = root.choice("high_risk_from", PRODUCT_RISKS)
    return SuitabilityRules(
        valid, tuple(gates), PRODUCT_RISKS.index(high) + 1, _because(root, "mismatch"),
        read_predicate(root, "contact_consent", known), root.text("lobby_channel"),
        root.text("lobby_window"), root.text("nameless"),
        read_predicate(root, "minor", known) if root.has("minor") else None,
        root.text("guardian", ""), root.texts("forbidden"))


def _because(node: Node, key: str) -> str:
    """A reason; the only thing that can be filled in is the product's risk."""
    reason = node.text(key)
    if set("{}") & set(reason.replace(_RISK, "")):
        node.fault(key, "braces", allowed=_RISK)
    return reason


def put_rating(scope: Evaluation, rules: SuitabilityRules) -> None:
    """Add risk_valid: true, false, or unknown where the list does not tell; and how it is said."""
    truths = scope.truths(rules.valid)
    scope.put("risk_valid", scope.flag(truths))
    words = [text("rules.rating.said_expired"), text("rules.rating.said_unknown")]
    scope.put(RATING_SAID.key, scope.look_up(scope.first([truths.false]), words, nw.String))


def under_age(scope: Evaluation, rules: SuitabilityRules) -> Mask:
    """Who certainly is too young to be spoken to without a guardian."""
    return scope.nothing() if rules.minor is None else scope.truths(rules.minor).true


def passes(scope: Evaluation, gate: Gate) -> Mask:
    """Where a gate is certainly passed."""
    return scope.truths(gate.require).true
