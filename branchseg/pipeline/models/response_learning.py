"""Learning response from registered results: what customers were like before they answered."""

from __future__ import annotations

from dataclasses import dataclass
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
from branchseg.model.table import CustomerTable
from branchseg.pipeline.models.columns import BEHAVIOUR, label, numbers
from branchseg.pipeline.story import Prepared, evaluate
from branchseg.rules.offers import Offer, offer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from branchseg.analytics.judging import Judged
    from branchseg.pipeline.story import RunResult
    from branchseg.rules import RuleSet
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
    live = sorted((batch for batch in vault.batches() if batch.in_force),
                  key=lambda one: (one.as_of, one.id), reverse=True)
    tables = (vault.list_table(batch.id) for batch in live)
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
    past, truth, days = _past(result.ruleset, found.line, answers, lists)
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


def _past(ruleset: RuleSet, line: ProductLine, answers: Mapping[str, Answer],
          lists: Sequence[CustomerTable]) -> tuple[pd.DataFrame, Numbers, NDArray[np.datetime64]]:
    """What each customer was like on the last list before the answer, the answer, and its day.

    Nothing is known of who was on no list by then: a later one may tell what came of the answer.
    """
    frames, left = [], dict(answers)
    for table in lists:
        here = [one in left and left[one].day >= table.as_of
                for one in table.frame["customer_id"]]
        if not any(here):
            continue
        then = CustomerTable(table.frame[here].reset_index(drop=True), table.as_of)
        run = evaluate(Prepared(then, IssueLog(), (), "given", len(then), len(then), {}), ruleset)
        known = [left.pop(one) for one in then.frame["customer_id"]]
        frames.append(_features(run, _held_against(run, line)).assign(
            yes=[float(one.yes) for one in known],
            day=np.array([one.day for one in known], dtype="datetime64[D]")))
    if not frames:
        return pd.DataFrame(), np.empty(0), np.empty(0, dtype="datetime64[D]")
    whole = pd.concat(frames, ignore_index=True)
    return (whole.drop(columns=["yes", "day"]), whole["yes"].to_numpy(dtype=np.float64),
            whole["day"].to_numpy().astype("datetime64[D]"))


def _held_against(run: RunResult, line: ProductLine) -> Offer:
    """A line's card held against the customers of a run."""
    return offer(run.table.frame, run.results, run.ruleset, run.table.as_of, line,
                 today=run.today)


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
