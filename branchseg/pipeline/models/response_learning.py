"""Learning response from registered results: what customers were like before they answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from branchseg.analytics import evaluation, splitting
from branchseg.analytics.answer import Verdict
from branchseg.analytics.judging import judge
from branchseg.analytics.predictors import Predictor, Reading, read_predictors
from branchseg.analytics.reasons import reasons
from branchseg.messages import text
from branchseg.model.issues import IssueLog
from branchseg.model.outcomes import outcomes
from branchseg.model.overlay import dated
from branchseg.model.table import CustomerTable
from branchseg.pipeline.models.columns import BEHAVIOUR, label, numbers
from branchseg.pipeline.story import Prepared, evaluate
from branchseg.rules.offers import Offer, offer
from branchseg.store import frames
from branchseg.store.records import in_force

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from branchseg.analytics.judging import Judged
    from branchseg.model.overlay import Columns
    from branchseg.pipeline.story import RunResult
    from branchseg.rules.offers import ProductLine, ResponseCard
    from branchseg.store.records import Task
    from branchseg.store.vault import Vault

    Rows = NDArray[np.intp]
    Numbers = NDArray[np.float64]

LEAST_ANSWERS, LEAST_POSITIVE = 100, 20
"""Of fewer answers, or fewer that said yes, nothing is learnt."""

LEAST_LEARNT, LEAST_JUDGED = 10, 5
"""So many of either answer must be among the earlier ones, and among the later."""

LATER = 0.3
"""The latest share of the answers judges what was learnt from the earlier ones."""

CHANCE = 0.5
MOST_OFF = 0.05
"""Chances that are off by more are told to be read with care."""

LEAST_KNOWN = 0.5
"""Who is learnt from was known by this share of the figures that are known of most now."""

_BEST = 0.1
_DECIMALS = {"demand_share": 2, "tenure": 1}


class Answer(NamedTuple):
    """The last answer of a customer to an offer of a line."""

    day: date
    yes: bool


@dataclass(frozen=True, slots=True)
class Material:
    """What the vault knows of answers.

    Attributes:
        tasks: those with a result, the oldest result first.
        lists: the lists in force, the newest first, with those customers only who answered.
    """

    tasks: tuple[Task, ...] = ()
    lists: tuple[CustomerTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of learning.

    Attributes:
        verdict: whether the model may be used instead of the points.
        sentence: what was found, or why nothing could be.
        facts: how it was judged; empty where nothing was learnt.
        chances: of the customers asked for; None where the points are to be used.
        reasons: why, row for row with `chances`.
    """

    verdict: Verdict
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    chances: Numbers | None = None
    reasons: NDArray[np.object_] | None = None


def gather(vault: Vault, _result: RunResult) -> Material:
    """Read the answers, and what each list told of who answered. For the worker of the vault."""
    done = sorted((task for task in vault.tasks() if task.result is not None and task.closed_at),
                  key=lambda task: (task.closed_at, task.id))
    if not done:
        return Material()
    answered = {task.customer_id for task in done}
    tables = (vault.list_table(batch.id) for batch in in_force(vault.batches()))
    return Material(tuple(done), tuple(
        CustomerTable(table.frame[table.frame["customer_id"].isin(answered)]
                      .reset_index(drop=True), table.as_of) for table in tables))


def told(tasks: Sequence[Task], line: ProductLine, card: ResponseCard) -> dict[str, Answer]:
    """Who has answered to an offer of a line, and whether the last answer was a yes.

    A task that speaks of the line is an answer if the customer was reached; a product of the
    line that was ticked is a yes whatever the task spoke of.
    """
    found = {}
    for task in tasks:
        if (task.result is None or task.closed_at is None
                or not outcomes().result(task.result).reached):
            continue
        ticked = line.product in task.products
        if ticked or task.action_id in line.actions:
            found[task.customer_id] = Answer(task.closed_at.date(),
                                             ticked or task.result in card.answers)
    return found


def learn(result: RunResult, found: Offer, places: Rows, answers: Mapping[str, Answer],
          lists: Sequence[CustomerTable]) -> Learnt | None:
    """Learn from answers and judge on later ones; None where there are too few.

    Args:
        result: the customers of now.
        found: the card of the line held against them.
        places: whose chances are asked for.
        answers: per customer id.
        lists: see `Material`.
    """
    if len(answers) < LEAST_ANSWERS or sum(one.yes for one in answers.values()) < LEAST_POSITIVE:
        return None
    past, truth, days = _past(result, found, answers, lists)
    parts = splitting.later(splitting.units(truth), days, LATER) if len(truth) else ()
    if not parts or not _enough(truth, *parts[0]):
        return Learnt(Verdict.NOT_ENOUGH_DATA, text(
            "models.response.few_known", known=len(truth), answers=len(answers),
            least=LEAST_LEARNT, least_judged=LEAST_JUDGED))
    predictors = _predictors(past)
    judged = judge(read_predictors(past, predictors), truth, splitting.units(truth), parts,
                   learners=("logistic", "trees"))
    rule = past[_POINTS].to_numpy(dtype=np.float64)[judged.rows]
    ahead = evaluation.pooled_auc_difference([(judged.truth, judged.chances, rule)])
    facts = _facts(judged, rule, len(parts[0][0]))
    if not judged.auc().low > CHANCE:
        return Learnt(Verdict.NOT_RELIABLE, text("models.response.chance"), facts)
    if not ahead.low > 0:
        return Learnt(Verdict.RULE_IS_AS_GOOD, text("models.response.rule_as_good"), facts)
    sentence = text("models.response.better")
    off = evaluation.calibration_error(judged.truth, judged.chances)
    if off > MOST_OFF:
        sentence += text("models.response.off", error=100 * off)
    now = read_predictors(_features(result, found).iloc[places], predictors)
    model = judged.final.model
    return Learnt(Verdict.OK, sentence, facts, model.chances(now),
                  reasons(model, now, predictors))


