"""What calamine hides: errors such as #REF!, formulas never calculated, rows Excel does not show.

calamine returns such cells as blanks; a cleaning report must not confuse them with empty ones.
Hidden rows are read, and their reader must know. xlsx parts are searched as text while they
inflate (by `xlsx`), .xls records are walked ([MS-XLS] 2.4.24 BoolErr, 2.4.127 Formula, 2.4.77
Date1904, 2.4.221 Row). xlsb keeps errors as blanks; ods keeps them as text; in both, and where a
second reader reads, nothing tells of hidden rows.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNCALCULATED = "未计算的公式"
Fault = tuple[int, int, str]

_FORMULA_TAG = rb"(?:<(?:\w+:)?f\b[^<>]*/>|<(?:\w+:)?f\b[^<>]*>[^<]*</(?:\w+:)?f>)"
_ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\b([^<>]*\bt="e"[^<>]*)>' + _FORMULA_TAG
    + rb"?(?:<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>)?")
_BARE_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*)>" + _FORMULA_TAG
    + rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_BIFF_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
                0x24: "#NUM!", 0x2A: "#N/A"}
_BOF, _BOUND_SHEET, _BOOL_ERR, _FORMULA, _DATE_1904, _ROW = (
    0x0809, 0x0085, 0x0205, 0x0006, 0x0022, 0x0208)
_HIDDEN = 0x20
"""The flag in byte 12 of a row record."""

_HIDDEN_ROW = re.compile(
    rb'<(?:\w+:)?row\b(?=[^<>]*\shidden="(?:1|true)")[^<>]*\sr="(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class Faults:
    """Fault cells (0-based row, column, text) and hidden rows per sheet name; the date system."""

    by_sheet: dict[str, list[Fault]]
    date_1904: bool = False
    hidden: dict[str, list[int]] = field(default_factory=dict)

    def of(self, sheet: str) -> list[Fault]:
        """The fault cells of one sheet."""
        return self.by_sheet.get(sheet, [])


def search(text: bytes) -> Iterator[Fault]:
    """The faults in one piece.

    A search for one letter comes first: it is nearly free, and a sheet of numbers has no letters.
    """
    at = text.find(b't="e"') if b"e" in text else -1
    while at >= 0:
        if match := _ERROR_CELL.match(text, text.rfind(b"<", 0, at)):
            yield from _fault(match[1], (match[2] or b"#N/A").decode("ascii", "replace"))
        at = text.find(b't="e"', at + 1)
    plain = b"</c>" in text  # else its elements have a prefix
    if b"f" in text and (b"<f" in text or (not plain and b":f" in text)):
        for match in _BARE_FORMULA.finditer(text):
            if b't="str"' not in match[1] and b't="e"' not in match[1]:
                yield from _fault(match[1], UNCALCULATED)


def hidden_rows(text: bytes) -> Iterator[int]:
    """The rows of one piece that Excel does not show, from 0."""
    if b"h" in text and b" hidden=" in text:
        for match in _HIDDEN_ROW.finditer(text):
            yield int(match[1]) - 1


def _fault(attributes: bytes, text: str) -> Iterator[Fault]:
    """The fault at the place a cell's attributes state."""
    if place := _PLACE.search(attributes):
        yield int(place[2]) - 1, column_number(place[1]), text


def column_number(letters: bytes) -> int:
    """A column's letters as a number from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def xls_faults(data: bytes) -> Faults:
    """All faults of an .xls; one too odd to be searched has none."""
    try:
        return _walk(data)
    except (OSError, ValueError, LookupError, StopIteration, struct.error):
        return Faults({})


def _walk(data: bytes) -> Faults:
    import olefile  # type: ignore[import-untyped]  # noqa: PLC0415 - only .xls files need it

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        name = next(n for n in ("Workbook", "Book", "WORKBOOK", "BOOK") if ole.exists(n))
        stream = ole.openstream(name).read()
    found: dict[str, list[Fault]] = {}
    hidden: dict[str, list[int]] = {}
    starts: dict[int, str] = {}
    date_1904, current = False, ""
    for at, kind, body in _records(stream):
        if kind == _BOUND_SHEET:
            starts[int.from_bytes(body[:4], "little")] = _sheet_name(body)
        elif kind == _BOF:
            current = starts.get(at, current)
        elif kind == _DATE_1904:
            date_1904 = body[:2] == b"\x01\x00"
        elif kind == _BOOL_ERR and body[7:8] == b"\x01":
            found.setdefault(current, []).append(_biff_fault(body, body[6]))
        elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6:7] == b"\x02":
            found.setdefault(current, []).append(_biff_fault(body, body[8]))
        elif kind == _ROW and int.from_bytes(body[12:13]) & _HIDDEN:
            hidden.setdefault(current, []).append(int.from_bytes(body[:2], "little"))
    return Faults(found, date_1904, hidden)


def _biff_fault(body: bytes, code: int) -> Fault:
    row, column = struct.unpack_from("<HH", body)
    return row, column, _BIFF_ERRORS.get(code, "#N/A")


def _sheet_name(body: bytes) -> str:
    """The name in a BoundSheet8 record: length, a flag for wide characters, the characters."""
    length, wide = body[6], body[7] & 1
    return (body[8 : 8 + 2 * length].decode("utf-16-le", "replace") if wide
            else body[8 : 8 + length].decode("latin-1"))


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The records that matter here as (offset, kind, body)."""
    wanted = {_BOF, _BOUND_SHEET, _BOOL_ERR, _FORMULA, _DATE_1904, _ROW}
    at, end = 0, len(stream) - 4
    unpack = struct.Struct("<HH").unpack_from
    while at <= end:
        kind, length = unpack(stream, at)
        if kind in wanted:
            yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
