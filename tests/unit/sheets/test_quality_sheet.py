"""The quality report on one A4 page, and as a workbook."""

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from branchseg.errors import InputError
from branchseg.model.fields import IMPORTED
from branchseg.model.issues import SEVERITY, Action, Issue, IssueCode
from branchseg.model.quality import (
    CleaningStep,
    FieldShare,
    Filled,
    Finding,
    GapCost,
    Planned,
    QualityReport,
)
from branchseg.sheets import PrintJob
from branchseg.sheets.marks import POINT, Box, Text
from branchseg.sheets.quality import example_words, percent, quality_pages
from branchseg.sheets.quality_book import write_quality_book

GOLDEN = Path(__file__).parent / "golden" / "quality_report.json"
LISTED = {"customer_id", "name", "mobile", "aum_month_avg", "last_txn", "risk_level", "consent"}
JOB = PrintJob("城东支行", "陈静", datetime(2026, 11, 22, 9, 30, tzinfo=UTC), date(2026, 10, 31),
               "默认 v1 · 12345678")
LONG = "很长的文字，没有尽头，" * 30


def finding(code, count, *examples):
    return Finding(code, count, tuple(
        Issue(code, SEVERITY[code], row, key, shown, Action.BLANKED, "十月名单.xlsx · Sheet1")
        for row, key, shown in examples))


FINDINGS = (
    finding(IssueCode.PHONE_INVALID, 4, (58, "mobile", "155***0791"),
            (65, "mobile", "173***0791")),
    finding(IssueCode.DUPLICATE_MERGED, 2, (142, "", "113、142")),
    finding(IssueCode.FIELD_REFUSED, 1, (0, "", "民族")),
)
GAPS = (GapCost("last_txn", "无最近交易日", "待核实，不能分层", 412),
        GapCost("phone", "无手机号或座机", "不能电话联系", 1_030))
STEPS = (CleaningStep("找表头", "表头在第 3 行。"), CleaningStep("合并", "=SUM(A1)"))


def sample(files=("十月名单.xlsx",), listed=LISTED, findings=FINDINGS, gaps=GAPS):
    fields = tuple(FieldShare(field.key, field.label, field.group,
                              1_957 if field.key in listed else 0, 2_000, field.key in listed)
                   for field in IMPORTED)
    return QualityReport(files, date(2026, 10, 31), "默认 v1 · 12345678", 2_040, 2_012, 2_000,
                         fields, findings, gaps, STEPS)


def texts(page):
    return [mark.text for mark in page.marks if isinstance(mark, Text)]


def extent(mark):
    left = mark.x - mark.width * {"left": 0, "center": 0.5, "right": 1}[mark.align]
    em = mark.size * POINT
    return left, mark.y - 0.88 * em, left + mark.width, mark.y + 0.12 * em


def check_layout(page):
    """No text on another, nothing beyond the margins."""
    boxes = [(mark, extent(mark)) for mark in page.marks if isinstance(mark, Text)]
    for (one, a), (two, b) in combinations(boxes, 2):
        apart = (min(a[2], b[2]) - max(a[0], b[0]) <= 0.01
                 or min(a[3], b[3]) - max(a[1], b[1]) <= 0.01)
        assert apart, (one.text, two.text)
    for mark, (left, top, right, bottom) in boxes:
        assert left >= 13.9, mark.text
        assert top >= 12, mark.text
        assert right <= 196.1, mark.text
        assert bottom <= 285.1, mark.text


def test_the_page_is_the_golden_one():
    (page,) = quality_pages(sample(), JOB)
    rows = [[type(mark).__name__, *(round(part, 2) if isinstance(part, float) else part
                                    for part in mark)] for mark in page.marks]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    made = f'{{"size": [{page.width}, {page.height}], "marks": [\n{lines}\n]}}\n'
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(made, encoding="utf-8")
    assert made == GOLDEN.read_text(encoding="utf-8")


def test_the_page_says_what_matters():
    (page,) = quality_pages(sample(), JOB)
    said = texts(page)
    assert said[0] == "城东支行 · 数据质量报告"
    assert "412 户" in said
    assert "20.6%" in said
    assert "不能电话联系" in said
    assert "第 58 行 手机号 155***0791；第 65 行 手机号 173***0791" in said
    assert said[-1] == "十月名单.xlsx · 数据 2026-10-31 · 规则 默认 v1 · 12345678"
    check_layout(page)


def test_notes_are_no_problems():
    (page,) = quality_pages(sample(), JOB)
    said = texts(page)
    figures = {said[place + 1]: said[place] for place in range(len(said) - 1)}
    assert [figures[word] for word in ("问题处数", "其中错误", "说明处数")] == ["6", "4", "1"]


def test_a_page_without_anything_to_complain_about():
    (page,) = quality_pages(sample(findings=(), gaps=()), JOB)
    assert "没有影响判断的缺口。" in texts(page)
    assert "没有发现问题。" in texts(page)


@pytest.mark.parametrize(("planned", "words", "rows"), [
    (Planned(0, 0), None, []),
    (Planned(1_204, 0), "有下一步动作的客户 1,204 户。", [("有下一步动作", 1_204, 60.2)]),
    (Planned(1_204, 56), "有下一步动作的客户 1,204 户，其中 56 户由自建客群的动作安排。",
     [("有下一步动作", 1_204, 60.2), ("其中由自建客群安排", 56, 2.8)])])
def test_what_will_be_done_next_is_told_below_the_gaps(tmp_path, planned, words, rows):
    made = replace(sample(), planned=planned)
    (page,) = quality_pages(made, JOB)
    assert [one for one in texts(page) if "下一步" in one] == ([words] if words else [])
    check_layout(page)
    write_quality_book(tmp_path / "报告.xlsx", made)
    book = load_workbook(tmp_path / "报告.xlsx")["质量报告"].values
    assert [(row[2], row[3], row[5]) for row in book if row[0] == "任务"] == rows


