"""Filled task lists: every row is a result or says in one sentence why it is not."""

from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

from branchseg.errors import InputError
from branchseg.pipeline import read_returns
from branchseg.store.records import Closing, Outcome, Task, TaskStatus

DAY = date(2026, 11, 22)
HEADERS = ("单号", "客户", "任务主题", "结果", "下次联系日", "需求标签", "资金计划", "办理产品",
           "金额（万元）", "备注")


def task(number, result=None):
    serial = int(number[-4:])
    return Task(serial, number, f"C{serial}", "call", "续接", "客户经理", "王芳", DAY, 1.0,
                TaskStatus.PRINTED if result is None else TaskStatus.DONE,
                datetime(2026, 11, 20, tzinfo=UTC), None, result, "", None, (), "", (), None,
                None, Closing.NONE, None, None, None, "r")


TASKS = [task("20261120-0001"), task("20261120-0002"), task("20261120-0003", 1)]


def read(tmp_path, *rows, headers=HEADERS):
    book = Workbook()
    book.active.append(headers)
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "清单.xlsx")
    return read_returns(tmp_path / "清单.xlsx", TASKS, DAY)


def row_of(number="20261120-0001", result="1", next_date=None, needs=None, funds=None,
           products=None, amount=None, note=None):
    return (number, "张**", "到期提醒", result, next_date, needs, funds, products, amount, note)


def test_a_filled_row_is_a_result(tmp_path):
    found = read(
        tmp_path,
        row_of("20261120-0001", 4, date(2026, 11, 30), "养老、教育", "5–20 万", "理财，存款", 12.5,
               "周五"),
        row_of("20261120-0002", "拒绝再联系"))
    assert found.usable == {
        1: Outcome(4, "周五", date(2026, 11, 30), ("pension", "education"), "from_5",
                   ("wealth", "deposit"), 125_000.0),
        2: Outcome(7)}
    assert (found.faulty, found.blank) == ([], 0)


@pytest.mark.parametrize(("shown", "code"), [
    (3, 3), ("3", 3), (3.0, 3), ("3 已约", 3), ("已约", 3), ("7 拒绝再联系", 7)])
def test_results_are_codes_or_words(tmp_path, shown, code):
    assert read(tmp_path, row_of(result=shown)).usable == {1: Outcome(code)}


@pytest.mark.parametrize("shown", ["2026-11-30", "2026年11月30日", "20261130", 20261130])
def test_days_may_be_texts(tmp_path, shown):
    (outcome,) = read(tmp_path, row_of(next_date=shown)).usable.values()
    assert outcome.next_date == date(2026, 11, 30)


@pytest.mark.parametrize(("row", "sentence"), [
    (row_of(number=None), "没有单号"),
    (row_of(number="20261120-0099"), "没有找到单号 20261120-0099"),
    (row_of(number="张三"), "没有找到单号 张三"),
    (row_of(number="20261120-0003"), "已经登记过结果（已接通）"),
    (row_of(number="C20261120-0001"), "单号 C20261120-0001 是用命令行批量打印的"),
    (row_of(result=None, note="周五再打"), "缺结果代码"),
    (row_of(result=None, next_date="2026-11-30"), "缺结果代码"),
    (row_of(result=" ", amount=0), "缺结果代码"),
    (row_of(result="8"), "认不出结果“8”。可以填：1 已接通"),
    (row_of(result="好"), "认不出结果“好”"),
    (row_of(result="拒绝理财"), "认不出结果“拒绝理财”"),
    (row_of(result="12"), "认不出结果“12”"),
    (row_of(amount="十万左右"), "认不出金额“十万左右”"),
    (row_of(amount=-1), "认不出金额“-1”"),
    (row_of(needs="养老、买车"), "需求“买车”不在选项中：养老、"),
    (row_of(funds="很多"), "资金计划“很多”不在选项中"),
    (row_of(products="股票"), "产品“股票”不在选项中"),
])
def test_every_other_row_says_why_not(tmp_path, row, sentence):
    found = read(tmp_path, row, row_of("20261120-0002"))
    assert found.usable.keys() == {2}
    (fault,) = found.faulty
    assert sentence in fault.fault
    assert fault.row == 2


def test_the_first_of_two_rows_counts(tmp_path):
    found = read(tmp_path, row_of(result=1), row_of(result=5))
    assert found.usable == {1: Outcome(1)}
    assert "出现了两次" in found.faulty[0].fault


