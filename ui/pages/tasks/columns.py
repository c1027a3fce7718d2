"""The columns of the table of task sheets, and the words for where a sheet is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.model.fields import Kind
from branchseg.model.masking import mask

from ...columns import Chip, Column, column, due_columns
from ..customers.columns import chips

if TYPE_CHECKING:
    from collections.abc import Mapping

NEW, PLANNED, PRINTED = "new", "planned", "printed"
SHEET_CHIPS = {
    NEW: Chip("建议", "neutral"),
    PLANNED: Chip("待打印", "accent"),
    PRINTED: Chip("已打印", "ok"),
}


def columns(labels: Mapping[str, Mapping[str, str]]) -> tuple[Column, ...]:
    """The most needed first: the others may scroll away."""
    return (
        column("name", label="客户", width=72),
        column("tier", label="层级", width=74, chips=chips(labels, "tier")),
        Column("next_action", "下一步动作", width=120),
        Column("why", "为什么", width=130, stretch=True),
        Column("sheet", "任务单", width=74, chips=SHEET_CHIPS),
        *due_columns(),
        Column("priority", "优先级", Kind.NUMBER, 66),
        Column("owner", "负责岗位", width=88),
        column("status", label="状态", width=92, chips=chips(labels, "status")),
        column("manager", width=88),
    )


def shown_name(name: str | None, *, masked: bool) -> str:
    """A customer's name as the branch wants it shown."""
    if name is None:
        return "未知姓名"
    return mask("name", name) if masked else name
