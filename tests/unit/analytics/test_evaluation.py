"""Measures of scores against scikit-learn, hand computed cases, and under ties."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve

from branchseg.analytics import evaluation

TIED = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=2, max_size=60).filter(
    lambda rows: len({truth for truth, _ in rows}) == 2)


@given(TIED)
def test_auc_and_ks_equal_scikit_learn_whatever_the_ties(rows):
    truth, scores = np.array(rows).T
    assert evaluation.auc(truth, scores) == pytest.approx(roc_auc_score(truth, scores))
    false, true, cuts = roc_curve(truth, scores, drop_intermediate=False)
    apart, at = evaluation.ks(truth, scores)
    assert apart == pytest.approx(np.abs(true - false).max())
    place = list(cuts).index(at)
    assert abs(true - false)[place] == pytest.approx(apart)


@given(TIED, st.randoms(use_true_random=False))
def test_the_order_of_rows_has_no_say(rows, random):
    def measures(pairs):
        truth, scores = np.array(pairs).T
        return [evaluation.calibration_error(truth, scores / 6), evaluation.lift(truth, scores),
                evaluation.captured(truth, scores, 0.2), *evaluation.gains(truth, scores),
                *[one.responses for one in evaluation.deciles(truth, scores)]]

    shuffled = [*rows]
    random.shuffle(shuffled)
    assert measures(rows) == pytest.approx(measures(shuffled))


def test_brier_equals_scikit_learn():
    truth, chances = [0, 1, 1, 0], [0.1, 0.8, 0.4, 0.3]
    assert evaluation.brier(truth, chances) == pytest.approx(brier_score_loss(truth, chances))


def test_delong_by_hand():
    # positives 3 and 1 lie above 2 of 2 and 1 of 2 negatives (2, 0): AUC 3/4;
    # variances of (1, .5) and of (.5, 1) are 1/8 each, of their means 1/16 each
    found = evaluation.auc_interval([1, 1, 0, 0], [3, 1, 2, 0])
    assert found.value == 0.75
    assert found.high - found.value == pytest.approx(1.959964 * (2 / 16) ** 0.5, abs=1e-6)


def test_delong_against_the_bootstrap():
    rng = np.random.default_rng(1)
    truth = rng.random(400) < 0.3
    first = truth + rng.normal(size=400)
    second = 0.5 * truth + rng.normal(size=400)
    found = evaluation.pooled_auc_difference([(truth, first, second)])
    drawn = [rng.integers(0, 400, 400) for _ in range(500)]
    apart = [evaluation.auc(truth[i], first[i]) - evaluation.auc(truth[i], second[i])
             for i in drawn]
    assert found.value == pytest.approx(
        roc_auc_score(truth, first) - roc_auc_score(truth, second))
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(np.std(apart), rel=0.12)


def test_equal_scores_have_no_advantage():
    found = evaluation.pooled_auc_difference([([1, 0, 1, 0], [4, 2, 3, 1], [8, 4, 6, 2])])
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_calibration_error_by_hand():
    # ten customers in two bins: chances .2 and .6, rates .4 and .6
    truth = [1, 1, 0, 0, 0, 1, 1, 1, 0, 0]
    assert evaluation.calibration_error(truth, [0.2] * 5 + [0.6] * 5, bins=2) == pytest.approx(0.1)
    assert evaluation.calibration_error([1, 0] * 50, [0.5] * 100) == pytest.approx(0)


def test_gains_and_lift_by_hand():
    truth, scores = [1, 1, 0, 1, 0, 0, 0, 0, 0, 1], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert evaluation.gains(truth, scores).tolist() == [
        0, .25, .5, .5, .75, .75, .75, .75, .75, .75, 1]
    assert evaluation.lift(truth, scores) == pytest.approx(2.5)
    assert evaluation.captured(truth, scores, 0.2) == pytest.approx(0.5)
    assert evaluation.captured(truth, scores, 0.35) == pytest.approx(0.625)


def test_scores_that_are_all_equal_say_nothing():
    truth, scores = [1, 0, 0, 0, 1, 0, 0, 0, 0, 0], [5] * 10
    assert evaluation.auc(truth, scores) == 0.5
    assert evaluation.lift(truth, scores) == pytest.approx(1)
    assert evaluation.ks(truth, scores) == (0, 5)
    [only] = evaluation.deciles(truth, scores)
    assert (only.n, only.responses, only.lift, only.captured) == (10, 2, 1, 1)


def test_deciles_never_part_equal_scores():
    truth = [1] * 4 + [0] * 16
    found = evaluation.deciles(truth, [9, 9, 9, *range(17)])  # 9 stands four times
    assert sum(one.n for one in found) == 20
    assert sum(one.responses for one in found) == 4
    ranges = [(one.score_from, one.score_to) for one in found]
    assert all(low > high for (low, _), (_, high) in pairwise(ranges))
    assert [one.decile for one in evaluation.deciles([1, 0] * 10, range(20))] == [*range(1, 11)]
    assert {one.n for one in evaluation.deciles([1, 0] * 10, range(20))} == {2}


def test_one_class_gives_no_number():
    assert np.isnan(evaluation.auc([1, 1], [1, 2]))
    assert np.isnan(evaluation.auc_interval([0, 0], [1, 2]).low)
    assert np.isnan(evaluation.ks([0, 0], [1, 2])).all()
    assert np.isnan(evaluation.lift([0, 0], [1, 2]))
    assert np.isnan(evaluation.auc([], []))
