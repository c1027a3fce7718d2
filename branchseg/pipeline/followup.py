"""What earlier contacts say about today: who was reached, and what is not asked for yet.

The rules look at the customer as the lists have him and ask for the same again and again. Here
what came of it has its say: how often a customer of his tier is contacted, how many times a call
is tried, how often a month anybody is offered something, which of several visits is the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from branchseg.model.outcomes import outcomes
from branchseg.model.results import ActionKind
from branchseg.pipeline.matured import Matured, matured
from branchseg.pipeline.reached import last_reached
from branchseg.rules.planning import due_working_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchseg.model.outcomes import Result
    from branchseg.pipeline.story import RunResult
    from branchseg.rules.actions import ActionRule
    from branchseg.store.records import Task

Pair = tuple[str, str]
"""(customer id, action id)."""

_AHEAD = timedelta(days=7)
"""So long before a contact is due by the tier's cadence it comes on the list."""
_AHEAD_OF_STEP = timedelta(days=2)


Advised = Mapping[str, Sequence["ActionRule"]]


class Pause(StrEnum):
    """Why something the rules ask for is not asked for today."""

    RESULT = "result"
    AGREED = "agreed"
    MATURED = "matured"
    CADENCE = "cadence"
    STEPS = "steps"
    ATTEMPTS = "attempts"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Past:
    """What is paused and why, and the last day of what earlier contacts set a day for.

    Of the customers in `last_tries` one more call that nobody answers is the last for a while.
    """

    paused: Mapping[Pair, Pause] = field(default_factory=dict)
    deadlines: Mapping[Pair, date] = field(default_factory=dict)
    matured: Matured = field(default_factory=Matured)
    last_tries: frozenset[str] = frozenset()


NOTHING = Past()
"""Nobody has been contacted yet."""


class _Contact(NamedTuple):
    """A result of a task: when, about what, and how it went."""

    day: date
    action: str
    result: Result


def past_of(result: RunResult, tasks: Iterable[Task], day: date) -> Past:
    """What all `tasks` there ever were, and the last contacts of the lists, say on `day`.

    A task that is open is in hand and never paused.
    """
    tasks = list(tasks)
    reached = last_reached(result.table.frame, tasks)
    contacts, advised, rules = _contacts(tasks), _advised(result), result.ruleset.actions.follow_up
    tries = {mine: _tries(found, reached.get(mine), rules.rest_days)
             for mine, found in contacts.items()}
    ripe = matured(result, tasks)
    paused: dict[Pair, Pause] = {}
    deadlines: dict[Pair, date] = {}
    for found in (_over_cadence(result, reached, day), _over_steps(result, contacts, day)):
        for key, pause, latest in found:
            if latest is not None:
                ahead = due_working_day(day, max((latest - day).days, 0))
                deadlines[key] = day + timedelta(days=ahead)
            if pause is not None:
                paused[key] = pause
    paused |= dict.fromkeys(ripe.settled, Pause.MATURED)
    paused |= _by_results(result, tasks, day)
    paused |= _by_month(result, tasks, advised, day)
    paused |= _by_attempts(result, contacts, tries, advised, day)
    for task in tasks:
        if task.is_open and not is_waiting(task, day):
            paused.pop((task.customer_id, task.action_id), None)
    return Past(paused, deadlines, ripe, frozenset(
        mine for mine, count in tries.items() if count + 1 >= rules.attempts))


def is_waiting(task: Task, day: date) -> bool:
    """Whether an open task is a next contact agreed upon for a day to come."""
    return task.is_open and task.follows is not None and task.due > day


def _tries(contacts: Sequence[_Contact], reached: date | None, rest_days: int) -> int:
    """On how many days nobody answered since the customer was reached last, or since a rest."""
    tries, before = 0, date.min
    for day in sorted({one.day for one in contacts if not one.result.reached
                       and (reached is None or one.day > reached)}):
        tries = 1 if day - before >= timedelta(days=rest_days) else tries + 1
        before = day
    return tries


def _contacts(tasks: Iterable[Task]) -> dict[str, list[_Contact]]:
    """All results by customer, the oldest first."""
    found: dict[str, list[_Contact]] = defaultdict(list)
    for task in tasks:
        if task.result is not None and task.closed_at is not None:
            found[task.customer_id].append(_Contact(
                _local_day(task), task.action_id, outcomes().result(task.result)))
    for contacts in found.values():
        contacts.sort(key=lambda one: one.day)
    return found


def _local_day(task: Task) -> date:
    assert task.closed_at is not None
    return task.closed_at.astimezone().date()


def _advised(result: RunResult) -> Advised:
    """What the rules ask for, by customer, and what somebody may ask for."""
    rules = {one.key: one for one in result.ruleset.actions.actions}
    texts = result.results["actions"].fillna("").tolist()
    asked = [one for one in rules.values() if one.on_request]
    lists = {text: [*(rules[key] for key in text.split(";")), *asked]
             for text in set(texts) if text}
    ids = result.table.frame["customer_id"].tolist()
    return {mine: lists[text] for mine, text in zip(ids, texts, strict=True) if text}


