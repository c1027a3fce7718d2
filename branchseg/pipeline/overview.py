"""The figures above the charts, and the table of main segments; invalid customers aside or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg import analytics, charts
from branchseg.messages import text
from branchseg.model.results import INSUFFICIENT, Status
from branchseg.pipeline.views import labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult

    Positions = NDArray[np.intp]

TOP_PERCENT = 20
EVERYBODY_CHARTS = frozenset({"status_funnel"})
"""Charts that show how invalid customers fall out, and so always have them."""

_EFFECTIVE = (Status.CORE, Status.POTENTIAL)


@dataclass(frozen=True, slots=True)
class Overview:
    """The main figures; each group is the row positions of its customers.

    `aum` in 元 and `top`, the richest 20 %, look at `counted` only: everybody, or all but the
    invalid. Overdrafts lessen `aum`. `top_share` (0..1) is what they actually hold, None where
    nobody holds anything.
    """

    everybody: Positions
    counted: Positions
    effective: Positions
    dormant: Positions
    unverified: Positions
    invalid: Positions
    top: Positions
    top_share: float | None
    aum: float
    aum_known: int


def overview(result: RunResult, *, with_invalid: bool) -> Overview:
    """The figures of a result."""
    status = result.results["status"]
    kept = counted(result, with_invalid=with_invalid)
    aum = result.results["aum"].to_numpy(dtype=np.float64, na_value=np.nan)[kept]
    spread = analytics.pareto(aum)
    ranked = np.argsort(-aum, kind="stable")[: -(-TOP_PERCENT * spread.customers // 100)]
    return Overview(
        np.arange(len(status)), kept, _where(status.isin(_EFFECTIVE)),
        _where(status == Status.DORMANT), _where(status == Status.UNVERIFIED),
        _where(status == Status.INVALID), np.sort(kept[ranked]),
        spread.top_share[f"{TOP_PERCENT / 100:g}"], float(np.nansum(aum)), spread.customers,
    )


def counted(result: RunResult, *, with_invalid: bool) -> Positions:
    """The row positions that figures, charts and segments look at."""
    status = result.results["status"]
    return np.arange(len(status)) if with_invalid else _where(status != Status.INVALID)


def _where(mask: pd.Series) -> Positions:
    return np.flatnonzero(mask.fillna(value=False))


def chart(result: RunResult, key: str, *, with_invalid: bool, dark: bool) -> charts.Chart:
    """A chart of a result; its marks name row positions of the whole table."""
    everybody = with_invalid or key in EVERYBODY_CHARTS
    kept = counted(result, with_invalid=everybody)
    made = charts.build(key, result.table.frame.iloc[kept], result.results.iloc[kept],
                        labels(result.ruleset), dark=dark)
    marks = tuple(replace(mark, positions=kept[mark.positions]) for mark in made.marks)
    return replace(made, marks=marks)


def segment_table(result: RunResult, *, with_invalid: bool) -> pd.DataFrame:
    """One row per main segment, in the order the rules ask.

    Columns: `segment` (label), `portrait`, `customers`, `share` (percent of those counted),
    `aum` and `aum_mean` (元, over known ones), `good` (percent with a good grade of the graded),
    `actions` (themes bound to the segment, "" for none) and `positions` (row positions).
    """
    kept = counted(result, with_invalid=with_invalid)
    results = result.results.iloc[kept]
    aum = results["aum"].to_numpy(dtype=np.float64, na_value=np.nan)
    segments, grades = results["segment"], results["grade"]
    themes = result.ruleset.actions.labels
    good = [grade.key for grade in result.ruleset.factors.grades if grade.good]
    rows = []
    for segment in result.ruleset.segments.segments:
        here = _where(segments == segment.key)
        if segment.invalid and not (with_invalid and len(here)):
            continue
        held = aum[here][~np.isnan(aum[here])]
        graded = grades.iloc[here]
        graded = graded[graded.notna() & (graded != INSUFFICIENT)]
        rows.append((
            segment.label, segment.portrait, float(len(here)), _percent(len(here), len(kept)),
            held.sum() if len(held) else np.nan, held.mean() if len(held) else np.nan,
            _percent(graded.isin(good).sum(), len(graded)),
            "、".join(themes[key] for key in segment.actions), kept[here],
        ))
    columns = ("segment", "portrait", "customers", "share", "aum", "aum_mean", "good", "actions",
               "positions")
    return pd.DataFrame(rows, columns=list(columns))


def rfm_table(result: RunResult, *, with_invalid: bool) -> pd.DataFrame:
    """One row per RFM class that has anybody, best first; who has none stands last.

    Columns: `rfm` (label), `trait` (what they have in common), and `customers`, `share`, `aum`,
    `aum_mean` and `positions` as in `segment_table`.
    """
    kept = counted(result, with_invalid=with_invalid)
    results = result.results.iloc[kept]
    aum = results["aum"].to_numpy(dtype=np.float64, na_value=np.nan)
    traits = analytics.rfm_traits()
    named = [(label, traits[key], _where(results["rfm"] == key))
             for key, label in analytics.rfm_labels().items()]
    named.append((text("analytics.rfm_none.label"), text("analytics.rfm_none.trait"),
                  _where(results["rfm"].isna())))
    rows = []
    for label, trait, here in named:
        held = aum[here][~np.isnan(aum[here])]
        if len(here):
            rows.append((label, trait, float(len(here)), _percent(len(here), len(kept)),
                         held.sum() if len(held) else np.nan,
                         held.mean() if len(held) else np.nan, kept[here]))
    columns = ("rfm", "trait", "customers", "share", "aum", "aum_mean", "positions")
    return pd.DataFrame(rows, columns=list(columns))


def _percent(part: float, whole: int) -> float:
    """A share in percent; of nothing it is unknown."""
    return 100.0 * part / whole if whole else float("nan")
