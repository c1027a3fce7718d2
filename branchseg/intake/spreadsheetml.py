"""Reading SpreadsheetML 2003, the XML that report systems name .xls. Runs in the child only.

Microsoft Office 2003 XML Reference Schemas: `ss:Index` places a row or a cell, `ss:MergeAcross`
and `ss:MergeDown` say how many more cells one covers, `ss:Type` how its text is meant.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped]

from branchseg.errors import InputError
from branchseg.intake.faults import Fault
from branchseg.intake.texts import decode
from branchseg.intake.workbooks import PEEK, Merge, ParsedFile, ParsedSheet, check_size

if TYPE_CHECKING:
    from branchseg.intake.formats import Format

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}Visible"
_DATE_1904 = "{urn:schemas-microsoft-com:office:excel}Date1904"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(slots=True, eq=False)
class _Sheet:
    """One worksheet while it is read: row number -> column number -> cell."""

    name: str
    rows: dict[int, dict[int, Any]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    next_row: int = 0
    hidden: bool = False


def read_spreadsheetml(data: bytes, _kind: Format, wanted: str | None) -> ParsedFile:
    """Read the visible worksheets, or the `wanted` one.

    Raises InputError where the XML is broken beyond repair or lacks the sheet.
    """
    sheets, date_1904 = _read(decode(data))
    names = [sheet.name for sheet in sheets]
    if wanted is not None and wanted not in names:
        raise InputError("intake.sheet_missing", sheet=wanted)
    shown = [sheet for sheet in sheets if not sheet.hidden] or sheets
    chosen = [sheet for sheet in sheets if sheet.name == wanted] if wanted else shown
    hidden = [] if wanted else [_head(sheet) for sheet in sheets if sheet not in shown]
    return ParsedFile(date_1904, names, map(_parsed, chosen + hidden),
                      [sheet.name for sheet in hidden])


def _read(text: str) -> tuple[list[_Sheet], bool]:
    """All worksheets, and whether dates count from 1904. No export declares entities."""
    if "<!DOCTYPE" in text:
        raise InputError("intake.damaged")
    sheets: list[_Sheet] = []
    date_1904 = False
    tags = (f"{_SS}Worksheet", f"{_SS}Row", _VISIBLE, _DATE_1904)
    events = etree.iterparse(
        io.BytesIO(_DECLARATION.sub("", text).encode("utf-8", "surrogatepass")),
        events=("start", "end"), tag=tags, encoding="utf-8",
        huge_tree=True, recover=True)
    try:
        for event, element in events:
            if event == "start":
                if element.tag == f"{_SS}Worksheet":
                    sheets.append(_Sheet(element.get(f"{_SS}Name") or f"表{len(sheets) + 1}"))
            elif element.tag == _DATE_1904:
                date_1904 = True
            elif element.tag == _VISIBLE and sheets:
                sheets[-1].hidden = (element.text or "").strip() in {"SheetHidden",
                                                                     "SheetVeryHidden"}
            elif element.tag == f"{_SS}Row" and sheets:
                _add_row(sheets[-1], element)
                element.clear()
    except etree.XMLSyntaxError as error:
        raise InputError("intake.damaged") from error
    return sheets, date_1904


def _add_row(sheet: _Sheet, element: etree._Element) -> None:
    """Keep the filled cells of one row, and where they stand."""
    number = _whole(element, "Index", sheet.next_row + 1) - 1
    sheet.next_row = number + 1 + _whole(element, "Span", 0)
    cells: dict[int, Any] = {}
    column = 0
    for cell in element.iterchildren(f"{_SS}Cell"):
        column = _whole(cell, "Index", column + 1) - 1
        wide, high = _whole(cell, "MergeAcross", 0), _whole(cell, "MergeDown", 0)
        if wide or high:
            sheet.merges.append((number, column, number + high, column + wide))
        data = cell.find(f"{_SS}Data")
        if data is not None:
            kind, text = data.get(f"{_SS}Type"), "".join(data.itertext())
            if kind == "Error":
                sheet.faults.append((number, column, text))
            cells[column] = _value(kind, text)
        column += wide + 1
    if cells:
        if element.get(f"{_SS}Hidden") == "1":
            sheet.hidden_rows.append(number)
        sheet.rows[number] = cells
        check_size(len(sheet.rows), len(cells))


def _whole(element: etree._Element, name: str, default: int) -> int:
    """A whole number from an attribute; a wrong one is as good as none."""
    text = element.get(f"{_SS}{name}") or ""
    return int(text) if text.isascii() and text.isdigit() else default


def _value(kind: str | None, text: str) -> Any:
    """What a cell holds; a text where its type is wrong."""
    try:
        if kind == "Number":
            digits = text.strip()
            return int(digits) if digits.isascii() and digits.isdigit() else float(digits)
        if kind == "DateTime":
            return datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return text.strip() == "1" if kind == "Boolean" else text


def _head(sheet: _Sheet) -> _Sheet:
    """The first rows of a hidden sheet."""
    rows = {row: sheet.rows[row] for row in sorted(sheet.rows)[:PEEK]}
    return _Sheet(sheet.name, rows, hidden=True)


def _parsed(sheet: _Sheet) -> ParsedSheet:
    """The filled rectangle."""
    if not sheet.rows:
        return ParsedSheet(sheet.name, 0, 0, iter(()))
    top, bottom = min(sheet.rows), max(sheet.rows)
    left = min(min(cells) for cells in sheet.rows.values())
    width = max(max(cells) for cells in sheet.rows.values()) - left + 1
    height = bottom - top + 1
    check_size(height, width)
    rows = ([cells.get(left + column, "") for column in range(width)]
            for cells in (sheet.rows.get(row, {}) for row in range(top, bottom + 1)))
    merges = [(a - top, b - left, c - top, d - left)
              for a, b, c, d in sheet.merges if a >= top and b >= left]
    faults = [(row - top, column - left, text) for row, column, text in sheet.faults]
    hidden = [row - top for row in sheet.hidden_rows]
    return ParsedSheet(sheet.name, height, width, rows, top + 1, left + 1, merges, faults, hidden)
