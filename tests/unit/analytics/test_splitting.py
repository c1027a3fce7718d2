"""No customer on both sides, the splits of the trade, the later rows judge."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold, train_test_split

from branchseg.analytics import splitting

TRUTH = np.arange(300) % 5 == 0


def test_a_hold_out_is_that_of_scikit_learn():
    [(learning, judging)] = splitting.hold_out(splitting.units(TRUTH), 0.3, 42)
    known = train_test_split(np.arange(300), test_size=0.3, stratify=TRUTH, random_state=42)
    assert learning.tolist() == known[0].tolist()
    assert judging.tolist() == known[1].tolist()


def test_a_cross_validation_is_that_of_scikit_learn():
    found = splitting.cross_validation(splitting.units(TRUTH), 5, 42)
    known = StratifiedKFold(5, shuffle=True, random_state=42).split(TRUTH, TRUTH)
    for (_, judging), (_, expected) in zip(found, known, strict=True):
        assert judging.tolist() == expected.tolist()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=60, max_size=90),
       st.integers(0, 5))
def test_no_customer_is_on_both_sides(rows, seed):
    customers = np.array([who for who, _ in rows] + [40, 41, 42, 43] * 2)
    truth = np.array([up for _, up in rows] + [True, True, False, False] * 2)
    who = splitting.units(truth, customers)
    days = np.datetime64("2026-01-01") + np.arange(len(truth))
    for parts in (splitting.hold_out(who, 0.3, seed), splitting.cross_validation(who, 2, seed),
                  splitting.later(who, days, 0.3)):
        for learning, judging in parts:
            assert not {*customers[learning]} & {*customers[judging]}


def test_customers_are_positive_if_they_ever_were():
    who = splitting.units([0, 1, 0, 0], ["b", "a", "b", "a"])
    assert who.rows.tolist() == [0, 1, 0, 1]
    assert who.truth.tolist() == [False, True]
    assert who.repeated == 2


def test_later_rows_judge_and_a_day_is_never_parted():
    days = np.array(["2026-01-03", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-03"],
                    dtype="datetime64[D]")
    [(learning, judging)] = splitting.later(splitting.units(np.zeros(5)), days, 0.2)
    assert (learning.tolist(), judging.tolist()) == ([1, 2], [0, 3, 4])
    [(learning, judging)] = splitting.later(splitting.units(np.zeros(5), list("abaab")), days, 0.2)
    assert (learning.tolist(), judging.tolist()) == ([], [0, 3, 4])


@pytest.mark.parametrize("folds", [2, 5])
def test_each_row_has_a_fold(folds):
    found = splitting.fold_of_rows(splitting.units(TRUTH), folds, 0)
    assert np.bincount(found).tolist() == [300 // folds] * folds
