"""What is learnt, how it is calibrated, and what is said about it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from branchseg.analytics import evaluation, splitting
from branchseg.analytics.judging import judge, leaks
from branchseg.analytics.learning import coefficients, contributions, fit_model, importance
from branchseg.analytics.points_card import fit_bands, fit_card
from branchseg.analytics.predictors import find_predictors, read_predictors
from branchseg.analytics.reasons import reasons

N = 1500


@pytest.fixture(scope="module")
def lists():
    """Customers whose chance depends on two columns; a third says nothing."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({
        "资产": rng.normal(size=N).round(3), "渠道": rng.choice(["手机", "柜面", "电话"], N),
        "无关": rng.normal(size=N).round(3)})
    odds = frame["资产"] + 1.5 * (frame["渠道"] == "手机") - 2
    truth = (rng.random(N) < 1 / (1 + np.exp(-odds))).to_numpy().astype(float)
    predictors = find_predictors(frame, frame.columns)
    return read_predictors(frame, predictors), truth, predictors


def fitted(lists, *learners):
    typed, truth, _ = lists
    folds = splitting.fold_of_rows(splitting.units(truth), 5, 0)
    return fit_model(typed, truth, folds, learners=learners)


def test_the_coefficients_are_those_the_data_were_made_with(lists):
    found = coefficients(fitted(lists, "logistic"))
    assert found["资产"] == pytest.approx(1, abs=0.15)
    assert found["渠道=手机"] - found["渠道=柜面"] == pytest.approx(1.5, abs=0.4)
    assert abs(found["无关"]) < 0.15


def test_the_straight_world_is_best_told_by_the_straight_model(lists):
    found = fitted(lists, "logistic", "trees")
    assert found.learner == "logistic"
    assert found.fold_auc["logistic"] > found.fold_auc["trees"]


def test_trees_see_what_lines_cannot():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.normal(size=N), "y": rng.normal(size=N)})
    truth = (rng.random(N) < np.where(frame.x * frame.y > 0, 0.6, 0.1)).astype(float)
    folds = splitting.fold_of_rows(splitting.units(truth), 5, 0)
    found = fit_model(frame, truth, folds, learners=("logistic", "trees"))
    assert found.learner == "trees"
    lost = importance(found, frame, truth)
    assert min(lost.values()) > 0.1


def test_a_column_that_says_nothing_loses_nothing(lists):
    typed, truth, _ = lists
    lost = importance(fitted(lists, "trees"), typed, truth)
    assert lost["资产"] > 0.05 > lost["无关"]


def test_chances_are_calibrated_and_orders_kept(lists):
    typed, truth, _ = lists
    found = fitted(lists, "logistic")
    chances = found.chances(typed)
    assert chances.mean() == pytest.approx(truth.mean(), abs=0.01)
    assert evaluation.calibration_error(truth, chances) < 0.03
    assert found.slope > 0
    raw = found.estimator.margins(found.encoding.encode(typed))
    assert roc_auc_score(truth, chances) == pytest.approx(roc_auc_score(truth, raw))


def test_contributions_of_a_logistic_regression_add_up(lists):
    typed, _, _ = lists
    found = fitted(lists, "logistic")
    usual = typed.iloc[:1].assign(**{one.name: one.usual for one in found.encoding.columns})
    total = contributions(found, typed).sum(axis=1).to_numpy()
    assert total == pytest.approx(found.log_odds(typed) - found.log_odds(usual)[0])


def test_reasons_name_what_moves_the_score_most(lists):
    typed, _, predictors = lists
    found = fitted(lists, "logistic")
    shown = typed.iloc[:3].assign(
        资产=[2.5, np.nan, found.encoding.columns[0].usual],
        渠道=["手机", "电话", found.encoding.columns[1].usual],
        无关=found.encoding.columns[2].usual)
    first, _, third = reasons(found, shown, predictors)
    assert first.startswith("资产 2.5，可能性较高")
    assert third == "各项都与多数客户差不多"


