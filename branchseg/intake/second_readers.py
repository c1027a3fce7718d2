"""Slower readers for workbooks calamine cannot open. Runs in the child only.

openpyxl forgives an xlsx its missing relations, xlrd knows Excel 2 to 4. What they hang on, the
child's time cap ends.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import openpyxl
import xlrd  # type: ignore[import-untyped]
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from branchseg.errors import InputError
from branchseg.intake.formats import Format
from branchseg.intake.workbooks import ParsedFile, ParsedSheet, check_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from branchseg.intake.faults import Fault


def read_second(data: bytes, kind: Format, wanted: str | None) -> ParsedFile:
    """Read a workbook anew; `wanted` names the one sheet to read, else all visible ones.

    Raises InputError where it is damaged for these readers too, or lacks the sheet.
    """
    readers: dict[Format, Callable[[bytes, str | None], ParsedFile]] = {
        Format.XLSX: _with_openpyxl, Format.XLS: _with_xlrd, Format.OLD_XLS: _with_xlrd}
    if kind not in readers:
        raise InputError("intake.damaged")
    try:
        return readers[kind](data, wanted)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # whatever they raise, and it is a lot, says no more
        raise InputError("intake.damaged") from error


def _with_openpyxl(data: bytes, wanted: str | None) -> ParsedFile:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    names = book.sheetnames
    visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    chosen = _chosen(names, visible, wanted)

    def cells(name: str) -> Iterator[list[Any]]:
        book[name].reset_dimensions()
        for row in book[name].iter_rows():
            yield [_Fault(cell.value) if cell.data_type == "e" else cell.value for cell in row]

    return ParsedFile(book.epoch == CALENDAR_MAC_1904, names,
                      iter([_parsed(name, cells(name)) for name in chosen]),
                      [name for name in names if name not in visible])


def _with_xlrd(data: bytes, wanted: str | None) -> ParsedFile:
    with io.StringIO() as unread:
        book = xlrd.open_workbook(file_contents=data, logfile=unread)
    names = book.sheet_names()
    visible = [sheet.name for sheet in book.sheets() if not sheet.visibility]
    chosen = _chosen(names, visible, wanted)

    def value(cell: Any) -> Any:
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return _Fault(xlrd.error_text_from_code.get(cell.value, "#N/A"))
        if cell.ctype == xlrd.XL_CELL_DATE:
            with suppress(xlrd.XLDateError, OverflowError):
                return xlrd.xldate_as_datetime(cell.value, book.datemode)
        return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value

    def cells(name: str) -> Iterator[list[Any]]:
        return (list(map(value, row)) for row in book.sheet_by_name(name).get_rows())

    return ParsedFile(bool(book.datemode), names,
                      iter([_parsed(name, cells(name)) for name in chosen]),
                      [name for name in names if name not in visible])


class _Fault(str):
    """The text of an error cell."""

    __slots__ = ()


def _chosen(names: list[str], visible: list[str], wanted: str | None) -> list[str]:
    if wanted is None:
        return visible or names
    if wanted not in names:
        raise InputError("intake.sheet_missing", sheet=wanted)
    return [wanted]


def _parsed(name: str, cells: Iterator[list[Any]]) -> ParsedSheet:
    """The rows up to the last filled one, all equally long; "" for blanks and for faults."""
    rows: list[list[Any]] = []
    faults: list[Fault] = []
    height = width = 0
    for number, row in enumerate(cells):
        check_size(number + 1, 1)
        filled = [column for column, cell in enumerate(row) if cell not in {None, ""}]
        faults += [(number, column, str(row[column])) for column in filled
                   if isinstance(row[column], _Fault)]
        rows.append(["" if cell is None or isinstance(cell, _Fault) else cell for cell in row])
        if filled:
            height, width = number + 1, max(width, filled[-1] + 1)
    check_size(height, width)
    padded = (row[:width] + [""] * (width - len(row)) for row in rows[:height])
    return ParsedSheet(name, height, width, padded, faults=faults)
