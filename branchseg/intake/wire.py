"""How the parsing child hands cells to its parent: frames of bytes, and no code.

A frame is one kind byte, the length (8 bytes, little endian) and the payload. A column travels
as two frames, its first cells (titles and header, mixed types) and the rest, which mostly has
one type and then goes as one block of numbers, day numbers or text. The parent trusts nothing:
the mixed cells are unpickled with no class but the three date types.
"""

from __future__ import annotations

import array
import io
import json
import pickle
import struct
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

from branchseg.model.raw import Cell

JSON = b"J"
_MIXED, _TEXT, _FLOAT, _GAPPED_FLOAT, _DATE = b"p", b"s", b"f", b"F", b"d"
_HEAD = 40
_LENGTH = struct.Struct("<Q")
_MAX_FRAME = 1 << 30
_NAN = float("nan")
_DECODING_ERRORS = (pickle.UnpicklingError, ValueError, TypeError, LookupError, AttributeError,
                    EOFError, OverflowError)


class WireError(ValueError):
    """The bytes are not what a sound child sends."""


class _DatesOnly(pickle.Unpickler):
    """An unpickler that builds plain values and dates, and calls nothing else."""

    _ALLOWED = {("datetime", kind.__name__): kind for kind in (date, datetime, time)}

    def find_class(self, module_name: str, global_name: str) -> Any:
        """The date types; raises for all else."""
        try:
            return self._ALLOWED[module_name, global_name]
        except KeyError:
            raise WireError(global_name) from None


def write_frame(stream: BinaryIO, kind: bytes, payload: bytes) -> None:
    """Send one frame."""
    stream.write(kind + _LENGTH.pack(len(payload)))
    stream.write(payload)


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes]:
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


def write_json(stream: BinaryIO, value: object) -> None:
    """Send a plain value (lone surrogates survive: JSON escapes them)."""
    write_frame(stream, JSON, json.dumps(value).encode("ascii"))


def read_json(stream: BinaryIO) -> Any:
    """Receive a plain value. Raises WireError for any other frame."""
    kind, payload = read_frame(stream)
    if kind != JSON:
        raise WireError("expected json")
    return json.loads(payload)


def write_column(stream: BinaryIO, cells: Sequence[Cell]) -> None:
    """Send a column; an empty text means a blank cell."""
    for part in (cells[:_HEAD], cells[_HEAD:]):
        write_frame(stream, *_encode(part))


def read_column(stream: BinaryIO, length: int) -> list[Cell]:
    """Receive a column of `length` cells; blank ones are None. Raises WireError."""
    try:
        head = _decode(*read_frame(stream), min(length, _HEAD))
        cells = head + _decode(*read_frame(stream), max(length - _HEAD, 0))
    except _DECODING_ERRORS as error:
        raise WireError("column") from error
    if len(cells) != length:
        raise WireError("column length")
    return cells


def _encode(cells: Sequence[Any]) -> tuple[bytes, bytes]:
    """The narrowest kind that holds all cells, and their bytes."""
    kinds = set(map(type, cells))
    if kinds == {float}:
        return _FLOAT, array.array("d", cells).tobytes()
    if kinds == {str}:
        text = "\0".join(cells)
        if text.count("\0") == len(cells) - 1:
            return _TEXT, text.encode("utf-8", "surrogatepass")
    elif kinds == {float, str} or kinds <= {date, str}:
        if not any(cell for cell in cells if type(cell) is str):
            return _encode_gapped(cells, kinds)
    return _MIXED, pickle.dumps([None if cell == "" else cell for cell in cells], protocol=5)


def _encode_gapped(cells: Sequence[Any], kinds: set[type]) -> tuple[bytes, bytes]:
    """Numbers or dates with blanks between them."""
    if float in kinds:
        numbers = [_NAN if cell == "" else cell for cell in cells]
        return _GAPPED_FLOAT, array.array("d", numbers).tobytes()
    days = [0 if cell == "" else cell.toordinal() for cell in cells]
    return _DATE, array.array("i", days).tobytes()


def _decode(kind: bytes, payload: bytes, length: int) -> list[Cell]:
    """The cells of one frame."""
    if kind == _TEXT:
        texts = payload.decode("utf-8", "surrogatepass").split("\0") if length else []
        return [text or None for text in texts] if "" in texts else list(texts)
    if kind == _FLOAT:
        return array.array("d", payload).tolist()  # type: ignore[return-value]
    if kind == _GAPPED_FLOAT:
        return [None if number != number else number for number in array.array("d", payload)]  # noqa: PLR0124 - NaN
    if kind == _DATE:
        return [date.fromordinal(day) if day else None for day in array.array("i", payload)]
    if kind != _MIXED:
        raise WireError("unknown kind")
    cells: list[Cell] = _DatesOnly(io.BytesIO(payload)).load()
    return cells
