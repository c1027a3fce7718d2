"""From columns to the matrix a model learns from; everything in it is fitted on training rows.

Numbers: what is missing gets the median of the training rows and a column that says so; then
the mean becomes 0 and the standard deviation 1. Texts: one column per level; levels rarer than
RARE training rows, and those beyond the MANY_LEVELS most frequent, are joined; a text the training
rows do not know counts as one of these, and a blank is a level of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.analytics.predictors import MANY_LEVELS, is_constant, is_identifier, is_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

RARE = 10
BLANK = ""
"""The level of a text that is not there."""


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers: what stands in for unknown, and the scale (of the training rows)."""

    name: str
    median: float
    mean: float
    scale: float
    gaps: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns in the matrix."""
        return (self.name, f"{self.name}=") if self.gaps else (self.name,)

    @property
    def usual(self) -> float:
        """What most customers are like."""
        return self.median

    def encode(self, column: pd.Series) -> Matrix:
        """Its columns in the matrix."""
        values = column.to_numpy(dtype=np.float64)
        unknown = np.isnan(values)
        scaled = (np.where(unknown, self.median, values) - self.mean) / self.scale
        return np.column_stack([scaled, unknown] if self.gaps else [scaled])


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of texts: its levels, most frequent first, and whether rarer ones were joined."""

    name: str
    levels: tuple[str, ...]
    joined: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns in the matrix."""
        return (*(f"{self.name}={level}" for level in self.levels),
                *([f"{self.name}=*"] if self.joined else []))

    @property
    def usual(self) -> str:
        """What most customers are like."""
        return self.levels[0] if self.levels else BLANK

    def encode(self, column: pd.Series) -> Matrix:
        """Its columns in the matrix."""
        places = pd.Index(self.levels).get_indexer(column.fillna(BLANK).to_numpy(dtype=object))
        width = len(self.levels)
        hot = np.zeros((len(column), width + 1))
        hot[np.arange(len(column)), np.where(places < 0, width, places)] = 1.0
        return hot if self.joined else hot[:, :width]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the columns of `read_predictors` become a matrix.

    `left_out` are columns with nothing to learn from in the training rows: they name rows, are
    constant, or all their texts are rare.
    """

    columns: tuple[NumberColumn | TextColumn, ...]
    left_out: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the matrix's columns: "age", "age=" (unknown), "job=admin", "job=*"."""
        return tuple(name for one in self.columns for name in one.names)

    def encode(self, typed: pd.DataFrame) -> Matrix:
        """The matrix (rows x names) of columns made by `read_predictors`."""
        parts = [one.encode(typed[one.name]) for one in self.columns]
        return np.concatenate(parts, axis=1) if parts else np.empty((len(typed), 0))


def fit_encoding(typed: pd.DataFrame) -> Encoding:
    """Learn how to encode columns made by `read_predictors`; give training rows only."""
    columns: list[NumberColumn | TextColumn] = []
    left_out = []
    for name in typed:
        found = _column(typed[name])
        if found is None:
            left_out.append(str(name))
        else:
            columns.append(found)
    return Encoding(tuple(columns), tuple(left_out))


def _column(column: pd.Series) -> NumberColumn | TextColumn | None:
    """How to encode one column; None if there is nothing to learn from it."""
    if is_constant(column) or is_identifier(column):
        return None
    if is_number(column):
        return _number(column)
    text = _text(column)
    return text if text.levels else None


def _number(column: pd.Series) -> NumberColumn:
    values = column.to_numpy(dtype=np.float64)
    unknown = np.isnan(values)
    median = float(np.median(values[~unknown]))
    filled = np.where(unknown, median, values)
    scale = float(filled.std())
    return NumberColumn(str(column.name), median, float(filled.mean()),
                        scale if scale > 0 else 1.0, bool(unknown.any()))


def _text(column: pd.Series) -> TextColumn:
    """Levels in order of frequency, equals by name, so that the order of rows has no say."""
    counts = column.fillna(BLANK).value_counts()
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    kept = [level for level, count in ordered[:MANY_LEVELS] if count >= RARE]
    return TextColumn(str(column.name), tuple(kept), len(kept) < len(ordered))
