"""The customers in force: all lists that were not undone, and people met in the lobby."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sqlalchemy import Connection, delete, insert, select

from branchseg.model.table import SOURCE_ROWS, CustomerTable
from branchseg.store import frames
from branchseg.store.db import Database
from branchseg.store.schema import (
    BATCHES,
    CUSTOMERS,
    NOTES,
    OBSERVATIONS,
    REFUSALS,
    STORED_FIELDS,
    TAGS,
    TASKS,
    WALK_INS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

_WALK_IN_PREFIX = "厅堂"
_WALK_IN_FIELDS = {field.key for field in STORED_FIELDS} - {"customer_id"}


class Customers(Database):
    """The part of the vault that answers who the customers are."""

    def current_table(self) -> CustomerTable | None:
        """Every customer once, out of all imports in force by (data date, id).

        Known values of later lists win field by field; customers keep the order in which they
        first appeared, walk-ins come last. `as_of` is the newest data date (without any list,
        the day of the last walk-in). None if there is nobody. Who refused further contact to us
        stays marked, whatever the lists say.
        """
        with self._begin() as connection:
            lists, days = _lists(connection)
            walk_ins, met = _walk_ins(connection)
            refused = set(connection.execute(select(REFUSALS.c.customer_id)).scalars())
        if walk_ins is not None:
            lists.append(walk_ins)
        if not lists:
            return None
        united = frames.mark(frames.unite(lists), "do_not_contact", refused)
        return CustomerTable(frames.to_frame(united), as_of=max(days or met))

    def add_walk_in(self, values: Mapping[str, object], *, seen_on: date,
                    created_at: datetime) -> str:
        """Register somebody met in the lobby who is on no list; returns the new customer id.

        `values` are by field key ("name", "mobile", ...), typed as the field's kind; keys that
        are not stored raise ValueError. The id is like "厅堂-20261122-001".
        """
        unknown = set(values) - _WALK_IN_FIELDS
        if unknown:
            msg = f"a walk-in has no fields {sorted(unknown)}"
            raise ValueError(msg)
        row = {key: frames.to_value(key, value) for key, value in values.items()}
        stem = f"{_WALK_IN_PREFIX}-{seen_on:%Y%m%d}-"
        with self._begin() as connection:
            taken = connection.execute(select(WALK_INS.c.customer_id).where(
                WALK_INS.c.customer_id.startswith(stem))).scalars()
            number = 1 + max((int(one.removeprefix(stem)) for one in taken), default=0)
            row |= {"customer_id": f"{stem}{number:03}", "created_at": created_at}
            connection.execute(insert(WALK_INS), row)
        return str(row["customer_id"])

    def remove_walk_in(self, customer_id: str) -> bool:
        """Forget somebody registered by mistake; False, and kept, if any work refers to them."""
        with self._begin() as connection:
            for part in (OBSERVATIONS, TAGS, NOTES, TASKS):
                if connection.execute(select(part.c.id).where(
                        part.c.customer_id == customer_id).limit(1)).first():
                    return False
            done = connection.execute(
                delete(WALK_INS).where(WALK_INS.c.customer_id == customer_id))
        return bool(done.rowcount)


def _lists(connection: Connection) -> tuple[list[frames.Columns], list[date]]:
    """The lists in force, oldest first, and their data dates."""
    batches = connection.execute(
        select(BATCHES.c.id, BATCHES.c.as_of, BATCHES.c.columns)
        .where(BATCHES.c.undone_at.is_(None)).order_by(BATCHES.c.as_of, BATCHES.c.id)).all()
    lists = []
    for batch in batches:
        keys = [*batch.columns, SOURCE_ROWS]
        rows = connection.execute(
            select(*(CUSTOMERS.c[key] for key in keys))
            .where(CUSTOMERS.c.batch_id == batch.id).order_by(CUSTOMERS.c.position)).all()
        lists.append(frames.to_columns(keys, rows))
    return lists, [batch.as_of for batch in batches]


def _walk_ins(connection: Connection) -> tuple[frames.Columns | None, list[date]]:
    """People met in the lobby, with the fields known of at least one, and when."""
    keys = [field.key for field in STORED_FIELDS]
    rows = connection.execute(select(
        *(WALK_INS.c[key] for key in keys)).order_by(WALK_INS.c.customer_id)).all()
    if not rows:
        return None, []
    columns = frames.to_columns(keys, rows)
    found = {key: values for key, values in columns.items() if pd.notna(values).any()}
    found[SOURCE_ROWS] = np.full(len(rows), "", dtype=object)
    days = connection.execute(select(WALK_INS.c.created_at)).scalars()
    return found, [day.date() for day in days]
