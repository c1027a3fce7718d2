"""自建客群: built with real clicks, counted while one edits, kept, undone, shown, compared."""


import numpy as np
import pytest
from layout_audit import faults
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from branchseg.pipeline import ownsegments
from branchseg.store.records import OwnSegment
from ui.pages.segments import page as segments
from ui.pages.segments.own_groups import ConditionGroup
from ui.pages.segments.own_rows import KeptRow
from ui.pages.segments.page import TABS, SegmentsPage
from ui.session import CustomerList, FixedSegment

CUSTOMERS = 200
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def heard(session):
    found = {"went": [], "said": [], "changed": 0}
    session.segments_changed.connect(lambda: found.update(changed=found["changed"] + 1))
    session.navigate_requested.connect(lambda page, what: found["went"].append((page, what)))
    session.noticed.connect(lambda note: found["said"].append(note.text))
    return found


@pytest.fixture
def page(qtbot, session, store, customers, heard, monkeypatch):
    monkeypatch.setattr(segments, "GALLERY", ("status_funnel",))
    crashes = []
    session.crashed.connect(crashes.append)
    session.unlock(store, day=session.clock(), result=customers)
    made = SegmentsPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    made.activate()
    qtbot.mouseClick(made.tabs, LEFT, pos=made.tabs.tabRect(TABS.index("自建客群")).center())
    rest(qtbot, session, made)
    yield made
    assert not crashes


def rest(qtbot, session, page):
    qtbot.waitUntil(lambda: not session.jobs.busy and not page.own._pause.isActive()
                    and page.own._survey is not None)


@pytest.fixture
def own(page):
    return page.own


def type_in(line, words):
    """Chinese comes from an input method, not key by key."""
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(line, event)


def keep(qtbot, session, page, name):
    """Give a name and press 保存."""
    page.own.editor.name.selectAll()
    type_in(page.own.editor.name, name)
    qtbot.mouseClick(page.own.editor.save, LEFT)
    rest(qtbot, session, page)


def people(customers, tree, name=""):
    crowd = ownsegments.Crowd(customers, {})
    return ownsegments.member_ids(crowd, OwnSegment(name, tree))


ELDERLY = {"field": "age_years", "op": "ge", "value": 60.0}
WOMEN = {"field": "gender", "op": "in", "value": ["女"]}


def test_without_any_the_presets_are_offered_and_kept_as_they_are(
        qtbot, session, page, own, store, heard, customers):
    assert own.presets.isVisible()
    assert not own.editor.isVisible()
    assert not own.presets.buttons["active"].isEnabled()
    assert "近30天登录天数" in own.presets.lacking.text()
    qtbot.mouseClick(own.presets.buttons["elderly"], LEFT)
    rest(qtbot, session, page)
    wanted = people(customers, ELDERLY)
    assert own.editor.total.text().startswith(f"符合 {len(wanted)} 户 · 不符合 ")
    assert own.list.tree.topLevelItem(0).text(1) == "未保存"
    qtbot.mouseClick(own.editor.save, LEFT)
    rest(qtbot, session, page)
    (kept,) = store.own_segments()
    assert (kept.name, kept.tree) == ("老年（60 岁以上）", ELDERLY)
    assert heard["said"] == ["已保存客群“老年（60 岁以上）”。"]
    assert own.list.tree.topLevelItem(0).text(1) == str(len(wanted))
    assert not own.editor.save.isEnabled()


