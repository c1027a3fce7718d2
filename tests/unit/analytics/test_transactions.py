"""Transactions: which rows count, visits, repeats; RFM of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg.analytics.rfm import rfm_of_transactions, score
from branchseg.analytics.transactions import (
    by_customer,
    last_day_doubtful,
    repeats,
    transactions,
    visits_between,
)

LINES = pd.DataFrame({
    "who": ["甲", "甲", "乙", None, "丙", "甲", "乙", "丁", " ", "甲"],
    "on": ["2026-01-05 08:30", "2026-01-05 17:00", "2026-02-01", "2026-01-01", "不详",
           "2026-03-01", "2026-01-02", "2026-01-09", "2026-01-01", "2026-01-06"],
    "sum": ["1,000.50", "9.50", "0", "5", "7", "-3", "8", "x", "1", "2"],
    "bill": ["1", "2", "3", "4", "5", "C6", "7", "8", "9", "1"]})


def read(**options):
    return transactions(LINES, customer="who", date="on", amount="sum", **options)


def test_rows_are_left_out_under_the_first_reason_that_fits():
    assert read(invoice="bill").left_out == {
        "no_customer": 2, "unreadable_date": 1, "unreadable_amount": 1, "cancelled": 1,
        "not_positive": 1, "after_end": 0}
    assert read().left_out == {
        "no_customer": 2, "unreadable_date": 1, "unreadable_amount": 1, "cancelled": 0,
        "not_positive": 2, "after_end": 0}
    end = np.datetime64("2026-01-05")
    assert read(end=end).left_out["after_end"] == 1
    assert read(end=end).rows["customer"].tolist() == ["乙", "甲", "甲"]


@pytest.mark.parametrize(("bill", "cancelled"), [
    ("C536379", 1), ("c1", 1), ("536379", 0), ("CASH", 0), ("", 0), (None, 0), ("1C1", 0)])
def test_what_a_cancelled_invoice_is(bill, cancelled):
    one = pd.DataFrame({"who": ["甲"], "on": ["2026-01-05"], "sum": [5], "bill": [bill]})
    found = transactions(one, customer="who", date="on", amount="sum", invoice="bill")
    assert found.left_out["cancelled"] == cancelled


def test_zero_counts_as_a_visit_only_if_asked():
    assert read(zeros=True).left_out["negative"] == 1
    assert by_customer(read(zeros=True).rows)["frequency"].to_dict() == {"乙": 2, "甲": 2}
    assert by_customer(read().rows)["frequency"].to_dict() == {"乙": 1, "甲": 2}


def test_frequency_counts_days_or_invoices():
    days, bills = by_customer(read().rows), by_customer(read(invoice="bill").rows)
    assert days.loc["甲"].tolist() == [pd.Timestamp("2026-01-06"), 2, 1012.0]
    assert bills.loc["甲", "frequency"] == 2  # invoice 1 over two days, invoice 2
    assert days.loc["乙"].tolist() == [pd.Timestamp("2026-01-02"), 1, 8.0]


def test_a_row_without_invoice_is_a_visit_of_its_day():
    lines = pd.DataFrame({"who": ["甲"] * 3, "on": ["2026-01-05", "2026-01-05", "2026-01-06"],
                          "sum": [1, 1, 1], "bill": ["7", None, None]})
    found = transactions(lines, customer="who", date="on", amount="sum", invoice="bill")
    assert by_customer(found.rows)["frequency"].tolist() == [3]


def test_refunds_lower_the_money_and_cancellations_are_no_visit():
    kept = read(invoice="bill", refunds=True)
    assert kept.left_out["cancelled"] == kept.left_out["not_positive"] == 0
    found = by_customer(kept.rows)
    assert found.loc["甲"].tolist() == [pd.Timestamp("2026-01-06"), 2, 1009.0]
    assert found.loc["乙", "frequency"] == 2  # an amount of zero is a transaction here
    only = pd.DataFrame({"who": ["甲"], "on": ["2026-01-05"], "sum": [-5], "bill": ["C1"]})
    alone = transactions(only, customer="who", date="on", amount="sum", invoice="bill",
                         refunds=True)
    assert by_customer(alone.rows).empty


def test_equal_sums_are_equal_whatever_they_are_made_of():
    lines = pd.DataFrame({"who": ["甲", "甲", "乙"], "on": ["2026-01-05"] * 3,
                          "sum": [0.1, 0.2, 0.3]})
    money = by_customer(transactions(lines, customer="who", date="on", amount="sum").rows)
    assert money.loc["甲", "money"] == money.loc["乙", "money"]


def test_a_lone_last_day_is_doubted():
    days = ["2026-01-05"] * 99 + ["2027-01-06"]
    lines = pd.DataFrame({"who": "甲", "on": days, "sum": 1})
    assert not last_day_doubtful(transactions(lines, customer="who", date="on", amount="sum").rows)
    lines.loc[99, "on"] = "2027-01-07"
    assert last_day_doubtful(transactions(lines, customer="who", date="on", amount="sum").rows)
    assert not last_day_doubtful(
        transactions(lines[:1], customer="who", date="on", amount="sum").rows)


VISITS = pd.DataFrame({
    "who": ["a", "a", "a", "a", "a", "b", "c", "c"],
    "on": ["2026-01-01", "2026-01-08", "2026-01-08", "2026-01-15", "2026-02-05", "2026-01-22",
           "2026-01-30", "2026-02-01"],
    "sum": [100.0, 10.0, 20.0, 60.0, 5.0, 7.0, 1.0, 1.0]})


def test_repeats_count_days_and_leave_the_first_out():
    rows = transactions(VISITS, customer="who", date="on", amount="sum").rows
    end = np.datetime64("2026-01-29")
    found = repeats(rows, end, 7)
    assert found.index.tolist() == ["a", "b"]
    assert found.loc["a"].tolist() == [2, 2.0, 4.0, 45.0]  # (10 + 20 and 60) / 2
    assert found.loc["b"].tolist()[:3] == [0, 0.0, 1.0]
    assert np.isnan(found.loc["b", "monetary"])
    later = visits_between(rows, end, np.datetime64("2026-02-04"))
    assert later.to_dict() == {"c": 2}
    assert visits_between(rows, end, np.datetime64("2026-02-05"))["a"] == 1


def test_rfm_of_transactions_scores_as_lists_do():
    people = pd.DataFrame({"last": pd.date_range("2026-01-01", periods=50),
                           "frequency": [1] * 50, "money": np.arange(50) / 7})
    found = rfm_of_transactions(people, np.datetime64("2026-02-20"))
    assert found["recency"].tolist() == list(range(50, 0, -1))
    assert found["R"].tolist() == found["M"].tolist() == [1 + i // 10 for i in range(50)]
    assert set(found["F"]) == {3}
    assert found["class"].tolist() == ["general_win_back"] * 30 + ["key_growth"] * 20
    three = rfm_of_transactions(people, np.datetime64("2026-02-20"), 3)
    assert three["R"].value_counts().to_dict() == {1: 17, 2: 16, 3: 17}
    assert three["class"].value_counts().to_dict() == {"general_win_back": 33, "key_growth": 17}
    assert set(three["F"]) == {2}


@pytest.mark.parametrize("bins", [2, 3, 4, 5, 7, 10])
def test_scores_of_different_values_differ_by_one_customer_at_most(bins):
    sizes = np.bincount(score(np.arange(101.0), (), bins).astype(int))[1:]
    assert len(sizes) == bins
    assert np.ptp(sizes) <= 1


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 70), st.integers(0, 9), st.integers(1, 400)),
                min_size=60, max_size=120), st.randoms(use_true_random=False))
def test_order_of_rows_has_no_say(lines, random):
    frame = pd.DataFrame([(str(who), f"2026-01-{day + 10}", amount / 100)
                          for who, day, amount in lines], columns=["who", "on", "sum"])
    order = list(range(len(frame)))
    random.shuffle(order)

    def scored(table):
        rows = transactions(table, customer="who", date="on", amount="sum").rows
        return rfm_of_transactions(by_customer(rows), np.datetime64("2026-02-01"))

    pd.testing.assert_frame_equal(scored(frame), scored(frame.iloc[order]))


CDNOW = Path(__file__).resolve().parents[4] / "shared" / "data" / "cdnow"


@pytest.mark.skipif(not CDNOW.exists(), reason="the shared data are not here")
def test_the_cdnow_summary_is_rebuilt():
    lines = pd.read_csv(CDNOW / "CDNOW_sample.txt", sep=r"\s+", header=None, dtype={1: "str"},
                        names=["master", "who", "on", "number", "sum"])
    known = pd.read_csv(CDNOW / "cdnow_customers_summary_with_transactions.csv")
    rows = transactions(lines, customer="who", date="on", amount="sum", zeros=True).rows
    found = repeats(rows, np.datetime64("1997-09-30"), 7)
    assert found["frequency"].tolist() == known["x"].tolist()
    assert np.abs(found["recency"].to_numpy() - known["t_x"]).max() < 0.00501
    assert np.abs(found["age"].to_numpy() - known["T"]).max() < 0.00501
    assert np.abs(found["monetary"].fillna(0).to_numpy() - known["zbar"]).max() < 0.00501
