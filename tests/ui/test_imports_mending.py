"""Messy lists: many doubts at once, unused columns, wrong rows mended in place or by re-import."""

from datetime import date

import pytest
from hand import LEFT, click, idle, read
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from soon import soon

from branchseg.model.issues import IssueCode
from ui.pages.imports.field_search import field_entries, find_fields
from ui.pages.imports.mending import RowPlace, cells_of, find_row
from ui.pages.imports.page import Step
from ui.pages.imports.row_dialog import RowDialog
from ui.pages.imports.telling import tally

HEAD = ("客户号", "姓名", "手机号", "最近交易日", "时点AUM", "活期余额", "经办备注")
ROWS = (
    ("0000000001", "王小明", "13800001111", "2026-10-20", 120_000.0, 5000.0, "周六"),
    ("0000000002", "李小红", "13800002222", "2026-13-45", 56_000.0, 800.0, None),
    ("0000000003", "张小强", "13800003333", "2026-09-01", "约30万", 900.0, "熟客"),
    ("0000000004", "赵小兰", "13800004444", "2026-08-01", 33_000.0, 100.0, None),
    ("0000000005", "钱小军", "1380000", "2026-08-11", 75_000.0, 7000.0, None),
)


@pytest.fixture
def page(imports_page):
    return imports_page


def write(path, *rows, title="数据日期：2026-10-31"):
    book = Workbook()
    book.active.append([title])
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def checked(qtbot, page, tmp_path):
    read(qtbot, page, write(tmp_path / "名单.xlsx", HEAD, *ROWS))
    click(qtbot, page, page.foot.next)
    assert page.step is Step.ISSUES
    return page


def with_dialog(kind, act):
    """Do something in the dialog that is about to open."""
    seen = []

    def go():
        box = QApplication.activeModalWidget()
        assert isinstance(box, kind)
        seen.append(box)
        act(box)

    soon(0, go)
    return seen


def choose_kind(page, code):
    codes = [group.code for group in page.issues._groups]
    page.issues.kinds.setCurrentCell(codes.index(code), 1)
    page.issues.examples.setCurrentCell(0, 0)


def codes(page):
    return page._flow.checked.prepared.issues.counts()


def customer(page, number):
    frame = page._flow.checked.prepared.table.frame
    return frame[frame["customer_id"] == number].iloc[0]


# --- the columns ---


def test_joined_headers_need_one_click_at_most(qtbot, page, tmp_path):
    book = Workbook()
    book.active.append(("基本信息", None, "上月情况", None, "业务情况"))
    book.active.append(("客户号", "姓名", "活期余额", "定期余额", "最后动账日期"))
    for number in range(6):
        book.active.append((f"000000000{number}", "王小明", 1000.0 + number, 5.0, "2026-10-20"))
    for cells in ("A1:B1", "C1:D1"):
        book.active.merge_cells(cells)
    book.save(tmp_path / "合并表头.xlsx")
    read(qtbot, page, tmp_path / "合并表头.xlsx")
    table = page.mapping.table
    shown = [table.item(row, 0).text() for row in range(table.rowCount())]
    assert "业务情况 › 最后动账日期" in shown
    assert page.foot.text == "还有 2 列请选择含义"
    assert page.mapping.accept.text() == "全部确认（2 列）"
    qtbot.mouseClick(page.mapping.accept, LEFT)
    assert {"demand", "time_deposit", "last_txn"} <= page.mapping.groups[0].mapping.used.keys()
    assert page.foot.next.isEnabled()
    assert not page.mapping.accept.isVisible()


def test_the_unit_proposed_is_shown_before_the_column_is_confirmed(qtbot, page, tmp_path):
    book = Workbook()
    book.active.append(("基本信息", None, "上月情况", "业务情况"))
    book.active.append(("客户号", "姓名", "活期余额（万元）", "最后动账日期"))
    for number in range(6):
        book.active.append((f"000000000{number}", "王小明", 1.5 + number, "2026-10-20"))
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "合并表头.xlsx")
    read(qtbot, page, tmp_path / "合并表头.xlsx")
    match = page.mapping.groups[0].mapping.columns[2]
    assert (match.doubtful, match.field) == (True, "demand")
    box = page.mapping.table.unit_box(2)
    assert box.isVisible()
    assert (box.currentText(), box.isEnabled()) == ("万元", False)
    qtbot.mouseClick(page.mapping.table.suggestion(2), LEFT)
    assert (box.currentText(), box.isEnabled()) == ("万元", True)
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert page.mapping.groups[0].mapping.used["demand"].unit == 1.0