def test_rows_without_a_result_are_counted(tmp_path):
    found = read(tmp_path, row_of(result=None), row_of("20261120-0002", 2))
    assert (found.blank, list(found.usable)) == (1, [2])


def test_another_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"returns\.no_columns"):
        read(tmp_path, ("C1", "张三"), ("C2", "李四"), headers=("客户号", "姓名"))


@pytest.mark.parametrize(("shown", "fits"), [
    ("尾号 1", True), ("*1", True), ("C1", True), ("c1", True), (1, True), (None, True),
    ("尾号 2", False), ("C11", False), ("C2", False), (2, False)])
def test_a_row_must_be_about_the_customer_of_its_number(tmp_path, shown, fits):
    found = read(tmp_path, ("20261120-0001", shown, 1), ("20261120-0002", "尾号 2", 2),
                 headers=("单号", "客户号", "结果"))
    assert list(found.usable) == ([1, 2] if fits else [2])
    assert [one.row for one in found.faulty if "20261120-0001 的客户对不上" in one.fault] == (
        [] if fits else [2])


@pytest.mark.parametrize(("shown", "code", "note"), [
    ("拒绝", 7, ""), ("未接听", 2, ""), ("未接听2次", 2, "2次"), ("空号", 6, ""),
    ("不需要", 5, ""), ("不需要再打", 7, ""), ("联系不上", 2, ""), ("拒绝，态度差", 7, "态度差"),
    ("已接通，拒绝再联系", 7, "已接通，拒绝再联系"), ("已接通，拒绝", 7, "已接通，拒绝"),
    ("已接通，拒绝理财", 1, "拒绝理财"),
    ("无意向，嫌利率低", 5, "嫌利率低"), ("3 已约，周五下午", 3, "周五下午"),
    ("5、嫌利率低", 5, "嫌利率低"),
    ("3 拒绝", 7, ""), ("7 已接通", 7, ""), ("预约了（带存折）", 3, "带存折"), ("4", 4, "")])
def test_what_staff_write_is_a_result_and_the_rest_a_note(tmp_path, shown, code, note):
    assert read(tmp_path, row_of(result=shown)).usable == {1: Outcome(code, note)}
    both = Outcome(code, f"{note}；再看" if note else "再看")
    assert read(tmp_path, row_of(result=shown, note="再看")).usable == {1: both}


def test_a_code_and_a_word_that_differ_are_asked(tmp_path):
    assert "认不出结果“3 未接”" in read(tmp_path, row_of(result="3 未接")).faulty[0].fault


@pytest.mark.parametrize(("shown", "day"), [
    ("12月5日", date(2026, 12, 5)), ("12-5", date(2026, 12, 5)), ("12/5", date(2026, 12, 5)),
    (12.5, date(2026, 12, 5)), ("12月5号", date(2026, 12, 5)), ("11月22日", DAY),
    ("1月4日", date(2027, 1, 4)), (1.15, date(2027, 1, 15))])
def test_days_without_a_year_are_the_next_ones(tmp_path, shown, day):
    (outcome,) = read(tmp_path, row_of(next_date=shown)).usable.values()
    assert outcome.next_date == day


@pytest.mark.parametrize(("shown", "left"), [
    ("下周五", "没有记下次联系日：认不出“下周五”"), ("2026-11-21", "2026-11-21 已经过去"),
    ("11月21日", "2026-11-21 已经过去"), ("13月5日", "认不出“13月5日”"), ("2-30", "认不出“2-30”")])
@pytest.mark.parametrize("result", ["已约", "拒绝"])
def test_a_day_nobody_can_read_costs_no_result(tmp_path, result, shown, left):
    found = read(tmp_path, row_of(result=result, next_date=shown))
    assert found.usable == {1: Outcome({"已约": 3, "拒绝": 7}[result])}
    assert left in found.rows[0].left
    assert not found.faulty


def test_nothing_costs_a_refusal(tmp_path):
    found = read(tmp_path, row_of(result="拒绝", needs="买车", amount="很多"))
    assert found.usable == {1: Outcome(7)}
    assert found.rows[0].left.startswith("拒绝已登记，其余没有记：需求“买车”")


def test_every_row_says_who_it_is_and_which_task(tmp_path):
    good, bad = read(tmp_path, ("20261120-0001", "张三丰", 1), ("20261120-0002", "李*", "好"),
                     headers=("单号", "姓名", "结果")).rows
    assert (good.who, good.task.id, bad.who, bad.task.id) == ("张**", 1, "李*", 2)
