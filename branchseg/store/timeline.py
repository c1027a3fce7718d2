"""A customer's history in one list, out of everything the vault knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from branchseg.messages import text
from branchseg.model.outcomes import labels, outcomes
from branchseg.store.db import Database
from branchseg.store.records import EventKind, Outcome, TimelineEntry
from branchseg.store.schema import (
    BATCHES,
    CUSTOMERS,
    NOTES,
    OBSERVATIONS,
    TAGS,
    TASKS,
    WALK_INS,
)
from branchseg.store.tasks import task_of

if TYPE_CHECKING:
    from collections.abc import Iterator


class Timeline(Database):
    """The part of the vault that tells a customer's history."""

    def timeline(self, customer_id: str) -> list[TimelineEntry]:
        """All events of a customer, the newest first; undone imports are left out."""
        with self._begin() as connection:
            entries = [entry for source in _SOURCES for entry in source(connection, customer_id)]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _imports(connection: Connection, customer_id: str) -> Iterator[TimelineEntry]:
    query = select(BATCHES.c.imported_at, BATCHES.c.as_of).join(CUSTOMERS).where(
        CUSTOMERS.c.customer_id == customer_id, BATCHES.c.undone_at.is_(None))
    for row in connection.execute(query):
        yield TimelineEntry(row.imported_at, EventKind.BATCH,
                            text("store.event.batch", as_of=row.as_of))


def _walk_in(connection: Connection, customer_id: str) -> Iterator[TimelineEntry]:
    query = select(WALK_INS.c.created_at).where(WALK_INS.c.customer_id == customer_id)
    for at in connection.execute(query).scalars():
        yield TimelineEntry(at, EventKind.WALK_IN, text("store.event.walk_in"))


def _observations(connection: Connection, customer_id: str) -> Iterator[TimelineEntry]:
    query = select(OBSERVATIONS).where(OBSERVATIONS.c.customer_id == customer_id)
    for row in connection.execute(query):
        yield TimelineEntry(row.created_at, EventKind.OBSERVATION, text(
            "store.event.observation", count=len(row.items), place=row.place,
            observer=row.observer))


def _notes(connection: Connection, customer_id: str) -> Iterator[TimelineEntry]:
    for row in connection.execute(select(NOTES).where(NOTES.c.customer_id == customer_id)):
        yield TimelineEntry(row.created_at, EventKind.NOTE, row.text)


def _tags(connection: Connection, customer_id: str) -> Iterator[TimelineEntry]:
    for row in connection.execute(select(TAGS).where(TAGS.c.customer_id == customer_id)):
        yield TimelineEntry(row.created_at, EventKind.TAG,
                            text("store.event.tag_set", tag=row.tag))
        if row.removed_at is not None:
            yield TimelineEntry(row.removed_at, EventKind.TAG,
                                text("store.event.tag_removed", tag=row.tag))


def _tasks(connection: Connection, customer_id: str) -> Iterator[TimelineEntry]:
    query = select(TASKS).where(TASKS.c.customer_id == customer_id)
    for task in map(task_of, connection.execute(query)):
        closed = ("store.event.task_done" if task.outcome
                  else f"store.event.task_withdrawn_{task.closing}")
        steps = (
            (task.created_at, "store.event.task_planned"),
            (task.printed_at, "store.event.task_printed"),
            (task.closed_at, closed),
        )
        for at, code in steps:
            if at is not None:
                yield TimelineEntry(at, EventKind.TASK, text(
                    code, theme=task.theme, number=task.sheet_number, due=task.due,
                    latest=task.deadline,
                    result=_result(task.outcome), details=_details(task.outcome)))


def _result(outcome: Outcome | None) -> str:
    """A result as the task sheet words it: "3 已约"."""
    return "" if outcome is None else f"{outcome.result} {outcomes().result(outcome.result).label}"


def _details(outcome: Outcome | None) -> str:
    """What else was registered, each after a "；"."""
    if outcome is None:
        return ""
    table = outcomes()
    amount = outcome.amount
    sold = "" if amount is None else text("store.event.amount", amount=amount / 1e4)
    found = {
        "needs": "、".join(labels(table.needs, outcome.needs)),
        "funds": "".join(labels(table.fund_plans, filter(None, [outcome.fund_plan]))),
        "products": "、".join(labels(table.products, outcome.products)) + sold,
        "next": f"{outcome.next_date:%m-%d}" if outcome.next_date else "",
        "note": outcome.note,
    }
    return "".join(text(f"store.event.detail_{key}", value=value)
                   for key, value in found.items() if value)


_SOURCES = (_imports, _walk_in, _observations, _notes, _tags, _tasks)
