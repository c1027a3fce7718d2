"""The dirt of bank lists, line by line: what a file says, what comes of it, and what is said.

Everything goes the whole way, from a file to the customer table.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pandas as pd
import pytest

from branchseg import intake, pipeline
from branchseg.model.issues import Issue

AS_OF = date(2026, 10, 31)
NOTHING = None
ID_1990 = "110101199001010015"  # a man, born on 1990-01-01
ID_X = "11010119900101004X"
ID_OLD = "110101900101001"
LONG = 6217000000000000123.0

# field, its column name, what is in the cell, the value, what is said of it
DIRT: list[tuple[str, str, Any, Any, str | None]] = [
    # units and signs of amounts
    ("deposit", "存款余额", "12.5万", 125_000.0, "unit_converted"),
    ("deposit", "存款余额", "1.2亿", 120_000_000.0, "unit_converted"),
    ("deposit", "存款余额", "1,234.50", 1234.5, None),
    ("deposit", "存款余额", "￥1,234.50", 1234.5, None),
    ("deposit", "存款余额", "(1,234.50)", -1234.5, "amount_negative"),
    ("deposit", "存款余额", -12.0, -12.0, "amount_negative"),
    ("deposit", "存款余额", "１２３４.５", 1234.5, None),
    ("deposit", "存款余额", "'1234.5", 1234.5, None),
    ("deposit", "存款余额", "\u00a01234.5\u200b", 1234.5, None),
    ("deposit", "存款余额", "-", NOTHING, "placeholder"),
    ("deposit", "存款余额", "--", NOTHING, "placeholder"),
    ("deposit", "存款余额", "—", NOTHING, "placeholder"),
    ("deposit", "存款余额", "/", NOTHING, "placeholder"),
    ("deposit", "存款余额", "无", NOTHING, "placeholder"),
    ("deposit", "存款余额", "N/A", NOTHING, "placeholder"),
    ("deposit", "存款余额", "#N/A", NOTHING, "error_cell"),
    ("deposit", "存款余额", "#REF!", NOTHING, "error_cell"),
    ("deposit", "存款余额", 0, 0.0, None),
    ("deposit", "存款余额", "约20万", NOTHING, "amount_unreadable"),
    ("deposit", "存款余额", "1,23,4", NOTHING, "amount_unreadable"),
    ("deposit", "存款余额", "USD 100", NOTHING, "foreign_currency"),
    ("deposit", "存款余额", "6.22E+18", NOTHING, "number_damaged"),
    ("wealth", "理财余额(万元)", 12.5, 125_000.0, None),
    ("wealth", "理财余额(万元)", "1.2万", 12_000.0, "amount_unit_twice"),
    ("wealth", "理财余额(万元)", "500元", 500.0, "unit_converted"),
    ("fund", "基金余额（千元）", 3, 3_000.0, None),
    ("loan", "贷款余额(美元)", 100, NOTHING, "foreign_currency"),
    ("loan", "贷款余额(美元)", 0, 0.0, None),
    # numbers that tell who somebody is
    ("id_number", "证件号码", ID_1990, ID_1990, None),
    ("id_number", "证件号码", ID_X.lower(), ID_X, "text_tidied"),
    ("id_number", "证件号码", "110101 19900101 0015", ID_1990, "text_tidied"),
    ("id_number", "证件号码", ID_OLD, ID_1990, "id_old15"),
    ("id_number", "证件号码", "110101199001010016", "110101199001010016", "id_checksum"),
    ("id_number", "证件号码", 110101199001010015, NOTHING, "number_damaged"),
    ("id_number", "证件号码", "1.10101E+17", NOTHING, "number_damaged"),
    ("id_number", "证件号码", "3301**********12", "3301**********12", "id_masked"),
    ("id_number", "证件号码", "E12345678", "E12345678", "id_other"),
    ("mobile", "手机号", "138****1234", "138****1234", "phone_masked"),
    ("mobile", "手机号", 13800138000, "13800138000", None),
    ("mobile", "手机号", "手机:13800138000", "13800138000", "text_tidied"),
    ("mobile", "手机号", "+86 138-0013-8000", "13800138000", "text_tidied"),
    ("mobile", "手机号", "13800138000/13900139000", "13800138000", "phone_extra"),
    ("mobile", "手机号", "010-62345678", "010-62345678", None),
    ("mobile", "手机号", "12800138000", NOTHING, "phone_invalid"),
    ("mobile", "手机号", LONG, NOTHING, "phone_invalid"),
    # dates
    *(("open_date", "开户日期", cell, date(2023, 7, 14), code) for cell, code in (
        ("20230714", None), (20230714, None), ("2023-7-14", None), ("2023/07/14", None),
        ("2023.7.14", None), ("2023年7月14日", None), ("14-Jul-23", None),
        (date(2023, 7, 14), None), (datetime(2023, 7, 14, 9, 30), None),  # noqa: DTZ001
        ("2023-07-14 09:30:00", None), (45121, "date_serial"), ("45121", "date_serial"))),
    *(("open_date", "开户日期", cell, NOTHING, code) for cell, code in (
        ("7月14日", "date_partial"), ("202307", "date_partial"), ("00000000", "date_sentinel"),
        ("19000101", "date_sentinel"), ("99991231", "date_sentinel"),
        ("2099-12-31", "date_sentinel"), ("1900/1/0", "date_sentinel"),
        ("2023-02-30", "date_unreadable"), ("2031-01-01", "date_future"))),
    ("maturity_date", "到期日", "2031-01-01", date(2031, 1, 1), None),
    ("age", "年龄", -1, NOTHING, "age_range"),
    ("age", "年龄", 121, NOTHING, "age_range"),
    ("age", "年龄", 120, 120.0, None),
    # yes and no
    *(("payroll", "代发工资", cell, True, None)
      for cell in ("是", "Y", "1", 1, True, "√", "有", "已开通", "T")),
    *(("payroll", "是否代发", cell, False, None)
      for cell in ("否", "N", "0", 0, False, "无", "未开通", "F")),
    ("payroll", "代发工资", "可能", NOTHING, "flag_unreadable"),
    # names and texts
    ("name", "姓名", "张 三", "张三", "text_tidied"),
    ("name", "姓名", "古丽．买买提", "古丽·买买提", "text_tidied"),
    ("name", "姓名", "李𠮷", "李𠮷", None),
    ("name", "姓名", "张*", "张*", None),
    ("name", "姓名", "某某商贸有限公司", "某某商贸有限公司", "name_marked"),
    ("name", "姓名", "幸福小店", "幸福小店", "company_suspect"),
    ("risk_level", "风险等级", "R3", "C3", None),
    ("risk_level", "风险等级", "C3(平衡型)", "C3", None),
    ("risk_level", "风险等级", "C2C4", NOTHING, "choice_unreadable"),
]


def imported(rows: list[list[Any]]) -> pipeline.Prepared:
    """A workbook of these rows, imported as it was proposed."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    with TemporaryDirectory() as folder:
        path = Path(folder, "名单.xlsx")
        book.save(path)
        return pipeline.prepare(pipeline.read_lists(path), as_of=AS_OF)


