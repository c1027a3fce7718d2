"""Effects against published and hand computed figures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from branchseg.analytics.answer import Verdict
from branchseg.analytics.answers.effect import EffectSpec, answer
from branchseg.analytics.effect import effect, standardised_difference
from branchseg.messages import text

NSW = Path(__file__).resolve().parents[4] / "shared" / "data" / "nsw" / "nsw_mixtape.csv"


def nsw():
    if not NSW.exists():
        pytest.skip(f"{NSW.name} is not here")
    return pd.read_csv(NSW, dtype=object)


def test_nsw_gives_the_published_effect():
    # Dehejia and Wahba (1999): 1,794 with a standard error of 671 (Welch)
    found = answer(nsw(), EffectSpec(treated="treat", control_value=0, outcome="re78",
                                     randomised=True))
    assert found.figures["difference"] == pytest.approx(1794.343, abs=0.001)
    assert found.figures["standard_error"] == pytest.approx(670.997, abs=0.001)
    assert found.figures["interval"] == pytest.approx([474.010, 3114.674], abs=0.01)
    assert found.figures["balance"]["nodegree"] == pytest.approx(-0.304, abs=0.001)
    assert found.verdict is Verdict.OK
    assert "高1,794.34" in text(found.code, **found.params)


def test_groups_not_drawn_by_lot_that_differ_are_not_reliable():
    found = answer(nsw(), EffectSpec(treated="treat", control_value=0, outcome="re78"))
    assert found.verdict is Verdict.NOT_RELIABLE
    assert found.warnings[0] == "not_randomised"
    assert "imbalanced:nodegree" in found.warnings


SOME = st.lists(st.integers(-1000, 1000), min_size=2, max_size=20).filter(
    lambda values: len({*values}) > 1)


@given(SOME, SOME)
def test_welch_equals_scipy(first, second):
    found = effect([*first, *second], [True] * len(first) + [False] * len(second), "mean")
    assert found.difference == pytest.approx(np.mean(first) - np.mean(second), abs=1e-6)
    known = stats.ttest_ind(first, second, equal_var=False)
    interval = known.confidence_interval()
    assert (found.p, found.low, found.high) == pytest.approx(
        (known.pvalue, interval.low, interval.high), rel=1e-6, abs=1e-6)


def test_constants_have_no_spread():
    found = effect([3, 3, 3, 3], [True, True, False, False], "mean")
    assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)
    assert effect([4, 4, 3, 3], [True, True, False, False], "mean").p == 0
    assert effect([0, 0, 0, 1e-93], [True, True, False, False], "mean").p == pytest.approx(0.5)


def test_newcombe_gives_the_published_interval():
    # Newcombe (1998), table II, method 10: 56/70 against 48/80 is 0.2, 0.0524 to 0.3339
    outcome = [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32
    found = effect(outcome, [True] * 70 + [False] * 80, "proportion")
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    chi2 = stats.chi2_contingency([[56, 14], [48, 32]], correction=False)
    assert found.p == pytest.approx(chi2.pvalue)


def test_nobody_or_everybody_responding_is_no_difference():
    for share in (0, 1):
        found = effect([share] * 60, [True] * 30 + [False] * 30, "proportion")
        assert (found.difference, found.p) == (0, 1)
        assert found.low < 0 < found.high


def test_strata_undo_a_paradox():
    # stratum a: 9/10 against 80/100; stratum b: 30/100 against 2/10: better in both
    rows = [("a", 1, 9, 10), ("a", 0, 80, 100), ("b", 1, 30, 100), ("b", 0, 2, 10)]
    stratum, treated, outcome = [], [], []
    for name, side, hits, n in rows:
        stratum += [name] * n
        treated += [side] * n
        outcome += [1] * hits + [0] * (n - hits)
    crude = effect(outcome, treated, "proportion")
    fair = effect(outcome, treated, "proportion", stratum)
    assert crude.difference == pytest.approx(39 / 110 - 82 / 110)
    assert fair.difference == pytest.approx(0.1)
    variance = (0.9 * 0.1 / 10 + 0.8 * 0.2 / 100 + 0.3 * 0.7 / 100 + 0.2 * 0.8 / 10) / 4
    assert fair.error == pytest.approx(variance ** 0.5)
    frame = pd.DataFrame({"s": stratum, "t": treated, "o": outcome}, dtype=object)
    found = answer(frame, EffectSpec(treated="t", control_value=0, outcome="o", stratum="s",
                                     kind="proportion", randomised=True))
    assert found.figures["difference"] == pytest.approx(0.1)
    assert found.figures["unstratified"]["difference"] == pytest.approx(-43 / 110)


def test_a_stratum_without_both_groups_is_left_out_and_told():
    frame = pd.DataFrame({"s": ["a"] * 80 + ["b"] * 10, "t": [0, 1] * 40 + [1] * 10,
                          "o": [1.0, 3.0] * 40 + [99.0] * 10})
    found = answer(frame, EffectSpec(treated="t", control_value=0, outcome="o", stratum="s",
                                     randomised=True))
    assert found.figures["difference"] == pytest.approx(2)
    assert (found.rows_used, found.warnings) == (80, ("strata_without_both:10",))


def test_standardised_difference_by_hand():
    # means 3 and 1, both variances 2
    assert standardised_difference([2, 4, 0, 2, np.nan], [1, 1, 0, 0, 0]) == pytest.approx(2 ** .5)
    assert standardised_difference([5, 5, 5, 5], [1, 1, 0, 0]) == 0
    assert standardised_difference([5, 5, 1, 1], [1, 1, 0, 0]) == np.inf
    assert np.isnan(standardised_difference([5, np.nan, 1, 1], [1, 1, 0, 0]))


def test_without_the_lot_and_without_other_columns_nothing_can_be_said():
    frame = pd.DataFrame({"t": [0, 1] * 40, "o": range(80)})
    spec = EffectSpec(treated="t", control_value=0, outcome="o")
    assert answer(frame, spec).code == "analytics.effect.unknown_balance"


def test_more_than_one_treatment_is_told():
    frame = pd.DataFrame({"t": ["无", "短信", "电话"] * 40, "o": [1, 2, 3] * 40})
    found = answer(frame, EffectSpec(treated="t", control_value="无", outcome="o",
                                     randomised=True))
    assert found.warnings == ("several_treatments:2",)
    assert found.figures["difference"] == pytest.approx(1.5)


@pytest.mark.parametrize(("treated", "outcome"), [
    ([], []), ([0, 0, 0], [1, 2, 3]), ([0, 1], [1, 2]), ([None] * 4, [1] * 4),
    ([0, 0, 1, 1], [None] * 4), ([0, 0, 1, 1], [1, 2, 3, 4]),
])
def test_too_few_are_refused_in_words(treated, outcome):
    frame = pd.DataFrame({"t": treated, "o": outcome}, dtype=object)
    found = answer(frame, EffectSpec(treated="t", control_value=0, outcome="o", randomised=True))
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert "20" in text(found.code, **found.params)


CELLS = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.booleans(),
                  st.dates())


@given(st.lists(st.tuples(st.sampled_from([0, 1, None, "x"]), CELLS, CELLS, CELLS), max_size=50),
       st.sampled_from(["mean", "proportion"]), st.booleans(), st.sampled_from([None, "s"]))
def test_no_table_makes_it_fail(rows, kind, lot, stratum):
    frame = pd.DataFrame(rows, columns=["t", "o", "x", "s"], dtype=object)
    found = answer(frame, EffectSpec(treated="t", control_value=0, outcome="o", kind=kind,
                                     randomised=lot, stratum=stratum))
    assert text(found.code, **found.params)
