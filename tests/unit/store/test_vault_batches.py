from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import DAY, NOON, later, save, table_of

from branchseg.model.fields import FIELDS, NUMERIC, Kind
from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.raw import ColumnMapping, ColumnMatch, MatchKind
from branchseg.model.results import Observation
from branchseg.model.table import SOURCE_ROWS, CustomerTable
from branchseg.store.records import Closing, NewTask
from branchseg.store.schema import STORED_FIELDS
from branchseg.store.vault import Vault

NA = pd.NA
DATES = ["data_date", "aum_date"]


def table_now(vault: Vault) -> CustomerTable:
    table = vault.current_table()
    assert table is not None
    return table


def undated(vault: Vault) -> pd.DataFrame:
    """The current frame without the dates that the vault adds."""
    return table_now(vault).frame.drop(columns=DATES, errors="ignore")


def rows_now(vault: Vault) -> list[dict[str, object]]:
    """The current customers as dicts of what is known, rows and data dates left out."""
    frame = table_now(vault).frame.drop(columns=[SOURCE_ROWS, *DATES], errors="ignore")
    return [{k: v for k, v in row.items() if not pd.isna(v)} for row in frame.to_dict("records")]


def test_every_dtype_comes_back_exactly(vault: Vault) -> None:
    known = {
        Kind.DATE: (pd.Timestamp("1900-01-01"), pd.Timestamp("9999-12-31 23:59:59")),
        Kind.FLAG: (True, False),
    }
    numbers, texts = (0.1 + 0.2, -1e308), ("000123", "𠮷野家\n'\"; --")
    rows = []
    for i in range(2):
        row = {f.key: (numbers if f.kind in NUMERIC else known.get(f.kind, texts))[i]
               for f in STORED_FIELDS}
        rows.append({**row, "customer_id": f"{i:06}"})
    rows.append({**dict.fromkeys(rows[0], None), "customer_id": ""})
    rows[2] |= {"name": "", "income": 0.0, "consent": NA}
    table = table_of(rows)
    save(vault, table)
    pd.testing.assert_frame_equal(undated(vault), table.frame.drop(columns=DATES),
                                  check_exact=True)
    assert table_now(vault).as_of == DAY


VALUES = {
    "str": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    "float64": st.none() | st.floats(allow_infinity=False, width=64),
    "datetime64[s]": st.none() | st.datetimes(min_value=pd.Timestamp("1000-01-01"),
                                              max_value=pd.Timestamp("9999-12-31")).map(
        lambda moment: moment.replace(microsecond=0)),
    "boolean": st.none() | st.booleans(),
}


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_table_comes_back(vault: Vault, data: st.DataObject) -> None:
    keys = {"name": "str", "aum_point": "float64", "last_txn": "datetime64[s]",
            "consent": "boolean", "aum_partial": "boolean"}
    rows = data.draw(st.lists(st.fixed_dictionaries({k: VALUES[v] for k, v in keys.items()}),
                              max_size=4))
    table = table_of([{"customer_id": str(i)} | {key: row[key] for key in keys}
                      for i, row in enumerate(rows)])
    batch_id = save(vault, table)
    try:
        pd.testing.assert_frame_equal(undated(vault), table.frame, check_exact=True)
    finally:
        vault.undo_batch(batch_id, undone_at=NOON)  # the vault is shared by all examples


def test_columns_of_a_list_are_remembered_even_if_empty(vault: Vault) -> None:
    save(vault, table_of([{"customer_id": "C1", "mobile": None}]))
    assert list(undated(vault)) == ["customer_id", "mobile", SOURCE_ROWS]


def test_an_unknown_column_is_a_bug_and_saves_nothing(vault: Vault) -> None:
    with pytest.raises(ValueError, match="score"):
        save(vault, table_of([{"customer_id": "C1", "score": 1.0}]))
    assert vault.batches() == []


def test_later_known_values_win_field_by_field(vault: Vault) -> None:
    newest = save(vault, table_of([
        {"customer_id": "C2", "aum_point": None, "mobile": "139"},
        {"customer_id": "C3", "aum_point": 30.0, "mobile": None},
    ], date(2026, 11, 20)))
    # imported later but with an older data date: it must not win
    save(vault, table_of([
        {"customer_id": "C1", "name": "甲", "mobile": "137"},
        {"customer_id": "C2", "name": "乙", "mobile": "138"},
    ], date(2026, 10, 31)))
    assert rows_now(vault) == [
        {"customer_id": "C1", "name": "甲", "mobile": "137"},
        {"customer_id": "C2", "name": "乙", "mobile": "139"},
        {"customer_id": "C3", "aum_point": 30.0},
    ]
    assert table_now(vault).as_of == date(2026, 11, 20)
    vault.undo_batch(newest, undone_at=NOON)
    assert table_now(vault).as_of == date(2026, 10, 31)


