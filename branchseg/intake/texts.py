"""Reading delimited text (csv, txt). Runs in the child only."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from branchseg.errors import InputError
from branchseg.intake.formats import MAX_TEXT_ROWS
from branchseg.intake.workbooks import Lines, ParsedFile, ParsedSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchseg.intake.formats import Format

_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 100
_SAMPLE_BYTES = 1 << 16
_CHUNK = 1 << 16


def read_text(data: bytes, _kind: Format, wanted: str | None) -> ParsedFile:
    """Read delimited text; every cell is text. Raises InputError where it is no table.

    What is wrong further down is raised while the rows are read.
    """
    if wanted:
        raise InputError("intake.sheet_missing", sheet=wanted)
    height = data.count(b"\n") + 1
    if height > MAX_TEXT_ROWS:
        raise InputError("intake.too_many_rows", rows=height, limit=MAX_TEXT_ROWS)
    encoding = find_encoding(data)
    delimiter = find_delimiter(data[:_SAMPLE_BYTES].decode(encoding, "ignore"))
    if b'"' in data or b"\0" in data:
        lines = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
        rows: Iterator[list[str]] | Lines = _rows(_readable(lines), delimiter, b'="' in data)
    else:
        rows = Lines(_readable(_lines(data, encoding)), delimiter)
    sheet = ParsedSheet("", height, 0, rows)
    return ParsedFile(date_1904=False, sheet_names=[], sheets=iter([sheet]))


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    """The lines of a text without their ends, which may be any of the three.

    A TextIOWrapper gives the same in twice the time, for its chunks are small.
    """
    view, begun = memoryview(data), [""]
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(),
                                           translate=True)
    for start in range(0, len(data), _CHUNK):
        text = decoder.decode(view[start : start + _CHUNK], final=start + _CHUNK >= len(data))
        first, *others = text.split("\n")
        begun.append(first)
        if others:
            yield "".join(begun)
            begun = [others.pop()]
            yield from others
    if last := "".join(begun):
        yield last


def _readable(lines: Iterable[str]) -> Iterator[str]:
    """The lines, decoded as they are asked for."""
    try:
        yield from lines
    except UnicodeDecodeError as error:
        raise InputError("intake.text_unreadable") from error


def _rows(lines: Iterator[str], delimiter: str, wrapped: bool) -> Iterator[list[str]]:  # noqa: FBT001
    """The cells of text with quotes; `wrapped` are some of the form ="0012"."""
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            yield list(map(_unwrap, row)) if wrapped else row
    except csv.Error as error:
        raise InputError("intake.damaged") from error


def find_encoding(data: bytes) -> str:
    """What the byte order mark says, else UTF-8 if all of it is, else GB18030.

    GB18030 is a superset of GBK and GB2312; cp936 and cp949 take each other's texts, so nothing
    is guessed beyond that.
    """
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                           (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def decode(data: bytes) -> str:
    """All of a text at once. Raises InputError where `find_encoding` was wrong."""
    try:
        return data.decode(find_encoding(data))
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
