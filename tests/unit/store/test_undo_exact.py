"""What is taken back leaves no trace, and what is brought back is as it was before."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from store_samples import CHEAP, DAY, NOON, PASSPHRASE, later, save, table_of

from branchseg.model.identifiers import made_up
from branchseg.model.outcomes import outcomes
from branchseg.model.results import Observation
from branchseg.store.records import NewTask, Outcome, OwnSegment
from branchseg.store.schema import (
    LINKS,
    NOTES,
    OBSERVATIONS,
    OWN_SEGMENT_MEMBERS,
    OWN_SEGMENTS,
    REFUSALS,
    TAGS,
    TASKS,
    WALK_INS,
)
from branchseg.store.vault import Vault

NUMBERS = ("11010519491231002X", "110101199003074514")
BARE = tuple(made_up(f"ID|{number}", b"secret") for number in NUMBERS)
WORK = (OBSERVATIONS, TASKS, NOTES, TAGS, REFUSALS, OWN_SEGMENT_MEMBERS)
IDS = (*BARE, "A", "B", "C")
NUMBER_OF = {BARE[0]: NUMBERS[0], BARE[1]: NUMBERS[1], "A": NUMBERS[0], "B": NUMBERS[1]}
REFUSES = next(one.code for one in outcomes().results if one.refuses)


def content(vault: Vault) -> str:
    """A hash of all that the program knows: customers as loaded, work, links."""
    table = vault.current_table()
    whole = "" if table is None else f"{table.as_of}{table.frame.to_csv()}{table.frame.dtypes}"
    with vault._begin() as connection:
        for part in (*WORK, OWN_SEGMENTS, LINKS, WALK_INS):
            rows = [tuple(row) for row in connection.execute(select(part))]
            whole += f"{part.name}{sorted(map(repr, rows))}"
    return hashlib.sha256(whole.encode()).hexdigest()


ROW = st.fixed_dictionaries({
    "customer_id": st.sampled_from(IDS),
    "name": st.sampled_from(("张三", "张*", None, "李四")),
    "mobile": st.sampled_from(("13800138000", "13900139000", None)),
    "aum_point": st.sampled_from((None, 0.0, 60_000.0, 7e6)),
    "last_txn": st.sampled_from((None, date(2026, 10, 1), date(2026, 11, 1))),
    "do_not_contact": st.sampled_from((None, True, False)),
})
LIST = st.tuples(
    st.lists(ROW, min_size=1, max_size=4, unique_by=lambda row: row["customer_id"]),
    st.integers(0, 40))
STEPS = st.lists(st.one_of(
    st.tuples(st.just("list"), LIST),
    st.tuples(st.sampled_from(("link", "work", "unlink", "undo", "redo", "result", "apart",
                               "segment", "remove", "bring_back")), st.integers(0, 7)),
), min_size=4, max_size=12)


def listed(vault: Vault, rows, days: int) -> int:
    whole = [{**row, "id_number": NUMBER_OF.get(row["customer_id"])} for row in rows]
    return save(vault, table_of(whole, date(2026, 10, 1) + timedelta(days=days)))


def there_and_back(vault: Vault, undo, redo) -> None:
    """Something was just done: taking it back and doing it again change nothing."""
    after = content(vault)
    undo()
    before = content(vault)
    redo()
    assert content(vault) == after
    undo()
    assert content(vault) == before
    redo()


def step_list(vault, chosen) -> None:
    rows, days = chosen
    before = content(vault)
    batch = listed(vault, rows, days)
    after = content(vault)
    vault.undo_batch(batch, undone_at=NOON)
    assert content(vault) == before, "undo"
    vault.redo_batch(batch)
    assert content(vault) == after, "redo"


def step_undo(vault, number) -> None:
    live = [batch.id for batch in vault.batches() if batch.in_force]
    if live:
        batch = live[number % len(live)]
        vault.undo_batch(batch, undone_at=NOON)
        there_and_back(vault, lambda: vault.redo_batch(batch),
                       lambda: vault.undo_batch(batch, undone_at=NOON))


def step_redo(vault, number) -> None:
    gone = [batch.id for batch in vault.batches() if not batch.in_force]
    if gone:
        batch = gone[number % len(gone)]
        vault.redo_batch(batch)
        there_and_back(vault, lambda: vault.undo_batch(batch, undone_at=NOON),
                       lambda: vault.redo_batch(batch))


def somebody(vault, number):
    table = vault.current_table()
    return table.frame["customer_id"].iloc[number % len(table)]


def step_work(vault, number) -> None:
    who = somebody(vault, number)
    vault.add_observation(Observation(who, DAY, "李", "厅堂", ("a",)), created_at=NOON)
    vault.set_tags(who, [f"标签{number}"], at=NOON)
    if not any(task.is_open for task in vault.tasks(customer_id=who)):
        vault.create_tasks([NewTask(who, "a", "主题", "经理", "王", DAY, 1.0, "r")],
                           created_at=NOON)


def step_result(vault, number) -> None:
    tasks = [task for task in vault.tasks() if task.is_open]
    if tasks:
        task = tasks[number % len(tasks)]
        before = content(vault)
        vault.record_result(task.id, Outcome(REFUSES if number % 2 else 1), closed_at=later(1))
        after = content(vault)
        vault.reopen_task(task.id)
        assert content(vault) == before, "reopen"
        vault.record_result(task.id, Outcome(REFUSES if number % 2 else 1), closed_at=later(1))
        assert content(vault) == after or number % 2, "record again"  # a refusal has a new number


def step_segment(vault, number) -> None:
    """Somebody is put on a fixed list, and it gets another name."""
    name = f"名单{len(segments(vault))}"
    kept = vault.keep_own_segment(OwnSegment(name, None, (somebody(vault, number),)), at=NOON)
    there_and_back(vault, lambda: vault.remove_own_segment(kept, at=NOON),
                   lambda: vault.bring_back_own_segment(kept))
    before = content(vault)
    mine = vault.own_segments()[-1]
    vault.keep_own_segment(replace(mine, name="别的", members=()), at=NOON)
    vault.keep_own_segment(mine, at=NOON)
    assert content(vault) == before


def segments(vault):
    with vault._begin() as connection:
        return connection.execute(select(OWN_SEGMENTS)).all()


def step_remove(vault, number) -> None:
    """A fixed list is removed; who is on it may be united or parted meanwhile."""
    there = vault.own_segments()
    if there:
        one = there[number % len(there)].id
        before = content(vault)
        vault.remove_own_segment(one, at=NOON)
        vault.bring_back_own_segment(one)
        assert content(vault) == before, "brought back"
        vault.remove_own_segment(one, at=NOON)


def step_bring_back(vault, number) -> None:
    gone = [row.id for row in segments(vault) if row.removed_at]
    if gone:
        one = gone[number % len(gone)]
        vault.bring_back_own_segment(one)
        there_and_back(vault, lambda: vault.remove_own_segment(one, at=NOON),
                       lambda: vault.bring_back_own_segment(one))


def step_decide(decide):
    def step(vault, number) -> None:
        proposals = vault.proposals()
        if proposals:
            one = proposals[number % len(proposals)]
            target = one.targets[number % len(one.targets)]
            before = content(vault)
            getattr(vault, decide)(one.customer_id, target)
            after = content(vault)
            vault.unlink(one.customer_id, target)
            assert content(vault) == before, f"{decide} taken back"
            getattr(vault, decide)(one.customer_id, target)
            assert content(vault) == after, f"{decide} again"
    return step


def step_unlink(vault, number) -> None:
    with vault._begin() as connection:
        links = [row for row in connection.execute(select(LINKS)) if row.verdict == "same"]
    if links:
        link = links[number % len(links)]
        before = content(vault)
        vault.unlink(link.customer_id, link.target)
        vault.link(link.customer_id, link.target)
        assert content(vault) == before, "linked again"
        vault.unlink(link.customer_id, link.target)


DO = {"list": step_list, "undo": step_undo, "redo": step_redo, "work": step_work,
      "result": step_result, "link": step_decide("link"), "apart": step_decide("keep_apart"),
      "unlink": step_unlink, "segment": step_segment, "remove": step_remove,
      "bring_back": step_bring_back}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A vault with two walk-ins, to be copied: making one takes most of the time."""
    folder = tmp_path_factory.mktemp("exact") / "vault"
    with Vault.create(folder, PASSPHRASE, CHEAP) as vault:
        for number in range(2):
            vault.add_walk_in({"name": ("张三", "李四")[number],
                               "mobile": ("13800138000", "13900139000")[number],
                               "id_number": NUMBERS[number]}, seen_on=DAY, created_at=NOON)
    return folder


