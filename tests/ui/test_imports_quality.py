"""The quality report of an import: from the problems, from the history, on paper and in files."""

from datetime import UTC, datetime
from unicodedata import normalize

import pypdfium2
import pytest
from hand import LEFT, click, idle
from openpyxl import Workbook, load_workbook
from PySide6.QtWidgets import QFileDialog, QPushButton

from branchseg.store.records import OwnSegment
from ui import printing
from ui.pages.imports.page import Step
from ui.pages.imports.quality import QualityDialog, report_of

HEAD = ("客户号", "姓名", "手机号", "最近交易日", "时点AUM", "经办备注")
ROWS = (
    ("0000000001", "王小明", "13800001111", "2026-10-20", 120_000.0, "周六"),
    ("0000000002", "李小红", "13800002222", "2026-13-45", 56_000.0, None),
    ("0000000003", "钱小军", "1380000", "2026-08-11", 75_000.0, None),
)


@pytest.fixture
def page(imports_page):
    return imports_page


@pytest.fixture
def workbook(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (["数据日期：2026-10-31"], HEAD, *ROWS):
        sheet.append(list(row))
    path = tmp_path / "十月名单.xlsx"
    book.save(path)
    return path


def check(qtbot, page, path):
    page.activate(path)
    idle(qtbot, page.session)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.ISSUES


def said(path):
    document = pypdfium2.PdfDocument(path)
    words = normalize("NFKC", document[0].get_textpage().get_text_range())
    assert len(document) == 1
    document.close()
    return words


def test_the_strip_says_what_the_gaps_cost(qtbot, page, workbook):
    check(qtbot, page, workbook)
    assert page.issues.cost.text.startswith("无最近交易日 → 1 户待核实，不能分层；"
                                            "无手机号或座机（含已遮盖的） → 1 户不能电话联系；")
    assert page.issues.cost.text.endswith("其余见质量报告。补齐后重新导入即可。")


def test_a_report_of_what_was_checked_on_screen_and_in_files(qtbot, page, workbook, tmp_path,
                                                             monkeypatch):
    check(qtbot, page, workbook)
    qtbot.mouseClick(page.issues.report, LEFT)
    dialog = page.reports.dialog
    assert isinstance(dialog, QualityDialog)
    assert dialog.isVisible()
    assert dialog.view.paper.page is not None
    for button, name in ((dialog.pdf, "报告.pdf"), (dialog.book, "报告.xlsx")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName",
                            lambda *_args, name=name: (str(tmp_path / name), ""))
        click(qtbot, page, button)
    assert "无最近交易日" in said(tmp_path / "报告.pdf")
    rows = list(load_workbook(tmp_path / "报告.xlsx")["质量报告"].values)
    assert ("缺口", None, "无最近交易日", 1, 3, 33.33, "待核实，不能分层") in rows
    dialog.close()
    assert page.reports.dialog is None


def test_what_own_segments_will_plan_is_counted_before_and_after_saving(qtbot, page, workbook):
    store = page.session.vault
    check(qtbot, page, workbook)
    plain = page._flow.checked.report.planned
    assert plain.own == 0
    assert f"{plain.customers} 户有下一步动作 · 还没有保存" in page.issues.head.facts.text()
    ids = tuple(page._flow.checked.prepared.table.frame["customer_id"])
    own = OwnSegment("回访名单", None, ids, action="asset_review")
    store.keep_own_segment(own, at=datetime.now(UTC))
    qtbot.mouseClick(page.foot.back, LEFT)
    idle(qtbot, page.session)
    click(qtbot, page, page.foot.next)
    planned = page._flow.checked.report.planned
    assert planned.own > 0
    assert f"户有下一步动作（{planned.own} 户由自建客群安排）" in page.issues.head.facts.text()
    click(qtbot, page, page.foot.next)
    batch = store.batches()[0]
    report = report_of(store, batch, page.session.ruleset, page.session.today)
    assert report.planned == planned
    now, alone = (page.session.result.results["next_action"], page.session.result.alone)
    assert planned == (now.notna().sum(), (now != alone).sum())


def test_nothing_is_written_where_the_user_would_rather_not(qtbot, page, workbook, monkeypatch):
    check(qtbot, page, workbook)
    qtbot.mouseClick(page.issues.report, LEFT)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: ("", ""))
    notes = []
    page.session.noticed.connect(notes.append)
    click(qtbot, page, page.reports.dialog.book)
    assert notes == []


def test_a_file_that_cannot_be_written_is_said(qtbot, page, workbook, tmp_path, monkeypatch):
    check(qtbot, page, workbook)
    qtbot.mouseClick(page.issues.report, LEFT)
    monkeypatch.setattr(QFileDialog, "getSaveFileName",
                        lambda *_args: (str(tmp_path / "没有这个文件夹" / "报告.xlsx"), ""))
    notes = []
    page.session.noticed.connect(lambda note: notes.append(note.text))
    click(qtbot, page, page.reports.dialog.book)
    assert notes
    assert "报告.xlsx" in notes[-1]


