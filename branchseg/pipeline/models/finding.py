"""What a model finds among the customers of a result, ready to be shown and read aloud."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchseg.analytics.answer import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from branchseg.charts import Chart


@dataclass(frozen=True, slots=True)
class Group:
    """Customers a model puts together.

    Attributes:
        name: a short name for them.
        why: what tells them apart, in words.
        positions: their rows.
        share: their share of all that were looked at, 0..1.
        aum: what they hold together, 元; NaN where nothing is known.
        advice: what is to be done for most of them; "" where there is nothing.
        answers: questions of a campaign and what the model says to each.
    """

    name: str
    why: str
    positions: NDArray[np.intp]
    share: float
    aum: float
    advice: str
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The quality card of a model, its groups and its chart.

    Attributes:
        verdict: whether the groups may be used; without groups, why there are none.
        sentence: what was found, or what to collect, in one sentence.
        facts: label and value of what the result rests on and how good it is.
        warnings: sentences of what to mind.
        groups: the customers by group, the most worth looking at first.
        chart_title: what the chart shows.
        draw: makes the chart, in dark or light colours; None where there is nothing to draw.
    """

    verdict: Verdict
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    chart_title: str = ""
    draw: Callable[[bool], Chart] | None = field(default=None, compare=False)