def test_of_two_lists_of_one_day_the_later_import_wins(vault: Vault) -> None:
    for name in ("先", "后"):
        save(vault, table_of([{"customer_id": "C1", "name": name}]))
    assert rows_now(vault) == [{"customer_id": "C1", "name": "后"}]


def test_undo_and_redo(vault: Vault) -> None:
    save(vault, table_of([{"customer_id": "C1", "name": "甲"}], date(2026, 10, 31)))
    before = table_now(vault)
    second = save(vault, table_of([{"customer_id": "C1", "name": "乙"},
                                   {"customer_id": "C2", "name": "丙"}]))
    after = table_now(vault)
    vault.undo_batch(second, undone_at=later(5))
    pd.testing.assert_frame_equal(table_now(vault).frame, before.frame)
    assert [batch.undone_at for batch in vault.batches()] == [later(5), None]
    vault.redo_batch(second)
    pd.testing.assert_frame_equal(table_now(vault).frame, after.frame)
    with pytest.raises(KeyError):
        vault.undo_batch(99, undone_at=NOON)


def test_nobody_is_left_when_all_is_undone(vault: Vault) -> None:
    assert vault.current_table() is None
    vault.undo_batch(save(vault, table_of([{"customer_id": "C1"}])), undone_at=NOON)
    assert vault.current_table() is None


def test_an_empty_list_is_a_table_without_rows(vault: Vault) -> None:
    save(vault, table_of([]))
    assert len(table_now(vault)) == 0


def test_lobby_work_survives_the_undo(vault: Vault) -> None:
    batch_id = save(vault, table_of([{"customer_id": "C1"}]))
    vault.add_observation(Observation("C1", DAY, "李", "厅堂", ("a",)), created_at=NOON)
    vault.undo_batch(batch_id, undone_at=NOON)
    assert len(vault.observations("C1")) == 1


def test_purging_erases_only_what_was_undone_long_ago(vault: Vault) -> None:
    old, fresh, live = (save(vault, table_of([{"customer_id": name}])) for name in "ABC")
    vault.undo_batch(old, undone_at=later(0))
    vault.undo_batch(fresh, undone_at=later(10))
    assert vault.purge_undone(later(10)) == 1
    assert [batch.id for batch in vault.batches()] == [live, fresh]
    with vault._begin() as connection:
        left = connection.exec_driver_sql("SELECT customer_id FROM customers").scalars().all()
    assert sorted(left) == ["B", "C"]
    with pytest.raises(KeyError):
        vault.redo_batch(old)
    vault.undo_batch(live, undone_at=later(0))
    vault.purge_undone(later(99))
    assert save(vault, table_of([{"customer_id": "D"}])) == live + 1  # ids are never reused


def test_a_batch_tells_where_it_came_from(vault: Vault) -> None:
    issues = IssueLog()
    issues.add(IssueCode.PHONE_INVALID, Action.BLANKED, row=7, key="mobile", shown="138****12",
               source="名单.xlsx · Sheet1")
    issues.add(IssueCode.TOTAL_ROW, Action.SKIPPED, row=99)
    batch_id = save(vault, table_of([{"customer_id": "C1"}]), issues=issues)
    (batch,) = vault.batches()
    assert (batch.id, batch.imported_at, batch.as_of, batch.customers) == (batch_id, NOON, DAY, 1)
    assert [source.label for source in batch.sources] == ["名单.xlsx · Sheet1"]
    assert batch.issue_counts == {IssueCode.TOTAL_ROW: 1, IssueCode.PHONE_INVALID: 1}
    assert batch.summary == {"core": 1}
    assert vault.issues_of(batch_id) == issues
    assert vault.issues_of(99) == IssueLog()


