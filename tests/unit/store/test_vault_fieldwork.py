from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from store_samples import DAY, NOON, later, save, table_of

from branchseg.errors import StoreError
from branchseg.model.results import Observation
from branchseg.store.records import EventKind, NewTask, Outcome, TaskStatus
from branchseg.store.vault import Vault

CALL = NewTask("C1", "call", "到期续接", "客户经理", "王芳", date(2026, 11, 25), 80.0, "std-1", 7)
VISIT = NewTask("C1", "visit", "资产检视", "客户经理", "王芳", date(2026, 11, 24), 10.0, "std-1")
OTHER = NewTask("C2", "call", "到期续接", "大堂经理", "赵磊", date(2026, 11, 25), 90.0, "std-1")


@pytest.fixture
def planned(vault: Vault) -> Vault:
    """A vault with the batch the tasks name and tasks 1, 2, 3."""
    for number in range(7):
        save(vault, table_of([{"customer_id": f"X{number}"}]))
    vault.create_tasks([CALL, VISIT, OTHER], created_at=NOON)
    return vault


def test_observations_come_back_and_can_be_taken_back(vault: Vault) -> None:
    early = Observation("C1", date(2026, 11, 20), "李雷", "厅堂", ("a1", "b2"))
    late = Observation("C1", DAY, "韩梅", "填单台", ())
    other = Observation("C2", date(2026, 11, 21), "李雷", "厅堂", ("c3",))
    late_id = vault.add_observation(late, created_at=NOON)
    vault.add_observation(early, created_at=NOON)
    vault.add_observation(other, created_at=NOON)
    assert vault.observations() == [early, other, late]
    assert vault.observations("C1") == [early, late]
    vault.remove_observation(late_id)
    assert vault.observations("C1") == [early]
    with pytest.raises(KeyError):
        vault.remove_observation(late_id)


def test_tags_are_set_as_a_whole(vault: Vault) -> None:
    vault.set_tags("C1", ["理财", "代发"], at=NOON)
    vault.set_tags("C2", ["理财"], at=NOON)
    vault.set_tags("C1", ["理财", "养老"], at=later(1))
    assert set(vault.tags("C1")) == {"理财", "养老"}
    assert vault.all_tags() == {"理财": 2, "养老": 1}
    assert vault.tagged() == {"养老": ("C1",), "理财": ("C1", "C2")}
    vault.set_tags("C1", [], at=later(2))
    assert vault.tags("C1") == ()
    assert vault.all_tags() == {"理财": 1}


def test_notes(vault: Vault) -> None:
    vault.add_note("C1", "先打电话", created_at=NOON)
    vault.add_note("C1", "不要中午打", created_at=later(3))
    vault.add_note("C2", "别人", created_at=NOON)
    assert [(n.text, n.created_at) for n in vault.notes("C1")] == [
        ("先打电话", NOON), ("不要中午打", later(3))]


def test_a_customer_has_one_open_task_per_action(planned: Vault) -> None:
    first = planned.tasks(customer_id="C2")
    again = planned.create_tasks([OTHER, VISIT, OTHER], created_at=later(9))
    assert [task.id for task in again] == [3, 2, 3]
    assert again[0] == first[0]  # the earlier one, unchanged
    planned.record_result(3, Outcome(1), closed_at=NOON)
    fresh = planned.create_tasks([OTHER, OTHER], created_at=NOON)
    assert [task.id for task in fresh] == [4, 4]
    assert len(planned.tasks()) == 4


def test_tasks_stand_in_the_order_of_work(planned: Vault) -> None:
    assert [task.id for task in planned.tasks()] == [2, 3, 1]
    assert [task.id for task in planned.tasks(due_until=date(2026, 11, 24))] == [2]
    assert [task.id for task in planned.tasks(customer_id="C1")] == [2, 1]
    planned.record_result(2, Outcome(6), closed_at=NOON)
    assert [task.id for task in planned.tasks(status=TaskStatus.DONE)] == [2]
    assert [task.id for task in planned.tasks(status=TaskStatus.PLANNED)] == [3, 1]


