"""A customer without a name is neither called nor sold to: first somebody finds out who it is."""

from __future__ import annotations

import pytest
from conftest import AS_OF, as_polars, customers, plain

from branchseg.rules import assess, explain

CORE = {"aum_point": 300_000, "last_txn": "2026-06-20", "birth_date": "1980-01-15",
        "consent": True, "mobile": "13412340996", "risk_level": "C3", "risk_date": "2026-01-01",
        "maturity_date": "2026-07-20", "maturity_amount": 50_000}


@pytest.mark.parametrize("refused", [False, True])
def test_the_only_task_is_to_find_the_name_in_the_lobby(rules, refused):
    row = {**CORE, "name": None, "do_not_contact": refused}
    told = explain(customers(row), 0, rules, AS_OF)
    (only,) = told.advice
    assert (only.action_id, only.theme, only.channel) == (
        "complete_name", "核实信息：先补姓名", "厅堂")
    assert "没有姓名" in only.why
    assert only.opening.startswith("您好")


@pytest.mark.parametrize("engine", [lambda frame: frame, as_polars])
def test_it_takes_no_time_of_a_day_and_named_customers_keep_their_tasks(rules, engine):
    frame = engine(customers({**CORE, "name": None}, {**CORE, "name": "王小明"}))
    nameless, named = plain(assess(frame, rules, AS_OF))
    assert (nameless["actions"], nameless["effort"]) == ("complete_name", None)
    assert nameless["status"] == named["status"] == "core"
    assert "complete_name" not in named["actions"]
    assert named["effort"]


def test_a_list_without_names_is_judged_as_before(rules):
    (row,) = plain(assess(customers(CORE), rules, AS_OF))
    assert "complete_name" not in row["actions"]


def test_what_is_done_in_the_branch_anyway_stays(rules):
    invalid = {"aum_point": 1.0, "last_txn": "2020-01-01", "txn_count_12m": 0, "name": None}
    (row,) = plain(assess(customers(invalid), rules, AS_OF))
    assert row["actions"] == "lobby_verify"
