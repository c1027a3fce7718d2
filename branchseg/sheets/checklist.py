"""The blank lobby checklist on A5: one row a factor, one box per thing that can be observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.sheets.canvas import BODY, SMALL, TICK_BOX, Canvas
from branchseg.sheets.typesetting import fit, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.sheets.marks import Page

_WIDTH, _HEIGHT = 148.0, 210.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 12.0, 136.0, 12.0, 198.0
_SPAN = _RIGHT - _LEFT
_ROW, _ITEM_ROW = 9.0, 6.4
_NAME, _ITEM_GAP = 33.0, 4.0
_MAX_STRETCH = 6.0
_FOOT = 10.0


@dataclass(frozen=True, slots=True)
class ChecklistFactor:
    """One factor as observers see it: its name and the things to tick."""

    id: str
    name: str
    items: tuple[str, ...]


def checklist_pages(factors: Sequence[ChecklistFactor], branch_name: str) -> tuple[Page, ...]:
    """Blank A5 pages: as many as the factors need, each with its own head to be filled in."""
    room = _BOTTOM - _FOOT - (_TOP + 9 + 3 * _ROW + 3)
    batches: list[list[ChecklistFactor]] = [[]]
    left = room
    for factor in factors:
        height = _height(factor)
        if height > left and batches[-1]:
            batches.append([])
            left = room
        batches[-1].append(factor)
        left -= height
    return tuple(_page(batch, branch_name, place, len(batches))
                 for place, batch in enumerate(batches, 1))


def _page(factors: list[ChecklistFactor], branch_name: str, place: int, pages: int) -> Page:
    canvas = Canvas(_WIDTH, _HEIGHT)
    y = _head(canvas, branch_name) + 3
    canvas.line(_LEFT, y, _RIGHT, y, 0.4)
    spare = _BOTTOM - _FOOT - y - sum(map(_height, factors))
    stretch = min(spare / max(len(factors), 1), _MAX_STRETCH)
    for factor in factors:
        _factor(canvas, factor, y + stretch / 2)
        y += _height(factor) + stretch
        canvas.line(_LEFT, y, _RIGHT, y, 0.2, 50)
    _foot(canvas, branch_name, place, pages)
    return canvas.page()


def _head(canvas: Canvas, branch_name: str) -> float:
    """Title and the fields about observer, time, place and customer."""
    title = f" · {text('sheets.checklist.title')}"
    branch, _ = fit(branch_name, _SPAN - measure(title, 14), 14)
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
        canvas.line(x + used + 1.5, y + 7.2, x + width - 3, y + 7.2, 0.2, 60)


def _rows(factor: ChecklistFactor) -> list[list[str]]:
    """The items, "not observed" first, broken into lines of the room beside the name."""
    room = _SPAN - _NAME
    rows: list[list[str]] = [[]]
    left = room
    for item in (text("sheets.checklist.not_observed"), *factor.items):
        width = _item_width(item, room)
        if width > left and rows[-1]:
            rows.append([])
            left = room
        rows[-1].append(item)
        left -= width + _ITEM_GAP
    return rows


def _item_width(item: str, room: float) -> float:
    return min(TICK_BOX + 1.5 + measure(item, SMALL), room)


def _height(factor: ChecklistFactor) -> float:
    return max(len(_rows(factor)) * _ITEM_ROW + 2.4, 11.0)


def _factor(canvas: Canvas, factor: ChecklistFactor, y: float) -> None:
    canvas.paragraph(_LEFT, y + 1.6, _NAME - 3, factor.name, BODY, pitch=4.8, lines=2, bold=True)
    room = _SPAN - _NAME
    for place, items in enumerate(_rows(factor)):
        x = _LEFT + _NAME
        for item in items:
            width = _item_width(item, room)
            canvas.choice(x, y + 1.2 + place * _ITEM_ROW, _ITEM_ROW, item, SMALL, room=width + 0.1)
            x += width + _ITEM_GAP


def _foot(canvas: Canvas, branch_name: str, place: int, pages: int) -> None:
    y = _BOTTOM - _FOOT + 1
    canvas.row(_LEFT, y, _SPAN, 4.4, text("sheets.checklist.hint"), 8)
    canvas.row(_LEFT, y + 4.4, _SPAN - 20, 4.4,
               text("sheets.checklist.footer", branch=branch_name), 8, black=70)
    canvas.row(_RIGHT - 20, y + 4.4, 20, 4.4,
               text("sheets.checklist.page", page=place, pages=pages), 8, black=70,
               align="right")
