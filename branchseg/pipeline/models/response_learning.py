"""Learning response from registered results; and what was learnt, applied to later lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from branchseg.analytics import evaluation, splitting
from branchseg.analytics.answer import Verdict
from branchseg.analytics.judging import judge
from branchseg.analytics.predictors import Predictor, Reading, read_predictors
from branchseg.messages import text
from branchseg.pipeline.models import learnt_models, registry
from branchseg.pipeline.models.measure import measures_of
from branchseg.pipeline.models.response_past import POINTS, features, kept_key, past
from branchseg.progress import Progress, silent, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.analytics.judging import Judged
    from branchseg.model.table import CustomerTable
    from branchseg.pipeline.models.response_past import Answer, Past
    from branchseg.pipeline.story import RunResult
    from branchseg.rules.offers import Offer
    from branchseg.store.records import KeptModel

    Rows = NDArray[np.intp]
    Numbers = NDArray[np.float64]

LEAST_ANSWERS, LEAST_POSITIVE = 100, 20
"""Of fewer answers, or fewer that said yes, nothing is learnt."""

LEAST_LEARNT, LEAST_JUDGED = 10, 5
"""So many of either answer must be among the earlier ones, and among the later."""

LATER = 0.3
"""The latest share of the answers judges what was learnt from the earlier ones."""

CHANCE = 0.5
SEED = 0
_BEST = 0.1
_UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of learning, or of applying what was learnt before.

    Attributes:
        verdict: whether the model may be used instead of the points.
        warnings: what was found, why nothing could be, and what to mind.
        facts: how it was judged; empty where nothing was learnt.
        chances: of the customers asked for; None where the points are to be used.
        reasons: why, row for row with `chances`.
        fitted: what may be kept of it.
        kept: what was kept, if that is applied.
    """

    verdict: Verdict
    warnings: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    chances: Numbers | None = None
    reasons: NDArray[np.object_] | None = None
    fitted: KeptModel | None = None
    kept: KeptModel | None = None


def too_few(answers: Mapping[str, Answer]) -> bool:
    """Whether there are too few answers to learn from."""
    return (len(answers) < LEAST_ANSWERS
            or sum(one.yes for one in answers.values()) < LEAST_POSITIVE)


def learn(result: RunResult, found: Offer, places: Rows, answers: Mapping[str, Answer],
          lists: Sequence[CustomerTable], progress: Progress = silent) -> Learnt | None:
    """Learn from answers and judge on later ones; None where there are too few.

    Args:
        result: the customers of now.
        found: the card of the line held against them.
        places: whose chances are asked for.
        answers: per customer id.
        lists: see `Material`.
        progress: told how far the work is.
    """
    if too_few(answers):
        return None
    shown, truth, days = past(result, found, answers, lists, within(progress, 0.0, 0.3))
    parts = splitting.later(splitting.units(truth), days, LATER) if len(truth) else ()
    if not parts or not _enough(truth, *parts[0]):
        return Learnt(Verdict.NOT_ENOUGH_DATA, (text(
            "models.response.few_known", known=len(truth), answers=len(answers),
            least=LEAST_LEARNT, least_judged=LEAST_JUDGED),))
    predictors = _predictors(shown)
    judged = judge(read_predictors(shown, predictors), truth, splitting.units(truth), parts,
                   learners=("logistic", "trees"), seed=SEED,
                   progress=within(progress, 0.3, 0.8))
    rule = shown[POINTS].to_numpy(dtype=np.float64)[judged.rows]
    facts = _facts(judged, rule, len(parts[0][0]))
    if not judged.auc().low > CHANCE:
        return Learnt(Verdict.NOT_RELIABLE, (text("models.response.chance"),), facts)
    if not evaluation.pooled_auc_difference([(judged.truth, judged.chances, rule)]).low > 0:
        return Learnt(Verdict.RULE_IS_AS_GOOD, (text("models.response.rule_as_good"),), facts)
    sentence = text("models.response.better")
    off = 100 * evaluation.calibration_error(judged.truth, judged.chances)
    if off > registry.MOST_OFF:
        sentence += text("models.kept.off", error=off)
    now = features(result, found).iloc[places]
    fitted = learnt_models.to_keep(
        kept_key(found.line), result.table.as_of, judged, predictors, rule=rule, seed=SEED,
        data=shown.iloc[parts[0][0]].assign(yes=truth[parts[0][0]]), listed=now,
        aum=measures_of(result, places),
        more={_UNTIL: max(one.day for one in answers.values()).isoformat()})
    return Learnt(Verdict.OK, (sentence,), facts, *learnt_models.scores(
        fitted, now, within(progress, 0.8, 1.0)), fitted)


def carry_on(kept: KeptModel, result: RunResult, found: Offer, places: Rows,
             since: Mapping[str, Answer], lists: Sequence[CustomerTable],
             progress: Progress = silent) -> Learnt:
    """Apply what was learnt of an earlier list, never without what it looks at.

    Args:
        kept: what was learnt.
        result: the customers of now.
        found: the card of the line held against them.
        places: whose chances are asked for.
        since: answers it knows nothing of (`answers_since`): is it still better than the points?
        lists: see `Material`.
        progress: told how far the work is.
    """
    now = features(result, found).iloc[places]
    stands = registry.standing(kept, now, measures_of(result, places))
    if stands.lacking:
        return Learnt(Verdict.NOT_ENOUGH_DATA, (
            registry.refusal(kept, stands) + text("models.response.points_stand_in"),), kept=kept)
    facts, worse = _held_since(kept, past(result, found, since, lists,
                                          within(progress, 0.0, 0.3)))
    return Learnt(
        Verdict.OK, (*registry.warnings(kept, stands), *worse),
        (*registry.facts(kept, stands), *facts),
        *learnt_models.scores(kept, now, within(progress, 0.3, 1.0)), kept=kept)


def last_answer(kept: KeptModel) -> date:
    """The day of the last answer that was known when a model was learnt."""
    return date.fromisoformat(kept.fitted[_UNTIL])


def _held_since(kept: KeptModel, seen: Past) -> tuple[tuple[tuple[str, str], ...],
                                                      tuple[str, ...]]:
    """How a model did on answers that came after it, as a fact; and whether the points do better.

    Nothing, as long as there are too few.
    """
    yes = seen.yes.sum()
    if min(yes, len(seen.yes) - yes) < LEAST_JUDGED:
        return (), ()
    scores, _ = learnt_models.scores(kept, seen.features)
    rule = seen.features[POINTS].to_numpy(dtype=np.float64)
    mine = evaluation.auc_interval(seen.yes, scores)
    fact = (text("models.response.facts_since"), text(
        "models.response.facts_since_value", answers=len(seen.yes), value=mine.value,
        low=mine.low, high=mine.high, rule=evaluation.auc(seen.yes, rule)))
    ahead = evaluation.pooled_auc_difference([(seen.yes, scores, rule)])
    return (fact,), (text("models.response.worse_since"),) if ahead.high < 0 else ()


def _predictors(frame: pd.DataFrame) -> tuple[Predictor, ...]:
    """How the columns are read; the sum of points is the rule to beat, not learnt from."""
    return tuple(Predictor(str(name), Reading.TEXT if frame[name].dtype == object
                           or str(frame[name].dtype) == "str" else Reading.NUMBER)
                 for name in frame if name != POINTS)


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
