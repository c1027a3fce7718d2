"""Reading workbooks (xlsx, xlsm, xlsb, xls, ods) with calamine. Runs in the child only."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import python_calamine as calamine

from branchseg.errors import InputError
from branchseg.intake.faults import Faults, xls_faults
from branchseg.intake.formats import MAX_CELLS, MAX_ROWS, MAX_SHEET_ROWS, Format
from branchseg.intake.xlsx import ODDITIES, Area, Xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Merge = tuple[int, int, int, int]

PEEK = 100
"""So many rows of a hidden sheet tell whether it holds a list."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Delimited text without quotes, line by line."""

    lines: Iterator[str]
    delimiter: str


@dataclass(slots=True)
class ParsedSheet:
    """The filled rectangle of a sheet; "" is a blank cell, and so is a row that ends early.

    `height` and `width` may be guesses where they are known only after the last row.

    `first_row` and `first_column` are its 1-based place in the sheet. `merges` (top, left,
    bottom, right), `faults` (row, column, text) and `hidden` (rows) count from 0 at the
    rectangle's corner.
    """

    name: str
    height: int
    width: int
    rows: Iterator[Sequence[Any]] | Lines
    first_row: int = 1
    first_column: int = 1
    merges: list[Merge] = field(default_factory=list)
    faults: list[tuple[int, int, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)


@dataclass(slots=True)
class ParsedFile:
    """A file opened for reading; its sheets are parsed one at a time.

    `hidden` are those of the `sheets` that Excel does not show: they come last, and only as far
    as it takes to know whether they hold a list.
    """

    date_1904: bool
    sheet_names: list[str]
    sheets: Iterator[ParsedSheet]
    hidden: list[str] = field(default_factory=list)


def read_workbook(data: bytes, kind: Format, wanted: str | None) -> ParsedFile:
    """Open a workbook; `wanted` names the one sheet to read, else all visible work sheets.

    Raises InputError where it is protected, damaged, or lacks the sheet.
    """
    try:
        book, faults, merges = _open(data, kind)
    except calamine.PasswordError:
        raise InputError("intake.password_unsupported") from None
    except calamine.CalamineError as error:
        raise InputError("intake.damaged") from error
    names, hidden = _names_to_read(book, wanted)
    sheets = chain((_read_sheet(book, name, faults, merges.get(name, [])) for name in names),
                   (_peek(book, name) for name in hidden))
    return ParsedFile(faults.date_1904, list(book.sheet_names), sheets, hidden)


def _open(data: bytes, kind: Format) -> tuple[calamine.CalamineWorkbook, Faults,
                                              dict[str, list[Area]]]:
    """The workbook, and by sheet its faults and the merged cells calamine has not looked for."""
    if kind is Format.XLSX:
        with suppress(calamine.CalamineError, *ODDITIES):
            archive = Xlsx(data)
            found = archive.searched()
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(archive.prepared()))
            return book, *found
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book, xls_faults(data) if kind is Format.XLS else Faults({}), {}


def _names_to_read(book: calamine.CalamineWorkbook,
                   wanted: str | None) -> tuple[list[str], list[str]]:
    """The sheet asked for, or the visible work sheets and the hidden ones (all, if all are)."""
    if wanted is not None:
        if wanted not in book.sheet_names:
            raise InputError("intake.sheet_missing", sheet=wanted)
        return [wanted], []
    sheets = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = [s.name for s in sheets if s.visible == calamine.SheetVisibleEnum.Visible]
    others = [s.name for s in sheets if s.name not in visible]
    return (visible, others) if visible else (others, [])


def _read_sheet(book: calamine.CalamineWorkbook, name: str, faults: Faults,
                areas: list[Area]) -> ParsedSheet:
    """One sheet, without the blank area before its first cell."""
    try:
        sheet = book.get_sheet_by_name(name)
    except calamine.CalamineError as error:
        raise InputError("intake.damaged") from error
    if sheet.start is None:
        return ParsedSheet(name, 0, 0, iter(()))
    check_size(sheet.height, sheet.width)
    top, left = sheet.start
    rows = islice(sheet.iter_rows(), top, None)  # it starts at the sheet's first row
    areas = areas or sheet.merged_cell_ranges or []
    merges = [(a - top, b - left, c - top, d - left)
              for (a, b), (c, d) in areas if a >= top and b >= left]
    places = [(row - top, column - left, text) for row, column, text in faults.of(name)]
    hidden = [row - top for row in faults.hidden.get(name, [])]
    return ParsedSheet(name, sheet.height, sheet.width, rows, top + 1, left + 1, merges, places,
                       hidden)


def _peek(book: calamine.CalamineWorkbook, name: str) -> ParsedSheet:
    """The first rows of a hidden sheet; one that is damaged says nothing."""
    try:
        sheet = book.get_sheet_by_name(name)
    except calamine.CalamineError:
        return ParsedSheet(name, 0, 0, iter(()))
    if sheet.start is None:
        return ParsedSheet(name, 0, 0, iter(()))
    top, left = sheet.start
    return ParsedSheet(name, min(sheet.height, PEEK), sheet.width,
                       islice(sheet.iter_rows(), top, top + PEEK), top + 1, left + 1)


def check_size(rows: int, columns: int) -> None:
    """Refuse more than a branch's list can be. Raises InputError."""
    if rows > MAX_SHEET_ROWS:
        raise InputError("intake.too_many_rows", rows=rows, limit=MAX_ROWS)
    if rows * columns > MAX_CELLS:
        raise InputError("intake.too_wide", rows=rows, columns=columns)
