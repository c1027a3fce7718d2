"""Header, title, totals and footers on grids; the header may stand anywhere near the top."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg import intake
from branchseg.intake.grid import Grid
from branchseg.intake.structure import find_data_date, lay_out
from branchseg.model.issues import IssueCode

HEADER = ["客户号", "姓名", "手机号", "月日均AUM(万元)"]
DATA = [[f"00{i}", name, f"1380000000{i}", i * 10.5]
        for i, name in enumerate(["张三", "李四", "王五", "赵六", "孙七"])]


def grid_of(rows, merges=(), first_row: int = 1, first_column: int = 1) -> Grid:
    width = max(map(len, rows))
    full = [list(row) + [None] * (width - len(row)) for row in rows]
    return Grid("", first_row, first_column, [list(c) for c in zip(*full, strict=True)],
                list(merges))


def lay(rows, **how):
    layout = lay_out(grid_of(rows, **how), "测试")
    assert layout is not None
    return layout


def found(layout) -> list[tuple[str, int]]:
    return [(issue.code.value, issue.row) for issue in layout.issues]


def test_plain_list() -> None:
    layout = lay([HEADER, *DATA])
    assert layout.headers == tuple(HEADER)
    assert layout.units == (0.0, 0.0, 0.0, 10000.0)
    assert layout.rows == [2, 3, 4, 5, 6]
    assert layout.columns[1] == ["张三", "李四", "王五", "赵六", "孙七"]
    assert found(layout) == []


@pytest.mark.parametrize("count", [1, 5, 26, 29])
def test_header_after_title_rows(count: int) -> None:
    titles = [[f"说明第{i}行"] for i in range(count)]
    layout = lay([*titles, HEADER, *DATA])
    assert layout.header_row == count + 1
    assert layout.rows[0] == count + 2


def test_header_beyond_row_30_is_not_searched() -> None:
    assert lay_out(grid_of([*([["说明"]] * 30), HEADER, *DATA]), "") is None


def test_unit_and_date_of_the_title_hold_for_columns_that_say_nothing() -> None:
    rows = [["某支行客户清单"], ["数据日期：2026-10-31", None, "单位：千元"],
            ["客户号", "姓名", "AUM余额", "存款余额（元）"], ["1", "张三", 1.5, 2.0]]
    layout = lay(rows)
    assert layout.as_of == date(2026, 10, 31)
    assert layout.units == (1000.0, 1000.0, 1000.0, 1.0)


def test_report_with_date_in_b2_two_header_rows_and_pages() -> None:
    """The form of a bank's real export: pages repeat both header rows, the list ends in totals."""
    upper = ["账户号", "户名", "证件号", "存款", None, "理财", None]
    lower = [None, None, None, "余额", "日均", "余额", "日均"]
    body = [[f"62{i}", "张*", "3301**********12", "1,234.50", "1,000.00", "0.00", "0.00"]
            for i in range(8)]
    rows = [["个人客户资产报表"], ["报表日期", "20261031"], [], [],
            upper, lower, *body[:4], upper, lower, *body[4:],
            ["合计", None, None, "9,876.00", None, "0.00"],
            ["制表人：甲", None, None, "审核人：乙"]]
    layout = lay(rows)
    assert layout.as_of == date(2026, 10, 31)
    assert layout.headers == ("账户号", "户名", "证件号", "存款_余额", "存款_日均", "理财_余额",
                              "理财_日均")
    assert layout.rows == [7, 8, 9, 10, 13, 14, 15, 16]
    assert found(layout) == [
        ("title_rows", 1), ("title_rows", 2), ("repeated_header", 11), ("repeated_header", 12),
        ("total_row", 17), ("footnote_row", 18),
    ]


def test_merged_group_row_above_full_names() -> None:
    rows = [["基本信息", None, "资产", None], ["客户号", "姓名", "AUM余额", "活期余额"],
            ["1", "张三", 1.0, 2.0]]
    layout = lay(rows, merges=[(0, 0, 0, 1), (0, 2, 0, 3)])
    assert layout.headers == ("基本信息_客户号", "基本信息_姓名", "资产_AUM余额", "资产_活期余额")
    assert layout.header_row == 2


def test_group_over_some_columns_only() -> None:
    rows = [["客户号", "姓名", "存款", None], [None, None, "余额", "笔数"],
            ["1", "张三", 1.0, 2.0]]
    layout = lay(rows, merges=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)])
    assert layout.headers == ("客户号", "姓名", "存款_余额", "存款_笔数")
    assert layout.rows == [3]


