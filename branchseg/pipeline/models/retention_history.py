"""What became of customers since an earlier list: does the retention card hold, would a fit?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from branchseg import rules
from branchseg.analytics import evaluation
from branchseg.analytics.answers import outcomes
from branchseg.messages import text
from branchseg.model.figures import figures
from branchseg.model.results import Status
from branchseg.pipeline.compare import are_alike
from branchseg.pipeline.models.columns import BEHAVIOUR
from branchseg.rules.predicates import months_before
from branchseg.rules.retention import (
    RetentionCard,
    loss_signs,
    retention_card,
    same_measure,
    told_by,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.analytics.evaluation import Interval
    from branchseg.model.table import CustomerTable
    from branchseg.pipeline.story import RunResult
    from branchseg.store.vault import Vault

_SEED = 0
_OUTCOME = "outcome"
_CHANCE = 0.5
"""The AUC of points that say nothing."""


class History(NamedTuple):
    """Two lists of the same kind, far enough apart, each alone."""

    older: CustomerTable
    newer: CustomerTable


@dataclass(frozen=True, slots=True)
class Trial:
    """The card held against what became of the customers of the older list.

    Attributes:
        customers: of how many it is known what became of them.
        lost: how many of them left.
        rates: share of the lost by level of the card, NaN where nobody was at it.
        card: the AUC of the points.
        fit: the AUC of a fitted model on customers it has not seen; None without a fit.
        ahead: how much higher that is than the AUC of the points, on the same customers.
        refused: why nothing was fitted, "" if something was.
    """

    customers: int
    lost: int
    rates: tuple[float, ...]
    card: Interval
    fit: float | None = None
    ahead: Interval | None = None
    refused: str = ""

    @property
    def holds(self) -> bool:
        """Whether the points tell more than chance."""
        return self.card.low > _CHANCE

    @property
    def fit_is_better(self) -> bool:
        """Whether a fitted model tells certainly more than the points."""
        return self.ahead is not None and self.ahead.low > 0


def gather_history(vault: Vault, result: RunResult) -> History | None:
    """The newest two imports in force that can be compared; for the worker that has the vault."""
    months = retention_card(result.ruleset).history.months
    batches = vault.batches()
    live = sorted((one for one in batches if one.in_force),
                  key=lambda one: (one.as_of, one.id), reverse=True)
    for newer in live:
        far = [one for one in newer.older(batches)
               if one.as_of <= months_before(newer.as_of, months)]
        shared = vault.in_common(newer.id) if far else {}
        for older in far:
            common, people = shared[older.id]
            if are_alike(common, people, shared[newer.id].people):
                return History(vault.list_table(older.id), vault.list_table(newer.id))
    return None


def earlier_values(result: RunResult, history: History) -> pd.DataFrame:
    """What the older list told for the customers of a result, row for row."""
    older = history.older
    known = told_by(older.frame, rules.assess(older.frame, result.ruleset, older.as_of),
                    older.as_of)
    known.index = pd.Index(older.frame["customer_id"])
    return known.reindex(result.table.frame["customer_id"]).reset_index(drop=True)


def try_card(history: History, result: RunResult) -> Trial:
    """Hold the card against the older list, and see who has left since."""
    older, ruleset = history.older, result.ruleset
    judged = rules.assess(older.frame, ruleset, older.as_of)
    signs = loss_signs(older.frame, judged, ruleset, older.as_of)
    truth = _lost(history, judged, result, signs.card)
    rows = np.flatnonzero(~np.isnan(truth) & (judged["status"] != Status.INVALID).to_numpy())
    truth, points, level = truth[rows], np.asarray(signs.points)[rows], np.asarray(signs.level)
    rates = tuple(float(truth[level[rows] == place].mean()) if (level[rows] == place).any()
                  else float("nan") for place in range(len(signs.card.levels)))
    lost, least = int(truth.sum()), signs.card.history.least_lost
    card = evaluation.auc_interval(truth, points)
    if min(lost, len(rows) - lost) < least:
        return Trial(len(rows), lost, rates, card, refused=text(
            "models.retention.trial.too_few", lost=lost, stayed=len(rows) - lost, least=least))
    frame = pd.DataFrame({
        **{sign.key: np.where(found.known, found.points, np.nan)[rows]
           for sign, found in zip(signs.card.signs, signs.signs, strict=True)},
        **{key: figures(key, judged, older.frame)[rows] for key in BEHAVIOUR},
        _OUTCOME: truth})
    found = outcomes.answer(frame, outcomes.OutcomesSpec(
        target=_OUTCOME, positive=1.0, model="logistic", seed=_SEED))
    if found.per_row is None:
        return Trial(len(rows), lost, rates, card, refused=text(found.code, **found.params))
    unseen = (found.per_row["part"] == "judged").to_numpy()
    scores = found.per_row["score"].to_numpy(dtype=np.float64)
    return Trial(
        len(rows), lost, rates, card, evaluation.auc(truth[unseen], scores[unseen]),
        evaluation.pooled_auc_difference([(truth[unseen], scores[unseen], points[unseen])]))


def _lost(history: History, judged: pd.DataFrame, result: RunResult,
          card: RetentionCard) -> NDArray[np.float64]:
    """1.0 who left or took most of his money away, 0.0 who did not, NaN where it is not known."""
    newer, ids = history.newer, history.older.frame["customer_id"]
    after = rules.assess(newer.frame, result.ruleset, newer.as_of)["aum"]
    after.index = pd.Index(newer.frame["customer_id"])
    now = after.reindex(ids).to_numpy(dtype=np.float64)
    before = judged["aum"].to_numpy(dtype=np.float64)
    fell = (before >= card.history.least_aum) & (now <= before * (1.0 - card.history.fall))
    known = ~np.isnan(before) & ~np.isnan(now)
    gone = ~ids.isin(newer.frame["customer_id"]).to_numpy()
    return np.where(gone | fell, 1.0, np.where(known, 0.0, np.nan))
