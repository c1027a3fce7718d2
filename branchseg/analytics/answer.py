"""What every model says of a table, whether it gives a result or says why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike


class Verdict(StrEnum):
    """Whether the result may be used."""

    OK = "ok"
    RULE_IS_AS_GOOD = "rule_is_as_good"
    NOT_ENOUGH_DATA = "not_enough_data"
    NOT_RELIABLE = "not_reliable"
    UNTRIED = "untried"
    """A card of points made by hand: nothing has happened yet that it could be held against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The quality card of a model with its figures.

    Attributes:
        rows: rows of the table.
        rows_used: rows the result rests on.
        code: the message that says in one sentence what was found, or why nothing was and what
            to collect; `params` fill it.
        quality: how good the result is, by measure.
        parameters: what was estimated.
        warnings: codes such as "not_randomised" or "leak_suspected:<column>".
        figures: what the model says beside that; plain values, ready for JSON.
        per_row: one row per customer, with the customer's name for itself first; None where
            there is no result.
    """

    rows: int
    rows_used: int
    verdict: Verdict
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    per_row: pd.DataFrame | None = None


def per_customer(customer: str | None, named: ArrayLike, found: pd.DataFrame) -> pd.DataFrame:
    """The rows of an answer: who, then what the model says.

    Args:
        customer: the column that names customers; None: rows are numbered ("row").
        named: the customer (or number) of each row.
        found: columns of the model. One that is called like `customer` has "model_" put before.
    """
    rows = found.rename(columns={customer: f"model_{customer}"})
    rows.insert(0, customer or "row", named)
    return rows
