"""The model "rfm": what it says of a table of transactions, good or bad."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg.analytics.answers.rfm import RfmSpec, answer
from branchseg.messages import text

SPEC = {"customer": "客户", "date": "日期", "amount": "金额"}
RETAIL = (Path(__file__).resolve().parents[4] / "shared" / "data" / "online_retail"
          / "online_retail_dec2010_jan2011.csv.gz")


def ask(frame, **rules):
    found = answer(frame, RfmSpec(**(SPEC | rules)))
    assert text(found.code, **found.params)
    json.dumps([found.quality, found.parameters, found.figures], allow_nan=False)
    return found


def table(rows):
    return pd.DataFrame(rows, columns=["客户", "日期", "金额"])


def people(count):
    """Customer i buys for i + 1 in all, from the i-th day of the year, i % 3 + 1 days in a row."""
    start = date(2026, 1, 1)
    return table([(f"K{i:03}", (start + timedelta(days=i + more)).isoformat(),
                   str((i + 1) / (i % 3 + 1)))
                  for i in range(count) for more in range(i % 3 + 1)])


def test_a_hundred_customers():
    found = ask(people(100))
    assert found.verdict == "ok"
    assert (found.rows, found.rows_used, found.warnings) == (199, 199, ())
    assert found.parameters["as_of"] == "2026-04-12"  # the day after the last
    assert found.parameters["scoring"] == "quantiles"
    counts = found.figures["counts"]
    assert counts["R"] == counts["M"] == {str(score): 20 for score in range(1, 6)}
    # 34, 33 and 33 customers with 1, 2, 3 days: middles at 17 %, 50.5 %, 83.5 %
    assert counts["F"] == {"1": 34, "2": 0, "3": 33, "4": 0, "5": 33}
    assert sum(found.figures["classes"].values()) == 100
    assert list(found.figures["top_share"]) == ["0.1", "0.2"]
    row = found.per_row.iloc[-1]
    assert row[["customer", "recency", "frequency", "money", "R", "F", "M"]].tolist() == [
        "K099", 2, 1, 100.0, 5, 1, 5]
    assert row["reason"] == ("距最近一次交易 2 天（5 分），交易 1 次（1 分），金额合计 "
                             "100.00（5 分），属于重要发展客户。")


def test_under_fifty_customers_limits_are_fixed():
    found = ask(people(49))
    assert found.warnings == ("fixed_limits",)
    assert found.parameters["scoring"] == "fixed_limits"
    assert found.parameters["limits"] == {
        "R": [365, 180, 90, 30], "F": [1, 6, 13, 37], "M": [1000, 10_000, 50_000, 200_000]}
    assert found.figures["counts"]["M"] == {"1": 49, "2": 0, "3": 0, "4": 0, "5": 0}
    assert "fixed_limits" not in ask(people(50)).warnings
    refused = ask(people(49), bins=3)
    assert refused.verdict == "not_enough_data"
    assert "bins 改为 5" in text(refused.code, **refused.params)
    assert ask(people(50), bins=3).figures["counts"]["M"] == {"1": 17, "2": 16, "3": 17}


def test_a_day_to_count_to_leaves_out_what_comes_after():
    found = ask(people(100), as_of=date(2026, 3, 1))
    assert found.parameters["as_of"] == "2026-03-01"
    assert found.quality["left_out"]["after_end"] == 199 - found.rows_used > 0
    assert found.per_row["recency"].min() == 0
    nobody = ask(people(100), as_of=date(2025, 12, 31))
    assert (nobody.verdict, nobody.rows_used, nobody.per_row) == ("not_enough_data", 0, None)


def test_a_mistyped_last_day_is_said():
    lines = people(100)
    lines.loc[0, "日期"] = "2062-01-01"
    assert "as_of_doubtful" in ask(lines).warnings
    assert "as_of_doubtful" not in ask(lines, as_of=date(2026, 6, 1)).warnings


def test_customers_who_are_all_alike_are_not_told_apart():
    alike = table([(f"K{i}", "2026-01-01", "5") for i in range(60)])
    found = ask(alike)
    assert (found.verdict, found.per_row) == ("not_reliable", None)
    assert found.warnings == ("constant:R", "constant:F", "constant:M")
    alike["金额"] = [str(i + 1) for i in range(60)]
    assert (ask(alike).verdict, ask(alike).warnings) == ("ok", ("constant:R", "constant:F"))


def test_most_rows_left_out_is_said():
    lines = people(100)
    lines.loc[::2, "客户"] = ""
    lines.loc[1, "客户"] = ""
    assert "mostly_left_out" in ask(lines).warnings


@pytest.mark.skipif(not RETAIL.exists(), reason="the shared data are not here")
def test_online_retail():
    lines = pd.read_csv(RETAIL)
    lines["Amount"] = lines["Quantity"] * lines["UnitPrice"]
    columns = {"customer": "CustomerID", "date": "InvoiceDate", "amount": "Amount",
               "invoice": "InvoiceNo"}
    found = ask(lines, **columns)
    assert found.quality["left_out"] == {
        "no_customer": 28_866, "unreadable_date": 0, "unreadable_amount": 0, "cancelled": 1_370,
        "not_positive": 6, "after_end": 0}
    assert (found.rows, found.rows_used, found.quality["customers"]) == (77_628, 47_386, 1_302)
    # another way to the same figures: bins by average rank
    kept = lines.dropna(subset=["CustomerID"])
    kept = kept[~kept["InvoiceNo"].astype("str").str.startswith("C") & (kept["Amount"] > 0)]
    groups = kept.assign(day=kept["InvoiceDate"].str[:10]).groupby("CustomerID")
    for key, values in {"R": pd.to_datetime(groups["day"].max()).astype("int64"),
                        "F": groups["InvoiceNo"].nunique(),
                        "M": groups["Amount"].sum().round(4)}.items():
        middle = (values.rank(method="average") - 0.5) / len(values)
        expected = (np.floor(middle * 5) + 1).astype(int)
        assert found.per_row[key].tolist() == expected.tolist()
    assert found.per_row["customer"].iloc[0] == "12346"
    mixed = ask(lines.sample(frac=1, random_state=1), **columns)
    pd.testing.assert_frame_equal(found.per_row, mixed.per_row)
    assert mixed.figures == found.figures


CELLS = (st.none() | st.text(max_size=6) | st.integers() | st.floats() | st.booleans()
         | st.sampled_from(["2026-01-05", "20260106", "K1", "5", "-5", "C12", "1e308"]))


@settings(max_examples=40)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=12), st.booleans(),
       st.none() | st.dates())
def test_any_table_gets_an_answer(rows, keep, as_of):
    frame = pd.DataFrame(rows, columns=["客户", "日期", "金额", "单号"], dtype=object)
    found = ask(frame, invoice="单号", keep_negative=keep, as_of=as_of)
    assert found.rows == len(rows)
    assert found.rows_used + sum(found.quality["left_out"].values()) == len(rows)
    assert (found.per_row is None) == (found.verdict != "ok")
