"""What the page of today has done in the worker: tasks, figures, what comes soon, results.

Loads pandas through the pipeline; nothing here touches a widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from branchseg import pipeline
from branchseg.model.outcomes import outcomes
from branchseg.model.results import Status
from branchseg.store.records import Closing, TaskStatus

from ...row_model import from_lists
from ..tasks.work import (
    SOON_DAYS,
    Candidate,
    actions_of,
    is_waiting,
    open_tasks,
    propose,
    settled_actions,
)
from .columns import MISSING, STALE, SUGGESTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.pipeline import RunResult
    from branchseg.store.records import Batch, Outcome, Task
    from branchseg.store.vault import Vault

FETCHED = 20
"""For how many rows the reasons are worked out at once."""
_LATE_DAYS = 14
"""How long a missed appointment stays in sight."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a kept task, or one that is only proposed (`task` is None).

    `position` is the customer's row in the result, -1 if the lists no longer have him. `stale`:
    the rules no longer ask for the action. `waiting`: agreed upon for a day to come. `missing`:
    the list the customer was on was taken back, so that nothing is known of the reason.
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
    stale: bool = False
    waiting: bool = False
    missing: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a result can be recorded."""
        return self.task is not None and self.task.is_open

    @property
    def is_stale(self) -> bool:
        """Whether the task is open for a reason that is gone."""
        return self.is_open and self.stale

    @property
    def state(self) -> str:
        """Where the task is: a key of `today_columns.states`."""
        if self.task is None:
            return SUGGESTED
        if self.task.result is not None:
            return str(self.task.result)
        if self.missing:
            return MISSING
        if self.is_stale:
            return STALE
        return self.task.status.value

    @property
    def number(self) -> str:
        """The sheet number, "" before it is printed."""
        return (self.task.sheet_number or "") if self.task is not None else ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the cards say; the amount in 元, None if no list tells it.

    Of the results `registered` this week, `done_this_week` are those of customers reached.
    """

    open: int
    overdue: int
    due_today: int
    registered: int
    done_this_week: int
    printed: int
    oldest_print: date | None
    maturing: int
    maturing_amount: float | None
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

    `proposed` is what fits into `first`, the next day with room; without any open task the
    entries show it too. `later` counts who is planned for the days after it. `warning` is what
    is wrong with the day of the list, "" if nothing is. `undone` is the import taken back last.
    """

    result: RunResult | None
    day: date
    entries: tuple[Entry, ...]
    data: Mapping[str, Any]
    figures: Figures
    proposed: tuple[Candidate, ...]
    soon: Mapping[str, tuple[Soon, ...]]
    first: date
    later: int
    warning: str
    undone: Batch | None = None

    @property
    def only_proposed(self) -> bool:
        """Whether nothing is planned, so that the rows are proposals."""
        return not self.figures.open

    @property
    def unprinted(self) -> list[str]:
        """Customers whose sheet is still to be printed, in the order shown."""
        return [one.customer_id for one in self.entries
                if one.state in (SUGGESTED, TaskStatus.PLANNED) and not one.waiting]

    @property
    def missing(self) -> int:
        """How many open tasks wait for the list that was taken back."""
        return sum(one.missing for one in self.entries)

    @property
    def stale(self) -> list[Task]:
        """The open tasks whose reason is gone."""
        return [one.task for one in self.entries if one.task is not None and one.is_stale]

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
class Registered:
    """What came of a task. `words` name it ("李**：已约").

    `closed_at` is fixed, so that redoing an undone one is exact. `refuses`: the customer is not
    to be contacted any more.
    """

    task_id: int
    customer_id: str
    words: str
    outcome: Outcome
    closed_at: datetime
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Tasks to be closed because their reason is gone."""

    task_ids: tuple[int, ...]
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
    undone = max((one for one in vault.batches() if one.undone_at is not None),
                 key=lambda one: str(one.undone_at), default=None)
    people = _People(result, day, is_list_missing=undone is not None)
    proposed, first, later = _proposed(result, tasks, day)
    entries = [people.entry(task) for task in _ordered(tasks)]
    if not any(one.is_open and not one.missing for one in entries):
        entries = [people.suggestion(one) for one in proposed] + entries
    return TodayView(
        result, day, tuple(entries), _columns(entries, day), _figures(result, entries, day),
        proposed, {
            "maturity": _maturities(result), "birthday": _birthdays(result, day),
            "appointment": _appointments(people, tasks, day),
        }, first, later, _list_age(result), undone)


