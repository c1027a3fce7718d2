"""Small customer lists for the rule tests, with the dtypes every CustomerTable has."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import polars as pl
import pytest

from branchseg.model.fields import FIELDS, NUMERIC, Kind
from branchseg.model.table import frame_dtype
from branchseg.paths import resources_dir
from branchseg.rules import RuleSet, assess, load

AS_OF = date(2026, 6, 30)


def customers(*rows: dict[str, Any]) -> pd.DataFrame:
    """A pandas list: one dict per customer, absent keys are unknown, dates as ISO text."""
    keys = ["customer_id", *dict.fromkeys(k for row in rows for k in row if k != "customer_id")]
    columns = {}
    for key in keys:
        values = [row.get(key) for row in rows]
        if key == "customer_id":
            values = [row.get(key, f"C{i:03d}") for i, row in enumerate(rows)]
        dtype = frame_dtype(FIELDS[key])
        columns[key] = pd.Series(pd.to_datetime(values), dtype=dtype) \
            if dtype.startswith("datetime") else pd.Series(values, dtype=dtype)
    return pd.DataFrame(columns)


def as_polars(frame: pd.DataFrame) -> pl.DataFrame:
    """The same list in Polars."""
    columns = {}
    for key in frame.columns:
        kind = FIELDS[key].kind
        values = [None if pd.isna(value) else value for value in frame[key]]
        if kind is Kind.DATE:
            values = [value and value.to_pydatetime() for value in values]
        dtype = {Kind.DATE: pl.Datetime("us"), Kind.FLAG: pl.Boolean}.get(
            kind, pl.Float64 if kind in NUMERIC else pl.String)
        columns[key] = pl.Series(key, values, dtype=dtype)
    return pl.DataFrame(columns)


def plain(frame: Any) -> list[dict[str, Any]]:
    """A results frame of any engine as rows of Python values, None for unknown."""
    rows = frame.to_dict("records") if isinstance(frame, pd.DataFrame) else frame.to_dicts()
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - NaN differs from itself
        return None
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return load(resources_dir() / "rules")


@pytest.fixture(scope="session")
def judge(rules):
    """judge([{...}, ...], *keys) -> the rows' results, of both engines, proven equal.

    With one key the values of that column, with several tuples of them, with none whole rows.
    One call for a whole table of cases: the rules cost the same for one row as for hundreds.
    """

    def results(rows: list[dict[str, Any]], *keys: str, as_of: date = AS_OF,
                ruleset: RuleSet = rules) -> list[Any]:
        frame = customers(*rows)
        found = plain(assess(frame, ruleset, as_of))
        assert plain(assess(as_polars(frame), ruleset, as_of)) == found
        if not keys:
            return found
        if len(keys) == 1:
            return [row[keys[0]] for row in found]
        return [tuple(row[key] for key in keys) for row in found]

    return results
