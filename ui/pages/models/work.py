"""What the models page shows as arrays; nothing here touches a widget."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from ...row_model import from_lists

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.pipeline.models import Finding


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