@settings(max_examples=25)
@given(steps=STEPS)
def test_undo_and_redo_are_exact(tmp_path_factory, template, steps):
    folder = shutil.copytree(template, tmp_path_factory.mktemp("copy") / "vault")
    with Vault.open(folder, PASSPHRASE) as vault:
        start = content(vault)
        for kind, argument in steps:
            DO[kind](vault, argument)
            assert not stray_work(vault)
        if all(kind in {"list", "undo", "redo"} for kind, _ in steps):
            for batch in vault.batches():
                vault.undo_batch(batch.id, undone_at=NOON)
            assert content(vault) == start


def stray_work(vault) -> list[object]:
    """Work at an id that is given up: nobody would see it. An open task may stay behind."""
    with vault._begin() as connection:
        gone = [row.customer_id for row in connection.execute(
            select(LINKS).where(LINKS.c.moved.is_not(None)))]
        return [row for part in WORK if part is not TASKS for row in connection.execute(
            select(part).where(part.c.customer_id.in_(gone)))]


def bare(customer_id, number=NUMBERS[0], name="张三"):
    return {"customer_id": customer_id, "name": name, "mobile": None, "aum_point": 1.0,
            "last_txn": None, "do_not_contact": None}


def test_a_chain_of_ids_is_taken_apart_in_any_order(tmp_path):
    """A walk-in who is a customer without an id who is a customer of the bank."""
    with Vault.create(tmp_path / "vault", PASSPHRASE, CHEAP) as vault:
        walk_in = vault.add_walk_in({"name": "张三", "id_number": NUMBERS[0]}, seen_on=DAY,
                                    created_at=NOON)
        step_work(vault, 0)
        listed(vault, [bare(BARE[0])], 0)
        vault.add_note(BARE[0], "没有客户号时", created_at=NOON)
        alone = content(vault)
        vault.link(walk_in, BARE[0])
        united = content(vault)
        batch = listed(vault, [bare("A")], 20)
        assert len(vault.observations("A")) == len(vault.notes("A")) == 1
        whole = content(vault)
        vault.unlink(walk_in, BARE[0])
        assert (len(vault.observations(walk_in)), len(vault.notes("A"))) == (1, 1)
        vault.link(walk_in, BARE[0])
        assert len(vault.observations("A")) == 1
        assert content(vault) == whole
        vault.unlink(walk_in, BARE[0])
        vault.undo_batch(batch, undone_at=NOON)
        assert content(vault) == alone
        vault.link(walk_in, BARE[0])
        assert content(vault) == united
        vault.redo_batch(batch)
        assert content(vault) == whole
