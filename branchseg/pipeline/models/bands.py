"""Bands of age by which models compare customers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from branchseg.messages import text

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ENDS = (30, 45, 60)
"""Where a band of age ends and the next begins."""

UNKNOWN = -1


def bands(ages: NDArray[np.float64]) -> NDArray[np.intp]:
    """The place of each age in `band_names`, UNKNOWN where it is not known."""
    found = np.searchsorted(_ENDS, np.nan_to_num(ages), side="right")
    return np.where(np.isnan(ages), UNKNOWN, found)


def band_names() -> tuple[str, ...]:
    """The bands in words, the youngest first."""
    return (text("models.target.below", end=_ENDS[0]),
            *(text("models.target.between", start=low, end=high - 1)
              for low, high in pairwise(_ENDS)),
            text("models.target.above", start=_ENDS[-1]))
