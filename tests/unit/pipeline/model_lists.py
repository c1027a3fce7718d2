"""Lists of several months for models, and a vault that has them."""

from datetime import UTC, datetime

import pandas as pd

from branchseg import pipeline, rules
from branchseg.model.issues import IssueLog
from branchseg.model.raw import SourceRef
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir

RULES = rules.load(resources_dir() / "rules")


def listed(names, day, **columns):
    """Customers of old who last came on the day of the list."""
    frame = pd.DataFrame({"customer_id": names, "source_rows": names}).astype("str")
    frame["last_txn"] = pd.Series([pd.Timestamp(day)] * len(names), dtype="datetime64[s]")
    frame["open_date"] = pd.Series(pd.Timestamp("2015-01-01"), index=frame.index,
                                   dtype="datetime64[s]")
    for key, values in columns.items():
        kind = "boolean" if key in {"complaint", "payroll"} else "float64"
        frame[key] = pd.Series(list(values), index=frame.index, dtype=kind)
    return CustomerTable(frame, day)


def result_of(table, clock=None):
    """What the rules say of a list."""
    size = len(table)
    return pipeline.evaluate(pipeline.Prepared(
        table, IssueLog(), (), "given", size, size, {}), RULES, today=clock)


def keep(vault, *tables):
    """Save lists, the oldest first."""
    for table in tables:
        vault.save_batch(
            table, imported_at=datetime.now(UTC), ruleset_id="r", issues=IssueLog(), summary={},
            sources=[SourceRef("名单.xlsx", "a" * 64, "xlsx", "Sheet1", 1)],
            rows_read=len(table), rows_used=len(table))
