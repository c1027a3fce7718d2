"""The columns of today's table, and the words for where a task is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.fields import Kind
from branchseg.store.records import TaskStatus

from ...columns import Chip, Column, column
from ..customers.columns import chips

if TYPE_CHECKING:
    from collections.abc import Mapping

SUGGESTED = "suggested"
_RESULT_TONES = ("ok", "warn", "accent", "ok", "neutral", "danger")


def results() -> tuple[str, ...]:
    """The words for the results 1 to 6, as printed on the sheets."""
    return tuple(word.split(" ", 1)[1] for word in text("sheets.record.results").split("|"))


def states() -> dict[str, Chip]:
    """State of a task -> chip; done tasks have their result's digit as state."""
    found = {
        SUGGESTED: Chip("建议", "neutral"),
        TaskStatus.PLANNED.value: Chip("待打印", "accent"),
        TaskStatus.PRINTED.value: Chip("待回收", "warn"),
    }
    for digit, (word, tone) in enumerate(zip(results(), _RESULT_TONES, strict=True), 1):
        found[str(digit)] = Chip(word, tone)
    return found


def columns(labels: Mapping[str, Mapping[str, str]]) -> tuple[Column, ...]:
    """The state before the rest: it must not scroll away in a narrow window."""
    return (
        column("name", label="客户", width=82),
        column("tier", label="层级", width=78, chips=chips(labels, "tier")),
        Column("theme", "任务", width=132, stretch=True),
        Column("due", "截止", Kind.DATE, 150, due=True),
        Column("state", "状态", width=86, chips=states()),
        Column("owner", "负责岗位", width=88),
        Column("number", "单号", width=122),
    )
