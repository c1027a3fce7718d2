"""Money that has matured stays in sight until somebody was spoken to."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

from branchseg import pipeline, rules
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.paths import resources_dir
from branchseg.pipeline import Past, Pause, day_plan, matured

MONDAY = date(2026, 11, 23)
RULES = rules.load(resources_dir() / "rules")


def result_of(days, *, last_contact=None, ruleset=RULES):
    """Customers C0, C1 ... whose money matured so many days ago; None has none."""
    when = [None if one is None else MONDAY - timedelta(days=one) for one in days]
    count = len(days)
    columns = {
        "customer_id": [f"C{n}" for n in range(count)], "name": ["张三"] * count,
        "aum_point": [60_000.0] * count, "mobile": ["13800001111"] * count,
        "last_txn": pd.to_datetime(["2026-11-01"] * count), "maturity_date": pd.to_datetime(when),
        "last_contact": pd.to_datetime([last_contact] * count)}
    made = {key: pd.Series(values).astype(frame_dtype(FIELDS[key]))
            for key, values in columns.items()}
    made[SOURCE_ROWS] = pd.Series(["2"] * count, dtype="str")
    table = CustomerTable(pd.DataFrame(made), MONDAY)
    return pipeline.evaluate(
        pipeline.Prepared(table, IssueLog(), (), "given", 0, 0, {}), ruleset, today=MONDAY)


def told(customer_id, code, day):
    """A task with a result of a day."""
    at = None if day is None else datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return SimpleNamespace(customer_id=customer_id, result=code, closed_at=at)


def test_up_to_the_limit_they_wait_and_beyond_it_they_are_counted():
    found = matured(result_of([0, 1, 30, 31, None, -5]), ())
    assert (found.waiting, found.dropped, found.settled) == ((1, 2), (3,), frozenset())
    longer = RULES.with_parameters({"matured_days": 31})
    assert matured(result_of([31, 32], ruleset=longer), ()).waiting == (0,)


@pytest.mark.parametrize(("code", "day", "waits"), [
    (1, MONDAY - timedelta(days=10), False),   # on the very day
    (1, MONDAY - timedelta(days=11), True),    # before it
    (1, MONDAY, False),
    (2, MONDAY, True),                         # nobody answered
    (6, MONDAY, True),                         # a wrong number
    (None, None, True),
])
def test_only_who_was_reached_since_is_done_with(code, day, waits):
    result = result_of([10])
    found = matured(result, [told("C0", code, day)])
    assert found.waiting == ((0,) if waits else ())
    assert (("C0", "matured_check") in found.settled) is not waits
    assert [one.action_id for one in day_plan(
        result, (), Past(dict.fromkeys(found.settled, Pause.MATURED)))] == (
        ["matured_check"] if waits else [])


@pytest.mark.parametrize(("contact", "waits"), [("2026-11-12", True), ("2026-11-13", False)])
def test_a_contact_the_list_tells_of_counts_too(contact, waits):
    assert bool(matured(result_of([10], last_contact=contact), ()).waiting) is waits


def test_a_list_without_maturities_tells_of_none():
    result = result_of([None, None])
    assert matured(result, ()) == pipeline.Matured()
    frame = result.table.frame.drop(columns="maturity_date")
    table = CustomerTable(frame, MONDAY)
    bare = pipeline.evaluate(
        pipeline.Prepared(table, IssueLog(), (), "given", 0, 0, {}), RULES, today=MONDAY)
    assert matured(bare, ()) == pipeline.Matured()
