"""Versions of the rules: taken back and done again, told one after the other, compared."""
# ruff: noqa: F401, F811 - fixtures

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QFileDialog
from test_cut_room import (
    CUSTOMERS,
    INVALID,
    LEFT,
    QUALIFIED,
    cells,
    click_cell,
    crashes,
    few_tries,
    idle,
    opened,
    page,
    put,
    save,
)

from branchseg import pipeline, rules
from branchseg.errors import Cancelled
from branchseg.pipeline.ruleversions import compare_rules
from branchseg.progress import Reporter
from branchseg.store.records import Agreement, RuleVersion
from ui.pages.settings import work
from ui.session import CustomerList


@pytest.fixture(scope="module")
def changed(ruleset):
    """Three rule sets, each with one more threshold changed."""
    second = ruleset.with_parameters({INVALID: 500})
    return [ruleset, second, second.with_parameters({QUALIFIED: 20_000})]


@pytest.fixture
def lived(opened, customers, changed, store, went, notes):
    """lived(count, agreements) -> the versions in front, so many kept, the last in force."""
    def build(count, agreements=()):
        for number, kept in enumerate(changed[:count], start=1):
            store.keep_rule_version(RuleVersion(
                kept.id, dict(kept.sources), datetime(2026, 10, 31, tzinfo=UTC),
                dict(agreements) if number == count else {}))
        ruleset = changed[count - 1]
        return opened(pipeline.reassess(customers, ruleset), ruleset, section="versions")
    return build


def invalid(session):
    return next(one.value for one in session.ruleset.parameters if one.key == INVALID)


def ids(store):
    """Of the versions that were not taken back."""
    return [version.id for version in work.in_force(store.rule_versions())]


# --- taking back and doing again ---

def test_undo_and_redo_move_rules_and_versions_together(qtbot, page, ruleset, store, notes):
    put(qtbot, page, INVALID, "500")
    page.editor.room.agreement.names.insert("业务部")
    save(qtbot, page)
    kept = store.rule_versions()[0]
    notes[-1].undo()
    idle(qtbot, page)
    assert page.session.ruleset.id == ruleset.id
    assert ids(store) == [1]
    assert page.editor.room.agreement.names.text() == ""
    assert page.editor.room.field.number == 100
    page.session.undo_stack.redo()
    idle(qtbot, page)
    assert store.rule_versions()[0] == kept
    assert page.session.ruleset.id == kept.ruleset_id
    assert page.editor.room.agreement.names.text() == "业务部"


def test_agreeing_alone_sorts_nobody_anew_and_is_taken_back_once(
        qtbot, page, customers, store, notes):
    page.editor.room.agreement.names.insert("财务部")
    save(qtbot, page)
    assert notes[-1].text == "规则已保存。"
    assert page.session.result is customers
    assert store.rule_versions()[0].agreements[INVALID].value == 100
    qtbot.mouseClick(page.editor.undo_button, LEFT)
    idle(qtbot, page)
    assert work.in_force(store.rule_versions())[0].agreements == {}
    assert not page.editor.saving.can_undo
    assert page.editor.room.agreement.names.text() == ""


def test_a_failure_to_save_leaves_no_version(qtbot, page, store, notes):
    put(qtbot, page, INVALID, "500")
    (page.session.folder / "rules").write_text("in the way")
    save(qtbot, page)
    assert notes[-1].text.startswith("规则没有保存")
    assert store.rule_versions() == []
    assert page.editor.draft.value(INVALID) == 500

@pytest.fixture
def plain(opened, customers, ruleset, notes):
    """The page without the room, which would try other values after every step."""
    return opened(customers, ruleset, section="parameters")


def keep(qtbot, page, value):
    page.editor.draft.set_value(INVALID, value)
    save(qtbot, page)


@pytest.fixture
def saved_twice(qtbot, plain):
    for value in (200, 300):
        keep(qtbot, plain, value)
    return plain


def test_hasty_undoing_takes_one_step_at_a_time(qtbot, saved_twice, store):
    session = saved_twice.session
    stack = session.undo_stack
    stack.undo()
    stack.undo()
    idle(qtbot, saved_twice)
    assert (stack.index(), invalid(session), ids(store)) == (1, 200, [2, 1])
    stack.redo()
    stack.redo()
    idle(qtbot, saved_twice)
    assert (stack.index(), invalid(session), ids(store)) == (2, 300, [3, 2, 1])
    assert not saved_twice.editor.saving.busy


