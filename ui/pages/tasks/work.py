"""What the task sheets need of the worker: who is worth a visit, why, numbers, paper.

Loads pandas through the pipeline; nothing here touches a widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from branchseg import pipeline, rules, sheets
from branchseg.model.results import ActionKind
from branchseg.sheets import workbook
from branchseg.store.records import NewTask, TaskStatus

from ... import printing
from ...row_model import arrays
from .columns import NEW, PLANNED, PRINTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from branchseg.model.results import Assessment
    from branchseg.pipeline import RunResult
    from branchseg.progress import Reporter
    from branchseg.settings import Settings
    from branchseg.sheets import Page, PrintJob, TaskSheet
    from branchseg.store.records import Task
    from branchseg.store.vault import Vault

SOON_DAYS = 7
_OF_RESULTS = ("tier", "status", "next_action", "priority", "near_tier")
_OF_LIST = ("name", "manager")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer worth a visit: row position, and the task it would be or is already.

    `number` is that of a sheet printed before, else "".
    """

    position: int
    task: NewTask
    number: str = ""

    def sheet(self, number: str) -> pipeline.Task:
        """The sheet to write."""
        return pipeline.Task(self.position, self.number or number, self.task.action_id,
                             self.task.due)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everybody worth a visit, most urgent first; `data` holds a table column per key.

    `rows` finds a customer's row. `settled` counts who was left out because what came of the
    same action is known already. `next_number` is the first free sheet number of `day`.
    """

    result: RunResult
    labels: dict[str, dict[str, str]]
    day: date
    people: tuple[Candidate, ...]
    rows: Mapping[str, int]
    data: Mapping[str, Any]
    choices: Mapping[str, Mapping[str, str]]
    settled: int
    next_number: str


@dataclass(frozen=True, slots=True)
class PrintRun:
    """Who gets a sheet, with which number; the pages, where they are kept in memory."""

    people: tuple[Candidate, ...]
    numbers: tuple[str, ...]
    pages: tuple[Page, ...] = ()


def now() -> datetime:
    """The moment with its time zone; the core never asks the clock."""
    return datetime.now().astimezone()


def print_job(result: RunResult, settings: Settings, moment: datetime) -> PrintJob:
    """What all sheets of one run have in common."""
    return sheets.PrintJob(settings.branch_name, settings.operator, moment,
                           result.table.as_of, result.ruleset.id)


# --- candidates ---


def candidates_of(result: RunResult, vault: Vault, day: date) -> Candidates:
    """Who is worth a visit on `day` (0.4 s for 10,000 customers)."""
    tasks = vault.tasks()
    proposed = propose(result, day)
    settled = settled_actions(tasks, result.table.as_of, day)
    open_now = open_tasks(tasks)
    people = [known_as(one, open_now) for one in proposed
              if (one.task.customer_id, one.task.action_id) not in settled]
    labels = pipeline.labels(result.ruleset)
    data = _columns(result, people, open_now, labels, day)
    return Candidates(
        result, labels, day, tuple(people),
        {one.task.customer_id: row for row, one in enumerate(people)}, data,
        _choices(data, labels), len(proposed) - len(people),
        vault.next_sheet_numbers(day, 1)[0])


def propose(result: RunResult, day: date, limit: int | None = None) -> list[Candidate]:
    """The work list as tasks, never due before `day`; refusals never meet marketing."""
    positions = pipeline.work_list(result)
    frame, results, ruleset = result.table.frame, result.results, result.ruleset
    kinds = {action.key: action.kind for action in ruleset.actions.actions}
    managers = frame["manager"] if "manager" in frame else results["next_action"].map({})
    columns = (frame["customer_id"], managers, *(results[key] for key in (
        "next_action", "tier", "due_days", "priority", "do_not_contact")))
    found: list[Candidate] = []
    for position, customer_id, manager, action, tier, days, priority, refused in zip(
            positions, *(column.iloc[positions].tolist() for column in columns), strict=True):
        if refused and kinds[action] is ActionKind.MARKETING:
            continue
        due = max(result.table.as_of + timedelta(days=int(days)), day)
        owner = ruleset.owner(action, tier if isinstance(tier, str) else None)
        found.append(Candidate(position, NewTask(
            customer_id, action, ruleset.label("next_action", action), owner,
            manager if isinstance(manager, str) else "", due, priority, ruleset.id)))
        if len(found) == limit:
            break
    return found


def settled_actions(tasks: Iterable[Task], as_of: date, day: date) -> set[tuple[str, str]]:
    """(customer, action) whose result the lists cannot know of yet.

    A newer list decides anew, and so does the day agreed upon with the customer.
    """
    found: set[tuple[str, str]] = set()
    for task in tasks:
        if task.closed_at is None or task.closed_at.astimezone().date() < as_of:
            continue
        if task.next_date is None or task.next_date > day:
            found.add((task.customer_id, task.action_id))
    return found


def open_tasks(tasks: Iterable[Task]) -> dict[tuple[str, str], Task]:
    """The tasks without a result, by customer and action."""
    return {(task.customer_id, task.action_id): task for task in tasks
            if task.status is not TaskStatus.DONE}


def known_as(one: Candidate, open_now: Mapping[tuple[str, str], Task]) -> Candidate:
    """The candidate with day and number of the open task there is already, if any."""
    task = open_now.get((one.task.customer_id, one.task.action_id))
    if task is None:
        return one
    kept = NewTask(task.customer_id, task.action_id, task.theme, task.owner_role, task.officer,
                   task.due, task.priority, task.ruleset_id, task.batch_id)
    return Candidate(one.position, kept, task.sheet_number or "")


def _columns(result: RunResult, people: Sequence[Candidate],
             open_now: Mapping[tuple[str, str], Task], labels: dict[str, dict[str, str]],
             day: date) -> dict[str, Any]:
    """The table's columns; reasons come later, because they take time."""
    positions = [one.position for one in people]
    frame, results = result.table.frame.iloc[positions], result.results.iloc[positions]
    shown = results.assign(
        next_action=results["next_action"].map(labels["next_action"]),
        why=[None for _ in people], owner=[one.task.owner_role for one in people],
        due=[one.task.due for one in people],
        sheet=[_sheet_state(one, open_now) for one in people],
        maturing=_maturing(frame, day))
    own = arrays(shown, (*_OF_RESULTS, "why", "owner", "due", "sheet", "maturing"))
    return own | arrays(frame, _OF_LIST)


