"""One import alone, the same content again, and what imports have in common."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import NOON, save, table_of

from branchseg.model.identifiers import made_up
from branchseg.model.table import SOURCE_ROWS, CustomerTable
from branchseg.pipeline import compare

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)
NUMBER = "11010519491231002X"
NOBODY = made_up(f"ID|{NUMBER}", b"secret")


def rows(*ids, **values):
    return [{"customer_id": one, "name": f"客户{one}", "aum_point": 1.5, **values} for one in ids]


def ids(table):
    return table.frame["customer_id"].tolist()


def test_one_import_alone(vault):
    first = save(vault, table_of(rows("A", "B"), OCTOBER))
    second = save(vault, table_of(rows("B", "C", aum_point=2.5), NOVEMBER))
    alone = vault.list_table(first)
    assert (alone.as_of, ids(alone)) == (OCTOBER, ["A", "B"])
    assert alone.frame["aum_point"].tolist() == [1.5, 1.5]
    assert alone.frame["data_date"].tolist() == [pd.Timestamp(OCTOBER)] * 2
    assert ids(vault.list_table(second)) == ["B", "C"]
    part = vault.list_table(first, {"aum_point"})
    pd.testing.assert_frame_equal(part.frame, alone.frame.drop(columns="name"))
    assert ids(vault.current_table()) == ["A", "B", "C"]
    vault.undo_batch(first, undone_at=NOON)
    pd.testing.assert_frame_equal(vault.list_table(first).frame, alone.frame)
    with pytest.raises(KeyError):
        vault.list_table(99)


def test_in_one_import_people_are_united_too(vault):
    person = {"name": "张三", "id_number": NUMBER}
    first = save(vault, table_of([{"customer_id": NOBODY, **person}], OCTOBER))
    save(vault, table_of([{"customer_id": "A", **person}], NOVEMBER))
    assert ids(vault.list_table(first)) == ["A"]


def test_what_imports_have_in_common(vault):
    first = save(vault, table_of(rows("A", "B", "C"), SEPTEMBER))
    other = save(vault, table_of(rows("X"), OCTOBER))
    gone = save(vault, table_of(rows("A"), OCTOBER))
    last = save(vault, table_of(rows("B", "C", "D"), NOVEMBER))
    vault.undo_batch(gone, undone_at=NOON)
    assert vault.in_common(last) == {first: (2, 3), other: (0, 1), last: (3, 3)}
    assert vault.in_common(gone)[gone] == (1, 1)
    batches = {batch.id: batch for batch in vault.batches()}
    assert [one.id for one in batches[last].older(batches.values())] == [other, first]
    assert batches[first].older(batches.values()) == []
    found = compare.predecessor(vault, batches[last])
    assert found is not None
    assert found.id == first, "of the same kind"
    assert compare.predecessor(vault, batches[other]) is None


def test_people_united_are_in_common_and_count_once(vault):
    """Else lists of one kind would be of two, for the page and for the comparison itself."""
    person = {"name": "张三", "id_number": NUMBER}
    first = save(vault, table_of([{"customer_id": NOBODY, **person}], OCTOBER))
    last = save(vault, table_of([{"customer_id": "A", **person},
                                 {"customer_id": NOBODY, **person}], NOVEMBER))
    assert vault.in_common(last) == {first: (1, 1), last: (1, 1)}
    batch = next(one for one in vault.batches() if one.id == last)
    assert compare.predecessor(vault, batch).id == first


def shuffled(table: CustomerTable) -> CustomerTable:
    """The same list saved by another program."""
    frame = table.frame.iloc[::-1, ::-1].reset_index(drop=True)
    return CustomerTable(frame.assign(**{SOURCE_ROWS: "9", "mobile": pd.Series(dtype="str")}),
                         table.as_of)


def plain(value):
    """What counts of a value: figures to the cent."""
    if value is None or value is pd.NA:
        return None
    return round(value, 2) if isinstance(value, float) else value


VALUES = st.fixed_dictionaries({
    "name": st.none() | st.sampled_from(("张三", "李四", "")),
    "aum_point": st.none() | st.floats(-1e9, 1e9),
    "last_txn": st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    "consent": st.sampled_from((pd.NA, True, False)),
})


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(VALUES, min_size=1, max_size=4), place=st.integers(0, 3),
       key=st.sampled_from(("name", "aum_point", "last_txn", "consent")), value=VALUES)
def test_the_same_content_is_known_again(vault, people, place, key, value):
    listed = [{"customer_id": str(n), **one} for n, one in enumerate(people)]
    table = table_of(listed, OCTOBER)
    batch = save(vault, table)
    try:
        for again in (table, shuffled(table), CustomerTable(table.frame, NOVEMBER)):
            assert vault.find_same_content(again).id == batch
        place %= len(listed)
        changed = [dict(one) for one in listed]
        changed[place][key] = value[key]
        other = table_of(changed, OCTOBER)
        same = plain(value[key]) == plain(listed[place][key])
        assert (vault.find_same_content(other) is not None) is same
        renamed = [{**one, "customer_id": f"{one['customer_id']}x"} for one in listed]
        assert vault.find_same_content(table_of(renamed, OCTOBER)) is None
    finally:
        vault.undo_batch(batch, undone_at=NOON)  # the vault is shared by all examples
    assert vault.find_same_content(table) is None


def test_a_row_more_or_less_is_another_list(vault):
    save(vault, table_of(rows("A", "B"), OCTOBER))
    assert vault.find_same_content(table_of(rows("A"), OCTOBER)) is None
    assert vault.find_same_content(table_of(rows("A", "B", "C"), OCTOBER)) is None
    assert vault.find_same_content(table_of(rows("A", "B", mobile="138"), OCTOBER)) is None


def test_figures_count_to_the_cent(vault):
    batch = save(vault, table_of(rows("A", aum_point=0.1 + 0.2), OCTOBER))
    assert vault.find_same_content(table_of(rows("A", aum_point=0.3))).id == batch
    assert vault.find_same_content(table_of(rows("A", aum_point=0.31))) is None
