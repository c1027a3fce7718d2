"""Curves of any table of durations."""

import numpy as np
import pandas as pd
import pytest

from branchseg.analytics.answer import Verdict
from branchseg.analytics.answers.survival import SurvivalSpec, answer
from branchseg.analytics.spec import read_spec
from branchseg.errors import RuleError

GIVEN = {"columns": {"duration": "月", "lost": "流失", "group": "组", "customer": "号"}}


def lives(rates=(0.25, 0.08), size=300):
    rng = np.random.default_rng(4)
    group = np.arange(size) % 2
    life = rng.geometric(np.where(group, *rates[::-1]))
    watched = rng.integers(1, 9, size)
    return pd.DataFrame({
        "号": [f"C{n}" for n in range(size)], "月": np.minimum(life, watched).astype(object),
        "流失": np.where(life <= watched, "是", "否"), "组": np.where(group, "乙", "甲")})


def asked(frame, **rules):
    spec = read_spec(SurvivalSpec, GIVEN | {"rules": rules}, "设置.toml", list(frame))
    return answer(frame, spec)


def test_what_is_left_after_three_and_five_and_whether_groups_differ():
    frame = lives()
    found = asked(frame)
    assert (found.verdict, found.rows_used) == (Verdict.OK, 300)
    curve = {one["time"]: one["share"] for one in found.figures["curve"]}
    assert found.figures["near"]["share"] == curve[3.0]
    assert found.figures["far"]["share"] == curve[5.0]
    assert found.figures["near"]["low"] < curve[3.0] < found.figures["near"]["high"]
    assert found.figures["groups"]["甲"]["near"]["share"] < found.figures["groups"]["乙"][
        "near"]["share"]
    assert found.figures["log_rank"]["p"] < 0.001
    assert "确实不同" in str(found.params["groups"])
    rows = found.per_row
    assert rows.columns.tolist() == ["号", "left_near", "left_far"]
    told = {name: one["near"]["share"] for name, one in found.figures["groups"].items()}
    assert rows["left_near"].tolist() == [told[name] for name in frame["组"]]


def test_rows_without_time_or_outcome_are_left_out():
    frame = lives()
    frame.loc[:4, "月"] = ["", "x", -1, None, 2]
    frame.loc[4, "流失"] = "也许"
    found = asked(frame)
    assert found.rows_used == 295
    assert found.warnings == ("rows_left_out:5",)
    assert found.per_row["left_near"].isna().sum() == 5


def test_alike_groups_and_horizons_beyond_the_watch():
    found = asked(lives((0.1, 0.1)), near=2, far=20)
    assert "看不出不同" in str(found.params["groups"])
    assert np.isnan(found.figures["far"]["share"])
    assert "看不到" in str(found.params["far"])


def test_small_groups_are_not_compared():
    frame = lives()
    frame["组"] = np.where(np.arange(300) < 10, "丙", "甲")
    found = asked(frame)
    assert list(found.figures["groups"]) == ["甲"]
    assert found.figures["log_rank"] is None
    assert "没有比较" in str(found.params["groups"])


def test_too_few_losses_and_times_that_are_all_the_same():
    frame = lives()
    frame["流失"] = "否"
    assert (asked(frame).verdict, asked(frame).code) == (
        Verdict.NOT_ENOUGH_DATA, "analytics.survival.few")
    frame["流失"], frame["月"] = "是", 3
    assert asked(frame).code == "analytics.survival.same"


def test_the_far_horizon_lies_beyond_the_near_one():
    with pytest.raises(RuleError):
        asked(lives(), near=5, far=5)
