"""What the worker does for the segments page; nothing here touches a widget."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchseg import analytics, charts, pipeline
from branchseg.errors import BranchsegError
from branchseg.files import write_private
from branchseg.pipeline import overview

from ...row_model import arrays

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from branchseg.pipeline import RunResult


@dataclass(frozen=True, slots=True)
class Figures:
    """The main figures, the tables of segments and of RFM classes: one array per column.

    `method` says how RFM was scored.
    `behind` are the ids of those whom the newest list no longer tells of.

    All positions in them are those of `result`.
    """

    result: RunResult
    main: overview.Overview
    segments: Mapping[str, Any]
    classes: Mapping[str, Any]
    method: str
    behind: tuple[str, ...]


def figures(result: RunResult, *, with_invalid: bool) -> Figures:
    """All that is not a chart."""
    table = overview.segment_table(result, with_invalid=with_invalid)
    main = overview.overview(result, with_invalid=with_invalid)
    behind = result.table.ids_at(pipeline.left_behind(result))
    classes = overview.rfm_table(result, with_invalid=with_invalid)
    return Figures(result, main, arrays(table, table), arrays(classes, classes),
                   analytics.rfm_method(result.results), tuple(behind))


def chart(result: RunResult, key: str, *, with_invalid: bool, dark: bool) -> charts.Chart:
    """A new chart of the customers."""
    return overview.chart(result, key, with_invalid=with_invalid, dark=dark)


def png(drawn: charts.Chart, result: RunResult) -> bytes:
    """The chart as a picture file, with its title, data date and rules."""
    target = io.BytesIO()
    charts.save(drawn, target, as_of=result.table.as_of, ruleset_id=result.ruleset.id)
    return target.getvalue()


def save_png(drawn: charts.Chart, result: RunResult, path: Path) -> Path:
    """Write that picture. Raises BranchsegError where it cannot be written."""
    content = png(drawn, result)
    try:
        write_private(path, content)
    except OSError as error:
        raise BranchsegError("charts.cannot_write", file=path.name) from error
    return path
