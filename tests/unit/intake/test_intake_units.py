"""Amounts that nobody said to be 万元 and that must be asked for; columns of our own exports."""

from __future__ import annotations

import pytest

from branchseg.intake import fingerprint, initials, match
from branchseg.intake.labels import unit_of
from branchseg.model.issues import IssueLog
from branchseg.model.raw import MatchKind, RawTable, SourceRef, shown_header

AUM = [120_000.0, 56_000.0, 480_000.0, 33_000.0, 75_000.0, 1_250_000.0]


def listed(columns, units=None):
    headers = tuple(columns)
    stated = [unit_of(header) or (units or {}).get(header, 0.0) for header in headers]
    count = len(next(iter(columns.values())))
    return RawTable(SourceRef("a.xlsx", "", "xlsx", "", 1), headers, tuple(stated),
                    tuple(map(list, columns.values())), list(range(2, 2 + count)), None,
                    IssueLog())


def named(*headers):
    return listed({header: [] for header in headers})


def questions(table, remembered=None):
    mapping = match(table, remembered)
    return [(c.header, c.unit) for c in mapping.columns if c.reason == "intake.match.unit"]


def test_a_column_in_ten_thousands_beside_others_in_yuan_is_asked_for():
    wealth = [value / 1e4 * 0.4 for value in AUM]
    table = listed({"客户号": list("ABCDEF"), "时点AUM": AUM, "理财余额": wealth,
                    "活期余额": [value * 0.1 for value in AUM]})
    assert questions(table) == [("理财余额", 1e4)]
    column = match(table).columns[2]
    assert (column.field, column.doubtful, column.kind) == ("wealth", True, MatchKind.EXACT)


def test_a_total_in_ten_thousands_beside_parts_in_yuan_is_asked_for():
    table = listed({"客户号": list("ABCDEF"), "AUM年日均": [value / 1e4 for value in AUM],
                    "定期余额": AUM})
    assert questions(table) == [("AUM年日均", 1e4)]


def test_a_doubtful_name_does_not_hide_a_doubtful_unit():
    table = listed({"客户号": list("ABCDEF"), "时点AUM": AUM,
                    "担保人_理财余额": [value / 1e4 for value in AUM]})
    assert questions(table) == [("担保人_理财余额", 1e4)]


def test_texts_with_separators_count_as_amounts():
    table = listed({"客户号": list("ABCDEF"), "时点AUM": [f"{value:,.2f}" for value in AUM],
                    "理财余额": [f"{value / 1e4:.2f}" for value in AUM]})
    assert questions(table) == [("理财余额", 1e4)]


def test_yuan_under_a_title_that_says_ten_thousands_is_asked_for():
    table = listed({"客户号": list("ABCDEF"), "时点AUM（万元）": [v / 1e4 for v in AUM],
                    "活期余额": AUM}, units={"活期余额": 1e4})
    assert questions(table) == [("活期余额", 1.0)]


@pytest.mark.parametrize("demand", [
    [value / 10 for value in AUM],           # usual
    [12.0, 3.5, 90.0, 5000.0, 1.0, 40.0],    # next to nothing, but one is an account
    [0.0] * 6, [None] * 6, ["无"] * 6,
    [*AUM[:4], None, None],
])
def test_small_balances_are_no_question(demand):
    assert questions(listed({"客户号": list("ABCDEF"), "时点AUM": AUM, "活期余额": demand})) == []


def test_four_rows_prove_nothing_and_a_stated_unit_is_believed():
    few = {"客户号": list("ABCD"), "时点AUM": AUM[:4], "理财余额": [1.2, 2.0, 3.1, 4.5]}
    assert questions(listed(few)) == []
    stated = {"客户号": list("ABCDEF"), "时点AUM": AUM, "理财余额（元）": [1.2, 2, 3, 4, 5, 6]}
    assert questions(listed(stated)) == []


def test_what_a_person_said_about_a_unit_is_not_asked_again():
    table = listed({"客户号": list("ABCDEF"), "时点AUM": AUM,
                    "理财余额": [value / 1e4 for value in AUM]})
    for unit in (1.0, 1e4):
        chosen = match(table).choose(2, "wealth", unit)
        again = match(table, chosen)
        assert again.columns[2].unit == unit
        assert not again.doubtful


