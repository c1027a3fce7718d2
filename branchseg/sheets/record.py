"""The lower part of the task sheet, to be filled in by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from branchseg.messages import text
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
from branchseg.sheets.canvas import Canvas

if TYPE_CHECKING:
    from branchseg.sheets.marks import Mark

NOTE_ROW = 8.0
"""Distance of the ruled lines."""
_ROW, _NAME = 9.0, 22.0
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
    y = _choices(canvas, y, "result", "results")
    y = _blanks(canvas, y, ("contact_time", "contact_units"), ("next_contact", "next_units"))
    y = _choices(canvas, y, "need", "needs")
    y = _choices(canvas, y, "funds", "fund_bands")
    y = _blanks(canvas, y, ("product", ""), ("amount", ""))
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


def _choices(canvas: Canvas, y: float, label: str, options: str) -> float:
    """A row of boxes to tick, spread evenly; a label ending in "_" gets a line to write on."""
    _row_name(canvas, LEFT, y, label)
    labels = text(f"sheets.record.{options}").split("|")
    step = (SPAN - _NAME - 4) / len(labels)
    for place, option in enumerate(labels):
        x = LEFT + _NAME + 3 + place * step
        used = canvas.choice(x, y, _ROW, option.removesuffix("_"), 9.5, room=step)
        if option.endswith("_"):
            canvas.line(x + used + 1, y + 6.8, RIGHT - 2, y + 6.8, 0.2)
    canvas.line(LEFT, y + _ROW, RIGHT, y + _ROW, 0.2)
    return y + _ROW


def _blanks(canvas: Canvas, y: float, *pairs: tuple[str, str]) -> float:
    """Two labelled fields to be filled in; `pairs` are (label, units or "")."""
    for place, (label, units) in enumerate(pairs):
        x = LEFT + place * 114
        _row_name(canvas, x, y, label)
        if units:
            canvas.units(x + _NAME, y, _ROW, text(f"sheets.record.{units}"), 20)
        if place:
            for edge in (x, x + _NAME):
                canvas.line(edge, y, edge, y + _ROW, 0.2)
    canvas.line(LEFT, y + _ROW, RIGHT, y + _ROW, 0.2)
    return y + _ROW
