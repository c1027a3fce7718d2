"""The lower part of the task sheet, to be filled in by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.outcomes import Result, outcomes
from branchseg.sheets.a4 import (
    BOTTOM,
    FAINT,
    FOOT,
    HEIGHT,
    LABEL,
    LEFT,
    RIGHT,
    SPAN,
    TITLE_ROW,
    WIDTH,
    heading,
)
from branchseg.sheets.canvas import SMALL, TICK_BOX, Canvas
from branchseg.sheets.typesetting import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.outcomes import Choice
    from branchseg.sheets.marks import Mark

_MOST_GAP, _AMOUNT = 9.0, 34.0
NOTE_ROW = 8.0
"""Distance of the ruled lines."""
_ROW, _NAME = 8.4, 22.0
RECORD_FIXED = TITLE_ROW + 5 * _ROW
"""Height of all that is above the ruled lines."""
RECORD_BOTTOM = BOTTOM - FOOT - _ROW
"""Where the table ends; signatures and footer follow."""


@cache
def record_marks(notes: int) -> tuple[Mark, ...]:
    """The part to be filled in by hand, with `notes` ruled lines, at the bottom of the page.

    It is the same on every sheet with as many lines, so it is set only once.
    """
    canvas = Canvas(WIDTH, HEIGHT)
    y = RECORD_BOTTOM - notes * NOTE_ROW - RECORD_FIXED
    top = y = heading(canvas, LEFT, y, "record", 40)
    table = outcomes()
    y = _choices(canvas, y, "result", table.results)
    y = _blanks(canvas, y, ("contact_time", "contact_units"), ("next_contact", "next_units"))
    y = _choices(canvas, y, "need", table.needs)
    y = _choices(canvas, y, "funds", table.fund_plans)
    _amount(canvas, y)
    y = _choices(canvas, y, "product", table.products, room=SPAN - _AMOUNT)
    canvas.row(LEFT + 1.2, y + 1.5, _NAME - 2, 5, text("sheets.record.feedback"), 9.5,
               bold=True)
    canvas.row(LEFT + 1.2, y + 6.5, _NAME - 2, 4, text("sheets.record.feedback_hint"),
               8, black=LABEL)
    for note in range(1, notes):
        line = y + note * NOTE_ROW
        canvas.line(LEFT + _NAME + 2, line, RIGHT - 2, line, 0.15, FAINT)
    canvas.box(LEFT, top, SPAN, RECORD_BOTTOM - top, line=0.3)
    canvas.line(LEFT + _NAME, top, LEFT + _NAME, RECORD_BOTTOM, 0.2)
    _signatures(canvas, RECORD_BOTTOM)
    return canvas.page().marks


def _signatures(canvas: Canvas, y: float) -> None:
    third = SPAN / 3
    for place, key in enumerate(("sign_owner", "sign_manager", "sign_date")):
        x = LEFT + place * third
        used = canvas.row(x, y, third, _ROW, text(f"sheets.record.{key}"), 9.5)
        end = x + third - (5 if place < 2 else 0)
        canvas.line(x + used + 1.5, y + 6.8, end, y + 6.8, 0.2)


def _row_name(canvas: Canvas, x: float, y: float, key: str) -> None:
    canvas.row(x + 1.2, y, _NAME - 1.2, _ROW, text(f"sheets.record.{key}"), 9.5,
               bold=True)


def _amount(canvas: Canvas, y: float) -> None:
    """The cell for the amount at the end of the row with the products."""
    x = RIGHT - _AMOUNT
    canvas.line(x, y, x, y + _ROW, 0.2)
    used = canvas.row(x + 1.5, y, 10, _ROW, text("sheets.record.amount"), 9.5, bold=True)
    unit = canvas.row(RIGHT - 9.5, y, 8, _ROW, text("sheets.record.amount_unit"), SMALL,
                      align="right")
    canvas.line(x + used + 2.5, y + _ROW - 2.2, RIGHT - unit - 2.5, y + _ROW - 2.2, 0.2)


def _choices(canvas: Canvas, y: float, label: str, options: Sequence[Choice | Result],
             room: float = SPAN) -> float:
    """A row of boxes to tick, each with the room its words need and the same gap behind it.

    Results carry the digit that is keyed in when the sheet is registered.
    """
    _row_name(canvas, LEFT, y, label)
    words = [f"{one.code} {one.label}" if isinstance(one, Result) else one.label
             for one in options]
    widths = [TICK_BOX + 1.5 + measure(word, SMALL) for word in words]
    gap = min((room - _NAME - 5 - sum(widths)) / (len(words) - 1), _MOST_GAP)
    x = LEFT + _NAME + 3
    for word, width in zip(words, widths, strict=True):
        canvas.choice(x, y, _ROW, word, SMALL, room=width + 0.1)
        x += width + gap
    canvas.line(LEFT, y + _ROW, RIGHT, y + _ROW, 0.2)
    return y + _ROW


def _blanks(canvas: Canvas, y: float, *pairs: tuple[str, str]) -> float:
    """Two labelled fields to be filled in; `pairs` are (label, units)."""
    for place, (label, units) in enumerate(pairs):
        x = LEFT + place * 114
        _row_name(canvas, x, y, label)
        canvas.units(x + _NAME, y, _ROW, text(f"sheets.record.{units}"), 20)
        if place:
            for edge in (x, x + _NAME):
                canvas.line(edge, y, edge, y + _ROW, 0.2)
    canvas.line(LEFT, y + _ROW, RIGHT, y + _ROW, 0.2)
    return y + _ROW
