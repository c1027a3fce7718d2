"""The lobby page from the first letter typed to the saved visit, with real clicks and a vault."""

import shutil
from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace

import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QScrollArea, QTextEdit
from soon import soon

from branchseg import pipeline, rules
from branchseg.errors import StoreError
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.results import Observation
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.paths import resources_dir
from branchseg.progress import Reporter
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault
from ui import opening, printing
from ui.pages.lobby import work as lobby_work
from ui.pages.lobby.page import LobbyPage
from ui.pages.lobby.rows import FactorRow

PASSPHRASE = "一句足够长的口令口令口令"
CHEAP = Argon2Cost(memory_kib=64, passes=1, lanes=1)
LEFT = Qt.MouseButton.LeftButton
DAY = date(2026, 11, 22)
ZHANG, LI, CHILD = "6200000001", "6200000002", "6200000003"
PEOPLE = {
    "customer_id": [ZHANG, LI, CHILD],
    "name": ["张三丰", "李小明", "王小宝"],
    "mobile": ["13800001111", "13900002222", "13700003333"],
    "birth_date": ["1980-01-01", "1970-05-05", "2016-03-03"],
    "occupation": ["企业职员", None, None],
    "aum_point": [20000.0, 300.0, 300.0],
    "demand": [15000.0, 300.0, 300.0],
    "last_txn": ["2026-11-01", "2026-10-01", "2026-10-01"],
    "txn_count_12m": [12.0, 3.0, 3.0],
    "consent": [True, None, None],
}
IDENTITY, LOOK, SPEECH, BUSINESS, ASSETS, NEED, TRUST = range(7)


@pytest.fixture(scope="module")
def ruleset():
    return rules.load(resources_dir() / "rules")


def people():
    columns = {key: pd.Series(values).astype(frame_dtype(FIELDS[key]))
               for key, values in PEOPLE.items()}
    columns[SOURCE_ROWS] = pd.Series(["2", "3", "4"], dtype="str")
    return CustomerTable(pd.DataFrame(columns), DAY)


@pytest.fixture(scope="module")
def stored(ruleset, tmp_path_factory):
    """Folders of a vault without anybody and of one with three customers, and their result."""
    folders = [tmp_path_factory.mktemp(name) / "vault" for name in ("nobody", "three")]
    for folder in folders:
        Vault.create(folder, PASSPHRASE, CHEAP).close()
    with Vault.open(folders[1], PASSPHRASE) as vault:
        vault.save_batch(people(), imported_at=datetime.now(UTC), ruleset_id=ruleset.id,
                         sources=(), rows_read=3, rows_used=3, issues=IssueLog(), summary={})
        return *folders, opening.sort_customers(vault, ruleset, Reporter())


def opened(folder, session, ruleset, tmp_path):
    """A copy of a vault as the session's."""
    session.vault = Vault.open(shutil.copytree(folder, tmp_path / "vault"), PASSPHRASE)
    session.set_rules(ruleset)
    session.settings = session.settings._replace(names_masked=True)
    return session.vault


@pytest.fixture
def store(session, stored, ruleset, tmp_path):
    with opened(stored[0], session, ruleset, tmp_path) as vault:
        yield vault
        session.jobs.wait()


@pytest.fixture
def full(session, stored, ruleset, tmp_path):
    with opened(stored[1], session, ruleset, tmp_path) as vault:
        session.set_result(stored[2])
        yield vault
        session.jobs.wait()


@pytest.fixture
def notes(session):
    heard = []
    session.noticed.connect(heard.append)
    return heard


def show(qtbot, session):
    made = LobbyPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 650)
    made.show()
    made.activate()
    rest(qtbot, session)
    return made


@pytest.fixture
def page(qtbot, session, full, notes):
    return show(qtbot, session)


def rest(qtbot, session):
    """Let the worker finish everything, what follows from it too."""
    qtbot.waitUntil(lambda: not session.jobs.busy)


def write(qtbot, box, words):
    """Type; what no key has comes as if from an input method."""
    if words.isascii():
        qtbot.keyClicks(box, words)
    else:
        box.insert(words)


def choose(qtbot, page, customer_id):
    page.activate(customer_id)
    rest(qtbot, page.session)


def tick(qtbot, page, row, item):
    button = page.form.rows.rows[row].buttons[item]
    qtbot.mouseClick(button, LEFT)
    rest(qtbot, page.session)
    return button