def test_the_same_file_is_recognised_while_in_force(vault: Vault) -> None:
    first = save(vault, table_of([{"customer_id": "C1"}]), sha256="aa")
    assert vault.find_same_source("bb") is None
    again = save(vault, table_of([{"customer_id": "C1"}]), sha256="aa")
    for expected in (again, first):
        same = vault.find_same_source("aa")
        assert same is not None
        assert same.id == expected
        vault.undo_batch(expected, undone_at=NOON)
    assert vault.find_same_source("aa") is None


def mapping_of(key: str, *columns: ColumnMatch) -> ColumnMapping:
    return ColumnMapping(key, columns or (
        ColumnMatch(0, "客户号", "customer_id", 1.0, MatchKind.EXACT),
        ColumnMatch(1, "余额(万)", "aum_point", 0.7, MatchKind.FUZZY, 10000.0, doubtful=True,
                    reason="intake.unsure")))


def test_what_columns_mean_is_kept_and_taken_back_with_the_import(vault: Vault) -> None:
    first = mapping_of("f1")
    chosen, other = first.choose(1, None), mapping_of("f2")
    one = [{"customer_id": "C1"}]
    save(vault, table_of(one), mappings=[first, other])
    assert list(vault.mappings().items()) == [("f1", first), ("f2", other)]
    wrong = save(vault, table_of(one), mappings=[chosen])
    assert list(vault.mappings().items()) == [("f2", other), ("f1", chosen)], "the newest last"
    vault.undo_batch(wrong, undone_at=NOON)
    assert vault.mappings() == {"f1": first, "f2": other}
    vault.redo_batch(wrong)
    assert vault.mappings()["f1"] == chosen
    vault.undo_batch(wrong, undone_at=NOON)
    vault.purge_undone(later(1))
    assert vault.mappings() == {"f1": first, "f2": other}
    with vault._begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM column_mappings").scalar() == 2


def test_codes_of_another_version_do_not_shut_the_vault(vault: Vault) -> None:
    """What was dropped or renamed since counts as "other"; a column's meaning is open again."""
    issues = IssueLog()
    for code in (IssueCode.PHONE_INVALID, IssueCode.PHONE_INVALID, IssueCode.NAME_ODD,
                 IssueCode.TOTAL_ROW):
        issues.add(code, Action.BLANKED, row=7)
    batch_id = save(vault, table_of([{"customer_id": "C1", "name": "甲"}]), issues=issues,
                    mappings=[mapping_of("f1")])
    (task,) = vault.create_tasks([NewTask("C1", "a", "主题", "经理", "王", DAY, 1.0, "r")],
                                 created_at=NOON)
    vault.withdraw_tasks([task.id], Closing.REFUSED, closed_at=later(1))
    with vault._begin() as connection:
        for statement in (
                "UPDATE issues SET code = 'gone_' || code WHERE code <> 'total_row'",
                "UPDATE issues SET action = 'gone' WHERE code = 'total_row'",
                "UPDATE batches SET columns = replace(columns, 'name', 'gone')",
                "UPDATE batches SET issue_counts = replace(issue_counts, 'phone_invalid', 'gone')",
                "UPDATE batches SET issue_counts = replace(issue_counts, 'name_odd', 'gone_2')",
                "UPDATE column_mappings SET columns = replace(columns, 'fuzzy', 'gone')",
                "UPDATE column_mappings SET columns = replace(columns, 'customer_id', 'gone')",
                "UPDATE tasks SET closing = 'gone'"):
            connection.exec_driver_sql(statement)
    assert vault.batches()[0].issue_counts == {IssueCode.OTHER: 3, IssueCode.TOTAL_ROW: 1}
    log = vault.issues_of(batch_id)
    assert log.codes == [IssueCode.OTHER] * 3 + [IssueCode.TOTAL_ROW]
    assert log.actions == [Action.BLANKED] * 3 + [Action.OTHER]
    assert [(one.field, one.kind) for one in vault.mappings()["f1"].columns] == [
        (None, MatchKind.NONE), ("aum_point", MatchKind.NONE)]
    assert [one.closing for one in vault.tasks()] == [Closing.OTHER]
    assert vault.timeline("C1")[0].text == "任务关闭：主题"
    assert rows_now(vault) == [{"customer_id": "C1"}]
    assert vault.find_same_content(table_of([{"customer_id": "C1"}])) is not None
    assert vault.find_same_content(table_of([{"customer_id": "C2"}])) is None


