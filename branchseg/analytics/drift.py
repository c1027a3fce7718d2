"""How far customers have moved since a model was fitted, column by column."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtri

from branchseg.analytics.points_card import Bands, fit_bands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

MOVED, MOVED_FAR = 0.1, 0.25
"""Population stability index from which customers have moved, and from which a model should be
fitted anew: the usual bounds of scorecard monitoring (Siddiqi, Credit Risk Scorecards, 2006)."""

_LEAST_SHARE = 1e-4
"""Stands for an empty band in the index, whose logarithm would be infinite."""

_RARE = 0.01
"""How seldom chance alone may reach `Shift.by_chance`."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a column lay when a model was fitted: rows per band, and the share that was known."""

    bands: Bands
    counts: tuple[int, ...]
    known: float


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a column has moved.

    Attributes:
        index: the population stability index, 0 is not at all.
        by_chance: what it may reach if nothing has moved; much in a short list.
    """

    index: float
    by_chance: float

    @property
    def certain(self) -> float:
        """The index where chance does not explain it, else 0."""
        return self.index if self.index > self.by_chance else 0.0


def profile(column: pd.Series) -> Profile:
    """How a column of numbers (NaN is unknown) or texts lies now; some row must be there."""
    bands = fit_bands(column)
    return Profile(bands, _counts(bands, column), float(column.notna().mean()))


def shift(before: Profile, column: pd.Series) -> Shift:
    """How far a column has moved since its profile was taken.

    If nothing has, the index times n * m / (n + m) is distributed like chi-squared with a degree
    of freedom less than there are bands, n and m being the rows then and now (Yurdakul 2018).
    """
    now = _counts(before.bands, column)
    bands = int(((np.array(before.counts) + now) > 0).sum())
    rows = 1 / sum(before.counts) + 1 / sum(now)
    chance = rows * float(chdtri(bands - 1, _RARE)) if bands > 1 else 0.0
    return Shift(stability_index(before.counts, now), chance)


def stability_index(before: Sequence[int], now: Sequence[int]) -> float:
    """How far customers have moved between bands (population stability index, 0 is not at all).

    The sum over bands of (share now - share before) * ln(share now / share before).

    Args:
        before: customers per band, at least one of them.
        now: the same bands later, at least one customer.
    """
    old, new = (_shares(counts) for counts in (before, now))
    return float(((new - old) * np.log(new / old)).sum())


def to_plain(profiles: Mapping[str, Profile]) -> dict[str, Any]:
    """Profiles by column as lists, texts and numbers only."""
    return {name: asdict(one) for name, one in profiles.items()}


def from_plain(kept: Mapping[str, Any]) -> dict[str, Profile]:
    """What `to_plain` has made. Raises KeyError for anything else."""
    return {name: Profile(Bands(one["bands"]["name"], tuple(one["bands"]["edges"]),
                                tuple(one["bands"]["levels"])),
                          tuple(one["counts"]), one["known"]) for name, one in kept.items()}


def _counts(bands: Bands, column: pd.Series) -> tuple[int, ...]:
    return tuple(np.bincount(bands.places(column), minlength=bands.count).tolist())


def _shares(counts: Sequence[int]) -> NDArray[np.float64]:
    found = np.asarray(counts, dtype=np.float64)
    return np.asarray(np.maximum(found / found.sum(), _LEAST_SHARE))
