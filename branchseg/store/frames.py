"""Customer frames to database columns and back, and how several lists become one.

In the database NULL is unknown, dates are whole seconds since 1970, flags 0 or 1. On the way
back texts are objects with None for unknown; all the rest is float64 with NaN (exact: seconds
stay far below 2**53).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.model.fields import FIELDS
from branchseg.model.overlay import Columns, overlay
from branchseg.model.table import SOURCE_ROWS, frame_dtype

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_Array = np.ndarray[Any, np.dtype[Any]]
_DAY_SECONDS = 86_400.0


def to_lists(frame: pd.DataFrame, keys: Iterable[str]) -> list[list[Any]]:
    """The columns `keys` of a customer frame as lists of what the database stores."""
    return [_plain(frame[key]).tolist() for key in keys]


def _plain(series: pd.Series) -> _Array:
    """One column as objects; None where unknown."""
    known = series.notna().to_numpy()
    values = np.full(len(series), None, dtype=object)
    stored = series[known]
    if str(series.dtype) in {"datetime64[s]", "boolean"}:
        stored = stored.astype("int64")
    values[known] = stored.to_numpy(dtype=object)
    return values


def to_columns(keys: Sequence[str], rows: Sequence[Sequence[Any]]) -> Columns:
    """Database rows, whose values stand in the order of `keys`, turned into columns."""
    columns = zip(*rows, strict=True) if rows else [()] * len(keys)
    return {key: _array(key, values) for key, values in zip(keys, columns, strict=True)}


def _array(key: str, values: Sequence[Any]) -> _Array:
    return np.array(values, dtype=object if _dtype(key) == "str" else np.float64)


def from_frame(frame: pd.DataFrame, keys: Iterable[str] = ()) -> Columns:
    """A customer frame as the columns it would have if it came out of the database.

    Of `keys` those it does not have are unknown; without `keys` all that it has.
    """
    wanted = list(keys) or [str(key) for key in frame.columns]
    lists = [to_lists(frame, [key])[0] if key in frame else [None] * len(frame) for key in wanted]
    return {key: _array(key, values) for key, values in zip(wanted, lists, strict=True)}


def _dtype(key: str) -> str:
    return frame_dtype(FIELDS[key]) if key in FIELDS else "str"


def lay_over(layers: Sequence[Columns], renamed: Mapping[str, str]) -> Columns:
    """One row per customer over several lists with their dates, oldest first (`model.overlay`).

    Ids in `renamed` are given up for another one. Customers keep the order in which they first
    appeared under the id they have now. What comes out can be laid over others in turn.
    """
    single: list[Columns] = []
    for layer in layers:
        ids = layer["customer_id"]
        if renamed:
            ids = np.array([renamed.get(one, one) for one in ids.tolist()], dtype=object)
        again = pd.Series(ids).groupby(ids, sort=False).cumcount().to_numpy()
        for turn in range(int(again.max(initial=0)) + 1):  # several only where ids are united
            rows = again == turn
            single.append({key: values[rows] for key, values in
                           (layer | {"customer_id": ids}).items()})
    ids = pd.Index(pd.unique(np.concatenate([part["customer_id"] for part in single])))
    return overlay([(part, ids.get_indexer(part["customer_id"])) for part in single], len(ids),
                   day=_DAY_SECONDS)


def rows_said(columns: Columns) -> Columns:
    """The columns as a table has them: without sheet rows there is "", not unknown."""
    rows = columns[SOURCE_ROWS]
    return columns | {SOURCE_ROWS: np.where(pd.isna(rows), "", rows)}


def only(columns: Columns, customer_ids: Iterable[str]) -> Columns:
    """The rows of some customers; who is not there is left out."""
    rows = pd.Index(columns["customer_id"]).get_indexer(list(customer_ids))
    return {key: values[rows[rows >= 0]] for key, values in columns.items()}


def put_last(columns: Columns, customer_ids: Collection[str]) -> Columns:
    """The columns with some customers moved to the end, in the order they have."""
    if not customer_ids:
        return columns
    order = np.argsort(np.isin(columns["customer_id"].astype(str), sorted(customer_ids)),
                       kind="stable")
    return {key: values[order] for key, values in columns.items()}


def mark(columns: Columns, key: str, customer_ids: Collection[str]) -> Columns:
    """The columns with the flag `key` set for some customers; the others keep what they have."""
    if not customer_ids:
        return columns
    rows = np.isin(columns["customer_id"].astype(str), sorted(customer_ids))
    flags = columns.get(key, np.full(len(rows), np.nan))
    return {**columns, key: np.where(rows, 1.0, flags)}


def to_frame(columns: Columns) -> pd.DataFrame:
    """A frame with the dtypes FIELDS promises, its columns in the order of FIELDS."""
    order = [key for key in (*FIELDS, SOURCE_ROWS) if key in columns]
    return pd.DataFrame({key: _typed(columns[key], _dtype(key)) for key in order})


def _typed(values: _Array, dtype: str) -> pd.Series:
    """A column as a series of `dtype`."""
    if dtype == "datetime64[s]":
        seconds = np.full(len(values), np.iinfo(np.int64).min)  # what NaT is inside numpy
        known = ~np.isnan(values)
        seconds[known] = values[known]
        return pd.Series(seconds.view(dtype))
    if dtype == "boolean":
        return pd.Series(pd.arrays.BooleanArray(values == 1.0, np.isnan(values)))
    return pd.Series(values, dtype=dtype)


def to_value(key: str, value: Any) -> Any:
    """A single value of field `key`, as typed by a person, in the form the database stores.

    Raises ValueError or TypeError for a value that is not of the field's kind (a bug).
    """
    series = pd.Series([value]).astype(frame_dtype(FIELDS[key]))
    return _plain(series)[0]
