"""What the page of today has done in the worker: tasks, figures, what comes soon, results.

Loads pandas through the pipeline; nothing here touches a widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from branchseg import pipeline
from branchseg.model.results import Status
from branchseg.store.records import TaskStatus

from ...row_model import from_lists
from ..tasks.work import (
    SOON_DAYS,
    Candidate,
    open_tasks,
    propose,
    settled_actions,
)
from .columns import SUGGESTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.pipeline import RunResult
    from branchseg.store.records import Task
    from branchseg.store.vault import Vault

PROPOSED = 20
"""How many tasks one click plans."""
_LATE_DAYS = 14
"""How long a missed appointment stays in sight."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a kept task, or one that is only proposed (`task` is None).

    `position` is the customer's row in the result, -1 if the lists no longer have him.
    """

    customer_id: str
    position: int
    name: str | None
    tier: str
    theme: str
    action_id: str
    owner: str
    officer: str
    due: date
    task: Task | None = None

    @property
    def is_open(self) -> bool:
        """Whether a result can be recorded."""
        return self.task is not None and self.task.status is not TaskStatus.DONE

    @property
    def state(self) -> str:
        """Where the task is: a key of `today_columns.states`."""
        if self.task is None:
            return SUGGESTED
        if self.task.result is not None:
            return str(self.task.result)
        return self.task.status.value

    @property
    def number(self) -> str:
        """The sheet number, "" before it is printed."""
        return (self.task.sheet_number or "") if self.task is not None else ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the cards say; the amount in 元."""

    open: int
    overdue: int
    due_today: int
    done_this_week: int
    printed: int
    oldest_print: date | None
    maturing: int
    maturing_amount: float
    next_maturity: date | None


@dataclass(frozen=True, slots=True)
class Soon:
    """Something on a day to come: who, when, and what in a few words."""

    customer_id: str
    name: str | None
    day: date
    words: str


