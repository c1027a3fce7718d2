"""What follows from results: next contact, tags, refusals; and vaults from before all that."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from store_samples import CHEAP, DAY, NOON, PASSPHRASE, later, save, table_of

from branchseg.errors import StoreError
from branchseg.store import db
from branchseg.store.records import Closing, NewTask, Outcome, TaskStatus
from branchseg.store.vault import Vault

FRIDAY = date(2026, 11, 27)
REFUSED = Outcome(7, "以后不要再打")
CALL = NewTask("C1", "call", "到期续接", "客户经理", "王芳", date(2026, 11, 25), 80.0, "std-1")
VISIT = NewTask("C1", "visit", "资产检视", "客户经理", "王芳", date(2026, 11, 24), 10.0, "std-1")
OTHER = NewTask("C2", "call", "到期续接", "大堂经理", "赵磊", date(2026, 11, 25), 90.0, "std-1")


@pytest.fixture
def planned(vault: Vault) -> Vault:
    """Tasks 1 and 2 of C1, the first on paper, and 3 of C2."""
    vault.create_tasks([CALL, VISIT, OTHER], created_at=NOON)
    vault.mark_printed({1: "20261122-0001"}, printed_at=later(1))
    return vault


def open_ids(vault: Vault) -> set[int]:
    return {task.id for task in vault.tasks() if task.is_open}


def told(vault: Vault, customer_id: str) -> set[str]:
    return {entry.text for entry in vault.timeline(customer_id)}


def test_everything_on_the_paper_is_kept_and_told(planned: Vault) -> None:
    outcome = Outcome(4, "无", None, ("pension", "other"), "from_20",
                      ("wealth",), 120_000.0)
    done = planned.record_result(1, outcome, closed_at=later(2))
    assert done.outcome == outcome
    assert planned.tasks(status=TaskStatus.DONE)[0].outcome == outcome
    assert {
        "登记结果 4 已面谈：到期续接；需求 养老、其他；资金计划 20–50 万；办理 理财 12 万元；无",
        "加标签“养老”"} <= told(planned, "C1")
    assert planned.tags("C1") == ("养老",)  # not 其他
    planned.reopen_task(1)
    assert planned.tags("C1") == ()
    assert planned.tasks(customer_id="C1")[1].outcome is None


def test_a_tag_given_by_hand_is_left_alone(planned: Vault) -> None:
    planned.set_tags("C1", ["养老"], at=NOON)
    planned.record_result(1, Outcome(1, needs=("pension", "growth")), closed_at=later(2))
    assert planned.tags("C1") == ("养老", "增值")
    planned.reopen_task(1)
    assert planned.tags("C1") == ("养老",)


def test_a_next_date_plans_the_next_contact(planned: Vault) -> None:
    planned.record_result(1, Outcome(2, next_date=FRIDAY), closed_at=later(2))
    (again,) = (task for task in planned.tasks(customer_id="C1") if task.follows)
    assert (again.follows, again.due, again.action_id, again.officer, again.status) == (
        1, FRIDAY, "call", "王芳", TaskStatus.PLANNED)
    assert again.sheet_number is None
    planned.reopen_task(1)
    assert open_ids(planned) == {1, 2, 3}
    assert len(planned.tasks()) == 3


def test_a_next_contact_that_has_gone_on_keeps_the_result(planned: Vault) -> None:
    planned.record_result(1, Outcome(2, next_date=FRIDAY), closed_at=later(2))
    (again,) = (task for task in planned.tasks() if task.follows)
    planned.mark_printed({again.id: "20261127-0001"}, printed_at=later(3))
    with pytest.raises(StoreError, match=r"store\.task_replaced"):
        planned.reopen_task(1)
    assert again.id in open_ids(planned)  # nothing of it was taken back


def flags(vault: Vault) -> list[object]:
    table = vault.current_table()
    assert table is not None
    return table.frame["do_not_contact"].tolist()


def test_a_refusal_holds_at_once_and_against_later_lists(planned: Vault) -> None:
    save(planned, table_of([{"customer_id": "C1"}, {"customer_id": "C2"}]))
    table = planned.current_table()
    assert table is not None
    assert "do_not_contact" not in table.frame
    planned.record_result(1, REFUSED, closed_at=later(2))
    assert planned.refused() == {"C1"}
    assert flags(planned) == [True, pd.NA]
    assert open_ids(planned) == {3}
    visit = next(task for task in planned.tasks() if task.action_id == "visit")
    assert (visit.status, visit.closing, visit.closed_by, visit.closed_at) == (
        TaskStatus.WITHDRAWN, Closing.REFUSED, 1, later(2))
    save(planned, table_of([{"customer_id": "C1", "do_not_contact": False},
                            {"customer_id": "C2", "do_not_contact": False}], FRIDAY))
    assert flags(planned) == [True, False]
    assert {"登记结果 7 拒绝再联系：到期续接；以后不要再打",
            "任务关闭：资产检视（客户拒绝再联系）"} <= told(planned, "C1")


def test_a_refusal_is_taken_back_as_a_whole(planned: Vault) -> None:
    before = planned.tasks()
    planned.record_result(1, REFUSED, closed_at=later(2))
    planned.reopen_task(1)
    assert planned.refused() == set()
    assert planned.tasks() == before


def test_taking_a_refusal_back_leaves_what_was_planned_anew(planned: Vault) -> None:
    planned.record_result(1, REFUSED, closed_at=later(2))
    (fresh,) = planned.create_tasks([VISIT], created_at=later(3))
    planned.reopen_task(1)
    assert open_ids(planned) == {1, 3, fresh.id}


def test_who_refuses_gets_no_next_contact(planned: Vault) -> None:
    planned.record_result(1, Outcome(7, next_date=FRIDAY), closed_at=later(2))
    assert open_ids(planned) == {3}


def test_many_results_are_one_change(planned: Vault) -> None:
    found = {1: REFUSED, 2: Outcome(1), 3: Outcome(5)}
    assert [task.result for task in planned.record_results(found, closed_at=later(2))] == [7, 1, 5]
    planned.reopen_tasks([1, 2, 3])
    assert open_ids(planned) == {1, 2, 3}
    assert planned.refused() == set()
    planned.record_result(3, Outcome(1), closed_at=later(3))
    with pytest.raises(StoreError, match=r"store\.task_done"):
        planned.record_results({1: REFUSED, 3: Outcome(1)}, closed_at=later(4))
    assert open_ids(planned) == {1, 2}


def test_tasks_without_a_reason_are_withdrawn_and_come_back(planned: Vault) -> None:
    assert planned.withdraw_tasks([1, 2, 99], Closing.REASON_GONE, closed_at=later(2)) == [1, 2]
    assert planned.withdraw_tasks([1], Closing.REASON_GONE, closed_at=later(3)) == []
    assert open_ids(planned) == {3}
    assert "任务关闭：资产检视（理由已变）" in told(planned, "C1")
    (again,) = planned.create_tasks([VISIT], created_at=later(3))
    assert again.id == 4
    assert [task.status for task in planned.reopen_tasks([1])] == [TaskStatus.PRINTED]
    with pytest.raises(StoreError, match=r"store\.task_replaced"):
        planned.reopen_task(2)


def test_paper_of_a_withdrawn_task_may_still_come_in(planned: Vault) -> None:
    planned.withdraw_tasks([1], Closing.REASON_GONE, closed_at=later(2))
    done = planned.record_result(1, Outcome(4), closed_at=later(3))
    assert (done.status, done.closing) == (TaskStatus.DONE, Closing.NONE)


def test_an_officer_answers_for_open_tasks(planned: Vault) -> None:
    planned.record_result(3, Outcome(1), closed_at=later(2))
    planned.assign_tasks([1, 3], "李雷")
    assert {task.id: task.officer for task in planned.tasks()} == {1: "李雷", 2: "王芳", 3: "赵磊"}


def test_a_vault_of_the_first_version_keeps_its_data(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade = db.command.upgrade
    with monkeypatch.context() as first:
        first.setattr(db.command, "upgrade", lambda config, _head: upgrade(config, "0001"))
        with Vault.create(tmp_path, PASSPHRASE, CHEAP) as old, old._begin() as connection:
            for number, status, result in ((1, "done", 3), (2, "printed", None)):
                connection.exec_driver_sql(
                    "INSERT INTO tasks (id, sheet_number, customer_id, action_id, theme, "
                    "owner_role, officer, due, priority, status, created_at, result, result_note, "
                    "closed_at, ruleset_id) VALUES (?, ?, 'C1', 'call', '续接', '客户经理', '王', "
                    "'2026-11-25', 80.0, ?, ?, ?, '约周五', NULL, 'std-1')",
                    (number, f"20261122-000{number}", status, NOON.isoformat(), result))
            connection.exec_driver_sql(
                "INSERT INTO tags (customer_id, tag, created_at) VALUES ('C1', '理财', ?)",
                (NOON.isoformat(),))
    with Vault.open(tmp_path, PASSPHRASE) as vault:
        done, printed = vault.tasks()
        assert done.outcome == Outcome(3, "约周五")
        assert (printed.status, printed.sheet_number, printed.outcome) == (
            TaskStatus.PRINTED, "20261122-0002", None)
        assert vault.tags("C1") == ("理财",)
        assert vault.create_tasks([CALL], created_at=NOON)[0].id == printed.id
        vault.record_result(printed.id, REFUSED, closed_at=later(1))
        assert vault.refused() == {"C1"}
        assert vault.next_sheet_numbers(DAY, 1) == ["20261122-0003"]
