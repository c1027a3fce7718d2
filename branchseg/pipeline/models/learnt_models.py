"""Models that were learnt from what became of customers: kept, and asked about later lists."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from branchseg.analytics import evaluation
from branchseg.analytics.kept_learning import from_plain, to_plain
from branchseg.analytics.predictors import Predictor, Reading, read_predictors
from branchseg.analytics.reasons import reasons
from branchseg.pipeline.models import registry
from branchseg.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.analytics.judging import Judged
    from branchseg.store.records import KeptModel

    Numbers = NDArray[np.float64]

_MODEL, _READINGS = "model", "readings"


def to_keep(key: str, day: date, judged: Judged, predictors: Sequence[Predictor], *,
            rule: Numbers, seed: int, data: pd.DataFrame, listed: pd.DataFrame,
            aum: Mapping[str, float],
            more: Mapping[str, Any] = MappingProxyType({})) -> KeptModel:
    """What is to be kept of a model that was judged.

    Args:
        key: of the model.
        day: the data date of the list `listed`.
        judged: the model, and its chances on customers it has not seen.
        predictors: how its columns are read.
        rule: the scores of the plain rule on the customers judged.
        seed: of its random numbers.
        data: the rows it was fitted on, with their outcome.
        listed: its columns, of all customers it can be asked for; see `registry.to_keep`.
        aum: what the AUM of these is; see `registry.to_keep`.
        more: what else is to be known of it, plain values.
    """
    fitted, mine = judged.final.model, judged.auc()
    used = [one for one in predictors
            if one.name in {column.name for column in fitted.encoding.columns}]
    return registry.to_keep(
        key, day, seed=seed, data=data, listed=read_predictors(listed, used), aum=aum,
        fitted={**more, _MODEL: to_plain(fitted),
                _READINGS: [one.reading.value for one in used]},
        quality={"customers": float(len(data)), "judged": float(len(judged.rows)),
                 "auc": mine.value, "auc_low": mine.low, "auc_high": mine.high,
                 "rule": evaluation.auc(judged.truth, rule),
                 "error": 100 * evaluation.calibration_error(judged.truth, judged.chances)})


def scores(kept: KeptModel, frame: pd.DataFrame,
           progress: Progress = silent) -> tuple[Numbers, NDArray[np.object_]]:
    """The chance of each row of a frame that has all features, and why in words."""
    predictors = [Predictor(name, Reading(reading)) for name, reading in zip(
        kept.features, kept.fitted[_READINGS], strict=True)]
    typed, model = read_predictors(frame, predictors), from_plain(kept.fitted[_MODEL])
    return model.chances(typed), reasons(model, typed, predictors, progress)
