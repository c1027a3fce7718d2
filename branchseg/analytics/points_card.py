"""Points cards: a few columns, whole points for each band of them, added up by hand.

Each column is cut into bands (fifths of the training rows, or the frequent texts); a band's weight
of evidence is how far the log odds in it lie from those of all, drawn towards them where the band
is small. A logistic regression weighs the columns, and POINTS_TO_DOUBLE points double the odds
(the scaling of credit scorecards, Siddiqi 2006). The least band of each column gets 0 points.
A card of one column is the plain rule that any model must beat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from branchseg.analytics.encoding import BLANK
from branchseg.analytics.evaluation import auc
from branchseg.analytics.predictors import is_number
from branchseg.analytics.threads import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Places = NDArray[np.intp]

COLUMNS = 8
POINTS_TO_DOUBLE = 10
FIFTHS = (0.2, 0.4, 0.6, 0.8)
LEVELS = 12
LEAST_SHARE = 0.02
"""A text has a band of its own from this share of the training rows on."""

PRIOR = 20.0
"""So many average customers are added to each band before its odds are taken."""

USEFUL = 0.52
"""A column whose own AUC is not above this does not come on a card (unless it is the best)."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of a column: band 0 is what is unknown (of texts: and all that is rare).

    Numbers have `edges`: band 1 lies below the first, each further band from its edge on. Texts
    have `levels`: band k + 1 is level k.
    """

    name: str
    edges: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many bands there are."""
        return 1 + (len(self.levels) or len(self.edges) + 1)

    def places(self, column: pd.Series) -> Places:
        """The band of each row of a column made by `read_predictors`."""
        if is_number(column):
            values = column.to_numpy(dtype=np.float64)
            found = 1 + np.searchsorted(self.edges, values, side="right")
            return np.where(np.isnan(values), 0, found)
        levels = pd.Index(self.levels, dtype=object)
        return np.asarray(1 + levels.get_indexer(column.fillna(BLANK).to_numpy(dtype=object)))


@dataclass(frozen=True, slots=True)
class CardItem:
    """One column of a card with the points of each of its bands."""

    bands: Bands
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PointsCard:
    """Points to add up; the chance is 1 / (1 + exp(-(intercept + slope * points)))."""

    items: tuple[CardItem, ...]
    intercept: float
    slope: float

    def points(self, typed: pd.DataFrame) -> NDArray[np.int64]:
        """The points of each row of columns made by `read_predictors`."""
        total = np.zeros(len(typed), dtype=np.int64)
        for item in self.items:
            total += np.asarray(item.points)[item.bands.places(typed[item.bands.name])]
        return total

    def chances(self, points: NDArray[np.int64]) -> Numbers:
        """The chance that goes with so many points."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.intercept + self.slope * points))))


def fit_bands(column: pd.Series) -> Bands:
    """The bands of a column made by `read_predictors`; give training rows only."""
    if not is_number(column):
        counts = column.fillna(BLANK).value_counts()
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return Bands(str(column.name), levels=tuple(
            level for level, count in ordered[:LEVELS] if count >= LEAST_SHARE * len(column)))
    distinct = np.unique(known := column.dropna().to_numpy(dtype=np.float64))
    if len(distinct) < 2:
        return Bands(str(column.name))
    edges = np.unique(np.quantile(known, FIFTHS, method="inverted_cdf"))
    edges[edges == distinct[0]] = distinct[1]  # the least value may be that of most
    return Bands(str(column.name), edges=tuple(np.unique(edges).tolist()))


def own_auc(places: Places, bands: int, truth: Numbers, folds: Places) -> float:
    """The AUC of one column's bands alone, each fold judged by the evidence of the others."""
    scores = np.zeros(len(truth))
    for fold in np.unique(folds):
        inside = folds == fold
        scores[inside] = _evidence(places[~inside], bands, truth[~inside])[places[inside]]
    return auc(truth, scores)


def fit_card(typed: pd.DataFrame, truth: Numbers, folds: Places,
             most: int = COLUMNS) -> PointsCard:
    """A points card of at most so many columns, the best of their own; give training rows only.

    Args:
        typed: columns made by `read_predictors`, those worth learning from.
        truth: 1.0 or 0.0 per row, both must occur.
        folds: the fold of each row, for choosing columns.
        most: how many columns the card may have.
    """
    bands = {str(name): fit_bands(typed[name]) for name in typed}
    places = {name: one.places(typed[name]) for name, one in bands.items()}
    strength = {name: own_auc(places[name], one.count, truth, folds)
                for name, one in bands.items()}
    ranked = sorted(bands, key=lambda name: (-strength[name], name))
    chosen = [name for name in ranked[:most] if strength[name] > USEFUL] or ranked[:1]
    evidence = {name: _evidence(places[name], bands[name].count, truth) for name in chosen}
    weights = _weights({name: evidence[name][places[name]] for name in chosen}, truth)
    items = [CardItem(bands[name], _points(weight * evidence[name]))
             for name, weight in weights.items()]
    card = PointsCard(tuple(items), 0.0, 0.0)
    with one_thread():
        model = LogisticRegression(C=np.inf).fit(_standing(card.points(typed)), truth)
    return PointsCard(card.items, float(model.intercept_[0]),
                      float(model.coef_[0, 0]) * math.log(2) / POINTS_TO_DOUBLE)


def _standing(points: NDArray[np.int64]) -> Numbers:
    """Points as log odds, a scale on which the regression converges well."""
    return (points * math.log(2) / POINTS_TO_DOUBLE).reshape(-1, 1)


def _evidence(places: Places, bands: int, truth: Numbers) -> Numbers:
    """The weight of evidence of each band, drawn towards 0 where it is small."""
    overall = float(np.clip(truth.mean(), 1e-6, 1 - 1e-6))
    rows = np.bincount(places, minlength=bands)
    hits = np.bincount(places, weights=truth, minlength=bands)
    rates = (hits + PRIOR * overall) / (rows + PRIOR)
    return np.asarray(np.log(rates / (1 - rates)) - math.log(overall / (1 - overall)))


def _weights(evidence: dict[str, Numbers], truth: Numbers) -> dict[str, float]:
    """The weight of each column; one that would count against its own evidence is dropped."""
    while len(evidence) > 1:
        matrix = np.column_stack([*evidence.values()])
        with one_thread():
            model = LogisticRegression(C=1.0, solver="newton-cholesky").fit(matrix, truth)
        weights = dict(zip(evidence, model.coef_[0].tolist(), strict=True))
        if min(weights.values()) > 0:
            return weights
        del evidence[min(weights, key=weights.__getitem__)]
    return dict.fromkeys(evidence, 1.0)


def _points(log_odds: Numbers) -> tuple[int, ...]:
    """Whole points from 0 up."""
    points = np.round((log_odds - log_odds.min()) * POINTS_TO_DOUBLE / math.log(2))
    return tuple(int(one) for one in points)
