"""The columns of the list of changes, and the words for what a list does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.model.fields import Kind

from ...columns import Column, column
from ..customers.columns import chips

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = {"": "未分层", "absent": "已不在"}
"""What is said instead of a tier nobody knows, and of who is not on the newer list."""


def columns(labels: Mapping[str, Mapping[str, str]]) -> tuple[Column, ...]:
    """The most needed first: the others may scroll away."""
    tiers = chips(labels, "tier")
    return (
        column("name", width=72),
        Column("tier_before", "上次层级", width=84, chips=tiers),
        Column("tier_after", "这次层级", width=84, chips=tiers),
        Column("to_next", "到上一层还差", Kind.AMOUNT, 140, "元"),
        Column("next_tier", "上一层级", width=84, chips=tiers),
        Column("aum_change", "AUM 变化", Kind.AMOUNT, 112, "元"),
        Column("aum_after", "这次 AUM", Kind.AMOUNT, 112, "元"),
        Column("aum_before", "上次 AUM", Kind.AMOUNT, 112, "元"),
        Column("turn", "状态", width=176),
        column("manager", width=92),
        column("customer_id", width=116),
    )
