"""Specifications: every fault is found, and nothing wrong gets through."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.analytics import spec, values
from branchseg.analytics.spec import option, read_spec
from branchseg.errors import RuleError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    features: tuple[str, ...] = option("columns", spec.columns(2))
    customer: str | None = option("columns", spec.COLUMN, None)
    k: int | str = option("rules", spec.integer(2, 8, "auto"), "auto")
    scale: str = option("rules", spec.choice("robust", "z", "none"), "robust")
    cost: float = option("rules", spec.number(0), 1.0)
    as_of: date | None = option("rules", spec.DATE, None)
    keep: bool = option("rules", spec.BOOLEAN, False)


HEADERS = ["一", "二", "三"]


def read(**given: Any) -> Wanted:
    return read_spec(Wanted, given, "spec.toml", HEADERS)


def test_a_specification_is_filled() -> None:
    assert read(columns={"features": ["一", "二"], "customer": "三"},
                rules={"k": 3, "scale": "z", "cost": 2, "as_of": date(2026, 1, 2), "keep": True},
                file={"separator": ";"}) == Wanted(
        features=("一", "二"), customer="三", k=3, scale="z", cost=2, as_of=date(2026, 1, 2),
        keep=True)


def test_a_date_may_stand_in_quotes() -> None:
    assert read(columns={"features": ["一", "二"]},
                rules={"as_of": "2026-01-02"}).as_of == date(2026, 1, 2)


def test_what_is_not_said_has_its_default() -> None:
    assert read(columns={"features": ["一", "二"]}) == Wanted(features=("一", "二"))


GOOD = {"features": ["一", "二"]}


@pytest.mark.parametrize(("given", "places"), [
    ({}, ["columns.features"]),
    ({"columns": []}, ["columns", "columns.features"]),
    ({"columns": {"features": ["一"]}}, ["columns.features"]),
    ({"columns": {"features": ["一", "一"]}}, ["columns.features"]),
    ({"columns": {"features": "一"}}, ["columns.features"]),
    ({"columns": {"features": ["一", 2]}}, ["columns.features"]),
    ({"columns": {"features": ["一", "四"]}}, ["columns.features"]),
    ({"columns": {**GOOD, "customer": "四"}}, ["columns.customer"]),
    ({"columns": {**GOOD, "other": "一"}}, ["columns.other"]),
    ({"columns": GOOD, "split": {"test": 1}}, ["split"]),
    ({"columns": GOOD, "rules": {"k": 1}}, ["rules.k"]),
    ({"columns": GOOD, "rules": {"k": 9}}, ["rules.k"]),
    ({"columns": GOOD, "rules": {"k": True}}, ["rules.k"]),
    ({"columns": GOOD, "rules": {"k": "many"}}, ["rules.k"]),
    ({"columns": GOOD, "rules": {"scale": "Z"}}, ["rules.scale"]),
    ({"columns": GOOD, "rules": {"scale": 1}}, ["rules.scale"]),
    ({"columns": GOOD, "rules": {"cost": -0.01}}, ["rules.cost"]),
    ({"columns": GOOD, "rules": {"cost": float("nan")}}, ["rules.cost"]),
    ({"columns": GOOD, "rules": {"keep": 1}}, ["rules.keep"]),
    ({"columns": GOOD, "rules": {"as_of": "2026-13-02"}}, ["rules.as_of"]),
    ({"columns": GOOD, "rules": {"as_of": 20260102}}, ["rules.as_of"]),
    ({"columns": {}, "rules": {"k": 0, "none": 1}},
     ["rules.none", "columns.features", "rules.k"]),
    ({"columns": GOOD, "file": {"encoding": "x"}}, ["file.encoding"]),
])
def test_every_fault_is_found(given: dict[str, Any], places: list[str]) -> None:
    with pytest.raises(RuleError) as caught:
        read(**given)
    assert [fault.key_path for fault in caught.value.faults] == places


@given(st.dictionaries(st.sampled_from(["columns", "rules", "file", "x"]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
    | st.datetimes(), lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["features", "k", "scale", "cost", "keep", "y"]), inner))))
def test_junk_is_a_fault_and_no_crash(given: dict[str, Any]) -> None:
    with pytest.raises(RuleError):
        read(**given)


@pytest.mark.parametrize(("written", "expected"), [
    ("1,234.50", 1234.5), (" ￥ 5 ", 5.0), ("1e3", 1000.0), (-2, -2.0), ("", None), ("无", None),
    (None, None), ("inf", None), (float("nan"), None), ("12-3", None),
])
def test_numbers_are_read(written: object, expected: float | None) -> None:
    found = values.numbers(pd.Series([written], dtype=object))[0]
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(("written", "expected"), [
    (["19970101", "19970130"], ["1997-01-01", "1997-01-30"]),
    (["19970101.0"], ["1997-01-01"]),
    (["2010-12-01 08:26:00", "2010-12-02T00:00:00"], ["2010-12-01", "2010-12-02"]),
    (["12/1/2010 8:26", "12/31/2010 8:26"], ["2010-12-01", "2010-12-31"]),
    (["1/12/2010", "31/12/2010"], ["2010-12-01", "2010-12-31"]),
    (["2026年1月2日", "没有"], ["2026-01-02", "NaT"]),
    ([date(2026, 1, 2), None], ["2026-01-02", "NaT"]),
])
def test_days_are_read_in_the_form_of_the_column(written: list[object],
                                                 expected: list[str]) -> None:
    found = values.days(pd.Series(written, dtype=object))
    assert [str(day) for day in found] == expected


def test_texts_lose_the_decimal_point_of_a_whole_number() -> None:
    found = values.texts(pd.Series(["17850.0", " a ", "", None, 5.0, 5], dtype=object))
    assert found.fillna("-").tolist() == ["17850", "a", "-", "-", "5", "5"]