def test_a_segment_is_built_by_hand_and_counted_on_the_way(
        qtbot, session, page, own, store, customers):
    qtbot.mouseClick(own.presets.blank, LEFT)
    row = own.editor.group.parts[0]
    row.choose("age_years")
    box = row.value.boxes[0]
    box.selectAll()
    qtbot.keyClicks(box, "60")
    rest(qtbot, session, page)
    assert row.tally.text().startswith(f"{len(people(customers, ELDERLY))} 户")
    qtbot.mouseClick(own.editor.group.add_group, LEFT)
    inner = own.editor.group.parts[1]
    assert isinstance(inner, ConditionGroup)
    assert inner.mode.currentText() == "满足任一"
    inner.parts[0].choose("gender")
    women = next(one for one in inner.parts[0].value.menu.actions() if one.text() == "女")
    women.trigger()
    qtbot.mouseClick(inner.add_row, LEFT)
    inner.parts[1].choose("status")
    inner.parts[1].op_box.setCurrentIndex(1)
    next(one for one in inner.parts[1].value.menu.actions()
         if one.data() == "core").trigger()
    rest(qtbot, session, page)
    tree = {"all": [ELDERLY, {"any": [WOMEN, {"not": {
        "field": "status", "op": "in", "value": ["core"]}}]}]}
    wanted = people(customers, tree)
    assert own.editor.total.text().startswith(f"符合 {len(wanted)} 户")
    assert 0 < len(wanted) < len(people(customers, ELDERLY))
    keep(qtbot, session, page, "要回访的")
    assert store.own_segments()[0].tree == tree
    assert [point[0] for point in own.detail.quality.points] == [
        "大小", "资料", "区分", "稳定", "动作"]


def test_what_is_unfinished_is_left_out_and_nothing_is_kept_without_name_or_condition(
        qtbot, session, page, own, store, heard):
    qtbot.mouseClick(own.presets.blank, LEFT)
    rest(qtbot, session, page)
    assert own.editor.total.text() == "还没有选好条件。"
    qtbot.mouseClick(own.editor.save, LEFT)
    assert "名称" in heard["said"].pop()
    type_in(own.editor.name, "空的")
    qtbot.keyClick(own.editor.name, Qt.Key.Key_Return)
    assert "条件" in heard["said"].pop()
    rest(qtbot, session, page)
    assert store.own_segments() == []
    qtbot.mouseClick(own.editor.revert, LEFT)
    rest(qtbot, session, page)
    assert own.presets.isVisible()


@pytest.fixture
def two(qtbot, session, page, own, store):
    """Two kept segments; the second is in front."""
    for key in ("elderly", "women"):
        offered = {one.preset.key: one for one in own._survey.presets}
        own._new(offered[key])
        qtbot.mouseClick(own.editor.save, LEFT)
        rest(qtbot, session, page)
    return store.own_segments()


def test_rename_remove_and_undo(qtbot, session, page, own, two, store, heard):
    keep(qtbot, session, page, "女士")
    assert [one.name for one in store.own_segments()] == ["老年（60 岁以上）", "女士"]
    qtbot.mouseClick(own.editor.remove, LEFT)
    rest(qtbot, session, page)
    assert [one.name for one in store.own_segments()] == ["老年（60 岁以上）"]
    assert heard["said"][-1] == "已删除客群“女士”。"
    assert heard["changed"] == 4  # two kept, one renamed, one removed
    for names in (["老年（60 岁以上）", "女士"], ["老年（60 岁以上）", "女客户"]):
        session.undo_stack.undo()
        rest(qtbot, session, page)
        assert [one.name for one in store.own_segments()] == names
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert [one.name for one in store.own_segments()] == ["老年（60 岁以上）"]
    for _ in range(3):
        session.undo_stack.redo()
        rest(qtbot, session, page)
    assert [one.id for one in store.own_segments()] == [two[0].id]


def test_a_name_taken_is_said_and_the_edit_stays(qtbot, session, page, own, two, store, heard):
    keep(qtbot, session, page, "老年（60 岁以上）")
    assert heard["said"][-1] == "已经有一个同名的客群，没有保存。请换一个名称。"
    assert store.own_segments() == two
    assert own.editor.name.text() == "老年（60 岁以上）"
    assert own.editor.save.isEnabled()
    assert session.undo_stack.undoText() == "保存客群“女客户”"


