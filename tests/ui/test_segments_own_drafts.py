"""Own segments that are edited and not kept yet: no step of another one throws them away."""

# ruff: noqa: F401, F811 - fixtures

import pytest
from test_segments_own import (
    CUSTOMERS,
    LEFT,
    heard,
    keep,
    own,
    page,
    rest,
    session_now,
    two,
    type_in,
)

from branchseg.model.issues import IssueLog
from branchseg.store.records import OwnSegment
from ui.pages.segments import own_work
from ui.pages.segments.own_drafts import Drafts


def new(own, key):
    own._new(next(one for one in own._survey.presets if one.preset.key == key))


def choose(qtbot, session, page, place):
    tree = page.own.list.tree
    qtbot.mouseClick(tree.viewport(), LEFT,
                     pos=tree.visualItemRect(tree.topLevelItem(place)).center())
    rest(qtbot, session, page)


def names(store):
    return [one.name for one in store.own_segments()]


@pytest.fixture
def slow(own, monkeypatch):
    """What is kept is not counted anew before the test says so."""
    look, asked = own._look, []
    monkeypatch.setattr(own, "_look", lambda: asked.append(1))
    return look


def test_a_new_one_outlives_steps_of_others(qtbot, session, page, own, two, store):
    new(own, "men")
    rest(qtbot, session, page)
    draft = own.drafts[None]
    for step, kept in ((session.undo_stack.undo, 1), (session.undo_stack.redo, 2)):
        step()
        rest(qtbot, session, page)
        assert len(store.own_segments()) == kept
        assert own.drafts == {None: draft}
        assert own.editor.name.text() == "男客户"
    qtbot.mouseClick(own.editor.save, LEFT)
    rest(qtbot, session, page)
    assert names(store)[-1] == "男客户"
    assert own.drafts == {}


def test_an_edit_outlives_the_end_of_another(qtbot, session, page, own, two):
    choose(qtbot, session, page, 0)
    type_in(own.editor.name, "们")
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert own.current == two[0].id
    assert own.editor.name.text() == two[0].name + "们"
    assert list(own.drafts) == [two[0].id]


def test_a_removed_one_leaves_no_draft(qtbot, session, page, own, two):
    type_in(own.editor.name, "们")
    choose(qtbot, session, page, 0)
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert own.drafts == {}
    assert own.list.tree.topLevelItemCount() == 1


def test_conditions_stay_after_their_customers_became_a_list(qtbot, session, page, own, store):
    new(own, "elderly")
    rest(qtbot, session, page)
    draft = own.drafts[None]
    qtbot.mouseClick(own.editor.fix, LEFT)
    rest(qtbot, session, page)
    assert names(store) == ["老年（60 岁以上）（2026-10-31 固定）"]
    assert own.drafts == {None: draft}
    assert own.editor.group is not None
    assert own.list.tree.topLevelItemCount() == 2


def test_saved_again_before_it_is_counted_it_is_one(
        qtbot, session, page, own, store, slow):
    new(own, "elderly")
    qtbot.mouseClick(own.editor.save, LEFT)
    rest(qtbot, session, page)
    (first,) = store.own_segments()
    assert own.drafts == {}
    assert not own.editor.save.isEnabled()
    assert own.editor.remove.isVisible()
    type_in(own.editor.name, "们")
    qtbot.mouseClick(own.editor.save, LEFT)
    rest(qtbot, session, page)
    assert names(store) == [first.name + "们"]
    slow()
    rest(qtbot, session, page)
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert store.own_segments() == [first]


@pytest.mark.parametrize("before", [False, True])
def test_what_is_typed_while_it_is_being_saved_stays(
        qtbot, session, page, own, store, before):
    """A new one, and one that has been kept before."""
    new(own, "elderly")
    if before:
        qtbot.mouseClick(own.editor.save, LEFT)
        rest(qtbot, session, page)
        type_in(own.editor.name, "甲")
    sent = own.editor.name.text()
    qtbot.mouseClick(own.editor.save, LEFT)
    type_in(own.editor.name, "乙")
    edit = own.editor.name
    edit.setCursorPosition(1)
    rest(qtbot, session, page)
    (kept,) = store.own_segments()
    assert kept.name == sent
    assert own.current == kept.id
    assert own.drafts == {kept.id: OwnSegment(sent + "乙", kept.tree, id=kept.id)}
    assert (edit.text(), edit.cursorPosition()) == (sent + "乙", 1)
    qtbot.mouseClick(own.editor.save, LEFT)
    rest(qtbot, session, page)
    assert names(store) == [sent + "乙"]
    assert own.drafts == {}


def test_a_half_chosen_condition_stays_while_others_change(qtbot, session, page, own, two):
    qtbot.mouseClick(own.editor.group.add_row, LEFT)
    row = own.editor.group.parts[1]
    row.choose("age_years")
    type_in(own.editor.name, "们")
    own._look()
    rest(qtbot, session, page)
    assert own.editor.group.parts[1] is row


def test_after_undo_the_segment_is_shown_as_it_is_kept(qtbot, session, page, own, two):
    keep(qtbot, session, page, "女士")
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert own.editor.name.text() == "女客户"
    assert own.drafts == {}
    assert not own.editor.save.isEnabled()


def test_a_failed_save_is_not_taken_for_the_next_step(
        qtbot, session, page, own, two, store):
    new(own, "elderly")
    qtbot.mouseClick(own.editor.save, LEFT)  # there is one of this name
    rest(qtbot, session, page)
    draft = own.drafts[None]
    session.undo_stack.undo()
    rest(qtbot, session, page)
    session.undo_stack.redo()
    rest(qtbot, session, page)
    assert own.drafts == {None: draft}
    assert names(store) == [one.name for one in two]


def test_a_removal_undone_does_not_lose_where_members_come_from(store, customers):
    """Two ids are one person meanwhile, and two again."""
    one, other = customers.table.ids_at([3, 4])
    store.save_batch(
        customers.table, imported_at=session_now(), ruleset_id="r", sources=[], rows_read=0,
        rows_used=0, issues=IssueLog(), summary={})
    fixed = own_work.put(store, None, OwnSegment("沙龙", None, (one,)))
    store.link(one, other)
    (united,) = store.own_segments()
    assert united.members == (other,)
    own_work.put(store, united, None)
    own_work.put(store, None, united)
    store.unlink(one, other)
    assert store.own_segments() == [fixed]


def test_another_new_one_begun_while_the_first_is_saved_is_not_a_change_of_it():
    """The first was given up in the meantime."""
    drafts, sent = Drafts(), OwnSegment("甲", None, ("A",))
    drafts[None] = drafts.sent = sent
    drafts.give_up()
    drafts[None] = other = OwnSegment("乙", {})
    drafts.follow(None, OwnSegment("甲", None, ("A",), id=3))
    assert drafts == {None: other}
    assert drafts.current is None
