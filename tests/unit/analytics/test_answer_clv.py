"""The model "clv": what it says of transactions or a summary, good or bad."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg.analytics.answers import clv
from branchseg.analytics.answers.clv import ClvSpec, answer
from branchseg.analytics.bgnbd import BgNbd, BgNbdFit
from branchseg.analytics.spec import read_spec
from branchseg.errors import RuleError
from branchseg.messages import text

CDNOW = Path(__file__).resolve().parents[4] / "shared" / "data" / "cdnow"
needs_cdnow = pytest.mark.skipif(not CDNOW.exists(), reason="the shared data are not here")
LINES = {"customer": "客户", "date": "日期", "amount": "金额"}
SUMMARY = {"frequency": "x", "recency": "t_x", "age": "T"}


def ask(frame, **given_):
    found = answer(frame, ClvSpec(**given_))
    assert text(found.code, **found.params)
    json.dumps([found.quality, found.parameters, found.figures], allow_nan=False)
    assert (found.per_row is not None) == (found.verdict in {"ok", "rule_is_as_good"})
    return found


def said(found):
    return text(found.code, **found.params)


def visitors(customers=400, *, leaving=True):
    """Transactions over a year of customers who buy at rates of their own and may leave."""
    draw = np.random.default_rng(0)
    rows = []
    for who in range(customers):
        day, rate = float(draw.integers(0, 180)), draw.gamma(0.8, 0.06)
        leave = draw.beta(0.8, 2.0) if leaving else 0.0
        while day <= 365:
            rows.append((f"K{who:04}", pd.Timestamp("2025-01-01") + pd.Timedelta(days=int(day)),
                         round(float(draw.gamma(4, 25)), 2)))
            if draw.random() < leave:
                break
            day += draw.exponential(1 / rate)
    frame = pd.DataFrame(rows, columns=["客户", "日期", "金额"])
    return frame.assign(日期=frame["日期"].dt.strftime("%Y-%m-%d"))


@needs_cdnow
def test_cdnow_transactions():
    lines = pd.read_csv(CDNOW / "CDNOW_sample.txt", sep=r"\s+", header=None, dtype="str",
                        names=["master", "客户", "日期", "number", "金额"])
    found = ask(lines, **LINES, calibration_end=date(1997, 9, 30))
    assert (found.verdict, found.warnings) == ("ok", ())
    assert (found.rows, found.rows_used) == (6919, 4960)
    assert found.parameters["bgnbd"] == pytest.approx(
        {"r": 0.24259, "alpha": 4.41353, "a": 0.79289, "b": 2.42575}, rel=1e-3)
    assert found.parameters["gamma_gamma"] == pytest.approx(
        {"p": 6.2488, "q": 3.7446, "v": 15.4478}, rel=1e-3)
    assert found.figures["log_likelihood"] == pytest.approx(-9582.4256, abs=0.01)
    assert found.figures["holdout"] == {
        "predicted": pytest.approx(1653.4, abs=0.05), "actual": 1882, "length": 39}
    assert found.quality["rmse"] < found.quality["rule_rmse"]
    known = pd.read_csv(CDNOW / "cdnow_customers_summary.csv")
    assert found.per_row["frequency"].tolist() == known["frequency"].tolist()
    first = found.per_row.iloc[0]
    assert first["expected_purchases"] == pytest.approx(1.226, abs=0.0005)
    assert first["reason"] == ("来过 3 次，仍活跃的可能为 73%；预计今后 39 周再来 1.2 次，"
                               "每次约 24.65，合计折算 29.71。")
    assert found.per_row.iloc[2]["reason"].startswith("只来过一次，模型看不出是否还会来")
    assert "预计 1,653 次，实际 1,882 次" in said(found)


@needs_cdnow
def test_cdnow_summary():
    found = ask(pd.read_csv(CDNOW / "cdnow_customers_summary_with_transactions.csv"), **SUMMARY,
                monetary="zbar", customer="ID", horizon=39)
    assert (found.verdict, found.warnings) == ("ok", ("no_holdout",))
    assert found.parameters["bgnbd"]["alpha"] == pytest.approx(4.41353, rel=3e-5)
    assert found.figures["log_likelihood"] == pytest.approx(-9582.4256, abs=1e-3)
    assert found.figures["holdout"] is None
    row = found.per_row.set_index("customer").loc["1"]
    assert row["expected_purchases"] == pytest.approx(1.226, abs=0.0005)
    assert row["clv"] < row["expected_purchases"] * row["expected_spend"]


def test_order_of_rows_and_a_second_run_change_nothing():
    lines = visitors()
    found = ask(lines, **LINES, unit="day", calibration_end=date(2025, 10, 31))
    mixed = ask(lines.sample(frac=1, random_state=2), **LINES, unit="day",
                calibration_end=date(2025, 10, 31))
    assert found.verdict == "ok"
    assert (mixed.parameters, mixed.figures) == (found.parameters, found.figures)
    pd.testing.assert_frame_equal(mixed.per_row, found.per_row)
    assert found.figures["holdout"]["length"] == (
        pd.to_datetime(lines["日期"]).max() - pd.Timestamp("2025-10-31")).days


def test_a_horizon_bounds_what_is_held_out():
    found = ask(visitors(), **LINES, calibration_end=date(2025, 10, 31), horizon=4)
    assert found.figures["holdout"]["length"] == 4
    assert found.parameters["horizon"] == 4
    longer = ask(visitors(), **LINES, calibration_end=date(2025, 10, 31), horizon=100)
    assert longer.figures["holdout"]["length"] < 10
    assert longer.parameters["horizon"] == 100
    assert longer.per_row["expected_purchases"].sum() > found.per_row["expected_purchases"].sum()


def test_refunds_are_left_out_and_zeros_are_visits():
    lines = visitors()
    lines.loc[:9, "金额"] = -5.0
    lines.loc[10:19, "金额"] = 0.0
    found = ask(lines, **LINES)
    assert found.quality["left_out"]["negative"] == 10
    assert found.rows_used == len(lines) - 10
    assert found.parameters["horizon"] == 52
    assert found.warnings == ("no_holdout",)


def test_where_nobody_leaves_no_result_is_given():
    found = ask(visitors(leaving=False), **LINES, calibration_end=date(2025, 10, 31))
    assert found.verdict == "not_reliable"
    assert "dropout_not_identified" in found.warnings
    assert set(found.parameters["bgnbd"]) == {"r", "alpha", "a", "b"}
    assert "看不出客户何时不再来" in said(found)


def test_a_forecast_that_did_not_come_true_is_said_or_refused():
    lines, end = visitors(), date(2025, 10, 31)
    later = lines.index[lines["日期"] > end.isoformat()]
    some = ask(lines.drop(later[len(later) * 3 // 4:]), **LINES, calibration_end=end)
    assert (some.verdict, some.warnings) == ("ok", ("holdout_off",))
    few = ask(lines.drop(later[:-10]), **LINES, calibration_end=end)
    assert (few.verdict, few.code) == ("not_reliable", "analytics.clv.holdout_failed")
    assert "实际 " in said(few)


@pytest.mark.parametrize(("predicted", "rmse", "verdict"), [
    (100, 1.0, "ok"), (100, 2.0, "rule_is_as_good"), (100, 2.1, "rule_is_as_good"),
    (149, 1.0, "ok"), (151, 1.0, "not_reliable"), (49, 1.0, "not_reliable")])
def test_how_a_test_is_judged(predicted, rmse, verdict):
    visits = BgNbdFit(model=BgNbd(r=0.2, alpha=4.0, a=0.8, b=2.4), log_likelihood=-1.0,
                      errors=dict.fromkeys(("r", "alpha", "a", "b"), 0.2), dropout_gain=9.0,
                      starts_agreed=5)
    held = {"predicted": predicted, "actual": 100, "rmse": rmse, "rule_rmse": 2.0}
    assert clv._judged(visits, held)[0] == verdict
    assert clv._judged(visits, None)[0] == "ok"


def test_too_few_customers():
    found = ask(visitors(49), **LINES)
    assert (found.verdict, found.code) == ("not_enough_data", "analytics.clv.too_few")
    assert "可用的客户 49 位" in said(found)
    once = visitors().drop_duplicates("客户")
    assert ask(once, **LINES).code == "analytics.clv.too_few"
    assert ask(visitors().iloc[:0], **LINES).verdict == "not_enough_data"
    assert ask(visitors(), **LINES, calibration_end=date(2024, 1, 1)).verdict == "not_enough_data"


def test_money_that_hangs_on_frequency_is_said():
    lines = visitors()
    visits = lines.groupby("客户")["金额"].transform("size")
    lines["金额"] = visits * 100 + lines["金额"]
    assert "spend_depends_on_frequency" in ask(lines, **LINES).warnings


def test_without_money_there_are_visits_but_no_value():
    lines = visitors().assign(金额="0")
    found = ask(lines, **LINES)
    assert "no_money" in found.warnings
    assert found.parameters["gamma_gamma"] is None
    assert found.per_row["clv"].isna().all()
    assert not found.per_row["expected_purchases"].isna().any()
    assert "每次约" not in found.per_row["reason"].iloc[0]


def summary(**changes):
    draw = np.random.default_rng(5)
    x = draw.integers(0, 4, 100)
    age = draw.uniform(20, 50, 100)
    frame = pd.DataFrame({"who": np.arange(100), "x": x, "T": age,
                          "t_x": np.where(x > 0, age * draw.uniform(0.1, 1, 100), 0.0)})
    for where, value in changes.items():
        frame[where] = frame[where].astype(float)
        frame.loc[0, where] = value
    return frame


@pytest.mark.parametrize(("changes", "reason"), [
    ({"x": -1}, "contradictory"), ({"x": 1.5}, "contradictory"), ({"t_x": -1}, "contradictory"),
    ({"x": 2, "t_x": 30, "T": 29.9}, "contradictory"), ({"x": 0, "t_x": 5}, "contradictory"),
    ({"x": 1e7}, "contradictory"), ({"T": np.nan}, "missing_number"),
    ({"who": 1}, "duplicate_customer"), ({"who": np.nan}, "no_customer")])
def test_rows_of_a_summary_that_cannot_be_are_left_out(changes, reason):
    found = ask(summary(**changes), **SUMMARY, customer="who")
    expected = 2 if reason == "duplicate_customer" else 1
    assert found.quality["left_out"][reason] == expected
    assert found.rows_used == 100 - expected


def test_rounding_of_a_summary_is_no_contradiction():
    found = ask(summary(x=2, t_x=30.01, T=30.0), **SUMMARY)
    assert found.quality["left_out"]["contradictory"] == 0


def test_recency_counted_from_the_other_end_is_noticed():
    frame = summary()
    frame["t_x"] = frame["T"] - frame["t_x"]
    found = ask(frame, **SUMMARY)
    assert (found.verdict, found.code) == (
        "not_reliable", "analytics.clv.recency_defined_otherwise")


@pytest.mark.parametrize(("columns", "rules", "places"), [
    ({"customer": "a"}, {}, ["columns.frequency", "columns.recency", "columns.age"]),
    ({"date": "a", "amount": "b"}, {}, ["columns.customer"]),
    ({"customer": "a", "date": "b", "amount": "c", "age": "a"}, {}, ["columns.age"]),
    ({"frequency": "a", "recency": "b", "age": "c"}, {"calibration_end": date(2026, 1, 1)},
     ["rules.calibration_end"])])
def test_columns_of_both_kinds_do_not_mix(columns, rules, places):
    with pytest.raises(RuleError) as caught:
        read_spec(ClvSpec, {"columns": columns, "rules": rules}, "清单.toml", ["a", "b", "c"])
    assert [fault.key_path for fault in caught.value.faults] == places
    assert {fault.file for fault in caught.value.faults} == {"清单.toml"}


CELLS = (st.none() | st.text(max_size=5) | st.floats() | st.integers(-2, 10**9)
         | st.sampled_from(["2026-01-05", "20260106", "K1", "5", 0, 1, 2, 30.5, 1e300]))


@settings(max_examples=15)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), st.sampled_from([1, 80]))
def test_any_table_gets_an_answer(rows, times):
    frame = pd.DataFrame(rows, columns=["a", "b", "c"], dtype=object)
    frame = pd.concat([frame] * times)  # its labels repeat as well
    for columns in ({"customer": "a", "date": "b", "amount": "c"},
                    {"frequency": "a", "recency": "b", "age": "c", "monetary": "a"}):
        assert ask(frame, **columns).rows == len(frame)


@settings(max_examples=5)
@given(st.lists(st.tuples(st.sampled_from([0, 0, 1, 2, 9, 40_000]), st.floats(0, 1),
                          st.sampled_from([0.5, 30, 1e5]), st.sampled_from([0, 1e-9, 5, 1e14])),
                min_size=60, max_size=70))
def test_extreme_summaries_get_an_answer(rows):
    frame = pd.DataFrame([(x, x and part * age, age, money) for x, part, age, money in rows],
                         columns=["x", "t_x", "T", "m"])
    found = ask(frame, **SUMMARY, monetary="m")
    if found.per_row is not None:
        assert np.isfinite(found.per_row["expected_purchases"]).all()
        assert found.per_row["p_alive"].between(0, 1).all()
