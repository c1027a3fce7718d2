"""名单变化 with real clicks over a real vault: cards, numbers, customers, export, other lists."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hand import LEFT, idle
from layout_audit import faults
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog

from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.raw import SourceRef
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from ui import style
from ui.opening import sort_customers
from ui.pages.changes.page import ChangesPage
from ui.session import CustomerList, ListPair

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)
OLD = {"A": 60_000.0, "B": 900_000.0, "C": 10_000.0, "D": None, "E": 70_000.0}
NEW = {"F": 300_000.0, "A": 250_000.0, "B": 40_000.0, "D": 20_000.0, "E": 70_000.0}


def keep(vault, assets, day, name):
    columns = {"customer_id": list(assets), "name": [f"张{one}" for one in assets],
               "aum_point": list(assets.values()), "last_txn": [pd.Timestamp(day)] * len(assets)}
    frame = pd.DataFrame({key: pd.Series(values).astype(frame_dtype(FIELDS[key]))
                          for key, values in columns.items()})
    frame[SOURCE_ROWS] = pd.Series(["2"] * len(assets), dtype="str")
    return vault.save_batch(
        CustomerTable(frame, day), imported_at=datetime.now(UTC), ruleset_id="r",
        sources=[SourceRef(name, "a" * 64, "xlsx", "Sheet1", 1)], rows_read=len(assets),
        rows_used=len(assets), issues=IssueLog(), summary={})


@pytest.fixture
def lists(store):
    return (keep(store, OLD, OCTOBER, "十月.xlsx"), keep(store, NEW, NOVEMBER, "十一月.xlsx"))


@pytest.fixture
def page(qtbot, session, store):
    """Built once the lists are there; `open_page(argument)` shows it."""
    crashes, made = [], []
    session.crashed.connect(crashes.append)

    def open_page(argument=None, size=(1130, 620)):
        if not made:
            session.unlock(store, day=session.clock(),
                           result=sort_customers(store, session.ruleset, _NoReport(),
                                                 session.clock()))
            made.append(ChangesPage(session))
            qtbot.addWidget(made[0])
            made[0].resize(*size)
            made[0].show()
        made[0].activate(argument)
        idle(qtbot, session)
        return made[0]

    yield open_page
    assert not crashes


class _NoReport:
    def step(self, *_args):
        pass


def shown(page):
    table = page.people.table
    return [page.people.model.index(row, 0).data()
            for row in range(page.people.model.rowCount())] if table.isVisible() else []


def people(page):
    ids = page.view.changes.people["customer_id"]
    return [ids.iloc[row] for row in page.people.shown()]


def press_cell(qtbot, page, before, after):
    grid = page.grid
    row = [grid.verticalHeaderItem(n).text() for n in range(grid.rowCount())].index(before)
    column = [grid.horizontalHeaderItem(n).text()
              for n in range(grid.columnCount())].index(after)
    at = grid.visualRect(grid.model().index(row, column)).center()
    qtbot.mouseClick(grid.viewport(), LEFT, pos=at)
    return grid.item(row, column).text()


def test_cards_lead_to_their_customers(qtbot, page, session, lists):
    opened = page(ListPair(lists[1]))
    assert {key: card._words for key, card in opened.cards.items()} == {
        "new": "1 户", "gone": "1 户", "up": "1 户", "down": "1 户", "near": "0 户"}
    assert opened.people.title == "新增"
    assert people(opened) == ["F"]
    for key, who in (("gone", "C"), ("up", "A"), ("down", "B"), ("new", "F")):
        qtbot.mouseClick(opened.cards[key], LEFT)
        assert people(opened) == [who]
    assert shown(opened) == ["张F"]
    session.keep_settings(names_masked=True)
    assert shown(opened) == ["张*"]
    assert opened.subtitle == "2026-10-31 → 2026-11-30"
    assert not opened.banner.isVisible()
    assert "AUM 合计 104 万 → 68 万" in opened.money.text()
    assert "只有一份名单写明的 2 万" in opened.money.text()


def test_a_number_stands_on_the_fill_of_its_kind(page, lists):
    grid = page(ListPair(lists[1])).grid
    rows = [grid.verticalHeaderItem(n).text() for n in range(grid.rowCount())]
    columns = [grid.horizontalHeaderItem(n).text() for n in range(grid.columnCount())]
    picture = grid.viewport().grab().toImage()
    for before, after, tone in (("达标", "理财", "ok"), ("贵宾", "普通", "danger"),
                                ("新增", "理财", "accent"), ("普通", "已不在", "warn")):
        at = grid.model().index(rows.index(before), columns.index(after))
        assert at.data() == "1"
        corner = grid.visualRect(at).topLeft() + QPoint(6, 6)
        assert picture.pixelColor(corner) == style.tone_colors(tone)[1]


def test_who_is_a_small_step_from_the_next_tier_comes_with_what_lacks(qtbot, page, store):
    keep(store, {"A": 49_000.0, "B": 20_000.0, "C": 1.0}, OCTOBER, "十月.xlsx")
    last = keep(store, {"A": 45_000.0, "B": 199_000.0, "C": 44_999.99}, NOVEMBER, "十一月.xlsx")
    opened = page(ListPair(last))
    assert opened.people.title == "升层"
    qtbot.mouseClick(opened.cards["near"], LEFT)
    assert people(opened) == ["B", "A"], "the smallest step first; C is below nine tenths"
    assert opened.cards["near"]._words == "2 户"
    columns = {shape.key: place for place, shape in enumerate(opened.people.model.columns)}
    assert [[opened.people.model.index(row, columns[key]).data() for row in range(2)]
            for key in ("to_next", "next_tier")] == [["1,000", "5,000"], ["理财", "达标"]]
    assert not opened.people.table.isColumnHidden(columns["to_next"])
    qtbot.mouseClick(opened.cards["up"], LEFT)
    assert opened.people.table.isColumnHidden(columns["to_next"])


def test_a_status_is_told_then_and_now(page, lists):
    opened = page(ListPair(lists[1]))
    told = dict(zip(opened.view.changes.people["customer_id"], opened.view.data["turn"],
                    strict=True))
    assert told == {"F": "核心有效", "A": "核心有效", "B": "核心有效 → 潜在-有效",
                    "C": "潜在-有效 → 已不在", "D": "待核实 → 潜在-有效", "E": "核心有效"}


def test_numbers_lead_to_their_customers(qtbot, page, lists):
    opened = page(ListPair(lists[1]))
    assert press_cell(qtbot, opened, "贵宾", "普通") == "1"
    assert people(opened) == ["B"]
    assert opened.people.title == "贵宾 → 普通"
    assert press_cell(qtbot, opened, "达标", "达标") == "1"
    assert (people(opened), opened.people.title) == (["E"], "一直是达标")
    assert press_cell(qtbot, opened, "未分层", "普通") == "1"
    assert people(opened) == ["D"], "a tier that was not known is no rise"
    assert press_cell(qtbot, opened, "贵宾", "理财") == ""
    assert people(opened) == ["D"], "nobody stands behind an empty cell"
    bar = opened.kinds
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(1).center())
    assert [opened.grid.verticalHeaderItem(n).text()
            for n in range(opened.grid.rowCount())][-1] == "新增"
    press_cell(qtbot, opened, "新增", "核心有效")
    assert people(opened) == ["F"]


def test_the_ends_of_a_flow_lead_to_its_customers(qtbot, page, session, lists):
    opened = page(ListPair(lists[1]))
    bar = opened.kinds
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(2).center())
    qtbot.waitUntil(lambda: not session.jobs.busy and bool(opened.flow.marks))
    assert not opened.grid.isVisible()
    marks = {mark.title: mark for mark in opened.flow.marks}
    assert set(marks) == {"达标 → 理财", "贵宾 → 普通"}
    for title, who in (("贵宾 → 普通", "B"), ("达标 → 理财", "A")):
        qtbot.mouseClick(opened.flow, LEFT, pos=opened.flow.place_of(marks[title]).toPoint())
        assert (people(opened), opened.people.title) == ([who], title)
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(0).center())
    assert opened.grid.isVisible()
    assert not opened.flow.isVisible()


def test_a_double_click_opens_the_portrait(qtbot, page, session, lists):
    opened = page(ListPair(lists[1]))
    went = []
    session.navigate_requested.connect(lambda key, argument: went.append((key, argument)))
    qtbot.mouseClick(opened.cards["gone"], LEFT)
    table = opened.people.table
    at = table.visualRect(table.model().index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=at)
    qtbot.mouseDClick(table.viewport(), LEFT, pos=at)
    assert went == [("customers", "C")]


def test_the_customers_listed_are_shown_on_their_page(qtbot, page, session, lists):
    opened = page(ListPair(lists[1]))
    went = []
    session.navigate_requested.connect(lambda key, argument: went.append((key, argument)))
    qtbot.mouseClick(opened.cards["gone"], LEFT)
    opened.to_customers.click()
    opened.back.click()
    (key, wanted), (back, _none) = went
    assert (key, back) == ("customers", "imports")
    assert isinstance(wanted, CustomerList)
    assert wanted.title == "不在新名单（和 2026-10-31 相比）"
    assert wanted.ids == ["C"]


def test_the_export_is_masked(qtbot, page, session, lists, tmp_path, monkeypatch):
    session.keep_settings(names_masked=False)
    opened = page(ListPair(lists[1]))
    target, said = tmp_path / "变化.xlsx", []
    session.noticed.connect(lambda note: said.append(note.text))
    monkeypatch.setattr(QFileDialog, "getSaveFileName",
                        lambda *args, **_kw: said.append(args[2]) or (str(target), ""))
    qtbot.mouseClick(opened.cards["down"], LEFT)
    opened.export.click()
    idle(qtbot, session)
    assert said[0].endswith("名单变化_20261031-20261130.xlsx")
    assert said[1] == "已导出 1 户，个人信息已脱敏。"
    book = load_workbook(target)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:7] == ("姓名", "上次层级", "这次层级", "到上一层还差（元）", "上一层级",
                           "AUM 变化（元）", "这次 AUM（元）")
    assert rows[1][:7] == ("张*", "贵宾", "普通", 10_000, "达标", -860_000, 40_000)
    assert rows[1][-1] == "*B"
    assert ("内容", "降层") in [row[:2] for row in book.worksheets[1].iter_rows(values_only=True)]


def test_another_older_list_can_be_chosen(qtbot, page, session, store, lists):
    payroll = keep(store, {"X": 1.0, "A": 60_000.0}, date(2026, 11, 10), "代发.xlsx")
    opened = page(ListPair(lists[1]))
    assert opened.view.older.id == lists[0], "the newest of the same kind, not the newest"
    assert [opened.older.itemText(n) for n in range(2)] == [
        "2026-11-10 · 2 户", "2026-10-31 · 5 户"]
    assert opened.older.toolTip() == "2026-10-31 · 5 户 · 十月.xlsx"
    assert opened.older.currentIndex() == 1
    opened.older.setFocus()
    qtbot.keyClick(opened.older, Qt.Key.Key_Up)
    idle(qtbot, session)
    assert opened.view.older.id == payroll
    assert opened.banner.isVisible()
    assert "两份名单只有 1 户相同（较长的一份有 5 户）" in opened.banner.text
    opened = page()
    assert opened.view.older.id == payroll, "as it was left"


def test_after_another_import_the_newest_pair_is_compared(qtbot, page, session, store, lists):
    opened = page(ListPair(lists[1]))
    assert opened.view.batch.id == lists[1]
    december = keep(store, NEW, date(2026, 12, 31), "十二月.xlsx")
    opened = page()
    assert (opened.view.batch.id, opened.view.older.id) == (december, lists[1])
    opened = page(ListPair(lists[1]))
    assert opened.view.batch.id == lists[1], "an older one may be asked for"
    opened.reload()
    idle(qtbot, session)
    assert opened.view.batch.id == lists[1], "and stays"
    keep(store, OLD, SEPTEMBER, "九月.xlsx")
    for _time in range(2):
        opened = page()
        assert (opened.view.batch.id, opened.view.older.id) == (december, lists[1])


def test_an_import_taken_back_cannot_be_compared(qtbot, page, session, store, lists):
    opened = page()
    assert (opened.view.batch.id, opened.view.older.id) == (lists[1], lists[0])
    session.run("撤销", lambda _r: store.undo_batch(lists[0], undone_at=datetime.now(UTC)),
                writes=True)
    session.reload()
    idle(qtbot, session)
    assert opened.view is None
    assert opened._stack.currentIndex() == 1
    assert not opened.export.isEnabled()
    session.run("恢复", lambda _r: store.redo_batch(lists[0]), writes=True)
    session.reload()
    idle(qtbot, session)
    assert people(opened) == ["F"]


def test_instead_of_an_import_taken_back_the_newest_is_compared(qtbot, page, session, store,
                                                                lists):
    first = keep(store, OLD, SEPTEMBER, "九月.xlsx")
    opened = page(ListPair(lists[1]))
    session.run("撤销", lambda _r: store.undo_batch(lists[1], undone_at=datetime.now(UTC)),
                writes=True)
    session.reload()
    idle(qtbot, session)
    assert (opened.view.batch.id, opened.view.older.id) == (lists[0], first)


def test_nothing_has_changed(qtbot, page, session, store):
    keep(store, OLD, OCTOBER, "十月.xlsx")
    last = keep(store, OLD, NOVEMBER, "十一月.xlsx")
    opened = page(ListPair(last))
    assert people(opened) == []
    assert not opened.to_customers.isEnabled()
    assert not opened.people.table.isVisible()
    press_cell(qtbot, opened, "贵宾", "贵宾")
    assert people(opened) == ["B"]
    assert opened.to_customers.isEnabled()


@pytest.mark.parametrize("size", [(1130, 620), (815, 430), (815, 360)])
def test_every_size_shows_everything(qtbot, page, lists, size):
    opened = page(ListPair(lists[1]), size)
    opened.set_low(low=size[1] < 600)
    narrow = size[0] < 1040
    assert opened.tabs.isVisible() is narrow
    assert opened.grid.isVisible() is not narrow
    opened.resize(size[0], max(size[1], opened.minimumSizeHint().height()))
    assert faults(opened) == []
    opened.tabs.setCurrentIndex(1)
    opened.resize(size[0], max(size[1], opened.minimumSizeHint().height()))
    assert opened.grid.isVisible()
    assert faults(opened) == []
    press_cell(qtbot, opened, "贵宾", "普通")
    assert opened.people.isVisible()
    assert opened.people.table.rect().contains(QPoint(1, 1))
