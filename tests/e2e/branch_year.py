"""A branch at work, day by day: lists come each month, tasks are printed, results come back."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pandas as pd

from branchseg import intake, pipeline, rules, sample
from branchseg.model.issues import IssueLog
from branchseg.model.outcomes import outcomes
from branchseg.model.results import ActionKind
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from branchseg.store.records import NewTask, Outcome, Task

RULES = rules.load(resources_dir() / "rules")
START = date(2026, 1, 1)
# reached, no answer, appointment, met, no interest, wrong number, refused: how often
CODES = (1, 2, 3, 4, 5, 6, 7)
CHANCES = (0.35, 0.28, 0.12, 0.10, 0.10, 0.03, 0.02)
HANDLED = 0.85


@dataclass
class Branch:
    """Customers, a vault, and the days gone by; `faults` must stay empty."""

    vault: object
    customers: int
    seed: int
    ruleset: object = RULES
    frame: pd.DataFrame = None
    table: CustomerTable = None
    planned: Counter = field(default_factory=Counter)
    actions: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)

    def __post_init__(self):
        self.rng = np.random.default_rng(self.seed)
        raw = sample.rows(customers=self.customers, seed=self.seed)
        prepared = pipeline.prepare([pipeline.ListSource(raw, intake.match(raw))])
        # the sample is of a later day: its contacts have not been yet
        frame = prepared.table.frame
        self.frame = frame.assign(last_contact=pd.Series(pd.NaT, frame.index, "datetime64[s]"))
        self.actions = {one.key: one for one in self.ruleset.actions.actions}

    def new_list(self, as_of: date) -> None:
        """The list of a month's end: money moves, some are active, some newcomers, some due."""
        rng, count, day = self.rng, len(self.frame), pd.Timestamp(as_of)
        frame = self.frame.copy()
        for key, previous in (("aum_month_avg", "aum_prev_month_avg"),
                              ("aum_point", "aum_prev_month_end")):
            before = frame[key]
            frame[key] = before * rng.lognormal(0, 0.15, count)
            frame[previous] = before
        active = rng.random(count) < 0.5
        frame.loc[active, "last_txn"] = day - pd.to_timedelta(
            rng.integers(0, 28, active.sum()), "D")
        due = rng.random(count) < 0.06
        frame.loc[due, "maturity_date"] = day + pd.to_timedelta(
            rng.integers(1, 60, due.sum()), "D")
        new = rng.random(count) < 0.01
        frame.loc[new, "open_date"] = day - pd.to_timedelta(rng.integers(0, 20, new.sum()), "D")
        self.frame = frame
        self.table = CustomerTable(frame, as_of)

    def work(self, day: date) -> None:
        """Plan, print, and register what came of the tasks due by now."""
        refused = self.vault.refused()
        frame = self.table.frame
        said = frame["customer_id"].isin(refused)  # as the vault overlays its lists
        table = CustomerTable(
            frame.assign(do_not_contact=frame["do_not_contact"].where(~said, other=True)),
            self.table.as_of)
        prepared = pipeline.Prepared(table, IssueLog(), (), "given", 0, 0, {})
        result = pipeline.evaluate(prepared, self.ruleset, today=day)
        tasks = self.vault.tasks()
        open_now = {(one.customer_id, one.action_id): one for one in tasks if one.is_open}
        past = pipeline.past_of(result, tasks, day)
        plan = pipeline.day_plan(result, open_now.values(), past)
        todays = [one for one in plan if one.due <= day and not one.crowded
                  and (one.customer_id, one.action_id) not in open_now]
        moment = datetime.combine(day, time(9), UTC)
        kept = self.vault.create_tasks([NewTask(
            one.customer_id, one.action_id, "", one.owner, one.officer, one.due, one.priority,
            self.ruleset.id, latest=one.latest) for one in todays], created_at=moment)
        numbers = self.vault.next_sheet_numbers(day, len(kept))
        self.vault.mark_printed(dict(zip((one.id for one in kept), numbers, strict=True)),
                                printed_at=moment)
        self._check(result, kept, refused, day)
        self._register(day)

    def _check(self, result, kept: list[Task], refused: set, day: date) -> None:
        """What must never be planned."""
        dnc = set(result.table.frame["customer_id"][result.results["do_not_contact"]])
        for one in kept:
            action = self.actions[one.action_id]
            if one.customer_id in dnc | refused and action.kind is ActionKind.MARKETING:
                self.faults.append((day, "offered after a refusal", one.action_id))
        effort = dict(zip(result.table.frame["customer_id"], result.results["effort"].fillna(""),
                          strict=True))
        for one in kept:
            action = self.actions[one.action_id]
            if effort[one.customer_id]:  # what waits until the customer comes in takes no time
                own = action.owner == "tier" and one.owner_role != \
                    self.ruleset.actions.default_owner
                queue = one.owner_role, one.officer if own else "", action.effort
                self.planned[queue, one.due] += 1

    def _register(self, day: date) -> None:
        """Most sheets come back on their day, the rest the day after."""
        due = [one for one in self.vault.tasks() if one.is_open and one.due <= day]
        handled = self.rng.random(len(due)) < HANDLED
        codes = self.rng.choice(CODES, len(due), p=CHANCES)
        found = {}
        for one, done, code in zip(due, handled, codes.tolist(), strict=True):
            if done:
                result = outcomes().result(code)
                ahead = None if result.next_days is None else day + timedelta(
                    days=int(self.rng.integers(1, 4)))
                found[one.id] = Outcome(code, next_date=ahead)
        self.vault.record_results(found, closed_at=datetime.combine(day, time(16), UTC))


def working_days(start: date, count: int) -> list[date]:
    day, found = start, []
    while len(found) < count:
        if day.weekday() < 5:
            found.append(day)
        day += timedelta(days=1)
    return found


def run(branch: Branch, days: int) -> None:
    """Work so many working days, with a new list on the first one of each month."""
    month = None
    for day in working_days(START + timedelta(days=4), days):
        if day.month != month:
            month = day.month
            branch.new_list(day.replace(day=1) - timedelta(days=1))
        branch.work(day)


def offers(branch: Branch) -> Counter:
    """(customer, year, month) -> offers that reached him and were not agreed upon with him."""
    marketing = {key for key, one in branch.actions.items() if one.kind is ActionKind.MARKETING}
    found = Counter()
    for one in branch.vault.tasks():
        if (one.action_id in marketing and one.result is not None and one.follows is None
                and outcomes().result(one.result).reached):
            day = one.closed_at.date()
            found[one.customer_id, day.year, day.month] += 1
    return found