def test_after_a_failed_undo_nothing_has_moved(qtbot, saved_twice, store, monkeypatch, notes):
    session = saved_twice.session
    stack = session.undo_stack
    with monkeypatch.context() as patched:
        patched.setattr(rules, "save", _full_disk)
        stack.undo()
        idle(qtbot, saved_twice)
    assert notes[-1].text.startswith("规则没有保存")
    assert (stack.index(), invalid(session), ids(store)) == (2, 300, [3, 2, 1])
    stack.redo()  # there is nothing to be done again
    stack.undo()
    idle(qtbot, saved_twice)
    assert (stack.index(), invalid(session), ids(store)) == (1, 200, [2, 1])


def test_settings_that_cannot_be_written_leave_no_version(qtbot, plain, store, monkeypatch):
    session = plain.session
    with monkeypatch.context() as patched:
        patched.setattr("ui.session.stored_settings.save", _full_disk)
        keep(qtbot, plain, 200)
    assert (session.undo_stack.index(), invalid(session), ids(store)) == (0, 100, [])
    assert plain.editor.draft.value(INVALID) == 200
    save(qtbot, plain)
    with monkeypatch.context() as patched:
        patched.setattr("ui.session.stored_settings.save", _full_disk)
        session.undo_stack.undo()
        idle(qtbot, plain)
    assert (session.undo_stack.index(), invalid(session), ids(store)) == (1, 200, [2, 1])


def _full_disk(*_args):
    raise OSError


def test_an_old_notice_does_not_reach_past_later_steps(qtbot, plain, store, notes):
    page, session = plain, plain.session
    keep(qtbot, page, 200)
    notice = notes[-1]
    assert page.editor.undo_button.isVisible()
    session.undo_stack.push(QUndoCommand("别的"))
    page.activate("book")
    page.activate("parameters")
    assert not page.editor.undo_button.isVisible()
    notice.undo()
    idle(qtbot, page)
    assert notes[-1].text == "这次修改之后又做了别的，请用 Ctrl+Z 依次撤销。"
    assert (invalid(session), ids(store)) == (200, [2, 1])
    keep(qtbot, page, 300)
    for step, index in (("undo", 2), ("undo", 1), ("undo", 0), ("redo", 1), ("redo", 2),
                        ("redo", 3)):
        getattr(session.undo_stack, step)()
        idle(qtbot, page)
        assert session.undo_stack.index() == index
    assert (invalid(session), ids(store)) == (300, [3, 2, 1])


def test_a_fault_of_the_program_does_not_keep_the_editor_busy(
        qtbot, plain, store, crashes, monkeypatch):
    page = plain
    with monkeypatch.context() as patched:
        patched.setattr(rules, "save", lambda *_args: {}["gone"])
        keep(qtbot, page, 200)
    assert [type(one) for one in crashes] == [KeyError]
    crashes.clear()
    assert not page.editor.saving.busy
    assert not page.session.undo_stack.pending
    assert page.editor.save_button.isEnabled()
    assert ids(store) == []


def test_undoing_leaves_what_is_being_changed(qtbot, plain):
    page, draft = plain, plain.editor.draft
    draft.agree(INVALID, Agreement("", "业务部", date(2026, 10, 31), 200))
    keep(qtbot, page, 200)
    draft.set_value(QUALIFIED, 20_000)
    draft.agree(QUALIFIED, Agreement("写了很久的说明", "", None, 20_000))
    page.session.undo_stack.undo()
    idle(qtbot, page)
    assert draft.recipe().values == {QUALIFIED: 20_000}
    assert draft.recipe().agreements == {QUALIFIED: Agreement("写了很久的说明", "", None, 20_000)}
    assert (draft.value(INVALID), draft.agreement(INVALID)) == (100, None)
    page.session.undo_stack.redo()
    idle(qtbot, page)
    assert (draft.value(INVALID), draft.value(QUALIFIED)) == (200, 20_000)
    assert draft.agreement(INVALID).agreed_by == "业务部"
    assert draft.changes == 2


# --- versions ---

def compared(qtbot, page):
    """Nothing is under way, and the two versions chosen are compared."""
    qtbot.waitUntil(lambda: not page.session.jobs.busy
                    and page.versions.said.text() not in {"", "正在对比…"})


