"""Drift: the index by hand, what chance makes of it, unknown values, texts."""

import json
from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.analytics.drift import (
    MOVED_FAR,
    from_plain,
    profile,
    shift,
    stability_index,
    to_plain,
)


def test_the_stability_index_by_hand():
    # (.6 - .5) ln(.6 / .5) + (.4 - .5) ln(.4 / .5)
    assert stability_index([50, 50], [120, 80]) == pytest.approx(
        .1 * log(1.2) - .1 * log(.8))
    assert stability_index([30, 70], [3, 7]) == pytest.approx(0)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1).filter(
    lambda pairs: any(a for a, _ in pairs) and any(b for _, b in pairs)))
def test_the_stability_index_is_finite_and_never_negative(pairs):
    before, now = zip(*pairs, strict=True)
    assert -1e-9 <= stability_index(before, now) < 100


def test_the_same_customers_have_not_moved():
    column = pd.Series(np.arange(200.0))
    found = shift(profile(column), column)
    assert found.index == pytest.approx(0)
    assert found.certain == 0


def test_other_customers_of_the_same_kind_have_not_moved_for_certain():
    """One of a hundred short lists may look moved by chance; without the bound a quarter would."""
    rng = np.random.default_rng(0)
    drawn = [shift(profile(pd.Series(rng.normal(size=60))), pd.Series(rng.normal(size=60)))
             for _ in range(200)]
    assert np.mean([one.certain > 0 for one in drawn]) <= 0.03
    assert np.mean([one.index > 0.1 for one in drawn]) > 0.2


def test_who_has_become_richer_or_unknown_has_moved():
    column = pd.Series(np.arange(300.0))
    before = profile(column)
    assert shift(before, column + 150).certain > MOVED_FAR
    unknown = column.where(np.arange(300) % 2 == 0)
    assert shift(before, unknown).certain > MOVED_FAR
    assert (before.known, profile(unknown).known) == (1.0, 0.5)


def test_texts_move_too():
    words = pd.Series(["是", "否"] * 100, dtype=object)
    before = profile(words)
    assert shift(before, pd.Series(["是"] * 200, dtype=object)).certain > MOVED_FAR
    assert shift(before, pd.Series(["否", "是"] * 90, dtype=object)).certain == 0
    assert profile(words.where(np.arange(200) < 100)).known == 0.5


@pytest.mark.parametrize("column", [
    pd.Series([5.0] * 20), pd.Series([np.nan] * 20), pd.Series([None] * 20, dtype=object)])
def test_a_column_that_tells_nothing_is_no_crash(column):
    before = profile(column)
    assert shift(before, column).certain == 0


def test_through_plain_values_nothing_is_lost():
    found = {"a": profile(pd.Series(np.arange(9.0))),
             "b": profile(pd.Series(["是", "否", None] * 9, dtype=object))}
    assert from_plain(json.loads(json.dumps(to_plain(found)))) == found
