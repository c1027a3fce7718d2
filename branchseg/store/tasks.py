"""Follow-up tasks: planned, and printed with a sheet number."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from branchseg.store.db import Database
from branchseg.store.records import OPEN, Closing, NewTask, Task, TaskStatus, named
from branchseg.store.schema import TASKS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

_UNTOUCHED = {"result_note": "", "needs": [], "fund_plan": "", "products": [], "closing": ""}


class Tasks(Database):
    """The part of the vault that keeps follow-up tasks."""

    def create_tasks(self, tasks: Sequence[NewTask], *, created_at: datetime) -> list[Task]:
        """Plan tasks; returns one open task for each asked, in the same order.

        A customer has at most one open task per action: where there is one already, it is
        returned unchanged instead of a new one.
        """
        with self._begin() as connection:
            open_now = _open_tasks(connection)
            fresh = {(task.customer_id, task.action_id): task for task in reversed(tasks)
                     if (task.customer_id, task.action_id) not in open_now}
            if fresh:
                insert_tasks(connection, list(reversed(fresh.values())), created_at)
                open_now = _open_tasks(connection)
        return [open_now[task.customer_id, task.action_id] for task in tasks]

    def drop_tasks(self, task_ids: Collection[int]) -> int:
        """Forget planned tasks that were a mistake; returns how many.

        What was printed or done meanwhile stays.
        """
        with self._begin() as connection:
            gone = connection.execute(delete(TASKS).where(
                TASKS.c.id.in_(list(task_ids)), TASKS.c.status == TaskStatus.PLANNED,
                TASKS.c.sheet_number.is_(None)))
        return int(gone.rowcount)

    def tasks(self, *, status: TaskStatus | None = None, due_until: date | None = None,
              customer_id: str | None = None) -> list[Task]:
        """Tasks by due date, the more urgent first; each condition given must hold."""
        query = select(TASKS).order_by(TASKS.c.due, TASKS.c.priority.desc(), TASKS.c.id)
        if status is not None:
            query = query.where(TASKS.c.status == status)
        if due_until is not None:
            query = query.where(TASKS.c.due <= due_until)
        if customer_id is not None:
            query = query.where(TASKS.c.customer_id == customer_id)
        with self._begin() as connection:
            return [task_of(row) for row in connection.execute(query)]

    def task_by_number(self, sheet_number: str) -> Task | None:
        """The task a printed sheet belongs to."""
        with self._begin() as connection:
            row = connection.execute(
                select(TASKS).where(TASKS.c.sheet_number == sheet_number)).one_or_none()
        return None if row is None else task_of(row)

    def next_sheet_numbers(self, day: date, count: int) -> list[str]:
        """The next `count` free numbers of a day, like "20261122-0001".

        A number is taken only by `mark_printed`, so a cancelled print leaves no gap.
        """
        stem = f"{day:%Y%m%d}-"
        with self._begin() as connection:
            taken = connection.execute(select(TASKS.c.sheet_number).where(
                TASKS.c.sheet_number.startswith(stem))).scalars()
            last = max((int(number.removeprefix(stem)) for number in taken), default=0)
        return [f"{stem}{number:04}" for number in range(last + 1, last + 1 + count)]

    def mark_printed(self, numbers: Mapping[int, str], *, printed_at: datetime) -> None:
        """Give printed tasks their sheet numbers, all or none.

        Printing again keeps the number: another one raises ValueError, as does a number that
        belongs to another task. Raises KeyError for an unknown task.
        """
        with self._begin() as connection:
            for task_id, number in numbers.items():
                task = get_task(connection, task_id)
                if task.sheet_number not in {None, number}:
                    msg = f"task {task_id} has a sheet number already"
                    raise ValueError(msg)
                if _owner(connection, number) not in {None, task_id}:
                    msg = f"{number} belongs to another task"
                    raise ValueError(msg)
                change_task(connection, task_id, sheet_number=number, printed_at=printed_at,
                            first_printed_at=task.first_printed_at or printed_at,
                            prints=task.prints + 1, shredded_at=None,
                            status=TaskStatus.PRINTED if task.is_open else task.status)

    def mark_shredded(self, task_ids: Collection[int], shredded_at: datetime | None) -> list[int]:
        """Note that sheets were destroyed (None: they were not); returns whose it is noted of.

        A sheet whose task is open stays as it is: what comes back is registered first. With None
        also those of tasks opened again.
        """
        chosen = select(TASKS.c.id).where(
            TASKS.c.id.in_(list(task_ids)), TASKS.c.sheet_number.is_not(None),
            TASKS.c.shredded_at.is_not(None) if shredded_at is None
            else and_(TASKS.c.shredded_at.is_(None), TASKS.c.status.not_in(OPEN)),
        ).order_by(TASKS.c.id)
        with self._begin() as connection:
            ids = list(connection.execute(chosen).scalars())
            connection.execute(update(TASKS).where(TASKS.c.id.in_(ids)).values(
                shredded_at=shredded_at))
        return ids

    def assign_tasks(self, task_ids: Collection[int], officer: str) -> None:
        """Make a relationship manager answer for open tasks."""
        with self._begin() as connection:
            connection.execute(update(TASKS).where(
                TASKS.c.id.in_(list(task_ids)), TASKS.c.status.in_(OPEN)).values(officer=officer))


def insert_tasks(connection: Connection, tasks: Sequence[NewTask], created_at: datetime,
                 follows: int | None = None) -> None:
    """Plan tasks; the caller makes sure that none of them is open already."""
    connection.execute(insert(TASKS), [
        {**asdict(task), **_UNTOUCHED, "status": TaskStatus.PLANNED, "created_at": created_at,
         "follows": follows} for task in tasks])


def task_of(row: Row[Any]) -> Task:
    """A row of the table as a record."""
    values = dict(row._mapping)
    return Task(**{
        **values, "status": TaskStatus(values["status"]),
        "closing": named(Closing, values["closing"], Closing.OTHER),
        "needs": tuple(values["needs"]), "products": tuple(values["products"])})


def get_task(connection: Connection, task_id: int) -> Task:
    """One task. Raises KeyError for an unknown id."""
    row = connection.execute(select(TASKS).where(TASKS.c.id == task_id)).one_or_none()
    if row is None:
        raise KeyError(task_id)
    return task_of(row)


def _owner(connection: Connection, sheet_number: str) -> int | None:
    return connection.execute(
        select(TASKS.c.id).where(TASKS.c.sheet_number == sheet_number)).scalar_one_or_none()


def _open_tasks(connection: Connection) -> dict[tuple[str, str], Task]:
    """All open tasks by customer and action."""
    rows = connection.execute(select(TASKS).where(TASKS.c.status.in_(OPEN)))
    return {(row.customer_id, row.action_id): task_of(row) for row in rows}


def change_task(connection: Connection, task_id: int, **values: object) -> None:
    """Set columns of a task."""
    connection.execute(update(TASKS).where(TASKS.c.id == task_id).values(values))