_POINTS = "points"


class _Past(NamedTuple):
    """What customers were like before they answered: features, whether they said yes, the day."""

    features: pd.DataFrame
    yes: Numbers
    days: NDArray[np.datetime64]


def _past(result: RunResult, found: Offer, answers: Mapping[str, Answer],
          lists: Sequence[CustomerTable]) -> _Past:
    """What was known of each customer on the day before the answer, as the vault would tell it.

    The lists up to then lie over each other. One of the very day may tell what came of the
    answer, so it is not looked at; nor is anybody of whom much less was known than is now.
    """
    parts: list[_Past] = []
    below: list[Columns] = []
    days = sorted({table.as_of for table in lists})
    for day, until in pairwise([*days, date.max]):
        below = [_laid_over(below, [one for one in lists if one.as_of == day])]
        people = sorted(who for who, one in answers.items() if day < one.day <= until)
        frame = frames.to_frame(frames.rows_said(frames.only(below[0], people)))
        if len(frame):
            parts.append(_before(CustomerTable(frame, day), result, found, answers))
    if not parts:
        return _Past(pd.DataFrame(), np.empty(0), np.empty(0, dtype="datetime64[D]"))
    return _Past(pd.concat([one.features for one in parts], ignore_index=True),
                 np.concatenate([one.yes for one in parts]),
                 np.concatenate([one.days for one in parts]))


def _laid_over(below: list[Columns], above: Sequence[CustomerTable]) -> Columns:
    """Lists of one day, the newest first, over what was known before."""
    new = [dated(frames.from_frame(one.frame),
                 float(np.datetime64(one.as_of, "s").astype(np.int64))) for one in above]
    return frames.lay_over([*below, *reversed(new)], {})


def _before(table: CustomerTable, result: RunResult, found: Offer,
            answers: Mapping[str, Answer]) -> _Past:
    """The customers of a table, each before the own answer, judged by the rules of now."""
    run = evaluate(Prepared(table, IssueLog(), (), "given", len(table), len(table), {}),
                   result.ruleset)
    then = offer(table.frame, run.results, run.ruleset, table.as_of, found.line, today=run.today)
    rows = np.flatnonzero(_comparable(run, then, result, found))
    known = [answers[one] for one in table.frame["customer_id"].iloc[rows]]
    return _Past(_features(run, then).iloc[rows], np.array([float(one.yes) for one in known]),
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


def _features(run: RunResult, found: Offer) -> pd.DataFrame:
    """What is learnt from: figures of the customers, the points of the card, and their sum."""
    columns: dict[str, object] = {
        text("models.response.money", name=label("aum")): np.round(numbers(run, "aum") / 1e4, 1)}
    columns |= {label(key): np.round(numbers(run, key), _DECIMALS.get(key, 0))
                for key in BEHAVIOUR if key != "aum"}
    yes, no = text("models.response.yes"), text("models.response.no")
    for point, rows in zip(found.line.points, found.given, strict=True):
        columns[point.label] = np.where(rows, yes, no).astype(object)
    return pd.DataFrame({**columns, _POINTS: found.points.astype(np.float64)})


def _predictors(frame: pd.DataFrame) -> tuple[Predictor, ...]:
    """How the columns are read; the sum of points is the rule to beat, not learnt from."""
    return tuple(Predictor(str(name), Reading.TEXT if frame[name].dtype == object
                           or str(frame[name].dtype) == "str" else Reading.NUMBER)
                 for name in frame if name != _POINTS)


def _enough(truth: Numbers, learning: Rows, judging: Rows) -> bool:
    """Whether either answer is often enough among the earlier and among the later ones."""
    return all(min(truth[rows].sum(), len(rows) - truth[rows].sum()) >= least
               for rows, least in ((learning, LEAST_LEARNT), (judging, LEAST_JUDGED)))


def _facts(judged: Judged, rule: Numbers, learnt: int) -> tuple[tuple[str, str], ...]:
    """How model and rule did on answers neither had seen."""
    mine, plain = judged.auc(), evaluation.auc_interval(judged.truth, rule)
    rate = float(judged.truth.mean())
    best = rate * evaluation.lift(judged.truth, judged.chances, _BEST)
    said = {
        "split": text("models.response.facts_split_value", learnt=learnt,
                      judged=len(judged.rows)),
        "auc": text("models.response.facts_auc_value", value=mine.value, low=mine.low,
                    high=mine.high),
        "rule": text("models.response.facts_auc_value", value=plain.value, low=plain.low,
                     high=plain.high),
        "off": text("models.response.facts_off_value", error=100 * evaluation.calibration_error(
            judged.truth, judged.chances)),
        "best": text("models.response.facts_best_value", best=best, rate=rate),
    }
    return tuple((text(f"models.response.facts_{key}"), value) for key, value in said.items())