def test_an_edit_waits_while_another_segment_is_looked_at(qtbot, session, page, own, two):
    type_in(own.editor.name, "们")
    tree = own.list.tree
    qtbot.mouseClick(tree.viewport(), LEFT, pos=tree.visualItemRect(tree.topLevelItem(0)).center())
    rest(qtbot, session, page)
    assert own.editor.name.text() == "老年（60 岁以上）"
    assert not own.editor.save.isEnabled()
    assert tree.topLevelItem(1).text(1) == "未保存"
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    rest(qtbot, session, page)
    assert own.editor.name.text() == "女客户们"
    qtbot.mouseClick(own.editor.revert, LEFT)
    rest(qtbot, session, page)
    assert own.editor.name.text() == "女客户"
    assert own.drafts == {}


def test_a_second_new_one_does_not_wipe_out_the_first(qtbot, session, page, own, two, heard):
    presets = {one.preset.key: one for one in own._survey.presets}
    own._new(presets["young"])
    rest(qtbot, session, page)
    own._new(presets["men"])
    rest(qtbot, session, page)
    assert own.editor.name.text() == "青年（不到 45 岁）"
    assert heard["said"][-1] == "请先保存或放弃正在新建的客群。"


def test_what_is_new_outlives_a_fixed_list_made_of_it_and_its_undo(
        qtbot, session, page, own, store):
    qtbot.mouseClick(own.presets.buttons["women"], LEFT)
    own.editor.name.clear()
    type_in(own.editor.name, "新的")
    qtbot.mouseClick(own.editor.fix, LEFT)
    rest(qtbot, session, page)
    assert [one.name for one in store.own_segments()] == ["新的（2026-10-31 固定）"]
    assert own.drafts[None].name == "新的"
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert store.own_segments() == []
    assert own.editor.name.text() == "新的"
    qtbot.mouseClick(own.editor.save, LEFT)
    rest(qtbot, session, page)
    assert own.drafts == {}
    assert [one.tree for one in store.own_segments()] == [WOMEN]


def test_an_edit_outlives_a_lock(qtbot, session, page, own, two):
    type_in(own.editor.name, "们")
    kept = page.keep()
    later = SegmentsPage(session)
    qtbot.addWidget(later)
    later.resize(1130, 640)
    later.show()
    later.activate()
    later.resume(kept)
    rest(qtbot, session, later)
    assert later.tabs.currentIndex() == TABS.index("自建客群")
    assert later.own.editor.name.text() == "女客户们"
    assert later.own.editor.save.isEnabled()
    qtbot.mouseClick(own.editor.revert, LEFT)
    assert page.keep() is None
    rest(qtbot, session, page)


def test_customers_are_shown_and_a_fixed_list_keeps_them(
        qtbot, session, page, own, two, store, customers, heard):
    women = people(customers, WOMEN)
    qtbot.mouseClick(own.editor.people, LEFT)
    rest(qtbot, session, page)
    assert heard["went"].pop() == ("customers", CustomerList("女客户", women))
    qtbot.mouseClick(own.editor.fix, LEFT)
    rest(qtbot, session, page)
    fixed = store.own_segments()[-1]
    assert (fixed.name, fixed.tree, fixed.members) == ("女客户（2026-10-31 固定）", None, women)
    here = f"{len(women)} 户"
    assert own.editor.fixed.text() == (
        f"固定名单：共 {here}，其中 {here}在现在的客户里。名单不随条件变化。")
    assert own.editor.group is None
    assert not own.editor.fix.isVisible()
    qtbot.mouseClick(own.editor.people, LEFT)
    rest(qtbot, session, page)
    assert heard["went"].pop()[1].ids == women


