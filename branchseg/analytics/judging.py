"""A model and the plain rule it must beat, both fitted on learning rows, judged on others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from branchseg.analytics import evaluation
from branchseg.analytics.learning import Fitted, Learner, fit_model
from branchseg.analytics.points_card import PointsCard, fit_bands, fit_card, own_auc
from branchseg.analytics.predictors import is_number
from branchseg.analytics.splitting import Units, fold_of_rows, units
from branchseg.progress import Progress, silent, within

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.analytics.evaluation import Interval
    from branchseg.analytics.splitting import Parts

    Numbers = NDArray[np.float64]
    Places = NDArray[np.intp]

INNER_FOLDS = 5
LEAK_AUC = 0.99
LEAK_ROWS = 10
"""So many of each class must have a number for its own AUC to count."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was fitted on the same rows: a model, a points card, and the plain rule.

    The plain rule is a points card of the one column that tells most.
    """

    model: Fitted
    card: PointsCard
    rule: PointsCard


@dataclass(frozen=True, slots=True)
class Judged:
    """Scores of rows that their model has not seen.

    Attributes:
        fitted: what was fitted on the learning rows of each part.
        final: the same, or after a cross-validation what was fitted on all rows.
        rows: the rows judged, part after part.
        part: the number of the part of each.
        truth: 1.0 or 0.0 of each.
        chances: by the model.
        card: points by the card.
        rule: points by the plain rule.
    """

    fitted: tuple[Candidates, ...]
    final: Candidates
    rows: Places
    part: Places
    truth: Numbers
    chances: Numbers
    card: NDArray[np.int64]
    rule: NDArray[np.int64]

    def auc(self) -> Interval:
        """The AUC of the model, the mean of the parts."""
        return evaluation.pooled_auc([(self.truth[i], self.chances[i]) for i in self._parts()])

    def advantage(self) -> Interval:
        """How much higher the AUC of the model is than that of the plain rule."""
        return evaluation.pooled_auc_difference(
            [(self.truth[i], self.chances[i], self.rule[i]) for i in self._parts()])

    def quality(self) -> dict[str, float | list[float]]:
        """All measures by name; those of order by part, averaged; the others over all rows."""
        found, ahead = self.auc(), self.advantage()
        by_part = [evaluation.auc(self.truth[i], self.chances[i]) for i in self._parts()]
        quality: dict[str, float | list[float]] = {
            "auc": found.value, "auc_interval": [found.low, found.high],
            "brier": evaluation.brier(self.truth, self.chances),
            "calibration_error": evaluation.calibration_error(self.truth, self.chances),
            "lift_top_decile": evaluation.lift(self.truth, self.chances),
            "captured_20": evaluation.captured(self.truth, self.chances, 0.2),
            "ks": evaluation.ks(self.truth, self.chances)[0],
            "baseline_auc": self._mean_auc(self.rule), "card_auc": self._mean_auc(self.card),
            "auc_gain": ahead.value, "auc_gain_interval": [ahead.low, ahead.high],
            "base_rate": float(self.truth.mean()),
        }
        if len(by_part) > 1:
            quality |= {"auc_folds": by_part, "auc_sd": float(np.std(by_part))}
        return quality

    def _mean_auc(self, scores: NDArray[np.int64]) -> float:
        return evaluation.pooled_auc([(self.truth[i], scores[i]) for i in self._parts()]).value

    def _parts(self) -> list[NDArray[np.bool_]]:
        return [self.part == number for number in np.unique(self.part)]


def judge(typed: pd.DataFrame, truth: Numbers, who: Units, parts: Parts, *,
          learners: tuple[Learner, ...], seed: int = 0,
          progress: Progress = silent) -> Judged:
    """Fit on the learning rows of each part, score its judging rows.

    Args:
        typed: columns made by `read_predictors`.
        truth: 1.0 or 0.0 per row.
        who: the customers of the rows.
        parts: from `splitting`; learning rows need some customers of each class.
        learners: which models to try.
        seed: for folds and models.
        progress: told how far the work is.
    """
    whole = np.arange(len(truth))
    learnt = [learning for learning, _ in parts] + ([whole] if len(parts) > 1 else [])
    fitted = [_fit(typed, truth, who, learning, learners, seed,
                   within(progress, place / len(learnt), (place + 1) / len(learnt)))
              for place, learning in enumerate(learnt)]
    final = fitted[-1]
    fitted = fitted[:len(parts)]
    progress(1.0)
    rows = [judging for _, judging in parts]
    shown = [typed.iloc[chosen] for chosen in rows]
    pairs = list(zip(fitted, shown, strict=True))
    return Judged(
        tuple(fitted), final, np.concatenate(rows),
        np.repeat(np.arange(len(rows)), [len(part) for part in rows]),
        truth[np.concatenate(rows)],
        np.concatenate([one.model.chances(part) for one, part in pairs]),
        np.concatenate([one.card.points(part) for one, part in pairs]),
        np.concatenate([one.rule.points(part) for one, part in pairs]))


def leaks(typed: pd.DataFrame, truth: Numbers, who: Units, seed: int = 0) -> tuple[str, ...]:
    """Columns that alone tell positives from others all but perfectly: known too late to help.

    A column leaks if its AUC is above LEAK_AUC: as a number in either direction, or in bands,
    each fold judged by the others.
    """
    folds = fold_of_rows(who, INNER_FOLDS, seed)
    found = []
    for name in typed:
        bands = fit_bands(typed[name])
        alone = own_auc(bands.places(typed[name]), bands.count, truth, folds)
        if max(alone, _number_auc(typed[name], truth)) > LEAK_AUC:
            found.append(str(name))
    return tuple(found)


def _number_auc(column: pd.Series, truth: Numbers) -> float:
    """The AUC of a column of numbers where they are known, whichever direction; else 0."""
    if not is_number(column):
        return 0.0
    values = column.to_numpy(dtype=np.float64)
    known = ~np.isnan(values)
    ups = int(truth[known].sum())
    if min(ups, int(known.sum()) - ups) < LEAK_ROWS:
        return 0.0
    found = evaluation.auc(truth[known], values[known])
    return max(found, 1.0 - found)


def _fit(typed: pd.DataFrame, truth: Numbers, who: Units, rows: Places,
         learners: tuple[Learner, ...], seed: int, progress: Progress) -> Candidates:
    """Model, card and rule, all on the same rows."""
    outcome, shown = truth[rows], typed.iloc[rows]
    folds = fold_of_rows(units(outcome, who.rows[rows]), INNER_FOLDS, seed)
    model = fit_model(shown, outcome, folds, learners=learners, seed=seed,
                      progress=within(progress, 0.0, 0.8))
    progress(0.8)
    useful = shown[[one.name for one in model.encoding.columns]]
    return Candidates(model, fit_card(useful, outcome, folds),
                      fit_card(useful, outcome, folds, most=1))
