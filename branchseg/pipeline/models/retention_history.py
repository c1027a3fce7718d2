"""What became of customers since an earlier list: does the retention card hold, would a fit?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from branchseg import rules
from branchseg.analytics import evaluation
from branchseg.analytics.answers import outcomes
from branchseg.messages import text
from branchseg.model.figures import figures
from branchseg.model.results import Status
from branchseg.model.table import CustomerTable
from branchseg.pipeline.compare import are_alike
from branchseg.pipeline.models.columns import BEHAVIOUR, label
from branchseg.rules.predicates import months_before
from branchseg.rules.retention import (
    HistoryRule,
    loss_signs,
    retention_card,
    same_measure,
    told_by,
)
from branchseg.store.records import in_force

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.analytics.evaluation import Interval
    from branchseg.pipeline.story import RunResult
    from branchseg.store.vault import Vault

_SEED = 0
_OUTCOME = "outcome"
_LEAST_MEASURED = 0.5
"""Of this share of those on both lists the balances must be of one measure."""

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
        card: the AUC of the points; None if the lists are not of the same people.
        fit: the AUC of a fitted model on customers it has not seen; None without a fit.
        ahead: how much higher that is than the AUC of the points, on the same customers.
        refused: why nothing was held against each other or fitted, "" if something was.
    """

    customers: int
    lost: int
    rates: tuple[float, ...]
    card: Interval | None
    fit: float | None = None
    ahead: Interval | None = None
    refused: str = ""

    @property
    def holds(self) -> bool:
        """Whether the points tell more than chance."""
        return self.card is not None and self.card.low > _CHANCE

    @property
    def fit_is_better(self) -> bool:
        """Whether a fitted model tells certainly more than the points."""
        return self.ahead is not None and self.ahead.low > 0


def gather_history(vault: Vault, result: RunResult) -> History | None:
    """The newest two imports in force that can be compared; for the worker that has the vault."""
    months = retention_card(result.ruleset).history.months
    batches = vault.batches()
    for newer in in_force(batches):
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


class _Fate(NamedTuple):
    """What became of the valid customers of the older list; all arrays are row for row.

    `gone` are no longer listed; `lost` is 1.0 for them and who took most of the money away, 0.0
    for who did not, NaN where the lists do not tell.
    """

    gone: NDArray[np.bool_]
    lost: NDArray[np.float64]
    aum: NDArray[np.float64]


def try_card(history: History, result: RunResult) -> Trial:
    """Hold the card against the older list, and see who has left since."""
    frame = history.older.frame.sort_values("customer_id", ignore_index=True)
    older, ruleset = CustomerTable(frame, history.older.as_of), result.ruleset
    judged = rules.assess(frame, ruleset, older.as_of)
    signs = loss_signs(frame, judged, ruleset, older.as_of)
    valid = np.flatnonzero((judged["status"] != Status.INVALID).to_numpy())
    fate = _fate(History(older, history.newer), judged, result, signs.card.history, valid)
    refused = _refusal(history, fate, signs.card.history)
    if refused:
        return Trial(len(valid), int(fate.gone.sum()), (), None, refused=refused)
    known = ~np.isnan(fate.lost)
    rows, truth = valid[known], fate.lost[known]
    points, level = np.asarray(signs.points)[rows], np.asarray(signs.level)[rows]
    rates = tuple(float(truth[level == place].mean()) if (level == place).any()
                  else float("nan") for place in range(len(signs.card.levels)))
    trial = Trial(len(rows), int(truth.sum()), rates, evaluation.auc_interval(truth, points))
    least = signs.card.history.least_lost
    if min(trial.lost, len(rows) - trial.lost) < least:
        return replace(trial, refused=text("models.retention.trial.too_few", lost=trial.lost,
                                           stayed=len(rows) - trial.lost, least=least))
    return _fitted(trial, pd.DataFrame({
        **{sign.label: np.where(found.known, found.points, np.nan)[rows]
           for sign, found in zip(signs.card.signs, signs.signs, strict=True)},
        **{label(key): figures(key, judged, frame)[rows] for key in BEHAVIOUR},
        _OUTCOME: truth}), points)


def _fitted(trial: Trial, frame: pd.DataFrame, points: NDArray[np.float64]) -> Trial:
    """The trial with a model fitted on part of the customers and judged on the rest."""
    found = outcomes.answer(frame, outcomes.OutcomesSpec(
        target=_OUTCOME, positive=1.0, model="logistic", seed=_SEED))
    if found.per_row is None:
        return replace(trial, refused=text(found.code, **found.params))
    if found.figures["leaks"]:
        return replace(trial, refused=text("models.retention.trial.leak",
                                           columns="”“".join(found.figures["leaks"])))
    unseen = (found.per_row["part"] == "judged").to_numpy()
    truth = frame[_OUTCOME].to_numpy()[unseen]
    scores = found.per_row["score"].to_numpy(dtype=np.float64)[unseen]
    ahead = evaluation.pooled_auc_difference([(truth, scores, points[unseen])])
    return replace(trial, fit=evaluation.auc(truth, scores), ahead=ahead)


def _fate(history: History, judged: pd.DataFrame, result: RunResult, rule: HistoryRule,
          valid: NDArray[np.intp]) -> _Fate:
    """What became of the customers at `valid`; only balances of one measure are compared."""
    older, newer = history
    ids = older.frame["customer_id"]
    before = told_by(older.frame, judged, older.as_of)
    after = told_by(newer.frame, rules.assess(newer.frame, result.ruleset, newer.as_of),
                    newer.as_of)
    after.index = pd.Index(newer.frame["customer_id"])
    after = after.reindex(ids).reset_index(drop=True)
    had, has = (one["aum"].to_numpy(dtype=np.float64) for one in (before, after))
    has = np.where(same_measure(after, before), has, np.nan)
    fell = (had >= rule.least_aum) & (has <= had * (1.0 - rule.fall))
    known = ~np.isnan(had) & ~np.isnan(has)
    gone = ~ids.isin(newer.frame["customer_id"]).to_numpy()
    lost = np.where(gone | fell, 1.0, np.where(known, 0.0, np.nan))
    return _Fate(gone[valid], lost[valid], had[valid])


def _refusal(history: History, fate: _Fate, rule: HistoryRule) -> str:
    """Why the newer list does not tell who has left; "" if it does."""
    gone, stayed = int(fate.gone.sum()), int((~fate.gone).sum())
    said = {"older": history.older.as_of.isoformat(), "newer": history.newer.as_of.isoformat(),
            "customers": len(fate.gone), "gone": gone, "stayed": stayed}
    if gone > rule.most_gone * len(fate.gone):
        return text("models.retention.trial.gone", share=gone / len(fate.gone),
                    most=rule.most_gone, **said)
    owned = ~np.isnan(fate.aum)
    apart = evaluation.auc_interval(fate.gone[owned], fate.aum[owned])
    if apart.low >= rule.most_apart:
        return text("models.retention.trial.cut_high", **said)
    if apart.high <= 1.0 - rule.most_apart:
        return text("models.retention.trial.cut_low", **said)
    known = int((~np.isnan(fate.lost[~fate.gone])).sum())
    if known < _LEAST_MEASURED * stayed:
        return text("models.retention.trial.measure", known=known, **said)
    return ""
