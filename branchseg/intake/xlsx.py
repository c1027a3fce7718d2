"""An xlsx made ready for calamine, and searched on the way for what calamine does not tell.

calamine walks through the XML of a sheet twice: for the cells, and again from its start up to the
merged cells, which stand at the end. So it gets an archive that is written anew while it reads:
inflated, and with an empty <mergeCells> before the cells, where the second walk stops. The real
merged cells are found here, together with the cells calamine hides (see `faults`).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections import defaultdict
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET

from branchseg.intake.faults import Faults, column_number, search

if TYPE_CHECKING:
    from collections.abc import Iterator

Area = tuple[tuple[int, int], tuple[int, int]]

ODDITIES = (ET.ParseError, zipfile.BadZipFile, zlib.error, LookupError, ValueError, OSError,
            EOFError, RuntimeError, StopIteration)
"""What can be raised while an archive is rewritten that is not made as usual."""

_CHUNK = 1 << 18
_CELLS = b"<sheetData"
_STOP = b"<mergeCells></mergeCells>"
_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\b[^<>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


class Xlsx(io.RawIOBase):
    """The archive as a stream, to be read once; after that `faults` and `merges` are complete.

    Raises one of ODDITIES while it is made or read.
    """

    def __init__(self, data: bytes) -> None:
        """Find out which part of the archive `data` holds which sheet."""
        super().__init__()
        self._old = zipfile.ZipFile(io.BytesIO(data))
        self._sheets, date_1904 = _sheets(self._old)
        self.faults = Faults(defaultdict(list), date_1904)
        self.merges: dict[str, list[Area]] = defaultdict(list)
        self._pieces = self._rewrite()
        self._rest = b""

    def readable(self) -> bool:
        """It is a stream to read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        self._rest = self._rest or next(self._pieces, b"")
        end = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:end], self._rest[end:]
        return found

    def _rewrite(self) -> Iterator[bytes]:
        """The new archive, in pieces none of which is empty."""
        sink = _Sink()
        with zipfile.ZipFile(sink, "w") as new:
            for entry in self._old.infolist():
                sheet = self._sheets.get(entry.filename)
                with self._old.open(entry) as source, new.open(entry.filename, "w") as target:
                    for piece in self._searched(source, sheet) if sheet else _pieces(source):
                        target.write(piece)
                        yield sink.take()
        yield sink.take()

    def _searched(self, source: IO[bytes], sheet: str) -> Iterator[bytes]:
        """The pieces of a sheet; a cell cut by a piece's end is searched with the next one."""
        rest, stop = b"", _STOP
        for piece in _pieces(source):
            text = rest + piece
            cut = _last_start(text)
            self._search(text[:cut], sheet)
            rest = text[cut:]
            yield piece.replace(_CELLS, stop + _CELLS, 1) if stop else piece
            stop = b""
        self._search(rest, sheet)

    def _search(self, text: bytes, sheet: str) -> None:
        """Keep what hides in one piece; merged cells come after the last cell."""
        self.faults.by_sheet[sheet].extend(search(text))
        for match in _MERGE.finditer(text, max(text.rfind(b"</c>"), 0)):
            left, top, right, bottom = match.groups()
            self.merges[sheet].append(((int(top) - 1, column_number(left)),
                                       (int(bottom) - 1, column_number(right))))


class _Sink:
    """Where zipfile writes: the bytes are taken away piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        """What was written since the last time."""
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def _last_start(text: bytes) -> int:
    """Where the last cell begins, or else the last tag; the end, if neither is near."""
    places = (text.rfind(b"<c "), text.rfind(b"<"))
    return next((at for at in places if at >= 0 and len(text) - at <= _CHUNK), len(text))


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(_CHUNK):
        yield piece


def _sheets(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Part name -> sheet name, and whether dates count from 1904."""
    workbook = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - capped child
    rels = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - capped child
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    parts: dict[str, str] = {}
    date_1904 = False
    for element in workbook.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            date_1904 = element.get("date1904") in {"1", "true"}
        elif tag == "sheet":
            link = next(v for k, v in element.attrib.items() if k.endswith("}id"))
            part = posixpath.normpath(posixpath.join("/xl", targets[link])).lstrip("/")
            parts[part] = element.get("name", "")
    return parts, date_1904
