"""How well apart and how stable clusters are, against scikit-learn and hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg.analytics.lump import Lump, lump_silhouettes, one_peak
from branchseg.analytics.stability import rand_index, sample, silhouette, stability

metrics = pytest.importorskip("sklearn.metrics")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=60))
def test_rand_index_is_that_of_scikit_learn(pairs):
    one, other = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    assert rand_index(one, other) == pytest.approx(metrics.adjusted_rand_score(one, other))


@given(st.integers(0, 10_000), st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_silhouette_is_that_of_scikit_learn(seed, k):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(30, 2)) * 1e3 + 1e6
    labels = rng.integers(0, k, 30)
    labels[:2] = 0, 1
    assert silhouette(points, labels) == pytest.approx(
        metrics.silhouette_score(points, labels), abs=1e-6)


def test_silhouette_by_hand_and_of_one_cluster():
    # outer points: own gap 1, others 9.5 on average -> 1 - 1/9.5 ... of inner ones 1 - 1/8.5
    points = np.array([[0.], [1.], [9.], [10.]])
    expected = np.mean([1 - 1 / 9.5, 1 - 1 / 8.5, 1 - 1 / 8.5, 1 - 1 / 9.5])
    assert silhouette(points, np.array([0, 0, 1, 1])) == pytest.approx(expected)
    assert silhouette(points, np.zeros(4, dtype=np.int64)) == 0.0


def test_blobs_far_apart_are_found_again_each_time():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(size=(60, 2)), rng.normal(size=(60, 2)) + 30])
    found = stability(points, 2, np.random.default_rng(1))
    assert (found.mean, found.p10, found.jaccard) == (1.0, 1.0, (1.0, 1.0))


def test_a_round_cloud_is_cut_differently_each_time():
    points = np.random.default_rng(0).normal(size=(400, 5))
    assert stability(points, 3, np.random.default_rng(1)).mean < 0.6


def test_sample_keeps_order_and_takes_no_row_twice():
    points = np.arange(100.0)[:, None]
    few = sample(points, 10, np.random.default_rng(0))[:, 0]
    assert len(set(few.tolist())) == 10
    assert (np.diff(few) > 0).all()
    assert sample(points, 100, np.random.default_rng(0)) is points


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=80))
def test_one_peak_is_a_distribution_that_rises_and_falls_once(whole):
    places, heights = one_peak(np.array(whole, dtype=np.float64))
    assert places[0] == min(whole)
    assert places[-1] == max(whole)
    assert heights[-1] == pytest.approx(1.0)
    assert (np.diff(heights) >= -1e-12).all()
    steps = np.diff(places) > 0
    slopes = np.diff(heights)[steps] / np.diff(places)[steps]
    top = int(slopes.argmax()) if len(slopes) else 0
    assert (np.diff(slopes[:top + 1]) >= -1e-9).all()
    assert (np.diff(slopes[top:]) <= 1e-9).all()


def test_two_peaks_become_one():
    rng = np.random.default_rng(0)
    places, heights = one_peak(np.concatenate([rng.normal(0, 1, 500), rng.normal(20, 1, 500)]))
    # half-way between the peaks, where the data has nobody, the lump has people
    assert np.interp([9.0, 11.0], places, heights) @ [-1, 1] > 0.02


def test_a_lump_keeps_margins_of_one_peak_and_rank_correlation():
    rng = np.random.default_rng(0)
    data = np.exp(rng.multivariate_normal([0, 0], [[1, .7], [.7, 1]], 3_000))
    drawn = Lump(data)(rng)
    assert np.quantile(drawn, [.1, .5, .9], axis=0) == pytest.approx(
        np.quantile(data, [.1, .5, .9], axis=0), rel=0.1)
    ranks = drawn.argsort(axis=0).argsort(axis=0)
    assert np.corrcoef(ranks.T)[0, 1] == pytest.approx(0.683, abs=0.04)  # 6/pi asin(.7/2)


def test_clusters_in_one_feature_only_are_clearer_than_their_lump():
    rng = np.random.default_rng(3)
    data = rng.normal(size=(300, 3))
    data[:150, 0] += 8
    found = lump_silhouettes(data, 2, rng)
    assert silhouette(data, (np.arange(300) < 150).astype(np.int64)) > max(found) + 0.1


def test_a_constant_feature_in_a_sample_is_no_fault():
    data = np.column_stack([np.zeros(60), np.arange(60.0)])
    assert len(lump_silhouettes(data, 2, np.random.default_rng(0))) == 40
