"""Learnt models as plain values: they give the same chances, and the library's own."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from branchseg.analytics.estimators import forest_of, line_of
from branchseg.analytics.kept_learning import from_plain, to_plain
from branchseg.analytics.learning import TREES, contributions, fit_model
from branchseg.errors import Cancelled
from branchseg.progress import Reporter

N = 600


@pytest.fixture(scope="module")
def lists():
    """Columns with gaps, and an outcome that depends on their product."""
    rng = np.random.default_rng(3)
    typed = pd.DataFrame({"资产": rng.normal(size=N), "登录": rng.normal(size=N),
                          "渠道": rng.choice(["手机", "柜面"], N).astype(object)})
    truth = (rng.random(N) < np.where(typed["资产"] * typed["登录"] > 0, 0.7, 0.1)).astype(float)
    typed.loc[::7, "登录"] = np.nan
    typed.loc[::11, "渠道"] = None
    return typed, truth


@pytest.mark.parametrize("learner", ["logistic", "trees"])
def test_through_plain_values_nothing_is_lost(lists, learner):
    typed, truth = lists
    found = fit_model(typed, truth, np.arange(N) % 5, learners=(learner,))
    again = from_plain(json.loads(json.dumps(to_plain(found))))
    assert again == found
    assert again.chances(typed).tolist() == found.chances(typed).tolist()


def test_plain_numbers_say_what_the_library_says(lists):
    _, truth = lists
    matrix = np.random.default_rng(5).normal(size=(N, 4)).round(1)
    trees = HistGradientBoostingClassifier(random_state=0, **TREES).fit(matrix, truth)
    assert forest_of(trees).margins(matrix) == pytest.approx(trees.decision_function(matrix))
    line = LogisticRegression().fit(matrix, truth)
    assert line_of(line, 4).margins(matrix) == pytest.approx(line.decision_function(matrix))


@pytest.mark.parametrize("learner", ["logistic", "trees"])
def test_columns_that_tell_nothing_give_all_the_same_chance(lists, learner):
    _, truth = lists
    same = pd.DataFrame({"资产": np.ones(N)})
    found = fit_model(same, truth, np.arange(N) % 5, learners=(learner,))
    assert found.chances(same) == pytest.approx(np.full(N, truth.mean()), abs=0.01)


def test_learning_says_how_far_it_is_and_can_be_stopped(lists):
    typed, truth = lists
    marks = []
    found = fit_model(typed, truth, np.arange(N) % 5, learners=("logistic", "trees"),
                      progress=marks.append)
    assert marks == sorted(marks)
    assert len(marks) == 11
    contributions(found, typed, marks.append)
    assert len(marks) == 14
    reporter = Reporter()
    reporter.cancel()
    with pytest.raises(Cancelled):
        fit_model(typed, truth, np.arange(N) % 5, learners=("logistic",),
                  progress=lambda done: reporter.step("学习", done))
