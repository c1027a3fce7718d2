"""Groups of customers with what they hold and what is to be done."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from branchseg.messages import text
from branchseg.pipeline.models.columns import numbers
from branchseg.pipeline.models.finding import Group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult


MOST = 0.5
"""From this share on an action fits a group."""


def group(result: RunResult, name: str, why: str, positions: NDArray[np.intp],
          whole: int) -> Group:
    """The customers at `positions`, of `whole` customers looked at."""
    aum = numbers(result, "aum")[positions]
    known = ~np.isnan(aum)
    return Group(name, why, positions, len(positions) / whole,
                 float(aum[known].sum()) if known.any() else float("nan"),
                 _advice(result, positions))


def _advice(result: RunResult, positions: NDArray[np.intp]) -> str:
    """What most customers of a group need next, by the rules."""
    actions = Counter(result.results["next_action"].iloc[positions].dropna())
    if not actions:
        return ""
    key, count = max(actions.items(), key=lambda item: (item[1], item[0]))
    share = count / len(positions)
    return text("models.advice" if share >= MOST else "models.advice_mixed",
                theme=result.ruleset.actions.labels[key], share=f"{share:.0%}")


def customers_used(part: int, whole: int) -> str:
    """How many of `whole` customers a finding rests on."""
    return text("models.facts.all" if part == whole else "models.facts.of", part=part, whole=whole)
