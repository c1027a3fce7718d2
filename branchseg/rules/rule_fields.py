"""Which fields a predicate may look at: FIELDS, and what the rules themselves work out.

Rules are evaluated in stages. A predicate may only use what earlier stages have computed, so
each rule file is read with the fields known at its stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from branchseg.model.fields import FIELDS, IMPORTED, Field, Kind

RISK_LEVELS = ("C1", "C2", "C3", "C4", "C5")
"""Risk capacity of a retail customer, low to high; banks' own names are mapped when cleaning."""


PERCENT = "%"
"""Unit of a share: stored as 0..1, read by people as 0..100 %."""

_SHARES = frozenset({"demand_share", "to_next_share", "completeness"})


@dataclass(frozen=True, slots=True)
class RuleField:
    """A field as predicates see it; `choices` are (key, label) pairs where the values are set."""

    key: str
    label: str
    kind: Kind
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()


Known = Mapping[str, RuleField]
Value = float | str | tuple[float, ...] | tuple[str, ...] | None
"""What a condition compares a field with."""


def _plain(field: Field) -> RuleField:
    unit = PERCENT if field.key in _SHARES else field.unit
    return RuleField(field.key, field.label, field.kind, unit)


_COMPUTED = (
    "aum", "aum_basis", "aum_partial", "txn_partial", "age_years", "tenure", "days_since_txn",
    "days_since_login", "days_since_contact", "days_since_open", "days_to_maturity",
    "days_since_maturity", "days_since_risk", "holdings", "bindings", "demand_share",
    "days_to_birthday", "data_date", "aum_date", "days_behind_list",
)

DAY_OF_MONTH = RuleField("day_of_month", "今天是本月几日", Kind.INTEGER, "日")
"""The day of month of today: the only calendar rules may look at."""


RATING_LISTED = RuleField("rating_listed", "名单有风评日期", Kind.FLAG)
"""Whether the list tells of anybody when he was rated: else nobody's rating is known to be old."""
RATING_DAYS = ("risk_date", "risk_expiry")
RATING_SAID = RuleField("rating_said", "风评情况", Kind.TEXT)
"""What is said to a customer about a rating that is not valid."""


def base_fields() -> dict[str, RuleField]:
    """What is known before any rule: the imported fields and those derived from them."""
    known = {f.key: _plain(f) for f in (*IMPORTED, *(FIELDS[key] for key in _COMPUTED))}
    levels = tuple((level, level) for level in RISK_LEVELS)
    known["risk_level"] = RuleField("risk_level", FIELDS["risk_level"].label, Kind.CHOICE,
                                    choices=levels)
    known |= {field.key: field for field in (DAY_OF_MONTH, RATING_LISTED)}
    return known


def computed_field(key: str, choices: Iterable[tuple[str, str]] = ()) -> RuleField:
    """A field of FIELDS that a rule file works out, with its set values."""
    return replace(_plain(FIELDS[key]), choices=tuple(choices))