@cache
def column(field: str, header: str) -> tuple[list[Any], list[list[Issue]]]:
    """The values of all dirty cells of a field, and what is said of each; row by row."""
    cells = [cell for key, name, cell, *_ in DIRT if (key, name) == (field, header)]
    people = [[f"K{number:04}", cell] for number, cell in enumerate(cells)]
    prepared = imported([["客户号", header], *people])
    frame = prepared.table.frame.set_index("customer_id")
    values = [frame[field][key] for key, _ in people]
    said: list[list[Issue]] = [[] for _ in people]
    for issue in prepared.issues:
        if issue.field == field and issue.row:
            said[issue.row - 2].append(issue)
    return values, said


@pytest.mark.parametrize("line", range(len(DIRT)), ids=lambda line: f"{DIRT[line][0]}-{line}")
def test_a_dirty_cell(line: int) -> None:
    field, header, _, expected, code = DIRT[line]
    place = sum(one[:2] == (field, header) for one in DIRT[:line])
    values, said = column(field, header)
    value = values[place]
    if expected is NOTHING:
        assert pd.isna(value)
    else:
        assert (value.date() if isinstance(value, pd.Timestamp) else value) == expected
    found = {issue.code.value for issue in said[place]} - {"phone_shared", "same_id_number"}
    assert found == ({code} if code else set())


