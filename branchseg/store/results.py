"""What came of tasks, and all that follows from it: next contact, tags, refusals.

A result and its consequences are one change, and are taken back as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from branchseg.errors import StoreError
from branchseg.model.outcomes import labels, outcomes
from branchseg.store.db import Database
from branchseg.store.links import resolved
from branchseg.store.records import OPEN, Closing, NewTask, Outcome, Task, TaskStatus
from branchseg.store.schema import REFUSALS, TAGS, TASKS
from branchseg.store.tasks import change_task, get_task, insert_tasks, task_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

RESULTS = range(1, 10)
"""Result codes are one digit; `branchseg.model.outcomes` says which there are."""


class Results(Database):
    """The part of the vault that closes tasks and opens them again."""

    def record_results(self, found: Mapping[int, Outcome], *, closed_at: datetime) -> list[Task]:
        """Close tasks (by id) with what came of them, all or none; returns them.

        - A next date plans the next contact: the same task again, due on that day.
        - Needs become tags of the customer.
        - A result that refuses keeps the customer from all further contact and withdraws his
          other open tasks.

        Raises StoreError `store.task_done` if one has a result already (reopen it first),
        ValueError for a result outside 1..9, KeyError for an unknown task.
        """
        table = outcomes()
        # what refuses comes last: it withdraws tasks that have a result of their own here
        ordered = sorted(found.items(), key=lambda item: table.result(item[1].result).refuses)
        with self._begin() as connection:
            for task_id, outcome in ordered:
                _record(connection, task_id, outcome, closed_at)
            return [get_task(connection, task_id) for task_id in found]

    def record_result(self, task_id: int, outcome: Outcome, *, closed_at: datetime) -> Task:
        """Close one task, see `record_results`."""
        return self.record_results({task_id: outcome}, closed_at=closed_at)[0]

    def withdraw_tasks(self, task_ids: Collection[int], closing: Closing, *,
                       closed_at: datetime) -> list[int]:
        """Close tasks without a result; returns the ids of those that were open."""
        chosen = select(TASKS.c.id).where(
            TASKS.c.id.in_(list(task_ids)), TASKS.c.status.in_(OPEN)).order_by(TASKS.c.id)
        with self._begin() as connection:
            ids = list(connection.execute(chosen).scalars())
            connection.execute(update(TASKS).where(TASKS.c.id.in_(ids)).values(
                status=TaskStatus.WITHDRAWN, closing=closing, closed_at=closed_at))
        return ids

    def reopen_tasks(self, task_ids: Collection[int]) -> list[Task]:
        """Take results back, with all that followed from them; returns the open tasks.

        Withdrawn tasks are opened again, open ones stay as they are. Raises StoreError
        `store.task_replaced` if one of the actions was planned anew meanwhile, or if the next
        contact has gone on; KeyError for an unknown task. All or none.
        """
        with self._begin() as connection:
            for task_id in task_ids:
                _reopen(connection, get_task(connection, task_id))
            return [get_task(connection, task_id) for task_id in task_ids]

    def reopen_task(self, task_id: int) -> Task:
        """Open one task again, see `reopen_tasks`."""
        return self.reopen_tasks([task_id])[0]

    def refused(self) -> set[str]:
        """The customers who asked not to be contacted any more, by the ids they have now."""
        with self._begin() as connection:
            return refused(connection, resolved(connection))


def refused(connection: Connection, renamed: Mapping[str, str]) -> set[str]:
    """See `Results.refused`; what somebody said under an id given up counts under the other."""
    return {renamed.get(one, one)
            for one in connection.execute(select(REFUSALS.c.customer_id)).scalars()}


def _record(connection: Connection, task_id: int, outcome: Outcome, closed_at: datetime) -> None:
    """One result and its consequences."""
    if outcome.result not in RESULTS:
        msg = f"no result {outcome.result}"
        raise ValueError(msg)
    task = get_task(connection, task_id)
    if task.status is TaskStatus.DONE:
        raise StoreError("store.task_done")
    change_task(
        connection, task_id, status=TaskStatus.DONE, closed_at=closed_at, closing=Closing.NONE,
        closed_by=None, result=outcome.result, result_note=outcome.note,
        next_date=outcome.next_date, needs=list(outcome.needs), fund_plan=outcome.fund_plan,
        products=list(outcome.products), amount=outcome.amount)
    _tag(connection, task, outcome, closed_at)
    if outcomes().result(outcome.result).refuses:
        _refuse(connection, task, closed_at)
    elif outcome.next_date is not None and not _same_open(connection, task):
        again = NewTask(task.customer_id, task.action_id, task.theme, task.owner_role,
                        task.officer, outcome.next_date, task.priority, task.ruleset_id,
                        task.batch_id)
        insert_tasks(connection, [again], closed_at, follows=task.id)


def _tag(connection: Connection, task: Task, outcome: Outcome, at: datetime) -> None:
    """Needs become tags; those the customer has already stay as they are."""
    needs = [one for one in outcomes().needs if one.tag]
    wanted = labels(needs, (one.id for one in needs if one.id in outcome.needs))
    there = set(connection.execute(select(TAGS.c.tag).where(
        TAGS.c.customer_id == task.customer_id, TAGS.c.removed_at.is_(None))).scalars())
    fresh = [{"customer_id": task.customer_id, "tag": tag, "created_at": at, "task_id": task.id}
             for tag in wanted if tag not in there]
    if fresh:
        connection.execute(insert(TAGS), fresh)


def _refuse(connection: Connection, task: Task, at: datetime) -> None:
    """The customer is not to be contacted: nothing of his stays open, under no id of his."""
    connection.execute(insert(REFUSALS), {
        "customer_id": task.customer_id, "task_id": task.id, "refused_at": at})
    renamed = resolved(connection)
    mine = renamed.get(task.customer_id, task.customer_id)
    ids = [mine, *(one for one, now in renamed.items() if now == mine)]
    connection.execute(
        update(TASKS).where(TASKS.c.customer_id.in_(ids), TASKS.c.status.in_(OPEN))
        .values(status=TaskStatus.WITHDRAWN, closing=Closing.REFUSED, closed_at=at,
                closed_by=task.id))


def _reopen(connection: Connection, task: Task) -> None:
    """Make a task open again, and undo what its result had done."""
    if task.is_open:
        return
    connection.execute(delete(TASKS).where(
        TASKS.c.follows == task.id, TASKS.c.status == TaskStatus.PLANNED,
        TASKS.c.sheet_number.is_(None)))
    gone_on = select(TASKS.c.id).where(TASKS.c.follows == task.id)
    if _same_open(connection, task) or connection.execute(gone_on).first():
        raise StoreError("store.task_replaced")
    for table in (REFUSALS, TAGS):
        connection.execute(delete(table).where(table.c.task_id == task.id))
    change_task(
        connection, task.id, status=_open_status(task), result=None, result_note="",
        next_date=None, needs=[], fund_plan="", products=[], amount=None, closed_at=None,
        closing=Closing.NONE, closed_by=None)
    withdrawn = select(TASKS).where(
        TASKS.c.closed_by == task.id, TASKS.c.status == TaskStatus.WITHDRAWN)
    for other in [task_of(row) for row in connection.execute(withdrawn)]:
        if not _same_open(connection, other):
            _reopen(connection, other)


def _open_status(task: Task) -> TaskStatus:
    return TaskStatus.PRINTED if task.sheet_number else TaskStatus.PLANNED


def _same_open(connection: Connection, task: Task) -> bool:
    """Whether another task of the same customer and action is open."""
    return connection.execute(select(TASKS.c.id).where(
        TASKS.c.customer_id == task.customer_id, TASKS.c.action_id == task.action_id,
        TASKS.c.status.in_(OPEN), TASKS.c.id != task.id)).first() is not None
