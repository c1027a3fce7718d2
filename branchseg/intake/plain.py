"""`read_plain`: any table as it stands, for models: no cleaning, no meaning of columns.

Text (also gzipped) is read here, since nothing in it can harm; all else by the parsing child.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from branchseg.errors import InputError
from branchseg.intake.formats import MAX_TEXT_BYTES, MAX_TEXT_ROWS, Format, sniff
from branchseg.intake.grid import as_text
from branchseg.intake.process import parse
from branchseg.intake.texts import find_delimiter, find_encoding
from branchseg.progress import Reporter

if TYPE_CHECKING:
    from collections.abc import Collection

    from branchseg.intake.grid import ReadFile
    from branchseg.model.raw import Cell

_GZIP = b"\x1f\x8b"
_HEADER_ROWS = 30
_SAMPLE = 1 << 16


def read_plain(path: Path, wanted: Collection[str], *, separator: str | None = None,
               reporter: Reporter | None = None) -> dict[str, list[Cell]]:
    """The columns of a table by their header, in the order of the file.

    Args:
        path: csv or other delimited text, the same gzipped, or a workbook (its first sheet that
            has the columns; hidden sheets are read only where all are).
        wanted: columns that must be there; of the first rows, the header is the one that has
            most of them.
        separator: what separates the cells of a text; by default it is found.
        reporter: shows progress; cancelling stops the reading.

    Returns:
        Equally long lists; blank is None, cells of a text are texts. Where a name stands twice
        in the header, the first column has it. Rows without any cell are left out.

    Raises:
        InputError: nobody can use the file.
        Cancelled: the user asked to stop.
    """
    data = _load(path)
    if data.startswith(_GZIP):
        data = _unzip(data)
    elif sniff(data) is not Format.TEXT:
        return _table(_sheet_rows(parse(path, None, None, reporter or Reporter()), wanted), wanted)
    return _table(_text_rows(data, separator), wanted)


def _load(path: Path) -> bytes:
    """The bytes of a file. Raises InputError."""
    if not path.is_file():
        raise InputError("intake.not_found", name=path.name)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise InputError("intake.cannot_open") from error
    return _limited(data)


def _unzip(data: bytes) -> bytes:
    """What is in a gzip file, if it is text. Raises InputError."""
    try:
        with gzip.open(io.BytesIO(data)) as file:
            found = _limited(file.read(MAX_TEXT_BYTES + 1))
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("intake.damaged") from error
    if sniff(found) is not Format.TEXT:
        raise InputError("intake.not_spreadsheet")
    return found


def _limited(data: bytes) -> bytes:
    if len(data) > MAX_TEXT_BYTES:
        raise InputError("intake.file_too_big", limit=MAX_TEXT_BYTES >> 20)
    return data


def _sheet_rows(parsed: ReadFile, wanted: Collection[str]) -> list[list[Cell]]:
    """The rows of the sheet in sight that has most of the wanted columns.

    Raises InputError where only a hidden sheet has all of them: no more than its first rows were
    read, and whoever hid it may not know that it would be counted.
    """
    tables = {grid.name: [grid.row(place) for place in range(grid.height)]
              for grid in parsed.grids}
    columns = {name: _best(rows, wanted)[0] for name, rows in tables.items()}
    shown = [name for name in tables if name not in parsed.hidden]
    best = max(shown, key=columns.__getitem__, default=None)
    whole = len(set(wanted))
    if best is None or columns[best] < whole:
        for name in sorted(parsed.hidden.intersection(tables)):
            if whole and columns[name] == whole:
                raise InputError("intake.sheet_hidden", sheet=name)
    if best is None:
        raise InputError("intake.no_data")
    return tables[best]


def _text_rows(data: bytes, separator: str | None) -> list[list[Cell]]:
    """The cells of a text. Latin letters of the West, no Chinese text, are a last resort."""
    try:
        content = data.decode(find_encoding(data))
    except UnicodeDecodeError:
        content = data.decode("latin-1")
    delimiter = separator or find_delimiter(content[:_SAMPLE])
    if content.count("\n") > MAX_TEXT_ROWS:
        raise InputError("intake.too_many_rows", rows=content.count("\n"), limit=MAX_TEXT_ROWS)
    lines = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter,
                       skipinitialspace=delimiter == " ")
    try:
        return [[cell.strip() or None for cell in line] for line in lines]
    except csv.Error as error:
        raise InputError("intake.damaged") from error


def _best(rows: list[list[Cell]], wanted: Collection[str]) -> tuple[int, int]:
    """How many of the wanted columns the likeliest header has, and its row (as -row)."""
    return max(((len({as_text(cell) for cell in row} & set(wanted)), -place)
                for place, row in enumerate(rows[:_HEADER_ROWS]) if any(row)), default=(0, 0))


def _table(rows: list[list[Cell]], wanted: Collection[str]) -> dict[str, list[Cell]]:
    """The columns under the header. Raises InputError where there is no row."""
    top = -_best(rows, wanted)[1]
    header, body = rows[top : top + 1], [row for row in rows[top + 1 :] if any(
        cell is not None for cell in row)]
    if not header or not body:
        raise InputError("intake.no_rows")
    found: dict[str, list[Cell]] = {}
    for name, *cells in zip_longest(header[0], *body):
        if as_text(name):
            found.setdefault(as_text(name), cells)
    return found
