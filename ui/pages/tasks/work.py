"""What the task sheets need of the worker: who is worth a visit, why, numbers, paper.

Loads pandas through the pipeline; nothing here touches a widget.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from branchseg import pipeline, sheets
from branchseg.pipeline.followup import NOTHING
from branchseg.sheets import workbook
from branchseg.store.records import NewTask

from ... import printing
from ...row_model import arrays
from .columns import NEW, PLANNED, PRINTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from branchseg.model.results import Assessment
    from branchseg.pipeline import RunResult
    from branchseg.progress import Reporter
    from branchseg.rules import Asked
    from branchseg.settings import Settings
    from branchseg.sheets import Page, PrintJob, TaskSheet
    from branchseg.store.records import Task
    from branchseg.store.vault import Vault

    from ...session import SheetsAbout

SOON_DAYS = 7
_OF_RESULTS = ("tier", "status", "next_action", "priority", "near_tier")
_OF_LIST = ("name",)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer worth a visit: row position, and the task it would be or is already.

    `planned`: the task is open already; `number` is that of a sheet printed before, first on the
    day `first_printed`, else "".
    `officer` is who answers for it instead of the relationship manager of the list, if anybody.
    `asked`: somebody wants a sheet about this action, though another one comes first. `crowded`:
    no day before its event has room for it.
    """

    position: int
    task: NewTask
    number: str = ""
    planned: bool = False
    officer: str = ""
    asked: bool = False
    crowded: bool = False
    first_printed: date | None = None

    def sheet(self, number: str) -> pipeline.Task:
        """The sheet to write."""
        return pipeline.Task(self.position, self.number or number, self.task.action_id,
                             self.task.due, self.officer, self.task.deadline,
                             self.first_printed)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everybody worth a visit, most urgent first; `data` holds a table column per key.

    `rows` finds a customer's row. `paused` counts who was left out, by why the action is not asked
    for today. `next_number` is the first free sheet number of `day`.
    """

    result: RunResult
    labels: dict[str, dict[str, str]]
    day: date
    people: tuple[Candidate, ...]
    rows: Mapping[str, int]
    data: Mapping[str, Any]
    choices: Mapping[str, Mapping[str, str]]
    paused: Mapping[str, int]
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


def candidates_of(result: RunResult, vault: Vault, day: date,
                  about: SheetsAbout | None = None) -> Candidates:
    """Who is worth a visit on `day` (0.4 s for 10,000 customers), and `about` what."""
    tasks = vault.tasks()
    past = pipeline.past_of(result, tasks, day)
    open_now = open_tasks(tasks)
    people = propose(result, open_now.values(), past)
    if about is not None:
        people = _asked(people, result, vault, about, past)
    people = known_as(people, open_now.values(), result, vault)
    actions = zip(result.table.frame["customer_id"], result.results["next_action"], strict=True)
    paused = Counter(past.paused[pair].value for pair in past.paused.keys() & set(actions))
    labels = pipeline.labels(result.ruleset)
    data = _columns(result, people)
    return Candidates(
        result, labels, day, tuple(people),
        {one.task.customer_id: row for row, one in enumerate(people)}, data,
        _choices(data, labels), paused,
        vault.next_sheet_numbers(day, 1)[0])


def propose(result: RunResult, open_now: Iterable[Task] = (),
            past: pipeline.Past = NOTHING) -> list[Candidate]:
    """The day plan as tasks; see `pipeline.day_plan`."""
    themes, ruleset_id = result.ruleset.actions.labels, result.ruleset.id
    return [Candidate(one.position, NewTask(
        one.customer_id, one.action_id, themes[one.action_id], one.owner, one.officer, one.due,
        one.priority, ruleset_id, latest=one.latest), crowded=one.crowded)
        for one in pipeline.day_plan(result, open_now, past)]


def _asked(people: Sequence[Candidate], result: RunResult, vault: Vault, about: SheetsAbout,
           past: pipeline.Past) -> list[Candidate]:
    """The candidates, those asked for with the best advised of the actions they are to be about.

    Where the rules advise none, with one done on request, if he passes its gates. It keeps the
    day planned for what comes first. Whose next action only waits for its turn is asked, too.
    """
    first = {one.position: one for one in people}
    ids, found = result.table.frame["customer_id"], {}
    requests = sorted(about.actions & result.ruleset.actions.on_request)
    for place in ids.isin(about.ids).to_numpy().nonzero()[0].tolist():
        fitting = [key for key in (*actions_of(result, place), *requests)
                   if key in about.actions and (ids.iat[place], key) not in past.paused]
        waits = past.paused.get((ids.iat[place], result.results["next_action"].iat[place]))
        if fitting and (place in first or waits is pipeline.Pause.CADENCE):
            found[place] = fitting[0]
    said = pipeline.ask(result, found.items(), vault.observations())
    about_it = {place: _about(first.get(place) or _candidate(result, place, key, asked), key,
                              asked) for (place, key), asked in said.items()}
    return [*(about_it.pop(one.position, one) for one in people), *about_it.values()]


def _candidate(result: RunResult, place: int, action_id: str, asked: Asked) -> Candidate:
    """Somebody whom the day plan has not."""
    listed = result.table.frame.iloc[place]
    officer = listed.get("manager")
    return Candidate(place, NewTask(
        listed["customer_id"], action_id, asked.theme, asked.owner,
        officer if isinstance(officer, str) else "", asked.due, asked.priority,
        result.ruleset.id, latest=asked.due))


def _about(one: Candidate, action_id: str, asked: Asked) -> Candidate:
    """A candidate with another action than the first."""
    if action_id == one.task.action_id:
        return one
    task = replace(one.task, action_id=action_id, theme=asked.theme, owner_role=asked.owner,
                   due=min(one.task.due, asked.due), priority=asked.priority, latest=asked.due)
    return replace(one, task=task, asked=True)


def actions_of(result: RunResult, position: int) -> list[str]:
    """What the rules advise for a customer, best first; nothing for a position of -1."""
    found = result.results["actions"].iat[position] if position >= 0 else None
    return found.split(";") if isinstance(found, str) else []


def open_tasks(tasks: Iterable[Task]) -> dict[tuple[str, str], Task]:
    """The tasks without a result, by customer and action."""
    return {(task.customer_id, task.action_id): task for task in tasks
            if task.is_open}


def known_as(people: Sequence[Candidate], open_now: Iterable[Task],
             result: RunResult, vault: Vault) -> list[Candidate]:
    """The candidates, each as the open task he has already, if any.

    A sheet that is out for an action the rules still advise, or would on request, stands for the
    customer, even if another action comes first by now: nobody gets two sheets.
    """
    theirs: dict[str, list[Task]] = {}
    for task in open_now:
        theirs.setdefault(task.customer_id, []).append(task)
    still = requested(result, vault, (task for tasks in theirs.values() for task in tasks))
    return [_as_open(one, theirs[one.task.customer_id],
                     [*actions_of(result, one.position), *still.get(one.task.customer_id, ())])
            if one.task.customer_id in theirs else one for one in people]


def requested(result: RunResult, vault: Vault,
              tasks: Iterable[Task]) -> dict[str, set[str]]:
    """The actions of tasks that are done on request and no gate stops, by customer."""
    asked: dict[str, set[str]] = {}
    for task in tasks:
        if task.action_id in result.ruleset.actions.on_request:
            asked.setdefault(task.customer_id, set()).add(task.action_id)
    ids = result.table.frame["customer_id"]
    pairs = [(place, key) for place in ids.isin(asked).to_numpy().nonzero()[0].tolist()
             for key in asked[ids.iat[place]]]
    found: dict[str, set[str]] = {}
    for place, key in pipeline.ask(result, pairs, vault.observations()):
        found.setdefault(ids.iat[place], set()).add(key)
    return found


def _as_open(one: Candidate, theirs: Sequence[Task], advised: Sequence[str]) -> Candidate:
    """One candidate as his open task: on paper first, then by the rules' order."""
    fitting = [task for task in theirs if task.action_id in (*advised, one.task.action_id)
               and (not one.asked or task.sheet_number or task.action_id == one.task.action_id)]
    if not fitting:
        return one
    task = min(fitting, key=lambda task: (
        task.sheet_number is None, task.action_id != one.task.action_id, task.due))
    kept = NewTask(task.customer_id, task.action_id, task.theme, task.owner_role, task.officer,
                   task.due, task.priority, task.ruleset_id, task.batch_id, task.latest)
    assigned = task.officer if task.officer != one.task.officer else ""
    return Candidate(one.position, kept, task.sheet_number or "", planned=True,
                     officer=one.officer or assigned, first_printed=first_printed(task))


