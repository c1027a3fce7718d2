"""Pareto figures against hand computed ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.analytics import pareto


def test_hand_computed_example():
    # ten customers hold 100: the richest (10 %) holds 55, the two richest (20 %) hold 75
    found = pareto([1, 55, 2, 3, 20, 4, 5, 1, 4, 5])
    assert (found.customers, found.total) == (10, 100.0)
    assert found.top_share == {"0.01": 0.55, "0.05": 0.55, "0.1": 0.55, "0.2": 0.75}
    assert found.cumulative.tolist() == pytest.approx(
        [0, .55, .75, .80, .85, .89, .93, .96, .98, .99, 1])


def test_gini_of_one_two_three_four():
    assert pareto([4, 1, 3, 2]).gini == pytest.approx(0.25)


def test_equal_holdings_have_no_concentration():
    found = pareto([7.0] * 100)
    assert found.gini == pytest.approx(0.0)
    assert found.top_share == pytest.approx({"0.01": .01, "0.05": .05, "0.1": .1, "0.2": .2})


def test_one_holds_all():
    found = pareto([0, 0, 0, 9])
    assert found.gini == pytest.approx(0.75)
    assert found.top_share["0.01"] == 1.0


def test_part_of_a_customer_counts_as_one():
    assert pareto(np.ones(700)).top_share["0.01"] == pytest.approx(7 / 700)
    assert pareto(np.ones(701)).top_share["0.01"] == pytest.approx(8 / 701)


@pytest.mark.parametrize("aum", [[], [float("nan")], [0.0, -5.0]])
def test_nothing_held_is_unknown_not_zero(aum):
    found = pareto(aum)
    assert found.total == 0.0
    assert found.gini is None
    assert set(found.top_share.values()) == {None}


def test_unknown_left_out_and_overdraft_holds_nothing():
    assert pareto([np.nan, -50.0, 10.0, 30.0]).cumulative.tolist() == [0.0, 0.75, 1.0, 1.0]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=200))
def test_curve_rises_ever_slower_to_one(amounts):
    found = pareto(amounts)
    if found.gini is None:
        assert not any(amounts)
        return
    steps = np.diff(found.cumulative)
    assert found.cumulative[0] == 0.0
    assert found.cumulative[-1] == 1.0
    assert (np.diff(steps) <= 1e-9).all()
    assert -1e-9 <= found.gini <= 1 - 1 / len(amounts) + 1e-9
