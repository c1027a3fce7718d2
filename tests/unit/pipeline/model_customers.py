"""Customers as the rules might have sorted them, for tests of models."""

from datetime import date

import numpy as np
import pandas as pd

from branchseg import pipeline, rules
from branchseg.model.issues import IssueLog
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir

RULES = rules.load(resources_dir() / "rules")


def result_of(columns, status="core", actions=None):
    """Customers as the rules might have sorted them, with these figures."""
    size = len(next(iter(columns.values())))
    texts = {key: pd.Series([f"{n}" for n in range(size)], dtype="str")
             for key in ("customer_id", "source_rows")}
    frame = pd.DataFrame({**texts, "txn_count_12m": columns.get("txn_count_12m", np.nan)})
    results = pd.DataFrame({key: values for key, values in columns.items()
                            if key != "txn_count_12m"})
    results["status"] = pd.Series(status, index=results.index, dtype="str")
    results["next_action"] = pd.Series(actions, index=results.index, dtype="str")
    if "aum" not in results:
        results["aum"] = np.nan
    if "aum_basis" not in results:
        results["aum_basis"] = pd.Series("aum_month_avg", index=results.index, dtype="str").where(
            results["aum"].notna())
    table = CustomerTable(frame, date(2026, 10, 31))
    return pipeline.RunResult(
        pipeline.Prepared(table, IssueLog(), (), "given", size, size, {}), results, RULES)


def two_kinds(size=200):
    """Every third customer is rich and busy; the others are neither."""
    rng = np.random.default_rng(1)
    rich = np.arange(size) % 3 == 0
    return rich, {
        "aum": np.where(rich, 800_000.0, 900.0) * np.exp(rng.normal(0, 0.2, size)),
        "txn_count_12m": np.where(rich, 60.0, 4.0) + rng.integers(0, 3, size),
        "holdings": np.where(rich, 5.0, 1.0) + rng.integers(0, 2, size),
    }
