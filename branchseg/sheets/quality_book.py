"""The quality report as a workbook: the report in rows that can be filtered, and the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.issues import Severity
from branchseg.sheets.quality import example_words
from branchseg.sheets.workbook import Column, Format, TableSheet, write_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchseg.model.quality import QualityReport

_COLUMNS = (
    # message, width, format
    ("part", 10, Format.TEXT), ("kind", 12, Format.TEXT), ("item", 56, Format.TEXT),
    ("count", 10, Format.INTEGER), ("total", 10, Format.INTEGER), ("share", 10, Format.NUMBER),
    ("remark", 72, Format.TEXT),
)
_STEPS = (("number", 8, Format.INTEGER), ("stage", 14, Format.TEXT), ("done", 100, Format.TEXT))
_Row = tuple[object, ...]


def write_quality_book(path: Path, report: QualityReport) -> None:
    """Write a report as xlsx, masked; an existing file is replaced.

    Raises InputError (sheets.cannot_write) where the file cannot be written.
    """
    steps = [(number, step.stage, step.text) for number, step in enumerate(report.steps, 1)]
    write_tables(path, (
        TableSheet(_word("sheet"), _columns(_COLUMNS), _rows(report)),
        TableSheet(_word("steps"), _columns(_STEPS), steps),
    ))


def _columns(table: tuple[tuple[str, int, Format], ...]) -> list[Column]:
    return [Column(_word(key), width, format_) for key, width, format_ in table]


def _word(key: str) -> str:
    return text(f"sheets.quality.book.{key}")


def _rows(report: QualityReport) -> Iterator[_Row]:
    """Gaps, completeness, issues; a share in percent."""
    total = report.customers
    for gap in report.gaps:
        yield (_word("gaps"), "", gap.gap, gap.customers, total,
               _percent(gap.customers, total), gap.effect)
    for one in report.filled:
        yield (_word("filled"), "", one.label, one.customers, total,
               _percent(one.customers, total), _word("filled_from"))
    for key, count in report.planned._asdict().items():
        if count:
            yield (_word("planned"), "", _word(f"planned_{key}"), count, total,
                   _percent(count, total), "")
    for field in report.fields:
        yield (_word("fields"), field.group, field.label, field.known, field.total,
               _percent(field.known, field.total), "" if field.listed else _word("unlisted"))
    for finding in report.findings:
        note = finding.severity is Severity.NOTE
        yield (_word("notes" if note else "findings"),
               text(f"sheets.quality.severity_{finding.severity}"),
               text(f"issue.{finding.code}"), finding.count, None, None,
               "；".join(example_words(one, report.lists) for one in finding.examples))


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None
