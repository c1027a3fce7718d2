"""RFM on transactions: scores and class per customer, and which rows were left out, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from branchseg.analytics.answer import Answer, Verdict
from branchseg.analytics.pareto import pareto
from branchseg.analytics.rfm import (
    BINS,
    CLASSES,
    FREQUENCY_LIMITS,
    MONEY_LIMITS,
    QUINTILES_FROM,
    RECENCY_LIMITS,
    rfm_labels,
    rfm_of_transactions,
)
from branchseg.analytics.spec import BOOLEAN, COLUMN, DATE, integer, option
from branchseg.analytics.transactions import (
    Transactions,
    by_customer,
    last_day_doubtful,
    transactions,
)
from branchseg.messages import text
from branchseg.progress import Progress, silent, within

_MEASURES = {"R": "recency", "F": "frequency", "M": "money"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmSpec:
    """What to read and by what rules.

    Frequency counts the distinct invoices where a column of them is given, else distinct days.
    `as_of` is the day recency is counted to (rows after it are left out); without it the day
    after the last. Amounts <= 0 and cancelled invoices are left out; with `keep_negative` amounts
    <= 0 are transactions like any other (withdrawals), and cancelled invoices lower the money.
    """

    customer: str = option("columns", COLUMN)
    date: str = option("columns", COLUMN)
    amount: str = option("columns", COLUMN)
    invoice: str | None = option("columns", COLUMN, None)
    as_of: dt.date | None = option("rules", DATE, None)
    bins: int = option("rules", integer(2, 10), BINS)
    keep_negative: bool = option("rules", BOOLEAN, default=False)


def answer(frame: pd.DataFrame, spec: RfmSpec, progress: Progress = silent) -> Answer:
    """RFM of the customers in a table of transactions."""
    end = None if spec.as_of is None else np.datetime64(spec.as_of, "D")
    read = transactions(frame, customer=spec.customer, date=spec.date, amount=spec.amount,
                        invoice=spec.invoice, refunds=spec.keep_negative, end=end,
                        progress=within(progress, 0.0, 0.5))
    progress(0.5)
    customers = by_customer(read.rows, within(progress, 0.5, 0.7))
    progress(0.7)
    quality: dict[str, Any] = {
        "customers": len(customers), "left_out": read.left_out,
        "only_cancelled": read.rows["customer"].nunique() - len(customers)}
    if customers.empty:
        return _none(frame, read, quality, "analytics.rfm.no_rows")
    if len(customers) < QUINTILES_FROM and spec.bins != BINS:
        return _none(frame, read, quality, "analytics.rfm.no_bins")
    day = end if end is not None else (
        customers["last"].max().to_datetime64().astype("datetime64[D]") + 1)
    scored = rfm_of_transactions(customers, day, spec.bins)
    constant = [key for key, name in _MEASURES.items() if np.ptp(scored[name].to_numpy()) == 0]
    flat = len(constant) == len(_MEASURES) and len(scored) >= QUINTILES_FROM
    warnings = _warnings(read, scored, constant, asked=end is not None)
    progress(0.8)
    figures = _figures(scored, spec.bins)
    return Answer(
        rows=len(frame), rows_used=len(read.rows),
        verdict=Verdict.NOT_RELIABLE if flat else Verdict.OK,
        code="analytics.rfm.flat" if flat else "analytics.rfm.ok",
        params={"customers": len(scored), "rows": len(read.rows), "as_of": str(day),
                "best": figures["classes"]["key_value"],
                "share": f"{(figures['top_share']['0.2'] or 0) * 100:.1f}%",
                "left": sum(read.left_out.values())},
        quality=quality, parameters=_parameters(spec, day, len(scored)), warnings=warnings,
        figures=figures, per_row=None if flat else _per_row(scored))


def _none(frame: pd.DataFrame, read: Transactions, quality: dict[str, Any], code: str) -> Answer:
    """Nothing to score, and why."""
    return Answer(rows=len(frame), rows_used=len(read.rows), verdict=Verdict.NOT_ENOUGH_DATA,
                  code=code, params={"customers": quality["customers"], "least": QUINTILES_FROM},
                  quality=quality)


def _warnings(read: Transactions, scored: pd.DataFrame, constant: list[str], *,
              asked: bool) -> tuple[str, ...]:
    """What whoever reads the scores should know."""
    few = len(scored) < QUINTILES_FROM
    found = {
        "fixed_limits": few,
        "as_of_doubtful": not asked and last_day_doubtful(read.rows),
        "mostly_left_out": sum(read.left_out.values()) > len(read.rows),
        **{f"constant:{key}": not few for key in constant},
    }
    return tuple(code for code, holds in found.items() if holds)


def _parameters(spec: RfmSpec, day: np.datetime64, customers: int) -> dict[str, Any]:
    """What the scores rest on."""
    fixed = customers < QUINTILES_FROM
    limits = {"R": [-limit for limit in RECENCY_LIMITS],
              "F": list(FREQUENCY_LIMITS["txn_count_12m"]), "M": list(MONEY_LIMITS)}
    return {"as_of": str(day), "bins": spec.bins, "keep_negative": spec.keep_negative,
            "frequency": "days" if spec.invoice is None else "invoices",
            "scoring": "fixed_limits" if fixed else "quantiles",
            "limits": limits if fixed else None}


def _figures(scored: pd.DataFrame, bins: int) -> dict[str, Any]:
    """Customers by score and class, and how unevenly the money is spread."""
    spread = pareto(scored["money"])
    counts = {key: {str(value): int((scored[key] == value).sum()) for value in range(1, bins + 1)}
              for key in _MEASURES}
    classes = scored["class"].value_counts()
    return {"counts": counts,
            "classes": {key: int(classes.get(key, 0)) for key in CLASSES.values()},
            "top_share": {share: spread.top_share[share] for share in ("0.1", "0.2")},
            "gini": spread.gini}


def _per_row(scored: pd.DataFrame) -> pd.DataFrame:
    """One row per customer with a sentence that says why."""
    labels = rfm_labels()
    found = scored.reset_index()
    found["class_name"] = found["class"].map(labels)
    sentence = text("analytics.rfm.reason_template")
    found["reason"] = [sentence.format_map(row) for row in found.to_dict("records")]
    return found
