"""How long customers stayed, from the lists of past months: who was lost when, who is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.analytics import evaluation
from branchseg.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from branchseg.pipeline.models.months import Month
    from branchseg.rules.retention import HistoryRule

    Truths = NDArray[np.bool_]

_LEAST_JUDGED = 20
"""Fewer who are gone do not tell whether the list was cut by assets."""


@dataclass(frozen=True, slots=True)
class Lives:
    """The valid customers of the lists who were seen on at least two of their dates.

    All arrays are row for row with `customers`, a frame by id of how each stood when he was first
    seen (`tier`, `age_years`, `payroll`).

    Attributes:
        customers: see above.
        days: the data dates of the lists, oldest first.
        first: the place in `days` where each was first seen.
        end: where he was lost, or was last watched.
        lost: whether he was lost there.
        heavy: whether that was a heavy loss while he was still listed.
        months: how long he was watched, calendar months.
        broken: why earlier lists were left out; "" if none was.
    """

    customers: pd.DataFrame
    days: tuple[date, ...]
    first: NDArray[np.intp]
    end: NDArray[np.intp]
    lost: Truths
    heavy: Truths
    months: NDArray[np.float64]
    broken: str

    @property
    def just_lost(self) -> Truths:
        """Who was lost on the newest list."""
        return np.asarray(self.lost & (self.end == len(self.days) - 1))


def lives(months: Sequence[Month], rule: HistoryRule) -> Lives:
    """Follow everybody from the first list he is on.

    Lost is a customer at the first list that finds a heavy loss, or that he and all later lists
    are without; who is `elsewhere` is there. Who had a heavy loss when first seen, or was
    invalid, is not followed. Where more are gone at once, or others, than `rule` allows, the
    lists before are left out.
    """
    ids = pd.Index(dict.fromkeys(one for month in months for one in month.frame.index))
    here = np.array([ids.isin(month.frame.index) for month in months])
    there = here | np.array([ids.isin(month.elsewhere) for month in months])
    start, broken = _unbroken(months, ids, here, there, rule)
    months, here, there = months[start:], here[start:], there[start:]
    heavy = np.array([_flags(month, "heavy", ids) for month in months])
    first, newest = here.argmax(axis=0), len(months) - 1
    seen = newest - there[::-1].argmax(axis=0)
    follows = np.arange(len(months))[:, None] > first
    falls = heavy & follows
    fell = np.where(falls.any(axis=0), falls.argmax(axis=0), len(months))
    ends = np.minimum(fell, seen + 1)
    lost = ends <= newest
    ends = np.minimum(ends, newest)
    places = np.arange(len(ids))
    valid = np.array([_flags(month, "valid", ids) for month in months])[first, places]
    kept = np.flatnonzero(here.any(axis=0) & valid & ~heavy[first, places] & (first < newest))
    numbers = np.array([month.number for month in months], dtype=np.float64)
    traits = pd.concat([month.frame for month in months])
    traits = traits.loc[~traits.index.duplicated()].reindex(ids[kept])
    return Lives(traits, tuple(month.day for month in months), first[kept], ends[kept],
                 lost[kept], (fell == ends)[kept] & lost[kept],
                 (numbers[ends] - numbers[first])[kept], broken)


def _flags(month: Month, key: str, ids: pd.Index) -> Truths:
    """A flag of a list for all customers; who is not on it has none."""
    found = np.zeros(len(ids), dtype=bool)
    found[ids.get_indexer(month.frame.index)] = month.frame[key]
    return found


def _unbroken(months: Sequence[Month], ids: pd.Index, here: Truths, there: Truths,
              rule: HistoryRule) -> tuple[int, str]:
    """From which list on the lists are of the same customers, and what was found before.

    Lists x customers: `here` are those on the list, `there` also those on others.
    """
    for place in range(len(months) - 2, -1, -1):
        month, listed = months[place], here[place]
        gone = listed & ~there[place + 1:].any(axis=0)
        said = {"older": month.day.isoformat(), "newer": months[place + 1].day.isoformat(),
                "gone": int(gone.sum())}
        share = gone.sum() / max(listed.sum(), 1)
        if share > rule.most_gone:
            return place + 1, text("models.survival.broken", share=share, **said)
        aum = month.frame["aum"].reindex(ids).to_numpy(dtype=np.float64)
        known = listed & ~np.isnan(aum)
        counts = int(gone[known].sum()), int((~gone[known]).sum())
        if min(counts) >= _LEAST_JUDGED:
            apart = evaluation.auc_interval(gone[known], aum[known])
            if apart.low >= rule.most_apart or apart.high <= 1.0 - rule.most_apart:
                return place + 1, text("models.survival.cut", **said)
    return 0, ""
