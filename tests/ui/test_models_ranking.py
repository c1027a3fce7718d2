"""Cutting a ranking in the page: the line is dragged, and everything beside it follows."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from layout_audit import faults
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible

from branchseg.model.issues import IssueLog
from branchseg.store.records import NewTask, Outcome
from ui.pages.models.page import ModelsPage
from ui.session import CustomerList, SheetsAbout

CUSTOMERS = 400
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, session, models_page):
    models_page.activate("response")
    at_rest(qtbot, session, models_page)
    return models_page


def at_rest(qtbot, session, page):
    qtbot.waitUntil(lambda: not session.jobs.busy and page.ranking.panel.isVisible())


def drag(qtbot, page, score):
    """Drag the line from where it is to a score."""
    chart = page.ranking.panel.chart
    start, end = (chart.place_of(one).toPoint() for one in (chart.value, score))
    qtbot.mousePress(chart, LEFT, pos=start)
    qtbot.mouseMove(chart, (start + end) / 2)
    qtbot.mouseMove(chart, end)
    qtbot.mouseRelease(chart, LEFT, pos=end)


def decisions(page):
    """Score -> what is said of it in the table."""
    model = page.ranking.customers.model
    columns = {shape.key: place for place, shape in enumerate(model.columns)}
    return {float(model.index(row, columns["score"]).data()): model.index(
        row, columns["kept"]).data() for row in range(model.rowCount())}


def test_dragging_the_line_says_who_stays_and_what_it_brings(qtbot, session, page):
    ranking = page._found["response"].ranking
    score = float(ranking.curve.scores[2])
    drag(qtbot, page, score)
    panel, cut = page.ranking.panel, ranking.curve.at(score)
    assert panel.score == score == panel.field.number
    assert panel.words.text().startswith(
        f"保留 {cut.n} 户，剔除 {len(ranking.scores) - cut.n} 户（低于 {score:g} 分）。")
    assert decisions(page) == {
        one: "保留" if one >= score else "剔除" for one in ranking.curve.scores.tolist()}
    assert session.settings.assumptions["cutoff.response.wealth.rule"] == score
    qtbot.mouseClick(panel.kept, LEFT)
    where, what = page.went.pop()
    assert where == "customers"
    assert what.title == f"理财反应率：保留（临界分 {score:g}）"
    kept = ranking.positions[ranking.scores >= score].tolist()
    assert sorted(what.ids) == sorted(session.result.table.ids_at(kept))
    qtbot.mouseClick(panel.dropped, LEFT)
    _, dropped = page.went.pop()
    assert isinstance(dropped, CustomerList)
    assert len(dropped.ids) == len(ranking.scores) - cut.n
    assert not set(dropped.ids) & set(what.ids)
    qtbot.mouseClick(panel.tasks, LEFT)
    assert page.went.pop() == ("tasks", SheetsAbout(list(what.ids), ranking.actions))


def test_the_panel_says_before_what_the_sheets_will_be_about(qtbot, session, page):
    field = page.assumptions.fields["line"]
    seen = set()
    for _ in range(field.count() - 1 - field.currentIndex()):
        qtbot.keyClick(field, Qt.Key.Key_Down)
        qtbot.waitUntil(lambda: not session.jobs.busy)
        ranking = page._found["response"].ranking
        if ranking is None:
            continue
        kept = ranking.positions[ranking.scores >= page.ranking.panel.score]
        about = int(ranking.advised[ranking.scores >= page.ranking.panel.score].sum())
        if ranking.about != "手机银行":  # the others have an action for whomever one chooses
            assert about == len(kept)
        words = page.ranking.panel.sheets.text()
        if about:
            assert words.startswith(f"任务单：{about} 户谈{ranking.about}")
            assert (f"另 {len(kept) - about} 户" in words) == (about < len(kept))
        else:
            assert words.startswith(f"任务单：规则没有建议对这些客户谈{ranking.about}")
        seen.add(ranking.about)
    assert seen > {"保险", "贵金属", "贷款", "手机银行"}


def test_the_line_follows_the_mouse_before_it_is_let_go(qtbot, session, page):
    chart, ranking = page.ranking.panel.chart, page._found["response"].ranking
    low = float(ranking.curve.scores[-1])
    qtbot.mousePress(chart, LEFT, pos=chart.place_of(chart.value).toPoint())
    qtbot.mouseMove(chart, chart.place_of(low).toPoint())
    assert "剔除 0 户" in page.ranking.panel.words.text()
    assert not page.ranking.panel.dropped.isEnabled()
    assert "cutoff.response.wealth.rule" not in session.settings.assumptions
    qtbot.mouseMove(chart, QPoint(-50, 10))
    qtbot.mouseRelease(chart, LEFT, pos=QPoint(-50, 10))
    assert chart.value == float(ranking.curve.scores[0])


def test_keys_move_the_line_and_the_proposed_one_comes_back(qtbot, session, page):
    panel, ranking = page.ranking.panel, page._found["response"].ranking
    scores = ranking.curve.scores.tolist()
    here = scores.index(ranking.proposed)
    for key, place in ((Qt.Key.Key_Home, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_End, -1),
                       (Qt.Key.Key_Left, -2)):
        qtbot.keyClick(panel.chart, key)
        assert panel.score == scores[place]
    assert here != len(scores) - 2
    assert QAccessible.queryAccessibleInterface(panel.chart).text(
        QAccessible.Text.Description).startswith(f"临界分 {scores[-2]:g} 分")
    qtbot.mouseClick(panel.proposed, LEFT)
    assert panel.score == ranking.proposed
    assert "cutoff.response.wealth.rule" not in session.settings.assumptions


def test_a_score_between_two_can_be_typed(qtbot, session, page):
    panel, ranking = page.ranking.panel, page._found["response"].ranking
    high, low = ranking.curve.scores[:2].tolist()
    panel.field.selectAll()
    qtbot.keyClicks(panel.field, f"{low + 1:g}\r")
    assert panel.score == low + 1
    assert f"保留 {ranking.curve.at(high).n} 户" in panel.words.text()


def test_every_line_has_its_own_cut_off(qtbot, session, page):
    field = page.assumptions.fields["line"]
    wealth = float(page._found["response"].ranking.curve.scores[1])
    drag(qtbot, page, wealth)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    at_rest(qtbot, session, page)
    fund = page._found["response"].ranking
    assert fund.key == "response.fund.rule"
    qtbot.mouseClick(page.assumptions.defaults, LEFT)
    at_rest(qtbot, session, page)
    assert field.currentText() == "基金", "defaults are of numbers, not of what is looked at"
    assert page.ranking.panel.score == fund.proposed
    qtbot.keyClick(field, Qt.Key.Key_Up)
    at_rest(qtbot, session, page)
    assert page.ranking.panel.score == wealth


def test_a_row_opens_the_customer_and_says_how_the_score_came_about(qtbot, page):
    customers = page.ranking.customers
    row = customers.table.visualRect(customers.model.index(0, 0)).center()
    assert customers.line.text().startswith("指向一行")
    qtbot.mouseClick(customers.table.viewport(), LEFT, pos=row)
    assert customers.line.text() == customers.model.index(0, 4).data()
    qtbot.mouseDClick(customers.table.viewport(), LEFT, pos=row)
    ranking = page._found["response"].ranking
    best = int(np.argmax(ranking.scores))
    assert page.went.pop() == (
        "customers", page.session.result.table.frame["customer_id"].iloc[ranking.positions[best]])
    assert customers.model.index(0, 4).data().endswith(f"= {ranking.scores[best]:g} 分")


def test_another_model_hides_the_ranking(qtbot, session, page):
    page.activate("value")
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert not page.ranking.panel.isVisible()
    assert not page.ranking.customers.isVisible()


def test_registered_results_are_counted_as_soon_as_the_page_is_shown(qtbot, session, store,
                                                                      customers):
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    batch = store.save_batch(
        customers.table, imported_at=moment, ruleset_id=customers.ruleset.id, sources=(),
        rows_read=400, rows_used=400, issues=IssueLog(), summary={})
    ids = customers.table.frame["customer_id"].tolist()[:12]
    tasks = store.create_tasks([NewTask(
        customer_id=one, action_id="idle_funds", theme="", owner_role="", officer="",
        due=date(2026, 11, 2), priority=1.0, ruleset_id=customers.ruleset.id, batch_id=batch)
        for one in ids], created_at=moment)
    store.record_results({task.id: Outcome(5) for task in tasks[:9]}, closed_at=moment)
    session.unlock(store, day=session.clock(), result=customers)
    made = ModelsPage(session)
    qtbot.addWidget(made)
    made.show()
    made.activate("response")
    at_rest(qtbot, session, made)
    assert dict(made._found["response"].facts)["已登记的结果"] == "9 个，其中有反应 0 个"
    store.record_results({tasks[9].id: Outcome(3), tasks[10].id: Outcome(2)}, closed_at=moment)
    made.activate()
    qtbot.waitUntil(lambda: not session.jobs.busy and "response" in made._found)
    assert dict(made._found["response"].facts)["已登记的结果"] == "10 个，其中有反应 1 个"


@pytest.mark.parametrize("size", [(1130, 620), (815, 430)])
def test_every_size_shows_everything(qtbot, page, size):
    page.resize(*size)
    qtbot.waitUntil(lambda: page.ranking.panel.chart.width() < size[0])
    assert faults(page) == []
