"""BG/NBD: how often a customer will come again, and whether he still comes at all.

While a customer is active he buys at a rate of his own (gamma: r, alpha); after every purchase he
may leave for good (beta: a, b). P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting Your Customers"
the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24 (2005), 275-284.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, hyp2f1, psi

from branchseg.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

LEAST, MOST = 1e-4, 1e4
"""Bounds of r, a, b, and of alpha in units of the mean age: nothing found in practice lies out."""

_NAMES = ("r", "alpha", "a", "b")
_STARTS = 5
_TRIED = 5_000
"""Different customers the starts are tried on: every nth of them, in order of their visits."""

_MOST_STEPS = 500
"""A climb needs about 50 steps; one that takes ten times as many is on a ridge without end."""

_FLAT = 1e-6
"""Curvature taken for the least there is."""

_VAGUE = 1.0
"""A parameter whose logarithm has a standard error beyond this may be three times as large."""

_GAIN = 2.71
"""Gain in log-likelihood that chance gives in one of a hundred lists in which nobody leaves
(likelihood ratio at the bound of a parameter, half chi-square with 1 df)."""

_STEPS = 12

_SINGULAR = 1e-5
"""Forecasts divide by a - 1; closer to a = 1 than this they are taken at this distance, which
changes them by less than one in ten thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BgNbd:
    """The parameters; `alpha` is in the unit of time of the data."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BgNbdFit:
    """What the data say of the parameters.

    Attributes:
        model: the most likely parameters.
        log_likelihood: natural logarithm, of all customers.
        errors: parameter -> standard error of its logarithm (0.2 is about 20 %); up to 1,000
            where the likelihood is flat.
        dropout_gain: how much the log-likelihood gains over the model in which nobody leaves.
        starts_agreed: how many of the seeded starts ended at the best likelihood (to 0.01); they
            are tried on at most 5,000 different customers.
        at_bound: the parameters that ran away until a bound stopped them.
    """

    model: BgNbd
    log_likelihood: float
    errors: dict[str, float]
    dropout_gain: float
    starts_agreed: int
    at_bound: frozenset[str] = frozenset()

    @property
    def dropout_identified(self) -> bool:
        """Whether the data tell of leaving: a, b did not run away, the likelihood is not flat."""
        return self.dropout_gain > _GAIN and self._known("a", "b")

    @property
    def rates_identified(self) -> bool:
        """Whether the data tell how the rates of buying differ."""
        return self._known("r", "alpha")

    def _known(self, *names: str) -> bool:
        return (self.at_bound.isdisjoint(names)
                and max(self.errors[name] for name in names) < _VAGUE)


@dataclass(frozen=True, slots=True)
class _Data:
    """Customers, equal ones counted once; times in units of the mean age."""

    x: Numbers
    recency: Numbers
    age: Numbers
    count: Numbers
    counts: Numbers
    """The different values of x."""
    place: NDArray[np.intp]
    """Where in `counts` x stands."""


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *, seed: int = 0,
        progress: Progress = silent) -> BgNbdFit:
    """The most likely parameters: bounded, from several seeded starts, the best of them refined.

    Args:
        frequency: repeat visits, whole numbers from 0.
        recency: time from the first to the last visit, 0 without repeats.
        age: time from the first visit to the end of observation, not below `recency`.
        seed: of the starts.
        progress: told at every step of the search, so that it can be stopped.
    """
    progress(0.0)
    rows = np.column_stack([np.asarray(one, dtype=np.float64) for one in (
        frequency, recency, age)])
    different, count = np.unique(rows, axis=0, return_counts=True)
    scale = float(rows[:, 2].mean()) or 1.0
    thin = slice(None, None, -(-len(different) // _TRIED))
    tried = _data(different[thin], count[thin], scale)
    draws = np.random.default_rng(seed).normal(0.0, 1.5, size=(_STARTS - 1, 4))
    starts = np.vstack([np.zeros(4), draws])
    runs = [_climb(start, tried, 1e-10, partial(progress, 0.3 * place / len(starts)))
            for place, start in enumerate(starts)]
    leader = min(runs, key=lambda run: run.fun)
    data = _data(different, count, scale)
    best = _climb(leader.x, data, 1e-14, partial(progress, 0.3))
    progress(0.8)
    people, shift = len(rows), float(rows[:, 0].sum() * np.log(scale))
    gains = [(run.fun - leader.fun) * tried.count.sum() for run in runs]
    r, alpha, a, b = np.exp(best.x)
    return BgNbdFit(
        model=BgNbd(r=float(r), alpha=float(alpha * scale), a=float(a), b=float(b)),
        log_likelihood=float(-best.fun * people - shift),
        errors=dict(zip(_NAMES, _errors(best.x, data), strict=True)),
        dropout_gain=float((_without_dropout(best.x[:2], data, partial(progress, 0.9))
                              - best.fun) * people),
        starts_agreed=int(sum(gain < 0.01 for gain in gains)),
        at_bound=frozenset(name for name, log in zip(_NAMES, best.x, strict=True)
                           if not np.log(2 * LEAST) < log < np.log(MOST / 2)))


def log_likelihood(model: BgNbd, frequency: ArrayLike, recency: ArrayLike,
                   age: ArrayLike) -> Numbers:
    """Natural logarithm of the likelihood of each customer (equation 6 of the paper)."""
    x, last, span = (np.asarray(one, dtype=np.float64) for one in (frequency, recency, age))
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    stays = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + span)
    with np.errstate(divide="ignore", invalid="ignore"):
        leaves = np.where(x > 0, betaln(a + 1, b + x - 1) - betaln(a, b)
                          - (r + x) * np.log(alpha + last), -np.inf)
    return np.asarray(gammaln(r + x) - gammaln(r) + r * np.log(alpha)
                      + np.logaddexp(stays, leaves))


def probability_alive(model: BgNbd, frequency: ArrayLike, recency: ArrayLike,
                      age: ArrayLike) -> Numbers:
    """Probability that a customer still comes, 0..1.

    It is 1 without repeats: in this model one leaves only after a repeat visit, so of people who
    came once it knows nothing.
    """
    x, last, span = (np.asarray(one, dtype=np.float64) for one in (frequency, recency, age))
    again = np.maximum(x, 1.0)
    odds = (np.log(model.a) - np.log(model.b + again - 1)
            + (model.r + x) * (np.log(model.alpha + span) - np.log(model.alpha + last)))
    return np.where(x > 0, expit(-odds), 1.0)


def expected_purchases(model: BgNbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike,
                       horizon: float) -> Numbers:
    """Visits expected of each customer in the `horizon` after his age (equation 10 of the paper).

    The hypergeometric function is taken in Euler's form, (1-z)^(c-a-b) 2F1(c-a, c-b; c; z): the
    powers cancel and nothing grows with the number of visits.
    """
    x, _, span = (np.asarray(one, dtype=np.float64) for one in (frequency, recency, age))
    r, alpha, b = model.r, model.alpha, model.b
    a = model.a if abs(model.a - 1) > _SINGULAR else 1 + _SINGULAR
    pairs, place = np.unique(np.column_stack([x, span]), axis=0, return_inverse=True)
    times, spans = pairs.T
    z = horizon / (alpha + spans + horizon)
    rest = hyp2f1(a + b - 1 - r, a - 1, a + b + times - 1, z)
    active = (a + b + times - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * rest)
    return np.asarray(active[place.ravel()] * probability_alive(model, x, recency, span))


def discounted_purchases(model: BgNbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike,
                         horizon: float, discount: float,
                         progress: Progress = silent) -> Numbers:
    """Visits expected in the `horizon`, a later one counting less.

    Args:
        model: the parameters.
        frequency: as in `fit`.
        recency: as in `fit`.
        age: as in `fit`.
        horizon: in the unit of the data.
        discount: per unit of time: a visit after t units counts 1 / (1 + discount) ** t. The
            horizon is cut into twelve steps; a visit counts as if in the middle of its step.
        progress: told of every step.
    """
    ends = horizon * np.arange(1, _STEPS + 1) / _STEPS
    visits = []
    for place, end in enumerate(ends):
        progress(place / _STEPS)
        visits.append(expected_purchases(model, frequency, recency, age, float(end)))
    steps = np.diff(np.vstack([np.zeros_like(visits[0]), *visits]), axis=0)
    return np.asarray((1 + discount) ** -(ends - ends[0] / 2) @ steps)


def _data(rows: Numbers, count: NDArray[np.intp], scale: float) -> _Data:
    """Rows of x, recency and age, each standing for `count` customers; times divided by scale."""
    counts, place = np.unique(rows[:, 0], return_inverse=True)
    return _Data(rows[:, 0], rows[:, 1] / scale, rows[:, 2] / scale, count.astype(np.float64),
                 counts, place)


def _climb(start: Numbers, data: _Data, precision: float, step: Callable[[], None]) -> Any:
    """What scipy finds from one start, within the bounds; `step` is called on every step."""
    limits = (np.log(LEAST), np.log(MOST))

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        step()
        return _loss(logs, data)

    return minimize(loss, np.clip(start, *limits), jac=True, method="L-BFGS-B",
                    bounds=[limits] * 4,
                    options={"maxfun": _MOST_STEPS, "ftol": precision, "gtol": 1e-9})


def _loss(logs: Numbers, data: _Data) -> tuple[float, Numbers]:
    """Minus the mean log-likelihood, and its slope, at the logarithms of r, alpha, a, b."""
    r, alpha, a, b = np.exp(logs)
    x, k = data.x, data.counts
    log_age, log_last = np.log(alpha + data.age), np.log(alpha + data.recency)
    repeat = x > 0
    never = np.where(repeat, 0.0, -np.inf)
    ever = np.maximum(x, 1.0)
    stays = -(r + x) * log_age
    leaves = np.log(a) - np.log(b + ever - 1) - (r + x) * log_last + never
    either = np.logaddexp(stays, leaves)
    left = np.exp(leaves - either)
    common = gammaln(r + k) - gammaln(r) + betaln(a, b + k) - betaln(a, b)
    total = r * np.log(alpha) + common[data.place] + either
    by_r = ((psi(r + k) - psi(r))[data.place] + np.log(alpha)
            - (1 - left) * log_age - left * log_last)
    by_alpha = r / alpha - (r + x) * ((1 - left) / (alpha + data.age)
                                      + left / (alpha + data.recency))
    both = psi(a + b) - psi(a + b + k)
    by_a = both[data.place] + left / a
    by_b = (both + psi(b + k) - psi(b))[data.place] - left / (b + ever - 1)
    weights = data.count / data.count.sum()
    slopes = np.array([weights @ by_r * r, weights @ by_alpha * alpha, weights @ by_a * a,
                       weights @ by_b * b])
    return -float(weights @ total), -slopes


def _errors(logs: Numbers, data: _Data) -> list[float]:
    """Standard errors of the logarithms, from the curvature; 1,000 where it is flat."""
    step = 1e-4
    steps = np.eye(4) * step
    bend = np.array([_loss(logs + one, data)[1] - _loss(logs - one, data)[1] for one in steps])
    bend = (bend + bend.T) / (4 * step) * data.count.sum()
    strengths, directions = np.linalg.eigh(bend)
    return [float(error) for error in
            np.sqrt(directions ** 2 @ (1 / np.maximum(strengths, _FLAT)))]


def _without_dropout(start: Numbers, data: _Data, step: Callable[[], None]) -> float:
    """The least loss where nobody leaves: visits are negative binomial (NBD), a tends to 0."""
    weights, x = data.count / data.count.sum(), data.x

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        step()
        r, alpha = np.exp(logs)
        total = ((gammaln(r + data.counts) - gammaln(r))[data.place] + r * np.log(alpha)
                 - (r + x) * np.log(alpha + data.age))
        by_r = ((psi(r + data.counts) - psi(r))[data.place] + np.log(alpha)
                - np.log(alpha + data.age))
        by_alpha = r / alpha - (r + x) / (alpha + data.age)
        return -float(weights @ total), -np.array([weights @ by_r * r, weights @ by_alpha * alpha])

    limits = [(np.log(LEAST), np.log(MOST))] * 2
    return min(float(minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=limits).fun)
               for begin in (start, np.zeros(2)))
