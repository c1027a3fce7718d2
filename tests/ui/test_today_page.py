"""The page of today over nine real customers: plan, scan, record by keyboard, undo."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from task_samples import DAY, NOON, explain_each_once, result_of

from branchseg import pipeline, rules
from branchseg.model.issues import IssueLog
from branchseg.paths import resources_dir
from branchseg.sheets import qr_payload
from branchseg.store.records import Closing, NewTask, Outcome, TaskStatus
from ui.pages.tasks import work as tasks_work
from ui.pages.today.page import TodayPage
from ui.session import SheetNumber

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
ORDER = ["C2", "C1", "C4", "C3", "C7", "C9", "C6", "C8"]
FIRST = "20261122-0001"


@pytest.fixture(scope="module")
def outcome():
    made = result_of(rules.load(resources_dir() / "rules"))
    with pytest.MonkeyPatch.context() as patch:
        explain_each_once(patch, made)
        yield made


@pytest.fixture
def store(store, session, outcome, monkeypatch):
    """The vault of all tests, with the customers of these."""
    monkeypatch.setattr(tasks_work, "now", lambda: NOON)
    session.set_rules(outcome.ruleset)
    session.settings = session.settings._replace(names_masked=True)
    session.unlock(store, day=session.clock())
    session.set_result(outcome)
    return store


@pytest.fixture
def heard(session):
    """What was said: (text, undo)."""
    found = []
    session.noticed.connect(lambda notice: found.append((notice.text, notice.undo)))
    return found


@pytest.fixture
def page(qtbot, session, store, heard):
    crashes = []
    session.crashed.connect(crashes.append)
    made = TodayPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 620)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.activate()
    idle(qtbot, made)
    yield made
    assert not crashes


@pytest.fixture
def planned(qtbot, page, store):
    """Eight tasks; those of C2 and C1 are on paper as 0001 and 0002."""
    qtbot.mouseClick(page.list.plan, LEFT)
    idle(qtbot, page)
    ids = {task.customer_id: task.id for task in store.tasks()}
    store.mark_printed({ids["C2"]: FIRST, ids["C1"]: "20261122-0002"}, printed_at=NOON)
    refresh(qtbot, page)
    return page


def idle(qtbot, page):
    qtbot.waitUntil(lambda: not page.session.jobs.busy and not page._again.isActive())


def refresh(qtbot, page):
    page.activate()
    idle(qtbot, page)


def shown(page):
    """Customers in the rows shown."""
    return [page.view.entries[row].customer_id for row in page.list.model.shown.tolist()]


def task_of(store, customer_id):
    (task,) = store.tasks(customer_id=customer_id)
    return task


def card(page, key):
    each = page.cards.cards[key]
    return each._figure.text(), each._detail.text()


def press(qtbot, page, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(page.list.table, key, modifier)
    idle(qtbot, page)


def test_without_tasks_the_next_customers_are_proposed(page, store):
    assert shown(page) == ORDER
    assert page.list.plan.text() == "生成任务（8 户）"
    assert page.list.offer.isVisible()
    assert not page.list.more.isVisible()
    assert not page.pane.form.isVisible()
    assert page.print.text() == "打印任务单（8）"
    assert card(page, "open") == ("0 户", "还没生成任务，建议 8 户")
    assert store.tasks() == []


def test_the_pane_speaks_the_words_of_the_paper(page):
    assert page.pane._name.text() == "张**"
    assert "11月23日到期" in page.pane._why.text()
    assert page.pane._opening.text().startswith("张先生您好")
    assert page.pane.phone.number.text() == "139****5678"
    assert page.pane._facts["资产"].text() == "600–1000 万元"


def test_one_click_plans_and_undo_takes_it_back(qtbot, page, store, heard):
    qtbot.mouseClick(page.list.plan, LEFT)
    idle(qtbot, page)
    assert [task.customer_id for task in store.tasks()] == shown(page)
    assert sorted(shown(page)) == sorted(ORDER)
    assert not page.list.offer.isVisible()
    assert page.pane.form.isVisible()
    assert heard[0][0] == "已生成 8 项任务。"
    heard[0][1]()
    idle(qtbot, page)
    assert store.tasks() == []
    assert page.list.offer.isVisible()
    page.session.undo_stack.redo()
    idle(qtbot, page)
    assert len(store.tasks()) == 8


def test_undo_leaves_paper_alone(qtbot, planned, store):
    planned.session.undo_stack.undo()
    idle(qtbot, planned)
    assert {task.customer_id for task in store.tasks()} == {"C1", "C2"}


def test_a_digit_and_ctrl_enter_record_and_go_on(qtbot, planned, store, heard):
    page = planned
    assert page._entry.customer_id == "C2"
    press(qtbot, page, Qt.Key.Key_5)
    page.pane.form.note.setText("周五")
    page.pane.form.note.setFocus()
    qtbot.keyClicks(page.pane.form.note, " 13:30")
    assert page.pane.form.result == 5
    qtbot.keyClick(page.pane.form.note, Qt.Key.Key_Return, CONTROL)
    idle(qtbot, page)
    done = task_of(store, "C2")
    assert (done.status, done.result, done.result_note, done.next_date, done.closed_at) == (
        TaskStatus.DONE, 5, "周五 13:30", None, NOON)
    assert page._entry.customer_id == "C1"
    assert page.pane.form.result == 0
    assert page.pane.form.note.text() == ""
    assert "C2" not in shown(page)
    assert heard[-1][0] == "已登记 张**：无意向。"
    assert card(page, "done") == ("1 户", "完成 1 户 · 完成率 12%")
    press(qtbot, page, Qt.Key.Key_1)
    press(qtbot, page, Qt.Key.Key_Return, CONTROL)
    assert task_of(store, "C1").result == 1
    assert page._entry.customer_id not in {"C1", "C2"}


def test_without_a_result_nothing_is_saved(qtbot, planned, store):
    press(qtbot, planned, Qt.Key.Key_Return, CONTROL)
    assert planned.pane.form._hint.isVisible()
    assert not [task for task in store.tasks() if task.status is TaskStatus.DONE]
    press(qtbot, planned, Qt.Key.Key_6)
    assert not planned.pane.form._hint.isVisible()


@pytest.mark.parametrize(("digit", "next_day"), [
    (1, None), (2, DAY + timedelta(days=1)), (3, DAY + timedelta(days=1)), (4, None), (6, None)])
def test_some_results_call_for_another_contact(qtbot, planned, store, digit, next_day):
    press(qtbot, planned, Qt.Key(Qt.Key.Key_0 + digit))
    press(qtbot, planned, Qt.Key.Key_Return, CONTROL)
    task = next(one for one in store.tasks(customer_id="C2") if not one.follows)
    assert task.next_date == next_day
    assert [one.due for one in store.tasks(customer_id="C2") if one.follows] == (
        [next_day] if next_day else [])
    assert "C2" not in shown(planned)
    assert [one.customer_id for one in planned.view.soon["appointment"]] == (
        ["C2"] if next_day else [])


def test_after_the_last_try_no_next_contact_is_suggested(qtbot, planned, store):
    def still_open():
        return [one for one in store.tasks(customer_id="C2") if one.is_open]

    for day in (3, 2):
        store.record_result(still_open()[0].id, Outcome(2, next_date=DAY),
                            closed_at=NOON - timedelta(day))
    refresh(qtbot, planned)
    planned.list.show_row(planned.view.row_of_task(still_open()[0].id))
    form = planned.pane.form
    assert not form._hint.isVisible()
    press(qtbot, planned, Qt.Key.Key_2)
    assert form._hint.text() == (
        "已连续 3 次没有联系上，登记后 180 天内不再主动联系，到厅时照常服务。")
    assert form._hint.isVisible()
    press(qtbot, planned, Qt.Key.Key_1)
    assert not form._hint.isVisible()
    press(qtbot, planned, Qt.Key.Key_2)
    press(qtbot, planned, Qt.Key.Key_Return, CONTROL)
    assert not still_open()


def test_a_mouse_click_and_the_button_do_the_same(qtbot, planned, store):
    qtbot.mouseClick(planned.pane.form.buttons[3], LEFT)
    qtbot.mouseClick(planned.pane.form.save, LEFT)
    idle(qtbot, planned)
    assert task_of(store, "C2").result == 4


@pytest.mark.parametrize("by", ["banner", "stack"])
def test_a_result_can_be_undone_and_redone(qtbot, planned, store, heard, by):
    press(qtbot, planned, Qt.Key.Key_5)
    press(qtbot, planned, Qt.Key.Key_Return, CONTROL)
    stack = planned.session.undo_stack
    assert stack.undoText() == "登记 张**：无意向"
    heard[-1][1]() if by == "banner" else stack.undo()
    idle(qtbot, planned)
    assert (task_of(store, "C2").status, task_of(store, "C2").result) == (TaskStatus.PRINTED, None)
    assert "C2" in shown(planned)
    stack.redo()
    idle(qtbot, planned)
    assert (task_of(store, "C2").result, task_of(store, "C2").closed_at) == (5, NOON)


def test_the_banner_takes_back_its_own_result_only(qtbot, planned, store, heard):
    for _ in range(2):
        press(qtbot, planned, Qt.Key.Key_5)
        press(qtbot, planned, Qt.Key.Key_Return, CONTROL)
    first_undo = next(undo for text, undo in heard if "张**" in text)
    first_undo()
    idle(qtbot, planned)
    assert task_of(store, "C2").result is None
    assert task_of(store, "C1").result == 5


def test_a_done_task_is_found_again_and_reopened(qtbot, planned, store):
    page = planned
    press(qtbot, page, Qt.Key.Key_5)
    press(qtbot, page, Qt.Key.Key_Return, CONTROL)
    qtbot.mouseClick(page.cards.cards["done"], LEFT)
    assert shown(page) == ["C2"]
    assert page.pane._outcome.text() == f"{NOON.astimezone():%m-%d %H:%M} 登记。"
    assert not page.pane.form.isVisible()
    press(qtbot, page, Qt.Key.Key_1)
    press(qtbot, page, Qt.Key.Key_Return, CONTROL)
    assert task_of(store, "C2").result == 5
    qtbot.mouseClick(page.pane.reopen, LEFT)
    idle(qtbot, page)
    assert task_of(store, "C2").status is TaskStatus.PRINTED
    page.session.undo_stack.undo()
    idle(qtbot, page)
    assert task_of(store, "C2").result == 5


@pytest.mark.parametrize("typed", [
    qr_payload("20261122-0002"), "20261122-0002", "202611220002", "2", "0002",
    "Ｔ１｜" + qr_payload("20261122-0002")[3:]])
def test_a_scan_opens_its_task(qtbot, planned, typed):
    page = planned
    page.list.choose_group("done")
    page.list.scan.setFocus()
    page.list.scan.setText(typed)
    qtbot.keyClick(page.list.scan, Qt.Key.Key_Return)
    assert page._entry.number == "20261122-0002"
    assert page.list.scan.text() == ""
    assert page.list.table.hasFocus()


def test_a_scanned_sheet_opens_its_form_and_the_next_digit_is_the_result(qtbot, planned, store):
    page = planned
    page.activate(SheetNumber("20261122-0002"))
    idle(qtbot, page)
    assert page.pane.form.result == 0
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_4)
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return, CONTROL)
    idle(qtbot, page)
    assert task_of(store, "C1").result == 4


def test_a_registered_sheet_shows_all_tasks_and_the_next_one_the_open_ones(
        qtbot, planned, store):
    store.record_result(task_of(store, "C2").id, Outcome(1), closed_at=NOON)
    refresh(qtbot, planned)
    planned.open_number(FIRST)
    qtbot.wait(1)
    assert planned._entry.customer_id == "C2"
    box = planned.list.bar._boxes["group"]
    assert box.currentText() == "全部任务"
    assert box.width() >= box.sizeHint().width()
    planned.open_number("20261122-0002")
    assert planned._entry.customer_id == "C1"
    assert planned.list.bar.chosen("group") == "open"
    assert "C2" not in shown(planned)


def test_a_sheet_printed_since_the_last_look_is_found(qtbot, planned, store):
    store.mark_printed({task_of(store, "C4").id: "20261122-0009"}, printed_at=NOON)
    assert planned.view.row_of_number("20261122-0009") < 0
    planned.open_number("20261122-0009")
    idle(qtbot, planned)
    assert planned._entry.customer_id == "C4"
    assert planned._entry.number == "20261122-0009"


def test_closed_sheets_say_how_to_change_them(qtbot, planned, store, heard):
    store.record_result(task_of(store, "C2").id, Outcome(1), closed_at=NOON)
    store.withdraw_tasks([task_of(store, "C1").id], Closing.REASON_GONE, closed_at=NOON)
    refresh(qtbot, planned)
    planned.open_number(FIRST)
    assert planned._entry.customer_id == "C2"
    assert heard[-1][0] == (
        f"单号 {FIRST} 已登记过结果。要更改，请先点“撤回这个结果”，再重新登记。")
    planned.open_number("20261122-0002")
    assert planned._entry.customer_id == "C1"
    assert heard[-1][0] == ("单号 20261122-0002 的任务已关闭，不用再做。"
                            "仍要登记，请先点“重新打开这项任务”。")


def test_a_number_nobody_knows_is_said_so(qtbot, planned, heard):
    before = planned._entry
    planned.list.scan.setText("20261122-0099")
    qtbot.keyClick(planned.list.scan, Qt.Key.Key_Return)
    idle(qtbot, planned)
    assert heard[-1][0].startswith("没有找到单号 20261122-0099。")
    assert planned._entry is before


@pytest.mark.parametrize("typed", ["", "T1|20261122-0001|0000", "0", "客户", "20261322-0001"])
def test_what_is_no_number_stays_to_be_mended(qtbot, planned, heard, typed):
    count = len(heard)
    planned.list.scan.setText(typed)
    qtbot.keyClick(planned.list.scan, Qt.Key.Key_Return)
    assert planned.list.scan.property("invalid") == "true"
    assert planned.list.scan.text() == typed
    assert len(heard) == count


def test_the_figures(qtbot, page, store):
    def plan(customer_id, action, due, latest=None):
        (task,) = store.create_tasks([NewTask(
            customer_id, action, "回访", "大堂经理", "", due, 1.0, "r", latest=latest)],
            created_at=NOON)
        return task.id

    late, now, done, old = (plan("C1", "a", date(2026, 11, 20)), plan("C2", "b", DAY),
                            plan("C3", "c", DAY), plan("C4", "d", DAY))
    plan("C6", "e", date(2026, 11, 30))
    plan("C5", "f", date(2026, 11, 20), date(2026, 11, 27))
    monday = NOON - timedelta(days=6)
    store.record_result(done, Outcome(1), closed_at=monday)
    store.record_result(old, Outcome(1), closed_at=monday - timedelta(days=1))
    store.mark_printed({late: "20261119-0001"}, printed_at=NOON - timedelta(days=3))
    store.mark_printed({now: FIRST}, printed_at=NOON)
    refresh(qtbot, page)
    assert card(page, "open") == ("4 户", "逾期 1 户 · 今天最迟 1 户")
    assert card(page, "maturing") == ("25.8 万", "3 户 · 最近 11-23")
    assert card(page, "done") == ("1 户", "完成 1 户 · 完成率 20%")
    assert card(page, "printed") == ("2 张", "最早 11-19 打印")
    assert shown(page) == ["C1", "C5", "C2", "C6"]
    model = page.list.model
    heads = {shape.key: (n, shape.label) for n, shape in enumerate(model.columns)}
    assert [heads[key][1] for key in ("due", "latest")] == ["计划", "最迟"]
    for key, wanted in (("due", ["danger", "danger", "danger", None]),
                        ("latest", ["danger", None, "danger", None])):
        assert [model.index(row, heads[key][0]).data(Qt.ItemDataRole.UserRole + 2)
                for row in range(4)] == wanted
    assert [model.index(1, heads[key][0]).data() for key in ("due", "latest")] == [
        "11-20  已过 2 天", "11-27"]
    page.list.bar.choose("group", "due_now")
    assert shown(page) == ["C1", "C5", "C2"]
    qtbot.mouseClick(page.cards.cards["printed"], LEFT)
    assert shown(page) == ["C1", "C2"]


@pytest.mark.parametrize(("code", "done"), [(1, 1), (2, 0), (3, 1), (5, 1), (6, 0), (7, 1)])
def test_who_was_not_reached_is_registered_but_not_done(qtbot, planned, store, code, done):
    store.record_result(task_of(store, "C2").id, Outcome(code), closed_at=NOON)
    refresh(qtbot, planned)
    assert card(planned, "done") == ("1 户", f"完成 {done} 户 · 完成率 {done / 8:.0%}")


def test_without_an_amount_the_card_says_so_and_keeps_the_count(qtbot, page):
    result = page.session.result
    frame = result.table.frame.drop(columns="maturity_amount")
    page.session.set_result(replace(result, prepared=replace(
        result.prepared, table=replace(result.table, frame=frame))))
    idle(qtbot, page)
    assert card(page, "maturing") == ("3 户", "金额未知 · 最近 11-23")
    page.set_low(low=True)
    assert card(page, "maturing")[0] == "3 户 · 金额未知"
    page.set_low(low=False)
    assert card(page, "maturing")[0] == "3 户"
    form = page.pane.form
    assert form._column.indexOf(form.more) < form._column.indexOf(form.save)


def test_what_comes_soon_leads_to_the_customers(qtbot, page):
    qtbot.mouseClick(page.side.soon_tab, LEFT)
    assert page.side.soon_tab.text() == "近 7 天（5）"
    soon = {key: [one.customer_id for one in found] for key, found in page.view.soon.items()}
    assert soon == {"maturity": ["C2", "C4", "C1"], "birthday": ["C6", "C3"], "appointment": [],
                    "matured": [], "dropped": []}
    with qtbot.waitSignal(page.session.navigate_requested) as going:
        qtbot.mouseClick(page.soon.lines[0], LEFT, pos=QPoint(12, 12))
    assert going.args == ["customers", "C2"]
    with qtbot.waitSignal(page.session.navigate_requested) as going:
        qtbot.mouseClick(page.cards.cards["maturing"], LEFT)
    assert going.args[1].ids == ("C2", "C4", "C1")


def test_the_number_to_call_is_one_click_away_for_a_while(qtbot, page):
    phone = page.pane.phone
    assert phone.number.text() == "139****5678"
    qtbot.mouseClick(phone.reveal, LEFT)
    assert (phone.number.text(), phone.reveal.text()) == ("13900005678", "遮盖")
    phone._timer.timeout.emit()
    assert phone.number.text() == "139****5678"
    press(qtbot, page, Qt.Key.Key_H, CONTROL)
    assert phone.number.text() == "13900005678"
    page.list.go(1)  # somebody else is masked
    idle(qtbot, page)
    assert "****" in phone.number.text()
    assert not phone.revealed


def test_a_number_the_list_has_masked_is_none_to_show(qtbot, page):
    phone = page.pane.phone
    phone.show_number("139****5678", "139****5678")
    assert phone.gap.text() == "名单里号码已遮盖，请补录"
    assert phone.gap.isVisibleTo(phone)
    assert not phone.reveal.isVisibleTo(phone)
    press(qtbot, page, Qt.Key.Key_H, CONTROL)
    assert not phone.revealed
    phone.show_number("139****5678", "13900005678")
    assert not phone.gap.isVisibleTo(phone)
    assert phone.reveal.isVisibleTo(phone)


def test_who_matured_and_was_not_spoken_to_stays_in_sight(qtbot, page, store):
    result, days = page.session.result, {"C3": 3, "C6": 30, "C7": 31, "C8": 400, "C9": 5}
    when = result.table.frame["maturity_date"].copy()
    for row, customer_id in enumerate(result.table.frame["customer_id"]):
        if customer_id in days:
            when.iloc[row] = pd.Timestamp(DAY - timedelta(days=days[customer_id]))
    frame = result.table.frame.assign(maturity_date=when)
    changed = replace(result, prepared=replace(
        result.prepared, table=replace(result.table, frame=frame)))
    (task,) = store.create_tasks([NewTask("C9", "routine_care", "回访", "大堂经理", "", DAY, 1.0,
                                          "r")], created_at=NOON)
    store.record_result(task.id, Outcome(1), closed_at=NOON)
    page.session.set_result(pipeline.reassess(changed))
    idle(qtbot, page)
    assert card(page, "maturing")[1] == "3 户 · 已到期未联系 2 户"
    assert [one.customer_id for one in page.view.soon["matured"]] == ["C3", "C6"]
    qtbot.mouseClick(page.side.soon_tab, LEFT)
    assert "已到期 3 天" in page.soon.lines[0].accessibleName()
    (more,) = [one for one in page.soon.findChildren(QPushButton) if "不再提醒" in one.text()]
    assert more.text() == "另有 2 户过期太久，不再提醒"
    with qtbot.waitSignal(page.session.navigate_requested) as going:
        qtbot.mouseClick(more, LEFT)
    assert going.args[1].ids == ("C7", "C8")


def test_paper_is_one_click_away(qtbot, planned):
    assert planned.print.text() == "打印任务单（6）"
    with qtbot.waitSignal(planned.session.navigate_requested) as going:
        qtbot.mouseClick(planned.print, LEFT)
    assert going.args[0] == "tasks"
    assert sorted(going.args[1]) == sorted(set(ORDER) - {"C1", "C2"})


def test_alt_arrows_move_and_a_half_filled_form_stays_with_its_task(qtbot, planned):
    press(qtbot, planned, Qt.Key.Key_5)
    refresh(qtbot, planned)
    assert planned.pane.form.result == 5
    press(qtbot, planned, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert planned._entry.customer_id == "C1"
    assert planned.pane.form.result == 0


def test_a_task_the_rules_no_longer_ask_for_says_so(qtbot, page, store):
    store.create_tasks([NewTask("C1", "gone", "旧任务", "大堂经理", "", DAY, 1.0, "r"),
                        NewTask("C99", "gone", "旧任务", "大堂经理", "", DAY, 0.0, "r")],
                       created_at=NOON)
    refresh(qtbot, page)
    assert shown(page) == ["C1", "C99"]
    assert "规则不再建议" in page.pane._why.text()
    page.list.go(1)
    assert page.pane._why.text() == "当前名单里没有这位客户。"
    assert page.pane._name.text() == "未知姓名"
    assert page.pane.form.isVisible()


def test_tasks_wait_for_a_list_that_was_taken_back(qtbot, page, session, store, outcome):
    store.save_batch(outcome.table, imported_at=NOON, ruleset_id="r", sources=(), rows_read=9,
                     rows_used=9, issues=IssueLog(), summary={})
    made = store.create_tasks(
        [NewTask(one, "gone", "旧任务", "大堂经理", "", DAY, 1.0, "r") for one in ("C1", "C6")],
        created_at=NOON)
    store.mark_printed({made[0].id: FIRST}, printed_at=NOON)
    store.undo_batch(store.batches()[0].id, undone_at=NOON)
    met = replace(outcome.table, frame=outcome.table.frame.iloc[8:].reset_index(drop=True))
    session.set_result(replace(
        outcome, prepared=replace(outcome.prepared, table=met, rows_read=0, rows_used=0),
        results=outcome.results.iloc[8:].reset_index(drop=True)))
    idle(qtbot, page)
    assert "C1" not in shown(page)
    assert "C6" not in shown(page)
    assert not page.list.gone.isVisible()
    assert page.list.missing.isVisible()
    assert page.list._missing.text() == "名单已撤销，2 项任务等待名单。"
    assert "数据日期" not in page.subtitle
    assert card(page, "open")[0] == "0 户"
    assert card(page, "printed")[0] == "1 张"
    page.open_number(FIRST)
    assert page.view.entries[page.list.table.current_position].customer_id == "C1"
    assert page.pane._state.text() == "等待名单"
    qtbot.mouseClick(page.list.restore, LEFT)
    idle(qtbot, page)
    assert store.batches()[0].undone_at is None
    assert not page.list.missing.isVisible()
    assert {"C1", "C6"} <= set(shown(page))


def test_the_page_of_an_empty_vault_leads_to_a_list(qtbot, page, session):
    session.set_result(None)
    idle(qtbot, page)
    assert page._stack.currentIndex() == 1


def test_another_program_was_faster(qtbot, planned, store, heard):
    press(qtbot, planned, Qt.Key.Key_5)
    store.record_result(task_of(store, "C2").id, Outcome(1), closed_at=NOON)
    press(qtbot, planned, Qt.Key.Key_Return, CONTROL)
    assert task_of(store, "C2").result == 1
    assert len(heard) == 2
    assert not planned.session.undo_stack.undoText().startswith("登记")


def test_all_of_the_paper_is_taken_by_keyboard(qtbot, planned, store):
    page = planned
    assert page._entry.customer_id == "C2"
    press(qtbot, page, Qt.Key.Key_4)
    details = page.pane.form.details
    assert details.isVisible()
    assert page.focusWidget() is page.pane.form.buttons[3]

    def go_on(*keys):
        for key in keys:
            qtbot.keyClick(page.focusWidget(), key)

    for _ in range(20):
        if page.focusWidget() is details.needs.buttons[0]:
            break
        go_on(Qt.Key.Key_Tab)
    go_on(Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Space)  # 养老, 教育
    go_on(Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Space)  # 5 万以下
    go_on(Qt.Key.Key_Right, Qt.Key.Key_Space)  # no: 5-20 万
    go_on(Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Tab)  # 理财
    assert page.focusWidget() is details.amount_field
    qtbot.keyClicks(page.focusWidget(), "12.5")
    go_on(Qt.Key.Key_Tab)
    assert page.focusWidget() is page.pane.form.note
    qtbot.keyClicks(page.focusWidget(), "5 pm")
    go_on(Qt.Key.Key_Return)
    idle(qtbot, page)
    assert task_of(store, "C2").outcome == Outcome(
        4, "5 pm", None, ("pension", "education"), "from_5", ("wealth",), 125_000.0)
    assert set(store.tags("C2")) == {"养老", "教育"}
    assert page._entry.customer_id == "C1"
    assert not details.isVisible()
    assert details.needs.chosen == ()
    press(qtbot, page, Qt.Key.Key_1)
    go_on(Qt.Key.Key_Return)
    idle(qtbot, page)
    assert task_of(store, "C1").outcome == Outcome(1)


@pytest.mark.parametrize(("typed", "amount"), [
    ("", None), ("0.5", 5_000.0), ("12", 120_000.0), ("12.", 120_000.0), (".", None)])
def test_amounts_are_keyed_in_by_ten_thousand(qtbot, planned, typed, amount):
    details = planned.pane.form.details
    qtbot.keyClicks(details.amount_field, typed)
    assert details.amount == amount


def test_a_next_contact_waits_for_its_day(qtbot, planned):
    page = planned
    page.list.table.setFocus()
    press(qtbot, page, Qt.Key.Key_3)
    press(qtbot, page, Qt.Key.Key_Return, CONTROL)
    assert "C2" not in shown(page)
    assert card(page, "open")[0] == "7 户"
    page.session.set_result(replace(page.session.result, clock=DAY + timedelta(days=1)))
    idle(qtbot, page)
    assert "C2" in shown(page)
    assert card(page, "open")[0] == "8 户"
    row = next(one for one in page.view.entries if one.customer_id == "C2" and one.is_open)
    assert (row.due, row.stale, row.state) == (DAY + timedelta(days=1), False, "planned")


def test_a_refusal_closes_all_and_is_undone_whole(qtbot, planned, store, heard):
    page = planned
    store.create_tasks([NewTask("C2", "other", "另一件", "大堂经理", "", DAY, 1.0, "r")],
                       created_at=NOON)
    with pytest.MonkeyPatch.context() as patch:
        sorted_again = []
        patch.setattr(page.session, "reload", lambda: sorted_again.append(1))
        press(qtbot, page, Qt.Key.Key_7)
        assert not page.pane.form.again.isEnabled()
        press(qtbot, page, Qt.Key.Key_Return, CONTROL)
        assert {task.is_open for task in store.tasks(customer_id="C2")} == {False}
        assert heard[-1][0] == "已登记 张**：拒绝再联系。今后不再联系，其他任务已关闭。"
        assert store.refused() == {"C2"}
        page.session.undo_stack.undo()
        idle(qtbot, page)
        assert store.refused() == set()
        assert len(sorted_again) == 2
    assert {task.is_open for task in store.tasks(customer_id="C2")} == {True}


def test_tasks_without_a_reason_are_closed_by_one_click(qtbot, page, store, heard):
    store.create_tasks([NewTask(one, "gone", "旧任务", "大堂经理", "", DAY, 1.0, "r")
                        for one in ("C1", "C6")], created_at=NOON)
    store.create_tasks([tasks_work.propose(page.session.result)[0].task], created_at=NOON)
    refresh(qtbot, page)
    assert page.list.gone.isVisible()
    assert page.list.withdraw.text() == "关闭这 2 项"
    page.list.bar.choose("group", "stale")
    assert shown(page) == ["C1", "C6"]
    assert page.pane.withdraw.isVisible()
    qtbot.mouseClick(page.pane.withdraw, LEFT)
    idle(qtbot, page)
    assert shown(page) == ["C6"]
    page.session.undo_stack.undo()
    idle(qtbot, page)
    assert shown(page) == ["C1", "C6"]
    qtbot.mouseClick(page.list.withdraw, LEFT)
    idle(qtbot, page)
    assert heard[-1][0] == "已关闭 2 项理由已变的任务。"
    assert [task.customer_id for task in store.tasks() if task.is_open] == ["C2"]
    assert not page.list.gone.isVisible()
    page.list.bar.choose("group", "")
    page.list.show_row(page.view.row_of_task(1))
    assert page.pane._outcome.text() == f"{NOON.astimezone():%m-%d %H:%M} 关闭：理由已变。"
    qtbot.mouseClick(page.pane.reopen, LEFT)
    idle(qtbot, page)
    assert len([task for task in store.tasks() if task.is_open]) == 2


def test_officers_see_their_own_tasks(qtbot, planned):
    planned.list.bar.choose("officer", "李雷")
    assert set(shown(planned)) == {"C3", "C4", "C7", "C8"}


def test_an_old_list_is_said_so_above_the_tasks(qtbot, page):
    assert not page.list.old.isVisible()
    page.session.set_result(replace(page.session.result, clock=DAY + timedelta(days=11)))
    idle(qtbot, page)
    assert page.list.old.isVisible()
    assert page.list._old.text() == (
        "名单数据日期是 2026-11-22，已过 11 天。这之后的存取、到期和续存都看不到，请导入新名单。")


def test_a_low_window_has_one_line_above_the_tasks_and_the_buttons_in_sight(qtbot, planned, store):
    page = planned
    page.session.set_result(replace(page.session.result, clock=DAY + timedelta(days=11)))
    idle(qtbot, page)
    page.set_low(low=True)
    page.resize(835, 405)
    qtbot.wait(1)
    assert page.list._old.text() == "名单数据日期是 2026-11-22，已过 11 天。"
    assert page.list._old.toolTip().endswith("请导入新名单。")
    assert page.list.old.height() < 50
    pane, form = page.pane, page.pane.form
    for each in (*form.buttons, form.save):
        bottom = each.mapTo(pane, QPoint(0, each.height())).y()
        assert bottom <= pane.height()
        assert not pane._area.isAncestorOf(each)
    assert pane._area.isAncestorOf(form.note)
    qtbot.waitUntil(lambda: pane._area.height() >= 96)
    press(qtbot, page, Qt.Key.Key_1)
    assert form.details.isVisible()
    page.set_low(low=False)
    assert not pane._area.isAncestorOf(form.note)
    qtbot.keyClick(form.note, Qt.Key.Key_Return)
    idle(qtbot, page)
    assert [task.result for task in store.tasks() if task.result] == [1]


def test_only_what_fits_into_the_day_is_offered(qtbot, page, outcome):
    assert page.list._sentence.text().startswith("下一个工作日（11-23）应做 8 户。")
    small = outcome.ruleset.with_parameters({"calls_a_day": 1, "visits_a_day": 1})
    page.session.set_rules(small)
    page.session.set_result(replace(outcome, ruleset=small))
    idle(qtbot, page)
    offered = len(page.view.proposed)
    assert offered < 8
    assert page.view.later == 8 - offered
    assert f"应做 {offered} 户，其余 {8 - offered} 户已排到后面几天" in page.list._sentence.text()
    page.session.set_result(replace(outcome, clock=DAY + timedelta(days=1)))
    idle(qtbot, page)
    assert page.list._sentence.text().startswith("今日应做")