def test_walk_ins_come_after_the_lists(vault: Vault) -> None:
    first = vault.add_walk_in({"name": "单小明", "mobile": "13900000001", "consent": True},
                              seen_on=DAY, created_at=NOON)
    second = vault.add_walk_in({"name": "张三", "birth_date": date(1960, 2, 29), "age": 66},
                               seen_on=DAY, created_at=later(1))
    other = vault.add_walk_in({"name": "李四"}, seen_on=DAY + timedelta(days=1), created_at=NOON)
    assert [first, second, other] == [
        "厅堂-20261122-001", "厅堂-20261122-002", "厅堂-20261123-001"]
    assert table_now(vault).as_of == DAY  # nobody but walk-ins: the day they were registered
    assert "address" not in table_now(vault).frame
    save(vault, table_of([{"customer_id": "C1", "name": "王五"}], date(2026, 10, 31)))
    assert table_now(vault).as_of == date(2026, 10, 31)
    assert rows_now(vault) == [
        {"customer_id": "C1", "name": "王五"},
        {"customer_id": first, "name": "单小明", "mobile": "13900000001", "consent": True},
        {"customer_id": second, "name": "张三", "birth_date": pd.Timestamp(1960, 2, 29),
         "age": 66.0},
        {"customer_id": other, "name": "李四"},
    ]
    assert table_now(vault).frame[SOURCE_ROWS].tolist() == ["2", "", "", ""]


@pytest.mark.parametrize("key", ["customer_id", "created_at", "score", "nonsense"])
def test_a_walk_in_has_only_stored_fields(vault: Vault, key: str) -> None:
    with pytest.raises(ValueError, match=key):
        vault.add_walk_in({"name": "张三", key: "x"}, seen_on=DAY, created_at=NOON)


def test_moments_need_a_time_zone(vault: Vault) -> None:
    with pytest.raises(Exception, match="time zone"):
        vault.add_note("C1", "x", created_at=NOON.replace(tzinfo=None))


STEPS = st.one_of(
    st.tuples(st.just("save"), st.integers(1, 4), st.lists(
        st.tuples(st.sampled_from("ABCD"), st.none() | st.integers(0, 9),
                  st.none() | st.sampled_from("xyz")),
        max_size=4, unique_by=lambda row: row[0])),
    st.tuples(st.just("undo"), st.integers(0, 9), st.none()),
    st.tuples(st.just("redo"), st.integers(0, 9), st.none()),
)


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=8))
def test_the_fold_equals_a_plain_model(vault: Vault, steps: list[tuple]) -> None:
    """After any imports, undos and redos the customers are what simple dicts say."""
    batches: list[tuple[date, int, list]] = []
    undone: set[int] = set()
    for step, number, rows in steps:
        if step == "save":
            as_of = date(2026, 11, number)
            table = table_of([{"customer_id": c, "age": a, "name": n} for c, a, n in rows], as_of)
            batches.append((as_of, save(vault, table), rows))
        elif batches:
            batch_id = batches[number % len(batches)][1]
            if step == "undo":
                vault.undo_batch(batch_id, undone_at=NOON)
                undone.add(batch_id)
            else:
                vault.redo_batch(batch_id)
                undone.discard(batch_id)
    live = sorted(batch for batch in batches if batch[1] not in undone)
    model: dict[str, dict[str, object]] = {}
    for _, _, rows in live:
        for customer_id, age, name in rows:
            person = model.setdefault(customer_id, {"customer_id": customer_id})
            person |= {k: v for k, v in (("age", age), ("name", name)) if v is not None}
    if live:
        assert rows_now(vault) == list(model.values())
        assert table_now(vault).as_of == live[-1][0]
    else:
        assert vault.current_table() is None
    for _, batch_id, _ in live:
        vault.undo_batch(batch_id, undone_at=NOON)  # the vault is shared by all examples


def test_frames_hold_the_promised_dtypes_after_a_fold(vault: Vault) -> None:
    """Customers missing from one list must not turn its dates or flags into objects."""
    save(vault, table_of([{"customer_id": "A", "last_txn": pd.Timestamp(2026, 1, 2),
                           "consent": True}]))
    save(vault, table_of([{"customer_id": "B", "income": 5.0}]))
    frame = table_now(vault).frame  # CustomerTable itself has checked the dtypes
    assert np.isnat(frame["last_txn"].to_numpy()[1])
    assert frame["consent"].tolist() == [True, NA]
    assert list(frame) == [k for k in FIELDS if k in frame] + [SOURCE_ROWS]
