"""One person under two ids: united where proven, proposed where likely, undone whole."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import DAY, NOON, later, save, table_of

from branchseg.model.identifiers import made_up
from branchseg.model.outcomes import outcomes
from branchseg.model.results import Observation
from branchseg.model.table import SOURCE_ROWS
from branchseg.store.records import NewTask, Outcome, Proof, Proposal
from branchseg.store.schema import LINKS

ID = "11010519491231002X"
NOBODY = made_up(f"ID|{ID}", b"secret")
SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)


def listed(vault, customer_id, name="张三", number=ID, as_of=OCTOBER, **values):
    return save(vault, table_of([{"customer_id": customer_id, "name": name, "id_number": number,
                                  "mobile": "13800138000", **values}], as_of))


def frame_of(vault):
    table = vault.current_table()
    return None if table is None else table.frame


def ids(vault):
    frame = frame_of(vault)
    return [] if frame is None else frame["customer_id"].tolist()


def work(vault, customer_id):
    """A piece of every kind of work."""
    vault.add_observation(Observation(customer_id, DAY, "李", "厅堂", ("a",)), created_at=NOON)
    vault.set_tags(customer_id, ["有房"], at=NOON)
    vault.add_note(customer_id, "喜欢存单", created_at=NOON)
    (task,) = vault.create_tasks([NewTask(customer_id, "a", "主题", "经理", "王", DAY, 1.0, "r")],
                                 created_at=NOON)
    return task


def worked(vault, customer_id):
    return (len(vault.observations(customer_id)), len(vault.tags(customer_id)),
            len(vault.notes(customer_id)), len(vault.tasks(customer_id=customer_id)))


def test_a_valid_id_number_unites_a_made_up_id_with_the_bank_s(vault):
    listed(vault, NOBODY, as_of=SEPTEMBER, loan=7.0)
    work(vault, NOBODY)
    assert ids(vault) == [NOBODY]
    before = frame_of(vault)
    batch = listed(vault, "A")
    assert ids(vault) == ["A"]
    assert frame_of(vault)["loan"].tolist() == [7.0]
    assert (worked(vault, "A"), worked(vault, NOBODY)) == ((1, 1, 1, 1), (0, 0, 0, 0))
    vault.undo_batch(batch, undone_at=NOON)
    pd.testing.assert_frame_equal(frame_of(vault), before)
    assert (worked(vault, "A"), worked(vault, NOBODY)) == ((0, 0, 0, 0), (1, 1, 1, 1))
    vault.redo_batch(batch)
    assert ids(vault) == ["A"]
    assert worked(vault, "A") == (1, 1, 1, 1)


@pytest.mark.parametrize(("number", "name"), [
    (ID, "李四"), ("110105194912310021", "张三"), ("1101**********002X", "张三")])
def test_nothing_less_than_a_valid_number_and_name_unites(vault, number, name):
    listed(vault, made_up(f"ID|{number}", b"secret"), number=number, as_of=SEPTEMBER)
    listed(vault, "A", number=number, name=name)
    assert len(ids(vault)) == 2


def test_two_customers_with_one_number_are_for_a_person_to_decide(vault):
    listed(vault, NOBODY, as_of=SEPTEMBER)
    save(vault, table_of([{"customer_id": who, "name": "张三", "id_number": ID} for who in "AB"]))
    assert ids(vault) == [NOBODY, "A", "B"]
    assert vault.proposals() == [Proposal(NOBODY, ("A", "B"), Proof.ID_NUMBER)]
    vault.link(NOBODY, "B")
    assert ids(vault) == ["B", "A"]
    assert vault.proposals() == []
    vault.unlink(NOBODY, "B")
    assert ids(vault) == [NOBODY, "A", "B"]
    assert vault.proposals() == [Proposal(NOBODY, ("A", "B"), Proof.ID_NUMBER)]


def met(vault, **values):
    return vault.add_walk_in({"name": "张三", **values}, seen_on=DAY, created_at=NOON)


@pytest.mark.parametrize(("values", "proof"), [
    ({"mobile": "13800138000"}, Proof.PHONE), ({"id_number": ID}, Proof.ID_NUMBER),
    ({"mobile": "8000"}, Proof.PHONE_END), ({"mobile": "8001"}, None),
    ({"mobile": "138****8000"}, None), ({}, None), ({"id_number": ID[:-1] + "1"}, None)])
def test_a_walk_in_is_proposed_for_a_later_list_row_never_united_in_silence(vault, values, proof):
    walk_in = met(vault, **values)
    listed(vault, "A")
    assert ids(vault) == ["A", walk_in]
    assert vault.proposals() == ([Proposal(walk_in, ("A",), proof)] if proof else [])


def test_uniting_a_walk_in_and_taking_it_back(vault):
    walk_in = met(vault, mobile="13800138000", employer="一中")
    work(vault, walk_in)
    batch = listed(vault, "A")
    before, history = frame_of(vault), vault.timeline(walk_in)
    vault.link(walk_in, "A")
    assert ids(vault) == ["A"]
    assert frame_of(vault)["employer"].tolist() == ["一中"]
    assert frame_of(vault)[SOURCE_ROWS].tolist() == ["2"]
    assert worked(vault, "A") == (1, 1, 1, 1)
    assert not vault.remove_walk_in(walk_in)
    vault.undo_batch(batch, undone_at=NOON)  # with the list goes what the walk-in was united with
    assert ids(vault) == [walk_in]
    assert worked(vault, walk_in) == (1, 1, 1, 1)
    vault.redo_batch(batch)
    assert ids(vault) == ["A"]
    vault.unlink(walk_in, "A")
    pd.testing.assert_frame_equal(frame_of(vault), before)
    assert len(vault.timeline(walk_in)) == len(history)


def test_two_people_are_not_proposed_again(vault):
    walk_in = met(vault, mobile="13800138000")
    listed(vault, "A")
    vault.keep_apart(walk_in, "A")
    assert vault.proposals() == []
    assert ids(vault) == ["A", walk_in]


def test_work_done_after_uniting_stays_with_the_customer(vault):
    walk_in = met(vault)
    listed(vault, "A")
    vault.link(walk_in, "A")
    vault.add_note("A", "新的", created_at=later(1))
    vault.unlink(walk_in, "A")
    assert [note.text for note in vault.notes("A")] == ["新的"]


def test_of_two_open_tasks_for_one_action_one_stays_behind(vault):
    walk_in = met(vault)
    listed(vault, "A")
    mine, other = work(vault, "A"), work(vault, walk_in)
    vault.link(walk_in, "A")
    assert [task.id for task in vault.tasks(customer_id="A")] == [mine.id]
    assert [task.id for task in vault.tasks(customer_id=walk_in)] == [other.id]


def test_a_refusal_follows_the_person(vault):
    walk_in = met(vault)
    listed(vault, "A")
    refuses = next(one.code for one in outcomes().results if one.refuses)
    vault.record_result(work(vault, walk_in).id, Outcome(refuses), closed_at=later(1))
    vault.link(walk_in, "A")
    assert frame_of(vault)["do_not_contact"].tolist() == [True]


def test_an_id_is_not_given_up_for_itself(vault):
    first, second = met(vault), met(vault)
    vault.link(first, second)
    for one, other in ((second, first), (first, first)):
        with pytest.raises(ValueError, match="itself"):
            vault.link(one, other)


def test_a_walk_in_of_a_walk_in_is_found_under_the_last_id(vault):
    walk_in = met(vault)
    listed(vault, NOBODY, as_of=SEPTEMBER)
    vault.link(walk_in, NOBODY)
    vault.add_note(NOBODY, "x", created_at=NOON)
    batch = listed(vault, "A")
    assert ids(vault) == ["A"]
    vault.undo_batch(batch, undone_at=NOON)
    assert ids(vault) == [NOBODY]
    assert len(vault.notes(NOBODY)) == 1


STEP = st.tuples(st.sampled_from(("list", "bare", "undo", "redo", "link", "unlink", "apart")),
                 st.integers(0, 5))


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=10))
def test_whatever_is_taken_back_the_content_is_as_before(vault, steps):
    """Undoing a batch or a decision gives back the table and all work, whatever came before."""
    start = len(vault.batches())
    walk_in = met(vault, mobile="13800138000")
    work(vault, walk_in)

    def state():
        frame = frame_of(vault)
        pieces = (*vault.observations(), *vault.tasks())
        return (None if frame is None else frame.to_csv(),
                sorted((type(piece).__name__, piece.customer_id) for piece in pieces))

    for step, number in steps:
        live = list(vault.batches()[:-start or None])
        before = state()
        if step in {"list", "bare"}:
            batch = listed(vault, "A" if step == "list" else NOBODY,
                           as_of=OCTOBER + timedelta(days=number))
            after = state()
            vault.undo_batch(batch, undone_at=NOON)
            assert state() == before
            vault.redo_batch(batch)
            assert state() == after
        elif step == "undo" and live:
            vault.undo_batch(live[number % len(live)].id, undone_at=NOON)
        elif step == "redo" and live:
            vault.redo_batch(live[number % len(live)].id)
        elif step == "link" and (walk_in, "A") not in decided(vault):
            vault.link(walk_in, "A")
            vault.unlink(walk_in, "A")
            assert state() == before
            vault.link(walk_in, "A")
        elif step == "unlink":
            vault.unlink(walk_in, "A")
        elif step == "apart":
            vault.keep_apart(walk_in, "A")
    for batch in vault.batches()[:-start or None]:
        vault.undo_batch(batch.id, undone_at=NOON)
    vault.unlink(walk_in, "A")
    assert worked(vault, walk_in) == (1, 1, 1, 1)


def decided(vault):
    with vault._begin() as connection:
        return {(row.customer_id, row.target) for row in connection.execute(LINKS.select())}
