"""What a file really is, told from its bytes and never from its name; and what is too much.

Limits guard against decompression bombs in the way of Apache POI's ZipSecureFile: they are read
from the central directory, before anything is inflated.
"""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from branchseg.errors import InputError

MAX_FILE_BYTES = 50 << 20
MAX_TEXT_BYTES = 640 << 20
"""A text is read as a stream and cannot be a bomb."""
MAX_ROWS = 200_000
MAX_SHEET_ROWS = MAX_ROWS + 10_000
"""Titles, the headers of pages, blank rows and totals are no customers."""
MAX_COLUMNS = 300
MAX_CELLS = 8_000_000
MAX_TEXT_ROWS = 5_000_000
MAX_TEXT_CELLS = 64_000_000
_MAX_ENTRIES = 1000
_MAX_INFLATED = 512 << 20
_MAX_RATIO = 200
_RATIO_FROM = 1 << 20


class Format(StrEnum):
    """The file formats that are told apart."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    OLD_XLS = "xls2-4"
    ODS = "ods"
    TEXT = "text"
    HTML = "html"
    MHTML = "mhtml"
    SPREADSHEETML = "spreadsheetml"


_SOMETHING = re.compile(rb"[^\x00 \t\r\n]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"%PDF", b"{\\rtf", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"SQLite format 3", b"MZ", b"\x7fELF", b"RIFF", b"II*\x00", b"MM\x00*",
)
_BIFF_2_TO_4 = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def is_ole(data: bytes) -> bool:
    """Whether this is an OLE compound file: .xls, or an encrypted .xlsx."""
    return data.startswith(_OLE)


def sniff(data: bytes) -> Format:
    """The format of a file's whole content. Raises InputError for what is no table at all."""
    if not _SOMETHING.search(data):
        raise InputError("intake.empty_file")
    if is_ole(data):
        return Format.XLS
    if data.startswith(b"PK"):
        return _sniff_zip(data)
    if data.startswith(_BIFF_2_TO_4):
        return Format.OLD_XLS
    if data.startswith(_OTHER_FILES):
        raise InputError("intake.not_spreadsheet")
    return _sniff_markup(data[:4096]) or _sniff_text(data)


def _sniff_markup(head: bytes) -> Format | None:
    """Web pages and XML that export programs name .xls; None for anything else."""
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith(b"mime-version:") or b"\ncontent-type: multipart/related" in text:
        return Format.MHTML
    if not text.startswith(b"<"):
        return None
    if b"mso-application" in text or b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return Format.SPREADSHEETML
    if any(tag in text for tag in (b"<html", b"<table", b"<!doctype html", b"<body", b"<tr")):
        return Format.HTML
    raise InputError("intake.not_spreadsheet")


def _sniff_text(data: bytes) -> Format:
    """Text has no NUL bytes, unless a byte order mark says UTF-16."""
    if b"\x00" in data and not data.startswith(_UTF16):
        raise InputError("intake.not_spreadsheet")
    return Format.TEXT


def _sniff_zip(data: bytes) -> Format:
    """Which office format a zip archive is; refuses bombs before inflating them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries)
            locked = _is_locked_ods(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise InputError("intake.damaged") from error
    if locked:
        raise InputError("intake.password_unsupported")
    names = {entry.filename.casefold().replace("\\", "/").lstrip("/") for entry in entries}
    if "content.xml" in names:
        return Format.ODS
    if any(name.endswith("workbook.bin") for name in names):
        return Format.XLSB
    if "[content_types].xml" in names and not any(n.startswith(("word/", "ppt/")) for n in names):
        return Format.XLSX
    raise InputError("intake.not_spreadsheet")


def _is_locked_ods(archive: zipfile.ZipFile) -> bool:
    """Whether the manifest of an OpenDocument file speaks of encryption."""
    manifest = "META-INF/manifest.xml"
    return manifest in archive.namelist() and b"encryption-data" in archive.read(manifest)


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    """Raise InputError for an archive that would inflate beyond all measure."""
    if len(entries) > _MAX_ENTRIES or sum(entry.file_size for entry in entries) > _MAX_INFLATED:
        raise InputError("intake.zip_bomb")
    for entry in entries:
        if entry.file_size > max(_RATIO_FROM, _MAX_RATIO * entry.compress_size):
            raise InputError("intake.zip_bomb")
