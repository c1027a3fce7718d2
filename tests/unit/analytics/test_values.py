"""Texts as numbers: what a comma, a point and a blank mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.analytics.values import measures, numbers

NAN = float("nan")


def read(*cells: object) -> list[float]:
    return numbers(pd.Series(cells, dtype=object)).tolist()


@pytest.mark.parametrize(("cells", "expected"), [
    (["1,234", "45", "-1,234,567.5", "0.5"], [1234, 45, -1234567.5, 0.5]),
    (["1，234", "￥1，000.50", "¥ 12", " 7 ", "+3"], [1234, 1000.5, 12, 7, 3]),
    (["1 234", "12 345 678", "1 2", "12 34"], [1234, 12345678, NAN, NAN]),
    (["1e3", "1.5E+2", "", None, "无", "inf", "12%"], [1000, 150, NAN, NAN, NAN, NAN, NAN]),
    # decimal commas
    (["45,35", "1,5", "-0,25", "12"], [45.35, 1.5, -0.25, 12]),
    (["1.234,56", "-12.345.678,9", "45,35", "1.234", "7,125"],
     [1234.56, -12345678.9, 45.35, 1234, 7.125]),
    (["45，35", "0，5"], [45.35, 0.5]),
    # separators that part nothing
    (["1,23,456", "1,2345", "12,34,5", "1.2.3", "1,234,56"], [NAN, 1.2345, NAN, NAN, NAN]),
    (["1,234"] * 99 + ["45,35"], [1234] * 99 + [NAN]),
    (["12.5"] * 3 + ["45,35"], [12.5] * 3 + [NAN]),
    (["45,35"] * 3 + ["12.5"], [45.35] * 3 + [NAN]),
    # thousands or decimals: a column that says both says neither
    (["45,354"] * 9 + ["45,35"], [NAN] * 9 + [NAN]),
    (["1,234", "1,234.5", "45,35", "12.345"], [NAN, 1234.5, NAN, NAN]),
])
def test_commas_and_points_mean_what_their_column_says(cells: list[object],
                                                       expected: list[float]) -> None:
    np.testing.assert_array_equal(read(*cells), expected)


def test_numbers_of_a_workbook_stay_beside_texts_with_commas() -> None:
    assert read(12.345, "45,35", "1,5", 1234, 0.5) == [12.345, 45.35, 1.5, 1234, 0.5]


@given(st.lists(st.decimals(-10**9, 10**9, places=2), min_size=1))
def test_both_ways_of_writing_give_the_same(amounts: list[object]) -> None:
    english = [f"{amount:,.2f}" for amount in amounts]
    other = [one.translate(str.maketrans(",.", ".,")) for one in english]
    assert read(*english) == read(*other) == [float(str(amount)) for amount in amounts]


def test_rows_of_one_name_are_no_trouble() -> None:
    column = pd.Series(["1,234", "2", "3"], index=[7, 7, 7], dtype=object)
    assert numbers(column).tolist() == [1234, 2, 3]


def test_what_is_too_large_to_be_a_quantity_is_unknown():
    found = measures(pd.Series([1e15, -1e15, 1.1e15, -1.1e15, "6222021001116245123", None]))
    assert found[:2].tolist() == [1e15, -1e15]
    assert np.isnan(found[2:]).all()
