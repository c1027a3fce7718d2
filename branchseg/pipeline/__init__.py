"""The way of the data, as one story for window and command line, so that they never disagree."""

from branchseg.pipeline.dayplan import Proposal, day_plan, free_day, working_day_from
from branchseg.pipeline.followup import Past, Pause, is_waiting, past_of
from branchseg.pipeline.listnames import short_names
from branchseg.pipeline.losses import Losses, losses
from branchseg.pipeline.matured import Matured, matured
from branchseg.pipeline.quality import completeness, findings, quality_report, saved
from branchseg.pipeline.recipes import Recalled, profiles, recall, recipes
from branchseg.pipeline.returns import Returned, ReturnedRow, read_returns
from branchseg.pipeline.sheetwork import Task, task_sheet, task_sheets, work_list
from branchseg.pipeline.story import (
    ListSource,
    Prepared,
    RunResult,
    evaluate,
    prepare,
    read_lists,
    reassess,
    told_apart,
)
from branchseg.pipeline.views import (
    ask,
    counts,
    customer,
    explain,
    explain_many,
    explain_newcomer,
    labels,
    left_behind,
    list_age,
    loss_risk,
    summary,
)

__all__ = [
    "ListSource",
    "Losses",
    "Matured",
    "Past",
    "Pause",
    "Prepared",
    "Proposal",
    "Recalled",
    "Returned",
    "ReturnedRow",
    "RunResult",
    "Task",
    "ask",
    "completeness",
    "counts",
    "customer",
    "day_plan",
    "evaluate",
    "explain",
    "explain_many",
    "explain_newcomer",
    "findings",
    "free_day",
    "is_waiting",
    "labels",
    "left_behind",
    "list_age",
    "loss_risk",
    "losses",
    "matured",
    "past_of",
    "prepare",
    "profiles",
    "quality_report",
    "read_lists",
    "read_returns",
    "reassess",
    "recall",
    "recipes",
    "saved",
    "short_names",
    "summary",
    "task_sheet",
    "task_sheets",
    "told_apart",
    "work_list",
    "working_day_from",
]
