"""The customers page over six real customers, judged by the shipped rules, in a real vault."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu

from branchseg import pipeline, rules
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.paths import resources_dir
from branchseg.store.records import NewTask, Outcome, OwnSegment
from ui.pages.customers.page import CustomersPage
from ui.pages.portrait import work as portrait_work
from ui.pages.portrait.head import REVEAL_SECONDS
from ui.session import CustomerList, FixedSegment
from ui.widgets.basic import Chip
from ui.widgets.chips import RemovableChip

LEFT = Qt.MouseButton.LeftButton
AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
KEYS = ("customer_id", "name", "mobile", "id_number", "gender", "age", "manager", "aum_month_avg",
        "demand", "time_deposit", "last_txn", "txn_count_12m", "maturity_date",
        "maturity_amount", "payroll", "consent", "do_not_contact")
ROWS = (
    ("10000001", "单小明", "13800001234", "110101199003070011", "男", 36.0, "王芳", 480_000.0,
     80_000.0, 400_000.0, "2026-11-01", 30.0, "2026-11-25", 200_000.0, True, True, False),
    ("10000002", "张三丰", "13900005678", "110101195501010022", "男", 71.0, "王芳", 6_200_000.0,
     200_000.0, 6_000_000.0, "2026-11-10", 12.0, "2026-11-20", 50_000.0, False, True, False),
    ("10000003", "欧阳小敏", "13700009012", "110101198811110033", "女", 38.0, "李雷", 120_000.0,
     120_000.0, 0.0, "2026-10-01", 8.0, None, None, True, False, False),
    ("10000004", "赵六", "13600003456", "110101197001010044", "男", 56.0, "李雷", 60_000.0,
     10_000.0, 50_000.0, "2026-11-15", 40.0, None, None, None, None, True),
    ("10000005", "钱七", "13500007890", "110101200001010055", "女", 26.0, None, 30_000.0,
     30_000.0, 0.0, "2026-11-20", 5.0, None, None, False, True, False),
    ("10000006", "孙八", "13400002468", "110101196001010066", "男", 66.0, "王芳", 5.0,
     5.0, 0.0, "2021-01-01", 0.0, None, None, False, True, False),
)
IDS = [row[0] for row in ROWS]
INVALID = "10000006"


@pytest.fixture(scope="module")
def ruleset():
    return rules.load(resources_dir() / "rules")


@pytest.fixture(scope="module")
def outcome(ruleset):
    columns = {
        key: pd.Series([row[place] for row in ROWS], dtype=object).astype(
            frame_dtype(FIELDS[key])) for place, key in enumerate(KEYS)}
    columns[SOURCE_ROWS] = pd.Series([str(2 + n) for n in range(len(ROWS))], dtype="str")
    table = CustomerTable(pd.DataFrame(columns), AS_OF)
    prepared = pipeline.Prepared(table, IssueLog(), (), "given", 6, 6, {})
    found = pipeline.evaluate(prepared, ruleset)
    assert found.results["status"].tolist().count("invalid") == 1
    return found


@pytest.fixture(scope="module", autouse=True)
def explain_once():
    """The rules explain every customer once; that is what takes the time."""
    real, known = pipeline.explain, {}

    def explain(result, position, observations=(), **options):
        key = (result.ruleset.id, id(result.table), position, tuple(observations))
        if key not in known:  # with the table, so that no other one gets its id
            known[key] = real(result, position, observations, **options), result.table
        return known[key][0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "explain", explain)
        yield


@pytest.fixture
def vault(store):
    store.set_tags("10000003", ["喜欢国债"], at=NOW)
    return store


@pytest.fixture
def heard(session):
    """What the page asked of the window: notices and destinations."""
    said = []
    session.noticed.connect(lambda notice: said.append((notice.kind, notice.text)))
    session.navigate_requested.connect(lambda page, argument: said.append((page, argument)))
    return said


@pytest.fixture
def rest(qtbot, jobs):
    """Wait until nothing is asked of the worker any more and the page has heard of it."""
    def resting():
        pages = [one for one in QApplication.topLevelWidgets() if isinstance(one, CustomersPage)]
        return not jobs.busy and not any(one.portrait._pause.isActive() for one in pages)

    return lambda: qtbot.waitUntil(resting)


@pytest.fixture
def page(qtbot, session, vault, outcome, ruleset, heard, rest):
    session.vault = vault
    session.set_rules(ruleset)
    session.crashed.connect(lambda error: pytest.fail(repr(error)))
    session.set_result(outcome)
    made = CustomersPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    made.activate()
    rest()
    yield made
    session.vault = None  # no job begins once the vault is closed


def shown(page):
    return [page.view.ids[place] for place in page.table.model.shown]


def go_to(page, customer_id):
    assert page.table.select(page.view.places[customer_id])


def words(widget):
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


def click_row(qtbot, page, row, column=1):
    view = page.table.table
    at = view.visualRect(page.table.model.index(row, column)).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=at)


# --- the table ---


def test_the_richest_come_first_and_invalid_customers_are_hidden(page):
    assert shown(page) == ["10000002", "10000001", "10000003", "10000004", "10000005"]
    assert page.filters.bar._count.text() == "共 5 户，已选 0 户"
    assert page.subtitle == "名单 6 户 · 数据日期 2026-11-22"
    model = page.table.model
    first = {shape.key: model.text(model.position(0), shape) for shape in model.columns}
    assert first["name"] == "张三丰"
    assert first["mobile"] == "139****5678"
    assert first["customer_id"] == "****0002"
    assert first["aum"] == "6,200,000.00"
    assert first["maturity_date"] == "11-20  已到期 2 天"


def test_qt_finds_no_fault_in_the_model(page, qtmodeltester):
    qtmodeltester.check(page.table.model)


def test_the_switch_shows_invalid_customers(qtbot, page):
    box = page.filters.invalid
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert shown(page)[-1] == INVALID
    assert page.filters.clear.isVisible()
    qtbot.mouseClick(page.filters.clear, LEFT)
    assert INVALID not in shown(page)
    assert not page.filters.clear.isVisible()


def test_filters_narrow_together(page):
    page.filters.bar.choose("manager", "王芳")
    assert shown(page) == ["10000002", "10000001"]
    page.filters.bar.choose("tag", "rule:maturity_7")
    assert shown(page) == ["10000001"]
    page.filters.bar.choose("manager", "李雷")
    assert shown(page) == []
    assert page.portrait.facts is None
    assert not page.table.table.isVisible()
    page.filters.reset()
    assert len(shown(page)) == 5


def test_own_tags_are_a_filter(page):
    page.filters.bar.choose("tag", "own:喜欢国债")
    assert shown(page) == ["10000003"]


def test_own_segments_are_a_filter(page, vault, session, rest):
    women = {"field": "gender", "op": "in", "value": ["女"]}
    gone = {"field": "没有了", "op": "ge", "value": 1}
    ids = [vault.keep_own_segment(one, at=NOW) for one in (
        OwnSegment("女士", women), OwnSegment("两位", None, ("10000004", "10000006")),
        OwnSegment("旧的", gone))]
    session.segments_changed.emit()
    rest()
    for place, wanted in ((0, {"10000003", "10000005"}), (1, {"10000004"})):
        page.filters.bar.choose("tag", f"segment:{ids[place]}")
        assert set(shown(page)) == wanted
    page.filters.invalid.setChecked(True)
    assert set(shown(page)) == {"10000004", INVALID}
    page.filters.reset()
    page.filters.bar.choose("tag", f"segment:{ids[2]}")
    assert len(shown(page)) == 5  # what the rules know no more is no choice
    vault.remove_own_segment(ids[1], at=NOW)
    session.segments_changed.emit()
    rest()
    assert [key for key in page.data.tagged if key.startswith("segment:")] == [
        f"segment:{ids[0]}"]


def test_filter_by_a_cell(page):
    page.table.table.filter_wanted.emit("maturity_date", date(2026, 11, 25))
    assert shown(page) == ["10000001"]
    chip = page.filters.findChild(RemovableChip)
    assert chip.text() == "到期：2026-11-25"
    chip.click()
    assert len(shown(page)) == 5
    page.table.table.filter_wanted.emit("manager", None)
    assert shown(page) == ["10000005"]


def test_search_finds_at_once_invalid_customers_too(page, session):
    seen = {}
    for query in ("sxm", "张", "9012", "10000004", "孙八", "没有此人", ""):
        session.set_search(query)
        seen[query] = shown(page)
        assert bool(seen[query]) == (page.portrait.facts is not None)
    assert seen == {
        "sxm": ["10000001"], "张": ["10000002"], "9012": ["10000003"], "10000004": ["10000004"],
        "孙八": [INVALID], "没有此人": [],
        "": ["10000002", "10000001", "10000003", "10000004", "10000005"],
    }


def test_the_best_hit_of_a_search_is_opened(page, session):
    session.set_search("小")
    assert shown(page) == ["10000001", "10000003"]
    assert page.portrait.facts.customer_id == "10000001"
    session.set_search("小敏")
    assert page.portrait.facts.customer_id == "10000003"


def test_who_is_found_outside_a_filter_is_told(page, session):
    page.activate(CustomerList("核心有效", ("10000001", "10000003")))
    session.set_search("张")
    assert shown(page) == []
    assert page.filters.bar._count.text() == "共 0 户，已选 0 户；筛选之外还有 1 户符合搜索"
    page._clear()
    assert "筛选之外" not in page.filters.bar._count.text()


def test_ticks_lead_to_the_printer(qtbot, page, heard):
    assert not page.print.isEnabled()
    page.table.table.selectRow(1)
    qtbot.keyClick(page.table.table, Qt.Key.Key_Space)
    page.table.model.tick([page.view.places["10000004"]])
    assert page.print.text() == "打印选中 2 张"
    qtbot.mouseClick(page.print, LEFT)
    assert heard[-1] == ("tasks", ["10000001", "10000004"])


def test_a_list_of_a_chart_is_shown_alone(page, session, heard, rest):
    page.filters.bar.choose("manager", "李雷")
    page.activate(CustomerList("状态：无效", [INVALID, "10000001", "nobody any more"]))
    assert shown(page) == ["10000001", INVALID]
    chip = page.filters.findChild(RemovableChip)
    assert chip.text() == "只看：状态：无效"
    chip.click()
    assert shown(page)[0] == "10000002"
    assert INVALID not in shown(page)


def test_who_is_asked_for_is_shown_though_another_result_is_on_its_way(
        page, session, outcome, heard, rest):
    fewer = replace(outcome, prepared=replace(outcome.prepared, table=CustomerTable(
        outcome.table.frame.iloc[2:5].reset_index(drop=True), AS_OF)),
        results=outcome.results.iloc[2:5].reset_index(drop=True))
    session.set_result(fewer)
    page.activate(CustomerList("临界", fewer.table.ids_at([0, 2])))
    rest()
    assert shown(page) == ["10000003", "10000005"]
    session.set_result(outcome)
    page.activate("10000001")  # not among the few still on the screen
    rest()
    assert page.portrait.facts.customer_id == "10000001"
    assert not [kind for kind, _words in heard if kind == "warn"]


def test_a_customer_asked_for_is_found_behind_filters(page, heard):
    page.filters.bar.choose("manager", "李雷")
    page.activate(INVALID)
    assert page.portrait.facts.customer_id == INVALID
    assert INVALID in shown(page)
    page.activate("99999999")
    assert heard[-1][0] == "warn"


def test_those_ticked_can_be_kept_as_a_segment(page, heard):
    for ticked in ((), ("10000004", "10000003")):
        page.table.model.tick([page.view.places[one] for one in ticked])
        menu = QMenu()
        page.table.menu_opening.emit(menu, 0)
        actions = {action.text(): action for action in menu.actions() if action.text()}
        assert list(actions)[:2] == ["厅堂识别", "打印任务单"]
        assert list(actions)[2:] == (["把勾选的 2 户存为客群"] if ticked else [])
    actions["把勾选的 2 户存为客群"].trigger()
    went, kept = heard.pop()
    assert (went, set(kept.ids)) == ("segments", {"10000003", "10000004"})
    assert isinstance(kept, FixedSegment)


def test_copy_takes_the_ticked_ones_masked(qtbot, page, heard):
    page.table.model.tick([page.view.places["10000003"]])
    qtbot.mouseClick(page.filters.copy, LEFT)
    head, line = QGuiApplication.clipboard().text().split("\n")
    assert head.split("\t")[0] == "姓名"
    assert line.split("\t")[0] == "欧阳**"
    assert "13700009012" not in line
    assert heard[-1] == ("ok", "已复制 1 户（已脱敏），可以粘贴到 Excel。")


def test_export_is_masked_and_typed(page, heard, rest, monkeypatch, tmp_path):
    path = tmp_path / "名单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page.export.click()
    rest()
    assert heard[-1] == ("ok", "已导出 5 户，个人信息已脱敏。")
    sheet, about = load_workbook(path).worksheets
    head, first, *_others = sheet.iter_rows(values_only=True)
    row = dict(zip(head, first, strict=True))
    assert row["姓名"] == "张**"
    assert row["AUM（元）"] == 6_200_000.0
    assert row["到期"] == datetime(2026, 11, 20)  # noqa: DTZ001 - a cell has no zone
    assert row["层级"] == "私行"
    assert sheet.max_row == 6
    facts = dict(about.iter_rows(min_row=2, values_only=True))
    assert facts["操作人"] == "陈静"
    everything = str(list(sheet.iter_rows(values_only=True)))
    assert not any(secret in everything for row in ROWS for secret in row[:4])


def test_no_export_where_nothing_can_be_written(page, heard, rest, monkeypatch, tmp_path):
    path = tmp_path / "missing" / "名单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page.export.click()
    rest()
    assert heard[-1][0] == "error"


def test_a_new_result_keeps_customer_and_ticks(page, session, outcome, rest):
    go_to(page, "10000003")
    page.table.model.tick([page.view.places["10000004"]])
    before = page.view
    session.set_result(pipeline.reassess(outcome))
    rest()
    assert page.view is not before
    assert page.portrait.facts.customer_id == "10000003"
    assert page.portrait.facts.view is page.view
    assert page.table.ticked_ids() == ["10000004"]


def test_other_tiers_bring_other_chips(page, session, outcome, ruleset, rest):
    preset = next(key for key, _label in ruleset.tier_presets if key != ruleset.tiers.active.key)
    other = ruleset.with_tier_preset(preset)
    session.set_rules(other)
    session.set_result(pipeline.reassess(outcome, other))
    rest()
    shape = next(shape for shape in page.table.model.columns if shape.key == "tier")
    assert [chip.text for chip in shape.chips.values()] == list(other.tiers.labels.values())
    assert len(shown(page)) == 5
    assert page.table.table.isVisible()


def test_without_customers_there_is_the_way_to_import(qtbot, page, session, heard):
    session.set_result(None)
    assert page.view is None
    assert page.portrait.facts is None
    button = page._stack.currentWidget().findChildren(type(page.print))[0]
    qtbot.mouseClick(button, LEFT)
    assert heard[-1] == ("imports", None)
    assert not page.export.isEnabled()


def test_a_result_that_was_replaced_is_dropped(page, session, outcome, rest):
    newest = pipeline.reassess(outcome)
    session.set_result(pipeline.reassess(outcome))
    session.set_result(newest)
    rest()
    assert page.view.result is newest


# --- the portrait ---


def test_a_click_shows_the_customer_at_once_and_the_rules_soon(qtbot, page, rest):
    click_row(qtbot, page, 1)
    portrait = page.portrait
    assert portrait.facts.customer_id == "10000001"
    assert portrait.head.name.text() == "单小明"
    assert portrait.head.line.text().startswith("男 · 36 岁 · 138****1234 · ")
    qtbot.wait(1)
    chips = [chip.text() for chip in portrait.head.chips.findChildren(Chip)
             if not chip.isHidden()]
    assert chips[0] == "理财"
    assert "7 天内到期" in chips
    assert "48 万元" in words(portrait.overview)
    assert "正在分析…" in words(portrait.overview)
    rest()
    texts = words(portrait.overview)
    assert "正在分析…" not in texts
    assert "48 万元" in texts
    assert "距贵宾还差 20,000.00 元，已达 96%" in texts
    assert "2026-11-25  3 天后 · 20 万元" in texts
    assert "已同意营销" in texts
    portrait.tabs.setCurrentIndex(1)
    assert "身份与人生阶段" in words(portrait.factors)
    assert portrait.factors.drawer.busy or portrait.factors.drawer.chart is not None


def test_a_number_masked_in_the_list_is_said_to_be_so(page, rest):
    go_to(page, "10000001")
    rest()
    facts = replace(page.portrait.facts, values={"mobile": "138****1234"})
    assert facts.show("mobile") == "138****1234"
    assert facts.show("mobile", revealed=True) == "138****1234（名单里号码已遮盖，请补录）"


def test_what_the_lists_do_not_tell_is_not_guessed(page, rest):
    go_to(page, "10000004")
    rest()
    assert "客户拒绝营销，只做服务提醒" in words(page.portrait.overview)
    assert page.portrait.facts.bound == ([], [])
    labels = [holding.label for holding in page.portrait.facts.holdings]
    assert labels == ["活期", "定期"]


def test_old_data_are_said_with_their_day(page, session, outcome, rest):
    frame = outcome.table.frame.copy()
    for key in ("data_date", "aum_date"):
        frame[key] = pd.array(["2025-11-30", *["2026-11-22"] * 5], dtype="datetime64[s]")
    frame.loc[0, "last_txn"] = pd.Timestamp("2025-11-01")
    prepared = replace(outcome.prepared, table=CustomerTable(frame, AS_OF))
    session.set_result(pipeline.evaluate(prepared, outcome.ruleset, today=AS_OF))
    rest()
    go_to(page, "10000001")
    rest()
    texts = words(page.portrait.overview)
    assert "最新名单里没有这位客户的近况，资料停在 2025-11-30。" in texts
    assert "2025-11-01  截至 2025-11-30 29 天前" in texts
    assert "月日均 AUM，截至 2025-11-30" in texts
    same = replace(page.portrait.facts, values={
        "last_txn": date(2025, 11, 30), "days_since_txn": 0.0, "days_behind_list": 357.0})
    assert ("最近交易", "2025-11-30  数据日当天", "") in same.events
    assert "还可以：核实近况" in texts
    go_to(page, "10000002")
    rest()
    assert not [one for one in words(page.portrait.overview) if "资料停在" in one]


def test_a_result_of_today_stands_above_the_next_step(page, vault, session, rest):
    made = vault.create_tasks([NewTask(
        "10000001", "a", "到期提醒", "大堂经理", "", AS_OF, 1.0, "r")], created_at=NOW)
    go_to(page, "10000001")
    rest()
    contact = page.portrait.overview._contact
    assert contact.isHidden()
    at = datetime.combine(AS_OF, time(12)).astimezone()
    vault.record_result(made[0].id, Outcome(1, "", AS_OF + timedelta(days=3)), closed_at=at)
    session.customer_changed.emit("10000001")
    rest()
    assert contact.text() == (
        f"今天已登记“到期提醒”：已接通，下次联系 {AS_OF + timedelta(days=3):%m-%d}。")
    assert not contact.isHidden()
    go_to(page, "10000003")
    assert contact.isHidden()


@pytest.mark.parametrize(("days", "next_in", "shown"), [
    (0, None, True), (1, None, False), (1, 1, False), (1, 2, True), (1, 5, True)])
def test_an_old_result_counts_while_its_next_contact_is_to_come(vault, days, next_in, shown):
    at = datetime.combine(AS_OF - timedelta(days=days), time(12)).astimezone()
    made = vault.create_tasks([NewTask(
        "10000001", "a", "到期提醒", "大堂经理", "", AS_OF, 1.0, "r")], created_at=at)
    again = at.date() + timedelta(days=next_in) if next_in else None
    vault.record_result(made[0].id, Outcome(2, "", again), closed_at=at)
    assert bool(portrait_work.records_of(vault, "10000001", AS_OF).contact) is shown


def test_full_numbers_for_half_a_minute(qtbot, page, rest):
    head, overview = page.portrait.head, page.portrait.overview
    go_to(page, "10000001")
    rest()
    assert "138****1234" in words(overview.basics)
    qtbot.keyClick(page, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(1)
    assert head.name.text() == "单小明"
    assert {"13800001234", "110101199003070011", "10000001"} <= set(words(overview.basics))
    assert head.reveal.text() == "遮盖（30 秒）"
    for _second in range(REVEAL_SECONDS - 1):
        head._count_down()
    assert head.reveal.text() == "遮盖（1 秒）"
    head._count_down()
    qtbot.wait(1)
    assert head.name.text() == "单小明"
    assert "138****1234" in words(overview.basics)
    assert "13800001234" not in words(overview.basics)


def test_full_numbers_end_with_the_customer_and_the_page(qtbot, page):
    go_to(page, "10000001")
    qtbot.mouseClick(page.portrait.head.reveal, LEFT)
    go_to(page, "10000002")
    assert page.portrait.head.name.text() == "张三丰"
    assert "13900005678" not in words(page.portrait)
    qtbot.mouseClick(page.portrait.head.reveal, LEFT)
    page.hide()
    assert not page.portrait.head.revealed
    page.session.keep_settings(names_masked=True)
    assert page.portrait.head.name.text() == "张**"


def test_alt_arrows_walk_through_the_table(qtbot, page):
    alt = Qt.KeyboardModifier.AltModifier
    go_to(page, "10000002")
    qtbot.keyClick(page, Qt.Key.Key_Down, alt)
    assert page.portrait.facts.customer_id == "10000001"
    qtbot.mouseClick(page.portrait.next, LEFT)
    assert page.portrait.facts.customer_id == "10000003"
    qtbot.keyClick(page, Qt.Key.Key_Up, alt)
    qtbot.keyClick(page, Qt.Key.Key_Up, alt)
    qtbot.keyClick(page, Qt.Key.Key_Up, alt)  # the first one stays
    assert page.portrait.facts.customer_id == "10000002"


def test_only_the_last_customer_is_explained(page, rest):
    for customer_id in ("10000001", "10000003", "10000002"):
        go_to(page, customer_id)
    rest()
    assert page.portrait.factors._details.assessment.customer_id == "10000002"
    assert page.portrait._records.customer_id == "10000002"


def test_enter_gives_the_whole_page_and_escape_the_table(qtbot, page):
    go_to(page, "10000003")
    qtbot.keyClick(page.table.table, Qt.Key.Key_Return)
    qtbot.wait(1)
    assert page.is_wide
    assert all(pane.isVisible() for pane in page.portrait.panes)
    assert not page.portrait.tabs.isVisible()
    page.portrait.resize(600, 400)
    assert [pane.isVisible() for pane in page.portrait.panes] == [True, False, False]
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.is_wide
    assert page.table.isVisible()
    assert page.table.table.hasFocus() or not page.isActiveWindow()


def test_the_way_to_lobby_and_sheet(qtbot, page, heard):
    go_to(page, "10000003")
    qtbot.mouseClick(page.portrait.lobby, LEFT)
    assert heard[-1] == ("lobby", "10000003")
    qtbot.mouseClick(page.portrait.print, LEFT)
    assert heard[-1] == ("tasks", ["10000003"])


def test_tags_can_be_given_and_taken_back(qtbot, page, session, vault, rest):
    go_to(page, "10000003")
    rest()
    page.portrait.tabs.setCurrentIndex(2)
    records = page.portrait.records
    qtbot.keyClicks(records.tag, "VIP")
    qtbot.keyClick(records.tag, Qt.Key.Key_Return)
    qtbot.keyClicks(records.tag, "2026")
    qtbot.mouseClick(records.add_tag, LEFT)
    rest()
    assert vault.tags("10000003") == ("喜欢国债", "VIP", "2026")
    qtbot.waitUntil(lambda: [chip.text() for chip in records.tags.findChildren(RemovableChip)
                             if not chip.isHidden()] == ["喜欢国债", "VIP", "2026"])
    assert session.undo_stack.undoText() == "加标签“2026”"
    page.filters.bar.choose("tag", "own:VIP")
    assert shown(page) == ["10000003"]
    session.undo_stack.undo()
    session.undo_stack.undo()
    rest()
    assert vault.tags("10000003") == ("喜欢国债",)
    assert len(shown(page)) == 5  # the tag is no choice any more
    session.undo_stack.redo()
    rest()
    assert vault.tags("10000003") == ("喜欢国债", "VIP")


def test_a_tag_goes_with_a_click(qtbot, page, vault, rest):
    go_to(page, "10000003")
    rest()
    page.portrait.tabs.setCurrentIndex(2)
    qtbot.mouseClick(page.portrait.records.tags.findChild(RemovableChip), LEFT)
    rest()
    assert vault.tags("10000003") == ()
    assert page.portrait.records.no_tags.isVisible()


def test_remarks_stand_in_the_history(qtbot, page, vault, rest):
    go_to(page, "10000003")
    rest()
    page.portrait.tabs.setCurrentIndex(2)
    records = page.portrait.records
    assert not records.save.isEnabled()
    records.note.setPlainText("下周二再联系")
    qtbot.keyClick(records.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rest()
    assert [note.text for note in vault.notes("10000003")] == ["下周二再联系"]
    assert "下周二再联系" in words(records)
    assert records.note.toPlainText() == ""
    records.note.setPlainText("字" * 501)
    assert not records.save.isEnabled()


def test_half_typed_words_do_not_wander_to_another_customer(page, rest):
    go_to(page, "10000003")
    rest()
    page.portrait.records.note.setPlainText("只关于第三位")
    page.portrait.records.tag.setText("半个")
    go_to(page, "10000001")
    assert page.portrait.records.note.toPlainText() == ""
    assert page.portrait.records.tag.text() == ""