@pytest.mark.parametrize("seen", [True, False])
def test_ticked_customers_become_a_fixed_list(qtbot, session, page, store, customers, seen):
    """Whether the tab has been looked at before or not."""
    if not seen:
        page = SegmentsPage(session)
        qtbot.addWidget(page)
        page.resize(1130, 640)
        page.show()
    ids = customers.table.ids_at([5, 2, 9])
    page.activate(FixedSegment(ids))
    rest(qtbot, session, page)
    assert page.own.editor.fixed.text() == "固定名单：共 3 户。名单不随条件变化。"
    keep(qtbot, session, page, "周六沙龙")
    (kept,) = store.own_segments()
    assert (kept.name, kept.tree, kept.members) == ("周六沙龙", None, ids)
    assert "其中 3 户在现在的客户里" in page.own.editor.fixed.text()


def test_binding_an_action_ends_the_warning(qtbot, session, page, own, two, store, ruleset):
    assert own.detail.quality.points[-1] == ("动作", "warn", "有分群无动作")
    own.editor.action.setFocus()
    qtbot.keyClick(own.editor.action, Qt.Key.Key_Down)
    rest(qtbot, session, page)
    assert own.detail.quality.points[-1] == ("动作", "neutral", "已绑定")
    qtbot.mouseClick(own.editor.save, LEFT)
    rest(qtbot, session, page)
    assert store.own_segments()[1].action == next(iter(ruleset.actions.labels))


def test_two_are_compared_and_every_figure_leads_to_its_customers(
        qtbot, session, page, own, two, customers, heard):
    own.detail.overlap.box.setFocus()
    qtbot.keyClick(own.detail.overlap.box, Qt.Key.Key_Down)
    rest(qtbot, session, page)
    women, old = (set(people(customers, tree)) for tree in (WOMEN, ELDERLY))
    groups = {"两边都在": women & old, "只在“女客户”": women - old,
              "只在“老年（60 岁以上）”": old - women}
    for made, (title, wanted) in zip(own.detail.overlap.buttons, groups.items(), strict=True):
        assert made.text() == f"{title} {len(wanted)} 户"
        qtbot.mouseClick(made, LEFT)
        went, shown = heard["went"].pop()
        assert (went, shown.title, set(shown.ids)) == ("customers", title, wanted)
    assert own.detail.overlap.sentences.text()


def test_rules_no_longer_know_a_condition(qtbot, session, page, own, store):
    bad = OwnSegment("旧的", {"all": [ELDERLY, {"field": "没有了", "op": "ge", "value": 1}]})
    store.keep_own_segment(bad, at=session_now())
    own.refresh(with_invalid=False)
    rest(qtbot, session, page)
    assert own.list.tree.topLevelItem(0).text(1) == "不能用"
    kept = own.editor.group.parts[1]
    assert isinstance(kept, KeptRow)
    assert "没有了" in kept.tally.text()
    qtbot.mouseClick(kept.remove, LEFT)
    rest(qtbot, session, page)
    qtbot.mouseClick(own.editor.save, LEFT)
    rest(qtbot, session, page)
    assert store.own_segments()[0].tree == ELDERLY


def session_now():
    from datetime import UTC, datetime
    return datetime(2026, 11, 1, tzinfo=UTC)


TREES = [
    ELDERLY, {"not": WOMEN}, {"any": [ELDERLY, WOMEN]},
    {"not": {"any": [ELDERLY, {"all": [WOMEN, {"field": "aum", "op": "between",
                                               "value": [0.0, 5e4]}]}]}},
    {"any_known": [{"field": "payroll", "op": "is_true"}, {"field": "wealth", "op": "known"}]},
    {"field": "aum", "op": "ge", "value": 5e4, "partial": "aum_partial"},
    {"field": "manager", "op": "contains", "value": ["王", "李"]},
    {"not": {"any": [{"field": "age_years", "op": "gt", "value": 30.0}]}},
    {"field": "demand_share", "op": "ge", "value": 0.55},
]


def test_what_is_shown_is_what_was_kept(own):
    for tree in TREES:
        group = ConditionGroup(own._survey.offers)
        group.read(tree)
        assert group.table() == tree
        group.deleteLater()