def test_printing_and_zooming(qtbot, page, workbook, monkeypatch):
    check(qtbot, page, workbook)
    qtbot.mouseClick(page.issues.report, LEFT)
    dialog, shown = page.reports.dialog, []
    monkeypatch.setattr(printing, "preview",
                        lambda _parent, pages, _settings: shown.append(pages) or True)
    qtbot.mouseClick(dialog.print, LEFT)
    assert len(shown[0]) == 1
    qtbot.mouseClick(dialog.zoom, LEFT)
    assert dialog.view.large
    assert dialog.zoom.text() == "整页"


def test_a_saved_import_has_its_report_in_the_history(qtbot, page, workbook):
    check(qtbot, page, workbook)
    before = page._flow.checked.report
    click(qtbot, page, page.foot.next)
    qtbot.mouseClick(page.done.again, LEFT)
    buttons = page.files.history.findChildren(QPushButton)
    wanted = next(one for one in buttons if one.text() == "质量报告")
    assert wanted.accessibleName().startswith("质量报告：")
    click(qtbot, page, wanted)
    qtbot.waitUntil(lambda: page.reports.dialog is not None)
    after = page.reports._shown.report
    assert (after.fields, after.findings, after.gaps) == (
        before.fields, before.findings, before.gaps)
    assert (after.files, after.rows_read, after.customers) == (
        before.files, before.rows_read, before.customers)


def test_the_steps_stand_beside_the_problems(qtbot, page, workbook):
    check(qtbot, page, workbook)
    assert page.issues.kinds.isVisible()
    qtbot.mouseClick(page.issues.head.steps_tab, LEFT)
    assert page.issues.steps.isVisible()
    assert not page.issues.kinds.isVisible()
    stages = dict(page.issues.steps.lines)
    assert stages["读取"] == "十月名单.xlsx · Sheet：表头在第 2 行，3 行。"
    assert stages["认定客户"] == "3 行就是 3 户。"
    qtbot.mouseClick(page.issues.head.problems_tab, LEFT)
    assert page.issues.kinds.isVisible()


def test_the_history_still_knows_the_steps(qtbot, page, workbook):
    check(qtbot, page, workbook)
    before = list(page.issues.steps.lines)
    click(qtbot, page, page.foot.next)
    qtbot.mouseClick(page.done.again, LEFT)
    wanted = next(one for one in page.files.history.findChildren(QPushButton)
                  if "质量报告" in one.accessibleName())
    click(qtbot, page, wanted)
    dialog = page.reports.dialog
    assert dialog.view.isVisible()
    qtbot.mouseClick(dialog.steps, LEFT)
    assert dialog.steps_view.isVisible()
    assert dialog.steps_view.lines == before
    qtbot.mouseClick(dialog.steps, LEFT)
    assert dialog.view.isVisible()


def test_captions_are_short_in_a_narrow_window(qtbot, page, workbook):
    check(qtbot, page, workbook)
    assert page.issues.export.text() == "导出问题清单"
    page.resize(820, 420)
    assert page.issues.export.text() == "问题清单"
    assert page.issues.export.accessibleName() == "导出问题清单"


def test_gaps_and_counts_are_of_the_customers_as_they_will_be(qtbot, page, workbook, tmp_path):
    check(qtbot, page, workbook)
    click(qtbot, page, page.foot.next)
    book = Workbook()
    book.active.append(["数据日期：2026-10-31"])
    book.active.append(["客户号", "姓名", "到期日", "到期金额"])
    for number, name in (("0000000001", "王小明"), ("0000000002", "李小红"),
                         ("0000000004", "孙小兰")):
        book.active.append([number, name, "2026-12-01", 50_000.0])
    book.save(tmp_path / "到期名单.xlsx")
    check(qtbot, page, tmp_path / "到期名单.xlsx")
    checked = page._flow.checked
    assert len(checked.prepared.table) == 3
    assert checked.statuses["unverified"] == 2
    assert "待核实 2 户" in page.issues._in_words.text()
    assert "无最近交易日 → 2 户" in page.issues.cost.text
    assert page.issues.cost.text.startswith(
        "这份名单里没有、以前的名单里有的已补上：1 户的最近交易日、2 户的金融资产、2 户的手机号。")
    told = page._flow.checked.report
    click(qtbot, page, page.foot.next)
    click(qtbot, page, page.done.again)
    batch = page.session.vault.batches()[0]
    again = report_of(page.session.vault, batch, page.session.ruleset, page.session.clock())
    assert again == told


def test_in_a_low_window_the_page_opens_readable(qtbot, page, workbook):
    check(qtbot, page, workbook)
    page.resize(820, 460)
    qtbot.mouseClick(page.issues.report, LEFT)
    assert page.reports.dialog.view.large
    assert page.reports.dialog.zoom.text() == "整页"
