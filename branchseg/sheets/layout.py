"""The task sheet on paper: one A4 page, portrait, black and grey, in millimetres.

The upper part is read (who, how strong, what to do, what to say), the lower part is written on.
Texts take the lines they need up to a limit and are shortened beyond it; the ruled lines for the
customer's answer take what is left, so the page is always full and never overflows.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.sheets.canvas import BODY, SECTION, SMALL, Canvas
from branchseg.sheets.checklist import ChecklistFactor, checklist_pages
from branchseg.sheets.tasksheet import FactorRow, Holding, Portrait, TaskSheet
from branchseg.sheets.typesetting import fit, measure, wrap

if TYPE_CHECKING:
    from branchseg.sheets.marks import Page

__all__ = ["ChecklistFactor", "checklist_pages", "task_pages"]

_WIDTH, _HEIGHT = 210.0, 297.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 196.0, 12.0, 285.0
_SPAN = _RIGHT - _LEFT
_GAP = 2.4  # between sections
_TITLE_ROW = 6.0
_PITCH = 4.7  # of running text at 10 pt
_LABEL = 55  # ink of labels, percent
_FAINT = 35  # ink of thin rules
_SHADE = 6  # fill of label cells

_QR_SIZE, _QR_QUIET = 22.0, 1.5
_FACTORS_WIDTH, _TALK_WIDTH = 95.0, 124.0
_FACTOR_HEAD, _FACTOR_ROW, _STEP = 4.2, 7.8, 9.0
_TALK_LINES = 10
_THEME_SIZE = 9.5
_RECORD_ROW, _NOTE_ROW = 9.0, 8.0
_RECORD_LABEL = 22.0
_FOOT = 4.6
_BAR = 42.0  # where the level bars begin, from the left margin
_DATA_INK, _OBSERVED_INK = 75, 35
_FACT_ROW, _ASK_ROW = 5.0, 5.6


def task_pages(sheet: TaskSheet) -> tuple[Page, ...]:
    """The pages of one task sheet: always a single A4 page."""
    canvas = Canvas(_WIDTH, _HEIGHT)
    y = _header(canvas, sheet)
    y = _portrait(canvas, sheet.portrait, y)
    y = _holdings(canvas, sheet.holdings, y) + _GAP
    y = max(_factors(canvas, sheet, y), _task(canvas, sheet, y)) + _GAP
    theme, suitability = _theme_lines(sheet)
    talk_lines = _TALK_LINES + 2 - len(theme) - len(suitability)
    y = max(_talk(canvas, sheet, y, talk_lines), _ask(canvas, sheet, y)) + 1.2
    y = _theme(canvas, theme, suitability, y) + _GAP
    _record(canvas, y)
    _footer(canvas, sheet)
    canvas.watermark(sheet.watermark, ((105, 92), (105, 172), (105, 252)), size=20, black=6,
                     angle=24)
    return (canvas.page(),)


def _heading(canvas: Canvas, x: float, y: float, key: str, room: float) -> float:
    """A section title; returns its bottom."""
    canvas.row(x, y, room, _TITLE_ROW - 0.8, text(f"sheets.section.{key}"), SECTION, bold=True)
    return y + _TITLE_ROW


def _header(canvas: Canvas, sheet: TaskSheet) -> float:
    room = _SPAN - _QR_SIZE - 6
    title = f" · {text('sheets.title')}"
    branch = fit(sheet.branch_name, room - measure(title, 16), 16)
    canvas.row(_LEFT, _TOP, room, 8, branch + title, 16, bold=True)
    canvas.row(_LEFT, _TOP + 8.4, room, 5, sheet.meta, SMALL, black=70)
    x = _LEFT
    for place, badge in enumerate(sheet.badges):
        width = measure(badge, SMALL) + 4
        if x + width > _LEFT + room:
            break
        first = place == 0
        canvas.box(x, _TOP + 15.2, width, 5.4, line=0.25, fill=80 if first else 0,
                   black=80 if first else 100)
        canvas.row(x, _TOP + 15.2, width, 5.4, badge, SMALL, bold=first, align="center",
                   black=0 if first else 100)
        x += width + 2
    canvas.qr(_RIGHT - _QR_SIZE + _QR_QUIET, _TOP, _QR_SIZE, sheet.qr)
    y = _TOP + _QR_SIZE + 0.4
    canvas.line(_LEFT, y, _RIGHT, y, 0.5)
    return y + 1.8


def _portrait(canvas: Canvas, portrait: Portrait, y: float) -> float:
    """Three label and value pairs a row."""
    row, label = 5.5, 18.0
    lefts = (_LEFT, _LEFT + 68, _LEFT + 130, _RIGHT)
    names = [field.name for field in fields(Portrait)]
    for place, name in enumerate(names):
        x, end = lefts[place % 3], lefts[place % 3 + 1]
        top = y + place // 3 * row
        canvas.box(x, top, label, row, line=0, fill=_SHADE)
        canvas.row(x + 1.5, top, label - 2, row, text(f"sheets.portrait.{name}"), SMALL,
                   black=70)
        canvas.row(x + label + 1.8, top, end - x - label - 2.5, row, getattr(portrait, name),
                   BODY, bold=place == 0)
    rows = len(names) // 3
    for place in range(rows + 1):
        canvas.line(_LEFT, y + place * row, _RIGHT, y + place * row, 0.2, _FAINT)
    return y + rows * row


def _holdings(canvas: Canvas, holdings: tuple[Holding, ...], y: float) -> float:
    """A strip of products: held (tick), not held (dash) or unknown (question mark)."""
    label, row = 18.0, 4.5
    cell = (_SPAN - label) / len(holdings)
    canvas.box(_LEFT, y, label, 2 * row, line=0, fill=_SHADE)
    canvas.row(_LEFT + 1.5, y, label - 2, row, text("sheets.section.holdings"), SMALL, black=70)
    canvas.row(_LEFT + 1.5, y + row, label - 2, row, text("sheets.section.holdings_hint"), 8,
               black=_LABEL)
    for place, holding in enumerate(holdings):
        x = _LEFT + label + place * cell
        canvas.row(x, y, cell, row, holding.label, 8.5, align="center")
        if holding.held:
            canvas.tick(x + cell / 2, y + 1.45 * row)
        else:
            sign = "？" if holding.held is None else text("sheets.none")
            canvas.row(x, y + row, cell, row, sign, SMALL, align="center", black=_LABEL)
    canvas.line(_LEFT, y + 2 * row, _RIGHT, y + 2 * row, 0.2, _FAINT)
    return y + 2 * row


def _factors(canvas: Canvas, sheet: TaskSheet, y: float) -> float:
    """One row a factor: name, levels of data and observation as bars, and why below."""
    y = _heading(canvas, _LEFT, y, "factors", 20)
    right = _LEFT + _FACTORS_WIDTH
    canvas.row(_LEFT + 16, y - _TITLE_ROW, _FACTORS_WIDTH - 16, _TITLE_ROW - 0.4,
               sheet.factor_summary, SMALL, align="right", bold=True)
    canvas.line(_LEFT, y, right, y, 0.3)
    for x, fill, key in ((_LEFT, _DATA_INK, "data"), (_LEFT + 13, _OBSERVED_INK, "observed")):
        canvas.box(x, y + 1.3, 3, 1.7, line=0, fill=fill)
        canvas.row(x + 4, y, 9, _FACTOR_HEAD, text(f"sheets.section.factors_{key}"), 8,
                   black=_LABEL)
    for level in range(4):
        canvas.row(_LEFT + _BAR - 2 + _STEP * level, y, 4, _FACTOR_HEAD, str(level), 8,
                   align="center", black=_LABEL)
    canvas.row(right - 25, y, 17, _FACTOR_HEAD, text("sheets.section.factors_levels"), 8,
               align="center", black=_LABEL)
    canvas.row(right - 8, y, 8, _FACTOR_HEAD, text("sheets.section.factors_total"), 8,
               align="right", black=_LABEL)
    y += _FACTOR_HEAD
    for factor in sheet.factors:
        _factor(canvas, factor, y)
        y += _FACTOR_ROW
        canvas.line(_LEFT, y, right, y, 0.15, _FAINT)
    return y


def _factor(canvas: Canvas, factor: FactorRow, y: float) -> None:
    right, bar = _LEFT + _FACTORS_WIDTH, _LEFT + _BAR
    canvas.row(_LEFT, y, _BAR - 2, 4.2, factor.name, 9.5, bold=True)
    top = y + 0.7
    for level, height, offset, ink in ((factor.data_level, 1.7, 0.0, _DATA_INK),
                                       (factor.observed_level, 1.5, 1.7, _OBSERVED_INK)):
        if level:
            canvas.box(bar, top + offset, _STEP * level, height, line=0, fill=ink)
    canvas.box(bar, top, 3 * _STEP, 3.2, line=0.15, black=_LABEL)
    for step in (1, 2):
        canvas.line(bar + step * _STEP, top, bar + step * _STEP, top + 3.2, 0.1, _LABEL)
    levels = f"{_level(factor.data_level)} / {_level(factor.observed_level)}"
    canvas.row(right - 25, y, 17, 4.2, levels, SMALL, align="center", black=70)
    canvas.row(right - 8, y, 8, 4.2, _level(factor.level), 9.5, align="right", bold=True)
    canvas.row(_LEFT, y + 4, _FACTORS_WIDTH, 3.5, factor.evidence, 8.5, black=75)


def _level(level: float | None) -> str:
    return text("sheets.none") if level is None else f"{level:.1f}".removesuffix(".0")


def _task(canvas: Canvas, sheet: TaskSheet, y: float) -> float:
    """What to do, in a frame beside the factors and as tall as they are."""
    task = sheet.task
    left = _LEFT + _FACTORS_WIDTH + 4
    bottom = y + _TITLE_ROW + _FACTOR_HEAD + _FACTOR_ROW * max(len(sheet.factors), 7)
    canvas.box(left, y, _RIGHT - left, bottom - y, line=0.4)
    x, room = left + 3, _RIGHT - left - 6
    heading = f"{text('sheets.section.task')}：{task.theme}"
    urgency = "" if task.priority is None \
        else text("sheets.task.priority", priority=f"{task.priority:.0f}")
    canvas.row(x, y + 1, room - 18, _TITLE_ROW, heading, SECTION, bold=True)
    canvas.row(x + room - 17, y + 1, 17, _TITLE_ROW, urgency, SMALL, align="right")
    y += _TITLE_ROW + 1.4
    canvas.line(x, y, x + room, y, 0.2, _FAINT)
    facts = (("window", task.window), ("channel", task.channel), ("owner", task.owner),
             ("due", task.due.isoformat() if task.due else text("sheets.none")))
    top = bottom - 1 - 3 * _FACT_ROW
    _reasons(canvas, sheet, x, y + 1, room, top)
    canvas.line(x, top, x + room, top, 0.2, _FAINT)
    for place, (key, value) in enumerate(facts):
        width = room if place < 2 else room / 2
        cell = x + room / 2 if place == 3 else x
        row = top + 0.4 + _FACT_ROW * min(place, 2)
        canvas.row(cell, row, 12, _FACT_ROW, text(f"sheets.task.{key}"), SMALL, black=_LABEL)
        canvas.row(cell + 12, row, width - 12, _FACT_ROW, value)
    return bottom


def _reasons(canvas: Canvas, sheet: TaskSheet, x: float, y: float, room: float,
             bottom: float) -> None:
    """Purpose, reason and further leads between `y` and `bottom`."""
    task = sheet.task
    lines = int((bottom - y - 1.6) / _PITCH) - bool(task.others)
    for key, content, limit in (("purpose", task.purpose, 2), ("why", task.why, lines)):
        top = y
        canvas.row(x, y, 12, _PITCH, text(f"sheets.task.{key}"), SMALL, black=_LABEL)
        y = canvas.paragraph(x + 12, y, room - 12, content, pitch=_PITCH,
                             lines=min(limit, lines))
        lines -= round((y - top) / _PITCH)
        y += 0.8
    if task.others:
        canvas.row(x, bottom - _PITCH - 0.2, 12, _PITCH, text("sheets.task.others"), SMALL,
                   black=_LABEL)
        canvas.row(x + 12, bottom - _PITCH - 0.2, room - 12, _PITCH, task.others, SMALL)


def _talk(canvas: Canvas, sheet: TaskSheet, y: float, lines: int) -> float:
    """Opening, questions, points and closing; long ones take two lines while there are any."""
    talk = sheet.talk
    y = _heading(canvas, _LEFT, y, "talk", 40)
    canvas.line(_LEFT, y, _LEFT + _TALK_WIDTH, y, 0.3)
    y += 0.8
    questions = tuple(f"{n}. {question}" for n, question in enumerate(talk.questions, 1))
    parts = (("opening", (talk.opening,)), ("questions", questions),
             ("points", talk.points[:3]), ("closing", (talk.closing,)))
    spare = lines - sum(1 for _, contents in parts for content in contents if content)
    for key, contents in parts:
        top = y
        for content in contents:
            start = y
            y = canvas.paragraph(_LEFT + 12, y, _TALK_WIDTH - 12, content, pitch=_PITCH,
                                 lines=2 if spare > 0 else 1)
            spare -= y - start > 1.5 * _PITCH
        if y > top:
            canvas.row(_LEFT, top, 11, _PITCH, text(f"sheets.talk.{key}"), SMALL, black=_LABEL)
            y += 0.4
    return y


def _ask(canvas: Canvas, sheet: TaskSheet, y: float) -> float:
    """What the data lacks, as boxes to tick once asked; below it what must not be said."""
    left = _LEFT + _TALK_WIDTH + 4
    room = _RIGHT - left
    y = _heading(canvas, left, y, "ask", room)
    canvas.line(left, y, _RIGHT, y, 0.3)
    y += 0.8
    hints = wrap(sheet.talk.compliance, room, SMALL, 5)
    for question in sheet.ask[:4 if len(hints) <= 3 else 3]:
        canvas.choice(left, y, _ASK_ROW, question, 9.5, room=room)
        y += _ASK_ROW
    y = _heading(canvas, left, y + 0.8, "compliance", room)
    canvas.line(left, y, _RIGHT, y, 0.3)
    return canvas.paragraph(left, y + 0.6, room, sheet.talk.compliance, SMALL, pitch=4.2,
                            lines=5)


def _theme_lines(sheet: TaskSheet) -> tuple[list[str], list[str]]:
    """Theme and suitability, broken into lines: they go before the talking points."""
    return (wrap(sheet.theme_line, _SPAN - 4, _THEME_SIZE, 2),
            wrap(sheet.suitability, _SPAN - 4, _THEME_SIZE, 2))


def _theme(canvas: Canvas, theme: list[str], suitability: list[str], y: float) -> float:
    """What the sheet is about and what it is not: in a shaded strip that nobody overlooks."""
    height = _PITCH * (len(theme) + len(suitability)) + 1
    canvas.box(_LEFT, y, _SPAN, height, line=0, fill=_SHADE)
    for place, line in enumerate((*theme, *suitability)):
        canvas.row(_LEFT + 2, y + 0.5 + place * _PITCH, _SPAN - 4, _PITCH, line, _THEME_SIZE,
                   bold=place < len(theme))
    return y + height


def _record(canvas: Canvas, y: float) -> None:
    """The part to be filled in by hand, down to the signatures at the bottom."""
    top = y = _heading(canvas, _LEFT, y, "record", 40)
    y = _choices(canvas, y, "result", "results")
    y = _blanks(canvas, y, ("contact_time", "contact_units"), ("next_contact", "next_units"))
    y = _choices(canvas, y, "need", "needs")
    y = _choices(canvas, y, "funds", "fund_bands")
    y = _blanks(canvas, y, ("product", ""), ("amount", ""))
    notes = int((_BOTTOM - _FOOT - _RECORD_ROW - y) / _NOTE_ROW)
    bottom = y + notes * _NOTE_ROW
    canvas.row(_LEFT + 1.5, y + 1.5, _RECORD_LABEL - 2, 5, text("sheets.record.feedback"), 9.5,
               bold=True)
    canvas.row(_LEFT + 1.5, y + 6.5, _RECORD_LABEL - 2, 4, text("sheets.record.feedback_hint"),
               8, black=_LABEL)
    for note in range(1, notes):
        line = y + note * _NOTE_ROW
        canvas.line(_LEFT + _RECORD_LABEL + 2, line, _RIGHT - 2, line, 0.15, _FAINT)
    canvas.box(_LEFT, top, _SPAN, bottom - top, line=0.3)
    canvas.line(_LEFT + _RECORD_LABEL, top, _LEFT + _RECORD_LABEL, bottom, 0.2)
    _signatures(canvas, _BOTTOM - _FOOT - _RECORD_ROW)


def _signatures(canvas: Canvas, y: float) -> None:
    third = _SPAN / 3
    for place, key in enumerate(("sign_owner", "sign_manager", "sign_date")):
        x = _LEFT + place * third
        used = canvas.row(x, y, third, _RECORD_ROW, text(f"sheets.record.{key}"), 9.5)
        end = x + third - (5 if place < 2 else 0)
        canvas.line(x + used + 1.5, y + 6.8, end, y + 6.8, 0.2)


def _record_label(canvas: Canvas, x: float, y: float, key: str) -> None:
    canvas.row(x + 1.2, y, _RECORD_LABEL - 1.2, _RECORD_ROW, text(f"sheets.record.{key}"), 9.5,
               bold=True)


def _choices(canvas: Canvas, y: float, label: str, options: str) -> float:
    """A row of boxes to tick, spread evenly; a label ending in "_" gets a line to write on."""
    _record_label(canvas, _LEFT, y, label)
    labels = text(f"sheets.record.{options}").split("|")
    step = (_SPAN - _RECORD_LABEL - 4) / len(labels)
    for place, option in enumerate(labels):
        x = _LEFT + _RECORD_LABEL + 3 + place * step
        used = canvas.choice(x, y, _RECORD_ROW, option.removesuffix("_"), 9.5, room=step)
        if option.endswith("_"):
            canvas.line(x + used + 1, y + 6.8, _RIGHT - 2, y + 6.8, 0.2)
    canvas.line(_LEFT, y + _RECORD_ROW, _RIGHT, y + _RECORD_ROW, 0.2)
    return y + _RECORD_ROW


def _blanks(canvas: Canvas, y: float, *pairs: tuple[str, str]) -> float:
    """Two labelled fields to be filled in; `pairs` are (label, units or "")."""
    for place, (label, units) in enumerate(pairs):
        x = _LEFT + place * 114
        _record_label(canvas, x, y, label)
        if units:
            canvas.units(x + _RECORD_LABEL, y, _RECORD_ROW, text(f"sheets.record.{units}"), 20)
        if place:
            for edge in (x, x + _RECORD_LABEL):
                canvas.line(edge, y, edge, y + _RECORD_ROW, 0.2)
    canvas.line(_LEFT, y + _RECORD_ROW, _RIGHT, y + _RECORD_ROW, 0.2)
    return y + _RECORD_ROW


def _footer(canvas: Canvas, sheet: TaskSheet) -> None:
    y = _BOTTOM - _FOOT
    canvas.line(_LEFT, y, _RIGHT, y, 0.2, _LABEL)
    canvas.row(_LEFT, y + 0.4, _SPAN - 26, 4.2, sheet.footer, 8, black=70)
    canvas.row(_RIGHT - 24, y + 0.4, 24, 4.2, sheet.page_label, 8, black=70, align="right")
