"""BG/NBD and Gamma-Gamma: published results, recovered parameters, what cannot be known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from branchseg.analytics import bgnbd, gamma_gamma
from branchseg.analytics.bgnbd import BgNbd
from branchseg.analytics.gamma_gamma import GammaGamma

CDNOW = Path(__file__).resolve().parents[4] / "shared" / "data" / "cdnow"
PUBLISHED = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)  # Fader, Hardie & Lee 2005, table 2


def simulated(customers, model, *, seed=0, weeks=52.0):
    """Frequency, recency and age of customers who behave as the model says; a = 0: all stay."""
    draw = np.random.default_rng(seed)
    rates = draw.gamma(model.r, 1 / model.alpha, customers)
    ages = draw.uniform(weeks / 2, weeks, customers)
    leaves = draw.beta(model.a, model.b, customers) if model.a else np.zeros(customers)
    found = []
    for rate, age, leave in zip(rates, ages, leaves, strict=True):
        at, last, count = draw.exponential(1 / rate), 0.0, 0
        while at <= age:
            last, count = at, count + 1
            if draw.random() < leave:
                break
            at += draw.exponential(1 / rate)
        found.append((count, last, age))
    return np.array(found).T


def test_the_published_example():
    one = ([2], [30.43], [38.86])
    assert bgnbd.expected_purchases(PUBLISHED, *one, 39.0)[0] == pytest.approx(1.226, abs=0.0005)
    assert bgnbd.probability_alive(PUBLISHED, *one)[0] == pytest.approx(0.7266, abs=0.0002)


def test_the_likelihood_of_one_customer_by_hand():
    # x = 0: (alpha / (alpha + T))^r;  x = 1, a = b = 1, r = 1: B ratios 1/2 and 1/2
    model = BgNbd(r=2.0, alpha=3.0, a=1.0, b=1.0)
    none = bgnbd.log_likelihood(model, [0], [0], [6])[0]
    assert none == pytest.approx(2 * np.log(3 / 9), abs=1e-12)
    model = BgNbd(r=1.0, alpha=1.0, a=1.0, b=1.0)
    once = bgnbd.log_likelihood(model, [1], [2], [4])[0]
    assert np.exp(once) == pytest.approx(0.5 / 25 + 0.5 / 9, abs=1e-12)


@pytest.mark.skipif(not CDNOW.exists(), reason="the shared data are not here")
def test_cdnow():
    data = pd.read_csv(CDNOW / "cdnow_customers_summary.csv")
    found = bgnbd.fit(data["frequency"], data["recency"], data["T"])
    assert (found.model.r, found.model.alpha, found.model.a, found.model.b) == pytest.approx(
        (0.24259, 4.41353, 0.79289, 2.42575), rel=3e-5)
    assert found.log_likelihood == pytest.approx(-9582.4256, abs=1e-3)
    assert found.log_likelihood == pytest.approx(bgnbd.log_likelihood(
        found.model, data["frequency"], data["recency"], data["T"]).sum(), abs=1e-6)
    assert found.dropout_identified
    assert found.rates_identified
    assert found.starts_agreed == 5


@pytest.mark.skipif(not CDNOW.exists(), reason="the shared data are not here")
def test_cdnow_money():
    data = pd.read_csv(CDNOW / "cdnow_customers_summary_with_transactions.csv")
    found = gamma_gamma.fit(data["x"], data["zbar"])
    assert (found.model.p, found.model.q, found.model.v) == pytest.approx(
        (6.2488, 3.7446, 15.4478), rel=1e-4)
    assert found.customers == 946
    assert found.identified
    assert found.correlation == pytest.approx(0.1139, abs=1e-4)
    assert found.model.mean == pytest.approx(35.17, abs=0.01)


def test_parameters_are_recovered():
    truth = BgNbd(r=0.5, alpha=4.0, a=0.8, b=2.5)
    found = bgnbd.fit(*simulated(6000, truth))
    for name, error in found.errors.items():
        off = np.log(getattr(found.model, name) / getattr(truth, name))
        assert abs(off) < 3 * error < 0.6, name
    assert found.dropout_identified


def test_the_unit_of_time_only_moves_alpha():
    x, recency, age = simulated(1500, BgNbd(r=0.5, alpha=4.0, a=0.8, b=2.5))
    weeks, days = bgnbd.fit(x, recency, age), bgnbd.fit(x, recency * 7, age * 7)
    assert days.model.alpha == pytest.approx(7 * weeks.model.alpha, rel=1e-4)
    assert (days.model.r, days.model.a, days.model.b) == pytest.approx(
        (weeks.model.r, weeks.model.a, weeks.model.b), rel=1e-4)
    order = np.random.default_rng(3).permutation(len(x))
    assert bgnbd.fit(x[order], recency[order], age[order]) == weeks


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_where_nobody_leaves_leaving_is_not_identified(seed):
    x, recency, age = simulated(1500, BgNbd(r=0.8, alpha=4.0, a=0.0, b=1.0), seed=seed)
    found = bgnbd.fit(x, recency, age)
    assert not found.dropout_identified
    assert found.rates_identified
    assert found.model.r == pytest.approx(0.8, rel=0.15)


def test_where_all_leave_alike_a_and_b_run_away():
    found = bgnbd.fit(*simulated(3000, BgNbd(r=0.5, alpha=1.0, a=3000.0, b=9000.0)))
    assert not found.dropout_identified
    assert "b" in found.at_bound
    assert found.model.b == pytest.approx(bgnbd.MOST)


def test_customers_who_are_all_alike_tell_nothing_of_rates():
    found = bgnbd.fit(np.full(200, 3), np.full(200, 20.0), np.full(200, 30.0))
    assert not found.rates_identified
    assert not found.dropout_identified


def by_integration(model, x, age, horizon):
    """Visits of an active customer: (1 - mean of exp(-rate p t)) / p, averaged over p."""
    def visits(p):
        stays = ((model.alpha + age) / (model.alpha + age + p * horizon)) ** (model.r + x)
        return (1 - stays) / p * beta.pdf(p, model.a, model.b + x)
    return quad(visits, 0, 1, limit=500)[0]


@pytest.mark.parametrize(("a", "b", "x"), [
    (1.5, 2.0, 0), (1.5, 2.0, 3), (1.0, 2.0, 3), (1.00001, 2.0, 3), (2.0, 3.0, 50),
    (1.2, 1.5, 400), (30.0, 90.0, 5)])
def test_forecasts_equal_the_integral_they_solve(a, b, x):
    model = BgNbd(r=0.7, alpha=3.0, a=a, b=b)
    found = bgnbd.expected_purchases(model, [x], [30.0], [30.0], 40.0)[0]
    alive = bgnbd.probability_alive(model, [x], [30.0], [30.0])[0]
    assert found == pytest.approx(alive * by_integration(model, x, 30.0, 40.0), rel=1e-4)


@given(st.integers(0, 100_000), st.floats(0, 1), st.floats(0, 5000), st.floats(0.01, 20),
       st.floats(0.01, 20), st.floats(0.01, 5000))
def test_nothing_overflows_and_bounds_hold(x, part, age, a, b, horizon):
    model = BgNbd(r=0.3, alpha=2.0, a=a, b=b)
    one = ([x], [part * age if x else 0.0], [age])
    alive = bgnbd.probability_alive(model, *one)[0]
    visits = bgnbd.expected_purchases(model, *one, horizon)[0]
    assert 0 <= alive <= 1
    assert np.isfinite(bgnbd.log_likelihood(model, *one)[0])
    assert -1e-9 <= visits <= (0.3 + x) / (2 + age) * horizon * (1 + 1e-6) + 1e-9
    assert x or alive == 1


def test_discounting_counts_later_visits_less():
    one = ([2], [30.43], [38.86])
    whole = bgnbd.expected_purchases(PUBLISHED, *one, 52.0)
    assert bgnbd.discounted_purchases(PUBLISHED, *one, 52.0, 0.0) == pytest.approx(whole)
    less = bgnbd.discounted_purchases(PUBLISHED, *one, 52.0, 0.01)
    assert 1.01 ** -26 * whole[0] < less[0] < 1.01 ** -20 * whole[0]


def test_expected_spend_by_hand():
    model = GammaGamma(p=2.0, q=3.0, v=10.0)
    found = gamma_gamma.expected_spend(model, [0, 1, 4, 3], [np.nan, 30.0, 5.0, 0.0])
    assert found.tolist() == pytest.approx([10.0, 2 * 40 / 4, 2 * 30 / 10, 10.0])
    assert GammaGamma(p=2.0, q=1.0, v=10.0).mean == np.inf


def test_money_parameters_are_recovered_in_any_unit_and_order():
    draw = np.random.default_rng(1)
    x = draw.integers(0, 8, 4000)
    means = 20.0 / draw.gamma(4.0, 1, 4000)  # q = 4, v = 20
    money = np.where(x > 0, draw.gamma(6.0 * np.maximum(x, 1)) * means / np.maximum(x, 1), np.nan)
    found = gamma_gamma.fit(x, money)
    assert (found.model.p, found.model.q, found.model.v) == pytest.approx(
        (6.0, 4.0, 20.0), rel=0.15)
    order = draw.permutation(4000)
    assert gamma_gamma.fit(x[order], money[order]) == found
    fen = gamma_gamma.fit(x, money * 100)
    assert (fen.model.p, fen.model.v) == pytest.approx((found.model.p, 100 * found.model.v),
                                                       rel=1e-3)


def test_money_that_cannot_tell():
    with pytest.raises(ValueError):
        gamma_gamma.fit([0, 2], [5.0, 0.0])
    alike = gamma_gamma.fit([2] * 30, [10.0] * 30)
    assert not alike.identified
    assert alike.correlation is None
