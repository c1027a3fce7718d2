"""An xlsx made ready for calamine, and searched for what calamine does not tell.

calamine walks through the XML of a sheet twice: for the cells, and again from its start up to the
merged cells, which stand at the end. So each sheet gets an empty <mergeCells> before its first
byte, where the second walk stops. Nothing is inflated for that: an uncompressed block may stand
before any deflated data (RFC 1951, 3.2.4), and what is put there has the checksum 0, which leaves
that of the part as it was. The real merged cells and the cells calamine hides (see `faults`) are
found by searching the text of the sheets.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from branchseg.intake.faults import Fault, Faults, column_number, hidden_rows, search

if TYPE_CHECKING:
    from collections.abc import Iterator

Area = tuple[tuple[int, int], tuple[int, int]]

ODDITIES = (ET.ParseError, zipfile.BadZipFile, zlib.error, struct.error, LookupError, ValueError,
            OSError, EOFError, RuntimeError, StopIteration)
"""What can be raised for an archive that is not made as usual."""

STOP = b"<mergeCells></mergeCells><!--TAMLIXB-->"
"""Put before a sheet; the comment makes its CRC-32 zero."""

_CHUNK, _NEAR = 1 << 13, 1 << 18
_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\b[^<>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_BLOCK = struct.Struct("<BHH")
_ENCRYPTED, _UTF8 = 1, 1 << 11

# [ZIP APPNOTE] 4.3.7 local header, 4.3.12 central directory, 4.3.16 its end
_NAME_LENGTHS = struct.Struct("<26xHH")
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


class Xlsx:
    """An archive taken apart; whatever it raises is one of ODDITIES."""

    def __init__(self, data: bytes) -> None:
        """Find out which part of the archive `data` holds which sheet."""
        self._data = data
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._entries = {_key(entry.filename): entry for entry in self._archive.infolist()}
        self._sheets, self._date_1904 = _sheets(*(
            ET.fromstring(self._archive.read(self._entries[part]))  # noqa: S314 - capped child
            for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")))

    def prepared(self) -> bytes:
        """The archive for calamine."""
        return _pack([self._part(entry) for entry in self._archive.infolist()])

    def searched(self) -> tuple[Faults, dict[str, list[Area]]]:
        """The hidden cells and rows, and by sheet the merged cells."""
        faults = Faults({}, self._date_1904)
        merges: dict[str, list[Area]] = {}
        for part, names in self._sheets.items():
            cells: list[Fault] = []
            rows: list[int] = []
            areas: list[Area] = []
            if part in self._entries:
                for text in _texts(self._inflated(self._entries[part])):
                    cells.extend(search(text))
                    rows.extend(hidden_rows(text))
                    areas.extend(_merges(text))
            for name in names:
                faults.by_sheet[name], faults.hidden[name], merges[name] = cells, rows, areas
        return faults, merges

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The text of an entry in pieces; its checksum is left to calamine."""
        if entry.compress_type != zipfile.ZIP_DEFLATED or entry.flag_bits & _ENCRYPTED:
            yield self._archive.read(entry)
            return
        packed = self._packed(entry)
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        for at in range(0, len(packed), _CHUNK):
            yield inflate.decompress(packed[at : at + _CHUNK])

    def _packed(self, entry: zipfile.ZipInfo) -> bytes:
        """The bytes of an entry as they stand in the archive."""
        lengths = _NAME_LENGTHS.unpack_from(self._data, entry.header_offset)
        start = entry.header_offset + _LOCAL.size + sum(lengths)
        return self._data[start : start + entry.compress_size]

    def _part(self, entry: zipfile.ZipInfo) -> _Part:
        """One entry as it is; a sheet with STOP before it."""
        part = _Part(entry, self._packed(entry), entry.file_size)
        if _key(entry.filename) not in self._sheets or not entry.file_size:
            return part
        stop = STOP
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            stop = _BLOCK.pack(0, len(STOP), len(STOP) ^ 0xFFFF) + STOP
        return _Part(entry, stop + part.packed, part.size + len(STOP))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the new archive: its old entry, its bytes, and their size when inflated."""

    entry: zipfile.ZipInfo
    packed: bytes
    size: int

    @property
    def name(self) -> bytes:
        """The name in the archive."""
        return self.entry.filename.encode()

    def facts(self) -> tuple[int, ...]:
        """What both headers of a part say of it, from the flags on."""
        return (_UTF8, self.entry.compress_type, 0, 0, self.entry.CRC, len(self.packed), self.size,
                len(self.name), 0)


def _pack(parts: list[_Part]) -> bytes:
    """A new archive, without copying anything apart from the packed bytes."""
    pieces: list[bytes] = []
    central: list[bytes] = []
    offset = 0
    for part in parts:
        central += (_CENTRAL.pack(b"PK\1\2", 20, 20, *part.facts(), 0, 0, 0, 0, offset), part.name)
        piece = _LOCAL.pack(b"PK\3\4", 20, *part.facts()) + part.name
        pieces += (piece, part.packed)
        offset += len(piece) + len(part.packed)
    directory = b"".join(central)
    end = _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(directory), offset, 0)
    return b"".join((*pieces, directory, end))


def _texts(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The text of a sheet in pieces; a cell cut by a piece's end is found in the next one."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = _last_start(text)
        yield text[:cut]
        rest = text[cut:]
    yield rest


def _last_start(text: bytes) -> int:
    """Where the last cell begins, or else the last tag; the end, if neither is near."""
    for mark in (b"<c ", b":c ", b"<"):
        at = text.rfind(mark)
        at = text.rfind(b"<", 0, at) if mark == b":c " else at
        if at >= 0 and len(text) - at <= _NEAR:
            return at
    return len(text)


def _merges(text: bytes) -> Iterator[Area]:
    """The merged cells in one piece; they come after the last cell."""
    for match in _MERGE.finditer(text, max(text.rfind(b"</c>"), 0)):
        left, top, right, bottom = match.groups()
        yield (int(top) - 1, column_number(left)), (int(bottom) - 1, column_number(right))


def _key(part: str) -> str:
    """A part's name as it is compared; some programs write it with other slashes or letters."""
    return part.replace("\\", "/").lstrip("/").casefold()


def _sheets(workbook: ET.Element, rels: ET.Element) -> tuple[dict[str, list[str]], bool]:
    """Part -> names of its sheets (rarely two share one), and whether dates count from 1904."""
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    parts: dict[str, list[str]] = defaultdict(list)
    date_1904 = False
    for element in workbook.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            date_1904 = element.get("date1904") in {"1", "true"}
        elif tag == "sheet":
            link = next(v for k, v in element.attrib.items() if k.endswith("}id"))
            target = targets[link].replace("\\", "/")
            part = posixpath.normpath(posixpath.join("/xl", target))
            parts[_key(part)].append(element.get("name", ""))
    return parts, date_1904