def test_first_data_row_of_texts_is_no_second_header() -> None:
    rows = [["客户号", "姓名", None, "备注"], ["甲一", "张三", "教师", "好"],
            ["甲二", "李四", "医生", "无"]]
    layout = lay(rows)
    assert layout.rows == [2, 3]
    assert layout.headers[2] == "C列"
    assert found(layout) == [("header_blank", 1)]


@pytest.mark.parametrize(("cell", "code"), [
    ("合计", "total_row"), ("合 计", "total_row"), ("小计：", "total_row"), ("总计", "total_row"),
    ("平均值", "total_row"), ("城东支行小计", "total_row"), ("共计5户", "total_row"),
    ("制表人：甲", "footnote_row"), ("审核人", "footnote_row"), ("以下空白", "footnote_row"),
    ("备注：仅供内部使用", "footnote_row"), ("第1页 共3页", "footnote_row"),
    ("数据仅供内部使用，不得外传", "footnote_row"),
])
def test_rows_that_are_no_customers(cell: str, code: str) -> None:
    layout = lay([HEADER, *DATA, [cell, None, None, 99.0 if code == "total_row" else None]])
    assert layout.rows == [2, 3, 4, 5, 6]
    assert found(layout) == [(code, 7)]


@pytest.mark.parametrize("row", [
    ["009", "总计", "13900000000", 1.0],
    ["009", None, None, None],
    [None, None, None, 5000.0],
])
def test_rows_that_may_be_customers_stay(row) -> None:
    assert lay([HEADER, *DATA, row, DATA[0]]).rows == [2, 3, 4, 5, 6, 7, 8]


BRANCHED = ["网点", "客户号", "姓名", "AUM余额"]


@pytest.mark.parametrize(("row", "total"), [
    (["合计", "4户", None, 9.0], True), (["总  计", 1280, None, 9.0], True),
    (["总计", "1280", None, 9.0], True), (["城东小计", "25 户", None, 9.0], True),
    (["合计", "共4户", None, 9.0], True), ([None, "合计", "4户", 9.0], True),
    (["城东小计", None, "２５人", 9.0], True), ([None, "城东小计", "25户", 9.0], True),
    ([None, "1280", "总计", 9.0], False), (["合计", "0010003", None, 9.0], False),
    (["城东", "4户", None, 9.0], False), ([None, "合计", "张三", 9.0], False),
    (["合计", "C004", None, 9.0], False),
])
@pytest.mark.parametrize("after", [0, 40])
def test_how_many_customers_a_total_is_of_makes_it_no_customer(row, total, after) -> None:
    data = [["城东", f"C{n}", "张三", 1.0] for n in range(100, 105 + after)]
    layout = lay([BRANCHED, *data[:3], row, *data[3:]])
    assert (5 in layout.rows) is not total
    assert found(layout) == ([("total_row", 5)] if total else [])


def test_total_in_the_middle_and_blank_rows() -> None:
    rows = [HEADER, *DATA[:2], ["小计", None, None, 1.0], [None] * 4, *DATA[2:], [None] * 4]
    layout = lay(rows)
    assert layout.rows == [2, 3, 6, 7, 8]
    assert found(layout) == [("total_row", 4), ("blank_row", 5)]


def test_list_without_key_columns() -> None:
    rows = [["网点名称", "客户等级", "AUM余额"], ["甲", "金卡", 1.0], ["合计", None, 1.0]]
    layout = lay(rows)
    assert layout.rows == [2]
    assert found(layout) == [("total_row", 3)]


def test_blank_columns_go_and_names_become_unique() -> None:
    rows = [["客户号", "姓名", None, "余额", "余额", "余额(2)", None],
            ["1", "张三", None, 1.0, 2.0, 3.0, "x"]]
    layout = lay(rows, first_column=2)
    assert layout.headers == ("客户号", "姓名", "余额", "余额(3)", "余额(2)", "H列")
    assert layout.columns[5] == ["x"]
    assert [issue.code for issue in layout.issues] == [
        IssueCode.HEADER_BLANK, IssueCode.HEADER_DUPLICATE]


