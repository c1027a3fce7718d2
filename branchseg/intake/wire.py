"""How the parsing child hands cells to its parent: frames of bytes, and no code.

A frame is one kind byte, the length (8 bytes, little endian) and the payload. Rows travel in
blocks small enough for the processor's cache: a JSON frame says how many rows and columns come, or
that reading failed, then one frame per column. A column of texts goes as one text, any other
pickled, with dates as whole numbers where it has none of its own: those take a tenth of the time.
Lines of plain delimited text go as one frame, row by row. The first block is short: it has the
titles and the header. A block of no rows is the end.
The parent trusts nothing: it unpickles plain values and the three date types only.
"""

from __future__ import annotations

import io
import json
import pickle
import struct
from collections import defaultdict
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice, repeat, zip_longest
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, ClassVar

from branchseg.errors import InputError
from branchseg.intake.formats import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchseg.model.raw import Cell

JSON = b"J"
_TEXT, _MIXED, _DATED = b"s", b"p", b"d"
_HEAD_ROWS, _BLOCK_ROWS = 40, 512
_GLANCE = 16
"""So many cells tell whether a column is worth a look for dates."""

_ENOUGH_SEEN, _WORTH = 8 * _BLOCK_ROWS, 8
_MAX_WIDTH = 10 * MAX_COLUMNS  # blank columns are left out later
_LENGTH = struct.Struct("<Q")
_MAX_FRAME = 1 << 26
"""More than a block of cells as long as Excel allows (32,767 characters); a bomb sends more."""

_DECODING_ERRORS = (pickle.UnpicklingError, ValueError, TypeError, LookupError, AttributeError,
                    EOFError, OverflowError)


class WireError(ValueError):
    """The bytes are not what a sound child sends."""