@dataclass(frozen=True, slots=True)
class TodayView:
    """Everything the page shows. `data` holds a table column per key, row for row with `entries`.

    `proposed` is what would be planned next; without any open task the entries show it too.
    """

    result: RunResult | None
    day: date
    entries: tuple[Entry, ...]
    data: Mapping[str, Any]
    figures: Figures
    proposed: tuple[Candidate, ...]
    soon: Mapping[str, tuple[Soon, ...]]

    @property
    def only_proposed(self) -> bool:
        """Whether nothing is planned, so that the rows are proposals."""
        return not self.figures.open

    @property
    def unprinted(self) -> list[str]:
        """Customers whose sheet is still to be printed, in the order shown."""
        return [one.customer_id for one in self.entries
                if one.state in (SUGGESTED, TaskStatus.PLANNED)]

    def row_of_task(self, task_id: int) -> int:
        """The row of a task, -1 if there is none."""
        return next((row for row, one in enumerate(self.entries)
                     if one.task is not None and one.task.id == task_id), -1)

    def row_of_number(self, number: str) -> int:
        """The row of a printed sheet, -1 if there is none."""
        return next((row for row, one in enumerate(self.entries) if one.number == number), -1)

    def positions_soon(self, key: str) -> tuple[int, ...]:
        """The row positions in the result of everybody in one list of `soon`."""
        if self.result is None:
            return ()
        wanted = {one.customer_id for one in self.soon[key]}
        ids = self.result.table.frame["customer_id"].tolist()
        return tuple(place for place, one in enumerate(ids) if one in wanted)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task. `words` name it ("李**：已约").

    `closed_at` is fixed, so that redoing an undone one is exact.
    """

    task_id: int
    customer_id: str
    words: str
    result: int
    note: str
    next_date: date | None
    closed_at: datetime


@dataclass(slots=True)
class Plan:
    """Tasks planned by one click. The worker alone changes the ids: redoing gives new ones."""

    people: tuple[Candidate, ...]
    created_at: datetime
    task_ids: tuple[int, ...] = ()


# --- what there is ---


def view_of(result: RunResult | None, vault: Vault, day: date) -> TodayView:
    """Everything the page shows on `day` (0.3 s for 10,000 customers)."""
    tasks = vault.tasks()
    people = _People(result)
    proposed = _proposed(result, tasks, day)
    entries = [people.entry(task) for task in _ordered(tasks)]
    if not any(one.is_open for one in entries):
        entries = [people.suggestion(one) for one in proposed] + entries
    return TodayView(
        result, day, tuple(entries), _columns(entries, day), _figures(result, tasks, day),
        tuple(proposed), {
            "maturity": _maturities(result, day), "birthday": _birthdays(result, day),
            "appointment": _appointments(people, tasks, day),
        })


def _ordered(tasks: Sequence[Task]) -> list[Task]:
    """Open tasks as the vault gives them, by day and priority; then the done, latest first."""
    done = [(task.closed_at, task) for task in tasks if task.closed_at is not None]
    done.sort(key=lambda pair: pair[0], reverse=True)
    return [*(task for task in tasks if task.closed_at is None), *(task for _, task in done)]


def _proposed(result: RunResult | None, tasks: Sequence[Task], day: date) -> list[Candidate]:
    """The next PROPOSED customers who have neither an open task nor a fresh result."""
    if result is None:
        return []
    taken = settled_actions(tasks, result.table.as_of, day) | open_tasks(tasks).keys()
    free = (one for one in propose(result, day)
            if (one.task.customer_id, one.task.action_id) not in taken)
    return [one for one, _ in zip(free, range(PROPOSED), strict=False)]


class _People:
    """Who is who in a result."""

    def __init__(self, result: RunResult | None) -> None:
        self._result = result
        ids = [] if result is None else result.table.frame["customer_id"].tolist()
        self._places = {customer_id: place for place, customer_id in enumerate(ids)}

    def place(self, customer_id: str) -> int:
        return self._places.get(customer_id, -1)

    def name(self, customer_id: str) -> str | None:
        place = self.place(customer_id)
        if self._result is None or place < 0 or "name" not in self._result.table.frame:
            return None
        name = self._result.table.frame["name"].iat[place]
        return name if isinstance(name, str) else None

    def tier(self, customer_id: str) -> str:
        place = self.place(customer_id)
        tier = "" if self._result is None or place < 0 else self._result.results["tier"].iat[place]
        return tier if isinstance(tier, str) else ""

    def entry(self, task: Task) -> Entry:
        one = task.customer_id
        return Entry(one, self.place(one), self.name(one), self.tier(one), task.theme,
                     task.action_id, task.owner_role, task.officer, task.due, task)

    def suggestion(self, candidate: Candidate) -> Entry:
        task = candidate.task
        return Entry(task.customer_id, candidate.position, self.name(task.customer_id),
                     self.tier(task.customer_id), task.theme, task.action_id, task.owner_role,
                     task.officer, task.due)


def _columns(entries: Sequence[Entry], day: date) -> dict[str, Any]:
    """The table's columns, and one of booleans per choice of the filter."""
    monday = day - timedelta(days=day.weekday())
    return from_lists({
        "name": [one.name for one in entries],
        "tier": [one.tier or None for one in entries],
        "theme": [one.theme for one in entries],
        "due": [one.due if one.is_open or one.task is None else None for one in entries],
        "owner": [one.owner for one in entries],
        "number": [one.number or None for one in entries],
        "state": [one.state for one in entries],
        "open": [one.is_open or one.task is None for one in entries],
        "due_now": [one.is_open and one.due <= day for one in entries],
        "printed": [one.state == TaskStatus.PRINTED for one in entries],
        "done": [one.task is not None and _closed_since(one.task, monday) for one in entries],
    })


def _closed_since(task: Task, day: date) -> bool:
    return task.closed_at is not None and task.closed_at.astimezone().date() >= day


def _figures(result: RunResult | None, tasks: Sequence[Task], day: date) -> Figures:
    open_now = [task for task in tasks if task.status is not TaskStatus.DONE]
    printed = [task for task in open_now if task.printed_at is not None]
    prints = [task.printed_at.astimezone().date() for task in printed if task.printed_at]
    maturing, amount, nearest = 0, 0.0, None
    if result is not None and "maturity_date" in result.table.frame:
        rows = _maturing_rows(result, day)
        maturing = len(rows)
        amount = float(rows["maturity_amount"].sum()) if "maturity_amount" in rows else 0.0
        nearest = rows["maturity_date"].min().date() if maturing else None
    monday = day - timedelta(days=day.weekday())
    return Figures(
        len(open_now), sum(task.due < day for task in open_now),
        sum(task.due == day for task in open_now),
        sum(_closed_since(task, monday) for task in tasks), len(printed),
        min(prints, default=None), maturing, amount, nearest)


