"""Two months in the real window: import, import the next list, see what changed, take it back."""

import pytest
from hands import button, idle, page_in_front, press, read, set_up
from openpyxl import Workbook, load_workbook
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from soon import soon

from ui.pages.imports.page import Step

HEADERS = ("客户号", "姓名", "手机号", "AUM时点余额", "最近交易日期")
OCTOBER = {1: 60_000, 2: 900_000, 3: 10_000, 4: 70_000, 5: 300_000}
NOVEMBER = {1: 250_000, 2: 40_000, 4: 70_000, 5: 300_000, 6: 800_000}

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def write(path, assets, day):
    """A list as the branch gets it; customers by number with their assets."""
    book = Workbook()
    sheet = book.active
    sheet.append([f"个人客户清单 数据日期：{day}"])
    sheet.append(HEADERS)
    for number, aum in assets.items():
        sheet.append([f"10000000{number:02}", f"赵{'一二三四五六'[number - 1]}",
                      f"1380013800{number}", aum, day])
    book.save(path)
    return path


def take_in(qtbot, program, path):
    page = read(qtbot, program, path)
    press(qtbot, page.foot.next)
    idle(qtbot, program)
    assert page.step is Step.DONE
    return page


def listed(page):
    ids = page.view.changes.people["customer_id"]
    return [ids.iloc[row][-2:] for row in page.people.shown()]


def test_what_changed_since_last_month(qtbot, program, tmp_path):
    set_up(qtbot, program)
    imports = take_in(qtbot, program, write(tmp_path / "十月.xlsx", OCTOBER, "2026-10-31"))
    assert not imports.done.since_last.isVisible(), "there is nothing to compare with"
    take_in(qtbot, program, write(tmp_path / "十一月.xlsx", NOVEMBER, "2026-11-20"))
    assert imports.done.since_last.sentence.text() == (
        "和 2026-10-31 的名单相比：新增 1 户，少了 1 户，升层 1 户，降层 1 户。")

    press(qtbot, imports.done.since_last.details)
    idle(qtbot, program)
    changes = page_in_front(program)
    assert changes.title == "名单变化"
    assert program.window.workspace._nav.marked == "imports"
    assert listed(changes) == ["06"]
    press(qtbot, changes.cards["down"])
    assert listed(changes) == ["02"]
    press(qtbot, button(program.window, "在客户页查看"))
    idle(qtbot, program)
    customers = page_in_front(program)
    assert customers.title == "客户"
    assert [customers.view.ids[at][-2:] for at in customers.table.model.shown] == ["02"]

    program.session.navigate("imports")
    idle(qtbot, program)
    press(qtbot, imports.done.again)
    press(qtbot, button(imports.files.history, "与上次比较"))
    idle(qtbot, program)
    assert page_in_front(program) is changes
    press(qtbot, changes.cards["gone"])
    assert listed(changes) == ["03"]

    press(qtbot, button(program.window, "返回导入"))
    press(qtbot, button(imports.files.history, "撤销本次导入"))
    idle(qtbot, program)
    buttons = [b.text() for b in imports.files.history.findChildren(QPushButton) if b.isVisible()]
    assert "与上次比较" not in buttons
    program.session.navigate("changes")
    idle(qtbot, program)
    assert changes.view is None
    program.session.undo_stack.undo()
    idle(qtbot, program)
    assert listed(changes) == ["06"], "brought back, compared again"


def test_the_same_list_saved_by_another_program_is_noticed(qtbot, program, tmp_path):
    set_up(qtbot, program)
    book = write(tmp_path / "十月.xlsx", OCTOBER, "2026-10-31")
    take_in(qtbot, program, book)
    again = tmp_path / "十月（另存）.xlsx"
    load_workbook(book).save(again)
    text = tmp_path / "十月.csv"
    sheet = load_workbook(book).active
    text.write_text("\n".join(",".join("" if cell is None else str(cell) for cell in row)
                              for row in sheet.iter_rows(values_only=True)), encoding="gb18030")
    for path in (again, text):
        page = read(qtbot, program, path)
        assert page.banner.isVisible()
        assert "导入的“十月.xlsx”内容完全相同，再导入也不会重复计数。" in page.banner.text
        press(qtbot, page.foot.back)
        assert not page.banner.isVisible()
        press(qtbot, page.foot.next)
        idle(qtbot, program)
        assert page.banner.isVisible(), "each time it is checked"
        given_up = answer_soon("放弃这次导入")
        press(qtbot, button(page.banner, "不导入了"))
        assert given_up
        assert page.step is Step.FILES
        assert len(program.session.vault.batches()) == 1
    page = read(qtbot, program, again)
    before = program.session.result.results
    press(qtbot, page.foot.next)
    idle(qtbot, program)
    assert len(program.session.vault.batches()) == 2
    assert program.session.result.results[list(before)].equals(before), "nothing counts twice"


def test_the_same_list_under_another_date_is_warned_of(qtbot, program, tmp_path):
    set_up(qtbot, program)
    take_in(qtbot, program, write(tmp_path / "十月.xlsx", OCTOBER, "2026-10-31"))
    book = load_workbook(tmp_path / "十月.xlsx")
    book.active["A1"] = "个人客户清单 数据日期：2026-11-20"
    book.save(tmp_path / "十一月.xlsx")
    page = read(qtbot, program, tmp_path / "十一月.xlsx")
    assert "只是数据日期从 2026-10-31 变成了 2026-11-20" in page.banner.text


def test_an_older_list_leaves_newer_values_alone(qtbot, program, tmp_path):
    set_up(qtbot, program)
    take_in(qtbot, program, write(tmp_path / "十一月.xlsx", NOVEMBER, "2026-11-20"))
    page = read(qtbot, program, write(tmp_path / "十月.xlsx", OCTOBER, "2026-10-31"))
    assert page.banner.text == ("数据日期 2026-10-31 早于已有名单的 2026-11-20："
                                "同一客户较新的数据不变，只补上原来没有的内容。")
    press(qtbot, page.foot.next)
    idle(qtbot, program)
    assert not page.done.since_last.isVisible(), "nothing older is there"
    frame = program.session.result.table.frame.set_index("customer_id")
    assert frame["aum_point"]["1000000002"] == NOVEMBER[2]
    assert frame["aum_point"]["1000000003"] == OCTOBER[3]


def test_other_amounts_of_the_same_day_are_told_before_they_count(qtbot, program, tmp_path):
    set_up(qtbot, program)
    take_in(qtbot, program, write(tmp_path / "甲.xlsx", OCTOBER, "2026-10-31"))
    page = read(qtbot, program,
                write(tmp_path / "乙.xlsx", OCTOBER | {2: OCTOBER[2] + 5_000}, "2026-10-31"))
    assert page.banner.text == ("已导入的同一天的名单“甲.xlsx”里，1 户的金额和这份不同"
                                "（时点AUM）：导入后以这份为准。请先核对哪一份是对的。")
    press(qtbot, page.foot.next)
    idle(qtbot, program)
    frame = program.session.result.table.frame.set_index("customer_id")
    assert frame["aum_point"]["1000000002"] == OCTOBER[2] + 5_000


def answer_soon(caption):
    """Click a button of the dialog that is about to open; the answer is what was asked."""
    asked = []

    def act():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        next(each for each in box.buttons() if each.text() == caption).click()

    soon(0, act)
    return asked
