"""Lists of one data date that state different amounts of a customer: the later import counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from branchseg.model.fields import FIELDS, Kind
from branchseg.model.table import SOURCE_ROWS

if TYPE_CHECKING:
    import pandas as pd

    from branchseg.model.table import CustomerTable
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

_ROUNDED = 100.0
"""元: an amount in 万元 with two digits is rounded so far, and no decision hangs on it."""


@dataclass(frozen=True, slots=True)
class SameDay:
    """The imports that differ from a list, in how many customers, in which fields (most first)."""

    batches: tuple[Batch, ...]
    customers: int
    fields: tuple[str, ...]


def same_day(vault: Vault, table: CustomerTable) -> SameDay | None:
    """What imports in force of the data date of `table` state otherwise; None if nothing."""
    batches: list[Batch] = []
    people: set[str] = set()
    fields: Counter[str] = Counter()
    for batch in vault.batches():
        if batch.in_force and batch.as_of == table.as_of:
            apart = _apart(table.frame, vault.list_table(batch.id).frame)
            if len(apart):
                batches.append(batch)
                people.update(apart.index)
                fields.update(apart.sum().to_dict())
    if not batches:
        return None
    told = tuple(key for key, count in fields.most_common() if count)
    return SameDay(tuple(batches), len(people), told)


def _apart(mine: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Whose amounts differ by more than rounding, by customer id and field.

    Every row that was added up had been rounded.
    """
    mine, theirs = mine.set_index("customer_id"), theirs.set_index("customer_id")
    both = mine.index.intersection(theirs.index)
    mine, theirs = mine.loc[both], theirs.loc[both]
    keys = [key for key, field in FIELDS.items()
            if field.kind is Kind.AMOUNT and key in mine and key in theirs]
    rows = np.maximum(*(part[SOURCE_ROWS].str.count("[、；]") + 1 for part in (mine, theirs)))
    apart = (mine[keys] - theirs[keys]).abs().ge(rows * _ROUNDED, axis=0)
    return apart[apart.any(axis=1)]
