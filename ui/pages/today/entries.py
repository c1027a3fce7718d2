"""The rows of the page of today: what there is to do, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from branchseg.pipeline import is_waiting

from ..tasks.work import Candidate
from .columns import MISSING, STALE, SUGGESTED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from branchseg.pipeline import RunResult
    from branchseg.store.records import Task


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a kept task, or one that is only proposed (`task` is None).

    `position` is the customer's row in the result, -1 if the lists no longer have him. `stale`:
    the rules no longer ask for the action. `waiting`: agreed upon for a day to come. `missing`:
    the list the customer was on was taken back, so that nothing is known of the reason. `due` is
    the day planned, `latest` the last day by the rules.
    """

    customer_id: str
    position: int
    name: str | None
    tier: str
    theme: str
    action_id: str
    owner: str
    officer: str
    due: date
    latest: date
    task: Task | None = None
    stale: bool = False
    waiting: bool = False
    missing: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a result can be recorded."""
        return self.task is not None and self.task.is_open

    @property
    def is_stale(self) -> bool:
        """Whether the task is open for a reason that is gone."""
        return self.is_open and self.stale

    @property
    def state(self) -> str:
        """Where the task is: a key of `today_columns.states`."""
        if self.task is None:
            return SUGGESTED
        if self.task.result is not None:
            return str(self.task.result)
        if self.missing:
            return MISSING
        if self.is_stale:
            return STALE
        return self.task.status.value

    @property
    def number(self) -> str:
        """The sheet number, "" before it is printed."""
        return (self.task.sheet_number or "") if self.task is not None else ""


class People:
    """Who is who in a result; `requests`: what somebody asked for, by customer."""

    def __init__(self, result: RunResult | None, day: date, *, is_list_missing: bool,
                 requests: Mapping[str, Collection[str]]) -> None:
        self._result, self._day, self._is_list_missing = result, day, is_list_missing
        self._requests = requests
        ids = [] if result is None else result.table.frame["customer_id"].tolist()
        self._places = {customer_id: place for place, customer_id in enumerate(ids)}
        self._names = self._tiers = self._actions = [""] * len(ids)
        if result is not None:
            frame = result.table.frame
            self._names = frame["name"].tolist() if "name" in frame else self._names
            self._tiers = result.results["tier"].tolist()
            self._actions = result.results["actions"].tolist()

    def place(self, customer_id: str) -> int:
        """The row in the result; -1 if there is none."""
        return self._places.get(customer_id, -1)

    def name(self, customer_id: str) -> str | None:
        """The name, not masked; None if unknown."""
        place = self.place(customer_id)
        name = self._names[place] if place >= 0 else None
        return name if name and isinstance(name, str) else None

    def tier(self, customer_id: str) -> str:
        """The key of the value tier; "" if unknown."""
        place = self.place(customer_id)
        tier = self._tiers[place] if place >= 0 else ""
        return tier if isinstance(tier, str) else ""

    def entry(self, task: Task) -> Entry:
        """The row of a kept task."""
        one = task.customer_id
        missing = self._is_list_missing and task.is_open and self.place(one) < 0
        return Entry(one, self.place(one), self.name(one), self.tier(one), task.theme,
                     task.action_id, task.owner_role, task.officer, task.due, task.deadline, task,
                     stale=not missing and self._is_stale(task),
                     waiting=is_waiting(task, self._day), missing=missing)

    def _is_stale(self, task: Task) -> bool:
        """Whether the rules ask for something else now; what was agreed upon stays."""
        if self._result is None or task.follows is not None:
            return False
        asked = task.action_id in self._requests.get(task.customer_id, ())
        place = self.place(task.customer_id)
        advised = self._actions[place] if place >= 0 else ""
        return not asked and task.action_id not in (
            advised.split(";") if isinstance(advised, str) else ())

    def suggestion(self, candidate: Candidate) -> Entry:
        """The row of a task that is only proposed."""
        task = candidate.task
        return Entry(task.customer_id, candidate.position, self.name(task.customer_id),
                     self.tier(task.customer_id), task.theme, task.action_id, task.owner_role,
                     task.officer, task.due, task.deadline)


def closed_words(entry: Entry) -> str:
    """What a closed task came to, and how to change that."""
    if entry.task is not None and entry.task.result is not None:
        return "已登记过结果。要更改，请先点“撤回这个结果”，再重新登记。"
    return "的任务已关闭，不用再做。仍要登记，请先点“重新打开这项任务”。"