def texts(page):
    return [note.text for note in page.verdict.notes]


def level_text(page, row):
    return page.form.rows.rows[row]._level.text()


def press_in_box(caption):
    """Answer the question box that is about to open; returns the texts it had."""
    heard = []

    def answer():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        heard.append(box.text())
        next(b for b in box.buttons() if b.text() == caption).click()

    soon(0, answer)
    return heard


# --- finding ---

@pytest.mark.parametrize(("typed", "customer_id"), [
    ("zsf", ZHANG), ("李", LI), ("2222", LI), ("6200000003", CHILD)])
def test_enter_takes_the_first_hit_even_before_it_was_shown(qtbot, page, typed, customer_id):
    write(qtbot, page.finding.box, typed)
    qtbot.keyClick(page.finding.box, Qt.Key.Key_Return)
    rest(qtbot, page.session)
    assert page.form.person.customer_id == customer_id
    assert page._stack.currentWidget() is page.form
    assert page.finding.box.text() == ""


def test_names_and_numbers_come_masked(qtbot, page):
    choose(qtbot, page, ZHANG)
    person = page.form.person
    assert (person.name, person.details) == ("张**", "客户号 ******0001 · 手机 138****1111")


def test_a_click_in_the_list_takes_a_hit(qtbot, page):
    qtbot.keyClicks(page.finding.box, "w")
    qtbot.waitUntil(lambda: page.finding.pane.customer_ids == (CHILD,))
    table = page.finding.pane.table
    qtbot.mouseClick(table.viewport(), LEFT,
                     pos=table.visualRect(table.model().index(0, 0)).center())
    rest(qtbot, page.session)
    assert page.form.person.customer_id == CHILD


def test_down_leads_into_the_list_and_enter_takes_the_row(qtbot, page):
    qtbot.keyClicks(page.finding.box, "6200")
    qtbot.waitUntil(lambda: len(page.finding.pane.customer_ids) == 3)
    qtbot.keyClick(page.finding.box, Qt.Key.Key_Down)
    table = page.finding.pane.table
    assert table.current_position == 0
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.form.person.customer_id == LI


def test_nobody_found_offers_a_newcomer(qtbot, page):
    write(qtbot, page.finding.box, "不在的人")
    qtbot.waitUntil(lambda: page.finding.pane._stack.currentWidget() is page.finding.pane._nobody)
    qtbot.keyClick(page.finding.box, Qt.Key.Key_Return)
    rest(qtbot, page.session)
    assert page.form.person is None


def test_searching_again_hides_the_form_and_escape_brings_it_back(qtbot, page):
    choose(qtbot, page, ZHANG)
    qtbot.keyClicks(page.finding.box, "l")
    rest(qtbot, page.session)
    qtbot.waitUntil(lambda: page._stack.currentWidget() is page.finding.pane)
    qtbot.keyClick(page.finding.box, Qt.Key.Key_Escape)
    rest(qtbot, page.session)
    assert page._stack.currentWidget() is page.form
    assert page.form.person.customer_id == ZHANG


def test_an_unknown_customer_is_refused_kindly(qtbot, page, notes):
    choose(qtbot, page, "6299999999")
    assert page.form.person is None
    assert (notes[-1].kind, notes[-1].text) == ("warn", "客户名单里已经没有这位客户。")


# --- ticking ---

def test_a_tick_moves_grade_and_level(qtbot, page):
    choose(qtbot, page, ZHANG)
    before = page.verdict.grade
    assert page.verdict._moved.isHidden()
    assert level_text(page, NEED) == "0 级"
    tick(qtbot, page, NEED, 1)
    assert level_text(page, NEED) == "0 级 ↑"  # 60 % data 0, 40 % seen 1
    assert page.verdict.moved == "变动：需求与时机 ↑"
    tick(qtbot, page, SPEECH, 4)
    assert level_text(page, SPEECH) == "3 级"
    assert page.verdict.moved == "变动：言谈神态与关注点（新增）；需求与时机 ↑"
    tick(qtbot, page, NEED, 3)
    assert level_text(page, NEED) == "1 级，不一致"  # 40 % seen 3 is 1.2
    tick(qtbot, page, ASSETS, 3)
    assert (before, page.verdict.grade) == ("C 级", "B 级")
    assert page.verdict._move.text() == "原为 C 级"


