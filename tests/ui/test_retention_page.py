"""客户维护率 with real clicks over a real vault: two lists, levels, answers, customers, costs."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hand import LEFT, idle

from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.raw import SourceRef
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.progress import Reporter
from ui.opening import sort_customers
from ui.pages.customers.page import CustomersPage
from ui.pages.models.page import KEYS, ModelsPage
from ui.session import CustomerList

JULY, OCTOBER = date(2026, 7, 31), date(2026, 10, 31)
STAYS = {"aum_point": 80_000.0, "aum_month_avg": 80_000.0, "aum_prev_month_avg": 80_000.0,
         "aum_prev_month_end": 80_000.0, "demand": 80_000.0, "fund": 5.0, "complaint": False,
         "payroll": True, "payroll_amount": 6_000.0, "open_date": pd.Timestamp("2015-01-01"),
         "last_txn": pd.Timestamp("2026-10-30")}
LEAVES = STAYS | {"aum_point": 200_000.0, "aum_month_avg": 400_000.0,
                  "aum_prev_month_avg": 900_000.0, "payroll": False, "payroll_amount": None}
POOR = STAYS | {key: 1_000.0 for key in STAYS if key.startswith("aum_")} | {"complaint": True}


def keep(vault, people, day):
    frame = pd.DataFrame({key: pd.Series([one.get(key) for one in people.values()]).astype(
        frame_dtype(FIELDS[key])) for key in STAYS})
    for key, values in (("customer_id", people), ("name", (f"张{one}" for one in people)),
                        (SOURCE_ROWS, people)):
        frame[key] = pd.Series(list(values), dtype="str")
    frame["last_txn"] = frame["last_txn"].clip(upper=pd.Timestamp(day))
    vault.save_batch(
        CustomerTable(frame, day), imported_at=datetime.now(UTC), ruleset_id="r",
        sources=[SourceRef("名单.xlsx", "a" * 64, "xlsx", "Sheet1", 1)], rows_read=len(people),
        rows_used=len(people), issues=IssueLog(), summary={})


@pytest.fixture
def opened(session, store):
    """Two lists three months apart; the payroll of one customer has stopped in between."""
    keep(store, dict.fromkeys("ABCD", STAYS), JULY)
    keep(store, {"A": LEAVES, "B": STAYS, "C": POOR, "D": STAYS}, OCTOBER)
    crashes, heard = [], []
    session.crashed.connect(crashes.append)
    session.navigate_requested.connect(lambda where, what: heard.append((where, what)))
    session.unlock(store, day=OCTOBER,
                   result=sort_customers(store, session.ruleset, Reporter(), OCTOBER))
    yield heard
    assert not crashes


@pytest.fixture
def page(qtbot, session, opened):
    made = ModelsPage(session)
    made.went = opened
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    tab = made.tabs.tabRect(KEYS.index("retention")).center()
    qtbot.mouseClick(made.tabs, LEFT, pos=tab)
    rest(qtbot, session, made)
    return made


def rest(qtbot, session, page):
    qtbot.waitUntil(lambda: not session.jobs.busy and not page.pictures.drawer.busy)


def press(qtbot, page, title):
    """Click a part of the chart."""
    view = page.pictures.view
    mark = next(one for one in view.marks if one.title == title)
    qtbot.mouseClick(view, LEFT, pos=view.place_of(mark).toPoint())


def show_signs(qtbot, session, page):
    """Go to the second chart."""
    tabs = page.pictures.tabs
    qtbot.mouseClick(tabs, LEFT, pos=tabs.tabRect(1).center())
    rest(qtbot, session, page)


def groups(page):
    return [page.groups.model.index(row, 0).data() for row in range(page.groups.model.rowCount())]


def test_levels_answers_history_and_customers(qtbot, session, page):
    assert groups(page) == [
        "高风险（3 个月内）· 值得", "中风险（5 个月内）· 不值得", "低风险 · 不值得"]
    assert "1 户流失风险高" in page.card.sentence.text()
    assert "代发中断 1 户" in page.groups.model.index(0, 5).data()
    said = page.answers.said()
    assert [row[0] for row in said] == groups(page)
    assert said[0][2:4] == ("定期、国债、现金管理类", "资金回流专属服务")
    assert said[1][4] == "主管电话或面谈"
    assert page.answers.isVisible()
    table = page.groups.table
    at = table.visualRect(page.groups.model.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=at)
    where, who = page.went.pop()
    assert (where, who.title, list(who.ids)) == ("customers", "高风险（3 个月内）· 值得", ["A"])
    assert who.why("A").startswith("风险高，预计 3 个月内，共 6 分：余额下降 3 分")
    assert "代发中断 3 分（以前有代发，没有代发工资）" in who.why("A")
    assert who.why("B") == ""
    press(qtbot, page, "高风险 3 个月内 · 1 万元 至 5 万元")
    assert page.went.pop()[1][:2] == ("高风险 3 个月内 · 1 万元 至 5 万元", who.ids)
    show_signs(qtbot, session, page)
    press(qtbot, page, "代发中断")
    assert page.went.pop()[1][:2] == ("代发中断", who.ids)
    facts = page.card.facts.findChildren(type(page.card.sentence))
    assert any("2026-07-31 的 4 户，到 2026-10-31 流失 1 户" in one.text() for one in facts)
    assert "没有拟合" in page.card.warnings.text()


def test_costs_and_the_assumptions_of_the_lifetime_value_count(qtbot, session, page):
    field = page.assumptions.fields["cost"]
    field.selectAll()
    qtbot.keyClicks(field, "90000\r")
    rest(qtbot, session, page)
    assert groups(page)[0] == "高风险（3 个月内）· 不值得"
    assert page.answers.said()[0][4].startswith("不单独打电话")
    qtbot.mouseClick(page.assumptions.defaults, LEFT)
    rest(qtbot, session, page)
    assert groups(page)[0] == "高风险（3 个月内）· 值得"
    page.activate("value")
    rest(qtbot, session, page)
    assert not page.answers.isVisible()
    field = page.assumptions.fields["margin"]
    field.selectAll()
    qtbot.keyClicks(field, "0\r")
    rest(qtbot, session, page)
    page.activate("retention")
    rest(qtbot, session, page)
    assert groups(page)[0] == "高风险（3 个月内）· 不值得"


def test_the_portrait_says_what_the_model_says_of_who_came_from_it(qtbot, session, page):
    show_signs(qtbot, session, page)
    press(qtbot, page, "代发中断")
    made = CustomersPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    idle(qtbot, session)
    loss = made.portrait.overview.loss
    made.activate("A")
    qtbot.waitUntil(lambda: loss.text().startswith("风险中"))
    made.activate(page.went.pop()[1])
    qtbot.waitUntil(lambda: loss.text().startswith("风险高") and "代发中断" in loss.text())
    made.activate(CustomerList("别的", ["A"]))
    qtbot.waitUntil(lambda: loss.text().startswith("风险中"))
    made.activate("B")
    qtbot.waitUntil(lambda: loss.text() == "风险低，没有看到流失迹象。（没有对照以前的名单）")
