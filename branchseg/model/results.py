"""What the rules say about one customer, built on demand, and what goes onto a task sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum


class Truth(Enum):
    """Three-valued (Kleene) truth: a missing value is UNKNOWN, never FALSE."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """The five exclusive leaves of the status funnel."""

    INVALID = "invalid"
    DORMANT = "dormant"
    POTENTIAL = "potential"
    CORE = "core"
    UNVERIFIED = "unverified"


INSUFFICIENT = "insufficient"
"""Instead of a grade where too little is known of a customer."""


class ActionKind(StrEnum):
    """A service theme may always be offered; a marketing theme needs consent and suitability."""

    SERVICE = "service"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One condition that was looked at.

    `text` is a Chinese phrase staff can read aloud and says the value and what holds about it
    ("402 天没有交易，已超过 365 天"); `value` is the first half of it.
    """

    field: str
    truth: Truth
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class FactorResult:
    """One of the seven factors for one customer. Levels are 0..3; None means unknown."""

    factor_id: str
    name: str
    weight: float
    level: float | None
    data_level: float | None
    observed_level: float | None
    evidence: tuple[Evidence, ...]
    observed: tuple[str, ...]
    conflict: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """One recommended action: the strategy row, filled for this customer, and why.

    `blocked` says in Chinese why a product theme was replaced by a service theme, if it was.
    `risk` is the product's risk R1..R5, "" for a theme without an investment product.
    `managed` is set where the customer's own manager carries it out, not the lobby.
    `due` is the last day by the rules (最迟), `planned` the day it is put down for (计划), None
    where nothing is planned yet. `ask` is what may be found out along with it. `suitability` says
    what counts for the theme where that is not what counts for any product, else "".
    """

    action_id: str
    kind: ActionKind
    theme: str
    purpose: str
    why: str
    channel: str
    window: str
    owner_role: str
    due: date
    priority: float
    opening: str
    questions: tuple[str, ...]
    points: tuple[str, ...]
    closing: str
    products: tuple[str, ...]
    blocked: str
    risk: str = ""
    managed: bool = False
    planned: date | None = None
    ask: tuple[str, ...] = ()
    suitability: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All the rules say about one customer. Texts are Chinese and complete sentences.

    `ask` is all that is to be found out; each advice has what its theme allows of it.
    `fall` says that assets far above the next tier's start have gone since the last month's end.
    """

    customer_id: str
    status: Status
    status_label: str
    status_evidence: tuple[Evidence, ...]
    tier: str
    tier_label: str
    tier_reason: str
    to_next_tier: float | None
    next_tier_label: str
    near_tier: bool
    factors: tuple[FactorResult, ...]
    score: float | None
    completeness: float
    observed_coverage: float
    grade: str
    grade_label: str
    segment: str
    segment_label: str
    badges: tuple[str, ...]
    do_not_contact: bool
    suitability: str
    advice: tuple[Advice, ...]
    ask: tuple[str, ...]
    fall: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What staff ticked in the lobby for one customer. `items` are ids from the factor rules."""

    customer_id: str
    seen_on: date
    observer: str
    place: str
    items: tuple[str, ...]