@pytest.mark.parametrize(("was", "now", "shown"), [
    (1.0, 0.6, "1 级 ↓"), (1.0, 0.4, "1 → 0 级"), (1.4, 1.5, "1 → 2 级"), (0.0, 0.4, "0 级 ↑"),
    (1.2, 1.2, "1 级"), (None, 2.6, "3 级"), (2.5, None, "未知")])
def test_levels_are_told_whole(qtbot, ruleset, was, now, shown):
    row = FactorRow(1, ruleset.factors.factors[0])
    qtbot.addWidget(row)
    level = partial(SimpleNamespace, data_level=None, observed_level=None, conflict=False)
    row.show_level(level(level=now), None if was is None else level(level=was))
    assert row._level.text() == shown


def test_unknown_stays_unknown(qtbot, page):
    choose(qtbot, page, LI)
    assert level_text(page, SPEECH) == "未知"
    button = tick(qtbot, page, SPEECH, 0)
    assert level_text(page, SPEECH) == "0 级"
    qtbot.mouseClick(button, LEFT)
    rest(qtbot, page.session)
    assert level_text(page, SPEECH) == "未知"


def test_the_page_says_what_the_rules_say(qtbot, page, full, ruleset):
    choose(qtbot, page, ZHANG)
    tick(qtbot, page, ASSETS, 3)
    draft = Observation(ZHANG, DAY, "陈静", "引导", ("asset_move",))
    told = pipeline.explain(page.session.result, 0, [draft])
    assert page.verdict.grade == told.grade_label
    assert page.verdict._score.text() == f"{told.score:.1f} 分"
    assert page.verdict.advice.theme == told.advice[0].theme
    assert page.verdict.advice.opening == told.advice[0].opening.replace("【称谓】", "").replace(
        "【行名】", "城东支行")
    assert [line[3:] for line in page.verdict.advice.questions] == list(told.advice[0].questions)
    assert page.verdict._suitability.text() == told.suitability


def test_notes_name_conflict_leaving_and_refusal(qtbot, page):
    choose(qtbot, page, ZHANG)
    tick(qtbot, page, TRUST, 6)
    assert texts(page)[0] == "明确拒绝营销：不联系、不营销，只留服务提醒。"
    tick(qtbot, page, TRUST, 6)
    tick(qtbot, page, BUSINESS, 8)
    assert texts(page) == ["销户或转出意向：先挽留，当场了解原因。"]
    assert page.verdict.advice.theme == "销户与转出挽留"
    tick(qtbot, page, BUSINESS, 8)
    tick(qtbot, page, BUSINESS, 0)
    assert any(note.startswith("数据与现场不一致，请复核：业务种类、金额与单据")
               for note in texts(page))
    assert level_text(page, BUSINESS).endswith("不一致")


def test_earlier_refusal_still_counts(qtbot, page, full):
    full.add_observation(Observation(LI, DAY, "陈静", "等候", ("trust_refused",)),
                         created_at=datetime.now(UTC))
    choose(qtbot, page, LI)
    assert texts(page)[0].startswith("明确拒绝营销")
    assert page.form.known._details.text().endswith("上次记录 11-22")


@pytest.mark.parametrize(("customer_id", "is_child"), [(CHILD, True), (LI, False)])
def test_children_get_a_notice(qtbot, page, customer_id, is_child):
    choose(qtbot, page, customer_id)
    assert any(note.startswith("不满 14 周岁") for note in texts(page)) is is_child


def test_nothing_can_be_saved_without_a_tick(qtbot, page):
    choose(qtbot, page, ZHANG)
    assert not page.verdict.save.isEnabled()
    button = tick(qtbot, page, NEED, 1)
    assert page.verdict.save.isEnabled()
    qtbot.mouseClick(button, LEFT)
    assert not page.verdict.save.isEnabled()


def test_there_is_no_free_text_about_anybody(page):
    assert not page.form.findChildren(QTextEdit)
    assert set(page.form.findChildren(QLineEdit)) == {page.form.new.name, page.form.new.tail}


def test_only_the_last_answer_is_shown(qtbot, page, monkeypatch):
    choose(qtbot, page, ZHANG)
    shown = []
    monkeypatch.setattr(page.verdict, "show_verdict",
                        lambda verdict: shown.append(verdict.visit.items))
    for item in (0, 1, 2):
        qtbot.mouseClick(page.form.rows.rows[NEED].buttons[item], LEFT)
    rest(qtbot, page.session)
    assert shown == [("need_none", "need_vague", "need_clear")]


