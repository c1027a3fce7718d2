"""The page of task sheets over nine real customers, with real clicks, a real vault, real PDFs."""

import threading
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from soon import soon
from task_samples import DAY, NOON, REFUSED, REFUSED_WITH_REMINDER, explain_each_once, result_of

from branchseg import rules
from branchseg.model.results import ActionKind
from branchseg.paths import resources_dir
from branchseg.pipeline import Pause
from branchseg.sheets import qr_payload
from branchseg.store.records import Closing, NewTask, Outcome, TaskStatus
from branchseg.store.vault import Vault
from ui import printing
from ui.pages.tasks import printing as tasks_printing
from ui.pages.tasks import work as tasks_work
from ui.pages.tasks.ledger import BACK, CLOSED, GONE, LATE, OUT, LedgerDialog
from ui.pages.tasks.page import TasksPage
from ui.pages.tasks.returning import ReturnsDialog
from ui.session import SheetsAbout

LEFT = Qt.MouseButton.LeftButton
ORDER = ["C2", "C1", "C4", "C3", "C7", "C9", "C6", "C8"]


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
    session.unlock(store, day=session.clock())
    session.set_result(outcome)
    return store


@pytest.fixture
def heard(session):
    """What was said."""
    found = []
    session.noticed.connect(lambda notice: found.append(notice.text))
    return found


@pytest.fixture
def page(qtbot, session, store, heard):
    crashes = []
    session.crashed.connect(crashes.append)
    made = TasksPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 620)
    made.show()
    made.activate()
    idle(qtbot, made)
    yield made
    assert not crashes


def idle(qtbot, page):
    """Nothing runs, and nothing is about to."""
    qtbot.waitUntil(lambda: not page.session.jobs.busy and not page._look.isActive())


def click(qtbot, page, button):
    qtbot.mouseClick(button, LEFT)
    idle(qtbot, page)


def ids(page):
    return [one.task.customer_id for one in page.list.chosen]


def tick(qtbot, page, row):
    """Click into the check box of a row."""
    table = page.list.table
    place = table.visualRect(table.model().index(row, 0)).topLeft() + QPoint(18, 19)
    qtbot.mouseClick(table.viewport(), LEFT, pos=place)