def test_columns_that_are_not_used_are_named(checked, qtbot):
    page = checked
    qtbot.mouseClick(page.foot.back, LEFT)
    assert page.mapping.unused.text() == (
        "这些列没有用到：经办备注。其中写明的投诉、拒绝等照样读取；要用哪一列，请在“含义”里选。")
    assert page.mapping.unused.isVisible()


def test_a_unit_in_doubt_is_answered_with_one_click(qtbot, page, tmp_path):
    rows = [(f"000000000{n}", 20_000.0 * (n + 1), 1.5 * (n + 1)) for n in range(8)]
    read(qtbot, page, write(tmp_path / "单位.xlsx", ("客户号", "时点AUM", "理财余额"), *rows))
    table = page.mapping.table
    assert table.item(0, 0).text() == "理财余额"
    assert table.item(0, 1).text() == (
        "这一列看起来是万元，是吗？它与同一行的其他金额相差约一万倍。")
    assert [table.suggestion(2).text(), table._rows[2].other.text()] == ["是万元", "是元"]
    assert not page.mapping.accept.isVisible()
    qtbot.mouseClick(table.suggestion(2), LEFT)
    assert page.mapping.groups[0].mapping.used["wealth"].unit == 10_000.0
    assert table.unit_box(2).currentText() == "万元"


def test_sheets_of_different_units_are_decided_apart(qtbot, page, tmp_path):
    book = Workbook()
    for name, unit, number, amount in (("A", "千元", 1, 49.656), ("B", "万元", 2, 12.4965)):
        sheet = book.create_sheet(name)
        for row in ((f"数据日期：2026-10-31 单位：{unit}",),
                    ("客户号", "姓名", "时点AUM", "最近交易日"),
                    (f"000000000{number}", "王小明", amount, "2026-10-20")):
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "混单位.xlsx")
    read(qtbot, page, tmp_path / "混单位.xlsx")
    assert [group.mapping.used["aum_point"].unit for group in page.mapping.groups] == [1e3, 1e4]
    click(qtbot, page, page.foot.next)
    assert [customer(page, f"000000000{number}")["aum_point"] for number in (1, 2)] == [
        pytest.approx(49_656), pytest.approx(124_965)]
    (said,) = [step.text for step in page._flow.checked.prepared.steps if "换算" in step.text]
    assert "千元" in said
    assert "万元" in said


def test_few_known_columns_are_asked_about(qtbot, page, tmp_path):
    names = [f"自定义{number}" for number in range(17)]
    read(qtbot, page, write(tmp_path / "少.xlsx", ("客户号", "姓名", "最近交易日", *names),
                            ("0000000001", "王小明", "2026-10-20", *range(17))))
    assert page.foot.text.startswith("只认出 3 列（共 20 列），请核对")
    assert page.mapping.unused.text().startswith("这些列没有用到：自定义0、")
    assert "等 17 列" in page.mapping.unused.text()
    for caption, step in (("返回核对", Step.MAPPING), ("就用这些列", Step.ISSUES)):
        asked = with_dialog(QMessageBox, lambda box, caption=caption: next(
            each for each in box.buttons() if each.text() == caption).click())
        click(qtbot, page, page.foot.next)
        assert asked
        assert page.step is step


def test_without_any_known_column_there_is_no_way_on(qtbot, page, tmp_path):
    read(qtbot, page, write(tmp_path / "无.xlsx", ("甲某项", "乙某项", "丙某项"),
                            (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)))
    assert page.foot.text.startswith("一列也没有认出")
    assert not page.foot.next.isEnabled()


# --- searching a field ---


@pytest.mark.parametrize(("typed", "first"), [
    ("月日均", "aum_month_avg"), ("客户号", "customer_id"), ("khh", "customer_id"),
    ("sjh", "mobile"), ("yrj", "aum_month_avg"), ("最后动账", "last_txn"), ("hndj", "bank_level"),
    ("xndj", "bank_level"), (" 企微 ", "wecom"), ("cust_id", "customer_id"),
])
def test_a_field_is_found_by_name_alias_or_initials(typed, first):
    assert find_fields(field_entries(), typed)[0].key == first


def test_nothing_typed_is_everything_and_nonsense_nothing():
    assert find_fields(field_entries(), "") == list(field_entries())
    assert find_fields(field_entries(), "没有这一项") == []


