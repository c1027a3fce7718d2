"""What a list's customers will be once it is saved: exactly what saving it makes of them."""

import shutil
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from store_samples import CHEAP, DAY, NOON, PASSPHRASE, save, table_of

from branchseg.model.identifiers import made_up
from branchseg.model.outcomes import outcomes
from branchseg.model.results import Observation
from branchseg.store.records import NewTask, Outcome
from branchseg.store.vault import Vault

NUMBER, OTHER_NUMBER = "11010519491231002X", "110101199003074514"
BARE = tuple(made_up(f"ID|{number}", b"secret") for number in (NUMBER, OTHER_NUMBER))
REFUSES = next(one.code for one in outcomes().results if one.refuses)

KNOWN = [{"customer_id": "C1", "name": "王小明", "mobile": "13800001111", "last_txn": "2026-10-01",
          "aum_point": 100.0, "customer_type": "已故"},
         {"customer_id": "C2", "name": "李小红", "mobile": "13800002222", "last_txn": "2026-11-01",
          "aum_point": 200.0, "customer_type": None},
         {"customer_id": "C9", "name": "钱小军", "mobile": None, "last_txn": None,
          "aum_point": None, "customer_type": None}]
NEXT = [{"customer_id": "C2", "name": "李小红", "maturity_amount": 5.0},
        {"customer_id": "C3", "name": "赵小兰", "maturity_amount": 6.0},
        {"customer_id": "C1", "name": "王小明", "maturity_amount": 7.0}]


def test_older_lists_fill_what_the_next_one_lacks_and_nothing_is_kept(vault):
    save(vault, table_of(KNOWN))
    before = vault.current_table().frame
    seen = vault.if_saved(table_of(NEXT)).table.frame.set_index("customer_id")
    assert list(seen.index) == ["C2", "C3", "C1"]
    assert seen["aum_point"].tolist()[::2] == [200.0, 100.0]
    assert pd.isna(seen.loc["C3", "aum_point"])
    assert seen.loc["C1", "customer_type"] == "已故"
    assert len(vault.batches()) == 1
    assert_frame_equal(vault.current_table().frame, before)


@pytest.mark.parametrize("day", [DAY, date(2026, 10, 1), date(2026, 12, 1)])
def test_it_is_what_saving_makes_of_them(vault, day):
    number = {"id_number": "11010519491231002X"}
    save(vault, table_of([{**one, "id_number": None} for one in KNOWN]))
    save(vault, table_of([{"customer_id": "ID-0123456789abcdef", "name": "赵小兰", **number}]))
    coming = table_of([NEXT[0] | {"id_number": None}, NEXT[1] | number], day)
    seen = vault.if_saved(coming)
    kept = vault.customers_of(save(vault, coming))
    assert_frame_equal(seen.table.frame, kept.frame)
    assert seen.table.as_of == kept.as_of == max(DAY, day)


def test_a_list_without_customer_numbers_finds_its_people_by_their_id_numbers(vault):
    number = "11010519491231002X"
    save(vault, table_of([{**KNOWN[1], "id_number": number}]))
    seen = vault.if_saved(table_of([
        {"customer_id": "ID-0123456789abcdef", "name": "李小红", "id_number": number}])).table
    assert seen.frame["customer_id"].tolist() == ["C2"]
    assert seen.frame["aum_point"].tolist() == [200.0]


def test_the_first_list_stands_alone(vault):
    seen = vault.if_saved(table_of(KNOWN)).table.frame
    assert seen["customer_id"].tolist() == ["C1", "C2", "C9"]
    assert seen["aum_point"].tolist()[:2] == [100.0, 200.0]


def test_an_import_that_was_taken_back_has_no_customers_in_force(vault):
    batch = save(vault, table_of(KNOWN))
    save(vault, table_of(NEXT))
    vault.undo_batch(batch, undone_at=NOON)
    with pytest.raises(KeyError):
        vault.customers_of(batch)


def test_who_is_in_one_import_only(vault):
    first = save(vault, table_of(KNOWN))
    assert vault.only_in(first) == {"C1", "C2", "C9"}
    second = save(vault, table_of(NEXT))
    assert vault.only_in(first) == {"C9"}
    assert vault.only_in(second) == {"C3"}
    vault.undo_batch(first, undone_at=NOON)
    assert vault.only_in(first) == set()
    assert vault.only_in(second) == {"C1", "C2", "C3"}


def plan(vault, customer_id, action="a"):
    new = NewTask(customer_id, action, "主题", "经理", "王", DAY, 1.0, "r")
    (task,) = vault.create_tasks([new], created_at=NOON)
    return task


def refuse(vault, task):
    vault.record_result(task.id, Outcome(REFUSES), closed_at=NOON)


def look(vault, customer_id):
    vault.add_observation(Observation(customer_id, DAY, "李", "厅堂", ("a",)), created_at=NOON)


def test_a_refusal_and_what_was_seen_of_somebody_united_show_before_saving(vault):
    save(vault, table_of([{"customer_id": BARE[0], "name": "张三", "id_number": NUMBER}]))
    refuse(vault, plan(vault, BARE[0]))
    look(vault, BARE[0])
    coming = table_of([{"customer_id": "A", "name": "张三", "id_number": NUMBER}])
    ahead = vault.if_saved(coming)
    assert ahead.table.frame["do_not_contact"].tolist() == [True]
    assert [one.customer_id for one in ahead.observations] == ["A"]
    assert [one.customer_id for one in vault.observations()] == [BARE[0]], "nothing is kept"
    assert vault.current_table().frame["customer_id"].tolist() == [BARE[0]]


