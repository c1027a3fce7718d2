"""Registered answers to offers, and what customers were like before they gave them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from branchseg.messages import text
from branchseg.model.fields import IMPORTED, Kind
from branchseg.model.issues import IssueLog
from branchseg.model.outcomes import outcomes
from branchseg.model.overlay import dated
from branchseg.model.table import CustomerTable
from branchseg.pipeline.models.columns import BEHAVIOUR, JUDGED_BY, numbers, to_learn
from branchseg.pipeline.story import Prepared, evaluate
from branchseg.progress import Progress, silent
from branchseg.rules.offers import Offer, offer
from branchseg.store import frames
from branchseg.store.records import in_force

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from branchseg.model.overlay import Columns
    from branchseg.pipeline.story import RunResult
    from branchseg.rules.offers import ProductLine, ResponseCard
    from branchseg.store.records import KeptModel, Task
    from branchseg.store.vault import Vault

    Numbers = NDArray[np.float64]

LEAST_KNOWN = 0.5
"""Who is learnt from was known by this share of the figures that are known of most now."""

_READ = JUDGED_BY | {field.key for field in IMPORTED if field.kind is Kind.PHONE}
"""What of a list is read: the card asks whether there is a number to call."""

POINTS = "points"
"""The column of the points of the card: the rule to beat, not learnt from."""


class Answer(NamedTuple):
    """The last answer of a customer to an offer of a line.

    `day` is when it was registered, which may be long after it was given; `known_by` the last
    day whose lists surely tell what the customer was like before.
    """

    day: date
    yes: bool
    known_by: date


@dataclass(frozen=True, slots=True)
class Material:
    """What the vault knows of answers.

    Attributes:
        tasks: those with a result, the oldest result first.
        lists: the lists in force that are older than some answer, the newest first, with those
            customers only who answered; without names.
        kept: the models that are kept, by their key (`kept_key`).
    """

    tasks: tuple[Task, ...] = ()
    lists: tuple[CustomerTable, ...] = ()
    kept: Mapping[str, KeptModel] = field(default_factory=dict)


class Past(NamedTuple):
    """What customers were like before they answered: features, whether they said yes, the day."""

    features: pd.DataFrame
    yes: Numbers
    days: NDArray[np.datetime64]


def kept_key(line: ProductLine) -> str:
    """The key under which the model of a line is kept."""
    return f"response.{line.key}"


def gather(vault: Vault, _result: RunResult, progress: Progress) -> Material:
    """Read the answers, and what each list told of who answered. For the worker of the vault."""
    done = sorted((task for task in vault.tasks() if task.result is not None and task.closed_at),
                  key=lambda task: (task.closed_at, task.id))
    answered = {task.customer_id for task in done}
    latest = max((_known_by(task) for task in done), default=date.min)
    lists, batches = [], [one for one in in_force(vault.batches()) if one.as_of <= latest]
    for place, batch in enumerate(batches):
        progress(place / len(batches))
        table = vault.list_table(batch.id, _READ)
        mine = table.frame["customer_id"].isin(answered)
        lists.append(CustomerTable(table.frame[mine].reset_index(drop=True), table.as_of))
    return Material(tuple(done), tuple(lists),
                    {one.model: one for one in reversed(vault.kept_models())})


def told(tasks: Sequence[Task], line: ProductLine, card: ResponseCard,
         today: date) -> dict[str, Answer]:
    """Who has answered to an offer of a line, and whether the last answer was a yes.

    A task that speaks of the line is an answer if the customer was reached; a product of the
    line that was ticked is a yes whatever the task spoke of. What is dated after `today` is a
    slip of a clock. A list later than the task may tell what came of the answer: results are
    often registered days after they were given.
    """
    found = {}
    for task in tasks:
        if (task.result is None or task.closed_at is None or task.closed_at.date() > today
                or not outcomes().result(task.result).reached):
            continue
        ticked = line.product in task.products
        if ticked or task.action_id in line.actions:
            day = task.closed_at.date()
            found[task.customer_id] = Answer(
                day, ticked or task.result in card.answers, _known_by(task))
    return found


def _known_by(task: Task) -> date:
    """The last day whose lists surely tell what a customer was like before the answer."""
    assert task.closed_at is not None
    return min(task.created_at.date(), task.closed_at.date() - timedelta(days=1))


def answers_since(day: date, tasks: Sequence[Task], answers: Mapping[str, Answer],
                  line: ProductLine, card: ResponseCard) -> dict[str, Answer]:
    """Those of some answers that came after a day, of customers with none until then."""
    before = told(tasks, line, card, day)
    return {who: one for who, one in answers.items() if one.day > day and who not in before}


def past(result: RunResult, found: Offer, answers: Mapping[str, Answer],
         lists: Sequence[CustomerTable], progress: Progress = silent) -> Past:
    """What was known of each customer before the answer, as the vault would tell it.

    The lists up to `Answer.known_by` lie over each other. Nobody is learnt from of whom much less
    was known than is now.
    """
    parts: list[Past] = []
    below: list[Columns] = []
    days = sorted({table.as_of for table in lists})
    for place, (day, until) in enumerate(pairwise([*days, date.max])):
        progress(place / len(days))
        below = [_laid_over(below, [one for one in lists if one.as_of == day])]
        people = sorted(who for who, one in answers.items() if day <= one.known_by < until)
        frame = frames.to_frame(frames.rows_said(frames.only(below[0], people)))
        if len(frame):
            parts.append(_before(CustomerTable(frame, day), result, found, answers))
    if not parts:
        return Past(pd.DataFrame(), np.empty(0), np.empty(0, dtype="datetime64[D]"))
    return Past(pd.concat([one.features for one in parts], ignore_index=True),
                np.concatenate([one.yes for one in parts]),
                np.concatenate([one.days for one in parts]))


def features(run: RunResult, found: Offer) -> pd.DataFrame:
    """What is learnt from: figures of the customers, the points of the card, and their sum."""
    columns: dict[str, object] = {**to_learn(partial(numbers, run))}
    yes, no = text("models.response.yes"), text("models.response.no")
    for point, rows, known in zip(found.line.points, found.given, found.told, strict=True):
        said = np.where(rows, yes, no).astype(object)
        said[~known] = None
        columns[point.label] = said
    return pd.DataFrame({**columns, POINTS: found.points.astype(np.float64)})


def _laid_over(below: list[Columns], above: Sequence[CustomerTable]) -> Columns:
    """Lists of one day, the newest first, over what was known before."""
    new = [dated(frames.from_frame(one.frame),
                 float(np.datetime64(one.as_of, "s").astype(np.int64))) for one in above]
    return frames.lay_over([*below, *reversed(new)], {})


def _before(table: CustomerTable, result: RunResult, found: Offer,
            answers: Mapping[str, Answer]) -> Past:
    """The customers of a table, each before the own answer, judged by the rules of now."""
    run = evaluate(Prepared(table, IssueLog(), (), "given", len(table), len(table), {}),
                   result.ruleset)
    then = offer(table.frame, run.results, run.ruleset, table.as_of, found.line, today=run.today)
    rows = np.flatnonzero(_comparable(run, then, result, found))
    known = [answers[one] for one in table.frame["customer_id"].iloc[rows]]
    return Past(features(run, then).iloc[rows], np.array([float(one.yes) for one in known]),
                 np.array([one.day for one in known], dtype="datetime64[D]"))


def _comparable(run: RunResult, then: Offer, result: RunResult,
                found: Offer) -> NDArray[np.bool_]:
    """Of whom most was known that is known now of most customers, the product among it."""
    usual = [key for key in BEHAVIOUR if _mostly(~np.isnan(numbers(result, key)))]
    told = np.array([~np.isnan(numbers(run, key)) for key in usual])
    enough = told.mean(axis=0) >= LEAST_KNOWN if usual else np.ones(len(run.table), dtype=bool)
    if _mostly(~found.unsure):
        enough &= ~then.unsure
    return enough


def _mostly(known: NDArray[np.bool_]) -> bool:
    return float(known.mean()) >= LEAST_KNOWN
