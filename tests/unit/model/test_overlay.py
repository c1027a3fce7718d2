"""Lists laid over each other: what each rule says, and that the number of steps is no matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg.model.fields import DECEASED, FIELDS, HOLDINGS, IMPORTED, REFUSALS, Kind
from branchseg.model.overlay import dated, overlay, unknown

KEYS = ("customer_id", "name", "mobile", "do_not_contact", "complaint", "consent", "open_date",
        "last_txn", "txn_count_12m", "txn_amount_12m", "txn_partial", "last_contact",
        "risk_level", "risk_date", "risk_expiry", "maturity_date", "maturity_amount",
        "maturity_product", "aum_month_avg", "aum_point", "aum_prev_month_avg",
        "aum_prev_month_end", "demand", "time_deposit", "deposit", "wealth", "aum_partial", "loan",
        "customer_type", "payroll", "payroll_amount", "payroll_employer")


def columns(*rows, day=0.0):
    """A list from dicts, on its data date."""
    keys = dict.fromkeys(key for row in rows for key in row)
    found = {}
    for key in keys:
        found[key] = unknown(key, len(rows))
        for place, row in enumerate(rows):
            if row.get(key) is not None:
                found[key][place] = row[key]
    return dated(found, day)


def united(*lists):
    """The lists, oldest first, as one: the ids of all in the order of first appearance."""
    ids = pd.Index(pd.unique(np.concatenate([part["customer_id"] for part in lists])))
    return overlay([(part, ids.get_indexer(part["customer_id"])) for part in lists], len(ids))


def plain(found):
    """Customer -> its known values; of no matter in which order they stand."""
    rows = zip(*(values.tolist() for values in found.values()), strict=True)
    return {row[0]: {key: value for key, value in zip(found, row, strict=True)
                     if not pd.isna(value)} for row in (tuple(row) for row in rows)}


def one(*rows):
    """What is known of A after lists with one row each, (day, values)."""
    return plain(united(*(columns({"customer_id": "A", **values}, day=day)
                          for day, values in rows)))["A"]


@pytest.mark.parametrize(("below", "above", "key", "expected"), [
    ({"loan": 5.0}, {"loan": 3.0}, "loan", 3.0),
    ({"loan": 5.0}, {"loan": None}, "loan", 5.0),
    ({"do_not_contact": 1.0}, {"do_not_contact": 0.0}, "do_not_contact", 1.0),
    ({"complaint": 1.0}, {"complaint": None}, "complaint", 1.0),
    ({"customer_type": "已故"}, {"customer_type": "个人"}, "customer_type", "已故"),
    ({"customer_type": "已注销"}, {"customer_type": "个人"}, "customer_type", "个人"),
    ({"consent": 1.0}, {"consent": 0.0}, "consent", 0.0),
    ({"last_txn": 9.0}, {"last_txn": 3.0}, "last_txn", 9.0),
    ({"open_date": 9.0}, {"open_date": 3.0}, "open_date", 3.0),
    ({"mobile": "138"}, {"mobile": "1**"}, "mobile", "138"),
    ({"mobile": "13*"}, {"mobile": "1**"}, "mobile", "1**"),
    ({"mobile": "1**"}, {"mobile": "139"}, "mobile", "139"),
])
def test_single_fields(below, above, key, expected):
    assert one((1, below), (2, above))[key] == expected


def test_pay_that_no_longer_comes_leaves_nothing_behind():
    paid = (1, {"payroll": 1.0, "payroll_amount": 9500.0, "payroll_employer": "学校"})
    assert one(paid, (2, {"payroll": 0.0}))["payroll"] == 0.0
    assert not {"payroll_amount", "payroll_employer"} & one(paid, (2, {"payroll": 0.0})).keys()
    again = one(paid, (2, {"payroll": 0.0}), (3, {"payroll": 1.0}))
    assert "payroll_amount" not in again
    assert one(paid, (2, {"payroll": None}))["payroll_amount"] == 9500.0
    assert one(paid, (2, {"payroll": 0.0, "payroll_amount": 7.0}))["payroll_amount"] == 7.0


@pytest.mark.parametrize(("day", "kept"), [(2, True), (32, True), (33, False)])
def test_a_point_total_of_the_month_leaves_the_average_in_force(day, kept):
    older = {"aum_month_avg": 910.0, "aum_point": 920.0, "aum_partial": 1.0, "wealth": 80.0}
    now = one((1, older), (day, {"aum_point": 575.0, "aum_partial": 0.0}))
    assert (now.get("aum_month_avg"), now["aum_point"], now["wealth"]) == (
        910.0 if kept else None, 575.0, 80.0)
    assert (now["aum_date"], now["aum_partial"]) == ((1.0, 1.0) if kept else (day, 0.0))


def test_a_new_average_leaves_no_older_total_beside_it():
    now = one((1, {"aum_month_avg": 910.0}), (2, {"aum_point": 575.0}),
              (3, {"aum_month_avg": 900.0}))
    assert (now["aum_month_avg"], "aum_point" in now, now["aum_date"]) == (900.0, False, 3.0)
    again = one((1, {"aum_month_avg": 910.0}), (2, {"aum_point": 575.0}), (2, {"aum_point": 9.0}))
    assert (again["aum_month_avg"], again["aum_point"], again["aum_date"]) == (910.0, 9.0, 1.0)


def test_without_a_new_total_the_old_one_keeps_its_date():
    now = one((1, {"aum_month_avg": 100.0, "aum_partial": 1.0}),
              (2, {"wealth": 7.0, "aum_partial": 0.0}), (3, {"name": "张三"}))
    assert (now["aum_month_avg"], now["aum_date"], now["data_date"]) == (100.0, 1.0, 3.0)
    assert (now["wealth"], now["aum_partial"]) == (7.0, 1.0)


def test_lists_of_one_date_complete_each_other():
    now = one((1, {"aum_month_avg": 100.0, "aum_partial": 1.0}),
              (1, {"aum_point": 90.0, "aum_partial": 0.0}))
    assert (now["aum_month_avg"], now["aum_point"], now["aum_partial"]) == (100.0, 90.0, 1.0)


def test_balances_of_several_lists_are_partial_if_one_is():
    now = one((1, {"demand": 3.0, "aum_partial": 1.0}), (2, {"wealth": 7.0, "aum_partial": 0.0}))
    assert (now["demand"], now["wealth"], now["aum_partial"], now["aum_date"]) == (3, 7, 1, 2)


def test_what_belongs_together_comes_from_one_list():
    now = one((1, {"maturity_date": 9.0, "maturity_amount": 5.0, "maturity_product": "存单"}),
              (2, {"maturity_date": 30.0, "maturity_amount": None}))
    assert {key for key in now if key.startswith("maturity_")} == {
        "maturity_date", "maturity_moved"}
    rated = one((1, {"risk_level": "C5", "risk_date": 3.0, "risk_expiry": 9.0}),
                (2, {"risk_level": "C1", "risk_date": 5.0}))
    assert (rated["risk_level"], rated["risk_date"], "risk_expiry" in rated) == ("C1", 5, False)
    rated = one((1, {"risk_level": "C5", "risk_date": 3.0}), (2, {"risk_level": "C1"}))
    assert (rated["risk_level"], rated["risk_date"]) == ("C5", 3.0)


def test_a_list_that_repeats_a_maturity_date_takes_no_amount_away():
    due = {"maturity_date": 9.0, "maturity_amount": 5.0, "maturity_product": "存单"}
    bare, other = {"maturity_date": 9.0, "maturity_amount": None}, {"maturity_date": 30.0}
    keys = ("maturity_date", "maturity_amount", "maturity_product")

    def said(*lists):
        now = one(*enumerate(lists, 1))
        return tuple(now.get(key) for key in keys)

    assert said(due, bare) == (9.0, 5.0, "存单")
    assert said(due, {"name": "张三"}, bare) == (9.0, 5.0, "存单")
    assert said(due, bare | {"maturity_amount": 4.0}) == (9.0, 4.0, "存单")
    assert said(due, other, bare) == (9.0, None, None)
    assert said(due, other) == (30.0, None, None)


def test_a_total_of_deposits_gives_way_to_newer_balances_of_both_kinds():
    old, split = {"deposit": 800.0}, {"demand": 50.0, "time_deposit": 200.0}
    assert "deposit" not in one((1, old), (2, split))
    assert one((1, old), (1, split))["deposit"] == 800.0
    assert one((1, split), (2, old))["deposit"] == 800.0
    assert one((1, old), (2, {"time_deposit": 200.0}), (3, {"demand": 1.0}))["deposit"] == 800.0
    assert one((1, old), (2, split), (3, {"deposit": 240.0}))["deposit"] == 240.0


def test_the_mark_for_missing_transactions_is_about_the_newest_list_that_knows():
    partial, whole = {"last_txn": 1.0, "txn_partial": 1.0}, {"last_txn": 2.0, "txn_partial": 0.0}
    blank = {"last_txn": None, "txn_partial": 0.0}
    assert one((1, partial), (2, whole))["txn_partial"] == 0.0
    assert one((1, partial), (2, blank))["txn_partial"] == 1.0
    assert one((1, whole), (2, {"last_txn": None, "txn_partial": 1.0}))["txn_partial"] == 1.0


def test_customers_of_one_list_only_keep_their_own_date():
    found = plain(united(columns({"customer_id": "A", "loan": 1.0}, day=1),
                         columns({"customer_id": "B", "loan": 2.0}, day=2)))
    assert [found[who]["data_date"] for who in "AB"] == [1.0, 2.0]


def test_a_list_that_tells_nothing_of_what_was_done_makes_nobody_newer():
    acted, owned = {"last_txn": 1.0}, {"wealth": 5.0}
    assert one((1, acted), (2, owned))["data_date"] == 1.0
    assert one((1, owned), (2, {"name": "张三"}))["data_date"] == 2.0
    assert one((1, owned), (2, acted))["data_date"] == 2.0
    assert one((1, acted), (2, {"mobile_bank_last": 2.0}))["data_date"] == 2.0
    assert one((1, acted), (2, {"last_txn": None, "txn_count_12m": 0.0}))["data_date"] == 2.0
    assert one((2, owned), (2, acted), (3, owned))["data_date"] == 2.0


def value(key):
    field = FIELDS[key]
    if key in ("name", "mobile"):
        return st.sampled_from((None, "张三", "李四", "张*", "李*"))
    if key == "customer_type":
        return st.sampled_from((None, "个人", DECEASED))
    if key in ("risk_level", "maturity_product"):
        return st.sampled_from((None, "C1", "C5"))
    if field.kind is Kind.FLAG:
        return st.sampled_from((None, 0.0, 1.0))
    return st.none() | st.integers(0, 4).map(float)


ROW = st.fixed_dictionaries({}, optional={key: value(key) for key in KEYS[1:]})
LIST = st.dictionaries(st.sampled_from("AB"), ROW, min_size=1, max_size=2)
LISTS = st.lists(LIST, min_size=3, max_size=5)


def build(lists, days):
    return [columns(*({"customer_id": who, **row} for who, row in rows.items()), day=float(day))
            for rows, day in zip(lists, sorted(days), strict=True)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_it_does_not_matter_in_how_many_steps_it_is_done(data):
    lists = data.draw(LISTS)
    days = data.draw(st.lists(st.sampled_from((1, 2, 20, 33, 34, 60)), min_size=len(lists),
                              max_size=len(lists)))
    parts = build(lists, days)
    cut = data.draw(st.integers(1, len(parts) - 1))
    whole = plain(united(*parts))
    assert plain(united(united(*parts[:cut]), *parts[cut:])) == whole
    assert plain(united(*parts[:cut], united(*parts[cut:]))) == whole


@settings(max_examples=100, deadline=None)
@given(LISTS)
def test_a_refusal_or_death_in_any_list_is_never_lost(lists):
    found = plain(united(*build(lists, range(len(lists)))))
    for key in REFUSALS:
        refused = {who for rows in lists for who, row in rows.items() if row.get(key) == 1.0}
        assert {who for who, row in found.items() if row.get(key) == 1.0} == refused
    dead = {who for rows in lists for who, row in rows.items()
            if row.get("customer_type") == DECEASED}
    assert {who for who, row in found.items() if row.get("customer_type") == DECEASED} == dead


@settings(max_examples=100, deadline=None)
@given(LISTS, st.sampled_from((1, 20, 40)))
def test_totals_are_the_newest_and_averages_no_older_than_a_month(lists, apart):
    days = [apart * place for place in range(len(lists))]
    found = plain(united(*build(lists, days)))
    for who, row in found.items():
        said = {key: max((day for day, rows in zip(days, lists, strict=True)
                          if rows.get(who, {}).get(key) is not None), default=None)
                for key in ("aum_month_avg", "aum_point")}
        average, point = said["aum_month_avg"], said["aum_point"]
        if average is not None and point is not None:
            average = None if point > average + 31 else average
            point = None if average is not None and point < average else point
        for key, day in (("aum_month_avg", average), ("aum_point", point)):
            expected = None if day is None else lists[days.index(day)][who][key]
            assert row.get(key) == expected
        if average is not None or point is not None:
            assert row["aum_date"] == (point if average is None else average)


def test_every_stored_field_can_be_laid_over_another():
    row = {field.key: "x" if unknown(field.key, 1).dtype == object else 1.0
           for field in IMPORTED} | {"customer_id": "A"}
    assert one((1, row), (2, {})) == {**row, "data_date": 1.0, "aum_date": 1.0,
                                       "aum_point_date": 1.0, "deposit_date": 1.0,
                                       "deposit_split_date": 1.0, "maturity_moved": 0.0,
                                       "pay_ended": 0.0}
    assert set(HOLDINGS) <= row.keys()
