"""`model clusters`: what it answers, and that no table makes it fail."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchseg.analytics.answer import Verdict
from branchseg.analytics.answers.clusters import ClustersSpec, answer
from branchseg.analytics.spec import read_spec
from branchseg.errors import RuleError
from branchseg.messages import text


def three_kinds(rows=40):
    rng = np.random.default_rng(0)
    centres = [(100., 10.), (100., 1_000.), (10_000., 10.)]
    values = np.concatenate([centre * rng.lognormal(0, 0.2, (rows, 2)) for centre in centres])
    return pd.DataFrame({"客户": [f"K{place}" for place in range(3 * rows)],
                         "存款": values[:, 0], "基金": values[:, 1]})


def spec(**options):
    return ClustersSpec(**{"features": ("存款", "基金"), **options})


def said(found):
    return text(found.code, **found.params)


def test_customers_of_three_kinds():
    frame = three_kinds()
    found = answer(frame, spec(customer="客户"))
    assert found.verdict is Verdict.OK
    assert (found.rows, found.rows_used, found.warnings) == (120, 120, ())
    assert found.figures["k"] == 3
    assert found.figures["sizes"] == [40, 40, 40]
    assert found.figures["stability"]["mean"] == pytest.approx(1.0)
    assert [one["k"] for one in found.figures["candidates"]] == list(range(2, 9))
    assert "3 群" in said(found)
    assert "存款很高、基金偏低" in said(found)
    assert found.per_row.columns.tolist() == [
        "客户", "cluster", "distance", "near_border", "cluster_name"]
    assert found.per_row["客户"].tolist() == frame["客户"].tolist()
    assert set(found.per_row["cluster"][:40]) | set(found.per_row["cluster"][40:80]) | set(
        found.per_row["cluster"][80:]) == {1, 2, 3}
    json.dumps([found.figures, found.parameters, found.quality], allow_nan=False)


def test_the_same_twice():
    one, other = (answer(three_kinds(), spec(k=4, seed=5)) for _ in range(2))
    assert one.figures == other.figures
    pd.testing.assert_frame_equal(one.per_row, other.per_row)


def test_unknown_values_leave_the_row_out_and_only_it():
    frame = three_kinds()
    frame["存款"] = frame["存款"].astype(object)
    frame.loc[3, "存款"] = "不详"
    found = answer(frame, spec(k=3))
    assert (found.rows_used, found.warnings) == (119, ("rows_left_out:1",))
    row = found.per_row.loc[3]
    assert row["row"] == 4
    assert row[["cluster", "distance", "near_border", "cluster_name"]].isna().all()
    assert found.per_row["cluster"].notna().sum() == 119


def test_constant_and_mostly_missing_columns_are_left_out_and_said():
    frame = three_kinds().assign(空=np.nan, 同=7, 字="甲", 半=[1.0, np.nan, np.nan] * 40,
                                 少=[1.0, 2.0, 3.0, np.nan] * 30)
    found = answer(frame, spec(features=("存款", "空", "同", "字", "半", "少", "基金"), k=3))
    assert found.verdict is Verdict.OK
    assert found.warnings == ("mostly_missing:空", "constant:同", "mostly_missing:字",
                              "mostly_missing:半", "mostly_missing:少")
    assert list(found.parameters["features"]) == ["存款", "基金"]


def test_no_reliable_clusters_is_an_answer():
    frame = pd.DataFrame(np.random.default_rng(7).uniform(size=(600, 5)), columns=list("abcde"))
    found = answer(frame, ClustersSpec(features=tuple("abcde"), transform="none", scale="z"))
    assert found.verdict is Verdict.NOT_RELIABLE
    assert said(found).startswith("没有可靠的聚类：分成 2 到 8 群都不稳定")
    assert found.per_row is None


def test_stable_parts_of_one_lump_are_not_called_unstable():
    frame = pd.DataFrame(np.random.default_rng(23).uniform(size=(200, 2)), columns=list("ab"))
    found = answer(frame, ClustersSpec(features=tuple("ab"), transform="none", scale="z"))
    assert found.verdict is Verdict.NOT_RELIABLE
    assert said(found).startswith("没有可靠的聚类：分得稳定，但群与群之间没有真正的分界")
    assert found.figures["stability"]["mean"] >= 0.6
    assert found.quality["lump_silhouette"] > found.quality["silhouette"]


def test_a_number_asked_for_is_given_but_not_called_reliable():
    frame = pd.DataFrame(np.random.default_rng(7).uniform(size=(600, 5)), columns=list("abcde"))
    found = answer(frame, ClustersSpec(features=tuple("abcde"), k=3, transform="none"))
    assert found.verdict is Verdict.NOT_RELIABLE
    assert found.figures["k"] == 3
    assert found.figures["stability"]["mean"] < 0.6
    assert said(found).startswith("分成 3 群不可靠")
    assert found.per_row["cluster"].max() == 3


@pytest.mark.parametrize(("frame", "features", "start"), [
    (three_kinds(33), ("存款", "基金"), "数据不够：所选特征都有值的客户只有 99 位，至少要 100 位"),
    (three_kinds(0), ("存款",), "没有可用的特征"),
    (three_kinds(), ("客户",), "没有可用的特征"),
    (pd.DataFrame({"甲": [1, 2] * 60}), ("甲",), "数据不够：客户之间几乎没有差别，分不出 3 群"),
])
def test_too_little_data_says_what_to_collect(frame, features, start):
    found = answer(frame, spec(features=features, k=3))
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert said(found).startswith(start)


def test_negative_values_and_small_clusters_are_warned_of():
    frame = pd.DataFrame({"甲": [-1.0, 1.0] * 100 + [9e5]})
    found = answer(frame, ClustersSpec(features=("甲",), k=3))
    assert "negative_values:甲" in found.warnings
    assert "small_cluster:1" in found.warnings


def test_options_are_checked():
    good = read_spec(ClustersSpec, {"columns": {"features": ["甲"]}, "rules": {"k": "auto"}},
                     "s.toml", ["甲"])
    assert good == ClustersSpec(features=("甲",))
    with pytest.raises(RuleError) as caught:
        read_spec(ClustersSpec, {"columns": {"features": ["甲"]}, "rules": {
            "k": 1, "scale": "minmax", "transform": 3, "speed": 9}}, "s.toml", ["甲"])
    assert {fault.key_path for fault in caught.value.faults} == {
        "rules.k", "rules.scale", "rules.transform", "rules.speed"}


junk = st.one_of(st.none(), st.floats(), st.integers(-10**18, 10**18), st.booleans(),
                 st.sampled_from(["", "无", "1,200", "￥3", "1e308", "-1e-320", "0"]))


@given(st.lists(st.tuples(junk, junk), min_size=0, max_size=12), st.sampled_from([1, 12, 100]),
       st.sampled_from(["log", "none"]), st.sampled_from(["robust", "z", "none"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_has_an_answer(rows, times, transform, scale):
    frame = pd.DataFrame(rows * times, columns=["甲", "乙"], dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = answer(frame, ClustersSpec(
            features=("甲", "乙"), transform=transform, scale=scale, k=2))
    assert said(found)
    json.dumps([found.figures, found.quality], allow_nan=False)
