"""Customers given as dicts, and what the rules say of them on a Monday."""

from datetime import date

import pandas as pd

from branchseg import pipeline, rules
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.paths import resources_dir

MONDAY = date(2026, 11, 23)
RULES = rules.load(resources_dir() / "rules")
SMALL = RULES.with_parameters({"calls_a_day": 2, "visits_a_day": 1})


def prepared(rows, as_of=MONDAY):
    """A list of customers given as dicts; the first is C0."""
    keys = dict.fromkeys(key for row in rows for key in row)
    columns = {"customer_id": pd.Series([f"C{n}" for n in range(len(rows))], dtype="str")}
    for key in keys:
        values = [row.get(key) for row in rows]
        dtype = frame_dtype(FIELDS[key])
        columns[key] = pd.Series(pd.to_datetime(values) if dtype.startswith("dat") else values,
                                 dtype=dtype)
    columns[SOURCE_ROWS] = pd.Series(["2"] * len(rows), dtype="str")
    table = CustomerTable(pd.DataFrame(columns), as_of)
    return pipeline.Prepared(table, IssueLog(), (), "given", 0, 0, {})


def result_of(rows, *, as_of=MONDAY, today=None, ruleset=SMALL):
    """What the rules say of them."""
    return pipeline.evaluate(prepared(rows, as_of), ruleset, today=today)


def person(aum=60_000, **values):
    return {"aum_point": aum, "last_txn": "2026-11-01", "consent": True, **values}


def losing(**values):
    """Somebody to be called within three days, for the assets shrink."""
    return person(aum_prev_month_end=10_000, aum_prev_month_avg=60_000, **values)
