"""The quality report of a run: completeness, issues by kind, and what the gaps cost."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from branchseg import rules
from branchseg.model.fields import AUM_SOURCES, FIELDS, HOLDINGS, IMPORTED
from branchseg.model.issues import SEVERITY, Issue, IssueCode, IssueLog, Severity
from branchseg.model.quality import (
    CleaningStep,
    FieldShare,
    Filled,
    Finding,
    Planned,
    QualityReport,
)
from branchseg.pipeline.listnames import short_names
from branchseg.pipeline.story import Prepared

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchseg.model.raw import SourceRef
    from branchseg.model.table import CustomerTable
    from branchseg.pipeline.story import RunResult
    from branchseg.store.records import Batch

EXAMPLES = 3
_KEY_DATA = {
    FIELDS["last_txn"].label: ("last_txn",), "金融资产": (*AUM_SOURCES, *HOLDINGS, "deposit"),
    FIELDS["mobile"].label: ("mobile",), FIELDS["risk_level"].label: ("risk_level",),
}
"""What decides how a customer is sorted and reached, and the fields that bring it."""
_GRAVEST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def quality_report(result: RunResult, listed: CustomerTable | None = None) -> QualityReport:
    """How good the data of a run are; `result` may be of lists just read or of a saved import.

    `listed` is the list alone, where `result` judges its customers by older lists as well.
    """
    table, prepared = result.table if listed is None else listed, result.prepared
    return QualityReport(
        files=tuple(dict.fromkeys(source.file_name for source in prepared.sources)),
        as_of=table.as_of, ruleset_id=result.ruleset.id,
        rows_read=prepared.rows_read, rows_used=prepared.rows_used, customers=len(table),
        fields=completeness(table),
        findings=findings(prepared.issues, EXAMPLES),
        gaps=rules.gap_costs(result.table.frame, result.results, result.ruleset,
                             result.table.as_of, today=result.today),
        steps=prepared.steps, filled=_filled(table, result.table),
        lists=_lists(prepared.sources), planned=_planned(result))


def _planned(result: RunResult) -> Planned:
    """Who has something to be done next, and whom the rules alone would give none or another."""
    now = result.results["next_action"].fillna("")
    alone = now if result.alone is None else result.alone.fillna("")
    return Planned(int((now != "").sum()), int(((now != "") & (now != alone)).sum()))


def _lists(sources: Sequence[SourceRef]) -> dict[str, str]:
    """What findings of several lists call them."""
    names = dict(zip([source.label for source in sources], short_names(sources), strict=True))
    return names if len(names) > 1 else {}


def _filled(listed: CustomerTable, known: CustomerTable) -> tuple[Filled, ...]:
    """What the key data of customers owe to other lists."""
    if listed is known:
        return ()
    counts = ((label, _has(known, keys) - _has(listed, keys)) for label, keys in _KEY_DATA.items())
    return tuple(Filled(label, count) for label, count in counts if count > 0)


def _has(table: CustomerTable, keys: Iterable[str]) -> int:
    """How many customers have one of some fields."""
    return int(table.frame[[key for key in keys if key in table.frame]].notna().any(axis=1).sum())


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