def test_a_field_is_chosen_by_typing(qtbot, checked):
    page = checked
    qtbot.mouseClick(page.foot.back, LEFT)
    table, index = page.mapping.table, 6
    box = table.field_box(index)
    box.setFocus()
    qtbot.keyClick(box, "z")
    assert table.picker.isVisible()
    qtbot.keyClicks(table.picker.search, "y")
    assert table.picker.search.text() == "zy"
    assert table.picker.list.item(0).text() == "职业"
    qtbot.keyClick(table.picker.search, Qt.Key.Key_Return)
    assert not table.picker.isVisible()
    assert page.mapping.groups[0].mapping.columns[index].field == "occupation"
    assert box.currentText() == "职业"
    assert not page.mapping.unused.isVisible()


def test_the_whole_list_opens_by_click_and_is_chosen_by_click(qtbot, checked):
    page = checked
    qtbot.mouseClick(page.foot.back, LEFT)
    table = page.mapping.table
    qtbot.mouseClick(table.field_box(6), LEFT)
    picker = table.picker
    assert picker.isVisible()
    assert picker.list.currentItem().text() == "不导入"
    item = next(picker.list.item(row) for row in range(picker.list.count())
                if picker.list.item(row).text() == "职业")
    picker.list.scrollToItem(item)
    qtbot.mouseClick(picker.list.viewport(), LEFT,
                     pos=picker.list.visualItemRect(item).center())
    assert page.mapping.groups[0].mapping.columns[6].field == "occupation"
    qtbot.mouseClick(table.field_box(6), LEFT)
    assert picker.list.currentItem().text() == "职业"
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert page.mapping.groups[0].mapping.columns[6].field == "employer"


# --- rows ---


def test_a_wrong_value_is_mended_in_place(qtbot, checked, session):
    page = checked
    choose_kind(page, IssueCode.DATE_UNREADABLE)
    assert page.issues.edit.isEnabled()
    assert customer(page, "0000000002").isna()["last_txn"]

    def mend(box):
        assert box.windowTitle() == "修改第 4 行"
        row = box.table.currentRow()
        assert box.table.item(row, 0).text() == "最近交易日"
        assert box.table.item(row, 1).text() == "2026-13-45"
        box.table.item(row, 1).setText("2026-10-05")
        qtbot.mouseClick(box.save, LEFT)

    with_dialog(RowDialog, mend)
    click(qtbot, page, page.issues.edit)
    assert page.step is Step.ISSUES
    assert str(customer(page, "0000000002")["last_txn"].date()) == "2026-10-05"
    assert IssueCode.DATE_UNREADABLE not in codes(page)
    assert codes(page)[IssueCode.CORRECTED] == 1
    assert "已改 1 处" in page.issues.head.facts.text()

    click(qtbot, page, page.issues.undo)
    assert codes(page)[IssueCode.DATE_UNREADABLE] == 1
    assert IssueCode.CORRECTED not in codes(page)
    assert not page.issues.undo.isVisible()


def test_a_correction_is_kept_with_the_batch(qtbot, checked, session):
    page = checked
    choose_kind(page, IssueCode.AMOUNT_UNREADABLE)

    def mend(box):
        box.table.item(box.table.currentRow(), 1).setText("30万")
        qtbot.mouseClick(box.save, LEFT)

    with_dialog(RowDialog, mend)
    click(qtbot, page, page.issues.edit)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.DONE
    batch = session.vault.batches()[0]
    kept = [(i.row, i.field, i.shown) for i in session.vault.issues_of(batch.id)
            if i.code is IssueCode.CORRECTED]
    assert kept == [(5, "aum_point", "30万")]
    assert page._mending.can_undo is False


def test_cancelling_or_changing_nothing_checks_nothing(qtbot, checked):
    page = checked
    before = page._flow.checked
    choose_kind(page, IssueCode.PHONE_INVALID)
    with_dialog(RowDialog, lambda box: box.reject())
    click(qtbot, page, page.issues.edit)
    with_dialog(RowDialog, lambda box: qtbot.mouseClick(box.save, LEFT))
    click(qtbot, page, page.issues.edit)
    assert page._flow.checked is before