def _sheet_state(one: Candidate, open_now: Mapping[tuple[str, str], Task]) -> str:
    if one.number:
        return PRINTED
    return PLANNED if (one.task.customer_id, one.task.action_id) in open_now else NEW


def _maturing(frame: Any, day: date) -> Any:
    """Whether something matures within SOON_DAYS; unknown is no."""
    if "maturity_date" not in frame:
        return [False] * len(frame)
    days = frame["maturity_date"]
    return days.between(f"{day}", f"{day + timedelta(days=SOON_DAYS)}").to_numpy(dtype=bool)


def _choices(data: Mapping[str, Any],
             labels: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The entries of the filters: what there is, in its order."""
    def there(key: str) -> list[str]:
        found = set(data[key].tolist()) if key in data else set()
        return sorted(one for one in found if one is not None)

    tiers = set(there("tier"))
    actions = set(there("next_action"))
    return {
        "owner": {one: one for one in there("owner")},
        "next_action": {word: word for word in labels["next_action"].values()
                        if word in actions},
        "tier": {key: word for key, word in labels["tier"].items() if key in tiers},
        "manager": {one: one for one in there("manager")},
    }


def explained(result: RunResult, vault: Vault,
              positions: Sequence[int]) -> dict[int, Assessment]:
    """What the rules say of these customers; a hundred take hardly longer than one."""
    found = rules.explain_many(result.table.frame, positions, result.ruleset,
                               result.table.as_of, vault.observations())
    return dict(zip(positions, found, strict=True))


def reason_of(assessment: Assessment, action_id: str) -> str:
    """Why the customer is to be met, in the words of the rules; "" if the action is gone."""
    found = (one.why for one in assessment.advice if one.action_id == action_id)
    return next(found, "")


# --- paper ---


def numbered(vault: Vault, people: Sequence[Candidate], day: date) -> PrintRun:
    """The people with their numbers: those printed before keep theirs, the others get the next.

    Nothing is taken yet: `keep_printed` does that once there is paper.
    """
    open_now = open_tasks(vault.tasks())
    fresh = [known_as(one, open_now) for one in people]
    free = iter(vault.next_sheet_numbers(day, len(fresh)))
    return PrintRun(tuple(fresh), tuple(one.number or next(free) for one in fresh))


def sheets_of(result: RunResult, vault: Vault, run: PrintRun,
              job: PrintJob) -> Iterator[TaskSheet]:
    """The sheets of a run, one after another."""
    tasks = [one.sheet(number) for one, number in zip(run.people, run.numbers, strict=True)]
    return pipeline.task_sheets(result, tasks, job, vault.observations())


def compose(result: RunResult, vault: Vault, people: Sequence[Candidate], job: PrintJob,
            reporter: Reporter) -> PrintRun:
    """All pages in memory, for the preview of the printer. Raises Cancelled."""
    run = numbered(vault, people, job.printed_at.date())
    pages: list[Page] = []
    for place, sheet in enumerate(sheets_of(result, vault, run, job)):
        reporter.step("正在排版任务单", place / len(people))
        pages += sheets.task_pages(sheet)
    return PrintRun(run.people, run.numbers, tuple(pages))


def save_pdf(result: RunResult, vault: Vault, people: Sequence[Candidate], path: Path,
             job: PrintJob, reporter: Reporter) -> PrintRun:
    """Write the sheets as PDF, then keep their numbers.

    Raises InputError if the file cannot be written, Cancelled; nothing is kept then.
    """
    run = numbered(vault, people, job.printed_at.date())
    pages = (page for sheet in sheets_of(result, vault, run, job)
             for page in sheets.task_pages(sheet))
    printing.write_pdf(pages, path, reporter, total=len(people))
    return keep_printed(vault, run, job.printed_at)


def keep_printed(vault: Vault, run: PrintRun, moment: datetime) -> PrintRun:
    """Plan the tasks whose sheets are on paper now, and give them their numbers."""
    tasks = vault.create_tasks([one.task for one in run.people], created_at=moment)
    vault.mark_printed(dict(zip((task.id for task in tasks), run.numbers, strict=True)),
                       printed_at=moment)
    return run


def export_list(result: RunResult, vault: Vault, people: Sequence[Candidate], path: Path,
                job: PrintJob, reporter: Reporter) -> int:
    """Write the tasks as a list, one a row; sheets not printed yet have no number.

    Raises InputError if the file cannot be written, Cancelled.
    """
    run = PrintRun(tuple(people), tuple(one.number for one in people))
    return workbook.write_task_list(path, sheets_of(result, vault, run, job), job,
                                    reporter=reporter)


def preview_page(view: Candidates, row: int, assessment: Assessment, job: PrintJob) -> Page:
    """The sheet of one candidate, as it would be printed alone (some milliseconds)."""
    task = view.people[row].sheet(view.next_number)
    return sheets.task_pages(pipeline.task_sheet(view.result, assessment, task, job))[0]

