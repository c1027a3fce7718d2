"""The cut-point room: drag, type, agree, save as a version, compare, take back, lock half-way."""

from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from soon import soon

from branchseg.pipeline import cutpoints
from branchseg.pipeline.cutpoints import cut_points, distribution, sensitivity
from branchseg.store.records import Agreement
from ui.pages.settings.page import SettingsPage
from ui.session import CustomerList

LEFT = Qt.MouseButton.LeftButton
CUSTOMERS = 40
TODAY = date(2026, 10, 31)
INVALID, QUALIFIED = "invalid_aum", "tier.standard7.qualified"


@pytest.fixture(autouse=True)
def few_tries(monkeypatch):
    """One other value each, not eight: every one is a judgement of all customers."""
    short = deepcopy(cutpoints._table())
    for row in short["cutpoint"]:
        for key in ("tries", "ratios", "offsets"):
            row[key] = row.get(key, [])[1:2]
    monkeypatch.setattr(cutpoints, "_table", lambda: short)


@pytest.fixture
def crashes(session):
    heard = []
    session.crashed.connect(heard.append)
    return heard


@pytest.fixture
def opened(qtbot, session, store, crashes):
    """opened(result, ruleset) -> the settings page with the room, or a section, in front."""
    session.folder.mkdir()

    def build(result, ruleset, section="cutpoints"):
        session.set_rules(ruleset)
        session.unlock(store, day=session.clock(), result=result)
        return show(qtbot, session, section)

    yield build
    session.jobs.drop_all()
    assert session.jobs.wait()
    assert not crashes


def show(qtbot, session, section="cutpoints"):
    made = SettingsPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.editor._pause.setInterval(30)
    made.show()
    made.activate(section)
    idle(qtbot, made)
    return made


@pytest.fixture
def page(opened, customers, ruleset, went, notes):
    return opened(customers, ruleset)


def idle(qtbot, page):
    qtbot.waitUntil(lambda: not page.editor._pause.isActive() and not page.session.jobs.busy)


def put(qtbot, page, key, text):
    """Choose a threshold and type another value."""
    room = page.editor.room
    room.choose(key)
    room.field.setFocus()
    room.field.selectAll()
    qtbot.keyClicks(room.field, text)
    qtbot.keyClick(room.field, Qt.Key.Key_Tab)
    idle(qtbot, page)


def save(qtbot, page):
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)


def click_cell(qtbot, table, row, key):
    """A real click on a cell."""
    model = table.model()
    column = [one.key for one in model.columns].index(key)
    qtbot.mouseClick(table.viewport(), LEFT,
                     pos=table.visualRect(model.index(row, column)).center())


def cells(table, key):
    model = table.model()
    column = [one.key for one in model.columns].index(key)
    return [model.index(row, column).data() for row in range(model.rowCount())]


def point(ruleset, key):
    return next(one for one in cut_points(ruleset) if one.key == key)


# --- one threshold ---

def test_every_threshold_can_be_put_on_the_table(qtbot, page, ruleset):
    box = page.editor.room.box
    keys = [box.itemData(n) for n in range(box.count()) if box.itemData(n)]
    assert keys == [one.key for one in cut_points(ruleset)]
    for key in ("idle_share", "grade.A"):
        page.editor.room.choose(key)
        idle(qtbot, page)
        assert page.editor.room.field.number == point(ruleset, key).parameter.value
        assert page.editor.room.trials.table.isVisible()


def test_the_table_says_how_many_move_and_lists_them(qtbot, page, customers, ruleset, went):
    room = page.editor.room
    assert room.key == INVALID
    found = sensitivity(customers, ruleset, point(ruleset, INVALID))
    table = room.trials.table
    assert cells(table, "value") == ["50 元", "100 元"]
    assert cells(table, "moved") == [f"{len(one.moved):,}" for one in found.trials]
    assert cells(table, "mark")[1] == "现行"
    word = found.words.index("无效")
    assert cells(table, f"{word}") == [f"{one.count(word):,}" for one in found.trials]
    click_cell(qtbot, table, 0, "moved")
    click_cell(qtbot, table, 0, f"{word}")
    click_cell(qtbot, table, 1, "moved")  # nobody: leads nowhere
    assert went == [
        ("customers", CustomerList("切点 50 元：与现行不同",
                                   customers.table.ids_at(found.trials[0].moved))),
        ("customers", CustomerList("切点 50 元：无效",
                                   customers.table.ids_at(found.trials[0].rows(word))))]


