"""What a list's customers will be once it is saved: exactly what saving it makes of them."""

from datetime import date

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from store_samples import DAY, NOON, save, table_of

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
    seen = vault.if_saved(table_of(NEXT)).frame.set_index("customer_id")
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
    assert_frame_equal(seen.frame, kept.frame)
    assert seen.as_of == kept.as_of == max(DAY, day)


def test_a_list_without_customer_numbers_finds_its_people_by_their_id_numbers(vault):
    number = "11010519491231002X"
    save(vault, table_of([{**KNOWN[1], "id_number": number}]))
    seen = vault.if_saved(table_of([
        {"customer_id": "ID-0123456789abcdef", "name": "李小红", "id_number": number}]))
    assert seen.frame["customer_id"].tolist() == ["C2"]
    assert seen.frame["aum_point"].tolist() == [200.0]


def test_the_first_list_stands_alone(vault):
    seen = vault.if_saved(table_of(KNOWN)).frame
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
