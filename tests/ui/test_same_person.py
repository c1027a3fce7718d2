"""A walk-in who is on a later list: staff say on the portrait that the two are one, or not."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from PySide6.QtCore import Qt

from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from ui.pages.customers.page import CustomersPage
from ui.pages.lobby.work import Kept, Visit, keep, newcomer

DAY = date(2026, 10, 31)
NOW = datetime(2026, 10, 31, 9, 0, tzinfo=UTC)
LEFT = Qt.MouseButton.LeftButton
LI = "6200000002"
WALK_IN = "厅堂-20261031-001"


@pytest.fixture
def vault(session, ruleset, store):
    """Li was met in the lobby; then a list came that has a Li with the same end of the phone."""
    values = {"customer_id": ["6200000001", LI], "name": ["张三丰", "李小明"],
              "mobile": ["13800001111", "13900002222"], "aum_point": [20000.0, 300.0]}
    columns = {key: pd.Series(values).astype(frame_dtype(FIELDS[key]))
               for key, values in values.items()}
    columns[SOURCE_ROWS] = pd.Series(["2", "3"], dtype="str")
    visit = Visit(newcomer("李小明", "2222"), DAY, "陈静", "等候", ("need_ready",))
    keep(store, Kept(visit, ruleset), NOW)
    store.save_batch(CustomerTable(pd.DataFrame(columns), DAY), imported_at=NOW,
                     ruleset_id="r", sources=(), rows_read=2, rows_used=2,
                     issues=IssueLog(), summary={})
    session.unlock(store, day=DAY)
    yield store
    session.jobs.drop_all()
    assert session.jobs.wait()
    session.vault = None


@pytest.fixture
def page(qtbot, session, vault):
    session.crashed.connect(lambda error: pytest.fail(repr(error)))
    made = CustomersPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    session.reload()
    rest(qtbot, made)
    return made


def rest(qtbot, page):
    qtbot.waitUntil(lambda: not page.session.jobs.busy and not page.portrait._pause.isActive())


def ids(session):
    return sorted(session.result.table.frame["customer_id"])


@pytest.mark.parametrize("customer_id", [WALK_IN, LI])
def test_both_portraits_ask_and_one_person_is_one_customer(qtbot, page, vault, customer_id):
    session, strip = page.session, page.portrait.same_person
    page.activate(customer_id)
    rest(qtbot, page)
    assert strip.isVisible()
    assert strip.question.text() == (
        "到访客户 李** 可能就是名单里的 李**（客户号 ******0002；依据：姓名和手机后四位一致）。")
    said = []
    session.noticed.connect(said.append)
    qtbot.mouseClick(strip.same, LEFT)
    rest(qtbot, page)
    assert ids(session) == ["6200000001", LI]
    assert [one.items for one in vault.observations(LI)] == [("need_ready",)]
    assert said[0].text == "已合并为同一位客户。"
    said[0].undo()
    rest(qtbot, page)
    assert ids(session) == ["6200000001", LI, WALK_IN]
    page.activate(customer_id)
    rest(qtbot, page)
    assert strip.isVisible()


def test_two_people_are_not_asked_about_again(qtbot, page, vault):
    strip, session = page.portrait.same_person, page.session
    page.activate(LI)
    rest(qtbot, page)
    qtbot.mouseClick(strip.other, LEFT)
    rest(qtbot, page)
    assert not strip.isVisible()
    assert vault.proposals() == []
    assert ids(session) == ["6200000001", LI, WALK_IN]
    session.undo_stack.undo()
    rest(qtbot, page)
    page.activate(LI)
    rest(qtbot, page)
    assert strip.isVisible()


def test_others_are_not_asked_about(qtbot, page):
    page.activate("6200000001")
    rest(qtbot, page)
    assert not page.portrait.same_person.isVisible()
