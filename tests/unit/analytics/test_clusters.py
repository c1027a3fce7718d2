"""Clusters: scaling, proposals, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from branchseg.analytics.clusters import (
    Candidate,
    Lack,
    Proposal,
    basis,
    cluster,
    distinct,
    fit_scales,
    judge,
    propose,
    scaled,
)
from branchseg.analytics.kmeans import canonical_order
from branchseg.analytics.lump import Margin
from branchseg.analytics.stability import Stability

WHOLESALE = (Path(__file__).resolve().parents[4] / "shared" / "data" / "wholesale"
             / "Wholesale_customers_data.csv")


def spends():
    if not WHOLESALE.exists():
        pytest.skip("the wholesale customers are not beside the project")
    return pd.read_csv(WHOLESALE).iloc[:, 2:].to_numpy(dtype=np.float64)


def found_in(values, k, transform="none", scale="z", seed=0):
    names = [f"f{place}" for place in range(values.shape[1])]
    return cluster(values, fit_scales(values, names, transform, scale), k, seed)


def proposed(values, transform="none", scale="z"):
    names = [f"f{place}" for place in range(values.shape[1])]
    return propose(scaled(values, fit_scales(values, names, transform, scale)), 0)


def blobs(rng, rows=150):
    centres = [(100., 10.), (100., 1_000.), (10_000., 10.)]
    return np.concatenate([centre * rng.lognormal(0, 0.2, (rows, 2)) for centre in centres])


@pytest.mark.parametrize(("k", "inertia", "sizes", "apart", "stable"), [
    (2, 1847.9797, [188, 252], 0.290, 0.880), (3, 1558.0470, [81, 148, 211], 0.258, 0.760)])
def test_wholesale_customers_as_known(k, inertia, sizes, apart, stable):
    values = spends()
    found, _ = found_in(values, k, "log", "z")
    assert found.inertia <= 1.00001 * inertia
    assert [one.size for one in found.clusters] == pytest.approx(sizes, abs=2)
    assert found.silhouette == pytest.approx(apart, abs=0.001)
    points = scaled(values, found.scales)
    candidate = judge(points[canonical_order(points)], k, 0)
    assert candidate.silhouette == pytest.approx(apart, abs=0.002)
    assert candidate.stability.mean == pytest.approx(stable, abs=0.05)


def test_wholesale_customers_are_two_kinds():
    proposal = proposed(spends(), "log", "robust")
    assert proposal.k == 2
    assert proposal.candidates[0].stable
    assert proposal.candidates[0].clear


def test_complete_rows_of_columns_that_vary_among_them_are_looked_at():
    rng = np.random.default_rng(0)
    rows = np.arange(200)
    frame = pd.DataFrame({
        "a": np.where(rows < 40, np.nan, rng.random(200)), "b": rng.random(200), "same": 1.0,
        "same where a is known": np.where(rows < 40, 7.0, 3.0), "unknown": np.nan})
    found = basis(frame, list(frame))
    assert found.lack is None
    assert found.features.names == ("a", "b")
    assert found.features.unknown == ("unknown",)
    assert np.flatnonzero(found.features.complete).tolist() == list(range(40, 200))
    assert found.points.shape == (160, 2)


@pytest.mark.parametrize(("columns", "lack"), [
    ({"a": np.arange(99.0)}, Lack.FEW_ROWS), ({"a": np.arange(100.0)}, None),
    ({"a": np.ones(100)}, Lack.NO_FEATURES), ({"a": np.arange(100.0) % 2}, Lack.ALIKE),
    ({"a": np.where(np.arange(500) < 400, np.arange(500.0), np.nan)}, None),
    ({"a": np.where(np.arange(500) < 399, np.arange(500.0), np.nan)}, Lack.NO_FEATURES),
    ({"a": np.empty(0)}, Lack.NO_FEATURES)])
def test_what_there_is_too_little_of(columns, lack):
    assert basis(pd.DataFrame(columns), list(columns), least=3).lack is lack


def test_deviations_are_those_of_the_centres():
    values = np.array([[0., 5.], [0., 5.], [10., 5.], [10., 6.]])
    found, _ = found_in(values, 2, scale="none")
    assert [one.deviations for one in found.clusters] == [
        pytest.approx((-1.0, -0.577), abs=.001), pytest.approx((1.0, 0.577), abs=.001)]


def test_the_best_candidate_is_the_one_to_speak_of():
    firm, shaky = Stability(0.9, 0.9, ()), Stability(0.2, 0.1, ())
    two, three, four = (Candidate(2, 0.3, firm), Candidate(3, 0.5, firm), Candidate(4, 0.8, shaky))
    assert Proposal(2, (two, three, four)).best is two
    assert Proposal(None, (two, three, four)).best is three
    assert Proposal(None, (four,)).best is four


def test_the_highest_silhouette_is_not_taken_if_it_is_not_stable():
    proposal = proposed(spends(), "none", "none")
    two = proposal.candidates[0]
    assert two.silhouette == max(one.silhouette for one in proposal.candidates) > 0.5
    assert two.stability.p10 < 0.15
    assert not two.stable
    assert proposal.k is None


@pytest.mark.parametrize(("transform", "scale"), [("none", "z"), ("log", "robust")])
def test_even_noise_has_no_clusters(transform, scale):
    noise = np.random.default_rng(7).uniform(size=(600, 5))
    proposal = proposed(noise, transform, scale)
    assert proposal.k is None
    assert [one.k for one in proposal.candidates] == list(range(2, 9))
    if transform == "none":
        assert proposal.candidates[0].stability.mean <= 0.4


@pytest.mark.parametrize("noise", [
    np.random.default_rng(23).uniform(size=(200, 2)),  # four corners: stable, but no clusters
    np.random.default_rng(2).multivariate_normal([0, 0], [[1, .9], [.9, 1]], 200),
    np.exp(np.random.default_rng(3).normal(size=(200, 3))),
], ids=["square", "cigar", "long tails"])
def test_one_lump_is_not_cut(noise):
    assert proposed(noise).k is None


def counted_noise(kind):
    """Independent columns, one or two of few values."""
    rng = np.random.default_rng(1)
    aum = rng.lognormal(10, 1.2, 400)
    return np.column_stack({
        "holdings": (aum, rng.integers(1, 5, 400)),
        "counts": (rng.poisson(1, 400), np.minimum(rng.geometric(0.4, 400), 6)),
        "log-ins": (aum, np.where(rng.random(400) < 0.6, 0, rng.integers(1, 31, 400))),
        "flag": (aum.round(-3), rng.integers(0, 2, 400)),
    }[kind]).astype(np.float64)


@pytest.mark.parametrize("kind", ["holdings", "counts", "log-ins", "flag"])
def test_steps_and_spikes_of_single_columns_are_no_clusters(kind):
    proposal = proposed(counted_noise(kind), "log", "robust")
    assert any(one.stable for one in proposal.candidates)
    assert proposal.k is None


def test_counts_that_go_together_are_clusters():
    rng = np.random.default_rng(1)
    busy = np.arange(400) % 2 == 0
    values = np.column_stack([rng.poisson(np.where(busy, 30, 3)), rng.poisson(
        np.where(busy, 20, 2))]).astype(np.float64)
    assert proposed(values, "log", "robust").k == 2


def test_the_lump_has_the_repeated_values_of_a_column_and_no_gaps_between_the_others():
    rng = np.random.default_rng(0)
    column = np.concatenate([np.zeros(300), rng.normal(10, 1, 100), rng.normal(30, 1, 100)])
    drawn = np.concatenate([Margin(column)(rng) for _ in range(20)])
    assert np.mean(drawn == 0) == pytest.approx(0.6, abs=0.02)
    assert np.mean((drawn > 15) & (drawn < 25)) > 0.03
    steps = np.repeat([1.0, 2.0, 5.0], 20)
    assert set(Margin(steps)(rng)) == {1.0, 2.0, 5.0}


def test_real_clusters_are_found_and_told_apart():
    values = blobs(np.random.default_rng(0))
    assert proposed(values, "log").k == 3
    found, placed = found_in(values, 3, "log")
    kinds = [set(placed.labels[start:start + 150].tolist()) for start in (0, 150, 300)]
    assert all(len(kind) == 1 for kind in kinds)
    assert set.union(*kinds) == {0, 1, 2}
    rich = found.clusters[kinds[2].pop()]
    assert [trait.feature for trait in rich.traits] == ["f0", "f1"]
    assert rich.traits[0].deviation > 1
    assert rich.traits[1].deviation < 0
    assert rich.medians == pytest.approx(np.median(values[300:], axis=0))


def test_the_order_of_rows_has_no_say_and_chance_is_fixed():
    values = np.random.default_rng(5).lognormal(size=(150, 3))
    mixed = np.random.default_rng(6).permutation(150)
    one, placed = found_in(values, 4, "log", "robust")
    other, again = found_in(values[mixed], 4, "log", "robust")
    assert one.inertia == pytest.approx(other.inertia, rel=1e-12)
    assert (placed.labels[mixed] == again.labels).all()
    few, some = values[:30], values[:30][::-1]
    assert propose(few, 3) == propose(some, 3)


def test_clusters_stand_smallest_first():
    found, placed = found_in(np.random.default_rng(5).lognormal(size=(300, 3)), 4)
    sizes = [one.size for one in found.clusters]
    assert sizes == sorted(sizes) == np.bincount(placed.labels).tolist()


def test_scales_follow_what_a_feature_holds():
    values = np.array([[1., 0., -5.], [np.e, 3., 0.], [np.e ** 2, 8., 7.]])
    ln, plus, signed = fit_scales(values, "abc", "log", "z")
    assert (ln.transform, plus.transform, signed.transform) == ("ln", "log1p", "signed_log1p")
    assert (ln.middle, ln.spread) == pytest.approx((1.0, np.sqrt(2 / 3)))  # ddof 0
    plain = [replace(one, middle=0.0, spread=1.0) for one in (ln, plus, signed)]
    assert scaled(values, plain)[:, 1] == pytest.approx(np.log([1, 4, 9]))
    assert scaled(values, plain)[:, 2] == pytest.approx([-np.log(6), 0, np.log(8)])


def test_robust_scale_is_median_and_interquartile_range():
    column = np.array([0., 1., 2., 3., 100.])[:, None]
    (scale,) = fit_scales(column, ["a"], "none", "robust")
    assert (scale.middle, scale.spread) == (2.0, 2.0)


def test_where_most_values_are_equal_the_deviation_stands_in():
    column = np.array([0.] * 9 + [10.])[:, None]
    (scale,) = fit_scales(column, ["a"], "none", "robust")
    assert (scale.middle, scale.spread) == (0.0, 3.0)


def test_distinct_rows_are_counted():
    assert distinct(np.array([[1., 2.], [1., 2.], [1., 3.]])) == 2
    assert distinct(np.empty((0, 2))) == 0


def test_progress_is_told_and_may_end_the_work():
    told = []
    propose(blobs(np.random.default_rng(0), 30), 0, told.append)
    assert told == sorted(told)
    assert (told[0], told[-1] < 1) == (0.0, True)

    def end(_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        propose(blobs(np.random.default_rng(0), 30), 0, end)
