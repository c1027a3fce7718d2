"""Several lists in one import: which sheets are read, and which list a finding is about."""

import pytest
from hand import LEFT, click, idle, read
from openpyxl import Workbook
from PySide6.QtCore import Qt

from branchseg.model.issues import IssueCode
from ui.pages.imports import asking
from ui.pages.imports.page import Step
from ui.pages.imports.row_dialog import RowDialog

HEAD = ("客户号", "姓名", "手机号", "最近交易日", "时点AUM")


@pytest.fixture
def page(imports_page):
    return imports_page


def write(path, **sheets):
    """A workbook; every sheet has the rows given, one customer each."""
    path.parent.mkdir(exist_ok=True)
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(["数据日期：2026-10-31"])
        for row in (HEAD, *rows):
            sheet.append(list(row))
    book.save(path)
    return path


def person(number, phone="13800001111"):
    return f"{number:010}", "王小明", phone, "2026-10-20", 120_000.0


def sheets_offered(page):
    box = page.mapping._sheet
    return [box.itemText(place) for place in range(box.count())], box.currentText()


def choose_sheet(qtbot, page, key):
    page.mapping._sheet.setFocus()
    qtbot.keyClick(page.mapping._sheet, key)
    idle(qtbot, page.session)


# --- sheets ---


def test_sheets_read_together_are_named_and_one_can_be_read_alone(qtbot, page, tmp_path):
    read(qtbot, page, write(tmp_path / "分组.xlsx", 甲组=[person(1)], 乙组=[person(2), person(3)],
                            丙组=[person(4)]))
    mapping = page.mapping
    assert "3 张同样的表：甲组、乙组、丙组 ·" in mapping._facts.text()
    assert sheets_offered(page) == (
        ["3 张同样的表都读", "只读“甲组”", "只读“乙组”", "只读“丙组”"], "3 张同样的表都读")
    choose_sheet(qtbot, page, Qt.Key.Key_End)
    assert len(mapping.groups[0].sources) == 1
    assert "工作表 丙组，另外 2 张没有读 ·" in mapping._facts.text()
    assert sheets_offered(page) == (
        ["同样的表都读", "只读“甲组”", "只读“乙组”", "只读“丙组”"], "只读“丙组”")
    choose_sheet(qtbot, page, Qt.Key.Key_Home)
    assert [one.raw.source.sheet for one in mapping.groups[0].sources] == ["甲组", "乙组", "丙组"]
    assert sheets_offered(page)[1] == "3 张同样的表都读"


def test_of_two_files_of_one_name_the_one_on_show_is_read_again(qtbot, page, tmp_path):
    first = write(tmp_path / "东" / "名单.xlsx", 一月=[person(1)], 二月=[person(2)])
    second = write(tmp_path / "西" / "名单.xlsx", 一月=[person(3)], 二月=[person(4)])
    page.activate([first, second])
    idle(qtbot, page.session)
    assert "名单.xlsx 等 2 个文件 · 共 4 张同样的表 ·" in page.mapping._facts.text()
    choose_sheet(qtbot, page, Qt.Key.Key_End)
    assert [file.sheet for file in page._flow.files] == ["二月", None]
    assert [(one.raw.source.file_name, one.raw.source.sheet)
            for one in page.mapping.groups[0].sources] == [
        ("名单.xlsx", "二月"), ("名单.xlsx（2）", "一月"), ("名单.xlsx（2）", "二月")]


@pytest.mark.parametrize("answer", [False, True])
def test_rows_mended_are_not_lost_without_a_question(qtbot, page, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(asking, "may_read_again", lambda _parent: answer)
    read(qtbot, page, write(tmp_path / "分组.xlsx", 甲组=[person(1), person(2, "138")],
                            乙组=[person(3)]))
    click(qtbot, page, page.foot.next)
    choose(page, IssueCode.PHONE_INVALID)
    click(qtbot, page, page.issues.exclude)
    qtbot.mouseClick(page.foot.back, LEFT)
    choose_sheet(qtbot, page, Qt.Key.Key_Down)
    assert len(page.mapping.groups[0].sources) == (1 if answer else 2)
    assert sheets_offered(page)[1] == ("只读“甲组”" if answer else "2 张同样的表都读")


# --- findings ---


def choose(page, code, at=0):
    codes = [group.code for group in page.issues._groups]
    page.issues.kinds.setCurrentCell(codes.index(code), 1)
    page.issues.examples.setCurrentCell(at, 0)


def test_the_row_of_the_second_file_of_one_name_is_mended(qtbot, page, tmp_path, monkeypatch):
    files = [write(tmp_path / folder / "名单.xlsx", 客户=[person(number, phone)])
             for folder, number, phone in (("东", 1, "13800001111"), ("西", 2, "13812"))]
    page.activate(files)
    idle(qtbot, page.session)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.ISSUES
    choose(page, IssueCode.PHONE_INVALID)
    assert page.issues.examples.item(0, 0).text() == "3 · 名单.xlsx（2）"

    def exec_(dialog):
        row = dialog.table.currentRow()
        assert dialog.table.item(row, 1).text() == "13812"
        dialog.table.item(row, 1).setText("13800002222")
        return True

    monkeypatch.setattr(RowDialog, "exec", exec_)
    click(qtbot, page, page.issues.edit)
    frame = page._flow.checked.prepared.table.frame.set_index("customer_id")
    assert frame["mobile"].to_dict() == {"0000000001": "13800001111",
                                         "0000000002": "13800002222"}


def test_groups_of_one_workbook_are_told_apart_by_their_sheets(qtbot, page, tmp_path):
    path = write(tmp_path / "分组.xlsx", 甲组=[person(1)], 乙组=[person(2)])
    from openpyxl import load_workbook

    book = load_workbook(path)
    book["乙组"]["A1"] = "数据日期：2026-10-31 单位：万元"
    book.save(path)
    read(qtbot, page, path)
    tabs = page.mapping._tabs
    assert [tabs.tabText(place) for place in range(tabs.count())] == ["甲组", "乙组"]
    assert sheets_offered(page)[1] == "2 张同样的表都读"