def _plain(span: timedelta) -> tuple[type, tuple[float, ...]]:
    """How to pickle a duration, which `Cell` does not know: a time of day, or days as a number."""
    days = span / timedelta(days=1)
    if not 0 <= days < 1:
        return float, (days,)
    minutes, seconds = divmod(span.seconds, 60)
    return time, (minutes // 60, minutes % 60, seconds, span.microseconds)


class _Pickler(pickle.Pickler):
    """The child's pickler; dates are listed because a type missed in the table costs time."""

    dispatch_table = MappingProxyType({timedelta: _plain, date: date.__reduce__})


class _Unpickler(pickle.Unpickler):
    """The parent's unpickler: it builds plain values and dates, and calls nothing else."""

    _ALLOWED: ClassVar[dict[tuple[str, str], type]] = {
        (kind.__module__, kind.__name__): kind for kind in (date, datetime, time, float)
    }

    def find_class(self, module_name: str, global_name: str) -> Any:
        """The date types and float; raises for all else."""
        try:
            return self._ALLOWED[module_name, global_name]
        except KeyError:
            raise WireError(global_name) from None


def write_frame(stream: IO[bytes], kind: bytes, payload: bytes) -> None:
    """Send one frame. Raises InputError for one the parent would not take."""
    if len(payload) > _MAX_FRAME:
        raise InputError("intake.too_big")
    stream.write(kind + _LENGTH.pack(len(payload)))
    stream.write(payload)


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """Receive one frame as (kind, payload). Raises WireError where the stream ends early."""
    head = stream.read(1 + _LENGTH.size)
    if len(head) != 1 + _LENGTH.size:
        raise WireError("end of stream")
    (length,) = _LENGTH.unpack(head[1:])
    if length > _MAX_FRAME:
        raise WireError("frame too long")
    payload = stream.read(length)
    if len(payload) != length:
        raise WireError("end of stream")
    return head[:1], payload


def write_json(stream: IO[bytes], value: object) -> None:
    """Send a plain value (lone surrogates survive: JSON escapes them)."""
    write_frame(stream, JSON, json.dumps(value).encode("ascii"))


def read_json(stream: IO[bytes]) -> Any:
    """Receive a plain value. Raises WireError for any other frame."""
    kind, payload = read_frame(stream)
    if kind != JSON:
        raise WireError("expected json")
    return json.loads(payload)


def write_rows(stream: IO[bytes], rows: Iterator[Sequence[Any]]) -> None:
    """Send rows; an empty text means a blank cell, and so does a row that ends early."""
    size = _HEAD_ROWS
    while block := list(islice(rows, size)):
        columns = list(zip_longest(*block, fillvalue="")) or [("",) * len(block)]
        _write_head(stream, len(block), len(columns))
        for column in columns:
            write_frame(stream, *_encode(column))
        size = _BLOCK_ROWS
    _write_head(stream, 0, 0)


def write_lines(stream: IO[bytes], lines: Iterator[str], delimiter: str) -> None:
    """Send lines of delimited text without quotes and NULs; short ones get blank cells."""
    size = _HEAD_ROWS
    while block := list(islice(lines, size)):
        gaps = list(map(str.count, block, repeat(delimiter)))
        most = max(gaps)
        if most != min(gaps) and most <= _MAX_WIDTH:
            block = [line + delimiter * (most - own)
                     for line, own in zip(block, gaps, strict=True)]
        text = "\0".join(block).replace(delimiter, "\0")
        _write_head(stream, len(block), most + 1, flat=True)
        write_frame(stream, _TEXT, text.encode("utf-8", "surrogatepass"))
        size = _BLOCK_ROWS
    _write_head(stream, 0, 0)


def _write_head(stream: IO[bytes], rows: int, width: int, *, flat: bool = False) -> None:
    """Announce a block. Raises InputError for rows nobody means."""
    if width > _MAX_WIDTH:
        raise InputError("intake.too_many_columns", columns=width, limit=MAX_COLUMNS)
    write_json(stream, {"rows": rows, "width": width, "flat": flat})


def read_rows(stream: IO[bytes], max_cells: int) -> Iterator[list[list[Cell]]]:
    """Receive the rows block by block, as one list of cells per column; blank is None.

    Texts that repeat within a column are one object. Raises WireError where a block is not what
    it should be or there are more than `max_cells`, InputError where the child could not go on.
    """
    shared: dict[int, _Shared] = defaultdict(_Shared)
    total = 0
    while True:
        head = read_json(stream)
        raise_error(head)
        rows, width = int(head["rows"]), int(head["width"])
        total += rows * width
        if rows == 0:
            return
        if not 0 < rows <= _BLOCK_ROWS or width < 1 or total > max_cells:
            raise WireError("size of block")
        if head.get("flat"):
            texts = _read_texts(stream, rows * width)
            yield [shared[column].share(texts[column::width]) for column in range(width)]
        else:
            yield [_read_cells(stream, rows, shared[column]) for column in range(width)]


def raise_error(answer: dict[str, Any]) -> None:
    """Pass on the child's own InputError."""
    if "error" in answer:
        raise InputError(str(answer["error"]), **answer["params"])


class _Shared:
    """The texts of one column seen so far, as long as they repeat enough to be worth it.

    A large table costs more time than it saves room: a text should come eight times. Those that
    repeat from row to row only, as the number of a customer with several accounts, are shared
    within their block.
    """

    def __init__(self) -> None:
        self._known: dict[str, Cell] | None = {"": None}
        self._seen = 0
        self._near = False

    def share(self, texts: list[str]) -> list[Cell]:
        known = self._known
        if known is None and self._near:
            known = {"": None}
            return list(map(known.setdefault, texts, texts))
        if known is None:
            return [text or None for text in texts] if "" in texts else list(texts)
        cells: list[Cell] = list(map(known.setdefault, texts, texts))
        self._seen += len(texts)
        if self._seen >= _ENOUGH_SEEN and len(known) * _WORTH > self._seen:
            self._known = None
            self._near = len(set(texts)) * 2 <= len(texts)
        return cells


def _read_texts(stream: IO[bytes], count: int) -> list[str]:
    """One frame of `count` texts."""
    kind, payload = read_frame(stream)
    try:
        texts = _split(payload)
    except UnicodeDecodeError as error:
        raise WireError("texts") from error
    if kind != _TEXT or len(texts) != count:
        raise WireError("number of texts")
    return texts


def _split(payload: bytes) -> list[str]:
    return payload.decode("utf-8", "surrogatepass").split("\0")


def _read_cells(stream: IO[bytes], count: int, shared: _Shared) -> list[Cell]:
    """One frame of `count` cells."""
    try:
        kind, payload = read_frame(stream)
        cells = shared.share(_split(payload)) if kind == _TEXT else _unpickle(kind, payload)
    except _DECODING_ERRORS as error:
        raise WireError("cells") from error
    if len(cells) != count:
        raise WireError("number of cells")
    return cells


def _encode(cells: Sequence[Any]) -> tuple[bytes, bytes]:
    """The kind and the bytes of a column."""
    with suppress(TypeError):  # not all are texts
        text = "\0".join(cells)
        if text.count("\0") == len(cells) - 1:
            return _TEXT, text.encode("utf-8", "surrogatepass")
    kind = _MIXED
    if date in map(type, cells[:_GLANCE]) and int not in map(type, cells):
        kind = _DATED
        cells = [cell.toordinal() if type(cell) is date else cell for cell in cells]
    payload = io.BytesIO()
    _Pickler(payload, protocol=5).dump(cells)
    return kind, payload.getvalue()


def _unpickle(kind: bytes, payload: bytes) -> list[Cell]:
    """The cells of a frame that are not all texts."""
    if kind not in {_MIXED, _DATED}:
        raise WireError("unknown kind")
    cells = list(_Unpickler(io.BytesIO(payload)).load())
    if kind == _DATED:
        cells = [date.fromordinal(cell) if type(cell) is int else cell for cell in cells]
    with suppress(ValueError):  # no more blanks
        place = cells.index("")
        while True:
            cells[place] = None
            place = cells.index("", place + 1)
    return cells