def _list_age(result: RunResult | None) -> str:
    return pipeline.list_age(result) if result is not None and result.has_list else ""


def _ordered(tasks: Sequence[Task]) -> list[Task]:
    """Open tasks as the vault gives them, by day and priority; then the done, latest first."""
    done = [(task.closed_at, task) for task in tasks if task.closed_at is not None]
    done.sort(key=lambda pair: pair[0], reverse=True)
    return [*(task for task in tasks if task.closed_at is None), *(task for _, task in done)]


def _proposed(result: RunResult | None, tasks: Sequence[Task],
              day: date) -> tuple[tuple[Candidate, ...], date, int]:
    """Who fits into the first day with any room left; that day; how many are planned for later.

    Nobody with an open task or a fresh result is among them. What waits until the customer comes
    in belongs to no day; only reminders of an event (a maturity of somebody who is not to be
    called) are laid ready with the others.
    """
    if result is None:
        return (), day, 0
    open_now = open_tasks(tasks)
    taken = settled_actions(tasks, result.table.as_of, day) | open_now.keys()
    people = propose(result, open_now.values(), taken)
    timed = result.results["effort"].notna().tolist()
    bound = {action.key for action in result.ruleset.actions.actions if action.until}
    day = pipeline.working_day_from(day)
    first = max(day, min((one.task.due for one in people if timed[one.position]), default=day))
    fitting = tuple(one for one in people if (
        one.task.due <= first if timed[one.position] else one.task.action_id in bound))
    planned = {one.position for one in people if timed[one.position]}
    return fitting, first, len(planned.difference(one.position for one in fitting))


class _People:
    """Who is who in a result."""

    def __init__(self, result: RunResult | None, day: date, *, is_list_missing: bool) -> None:
        self._result, self._day, self._is_list_missing = result, day, is_list_missing
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
        missing = self._is_list_missing and task.is_open and self.place(one) < 0
        return Entry(one, self.place(one), self.name(one), self.tier(one), task.theme,
                     task.action_id, task.owner_role, task.officer, task.due, task,
                     stale=not missing and self._is_stale(task),
                     waiting=is_waiting(task, self._day), missing=missing)

    def _is_stale(self, task: Task) -> bool:
        """Whether the rules ask for something else now; what was agreed upon stays."""
        if self._result is None or task.follows is not None:
            return False
        return task.action_id not in actions_of(self._result, self.place(task.customer_id))

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
        "officer": [one.officer or None for one in entries],
        "open": [one.task is None or (one.is_open and not one.waiting and not one.missing)
                 for one in entries],
        "stale": [one.is_stale for one in entries],
        "due_now": [one.is_open and not one.missing and one.due <= day for one in entries],
        "printed": [one.is_open and bool(one.number) for one in entries],
        "done": [one.task is not None and _closed_since(one.task, monday) for one in entries],
    })


def _closed_since(task: Task, day: date) -> bool:
    """Whether a result was registered on or after a day."""
    return (task.status is TaskStatus.DONE and task.closed_at is not None
            and task.closed_at.astimezone().date() >= day)


def _is_reached(task: Task) -> bool:
    """Whether the customer was spoken to: one who was not is still to be called."""
    return task.result is not None and outcomes().result(task.result).reached


