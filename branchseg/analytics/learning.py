"""Models that learn chances: logistic regression and boosted trees, calibrated, with reasons.

Everything is fitted on the rows given, which are training rows only: encoding, model, the choice
between models and calibration (on predictions for rows the model had not seen, in folds).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from branchseg.analytics.encoding import Encoding, fit_encoding
from branchseg.analytics.estimators import Line, forest_of, line_of
from branchseg.analytics.evaluation import auc
from branchseg.analytics.threads import one_thread
from branchseg.progress import Progress, silent, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.analytics.estimators import Estimator

    Numbers = NDArray[np.float64]
    Places = NDArray[np.intp]

Learner = Literal["logistic", "trees"]

FOLD_ROWS = 30_000
"""Choice and calibration look at no more rows than this."""

SHUFFLED_ROWS = 5_000
"""Importance looks at no more rows than this."""

BLOCK = 50_000
SLOPES = (0.05, 5.0)
"""Limits of the calibrating slope: it never turns an order round."""

TREES = {"learning_rate": 0.1, "max_iter": 50, "max_leaf_nodes": 4, "min_samples_leaf": 30,
         "l2_regularization": 1.0, "early_stopping": False}
"""Few small trees: lists of a branch are short (the library's own settings overfit there)."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model that gives chances.

    Attributes:
        learner: which kind of model.
        encoding: how columns become its matrix.
        estimator: the model, in plain numbers.
        intercept: with `slope`, calibrates log odds (Platt 1999).
        slope: see `intercept`.
        fold_auc: the AUC of each learner that was tried, on training rows it had not seen.
    """

    learner: Learner
    encoding: Encoding
    estimator: Estimator
    intercept: float
    slope: float
    fold_auc: dict[str, float]

    def log_odds(self, typed: pd.DataFrame) -> Numbers:
        """The calibrated log odds of each row of columns made by `read_predictors`."""
        blocks = [_margins(self.estimator, self.encoding.encode(typed.iloc[at:at + BLOCK]))
                  for at in range(0, len(typed), BLOCK)]
        return self.intercept + self.slope * np.concatenate([np.empty(0), *blocks])

    def chances(self, typed: pd.DataFrame) -> Numbers:
        """The calibrated chance of each row."""
        return np.asarray(expit(self.log_odds(typed)))


def fit_model(typed: pd.DataFrame, truth: Numbers, folds: Places, *,
              learners: tuple[Learner, ...], seed: int = 0,
              progress: Progress = silent) -> Fitted:
    """Fit the best of some learners.

    Args:
        typed: columns made by `read_predictors`; training rows only.
        truth: 1.0 or 0.0 per row; both must occur in every fold and outside it.
        folds: the fold of each row; customers with several rows must be in one.
        learners: which to try; the one with the highest AUC on unseen rows is taken, if equal
            the first.
        seed: for the trees.
        progress: told how far the work is.
    """
    seen = np.arange(len(truth))
    if len(seen) > FOLD_ROWS:
        seen = np.sort(np.random.default_rng(seed).choice(seen, FOLD_ROWS, replace=False))
    trial, outcome, fold = typed.iloc[seen], truth[seen], folds[seen]
    share = 0.8 / len(learners)
    margins = {one: _unseen_margins(one, trial, outcome, fold, seed,
                                    within(progress, place * share, (place + 1) * share))
               for place, one in enumerate(learners)}
    progress(0.8)
    aucs = {one: float(np.mean([auc(outcome[fold == k], margin[fold == k])
                                for k in np.unique(fold)])) for one, margin in margins.items()}
    best = max(learners, key=aucs.__getitem__)
    intercept, slope = _calibrate(margins[best], outcome)
    encoding = fit_encoding(typed)
    return Fitted(best, encoding, _fit(best, encoding.encode(typed), truth, seed),
                  intercept, slope, {str(one): value for one, value in aucs.items()})


def coefficients(fitted: Fitted) -> dict[str, float]:
    """The coefficients of a logistic regression by column of the matrix, standardised scale."""
    assert isinstance(fitted.estimator, Line)
    return dict(zip(fitted.encoding.names, fitted.estimator.weights, strict=True))


def importance(fitted: Fitted, typed: pd.DataFrame, truth: Numbers, *, repeats: int = 3,
               seed: int = 0) -> dict[str, float]:
    """How much AUC is lost if one column is shuffled (Breiman 2001), mean over repeats.

    Give rows the model has not seen; no more than SHUFFLED_ROWS of them are looked at.
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(typed))[:SHUFFLED_ROWS])
    shown, outcome = typed.iloc[rows].reset_index(drop=True), truth[rows]
    whole = auc(outcome, fitted.log_odds(shown))
    lost = {}
    for one in fitted.encoding.columns:
        aucs = []
        for _ in range(repeats):
            mixed = shown[one.name].iloc[rng.permutation(len(shown))].reset_index(drop=True)
            aucs.append(auc(outcome, fitted.log_odds(shown.assign(**{one.name: mixed}))))
        lost[one.name] = whole - float(np.mean(aucs))
    return lost


