"""RFM: quintiles with ties, fixed limits for short lists, substitutes, classes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.analytics import rfm, rfm_labels


def scored(days, counts, aum, **columns):
    """Classes of customers with these columns; None is unknown."""
    columns |= {"days_since_txn": days, "txn_count_12m": counts, "aum": aum}
    return rfm(pd.DataFrame({key: pd.Series(list(values), dtype="float64")
                             for key, values in columns.items()}))


@pytest.mark.parametrize(("days", "score"), [
    (0, 5), (30, 5), (31, 4), (90, 4), (91, 3), (180, 3), (181, 2), (365, 2), (366, 1), (-3, 5)])
def test_recency_limits_of_short_lists(days, score):
    assert scored([days], [5], [0])["rfm_r"].tolist() == [score]


@pytest.mark.parametrize(("count", "score"), [
    (0, 1), (1, 2), (5, 2), (6, 3), (12, 3), (13, 4), (36, 4), (37, 5)])
def test_frequency_limits_of_short_lists(count, score):
    assert scored([1], [count], [0])["rfm_f"].tolist() == [score]


@pytest.mark.parametrize(("aum", "score"), [
    (-1, 1), (999.99, 1), (1_000, 2), (9_999.99, 2), (10_000, 3), (50_000, 4), (199_999.99, 4),
    (200_000, 5)])
def test_money_limits_of_short_lists(aum, score):
    assert scored([1], [1], [aum])["rfm_m"].tolist() == [score]


def test_fifty_known_values_are_cut_into_quintiles_and_forty_nine_are_not():
    fifty = scored([1] * 50, [1] * 50, range(50))["rfm_m"]
    assert fifty.tolist() == [1] * 10 + [2] * 10 + [3] * 10 + [4] * 10 + [5] * 10
    assert set(scored([1] * 49, [1] * 49, range(49))["rfm_m"]) == {1}


def test_the_newest_action_scores_best():
    assert scored(range(50), [1] * 50, [0] * 50)["rfm_r"].tolist()[::10] == [5, 4, 3, 2, 1]


def test_ties_share_a_score():
    money = [0.0] * 35 + list(range(1, 16))
    scores = scored([1] * 50, [1] * 50, money)["rfm_m"]
    assert scores.tolist()[:35] == [2] * 35  # their middle stands at 35 % of the list
    assert scores.tolist()[35:] == [4] * 5 + [5] * 10
    assert set(scored([1] * 60, [1] * 60, [7] * 60)["rfm_m"]) == {3}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 4)),
                min_size=50, max_size=80), st.randoms(use_true_random=False))
def test_row_order_has_no_say(people, random):
    order = list(range(len(people)))
    random.shuffle(order)
    straight = pd.DataFrame(scored(*zip(*people, strict=True)))
    mixed = pd.DataFrame(scored(*zip(*(people[i] for i in order), strict=True)))
    pd.testing.assert_frame_equal(straight.iloc[order].reset_index(drop=True), mixed)


def test_unknown_stays_unknown_and_does_not_shift_the_others():
    found = scored([None] + [5] * 50, [None, *range(50)], [None] + [1] * 50)
    assert found["rfm_r"].isna().tolist() == [True] + [False] * 50
    assert found["rfm_f"].tolist()[1::10] == [1, 2, 3, 4, 5]
    assert pd.isna(found["rfm"].iloc[0])
    assert found["rfm"].notna().sum() == 50


def test_a_substitute_is_named():
    found = scored([1, 1], [None, None], [0, 0], login_days_30d=[16, 0])
    assert found["rfm_f_basis"].tolist() == ["login_days_30d"] * 2
    assert found["rfm_f"].tolist() == [5, 1]
    found = scored([1, 1], [None, None], [0, 0], holdings=[2, None])
    assert found["rfm_f_basis"].iloc[0] == "holdings"
    assert found["rfm_f"].iloc[0] == 3
    assert pd.isna(found["rfm_f"].iloc[1])
    assert pd.isna(found["rfm_f_basis"].iloc[1])


@pytest.mark.parametrize(("days", "count", "aum", "name"), [
    (1, 40, 500_000, "重要价值客户"), (1, 1, 500_000, "重要发展客户"),
    (400, 40, 500_000, "重要保持客户"), (400, 1, 500_000, "重要挽留客户"),
    (1, 40, 1, "一般价值客户"), (1, 1, 1, "一般发展客户"),
    (400, 40, 1, "一般保持客户"), (400, 1, 1, "一般挽留客户")])
def test_the_eight_classes(days, count, aum, name):
    assert rfm_labels()[scored([days], [count], [aum])["rfm"].iloc[0]] == name


def test_no_customers_and_no_columns():
    found = scored([], [], [])
    assert {len(column) for column in found.values()} == {0}
    bare = rfm(pd.DataFrame({"aum": [1.0, np.nan]}))
    assert bare["rfm"].isna().all()
    assert bare["rfm"].dtype == "str"