def test_all_rows_fit_without_scrolling(qtbot, page):
    choose(qtbot, page, ZHANG)
    scroll = page.form.findChild(QScrollArea)
    assert scroll.verticalScrollBar().maximum() == 0
    for row in page.form.rows.rows:
        for button in row.buttons:
            assert button.width() >= button.sizeHint().width()
            assert button.height() >= 27


# --- keys ---

def test_two_digits_tick_and_zero_clears(qtbot, page):
    choose(qtbot, page, ZHANG)
    rows = page.form.rows
    for key in (Qt.Key.Key_4, Qt.Key.Key_9):
        qtbot.keyClick(rows, key)
    assert rows.ticked == ("biz_leave",)
    for key in (Qt.Key.Key_4, Qt.Key.Key_7, Qt.Key.Key_6, Qt.Key.Key_4):
        qtbot.keyClick(rows, key)
    assert rows.ticked == ("biz_large", "biz_leave", "need_ready")
    for key in (Qt.Key.Key_4, Qt.Key.Key_0):
        qtbot.keyClick(rows, key)
    assert rows.ticked == ("need_ready",)
    for key in (Qt.Key.Key_8, Qt.Key.Key_6, Qt.Key.Key_9, Qt.Key.Key_6, Qt.Key.Key_4):
        qtbot.keyClick(rows, key)  # no row 8, no item 9 in row 6; then it is unticked
    assert rows.ticked == ()
    rest(qtbot, page.session)


def test_escape_lets_go_of_a_row_first(qtbot, page):
    choose(qtbot, page, ZHANG)
    qtbot.keyClick(page.form.rows, Qt.Key.Key_3)
    assert page.form.rows.rows[SPEECH].property("tickrow") == "armed"
    qtbot.keyClick(page.form.rows, Qt.Key.Key_Escape)
    assert page.form.rows.rows[SPEECH].property("tickrow") == "true"
    assert page.form.person is not None
    qtbot.keyClick(page.form.rows, Qt.Key.Key_Escape)
    assert page.form.person is None


def test_arrows_move_and_space_ticks(qtbot, page):
    choose(qtbot, page, ZHANG)
    rows = page.form.rows
    page.activateWindow()
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert rows.rows[0].buttons[0].hasFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right,
                Qt.Key.Key_Down):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert rows.rows[LOOK].buttons[3].hasFocus()  # that row is shorter
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert rows.ticked == ("look_vip",)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert rows.rows[SPEECH].buttons[0].hasFocus()
    rest(qtbot, page.session)


# --- saving ---

