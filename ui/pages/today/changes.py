"""Tasks planned, closed and opened again in the worker; each change can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from branchseg.model.outcomes import outcomes
from branchseg.store.records import Closing

from ..tasks.work import (
    Candidate,
)

if TYPE_CHECKING:

    from branchseg.store.records import Outcome, Task
    from branchseg.store.vault import Vault




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