def test_the_whole_column_is_converted_and_that_is_said() -> None:
    prepared = imported([["客户号", "理财余额(万元)"], ["1", 1.5]])
    assert [(i.code, i.field, i.shown) for i in prepared.issues if i.row == 0] == [
        ("unit_converted", "wealth", "×10000")]


@pytest.mark.parametrize("title", ["币种：美元", "单位：万美元", "货币: USD"])
def test_a_list_in_another_currency_is_not_added_to_yuan(title: str) -> None:
    prepared = imported([[title], ["客户号", "姓名", "AUM余额", "存款余额(人民币元)"],
                         ["1", "张三", 1000, 5]])
    frame = prepared.table.frame
    assert frame["aum_point"].isna().all()
    assert frame["deposit"].tolist() == [5.0]
    assert frame["aum_partial"].tolist() == [True]
    assert ("foreign_currency", 3, "aum_point") in {
        (issue.code, issue.row, issue.field) for issue in prepared.issues}


def test_accounts_in_another_currency_are_not_added_to_yuan() -> None:
    prepared = imported([["客户号", "账号", "币种", "存款余额"], ["1", "62280001", "人民币", 100],
                         ["1", "62280002", "美元", 50], ["2", "62280003", "USD", 0]])
    frame = prepared.table.frame.set_index("customer_id")
    assert frame["deposit"]["1"] == 100
    assert bool(frame["aum_partial"]["1"])
    assert [(i.row, i.shown) for i in prepared.issues if i.code == "foreign_currency"] == [
        (3, "50.00")]


def test_yuan_goes_before_another_currency_of_the_same_field() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_text("客户号,姓名,存款余额（美元）,存款余额（元）\n1,张三,7,9\n", "utf-8")
        (table,) = intake.read(path)
    mapping = intake.match(table)
    assert mapping.used["deposit"].index == 3
    assert [(one.index, one.reason) for one in mapping.doubtful] == [(2, "intake.match.second")]


def test_gender_codes_that_conflict_are_settled_by_the_id_number() -> None:
    woman = "110101199001010023"
    prepared = imported([["客户号", "证件号码", "性别"], ["1", ID_1990, "0"], ["2", woman, "1"],
                         ["3", woman, "男"], ["4", None, "1"], ["5", None, "女"]])
    frame = prepared.table.frame.set_index("customer_id")
    assert frame["gender"].astype(object).where(frame["gender"].notna(), None).to_dict() == {
        "1": "男", "2": "女", "3": "女", "4": None, "5": "女"}
    assert {(i.code.value, i.row) for i in prepared.issues if i.field == "gender"} == {
        ("id_gender_conflict", 4), ("choice_unreadable", 5)}


@pytest.mark.parametrize(("cells", "kept", "said"), [
    (["0000123", "0004567"], ["0000123", "0004567"], []),
    (["0000123", 4567], ["0000123", "4567"], [("zeros_lost", 3)]),
    (["0000123", LONG], ["0000123"], [("number_damaged", 3)]),
    (["0000123", "6.22E+18"], ["0000123"], [("number_damaged", 3)]),
    ([123456789012345, 223456789012345], ["123456789012345", "223456789012345"], []),
    ([1234567890123456.0, 1.0], ["1"], [("number_damaged", 2)]),
])
def test_customer_numbers(cells: list[Any], kept: list[str], said: list[tuple[str, int]]) -> None:
    prepared = imported([["客户号", "姓名"], *([cell, "张三"] for cell in cells)])
    assert prepared.table.frame["customer_id"].tolist() == kept
    assert [(i.code, i.row) for i in prepared.issues if i.field == "customer_id"] == said
