"""Whose turn is when: the work list spread over working days, as much as a day can take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from branchseg.model.results import ActionKind
from branchseg.pipeline.followup import NOTHING, Past, Pause
from branchseg.pipeline.sheetwork import work_list
from branchseg.rules.actions import BY_TIER, EVENTS
from branchseg.rules.planning import due_working_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchseg.model.results import Advice
    from branchseg.pipeline.story import RunResult
    from branchseg.rules import RuleSet
    from branchseg.rules.actions import ActionRule
    from branchseg.store.records import Task

_FRIDAY = 4
Queue = tuple[str, str, str]
"""Whose time is taken, and by what: (owner, officer, effort)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do for one customer: row position, action, who does it, and on which day.

    `due` is the day it is planned for, `latest` the last day by the rules. `crowded`: it is bound
    to an event to come, and no day before it has room; it takes none then.
    """

    position: int
    customer_id: str
    action_id: str
    owner: str
    officer: str
    due: date
    priority: float
    latest: date
    crowded: bool = False


class _Calendar:
    """How much of each officer's days is taken."""

    def __init__(self, ruleset: RuleSet, today: date) -> None:
        self._rules, self._today = ruleset, today
        self._first = working_day_from(today)
        self._taken: Counter[tuple[Queue, date]] = Counter()
        self._next: dict[Queue, date] = {}

    def queue(self, action: ActionRule, owner: str, officer: str) -> Queue:
        """The customer's own manager, if the tier decides; lobby and head of branch are one."""
        own = action.owner == BY_TIER and owner != self._rules.actions.default_owner
        return owner, officer if own else "", action.effort

    def fill(self, tasks: Iterable[Task]) -> None:
        """Note tasks with a day of their own; what is late is done today."""
        actions = {one.key: one for one in self._rules.actions.actions}
        for task in tasks:
            known = actions.get(task.action_id)
            if known is not None and known.effort:
                queue = self.queue(known, task.owner_role, task.officer)
                self._taken[queue, max(task.due, self._first)] += 1

    def free(self, queue: Queue) -> date:
        """The first day with room."""
        day = self._next.get(queue, self._first)
        while self._taken[queue, day] >= self._rules.actions.capacity[queue[2]]:
            day = next_working_day(day)
        self._next[queue] = day
        return day

    def place(self, queue: Queue) -> date:
        """The first day with room, some of it now taken."""
        day = self.free(queue)
        self._taken[queue, day] += 1
        return day


def working_day_from(day: date) -> date:
    """The day itself, on a weekend the Monday after it."""
    return day if day.weekday() <= _FRIDAY else next_working_day(day)


def next_working_day(day: date) -> date:
    """The next day from Monday to Friday; public holidays are not known."""
    return day + timedelta(days=1 if day.weekday() < _FRIDAY else 7 - day.weekday())


def day_plan(result: RunResult, open_tasks: Iterable[Task] = (),
             past: Past = NOTHING) -> list[Proposal]:
    """The work list with a day for each customer, most urgent first.

    In this order everybody gets the first working day on which the officer still has a call or a
    talk to give (`ActionRules.capacity`); `due_days` of the results is the last day for what is
    bound to an event to come, and the day of what takes no time of its own. Tasks already open
    keep their days and take their room first. Where days are full, a plan can be later than the
    rules ask for, and what is bound to an event to come is `crowded` out. What `past` pauses is
    left out, and so is marketing for who refused it; its deadlines stand for the day by the rules.
    Who is not to be offered anything more this month is served all the same.
    """
    ruleset, actions = result.ruleset, {one.key: one for one in result.ruleset.actions.actions}
    kept = {(task.customer_id, task.action_id): task for task in open_tasks}
    calendar = _Calendar(ruleset, result.today)
    calendar.fill(kept.values())
    owner_of = cache(ruleset.owner)  # for some dozens of actions and tiers
    found = []
    for asked in _rows(result):
        row = _served(asked, result, past) if past.paused.get(
            (asked.customer_id, asked.action_id)) is Pause.MONTH else asked
        action, key = actions[row.action_id], (row.customer_id, row.action_id)
        if key in past.paused or (row.refused and action.kind is ActionKind.MARKETING):
            continue
        owner = owner_of(action.key, row.tier or None)
        latest = past.deadlines.get(key, result.today + timedelta(days=int(row.due_days)))
        due, crowded = latest, False
        if key in kept:
            due, latest = kept[key].due, kept[key].deadline
        elif row.effort:
            queue = calendar.queue(action, owner, row.officer)
            bound = bool(action.until) and row.days_left[action.until] >= 0
            crowded = bound and calendar.free(queue) > latest
            due = latest if crowded else calendar.place(queue)
        found.append(Proposal(row.position, row.customer_id, action.key, owner, row.officer, due,
                              row.priority, latest, crowded))
    return found


def _served(row: _Row, result: RunResult, past: Past) -> _Row:
    """The row with the best service in place of the offer; as it is, if there is none."""
    rules = result.ruleset.actions
    for key in row.actions.split(";"):
        action = rules.by_key(key)
        if action.kind is ActionKind.MARKETING or (row.customer_id, key) in past.paused:
            continue
        often = (tier.cadence_days for tier in result.ruleset.tiers.active.tiers
                 if tier.key == row.tier)
        days = next(often, 0.0) if action.due_days is None else action.due_days
        if action.until and row.days_left[action.until] >= 0:
            days = min(days, row.days_left[action.until])
        return row._replace(
            action_id=key, effort="" if row.refused else action.effort,
            due_days=due_working_day(result.today, int(days), bound=bool(action.until)),
            priority=row.priority - rules.by_key(row.action_id).priority + action.priority)
    return row


def free_day(ruleset: RuleSet, today: date, open_tasks: Iterable[Task], advice: Advice,
             officer: str = "") -> date:
    """The first day on which there is room for one more task; `advice.due` if it takes none."""
    calendar = _Calendar(ruleset, today)
    action = ruleset.actions.by_key(advice.action_id)
    if not action.effort:
        return advice.due
    calendar.fill(open_tasks)
    return calendar.place(calendar.queue(action, advice.owner_role, officer))


class _Row(NamedTuple):
    """What the plan looks at; texts are "" where unknown, `days_left` NaN."""

    position: int
    customer_id: str
    officer: str
    action_id: str
    tier: str
    effort: str
    due_days: float
    priority: float
    refused: bool
    days_left: dict[str, float]
    actions: str


def _rows(result: RunResult) -> Iterator[_Row]:
    positions = work_list(result)
    frame, results = result.table.frame.iloc[positions], result.results.iloc[positions]
    managers = frame["manager"].fillna("").tolist() if "manager" in frame else [""] * len(frame)
    texts = (results[key].fillna("").tolist() for key in ("next_action", "tier", "effort"))
    numbers = (results[key].tolist() for key in ("due_days", "priority", "do_not_contact"))
    events = results[list(EVENTS)].to_dict("records")
    actions = results["actions"].tolist()
    for values in zip(positions, frame["customer_id"].tolist(), managers, *texts, *numbers, events,
                      actions, strict=True):
        yield _Row(*values)