def test_labels_without_sense_are_learnt_to_be_chance(lists):
    """Shuffled outcomes: nothing of the rows judged reaches the model."""
    typed, truth, _ = lists
    for learner in ("logistic", "trees"):
        aucs = []
        for seed in range(5):
            mixed = np.random.default_rng(seed).permutation(truth)
            who = splitting.units(mixed)
            found = judge(typed, mixed, who, splitting.hold_out(who, 0.5, seed),
                          learners=(learner,), seed=seed)
            aucs.append(found.auc().value)
        assert np.mean(aucs) == pytest.approx(0.5, abs=0.03)


def test_outcomes_of_judging_rows_change_nothing_that_is_fitted(lists):
    typed, truth, _ = lists
    who = splitting.units(truth)
    [(learning, judging)] = parts = splitting.hold_out(who, 0.3, 0)
    other = truth.copy()
    other[judging] = 1 - other[judging]
    first, second = (judge(typed, one, who, parts, learners=("logistic",))
                     for one in (truth, other))
    assert coefficients(first.final.model) == coefficients(second.final.model)
    assert first.final.card == second.final.card
    assert first.chances.tolist() == second.chances.tolist()
    assert len(learning) + len(judging) == N


def test_the_plain_rule_is_as_good_where_one_column_says_all():
    rng = np.random.default_rng(5)
    level = rng.choice(["a", "b", "c"], N)
    truth = (rng.random(N) < np.select([level == "a", level == "b"], [0.5, 0.2], 0.1))
    typed = pd.DataFrame({"level": level, "noise": rng.normal(size=N)})
    who = splitting.units(truth)
    found = judge(typed, truth.astype(float), who, splitting.hold_out(who, 0.3, 0),
                  learners=("logistic",))
    [item] = found.final.rule.items
    assert item.bands.name == "level"
    assert found.advantage().low <= 0


def test_bands_are_fifths_and_the_value_of_most_is_one_band():
    bands = fit_bands(pd.Series(np.arange(100.0), name="x"))
    assert bands.edges == (19, 39, 59, 79)
    assert bands.places(pd.Series([np.nan, -5, 18.9, 19, 1000])).tolist() == [0, 1, 1, 2, 5]
    most = fit_bands(pd.Series([-1.0] * 90 + [5.0] * 10, name="x"))
    assert most.places(pd.Series([-1.0, 5.0])).tolist() == [1, 2]
    levels = fit_bands(pd.Series(["a"] * 60 + ["b"] * 39 + ["c"], name="x"))
    assert levels.places(pd.Series(["b", "c", "new", "a"])).tolist() == [2, 0, 0, 1]


def test_points_add_up_to_the_order_of_chances(lists):
    typed, truth, _ = lists
    folds = splitting.fold_of_rows(splitting.units(truth), 5, 0)
    card = fit_card(typed, truth, folds)
    assert [item.bands.name for item in card.items] == ["资产", "渠道"]
    assert all(min(item.points) == 0 for item in card.items)
    by_hand = [sum(item.points[item.bands.places(typed[item.bands.name].iloc[[row]])[0]]
                   for item in card.items) for row in range(50)]
    points = card.points(typed)
    assert points[:50].tolist() == by_hand
    chances = card.chances(points)
    assert evaluation.auc(truth, points) == evaluation.auc(truth, chances) > 0.7
    assert (np.argsort(points, kind="stable") == np.argsort(chances, kind="stable")).all()
    assert chances.mean() == pytest.approx(truth.mean(), abs=1e-3)


def test_ten_points_double_the_odds():
    rng = np.random.default_rng(6)
    level = rng.choice(["a", "b"], 40_000)
    truth = (rng.random(40_000) < np.where(level == "a", 2 / 3, 1 / 2)).astype(float)
    card = fit_card(pd.DataFrame({"x": level}), truth, np.arange(40_000) % 5)
    points = dict(zip(card.items[0].bands.levels, card.items[0].points[1:], strict=True))
    assert points["a"] - points["b"] == 10


def test_what_tells_all_alone_is_a_leak():
    rng = np.random.default_rng(7)
    truth = (np.arange(600) % 6 == 0).astype(float)
    typed = pd.DataFrame({
        "after": -truth * 50 + rng.random(600), "closed": np.where(truth > 0, 3.0, np.nan),
        "word": np.where(truth > 0, "已销户", "正常"), "good": truth + rng.normal(size=600),
        "name": [f"n{i}" for i in range(600)]})
    assert leaks(typed, truth, splitting.units(truth)) == ("after", "closed", "word")
