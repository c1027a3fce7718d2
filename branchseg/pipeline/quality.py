"""The quality report of a run: completeness, issues by kind, and what the gaps cost."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from branchseg import rules
from branchseg.model.fields import IMPORTED
from branchseg.model.issues import SEVERITY, Issue, IssueCode, IssueLog, Severity
from branchseg.model.quality import CleaningStep, FieldShare, Finding, QualityReport
from branchseg.pipeline.story import Prepared

if TYPE_CHECKING:
    from branchseg.model.table import CustomerTable
    from branchseg.pipeline.story import RunResult
    from branchseg.store.records import Batch

EXAMPLES = 3
_GRAVEST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def quality_report(result: RunResult) -> QualityReport:
    """How good the data of a run are; `result` may be of lists just read or of a saved import."""
    table, prepared = result.table, result.prepared
    return QualityReport(
        files=tuple(dict.fromkeys(source.file_name for source in prepared.sources)),
        as_of=table.as_of, ruleset_id=result.ruleset.id,
        rows_read=prepared.rows_read, rows_used=prepared.rows_used, customers=len(table),
        fields=completeness(table),
        findings=findings(prepared.issues, EXAMPLES),
        gaps=rules.gap_costs(table.frame, result.results, result.ruleset, table.as_of,
                             today=result.today),
        steps=prepared.steps)


def saved(batch: Batch, table: CustomerTable, issues: IssueLog) -> Prepared:
    """A saved import as if just read: its customers and its issues, as the vault gives them."""
    steps = tuple(CleaningStep(**step) for step in batch.summary.get("steps", ()))
    return Prepared(table, issues, batch.sources, "given", batch.rows_read, batch.rows_used, {},
                    steps)


def completeness(table: CustomerTable) -> tuple[FieldShare, ...]:
    """For every field a list can bring: how many customers have it."""
    total = len(table)
    known = table.frame.notna().sum()
    return tuple(FieldShare(field.key, field.label, field.group, int(known.get(field.key, 0)),
                            total, field.key in table.frame) for field in IMPORTED)


def findings(log: IssueLog, examples: int) -> tuple[Finding, ...]:
    """Issues by kind, with at most so many examples: errors first, then what is most frequent."""
    places: dict[IssueCode, list[int]] = defaultdict(list)
    for place, code in enumerate(log.codes):
        places[code].append(place)
    found = [Finding(code, len(at), tuple(_issue(log, place) for place in at[:examples]))
             for code, at in places.items()]
    return tuple(sorted(found, key=lambda one: (_GRAVEST_FIRST.index(one.severity), -one.count)))


def _issue(log: IssueLog, place: int) -> Issue:
    code = log.codes[place]
    return Issue(code, SEVERITY[code], log.rows[place], log.fields[place], log.shown[place],
                 log.actions[place], log.sources[place])
