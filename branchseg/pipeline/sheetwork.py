"""From results to task sheets: who is worth a visit today, and the sheets for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from branchseg import sheets
from branchseg.model.results import Status
from branchseg.pipeline.views import customer, explain_many

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from branchseg.model.results import Assessment, Observation
    from branchseg.pipeline.story import RunResult


@dataclass(frozen=True, slots=True)
class Task:
    """One sheet to write: the customer's row position and the sheet's number.

    `action_id`, `due` (planned for) and `latest` (the last day) are those of a task planned
    before: the sheet keeps them, as long as the action still is one of the customer's. Without
    them the best action is taken as it is, with the last day the rules give it now.
    `officer` is who was chosen to do it: named beside the role, and in what is said.
    `first_printed` is the day the sheet was printed before, None for one that was not.
    """

    position: int
    number: str
    action_id: str = ""
    due: date | None = None
    officer: str = ""
    latest: date | None = None
    first_printed: date | None = None


def work_list(result: RunResult, limit: int | None = None) -> list[int]:
    """Row positions of the customers with something to do, most urgent first.

    Ties go to the customer with more assets, then to the order of the list. Customers who
    asked not to be contacted only appear if a service reminder is due; invalid customers are
    put aside and never appear.
    """
    frame = result.results[["status", "next_action", "priority", "aum"]].reset_index(drop=True)
    due = frame[frame["next_action"].notna() & (frame["status"] != Status.INVALID)]
    ordered = due.sort_values(["priority", "aum"], ascending=False, kind="stable")
    return [int(position) for position in ordered.index[:limit]]


def task_sheets(result: RunResult, tasks: Sequence[Task], job: sheets.PrintJob,
                observations: Sequence[Observation] = ()) -> Iterator[sheets.TaskSheet]:
    """The sheets of the tasks, one after another: thousands need no more memory than one.

    Rules run once per hundred customers, so that a long job starts printing at once.
    """
    for start in range(0, len(tasks), _CHUNK):
        chunk = tasks[start : start + _CHUNK]
        asked = [(task.position, task.action_id) for task in chunk
                 if task.action_id in result.ruleset.actions.on_request]
        assessments = explain_many(result, [task.position for task in chunk], observations,
                                   asked=asked)
        pages = zip(range(start + 1, start + 1 + len(chunk)), chunk, assessments, strict=True)
        for page, task, assessment in pages:
            yield task_sheet(result, assessment, task, job, (page, len(tasks)))


def task_sheet(result: RunResult, assessment: Assessment, task: Task, job: sheets.PrintJob,
               page_of: tuple[int, int] = (1, 1)) -> sheets.TaskSheet:
    """The sheet of one customer whose assessment is known already."""
    return sheets.compose(_about(assessment, task), customer(result, task.position), job,
                          task.number, page_of, task.officer, task.first_printed)


def _about(assessment: Assessment, task: Task) -> Assessment:
    """The assessment with the task's action first, planned for the task's day."""
    ordered = sorted(assessment.advice, key=lambda one: one.action_id != task.action_id)
    if ordered and task.due is not None and task.action_id in ("", ordered[0].action_id):
        ordered[0] = replace(ordered[0], planned=task.due, due=task.latest or ordered[0].due)
    return replace(assessment, advice=tuple(ordered))


_CHUNK = 100
