"""Lifetime value from balances: the sum by hand, the interval, what is unknown."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.analytics.balance_value import LIMITS, Assumptions, balance_value
from branchseg.messages import text

PLAIN = Assumptions(margin=0.02, retention=0.8, retention_error=0.1, discount=0.25, years=2)


def test_the_sum_by_hand():
    found = balance_value([10_000.0], PLAIN)
    assert found.yearly.tolist() == [200.0]
    assert found.value[0] == pytest.approx(200 * (0.64 + 0.64 ** 2))
    assert found.low[0] == pytest.approx(200 * (0.56 + 0.56 ** 2))
    assert found.high[0] == pytest.approx(200 * (0.72 + 0.72 ** 2))


def test_products_add_what_they_earn():
    terms = dataclasses.replace(PLAIN, products={"fund": 50.0, "card": 30.0})
    held = {"fund": [True, False, np.nan], "card": [2, 0, 1], "gold": [1, 1, 1]}
    assert balance_value([0, 0, 1000], terms, held).yearly.tolist() == [110.0, 0.0, 50.0]
    assert balance_value([1000], terms).yearly.tolist() == [20.0]


def test_unknown_stays_unknown_and_an_overdraft_is_nothing():
    found = balance_value([np.nan, -500.0, 0.0], PLAIN)
    assert np.isnan(found.value[0])
    assert found.value[1:].tolist() == [0.0, 0.0]
    assert balance_value([], PLAIN).value.tolist() == []


def test_the_sampling_interval_is_wilsons():
    # 80 of 100: 0.7112 to 0.8666 (Newcombe 1998, method 3)
    low, high = dataclasses.replace(PLAIN, retention_sample=100).retention_range()
    assert (low, high) == pytest.approx((0.7112, 0.8666), abs=1e-4)
    low, high = dataclasses.replace(PLAIN, retention=1.0, retention_sample=20).retention_range()
    assert high == 1.0
    assert low == pytest.approx(0.8389, abs=1e-4)
    assert dataclasses.replace(PLAIN, retention=0.97).retention_range() == (
        pytest.approx(0.87), 1.0)


@pytest.mark.parametrize("wrong", [
    {"margin": -0.01}, {"margin": 0.21}, {"retention": 1.01}, {"discount": 0.51}, {"years": 0},
    {"years": 2.5}, {"years": 31}, {"retention_sample": 0}, {"retention": float("nan")},
    {"products": {"fund": float("inf")}}])
def test_assumptions_out_of_bounds_are_a_bug(wrong):
    with pytest.raises(ValueError):
        Assumptions(**wrong)


def test_every_limit_is_allowed():
    for name, ends in LIMITS.items():
        for end in ends:
            assert getattr(Assumptions(**{name: end}), name) == end


@given(st.lists(st.floats(0, 1e12) | st.just(np.nan), min_size=1, max_size=8),
       st.floats(0, 1), st.floats(0, 0.5), st.integers(1, 30))
def test_more_money_is_more_value_and_the_interval_holds_it(balances, retention, discount, years):
    terms = Assumptions(retention=retention, discount=discount, years=years)
    found = balance_value(balances, terms)
    known = ~np.isnan(balances)
    assert np.isnan(found.value).tolist() == (~known).tolist()
    order = np.argsort(np.array(balances)[known])
    assert (np.diff(found.value[known][order]) >= 0).all()
    assert (found.low[known] <= found.value[known]).all()
    assert (found.value[known] <= found.high[known]).all()


def test_the_sentences_say_what_the_figure_is_for():
    low, high = PLAIN.retention_range()
    said = text("analytics.balance_value.summary", low=low, high=high, years=2, margin=0.02,
                retention=0.8, discount=0.25)
    assert "年利差 2.00%，年维护率 80%（70% 至 90%），折现率 25.0%" in said
    assert said.endswith("用于相对排序，非会计利润。")
    reason = text("analytics.balance_value.reason", balance=10_000, yearly=200, years=2,
                  value=209.9, low=174.7, high=247.7)
    assert reason == ("余额 10,000 元，每年约带来 200 元；今后 2 年合计折算 210 元"
                      "（175 至 248 元）。用于相对排序，非会计利润。")
