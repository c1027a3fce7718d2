"""From results to task sheets: who is worth a visit today, and the sheets for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg import rules, sheets
from branchseg.pipeline.views import customer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchseg.model.results import Observation
    from branchseg.pipeline.story import RunResult


@dataclass(frozen=True, slots=True)
class Task:
    """One sheet to write: the customer's row position and the sheet's number."""

    position: int
    number: str


def work_list(result: RunResult, limit: int | None = None) -> list[int]:
    """Row positions of the customers with something to do, most urgent first.

    Ties go to the customer with more assets, then to the order of the list. Customers who
    asked not to be contacted only appear if a service reminder is due.
    """
    frame = result.results[["next_action", "priority", "aum"]].reset_index(drop=True)
    due = frame[frame["next_action"].notna()]
    ordered = due.sort_values(["priority", "aum"], ascending=False, kind="stable")
    return [int(position) for position in ordered.index[:limit]]


def task_sheets(result: RunResult, tasks: Sequence[Task], job: sheets.PrintJob,
                observations: Sequence[Observation] = ()) -> Iterator[sheets.TaskSheet]:
    """The sheets of the tasks, one after another: thousands need no more memory than one.

    Rules run once per hundred customers, so that a long job starts printing at once.
    """
    for start in range(0, len(tasks), _CHUNK):
        chunk = tasks[start : start + _CHUNK]
        assessments = rules.explain_many(
            result.table.frame, [task.position for task in chunk], result.ruleset,
            result.table.as_of, observations)
        pages = zip(range(start + 1, start + 1 + len(chunk)), chunk, assessments, strict=True)
        for page, task, assessment in pages:
            yield sheets.compose(assessment, customer(result, task.position), job, task.number,
                                 (page, len(tasks)))


_CHUNK = 100
