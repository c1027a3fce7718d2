"""Reading web pages that bank systems save as .xls (HTML, and MHTML with its parts).

Runs in the child only. libxml2 mends the markup as browsers do; a table within a table is taken
out of its cell and stands for itself.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]

from branchseg.errors import InputError
from branchseg.intake.formats import MAX_COLUMNS, MAX_ROWS, Format
from branchseg.intake.texts import decode
from branchseg.intake.workbooks import Merge, ParsedFile, ParsedSheet, check_size

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_SHEET_NAME = re.compile(r"<x:Name>([^<]*)</x:Name>", re.IGNORECASE)
_FRAMESET = re.compile(r"<frameset\b", re.IGNORECASE)
_NUMBER = re.compile(r"[-+(]?[¥￥$]?[\d,]*\.?\d+\)?")
_UNSHOWN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINE_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SHOWN_TEXT = etree.XPath("string()")


@dataclass(slots=True)
class _Table:
    """One table while it is read: its rows of texts, and the cells that span several places."""

    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    hanging: dict[int, int] = field(default_factory=dict)
    """Column -> how many more rows a cell from above takes there."""
    holds_tables: bool = False

    @property
    def width(self) -> int:
        """The columns of the widest row."""
        return max(map(len, self.rows), default=0)

    @property
    def filled(self) -> int:
        """How many rows show something."""
        return sum(1 for row in self.rows if any(row))


def read_web_page(data: bytes, kind: Format, wanted: str | None) -> ParsedFile:
    """Read all tables of a page; every cell is text, or the number Excel keeps beside it.

    Tables that follow each other with the same columns are one list (a page each, or the header
    apart), and so are narrower ones above it (titles). Raises InputError where there is none.
    """
    pages = _parts(data) if kind is Format.MHTML else [decode(data)]
    names = [name for page in pages for name in _SHEET_NAME.findall(page)]
    lists = [made for page in pages for made in _joined(_tables(page))]
    if not lists:
        away = any(map(_FRAMESET.search, pages))
        raise InputError("intake.page_without_table" if not away else "intake.page_elsewhere")
    if len(names) != len(lists):
        names = [f"表{number}" for number in range(1, len(lists) + 1)]
    if wanted is not None and wanted not in names:
        raise InputError("intake.sheet_missing", sheet=wanted)
    sheets = (_sheet(name, table) for name, table in zip(names, lists, strict=True)
              if wanted in {None, name})
    return ParsedFile(date_1904=False, sheet_names=names, sheets=sheets)


def _parts(data: bytes) -> list[str]:
    """The pages inside an MHTML file."""
    from email import message_from_bytes, policy  # noqa: PLC0415 - slow, rarely needed

    message = message_from_bytes(data.lstrip(), policy=policy.default)
    found = [part.get_payload(decode=True) for part in message.walk()
             if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    return [decode(page) for page in found if isinstance(page, bytes)]


def _tables(page: str) -> Iterator[_Table]:
    """The tables of a page that show anything, in the order of their ends.

    Blank rows stay, or the rows after them would get other numbers than Excel shows. A row with
    a table in it only arranges the page; so do the rows after it.
    """
    open_tables: list[_Table] = []
    page = _LINE_BREAK.sub("\n", _UNSHOWN.sub("", page))
    events = etree.iterparse(
        io.BytesIO(page.encode("utf-8", "surrogatepass")), events=("start", "end"),
        tag=("table", "tr"), html=True, encoding="utf-8", huge_tree=True, recover=True)
    try:
        for event, element in events:
            if element.tag == "table":
                if event == "start":
                    open_tables.append(_Table())
                    continue
                table = open_tables.pop()
                element.clear(keep_tail=True)
                if open_tables:
                    open_tables[-1].holds_tables = True
                if table.filled:
                    yield table
            elif event == "end" and open_tables and not open_tables[-1].holds_tables:
                _add_row(open_tables[-1], element)
                element.clear()
    except etree.XMLSyntaxError as error:
        raise InputError("intake.damaged") from error


def _add_row(table: _Table, element: etree._Element) -> None:
    """Put the cells of a `tr` where they stand, beside those that hang down from above."""
    row: list[str] = []
    top, hanging = len(table.rows), table.hanging
    table.hanging = {column: left - 1 for column, left in hanging.items() if left > 1}
    for cell in element.iterchildren("td", "th"):
        while len(row) in hanging:
            row.append("")
        column, wide, high = len(row), _span(cell, "colspan"), _span(cell, "rowspan")
        row += [_text(cell)] + [""] * (wide - 1)
        if len(row) > MAX_COLUMNS * 10:
            raise InputError("intake.too_many_columns", columns=len(row), limit=MAX_COLUMNS)
        if high > 1:
            table.hanging |= dict.fromkeys(range(column, column + wide), high - 1)
        if high > 1 or wide > 1:
            table.merges.append((top, column, top + high - 1, column + wide - 1))
    row += [""] * (max(hanging, default=-1) + 1 - len(row))
    if row:
        if _HIDDEN.search(element.get("style") or ""):
            table.hidden.append(top)
        table.rows.append(row)
        check_size(len(table.rows), 1)


def _span(cell: etree._Element, name: str) -> int:
    """How many columns or rows a cell takes."""
    text = (cell.get(name) or "").strip()
    return min(max(int(text), 1), MAX_ROWS) if text.isascii() and text.isdigit() else 1


def _text(cell: etree._Element) -> str:
    """What a cell shows; the number Excel noted beside it where that says more."""
    shown = _SPACE.sub(" ", str(_SHOWN_TEXT(cell))).strip()
    exact = cell.get("x:num")
    return exact if exact and _NUMBER.fullmatch(shown) and _is_number(exact) else shown


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _joined(tables: Iterator[_Table]) -> list[_Table]:
    """Tables put under each other as long as they can be one list."""
    found: list[_Table] = []
    for table in tables:
        above = found[-1] if found else None
        if above is not None and (above.width == table.width
                                  or (above.width < table.width and above.filled < 4)):
            shift = len(above.rows)
            above.merges += [(a + shift, b, c + shift, d) for a, b, c, d in table.merges]
            above.hidden += [row + shift for row in table.hidden]
            above.rows += table.rows
        elif above is not None and table.width < above.width and table.filled < 4:
            above.rows += table.rows  # a footnote, or the line that says which page this is
        else:
            found.append(table)
    return found


def _sheet(name: str, table: _Table) -> ParsedSheet:
    width = table.width
    check_size(len(table.rows), width)
    rows = (row + [""] * (width - len(row)) for row in table.rows)
    return ParsedSheet(name, len(table.rows), width, rows, merges=table.merges,
                       hidden=table.hidden)