def test_the_line_is_dragged_and_counts_on_the_way(qtbot, page, customers, ruleset, went):
    room = page.editor.room
    lies = distribution(customers, point(ruleset, INVALID))
    chart = room.chart
    qtbot.mousePress(chart, LEFT, pos=chart.place_of(100).toPoint())
    qtbot.mouseMove(chart, chart.place_of(200).toPoint())
    assert room.field.number == chart.value
    assert not page.editor.dirty  # still in the hand
    qtbot.mouseMove(chart, chart.place_of(500).toPoint())
    qtbot.mouseRelease(chart, LEFT, pos=chart.place_of(500).toPoint())
    idle(qtbot, page)
    value = chart.value
    assert 400 < value < 600
    assert page.editor.draft.value(INVALID) == value
    below = lies.below(value)
    assert room.left.text().startswith(f"{value:,.0f} 元及以下 {below:,} 户")
    qtbot.mouseClick(room.left, LEFT)
    assert went == [("customers", CustomerList(
        f"AUM{value:,.0f} 元及以下", customers.table.ids_at(lies.rows[:below].tolist())))]
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert page.editor.draft.value(INVALID) == (500 if value < 500 else 1000)
    qtbot.mouseClick(room.back, LEFT)
    assert not page.editor.dirty


def test_a_change_says_why_nobody_moves_and_what_stands_beside_it(qtbot, page):
    room = page.editor.room
    room.choose(QUALIFIED)
    idle(qtbot, page)
    assert room.note.text().endswith("核心有效：达标门槛现在也是 5 万元。")
    put(qtbot, page, QUALIFIED, "20000")
    assert "两个数不同：请一起商定" in room.note.text()
    assert "没有人因此移动" not in room.trials.line.text()
    put(qtbot, page, QUALIFIED, "50000")
    put(qtbot, page, "high_asset", "300000")
    qtbot.waitUntil(lambda: room.trials.line.text().startswith("没有人因此移动：没有一户的"))


def test_a_bad_number_is_impossible(qtbot, page):
    for key, typed, kept in ((INVALID, "99999999", 9_999), ("grade.A", "-abc", 75)):
        put(qtbot, page, key, typed)
        assert page.editor.room.field.number == page.editor.draft.value(key) == kept
    chart = page.editor.room.chart
    page.editor.room.choose(INVALID)
    idle(qtbot, page)
    qtbot.mouseClick(chart, LEFT, pos=QPoint(chart.width() - 2, 80))
    assert page.editor.draft.value(INVALID) == 10_000  # its upper bound


def test_thresholds_that_do_not_fit_together_are_said_and_not_saved(qtbot, page):
    put(qtbot, page, QUALIFIED, "300000")
    room = page.editor.room
    assert room.trials.line.text() == "层级门槛要从 0 开始逐级升高。"
    assert not room.trials.table.isVisible()
    assert not page.editor.save_button.isEnabled()
    put(qtbot, page, "tier.standard7.affluent", "400000")
    assert room.trials.table.isVisible()
    assert page.editor.save_button.isEnabled()
    page.activate("tiers")
    shown = page.editor.tiers._area.widget().findChildren(type(page.editor._said))
    assert {"300,000", "400,000"} <= {each.text() for each in shown}


def test_without_customers_thresholds_can_still_be_agreed(qtbot, opened, ruleset, store):
    page = opened(None, ruleset)
    room = page.editor.room
    assert room.trials.line.text().startswith("还没有客户")
    assert not room.left.isVisible()
    room.agreement.names.insert("业务部")
    put(qtbot, page, INVALID, "200")
    save(qtbot, page)
    assert store.rule_versions()[0].agreements[INVALID].agreed_by == "业务部"
    page.activate("versions")
    idle(qtbot, page)
    assert page.versions.said.text() == "1 个切点不同；还没有客户，看不到影响。"


def test_a_column_the_list_does_not_have(qtbot, opened, customers, ruleset):
    bare = replace(customers, results=customers.results.assign(demand_share=float("nan")))
    page = opened(bare, ruleset)
    page.editor.room.choose("idle_share")
    idle(qtbot, page)
    assert page.editor.room.words.text() == (
        "名单里没有“活期占比”这一项，看不到分布；切点照样可以登记。")
    assert not page.editor.room.left.isEnabled()


