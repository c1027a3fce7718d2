"""The blank lobby checklist on A5: one row a factor, one box per thing that can be observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.sheets.canvas import SMALL, TICK_BOX, Canvas
from branchseg.sheets.typesetting import fit as shorten
from branchseg.sheets.typesetting import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.sheets.marks import Page

_WIDTH, _HEIGHT = 148.0, 210.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 12.0, 136.0, 12.0, 198.0
_SPAN = _RIGHT - _LEFT
_ROW = 8.0
_NAME, _ITEM_GAP = 29.5, 3.0
_PAD = 2.0
_MAX_STRETCH = 6.0
_FOOT = 10.0


@dataclass(frozen=True, slots=True)
class _Fit:
    """How tightly items are set: height of a row in millimetres, and size in points."""

    row: float
    size: float


_FITS = (_Fit(6.4, SMALL), _Fit(5.8, SMALL), _Fit(5.2, SMALL), _Fit(4.8, 8.5))
"""From airy to the tightest that can still be ticked and read at arm's length."""


@dataclass(frozen=True, slots=True)
class ChecklistFactor:
    """One factor as observers see it: its name and the things to tick."""

    id: str
    name: str
    items: tuple[str, ...]


def checklist_pages(factors: Sequence[ChecklistFactor], branch_name: str) -> tuple[Page, ...]:
    """One blank A5 page, set as airy as it allows; more pages only if many factors need them.

    Each page has its own head to be filled in.
    """
    room = _BOTTOM - _FOOT - (_TOP + 9 + 3 * _ROW + 2)
    fit = next((fit for fit in _FITS if sum(_height(f, fit) for f in factors) <= room), _FITS[-1])
    branch_name = branch_name or text("sheets.line")
    batches: list[list[ChecklistFactor]] = [[]]
    left = room
    for factor in factors:
        height = _height(factor, fit)
        if height > left and batches[-1]:
            batches.append([])
            left = room
        batches[-1].append(factor)
        left -= height
    return tuple(_page(batch, branch_name, fit, (place, len(batches)))
                 for place, batch in enumerate(batches, 1))


def _page(factors: list[ChecklistFactor], branch_name: str, fit: _Fit,
          page_of: tuple[int, int]) -> Page:
    canvas = Canvas(_WIDTH, _HEIGHT)
    y = _head(canvas, branch_name) + 2
    canvas.line(_LEFT, y, _RIGHT, y, 0.4)
    spare = _BOTTOM - _FOOT - y - sum(_height(factor, fit) for factor in factors)
    stretch = min(spare / max(len(factors), 1), _MAX_STRETCH)
    for factor in factors:
        _factor(canvas, factor, y + stretch / 2, fit)
        y += _height(factor, fit) + stretch
        canvas.line(_LEFT, y, _RIGHT, y, 0.2, 50)
    _foot(canvas, branch_name, *page_of)
    return canvas.page()


def _head(canvas: Canvas, branch_name: str) -> float:
    """Title and the fields about observer, time, place and customer."""
    title = f" · {text('sheets.checklist.title')}"
    branch, _ = shorten(branch_name, _SPAN - measure(title, 14), 14)
    canvas.row(_LEFT, _TOP, _SPAN, 8, branch + title, 14, bold=True)
    y = _TOP + 9
    for keys in (("observer", "date", "time"), ("customer", "tail", "business")):
        _fields(canvas, y, keys)
        y += _ROW
    used = canvas.row(_LEFT, y, 20, _ROW, text("sheets.checklist.place"), 9.5) + 3
    places = text("sheets.checklist.places").split("|")
    widths = [TICK_BOX + 1.5 + measure(label, SMALL) for label in places]
    gap = (_SPAN - used - sum(widths)) / (len(places) - 1)
    x = _LEFT + used
    for label, width in zip(places, widths, strict=True):
        canvas.choice(x, y, _ROW, label, SMALL, room=width + 0.1)
        x += width + gap
    return y + _ROW


def _fields(canvas: Canvas, y: float, keys: tuple[str, ...]) -> None:
    width = _SPAN / len(keys)
    for place, key in enumerate(keys):
        x = _LEFT + place * width
        used = canvas.row(x, y, width, _ROW, text(f"sheets.checklist.{key}"), 9.5)
        line = y + _ROW - 1.6
        canvas.line(x + used + 1.5, line, x + width - 3, line, 0.2, 60)


def _rows(factor: ChecklistFactor, fit: _Fit) -> list[list[str]]:
    """The items, "not observed" first, broken into lines of the room beside the name."""
    room = _SPAN - _NAME
    rows: list[list[str]] = [[]]
    left = room
    for item in (text("sheets.checklist.not_observed"), *factor.items):
        width = _item_width(item, room, fit)
        if width > left and rows[-1]:
            rows.append([])
            left = room
        rows[-1].append(item)
        left -= width + _ITEM_GAP
    return rows


def _item_width(item: str, room: float, fit: _Fit) -> float:
    return min(TICK_BOX + 1.5 + measure(item, fit.size), room)


def _height(factor: ChecklistFactor, fit: _Fit) -> float:
    return max(len(_rows(factor, fit)) * fit.row + _PAD, 11.0)


def _factor(canvas: Canvas, factor: ChecklistFactor, y: float, fit: _Fit) -> None:
    canvas.paragraph(_LEFT, y + 1.4, _NAME - 2, factor.name, 9.5, pitch=4.6, lines=2, bold=True)
    room = _SPAN - _NAME
    for place, items in enumerate(_rows(factor, fit)):
        x = _LEFT + _NAME
        for item in items:
            width = _item_width(item, room, fit)
            canvas.choice(x, y + _PAD / 2 + place * fit.row, fit.row, item, fit.size,
                          room=min(width + 0.1, room))
            x += width + _ITEM_GAP


def _foot(canvas: Canvas, branch_name: str, place: int, pages: int) -> None:
    y = _BOTTOM - _FOOT + 1
    canvas.row(_LEFT, y, _SPAN, 4.4, text("sheets.checklist.hint"), 8)
    canvas.row(_LEFT, y + 4.4, _SPAN - 20, 4.4,
               text("sheets.checklist.footer", branch=branch_name), 8, black=70)
    canvas.row(_RIGHT - 20, y + 4.4, 20, 4.4,
               text("sheets.checklist.page", page=place, pages=pages), 8, black=70,
               align="right")
