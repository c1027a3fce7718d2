"""Columns as numbers: how they are read, and that nothing but training rows is learnt from."""

import numpy as np
import pandas as pd
import pytest

from branchseg.analytics.encoding import fit_encoding
from branchseg.analytics.labels import positives, truths
from branchseg.analytics.predictors import (
    Reading,
    find_predictors,
    is_identifier,
    read_predictors,
)


def typed(**columns):
    frame = pd.DataFrame({key: pd.Series(value, dtype=object) for key, value in columns.items()})
    return read_predictors(frame, find_predictors(frame, columns))


def reading(cells):
    frame = pd.DataFrame({"x": pd.Series(cells, dtype=object)})
    return find_predictors(frame, ["x"])[0].reading


def test_numbers_days_and_texts_are_told_apart():
    assert reading(["1,200", "￥3", None, " 4 "]) is Reading.NUMBER
    assert reading(["2026-01-02", "2026-03-04", ""]) is Reading.DAY
    assert reading(["甲", "1", "2"]) is Reading.TEXT
    assert reading([*map(str, range(95)), *"abcde"]) is Reading.NUMBER
    assert reading([*map(str, range(94)), *"abcdef"]) is Reading.TEXT
    assert reading([None, None]) is Reading.TEXT


def test_a_number_is_standardised_and_what_is_missing_gets_the_median():
    train = typed(x=["1", "2", "6", None])
    encoding = fit_encoding(train)
    assert encoding.names == ("x", "x=")
    filled = np.array([1, 2, 6, 2])
    assert encoding.encode(train)[:, 0] == pytest.approx((filled - 2.75) / filled.std())
    assert encoding.encode(train)[:, 1].tolist() == [0, 0, 0, 1]
    assert encoding.encode(typed(x=[None, 2.75])).tolist() == [
        [pytest.approx(-0.75 / filled.std()), 1], [0, 0]]


def test_rare_and_unknown_texts_are_joined_and_a_blank_is_a_level():
    train = typed(x=["a"] * 30 + ["b"] * 10 + ["c"] * 9 + [None] * 20)
    encoding = fit_encoding(train)
    assert encoding.names == ("x=a", "x=", "x=b", "x=*")
    assert encoding.encode(typed(x=["b", "c", "new", None])).tolist() == [
        [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 1, 0, 0]]


def test_a_new_text_is_none_of_the_levels_where_none_were_rare():
    encoding = fit_encoding(typed(x=["a"] * 10 + ["b"] * 10))
    assert encoding.encode(typed(x=["z"])).tolist() == [[0, 0]]


def test_names_of_rows_and_constants_are_left_out():
    n = 120
    encoding = fit_encoding(typed(
        number=[*range(1, n + 1)], phone=[13800000000 + 7919 * i for i in range(n)],
        name=[f"客户{i}" for i in range(n)], flat=["a"] * n, none=[None] * n,
        balance=[100 * i ** 2 for i in range(n)], city=["京", "沪"] * (n // 2)))
    assert encoding.left_out == ("number", "phone", "name", "flat", "none")


def test_a_measured_column_is_no_identifier():
    assert not is_identifier(pd.Series([0.5, 1.5, 2.5]))
    assert not is_identifier(pd.Series([1.0, 2.0, 2.0]))
    assert is_identifier(pd.Series([3.0, 1.0, 2.0]))


def test_huge_numbers_do_not_overflow():
    train = typed(x=[1e308, -1e308, 1, 2, 3.5])
    assert np.isfinite(fit_encoding(train).encode(train)).all()


@pytest.mark.parametrize(("cells", "positive", "expected"), [
    (["yes", " yes ", "no", None, ""], "yes", [1, 1, 0, np.nan, np.nan]),
    (["1", "1.0", 1, 0, None], 1, [1, 1, 1, 0, np.nan]),
    ([1.0, 0.0, 2], "1", [1, 0, 0]),
    ([True, False, "是", "否", "?"], True, [1, 0, 1, 0, np.nan]),
    ([True, False], False, [0, 1]),
])
def test_positives_are_known_however_they_are_written(cells, positive, expected):
    found = positives(pd.Series(cells, dtype=object), positive)
    assert found.tolist() == pytest.approx(expected, nan_ok=True)


def test_truths_read_words_and_numbers():
    found = truths(pd.Series(["Yes", "n", 1, "0.0", 2, None, "x"], dtype=object))
    assert found.tolist() == pytest.approx([1, 0, 1, 0, np.nan, np.nan, np.nan], nan_ok=True)
