"""Factor analysis of a correlation matrix: what few things many features measure together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

DRAWS = 500
PERCENTILE = 95
"""Parallel analysis keeps what exceeds this percentile of so many draws of unrelated features."""

LEAST_UNIQUE = 0.005
"""Maximum likelihood lets no uniqueness fall below; one that gets there is a Heywood case."""

SINGULAR = 1e-8
"""A matrix with an eigenvalue below this: some feature follows from the others."""

_ROTATIONS, _ROTATED = 1_000, 1e-10


class FactorError(ValueError):
    """The method cannot find so many factors of so many features."""


@dataclass(frozen=True, slots=True)
class Adequacy:
    """Whether features belong together enough.

    Attributes:
        kmo: Kaiser-Meyer-Olkin measure of all, 0..1 (from 0.5 usable, 0.8 good); None where a
            feature follows from the others.
        kmo_each: the same of every feature.
        chi2, df, p: Bartlett's test that no features are correlated; `chi2` and `p` are None
            where a feature follows from the others.
    """

    kmo: float | None
    kmo_each: tuple[float | None, ...]
    chi2: float | None
    df: int
    p: float | None


@dataclass(frozen=True, slots=True)
class Extraction:
    """Factors in order of what they explain; the sum of each one's loadings is positive.

    Attributes:
        loadings: (features, factors).
        uniquenesses: the share of each feature that no factor explains.
        explained: the share of all variance that each factor explains.
        weights: (features, factors), for `scores`.
    """

    loadings: Matrix
    uniquenesses: Matrix
    explained: Matrix
    weights: Matrix


def correlations(values: Matrix, *, pairwise: bool) -> tuple[Matrix, int]:
    """The correlation matrix and the number of rows it rests on.

    Args:
        values: (rows, features), NaN is unknown; no feature constant.
        pairwise: use for each pair the rows where both are known, and count the fewest of these;
            otherwise use the rows where all are known.
    """
    known = ~np.isnan(values)
    if not pairwise:
        complete = values[known.all(axis=1)]
        plain = np.atleast_2d(np.corrcoef(complete, rowvar=False))
        return plain.astype(np.float64), len(complete)
    counts = known.astype(np.float64)
    found = pd.DataFrame(values).corr(min_periods=2).to_numpy(dtype=np.float64, copy=True)
    np.fill_diagonal(found, 1.0)
    return found, int((counts.T @ counts).min())


def smoothed(correlation: Matrix) -> tuple[Matrix, bool]:
    """A matrix without negative eigenvalues, and whether it had any.

    A matrix of pairs may be impossible as a whole; the nearest possible one is taken by raising
    the eigenvalues and scaling the diagonal back to 1.
    """
    values, vectors = np.linalg.eigh(correlation)
    if values[0] > -SINGULAR:
        return correlation, False
    raised = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = np.sqrt(np.diag(raised))
    return raised / np.outer(scale, scale), True


def eigenvalues(correlation: Matrix) -> Matrix:
    """Greatest first; their sum is the number of features."""
    return np.asarray(np.linalg.eigvalsh(correlation)[::-1], dtype=np.float64)


def adequacy(correlation: Matrix, rows: int) -> Adequacy:
    """KMO (Kaiser 1974) and Bartlett's test of sphericity (1951)."""
    from scipy.stats import chi2  # noqa: PLC0415 - heavy, only where a model runs

    count = len(correlation)
    df = count * (count - 1) // 2
    lowest = eigenvalues(correlation)[-1]
    if lowest < SINGULAR:
        return Adequacy(None, (None,) * count, None, df, None)
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    partial = (inverse / np.outer(scale, scale)) ** 2
    plain = correlation ** 2
    np.fill_diagonal(partial, 0.0)
    np.fill_diagonal(plain, 0.0)
    statistic = -(rows - 1 - (2 * count + 5) / 6) * np.linalg.slogdet(correlation)[1]
    statistic = max(float(statistic), 0.0)
    each = tuple(_share(float(one), float(other)) for one, other
                 in zip(plain.sum(axis=0), partial.sum(axis=0), strict=True))
    return Adequacy(_share(float(plain.sum()), float(partial.sum())), each, statistic, df,
                    float(chi2.sf(statistic, df)))


def parallel(rows: int, features: int, seed: int) -> Matrix:
    """Eigenvalues that unrelated normal features reach: percentile PERCENTILE (Horn 1965).

    The matrices of products are drawn themselves (Wishart; Bartlett 1933), not the rows.
    """
    rng = np.random.default_rng(seed)
    degrees = rows - 1 - np.arange(features)
    found = np.empty((DRAWS, features))
    for draw in range(DRAWS):
        lower = np.tril(rng.standard_normal((features, features)), -1)
        lower[np.diag_indices(features)] = np.sqrt(rng.chisquare(degrees))
        lower /= np.linalg.norm(lower, axis=1)[:, None]
        found[draw] = np.linalg.eigvalsh(lower @ lower.T)[::-1]
    return np.percentile(found, PERCENTILE, axis=0)


