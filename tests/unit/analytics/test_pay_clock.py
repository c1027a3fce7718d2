"""What is kept of a pay, and when it has left."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from branchseg.analytics.pay_clock import kept, left_after, pays

NAN = float("nan")


def test_kept_is_the_balance_over_what_was_there_with_the_pay():
    found = kept([1_000, 0, 500, NAN, 500, -1], [4_000, 5_000, 0, 1, 1_500, 10],
                 [[2_500], [-20], [9], [9], [NAN], [9]])
    assert found[:2, 0].tolist() == [0.5, 0.0]
    assert np.isnan(found[2:, 0]).all()


def test_it_has_left_on_the_first_day_that_less_than_the_share_is_left():
    shares = np.array([[.5, .09, .2], [.5, .1, .1], [NAN, .05, NAN], [.9, .8, NAN],
                       [NAN, NAN, NAN], [.0, .0, .0]])
    times, left = left_after([1, 3, 7], shares, 0.1)
    assert_allclose(times, [3, 7, 3, 3, NAN, 1])
    assert left.tolist() == [True, False, True, False, False, True]


DAYS = [0, 1, 7]
# customer 0: 1,000 before, paid 3,000 on day 10 (in two parts), 2,000 out the same day, 1,900 out
# on day 12; customer 1: nothing before, paid on day 20, of which nothing is seen after day 22
ROWS = [(0, 5, 1_000, False, 1_000), (0, 10, 2_000, True, 3_000), (0, 10, 1_000, True, 4_000),
        (0, 10, -2_000, False, 2_000), (0, 12, -1_900, False, 100),
        (1, 20, 4_000, True, 4_000), (1, 22, -1_000, False, 3_000)]


def split(rows, *, balances=True):
    customer, day, amount, is_pay, balance = (list(one) for one in zip(*rows, strict=True))
    return pays(customer, day, amount, is_pay, balance if balances else None, DAYS)


def test_transactions_with_balances_give_what_was_kept():
    found = split(ROWS)
    assert found.customer.tolist() == [0, 1]
    assert found.day.tolist() == [10, 20]
    assert_allclose(found.kept, [[.5, .5, .025], [1, 1, NAN]])


def test_transactions_without_balances_count_what_went_out_since():
    assert_allclose(split(ROWS, balances=False).kept, [[1 / 3, 1 / 3, 0], [1, 1, NAN]])


@pytest.mark.parametrize("balances", [True, False])
def test_another_order_of_days_and_customers_gives_the_same(balances):
    whole = split(ROWS, balances=balances)
    turned = split([*ROWS[5:], ROWS[4], *ROWS[:4]], balances=balances)
    assert_allclose(turned.kept, whole.kept)
    assert turned.customer.tolist() == whole.customer.tolist()


def test_a_customer_is_not_told_by_the_transactions_of_the_next():
    found = pays([0, 1], [10, 3], [100, 50], [True, False], [100, 50], [0, 30])
    assert_allclose(found.kept, [[1, NAN]])


def test_no_pay_is_no_clock():
    assert split([(0, 1, -5, True, 0), (0, 2, 5, False, 5)]).kept.shape == (0, 3)
