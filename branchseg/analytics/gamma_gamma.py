"""Gamma-Gamma: what a customer spends per visit, from the few visits one has seen.

Amounts of a customer scatter about a mean of his own (gamma: p), the means differ between
customers (gamma: q, v); it supposes that how much does not depend on how often. P. S. Fader,
B. G. S. Hardie, "The Gamma-Gamma Model of Monetary Value" (2013), brucehardie.com/notes/025.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, psi

from branchseg.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

LEAST, MOST = 1e-3, 1e4
"""Bounds of p, q, and of v in units of the mean amount."""

_STARTS = 5
_TRIED = 5_000
"""Customers the starts are tried on: every nth of them, in order of their visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGamma:
    """The parameters; `v` is in the unit of the amounts."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """Mean spend per visit over all customers; infinite where q <= 1."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGammaFit:
    """What the data say of the parameters.

    Attributes:
        model: the most likely parameters.
        log_likelihood: natural logarithm, of the customers used.
        customers: those with at least one repeat visit and a mean above zero.
        correlation: of frequency and money among them (Pearson); None where one is constant.
        identified: no parameter has run to its bound, and the mean over all customers exists.
    """

    model: GammaGamma
    log_likelihood: float
    customers: int
    correlation: float | None
    identified: bool


def usable(frequency: ArrayLike, monetary: ArrayLike) -> NDArray[np.bool_]:
    """Customers the model can learn from: repeat visits, and money above zero in their mean."""
    x, m = np.asarray(frequency, dtype=np.float64), np.asarray(monetary, dtype=np.float64)
    return (x > 0) & (m > 0)


def fit(frequency: ArrayLike, monetary: ArrayLike, *, seed: int = 0,
        progress: Progress = silent) -> GammaGammaFit:
    """The most likely parameters: bounded, from several seeded starts, the best of them refined.

    Args:
        frequency: repeat visits.
        monetary: mean spend per repeat visit; customers who are not `usable` are left out.
        seed: of the starts.
        progress: told at every step of the search, so that it can be stopped.

    Raises:
        ValueError: if nobody is usable.
    """
    kept = usable(frequency, monetary)
    if not kept.any():
        msg = "nobody has repeat visits with money"
        raise ValueError(msg)
    x = np.asarray(frequency, dtype=np.float64)[kept]
    m = np.asarray(monetary, dtype=np.float64)[kept]
    rows = np.lexsort((m, x))  # the sum of rounded terms shall not depend on the order of rows
    x, m = x[rows], m[rows]
    scale = float(m.mean())
    m_scaled, thin = m / scale, slice(None, None, -(-len(x) // _TRIED))
    draws = np.random.default_rng(seed).normal(0.0, 1.5, size=(_STARTS - 1, 3))
    starts = np.vstack([np.array([1.0, 1.0, 0.0]), draws])
    runs = [_climb(start, x[thin], m_scaled[thin], 1e-10,
                   partial(progress, 0.5 * place / len(starts)))
            for place, start in enumerate(starts)]
    best = _climb(min(runs, key=lambda run: run.fun).x, x, m_scaled, 1e-14, partial(progress, 0.5))
    p, q, v = (float(one) for one in np.exp(best.x))
    varied = np.ptp(x) > 0 and np.ptp(m) > 0
    return GammaGammaFit(
        model=GammaGamma(p=p, q=q, v=v * scale),
        log_likelihood=float(-best.fun * len(x) - len(x) * np.log(scale)), customers=len(x),
        correlation=float(np.corrcoef(x, m)[0, 1]) if varied else None,
        identified=q > 1 and all(2 * LEAST < one < MOST / 2 for one in (p, q, v)))


def expected_spend(model: GammaGamma, frequency: ArrayLike, monetary: ArrayLike) -> Numbers:
    """Mean spend per visit expected of each customer: his own mean drawn to that of all.

    Without usable repeats it is the mean of all customers (equation 5 of the note with x = 0).
    """
    kept = usable(frequency, monetary)
    x = np.where(kept, np.asarray(frequency, dtype=np.float64), 0.0)
    m = np.where(kept, np.asarray(monetary, dtype=np.float64), 0.0)
    return np.asarray(model.p * (model.v + x * m) / (model.p * x + model.q - 1))


def _climb(start: Numbers, x: Numbers, m: Numbers, precision: float,
           step: Callable[[], None]) -> Any:
    """What scipy finds from one start, within the bounds; `step` is called on every step."""
    limits = (np.log(LEAST), np.log(MOST))

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        step()
        return _loss(logs, x, m)

    return minimize(loss, np.clip(start, *limits), jac=True, method="L-BFGS-B",
                    bounds=[limits] * 3,
                    options={"maxiter": 500, "ftol": precision, "gtol": 1e-9})


def _loss(logs: Numbers, x: Numbers, m: Numbers) -> tuple[float, Numbers]:
    """Minus the mean log-likelihood, and its slope, at the logarithms of p, q, v."""
    p, q, v = np.exp(logs)
    px, spent = p * x, x * m + v
    total = (gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v)
             + (px - 1) * np.log(m) + px * np.log(x) - (px + q) * np.log(spent))
    by_p = x * (psi(px + q) - psi(px) + np.log(m) + np.log(x) - np.log(spent))
    by_q = psi(px + q) - psi(q) + np.log(v) - np.log(spent)
    by_v = q / v - (px + q) / spent
    slopes = np.array([by_p.mean() * p, by_q.mean() * q, by_v.mean() * v])
    return -float(total.mean()), -slopes