def test_what_older_lists_know_is_told_below_the_gaps():
    made = replace(sample(), filled=(Filled("手机号", 1_007), Filled("最近交易日", 3)))
    (page,) = quality_pages(made, JOB)
    assert ("这份名单里没有、以前的名单里有的已补上，不算缺口："
            "1,007 户的手机号、3 户的最近交易日。") in texts(page)
    check_layout(page)


@pytest.mark.parametrize(("share", "words"), [
    (0.0, "0%"), (1.0, "100%"), (0.5, "50.0%"), (0.9999, "99.9%"), (0.0001, "0.1%")])
def test_a_share_never_claims_all_or_nothing(share, words):
    assert percent(share) == words


@pytest.mark.parametrize(("code", "row", "key", "shown", "words"), [
    (IssueCode.PHONE_INVALID, 58, "mobile", "155***0791", "第 58 行 手机号 155***0791"),
    (IssueCode.FIELD_REFUSED, 0, "", "民族", "整列 民族"),
    (IssueCode.DUPLICATE_MERGED, 142, "", "113、142", "第 113、142 行"),
    (IssueCode.MERGE_CONFLICT, 142, "name", "113、142", "第 113、142 行 姓名"),
    (IssueCode.TOTAL_ROW, 9, "", "", "第 9 行"),
])
def test_an_example_says_where(code, row, key, shown, words):
    assert example_words(finding(code, 1, (row, key, shown)).examples[0], {}) == words


@pytest.mark.parametrize(("code", "row", "shown", "words"), [
    (IssueCode.PHONE_INVALID, 58, "155***0791", "九月 第 58 行 手机号 155***0791"),
    (IssueCode.PHONE_INVALID, 0, "", "九月 整列 手机号"),
    (IssueCode.MERGE_CONFLICT, 142, "113、142", "九月 第 113、142 行 手机号"),
    (IssueCode.MERGE_CONFLICT, 142, "113；九月：142", "第 113；九月：142 行 手机号"),
])
def test_of_several_lists_an_example_names_its_own(code, row, shown, words):
    (issue,) = finding(code, 1, (row, "mobile", shown)).examples
    assert example_words(issue, {issue.source: "九月", "其他": "十月"}) == words
    (page,) = quality_pages(replace(sample(), lists={issue.source: "九月", "其他": "十月"}), JOB)
    assert "九月 第 58 行 手机号 155***0791；九月 第 65 行 手机号 173***0791" in texts(page)


CODES = list(IssueCode)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from([field.key for field in IMPORTED])),
       st.integers(0, len(CODES)), st.integers(0, 10), st.booleans())
def test_any_report_is_exactly_one_page(listed, kinds, gaps, long):
    found = tuple(finding(code, 3, *[(row, "mobile", LONG if long else "1") for row in (1, 2, 3)])
                  for code in CODES[:kinds])
    cost = GapCost("a", LONG if long else "无手机号", LONG if long else "不能电话", 2_000)
    made = sample((LONG,) if long else ("甲.xlsx",), listed, found, (cost,) * gaps)
    (page,) = quality_pages(made, JOB)
    check_layout(page)
    shown = sum(text == "3 处" for text in texts(page))
    more = [text for text in texts(page) if text.startswith("另有")]
    assert more == ([] if shown == kinds else
                    [f"另有 {kinds - shown} 类，共 {3 * (kinds - shown):,} 处，见导出的 Excel。"])
    bars = [mark for mark in page.marks if isinstance(mark, Box) and mark.fill == 12]
    assert len(bars) == len(listed)


def test_the_workbook_has_the_report_and_the_steps(tmp_path):
    path = tmp_path / "质量报告.xlsx"
    write_quality_book(path, sample())
    book = load_workbook(path)
    assert book.sheetnames == ["质量报告", "清洗步骤"]
    rows = [tuple(cell.value for cell in row) for row in book["质量报告"].iter_rows()]
    assert rows[0] == ("部分", "类别", "项目", "数量", "总数", "占比（%）", "说明")
    assert rows[1] == ("缺口", None, "无最近交易日", 412, 2_000, 20.6, "待核实，不能分层")
    assert len(rows) == 1 + len(GAPS) + len(IMPORTED) + len(FINDINGS)
    assert rows[3] == ("完整度", "基本信息", "客户号", 1_957, 2_000, 97.85, None)
    assert rows[4][6] == "名单没有这一列"
    assert [row[:2] for row in rows[-3:]] == [("问题", "错误"), ("问题", "提醒"), ("说明", "说明")]
    steps = book["清洗步骤"]
    assert [cell.value for cell in steps[2]] == [1, "找表头", "表头在第 3 行。"]
    assert steps["C3"].value == "=SUM(A1)"
    assert steps["C3"].data_type == "s"
    assert steps["C3"].quotePrefix


def test_the_workbook_tells_what_older_lists_know(tmp_path):
    write_quality_book(tmp_path / "a.xlsx", replace(sample(), filled=(Filled("手机号", 1_000),)))
    rows = list(load_workbook(tmp_path / "a.xlsx")["质量报告"].values)
    assert rows[3] == ("已补上", None, "手机号", 1_000, 2_000, 50,
                       "这份名单里没有，以前的名单里有")


def test_a_workbook_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(InputError) as raised:
        write_quality_book(tmp_path / "fehlt" / "a.xlsx", sample())
    assert raised.value.code == "sheets.cannot_write"
