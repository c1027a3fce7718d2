"""What Excel does not show or shows once for many rows: hidden rows and sheets, merged cells."""

from __future__ import annotations

import struct
from pathlib import Path

import openpyxl
import pytest

from branchseg import intake, pipeline
from branchseg.intake.faults import hidden_rows
from branchseg.model.issues import SEVERITY, Action, IssueCode, Severity

DATA = Path(__file__).parents[2] / "data" / "workbooks"
HEADER = ["客户号", "姓名", "AUM余额"]


def findings(table, code: IssueCode) -> list[tuple[int, str, Action]]:
    return [(issue.row, issue.shown, issue.action) for issue in table.issues if issue.code is code]


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    people = [[f"{number}", "张三", number] for number in range(1, 5)]
    for row in [["客户清单"], HEADER, *people, ["合计", None, 10]]:
        sheet.append(row)
    for row in (1, 4, 6, 7, 30):
        sheet.row_dimensions[row].hidden = True
    book.save(path)


def web_page(path: Path) -> None:
    def row(cells, style=""):
        return f"<tr height=0 style='{style}'>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"

    shown, away = "height:14pt", "mso-height-source:auto;Display: none"
    rows = [row(["客户清单"], away), row(HEADER, shown), row("1a1", shown), row("2b2", away),
            row("3c3", shown), row("4d4", away)]
    path.write_text(f"<html><meta charset=utf-8><table>{''.join(rows)}</table></html>", "utf-8")


def xml_book(path: Path) -> None:
    def row(cells, hidden=""):
        cells = "".join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in cells)
        return f"<Row {hidden}>{cells}</Row>"

    away = 'ss:Hidden="1"'
    rows = row(["客户清单"], away) + row(HEADER) + row("1a1") + row("2b2", away)
    rows += row("3c3", 'ss:Hidden="0"') + row("4d4", away)
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook'
        ' xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="客户"><Table>{rows}</Table></Worksheet></Workbook>', "utf-8")


@pytest.mark.parametrize("make", [workbook, web_page, xml_book])
def test_hidden_rows_are_read_and_that_is_said(tmp_path: Path, make) -> None:
    make(tmp_path / "a.xls")
    (table,) = intake.read(tmp_path / "a.xls")
    assert table.rows == [3, 4, 5, 6]
    assert findings(table, IssueCode.HIDDEN_ROW) == [(4, "", Action.KEPT), (6, "", Action.KEPT)]


def test_hidden_rows_above_the_list_say_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ([], [], [], HEADER, ["1", "张三", 1], ["2", "李四", 2]):
        sheet.append(row)
    for row in (1, 2, 3, 5):
        sheet.row_dimensions[row].hidden = True
    book.save(tmp_path / "a.xlsx")
    (table,) = intake.read(tmp_path / "a.xlsx")
    assert findings(table, IssueCode.HIDDEN_ROW) == [(5, "", Action.KEPT)]


def test_hidden_rows_of_an_old_workbook(tmp_path: Path) -> None:
    data = bytearray((DATA / "ok_biff8.xls").read_bytes())
    for row in (3, 7):  # counted from 0; the flag stands in byte 12 of the row record
        at = data.find(struct.pack("<HHH", 0x0208, 16, row))
        assert at > 0
        data[at + 4 + 12] |= 0x20
    (tmp_path / "a.xls").write_bytes(data)
    (table,) = intake.read(tmp_path / "a.xls")
    assert findings(table, IssueCode.HIDDEN_ROW) == [(4, "", Action.KEPT), (8, "", Action.KEPT)]
    (plain,) = intake.read(DATA / "ok_biff8.xls")
    assert table.columns == plain.columns
    assert findings(plain, IssueCode.HIDDEN_ROW) == []


@pytest.mark.parametrize(("xml", "rows"), [
    (b'<row r="7" hidden="1">', [6]), (b'<row hidden="true" r="7"/>', [6]),
    (b'<x:row r="7" spans="1:2" hidden="1" ht="0">', [6]), (b'<row r="7" hidden="0">', []),
    (b'<row r="7" x:hidden="2">', []), (b'<col min="1" hidden="1"/><row r="7">', []),
    (b'<row r="1" hidden="1"><c r="A1"/></row><row r="2"/><row r="3" hidden="1"/>', [0, 2]),
])
def test_the_mark_of_a_hidden_row(xml: bytes, rows: list[int]) -> None:
    assert list(hidden_rows(xml)) == rows


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_left_out_and_that_is_said(tmp_path: Path, state: str) -> None:
    book = openpyxl.Workbook()
    for name in ("十月", "九月", "说明"):
        sheet = book.create_sheet(name)
        for row in (HEADER, [name, "张三", 1]) if name != "说明" else (["见附件"],):
            sheet.append(row)
    book["九月"].sheet_state = state
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    (table,) = intake.read(tmp_path / "a.xlsx")
    assert table.source.sheet == "十月"
    assert findings(table, IssueCode.HIDDEN_SHEET) == [(0, "九月", Action.SKIPPED)]
    assert findings(table, IssueCode.EXTRA_SHEET) == [(0, "说明", Action.SKIPPED)]