def save_need(qtbot, page, customer_id):
    choose(qtbot, page, customer_id)
    tick(qtbot, page, NEED, 3)
    qtbot.keyClick(page.form.rows, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rest(qtbot, page.session)


def observed(session, row):
    number = NEED + 1
    return session.result.results[f"obs_{number}"].iloc[row]


def test_saving_keeps_the_visit_and_brings_every_page_up_to_date(qtbot, page, full, notes):
    heard = []
    page.session.customer_changed.connect(heard.append)
    choose(qtbot, page, ZHANG)
    qtbot.mouseClick(page.form.places._group.buttons()[2], LEFT)
    save_need(qtbot, page, ZHANG)
    today = date(2026, 10, 31)
    assert full.observations() == [Observation(ZHANG, today, "陈静", "等候", ("need_ready",))]
    assert observed(page.session, 0) == 3.0
    assert pd.isna(observed(page.session, 1))
    assert heard == [ZHANG]
    assert notes[-1].text == "已保存 张** 的 1 项观察。"
    assert page.form.person is None
    assert page.finding.pane.customer_ids == (ZHANG,)
    assert page.finding.pane.title == "今天见过的客户（1）"


def test_undo_by_banner_and_by_stack(qtbot, page, full, notes):
    save_need(qtbot, page, ZHANG)
    notes[-1].undo()
    rest(qtbot, page.session)
    assert full.observations() == []
    assert pd.isna(observed(page.session, 0))
    assert page.finding.pane.customer_ids == ()
    page.session.undo_stack.redo()
    rest(qtbot, page.session)
    assert [one.items for one in full.observations()] == [("need_ready",)]
    page.session.undo_stack.undo()
    rest(qtbot, page.session)
    assert full.observations() == []


def test_an_older_visit_can_be_taken_back(qtbot, page, full, notes):
    save_need(qtbot, page, ZHANG)
    first = notes[-1].undo
    save_need(qtbot, page, LI)
    assert page.finding.pane.customer_ids == (LI, ZHANG)
    first()
    rest(qtbot, page.session)
    assert [one.customer_id for one in full.observations()] == [LI]
    page.session.undo_stack.undo()
    rest(qtbot, page.session)
    assert {one.customer_id for one in full.observations()} == {LI, ZHANG}


def test_two_saves_in_a_row_lose_nothing(qtbot, page, full):
    for customer_id in (ZHANG, LI):
        page.choose(customer_id)
        page.form.rows.rows[NEED].buttons[3].click()
        page.save()
        qtbot.waitUntil(lambda: page.form.person is None)
    rest(qtbot, page.session)
    assert (observed(page.session, 0), observed(page.session, 1)) == (3.0, 3.0)


def test_a_double_save_keeps_one(qtbot, page, full):
    choose(qtbot, page, ZHANG)
    tick(qtbot, page, NEED, 3)
    page.save()
    page.save()
    rest(qtbot, page.session)
    assert len(full.observations()) == 1


def test_ticks_are_not_thrown_away_unasked(qtbot, page):
    choose(qtbot, page, ZHANG)
    tick(qtbot, page, NEED, 3)
    heard = press_in_box("继续勾选")
    choose(qtbot, page, LI)
    assert heard == ["这一位的勾选还没有保存。"]
    assert (page.form.person.customer_id, page.form.rows.ticked) == (ZHANG, ("need_ready",))
    press_in_box("不保存，换一位")
    choose(qtbot, page, LI)
    assert (page.form.person.customer_id, page.form.rows.ticked) == (LI, ())


def test_ticks_outlive_other_results(qtbot, page, full, ruleset):
    choose(qtbot, page, ZHANG)
    tick(qtbot, page, NEED, 3)
    page.session.set_result(opening.sort_customers(full, ruleset, Reporter()))
    rest(qtbot, page.session)
    assert page.form.rows.ticked == ("need_ready",)
    page.session.set_result(None)
    rest(qtbot, page.session)
    assert page.form.person is None


def test_a_failed_save_can_be_tried_again(qtbot, page, full, notes, monkeypatch):
    def fail(*_arguments, **_more):
        raise StoreError("store.disk_full")

    went = []
    page.session.navigate_requested.connect(lambda key, _what: went.append(key))
    choose(qtbot, page, ZHANG)
    tick(qtbot, page, NEED, 3)
    with monkeypatch.context() as patch:
        patch.setattr(full, "add_observation", fail)
        qtbot.mouseClick(page.verdict.sheet, LEFT)
        rest(qtbot, page.session)
    assert (notes[-1].kind, page.form.rows.ticked) == ("error", ("need_ready",))
    assert page.keep().items == ("need_ready",)
    qtbot.mouseClick(page.verdict.save, LEFT)
    rest(qtbot, page.session)
    assert len(full.observations()) == 1
    assert went == []


# --- newcomers ---

def test_a_newcomer_is_registered_with_the_first_visit(qtbot, page, full, notes):
    qtbot.mouseClick(page.finding.newcomer, LEFT)
    rest(qtbot, page.session)
    assert page.form.new.name.hasFocus() or not page.isActiveWindow()
    write(qtbot, page.form.new.name, "王女士")
    qtbot.keyClicks(page.form.new.tail, "12a3")
    assert page.form.new.tail.text() == "123"
    tick(qtbot, page, NEED, 3)
    assert page.verdict.grade == "信息不足"
    assert page.verdict._score.text() == ""
    assert not page.verdict.save.isEnabled()
    qtbot.keyClicks(page.form.new.tail, "4")
    qtbot.mouseClick(page.verdict.save, LEFT)
    rest(qtbot, page.session)
    today = date(2026, 10, 31)
    customer_id = f"厅堂-{today:%Y%m%d}-001"
    frame = page.session.result.table.frame
    assert frame.iloc[3][["customer_id", "name", "mobile"]].tolist() == [
        customer_id, "王女士", "1234"]
    assert observed(page.session, 3) == 3.0
    assert page.finding.pane.customer_ids == (customer_id,)
    notes[-1].undo()
    rest(qtbot, page.session)
    assert len(page.session.result.table) == 3
    assert full.observations() == []


def test_enter_leads_a_newcomer_from_name_to_tail_to_the_rows(qtbot, page):
    with qtbot.waitActive(page):
        page.activateWindow()
    page.begin_newcomer()
    new, rows = page.form.new, page.form.rows
    write(qtbot, new.name, "王女士")
    qtbot.keyClick(new.name, Qt.Key.Key_Return)
    assert new.tail.hasFocus()
    qtbot.keyClicks(QApplication.focusWidget(), "6688")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Enter)
    assert rows.hasFocus()
    qtbot.keyClicks(QApplication.focusWidget(), "12")
    rest(qtbot, page.session)
    assert (new.name.text(), new.tail.text()) == ("王女士", "6688")
    assert rows.rows[0].buttons[1].isChecked()