def test_a_version_taken_back_stays_and_comes_back_as_a_new_one(
        qtbot, saved_twice, store, notes):
    page, session = saved_twice, saved_twice.session
    versions, restoring = page.versions, page.versions.restoring
    session.undo_stack.undo()
    idle(qtbot, page)
    page.activate("versions")
    compared(qtbot, page)
    assert cells(versions.history, "version") == [
        "第 3 版（已撤回）", "第 2 版（现行）", "第 1 版"]
    assert cells(versions.history, "changes")[0] == "无效客户资产上限（含） 200 元 → 300 元"
    click_cell(qtbot, versions.history, 1, "version")
    assert not restoring.isVisible()
    compared(qtbot, page)
    click_cell(qtbot, versions.history, 0, "version")
    assert (restoring.button.text(), restoring.button.isEnabled()) == ("恢复第 3 版", False)
    compared(qtbot, page)
    restoring.names.insert("业务部 张三")
    restoring.note.insert("撤错了")
    qtbot.mouseClick(restoring.button, LEFT)
    compared(qtbot, page)
    assert notes[-1].text.startswith("已恢复这一版规则")
    assert (invalid(session), ids(store)) == (300, [4, 2, 1])
    assert (store.rule_versions()[0].note, store.rule_versions()[0].agreed_by) == (
        "恢复第 3 版。撤错了", "业务部 张三")
    assert cells(versions.history, "version")[0] == "第 4 版（现行）"
    assert cells(versions.history, "changes")[0] == (
        "恢复第 3 版。撤错了（业务部 张三 同意）：无效客户资产上限（含） 200 元 → 300 元")
    assert (versions.older.currentText(), restoring.isVisible()) == ("第 2 版", False)
    session.undo_stack.undo()
    compared(qtbot, page)
    assert (invalid(session), ids(store)) == (200, [2, 1])
    session.undo_stack.redo()
    compared(qtbot, page)
    assert (invalid(session), ids(store)) == (300, [4, 2, 1])


def test_what_was_agreed_comes_back_with_the_value_it_was_agreed_on(ruleset):
    then = {INVALID: Agreement("", "科技部", None, 100), QUALIFIED: Agreement("", "甲", None, 1)}
    now = {INVALID: Agreement("", "业务部", None, 500), "idle_share": Agreement("注", "", None, 0)}
    older = RuleVersion(ruleset.id, ruleset.sources, datetime(2026, 10, 31, tzinfo=UTC), then, 1)
    made, version = work.restored(older, now, "", "乙")
    assert made.id == ruleset.id
    assert version.agreements == {INVALID: then[INVALID], QUALIFIED: then[QUALIFIED],
                                  "idle_share": now["idle_share"]}
    agreed = {INVALID: Agreement("", "财务部", None, 100)}
    assert work.restored(older, agreed, "", "乙")[1].agreements[INVALID] == agreed[INVALID]


def test_a_version_that_cannot_be_read_does_not_come_back(qtbot, lived, store, notes):
    page = lived(2)
    older = replace(store.rule_versions()[1], sources={"status.toml": "old"})
    page.versions.restoring.show_version(older)
    page.versions.restoring.names.insert("业务部")
    qtbot.mouseClick(page.versions.restoring.button, LEFT)
    idle(qtbot, page)
    assert notes[-1].text.startswith("这一版规则现在的程序读不出来，不能恢复。")
    assert ids(store) == [2, 1]


def test_a_version_is_told_against_the_one_it_was_made_from():
    def version(saved, withdrawn=None):
        return RuleVersion("", {}, datetime(2026, 1, saved, tzinfo=UTC), {},
                           withdrawn_at=withdrawn and datetime(2026, 1, withdrawn, tzinfo=UTC))
    assert work.bases([version(1), version(1), version(2, 5), version(3, 4), version(6)]) == [
        -1, 0, 1, 2, 1]
    assert work.bases([version(1, 2), version(3)]) == [-1, -1]


def test_two_versions_are_compared_and_their_customers_listed(
        qtbot, lived, customers, changed, went):
    page = lived(3)
    versions = page.versions
    assert cells(versions.history, "version") == ["第 3 版（现行）", "第 2 版", "第 1 版"]
    assert cells(versions.history, "changes") == [
        "“达标”层级的起点（含） 5 万元 → 2 万元", "无效客户资产上限（含） 100 元 → 500 元",
        "开始记录时的规则"]
    assert (versions.older.currentText(), versions.newer.currentText()) == (
        "第 2 版", "第 3 版（现行）")
    check(qtbot, page, changed[1], changed[2], customers, went)
    click_cell(qtbot, versions.history, 1, "version")
    idle(qtbot, page)
    assert (versions.older.currentText(), versions.newer.currentText()) == ("第 1 版", "第 2 版")
    check(qtbot, page, changed[0], changed[1], customers, went)
    qtbot.mouseClick(versions.everybody, LEFT)
    wanted = compare_rules(changed[0], changed[1], customers)
    assert went[-1] == ("customers", CustomerList(
        "第 1 版 → 第 2 版：有变化", customers.table.ids_at(wanted.rows)))


