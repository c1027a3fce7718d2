"""流失曲线 and 代发客户 with real clicks over a real vault of monthly lists."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hand import LEFT

from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.raw import SourceRef
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.progress import Reporter
from ui.opening import sort_customers
from ui.pages.models.page import KEYS, ModelsPage

DAYS = [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
NAMES = [f"C{number:03d}" for number in range(150)]
VALUES = {"aum_point": 80_000.0, "aum_month_avg": 80_000.0, "payroll_amount": 5_000.0,
          "pay_before": 5_000.0, "payroll_employer": "甲厂"}


def keep(vault, names, day, unpaid):
    frame = pd.DataFrame({key: pd.Series([value] * len(names)).astype(frame_dtype(FIELDS[key]))
                          for key, value in VALUES.items()})
    for key in ("customer_id", "name", SOURCE_ROWS):
        frame[key] = pd.Series(names, dtype="str")
    frame["payroll"] = pd.Series([one not in unpaid for one in names], dtype="boolean")
    frame["pay_after_7"] = [200.0 if one in NAMES[:30] else 6_000.0 for one in names]
    frame["last_txn"] = pd.Series([pd.Timestamp(day)] * len(names), dtype="datetime64[s]")
    vault.save_batch(
        CustomerTable(frame, day), imported_at=datetime.now(UTC), ruleset_id="r",
        sources=[SourceRef("名单.xlsx", "a" * 64, "xlsx", "Sheet1", 1)], rows_read=len(names),
        rows_used=len(names), issues=IssueLog(), summary={})


@pytest.fixture
def page(qtbot, session, store):
    """Four monthly lists: ten customers leave each month, two are not paid any more."""
    for place, day in enumerate(DAYS):
        keep(store, NAMES[:len(NAMES) - 10 * place], day, NAMES[40:42] if place > 1 else ())
    crashes, heard = [], []
    session.crashed.connect(crashes.append)
    session.navigate_requested.connect(lambda where, what: heard.append((where, what)))
    session.unlock(store, day=DAYS[-1],
                   result=sort_customers(store, session.ruleset, Reporter(), DAYS[-1]))
    made = ModelsPage(session)
    made.went = heard
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    yield made
    assert not crashes


def look_at(qtbot, session, page, key):
    qtbot.mouseClick(page.tabs, LEFT, pos=page.tabs.tabRect(KEYS.index(key)).center())
    rest(qtbot, session, page)


def picture(qtbot, session, page, title):
    tabs = page.pictures.tabs
    place = [tabs.tabText(one) for one in range(tabs.count())].index(title)
    qtbot.mouseClick(tabs, LEFT, pos=tabs.tabRect(place).center())
    rest(qtbot, session, page)


def rest(qtbot, session, page):
    qtbot.waitUntil(lambda: not session.jobs.busy and not page.pictures.drawer.busy)


def press(qtbot, page, words):
    """Click a part of the chart, and see who is shown."""
    view = page.pictures.view
    mark = next(one for one in view.marks if words in one.title)
    qtbot.mouseClick(view, LEFT, pos=view.place_of(mark).toPoint())
    return page.went.pop()[1]


def test_how_long_customers_stay_and_who_is_lost(qtbot, session, page):
    look_at(qtbot, session, page, "survival")
    assert "3 个月后还在 80.0%" in page.card.sentence.text()
    assert "最近一份名单新流失 10 户" in page.card.sentence.text()
    shown = press(qtbot, page, "3 个月内流失")
    assert sorted(shown.ids) == NAMES[120:]
    assert "2026-10-31 的名单上没有了（第 3 个月）" in shown.why("C120")
    picture(qtbot, session, page, "每个月流失多少")
    assert sorted(press(qtbot, page, "第 1 个月").ids) == NAMES[140:]
    table = page.groups.table
    at = table.visualRect(page.groups.model.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=at)
    assert sorted(page.went.pop()[1].ids) == NAMES[120:130]


def test_whose_pay_leaves_and_who_is_paid_no_more(qtbot, session, page):
    look_at(qtbot, session, page, "payroll")
    assert "140 户代发客户：已流失 2 户" in page.card.sentence.text()
    assert "30 户几乎不留存" in page.card.sentence.text()
    assert sorted(press(qtbot, page, "全部：发薪后 7 天内").ids) == NAMES[:30]
    picture(qtbot, session, page, "哪个月停了代发")
    assert sorted(press(qtbot, page, "2026-09-30").ids) == NAMES[40:42]
    assert page.answers.said()[0][0] == "已流失：代发中断"
    field = page.assumptions.fields["kept"]
    field.selectAll()
    qtbot.keyClicks(field, "1\r")
    rest(qtbot, session, page)
    assert "0 户几乎不留存" in page.card.sentence.text()
