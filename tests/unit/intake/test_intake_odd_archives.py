"""Workbooks zipped in odd ways: what is read is what calamine or openpyxl reads, or a sentence."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl
import pytest
import python_calamine as calamine
from test_intake_xlsx import CELLS, FAULTS, MERGES, pack, sheet

from branchseg.errors import InputError
from branchseg.intake import child
from branchseg.intake.formats import sniff
from branchseg.intake.workbooks import ParsedSheet

SHEET, BOOK, RELS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
AREAS = [(0, 0, 0, 1), (2, 26, 11, 27)]
ONE_CELL = sheet('<row r="1"><c r="A1"><v>99</v></c></row>', "").encode()
PLAIN = pack(sheet())
PARTS: dict[str, bytes] = {
    name: zipfile.ZipFile(io.BytesIO(PLAIN)).read(name)
    for name in zipfile.ZipFile(io.BytesIO(PLAIN)).namelist()}


def zipped(parts: Iterable[tuple[str, bytes]], stream: io.IOBase | None = None, *,
           method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(stream or out, "w", method) as archive:  # type: ignore[arg-type]
        for name, content in parts:
            archive.writestr(name, content)
        archive.comment = comment
    return getattr(stream, "kept", out).getvalue()


class Pipe(io.RawIOBase):
    """A stream nobody can go back in: sizes are written behind each part."""

    def __init__(self) -> None:
        self.kept = io.BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self.kept.write(data)


def zip64() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(content)
    return out.getvalue()


def extra_fields() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in PARTS.items():
            entry = zipfile.ZipInfo(name)
            entry.extra = struct.pack("<HH", 0xCAFE, 8) + b"12345678"
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    return zipped({**PARTS, name: change(PARTS[name])}.items())


def renamed(change: Callable[[str], str]) -> bytes:
    return zipped((change(name), content) for name, content in PARTS.items())


def linked(target: bytes) -> bytes:
    return with_part(RELS, lambda xml: xml.replace(b"worksheets/sheet1.xml", target))


def central(offset: int, value: int, size: str = "<L") -> bytes:
    """The sheet's entry in the central directory, with a lie at `offset`."""
    data = bytearray(PLAIN)
    struct.pack_into(size, data, data.rfind(SHEET.encode()) - 46 + offset, value)
    return bytes(data)


def parsed(data: bytes) -> list[ParsedSheet]:
    return list(child._parse(data, sniff(data), None).sheets)


def by_calamine(data: bytes) -> list[list[Any]]:
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(
        0).to_python()


WHOLE = {
    "plain": PLAIN,
    "stored": pack(sheet(), compression=zipfile.ZIP_STORED),
    "zip64 fields": zip64(),
    "data descriptors": zipped(PARTS.items(), Pipe()),
    "data descriptors, stored": zipped(PARTS.items(), Pipe(), method=zipfile.ZIP_STORED),
    "extra fields": extra_fields(),
    "entries of folders": zipped([("xl/", b""), ("xl/worksheets/", b""), *PARTS.items()]),
    "something before": b"PK\3\4 and more" + PLAIN,
    "something behind": PLAIN + bytes(100),
    "a comment": zipped(PARTS.items(), comment="机密".encode()),
    "backslashes": renamed(lambda name: name.replace("/", "\\")),
    "other letters in a name": renamed(lambda name: name.replace("sheet1", "SHEET1")),
    "other letters in the link": linked(b"Worksheets/Sheet1.xml"),
    "absolute link": linked(b"/xl/worksheets/sheet1.xml"),
    "byte order mark": with_part(SHEET, lambda xml: b"\xef\xbb\xbf" + xml),
    "comments and instructions": with_part(
        SHEET, lambda xml: b"<!-- <sheetData><mergeCells> --><?pi x?>" + xml),
    "document type": with_part(SHEET, lambda xml: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + xml),
    "early merges": with_part(
        SHEET, lambda xml: xml.replace(b"<sheetData>", b"<mergeCells/><sheetData>")),
    "size too large": central(24, 1_000_000),
}


@pytest.mark.parametrize("name", WHOLE)
def test_odd_archives_are_read_whole(name: str) -> None:
    (found,) = parsed(WHOLE[name])
    assert [list(row) for row in found.rows] == by_calamine(WHOLE[name]) == by_calamine(PLAIN)
    assert found.merges == AREAS
    assert sorted(found.faults) == FAULTS


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("parts", "rows"), [
    ([*PARTS.items(), (SHEET, ONE_CELL)], [[99.0]]),
    ([(SHEET, ONE_CELL), *PARTS.items()], by_calamine(PLAIN)),
])
def test_of_two_parts_of_one_name_the_last_counts(parts, rows) -> None:
    data = zipped(parts)
    (found,) = parsed(data)
    assert [list(row) for row in found.rows] == by_calamine(data) == rows
    assert (found.merges, sorted(found.faults)) == (([], []) if rows == [[99.0]]
                                                    else (AREAS, FAULTS))


def test_two_sheets_may_share_a_part() -> None:
    data = pack(sheet(), sheet("", ""))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[RELS] = parts[RELS].replace(b"sheet2.xml", b"sheet1.xml")
    for found in parsed(zipped(parts.items())):
        assert (found.merges, sorted(found.faults)) == (AREAS, FAULTS)


@pytest.mark.parametrize("data", [
    zipped(PARTS.items(), method=zipfile.ZIP_LZMA),
    zipped(PARTS.items(), method=zipfile.ZIP_BZIP2),
    renamed(lambda name: f"/{name}"),
    central(8, 1, "<H"),  # said to be encrypted
    central(24, 10),  # larger than said
    central(42, 3),  # not where it is said to be
    with_part(SHEET, lambda _: b""), with_part(SHEET, lambda xml: xml[:2000]),
    zipped((name, content) for name, content in PARTS.items() if name != SHEET),
], ids=["lzma", "bzip2", "absolute", "encrypted", "small", "elsewhere", "empty", "cut", "missing"])
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        parsed(data)
    assert caught.value.code == "intake.damaged"


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_xml_in_another_encoding_is_left_to_openpyxl(encoding: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["客户号", "姓名"], ["0001", "张三"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[SHEET] = (f'<?xml version="1.0" encoding="{encoding}"?>'
                    + parts[SHEET].decode()).encode(encoding)
    (found,) = parsed(zipped(parts.items()))
    assert [list(row) for row in found.rows] == [["客户号", "姓名"], ["0001", "张三"]]


def test_a_sheet_cut_anywhere_is_never_half_a_list() -> None:
    """All its rows, or none: where only what follows the cells is missing, all are there."""
    end = PARTS[SHEET].index(b"</sheetData>")
    for cut in [*range(1, 250), *range(250, len(PARTS[SHEET]), 61)]:
        data = with_part(SHEET, lambda xml, cut=cut: xml[:cut])  # type: ignore[misc]
        try:
            rows = [list(row) for row in parsed(data)[0].rows]
        except InputError:
            rows = []
        assert rows == ([] if cut < end else by_calamine(PLAIN)), cut


def test_the_cells_and_merges_of_the_samples_are_as_meant() -> None:
    assert CELLS.count("<row") == len(by_calamine(PLAIN))
    assert MERGES.count("ref=") == len(AREAS)
