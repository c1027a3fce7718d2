"""What became of customers since an earlier list: does the retention card hold, would a fit?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from branchseg import rules
from branchseg.analytics import evaluation
from branchseg.messages import text
from branchseg.model.results import Status
from branchseg.model.table import CustomerTable
from branchseg.pipeline.models.measure import measures
from branchseg.pipeline.models.older_lists import OlderLists, remembered
from branchseg.pipeline.models.retention_learning import KEY, features, held_since, learn
from branchseg.pipeline.models.retention_losses import MonthBefore, month_before
from branchseg.progress import Progress, silent, within
from branchseg.rules.predicates import months_before
from branchseg.rules.retention import (
    HistoryRule,
    loss_signs,
    retention_card,
    same_measure,
    told_by,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from numpy.typing import NDArray

    from branchseg.analytics.evaluation import Interval
    from branchseg.pipeline.models.retention_learning import Applied, Since
    from branchseg.pipeline.story import RunResult
    from branchseg.rules.retention import LossSigns
    from branchseg.store.records import Batch, KeptModel
    from branchseg.store.vault import Vault

_LEAST_MEASURED = 0.5
"""Of this share of those on both lists the balances must be of one measure."""

_LEAST_TOLD = 0.5
"""An older list that tells the AUM of fewer, or too few signs of more than half, is too thin."""

_MOST_READ = 12
"""So many older lists are looked through at most."""

_CHANCE = 0.5
"""The AUC of points that say nothing."""


class History(NamedTuple):
    """Two lists of the same kind, far enough apart, each alone.

    `elsewhere` are customers of other lists of the newer one's day or later: they have not left.
    """

    older: CustomerTable
    newer: CustomerTable
    elsewhere: frozenset[str] = frozenset()


class Material(NamedTuple):
    """What the vault knows of losses: two lists, why others were passed over, the model kept.

    `before` is the list of the month before the newest.
    """

    history: History | None = None
    passed: tuple[str, ...] = ()
    kept: KeptModel | None = None
    before: MonthBefore | None = None


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
        model: what may be kept of the fit.
        since: how a model did that was kept before; None where that is not known.
        refused: why nothing was held against each other or fitted, "" if something was.
    """

    customers: int
    lost: int
    rates: tuple[float, ...]
    card: Interval | None
    fit: float | None = None
    ahead: Interval | None = None
    model: KeptModel | None = None
    since: Since | None = None
    refused: str = ""

    @property
    def tried(self) -> bool:
        """Whether the points were held against enough who left and who stayed."""
        return self.card is not None and not self.refused

    @property
    def holds(self) -> bool:
        """Whether the points tell more than chance."""
        return self.card is not None and self.card.low > _CHANCE

    @property
    def fit_is_better(self) -> bool:
        """Whether a fitted model tells certainly more than the points."""
        return self.ahead is not None and self.ahead.low > 0


def gather_history(vault: Vault, result: RunResult, progress: Progress = silent) -> Material:
    """Two imports in force that can be compared, the newest that tell enough.

    Where none tell enough the newest that are of the same customers: what they lack is said when
    the card is held against them. For the worker that has the vault.
    """
    progress(0.0)
    found = remembered(vault, "history", result, lambda lists: _look(
        lists, result, progress)._replace(before=month_before(lists, result.table.as_of)))
    return found._replace(kept=next(iter(vault.kept_models(KEY)), None))


def _look(lists: OlderLists, result: RunResult, progress: Progress) -> Material:
    passed = [_passed("future", one.as_of) for one in lists.future]
    spare: tuple[CustomerTable, Batch] | None = None
    thin: dict[int, str] = {}
    for older, newer in _pairs(lists, result, passed, progress):
        if older.id not in thin and len(thin) < _MOST_READ:
            table = lists.table(older)
            thin[older.id] = _thin(table, result)
            spare = spare or (table, newer)
            if not thin[older.id]:
                return Material(_history(lists, table, newer), tuple(dict.fromkeys(passed)))
            passed.append(thin[older.id])
    if spare is None:
        return Material(None, tuple(dict.fromkeys(passed)))
    return Material(_history(lists, *spare))


