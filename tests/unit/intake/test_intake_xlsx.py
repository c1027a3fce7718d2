"""The rewritten archive: calamine reads the same cells from it, and nothing hidden is lost."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import pytest
import python_calamine as calamine
from hypothesis import given
from hypothesis import strategies as st

from branchseg.intake import workbooks, xlsx
from branchseg.intake.formats import Format
from branchseg.intake.xlsx import ODDITIES, Xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ROWS = 60
CELLS = "".join(
    f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>客户{row}</t></is></c>'
    f'<c r="B{row}"><v>{row}.5</v></c>'
    + (f'<c r="C{row}" t="e"><v>#REF!</v></c>' if row % 7 == 0 else "")
    + (f'<c r="D{row}"><f>SUM(A1:B{row})</f></c>' if row % 11 == 0 else "")
    + "</row>"
    for row in range(1, ROWS + 1)
)
MERGES = '<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="AA3:AB12"/></mergeCells>'
FAULTS = sorted([(row - 1, 2, "#REF!") for row in range(7, ROWS + 1, 7)]
                + [(row - 1, 3, "未计算的公式") for row in range(11, ROWS + 1, 11)])


def sheet(cells: str = CELLS, merges: str = MERGES) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{merges}</worksheet>'


def pack(*sheets: str, compression: int = zipfile.ZIP_DEFLATED, date_1904: str = "0") -> bytes:
    names = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="r{n}"/>'
                    for n in range(1, len(sheets) + 1))
    links = "".join(f'<Relationship Id="r{n}" Type="{RELS}/worksheet" '
                    f'Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1))
    parts = {
        "[Content_Types].xml":
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
                       f'Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><workbookPr '
                           f'date1904="{date_1904}"/><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
            f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets, 1)},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def opened(data: bytes) -> calamine.CalamineWorkbook:
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))


def rows_of(data: bytes, name: str = "表1"):
    return opened(data).get_sheet_by_name(name).to_python()


def test_what_stands_before_a_sheet_leaves_its_checksum_alone() -> None:
    assert zlib.crc32(xlsx.STOP) == 0


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_calamine_reads_the_same_cells(compression: int) -> None:
    data = pack(sheet(), sheet('<row r="1"><c r="A1"><v>1</v></c></row>', ""),
                compression=compression)
    archive = Xlsx(data)
    assert rows_of(archive.prepared()) == rows_of(data)
    assert rows_of(archive.prepared(), "表2") == [[1.0]]
    faults, merges = archive.searched()
    assert sorted(faults.of("表1")) == FAULTS
    assert faults.of("表2") == []
    assert "表2" not in merges or merges["表2"] == []


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_new_archive_is_sound(compression: int) -> None:
    data = pack(sheet(), compression=compression)
    with zipfile.ZipFile(io.BytesIO(Xlsx(data).prepared())) as new:
        assert new.testzip() is None  # sizes and checksums fit
        assert new.read("xl/worksheets/sheet1.xml") == xlsx.STOP + sheet().encode()
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            assert new.namelist() == old.namelist()
            assert all(new.read(name) == old.read(name) for name in old.namelist()
                       if "sheet1" not in name)


def test_merged_cells_are_found_here_and_calamine_stops_early() -> None:
    archive = Xlsx(pack(sheet()))
    _, merges = archive.searched()
    assert merges["表1"] == [((0, 0), (0, 1)), ((2, 26), (11, 27))]
    assert merges["表1"] == opened(pack(sheet())).get_sheet_by_name("表1").merged_cell_ranges
    assert opened(archive.prepared()).get_sheet_by_name("表1").merged_cell_ranges == []


def test_elements_may_have_a_prefix() -> None:
    text = (f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1">'
            '<x:v>7</x:v></x:c></x:row></x:sheetData><x:mergeCells>'
            '<x:mergeCell ref="A1:B1"></x:mergeCell></x:mergeCells></x:worksheet>')
    archive = Xlsx(pack(text))
    assert rows_of(archive.prepared()) == rows_of(pack(text)) == [[7.0]]
    assert archive.searched()[1]["表1"] == [((0, 0), (0, 1))]


@pytest.mark.parametrize("start", ["", "\ufeff", '<?xml version="1.0" encoding="UTF-8"?>\r\n',
                                   '\ufeff<?xml version="1.0"?>'])
def test_a_sheet_may_begin_with_a_mark_or_a_declaration(start: str) -> None:
    data = pack(start + sheet())
    assert rows_of(Xlsx(data).prepared()) == rows_of(data)


def prefixed(text: str) -> str:
    """The same elements, each with a prefix."""
    return re.sub(r"<(/?)(\w)", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=")


def test_hidden_cells_may_have_a_prefix() -> None:
    archive = Xlsx(pack(prefixed(sheet())))
    faults, merges = archive.searched()
    assert sorted(faults.of("表1")) == FAULTS
    assert merges["表1"] == [((0, 0), (0, 1)), ((2, 26), (11, 27))]
    assert rows_of(archive.prepared()) == rows_of(pack(sheet()))


@given(st.integers(5, 400), st.sampled_from([sheet(), prefixed(sheet())]))
def test_nothing_is_lost_between_two_pieces(chunk: int, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "_CHUNK", chunk)
        faults, merges = Xlsx(pack(text)).searched()
    assert sorted(faults.of("表1")) == FAULTS
    assert merges["表1"] == [((0, 0), (0, 1)), ((2, 26), (11, 27))]


def test_more_merged_cells_than_one_piece_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_CHUNK", 100)
    many = [((row, 0), (row, 1)) for row in range(500)]
    refs = "".join(f'<mergeCell ref="A{top + 1}:B{top + 1}"/>' for (top, _), _ in many)
    archive = Xlsx(pack(sheet(merges=f"<mergeCells>{refs}</mergeCells>")))
    assert archive.searched()[1]["表1"] == many


@pytest.mark.parametrize(("flag", "expected"), [("1", True), ("true", True), ("0", False)])
def test_the_date_base_is_known(flag: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert Xlsx(pack(sheet(), date_1904=flag)).searched()[0].date_1904 is expected


def test_a_text_without_tags_is_searched_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_NEAR", 100)
    pieces = [b"<a>", *[b"x" * 100] * 50, b"</a>"]
    texts = list(xlsx._texts(iter(pieces)))
    assert b"".join(texts) == b"<a>" + b"x" * 5000 + b"</a>"
    assert max(map(len, texts)) <= 200


def broken() -> bytes:
    """An archive with a checksum that does not fit its sheet."""
    data = pack(sheet(), compression=zipfile.ZIP_STORED)
    return data.replace(b"<v>1.5</v>", b"<v>1.7</v>")


def test_odd_archives_raise_what_is_announced() -> None:
    with pytest.raises(ODDITIES):
        Xlsx(broken()).searched()
    with pytest.raises(ODDITIES):
        Xlsx(pack(sheet())[:-30])


def test_without_the_rewriting_calamine_does_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_data: bytes) -> Xlsx:
        raise zipfile.BadZipFile

    def parsed():
        found = next(workbooks.read_workbook(pack(sheet()), Format.XLSX, None).sheets)
        return found.name, found.merges, found.faults, list(found.rows)

    name, merges, faults, rows = parsed()
    assert sorted(faults) == FAULTS
    monkeypatch.setattr(workbooks, "Xlsx", refuse)
    assert parsed() == (name, merges, [], rows)
