"""The quality report of a list: how complete it is, what was wrong, what the gaps cost.

Everything in it may be shown, printed and exported: examples are masked, the rest are figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from branchseg.model.issues import SEVERITY, Issue, IssueCode, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class FieldShare:
    """How many of `total` customers have field `key`; `listed` is False if no column brings it."""

    key: str
    label: str
    group: str
    known: int
    total: int
    listed: bool

    @property
    def unknown(self) -> int:
        """How many customers lack it."""
        return self.total - self.known

    @property
    def share(self) -> float:
        """The known ones, 0..1; of nobody it is 0."""
        return self.known / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """All issues of one kind; `examples` are the first ones that name a row, masked."""

    code: IssueCode
    count: int
    examples: tuple[Issue, ...]

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return SEVERITY[self.code]


@dataclass(frozen=True, slots=True)
class GapCost:
    """What missing data cost: `customers` lack `gap`, and so `effect` holds for them."""

    key: str
    gap: str
    effect: str
    customers: int


@dataclass(frozen=True, slots=True)
class Filled:
    """What a list lacks and older lists know: of `customers` of its customers."""

    label: str
    customers: int


@dataclass(frozen=True, slots=True)
class CleaningStep:
    """One step from file to customers: `stage` is its short name, `text` says it with figures."""

    stage: str
    text: str


class Planned(NamedTuple):
    """How many customers have a next action, and of how many own segments of the branch ask it."""

    customers: int
    own: int


_NOTHING_PLANNED = Planned(0, 0)


@dataclass(frozen=True, slots=True)
class QualityReport:
    """One import. `fields` stand in the order of FIELDS, `findings` the gravest first.

    `fields` and `findings` are about the list alone; `gaps` about its customers with all that
    older lists know of them, which `filled` tells. `gaps` only has those that somebody lacks; one
    customer may be in several. `lists` are short names of the lists by the source of findings,
    none if there is only one list. `planned` is about the same customers as `gaps`.
    """

    files: tuple[str, ...]
    as_of: date
    ruleset_id: str
    rows_read: int
    rows_used: int
    customers: int
    fields: tuple[FieldShare, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[GapCost, ...]
    steps: tuple[CleaningStep, ...] = ()
    filled: tuple[Filled, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)
    planned: Planned = field(default_factory=lambda: _NOTHING_PLANNED)

    def count(self, *severities: Severity) -> int:
        """How many issues are of one of these severities."""
        return sum(one.count for one in self.findings if one.severity in severities)
