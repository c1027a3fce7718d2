"""What an import would take from known assets: the counts, and when they mean nothing."""

from datetime import date

import pandas as pd
import pytest

from branchseg import pipeline
from branchseg.model.table import SOURCE_ROWS, CustomerTable
from branchseg.pipeline import Losses

DAY = date(2026, 11, 15)


def table(**columns):
    count = len(next(iter(columns.values())))
    ids = [f"{number:010}" for number in range(count)]
    amounts = {key: pd.Series(values, dtype="float64") for key, values in columns.items()}
    rows = pd.Series(ids, dtype="str")
    return CustomerTable(pd.DataFrame({"customer_id": rows, **amounts, SOURCE_ROWS: rows}), DAY)


def lost(coming, after, before=None):
    return pipeline.losses(before and table(**before), table(**coming), table(**after))


def test_a_total_below_the_known_balances():
    parts = {"demand": [100.0, 100.0, 100.0], "time_deposit": [100.0, None, 98.0]}
    coming = {"aum_point": [197.0, 100.0, 198.0]}
    assert lost(coming, {**parts, **coming}) == Losses(1, 0, 0), "198 for 198 and 100 for 100"


def test_deposits_count_once_and_loans_are_no_assets():
    coming = {"aum_point": [200.0]}
    after = {**coming, "deposit": [200.0], "demand": [100.0], "loan": [900.0]}
    assert lost(coming, after).below_parts == 0
    assert lost(coming, {**after, "fund": [3.0]}).below_parts == 1


def test_less_than_half_of_what_it_was():
    coming = {"aum_point": [455.0, 454.0]}
    before = {"aum_month_avg": [910.0, 910.0]}
    assert lost(coming, {**coming, **before}, before) == Losses(0, 1, 0)


def test_a_monthly_average_that_goes_out_of_force():
    coming, before = {"aum_point": [900.0, 900.0]}, {"aum_month_avg": [910.0, None]}
    after = {**coming, "aum_month_avg": [None, None]}
    assert lost(coming, after, before) == Losses(0, 0, 1)


def test_averages_may_be_below_the_balances_of_a_day():
    coming = {"aum_month_avg": [50.0]}
    assert lost(coming, {**coming, "demand": [100.0]}) == Losses(0, 0, 0)


def test_a_total_that_does_not_count_takes_nothing():
    coming = {"aum_point": [10.0]}
    newer = {"aum_point": [500.0], "demand": [100.0]}
    assert lost(coming, newer, newer) == Losses(0, 0, 0)


@pytest.mark.parametrize(("poor", "told"), [(1, 0), (2, 2)])
def test_a_few_who_took_their_money_away_are_not_told(poor, told):
    coming = {"aum_point": [10.0] * poor + [1000.0] * (20 - poor)}
    assert lost(coming, {**coming, "demand": [100.0] * 20}).below_parts == told


def test_a_list_without_any_total_takes_nothing():
    before = {"aum_month_avg": [910.0]}
    coming = {"time_deposit": [5.0]}
    assert lost(coming, {**before, **coming}, before) == Losses(0, 0, 0)
