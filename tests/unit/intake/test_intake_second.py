"""Workbooks that only the second readers open."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from branchseg import intake
from branchseg.intake.formats import Format
from branchseg.intake.second_readers import read_second
from branchseg.model.raw import CellError

CORPUS = Path(__file__).resolve().parents[3].parent / "shared/data/workbooks"
ROWS = [["客户号", "姓名", "AUM余额", "开户日期"],
        ["0001", "张三", 12.5, datetime(2020, 1, 2)],  # noqa: DTZ001 - a cell's date
        ["0002", None, "#N/A", None], [None, None, None, None]]


def workbook() -> bytes:
    """Two sheets, the second hidden, an error cell, a blank last row."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客户"
    for row in ROWS:
        sheet.append(row)
    book.create_sheet("旧").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_openpyxl_reads_what_calamine_reads() -> None:
    parsed = read_second(workbook(), Format.XLSX, None)
    (sheet,) = parsed.sheets
    assert (sheet.name, sheet.height, sheet.width) == ("客户", 3, 4)
    assert list(sheet.rows) == [ROWS[0], ROWS[1], ["0002", "", "", ""]]
    assert sheet.faults == [(2, 2, "#N/A")]


def test_a_workbook_with_a_macro_sheet_is_read(tmp_path: Path) -> None:
    """Old macro modules are sheets without a part: calamine stops there, openpyxl does not."""
    path = tmp_path / "a.xlsx"
    with (zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(path, "w") as new):
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = part.replace(b"</sheets>", b'<sheet name="Module" sheetId="9" xmlns:r="http'
                                    b'://schemas.openxmlformats.org/officeDocument/2006/'
                                    b'relationships" r:id=""/></sheets>')
            new.writestr(name, part)
    (table,) = intake.read(path)
    assert table.columns[:3] == (["0001", "0002"], ["张三", None], [12.5, CellError("#N/A")])


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the collected workbooks are not on this machine")
@pytest.mark.parametrize(("name", "rows"), [
    ("xlrd_samples/biff4_no_format_no_window2.xls", 26),
    ("poi/test-data/spreadsheet/poc-shared-strings.xlsx", None),
])
def test_collected_workbooks(name: str, rows: int | None) -> None:
    """Excel 4, and a sheet that calamine gives up half-way: the child answers either way."""
    if rows is None:
        data = (CORPUS / name).read_bytes()
        assert sum(sheet.height for sheet in read_second(data, Format.XLSX, None).sheets) > 0
        return
    assert [len(table.rows) for table in intake.read(CORPUS / name)] == [rows]
