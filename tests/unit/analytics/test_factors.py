"""Factor analysis against published results and scikit-learn, statsmodels, plain simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg.analytics.factors import (
    FactorError,
    above,
    adequacy,
    correlations,
    eigenvalues,
    extract,
    most_factors,
    parallel,
    scores,
    smoothed,
    varimax,
)

# Harman (1976), Modern Factor Analysis: five variables of twelve census tracts
HARMAN = np.array([
    (5700, 12.8, 2500, 270, 25000), (1000, 10.9, 600, 10, 10000), (3400, 8.8, 1000, 10, 9000),
    (3800, 13.6, 1700, 140, 25000), (4000, 12.8, 1600, 140, 25000), (8200, 8.3, 2600, 60, 12000),
    (1200, 11.4, 400, 10, 16000), (9100, 11.5, 3300, 60, 14000), (9900, 12.5, 3400, 180, 18000),
    (9600, 13.7, 3600, 390, 25000), (9600, 9.6, 3300, 80, 12000), (9400, 11.4, 4000, 100, 13000)])

# Bartholomew, Knott (1990): six tests of ability, 112 persons (R's ability.cov)
ABILITY = np.array([
    [24.641, 5.991, 33.520, 6.023, 20.755, 29.701],
    [5.991, 6.700, 18.137, 1.782, 4.936, 7.204],
    [33.520, 18.137, 149.831, 19.424, 31.430, 50.753],
    [6.023, 1.782, 19.424, 12.711, 4.757, 9.075],
    [20.755, 4.936, 31.430, 4.757, 52.604, 66.762],
    [29.701, 7.204, 50.753, 9.075, 66.762, 135.292]])


def correlation_of(covariance):
    spread = np.sqrt(np.diag(covariance))
    return covariance / np.outer(spread, spread)


def three_factors(rows=400, seed=1):
    rng = np.random.default_rng(seed)
    loadings = np.zeros((9, 3))
    loadings[:3, 0], loadings[3:6, 1], loadings[6:, 2] = .8, .7, .75
    noise = rng.normal(size=(rows, 9)) * np.sqrt(1 - (loadings ** 2).sum(axis=1))
    return rng.normal(size=(rows, 3)) @ loadings.T + noise


def test_principal_components_of_the_census_tracts():
    # as SAS PROC FACTOR prints them
    matrix, rows = correlations(HARMAN, pairwise=False)
    assert rows == 12
    assert eigenvalues(matrix) == pytest.approx(
        [2.87331359, 1.79666009, 0.21483689, 0.09993405, 0.01525537], abs=1e-7)
    found = extract(matrix, 2, method="principal", rotate=False)
    assert found.loadings == pytest.approx(np.array([
        (.58096, .80642), (.76704, -.54476), (.67243, .72605), (.93239, -.10431),
        (.79116, -.55818)]), abs=1e-5)
    assert found.uniquenesses == pytest.approx(1 - (found.loadings ** 2).sum(axis=1))
    assert found.explained == pytest.approx([2.87331359 / 5, 1.79666009 / 5], abs=1e-7)


def test_kmo_of_the_census_tracts():
    judged = adequacy(*correlations(HARMAN, pairwise=False))
    assert judged.kmo == pytest.approx(0.57536759, abs=1e-7)
    assert judged.kmo_each == pytest.approx(
        (.47207897, .55158839, .48851137, .80664365, .61281377), abs=1e-7)


def test_bartlett_by_hand():
    # two features, r = 0.5, 50 rows: -(49 - 9/6) ln(1 - 0.25) = 13.66490 with 1 degree
    judged = adequacy(np.array([[1., .5], [.5, 1.]]), 50)
    assert (judged.chi2, judged.df) == (pytest.approx(13.66490, abs=1e-5), 1)
    assert judged.p == pytest.approx(0.00021850, rel=1e-4)


def test_maximum_likelihood_of_the_ability_tests():
    # as R's factanal prints them; its rotation stops a little earlier
    found = extract(correlation_of(ABILITY), 2, method="ml", rotate=True)
    assert found.uniquenesses == pytest.approx([.455, .589, .218, .769, .052, .334], abs=6e-4)
    assert found.loadings == pytest.approx(np.array([
        (.499, .543), (.156, .622), (.206, .860), (.109, .468), (.956, .182), (.785, .225)]),
        abs=0.004)
    one = extract(correlation_of(ABILITY), 1, method="ml", rotate=True)
    assert one.uniquenesses == pytest.approx([.535, .853, .748, .910, .232, .280], abs=6e-4)


def test_maximum_likelihood_is_that_of_scikit_learn_and_statsmodels():
    decomposition = pytest.importorskip("sklearn.decomposition")
    factor = pytest.importorskip("statsmodels.multivariate.factor")
    values = three_factors()
    matrix, _ = correlations(values, pairwise=False)
    found = extract(matrix, 3, method="ml", rotate=False)
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    theirs = decomposition.FactorAnalysis(3, svd_method="lapack", tol=1e-6, max_iter=5_000)
    theirs.fit(standard)
    for loadings in (theirs.components_.T,
                     factor.Factor(corr=matrix, n_factor=3, method="ml").fit().loadings):
        assert found.loadings @ found.loadings.T == pytest.approx(loadings @ loadings.T, abs=2e-3)


def test_varimax_reaches_the_greatest_simplicity():
    # two factors: try every angle
    loadings = extract(correlation_of(ABILITY), 2, method="ml", rotate=False).loadings
    lengths = np.linalg.norm(loadings, axis=1)[:, None]

    def simplicity(turned):
        return ((turned / lengths) ** 2).var(axis=0).sum()

    angles = np.linspace(0, np.pi / 2, 2_001)
    turns = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]])
    most = max(simplicity(loadings @ turns[:, :, place]) for place in range(len(angles)))
    found = varimax(loadings)
    assert simplicity(found) == pytest.approx(most, abs=1e-6)
    assert found @ found.T == pytest.approx(loadings @ loadings.T)


def test_factors_stand_in_order_with_positive_sums():
    values = three_factors() * np.array([1, -1, -1, 1, 1, 1, -1, -1, -1])
    found = extract(correlations(values, pairwise=False)[0], 3, method="principal", rotate=True)
    assert (np.diff(found.explained) <= 0).all()
    assert (found.loadings.sum(axis=0) >= 0).all()


def test_parallel_analysis_is_that_of_rows_drawn_one_by_one():
    rng = np.random.default_rng(0)
    drawn = [np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(150, 6)), rowvar=False))[::-1]
             for _ in range(500)]
    assert parallel(150, 6, 0) == pytest.approx(np.percentile(drawn, 95, axis=0), abs=0.02)
    assert (parallel(150, 6, 0) == parallel(150, 6, 0)).all()


def test_parallel_analysis_counts_three_factors_and_none_in_noise():
    noise = np.random.default_rng(0).normal(size=(300, 8))
    for values, count in ((three_factors(), 3), (noise, 0)):
        matrix, rows = correlations(values, pairwise=False)
        assert above(eigenvalues(matrix), parallel(rows, len(matrix), 0)) == count


def test_counting_stops_at_the_first_that_does_not_exceed():
    assert above(np.array([3., 1.2, .5, .6]), np.array([1.4, 1.2, .4, .5])) == 1
    assert above(np.array([2., 1.1, .9]), 1.0) == 2
    assert above(np.array([2., 1.5]), 1.0) == 2


def test_so_many_factors_and_no_more():
    assert [most_factors(count, "ml") for count in (4, 5, 6, 9)] == [1, 2, 3, 5]
    assert most_factors(6, "principal") == 6
    with pytest.raises(FactorError):
        extract(correlation_of(ABILITY), 4, method="ml", rotate=True)


def test_scores_of_components_are_uncorrelated_and_standard():
    values = three_factors()
    found = extract(correlations(values, pairwise=False)[0], 3, method="principal", rotate=True)
    assert np.cov(scores(values, found), rowvar=False) == pytest.approx(np.eye(3), abs=1e-9)
    values[0, 0] = np.nan
    assert np.isnan(scores(values, found)).all(axis=1).tolist() == [True] + [False] * 399


def test_pairs_use_all_that_is_known_of_both():
    values = np.array([[1., 2., 9.], [2., 4., np.nan], [3., 5., 8.], [4., np.nan, 1.]])
    matrix, rows = correlations(values, pairwise=True)
    assert rows == 2
    assert matrix[0, 1] == pytest.approx(np.corrcoef([1, 2, 3], [2, 4, 5])[0, 1])
    assert matrix[0, 2] == pytest.approx(np.corrcoef([1, 3, 4], [9, 8, 1])[0, 1])
    assert correlations(values, pairwise=False)[1] == 2


def test_an_impossible_matrix_is_smoothed():
    impossible = np.array([[1., .9, -.9], [.9, 1., .9], [-.9, .9, 1.]])
    found, changed = smoothed(impossible)
    assert changed
    assert np.linalg.eigvalsh(found)[0] > 0
    assert np.diag(found) == pytest.approx(1.0)
    assert smoothed(np.eye(3)) == (pytest.approx(np.eye(3)), False)


def test_a_feature_that_follows_from_others_has_no_kmo():
    values = three_factors()
    values[:, 8] = values[:, 0] + values[:, 1]
    judged = adequacy(*correlations(values, pairwise=False))
    assert (judged.kmo, judged.chi2, judged.p, judged.df) == (None, None, None, 36)


@given(st.integers(0, 10_000), st.integers(2, 6), st.sampled_from(["principal", "ml"]))
@settings(max_examples=10, deadline=None)
def test_rotation_changes_no_communality(seed, features, method):
    rng = np.random.default_rng(seed)
    matrix, _ = correlations(rng.normal(size=(50, features)) @ rng.normal(size=(features,) * 2),
                             pairwise=False)
    count = max(most_factors(features, method), 1) if method == "principal" else most_factors(
        features, method)
    if count:
        plain, turned = (extract(matrix, count, method=method, rotate=one)
                         for one in (False, True))
        assert turned.uniquenesses == pytest.approx(plain.uniquenesses)
        assert turned.explained.sum() == pytest.approx(plain.explained.sum())