def test_a_refusal_at_an_id_that_is_given_up_counts_for_the_person(vault):
    """Where both had an open task of one action, one of them stayed at the old id."""
    save(vault, table_of([{"customer_id": BARE[0], "name": "张三", "id_number": NUMBER}]))
    behind = plan(vault, BARE[0])
    save(vault, table_of([{"customer_id": "A", "name": "李四", "id_number": NUMBER}]))
    mine = plan(vault, "A")
    vault.link(BARE[0], "A")
    refuse(vault, behind)
    assert vault.current_table().frame["do_not_contact"].tolist() == [True]
    assert vault.refused() == {"A"}
    assert not any(task.is_open for task in vault.tasks()), "nothing stays open for the person"
    vault.reopen_task(behind.id)
    assert {task.id for task in vault.tasks() if task.is_open} == {behind.id, mine.id}
    refuse(vault, mine)
    assert not any(task.is_open for task in vault.tasks())


ROWS = st.lists(st.fixed_dictionaries({
    "customer_id": st.sampled_from((*BARE, "A", "B", "C")),
    "name": st.sampled_from(("张三", "张*", None, "李四")),
    "mobile": st.sampled_from(("13800138000", None)),
    "aum_point": st.sampled_from((None, 0.0, 60_000.0)),
    "last_txn": st.sampled_from((None, date(2026, 10, 1), date(2026, 11, 1))),
    "do_not_contact": st.sampled_from((None, True, False)),
}), min_size=1, max_size=5, unique_by=lambda row: row["customer_id"])
DAYS = st.integers(0, 60)
STEPS = st.lists(st.tuples(st.sampled_from(
    ("list", "list", "list", "undo", "link", "apart", "look", "refuse", "walk_in")),
    ROWS, DAYS), min_size=1, max_size=8)


def coming_list(rows, days):
    numbers = {BARE[0]: NUMBER, BARE[1]: OTHER_NUMBER, "A": NUMBER, "B": OTHER_NUMBER}
    return table_of([{**row, "id_number": numbers.get(row["customer_id"])} for row in rows],
                    date(2026, 10, 1) + timedelta(days=days))


def somebody(vault, number):
    table = vault.current_table()
    return None if table is None else table.frame["customer_id"].iloc[number % len(table)]


def go(vault, kind, rows, days):
    """One step of a branch's life with its vault."""
    who = somebody(vault, days)
    live = [batch.id for batch in vault.batches() if batch.in_force]
    if kind == "list":
        return save(vault, coming_list(rows, days))
    if kind == "walk_in":
        return vault.add_walk_in({"name": "张三", "mobile": "13800138000", "id_number": NUMBER,
                                  "aum_point": float(days)},
                                 seen_on=DAY, created_at=NOON - timedelta(days=days))
    if kind == "undo" and live:
        return vault.undo_batch(live[days % len(live)], undone_at=NOON)
    if kind in {"link", "apart"}:
        for one in vault.proposals()[:1]:
            {"link": vault.link, "apart": vault.keep_apart}[kind](
                one.customer_id, one.targets[0])
    if kind == "look" and who:
        return look(vault, who)
    if kind == "refuse" and who:
        return refuse(vault, plan(vault, who, str(len(vault.tasks()))))
    return None


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """An empty vault to be copied: making one takes most of the time."""
    folder = tmp_path_factory.mktemp("foresight") / "vault"
    Vault.create(folder, PASSPHRASE, CHEAP).close()
    return folder


@settings(max_examples=30)
@given(steps=STEPS, rows=ROWS, days=DAYS)
def test_what_is_foreseen_is_what_is_seen_after_saving(
        tmp_path_factory, template, steps, rows, days):
    """And what is kept from look to look is what a vault just opened reads."""
    folder = shutil.copytree(template, tmp_path_factory.mktemp("copy") / "vault")
    coming = coming_list(rows, days)
    with Vault.open(folder, PASSPHRASE) as vault:
        for step in steps:
            go(vault, *step)
        before = vault.current_table()
        ahead = vault.if_saved(coming)
        again = vault.if_saved(coming)
        assert_frame_equal(again.table.frame, ahead.table.frame)
        if before is not None:
            assert_frame_equal(vault.current_table().frame, before.frame)
        batch = save(vault, coming)
        kept, now = vault.customers_of(batch), vault.current_table()
        assert_frame_equal(ahead.table.frame, kept.frame)
        assert (ahead.table.as_of, ahead.observations) == (kept.as_of, vault.observations())
    with Vault.open(folder, PASSPHRASE) as vault:
        assert_frame_equal(vault.current_table().frame, now.frame)


@pytest.mark.parametrize(("days", "kept"), [(31, True), (32, False)])
def test_an_average_stays_in_force_beside_a_point_total_of_the_month(vault, days, kept):
    day = date(2026, 10, 31)
    save(vault, table_of([{"customer_id": "A", "aum_month_avg": 910.0}], day))
    part = table_of([{"customer_id": "A", "aum_point": 575.0}], day + timedelta(days=days))
    ahead = vault.if_saved(part).table.frame
    save(vault, part)
    for frame in (ahead, vault.current_table().frame):
        assert frame["aum_month_avg"].notna().tolist() == [kept]
        assert frame["aum_point"].tolist() == [575.0]
