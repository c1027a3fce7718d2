"""The task sheet on paper: one A4 page, portrait, black and grey, in millimetres.

The upper part is read (who, how strong, what to do, what to say), the lower part is written on.
Texts take the lines they need up to a limit and are shortened beyond it; the ruled lines for the
customer's answer and the rows of the factors take what is left, so the page is always full and
never overflows.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.sheets.a4 import (
    BOTTOM,
    FAINT,
    FOOT,
    GAP,
    HEIGHT,
    LABEL,
    LEFT,
    PITCH,
    RIGHT,
    SHADE,
    SPAN,
    TITLE_ROW,
    TOP,
    WIDTH,
    heading,
)
from branchseg.sheets.canvas import BODY, SECTION, SMALL, TICK_BOX, Canvas
from branchseg.sheets.checklist import ChecklistFactor, checklist_pages
from branchseg.sheets.record import NOTE_ROW, RECORD_BOTTOM, RECORD_FIXED, record_marks
from branchseg.sheets.tasksheet import FactorRow, Holding, Portrait, TaskBlock, TaskSheet
from branchseg.sheets.typesetting import fit, measure, wrap

if TYPE_CHECKING:
    from branchseg.sheets.marks import Page

__all__ = ["ChecklistFactor", "checklist_pages", "task_pages"]

_QR_SIZE, _QR_QUIET = 22.0, 1.5
_FACTORS_WIDTH = 95.0
_BAR, _STEP = 42.0, 9.0  # where the level bars begin, and the length of one level
_DATA_INK, _OBSERVED_INK = 75, 35
_FACTOR_HEAD, _FACTOR_LEAST, _FACTOR_MOST = 4.2, 7.7, 10.0
_FACTORS_LEAST = TITLE_ROW + _FACTOR_HEAD + 7 * _FACTOR_LEAST
_FACT_ROW = 5.0
_FACT_LABEL, _OWNER = 12.0, 36.5
_TALK_WIDTH, _TALK_LABEL, _ASK_WIDTH = 124.0, 12.0, 54.0
_TALK_LINES = 10
_POINTS = 3
_ASK_SIZE, _ASK_PITCH, _HINT_PITCH = 9.5, 4.3, 4.2
_THEME_SIZE = 9.5


def task_pages(sheet: TaskSheet) -> tuple[Page, ...]:
    """The pages of one task sheet: always a single A4 page."""
    canvas = Canvas(WIDTH, HEIGHT)
    y = _header(canvas, sheet)
    y = _portrait(canvas, sheet.portrait, y)
    y = _holdings(canvas, sheet.holdings, y) + GAP
    strip = _Strip.of(sheet)
    talk = _Talk.of(sheet, _TALK_LINES - strip.extra)
    fixed = talk.height + strip.height + RECORD_FIXED + 2 * GAP + 1.2
    free = RECORD_BOTTOM - y - fixed - _FACTORS_LEAST
    notes = max(int(free / NOTE_ROW), 1)
    height = _FACTORS_LEAST + max(free - notes * NOTE_ROW, 0)
    _factors(canvas, sheet, y, height)
    _task(canvas, sheet.task, y, height)
    y += height + GAP
    talk.draw(canvas, y)
    y += talk.height + 1.2
    strip.draw(canvas, y)
    canvas.add(record_marks(notes))
    _footer(canvas, sheet)
    canvas.watermark(sheet.watermark, ((105, 92), (105, 172), (105, 252)), size=20, room=160,
                     black=6, angle=24)
    return (canvas.page(),)


def _header(canvas: Canvas, sheet: TaskSheet) -> float:
    room = SPAN - _QR_SIZE - 6
    title = f" · {text('sheets.title')}"
    branch, _ = fit(sheet.branch_name, room - measure(title, 16), 16)
    canvas.row(LEFT, TOP, room, 8, branch + title, 16, bold=True)
    canvas.row(LEFT, TOP + 8.4, room, 5, sheet.meta, SMALL, black=70)
    x = LEFT
    for place, badge in enumerate(sheet.badges):
        width = measure(badge, SMALL) + 4
        if x + width > LEFT + room:
            break
        first = place == 0
        canvas.box(x, TOP + 15.2, width, 5.4, line=0.25, fill=80 if first else 0,
                   black=80 if first else 100)
        canvas.row(x, TOP + 15.2, width, 5.4, badge, SMALL, bold=first, align="center",
                   black=0 if first else 100)
        x += width + 2
    canvas.qr(RIGHT - _QR_SIZE + _QR_QUIET, TOP, _QR_SIZE, sheet.qr)
    y = TOP + _QR_SIZE + 0.4
    canvas.line(LEFT, y, RIGHT, y, 0.5)
    return y + 1.8


def _portrait(canvas: Canvas, portrait: Portrait, y: float) -> float:
    """Three label and value pairs a row; a long value is set smaller before it is shortened."""
    row, label = 5.5, 15.5
    lefts = (LEFT, LEFT + 68, LEFT + 130, RIGHT)
    names = [field.name for field in fields(Portrait)]
    for place, name in enumerate(names):
        x, end = lefts[place % 3], lefts[place % 3 + 1]
        top = y + place // 3 * row
        canvas.box(x, top, label, row, line=0, fill=SHADE)
        canvas.row(x + 1.5, top, label - 2, row, text(f"sheets.portrait.{name}"), SMALL,
                   black=70)
        room, value = end - x - label - 2.5, getattr(portrait, name)
        size = next((size for size in (BODY, SMALL) if measure(value, size) <= room), 8.5)
        canvas.row(x + label + 1.8, top, room, row, value, size, bold=place == 0)
    rows = len(names) // 3
    for place in range(rows + 1):
        canvas.line(LEFT, y + place * row, RIGHT, y + place * row, 0.2, FAINT)
    return y + rows * row


def _holdings(canvas: Canvas, holdings: tuple[Holding, ...], y: float) -> float:
    """A strip of products: held (tick), not held (dash) or unknown (question mark)."""
    if not holdings:
        return y
    label, row = 18.0, 4.5
    cell = (SPAN - label) / len(holdings)
    canvas.box(LEFT, y, label, 2 * row, line=0, fill=SHADE)
    canvas.row(LEFT + 1.5, y, label - 2, row, text("sheets.section.holdings"), SMALL, black=70)
    canvas.row(LEFT + 1.5, y + row, label - 2, row, text("sheets.section.holdings_hint"), 8,
               black=LABEL)
    for place, holding in enumerate(holdings):
        x = LEFT + label + place * cell
        canvas.row(x, y, cell, row, holding.label, 8.5, align="center")
        if holding.held:
            canvas.tick(x + cell / 2, y + 1.45 * row)
        else:
            sign = "？" if holding.held is None else text("sheets.none")
            canvas.row(x, y + row, cell, row, sign, SMALL, align="center", black=LABEL)
    canvas.line(LEFT, y + 2 * row, RIGHT, y + 2 * row, 0.2, FAINT)
    return y + 2 * row


def _factors(canvas: Canvas, sheet: TaskSheet, y: float, height: float) -> None:
    """One row a factor: name, levels of data and observation as bars, and why below."""
    bottom = y + height
    y = heading(canvas, LEFT, y, "factors", 20)
    right = LEFT + _FACTORS_WIDTH
    canvas.row(LEFT + 16, y - TITLE_ROW, _FACTORS_WIDTH - 16, TITLE_ROW - 0.4,
               sheet.factor_summary, SMALL, align="right", bold=True)
    canvas.line(LEFT, y, right, y, 0.3)
    for x, fill, key in ((LEFT, _DATA_INK, "data"), (LEFT + 13, _OBSERVED_INK, "observed")):
        canvas.box(x, y + 1.3, 3, 1.7, line=0, fill=fill)
        canvas.row(x + 4, y, 9, _FACTOR_HEAD, text(f"sheets.section.factors_{key}"), 8,
                   black=LABEL)
    for level in range(4):
        canvas.row(LEFT + _BAR - 2 + _STEP * level, y, 4, _FACTOR_HEAD, str(level), 8,
                   align="center", black=LABEL)
    canvas.row(right - 25, y, 17, _FACTOR_HEAD, text("sheets.section.factors_levels"), 8,
               align="center", black=LABEL)
    canvas.row(right - 8, y, 8, _FACTOR_HEAD, text("sheets.section.factors_total"), 8,
               align="right", black=LABEL)
    y += _FACTOR_HEAD
    row = min((bottom - y) / max(len(sheet.factors), 1), _FACTOR_MOST)
    for factor in sheet.factors:
        _factor(canvas, factor, y, row)
        y += row
        canvas.line(LEFT, y, right, y, 0.15, FAINT)


def _factor(canvas: Canvas, factor: FactorRow, y: float, row: float) -> None:
    """One factor; the evidence is left out where many factors make the rows too low for it."""
    right, bar = LEFT + _FACTORS_WIDTH, LEFT + _BAR
    explained = row >= _FACTOR_LEAST
    y += (row - _FACTOR_LEAST) / 2 if explained else (row - 4.2) / 2
    canvas.row(LEFT, y, _BAR - 2, 4.2, factor.name, 9.5, bold=True)
    top = y + 0.5
    for level, height, offset, ink in ((factor.data_level, 1.7, 0.0, _DATA_INK),
                                       (factor.observed_level, 1.5, 1.7, _OBSERVED_INK)):
        if level:
            canvas.box(bar, top + offset, _STEP * level, height, line=0, fill=ink)
    canvas.box(bar, top, 3 * _STEP, 3.2, line=0.15, black=LABEL)
    for step in (1, 2):
        canvas.line(bar + step * _STEP, top, bar + step * _STEP, top + 3.2, 0.1, LABEL)
    levels = f"{_level(factor.data_level)} / {_level(factor.observed_level)}"
    canvas.row(right - 25, y, 17, 4.2, levels, SMALL, align="center", black=70)
    canvas.row(right - 8, y, 8, 4.2, _level(factor.level), 9.5, align="right", bold=True)
    if explained:
        canvas.row(LEFT, y + 4.05, _FACTORS_WIDTH, 3.5, factor.evidence, 8.5, black=75)


def _level(level: float | None) -> str:
    return text("sheets.none") if level is None else f"{level:.1f}".removesuffix(".0")


def _task(canvas: Canvas, task: TaskBlock, y: float, height: float) -> None:
    """What to do, in a frame beside the factors and as tall as they are."""
    left = LEFT + _FACTORS_WIDTH + 4
    bottom = y + height
    canvas.box(left, y, RIGHT - left, bottom - y, line=0.4)
    x, room = left + 3, RIGHT - left - 6
    heading = f"{text('sheets.section.task')}：{task.theme}"
    urgency = "" if task.priority is None \
        else text("sheets.task.priority", priority=f"{task.priority:.0f}")
    canvas.row(x, y + 1, room - 18, TITLE_ROW, heading, SECTION, bold=True)
    canvas.row(x + room - 17, y + 1, 17, TITLE_ROW, urgency, SMALL, align="right")
    y += TITLE_ROW + 1.4
    canvas.line(x, y, x + room, y, 0.2, FAINT)
    rows = [(key, wrap(value, room - _FACT_LABEL, BODY, 2))
            for key, value in (("window", task.window), ("channel", task.channel))]
    top = bottom - 1 - _FACT_ROW - sum(_fact_height(lines) for _, lines in rows)
    _reasons(canvas, task, x, y + 1, room, top)
    canvas.line(x, top, x + room, top, 0.2, FAINT)
    y = top + 0.4
    for key, lines in rows:
        canvas.row(x, y, _FACT_LABEL, _FACT_ROW, text(f"sheets.task.{key}"), SMALL, black=LABEL)
        for place, line in enumerate(lines):
            canvas.row(x + _FACT_LABEL, y + place * PITCH, room - _FACT_LABEL, _FACT_ROW, line)
        y += _fact_height(lines)
    for cell, width, label, key, value, size in (
            (x, _OWNER, 10.5, "owner", task.owner, BODY),
            (x + _OWNER, room - _OWNER, 8.0, "due", _days(task), SMALL)):
        canvas.row(cell, y, label, _FACT_ROW, text(f"sheets.task.{key}"), SMALL, black=LABEL)
        canvas.row(cell + label, y, width - label, _FACT_ROW, value, size)


def _fact_height(lines: list[str]) -> float:
    """The height of a fact of one line or two."""
    return _FACT_ROW + max(len(lines) - 1, 0) * PITCH


def _days(task: TaskBlock) -> str:
    """The day planned and the last day: "11-24 · 最迟 11-30"; a dash for a day nobody set."""
    planned, latest = (text("sheets.none") if day is None else f"{day:%m-%d}"
                       for day in (task.due, task.latest))
    return text("sheets.task.days", planned=planned, latest=latest)


def _reasons(canvas: Canvas, task: TaskBlock, x: float, y: float, room: float,
             bottom: float) -> None:
    """Purpose, what falls due, reason and further leads between `y` and `bottom`."""
    lines = int((bottom - y - 2.4) / PITCH) - bool(task.others)
    for key, content, limit in (("purpose", task.purpose, 3), ("maturity", task.maturity, 2),
                                ("why", task.why, lines)):
        if not content:
            continue
        top = y
        canvas.row(x, y, 12, PITCH, text(f"sheets.task.{key}"), SMALL, black=LABEL)
        y = canvas.paragraph(x + 12, y, room - 12, content, pitch=PITCH,
                             lines=min(limit, lines))
        lines -= round((y - top) / PITCH)
        y += 0.8
    if task.others:
        canvas.row(x, bottom - PITCH - 0.2, 12, PITCH, text("sheets.task.others"), SMALL,
                   black=LABEL)
        canvas.row(x + 12, bottom - PITCH - 0.2, room - 12, PITCH, task.others, SMALL)


def _ask_height(lines: list[str]) -> float:
    return len(lines) * _ASK_PITCH + 1.4


@dataclass(frozen=True, slots=True)
class _Talk:
    """Talking points on the left; questions to ask and what must not be said on the right."""

    parts: tuple[tuple[str, list[str]], ...]
    ask: list[list[str]]
    hints: list[str]

    @classmethod
    def of(cls, sheet: TaskSheet, lines: int) -> _Talk:
        """Break the texts of `sheet`; long ones take a second of `lines` while there are any."""
        talk = sheet.talk
        questions = tuple(f"{n}. {question}" for n, question in enumerate(talk.questions, 1))
        # one more point where there is room: what to do first stands before those of the action
        most = max(min(lines - len(questions) - 2, _POINTS + 1), _POINTS)
        parts = (("opening", (talk.opening,)), ("questions", questions),
                 ("points", talk.points[:most]), ("closing", (talk.closing,)))
        spare = lines - sum(1 for _, contents in parts for content in contents if content)
        broken = []
        for key, contents in parts:
            here: list[str] = []
            for content in contents:
                got = wrap(content, _TALK_WIDTH - _TALK_LABEL, BODY, 2 if spare > 0 else 1)
                spare -= len(got) > 1
                here += got
            if here:
                broken.append((key, here))
        hints = wrap(talk.compliance, _ASK_WIDTH, SMALL, 5)
        room = lines * PITCH - TITLE_ROW - len(hints) * _HINT_PITCH
        ask = []
        for question in sheet.ask:
            got = wrap(question, _ASK_WIDTH - 6, _ASK_SIZE, len(question))
            height = _ask_height(got)
            if got and height <= room:
                ask.append(got)
                room -= height
        return cls(tuple(broken), ask, hints)

    @property
    def height(self) -> float:
        """The height of the taller side, headings included."""
        left = sum(len(lines) * PITCH + 0.4 for _, lines in self.parts)
        right = len(self.hints) * _HINT_PITCH - 0.2
        if self.ask:
            right += TITLE_ROW + 1.4 + sum(map(_ask_height, self.ask))
        return TITLE_ROW + 0.8 + max(left, right)

    def draw(self, canvas: Canvas, y: float) -> None:
        """Draw both sides from top `y` on."""
        self._draw_ask(canvas, y)
        y = heading(canvas, LEFT, y, "talk", 40)
        canvas.line(LEFT, y, LEFT + _TALK_WIDTH, y, 0.3)
        y += 0.8
        for key, lines in self.parts:
            canvas.row(LEFT, y, _TALK_LABEL - 1, PITCH, text(f"sheets.talk.{key}"), SMALL,
                       black=LABEL)
            for line in lines:
                canvas.row(LEFT + _TALK_LABEL, y, _TALK_WIDTH - _TALK_LABEL, PITCH, line)
                y += PITCH
            y += 0.4

    def _draw_ask(self, canvas: Canvas, y: float) -> None:
        left = RIGHT - _ASK_WIDTH
        if self.ask:
            y = heading(canvas, left, y, "ask", _ASK_WIDTH)
            canvas.line(left, y, RIGHT, y, 0.3)
            y += 0.8
            for lines in self.ask:
                canvas.box(left, y + 0.4, TICK_BOX, TICK_BOX, line=0.3)
                for place, line in enumerate(lines):
                    canvas.row(left + 6, y + place * _ASK_PITCH, _ASK_WIDTH - 6, 4.8, line,
                               _ASK_SIZE)
                y += _ask_height(lines)
            y += 0.6
        y = heading(canvas, left, y, "compliance", _ASK_WIDTH)
        canvas.line(left, y, RIGHT, y, 0.3)
        for place, hint in enumerate(self.hints):
            canvas.row(left, y + 0.6 + place * _HINT_PITCH, _ASK_WIDTH, _HINT_PITCH, hint, SMALL)


@dataclass(frozen=True, slots=True)
class _Strip:
    """What the sheet is about and what it is not, in a shaded strip that nobody overlooks."""

    theme: list[str]
    suitability: list[str]

    @classmethod
    def of(cls, sheet: TaskSheet) -> _Strip:
        """Break theme and suitability; they go before the talking points."""
        return cls(wrap(sheet.theme_line, SPAN - 4, _THEME_SIZE, 2),
                   wrap(sheet.suitability, SPAN - 4, _THEME_SIZE, 2))

    @property
    def extra(self) -> int:
        """How many lines it needs beyond two."""
        return len(self.theme) + len(self.suitability) - 2

    @property
    def height(self) -> float:
        """The height of the strip."""
        return PITCH * (self.extra + 2) + 1

    def draw(self, canvas: Canvas, y: float) -> None:
        """Draw the strip from top `y` on."""
        canvas.box(LEFT, y, SPAN, self.height, line=0, fill=SHADE)
        for place, line in enumerate((*self.theme, *self.suitability)):
            canvas.row(LEFT + 2, y + 0.5 + place * PITCH, SPAN - 4, PITCH, line,
                       _THEME_SIZE, bold=place < len(self.theme))


def _footer(canvas: Canvas, sheet: TaskSheet) -> None:
    y = BOTTOM - FOOT
    canvas.line(LEFT, y, RIGHT, y, 0.2, LABEL)
    canvas.row(LEFT, y + 0.4, SPAN - 26, 4.2, sheet.footer, 8, black=70)
    canvas.row(RIGHT - 24, y + 0.4, 24, 4.2, sheet.page_label, 8, black=70, align="right")
