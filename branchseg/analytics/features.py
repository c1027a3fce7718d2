"""Columns a model of many features can use: known often enough, and not always the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from branchseg.analytics.values import measures

KNOWN_SHARE = 0.5
"""A column known less often than this would cost too many rows."""

_SAME = 1e-9
"""A column is constant if its range is no more than this, by its greatest value (or by 1e-3)."""


@dataclass(frozen=True, slots=True)
class Features:
    """Usable columns.

    Attributes:
        names: of the columns kept, in the order asked for.
        matrix: (rows, names) floats; NaN is unknown.
        complete: rows with all of them known.
        warnings: what was left out: "mostly_missing:<column>", "constant:<column>",
            "rows_left_out:<number>".
        unknown: columns left out because they are mostly missing.
    """

    names: tuple[str, ...]
    matrix: NDArray[np.float64]
    complete: NDArray[np.bool_]
    warnings: tuple[str, ...]
    unknown: tuple[str, ...]

    def without(self, places: NDArray[np.bool_]) -> Features:
        """The same without some columns."""
        kept = self.matrix[:, ~places]
        names = tuple(name for name, gone in zip(self.names, places, strict=True) if not gone)
        return replace(self, names=names, matrix=kept, complete=_complete(kept))


def read_features(frame: pd.DataFrame, names: Sequence[str], *,
                  pairwise: bool = False, known_share: float = KNOWN_SHARE) -> Features:
    """Read columns as numbers; those without use are left out, and said.

    Args:
        frame: any table.
        names: columns of it.
        pairwise: rows with some unknown are of use too.
        known_share: a column known less often is left out.
    """
    columns = {name: measures(frame[name]) for name in names}
    kept, warnings, unknown = [], [], []
    for name, column in columns.items():
        known = column[~np.isnan(column)]
        if len(known) < max(known_share * len(frame), 1):
            unknown.append(name)
            warnings.append(f"mostly_missing:{name}")
        elif _constant(known):
            warnings.append(f"constant:{name}")
        else:
            kept.append(name)
    while True:
        values = np.column_stack([np.empty((len(frame), 0)), *(columns[name] for name in kept)])
        complete = _complete(values)
        same = [] if pairwise or not complete.any() else [
            name for name, column in zip(kept, values[complete].T, strict=True)
            if _constant(column)]
        if not same:
            break
        warnings += [f"constant:{name}" for name in same]
        kept = [name for name in kept if name not in same]
    left_out = len(frame) - int(complete.sum())
    if left_out and not pairwise:
        warnings.append(f"rows_left_out:{left_out}")
    return Features(tuple(kept), values, complete, tuple(warnings), tuple(unknown))


def _complete(matrix: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows with all features known; none where there is no feature."""
    known = np.isfinite(matrix).sum(axis=1)
    return np.asarray((known == matrix.shape[1]) & (known > 0))


def _constant(column: NDArray[np.float64]) -> bool:
    """Whether known values are all the same, or so near that only rounding tells them apart."""
    span = float(column.max()) - float(column.min())
    return span <= _SAME * max(float(np.abs(column).max()), 1e-3)