def test_a_newcomer_may_stay_nameless(qtbot, page):
    page.begin_newcomer()
    tick(qtbot, page, SPEECH, 3)
    page.save()
    rest(qtbot, page.session)
    assert pd.isna(page.session.result.table.frame["name"].iloc[3])


def test_without_any_list_newcomers_can_be_met(qtbot, session, store, notes):
    page = show(qtbot, session)
    assert page.finding.pane._stack.currentWidget() is page.finding.pane._empty
    page.begin_newcomer()
    tick(qtbot, page, SPEECH, 3)
    page.save()
    rest(qtbot, session)
    assert len(session.result.table) == 1
    assert len(page.finding.pane.customer_ids) == 1
    notes[-1].undo()
    rest(qtbot, session)
    assert session.result is None


# --- handing over ---

def test_a_task_of_the_lobby_has_the_days_of_the_strategy(qtbot, page, full, notes):
    page.begin_newcomer()
    write(qtbot, page.form.new.name, "陈一")
    qtbot.keyClicks(page.form.new.tail, "4321")
    tick(qtbot, page, SPEECH, 0)
    assert page.verdict.advice.theme == "核实信息"
    assert "最迟 11-13（13 天后）" in page.verdict.advice.how  # 14 days, back to the Friday
    qtbot.mouseClick(page.verdict.task, LEFT)
    rest(qtbot, page.session)
    (task,) = full.tasks()
    assert (task.due, task.latest) == (date(2026, 11, 2), date(2026, 11, 13))
    assert "（计划 11-02 · 最迟 11-13）" in notes[-1].text


def test_grade_action_and_reason_follow_every_tick(qtbot, page):
    choose(qtbot, page, ZHANG)
    verdict, before = page.verdict, page.verdict.advice.theme
    grade, score = verdict.grade, verdict._score.text()
    tick(qtbot, page, BUSINESS, 6)
    assert verdict.advice.theme == "转介理财经理" != before
    assert verdict.advice.why == "为什么：现场有大额业务或明确需求"
    assert verdict.task.text() == "保存并派单：转介理财经理"
    assert texts(page)[0] == "大额业务或明确需求：征得同意后，请理财经理当场接待。"
    assert verdict._score.text() != score
    tick(qtbot, page, BUSINESS, 6)
    assert (verdict.advice.theme, verdict.grade, texts(page)) == (before, grade, [])


def tick_best(qtbot, page):
    """In every row the item of the highest level."""
    for row, factor in enumerate(page.session.ruleset.factors.factors):
        items = [item for item in factor.items if item.flag in ("", "refer")]
        best = max(items, key=lambda item: item.level or 0)
        qtbot.mouseClick(page.form.rows.rows[row].buttons[factor.items.index(best)], LEFT)
    rest(qtbot, page.session)


def test_a_stranger_of_grade_a_goes_to_the_wealth_manager_by_one_click(qtbot, page, full, notes):
    page.begin_newcomer()
    tick_best(qtbot, page)
    assert page.verdict.grade == "A 级"
    assert page.verdict.task.text() == "保存并派单：转介理财经理"
    qtbot.mouseClick(page.verdict.task, LEFT)
    rest(qtbot, page.session)
    (task,) = full.tasks()
    assert (task.action_id, task.owner_role) == ("refer", "理财经理")
    assert task.customer_id.startswith("厅堂-")
    today = date(2026, 10, 31)
    assert (task.due, task.latest) == (today, today)
    assert notes[-1].text == ("已保存 新客户 的 7 项观察，并给理财经理派单：转介理财经理"
                              "（计划 10-31 · 最迟 10-31）。")
    assert page.form.person is None
    assert "refer" in page.session.result.results["actions"].iloc[-1].split(";")
    notes[-1].undo()
    rest(qtbot, page.session)
    assert full.tasks() == []
    assert full.observations() == []
    assert len(page.session.result.table) == 3