def test_sheet_numbers_have_no_gap(planned: Vault) -> None:
    assert planned.next_sheet_numbers(DAY, 2) == ["20261122-0001", "20261122-0002"]
    assert planned.next_sheet_numbers(DAY, 2) == ["20261122-0001", "20261122-0002"]  # cancelled
    planned.mark_printed({1: "20261122-0001", 2: "20261122-0002"}, printed_at=NOON)
    assert planned.next_sheet_numbers(DAY, 1) == ["20261122-0003"]
    assert planned.next_sheet_numbers(date(2026, 11, 23), 1) == ["20261123-0001"]
    planned.mark_printed({3: "20261122-9999"}, printed_at=NOON)
    assert planned.next_sheet_numbers(DAY, 1) == ["20261122-10000"]
    found = planned.task_by_number("20261122-0002")
    assert found is not None
    assert (found.id, found.status, found.printed_at) == (2, TaskStatus.PRINTED, NOON)
    assert planned.task_by_number("20261122-0004") is None


def test_printing_again_keeps_the_number(planned: Vault) -> None:
    planned.mark_printed({1: "20261122-0001"}, printed_at=NOON)
    planned.record_result(1, Outcome(2), closed_at=later(1))
    planned.mark_printed({1: "20261122-0001"}, printed_at=later(2))
    (task,) = planned.tasks(status=TaskStatus.DONE)
    assert (task.sheet_number, task.printed_at) == ("20261122-0001", later(2))
    with pytest.raises(ValueError, match="number already"):
        planned.mark_printed({2: "20261122-0002", 1: "20261122-0003"}, printed_at=NOON)
    assert planned.task_by_number("20261122-0002") is None  # all or none


def test_a_number_belongs_to_one_sheet(planned: Vault) -> None:
    planned.mark_printed({1: "20261122-0001"}, printed_at=NOON)
    with pytest.raises(ValueError, match="belongs"):
        planned.mark_printed({2: "20261122-0001"}, printed_at=NOON)


@pytest.mark.parametrize("result", [0, 10])
def test_results_are_one_digit(planned: Vault, result: int) -> None:
    with pytest.raises(ValueError, match="result"):
        planned.record_result(1, Outcome(result), closed_at=NOON)


def test_a_result_closes_a_task_and_can_be_taken_back(planned: Vault) -> None:
    planned.mark_printed({1: "20261122-0001"}, printed_at=NOON)
    before = planned.tasks(customer_id="C1")
    outcome = Outcome(6, "下周再约", date(2026, 11, 30))
    done = planned.record_result(1, outcome, closed_at=later(5))
    assert (done.status, done.result, done.result_note, done.next_date, done.closed_at) == (
        TaskStatus.DONE, 6, "下周再约", date(2026, 11, 30), later(5))
    with pytest.raises(StoreError, match=r"store\.task_done"):
        planned.record_result(1, Outcome(2), closed_at=NOON)
    assert planned.reopen_task(1).status is TaskStatus.PRINTED
    assert planned.tasks(customer_id="C1") == before
    assert planned.reopen_task(1).status is TaskStatus.PRINTED  # no harm on an open one
    planned.record_result(2, Outcome(1), closed_at=NOON)
    assert planned.reopen_task(2).status is TaskStatus.PLANNED


def test_a_replaced_task_cannot_be_reopened(planned: Vault) -> None:
    planned.record_result(1, Outcome(3), closed_at=NOON)
    planned.create_tasks([CALL], created_at=later(1))
    with pytest.raises(StoreError, match=r"store\.task_replaced"):
        planned.reopen_task(1)


def test_an_unknown_task_is_a_bug(planned: Vault) -> None:
    with pytest.raises(KeyError):
        planned.record_result(99, Outcome(1), closed_at=NOON)
    with pytest.raises(KeyError):
        planned.reopen_task(99)
    with pytest.raises(KeyError):
        planned.mark_printed({99: "20261122-0001"}, printed_at=NOON)


def test_only_planned_tasks_can_be_dropped(planned: Vault) -> None:
    planned.mark_printed({1: "20261122-0001"}, printed_at=NOON)
    planned.record_result(2, Outcome(5), closed_at=NOON)
    assert planned.drop_tasks([1, 2, 3, 99]) == 1
    assert {task.id for task in planned.tasks()} == {1, 2}


def test_tasks_outlive_their_import(planned: Vault) -> None:
    assert planned.tasks(customer_id="C1")[1].batch_id == 7
    planned.undo_batch(7, undone_at=NOON)
    planned.purge_undone(later(1))
    assert planned.tasks(customer_id="C1")[1].batch_id is None


