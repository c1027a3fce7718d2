"""By which balances AUM is told: what was learnt of one measure says nothing of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from branchseg.messages import text
from branchseg.model.fields import FIELDS, HOLDINGS
from branchseg.pipeline.models.columns import AUM, aum_to_learn, label
from branchseg.rules.derive import SUM_OF_PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult

MOST_OTHERWISE = 0.2
"""The AUM is another one if a balance tells it of more, or fewer, customers by this share."""

_PARTS = (*HOLDINGS, "deposit")


def measures(frame: pd.DataFrame, results: pd.DataFrame,
             rows: NDArray[np.intp]) -> dict[str, float]:
    """Of which share of the customers at some rows, of those with AUM, a balance tells it.

    By the `aum_basis` of the results; where balances are added up, by each of these as well.
    Empty where nobody's AUM is known.
    """
    basis = results["aum_basis"].iloc[rows]
    known = basis.notna().to_numpy()
    if not known.any():
        return {}
    basis, rows = basis[known], rows[known]
    shares = {str(key): float(share) for key, share in basis.value_counts(normalize=True).items()}
    added = (basis == SUM_OF_PARTS).to_numpy(dtype=bool)
    if added.any():
        told = {key: frame[key].iloc[rows].notna().to_numpy() & added
                for key in _PARTS if key in frame}
        shares |= {key: float(found.mean()) for key, found in told.items() if found.any()}
    return shares


def measures_of(result: RunResult, rows: NDArray[np.intp]) -> dict[str, float]:
    """Those of the customers of a result."""
    return measures(result.table.frame, result.results, rows)


def are_same(one: Mapping[str, float], two: Mapping[str, float]) -> bool:
    """Whether the AUM of two lists is told by the same balances, nearly."""
    return all(abs(one.get(key, 0.0) - two.get(key, 0.0)) <= MOST_OTHERWISE
               for key in {*one, *two})


def is_aum(feature: str) -> bool:
    """Whether a feature of a model, by its key or its name, is the AUM itself."""
    return feature in {AUM, label(AUM), aum_to_learn()}


def named(shares: Mapping[str, float]) -> str:
    """The measure of most customers in words, with what is added up."""
    basis = max((key for key in shares if key not in _PARTS), key=lambda key: shares[key])
    words = text(f"rules.basis.{basis}")
    if basis != SUM_OF_PARTS:
        return words
    parts = [FIELDS[key].label for key in _PARTS if shares.get(key, 0.0) > MOST_OTHERWISE]
    return text("models.kept.added", words=words, parts="、".join(parts))
