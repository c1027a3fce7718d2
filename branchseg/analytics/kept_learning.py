"""A learnt model that is kept: as plain values, and as it was."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from branchseg.analytics import estimators
from branchseg.analytics.encoding import Encoding, NumberColumn, TextColumn
from branchseg.analytics.learning import Fitted

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_plain(fitted: Fitted) -> dict[str, Any]:
    """Lists, texts and numbers only."""
    return asdict(fitted)


def from_plain(kept: Mapping[str, Any]) -> Fitted:
    """What `to_plain` has made. Raises KeyError or TypeError for anything else."""
    columns = tuple(map(_column, kept["encoding"]["columns"]))
    return Fitted(
        learner=kept["learner"],
        encoding=Encoding(columns, tuple(kept["encoding"]["left_out"])),
        estimator=estimators.from_plain(kept["estimator"]),
        intercept=kept["intercept"], slope=kept["slope"], fold_auc=dict(kept["fold_auc"]))


def _column(kept: Mapping[str, Any]) -> NumberColumn | TextColumn:
    if "levels" in kept:
        return TextColumn(**{**kept, "levels": tuple(kept["levels"])})
    return NumberColumn(**kept)
