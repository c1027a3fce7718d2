"""What the models page shows as arrays; nothing here touches a widget."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from ...row_model import arrays, from_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchseg.pipeline import RunResult
    from branchseg.pipeline.models import Finding, Ranking

KEPT = ("True", "False")
"""What is kept and what is dropped, as the chips of a column have it."""


def rows(finding: Finding) -> tuple[Mapping[str, Any], Sequence[Any], Sequence[str]]:
    """The groups for a GroupTable: cells, customers, what to tell of each."""
    groups = finding.groups
    cells = from_lists({
        "group": [group.name for group in groups],
        "customers": [float(len(group.positions)) for group in groups],
        "share": [100 * group.share for group in groups],
        "aum": [None if isnan(group.aum) else group.aum for group in groups],
        "advice": [group.advice for group in groups],
        "why": [group.why for group in groups],
    })
    return cells, [group.positions for group in groups], [group.why for group in groups]


def told(result: RunResult, finding: Finding,
         positions: Sequence[int]) -> tuple[Sequence[str], Callable[[str], str] | None]:
    """The ids of customers, and what the model says of each; None if it says nothing."""
    ids, reason = result.table.ids_at(positions), finding.reason
    if reason is None:
        return ids, None
    places = dict(zip(ids, positions, strict=True))
    return ids, lambda one: reason(places[one]) if one in places else ""


def ranked(result: RunResult, ranking: Ranking) -> Mapping[str, Any]:
    """Everybody ranked, as arrays: who, the score, the chance in percent, how it came about."""
    positions = ranking.positions
    cells = arrays(result.table.frame.iloc[positions], ("customer_id", "name"))
    reasons = [ranking.reason(int(position)) for position in positions]
    return {**cells, "score": ranking.scores, "chance": 100 * ranking.chances,
            **from_lists({"reason": reasons, "kept": [""] * len(positions)})}
