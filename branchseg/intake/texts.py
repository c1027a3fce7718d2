"""Reading delimited text (csv, txt). Runs in the child only."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from branchseg.errors import InputError
from branchseg.intake.workbooks import ParsedFile, ParsedSheet, check_size

if TYPE_CHECKING:
    from branchseg.intake.formats import Format

_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 100


def read_text(data: bytes, _kind: Format, wanted: str | None) -> ParsedFile:
    """Read delimited text; every cell is text. Raises InputError where it is no table."""
    if wanted:
        raise InputError("intake.sheet_missing", sheet=wanted)
    text = decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise InputError("intake.damaged") from error
    width = max(map(len, rows), default=0)
    check_size(len(rows), width)
    if '="' in text:
        rows = [list(map(_unwrap, row)) for row in rows]
    padded = (row + [""] * (width - len(row)) for row in rows)
    sheet = ParsedSheet("", len(rows), width, padded)
    return ParsedFile(date_1904=False, sheet_names=[], sheets=iter([sheet]))


def decode(data: bytes) -> str:
    """Text by its byte order mark, else strict UTF-8, else GB18030 (a superset of GBK, GB2312).

    Raises InputError where none of them fits.
    """
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                           (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _decode(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(data, "gb18030")


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError("intake.text_unreadable") from error


def find_delimiter(text: str) -> str:
    """The delimiter that cuts most of the first lines into the same number of cells."""

    def fit(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(islice(io.StringIO(text, newline=""), _SAMPLE_LINES),
                            delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in reader if len(row) > 1)
        except csv.Error:
            return 0, 0
        width, lines = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return lines, width

    return max(_DELIMITERS, key=fit)


def _unwrap(cell: str) -> str:
    """The text in ="000123", which export programs write to keep zeros in Excel."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell
