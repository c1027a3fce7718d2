"""k-means against hand-computed partitions, brute force and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg.analytics import kmeans as module
from branchseg.analytics.kmeans import canonical_order, kmeans, nearest

sklearn = pytest.importorskip("sklearn.cluster")


def blobs(seed, rows=300, features=4, groups=4, apart=1.5):
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(groups, features)) * apart
    return centres[rng.integers(0, groups, rows)] + rng.normal(size=(rows, features))


def test_four_points_two_clusters():
    found = kmeans(np.array([[0., 0.], [0., 2.], [10., 0.], [10., 2.]]), 2,
                   np.random.default_rng(0))
    assert sorted(map(tuple, found.centres.round(9).tolist())) == [(0., 1.), (10., 1.)]
    assert found.inertia == pytest.approx(4.0)


def test_far_from_zero_nothing_is_lost():
    points = np.array([[0.], [1.], [10.], [11.]]) + 1e9
    assert kmeans(points, 2, np.random.default_rng(0)).inertia == pytest.approx(1.0)


@pytest.mark.parametrize(("seed", "k"), [(0, 2), (1, 5)])
def test_no_worse_than_scikit_learn(seed, k):
    points = blobs(seed)
    theirs = sklearn.KMeans(k, n_init=10, random_state=seed).fit(points)
    ours = kmeans(points, k, np.random.default_rng(seed))
    assert ours.inertia <= 1.005 * theirs.inertia_
    gaps = np.linalg.norm(points[:, None] - ours.centres, axis=2).min(axis=1)
    assert ours.inertia == pytest.approx((gaps ** 2).sum(), rel=1e-4)


def test_many_rows_are_tried_on_a_sample_and_refined_on_all(monkeypatch):
    points = blobs(9, rows=5_000)
    whole = kmeans(points, 4, np.random.default_rng(0)).inertia
    monkeypatch.setattr(module, "SAMPLE", 300)
    assert kmeans(points, 4, np.random.default_rng(0)).inertia <= 1.005 * whole


@given(st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_nearest_is_what_brute_force_finds(seed, k):
    rng = np.random.default_rng(seed)
    points, centres = rng.normal(size=(40, 3)), rng.normal(size=(k, 3))
    gaps = np.linalg.norm(points[:, None] - centres, axis=2)
    found = nearest(points, centres)
    assert found.labels.tolist() == gaps.argmin(axis=1).tolist()
    assert found.distance == pytest.approx(gaps.min(axis=1))
    if k > 1:
        assert found.second == pytest.approx(np.sort(gaps, axis=1)[:, 1])
    else:
        assert np.isinf(found.second).all()


def test_blocks_do_not_show(monkeypatch):
    points = blobs(2)
    whole = kmeans(points, 3, np.random.default_rng(0), 5)
    monkeypatch.setattr(module, "ONE_CORE", 90)  # 7 rows at a time
    parts = kmeans(points, 3, np.random.default_rng(0), 5)
    assert parts.inertia == pytest.approx(whole.inertia)
    assert (nearest(points, whole.centres).labels == nearest(points, parts.centres).labels).all()


def test_order_of_rows_is_forgotten():
    points = np.array([[2., 1.], [1., 5.], [2., 0.], [1., 5.]])
    mixed = points[[3, 2, 0, 1]]
    assert points[canonical_order(points)].tolist() == mixed[canonical_order(mixed)].tolist() == [
        [1., 5.], [1., 5.], [2., 0.], [2., 1.]]


def test_fewer_different_rows_than_clusters_end_all_the_same():
    found = kmeans(np.array([[0.], [0.], [1.]]), 3, np.random.default_rng(0))
    assert found.inertia == 0.0
