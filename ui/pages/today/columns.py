"""The columns of today's table, and the words for where a task is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.model.outcomes import outcomes
from branchseg.store.records import TaskStatus

from ...columns import Chip, Column, column, due_columns
from ..customers.columns import chips

if TYPE_CHECKING:
    from collections.abc import Mapping

SUGGESTED = "suggested"
STALE = "stale"
"""The rules no longer ask for an open task."""
MISSING = "missing"
"""The list an open task came from was taken back."""
_RESULT_TONES = {1: "ok", 2: "warn", 3: "accent", 4: "ok"}


def states() -> dict[str, Chip]:
    """State of a task -> chip; done tasks have their result's code as state."""
    found = {
        SUGGESTED: Chip("建议", "neutral"),
        TaskStatus.PLANNED.value: Chip("待打印", "accent"),
        TaskStatus.PRINTED.value: Chip("待回收", "warn"),
        TaskStatus.WITHDRAWN.value: Chip("已关闭", "neutral"),
        STALE: Chip("理由已变", "danger"),
        MISSING: Chip("等待名单", "neutral"),
    }
    for one in outcomes().results:
        grave = "danger" if one.refuses or one.unreachable else "neutral"
        found[str(one.code)] = Chip(one.label, _RESULT_TONES.get(one.code, grave))
    return found


def columns(labels: Mapping[str, Mapping[str, str]]) -> tuple[Column, ...]:
    """The state before the rest: it must not scroll away in a narrow window."""
    planned, latest = due_columns()
    return (
        column("name", label="客户", width=72),
        column("tier", label="层级", width=70, chips=chips(labels, "tier")),
        Column("theme", "任务", width=98, stretch=True),
        planned,
        Column("state", "状态", width=82, chips=states()),
        latest,
        Column("owner", "负责岗位", width=88),
        Column("number", "单号", width=122),
    )
