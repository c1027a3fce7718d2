"""The cleaning log: what was done from file to customers, stage by stage, in words with figures.

Nothing is recorded for it while cleaning: mapping, issues and layout tell all of it.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.issues import IssueCode, IssueLog
from branchseg.model.quality import CleaningStep
from branchseg.model.raw import FOREIGN, UNIT_WORDS, MatchKind, shown_header
from branchseg.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchseg.cleaning import Cleaned
    from branchseg.model.raw import ColumnMapping, ColumnMatch, RawTable

_NAMED = 5
"""So many lists or columns are named, the others only counted."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of cleaning: the codes it counts, and those its own sentences tell of."""

    key: str
    codes: tuple[IssueCode, ...]
    told: tuple[IssueCode, ...]


@cache
def stages() -> tuple[Stage, ...]:
    """All stages, in their order (resources/steps.toml)."""
    table = tomllib.loads((resources_dir() / "steps.toml").read_text(encoding="utf-8"))
    return tuple(Stage(row["id"], tuple(map(IssueCode, row["codes"])),
                       tuple(map(IssueCode, row.get("told", ())))) for row in table["stage"])


def cleaning_steps(lists: Sequence[tuple[RawTable, ColumnMapping]], log: IssueLog,
                   cleaned: Cleaned) -> tuple[CleaningStep, ...]:
    """What was done with `lists`, first things first; a stage with nothing to tell is left out."""
    mappings = list({mapping.fingerprint: mapping for _, mapping in lists}.values())
    customers = len(cleaned.table)
    own = {
        "read": [_lists([table for table, _ in lists])],
        "columns": list(_columns(mappings)),
        "units": list(_units(mapping for _, mapping in lists)),  # alike headers, other units
        "customers": [text("steps.united" if cleaned.rows_used > customers else "steps.one_each",
                           rows=f"{cleaned.rows_used:,}", customers=f"{customers:,}")],
    }
    counts = _counts(log)
    found = [(stage.key, [*own.get(stage.key, ()), *_phrases(stage, counts)])
             for stage in stages()]
    found.append(("date", [text("steps.as_of", as_of=cleaned.table.as_of.isoformat(),
                                how=text(f"steps.as_of_{cleaned.as_of_source}"))]))
    return tuple(CleaningStep(text(f"steps.stage.{key}"),
                              text("steps.and").join(phrases) + text("steps.end"))
                 for key, phrases in found if phrases)


def _counts(log: IssueLog) -> dict[IssueCode, int]:
    """How many findings per code; a whole column in another unit is told by `_units`."""
    counts = log.counts()
    whole = sum(code is IssueCode.UNIT_CONVERTED and not row
                for code, row in zip(log.codes, log.rows, strict=True))
    counts[IssueCode.UNIT_CONVERTED] = counts.get(IssueCode.UNIT_CONVERTED, 0) - whole
    return counts


def _phrases(stage: Stage, counts: dict[IssueCode, int]) -> Iterable[str]:
    return (text(f"steps.code.{code}", count=f"{counts[code]:,}")
            for code in stage.codes if counts.get(code))


def _lists(lists: Sequence[RawTable]) -> str:
    """Where the header is in each list, and how many rows there are."""
    said = [text("steps.list", list=one.source.label, header=one.source.header_row,
                 rows=f"{len(one.rows):,}") for one in lists]
    if len(lists) == 1:
        return said[0]
    more = text("steps.more_lists") if len(said) > _NAMED else ""
    return text("steps.lists", count=len(lists), lists="；".join(said[:_NAMED]) + more,
                rows=f"{sum(len(one.rows) for one in lists):,}")


def _columns(mappings: Sequence[ColumnMapping]) -> Iterable[str]:
    """How many columns are used, and which are not."""
    columns = [match for mapping in mappings for match in mapping.columns]
    yield text("steps.used", count=sum(len(mapping.used) for mapping in mappings))
    kinds = {
        "unused": [one for one in columns if one.unused and not one.doubtful],
        "doubtful": [one for one in columns if one.doubtful],
        "refused": [one for one in columns if one.kind is MatchKind.REFUSED],
    }
    for key, found in kinds.items():
        if found:
            yield text("steps.names", phrase=text(f"steps.{key}", count=len(found)),
                       names=_names(found))


def _names(columns: Sequence[ColumnMatch]) -> str:
    more = text("steps.more_lists") if len(columns) > _NAMED else ""
    return "、".join(shown_header(one.header) for one in columns[:_NAMED]) + more


def _units(mappings: Iterable[ColumnMapping]) -> Iterable[str]:
    """Which amounts were in another unit than 元."""
    fields: dict[float, dict[str, None]] = defaultdict(dict)
    for mapping in mappings:
        for key, match in mapping.used.items():
            if FIELDS[key].kind is Kind.AMOUNT and match.unit not in {1.0, FOREIGN}:
                fields[match.unit][FIELDS[key].label] = None
    for unit, labels in sorted(fields.items()):
        yield text("steps.unit", fields="、".join(labels),
                   unit=UNIT_WORDS.get(unit, f"×{unit:g}"))
