"""Transactions of a file against the customers of a list: who comes again, and who is who."""

from datetime import date, timedelta

import numpy as np
import openpyxl
import pytest
from flows import LAST, flow, write
from model_customers import result_of

from branchseg.analytics import bgnbd, gamma_gamma
from branchseg.analytics.answer import Verdict
from branchseg.errors import Cancelled, InputError
from branchseg.messages import explain
from branchseg.pipeline import models
from branchseg.progress import Reporter

SIZE = 150
STRANGERS = ["s1", "s2", "s3"]


def read(path):
    return models.read_file("transactions", path, Reporter())


def find(material, result, **given):
    return models.find("transactions", result, Reporter(),
                       {f"transactions.{key}": value for key, value in given.items()}, material)


@pytest.fixture(scope="module")
def result():
    """Customers "0" to "149"; the last ten are 无效户. "0" is no number anybody has."""
    return result_of({"aum": np.full(SIZE, 1e4)},
                     status=["core"] * (SIZE - 10) + ["invalid"] * 10)


@pytest.fixture(scope="module")
def rows():
    return flow([*(str(n) for n in range(1, SIZE)), *STRANGERS])


@pytest.fixture(scope="module")
def found(result, rows, tmp_path_factory):
    return find(read(write(tmp_path_factory.mktemp("flow") / "流水.csv", rows)), result)


def facts(finding):
    return dict(finding.facts)


def test_customers_are_matched_and_the_others_are_counted(found, rows):
    assert found.verdict in {Verdict.OK, Verdict.RULE_IS_AS_GOOD}
    assert facts(found)["和名单对上"] == (
        "139 户；3 位不在名单里（推算时一并学习，不列出）；无效户 10 户不列出")
    assert facts(found)["流水"].startswith(f"{len(rows):,} 笔")
    assert facts(found)["所用的列"] == "客户号、交易日期、交易金额"
    assert "预计" in facts(found)["按时间检验"]
    together = np.concatenate([one.positions for one in found.groups])
    assert sorted(together.tolist()) == list(range(1, 140))
    assert all(one.advice and one.why for one in found.groups)


def test_the_charts_lead_to_the_same_customers(found):
    assert [one.title for one in found.pictures] == ["还会不会再来 × 过去金额", "流水 RFM 八类"]
    for picture in found.pictures:
        marks = picture.draw(dark=False).marks
        assert sorted(np.concatenate([mark.positions for mark in marks])) == list(range(1, 140))
    assert {mark.title for mark in found.pictures[1].draw(dark=True).marks} >= {
        "重要价值客户", "一般挽留客户"}


def test_a_reason_can_be_counted_in_the_file(found, rows):
    often = next(one for one in found.groups if one.name == "多半还会来 · 金额高")
    who = int(often.positions[0])
    last = max(day for _, day, _ in rows)
    days = {day for customer, day, _ in rows if customer == str(who)
            and day > last - timedelta(days=365)}
    assert found.reason(who).startswith(
        f"近 12 个月来 {len(days)} 次，最近一次 {(last - max(days)).days} 天前；"
        "仍会再来的可能 ")
    assert "预计未来 90 天再来 " in found.reason(who)
    assert "流水 RFM：重要" in found.reason(who)
    assert found.reason(SIZE - 1) == ""
    once = next(one for one in found.groups if one.name.startswith("只来过一次"))
    assert "看不出是否还会来" in found.reason(int(once.positions[0]))


def test_days_after_today_are_left_out_and_told(result, rows, tmp_path):
    future = [("1", date(2027, 1, 1), 5.0), ("2", date(2099, 1, 1), 5.0)]
    material = read(write(tmp_path / "流水.csv", [*rows, *future]))
    later = find(material, result)
    assert facts(later)["没有计入的行"] == "晚于今天 2 行"
    assert "有 2 行的日期晚于今天，没有使用。请核对日期有没有写错。" in later.warnings
    assert facts(later)["流水"].startswith(f"{len(rows):,} 笔")
    only = find(read(write(tmp_path / "晚.csv", future)), result)
    assert only.verdict is Verdict.NOT_ENOUGH_DATA
    assert only.sentence.startswith("流水里没有一笔可用的交易")


