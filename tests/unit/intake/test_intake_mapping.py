"""Column names to fields: every alias, the traps, doubts, refusals, remembered mappings."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import branchseg.intake
from branchseg import messages
from branchseg.intake import fingerprint, match
from branchseg.intake.labels import normalise, unit_in_title, unit_of
from branchseg.intake.lookup import known_names, refused_reason
from branchseg.intake.vocabulary import vocabulary
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.raw import FOREIGN, MatchKind, RawTable, SourceRef


def listed(headers, columns=None, units=None) -> RawTable:
    cells = columns if columns is not None else [[] for _ in headers]
    return RawTable(SourceRef("a.xlsx", "", "xlsx", "", 1), tuple(headers),
                    tuple(units or [unit_of(header) for header in headers]),
                    tuple(map(list, cells)), list(range(len(cells[0]) if cells else 0)), None,
                    IssueLog())


def one(header: str, cells=()):
    return match(listed([header], [list(cells)])).columns[0]


@pytest.mark.parametrize(("header", "field"), [
    ("手机银行", "mobile_bank"), ("手机", "mobile"), ("手机号", "mobile"),
    ("手机银行最后登录", "mobile_bank_last"), ("手机银行登录日期", "mobile_bank_last"),
    ("到期金额", "maturity_amount"), ("到期日", "maturity_date"), ("到期产品", "maturity_product"),
    ("客户经理", "manager"), ("客户经理号", None), ("客户经理电话", None), ("客户名称", "name"),
    ("上月月日均AUM", "aum_prev_month_avg"), ("月日均AUM", "aum_month_avg"),
    ("上上月月日均AUM", "aum_prev2_month_avg"), ("年日均AUM", "aum_year_avg"),
    ("季日均AUM", "aum_quarter_avg"), ("上月末AUM", "aum_prev_month_end"),
    ("AUM较上月", None), ("AUM较年初", None), ("AUM排名", None), ("AUM(%)", None),
    ("历史最高AUM", None), ("目标AUM", None), ("对公AUM", None),
    ("开户机构", "branch"), ("开户日期", "open_date"), ("销户日期", None),
    ("信用卡透支余额", None), ("信用卡额度", "credit_limit"), ("信用卡", "credit_card"),
    ("风险等级", "risk_level"), ("风评日期", "risk_date"), ("风评到期日", "risk_expiry"),
    ("代发单位", "payroll_employer"), ("发薪日", "pay_day"), ("代发日前余额", "pay_before"),
    ("发薪后7天余额", "pay_after_7"), ("代发后3日余额（元）", "pay_after_3"),
    ("代发后第15天余额", "pay_after_15"), ("代发后一日余额", "pay_after_1"),
    ("代发工资", "payroll"), ("月均代发额", "payroll_amount"),
    ("证件类型", "id_type"), ("证件号码", "id_number"), ("医保代扣", "medical_autopay"),
    ("存款_余额", "deposit"), ("资产_AUM余额", "aum_point"), ("基本信息_客户号", "customer_id"),
    ("上月_月日均AUM", "aum_prev_month_avg"), ("理财_到期日", "maturity_date"),
    ("CUST_ID", "customer_id"), ("custId", "customer_id"), ("CUST_NAME", "name"),
    ("DEPO_CURNT_DEPO_BAL", "demand"), ("客戶號", "customer_id"), ("ＡＵＭ余额", "aum_point"),
    ("黑名单(营销)", "do_not_contact"), ("营销黑名单", "do_not_contact"),
    ("序号", None), ("备注", None), ("婚姻状况", None), ("学历", None),
    ("存款_日均", None), ("最近的一次交易日期", "last_txn"), ("密", None), ("", None),
])
def test_sure_names_and_traps(header: str, field: str | None) -> None:
    found = one(header)
    assert found.field == field
    assert not found.doubtful
    assert (found.kind is MatchKind.NONE) == (field is None)
    assert found.confidence >= 0.9 or field is None


@pytest.mark.parametrize(("header", "field", "reason"), [
    ("最近一笔交易日期", "last_txn", "intake.match.similar"),
    ("客户本人手机号码", "mobile", "intake.match.similar"),
    ("行业", "occupation", "intake.match.weak"),
    ("日均AUM", "aum_month_avg", "intake.match.weak"),
    ("代发后余额", "pay_after_7", "intake.match.no_day"),
    ("发薪日后余额（元）", "pay_after_7", "intake.match.no_day"),
    ("余额", "aum_point", "intake.match.whole_or_part"),
    ("账户余额(元)", "aum_point", "intake.match.whole_or_part"),
    ("当前余额", "aum_point", "intake.match.whole_or_part"),
    ("紧急联系人_姓名", "name", "intake.match.group"),
])
def test_doubtful_names_are_asked(header: str, field: str, reason: str) -> None:
    found = one(header)
    assert (found.field, found.reason, found.doubtful) == (field, reason, True)
    assert 0.6 <= found.confidence < 0.9


@pytest.mark.parametrize(("header", "reason"), [
    ("民族", "ethnicity"), ("政治面貌", "politics"), ("宗教信仰", "religion"),
    ("健康状况", "health"), ("配偶姓名", "spouse"), ("配偶证件号码", "spouse"),
    ("黑灰名单标志", "blacklist"), ("黑名单", "blacklist"), ("反洗钱评级", "money_laundering"),
    ("洗钱风险等级", "money_laundering"), ("征信情况", "credit_report"),
    ("他行负债", "credit_report"), ("查询密码", "secret"), ("短信验证码", "secret"),
    ("CVV2", "secret"), ("信用卡有效期", "secret"), ("人脸特征", "biometric"),
    ("基本信息_民族", "ethnicity"), ("配偶_姓名", "spouse"),
])
def test_unlawful_columns_are_refused(header: str, reason: str) -> None:
    found = one(header)
    assert (found.field, found.kind, found.doubtful) == (None, MatchKind.REFUSED, False)
    assert found.reason == f"intake.refused.{reason}"


@pytest.mark.parametrize("header", ["健康险余额", "风评有效期", "医保代扣", "营销黑名单"])
def test_lawful_columns_are_not_refused(header: str) -> None:
    assert refused_reason(header) is None


def test_every_alias_means_its_field() -> None:
    for key, names in vocabulary().sure.items():
        for name in names:
            found = one(name)
            assert (found.field, found.doubtful) == (key, False), name
            assert found.confidence >= 0.9, name
    for key, names in vocabulary().weak.items():
        for name in names:
            assert (one(name).field, one(name).doubtful) == (key, True), name


DECORATIONS = st.sampled_from([
    "{}", " {} ", "{}\n(必填)", "*{}", "{}（万元）", "{}(元)", "【{}】", "{}：", "\ufeff{}",
    "{}(人民币元)", "\u3000{}",
])


@pytest.mark.parametrize("header", [
    "最近一次交易", "最近日期", "末次交易", "最后一次动账", "上次交易", "最近的交易",
    "客户近期交易", "近期动账"])
def test_what_the_status_hangs_on_is_asked_rather_than_dropped(header: str) -> None:
    column = one(header, ["2026-11-01"] * 4)
    assert (column.field, column.doubtful) == ("last_txn", True)


@pytest.mark.parametrize("header", [
    "最近一次交易日", "末次动账日期", "最后一次交易时间", "上次动账日", "最新交易日期"])
def test_the_usual_names_of_the_last_transaction_are_sure(header: str) -> None:
    column = one(header, ["2026-11-01"] * 4)
    assert (column.field, column.doubtful) == ("last_txn", False)


@pytest.mark.parametrize("header", ["交易摘要", "交易渠道", "交易对手", "最近交易类型"])
def test_other_words_about_transactions_are_not_offered(header: str) -> None:
    assert one(header, ["2026-11-01"] * 4).field is None


@given(st.sampled_from(sorted(known_names())), DECORATIONS)
def test_decorations_do_not_matter(name: str, decoration: str) -> None:
    header = decoration.format(name)
    assert normalise(header) == normalise(name)
    assert one(header).field == one(name).field
    assert one(header.upper()).field == one(name).field


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert not re.search(r"\s", once)
    assert normalise(once) == once


@given(st.lists(st.text(max_size=8), max_size=6, unique=True))
def test_any_headers_can_be_matched(headers: list[str]) -> None:
    mapping = match(listed(headers))
    assert [column.index for column in mapping.columns] == list(range(len(headers)))
    fields = [c.field for c in mapping.columns if c.field and not c.doubtful]
    assert len(fields) == len(set(fields))


SURE_NAMES = st.lists(
    st.sampled_from(sorted(name for name, entry in known_names().items() if not entry.weak)),
    min_size=1, max_size=8, unique_by=lambda name: known_names()[name].field)


@given(SURE_NAMES, st.randoms())
def test_the_order_of_columns_has_no_say(headers: list[str], chance) -> None:
    def meaning(order: list[str]) -> dict[str, str | None]:
        return {column.header: column.field for column in match(listed(order)).columns}

    assert meaning(headers) == meaning(chance.sample(headers, len(headers)))


@given(SURE_NAMES, st.sampled_from(sorted(FIELDS)))
def test_what_a_person_chose_is_known_next_time(headers: list[str], field: str) -> None:
    chosen = match(listed(headers)).choose(0, field)
    again = match(listed(headers), chosen)
    assert again.columns[0].field == field
    assert [column.field for column in again.columns[1:] if not column.doubtful] == [
        column.field for column in match(listed(headers)).columns[1:]
        if not column.doubtful and column.field != field]


@pytest.mark.parametrize(("label", "factor"), [
    ("AUM余额（元）", 1.0), ("AUM(千元)", 1e3), ("AUM【万元】", 1e4), ("AUM余额/万元", 1e4),
    ("AUM余额(人民币万元)", 1e4), ("月日均AUM万元", 1e4), ("AUM(百万元)", 1e6), ("AUM(亿)", 1e8),
    ("AUM(单位：万元)", 1e4), ("AUM", 0.0), ("余额(美元)", FOREIGN), ("占比(%)", 0.0),
    ("美元", FOREIGN), ("活期(万美元)", FOREIGN), ("外币存款", FOREIGN),
    ("DEPO_BAL(USD)", FOREIGN), ("外币存款（折人民币）", 0.0), ("本外币存款余额", 0.0),
    ("美元存款折合人民币(万元)", 1e4), ("户数(户)", 0.0), ("万元户", 0.0),
])
def test_unit_of_a_header(label: str, factor: float) -> None:
    assert unit_of(label) == factor


@pytest.mark.parametrize(("title", "factor"), [
    ("单位：万元", 1e4), ("统计日期：2025年12月31日   单位：元", 1.0),
    ("金额单位:人民币千元", 1e3),
    ("单位（亿元）", 1e8), ("单位：户", 0.0), ("工作单位：万元科技", 0.0), ("客户清单", 0.0),
])
def test_unit_of_a_title(title: str, factor: float) -> None:
    assert unit_in_title(title) == factor


def test_units_apply_to_amounts_only() -> None:
    table = listed(["AUM余额", "年龄", "活期余额"], [[], [], []], [1e4, 1e4, 0.0])
    assert [column.unit for column in match(table).columns] == [1e4, 1.0, 1.0]


def test_the_better_of_two_columns_wins_wherever_it_stands() -> None:
    mapping = match(listed(["开户机构", "归属机构"]))
    assert [(c.field, c.doubtful, c.reason) for c in mapping.columns] == [
        ("branch", True, "intake.match.second"), ("branch", False, "")]


@pytest.mark.parametrize(("header", "cells", "sure"), [
    ("开户日期", ["2020-01-01", "20200101", "2020年1月1日", 43831.0, date(2020, 1, 1)], True),
    ("开户日期", ["城东支行", "城西支行", "—"], False),
    ("开户日期", ["—", "无", None], True),
    ("AUM余额", ["1,234.50", "￥12", "(500.00)", "12.3万", "壹万元整", 5.0], True),
    ("AUM余额", ["金卡", "白金"], False),
    ("手机号", ["138****1234", "手机:13900000000", 13900000000.0], True),
    ("手机号", ["张三", "李四"], False),
    ("证件号码", ["3301**********12", "11010519540904375X"], True),
    ("证件号码", ["身份证", "护照"], False),
    ("手机银行", ["是", "否", "√"], True),
    ("手机银行", [date(2026, 1, day) for day in range(1, 14)], False),
    ("手机银行", [date(2026, 1, day) for day in range(1, 13)], True),
    ("姓名", [1001.0, 1002.0], False),
    ("AUM余额", [1.0, "金卡"], True),
    ("AUM余额", [1.0, "金卡", "银卡"], False),
])
def test_cells_can_contradict_the_name(header: str, cells: list, *, sure: bool) -> None:
    found = one(header, cells)
    assert found.field is not None
    assert found.doubtful is not sure
    assert found.reason == ("" if sure else "intake.match.content")


def test_remembered_choices_are_used_again() -> None:
    table = listed(["编号", "AUM余额", "民族"], [["1"], [2.0], [None]])
    chosen = match(table).choose(0, "customer_id").choose(1, "aum_month_avg", 1e4)
    chosen = chosen.choose(2, "name")
    again = match(table, chosen)
    assert [(c.field, c.kind, c.unit) for c in again.columns] == [
        ("customer_id", MatchKind.REMEMBERED, 1.0),
        ("aum_month_avg", MatchKind.REMEMBERED, 1e4),
        (None, MatchKind.REFUSED, 1.0),
    ]
    stated = listed(["编号", "AUM余额(元)", "民族"], [["1"], [2.0], [None]])
    assert match(stated, chosen).columns[1].unit == 1.0
    other = listed(["编号", "存款余额", "民族"], [["1"], [2.0], [None]])
    assert match(other, chosen).columns[0] == again.columns[0]  # by name, not by place
    assert match(other, chosen).columns[1:] == match(other).columns[1:]


def test_what_was_decided_is_asked_again_where_the_cells_contradict_it() -> None:
    chosen = match(listed(["编号", "姓名"], [["1"], ["张三"]])).choose(0, "customer_id")
    chosen = chosen.choose(1, "name")
    again = match(listed(["编号", "姓名"], [["1", "2"], ["13900000000", "13900000001"]]), chosen)
    assert [(c.field, c.doubtful, c.reason) for c in again.columns] == [
        ("customer_id", False, ""), ("name", True, "intake.match.content")]


def test_what_nobody_decided_is_found_anew() -> None:
    headers = ["客户号", "AUM余额", "活期存款", "定期存款"]
    rows = 40
    parts = [[f"{at:010d}" for at in range(rows)], *[[50_000.0 + at for at in range(rows)]] * 3]
    first = match(listed(headers, parts))
    assert not any(column.doubtful for column in first.columns)
    small = [parts[0], [amount / 1e4 for amount in parts[1]], *parts[2:]]  # now 万元, unsaid
    again = match(listed(headers, small), first)
    assert again == match(listed(headers, small))
    assert (again.columns[1].doubtful, again.columns[1].unit) == (True, 1e4)


def test_a_column_left_out_stays_left_out() -> None:
    table = listed(["客户号", "AUM余额"])
    again = match(table, match(table).choose(1, None))
    assert (again.columns[1].field, again.columns[1].kind) == (None, MatchKind.REMEMBERED)


def test_fingerprint_ignores_dress_but_not_order() -> None:
    assert fingerprint(["客户号", "AUM余额(万元)"]) == fingerprint([" 客户号", "ＡＵＭ余额（元）"])
    assert fingerprint(["客户号", "姓名"]) != fingerprint(["姓名", "客户号"])
    assert re.fullmatch(r"[0-9a-f]{64}", fingerprint([]))


def test_every_code_has_a_sentence() -> None:
    sources = Path(branchseg.intake.__file__).parent.glob("*.py")
    found = {code for path in sources
             for code in re.findall(r'"(intake\.[a-z_.]+[a-z])"', path.read_text("utf-8"))}
    found |= {f"intake.refused.{reason}" for reason in vocabulary().refused}
    known = {code for code in messages.known_codes() if code.startswith("intake.")}
    assert found == known


@pytest.mark.parametrize("cells", [
    [10, 15, 10], ["10", "每月10日", "每月10号"], ["10日", "2026-10-10", 5], [None, "31", "5号"]])
def test_a_pay_day_may_be_a_day_of_the_month_and_stays_decided_every_month(cells):
    found = one("发薪日", cells)
    assert (found.field, found.doubtful) == ("pay_day", False)
    decided = match(listed(["发薪日"], [cells])).choose(0, "pay_day")
    [again] = match(listed(["发薪日"], [[25, "25日"]]), decided).columns
    assert (again.kind, again.field, again.doubtful) == (MatchKind.REMEMBERED, "pay_day", False)
    assert one("发薪日", ["每月底", "不定", "32日"]).doubtful


def test_a_balance_without_a_number_of_days_is_asked_once_and_remembered():
    table = listed(["代发后余额"], [[1000, 2000]])
    [asked] = match(table).columns
    assert asked.doubtful
    decided = match(table).choose(0, "pay_after_3")
    [again] = match(table, decided).columns
    assert (again.field, again.doubtful) == ("pay_after_3", False)
