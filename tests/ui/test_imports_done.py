"""The last step of an import, with a list that is too old."""

from datetime import date
from types import SimpleNamespace

from hand import LEFT, click, read
from openpyxl import Workbook

from ui.pages.imports.done import DoneStep
from ui.pages.imports.page import Step
from ui.pages.imports.work import Saved


class Table:
    """A table of three customers nobody looks into."""

    as_of = date(2026, 11, 1)

    def __len__(self):
        return 3


def test_an_old_list_is_told_when_it_is_saved(qtbot, session):
    step = DoneStep(session)
    qtbot.addWidget(step)
    step.show()
    checked = SimpleNamespace(
        prepared=SimpleNamespace(table=Table(), sources=(SimpleNamespace(file_name="名单.xlsx"),)),
        result=SimpleNamespace(ruleset=SimpleNamespace(labels={"status": {}})), statuses={},
        issues=())
    step.show_saved(checked, Saved(1, None, ""))
    assert not step.warning.isVisible()
    step.show_saved(checked, Saved(1, None, "名单数据日期是 2026-11-01，已过 21 天。"))
    assert step.warning.isVisible()
    assert "已过 21 天" in step.warning.text()


def test_an_older_list_beside_a_newer_one_is_no_stale_data(qtbot, imports_page, tmp_path):
    page, head = imports_page, ("客户号", "姓名", "月日均AUM", "最近交易日")
    for day in ("2026-10-30", "2026-09-01"):
        book = Workbook()
        for row in ((f"数据日期：{day}",), head, ("A1", "王小明", 60_000.0, day)):
            book.active.append(row)
        book.save(tmp_path / f"{day}.xlsx")
        read(qtbot, page, tmp_path / f"{day}.xlsx")
        click(qtbot, page, page.foot.next)
        click(qtbot, page, page.foot.next)
        assert page.step is Step.DONE
        assert not page.done.warning.text()
        qtbot.mouseClick(page.done.again, LEFT)
