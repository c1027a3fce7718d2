"""Cut-offs by hand: who stays, what it brings, where it stops paying."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.analytics.answer import Verdict
from branchseg.analytics.answers.cutoff import CutoffSpec, answer
from branchseg.analytics.cutoff import CutOff, curve
from branchseg.messages import text

SPEC = CutoffSpec(score="s", target="t", cost=10, benefit=30)
SCORES, TRUTH = [9, 8, 8, 5, 2], [1, 0, 1, 0, 0]


def test_equal_scores_stay_or_go_together():
    found = curve(SCORES, TRUTH, cost=10, benefit=30)
    assert found.scores.tolist() == [9, 8, 5, 2]
    assert found.kept.tolist() == [1, 3, 4, 5]
    assert found.responses.tolist() == [1, 2, 2, 2]
    assert found.cost.tolist() == [10, 30, 40, 50]
    assert found.profit.tolist() == [20, 30, 20, 10]


def test_below_the_cut_off_is_dropped_and_equality_stays():
    found = curve(SCORES, TRUTH, cost=10, benefit=30)
    assert found.at(8) == CutOff(8, 3, 2, 30)
    assert found.at(8.001) == CutOff(8.001, 1, 1, 20)
    assert found.at(9.5) == CutOff(9.5, 0, 0, 0)
    assert found.at(-1).n == 5


def test_break_even_is_the_lowest_cut_off_that_pays_and_best_the_one_that_pays_most():
    found = curve(SCORES, TRUTH, cost=15, benefit=30)  # profit 15, 15, 0, -15
    assert found.break_even() == CutOff(5, 4, 2, 0)
    assert found.best() == CutOff(9, 1, 1, 15)
    never = curve([2, 1], [0, 1], cost=40, benefit=30)
    assert never.break_even() is None


def test_chances_give_expected_responses():
    assert curve([0.9, 0.5], [0.9, 0.5], 0, 1).responses.tolist() == [0.9, 1.4]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=1, max_size=40))
def test_the_curve_is_what_counting_gives(rows):
    scores, truth = np.array(rows).T
    found = curve(scores, truth, 3, 7)
    for place, score in enumerate(found.scores):
        stay = scores >= score
        assert found.kept[place] == stay.sum()
        assert found.profit[place] == 7 * truth[stay].sum() - 3 * stay.sum()


def many(n=200):
    scores = np.arange(n)
    return pd.DataFrame({"s": scores.astype(str), "t": np.where(scores >= n // 2, "是", "否")},
                        dtype=object)


def test_the_answer_has_what_the_contract_names():
    found = answer(many(), SPEC)
    assert found.verdict is Verdict.OK
    assert found.figures["auc"] == 1
    assert found.figures["ks"] == {"value": 1, "at": 100}
    assert found.figures["break_even"] == {"score": 0, "n": 200, "responses": 100, "profit": 1000}
    assert found.figures["best"] == {"score": 100, "n": 100, "responses": 100, "profit": 2000}
    assert [one["n"] for one in found.figures["deciles"]] == [20] * 10
    assert "200" in text(found.code, **found.params)


def test_a_campaign_that_never_pays_is_told():
    found = answer(many(), CutoffSpec(score="s", target="t", cost=40, benefit=30))
    assert found.warnings == ("never_pays",)
    assert found.figures["break_even"] is None
    assert "收不回成本" in text(found.code, **found.params)


def test_scores_that_say_nothing_are_not_reliable():
    frame = many().assign(t=[0, 1] * 100)
    found = answer(frame, SPEC)
    assert found.verdict is Verdict.NOT_RELIABLE


@pytest.mark.parametrize("frame", [
    pd.DataFrame({"s": [], "t": []}, dtype=object),
    pd.DataFrame({"s": [1, 2], "t": [1, 1]}, dtype=object),
    pd.DataFrame({"s": ["a", None], "t": [1, 0]}, dtype=object),
    pd.DataFrame({"s": SCORES, "t": TRUTH}, dtype=object),
])
def test_too_little_is_refused_in_words(frame):
    found = answer(frame, SPEC)
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert text(found.code, **found.params)


def test_unknown_scores_and_outcomes_are_left_out_and_told():
    frame = pd.concat([many(), pd.DataFrame({"s": [None, 3], "t": ["是", "?"]}, dtype=object)])
    found = answer(frame, SPEC)
    assert (found.rows, found.rows_used) == (202, 200)
    assert found.warnings == ("score_unknown:1", "target_unknown:1")
