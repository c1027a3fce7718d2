"""The models page: what is found is shown with its quality, and leads to the customers."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from branchseg import charts
from branchseg.analytics.answer import Verdict
from branchseg.errors import BranchsegError
from branchseg.pipeline import models
from branchseg.pipeline.models import Finding, Group, Picture
from ui import style
from ui.pages.models.page import ModelsPage
from ui.session import CustomerList

CUSTOMERS = 40
LEFT = Qt.MouseButton.LeftButton


def finding(sentence="找到 2 群。"):
    """Two groups and a chart that leads to them."""
    groups = (Group("甲群", "资产高", np.array([3, 1]), 0.4, 5e5, "下一步多为“回访”（60%）"),
              Group("乙群", "资产低", np.array([0, 2, 4]), 0.6, float("nan"), ""))
    rows = [charts.Row(g.name, (1.0,), ("1",), g.positions) for g in groups]
    return Finding(verdict=Verdict.OK, sentence=sentence, facts=(("所用客户", "5 户"),),
                   warnings=("有 1 户摇摆。",), groups=groups, pictures=(
                       Picture("差别", lambda dark: charts.bars(
                           "clusters", "差别", rows, dark=dark)),))


@pytest.fixture
def found(monkeypatch):
    """What the model finds next; every question is written down."""
    answers, asked = Answers([finding()]), []

    def find(key, result, reporter, given):
        asked.append((key, result))
        answers.given = given
        answer = answers[-1]
        if isinstance(answer, Exception):
            raise answer
        return answer(reporter) if callable(answer) else answer

    monkeypatch.setattr(models, "find", find)
    answers.asked = asked
    return answers


class Answers(list):
    """Answers, the last of which counts, and what was `asked`."""


@pytest.fixture
def page(found, models_page):
    models_page.activate()
    return models_page


def at_rest(qtbot, session, page):
    qtbot.waitUntil(lambda: not session.jobs.busy and not page.pictures.drawer.busy)


def test_what_is_found_is_shown_with_its_quality(qtbot, session, page):
    at_rest(qtbot, session, page)
    assert page.card.chip.text() == "可以参考"
    assert page.card.sentence.text() == "找到 2 群。"
    assert "摇摆" in page.card.warnings.text()
    assert page.groups.model.rowCount() == 2
    shown = [page.groups.model.index(0, column).data() for column in range(5)]
    assert shown == ["甲群", "2", "40.0", "500,000", "下一步多为“回访”（60%）"]
    assert page.groups.model.index(1, 3).data() in {"", "–"}


def test_a_row_and_a_mark_lead_to_exactly_their_customers(qtbot, session, page, customers):
    at_rest(qtbot, session, page)
    table = page.groups.table
    place = table.visualRect(page.groups.model.index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    assert page.went.pop() == (
        "customers", CustomerList("乙群", customers.table.ids_at([0, 2, 4])))
    mark = page.pictures.view.marks[0]
    qtbot.mouseClick(page.pictures.view, LEFT, pos=page.pictures.view.place_of(mark).toPoint())
    assert page.went.pop() == ("customers", CustomerList("甲群", customers.table.ids_at([3, 1])))


def test_a_model_runs_once_per_result_and_again_when_asked(qtbot, session, page, found,
                                                         customers):
    at_rest(qtbot, session, page)
    page.activate()
    at_rest(qtbot, session, page)
    assert found.asked == [("clusters", customers)]
    found.append(finding("找到别的。"))
    qtbot.mouseClick(page.again, LEFT)
    at_rest(qtbot, session, page)
    assert page.card.sentence.text() == "找到别的。"
    session.set_result(customers)
    at_rest(qtbot, session, page)
    assert len(found.asked) == 3


def test_what_was_found_among_other_customers_is_never_shown(qtbot, session, page, found,
                                                            customers):
    at_rest(qtbot, session, page)
    go_on = threading.Event()
    found.append(lambda _reporter: (go_on.wait(60), finding("以前的"))[1])
    page.refresh()
    page.hide()
    session.set_result(customers)
    found.append(finding("现在的"))
    go_on.set()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    page.show()
    page.activate()
    at_rest(qtbot, session, page)
    assert page.card.sentence.text() == "现在的"


def test_saving_does_not_wait_for_a_model(qtbot, session, page, found):
    at_rest(qtbot, session, page)
    go_on = threading.Event()
    found.append(lambda _reporter: (go_on.wait(60), finding("算完了。"))[1])
    page.refresh()
    saved = session.run("保存", lambda _reporter: 1)
    with qtbot.waitSignal(saved.finished):
        pass
    assert page.card.sentence.text() == "正在计算，可以先做别的事。"
    assert not page.groups.isVisible()
    go_on.set()
    at_rest(qtbot, session, page)
    assert page.card.sentence.text() == "算完了。"


def test_without_groups_the_card_says_why(qtbot, session, page, found):
    found.append(Finding(verdict=Verdict.NOT_ENOUGH_DATA, sentence="数据不够。"))
    page.refresh()
    at_rest(qtbot, session, page)
    assert page.card.chip.text() == "数据不够"
    assert not page.groups.isVisible()
    assert not page.pictures.view.isVisible()


def test_a_failure_is_told_and_can_be_tried_again(qtbot, session, page, found):
    found.append(BranchsegError("store.disk_full"))
    page.refresh()
    at_rest(qtbot, session, page)
    assert "数据没有改动" in page.card.sentence.text()
    found.append(finding())
    page.refresh()
    at_rest(qtbot, session, page)
    assert page.card.sentence.text() == "找到 2 群。"


def test_cancelling_says_so(qtbot, session, page, found):
    at_rest(qtbot, session, page)
    go_on = threading.Event()

    def slow(reporter):
        go_on.wait(60)
        reporter.step("正在找", 0.5)
        return finding("不该出现。")

    found.append(slow)
    started = []
    session.job_started.connect(started.append)
    page.refresh()
    started[0].cancel()
    go_on.set()
    at_rest(qtbot, session, page)
    assert page.card.sentence.text() == "已取消。点“重新计算”再试。"


def test_the_theme_changes_the_chart_and_rebuilds_nothing(qtbot, session, page):
    """Widgets that came or went while Qt restyled all of them crashed the program."""
    at_rest(qtbot, session, page)
    before = set(map(id, page.findChildren(QWidget)))
    style.apply("dark", 1.0)
    assert set(map(id, page.findChildren(QWidget))) == before
    at_rest(qtbot, session, page)
    drawer = page.pictures.drawer
    qtbot.waitUntil(lambda: drawer.chart is not None and drawer.chart.dark)


def test_assumptions_are_shown_kept_and_used(qtbot, session, page, found):
    at_rest(qtbot, session, page)
    assert not page.assumptions.isVisible()
    page.activate("value")
    at_rest(qtbot, session, page)
    assert page.assumptions.isVisible()
    field = page.assumptions.fields["margin"]
    assert field.text() == "1.5%"
    for typed, kept in (("2", 0.02), ("1.75", 0.0175)):
        field.selectAll()
        qtbot.keyClicks(field, f"{typed}\r")
        at_rest(qtbot, session, page)
        assert field.text() == f"{typed}%"
        assert found.given["value.margin"] == kept
        assert session.settings.assumptions["value.margin"] == kept
    qtbot.mouseClick(page.assumptions.defaults, LEFT)
    at_rest(qtbot, session, page)
    assert field.number == 0.015
    assert found.given == {}


def test_without_customers_the_page_says_what_to_do(qtbot, session, found):
    made = ModelsPage(session)
    qtbot.addWidget(made)
    made.show()
    made.activate()
    assert made._stack.currentWidget() is made._empty
    assert found.asked == []
    assert not made.again.isEnabled()
