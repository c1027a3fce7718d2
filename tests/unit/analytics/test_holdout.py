"""A draw by lot that can be repeated, how many it takes, and effects found but not made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from branchseg.analytics.effect import effect
from branchseg.analytics.holdout import ALPHA, POWER, draw, least_seen, needed


@given(st.lists(st.sampled_from("ABC"), min_size=1, max_size=200), st.floats(0, 1),
       st.integers(0, 9))
def test_every_stratum_gives_its_share(strata, share, seed):
    ids = [f"C{n}" for n in range(len(strata))]
    held = draw(ids, strata, share, seed)
    assert held.sum() == round(len(ids) * share)
    for label in set(strata):
        mine = np.array(strata) == label
        assert abs(held[mine].sum() - mine.sum() * share) < 1 + 1e-9


def test_the_seed_draws_the_same_customers_in_any_order():
    ids, strata = [f"C{n}" for n in range(300)], ["AB"[n % 3 == 0] for n in range(300)]
    held = {one for one, mine in zip(ids, draw(ids, strata, 0.1, 7), strict=True) if mine}
    assert len(held) == 30
    again = draw(ids[::-1], strata[::-1], 0.1, 7)
    assert {one for one, mine in zip(ids[::-1], again, strict=True) if mine} == held
    other = draw(ids, strata, 0.1, 8)
    assert {one for one, mine in zip(ids, other, strict=True) if mine} != held


def test_needed_is_that_of_cohen():
    # h of 0.15 and 0.10 is 0.1519: 680.3 in each of two groups of one size
    assert needed(0.10, 0.05, 0.5) == 1361
    assert needed(0.10, 0.05, 0.1) == needed(0.10, 0.05, 0.9) == 3780


@given(st.floats(0.02, 0.9), st.floats(0.02, 0.09), st.floats(0.05, 0.95))
def test_statsmodels_gives_so_many_the_power_wanted(base, lift, share):
    held = needed(base, lift, share) * share
    power = NormalIndPower().power(proportion_effectsize(base + lift, base), held, ALPHA,
                                   (1 - share) / share)
    assert power == pytest.approx(POWER, abs=0.01)


def test_the_least_lift_seen_is_the_least():
    assert least_seen(0.10, 3780, 0.1) == 0.05
    assert least_seen(0.10, 3779, 0.1) == 0.051
    assert least_seen(0.10, 29, 0.1) is None
    assert least_seen(0.10, 30, 0.1) is not None
    assert least_seen(1.0, 10_000, 0.1) is None


def campaign(seed, lift, customers=4_000, share=0.1):
    """The effect measured on a campaign whose effect is known, by tiers that respond unlike."""
    rng = np.random.default_rng(seed)
    tiers = rng.choice(4, customers, p=(0.5, 0.3, 0.15, 0.05))
    held = draw([f"C{n:05}" for n in range(customers)], tiers.astype(str).tolist(), share, seed)
    chance = np.array([0.06, 0.1, 0.16, 0.25])[tiers] + lift * ~held
    return effect(rng.random(customers) < chance, ~held, "proportion", tiers)


def shares(lift, seeds):
    """How often a gain is claimed, and how often the interval holds the true one."""
    found = [campaign(seed, lift) for seed in range(seeds)]
    claimed = sum(one.low > 0 for one in found) / seeds
    return claimed, sum(one.low <= lift <= one.high for one in found) / seeds


def test_a_planted_effect_is_found_and_none_is_not_claimed():
    claimed, covered = shares(0.0, 200)
    assert claimed <= 0.05
    assert 0.93 <= covered <= 0.97
    claimed, covered = shares(0.05, 200)
    assert claimed >= 0.80  # the power it was planned with
    assert 0.93 <= covered <= 0.97


@pytest.mark.nightly
def test_intervals_hold_the_truth_as_often_as_they_say():
    for lift in (0.0, 0.05):
        assert 0.94 <= shares(lift, 4_000)[1] <= 0.96