def test_too_few_repeaters_give_classes_and_say_what_to_collect(result, tmp_path):
    few = [(str(n), LAST - timedelta(days=n), 100.0 * n) for n in range(1, 40)]
    refused = find(read(write(tmp_path / "少.csv", few)), result)
    assert refused.verdict is Verdict.NOT_ENOUGH_DATA
    assert "至少要 50 位客户、20 位再次来过的客户" in refused.sentence
    assert refused.sentence.endswith("下面先按流水给出 RFM 分类。")
    assert sum(len(one.positions) for one in refused.groups) == 39
    assert refused.reason(3) == (
        "近 39 天来 1 次，最近一次 2 天前。流水 RFM：一般发展客户（R5 F2 M1）。")


def test_bad_rows_are_counted_by_reason(result, rows, tmp_path):
    bad = [("", LAST, 1.0), ("1", "没写", 1.0), ("1", LAST, "?"), ("1", LAST, -3.0)]
    told = facts(find(read(write(tmp_path / "流水.csv", [*rows, *bad])), result))
    assert told["没有计入的行"] == (
        "没有客户号 1 行；日期看不懂 1 行；金额看不懂 1 行；金额为负（退款、支出）1 行")


def test_numbers_of_other_customers_match_nobody(result, tmp_path):
    others = find(read(write(tmp_path / "别.csv", flow(f"x{n}" for n in range(60)))), result)
    assert others.verdict is Verdict.NOT_ENOUGH_DATA
    assert others.sentence.startswith("流水里的 60 位客户，没有一位在名单里。")
    assert not others.groups


def test_without_a_file_it_asks_for_one(result):
    nothing = find(None, result)
    assert nothing.verdict is Verdict.NOT_ENOUGH_DATA
    assert "选择交易流水" in nothing.sentence


def test_a_workbook_with_titles_units_and_a_sheet_per_month(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for month, unit, amount in ((9, "（万元）", 1.5), (10, "", 20)):
        sheet = book.create_sheet(f"{month}月")
        sheet.append(["交易流水"])
        sheet.append(["客户编号", "记账日期", f"发生额{unit}", "备注"])
        for place in range(3):
            sheet.append([f"00{place + 1}", date(2026, month, 3), amount, "转账"])
    book.save(tmp_path / "流水.xlsx")
    material = read(tmp_path / "流水.xlsx")
    assert material.headers[:2] == ("客户编号", "记账日期")
    assert material.rows["customer"].tolist() == ["001", "002", "003"] * 2
    assert (material.rows["amount"] * material.rows["unit"]).tolist() == [15000.0] * 3 + [20.0] * 3


@pytest.mark.parametrize(("header", "missing"), [
    (("客户号", "金额"), "日期（可叫：交易日期、交易时间、记账日期）"),
    (("客户号", "交易日期"), "金额（可叫：交易金额、发生额、交易额）"),
    (("交易日期", "交易金额"), "客户号（可叫："),
])
def test_a_missing_column_is_named_with_what_it_may_be_called(tmp_path, header, missing):
    with pytest.raises(InputError) as raised:
        read(write(tmp_path / "流水.csv", [("1", "2026-01-02", "3")] * 3, header))
    assert explain(raised.value).startswith(f"这份文件里没有找到{missing}")


def test_foreign_money_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"models\.transactions\.foreign"):
        read(write(tmp_path / "流水.csv", [("1", "2026-01-02", "3")] * 3,
                   ("客户号", "交易日期", "交易金额（美元）")))


@pytest.mark.parametrize("search", [bgnbd, gamma_gamma])
def test_cancelling_stops_at_the_next_step_of_a_search(result, rows, tmp_path, monkeypatch,
                                                       search):
    material, reporter, steps = read(write(tmp_path / "流水.csv", rows)), Reporter(), []
    loss = search._loss

    def counted(*given):
        steps.append(1)
        if len(steps) == 7:
            reporter.cancel()
        return loss(*given)

    monkeypatch.setattr(search, "_loss", counted)
    with pytest.raises(Cancelled):
        models.find("transactions", result, reporter, {}, material)
    assert len(steps) == 7


def test_work_can_be_stopped_before_during_and_after_the_searches(result, rows, tmp_path):
    marks, material = [], read(write(tmp_path / "流水.csv", rows))
    reporter = Reporter(lambda _label, done: marks.append(round(100 * done)))
    models.find("transactions", result, reporter, {}, material)
    assert marks == sorted(marks)
    assert max(np.diff(marks)) < 10


def test_cancelling_stops(result, rows, tmp_path):
    material = read(write(tmp_path / "流水.csv", rows))
    reporter = Reporter()
    reporter.cancel()
    with pytest.raises(Cancelled):
        models.find("transactions", result, reporter, {}, material)
    with pytest.raises(Cancelled):
        models.read_file("transactions", tmp_path / "流水.csv", reporter)