def contributions(fitted: Fitted, typed: pd.DataFrame,
                  progress: Progress = silent) -> pd.DataFrame:
    """What each column adds to the log odds of each row, against the usual value of the column.

    The usual value is the median or the most frequent text of the training rows. For a logistic
    regression the contributions add up to the difference from an all usual customer.
    """
    whole, moved = fitted.log_odds(typed), {}
    for place, one in enumerate(fitted.encoding.columns):
        progress(place / len(fitted.encoding.columns))
        moved[one.name] = whole - fitted.log_odds(typed.assign(**{one.name: one.usual}))
    return pd.DataFrame(moved, index=typed.index)


def _unseen_margins(learner: Learner, typed: pd.DataFrame, truth: Numbers, folds: Places,
                    seed: int, progress: Progress) -> Numbers:
    """The log odds of each row by a model that was fitted on the other folds."""
    found, numbers = np.empty(len(truth)), np.unique(folds)
    for place, fold in enumerate(numbers):
        progress(place / len(numbers))
        inside = folds == fold
        encoding = fit_encoding(typed.loc[~inside])
        model = _fit(learner, encoding.encode(typed.loc[~inside]), truth[~inside], seed)
        found[inside] = _margins(model, encoding.encode(typed.loc[inside]))
    return found


def _fit(learner: Learner, matrix: Numbers, truth: Numbers, seed: int) -> Estimator:
    """Fit one model."""
    columns = matrix.shape[1]
    if not columns:
        matrix = np.zeros((len(truth), 1))
    with one_thread():
        if learner == "trees":
            trees = HistGradientBoostingClassifier(random_state=seed, **TREES)
            return forest_of(trees.fit(matrix, truth))
        return line_of(LogisticRegression(C=1.0, max_iter=2000).fit(matrix, truth), columns)


def _margins(model: Estimator, matrix: Numbers) -> Numbers:
    """The uncalibrated log odds of a fitted model."""
    with one_thread():
        return model.margins(matrix)


def _calibrate(margins: Numbers, truth: Numbers) -> tuple[float, float]:
    """Intercept and slope by greatest likelihood, with targets drawn in a little (Platt 1999)."""
    ups = truth.sum()
    target = np.where(truth > 0, (ups + 1) / (ups + 2), 1 / (len(truth) - ups + 2))

    def loss(pair: Numbers) -> tuple[float, Numbers]:
        odds = pair[0] + pair[1] * margins
        error = expit(odds) - target
        value = (np.logaddexp(0.0, odds) - target * odds).mean()
        return float(value), np.array([error.mean(), (error * margins).mean()])

    with one_thread():
        found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B",
                         bounds=[(-20.0, 20.0), SLOPES])
    return float(found.x[0]), float(found.x[1])
