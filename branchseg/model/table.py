"""CustomerTable: one row per customer, proven to have the dtypes FIELDS promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from branchseg.model.fields import FIELDS, NUMERIC, Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

SOURCE_ROWS = "source_rows"
"""Column with the sheet rows a customer came from, first one first ("118、903")."""


def frame_dtype(field: Field) -> str:
    """The pandas dtype that holds a field's values (see `Kind`)."""
    if field.kind in NUMERIC:
        return "float64"
    return {Kind.DATE: "datetime64[s]", Kind.FLAG: "boolean"}.get(field.kind, "str")


@dataclass(frozen=True, slots=True)
class CustomerTable:
    """A frame with a RangeIndex, unique "customer_id", "source_rows", and known fields only.

    Never mutate `frame`: results are new frames with the same row order.
    `as_of` is the data date: the core never asks the clock.
    """

    frame: pd.DataFrame
    as_of: date

    def __post_init__(self) -> None:
        """Refuse a frame that breaks the promises above (a bug, not bad data)."""
        for key in ("customer_id", SOURCE_ROWS):
            if key not in self.frame:
                msg = f"a customer table needs {key}"
                raise ValueError(msg)
        if not self.frame["customer_id"].is_unique or self.frame["customer_id"].hasnans:
            msg = "customer_id must be known and unique"
            raise ValueError(msg)
        for key in self.frame.columns:
            if key == SOURCE_ROWS:
                continue
            actual, wanted = str(self.frame[key].dtype), frame_dtype(FIELDS[key])
            if actual != wanted:
                msg = f"{key} is {actual}, not {wanted}"
                raise TypeError(msg)

    def ids_at(self, positions: Iterable[int]) -> tuple[str, ...]:
        """Who stands in these rows: a position means something in this table only."""
        return tuple(self.frame["customer_id"].iloc[list(positions)])

    def __len__(self) -> int:
        """The number of customers."""
        return len(self.frame)