# --- merged headers ---


@pytest.mark.parametrize(("header", "field"), [
    ("业务情况_最后动账日期", "last_txn"), ("客户基本情况_姓名", "name"),
    ("资产负债情况_活期余额", "demand"), ("客户信息_基本要素_客户号", "customer_id"),
    ("贡献指标_持有产品数", "product_count"),
])
def test_a_group_that_adds_nothing_needs_no_question(header, field):
    column = match(named(header)).columns[0]
    assert (column.field, column.doubtful) == (field, False)


@pytest.mark.parametrize("header", ["上月情况_活期余额", "担保人信息_姓名", "本年新增_理财余额"])
def test_a_group_that_may_change_the_meaning_is_asked_for(header):
    column = match(named(header)).columns[0]
    assert (column.doubtful, column.reason) == (True, "intake.match.group")


@pytest.mark.parametrize(("header", "shown"), [
    ("业务情况_最后动账日期", "业务情况 › 最后动账日期"), ("资产_AUM余额", "资产 › AUM余额"),
    ("AUM（万元）_时点", "AUM（万元） › 时点"), ("CUST_ID", "CUST_ID"), ("客户号", "客户号"),
    ("基本_信息_姓名", "基本 › 信息 › 姓名"),
])
def test_merged_headers_are_shown_as_levels(header, shown):
    assert shown_header(header) == shown


# --- our own columns ---


def test_a_mended_export_is_the_same_list():
    table = listed({"编号": ["1"], "AUM余额": [2.0]})
    chosen = match(table).choose(0, "customer_id").choose(1, "aum_month_avg", 1e4)
    mended = listed({"来源名单": ["甲"], "来源行": [118.0], "问题": ["读不懂"],
                     "编号": ["1"], "AUM余额": [2.0]})
    assert fingerprint(mended.headers) == fingerprint(table.headers)
    again = match(mended, chosen)
    assert [(c.kind, c.field, c.unit) for c in again.columns] == [
        (MatchKind.OWN, None, 1.0), (MatchKind.OWN, None, 1.0), (MatchKind.OWN, None, 1.0),
        (MatchKind.REMEMBERED, "customer_id", 1.0), (MatchKind.REMEMBERED, "aum_month_avg", 1e4)]
    assert not any(column.unused for column in again.columns[:3])
    back = match(table, again)
    assert [c.field for c in back.columns] == ["customer_id", "aum_month_avg"]


# --- taking suggestions at once ---


def test_all_suggestions_can_be_taken_at_once():
    mapping = match(named("客户号", "开户机构", "归属机构", "行业", "日均AUM", "备注"))
    assert [c.header for c in mapping.doubtful] == ["开户机构", "行业", "日均AUM"]
    taken = mapping.accept()
    assert not taken.doubtful
    assert [c.field for c in taken.columns] == [
        "customer_id", None, "branch", "occupation", "aum_month_avg", None]


def test_of_two_doubtful_columns_for_one_field_the_better_one_is_taken():
    taken = match(named("最近一笔交易日期", "最近交易")).accept()
    assert [c.field for c in taken.columns] == ["last_txn", None]


def test_some_doubts_can_be_left_to_a_person():
    table = listed({"行业": [], "AUM余额": ["金卡", "银卡"]})
    left = match(table).accept(but=("intake.match.content",)).doubtful
    assert [c.header for c in left] == ["AUM余额"]


@pytest.mark.parametrize(("known", "unknown", "few"), [
    (3, 17, True), (0, 20, True), (5, 11, True), (6, 30, False), (3, 6, False), (3, 7, True),
    (2, 0, False), (0, 0, False),
])
def test_few_known_columns_are_suspicious(known, unknown, few):
    names = ["客户号", "姓名", "手机号", "性别", "年龄", "职业"][:known]
    others = [f"未知{number}" for number in range(unknown)]
    assert match(named(*names, *others, "民族")).few is few


@pytest.mark.parametrize(("label", "expected"), [
    ("客户号", "khh"), ("手机号", "sjh"), ("行内等级", "hndj"), ("行内等级", "xndj"),
    ("AUM", "aum"),
])
def test_initials_of_a_field(label, expected):
    assert expected in initials(label)
