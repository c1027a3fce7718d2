"""The settings page: changed rules show their effect, are saved whole, and can be taken back."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from soon import soon

from branchseg import pipeline, rules
from branchseg import settings as stored_settings
from branchseg.pipeline.effect import effects
from ui import opening
from ui.pages.settings import book as settings_book
from ui.pages.settings.draft import RuleDraft
from ui.pages.settings.page import SettingsPage
from ui.session import CustomerList
from ui.widgets.number_field import NumberField

CUSTOMERS = 200
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def folder(session):
    """The data folder."""
    session.folder.mkdir()
    return session.folder


@pytest.fixture
def page(qtbot, session, store, folder, customers, notes, went):
    crashes = []
    session.crashed.connect(crashes.append)
    session.set_rules(customers.ruleset)
    session.unlock(store, day=session.clock(), result=customers)
    made = SettingsPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.editor._pause.setInterval(30)
    made.show()
    made.activate()
    idle(qtbot, made)
    yield made
    session.jobs.drop_all()
    assert session.jobs.wait()
    assert not crashes


def idle(qtbot, page):
    """Wait for the pause after a change and for all work."""
    qtbot.waitUntil(lambda: not page.editor._pause.isActive() and not page.session.jobs.busy)


def show(page, key):
    page.activate(key)


def put(qtbot, page, key, text):
    """Type a number into a field."""
    show(page, "parameters")
    field = page.editor.parameters.rows[key].field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    idle(qtbot, page)
    return field


def answer(caption):
    """Press a button of the question that is about to be asked."""
    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if b.text() == caption).click()
    soon(0, press)


def expected(customers, ruleset):
    """The effects as the core sees them, by column."""
    after = pipeline.reassess(customers, ruleset)
    return {effect.column: effect for effect in effects(customers, after)}


# --- thresholds ---

def test_a_changed_threshold_shows_whom_it_changes(qtbot, page, customers, ruleset, went):
    put(qtbot, page, "core_aum", "200000")
    effect = expected(customers, ruleset.with_parameters({"core_aum": 200_000}))["status"]
    assert len(effect.changed) > 0
    assert page.editor.effect.text == f"{len(effect.changed):,} 户会有变化"
    assert set(page.editor.effect.links) == {"status"}
    qtbot.mouseClick(page.editor.effect.links["status"], LEFT)
    assert went == [("customers", CustomerList(
        "客户状态会改变", customers.table.ids_at(effect.changed)))]
    assert page.session.result is customers
    assert not (page.editor.draft.recipe().is_empty)


def test_saving_puts_the_rules_in_force(qtbot, page, customers, ruleset, folder, notes):
    put(qtbot, page, "core_aum", "200000")
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)
    wanted = ruleset.with_parameters({"core_aum": 200_000})
    session = page.session
    assert session.result is not customers
    assert session.ruleset.id == session.result.ruleset.id == wanted.id
    assert session.result.results.equals(pipeline.reassess(customers, wanted).results)
    assert session.settings.rules_dir == str(folder / "rules")
    stored = stored_settings.load(folder / stored_settings.FILE_NAME).settings
    assert stored.rules_dir == str(folder / "rules")
    assert rules.load(folder / "rules").id == wanted.id
    assert not page.editor.dirty
    assert not page.editor.save_button.isEnabled()
    assert [note.text for note in notes] == [f"规则已保存，{CUSTOMERS:,} 户已重新判定。"]
    assert wanted.title in page.subtitle


def test_rules_saved_before_a_lock_are_those_of_the_next_unlock(
        qtbot, page, folder, ruleset, in_the_way):
    put(qtbot, page, "core_aum", "200000")
    slow = in_the_way(page.session)
    qtbot.mouseClick(page.editor.save_button, LEFT)
    page.session.lock()
    slow.end()
    idle(qtbot, page)
    stored = stored_settings.load(folder / stored_settings.FILE_NAME).settings
    found, remark = opening.load_rules(stored)
    assert (found.id, remark) == (ruleset.with_parameters({"core_aum": 200_000}).id, "")


def test_saving_can_be_undone(qtbot, page, customers, ruleset, notes):
    put(qtbot, page, "core_aum", "200000")
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)
    notes.pop().undo()
    idle(qtbot, page)
    assert page.session.ruleset.id == ruleset.id
    assert page.session.settings.rules_dir is None  # rules as shipped need no files
    assert page.session.result.results.equals(customers.results)
    assert page.editor.parameters.rows["core_aum"].field.number == 50_000
    assert [(note.text, note.undo) for note in notes] == [
        (f"已恢复原来的规则，{CUSTOMERS:,} 户已重新判定。", None)]


def test_saving_keeps_the_observations_in_force(qtbot, page, customers):
    from datetime import UTC, datetime

    from branchseg.model.results import Observation

    customer = customers.table.frame["customer_id"].iloc[0]
    seen = Observation(customer, date(2026, 10, 31), "陈静", "柜台", ("id_stated",))
    page.session.run("", lambda _r: page.session.vault.add_observation(
        seen, created_at=datetime(2026, 10, 31, tzinfo=UTC)))
    put(qtbot, page, "core_aum", "200000")
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)
    assert page.session.result.results["obs_1"].iloc[0] == 3


def test_a_failure_to_save_changes_nothing(qtbot, page, customers, folder, notes):
    put(qtbot, page, "core_aum", "200000")
    (folder / "rules").write_text("in the way")
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)
    assert [note.kind for note in notes] == ["error"]
    assert notes[0].text.startswith("规则没有保存")
    assert page.session.result is customers
    assert page.session.settings.rules_dir is None
    assert page.editor.dirty
    assert page.editor.save_button.isEnabled()


def test_a_value_goes_back_to_its_default(qtbot, page):
    field = put(qtbot, page, "core_aum", "200000")
    row = page.editor.parameters.rows["core_aum"]
    assert row.chip.isVisible()
    qtbot.mouseClick(row.reset, LEFT)
    assert field.number == 50_000
    assert not row.chip.isVisible()
    assert not row.reset.isEnabled()
    assert not page.editor.dirty
    assert page.editor.effect.text.startswith("修改后")


def test_discarding_and_resetting_everything(qtbot, page, ruleset):
    put(qtbot, page, "core_aum", "200000")
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)
    field = put(qtbot, page, "core_aum", "300000")
    qtbot.mouseClick(page.editor.discard_button, LEFT)
    assert field.number == 200_000
    qtbot.mouseClick(page.editor.reset_button, LEFT)
    assert field.number == 50_000
    assert page.editor.draft.recipe().build().id == ruleset.id
    assert not page.editor.reset_button.isEnabled()


def test_a_bad_value_is_impossible(qtbot, page):
    for typed, kept in (("5", 50_000), ("-5", 50_000), ("", 50_000), ("12abc00", 1_200),
                        ("99999999", 999_999)):
        field = put(qtbot, page, "core_aum", typed)
        assert field.number == kept
        assert page.editor.draft.value("core_aum") == kept


def test_weights_that_do_not_fit_together_cannot_be_saved(qtbot, page):
    show(page, "parameters")
    for key, row in page.editor.parameters.rows.items():
        if key.startswith("weight_"):
            row.field.setValue(0)
    idle(qtbot, page)
    assert page.editor.effect.text == "要素权重之和要大于 0。"
    assert not page.editor.save_button.isEnabled()
    page.editor.parameters.rows["weight_need"].field.setValue(20)
    idle(qtbot, page)
    assert page.editor.save_button.isEnabled()


def test_the_wheel_does_not_change_a_number_in_passing(qtbot, page):
    show(page, "parameters")
    page.setFocus()
    field = page.editor.parameters.rows["core_aum"].field
    turn = QWheelEvent(QPointF(5, 5), QPointF(field.mapToGlobal(QPoint(5, 5))), QPoint(),
                       QPoint(0, 120), Qt.MouseButton.NoButton,
                       Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(field, turn)
    assert field.number == 50_000


def test_only_the_last_of_quick_changes_is_worked_out(qtbot, page, customers, ruleset):
    show(page, "parameters")
    field = page.editor.parameters.rows["core_aum"].field
    for value in (60_000, 100_000, 1_000_000):
        field.setValue(value)
        page.editor._work_out()
    idle(qtbot, page)
    changed = expected(customers, ruleset.with_parameters({"core_aum": 1_000_000}))["status"]
    assert page.editor.effect.text == f"{len(changed.changed):,} 户会有变化"


# --- tiers ---

def test_another_preset_shows_its_effect_before_saving(qtbot, page, customers, ruleset):
    show(page, "tiers")
    box = page.editor.tiers.box
    box.setFocus()
    while box.currentData() != "cmb":
        qtbot.keyClick(box, Qt.Key.Key_Down)
    idle(qtbot, page)
    wanted = ruleset.with_tier_preset("cmb")
    effect = expected(customers, wanted)["tier"]
    assert page.editor.effect.text == f"换成“招行式”：{len(effect.changed):,} 户层级改变"
    counts = {word: after for word, _, after in effect.shares}
    assert page.editor.tiers._counts["金卡"].text() == f"{counts['金卡']:,}"
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)
    assert page.session.ruleset.tiers.active.key == "cmb"
    assert set(page.session.result.results["tier"].dropna()) <= {
        "basic", "gold", "sunflower", "diamond", "private"}


def test_tiers_of_the_same_name_are_no_change(customers, ruleset):
    effect = expected(customers, ruleset.with_tier_preset("cmb"))["tier"]
    ordinary = customers.results["tier"] == "mass"  # 普通 in both presets, under 5 万
    assert not ordinary.iloc[effect.changed].any()
    assert {word: (a, b) for word, a, b in effect.shares}["普通"] == (
        ordinary.sum(), ordinary.sum())


# --- leaving ---

def test_leaving_asks_about_unsaved_changes(qtbot, page):
    assert page.can_leave()
    field = put(qtbot, page, "core_aum", "200000")
    answer("继续编辑")
    assert not page.can_leave()
    assert field.number == 200_000
    answer("放弃修改")
    assert page.can_leave()
    assert field.number == 50_000


def test_another_list_is_compared_anew(qtbot, page, customers, ruleset):
    put(qtbot, page, "core_aum", "200000")
    rich = replace(customers, results=customers.results.assign(status="dormant"))
    page.session.set_result(rich)
    idle(qtbot, page)
    after = pipeline.reassess(rich, ruleset.with_parameters({"core_aum": 200_000}))
    count = len({n for effect in effects(rich, after) for n in effect.changed.tolist()})
    assert page.editor.effect.text == f"{count:,} 户会有变化"
    assert page.editor.draft.value("core_aum") == 200_000


# --- the book ---

def test_the_book_tells_all_rules_and_finds_words(qtbot, page, ruleset):
    shown = page.book.view.toPlainText()
    sentences = [line for part in rules.describe(ruleset) for line in part.sentences]
    assert all(line.strip() in shown for line in sentences)
    page.book.search.setText("休眠唤醒")
    qtbot.keyClick(page.book.search, Qt.Key.Key_Return)
    found = [line for line in sentences if "休眠唤醒" in line]
    assert page.book._count.text() == f"含“休眠唤醒”的规则 {len(found)} 条"
    assert "核心有效" not in page.book.view.toPlainText()
    page.book.search.setText("<b>")
    qtbot.keyClick(page.book.search, Qt.Key.Key_Return)
    assert page.book.view.toPlainText() == "没有找到“<b>”。"


def test_the_book_can_be_copied_and_printed(qtbot, page, ruleset, monkeypatch):
    printed = []
    monkeypatch.setattr(settings_book.printing, "preview",
                        lambda _parent, pages, _kept: printed.append(pages))
    qtbot.mouseClick(page.book.copy_button, LEFT)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"{ruleset.id}\n七要素与各项阈值是本行可配置的操作定义，不是")
    assert "核心有效：资产" in copied
    qtbot.mouseClick(page.book.print_button, LEFT)
    idle(qtbot, page)
    assert len(printed[0]) >= 3


def test_the_book_follows_saved_rules(qtbot, page):
    put(qtbot, page, "core_aum", "123000")
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)
    show(page, "book")
    assert "12.3 万元" in page.book.view.toPlainText()


# --- this PC ---

def test_look_and_safety_are_kept_at_once(qtbot, page, folder):
    show(page, "window")
    section = page.window_section
    told = []
    page.session.settings_changed.connect(lambda: told.append(page.session.settings))
    section.theme.setFocus()
    qtbot.keyClick(section.theme, Qt.Key.Key_End)
    qtbot.keyClick(section.scale, Qt.Key.Key_End)
    qtbot.mouseClick(section.masked, LEFT, pos=QPoint(8, section.masked.height() // 2))
    section.minutes.setValue(12)
    section.branch.setText(" 城西支行 ")
    qtbot.keyClick(section.branch, Qt.Key.Key_Return)
    section.operator.setText("李敏")
    qtbot.keyClick(section.operator, Qt.Key.Key_Return)
    kept = stored_settings.load(folder / stored_settings.FILE_NAME).settings
    assert kept == told[-1] == page.session.settings
    assert (kept.theme, kept.ui_scale, kept.names_masked) == ("dark", 1.5, True)
    assert (kept.lock_minutes, kept.branch_name, kept.operator) == (12, "城西支行", "李敏")
    assert len(told) == 6


def test_settings_that_cannot_be_written_stay_as_they_are(qtbot, page, folder, notes):
    (folder / "settings.json").mkdir()
    show(page, "window")
    qtbot.mouseClick(page.window_section.masked, LEFT, pos=QPoint(8, 10))
    assert not page.session.settings.names_masked
    assert not page.window_section.masked.isChecked()
    assert [note.kind for note in notes] == ["error"]


def test_the_data_section_says_where_and_how_much(qtbot, page, folder):
    show(page, "data")
    idle(qtbot, page)
    facts = {key: fact.text() for key, fact in page.data.facts.items()}
    assert facts["folder"] == str(folder)
    assert facts["rules"] == "随程序提供的默认规则"
    assert facts["batches"] == "0 批"
    assert facts["customers"] == f"{CUSTOMERS} 户"


def test_without_customers_rules_can_still_be_changed(qtbot, page, ruleset):
    page.session.set_result(None)
    put(qtbot, page, "core_aum", "200000")
    assert page.editor.effect.text == "还没有客户，保存后对以后导入的名单生效。"
    qtbot.mouseClick(page.editor.save_button, LEFT)
    idle(qtbot, page)
    assert page.session.ruleset.id == ruleset.with_parameters({"core_aum": 200_000}).id
    assert page.session.result is None


# --- parts ---

def test_a_draft_counts_what_differs(ruleset):
    draft = RuleDraft(ruleset, ruleset)
    draft.set_value("core_aum", 5)
    assert draft.value("core_aum") == 1_000  # kept within its range
    draft.set_preset("three")
    assert draft.changes == 2
    assert draft.recipe().build().id == (
        ruleset.with_parameters({"core_aum": 1_000}).with_tier_preset("three").id)
    draft.set_value("core_aum", 50_000)
    draft.set_preset("standard7")
    assert draft.changes == 0
    assert draft.recipe().build() is ruleset


@pytest.mark.parametrize(("low", "high", "unit", "number", "shown"), [
    (0.5, 0.99, "", 0.9, "90%"), (0, 1, "", 0.905, "90.5%"), (0, 100, "%", 25, "25%"),
    (0, 1_000_000, "元", 50_000, "50,000 元"), (0, 2.5, "倍", 1.25, "1.25 倍"),
    (1, 28, "日", 10, "10 日"),
])
def test_numbers_are_shown_in_their_unit(low, high, unit, number, shown):
    field = NumberField(low, high, unit)
    field.show_number(number)
    assert field.text() == shown
    assert field.number == number


def test_changed_rules_are_taken_back_in_the_settings_and_by_undo(qtbot, page):
    session, before = page.session, page.session.ruleset.id
    show(page, "parameters")
    page.editor.draft.set_value("core_aum", 60_000)
    idle(qtbot, page)
    assert page.editor.undo_button.isHidden()
    page.editor._save()
    idle(qtbot, page)
    changed = session.ruleset.id
    assert changed != before
    assert session.undo_stack.undoText() == "修改规则"
    page.editor.undo_button.click()
    idle(qtbot, page)
    assert session.ruleset.id == before
    assert page.editor.undo_button.isHidden()
    session.undo_stack.redo()
    idle(qtbot, page)
    assert session.ruleset.id == changed