def save_as(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def printed(store):
    """Customer -> number of everything that is on paper."""
    return {task.customer_id: task.sheet_number for task in store.tasks()
            if task.status is TaskStatus.PRINTED}


def words_of(path):
    document = pypdfium2.PdfDocument(path)
    found = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return found


def test_the_most_urgent_come_first_and_nobody_who_refused_meets_marketing(page, outcome):
    view = page.list.view
    assert [one.task.customer_id for one in view.people] == ORDER
    assert REFUSED not in ORDER
    (reminder,) = (one for one in view.people if one.task.customer_id == REFUSED_WITH_REMINDER)
    kinds = {action.key: action.kind for action in outcome.ruleset.actions.actions}
    assert kinds[reminder.task.action_id] is ActionKind.SERVICE


def test_refusals_are_kept_from_marketing_even_if_the_rules_let_them_through(outcome):
    results = outcome.results.assign(next_action="risk_retest", do_not_contact=True)
    marketing = next(action.key for action in outcome.ruleset.actions.actions
                     if action.kind is ActionKind.MARKETING)
    slipped = type(outcome)(**{name: getattr(outcome, name) for name in outcome.__slots__}
                            | {"results": results.assign(next_action=marketing, priority=50.0,
                                                         due_days=3.0)})
    assert tasks_work.propose(slipped) == []


def test_the_table_says_why_and_the_preview_shows_the_sheet(page):
    why = page.list.model.values("why").tolist()
    assert all(why)
    assert "11月23日到期" in why[0]
    assert page.preview.view.paper.page is not None
    assert page.preview._who.text() == "张三丰 · 到期提醒"


def test_three_ticks_become_three_pages_and_three_numbers(qtbot, page, store, tmp_path,
                                                          monkeypatch, heard):
    for row in (0, 2, 5):
        tick(qtbot, page, row)
    assert ids(page) == ["C2", "C4", "C9"]
    assert page.filters.chosen.text() == "已选 3 户"
    assert page.preview.print.text() == "打印 3 张…"
    save_as(monkeypatch, tmp_path / "单.pdf")
    click(qtbot, page, page.preview.pdf)

    pages = words_of(tmp_path / "单.pdf")
    assert len(pages) == 3
    numbers = {"C2": "20261122-0001", "C4": "20261122-0002", "C9": "20261122-0003"}
    assert printed(store) == numbers
    for words, number in zip(pages, numbers.values(), strict=True):
        assert number in words
    assert "张三丰" not in "".join(pages)
    assert "13900005678" not in "".join(pages)
    assert heard == ["已保存 3 张任务单，单号 20261122-0001 至 20261122-0003。"]
    assert ids(page) == []
    assert page.list.view.data["sheet"].tolist().count("printed") == 3


def answer_box(caption):
    """Answer the question that is about to be asked; returns what it was."""
    heard = []

    def answer():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        heard.append(box.text())
        next(each for each in box.buttons() if each.text() == caption).click()

    soon(0, answer)
    return heard


def test_sheets_that_are_out_can_be_left_out(qtbot, page, store, tmp_path, monkeypatch):
    save_as(monkeypatch, tmp_path / "单.pdf")
    page.activate(["C1"])
    idle(qtbot, page)
    click(qtbot, page, page.preview.pdf)
    page.activate(["C2", "C1"])
    idle(qtbot, page)
    asked = answer_box("只打其余 1 户")
    click(qtbot, page, page.preview.pdf)
    assert asked == ["其中 1 户已有还没收回的任务单。"]
    assert len(words_of(tmp_path / "单.pdf")) == 1
    assert printed(store) == {"C1": "20261122-0001", "C2": "20261122-0002"}


def test_a_sheet_that_is_out_stands_for_its_customer(qtbot, page, store, outcome):
    """Another action comes first by now, but the one on paper is still advised."""
    place = outcome.table.frame["customer_id"].tolist().index("C1")
    first, second, *_ = outcome.results["actions"].iat[place].split(";")
    (task,) = store.create_tasks(
        [NewTask("C1", second, "旧单", "大堂经理", "", DAY, 1.0, "r")], created_at=NOON)
    store.mark_printed({task.id: "20261120-0007"}, printed_at=NOON)
    page.activate(["C1"])
    idle(qtbot, page)
    (one,) = page.list.chosen
    assert (one.task.action_id, one.number) == (second, "20261120-0007")
    assert one.task.action_id != first


def test_sheets_are_about_what_was_asked_for(qtbot, page, store, outcome, tmp_path, monkeypatch):
    """The best of the actions asked for that the rules advise; of others what comes next."""
    actions = dict(zip(outcome.table.frame["customer_id"],
                       outcome.results["actions"].str.split(";"), strict=True))
    last = actions["C1"][-1]
    assert last not in actions["C2"]
    save_as(monkeypatch, tmp_path / "单.pdf")
    page.activate(SheetsAbout(["C1", "C2", REFUSED], frozenset({last})))
    idle(qtbot, page)
    assert {one.task.customer_id: one.task.action_id for one in page.list.chosen} == {
        "C1": last, "C2": actions["C2"][0]}
    click(qtbot, page, page.preview.pdf)
    assert {one.customer_id: one.action_id for one in store.tasks()} == {
        "C1": last, "C2": actions["C2"][0]}
    purpose = outcome.ruleset.actions.by_key(last).purpose[:6]
    assert [purpose in words for words in words_of(tmp_path / "单.pdf")] == [False, True]


def test_a_planned_task_gives_way_to_what_was_asked_for(qtbot, page, store, outcome):
    place = outcome.table.frame["customer_id"].tolist().index("C1")
    first, *_, last = outcome.results["actions"].iat[place].split(";")
    store.create_tasks([NewTask("C1", first, "", "", "", DAY, 1.0, "r")], created_at=NOON)
    page.activate(SheetsAbout(["C1"], frozenset({last})))
    idle(qtbot, page)
    assert [one.task.action_id for one in page.list.chosen] == [last]
    page.activate(["C1"])
    idle(qtbot, page)
    assert [one.task.action_id for one in page.list.chosen] == [first]


def test_an_officer_is_chosen_when_printing(qtbot, page, store, tmp_path, monkeypatch):
    page.session.keep_settings(officers="王芳、赵磊；赵磊")
    box = page.preview.officer
    assert [box.itemData(place) for place in range(box.count())] == ["", "王芳", "赵磊", "李雷"]
    box.setCurrentIndex(box.findData("赵磊"))
    page.choose_preset("maturing")
    save_as(monkeypatch, tmp_path / "单.pdf")
    click(qtbot, page, page.preview.pdf)
    assert {task.officer for task in store.tasks()} == {"赵磊"}
    assert all("赵磊" in words for words in words_of(tmp_path / "单.pdf"))
    page.filters.bar.choose("manager", "赵磊")
    assert page.list.shown == 3
    box.setCurrentIndex(0)
    page.activate(["C2"])
    idle(qtbot, page)
    click(qtbot, page, page.preview.pdf)
    assert task_officer(store, "C2") == "赵磊"


def task_officer(store, customer_id):
    (task,) = store.tasks(customer_id=customer_id)
    return task.officer


def test_printing_again_keeps_the_number(qtbot, page, store, tmp_path, monkeypatch):
    save_as(monkeypatch, tmp_path / "单.pdf")
    page.activate(["C1"])
    idle(qtbot, page)
    click(qtbot, page, page.preview.pdf)
    page.activate(["C2", "C1"])
    idle(qtbot, page)
    assert page.preview._number.text() == "打印时编号"  # C2 comes first
    asked = answer_box("一起重印")
    click(qtbot, page, page.preview.pdf)
    assert asked == ["其中 1 户已有还没收回的任务单。"]
    assert printed(store) == {"C1": "20261122-0001", "C2": "20261122-0002"}
    assert [number in words for words, number in zip(
        words_of(tmp_path / "单.pdf"), ("20261122-0002", "20261122-0001"), strict=True)] == [
            True, True]


def test_a_cancelled_pdf_changes_nothing(qtbot, page, store, monkeypatch, heard):
    tick(qtbot, page, 0)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    click(qtbot, page, page.preview.pdf)
    assert store.tasks() == []
    assert ids(page) == ["C2"]
    assert heard == []


def test_a_pdf_that_cannot_be_written_changes_nothing(qtbot, page, store, tmp_path, monkeypatch,
                                                      heard):
    tick(qtbot, page, 0)
    save_as(monkeypatch, tmp_path / "没有的文件夹" / "单.pdf")
    click(qtbot, page, page.preview.pdf)
    assert store.tasks() == []
    assert "无法写入文件“单.pdf”" in heard[0]
    assert page.preview.pdf.isEnabled()


def test_cancelling_the_work_changes_nothing(qtbot, page, store, tmp_path, monkeypatch):
    tick(qtbot, page, 0)
    save_as(monkeypatch, tmp_path / "单.pdf")
    held = threading.Event()
    page.session.jobs.start("something else", lambda _reporter: held.wait(10))
    page.session.job_started.connect(lambda job: (job.cancel(), held.set()))
    click(qtbot, page, page.preview.pdf)
    assert store.tasks() == []
    assert not (tmp_path / "单.pdf").exists()
    assert page.preview.pdf.isEnabled()


@pytest.mark.parametrize("accepted", [True, False])
def test_numbers_are_taken_only_by_paper(qtbot, page, store, monkeypatch, heard, accepted):
    shown = []
    monkeypatch.setattr(printing, "preview",
                        lambda _parent, pages, _kept: shown.append(len(pages)) or accepted)
    page.choose_preset("20")
    page.commands["print"]()
    idle(qtbot, page)
    assert shown == [8]
    assert len(printed(store)) == (8 if accepted else 0)
    assert len(heard) == accepted
    assert len(ids(page)) == (0 if accepted else 8)


def test_numbers_of_paper_are_taken_though_it_is_locked_at_once(
        qtbot, page, store, tmp_path, monkeypatch, in_the_way):
    session, busy_with = page.session, []
    monkeypatch.setattr(printing, "preview", lambda *_: not busy_with.append(in_the_way(session)))
    page.choose_preset("20")
    page.commands["print"]()
    qtbot.waitUntil(lambda: bool(busy_with) and page.printer.busy)
    session.lock()
    busy_with[0].end()
    idle(qtbot, page)
    with Vault.open(tmp_path / "vault", "一句足够长的口令口令口令") as again:
        assert len(printed(again)) == 8


def test_presets_choose_among_the_rows_shown_and_leave_paper_out(qtbot, page, tmp_path,
                                                                 monkeypatch):
    buttons = page.filters.presets
    qtbot.mouseClick(buttons["maturing"], LEFT)
    assert ids(page) == ["C2", "C1", "C4"]
    qtbot.mouseClick(buttons["near_tier"], LEFT)
    assert ids(page) == ["C1", "C3"]
    qtbot.mouseClick(buttons["20"], LEFT)
    assert ids(page) == ORDER
    page.filters.bar.choose("manager", "李雷")
    qtbot.mouseClick(buttons["50"], LEFT)
    assert ids(page) == ["C4", "C3", "C7", "C8"]
    page.activate(["C4"])
    idle(qtbot, page)
    save_as(monkeypatch, tmp_path / "单.pdf")
    click(qtbot, page, page.preview.pdf)
    qtbot.mouseClick(buttons["maturing"], LEFT)
    assert ids(page) == ["C2", "C1"]
    qtbot.mouseClick(page.filters.clear, LEFT)
    assert ids(page) == []


def test_the_page_takes_exactly_the_customers_it_is_given(qtbot, page, heard):
    page.choose_preset("20")
    page.filters.bar.choose("manager", "王芳")
    page.activate(["C7", "C8", REFUSED])
    idle(qtbot, page)
    assert ids(page) == ["C7", "C8"]
    assert page.filters.bar.chosen("manager") == ""
    (said,) = heard
    assert said.startswith("1 户未列入：没有建议的动作、已拒绝营销、已放在一边")
    page.activate()
    idle(qtbot, page)
    assert ids(page) == ["C7", "C8"]


def test_what_waits_to_be_printed_is_chosen_on_arrival(qtbot, session, store, outcome):
    people = tasks_work.propose(outcome)[:2]
    session.jobs.start("plan", lambda _: store.create_tasks(
        [one.task for one in people], created_at=NOON))
    made = TasksPage(session)
    qtbot.addWidget(made)
    made.show()
    made.activate()
    idle(qtbot, made)
    assert ids(made) == ["C2", "C1"]
    qtbot.mouseClick(made.filters.clear, LEFT)
    made.commands["refresh"]()
    idle(qtbot, made)
    assert ids(made) == []
    made.activate()
    idle(qtbot, made)
    assert ids(made) == ["C2", "C1"]


def test_who_has_a_result_is_left_out_until_the_day_agreed_upon(store, outcome):
    first, second = store.create_tasks(
        [one.task for one in tasks_work.propose(outcome)[:2]], created_at=NOON)
    store.record_result(first.id, Outcome(5), closed_at=NOON)
    store.record_result(second.id, Outcome(2, next_date=DAY + timedelta(days=1)), closed_at=NOON)
    today = tasks_work.candidates_of(outcome, store, DAY)
    assert (today.paused, [one.task.customer_id for one in today.people]) == (
        {Pause.RESULT: 1, Pause.AGREED: 1}, ORDER[2:])
    tomorrow = tasks_work.candidates_of(outcome, store, DAY + timedelta(days=1))
    assert (tomorrow.paused, tomorrow.people[0].task.customer_id) == (
        {Pause.RESULT: 1}, "C1")


def exported(qtbot, page, path, monkeypatch):
    """The list of three tasks, as officers get it."""
    page.choose_preset("maturing")
    save_as(monkeypatch, path)
    page.commands["export"]()
    idle(qtbot, page)
    return path


def test_the_list_goes_out_masked_and_numbered(qtbot, page, store, tmp_path, monkeypatch, heard):
    path = exported(qtbot, page, tmp_path / "任务.xlsx", monkeypatch)
    rows = list(load_workbook(path).worksheets[0].values)
    assert len(rows) == 4
    assert "张三丰" not in str(rows)
    numbers = [f"20261122-000{serial}" for serial in (1, 2, 3)]
    assert [row[0] for row in rows[1:]] == numbers
    assert sorted(printed(store).values()) == numbers
    assert heard == ["已导出 3 户的任务清单（已脱敏），单号 20261122-0001 至 20261122-0003。"]


def fill(path, results):
    """Fill in column by column name, row by row."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    for row, values in enumerate(results, 2):
        for name, value in values.items():
            sheet.cell(row, places[name], value)
    book.save(path)


def answering(accept):
    """Look at the preview and answer it."""
    seen = []

    def answer():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ReturnsDialog):
            soon(20, answer)
            return
        data = dialog.model.values
        seen.extend([dialog.summary.text(), data("words").tolist(), dialog.keep.text()])
        (dialog.keep.click if accept else dialog.reject)()

    soon(0, answer)
    return seen


@pytest.mark.parametrize("accept", [True, False])
def test_filled_lists_come_back(qtbot, page, store, tmp_path, monkeypatch, heard, accept):
    path = exported(qtbot, page, tmp_path / "任务.xlsx", monkeypatch)
    fill(path, [{"结果": 4, "需求标签": "养老", "金额（万元）": 3, "办理产品": "理财"},
                {"结果": "拒绝再联系"}, {"结果": "很好"}])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    sorted_again = []
    monkeypatch.setattr(page.session, "reload", lambda: sorted_again.append(1))
    seen = answering(accept)
    click(qtbot, page, page.returns)
    qtbot.waitUntil(lambda: len(seen) == 3)
    idle(qtbot, page)
    assert seen[0] == "2 条可以登记；1 条不能用，不会登记。"
    assert seen[1][0].startswith("认不出结果“很好”。可以填：1 已接通")
    assert seen[2] == "登记 2 条结果"
    done = {task.customer_id: task.outcome for task in store.tasks() if task.outcome}
    if not accept:
        assert done == {}
        return
    first, second = (next(task.customer_id for task in store.tasks()
                          if task.sheet_number == f"20261122-000{serial}") for serial in (1, 2))
    assert done == {first: Outcome(4, "", None, ("pension",), "", ("wealth",), 30_000.0),
                    second: Outcome(7)}
    assert heard[-1] == "已登记 2 条结果。"
    page.session.undo_stack.undo()
    idle(qtbot, page)
    assert not any(task.outcome for task in store.tasks())
    assert store.refused() == set()
    assert len(sorted_again) == 2
    page.session.undo_stack.redo()
    idle(qtbot, page)
    assert store.refused() == {second}


@pytest.mark.parametrize(("caption", "pages"), [("存为 PDF", 3), ("仍然预览", 3), ("取消", 0)])
def test_a_great_many_sheets_are_better_a_pdf(qtbot, page, tmp_path, monkeypatch, caption, pages):
    seen = []
    monkeypatch.setattr(tasks_printing, "MOST_IN_PREVIEW", 2)
    monkeypatch.setattr(printing, "preview", lambda _p, pages, _k: seen.extend(pages))
    save_as(monkeypatch, tmp_path / "单.pdf")

    def answer():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(each for each in box.buttons() if each.text() == caption).click()

    page.choose_preset("maturing")
    soon(0, answer)
    click(qtbot, page, page.preview.print)
    found = words_of(tmp_path / "单.pdf") if caption == "存为 PDF" else seen
    assert len(found) == pages


def test_a_click_on_the_sheet_makes_it_readable(qtbot, page):
    paper = page.preview.view.paper
    small = paper.height()
    qtbot.mouseClick(paper, LEFT, pos=QPoint(paper.width() // 2, paper.height() - 5))
    assert paper.height() > 1.5 * small
    assert page.preview.view.verticalScrollBar().value() > 0
    assert page.preview.zoom.text() == "整页"
    qtbot.mouseClick(page.preview.zoom, LEFT)
    assert paper.height() == small


def test_the_sheet_shown_is_the_one_that_would_be_printed(qtbot, page):
    page.activate(["C9"])
    idle(qtbot, page)
    payloads = [mark.payload for mark in page.preview.view.paper.page.marks
                if hasattr(mark, "payload")]
    assert payloads == [qr_payload("20261122-0001")]


def test_enter_opens_the_customer(qtbot, page):
    page.list.table.selectRow(1)
    with qtbot.waitSignal(page.session.navigate_requested) as going:
        qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    assert going.args == ["customers", "C1"]


def test_without_customers_there_is_the_way_to_a_list(qtbot, page, session):
    session.set_result(None)
    idle(qtbot, page)
    assert page._stack.currentIndex() == 1
    assert not page.preview.print.isEnabled()
    assert ids(page) == []


# --- the ledger ---


def in_ledger(act):
    """Wait for the ledger, act on it once; returns what `act` has seen."""
    seen = []

    def look():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, LedgerDialog):
            soon(20, look)
            return
        seen.append(act(dialog))
        if dialog.isVisible():
            dialog.reject()

    soon(0, look)
    return seen


def states(dialog):
    return {dialog.ledger.data["number"][row][-4:]: dialog.ledger.data["state"][row]
            for row in range(len(dialog.ledger.sheets))}


def on_paper(store, outcome):
    """Three sheets: one out, one late, one back."""
    people = tasks_work.propose(outcome)[:3]
    kept = store.create_tasks([replace(one.task, latest=DAY - timedelta(days=place % 2))
                               for place, one in enumerate(people)], created_at=NOON)
    store.mark_printed({task.id: f"20261122-000{task.id}" for task in kept}, printed_at=NOON)
    store.record_result(kept[2].id, Outcome(1), closed_at=NOON)
    return kept


def test_the_ledger_tells_what_is_out_late_and_back(qtbot, page, store, outcome):
    on_paper(store, outcome)
    seen = in_ledger(
        lambda dialog: (states(dialog), dialog.shred.text(), dialog.shred.isEnabled()))
    click(qtbot, page, page.ledger.button)
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen == [({"0001": OUT, "0002": LATE, "0003": BACK}, "登记销毁（1 张）", True)]


def test_what_came_back_is_noted_as_destroyed_and_that_can_be_undone(
        qtbot, page, store, outcome, heard):
    kept = on_paper(store, outcome)
    seen = in_ledger(lambda dialog: qtbot.mouseClick(dialog.shred, LEFT))
    click(qtbot, page, page.ledger.button)
    qtbot.waitUntil(lambda: bool(seen) and any("登记销毁" in one for one in heard))
    idle(qtbot, page)
    assert [one.shredded_at for one in store.tasks() if one.shredded_at] == [NOON]
    assert heard[-1] == "已登记销毁 1 张任务单。"
    page.session.undo_stack.undo()
    idle(qtbot, page)
    assert not any(one.shredded_at for one in store.tasks())
    page.session.undo_stack.redo()
    idle(qtbot, page)
    assert [one.id for one in store.tasks() if one.shredded_at] == [kept[2].id]


def test_a_filter_narrows_what_would_be_noted(qtbot, page, store, outcome):
    on_paper(store, outcome)

    def narrow(dialog):
        dialog.bar.choose("state", OUT)
        out = dialog.model.rowCount(), dialog.shred.isEnabled()
        dialog.bar.choose("state", BACK)
        return out, (dialog.model.rowCount(), dialog.shred.text())

    seen = in_ledger(narrow)
    click(qtbot, page, page.ledger.button)
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen == [((1, False), (1, "登记销毁（1 张）"))]


def test_a_sheet_printed_again_says_so(qtbot, page, store, tmp_path, monkeypatch):
    for name in ("首印.pdf", "重印.pdf"):
        save_as(monkeypatch, tmp_path / name)
        page.activate(["C1"])
        idle(qtbot, page)
        click(qtbot, page, page.preview.pdf)
    first, again = (unicodedata.normalize("NFKC", words_of(tmp_path / name)[0])
                    for name in ("首印.pdf", "重印.pdf"))
    assert "重印" not in first
    assert "重印(首印 11-22)" in again
    (task,) = store.tasks()
    assert (task.prints, task.first_printed_at) == (2, NOON)


def test_a_sheet_of_a_closed_task_is_destroyed_only_where_somebody_has_it(
        qtbot, page, store, outcome):
    kept = on_paper(store, outcome)
    store.withdraw_tasks([kept[0].id], Closing.REASON_GONE, closed_at=NOON)

    def choose(dialog):
        without = dialog.chosen
        dialog.bar.choose("state", CLOSED)
        closed = dialog.chosen
        dialog.table.selectRow(0)
        return without, closed, dialog.chosen, dialog.shred.text()

    seen = in_ledger(choose)
    click(qtbot, page, page.ledger.button)
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen == [([kept[2].id], [], [kept[0].id], "登记销毁（1 张）")]


def test_a_task_opened_again_after_its_sheet_was_destroyed_needs_another(
        qtbot, page, store, outcome):
    kept = on_paper(store, outcome)
    assert store.mark_shredded([one.id for one in kept], NOON) == [kept[2].id]
    store.reopen_task(kept[2].id)
    seen = in_ledger(states)
    click(qtbot, page, page.ledger.button)
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen[0]["0003"] == GONE
    assert store.mark_shredded([kept[2].id], None) == [kept[2].id]