def _figures(result: RunResult | None, entries: Sequence[Entry], day: date) -> Figures:
    kept = [(one, one.task) for one in entries if one.task is not None]
    open_now = [task for one, task in kept
                if one.is_open and not one.waiting and not one.missing]
    printed = [task for one, task in kept
               if one.is_open and not one.waiting and task.printed_at is not None]
    prints = [task.printed_at.astimezone().date() for task in printed if task.printed_at]
    maturing, nearest = 0, None
    amount: float | None = None
    if result is not None and "maturity_date" in result.table.frame:
        rows = _maturing_rows(result)
        maturing = len(rows)
        if "maturity_amount" in rows and rows["maturity_amount"].notna().any():
            amount = float(rows["maturity_amount"].sum())
        nearest = rows["maturity_date"].min().date() if maturing else None
    monday = day - timedelta(days=day.weekday())
    registered = [task for _, task in kept if _closed_since(task, monday)]
    return Figures(
        len(open_now), sum(task.due < day for task in open_now),
        sum(task.due == day for task in open_now),
        len(registered), sum(_is_reached(task) for task in registered), len(printed),
        min(prints, default=None), maturing, amount, nearest)


# --- what comes soon ---


def _maturing_rows(result: RunResult) -> Any:
    """The rows of the list with something that matures within SOON_DAYS, nearest first."""
    frame = result.table.frame
    soon = result.results["days_to_maturity"].between(0, SOON_DAYS)
    return frame[soon].sort_values("maturity_date", kind="stable")


def _maturities(result: RunResult | None) -> tuple[Soon, ...]:
    if result is None or "maturity_date" not in result.table.frame:
        return ()
    rows = _maturing_rows(result)
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
    ahead = results["days_to_birthday"]
    welcome = (results["status"] != Status.INVALID) & ~results["do_not_contact"]
    rows = frame[ahead.between(0, SOON_DAYS) & welcome]
    days = ahead[rows.index].astype(int)
    found = [Soon(customer_id, _text(name), day + timedelta(days=int(left)), "生日问候")
             for customer_id, name, left in zip(
                 rows["customer_id"], _names(rows), days, strict=True)]
    return tuple(sorted(found, key=lambda one: one.day))


def _appointments(people: _People, tasks: Sequence[Task], day: date) -> tuple[Soon, ...]:
    """Days agreed upon with customers, unless somebody has worked on it since."""
    latest: dict[tuple[str, str], Task] = {}
    for task in sorted(tasks, key=lambda task: task.created_at):
        latest[task.customer_id, task.action_id] = task
    first, last = day - timedelta(days=_LATE_DAYS), day + timedelta(days=SOON_DAYS)
    agreed = ((task, task.due if task.is_open and task.follows else task.next_date)
              for task in latest.values())
    found = [Soon(task.customer_id, people.name(task.customer_id), when, task.theme)
             for task, when in agreed if when is not None and first <= when <= last]
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


def record(vault: Vault, found: Registered) -> Registered:
    """Close a task. Raises StoreError if it has a result already."""
    vault.record_result(found.task_id, found.outcome, closed_at=found.closed_at)
    return found


def reopen(vault: Vault, found: Registered) -> Registered:
    """Take a result back. Raises StoreError if the action was planned anew meanwhile."""
    vault.reopen_task(found.task_id)
    return found


def withdraw(vault: Vault, gone: Withdrawal) -> Withdrawal:
    """Close tasks without a result; returns those that were open until now."""
    ids = vault.withdraw_tasks(gone.task_ids, Closing.REASON_GONE, closed_at=gone.closed_at)
    return Withdrawal(tuple(ids), gone.closed_at)


def restore(vault: Vault, gone: Withdrawal) -> Withdrawal:
    """Open withdrawn tasks again. Raises StoreError if one was planned anew meanwhile."""
    vault.reopen_tasks(gone.task_ids)
    return gone


def registered(task: Task, words: str) -> Registered:
    """The result a done task has."""
    assert task.outcome is not None
    assert task.closed_at is not None
    return Registered(task.id, task.customer_id, words, task.outcome, task.closed_at,
                      outcomes().result(task.outcome.result).refuses)


def sheet_task(entry: Entry) -> pipeline.Task:
    """What the sheet of an entry is about."""
    return pipeline.Task(entry.position, entry.number, entry.action_id, entry.due)