def test_a_row_is_left_out_and_comes_back(qtbot, checked):
    page = checked
    choose_kind(page, IssueCode.PHONE_INVALID)
    click(qtbot, page, page.issues.exclude)
    assert len(page._flow.checked.prepared.table) == 4
    assert codes(page)[IssueCode.ROW_EXCLUDED] == 1
    assert "排除 1 行" in page.issues.head.facts.text()
    choose_kind(page, IssueCode.ROW_EXCLUDED)
    assert not page.issues.exclude.isEnabled()
    click(qtbot, page, page.issues.undo)
    assert len(page._flow.checked.prepared.table) == 5


def test_leaving_out_the_only_row_can_be_taken_back(qtbot, page, tmp_path):
    read(qtbot, page, write(tmp_path / "一行.xlsx", HEAD, ROWS[1]))
    click(qtbot, page, page.foot.next)
    choose_kind(page, IssueCode.DATE_UNREADABLE)
    click(qtbot, page, page.issues.exclude)
    assert page.step is Step.MAPPING
    assert page.banner.isVisible()
    page._mending.undo()
    idle(qtbot, page.session)
    assert page.step is Step.ISSUES


DAMAGED_ID = 330102195110243008.0  # what a float makes of the ...243000 in the file


def test_a_damaged_number_is_shown_as_the_file_has_it_and_marked(qtbot, page, tmp_path):
    head = (*HEAD, "证件号码")
    rows = [(*row, DAMAGED_ID if at == 1 else None) for at, row in enumerate(ROWS)]
    read(qtbot, page, write(tmp_path / "名单.xlsx", head, *rows))
    click(qtbot, page, page.foot.next)
    choose_kind(page, IssueCode.NUMBER_DAMAGED)

    def look(box):
        row = box.table.currentRow()
        assert box.table.item(row, 0).text() == "证件号码（尾数已丢失）"
        assert box.table.item(row, 1).text() == "330102195110243000"
        assert box.damaged.text().startswith("证件号码：")
        assert not box.table.item(0, 0).text().endswith("（尾数已丢失）")
        assert box.changes == {}
        box.reject()

    with_dialog(RowDialog, look)
    click(qtbot, page, page.issues.edit)


def test_whole_numbers_are_not_marked_as_damaged(checked):
    place = RowPlace(0, 0, 3)
    assert not any(cell.damaged for cell in cells_of(checked.mapping.groups, place))


def test_whole_columns_cannot_be_mended(checked):
    page = checked
    choose_kind(page, IssueCode.COLUMN_UNUSED)
    assert page.issues.chosen is None
    assert not page.issues.edit.isEnabled()
    assert not page.issues.exclude.isEnabled()


def test_rows_are_found_with_their_texts(checked):
    groups = checked.mapping.groups
    issue = next(i for i in checked._flow.checked.prepared.issues
                 if i.code is IssueCode.PHONE_INVALID)
    place = find_row(groups, issue)
    assert place.row == 7
    assert [cell.text for cell in cells_of(groups, place)] == [
        "0000000005", "钱小军", "1380000", "2026-08-11", "75000", "7000"]
    assert tally(groups) == ""


# --- by way of a workbook ---


def test_problem_rows_are_exported_mended_and_imported_again(qtbot, checked, session, tmp_path,
                                                             monkeypatch):
    page, target = checked, tmp_path / "要改的行.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(target), ""))
    notes = []
    session.noticed.connect(lambda note: notes.append(note.text))
    click(qtbot, page, page.issues.export_rows)
    assert notes[-1].startswith("已导出 3 行。")
    sheet = load_workbook(target).active
    rows = list(sheet.values)
    assert rows[0][0].endswith("数据日期：2026-10-31")
    assert rows[1] == ("来源名单", "来源行", "问题", *HEAD)
    assert [row[1] for row in rows[2:]] == [4, 5, 7]
    assert rows[2][2].startswith("最近交易日：日期读不懂或不存在")
    assert rows[2][3:] == ("0000000002", "李小红", "13800002222", "2026-13-45", "56000", "800",
                           None)
    click(qtbot, page, page.foot.next)

    book = load_workbook(target)
    book.active["G3"] = "2026-10-05"
    book.active["H4"] = "300000"
    book.active["F5"] = "13800005555"
    book.save(target)
    read(qtbot, page, target)
    assert not page.mapping.groups[0].mapping.doubtful
    assert page.mapping.unused.text() == (
        "这些列没有用到：经办备注。其中写明的投诉、拒绝等照样读取；要用哪一列，请在“含义”里选。")
    click(qtbot, page, page.foot.next)
    assert page._flow.checked.prepared.table.as_of.isoformat() == "2026-10-31"
    click(qtbot, page, page.foot.next)
    frame = session.result.table.frame.set_index("customer_id")
    assert len(frame) == 5
    assert str(frame.loc["0000000002", "last_txn"].date()) == "2026-10-05"
    assert frame.loc["0000000003", "aum_point"] == 300_000.0
    assert frame.loc["0000000005", "mobile"] == "13800005555"


