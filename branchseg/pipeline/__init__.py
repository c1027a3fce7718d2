"""The way of the data, as one story for window and command line, so that they never disagree."""

from branchseg.pipeline.sheetwork import Task, task_sheet, task_sheets, work_list
from branchseg.pipeline.story import (
    ListSource,
    Prepared,
    RunResult,
    assess,
    evaluate,
    prepare,
    read_lists,
    reassess,
)
from branchseg.pipeline.views import (
    counts,
    customer,
    explain,
    explain_newcomer,
    labels,
    summary,
)

__all__ = [
    "ListSource",
    "Prepared",
    "RunResult",
    "Task",
    "assess",
    "counts",
    "customer",
    "evaluate",
    "explain",
    "explain_newcomer",
    "labels",
    "prepare",
    "read_lists",
    "reassess",
    "summary",
    "task_sheet",
    "task_sheets",
    "work_list",
]
