"""How long until something happens, when not everybody was watched to the end.

The curve is the product limit (Kaplan & Meier, JASA 1958) with Greenwood's variance and the
complementary log-log interval; groups are compared by the log-rank test (Mantel 1966).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import stats

from branchseg.analytics.evaluation import Z95

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


_ROUNDING = 1e-9
"""A product of shares that is one half may come out a little above it."""


class Remaining(NamedTuple):
    """The share still there after some time, with its 95 % interval.

    NaN beyond the last watch, unless nobody was left then.
    """

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Survival:
    """The product limit curve; all arrays are by event time, increasing.

    Attributes:
        times: when something happened.
        events: to how many.
        at_risk: how many were still watched just before.
        share: the share still there from this time on.
        error: its standard error (Greenwood); NaN where nobody is left.
        watched: the longest time anybody was watched.
        size: how many were watched.
    """

    times: Numbers
    events: NDArray[np.intp]
    at_risk: NDArray[np.intp]
    share: Numbers
    error: Numbers
    watched: float
    size: int

    @property
    def hazard(self) -> Numbers:
        """The share of those still watched to whom it happened, by event time."""
        return self.events / self.at_risk

    def at(self, time: float) -> Remaining:
        """The share still there after `time`."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        if time > self.watched and not (place >= 0 and self.share[place] == 0):
            return Remaining(float("nan"), float("nan"), float("nan"))
        if place < 0:
            return Remaining(1.0, 1.0, 1.0)
        share, error = float(self.share[place]), float(self.error[place])
        if not 0 < share < 1:
            return Remaining(share, share, share)
        reach = Z95 * error / (share * abs(np.log(share)))
        return Remaining(share, float(share ** np.exp(reach)), float(share ** np.exp(-reach)))

    def median(self) -> float:
        """When half of them are gone; NaN if that was not seen."""
        gone = np.flatnonzero(self.share <= 0.5 + _ROUNDING)
        return float(self.times[gone[0]]) if len(gone) else float("nan")


class Difference(NamedTuple):
    """The log-rank test of equal curves: chi square, degrees of freedom, and its chance."""

    chi2: float
    df: int
    p: float


def survival(times: ArrayLike, happened: ArrayLike) -> Survival:
    """The curve of durations.

    Args:
        times: how long each was watched, at least 0; no gaps.
        happened: whether it happened then; else the watch ended.

    Raises:
        ValueError: nobody, or a time that is negative or missing.
    """
    watched, event = np.asarray(times, dtype=np.float64), np.asarray(happened, dtype=bool)
    if not len(watched) or not (watched >= 0).all():
        raise ValueError("survival needs durations of at least 0")
    moments, events = np.unique(watched[event], return_counts=True)
    at_risk = len(watched) - np.searchsorted(np.sort(watched), moments, side="left")
    share = np.asarray(np.cumprod(1 - events / at_risk), dtype=np.float64)
    left = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.asarray(share * np.sqrt(np.cumsum(events / (at_risk * left))), np.float64)
    return Survival(moments, events, at_risk, share, error, float(watched.max()), len(watched))


def log_rank(times: ArrayLike, happened: ArrayLike, groups: ArrayLike) -> Difference | None:
    """Whether the curves of groups differ; None with less than two groups, or without an event.

    Args:
        times: as for `survival`.
        happened: as for `survival`.
        groups: the group of each, any labels.
    """
    watched, event = np.asarray(times, dtype=np.float64), np.asarray(happened, dtype=bool)
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    moments = np.unique(watched[event])
    if len(names) < 2 or not len(moments):
        return None
    counted = [_counts(watched[group == place], event[group == place], moments)
               for place in range(len(names))]
    events, at_risk = (np.array(one, dtype=np.float64) for one in zip(*counted, strict=True))
    whole, died = at_risk.sum(axis=0), events.sum(axis=0)
    expected = at_risk * died / whole
    spread = np.where(whole > 1, died * (whole - died) / np.maximum(whole - 1, 1), 0.0)
    share = at_risk / whole
    apart = (events - expected).sum(axis=1)
    covariance = np.diag((spread * share).sum(axis=1)) - (spread * share) @ share.T
    df = len(names) - 1
    inverse = np.linalg.pinv(covariance[:df, :df])
    chi2 = float(apart[:df] @ inverse @ apart[:df])
    return Difference(chi2, df, float(stats.chi2.sf(chi2, df)))


def _counts(watched: Numbers, event: NDArray[np.bool_],
            moments: Numbers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """To how many it happened at each moment, and how many were still watched."""
    died, ends = np.sort(watched[event]), np.sort(watched)
    return (np.searchsorted(died, moments, "right") - np.searchsorted(died, moments, "left"),
            len(ends) - np.searchsorted(ends, moments, "left"))