def test_all_rows_of_a_customer_come_along_and_title_units_are_written(qtbot, page, tmp_path,
                                                                       monkeypatch):
    target = tmp_path / "行.xlsx"
    read(qtbot, page, write(
        tmp_path / "账户.xlsx", ("客户号", "账号", "活期余额", "最近交易日"),
        ("0000000001", "6222000000000001", "见附件", "2026-10-20"),
        ("0000000002", "6222000000000002", 1.25, "2026-10-20"),
        ("0000000001", "6222000000000003", 2.5, "2026-10-20"),
        title="单位：万元  数据日期：2026-10-31"))
    click(qtbot, page, page.foot.next)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(target), ""))
    click(qtbot, page, page.issues.export_rows)
    rows = list(load_workbook(target).active.values)
    assert rows[1][3:] == ("客户号", "账号", "活期余额（万元）", "最近交易日")
    assert [(row[1], row[4], row[5]) for row in rows[2:]] == [
        (3, "6222000000000001", "见附件"), (5, "6222000000000003", "2.5")]


# --- remarks and names ---


def test_heeded_remarks_are_told_before_and_after_saving(qtbot, page, tmp_path):
    remarks = ("已故", "请勿电话联系", "投诉客户", "是否已故，待核实", "已故")
    rows = [(*row[:6], remark) for row, remark in zip(ROWS, remarks, strict=True)]
    read(qtbot, page, write(tmp_path / "备注.xlsx", HEAD, *rows))
    click(qtbot, page, page.foot.next)
    told = ("备注等列里有 2 行写明已故、1 行写明请勿联系、1 行写明投诉，已照办。"
            "1 行备注提到已故、销户、请勿联系或投诉但不肯定，没有照办，请核对。")
    assert told in page.issues.cost.text
    choose_kind(page, IssueCode.REMARK_DECEASED)
    cells = [page.issues.examples.item(0, column).text() for column in range(4)]
    assert cells == ["3", "王小明", "经办备注", "已故"]
    assert customer(page, "0000000001")["customer_type"] == "已故"
    click(qtbot, page, page.foot.next)
    assert page.step is Step.DONE
    assert page.done.remarks.text() == told
    assert page.done.remarks.isVisible()


def test_the_name_beside_a_finding_follows_the_setting(qtbot, checked):
    page = checked
    choose_kind(page, IssueCode.PHONE_INVALID)
    assert page.issues.examples.item(0, 1).text() == "钱小军"
    assert page.session.keep_settings(names_masked=True)
    assert page.issues.examples.item(0, 1).text() == "钱**"


def test_several_sheets_are_told_apart_and_their_merging_is_told(qtbot, page, tmp_path):
    book = Workbook()
    for name, rows in (("有效客户", ROWS), ("低效客户", ROWS[:2])):
        sheet = book.create_sheet(name)
        for row in (["数据日期：2026-10-31"], HEAD, *rows):
            sheet.append(list(row))
    book.remove(book.worksheets[0])
    book.save(tmp_path / "两表.xlsx")
    read(qtbot, page, tmp_path / "两表.xlsx")
    click(qtbot, page, page.foot.next)
    choose_kind(page, IssueCode.LISTS_UNITED)
    cells = [page.issues.examples.item(0, column).text() for column in range(4)]
    assert cells[0] == "3 · 有效客户"
    assert cells[3] == "第 3；低效客户：3 行"
    assert page.issues.cards["customers"].toolTip() == "由 7 行合并而成"


# --- somebody else under a known customer id ---


