"""The rule book on A4: all rules in sentences, to be read, signed and filed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.sheets.a4 import BOTTOM, FOOT, HEIGHT, LABEL, LEFT, PITCH, RIGHT, SPAN, TOP, WIDTH
from branchseg.sheets.canvas import BODY, SECTION, SMALL, Canvas
from branchseg.sheets.typesetting import wrap

if TYPE_CHECKING:
    from branchseg.sheets.marks import Page

_TITLE_ROW, _HEAD_ROW, _GAP = 9.0, 7.0, 1.2
_MOST_LINES = 40
Chapters = Sequence[tuple[str, Sequence[str]]]
"""(title, sentences) of every chapter."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the book; `kept` keeps it on the same page as the next one."""

    text: str
    height: float
    size: float
    bold: bool = False
    kept: bool = False


def rulebook_pages(title: str, ruleset_id: str, notice: str, chapters: Chapters
                   ) -> tuple[Page, ...]:
    """All sentences in order; `notice` stands below the title, the rules' id at every foot."""
    rows = [_Row(title, _TITLE_ROW, 15, bold=True, kept=True)]
    rows += [_Row(line, PITCH, SMALL) for line in wrap(notice, SPAN, SMALL, _MOST_LINES)]
    rows.append(_Row("", _GAP, BODY))
    for chapter, sentences in chapters:
        rows.append(_Row(chapter, _HEAD_ROW, SECTION, bold=True, kept=True))
        for sentence in sentences:
            rows += [_Row(line, PITCH, BODY) for line in wrap(sentence, SPAN, BODY, _MOST_LINES)]
            rows.append(_Row("", _GAP, BODY))
    pages = list(_fill(rows))
    return tuple(_page(page, ruleset_id, place, len(pages))
                 for place, page in enumerate(pages, 1))


def _fill(rows: list[_Row]) -> Iterator[list[_Row]]:
    """The rows page by page; a page neither begins with a gap nor ends with a heading."""
    room = BOTTOM - FOOT - 2 - TOP
    page: list[_Row] = []
    for place, row in enumerate(rows):
        needed = row.height + (rows[place + 1].height if row.kept else 0.0)
        if page and sum(each.height for each in page) + needed > room:
            yield page
            page = []
        if page or row.text:
            page.append(row)
    yield page


def _page(rows: list[_Row], ruleset_id: str, place: int, pages: int) -> Page:
    canvas = Canvas(WIDTH, HEIGHT)
    y = TOP
    for row in rows:
        canvas.row(LEFT, y, SPAN, row.height, row.text, row.size, bold=row.bold)
        y += row.height
    foot = BOTTOM - FOOT
    canvas.line(LEFT, foot, RIGHT, foot, 0.2, LABEL)
    canvas.row(LEFT, foot, SPAN - 30, FOOT, ruleset_id, 8, black=LABEL)
    canvas.row(RIGHT - 30, foot, 30, FOOT, text("sheets.rulebook.page", page=place, pages=pages),
               8, black=LABEL, align="right")
    return canvas.page()
