"""The quality report on paper: one A4 page, and the same as a workbook.

The gaps come first: they say what to ask for. Completeness takes the room its fields need, the
issues what is left; kinds that do not fit are counted in one line.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.fields import FIELDS
from branchseg.model.issues import ABOUT_ROWS, Severity
from branchseg.sheets.a4 import (
    BOTTOM,
    FAINT,
    FOOT,
    GAP,
    HEIGHT,
    LABEL,
    LEFT,
    RIGHT,
    SHADE,
    SPAN,
    TITLE_ROW,
    TOP,
    WIDTH,
)
from branchseg.sheets.canvas import SECTION, SMALL, Canvas
from branchseg.sheets.typesetting import fit, measure, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchseg.model.issues import Issue
    from branchseg.model.quality import FieldShare, Finding, QualityReport
    from branchseg.sheets.marks import Page
    from branchseg.sheets.tasksheet import PrintJob

_ROW, _FIELD_ROW, _FINDING_ROW, _LINE = 5.2, 4.4, 8.6, 4.2
_COLUMNS, _COLUMN_GAP = 3, 6.0
_COLUMN = (SPAN - (_COLUMNS - 1) * _COLUMN_GAP) / _COLUMNS
_FIELD_LABEL, _FIELD_SHARE = 26.0, 12.0
_BAR_INK = 45
_FIGURES = 12.0
_COUNT, _SHARE, _EFFECT = 22.0, 16.0, 68.0
_SEVERITY = 11.0
_NAMED = "："
"""Stands between the name of a list and its rows: "3；理财：4"."""


def quality_pages(report: QualityReport, job: PrintJob) -> tuple[Page, ...]:
    """The report of one import: always a single A4 page."""
    canvas = Canvas(WIDTH, HEIGHT)
    y = _head(canvas, report, job)
    y = _gaps(canvas, report, y) + GAP
    y = _fields(canvas, report.fields, y) + GAP
    _findings(canvas, report, y)
    canvas.line(LEFT, BOTTOM - FOOT, RIGHT, BOTTOM - FOOT, 0.2, LABEL)
    canvas.row(LEFT, BOTTOM - FOOT, SPAN, FOOT, _footer(report), 8, black=LABEL)
    return (canvas.page(),)


def example_words(issue: Issue, lists: Mapping[str, str]) -> str:
    """Where a finding is and what stands there, "第 58 行 手机号 155***0791".

    The name of the list comes first where there are several, and the rows do not tell it.
    """
    field = FIELDS[issue.field].label if issue.field in FIELDS else issue.field
    name = lists.get(issue.source, "")
    if issue.code in ABOUT_ROWS and issue.shown:
        name = "" if _NAMED in issue.shown else name
        return " ".join(filter(None, (name, text("sheets.quality.rows", rows=issue.shown), field)))
    code = "sheets.quality.example" if issue.row else "sheets.quality.example_column"
    told = text(code, row=issue.row, field=field, shown=issue.shown)
    return " ".join(f"{name} {told}".split())


def _footer(report: QualityReport) -> str:
    """File, data date and rules; a long list of files is shortened, the rest never."""
    rest = text("sheets.quality.footer", files="", as_of=report.as_of.isoformat(),
                ruleset=report.ruleset_id)
    return fit("、".join(report.files), SPAN - measure(rest, 8), 8)[0] + rest


def _head(canvas: Canvas, report: QualityReport, job: PrintJob) -> float:
    """Title, where the list comes from, and the figures."""
    title = f" · {text('sheets.quality.title')}"
    branch, _ = fit(job.branch_name or text("sheets.line"), SPAN - measure(title, 16), 16)
    canvas.row(LEFT, TOP, SPAN, 8, branch + title, 16, bold=True)
    y = TOP + 8.6
    for line in (text("sheets.quality.files", files="、".join(report.files)),
                 text("sheets.quality.meta", as_of=report.as_of.isoformat(),
                      printed=f"{job.printed_at:%Y-%m-%d %H:%M}",
                      operator=job.operator or text("sheets.line"))):
        canvas.row(LEFT, y, SPAN, _ROW, line, SMALL, black=70)
        y += _ROW
    y += 0.8
    figures = {"rows_read": report.rows_read, "rows_used": report.rows_used,
               "customers": report.customers,
               "issues": report.count(Severity.ERROR, Severity.WARNING),
               "errors": report.count(Severity.ERROR), "notes": report.count(Severity.NOTE)}
    width = SPAN / len(figures)
    canvas.box(LEFT, y, SPAN, _FIGURES, line=0, fill=SHADE)
    for place, (key, count) in enumerate(figures.items()):
        x = LEFT + place * width
        canvas.row(x, y + 0.8, width, 6.4, f"{count:,}", 14, bold=True, align="center")
        canvas.row(x, y + 7.0, width, 4, text(f"sheets.quality.{key}"), 8.5, align="center",
                   black=LABEL)
    return y + _FIGURES + GAP


def _section(canvas: Canvas, y: float, key: str) -> float:
    """A heading with a remark at its right, and the line below."""
    used = canvas.row(LEFT, y, SPAN, TITLE_ROW - 0.8, text(f"sheets.quality.{key}"), SECTION,
                      bold=True)
    canvas.row(LEFT + used + 4, y, SPAN - used - 4, TITLE_ROW - 0.8,
               text(f"sheets.quality.{key}_hint"), 8, black=LABEL, align="right")
    canvas.line(LEFT, y + TITLE_ROW, RIGHT, y + TITLE_ROW, 0.3)
    return y + TITLE_ROW


def _gaps(canvas: Canvas, report: QualityReport, y: float) -> float:
    """What lacks, for how many, and what follows."""
    y = _section(canvas, y, "gaps")
    if not report.gaps:
        canvas.row(LEFT, y, SPAN, _ROW, text("sheets.quality.no_gaps"), SMALL)
        y += _ROW
    effect, count = RIGHT - _EFFECT, RIGHT - _EFFECT - _SHARE - _COUNT - 6
    for gap in report.gaps:
        canvas.row(LEFT, y, count - LEFT, _ROW, gap.gap, SMALL)
        canvas.row(count, y, _COUNT, _ROW,
                   text("sheets.quality.gap_count", count=f"{gap.customers:,}"), SMALL, bold=True,
                   align="right")
        canvas.row(count + _COUNT, y, _SHARE, _ROW,
                   f"{gap.customers / max(report.customers, 1):.1%}", SMALL, align="right",
                   black=LABEL)
        canvas.row(effect, y, _EFFECT, _ROW, gap.effect, SMALL)
        y += _ROW
        canvas.line(LEFT, y, RIGHT, y, 0.15, FAINT)
    if report.filled:
        canvas.row(LEFT, y, SPAN, _ROW, _filled(report), 8, black=LABEL)
        y += _ROW
    if report.planned.customers:
        canvas.row(LEFT, y, SPAN, _ROW, planned_words(report), 8, black=LABEL)
        y += _ROW
    return y


def planned_words(report: QualityReport) -> str:
    """How many have a next action, and how many of them because of own segments."""
    customers, own = report.planned
    asked = text("sheets.quality.planned_own", count=f"{own:,}") if own else ""
    return text("sheets.quality.planned", count=f"{customers:,}", own=asked)


def _filled(report: QualityReport) -> str:
    """What older lists know that this one lacks, in one sentence."""
    parts = (text("sheets.quality.filled_one", count=f"{one.customers:,}", label=one.label)
             for one in report.filled)
    return text("sheets.quality.filled", parts="、".join(parts))


def _fields(canvas: Canvas, shares: tuple[FieldShare, ...], y: float) -> float:
    """A bar per field the list brings, by group in three columns; the others by name."""
    y = _section(canvas, y, "fields") + 1
    lines: list[FieldShare | str] = []
    for group, members in groupby((one for one in shares if one.listed), key=lambda f: f.group):
        lines += [group, *members]
    height = -(-len(lines) // _COLUMNS)
    columns: list[list[FieldShare | str]] = [[]]
    for place, line in enumerate(lines):
        last = len(columns[-1]) == height - 1 and isinstance(line, str)
        full = len(columns[-1]) >= height or (last and place + 1 < len(lines))
        if full and len(columns) < _COLUMNS:
            columns.append([])
        columns[-1].append(line)
    for place, column in enumerate(columns):
        for row, line in enumerate(column):
            x, top = LEFT + place * (_COLUMN + _COLUMN_GAP), y + row * _FIELD_ROW
            if isinstance(line, str):
                canvas.row(x, top, _COLUMN, _FIELD_ROW, line, 8.5, bold=True)
            else:
                _field(canvas, line, x, top)
    y += max(map(len, columns)) * _FIELD_ROW
    absent = [one.label for one in shares if not one.listed]
    if absent:
        remark = text("sheets.quality.unlisted", count=len(absent), labels="、".join(absent))
        for line in wrap(remark, SPAN, 8, 3):
            canvas.row(LEFT, y + 0.8, SPAN, _LINE, line, 8, black=LABEL)
            y += _LINE
    return y + 0.8


def _field(canvas: Canvas, share: FieldShare, x: float, y: float) -> None:
    canvas.row(x, y, _FIELD_LABEL, _FIELD_ROW, share.label, 8.5, black=80)
    bar, room = x + _FIELD_LABEL + 1, _COLUMN - _FIELD_LABEL - _FIELD_SHARE - 2
    canvas.box(bar, y + 1.2, room, 2.0, line=0, fill=12)
    if share.known:
        canvas.box(bar, y + 1.2, room * share.share, 2.0, line=0, fill=_BAR_INK)
    canvas.row(x + _COLUMN - _FIELD_SHARE, y, _FIELD_SHARE, _FIELD_ROW, percent(share.share), 8.5,
               align="right", bold=bool(share.unknown))


def percent(share: float) -> str:
    """A share without claiming all where one lacks: 99.96 % is "99.9%", not "100%"."""
    if share in {0.0, 1.0}:
        return f"{share:.0%}"
    return f"{min(max(share, 0.001), 0.999):.1%}"


def _findings(canvas: Canvas, report: QualityReport, y: float) -> None:
    """As many kinds as there is room for, and how many more there are."""
    findings = report.findings
    y = _section(canvas, y, "findings")
    if not findings:
        canvas.row(LEFT, y, SPAN, _ROW, text("sheets.quality.no_findings"), SMALL)
        return
    room = BOTTOM - FOOT - 1 - y
    fitting = max(int(room / _FINDING_ROW), 0)
    if fitting < len(findings):
        fitting = max(int((room - _ROW) / _FINDING_ROW), 0)
    for finding in findings[:fitting]:
        _finding(canvas, finding, report.lists, y)
        y += _FINDING_ROW
        canvas.line(LEFT, y, RIGHT, y, 0.15, FAINT)
    rest = findings[fitting:]
    if rest:
        canvas.row(LEFT, y, SPAN, _ROW, text(
            "sheets.quality.more", kinds=len(rest), count=f"{sum(r.count for r in rest):,}"),
            8.5, black=LABEL)


def _finding(canvas: Canvas, finding: Finding, lists: Mapping[str, str], y: float) -> None:
    """How grave, what, how often; examples below."""
    grave = finding.severity is Severity.ERROR
    canvas.row(LEFT, y + 0.4, _SEVERITY, _LINE,
               text(f"sheets.quality.severity_{finding.severity}"), 8.5, bold=grave,
               black=100 if grave else LABEL)
    sentence = text(f"issue.{finding.code}").partition("。")[0] + "。"
    canvas.row(LEFT + _SEVERITY, y + 0.4, SPAN - _SEVERITY - _COUNT, _LINE, sentence, SMALL)
    canvas.row(RIGHT - _COUNT, y + 0.4, _COUNT, _LINE,
               text("sheets.quality.finding_count", count=f"{finding.count:,}"), SMALL, bold=True,
               align="right")
    canvas.row(LEFT + _SEVERITY, y + 0.4 + _LINE, SPAN - _SEVERITY, 3.8,
               "；".join(example_words(one, lists) for one in finding.examples), 8, black=LABEL)
