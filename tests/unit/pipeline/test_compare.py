"""Two lists compared: who is new, gone, moved; unknown is no move; the sums add up."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg import rules
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.paths import resources_dir
from branchseg.pipeline import Prepared, evaluate
from branchseg.pipeline.compare import (
    ABSENT,
    UNKNOWN,
    Flow,
    Money,
    are_alike,
    compare,
    summary,
)

RULES = rules.load(resources_dir() / "rules")
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)


def judged(rows, as_of=OCTOBER, ruleset=RULES):
    """A result out of dicts; the keys of the first are the columns."""
    keys = list(rows[0])
    columns = {key: pd.Series([row[key] for row in rows]).astype(frame_dtype(FIELDS[key]))
               for key in keys}
    columns[SOURCE_ROWS] = pd.Series([str(2 + n) for n in range(len(rows))], dtype="str")
    table = CustomerTable(pd.DataFrame(columns), as_of)
    return evaluate(Prepared(table, IssueLog(), (), "given", len(rows), len(rows), {}), ruleset)


def listed(assets, as_of=OCTOBER):
    """A result of customers by id with these assets and a recent transaction."""
    return judged([{"customer_id": one, "name": f"客户{one}", "aum_point": aum,
                    "last_txn": pd.Timestamp(as_of)} for one, aum in assets.items()], as_of)


def ids(changes, rows):
    return changes.people["customer_id"].iloc[rows].tolist()


def test_new_gone_up_and_down():
    changes = compare(
        listed({"A": 60_000.0, "B": 300_000.0, "C": 10.0, "D": 700_000.0}),
        listed({"E": 5.0, "A": 250_000.0, "B": 49_999.99, "C": 20.0}, NOVEMBER))
    assert ids(changes, changes.new) == ["E"]
    assert ids(changes, changes.gone) == ["D"]
    assert ids(changes, changes.up) == ["A"]
    assert ids(changes, changes.down) == ["B"]
    assert changes.people["steps"].tolist() == [0, 1, -2, 0, 0]
    assert changes.people["aum_change"].tolist()[1:4] == [190_000.0, -250_000.01, 10.0]
    assert changes.people[["before", "after"]].to_numpy().tolist() == [
        [-1, 0], [0, 1], [1, 2], [2, 3], [3, -1]]
    assert changes.common == 3
    assert changes.money == Money(
        before=1_060_010.0, after=300_024.99, left=700_000.0, came=5.0, grown=190_010.0,
        shrunk=250_000.01, unclear=0.0)


def test_everybody_flows_somewhere_in_the_order_of_the_tiers():
    changes = compare(
        listed({"A": 60_000.0, "B": None, "C": 10.0, "D": 20.0}),
        listed({"A": 10.0, "B": 60_000.0, "E": 60_000.0, "C": None}, NOVEMBER))
    assert [(flow.before, flow.after, ids(changes, flow.rows))
            for flow in changes.flows("tier")] == [
        ("mass", UNKNOWN, ["C"]), ("mass", ABSENT, ["D"]), ("qualified", "mass", ["A"]),
        (UNKNOWN, "qualified", ["B"]), (ABSENT, "qualified", ["E"])]


def test_unknown_assets_and_tiers_are_no_move():
    changes = compare(listed({"A": None, "B": 6e6}), listed({"A": 6e6, "B": None}, NOVEMBER))
    assert len(changes.up) == len(changes.down) == 0
    assert changes.people["aum_change"].isna().all()
    assert changes.money == Money(6e6, 6e6, 0.0, 0.0, 0.0, 0.0, 0.0)
    one_sided = compare(listed({"A": 100.0}), listed({"A": None}, NOVEMBER)).money
    assert (one_sided.shrunk, one_sided.unclear) == (0.0, -100.0)


def test_each_list_is_judged_on_its_own_day():
    row = {"customer_id": "A", "name": "张三", "aum_point": 1e6}
    before = judged([{**row, "last_txn": pd.Timestamp("2026-01-05")}], date(2026, 1, 31))
    after = judged([{**row, "last_txn": pd.Timestamp("2026-01-05")}], date(2027, 10, 31))
    changes = compare(before, after)
    words = changes.people[["status_before", "status_after"]].iloc[0].tolist()
    assert words[0] != words[1] == "dormant"
    assert ids(changes, changes.turned) == ["A"]


def test_to_be_verified_is_no_status_to_turn_to():
    changes = compare(listed({"A": 1e6}), judged([{"customer_id": "A", "name": "张三"}], NOVEMBER))
    assert changes.people["status_after"].tolist() == ["unverified"]
    assert len(changes.turned) == 0


def test_a_field_is_that_of_the_newer_list_and_of_who_is_gone_the_older():
    before = judged([{"customer_id": one, "name": f"旧{one}", "manager": "王"} for one in "AB"])
    after = judged([{"customer_id": "A", "name": "新A"}], NOVEMBER)
    changes = compare(before, after)
    assert changes.listed("name").tolist() == ["新A", "旧B"]
    assert changes.listed("manager").tolist() == ["王", "王"]
    assert changes.listed("mobile").isna().all()


@pytest.mark.parametrize(("common", "before", "after", "alike"), [
    (50, 100, 100, True), (49, 100, 100, False), (50, 50, 100, True), (49, 49, 100, False),
    (0, 0, 0, False), (1, 1, 1, True)])
def test_lists_of_one_kind_share_half_of_the_longer(common, before, after, alike):
    assert are_alike(common, before, after) is alike


def test_results_of_other_rules_are_not_compared():
    changed = RULES.with_parameters({"near_ratio": 0.8})
    rows = [{"customer_id": "A", "name": "张三"}]
    with pytest.raises(ValueError, match="same rules"):
        compare(judged(rows), judged(rows, NOVEMBER, changed))


def test_the_summary_holds_figures_only():
    changes = compare(listed({"ZHANG": 60_000.0, "B": 1.0}), listed({"ZHANG": 1.0}, NOVEMBER))
    found = summary(changes)
    assert found["as_of"] == "2026-10-31"
    assert (found["customers"], found["common"], found["same_kind"]) == (2, 1, True)
    assert [found[key] for key in ("new", "gone", "up", "down")] == [0, 1, 0, 1]
    assert found["tier_flows"] == [{"before": "mass", "after": ABSENT, "customers": 1},
                                   {"before": "qualified", "after": "mass", "customers": 1}]
    assert "ZHANG" not in str(found)


ASSETS = st.dictionaries(st.sampled_from("ABCDEFGH"), st.none() | st.floats(0, 2e7), min_size=1)


@settings(max_examples=12)
@given(old=ASSETS, new=ASSETS)
def test_nobody_and_no_money_is_lost(old, new):
    changes = compare(listed(old), listed(new, NOVEMBER))
    assert ids(changes, changes.new) == [one for one in new if one not in old]
    assert ids(changes, changes.gone) == [one for one in old if one not in new]
    assert changes.common == len(old.keys() & new.keys())
    for column in ("tier", "status"):
        flows = changes.flows(column)
        rows = sorted(row for flow in flows for row in flow.rows)
        assert rows == list(range(len(old.keys() | new.keys())))
        assert all(isinstance(flow, Flow) and len(flow.rows) for flow in flows)
    money = changes.money
    total = money.before - money.left + money.came + money.grown - money.shrunk + money.unclear
    assert money.after == pytest.approx(total, abs=0.1)
    assert min(money.left, money.came, money.grown, money.shrunk) >= 0
    back = compare(listed(new, NOVEMBER), listed(old))
    assert ids(back, back.new) == ids(changes, changes.gone)
    assert set(ids(back, back.up)) == set(ids(changes, changes.down))
    assert (back.money.grown, back.money.left) == pytest.approx((money.shrunk, money.came))


@given(ASSETS)
@settings(max_examples=5)
def test_a_list_has_not_changed_since_itself(assets):
    changes = compare(listed(assets), listed(assets))
    assert not any(len(rows) for rows in (
        changes.new, changes.gone, changes.up, changes.down, changes.turned))
    assert changes.money.before == changes.money.after
    assert all(flow.before == flow.after for flow in changes.flows("tier"))
