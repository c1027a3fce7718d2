"""Where to cut a list by score: who stays, what comes of it and what it costs, for each score.

Whose score is below the cut-off is dropped; equality stays. So all customers of equal score stay
or go together, and the cut-offs that differ are the distinct scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CutOff:
    """One cut-off: `n` customers stay, with so many (expected) responses and so much profit."""

    score: float
    n: int
    responses: float
    profit: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Every distinct score as a cut-off, the highest first.

    Attributes:
        scores: the cut-offs, falling.
        kept: customers with at least that score.
        responses: of these, who responded, or are expected to.
        cost: what contacting them costs.
        profit: responses times their benefit, less the cost.
    """

    scores: Numbers
    kept: Counts
    responses: Numbers
    cost: Numbers
    profit: Numbers

    def at(self, score: float) -> CutOff:
        """What any score means as a cut-off; above all scores nobody stays."""
        place = int(np.searchsorted(-self.scores, -score, side="right")) - 1
        if place < 0:
            return CutOff(score, 0, 0.0, 0.0)
        return CutOff(score, int(self.kept[place]), float(self.responses[place]),
                      float(self.profit[place]))

    def break_even(self) -> CutOff | None:
        """The lowest cut-off at which the whole still pays (profit >= 0); None if none does."""
        paying = np.flatnonzero(self.profit >= 0)
        return self.at(float(self.scores[paying[-1]])) if len(paying) else None

    def best(self) -> CutOff | None:
        """The cut-off of the greatest profit (the highest of equals); None without customers."""
        return self.at(float(self.scores[self.profit.argmax()])) if len(self.profit) else None


def curve(scores: ArrayLike, responses: ArrayLike, cost: float, benefit: float) -> Curve:
    """Every distinct score as a cut-off.

    Args:
        scores: per customer, without gaps.
        responses: per customer 1 or 0 if known, else the chance.
        cost: of contacting one customer, 元.
        benefit: of one response, 元.
    """
    values = np.asarray(scores, dtype=np.float64)
    distinct, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    hits = np.bincount(places, weights=np.asarray(responses, dtype=np.float64),
                       minlength=len(distinct))
    kept, responded = counts[::-1].cumsum(), hits[::-1].cumsum()
    spent = cost * kept
    return Curve(distinct[::-1], kept, responded, spent, benefit * responded - spent)
