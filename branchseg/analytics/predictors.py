"""Columns of any table as what models learn from: numbers and texts, each read in one way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.analytics.values import days, measures, numbers, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

MOSTLY = 0.95
"""The share of written values that must be numbers (or days) for a column of texts to be such."""

SAMPLE = 500
MANY_LEVELS = 50
IDENTIFIER_FROM = 1e8
"""Whole numbers from here on, all different, are keys, phone or card numbers."""


class Reading(StrEnum):
    """How a column is read."""

    NUMBER = "number"
    DAY = "day"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Predictor:
    """A column by its name, and how it is read; a new table is read the same way."""

    name: str
    reading: Reading


def find_predictors(frame: pd.DataFrame, names: Iterable[str]) -> tuple[Predictor, ...]:
    """How each of some columns is to be read."""
    return tuple(Predictor(name, _reading(frame[name])) for name in names)


def read_predictors(frame: pd.DataFrame, predictors: Sequence[Predictor]) -> pd.DataFrame:
    """The columns of `predictors`: float64 (NaN is unknown; days count from 1970) or str.

    Raises:
        KeyError: a column is missing.
    """
    return pd.DataFrame({one.name: _read(frame[one.name], one.reading) for one in predictors},
                        index=frame.index)


def is_number(column: pd.Series) -> bool:
    """Whether a column made by `read_predictors` holds numbers."""
    return bool(column.dtype.kind == "f")


def is_constant(column: pd.Series) -> bool:
    """Whether a column tells nothing: one value all over, or none."""
    return bool(column.nunique(dropna=False) < 2)


def is_identifier(column: pd.Series) -> bool:
    """Whether a column made by `read_predictors` names rows or customers.

    Texts that hardly repeat (most rows have a text too rare to be one of MANY_LEVELS levels), and
    whole numbers, all different, that are row numbers without great gaps or have nine digits.
    """
    known = column.dropna()
    if not is_number(column):
        counts = known.value_counts()
        return bool(len(counts) > MANY_LEVELS
                    and 2 * counts.iloc[:MANY_LEVELS].sum() < len(known))
    values = known.to_numpy()
    if len(values) < 2 or (values % 1).any() or not known.is_unique:
        return False
    dense = values.max() - values.min() < 1.5 * len(values)
    return bool(dense or values.min() >= IDENTIFIER_FROM)


def _reading(column: pd.Series) -> Reading:
    if column.dtype.kind == "M":
        return Reading.DAY
    if column.dtype.kind in "biuf":
        return Reading.NUMBER
    sample = texts(column).dropna().drop_duplicates()
    sample = sample.iloc[::max(len(sample) // SAMPLE, 1)]
    if len(sample) and np.isfinite(numbers(sample)).mean() >= MOSTLY:
        return Reading.NUMBER
    if len(sample) and (~np.isnat(days(sample))).mean() >= MOSTLY:
        return Reading.DAY
    return Reading.TEXT


def _read(column: pd.Series, reading: Reading) -> pd.Series | NDArray[np.float64]:
    if reading is Reading.TEXT:
        return texts(column).astype("str")
    if reading is Reading.DAY:
        found = days(column)
        return np.where(np.isnat(found), np.nan, found.astype("int64").astype(np.float64))
    return measures(column)
