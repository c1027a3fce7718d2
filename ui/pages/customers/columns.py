"""The columns of the customers table, and the colours of the words in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.model.fields import Kind
from branchseg.model.results import INSUFFICIENT, Status

from ...columns import MATURED, Chip, Column, column

if TYPE_CHECKING:
    from collections.abc import Mapping

INVALID = Status.INVALID.value
WORDED = ("segment", "next_action")
"""Results columns that are shown as plain words instead of chips."""
_STATUS_TONES = {
    "core": "ok", "potential": "accent", "dormant": "warn", "unverified": "danger",
}
_GRADE_TONES = ("ok", "accent", "warn")
"""Of the grades from the best on; the others are grey."""
_TIER_TONES = ("ok", "accent", "warn")

Labels = dict[str, dict[str, str]]


def chips(labels: Mapping[str, Mapping[str, str]], kind: str) -> dict[str, Chip]:
    """Value -> chip for "status", "tier" or "grade", in the order of their labels."""
    words = labels.get(kind, {})
    if kind == "tier":
        return {key: Chip(word, _tier_tone(place, len(words)))
                for place, (key, word) in enumerate(words.items())}
    grades = [key for key in words if key != INSUFFICIENT]
    tones = _STATUS_TONES if kind == "status" else dict(zip(grades, _GRADE_TONES, strict=False))
    return {str(key): Chip(word, tones.get(str(key), "neutral")) for key, word in words.items()}


def _tier_tone(place: int, count: int) -> str:
    """The lowest tier is grey; the others fall into three colours from low to high."""
    if place == 0:
        return "neutral"
    return _TIER_TONES[(place - 1) * len(_TIER_TONES) // (count - 1)]


def columns(labels: Mapping[str, Mapping[str, str]]) -> tuple[Column, ...]:
    """The table's columns, the most needed first: the others may scroll away."""
    return (
        column("name", width=72),
        column("tier", label="层级", width=82, chips=chips(labels, "tier")),
        column("status", label="状态", width=86, chips=chips(labels, "status")),
        column("aum", label="AUM", width=108),
        column("grade", label="等级", width=84, chips=chips(labels, "grade")),
        Column("next_action", "下一步", width=140, stretch=True),
        column("maturity_date", label="到期", due=True, past=MATURED, width=158),
        Column("to_next_tier", "差多少到下一层", Kind.AMOUNT, 168, "元", 2),
        Column("segment", "主分群", width=118),
        column("manager", width=92),
        column("customer_id", width=116),
        column("mobile"),
    )