# --- agreeing, saving, taking back ---

def test_saving_keeps_a_version_with_what_was_agreed(qtbot, page, ruleset, store, notes):
    put(qtbot, page, INVALID, "500")
    card = page.editor.room.agreement
    assert card.said.text() == "还没有登记由谁确认。"
    assert not card.day.isEnabled()
    card.note.insertPlainText("含 500 元")
    card.names.insert("业务部 张三")
    assert card.day.isEnabled()
    assert card.said.text() == "确认的是 500 元。保存后登记。"
    assert page.editor._said.text().startswith("有 2 处修改未保存")
    save(qtbot, page)
    wanted = ruleset.with_parameters({INVALID: 500})
    second, first = store.rule_versions()
    assert (first.id, first.ruleset_id, first.agreements) == (1, ruleset.id, {})
    assert (second.id, second.ruleset_id) == (2, wanted.id)
    assert second.agreements == {INVALID: Agreement("含 500 元", "业务部 张三", TODAY, 500)}
    assert card.said.text() == "确认的是 500 元。登记于第 2 版。"
    assert notes[-1].text == f"规则已保存，{CUSTOMERS:,} 户已重新判定。"
    page.activate("book")
    assert page.book._count.text().endswith(" 条 · 第 2 版，1 个切点有人确认")
    page.activate("cutpoints")
    put(qtbot, page, INVALID, "200")
    assert card.said.text() == (
        "确认的是 500 元，现在是 200 元，需要重新确认。登记于第 2 版。")
    qtbot.mouseClick(card.again, LEFT)
    assert card.said.text() == "确认的是 200 元。保存后登记。"
    assert not card.again.isVisible()


def test_a_word_written_and_deleted_is_no_change(qtbot, page):
    note, names = page.editor.room.agreement.note, page.editor.room.agreement.names
    for field in (note, names):
        qtbot.keyClicks(field, "a")
        assert page.editor.dirty
        qtbot.keyClick(field, Qt.Key.Key_Backspace)
        assert page.editor.draft.recipe().agreements == {}
        assert not page.editor.dirty


def test_a_note_takes_no_more_than_is_kept_and_says_so(qtbot, page, store):
    card = page.editor.room.agreement
    card.note.insertPlainText("头" + "字" * 497 + "尾")
    assert not card.full.isVisible()
    cursor = card.note.textCursor()
    cursor.setPosition(1)
    cursor.insertText("一二三")  # in the middle: what was there stays
    assert card.full.isVisible()
    assert card.note.toPlainText() == "头一" + "字" * 497 + "尾"
    cursor.insertText("😀")
    assert card.note.toPlainText() == "头一" + "字" * 497 + "尾"
    card.note.setPlainText("长" * 700)
    assert (card.note.toPlainText(), card.full.isVisible()) == ("长" * 500, True)
    card.note.setPlainText("短")
    assert not card.full.isVisible()
    card.note.setPlainText("长" * 501)
    save(qtbot, page)
    assert store.rule_versions()[0].agreements[INVALID].note == "长" * 500


# --- leaving ---

def test_showing_customers_does_not_give_changes_up(qtbot, page, went):
    put(qtbot, page, INVALID, "500")
    asked = []
    page.session.navigate_requested.connect(lambda *_: asked.append(page.can_leave()))
    click_cell(qtbot, page.editor.room.trials.table, 0, "moved")
    assert asked == [True]
    assert page.editor.dirty

    def stay():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if b.text() == "继续编辑").click()
    soon(0, stay)
    assert not page.can_leave()


def test_changes_outlive_a_lock(qtbot, page, customers, ruleset, store):
    put(qtbot, page, INVALID, "500")
    page.editor.room.agreement.note.insertPlainText("待议")
    kept, session = page.keep(), page.session
    page.editor.discard()
    assert page.keep() is None
    later = SettingsPage(session)
    qtbot.addWidget(later)
    later.show()
    later.activate()
    later.resume(kept)
    idle(qtbot, later)
    room = later.editor.room
    assert room.isVisible()
    assert (room.field.number, room.agreement.note.toPlainText()) == (500, "待议")
    assert later.editor._said.text().startswith("有 2 处修改未保存")
    assert session.ruleset.id == ruleset.id
    page.resume(kept._replace(ruleset_id="其他规则"))
    idle(qtbot, page)
    assert not page.editor.dirty
