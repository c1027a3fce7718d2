"""`intake.read` with files built here: formats, structure, limits, the child process."""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import openpyxl
import pytest

from branchseg import intake
from branchseg.errors import Cancelled, InputError
from branchseg.intake import formats, process, reader
from branchseg.model.issues import IssueCode
from branchseg.model.raw import CellError
from branchseg.progress import Reporter

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [["客户号", "姓名", "AUM余额"], ["0001", "张三", 12.5], ["0002", "李四", None]]


def write_xlsx(path: Path, rows, *, title: str = "客户", merges=()) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    book.save(path)
    return path


def refusal(path: Path, **how) -> str:
    with pytest.raises(InputError) as caught:
        intake.read(path, **how)
    return caught.value.code


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_in_every_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = ["客户号", "姓名", "备注"], ["0001", "张三", "喜欢，茶"], ["0002", "李四", ""]
    path = tmp_path / "名单.dat"
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    (table,) = intake.read(path)
    assert table.headers == ("客户号", "姓名", "备注")
    assert table.columns == (["0001", "0002"], ["张三", "李四"], ["喜欢，茶", None])
    assert table.source.file_format == "text"


def test_quoted_text_with_line_breaks_and_kept_zeros(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('客户号,姓名,备注\n="0007",张三,"一,二\n三"\n', encoding="utf-8")
    (table,) = intake.read(path)
    assert table.columns == (["0007"], ["张三"], ["一,二\n三"])


def test_error_cells_are_no_blanks(tmp_path: Path) -> None:
    rows = [ROWS[0], ["0001", "张三", "#N/A"], ["0002", "李四", "#REF!"], ["0003", "王五", None]]
    (table,) = intake.read(write_xlsx(tmp_path / "a.xlsx", rows))
    assert table.columns[2] == [CellError("#N/A"), CellError("#REF!"), None]


def test_the_1904_date_system_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - Excel knows no zones
    book.active.append(["客户号", "姓名", "开户日期"])
    book.active.append(["1", "张三", date(2020, 2, 29)])
    book.save(tmp_path / "a.xlsx")
    (table,) = intake.read(tmp_path / "a.xlsx")
    assert table.date_1904
    assert table.columns[2] == [date(2020, 2, 29)]


def test_one_table_per_sheet_with_a_list(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, rows in (("一月", ROWS), ("说明", [["只是几句话"]]), ("二月", ROWS), ("藏", ROWS)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book["藏"].sheet_state = "hidden"
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    tables = intake.read(tmp_path / "a.xlsx")
    assert [table.source.sheet for table in tables] == ["一月", "二月"]
    assert tables[0].sheets == ("一月", "说明", "二月", "藏")
    assert [(i.code, i.shown) for i in tables[0].issues] == [
        (IssueCode.EXTRA_SHEET, "说明"), (IssueCode.HIDDEN_SHEET, "藏")]
    (hidden,) = intake.read(tmp_path / "a.xlsx", sheet="藏")
    assert hidden.columns[0] == ["0001", "0002"]
    assert refusal(tmp_path / "a.xlsx", sheet="三月") == "intake.sheet_missing"


def test_a_list_away_from_the_corner(tmp_path: Path) -> None:
    rows = [[], [], [None, None, *ROWS[0]], [None, None, *ROWS[1]]]
    (table,) = intake.read(write_xlsx(tmp_path / "a.xlsx", rows))
    assert table.source.header_row == 3
    assert table.rows == [4]
    assert table.headers == ("客户号", "姓名", "AUM余额")


def test_unlawful_columns_never_come_in(tmp_path: Path) -> None:
    rows = [["客户号", "姓名", "民族", "查询密码"], ["0001", "张三", "汉", "123456"]]
    (table,) = intake.read(write_xlsx(tmp_path / "a.xlsx", rows))
    assert table.columns == (["0001"], ["张三"], [None], [None])
    found = [(i.code, i.shown) for i in table.issues]
    assert found == [(IssueCode.FIELD_REFUSED, "民族"), (IssueCode.FIELD_REFUSED, "查询密码")]


@pytest.mark.parametrize(("content", "code"), [
    (b"", "intake.empty_file"),
    (b"\r\n  \r\n", "intake.empty_file"),
    (b"%PDF-1.7 ...", "intake.not_spreadsheet"),
    (b"\x01\x00\x02\x03 binary", "intake.not_spreadsheet"),
    (b"PK\x03\x04 cut off", "intake.damaged"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "intake.damaged"),
    (b"\x09\x04\x06\x00\x00\x00\x10\x00", "intake.damaged"),
    (b"<html><table><tr><td>1</td></tr></table></html>", "intake.no_header"),
    (b"<html><body>Please log in</body></html>", "intake.page_without_table"),
    (b'<html><frameset><frame src="list.files/sheet001.htm"></frameset></html>',
     "intake.page_elsewhere"),
    (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "intake.page_without_table"),
    (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
     "intake.no_data"),
    (b'<?xml version="1.0"?><note/>', "intake.not_spreadsheet"),
    (b"\xef\xbb\xbf\xff\xff,\xff", "intake.text_unreadable"),
    ("客户号,姓名\n".encode(), "intake.no_rows"),
    (b"1,2,3\n4,5,6\n", "intake.no_header"),
])
def test_unusable_files_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "客户.xlsx"
    path.write_bytes(content)
    assert refusal(path) == code


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "intake.not_a_file"
    assert refusal(tmp_path / "fehlt.xlsx") == "intake.not_found"


def test_zip_of_something_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("photo.txt", "x")
    assert refusal(tmp_path / "a.xlsx") == "intake.not_spreadsheet"


def test_limits_are_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    monkeypatch.setattr(reader, "MAX_COLUMNS", 3)
    monkeypatch.setattr(reader, "MAX_TEXT_BYTES", path.stat().st_size)
    assert len(intake.read(path)) == 1
    monkeypatch.setattr(reader, "MAX_COLUMNS", 2)
    assert refusal(path) == "intake.too_many_columns"
    monkeypatch.setattr(reader, "MAX_TEXT_BYTES", path.stat().st_size - 1)
    assert refusal(path) == "intake.file_too_big"


def test_bombs_are_told_from_the_directory_alone() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>" + b" " * (3 << 20))
    with pytest.raises(InputError) as caught:
        formats.sniff(buffer.getvalue())
    assert caught.value.code == "intake.zip_bomb"


def run_instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(process, "_COMMAND", (sys.executable, "-c", code))


@pytest.mark.parametrize("code", [
    "import os; os.abort()",
    "raise SystemExit(1)",
    "import sys; sys.stdout.write('nonsense' * 9)",
    "import sys; sys.stdout.buffer.write(b'J' + (1 << 40).to_bytes(8, 'little'))",
    "import sys; sys.stdout.buffer.write(b'J\\2\\0\\0\\0\\0\\0\\0\\0[]')",
])
def test_a_dying_child_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                     code: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    run_instead(monkeypatch, code)
    assert refusal(path) == "intake.too_big"


def test_a_hanging_child_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    run_instead(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(process, "_SECONDS", 0.2)
    assert refusal(path) == "intake.timed_out"


def test_cancelling_stops_a_child_that_says_nothing(tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    run_instead(monkeypatch, "import threading; threading.Event().wait()")
    reporter = Reporter(lambda _label, _fraction: reporter.cancel())
    with pytest.raises(Cancelled):
        intake.read(path, reporter=reporter)


def test_progress_is_shown(tmp_path: Path) -> None:
    shown: list[tuple[str, float]] = []
    reporter = Reporter(lambda label, fraction: shown.append((label, fraction)))
    intake.read(write_xlsx(tmp_path / "a.xlsx", ROWS), reporter=reporter)
    assert shown[:3] == [("正在读取文件", 0.0), ("正在读取文件", 1.0), ("正在整理名单", 0.0)]
    assert all(before[1] <= after[1] for before, after in pairwise(shown[2:]))


def test_the_password_is_on_no_command_line() -> None:
    assert list(process._COMMAND) == [sys.executable, "-m", "branchseg.intake.child"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_lines_of_unequal_length(tmp_path: Path, end: str, delimiter: str) -> None:
    lines = ["客户号,姓名,AUM余额,备注", "0001,张三,5,", "0002,李四", "",
             "0003,,7,见附件,多一格", ""]
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(lines).replace(",", delimiter).encode("gb18030"))
    (table,) = intake.read(path)
    assert table.columns[:4] == (["0001", "0002", "0003"], ["张三", "李四", None],
                                 ["5", None, "7"], [None, None, "见附件"])
    assert table.rows == [2, 3, 5]


def test_text_with_quotes_and_with_formulas_for_zeros(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('客户号,姓名,备注\n="0001","张,三","两\n行"\n', encoding="utf-8")
    (table,) = intake.read(path)
    assert table.columns == (["0001"], ["张,三"], ["两\n行"])


def test_text_that_turns_unreadable_after_many_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = ["客户号,姓名\n", *["0001,张三\n"] * 5000]
    path.write_bytes("".join(rows).encode("gbk") + b"\xff\xff\n")
    assert refusal(path) == "intake.text_unreadable"
