"""The product limit curve and the log-rank test, against published figures and statsmodels."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

from branchseg.analytics.survival import log_rank, survival

# Remission of leukaemia, weeks (Freireich et al., Blood 1963), as Cox (1972) and most textbooks
# print it: 6-MP, censored ones with a False; placebo, all relapsed.
MP_WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
MP_RELAPSE = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_the_curve_of_the_leukaemia_trial_is_as_printed():
    found = survival(MP_WEEKS, MP_RELAPSE)
    assert found.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert found.events.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert_allclose(found.share, [.8571, .8067, .7529, .6902, .6275, .5378, .4482], atol=5e-5)
    assert_allclose(found.error, [.0764, .0869, .0963, .1068, .1141, .1282, .1346], atol=5e-5)
    assert found.median() == 23
    assert survival(PLACEBO, [True] * 21).median() == 8


def test_the_log_rank_of_the_leukaemia_trial_is_as_printed():
    found = log_rank([*MP_WEEKS, *PLACEBO], [*MP_RELAPSE, *[True] * 21], ["a"] * 21 + ["b"] * 21)
    assert found.df == 1
    assert found.chi2 == pytest.approx(16.793, abs=5e-4)
    assert found.p < 1e-4


def random_lives(seed, groups=3, size=400):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, size)
    life = np.ceil(rng.exponential(4 + 3 * group))
    end = rng.integers(1, 9, size)
    return np.minimum(life, end).astype(float), life <= end, group


def test_the_curve_and_the_test_equal_those_of_statsmodels():
    duration = pytest.importorskip("statsmodels.duration.survfunc")
    times, happened, group = random_lives(5)
    mine, theirs = survival(times, happened), duration.SurvfuncRight(times, happened)
    assert_allclose(mine.share, theirs.surv_prob)
    assert_allclose(mine.error, theirs.surv_prob_se)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chi2, p = duration.survdiff(times, happened, group)
    found = log_rank(times, happened, group)
    assert (found.chi2, found.p, found.df) == (pytest.approx(chi2), pytest.approx(p), 2)


def test_groups_without_a_difference_are_rarely_told_apart():
    rng = np.random.default_rng(1)
    times, happened, _ = random_lives(2, groups=1)
    small = [log_rank(times, happened, rng.integers(0, 2, len(times))).p < 0.05
             for _ in range(200)]
    assert 0.01 < np.mean(small) < 0.10


def test_the_share_after_some_time_has_an_interval_and_ends_with_the_watch():
    found = survival([1, 2, 2, 5, 5, 5, 6, 6], [1, 1, 0, 1, 0, 0, 0, 0])
    assert found.at(0.5) == (1.0, 1.0, 1.0)
    assert found.at(1).share == 7 / 8
    assert found.at(1.9) == found.at(1)
    assert found.at(5).share == pytest.approx(7 / 8 * 6 / 7 * 4 / 5)
    assert 0 < found.at(5).low < found.at(5).share < found.at(5).high < 1
    assert np.isnan(found.at(6.01).share)
    assert np.isnan(found.median())
    assert found.hazard.tolist() == [1 / 8, 1 / 7, 1 / 5]


def test_nobody_left_and_nobody_gone():
    gone, stayed = survival([1, 2], [True, True]), survival([3, 4], [False, False])
    assert gone.at(2) == gone.at(9) == (0.0, 0.0, 0.0)
    assert stayed.at(4) == (1.0, 1.0, 1.0)
    assert not len(stayed.times)


def test_nothing_to_compare():
    assert log_rank([1, 2], [True, True], ["a", "a"]) is None
    assert log_rank([1, 2], [False, False], ["a", "b"]) is None
    assert log_rank([2, 2], [True, True], ["a", "b"]).chi2 == 0.0


@pytest.mark.parametrize("times", [[], [1.0, -1.0], [np.nan]])
def test_what_is_no_duration_is_refused(times):
    with pytest.raises(ValueError, match="durations"):
        survival(times, [True] * len(times))


@pytest.mark.parametrize("size", [24, 44, 398])
def test_the_median_is_where_half_are_gone_however_the_product_is_rounded(size):
    assert survival(np.arange(1, size + 1), np.ones(size, dtype=bool)).median() == size / 2