@pytest.mark.parametrize(("rows", "code"), [
    ([["截至2026年10月31日"], HEADER, ["1", "张三", 1]], IssueCode.HIDDEN_SHEET),
    ([HEADER], IssueCode.EXTRA_SHEET),
    ([["性别", "客户等级"], ["男", "金卡"], ["女", "白金卡"]], IssueCode.EXTRA_SHEET),
    ([["见附件"]], IssueCode.EXTRA_SHEET),
    ([], IssueCode.EXTRA_SHEET),
    ([HEADER, *[[f"{n}", "张三", n] for n in range(300)]], IssueCode.HIDDEN_SHEET),
])
def test_only_a_hidden_sheet_with_customers_is_a_warning(tmp_path: Path, rows, code) -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    for row in rows:
        hidden.append(row)
    sheet = book.create_sheet("十月")
    for row in (HEADER, ["1", "张三", 1]):
        sheet.append(row)
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    (table,) = intake.read(tmp_path / "a.xlsx")
    assert table.source.sheet == "十月"
    assert findings(table, code) == [(0, hidden.title, Action.SKIPPED)]
    assert SEVERITY[IssueCode.HIDDEN_SHEET] is Severity.WARNING
    (same,) = intake.read(tmp_path / "a.xlsx", sheet="十月")
    assert not findings(same, code)


def test_sheets_of_the_same_columns_are_one_list(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, customer in (("一网点", "1"), ("二网点", "2"), ("其他", "3")):
        sheet = book.create_sheet(name)
        sheet.append(HEADER if name != "其他" else ["客户号", "姓名", "年龄"])
        sheet.append([customer, "张三", 1])
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    sources = pipeline.read_lists(tmp_path / "a.xlsx")
    assert [source.raw.source.sheet for source in sources] == ["一网点", "二网点"]
    assert findings(sources[0].raw, IssueCode.OTHER_LIST) == [(0, "其他", Action.SKIPPED)]
    assert SEVERITY[IssueCode.OTHER_LIST] is Severity.WARNING


def merged(path: Path, rows, *areas: str):
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for area in areas:
        book.active.merge_cells(area)
    book.save(path)
    (table,) = intake.read(path)
    return table


ACCOUNTS = [
    ["网点", "客户号", "姓名", "账号", "存款余额"],
    ["城东支行", "001", "张三", "62280001", 1.0],
    [None, None, None, "62280002", 2.0],
    [None, "002", "李四", "62280003", None],
    [None, None, None, "62280004", None],
    ["城西支行", "003", "王五", "62280005", 5.0],
]


def test_cells_merged_over_rows_stand_for_all_of_them(tmp_path: Path) -> None:
    table = merged(tmp_path / "a.xlsx", ACCOUNTS, "A2:A5", "B2:B3", "C2:C3", "B4:B5", "C4:C5",
                   "E4:E5")
    assert table.columns[0] == ["城东支行"] * 4 + ["城西支行"]
    assert table.columns[1] == ["001", "001", "002", "002", "003"]
    assert table.columns[2] == ["张三", "张三", "李四", "李四", "王五"]
    assert findings(table, IssueCode.MERGED_CELL) == [
        (row, name, Action.FIXED) for name, rows in
        (("网点", (3, 4, 5)), ("客户号", (3, 5)), ("姓名", (3, 5))) for row in rows]


def test_a_merged_amount_is_not_multiplied(tmp_path: Path) -> None:
    rows = [[*row[:-1], amount] for row, amount in
            zip(ACCOUNTS, ("存款余额", 7.5, None, "1,200.00", None, 5.0), strict=True)]
    table = merged(tmp_path / "a.xlsx", rows, "B2:B3", "C2:C3", "E2:E3", "E4:E5")
    assert table.columns[4] == [7.5, None, "1,200.00", None, 5.0]


def test_merged_cells_of_a_repeated_header_and_a_total_fill_nothing(tmp_path: Path) -> None:
    header = [["客户号", "姓名", "存款", None], [None, None, "余额", "日均"]]
    rows = [*header, ["1", "张三", 1.0, 1.0], *header, ["2", "李四", 2.0, 1.0],
            ["合计", None, 3.0, 1.0], [None, None, None, None]]
    table = merged(tmp_path / "a.xlsx", rows, "A1:A2", "B1:B2", "C1:D1", "A4:A5", "B4:B5",
                   "C4:D4", "A7:A8")
    assert table.columns[0] == ["1", "2"]
    assert findings(table, IssueCode.MERGED_CELL) == []


def test_a_merged_cell_of_a_web_page_too(tmp_path: Path) -> None:
    text = ("<table><tr><td>客户号<td>姓名<td>账号<td>存款余额"
            "<tr><td rowspan=2>001<td rowspan=2>张三<td>6228<td>1<tr><td>6229<td>2</table>")
    (tmp_path / "a.xls").write_text(f"<html><meta charset=utf-8>{text}</html>", "utf-8")
    (table,) = intake.read(tmp_path / "a.xls")
    assert table.columns[:2] == (["001", "001"], ["张三", "张三"])
