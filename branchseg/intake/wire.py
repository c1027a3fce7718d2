"""How the parsing child hands cells to its parent: frames of bytes, and no code.

A frame is one kind byte, the length (8 bytes, little endian) and the payload. Rows travel in
blocks small enough for the processor's cache, a block as one frame per column. A column of texts
goes as one text, any other pickled. The first block is short: it has the titles and the header.
The parent trusts nothing: it unpickles plain values and the three date types only.
"""

from __future__ import annotations

import io
import json
import pickle
import struct
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchseg.model.raw import Cell

JSON = b"J"
_TEXT, _MIXED = b"s", b"p"
_HEAD_ROWS, _BLOCK_ROWS = 40, 1024
_LENGTH = struct.Struct("<Q")
_MAX_FRAME = 1 << 30
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
    """The child's pickler."""

    dispatch_table = MappingProxyType({timedelta: _plain})


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
    """Send one frame."""
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
    """Send rows, all equally long; an empty text means a blank cell."""
    size = _HEAD_ROWS
    while block := list(islice(rows, size)):
        for column in zip(*block, strict=True):
            write_frame(stream, *_encode(column))
        size = _BLOCK_ROWS


def read_rows(stream: IO[bytes], height: int, width: int) -> Iterator[list[list[Cell]]]:
    """Receive `height` rows block by block, as one list of cells per column; blank is None.

    Raises WireError where a block is not what it should be.
    """
    size = _HEAD_ROWS
    while height > 0:
        size = min(size, height)
        yield [_read_cells(stream, size) for _ in range(width)]
        height -= size
        size = _BLOCK_ROWS


def _read_cells(stream: IO[bytes], count: int) -> list[Cell]:
    """One frame of `count` cells."""
    try:
        cells = _decode(*read_frame(stream))
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
    payload = io.BytesIO()
    _Pickler(payload, protocol=5).dump(cells)
    return _MIXED, payload.getvalue()


def _decode(kind: bytes, payload: bytes) -> list[Cell]:
    """The cells of one frame."""
    if kind == _TEXT:
        texts = payload.decode("utf-8", "surrogatepass").split("\0")
        return [text or None for text in texts]
    if kind == _MIXED:
        cells = _Unpickler(io.BytesIO(payload)).load()
        return [None if cell == "" else cell for cell in cells]
    raise WireError("unknown kind")
