"""Learning who leaves from two lists; and what was learnt, applied to the list of today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from branchseg.analytics import evaluation, splitting
from branchseg.analytics.encoding import fit_encoding
from branchseg.analytics.judging import judge, leaks
from branchseg.analytics.predictors import Predictor, Reading, read_predictors
from branchseg.messages import text
from branchseg.model.figures import figures
from branchseg.pipeline.models import learnt_models, registry
from branchseg.pipeline.models.columns import to_learn
from branchseg.pipeline.models.measure import measures_of
from branchseg.progress import Progress, silent, within
from branchseg.rules.retention import loss_signs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from branchseg.analytics.evaluation import Interval
    from branchseg.pipeline.models.registry import Standing
    from branchseg.pipeline.story import RunResult
    from branchseg.rules.retention import LossSigns
    from branchseg.store.records import KeptModel

    Rows = NDArray[np.intp]
    Numbers = NDArray[np.float64]

KEY = "retention"
SEED = 0

JUDGED = 0.3
"""So many of the customers judge what was learnt from the others."""

MOST_LEARNT = 60_000
"""More customers teach nothing new, and a fit of more could not be stopped within a second."""

_DAYS = 365.25 / 12
_UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Fit:
    """What came of learning.

    Attributes:
        auc: on customers it has not seen; None if nothing was learnt.
        ahead: how much higher that is than the AUC of the points.
        model: what may be kept.
        refused: why nothing was learnt, "" if something was.
    """

    auc: float | None = None
    ahead: Interval | None = None
    model: KeptModel | None = None
    refused: str = ""


class Since(NamedTuple):
    """The AUC of a kept model on losses that came after it, and its lead over the points."""

    auc: Interval
    ahead: Interval


@dataclass(frozen=True, slots=True)
class Applied:
    """What a kept model says of customers: how it stands, the chances of leaving, and why.

    `chances` and `reasons` are row for row with the customers asked for; None where the list
    lacks what it looks at.
    """

    kept: KeptModel
    stands: Standing
    chances: Numbers | None = None
    reasons: NDArray[np.object_] | None = None

    @property
    def used(self) -> bool:
        """Whether it says anything."""
        return self.chances is not None

    @property
    def months(self) -> int:
        """Within how many months."""
        return int(self.kept.quality["months"])


def features(frame: pd.DataFrame, results: pd.DataFrame, signs: LossSigns) -> pd.DataFrame:
    """What is learnt from: the points of each sign that can be told, and figures."""
    return pd.DataFrame({
        **{sign.label: np.where(found.known, found.points, np.nan)
           for sign, found in zip(signs.card.signs, signs.signs, strict=True)},
        **to_learn(lambda key: figures(key, results, frame))})


def learn(shown: pd.DataFrame, truth: Numbers, points: Numbers, days: tuple[date, date],
          aum: Mapping[str, float], progress: Progress = silent) -> Fit:
    """Fit on part of the customers of an older list, judge on the rest.

    Args:
        shown: `features` of the customers of the older list.
        truth: 1.0 for who was lost by the newer list, 0.0 for who was not, NaN where that is not
            known; enough of either.
        points: of the card, row for row.
        days: the data dates of the two lists.
        aum: what the AUM of the older list is (`measure.measures`).
        progress: told how far the work is.
    """
    known = np.flatnonzero(~np.isnan(truth))
    if len(known) > MOST_LEARNT:
        known = np.sort(np.random.default_rng(SEED).choice(known, MOST_LEARNT, replace=False))
    told, outcome = shown.iloc[known], truth[known]
    predictors = _predictors(list(shown))
    typed, who = read_predictors(told, predictors), splitting.units(outcome)
    parts = splitting.hold_out(who, JUDGED, SEED)
    learning = np.sort(parts[0][0])
    if not fit_encoding(typed.iloc[learning]).columns:
        return Fit(refused=text("analytics.outcomes.nothing_to_learn_from"))
    leaking = leaks(typed, outcome, who, SEED)
    if leaking:
        return Fit(refused=text("models.retention.trial.leak", columns="”“".join(leaking)))
    progress(0.1)
    judged = judge(typed, outcome, who, parts, learners=("logistic",), seed=SEED,
                   progress=within(progress, 0.1, 1.0))
    rule = points[known][judged.rows]
    model = learnt_models.to_keep(
        KEY, days[0], judged, predictors, rule=rule, seed=SEED, listed=shown, aum=aum,
        data=told.iloc[learning].assign(lost=outcome[learning]),
        more={_UNTIL: days[1].isoformat()})
    months = round((days[1] - days[0]).days / _DAYS)
    return Fit(judged.auc().value,
               evaluation.pooled_auc_difference([(judged.truth, judged.chances, rule)]),
               replace(model, quality={**model.quality, "months": float(months)}))


def features_now(result: RunResult, rows: Rows) -> pd.DataFrame:
    """What a kept model looks at, of today's customers; as when it learnt, of one list alone."""
    frame, results = result.table.frame, result.results
    signs = loss_signs(frame, results, result.ruleset, result.table.as_of)
    return features(frame, results, signs).iloc[rows]


def carry_on(kept: KeptModel, result: RunResult, rows: Rows,
             progress: Progress = silent) -> Applied:
    """Ask a kept model of the customers at some rows, never without what it looks at."""
    now = features_now(result, rows)
    stands = registry.standing(kept, now, measures_of(result, rows))
    if stands.lacking:
        return Applied(kept, stands)
    return Applied(kept, stands, *learnt_models.scores(kept, now, progress))


def held_since(applied: Applied, shown: pd.DataFrame, truth: Numbers, points: Numbers,
               day: date, aum: Mapping[str, float]) -> Since | None:
    """How a kept model does on what came of customers of a list of some `day`.

    None if that is before the end of what it learnt from, as it would know part of the answers;
    or if the model is not applied, now or to that list. The other arguments are those of `learn`.
    """
    if not applied.used or day < date.fromisoformat(applied.kept.fitted[_UNTIL]):
        return None
    if registry.standing(applied.kept, shown, aum).lacking:
        return None
    known = ~np.isnan(truth)
    scores, _ = learnt_models.scores(applied.kept, shown[known])
    return Since(evaluation.auc_interval(truth[known], scores), evaluation.pooled_auc_difference(
        [(truth[known], scores, points[known])]))


def _predictors(names: list[str]) -> tuple[Predictor, ...]:
    return tuple(Predictor(name, Reading.NUMBER) for name in names)