def test_the_tab_key_goes_through_all_as_it_is_read(qtbot, session, page, own):
    qtbot.mouseClick(own.presets.buttons["middle_aged"], LEFT)
    qtbot.mouseClick(own.editor.group.add_group, LEFT)
    own.editor.group.parts[2].parts[0].choose("gender")
    editor, group = own.editor, own.editor.group
    inner = group.parts[2]
    wanted = [editor.name, editor.action, group.mode, group.add_row, group.add_group]
    for row in group.parts[:2]:
        wanted += [row.field_box, row.op_box, row.value.boxes[0], row.remove]
    choice = inner.parts[0]
    wanted += [inner.mode, inner.add_row, inner.add_group, inner.remove, choice.field_box,
               choice.op_box, choice.value.button, choice.remove, editor.save, editor.revert]
    met, one = [], editor.name
    while len(met) < len(wanted):
        if one in wanted:
            met.append(one)
        one = one.nextInFocusChain()
    assert met == wanted


def test_another_field_begins_without_a_value_and_another_operator_keeps_it(
        qtbot, session, page, own):
    qtbot.mouseClick(own.presets.buttons["women"], LEFT)
    row = own.editor.group.parts[0]
    row.op_box.setCurrentIndex(1)
    assert row.table() == {"not": WOMEN}
    row.choose("manager")
    assert row.table() is None
    assert "女" not in [action.text() for action in row.value.menu.actions()]
    row.choose("age_years")
    row.value.boxes[0].setValue(60)
    row.op_box.setCurrentIndex([one.op for one in row._choices].index("between"))
    assert row.table() == {"field": "age_years", "op": "between", "value": [60.0, 60.0]}
    row.choose("status")
    assert {one.op for one in row._choices} == {"in", "known", "missing"}


def test_the_wheel_over_a_choice_scrolls_the_page(qtbot, session, page, own):
    qtbot.mouseClick(own.presets.blank, LEFT)
    box = own.editor.group.parts[0].field_box
    event = QWheelEvent(box.rect().center().toPointF(), box.mapToGlobal(QPoint(3, 3)).toPointF(),
                        QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    box.wheelEvent(event)
    assert not event.isAccepted()
    assert box.currentIndex() == 0


def test_other_customers_are_counted_anew(qtbot, session, page, own, two, customers):
    page.with_invalid.setChecked(True)
    rest(qtbot, session, page)
    crowd = ownsegments.Crowd(customers, {}, with_invalid=True)
    wanted = int(np.count_nonzero(ownsegments.members(crowd, two[1])))
    assert own.list.tree.topLevelItem(1).text(1) == str(wanted)


def test_a_tag_given_meanwhile_can_be_chosen(qtbot, session, page, own, store, customers):
    someone = customers.table.frame["customer_id"].iloc[3]
    store.set_tags(someone, ["爱跑步"], at=session_now())
    session.customer_changed.emit(someone)
    rest(qtbot, session, page)
    qtbot.mouseClick(own.presets.blank, LEFT)
    row = own.editor.group.parts[0]
    row.choose("tag_:爱跑步")
    rest(qtbot, session, page)
    assert row.op_box.currentText() == "有"
    assert row.tally.text() == "1 户"


@pytest.mark.parametrize("size", [(1130, 640), (790, 400)])
def test_nothing_is_cut_off(qtbot, session, page, own, two, size):
    page.resize(*size)
    qtbot.mouseClick(own.editor.group.add_group, LEFT)
    inner = own.editor.group.parts[-1].parts[0]
    inner.choose("tier")
    for action in inner.value.menu.actions():
        action.trigger()
    own.detail.overlap.box.setCurrentIndex(1)
    rest(qtbot, session, page)
    assert faults(page) == []
    area = page._overview
    assert area.widget().width() == area.viewport().width()