def test_somebody_else_under_a_known_id_waits_until_confirmed(qtbot, page, tmp_path):
    page.session.clock = lambda: date(2026, 11, 30)
    head = ("客户号", "姓名", "手机号", "月日均AUM", "最近交易日")
    read(qtbot, page, write(tmp_path / "十月.xlsx", head,
                            ("A1", "王小明", "13800001111", 60_000.0, "2026-10-20")))
    click(qtbot, page, page.foot.next)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.DONE
    qtbot.mouseClick(page.done.again, LEFT)
    read(qtbot, page, write(tmp_path / "十一月.xlsx", head,
                            ("A1", "李冒名", "13999999999", 1e6, "2026-11-20"),
                            ("A2", "秦子涵", "13700001111", 3e5, "2026-11-20"),
                            title="数据日期：2026-11-20"))
    click(qtbot, page, page.foot.next)
    assert page._flow.checked.prepared.table.frame["customer_id"].tolist() == ["A2"]
    choose_kind(page, IssueCode.PERSON_DIFFERS)
    assert page.issues.examples.item(0, 3).text() == (
        "这里是李**（手机号 139****9999），已有名单是王**（手机号 138****1111）")
    click(qtbot, page, page.issues.confirm)
    assert IssueCode.PERSON_DIFFERS not in codes(page)
    assert customer(page, "A1")["name"] == "李冒名"
    assert tally(page.mapping.groups) == "确认同一人 1 行"
    click(qtbot, page, page.issues.undo)
    assert IssueCode.PERSON_DIFFERS in codes(page)
    click(qtbot, page, page.foot.next)
    assert page.session.result.table.frame.set_index("customer_id")["name"].to_dict() == {
        "A1": "王小明", "A2": "秦子涵"}


# --- a list without the last transaction ---


def test_a_list_that_cannot_tell_who_is_active_says_so(qtbot, page, tmp_path):
    read(qtbot, page, write(tmp_path / "名单.xlsx", ("客户号", "姓名", "月日均AUM", "甲日"),
                            ("A1", "王小明", 60_000.0, "2026-10-20")))
    assert page.foot.text.startswith("没有一列是“最近交易日”，而“甲日”里是日期却没有用到")
    for caption, step in (("返回核对", Step.MAPPING), ("就用这些列", Step.ISSUES)):
        asked = with_dialog(QMessageBox, lambda box, caption=caption: next(
            each for each in box.buttons() if each.text() == caption).click())
        click(qtbot, page, page.foot.next)
        assert asked
        assert page.step is step


def test_a_list_from_the_future_is_saved_only_if_somebody_says_so(qtbot, page, tmp_path):
    read(qtbot, page, write(tmp_path / "名单.xlsx", ("客户号", "姓名", "月日均AUM", "最近交易日"),
                            ("A1", "王小明", 60_000.0, "2026-10-20")))
    page.mapping.as_of = date(2027, 3, 31)
    click(qtbot, page, page.foot.next)
    assert page.foot.text == "数据日期 2027-03-31 晚于今天，请核对。"
    for caption, step in (("先不保存", Step.ISSUES), ("日期没有错，保存", Step.DONE)):
        asked = with_dialog(QMessageBox, lambda box, caption=caption: next(
            each for each in box.buttons() if each.text() == caption).click())
        click(qtbot, page, page.foot.next)
        assert asked
        assert page.step is step


def test_a_list_of_balances_warns_without_a_question(qtbot, page, tmp_path):
    read(qtbot, page, write(tmp_path / "名单.xlsx", ("客户号", "姓名", "月日均AUM"),
                            ("A1", "王小明", 60_000.0)))
    assert page.foot.text.startswith("没有一列是“最近交易日”或“近12月交易笔数”")
    click(qtbot, page, page.foot.next)
    assert page.step is Step.ISSUES


# --- remarks ---


def test_a_remark_is_read_whole_and_overruled_in_its_row(qtbot, page, tmp_path):
    remark = "客户张大山的朋友介绍，暂不联系，12月后再打"
    read(qtbot, page, write(tmp_path / "名单.xlsx", HEAD, (*ROWS[0][:6], remark), *ROWS[1:2]))
    click(qtbot, page, page.foot.next)
    choose_kind(page, IssueCode.REMARK_DOUBTFUL)
    assert "张大山" not in page.issues.examples.item(0, 3).text()

    def write_it(box):
        at = [cell.title for cell in box._cells].index("经办备注")
        assert box.table.item(at, 1).text() == remark
        assert box.table.currentRow() == at
        box.table.item(at, 1).setText("请勿联系")
        box.save.click()

    with_dialog(RowDialog, write_it)
    click(qtbot, page, page.issues.edit)
    assert customer(page, "0000000001")["do_not_contact"]
    assert IssueCode.REMARK_DOUBTFUL not in codes(page)
    assert not any("张大山" in shown for shown in page._flow.checked.prepared.issues.shown)