def above(values: Matrix, limits: Matrix | float) -> int:
    """How many leading eigenvalues exceed their limits, up to the first that does not."""
    exceed = np.append(values > limits, False)
    return int(exceed.argmin())


def extract(correlation: Matrix, count: int, *, method: str, rotate: bool) -> Extraction:
    """Find factors.

    Args:
        correlation: of the features; for "ml" none may follow from the others.
        count: the number of factors.
        method: "principal" (principal components) or "ml" (maximum likelihood).
        rotate: by varimax with Kaiser's normalisation.

    Raises:
        FactorError: more factors than the method can find.
    """
    if count > most_factors(len(correlation), method):
        raise FactorError
    loadings = (_principal(correlation, count) if method == "principal"
                else _maximum_likelihood(correlation, count))
    unique = 1.0 - (loadings ** 2).sum(axis=1)
    if rotate and count > 1:
        loadings = varimax(loadings)
    order = np.argsort(-(loadings ** 2).sum(axis=0), kind="stable")
    loadings = loadings[:, order]
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return Extraction(
        loadings=loadings, uniquenesses=unique,
        explained=(loadings ** 2).sum(axis=0) / len(loadings),
        weights=np.linalg.pinv(correlation, hermitian=True) @ loadings)


def most_factors(features: int, method: str) -> int:
    """The greatest number of factors: all, or for "ml" as long as there are degrees of freedom."""
    if method == "principal":
        return features
    fits = [count for count in range(features)
            if (features - count) ** 2 - features - count >= 0]
    return max(fits)


def varimax(loadings: Matrix) -> Matrix:
    """Varimax rotation with Kaiser's normalisation (Kaiser 1958), as SPSS and R have it."""
    lengths = np.sqrt((loadings ** 2).sum(axis=1))[:, None]
    lengths = np.where(lengths > 0, lengths, 1.0)
    plain = loadings / lengths
    turn, before = np.eye(plain.shape[1]), 0.0
    for _ in range(_ROTATIONS):
        turned = plain @ turn
        pull = plain.T @ (turned ** 3 - turned * (turned ** 2).mean(axis=0))
        left, sizes, right = np.linalg.svd(pull)
        turn = left @ right
        if sizes.sum() <= before * (1 + _ROTATED):
            break
        before = sizes.sum()
    return plain @ turn * lengths


def scores(values: Matrix, extraction: Extraction) -> Matrix:
    """Factor scores by regression (Thomson 1951): (rows, factors); NaN where one is unknown.

    The features are standardised by their known values' means and standard deviations (ddof 1).
    """
    middle, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1)
    found: Matrix = ((values - middle) / spread) @ extraction.weights
    return found


def _share(one: float, other: float) -> float | None:
    return one / (one + other) if one + other > 0 else None


def _principal(correlation: Matrix, count: int) -> Matrix:
    """Loadings of the principal components: eigenvectors by the roots of their eigenvalues."""
    sizes, vectors = np.linalg.eigh(correlation)
    leading = slice(None, -count - 1, -1)
    found: Matrix = vectors[:, leading] * np.sqrt(np.maximum(sizes[leading], 0.0))
    return found


def _maximum_likelihood(correlation: Matrix, count: int) -> Matrix:
    """Loadings of greatest likelihood under normality (Joereskog 1967), by uniquenesses."""
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy, only where a model runs

    size = len(correlation)

    def loadings(unique: Matrix) -> tuple[Matrix, Matrix]:
        root = np.sqrt(unique)
        sizes, vectors = np.linalg.eigh(correlation / np.outer(root, root))
        found = vectors[:, ::-1][:, :count] * np.sqrt(np.maximum(sizes[::-1][:count] - 1.0, 0.0))
        return np.asarray(found * root[:, None]), sizes[::-1]

    def misfit(unique: Matrix) -> tuple[float, Matrix]:
        found, sizes = loadings(unique)
        rest = sizes[count:]
        slope = np.diag(found @ found.T) + unique - np.diag(correlation)
        return float((rest - np.log(rest)).sum()) - size + count, slope / unique ** 2

    guesses = ((1 - count / (2 * size)) / np.diag(np.linalg.inv(correlation)),
               np.full(size, 0.5))
    tried = [minimize(misfit, np.clip(guess, LEAST_UNIQUE, 1.0), jac=True, method="L-BFGS-B",
                      bounds=[(LEAST_UNIQUE, 1.0)] * size,
                      options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 2_000})
             for guess in guesses]
    best: Matrix = min(tried, key=lambda one: float(one.fun)).x
    return loadings(best)[0]