def first_printed(task: Task) -> date | None:
    """The day a task's sheet was printed first; None if it was not."""
    return task.first_printed_at.astimezone().date() if task.first_printed_at else None


def _columns(result: RunResult, people: Sequence[Candidate]) -> dict[str, Any]:
    """The table's columns; reasons come later, because they take time."""
    positions = [one.position for one in people]
    frame, results = result.table.frame.iloc[positions], result.results.iloc[positions]
    shown = results.assign(
        next_action=[one.task.theme for one in people],
        manager=[one.officer or one.task.officer or None for one in people],
        why=[None for _ in people], owner=[one.task.owner_role for one in people],
        due=[one.task.due for one in people], latest=[one.task.deadline for one in people],
        sheet=[_sheet_state(one) for one in people],
        maturing=results["days_to_maturity"].between(0, SOON_DAYS))
    own = arrays(shown, (*_OF_RESULTS, "why", "owner", "manager", "due", "latest", "sheet",
                         "maturing"))
    return own | arrays(frame, _OF_LIST)


def _sheet_state(one: Candidate) -> str:
    if one.number:
        return PRINTED
    return PLANNED if one.planned else NEW


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
              about: Iterable[tuple[int, str]]) -> dict[int, Assessment]:
    """What the rules say of customers, by position; a hundred take hardly longer than one.

    With each stands the action his sheet is about: it is looked at too, if it is done on request.
    """
    pairs, requests = list(about), result.ruleset.actions.on_request
    positions = list(dict.fromkeys(position for position, _ in pairs))
    found = pipeline.explain_many(result, positions, vault.observations(),
                                  asked=[pair for pair in pairs if pair[1] in requests])
    return dict(zip(positions, found, strict=True)) if positions else {}