def _pairs(lists: OlderLists, result: RunResult, passed: list[str],
           progress: Progress) -> Iterator[tuple[Batch, Batch]]:
    """Older and newer imports of the same customers, far enough apart, the newest first.

    Those of the kind of which there are the most come first.
    """
    months = retention_card(result.ruleset).history.months
    main = lists.main_kind(within(progress, 0.0, 0.2))
    others = {one.id for one in lists.come} - {one.id for one in main}
    order = [*main, *(one for one in lists.come if one.id in others)]
    for place, newer in enumerate(order):
        far = [one for one in newer.older(lists.come)
               if one.as_of <= months_before(newer.as_of, months)]
        for past, older in enumerate(far):
            within(progress, 0.2, 1.0)((place + past / len(far)) / len(order))
            if lists.are_alike(newer, older):
                yield older, newer
            else:
                passed.append(_passed("others", older.as_of, newer=newer.as_of.isoformat()))


def _history(lists: OlderLists, older: CustomerTable, newer: Batch) -> History:
    """The two lists, and who is on another one of the newer one's day or later."""
    return History(older, lists.table(newer), lists.elsewhere(newer))


def _thin(table: CustomerTable, result: RunResult) -> str:
    """Why an older list tells too little to learn from, "" if it tells enough."""
    judged = rules.assess(table.frame, result.ruleset, table.as_of)
    rows = np.flatnonzero((judged["status"] != Status.INVALID).to_numpy())
    if not len(rows):
        return _passed("empty", table.as_of)
    owned = float(judged["aum"].iloc[rows].notna().mean())
    if owned < _LEAST_TOLD:
        return _passed("poor", table.as_of, share=owned)
    signs = loss_signs(table.frame, judged, result.ruleset, table.as_of)
    told = float((np.asarray(signs.level)[rows] < len(signs.card.levels)).mean())
    if told < _LEAST_TOLD:
        return _passed("vague", table.as_of, share=told, least=signs.card.least_known)
    return ""


def _passed(why: str, day: date, **said: object) -> str:
    return text(f"models.retention.trial.passed_{why}", day=day.isoformat(), **said)


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


def try_card(history: History, result: RunResult, progress: Progress = silent, *,
             applied: Applied | None = None) -> Trial:
    """Hold the card against the older list, see who has left since, and fit a model to that.

    A model that is `applied` is held against it instead, if what came of the customers was not
    known when it was learnt.
    """
    frame = history.older.frame.sort_values("customer_id", ignore_index=True)
    older, ruleset = CustomerTable(frame, history.older.as_of), result.ruleset
    progress(0.05)
    judged = rules.assess(frame, ruleset, older.as_of)
    progress(0.1)
    signs = loss_signs(frame, judged, ruleset, older.as_of)
    progress(0.15)
    valid = np.flatnonzero((judged["status"] != Status.INVALID).to_numpy())
    fate = _fate(history._replace(older=older), judged, result, signs.card.history, valid)
    progress(0.25)
    refused = _refusal(history, fate, signs.card.history)
    if refused:
        return Trial(len(valid), int(fate.gone.sum()), (), None, refused=refused)
    trial = _held(signs, valid, fate.lost)
    least = signs.card.history.least_lost
    if min(trial.lost, trial.customers - trial.lost) < least:
        return replace(trial, refused=text("models.retention.trial.too_few", lost=trial.lost,
                                           stayed=trial.customers - trial.lost, least=least))
    shown = features(frame, judged, signs).iloc[valid]
    points = np.asarray(signs.points, dtype=np.float64)[valid]
    days, aum = (older.as_of, history.newer.as_of), measures(frame, judged, valid)
    if applied is not None:
        return replace(trial, since=held_since(applied, shown, fate.lost, points, days[0], aum))
    found = learn(shown, fate.lost, points, days, aum, within(progress, 0.3, 1.0))
    return replace(trial, fit=found.auc, ahead=found.ahead, model=found.model,
                   refused=found.refused)


def _held(signs: LossSigns, valid: NDArray[np.intp], lost: NDArray[np.float64]) -> Trial:
    """The points and levels of the card against who of the customers at `valid` was lost."""
    known = ~np.isnan(lost)
    rows, truth = valid[known], lost[known]
    points, level = np.asarray(signs.points)[rows], np.asarray(signs.level)[rows]
    rates = tuple(float(truth[level == place].mean()) if (level == place).any()
                  else float("nan") for place in range(len(signs.card.levels)))
    return Trial(len(rows), int(truth.sum()), rates, evaluation.auc_interval(truth, points))


def _fate(history: History, judged: pd.DataFrame, result: RunResult, rule: HistoryRule,
          valid: NDArray[np.intp]) -> _Fate:
    """What became of the customers at `valid`; only balances of one measure are compared."""
    older, newer, elsewhere = history
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
    gone = ~(ids.isin(newer.frame["customer_id"]) | ids.isin(elsewhere)).to_numpy()
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
