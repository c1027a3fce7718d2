"""What must happen to each of the workbooks that break importers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from branchseg import intake, messages
from branchseg.errors import InputError
from branchseg.model.issues import IssueCode
from branchseg.model.raw import CellError

DATA = Path(__file__).parents[2] / "data" / "workbooks"
HEADERS = ("客户号", "姓名", "身份证号", "手机号", "开户日期", "AUM余额", "存款余额",
           "最近交易日期", "近12月交易笔数", "客户经理")
FIELDS = {"customer_id", "name", "id_number", "mobile", "open_date", "aum_point", "deposit",
          "last_txn", "txn_count_12m", "manager"}

READ = [
    ("csv_gb18030.csv", "text", 50),
    ("csv_gbk.csv", "text", 50),
    ("csv_named.xls", "text", 50),
    ("csv_utf8_bom.csv", "text", 50),
    ("dates_amounts_as_text.xlsx", "xlsx", 16),
    ("duplicates_conflicts_blanks.xlsx", "xlsx", 56),
    ("html_as.xls", "html", 50),
    ("formula_injection_names.xlsx", "xlsx", 50),
    ("formula_no_cache.xlsx", "xlsx", 50),
    ("id_as_number.xlsx", "xlsx", 50),
    ("ok_biff8.xls", "xls", 50),
    ("ok_plain.xlsx", "xlsx", 50),
    ("used_range_bloat.xlsx", "xlsx", 50),
]
REFUSED = [
    ("empty_sheet.xlsx", "intake.no_data"),
    ("password_123456.xlsx", "intake.password_needed"),
    ("truncated_half.xlsx", "intake.damaged"),
    ("used_range_value_corner.xlsx", "intake.too_big"),
    ("zero_bytes.xlsx", "intake.empty_file"),
    ("zipbomb_1GiB.xlsx", "intake.zip_bomb"),
    ("不是表格.xlsx", "intake.not_spreadsheet"),
]


def read_one(name: str, **how: str):
    (table,) = intake.read(DATA / name, **how)
    return table


@pytest.mark.parametrize(("name", "file_format", "rows"), READ)
def test_is_read_whole(name: str, file_format: str, rows: int) -> None:
    table = read_one(name)
    assert table.source.file_format == file_format
    assert table.source.file_name == name
    assert table.source.header_row == 1
    assert table.headers == HEADERS
    assert len(table.rows) == rows
    assert {len(column) for column in table.columns} == {rows}
    assert set(intake.match(table).used) == FIELDS


@pytest.mark.parametrize(("name", "code"), REFUSED)
def test_is_refused_with_its_cause(name: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        intake.read(DATA / name)
    assert caught.value.code == code
    assert messages.explain(caught.value).endswith("数据没有改动。")


def test_every_file_has_an_expectation() -> None:
    named = {case[0] for case in [*READ, *REFUSED]}
    named |= {"title_merged_header_footer.xlsx", "headers_dup_blank_newline.xlsx", "README.md"}
    assert {path.name for path in DATA.iterdir()} == named


@pytest.mark.parametrize("name", ["ok_plain.xlsx", "ok_biff8.xls", "csv_gbk.csv"])
def test_texts_stay_texts(name: str) -> None:
    table = read_one(name)
    assert table.columns[0][:2] == ["0000000001", "0000000002"]
    assert table.columns[2][0] == "110105195409043758"


def test_four_byte_characters_of_gb18030() -> None:
    assert read_one("csv_gb18030.csv").columns[1][4] == "李𠮷"


def test_typed_cells() -> None:
    table = read_one("ok_plain.xlsx")
    assert table.columns[4][0] == date(2009, 10, 25)
    assert table.columns[5][0] == 2341.31
    assert table.rows == list(range(2, 52))
    assert table.sheets == ("客户",)


def test_formula_names_stay_texts() -> None:
    names = read_one("formula_injection_names.xlsx").columns[1]
    assert any(isinstance(name, str) and name.startswith(("=", "+", "-", "@")) for name in names)


def test_formula_without_value_is_no_blank() -> None:
    table = read_one("formula_no_cache.xlsx")
    assert table.columns[5][0] == CellError("未计算的公式")
    assert table.columns[5][1] == 7281.98


def test_title_group_header_and_footer() -> None:
    table = read_one("title_merged_header_footer.xlsx")
    assert table.source.header_row == 4
    assert table.rows == list(range(5, 55))
    assert table.headers[0] == "基本信息_客户号"
    assert table.headers[5] == "资产_AUM余额"
    assert set(table.units) == {1.0}
    assert table.as_of == date(2025, 12, 31)
    assert set(intake.match(table).used) == FIELDS
    issues = [(issue.code, issue.row) for issue in table.issues]
    assert issues == [
        (IssueCode.TITLE_ROWS, 1), (IssueCode.TITLE_ROWS, 2),
        (IssueCode.TOTAL_ROW, 55), (IssueCode.FOOTNOTE_ROW, 56),
    ]


def test_duplicate_and_untidy_headers() -> None:
    table = read_one("headers_dup_blank_newline.xlsx")
    assert table.headers[5:7] == ("存款余额", "存款余额(2)")
    mapping = intake.match(table)
    assert mapping.used["name"].index == 1
    assert mapping.used["mobile"].index == 3
    assert mapping.used["deposit"].index == 5
    assert [(m.index, m.field, m.reason) for m in mapping.doubtful] == [
        (6, "deposit", "intake.match.second")
    ]
    assert table.issues.counts() == {IssueCode.HEADER_DUPLICATE: 1}


def test_password_opens_the_file() -> None:
    table = read_one("password_123456.xlsx", password="123456")
    assert table.headers == HEADERS
    assert len(table.rows) == 50


def test_wrong_password_says_so() -> None:
    with pytest.raises(InputError) as caught:
        intake.read(DATA / "password_123456.xlsx", password="1234567")
    assert caught.value.code == "intake.password_wrong"


def test_reading_twice_gives_the_same() -> None:
    first, second = read_one("ok_plain.xlsx"), read_one("ok_plain.xlsx")
    assert first.columns == second.columns
    assert first.source == second.source
    assert len(first.source.sha256) == 64