# --- what comes soon ---


def _maturing_rows(result: RunResult, day: date) -> Any:
    """The rows of the list with something that matures within SOON_DAYS, nearest first."""
    frame = result.table.frame
    soon = frame["maturity_date"].between(f"{day}", f"{day + timedelta(days=SOON_DAYS)}")
    return frame[soon].sort_values("maturity_date", kind="stable")


def _maturities(result: RunResult | None, day: date) -> tuple[Soon, ...]:
    if result is None or "maturity_date" not in result.table.frame:
        return ()
    rows = _maturing_rows(result, day)
    amounts = rows["maturity_amount"] if "maturity_amount" in rows else [None] * len(rows)
    return tuple(
        Soon(customer_id, _text(name), when.date(), _amount(amount))
        for customer_id, name, when, amount in zip(
            rows["customer_id"], _names(rows), rows["maturity_date"], amounts, strict=True))


def _birthdays(result: RunResult | None, day: date) -> tuple[Soon, ...]:
    """Birthdays within SOON_DAYS of those who may be greeted."""
    if result is None:
        return ()
    results, frame = result.results, result.table.frame
    ahead = results["days_to_birthday"] - (day - result.table.as_of).days
    welcome = (results["status"] != Status.INVALID) & ~results["do_not_contact"]
    rows = frame[ahead.between(0, SOON_DAYS) & welcome]
    days = ahead[rows.index].astype(int)
    found = [Soon(customer_id, _text(name), day + timedelta(days=int(left)), "生日问候")
             for customer_id, name, left in zip(
                 rows["customer_id"], _names(rows), days, strict=True)]
    return tuple(sorted(found, key=lambda one: one.day))


def _appointments(people: _People, tasks: Sequence[Task], day: date) -> tuple[Soon, ...]:
    """Days agreed upon with customers, unless somebody works on it or has since."""
    latest: dict[tuple[str, str], Task] = {}
    for task in sorted(tasks, key=lambda task: task.created_at):
        latest[task.customer_id, task.action_id] = task
    first, last = day - timedelta(days=_LATE_DAYS), day + timedelta(days=SOON_DAYS)
    found = [Soon(task.customer_id, people.name(task.customer_id), task.next_date, task.theme)
             for task in latest.values()
             if task.next_date is not None and first <= task.next_date <= last]
    return tuple(sorted(found, key=lambda one: one.day))


def _names(rows: Any) -> Any:
    return rows["name"] if "name" in rows else [None] * len(rows)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _amount(amount: float | None) -> str:
    """An amount in 万元 for a narrow list."""
    return "" if amount is None or amount != amount else f"{amount / 1e4:,.1f} 万"  # noqa: PLR0124 - NaN


# --- changes ---


def carry_out(vault: Vault, plan: Plan) -> Plan:
    """Plan the tasks."""
    made = vault.create_tasks([one.task for one in plan.people], created_at=plan.created_at)
    plan.task_ids = tuple(task.id for task in made)
    return plan


def drop(vault: Vault, plan: Plan) -> int:
    """Take planned tasks back; printed ones stay. Returns how many are gone."""
    return vault.drop_tasks(plan.task_ids)


def record(vault: Vault, outcome: Outcome) -> Outcome:
    """Close a task. Raises StoreError if it has a result already."""
    vault.record_result(outcome.task_id, outcome.result, closed_at=outcome.closed_at,
                        note=outcome.note, next_date=outcome.next_date)
    return outcome


def reopen(vault: Vault, outcome: Outcome) -> Outcome:
    """Take a result back. Raises StoreError if the action was planned anew meanwhile."""
    vault.reopen_task(outcome.task_id)
    return outcome


def outcome_of(task: Task, words: str) -> Outcome:
    """The result a done task has."""
    assert task.result is not None
    assert task.closed_at is not None
    return Outcome(task.id, task.customer_id, words, task.result, task.result_note,
                   task.next_date, task.closed_at)


def sheet_task(entry: Entry) -> pipeline.Task:
    """What the sheet of an entry is about."""
    return pipeline.Task(entry.position, entry.number, entry.action_id, entry.due)