def test_the_minutes_tell_who_agreed_and_what_moved(qtbot, lived, tmp_path, notes, monkeypatch):
    page = lived(2, {INVALID: Agreement("", "=业务部", date(2026, 10, 31), 500)})
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: asked.pop())
    asked.append(("", ""))
    qtbot.mouseClick(page.versions.minutes, LEFT)
    asked.append((str(tmp_path / "纪要"), ""))
    qtbot.mouseClick(page.versions.minutes, LEFT)
    idle(qtbot, page)
    assert notes[-1].text == "已导出会议纪要，不含客户信息。"
    book = load_workbook(tmp_path / "纪要.xlsx")
    assert book.sheetnames == ["会议纪要", "切点与确认", "改动的切点", "客户移动"]
    rows = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    assert ("网点", "城东支行") in rows[0]
    assert rows[1][1][:3] == ("客户状态", "无效客户资产上限（含）", "500 元")
    assert rows[1][1][4].endswith("业务部")
    assert rows[1][1][6:] == ("500 元", "已确认")
    assert rows[1][2][7] == "未确认"
    assert rows[2][1:] == [("无效客户资产上限（含）", "100 元", "500 元")]
    changes = page.versions._changes
    assert [row[3] for row in rows[3][1:]] == [len(one.rows) for one in changes.moves]
    asked.append((str(tmp_path / "没有的文件夹" / "纪要.xlsx"), ""))
    qtbot.mouseClick(page.versions.minutes, LEFT)
    idle(qtbot, page)
    assert notes[-1].kind == "error"


def test_a_click_in_the_sorted_history_compares_the_version_clicked(qtbot, lived):
    versions = lived(3).versions
    versions.history.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert cells(versions.history, "version") == ["第 1 版", "第 2 版", "第 3 版（现行）"]
    click_cell(qtbot, versions.history, 2, "version")
    assert (versions.older.currentText(), versions.newer.currentText()) == (
        "第 2 版", "第 3 版（现行）")
    click_cell(qtbot, versions.history, 0, "version")
    assert versions.newer.currentText() == "第 1 版"


def test_the_history_holds_up_nobody_and_is_read_once(qtbot, lived, monkeypatch):
    page, gate, built, done = lived(3), threading.Event(), [], []
    real = work.rules_of

    def wait(sources):
        assert gate.wait(60)
        built.append(sources)
        return real(sources)

    monkeypatch.setattr(work, "rules_of", wait)
    page.versions._known.clear()
    page.activate("book")
    page.activate("versions")
    page.session.run("查询", lambda _reporter: done.append(True))
    try:
        qtbot.waitUntil(lambda: bool(done))
    finally:
        gate.set()
    idle(qtbot, page)
    assert len(built) == 4 + 2  # the shipped rules and three versions; and the two compared
    page.activate("book")
    page.activate("versions")
    idle(qtbot, page)
    assert len(built) == 4 + 2 + 2
    assert cells(page.versions.history, "changes")[-1] == "开始记录时的规则"


def test_telling_versions_can_be_cancelled(ruleset):
    reporter = Reporter()
    reporter.cancel()
    with pytest.raises(Cancelled):
        work.told([ruleset.sources], [-1], {}, reporter)


def check(qtbot, page, older, newer, customers, went):
    """The tables say what the core says, and a click on the first move lists its customers."""
    wanted, versions = compare_rules(older, newer, customers), page.versions
    assert cells(versions.thresholds, "newer") == [
        one.parameter.words(one.newer) for one in wanted.thresholds]
    assert cells(versions.moves, "count") == [f"{len(one.rows):,}" for one in wanted.moves]
    assert len(wanted.moves) > 0
    click_cell(qtbot, versions.moves, 0, "count")
    assert went[-1][1].ids == customers.table.ids_at(wanted.moves[0].rows)


def test_a_version_that_cannot_be_read_is_said(qtbot, lived, store):
    page = lived(2)
    second, first = store.rule_versions()
    store.remove_rule_version(1)
    store.keep_rule_version(replace(first, sources={"status.toml": "old"}))
    page._take_versions(store.rule_versions())
    idle(qtbot, page)
    assert page.versions.said.text().startswith("这一版规则现在的程序读不出来，不能对比。")
    assert cells(page.versions.history, "changes")[-1] == "这一版现在的程序读不出来"
    assert second.id == 2


def test_rules_changed_outside_are_named_so(qtbot, opened, customers, ruleset):
    other = ruleset.with_parameters({INVALID: 300})
    page = opened(pipeline.reassess(customers, other), other, section="versions")
    assert page.versions.newer.currentText() == "现行规则（没有版本记录）"
    assert not page.versions.history.isVisible()
    assert page.versions.said.text().startswith("1 个切点不同")
