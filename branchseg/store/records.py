"""What the vault hands out: one frozen record per batch, task, note and event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

    from branchseg.model.issues import IssueCode
    from branchseg.model.raw import SourceRef


@dataclass(frozen=True, slots=True)
class Batch:
    """One import. `customers` counts its rows; `undone_at` is None while it is in force."""

    id: int
    imported_at: datetime
    as_of: date
    ruleset_id: str
    sources: tuple[SourceRef, ...]
    rows_read: int
    rows_used: int
    customers: int
    issue_counts: dict[IssueCode, int]
    summary: dict[str, Any]
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark somebody typed about a customer."""

    id: int
    customer_id: str
    text: str
    created_at: datetime


class TaskStatus(StrEnum):
    """A task is open until its result is known."""

    PLANNED = "planned"
    PRINTED = "printed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A follow-up to be done. `action_id` is the rule's; `priority` larger = more urgent."""

    customer_id: str
    action_id: str
    theme: str
    owner_role: str
    officer: str
    due: date
    priority: float
    ruleset_id: str
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A stored task. `sheet_number` is None until it was printed, `result` (1..6) until done."""

    id: int
    sheet_number: str | None
    customer_id: str
    action_id: str
    theme: str
    owner_role: str
    officer: str
    due: date
    priority: float
    status: TaskStatus
    created_at: datetime
    printed_at: datetime | None
    result: int | None
    result_note: str
    next_date: date | None
    closed_at: datetime | None
    batch_id: int | None
    ruleset_id: str


class EventKind(StrEnum):
    """What a timeline entry tells of."""

    BATCH = "batch"
    WALK_IN = "walk_in"
    OBSERVATION = "observation"
    NOTE = "note"
    TAG = "tag"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event in a customer's history; `text` is a Chinese phrase ready to be shown."""

    at: datetime
    kind: EventKind
    text: str
