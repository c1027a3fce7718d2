"""The segments page: clicks on charts, cards and rows lead to exactly their customers."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from branchseg import analytics
from branchseg.model.table import CustomerTable
from ui import style
from ui.pages.segments import page as segments
from ui.pages.segments.page import TABS, SegmentsPage
from ui.session import CustomerList
from ui.widgets.chart_view import describe

CUSTOMERS = 300
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def notes(session):
    heard = []
    session.noticed.connect(lambda note: heard.append((note.kind, note.text)))
    return heard


@pytest.fixture
def few(monkeypatch):
    """A gallery of two charts, which is drawn sooner."""
    monkeypatch.setattr(segments, "GALLERY", ("status_funnel", "tier_pyramid"))


@pytest.fixture
def page(qtbot, few, session, customers, went):
    """The page with two charts."""
    yield from opened(qtbot, session, customers)


@pytest.fixture
def full_page(qtbot, session, customers, went):
    """The page with all charts."""
    yield from opened(qtbot, session, customers)


def opened(qtbot, session, customers):
    """A page on the screen; nothing may crash while it is used."""
    crashes = []
    session.crashed.connect(crashes.append)
    session.set_result(customers)
    made = SegmentsPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    made.activate()
    idle(qtbot, session, made)
    yield made
    assert not crashes


def idle(qtbot, session, page):
    """Wait until everything is drawn at its final size."""
    cards = [*page.charts, page.large]
    qtbot.waitUntil(lambda: not session.jobs.busy and all(
        not card.view.isVisible() or not card.busy for card in cards))


def count(result, status):
    return int((result.results["status"] == status).sum())


def card_of(page, key):
    return next(card for card in page.charts if card.key == key)


# --- charts ---

def ids_where(result, mask):
    return result.table.ids_at(mask.to_numpy().nonzero()[0])


def test_a_click_on_any_mark_of_any_chart_asks_for_exactly_its_customers(
        qtbot, full_page, went, customers):
    assert [card.key for card in full_page.charts] == [
        "status_funnel", "tier_pyramid", "pareto", "aum_histogram", "grade_tier_heatmap",
        "age_tier", "rfm_heatmap", "maturities"]
    for card in full_page.charts:
        view = card.view
        assert len(view.marks) >= 4
        for mark in view.marks:
            place = view.place_of(mark)
            hit = view.mark_at(place)  # words may lie over a bar: then they are what is clicked
            qtbot.mouseClick(view, LEFT, pos=place.toPoint())
            went_to, argument = went.pop()
            assert went_to == "customers"
            assert argument == CustomerList(hit.title, customers.table.ids_at(hit.positions))
            assert len(argument.ids) > 0
    assert not went


def test_the_positions_are_those_of_the_whole_table(qtbot, page, went, customers):
    view = card_of(page, "tier_pyramid").view
    tiers, status = customers.results["tier"], customers.results["status"]
    mark = next(mark for mark in view.marks if mark.gid == "tier:mass")
    qtbot.mouseClick(view, LEFT, pos=view.place_of(mark).toPoint())
    wanted = (tiers == "mass") & (status != "invalid")
    assert went[0][1].ids == ids_where(customers, wanted)


def test_the_funnel_always_shows_the_invalid(page, customers):
    marks = card_of(page, "status_funnel").view.marks
    invalid = next(mark for mark in marks if mark.gid == "status:invalid")
    assert len(invalid.positions) == count(customers, "invalid") > 0


def test_a_click_beside_all_marks_does_nothing(qtbot, page, went):
    view = card_of(page, "tier_pyramid").view
    assert view.mark_at(QPointF(2, 2)) is None
    qtbot.mouseClick(view, LEFT, pos=QPoint(2, 2))
    assert not went


def test_the_mouse_over_a_mark_says_how_many(qtbot, page):
    view = card_of(page, "tier_pyramid").view
    mark = view.marks[0]
    qtbot.mouseMove(view, view.place_of(mark).toPoint())
    assert view.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert describe(mark) == f"{mark.title}\n{len(mark.positions):,} 户，点击查看"
    qtbot.mouseMove(view, QPoint(1, 1))
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_marks_can_be_reached_with_the_keyboard(qtbot, page, went):
    view = card_of(page, "tier_pyramid").view
    view.setFocus()
    first, second = view.marks[:2]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(view, key)
    assert went.pop()[1].title == second.title
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Enter):
        qtbot.keyClick(view, key)
    assert went.pop()[1].title == first.title


def test_drawings_follow_the_size(qtbot, page):
    before = page.charts[0].view.pixels
    page.resize(1000, 640)
    qtbot.waitUntil(lambda: page.charts[0]._drawer._drawn.pixels != before)
    idle(qtbot, page.session, page)
    assert page.charts[0]._drawer._drawn.pixels == page.charts[0].view.pixels != before


def test_narrow_windows_have_one_chart_a_row(qtbot, page):
    assert page.charts[0].y() == page.charts[1].y()
    page.resize(800, 640)
    qtbot.waitUntil(lambda: page.charts[0].y() < page.charts[1].y())


def test_another_theme_draws_the_charts_anew(qtbot, page):
    pixel = page.charts[0].view._image.pixelColor(2, 2).name().upper()
    assert pixel == style.LIGHT.surface
    style.apply("dark", 1.0)
    idle(qtbot, page.session, page)
    assert page.charts[0].view._image.pixelColor(2, 2).name().upper() == style.DARK.surface


def test_a_picture_of_other_customers_leads_nowhere(qtbot, page, went, customers):
    view = card_of(page, "tier_pyramid").view
    place = view.place_of(view.marks[0]).toPoint()
    fewer = customers.table.frame.iloc[1:].reset_index(drop=True)
    page.session.set_result(replace(
        customers, prepared=replace(customers.prepared, table=CustomerTable(
            fewer, customers.table.as_of)),
        results=customers.results.iloc[1:].reset_index(drop=True)))
    qtbot.mouseClick(view, LEFT, pos=place)
    assert not went
    idle(qtbot, page.session, page)
    mark = view.marks[0]
    qtbot.mouseClick(view, LEFT, pos=view.place_of(mark).toPoint())
    assert went.pop()[1].ids == page.session.result.table.ids_at(mark.positions)


# --- enlarged ---

def test_a_chart_can_be_enlarged_and_clicked_there(qtbot, page, went, customers):
    qtbot.mouseClick(card_of(page, "tier_pyramid").enlarge_button, LEFT)
    idle(qtbot, page.session, page)
    assert page.large.isVisible()
    assert page.large.key == "tier_pyramid"
    assert page.large.view.width() > page.charts[0].view.width()
    mark = page.large.view.marks[0]
    qtbot.mouseClick(page.large.view, LEFT, pos=page.large.view.place_of(mark).toPoint())
    assert went.pop()[1].ids == customers.table.ids_at(mark.positions)
    qtbot.mouseClick(page.next, LEFT)
    assert page.large.key == "status_funnel"
    qtbot.mouseClick(page.previous, LEFT)
    assert page.large.key == "tier_pyramid"
    qtbot.keyClick(page.large.view, Qt.Key.Key_Escape)
    assert not page.large.isVisible()


def test_a_double_click_beside_the_marks_enlarges(qtbot, page):
    qtbot.mouseDClick(card_of(page, "tier_pyramid").view, LEFT, pos=QPoint(2, 2))
    assert page.large.isVisible()
    assert page.large.key == "tier_pyramid"


# --- pictures ---

def test_a_picture_can_be_copied(qtbot, page, notes):
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(page.charts[1].copy_button, LEFT)
    idle(qtbot, page.session, page)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (1800, 1040)
    assert notes == [("ok", "已复制“价值层级：客户数与资产”，可以粘贴到文档里。")]


def test_a_picture_can_be_saved(qtbot, page, notes, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (
        asked.append(given[2]), (str(tmp_path / "图"), ""))[1])
    qtbot.mouseClick(page.charts[0].save_button, LEFT)
    idle(qtbot, page.session, page)
    assert asked == ["客户状态漏斗-20261031.png"]
    assert QImage(str(tmp_path / "图.png")).width() == 1800
    assert notes == [("ok", "已保存为“图.png”。")]


def test_a_picture_that_cannot_be_saved_is_no_crash(qtbot, page, notes, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName",
                        lambda *_: (str(tmp_path / "没有" / "图.png"), ""))
    qtbot.mouseClick(page.charts[0].save_button, LEFT)
    idle(qtbot, page.session, page)
    assert [kind for kind, _ in notes] == ["error"]
    assert "“图.png”没有保存" in notes[0][1]


# --- figures ---

def test_figures_lead_to_their_customers(qtbot, page, went, customers):
    groups = {
        "effective": {"core", "potential"}, "dormant": {"dormant"}, "unverified": {"unverified"},
        "everybody": {"core", "potential", "dormant", "unverified", "invalid"},
    }
    for card, status in groups.items():
        wanted = ids_where(customers, customers.results["status"].isin(status))
        assert page.figures.cards[card].accessibleName().split()[1] == f"{len(wanted):,}"
        qtbot.mouseClick(page.figures.cards[card], LEFT)
        assert went.pop()[1].ids == wanted


def test_the_top_fifth_is_measured_not_assumed(qtbot, page, went, customers):
    kept = customers.results[customers.results["status"] != "invalid"]
    aum = kept["aum"].dropna().clip(lower=0).sort_values(ascending=False)
    richest = -(-len(aum) // 5)
    share = aum.iloc[:richest].sum() / aum.sum()
    assert f"{share:.1%}" in page.figures.cards["top"].accessibleName()
    qtbot.mouseClick(page.figures.cards["top"], LEFT)
    ids = went[0][1].ids
    assert len(ids) == richest
    top = customers.table.frame["customer_id"].isin(ids)
    assert customers.results["aum"][top].min() == aum.iloc[richest - 1]


# --- segments ---

def test_a_click_on_a_segment_leads_to_its_customers(qtbot, page, went, customers):
    page.tabs.setCurrentIndex(1)
    assert not page.charts[0].isVisible()
    table, model = page.segments.table, page.segments.model
    row = next(row for row in range(model.rowCount())
               if model.index(row, 0).data() == "银发客户")
    qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(model.index(row, 1)).center())
    wanted = ids_where(customers, customers.results["segment"] == "senior")
    assert went == [("customers", CustomerList("银发客户", wanted))]
    assert model.index(row, 1).data() == str(len(wanted))
    assert model.index(row, 6).data() == "银发关怀"


def test_the_classes_of_rfm_lead_to_their_customers_and_say_how_they_were_scored(
        qtbot, page, went, customers):
    qtbot.mouseClick(page.tabs, LEFT, pos=page.tabs.tabRect(TABS.index("RFM")).center())
    assert not page.charts[0].isVisible()
    assert not page.segments.isVisible()
    table, model = page.classes.table, page.classes.model
    qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(model.index(0, 1)).center())
    key, label = next((key, label) for key, label in analytics.rfm_labels().items()
                      if (customers.results["rfm"] == key).any())
    wanted = ids_where(customers, customers.results["rfm"] == key)
    assert went == [("customers", CustomerList(label, wanted))]
    assert page.classes._hint == analytics.rfm_method(customers.results)


def test_a_segment_without_action_says_so(qtbot, page, customers):
    segments = customers.ruleset.segments
    idle_one = replace(segments.segments[-1], actions=())
    bare = replace(segments, segments=(*segments.segments[:-1], idle_one))
    page.session.set_result(replace(customers, ruleset=replace(customers.ruleset, segments=bare)))
    idle(qtbot, page.session, page)
    model = page.segments.model
    assert model.index(model.rowCount() - 1, 6).data() == "有分群无动作"


def test_invalid_customers_come_in_when_wanted(qtbot, page, customers):
    def names():
        model = page.segments.model
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def drawn():
        return sum(len(mark.positions) for mark in card_of(page, "tier_pyramid").view.marks)

    invalid = count(customers, "invalid")
    assert "无效客户" not in names()
    assert drawn() == len(customers.table) - invalid
    qtbot.mouseClick(page.with_invalid, LEFT, pos=QPoint(10, page.with_invalid.height() // 2))
    idle(qtbot, page.session, page)
    assert "无效客户" in names()
    assert drawn() == len(customers.table)


# --- results come and go ---

def test_without_customers_the_page_leads_to_the_import(qtbot, few, session, went):
    page = SegmentsPage(session)
    qtbot.addWidget(page)
    page.show()
    page.activate()
    assert not page.figures.isVisible()
    qtbot.mouseClick(page._empty.findChild(type(page.back)), LEFT)
    assert went == [("imports", None)]


def test_another_result_drops_what_was_on_its_way(qtbot, page, customers):
    other = replace(customers, results=customers.results.assign(tier="vip"))
    page.session.set_result(customers)
    page.session.set_result(other)
    idle(qtbot, page.session, page)
    marks = card_of(page, "tier_pyramid").view.marks
    assert [mark.gid for mark in marks] == ["tier:vip"]


def test_a_hidden_page_waits_until_it_is_shown(qtbot, page, customers):
    page.hide()
    page.session.set_result(replace(customers))
    assert not page.session.jobs.busy
    page.show()
    page.activate()
    assert page.session.jobs.busy
    idle(qtbot, page.session, page)


def test_who_is_not_on_the_newest_list_is_said_beside_the_totals(qtbot, page, customers, went):
    assert page.behind.isHidden()
    results = customers.results.copy()
    kept = [place for place, status in enumerate(results["status"]) if status != "invalid"][:3]
    days = results["days_behind_list"].astype("float64").fillna(0.0)
    days.iloc[kept] = 20.0
    page.session.set_result(replace(customers, results=results.assign(days_behind_list=days)))
    qtbot.waitUntil(lambda: not page.behind.isHidden())
    assert page.behind.button.text() == "其中 3 户资料早于最新名单"
    qtbot.mouseClick(page.behind.button, LEFT)
    assert went[-1] == ("customers", CustomerList(
        "资料早于最新名单", customers.table.ids_at(kept)))