def test_a_newcomer_is_called_as_typed(qtbot, page, full, notes):
    page.begin_newcomer()
    page.form.new.name.setText("王女士")
    page.form.new.tail.setText("6688")
    tick(qtbot, page, SPEECH, 3)
    page.save()
    rest(qtbot, page.session)
    assert notes[-1].text == "已保存 王女士 的 1 项观察。"


def test_a_task_open_already_is_not_made_twice_and_survives_the_undo(qtbot, page, full, notes):
    for _ in range(2):
        choose(qtbot, page, ZHANG)
        tick(qtbot, page, NEED, 3)
        qtbot.keyClick(page.form.rows, Qt.Key.Key_Return,
                       Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        rest(qtbot, page.session)
    (task,) = full.tasks()
    assert task.customer_id == ZHANG
    notes[-1].undo()
    rest(qtbot, page.session)
    assert full.tasks() == [task]
    assert len(full.observations(ZHANG)) == 1


def test_without_a_tick_no_task_is_made(qtbot, page, full):
    choose(qtbot, page, ZHANG)
    assert not page.verdict.task.isEnabled()
    page.save_with_task()
    rest(qtbot, page.session)
    assert full.tasks() == []


# --- paper ---

def test_the_sheet_follows_at_once_or_after_saving(qtbot, page, full):
    went = []
    page.session.navigate_requested.connect(lambda key, what: went.append((key, what)))
    choose(qtbot, page, ZHANG)
    qtbot.mouseClick(page.verdict.sheet, LEFT)
    assert went == [("tasks", [ZHANG])]
    tick(qtbot, page, NEED, 3)
    qtbot.mouseClick(page.verdict.sheet, LEFT)
    assert len(went) == 1
    rest(qtbot, page.session)
    assert went[1:] == [("tasks", [ZHANG])]
    assert observed(page.session, 0) == 3.0


def test_the_blank_checklist_has_every_item(qtbot, page, monkeypatch, ruleset, tmp_path):
    monkeypatch.setenv("BRANCHSEG_DATA", str(tmp_path / "data"))
    shown = []
    monkeypatch.setattr(printing, "preview",
                        lambda _parent, pages, _settings: shown.extend(pages) or False)
    page.header_widgets()[0].click()
    assert {(sheet.width, sheet.height) for sheet in shown} == {(148.0, 210.0)}
    printed = "".join(getattr(mark, "text", "") for sheet in shown for mark in sheet.marks)
    for factor in ruleset.factors.factors:
        for item in factor.items:
            assert item.label[:6] in printed


def test_judging_takes_the_newest_of_a_day(full, session, ruleset):
    full.add_observation(Observation(ZHANG, DAY, "陈静", "等候", ("need_ready",)),
                         created_at=datetime.now(UTC))
    person = lobby_work.Finder(session.result).person(0, names_masked=True)
    visit = lobby_work.Visit(person, DAY, "陈静", "引导", ("need_none",))
    verdict = lobby_work.judge(full, session.result, ruleset, visit, None, "城东支行")
    assert verdict.before.factors[NEED].observed_level == 3.0
    assert verdict.now.factors[NEED].observed_level == 0.0
    assert verdict.last_seen == DAY


@pytest.mark.parametrize("newcomer", [False, True])
def test_a_visit_half_done_outlives_a_lock(qtbot, page, newcomer):
    if newcomer:
        page.begin_newcomer()
        page.form.new.name.setText("王女士")
        page.form.new.tail.setText("5678")
    else:
        page.choose(ZHANG)
    assert page.keep() is None
    page.form.places.choose("理财")
    page.form.rows.rows[1].buttons[1].setChecked(True)
    kept = page.keep()
    again = LobbyPage(page.session)
    qtbot.addWidget(again)
    again.resume(kept)
    assert again.keep() == kept
    rest(qtbot, page.session)


def test_a_visit_that_is_being_saved_is_not_kept_twice(qtbot, page, tmp_path, in_the_way):
    choose(qtbot, page, ZHANG)
    tick(qtbot, page, NEED, 3)
    slow = in_the_way(page.session)
    page.save()
    assert page.keep() is None
    page.session.lock()
    slow.end()
    rest(qtbot, page.session)
    with Vault.open(tmp_path / "vault", PASSPHRASE) as again:
        assert len(again.observations(ZHANG)) == 1
