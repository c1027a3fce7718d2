"""A clustering that is kept: plain values, later customers, month matched to month, drift."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from branchseg.analytics.clusters import cluster, fit_scales
from branchseg.analytics.kept_clusters import apply, from_plain, match, to_plain


def found_in(values, k, transform="none", scale="z"):
    names = [f"f{place}" for place in range(values.shape[1])]
    return cluster(values, fit_scales(values, names, transform, scale), k, 0)


def blobs(rng, rows=150):
    centres = [(100., 10.), (100., 1_000.), (10_000., 10.)]
    return np.concatenate([centre * rng.lognormal(0, 0.2, (rows, 2)) for centre in centres])


def test_through_plain_values_nothing_is_lost():
    found, _ = found_in(blobs(np.random.default_rng(0)), 3, "log")
    assert from_plain(json.loads(json.dumps(to_plain(found)))) == found


def test_later_customers_are_placed_with_the_same_scales():
    values = blobs(np.random.default_rng(0))
    found, placed = found_in(values, 3, "log")
    same, again = apply(found, values)
    assert (again.labels == placed.labels).all()
    assert again.distance == pytest.approx(placed.distance)
    assert same.clusters == found.clusters
    _, later = apply(found, np.array([[9_000., 12.], [np.nan, 12.], [0., -3.]]))
    assert later.labels[0] == placed.labels[300]
    assert later.labels[1] == -1
    assert np.isnan(later.distance[1])
    assert not later.near_border[1]
    assert later.labels[2] == placed.labels[0]  # below all that was seen: as the lowest seen


def test_what_is_in_the_clusters_is_told_anew():
    found, _ = found_in(np.array([[0.], [1.], [19.], [20.]]), 2, scale="none")
    now, _ = apply(found, np.array([[0.], [2.], [4.], [np.nan]]))
    assert [one.size for one in now.clusters] == [3, 0]
    assert now.clusters[0].medians == (2.0,)
    assert now.clusters[0].centre == found.clusters[0].centre
    assert np.isnan(now.clusters[1].medians[0])


def test_customers_near_a_border_are_marked():
    found, _ = found_in(np.array([[0.], [1.], [19.], [20.]]), 2, scale="none")
    # centres 0.5 and 19.5: at 10 as far from both, at 9.5 nine to ten, at 9 17:21
    _, placed = apply(found, np.array([[10.], [9.6], [9.4], [0.]]))
    assert placed.near_border.tolist() == [True, True, False, False]


def test_months_are_matched_by_the_nearest_centres():
    rng = np.random.default_rng(0)
    older, _ = found_in(blobs(rng), 3, "log")
    values = np.concatenate([blobs(rng, 100), blobs(rng, 100)[:150]])
    newer, _ = found_in(values, 3, "log", "robust")
    for place, was in enumerate(match(older, newer)):
        assert was is not None
        assert older.clusters[was].medians == pytest.approx(newer.clusters[place].medians, rel=.2)
    more, _ = found_in(values, 4, "log")
    assert sorted(match(older, more), key=str) == [0, 1, 2, None]
    with pytest.raises(ValueError, match="different features"):
        match(older, replace(older, scales=older.scales[:1]))
