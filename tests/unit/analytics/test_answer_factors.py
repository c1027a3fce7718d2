"""`model factors`: what it answers, and that no table makes it fail."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchseg.analytics.answer import Verdict
from branchseg.analytics.answers.factors import FactorsSpec, answer
from branchseg.messages import text

NAMES = tuple("甲乙丙丁戊己")


def two_factors(rows=200, seed=1):
    rng = np.random.default_rng(seed)
    loadings = np.zeros((6, 2))
    loadings[:3, 0], loadings[3:, 1] = .8, .7
    noise = rng.normal(size=(rows, 6)) * np.sqrt(1 - (loadings ** 2).sum(axis=1))
    return pd.DataFrame(rng.normal(size=(rows, 2)) @ loadings.T + noise, columns=[*NAMES])


def spec(**options):
    return FactorsSpec(**{"features": NAMES, **options})


def said(found):
    return text(found.code, **found.params)


@pytest.mark.parametrize("method", ["principal", "ml"])
def test_two_factors_are_found_and_named(method):
    frame = two_factors()
    found = answer(frame, spec(method=method))
    assert found.verdict is Verdict.OK
    assert (found.rows, found.rows_used, found.warnings) == (200, 200, ())
    figures = found.figures
    assert figures["factors"] == 2
    assert sum(figures["eigenvalues"]) == pytest.approx(6.0)
    assert np.shape(figures["loadings"]) == (6, 2)
    assert set(figures["bartlett"]) == {"chi2", "df", "p"}
    assert figures["bartlett"]["df"] == 15
    assert 0.5 < figures["kmo"] < 1
    first = figures["names"][0].removeprefix("第 1 个因子：")
    assert sorted(first.split("、")) == sorted("甲乙丙")
    assert "2 个共同因素" in said(found)
    assert found.per_row.columns.tolist() == ["row", "factor_1", "factor_2"]
    json.dumps([figures, found.parameters, found.quality], allow_nan=False)


def test_a_column_against_its_factor_is_marked():
    frame = two_factors()
    frame["甲"] *= -1
    assert "甲（方向相反）" in said(answer(frame, spec(factors=2)))


@pytest.mark.parametrize(("factors", "count"), [("parallel", 2), ("eigenvalue", 2), (1, 1)])
def test_the_number_of_factors(factors, count):
    found = answer(two_factors(), spec(factors=factors, rotation="none"))
    assert np.shape(found.figures["loadings"]) == (6, count)


def test_missing_values_by_rows_or_by_pairs():
    frame = two_factors(300)
    for place, name in enumerate(NAMES):
        frame.loc[place * 20:place * 20 + 19, name] = np.nan
    whole = answer(frame, spec(customer="己"))
    assert (whole.rows_used, whole.warnings) == (180, ("rows_left_out:120",))
    assert whole.per_row.columns[0] == "己"
    assert whole.per_row["factor_1"].isna().sum() == 120
    pairs = answer(frame, spec(missing="pairwise"))
    assert (pairs.rows_used, pairs.warnings) == (300, ())
    assert pairs.parameters["correlation_rows"] == 260


@pytest.mark.parametrize(("frame", "options", "verdict", "start"), [
    (two_factors(99), {}, Verdict.NOT_ENOUGH_DATA,
     "数据不够：可用的客户只有 99 位，因子分析至少要 100 位"),
    (two_factors(), {"features": ("甲", "乙", "丙")}, Verdict.NOT_ENOUGH_DATA,
     "数据不够：可用的列只有 3 列，因子分析至少要 4 列"),
    (two_factors().assign(甲=1, 乙=None, 丙="无"), {}, Verdict.NOT_ENOUGH_DATA,
     "数据不够：可用的列只有 3 列"),
    (two_factors(0), {}, Verdict.NOT_ENOUGH_DATA, "数据不够"),
    (two_factors(), {"factors": 7}, Verdict.NOT_ENOUGH_DATA, "6 列求不出 7 个因子"),
    (two_factors(), {"factors": 4, "method": "ml"}, Verdict.NOT_ENOUGH_DATA,
     "6 列求不出 4 个因子"),
    (pd.DataFrame(np.random.default_rng(7).uniform(size=(600, 6)), columns=[*NAMES]),
     {"factors": 2}, Verdict.NOT_RELIABLE, "没有可靠的因子：这些列之间几乎没有关系"),
])
def test_refusals_say_why(frame, options, verdict, start):
    found = answer(frame, spec(**options))
    assert (found.verdict, found.per_row) == (verdict, None)
    assert said(found).startswith(start)
    assert found.figures["loadings"] == []


def test_a_hundred_customers_and_four_columns_are_enough():
    assert answer(two_factors(100), spec(features=tuple("甲乙丙丁"))).verdict is Verdict.OK


def test_a_column_given_twice_counts_once():
    frame = two_factors().assign(己=lambda table: 2 * table["甲"] + 1)
    found = answer(frame, spec())
    assert found.warnings == ("duplicate:己",)
    assert found.figures["features"] == list("甲乙丙丁戊")


def test_a_total_is_said_and_no_ground_for_maximum_likelihood():
    frame = two_factors().assign(己=lambda table: table["甲"] + table["丁"])
    assert "linear_dependence" in answer(frame, spec()).warnings
    found = answer(frame, spec(method="ml"))
    assert found.verdict is Verdict.NOT_RELIABLE
    assert said(found).startswith("算不出来：有的列可以由其他列算出")


def test_a_heywood_case_is_warned_of():
    rng = np.random.default_rng(0)
    base = rng.normal(size=300)
    frame = pd.DataFrame({name: base + rng.normal(size=300) for name in "甲乙丙丁戊"})
    frame["甲"] = base + 1e-3 * rng.normal(size=300)
    assert answer(frame, spec(features=tuple("甲乙丙丁戊"), factors=1,
                              method="ml")).warnings == ("heywood:甲",)


def test_pairs_that_cannot_be_true_together_are_smoothed():
    rng = np.random.default_rng(0)
    one, other, third = (rng.normal(size=200) for _ in range(3))
    blank = np.full(200, np.nan)
    parts = [(one, one + .1 * rng.normal(size=200), blank, one),
             (other, blank, other + .1 * rng.normal(size=200), -other),
             (blank, third, -third + .1 * rng.normal(size=200), third)]
    frame = pd.DataFrame(np.concatenate([np.column_stack(part) for part in parts]),
                         columns=list("甲乙丙丁"))
    found = answer(frame, spec(features=tuple("甲乙丙丁"), missing="pairwise", factors=1))
    assert found.verdict is Verdict.OK
    assert "matrix_smoothed" in found.warnings


junk = st.one_of(st.none(), st.floats(), st.integers(-10**18, 10**18), st.booleans(),
                 st.sampled_from(["", "无", "1,200", "￥3", "1e308", "-1e-320", "0"]))


@given(st.lists(st.tuples(junk, junk, junk, junk), min_size=0, max_size=12), st.integers(1, 30),
       st.sampled_from(["principal", "ml"]), st.sampled_from(["complete", "pairwise"]),
       st.sampled_from(["parallel", "eigenvalue", 1]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_has_an_answer(rows, times, method, missing, factors):
    frame = pd.DataFrame(rows * times, columns=list("甲乙丙丁"), dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = answer(frame, spec(features=tuple("甲乙丙丁"), method=method, missing=missing,
                                   factors=factors))
    assert said(found)
    json.dumps([found.figures, found.parameters, found.quality], allow_nan=False)