def test_the_timeline_tells_all_newest_first(vault: Vault) -> None:
    batch_id = save(vault, table_of([{"customer_id": "C1"}]))
    undone = save(vault, table_of([{"customer_id": "C1"}], date(2026, 10, 31)))
    vault.undo_batch(undone, undone_at=NOON)
    vault.add_observation(Observation("C1", DAY, "李雷", "厅堂", ("a", "b")), created_at=later(1))
    vault.add_note("C1", "喜欢早上来", created_at=later(2))
    vault.set_tags("C1", ["理财"], at=later(3))
    (task,) = vault.create_tasks(
        [NewTask("C1", "call", "到期续接", "客户经理", "王芳", date(2026, 11, 25), 1.0, "s",
                 batch_id)], created_at=later(4))
    vault.mark_printed({task.id: "20261122-0001"}, printed_at=later(5))
    vault.record_result(task.id, Outcome(2, "约周五"), closed_at=later(6))
    vault.set_tags("C1", [], at=later(7))
    vault.add_note("C2", "别人的", created_at=later(8))
    assert [(e.kind, e.text, e.at) for e in vault.timeline("C1")] == [
        (EventKind.TAG, "去掉标签“理财”", later(7)),
        (EventKind.TASK, "登记结果 2 未接：到期续接；约周五", later(6)),
        (EventKind.TASK, "打印任务单 20261122-0001：到期续接", later(5)),
        (EventKind.TASK, "安排任务：到期续接（计划 11-25 · 最迟 11-25）", later(4)),
        (EventKind.TAG, "加标签“理财”", later(3)),
        (EventKind.NOTE, "喜欢早上来", later(2)),
        (EventKind.OBSERVATION, "厅堂观察 2 项（厅堂，李雷）", later(1)),
        (EventKind.BATCH, "列入导入的名单（数据日期 2026年11月22日）", NOON),
    ]
    assert vault.timeline("C9") == []


def test_the_timeline_of_a_walk_in(vault: Vault) -> None:
    customer_id = vault.add_walk_in({"name": "张三"}, seen_on=DAY, created_at=NOON)
    assert [e.text for e in vault.timeline(customer_id)] == ["在厅堂登记"]


def test_observations_are_kept_for_so_long_unless_they_led_to_a_result(vault: Vault) -> None:
    today = date(2026, 11, 22)
    limit = today - timedelta(days=90)

    def seen(customer_id: str, day: date) -> None:
        vault.add_observation(Observation(customer_id, day, "李", "厅堂", ("a",)), created_at=NOON)

    def planned(customer_id: str, day: date) -> int:
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        (task,) = vault.create_tasks([NewTask(customer_id, "call", "续接", "经理", "王", day, 1.0,
                                              "r")], created_at=moment)
        return task.id

    old = limit - timedelta(days=1)
    for name in ("alone", "open", "done", "before"):
        seen(name, old)
    seen("young", limit)
    planned("open", old)
    vault.record_result(planned("done", old), Outcome(3), closed_at=NOON)
    vault.record_result(planned("before", old - timedelta(days=1)), Outcome(3), closed_at=NOON)
    assert vault.purge_observations(limit) == 3
    assert [one.customer_id for one in vault.observations()] == ["done", "young"]
    assert vault.purge_observations(limit) == 0


def test_a_refusal_that_was_ticked_outlives_the_other_ticks(vault: Vault) -> None:
    limit = date(2026, 8, 24)
    old = limit - timedelta(days=1)
    vault.add_observation(Observation("both", old, "李", "厅堂", ("a", "no")), created_at=NOON)
    vault.add_observation(Observation("none", old, "李", "厅堂", ("a",)), created_at=NOON)
    late = Observation("young", limit, "李", "厅堂", ("a", "no"))
    vault.add_observation(late, created_at=NOON)
    assert vault.purge_observations(limit, keep={"no"}) == 1
    assert vault.observations() == [Observation("both", old, "李", "厅堂", ("no",)), late]
    assert vault.purge_observations(limit, keep={"no"}) == 0


def test_who_was_met_in_the_lobby_is_on_no_list_and_left_behind_by_none(vault: Vault) -> None:
    met = vault.add_walk_in({"name": "张三", "aum_point": 9.0}, seen_on=DAY,
                            created_at=NOON - timedelta(days=100))
    save(vault, table_of([{"customer_id": "A", "last_txn": pd.Timestamp(DAY)}]))
    table = vault.current_table()
    assert table is not None
    days = table.frame.set_index("customer_id")
    assert pd.isna(days.loc[met, "data_date"])
    assert days.loc[met, "aum_date"] == pd.Timestamp(DAY) - pd.Timedelta(days=100)
    assert days.loc["A", "data_date"] == pd.Timestamp(DAY)
