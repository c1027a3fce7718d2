"""Lifetime value from balances: the sum by hand, the range, what is unknown."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.analytics.balance_value import LIMITS, Assumptions, balance_value

PLAIN = Assumptions(margin=0.02, retention=0.8, retention_error=0.1, discount=0.25, years=2)


def test_the_sum_by_hand():
    found = balance_value([10_000.0], PLAIN)
    assert found.yearly.tolist() == [200.0]
    assert found.value[0] == pytest.approx(200 * (0.64 + 0.64 ** 2))
    assert found.low[0] == pytest.approx(200 * (0.56 + 0.56 ** 2))
    assert found.high[0] == pytest.approx(200 * (0.72 + 0.72 ** 2))


def test_unknown_stays_unknown_and_an_overdraft_is_nothing():
    found = balance_value([np.nan, -500.0, 0.0], PLAIN)
    assert np.isnan(found.value[0])
    assert found.value[1:].tolist() == [0.0, 0.0]
    assert balance_value([], PLAIN).value.tolist() == []


def test_retention_stays_a_share():
    assert PLAIN.retention_range() == pytest.approx((0.7, 0.9))
    assert dataclasses.replace(PLAIN, retention=0.97).retention_range() == (
        pytest.approx(0.87), 1.0)
    assert dataclasses.replace(PLAIN, retention=0.03).retention_range()[0] == 0.0


@pytest.mark.parametrize("wrong", [
    {"margin": -0.01}, {"margin": 0.21}, {"retention": 1.01}, {"discount": 0.51}, {"years": 0},
    {"years": 2.5}, {"years": 31}, {"retention": float("nan")}])
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