def _by_results(result: RunResult, tasks: Iterable[Task], day: date) -> dict[Pair, Pause]:
    """What the lists cannot know of yet, or what was agreed upon for a day to come.

    A newer list decides anew, and so does the day agreed upon with the customer. A call nobody
    answered settles it for that day only. What was withdrawn without a result settles nothing; of
    what is done in several steps the steps tell.
    """
    found = {}
    in_steps = {one.key for one in result.ruleset.actions.actions if one.steps}
    for task in tasks:
        key = task.customer_id, task.action_id
        if is_waiting(task, day):
            found[key] = Pause.AGREED
        elif task.result is not None and task.closed_at is not None:
            registered = _local_day(task)
            lasting = (registered >= result.table.as_of and task.action_id not in in_steps
                       and not outcomes().result(task.result).missed)
            if (registered >= day or lasting) and (
                    task.next_date is None or task.next_date > day):
                found[key] = Pause.RESULT
    return found


def _over_cadence(result: RunResult, reached: Mapping[str, date], day: date,
                  ) -> Iterator[tuple[Pair, Pause | None, date | None]]:
    """What recurs as often as the tier asks for: who was reached lately waits for his turn."""
    by_tier = {one.key for one in result.ruleset.actions.actions if one.due_days is None}
    often = {tier.key: timedelta(days=tier.cadence_days)
             for tier in result.ruleset.tiers.active.tiers}
    ids, results = result.table.frame["customer_id"], result.results
    rows = np.flatnonzero(ids.isin(reached.keys()))
    for mine, tier, actions in zip(ids.iloc[rows], results["tier"].iloc[rows].fillna(""),
                                   results["actions"].iloc[rows].fillna(""), strict=True):
        if tier not in often:
            continue
        again = reached[mine] + often[tier]
        pause = Pause.CADENCE if day < again - _AHEAD else None
        for key in by_tier.intersection(actions.split(";")):
            yield (mine, key), pause, again


def _over_steps(result: RunResult, contacts: Mapping[str, list[_Contact]], day: date,
                ) -> Iterator[tuple[Pair, Pause | None, date | None]]:
    """What is done several times after an event: the steps that are over, and the next one."""
    for rule in result.ruleset.actions.actions:
        if not rule.steps:
            continue
        since = dict(zip(result.table.frame["customer_id"], result.results[rule.since],
                         strict=True))
        for mine, mine_contacts in contacts.items():
            if not since.get(mine, np.nan) >= 0:
                continue
            event = day - timedelta(days=int(since[mine]))
            days = [one.day for one in mine_contacts
                    if one.action == rule.key and one.result.reached and one.day >= event]
            over = sum(step <= (days[-1] - event).days for step in rule.steps) if days else 0
            done = max(len(days), over)  # who is late makes up for all steps whose day has come
            if done >= len(rule.steps):
                yield (mine, rule.key), Pause.STEPS, None
            elif done:
                latest = event + timedelta(days=rule.steps[done])
                pause = Pause.STEPS if day < latest - _AHEAD_OF_STEP else None
                yield (mine, rule.key), pause, latest


def _by_month(result: RunResult, tasks: Iterable[Task], advised: Advised,
              day: date) -> dict[Pair, Pause]:
    """Marketing for those whom something was offered as often as a calendar month may have it.

    What is open counts for the month it will be done in; a call nobody answered does not count.
    """
    marketing = {one.key for one in result.ruleset.actions.actions
                 if one.kind is ActionKind.MARKETING}
    counts: dict[str, int] = defaultdict(int)
    for task in tasks:
        if task.action_id not in marketing:
            continue
        when = (max(task.due, day) if task.is_open
                else _local_day(task) if task.result is not None else None)
        answered = task.is_open or (
            task.result is not None and outcomes().result(task.result).reached)
        if when is not None and answered and (when.year, when.month) == (day.year, day.month):
            counts[task.customer_id] += 1
    most = result.ruleset.actions.follow_up.marketing_a_month
    return {(mine, rule.key): Pause.MONTH for mine, rules in advised.items()
            if counts.get(mine, 0) >= most for rule in rules if rule.key in marketing}


def _by_attempts(result: RunResult, contacts: Mapping[str, list[_Contact]],
                 tries: Mapping[str, int], advised: Advised, day: date) -> dict[Pair, Pause]:
    """Everything that reaches out to whom nobody got through to, time after time; for a while.

    What waits until the customer comes in stays, and so do reminders: not even a refusal stops
    them.
    """
    follow_up = result.ruleset.actions.follow_up
    rest = timedelta(days=follow_up.rest_days)
    silent = [mine for mine, found in contacts.items()
              if tries[mine] >= follow_up.attempts and day - found[-1].day < rest]
    return {(mine, rule.key): Pause.ATTEMPTS for mine in silent for rule in advised.get(mine, ())
            if not rule.reminder and not all(one.in_branch for one in rule.channels)}