@pytest.mark.parametrize(("cells", "expected"), [
    (["数据日期：2026-10-31"], date(2026, 10, 31)),
    (["统计日期：2025年12月31日   单位：元"], date(2025, 12, 31)),
    (["截至2026/9/5"], date(2026, 9, 5)),
    (["报表日期", 20261031.0], date(2026, 10, 31)),
    (["20261031"], date(2026, 10, 31)),
    ([date(2026, 1, 2)], date(2026, 1, 2)),
    (["制表日期：2026-11-02", "数据日期：2026-10-31"], date(2026, 10, 31)),
    (["制表日期：2026-11-02"], None),
    (["打印时间", "2026-11-02"], None),
    (["2026-02-30"], None),
    (["零售客户清单 2025-11-01至2026-10-31"], date(2026, 10, 31)),
    (["统计期间：2025年11月1日—2026年10月31日"], date(2026, 10, 31)),
    (["统计期间：2026年1月1日至10月31日"], date(2026, 10, 31)),
    (["数据日期 20251101-20261031"], date(2026, 10, 31)),
    (["2026/1/1~10/31"], date(2026, 10, 31)),
    (["2026-10-31至2026-11-31"], date(2026, 10, 31)),
    (["起始日期：2025-11-01 截止日期：2026-10-31"], date(2026, 10, 31)),
    (["数据日期：2026-10-31    打印日期：2026-11-02"], date(2026, 10, 31)),
    (["打印日期：2026-11-02    数据日期：2026-10-31"], date(2026, 10, 31)),
    (["2026-11-02打印"], None),
    (["2026-10-31数据"], date(2026, 10, 31)),
    (["打印日期：2026-11-02至2026-11-03"], None),
    (["2026年10月"], None),
    (["编号 6220261031001"], None),
    ([], None),
])
def test_data_date(cells, expected) -> None:
    assert find_data_date(cells) == expected


@pytest.mark.parametrize(("title", "expected"), [
    ("统计日期：2026年11月20日   制表：林晓", date(2026, 11, 20)),
    ("数据日期：2026-10-31 打印人：林晓", date(2026, 10, 31)),
    ("制表：林晓   统计日期：2026年11月20日", date(2026, 11, 20)),
    ("制表人：林晓统计日期：2026/11/20", date(2026, 11, 20)),
    ("截至2026年10月31日  制表单位：南湖支行  单位：元", date(2026, 10, 31)),
    ("数据日期 20261031 导出人 林晓", date(2026, 10, 31)),
    ("数据日期：2026-10-31    打印日期：2026-11-02    制表：林晓", date(2026, 10, 31)),
    ("打印时间：2026-11-02 09:30:15  打印人：林晓  数据日期：2026-10-31", date(2026, 10, 31)),
    ("统计期间：2025年11月1日至2026年10月31日   制表：林晓", date(2026, 10, 31)),
    ("2026-01-01至2026-10-31 制表人：林晓 制表日期：2026-11-02", date(2026, 10, 31)),
    ("南湖支行大堂客户清单（2026年10月31日） 制表：林晓", date(2026, 10, 31)),
    ("数据日期：2026-10-31（11月2日导出）", date(2026, 10, 31)),
    ("开户机构：南湖支行  时点：2026.10.31  查询柜员：0312", date(2026, 10, 31)),
    ("2026-10-31 制表", None),
    ("2026-10-31 林晓制表", None),
    ("2026-11-02 09:30:15 导出", None),
    ("2026-11-01至2026-11-03打印", None),
    ("2025-11-01至2026-10-31数据", date(2026, 10, 31)),
    ("客户数据2026-11-02导出", None),
    ("客户清单（2026-11-02导出）", None),
    ("数据导出时间：2026-11-02 单位：元", None),
    ("制表人：林晓  2026年11月2日", None),
    ("2026-11-02打印 2026-10-31数据", date(2026, 10, 31)),
])
def test_data_date_beside_who_made_the_list(title, expected) -> None:
    assert find_data_date([title]) == expected


NAMES = st.text(alphabet="赵钱孙李周吴郑王伟芳娜敏静丽强磊", min_size=2, max_size=4)


@given(st.lists(st.tuples(NAMES, st.floats(0, 1e9)), min_size=1, max_size=60),
       st.integers(0, 12), st.integers(0, 1), st.integers(0, 40))
def test_no_customer_row_is_lost(people, titles: int, total: int, repeat_at: int) -> None:
    body = [[f"{i:06d}", name, f"139{i:08d}", amount] for i, (name, amount) in enumerate(people)]
    rows = [*([["某支行客户清单"]] * titles), HEADER, *body]
    if repeat_at < len(body):
        rows.insert(titles + 1 + repeat_at, HEADER)
    if total:
        rows.append(["合计", None, None, 1.0])
    layout = lay(rows)
    assert layout.header_row == titles + 1
    assert list(zip(*layout.columns, strict=True)) == [tuple(row) for row in body]
    kinds = layout.issues.counts()
    assert kinds.get(IssueCode.TOTAL_ROW, 0) == total
    assert kinds.get(IssueCode.REPEATED_HEADER, 0) == (repeat_at < len(body))


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=6), st.floats(allow_nan=False),
                                   st.dates()), min_size=3, max_size=3),
                min_size=1, max_size=12))
