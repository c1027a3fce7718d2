"""What the vault hands out: one frozen record per batch, task, note and event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from branchseg.model.issues import IssueCode
    from branchseg.model.raw import SourceRef
    from branchseg.model.results import Observation
    from branchseg.model.table import CustomerTable


_Kind = TypeVar("_Kind", bound=StrEnum)


def named(kind: type[_Kind], code: str, other: _Kind) -> _Kind:
    """What a stored code stands for; `other` if this version has no such code any more."""
    try:
        return kind(code)
    except ValueError:
        return other


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

    @property
    def in_force(self) -> bool:
        """Whether it was not taken back."""
        return self.undone_at is None

    def older(self, batches: Iterable[Batch]) -> list[Batch]:
        """The imports in force whose values this one's lie over, the newest first."""
        mine = (self.as_of, self.id)
        return [one for one in in_force(batches) if (one.as_of, one.id) < mine]


def in_force(batches: Iterable[Batch]) -> list[Batch]:
    """The imports that were not taken back, the one with the newest data first."""
    return sorted((one for one in batches if one.in_force),
                  key=lambda one: (one.as_of, one.id), reverse=True)


class Shared(NamedTuple):
    """How many people an import has in common with another one, and how many it has itself."""

    common: int
    people: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The customers of a list as they will be once it is saved, and what was seen of anybody.

    `before` is what is known now of those of them who are known, None without any list.
    """

    table: CustomerTable
    observations: list[Observation]
    before: CustomerTable | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark somebody typed about a customer."""

    id: int
    customer_id: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A fitted model, kept to be applied to later lists.

    Attributes:
        model: which one, a key of `pipeline.models.MODELS`.
        as_of: the data date of the list it was fitted on.
        data_hash: SHA-256 of the values it was fitted on.
        seed: of its random numbers.
        features: the fields it needs, in its order.
        quality: how good it was, by name.
        names: of its groups, as the branch wants them.
        fitted: all that is needed to apply it; plain values.
        id: None before it is kept.
    """

    model: str
    as_of: date
    data_hash: str
    seed: int
    features: tuple[str, ...]
    quality: Mapping[str, float]
    names: tuple[str, ...]
    fitted: Mapping[str, Any]
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed on one threshold of the rules.

    Attributes:
        note: how it is defined and why, as the departments want it.
        agreed_by: departments and persons, "" while nobody has agreed.
        agreed_on: the day they did, None while nobody has.
        value: the threshold they have agreed on; another one needs their agreement anew.
    """

    note: str
    agreed_by: str
    agreed_on: date | None
    value: float

    @property
    def is_empty(self) -> bool:
        """Whether nothing is registered."""
        return not (self.note or self.agreed_by)


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """The rules as they were saved: texts of the files, and agreements by key of the threshold.

    `id` is its number, None before it is kept. One that was taken back stays, with the moment:
    `withdrawn_at`. `note` is why an older version was put in force again by this one, and
    `agreed_by` who agreed; "" otherwise.
    """

    ruleset_id: str
    sources: Mapping[str, str]
    saved_at: datetime
    agreements: Mapping[str, Agreement]
    id: int | None = None
    withdrawn_at: datetime | None = None
    note: str = ""
    agreed_by: str = ""


@dataclass(frozen=True, slots=True)
class OwnSegment:
    """Customers the branch has chosen itself (自建客群).

    By conditions, then `tree` is their table (`rules.read_tree`) and they are found anew in
    every list; or once and for all, then `tree` is None and `members` are their ids. `action` is
    the id of the action that is bound to it, "" for none; `id` is None before it is kept.
    """

    name: str
    tree: Mapping[str, Any] | None = None
    members: tuple[str, ...] = ()
    action: str = ""
    id: int | None = None


class Proof(StrEnum):
    """What two people have in common who may be one."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    PHONE_END = "phone_end"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody without a bank's customer id who may be one of the customers `targets`."""

    customer_id: str
    targets: tuple[str, ...]
    proof: Proof


class TaskStatus(StrEnum):
    """A task is open while planned or printed: until its result is known, or it is withdrawn."""

    PLANNED = "planned"
    PRINTED = "printed"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Closing(StrEnum):
    """Why a task was closed without a result; OTHER is why an earlier version did it."""

    NONE = ""
    REFUSED = "refused"
    REASON_GONE = "reason_gone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task, as the task sheet has it.

    `result` is a code of `branchseg.model.outcomes`; `needs`, `fund_plan` ("" for none said) and
    `products` are ids of the same table. `amount` is in 元.
    """

    result: int
    note: str = ""
    next_date: date | None = None
    needs: tuple[str, ...] = ()
    fund_plan: str = ""
    products: tuple[str, ...] = ()
    amount: float | None = None


OPEN = (TaskStatus.PLANNED, TaskStatus.PRINTED)


@dataclass(frozen=True, slots=True)
class NewTask:
    """A follow-up to be done. `action_id` is the rule's; `priority` larger = more urgent.

    `due` is the day it is planned for, `latest` the last day by the rules (None: the day itself).
    """

    customer_id: str
    action_id: str
    theme: str
    owner_role: str
    officer: str
    due: date
    priority: float
    ruleset_id: str
    batch_id: int | None = None
    latest: date | None = None

    @property
    def deadline(self) -> date:
        """The last day by the rules, else the day it is planned for."""
        return self.latest or self.due


@dataclass(frozen=True, slots=True)
class Task:
    """A stored task. `sheet_number` is None until it was printed, `result` until it is done.

    Its sheet was printed `prints` times and, once it came back, destroyed at `shredded_at`.

    From `result` to `amount` it is an `Outcome`. `closing` says why it was withdrawn, `closed_by`
    which other task's result did that. `follows` is the task whose next contact this one is.
    """

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
    needs: tuple[str, ...]
    fund_plan: str
    products: tuple[str, ...]
    amount: float | None
    closed_at: datetime | None
    closing: Closing
    closed_by: int | None
    follows: int | None
    batch_id: int | None
    ruleset_id: str
    latest: date | None = None
    first_printed_at: datetime | None = None
    prints: int = 0
    shredded_at: datetime | None = None

    @property
    def deadline(self) -> date:
        """The last day by the rules; of what was agreed upon the day agreed."""
        return self.latest or self.due

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.status in OPEN

    @property
    def outcome(self) -> Outcome | None:
        """What came of it, None unless it is done."""
        if self.result is None:
            return None
        return Outcome(self.result, self.result_note, self.next_date, self.needs,
                       self.fund_plan, self.products, self.amount)


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