def reason_of(assessment: Assessment, action_id: str) -> str:
    """Why the customer is to be met, in the words of the rules; "" if the action is gone."""
    found = (one.why for one in assessment.advice if one.action_id == action_id)
    return next(found, "")


# --- paper ---


def numbered(result: RunResult, vault: Vault, people: Sequence[Candidate],
             day: date) -> PrintRun:
    """The people with their numbers: those printed before keep theirs, the others get the next.

    Nothing is taken yet: `keep_printed` does that once there is paper.
    """
    fresh = known_as(people, open_tasks(vault.tasks()).values(), result, vault)
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
    run = numbered(result, vault, people, job.printed_at.date())
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
    run = numbered(result, vault, people, job.printed_at.date())
    pages = (page for sheet in sheets_of(result, vault, run, job)
             for page in sheets.task_pages(sheet))
    printing.write_pdf(pages, path, reporter, total=len(people))
    return keep_printed(vault, run, job.printed_at)


def keep_printed(vault: Vault, run: PrintRun, moment: datetime) -> PrintRun:
    """Plan the tasks whose sheets are on paper now, and give them their numbers."""
    tasks = vault.create_tasks([one.task for one in run.people], created_at=moment)
    vault.mark_printed(dict(zip((task.id for task in tasks), run.numbers, strict=True)),
                       printed_at=moment)
    chosen: dict[str, list[int]] = {}
    for one, task in zip(run.people, tasks, strict=True):
        if one.officer and one.officer != task.officer:
            chosen.setdefault(one.officer, []).append(task.id)
    for officer, ids in chosen.items():
        vault.assign_tasks(ids, officer)
    return run


def export_list(result: RunResult, vault: Vault, people: Sequence[Candidate], path: Path,
                job: PrintJob, reporter: Reporter) -> PrintRun:
    """Write the tasks as a list, one a row, to be filled in and read back; keeps the numbers.

    Raises InputError if the file cannot be written, Cancelled; nothing is kept then.
    """
    run = numbered(result, vault, people, job.printed_at.date())
    workbook.write_task_list(path, sheets_of(result, vault, run, job), job, reporter=reporter)
    return keep_printed(vault, run, job.printed_at)


def preview_page(view: Candidates, row: int, assessment: Assessment, job: PrintJob) -> Page:
    """The sheet of one candidate, as it would be printed alone (some milliseconds)."""
    task = view.people[row].sheet(view.next_number)
    return sheets.task_pages(pipeline.task_sheet(view.result, assessment, task, job))[0]