def test_any_grid_is_laid_out_or_not(rows) -> None:
    layout = lay_out(grid_of(rows), "")
    if layout is not None:
        assert len(set(layout.headers)) == len(layout.headers) == len(layout.columns)
        assert {len(column) for column in layout.columns} <= {len(layout.rows)}
        assert layout.rows == sorted(set(layout.rows))


UNITS = ["客户号", "姓名", "活期", "定期", "贷款余额"]


@pytest.mark.parametrize(("row", "units", "taken"), [
    ([None, None, "（元）", "（万元）", "（元）"], (1.0, 1e4, 1.0), True),
    (["单位", None, "元", "万元", "万元"], (1.0, 1e4, 1e4), True),
    ([None, None, "单位：亿元", None, None], (1e8, 0.0, 0.0), True),
    ([None, None, "元", "%", "笔"], (1.0, 0.0, 0.0), True),
    ([None, None, "%", "%", "笔"], (0.0, 0.0, 0.0), False),
    (["C9", None, "元", None, None], (0.0, 0.0, 0.0), False),
])
def test_a_row_of_units_belongs_to_the_header(row, units, taken) -> None:
    layout = lay([UNITS, row, ["C1", "张三", 1.0, 2.0, 3.0], ["C2", "李四", 1.0, 2.0, 3.0]])
    assert layout.units[2:] == units
    assert layout.rows == ([3, 4] if taken else [2, 3, 4])


def test_a_second_table_below_is_left_out_and_told() -> None:
    first = [["客户号", "姓名", "存款余额", "最近交易日"], ["C1", "张三", 1.0, "2026-10-01"],
             ["C2", "李四", 2.0, "2026-10-01"]]
    second = [[None] * 4, ["二、理财客户", None, None, None],
              ["客户号", "姓名", "理财余额", "到期日"], ["C1", "张三", 9.0, "2026-12-01"]]
    layout = lay([*first, *second])
    assert layout.rows == [2, 3]
    assert found(layout) == [("second_table", 5), ("second_table", 6), ("second_table", 7)]


def test_a_smaller_table_above_is_left_out_and_told() -> None:
    rows = [["网点客户"] + [None] * 4, ["客户号", "姓名", "手机号", None, None],
            ["C1", "张三", "13800000001", None, None], [None] * 5,
            ["客户号", "姓名", "存款余额", "AUM余额", "最近交易日"],
            ["C2", "李四", 2.0, 3.0, "2026-10-01"]]
    layout = lay(rows)
    assert layout.rows == [6]
    assert found(layout) == [("title_rows", 1), ("second_table", 2), ("second_table", 3)]


def test_a_header_repeated_in_other_words_is_no_second_table() -> None:
    first = [["客户号", "姓名", "存款余额", "手机号"], ["C1", "张三", 1.0, "13800000001"]]
    again = [["客户编号", "客户姓名", "存款余额", "手机号码"], ["C2", "李四", 2.0, "13800000002"]]
    layout = lay([*first, *again])
    assert layout.rows == [2, 4]
    assert found(layout) == [("repeated_header", 3)]


@pytest.mark.parametrize(("text", "rows"), [
    ("客户号,姓名,余额,最近交易日\nC1,张三,1,234.00,2026-10-01\nC2,李四,5,2026-10-02\n", [3]),
    ("客户号,姓名,余额\nC1,张三,1,234.00\nC2,李四,500\nC3,王五,600\n", [3, 4]),
    ('客户号,姓名,余额\nC1,张三,"1,234.00"\nC2,李四,500\n', [2, 3]),
    ("客户号,姓名,余额\nC1,张三,1,熟客\nC2,李四,500\n", [2, 3]),
    ("客户号,姓名,余额\nC1,张三,1,\nC2,李四,500,\n", [2, 3]),
    ("客户号,姓名,余额\nC1,张三,1,2\nC2,李四,500,3\n", [2, 3]),
])
def test_a_shifted_row_of_delimited_text_is_not_used(tmp_path, text, rows) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    (table,) = intake.read(tmp_path / "a.csv")
    assert table.rows == rows
    shifted = [issue.row for issue in table.issues if issue.code is IssueCode.ROW_SHIFTED]
    assert shifted == [row for row in range(2, 2 + text.count("\n") - 1) if row not in rows]
