"""Why a model gives a customer its score, in words that can be read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.analytics.learning import contributions
from branchseg.analytics.predictors import Reading
from branchseg.messages import text
from branchseg.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from branchseg.analytics.learning import Fitted
    from branchseg.analytics.predictors import Predictor

TOP = 2
SLIGHT = 0.05
"""A column that moves the log odds by less is no reason."""


def reasons(fitted: Fitted, typed: pd.DataFrame, predictors: Sequence[Predictor],
            progress: Progress = silent) -> NDArray[np.object_]:
    """One sentence per row of columns made by `read_predictors`: its greatest contributions."""
    moved = contributions(fitted, typed, progress)
    readings = {one.name: one.reading for one in predictors}
    sizes = np.abs(moved.to_numpy(dtype=np.float64))
    order = np.argsort(-sizes, axis=1, kind="stable")[:, :TOP]
    said = np.full(order.shape, "", dtype=object)
    for place, name in enumerate(moved.columns):
        rows, ranks = np.nonzero((order == place) & (
            np.take_along_axis(sizes, order, axis=1) >= SLIGHT))
        shown = _written(typed[name].iloc[rows], readings[name])
        upwards = moved[name].to_numpy()[rows] > 0
        for up, code in ((True, "higher"), (False, "lower")):
            kind = "_number" if readings[name] is Reading.NUMBER else ""
            pattern = text(f"analytics.reasons.{code}{kind}", column=name, value="\0")
            before, _, after = pattern.partition("\0")
            here = upwards == up
            said[rows[here], ranks[here]] = [f"{before}{value}{after}" for value in shown[here]]
    usual, between = text("analytics.reasons.usual"), text("analytics.reasons.between")
    return np.array([between.join(filter(None, row)) or usual for row in said], dtype=object)


def _written(column: pd.Series, reading: Reading) -> NDArray[np.object_]:
    """Values as they are said; there are few different ones, or all must be written anyway."""
    places, distinct = pd.factorize(column)
    if reading is Reading.DAY:
        words = [str(np.datetime64(int(value), "D")) for value in distinct]
    elif reading is Reading.NUMBER:
        words = [f"{value:.10g}" for value in distinct]
    else:
        words = [str(value) for value in distinct]
    words.append(text("analytics.reasons.unknown"))  # factorize puts it at place -1
    return np.asarray(np.array(words, dtype=object)[places])
