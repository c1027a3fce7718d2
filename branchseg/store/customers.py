"""The customers in force: all lists that were not undone, and people met in the lobby."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, delete, insert, select

from branchseg.model.identifiers import WALK_IN
from branchseg.model.overlay import Columns, dated
from branchseg.model.table import SOURCE_ROWS, CustomerTable
from branchseg.store import frames
from branchseg.store.db import Database
from branchseg.store.fieldwork import observations_of
from branchseg.store.layers import Layer, Layers
from branchseg.store.links import IDENTITY, linked_ahead, resolved
from branchseg.store.records import Foreseen
from branchseg.store.results import refused
from branchseg.store.schema import (
    BATCHES,
    CUSTOMERS,
    LINKS,
    NOTES,
    OBSERVATIONS,
    OWN_SEGMENT_MEMBERS,
    OWN_SEGMENTS,
    STORED_FIELDS,
    TAGS,
    TASKS,
    WALK_INS,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

_EPOCH = date(1970, 1, 1)
_WALK_IN_FIELDS = {field.key for field in STORED_FIELDS} - {"customer_id"}


class Customers(Database):
    """The part of the vault that answers who the customers are."""

    def __init__(self, path: Path, key: bytearray) -> None:
        """Open the database, see `Database`."""
        super().__init__(path, key)
        self._layers = Layers()

    def close(self) -> None:
        """Forget everybody and close the database."""
        self._layers = Layers()
        super().close()

    def current_table(self) -> CustomerTable | None:
        """Every customer once, out of all imports in force by (data date, id).

        What counts of several lists says `model.overlay`; an id that is given up for another
        (see `Links`) does not appear. Customers keep the order in which they first appeared,
        walk-ins come last. `as_of` is the newest data date (without any list, the day of the
        last walk-in), `data_date` that of each customer. None if there is nobody. Who refused
        further contact to us stays marked, whatever the lists say.

        The first time all lists are read, later those that have come since.
        """
        with self._begin() as connection:
            lists, met = _lists(connection), _walk_ins(connection)
            if not lists and not met:
                return None
            renamed = resolved(connection)
            gone = refused(connection, renamed)
            (united,) = self._layers.united([_by_day([*met, *lists])], renamed)
        united = frames.put_last(united, {one for layer in met
                                          for one in layer.read()["customer_id"].tolist()})
        return _table(united, gone, max(layer.day for layer in lists or met))

    def customers_of(self, batch_id: int) -> CustomerTable:
        """The customers of an import in force, with all that is known of them.

        Like `current_table`, of these only. Raises KeyError for an import not in force.
        """
        with self._begin() as connection:
            listed = connection.execute(select(CUSTOMERS.c.customer_id).join(BATCHES).where(
                CUSTOMERS.c.batch_id == batch_id, BATCHES.c.undone_at.is_(None),
            ).order_by(CUSTOMERS.c.position)).scalars().all()
            renamed = resolved(connection)
        known = self.current_table()
        if known is None or not listed:
            raise KeyError(batch_id)
        ids = list(dict.fromkeys(renamed.get(one, one) for one in listed))
        rows = pd.Index(known.frame["customer_id"]).get_indexer(ids)
        return CustomerTable(known.frame.iloc[rows].reset_index(drop=True), as_of=known.as_of)

    def known_before(self, day: date) -> Columns:
        """The ids, names and numbers of everybody who is known when a list of `day` comes.

        What is read for it is not read again by `if_saved` of such a list. Empty if there is
        nobody.
        """
        with self._begin() as connection:
            order = _by_day([*_walk_ins(connection), *_lists(connection)])
            known = self._layers.united(_around(order, day), resolved(connection))
        people = [{key: part[key] for key in IDENTITY if key in part} for part in known]
        return frames.lay_over(people, {}) if people else {}

    def if_saved(self, table: CustomerTable) -> Foreseen:
        """What `customers_of` and `observations` would say if `table` were saved.

        Nothing is kept of it. Lists that are known from the last look are not read again.
        """
        columns = _dated(frames.from_frame(table.frame), table.as_of)
        who = [columns[key].tolist() if key in columns else [None] * len(table)
               for key in IDENTITY]
        with self._begin() as connection, linked_ahead(
                connection, zip(*who, strict=True)) as renamed:
            lists, met = _lists(connection), _walk_ins(connection)
            parts = _around(_by_day([*met, *lists]), table.as_of)
            known = self._layers.united(parts, renamed)
            gone, seen = refused(connection, renamed), observations_of(connection)
        ids = list(dict.fromkeys(renamed.get(one, one) for one in columns["customer_id"]))
        known = [frames.only(part, ids) for part in known]
        before = frames.only(frames.lay_over(known, renamed), ids) if known else None
        known.insert(bool(parts[0]), columns)
        united = frames.only(frames.lay_over(known, renamed), ids)
        day = max([table.as_of, *(layer.day for layer in lists)])
        return Foreseen(_table(united, gone, day), seen,
                        None if before is None else _table(before, gone, day))

    def only_in(self, batch_id: int) -> set[str]:
        """Who is in one import, in no other in force, and was not met; by the ids they have now.

        Nobody, if it is not in force. Who is united with somebody on another list is not among
        them, although taking the import back may part the two again.
        """
        listed = select(CUSTOMERS.c.customer_id).join(BATCHES).where(
            BATCHES.c.undone_at.is_(None))
        with self._begin() as connection:
            mine = set(connection.execute(listed.where(BATCHES.c.id == batch_id)).scalars())
            others = [*connection.execute(listed.where(BATCHES.c.id != batch_id)).scalars(),
                      *connection.execute(select(WALK_INS.c.customer_id)).scalars()]
            renamed = resolved(connection)
        return {renamed.get(one, one) for one in mine} - {renamed.get(one, one) for one in others}

    def list_table(self, batch_id: int, keys: Collection[str] | None = None) -> CustomerTable:
        """One import alone, as if there were no other; ids that are given up are replaced.

        Of the fields, only those in `keys` if given: the others are not read. Also of an import
        that was taken back. Raises KeyError for an unknown id.
        """
        with self._begin() as connection:
            renamed = resolved(connection)
            batch = connection.execute(_HEADS.where(BATCHES.c.id == batch_id)).one_or_none()
            if batch is None:
                raise KeyError(batch_id)
            stored = [key for key in batch.columns
                      if keys is None or key in keys or key == "customer_id"]
            columns = frames.lay_over(
                [_list(connection, batch.id, batch.as_of, stored)], renamed)
        return CustomerTable(frames.to_frame(frames.rows_said(columns)), as_of=batch.as_of)

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
        stem = f"{WALK_IN}-{seen_on:%Y%m%d}-"
        with self._begin() as connection:
            taken = connection.execute(select(WALK_INS.c.customer_id).where(
                WALK_INS.c.customer_id.startswith(stem))).scalars()
            number = 1 + max((int(one.removeprefix(stem)) for one in taken), default=0)
            row |= {"customer_id": f"{stem}{number:03}", "created_at": created_at}
            connection.execute(insert(WALK_INS), row)
        return str(row["customer_id"])

    def remove_walk_in(self, customer_id: str) -> bool:
        """Forget somebody registered by mistake.

        False, and kept, if any work refers to them, or they are united with another customer.
        """
        with self._begin() as connection:
            for part in (OBSERVATIONS, TAGS, NOTES, TASKS):
                if connection.execute(select(part.c.id).where(
                        part.c.customer_id == customer_id).limit(1)).first():
                    return False
            if connection.execute(select(OWN_SEGMENTS.c.id).join(OWN_SEGMENT_MEMBERS).where(
                    OWN_SEGMENT_MEMBERS.c.customer_id == customer_id,
                    OWN_SEGMENTS.c.removed_at.is_(None)).limit(1)).first():
                return False
            links = LINKS.c.customer_id == customer_id
            if connection.execute(select(LINKS.c.target).where(
                    links, LINKS.c.moved.is_not(None))).first():
                return False
            connection.execute(delete(LINKS).where(links))
            done = connection.execute(
                delete(WALK_INS).where(WALK_INS.c.customer_id == customer_id))
        return bool(done.rowcount)


_HEADS = select(BATCHES.c.id, BATCHES.c.as_of, BATCHES.c.columns)


def _by_day(layers: Iterable[Layer]) -> list[Layer]:
    """The oldest first; of one day, walk-ins and then lists in the order they were saved."""
    return sorted(layers, key=lambda layer: layer.day)


def _around(layers: Sequence[Layer], day: date) -> list[list[Layer]]:
    """The layers up to a day, and those after it."""
    return [[layer for layer in layers if layer.day <= day],
            [layer for layer in layers if layer.day > day]]


def _table(united: Columns, gone: Collection[str], as_of: date) -> CustomerTable:
    """Customers as they are handed out; those in `gone` are not to be contacted."""
    marked = frames.mark(frames.rows_said(united), "do_not_contact", gone)
    return CustomerTable(frames.to_frame(marked), as_of=as_of)


def _lists(connection: Connection) -> list[Layer]:
    """The lists in force, oldest first."""
    batches = connection.execute(_HEADS.where(BATCHES.c.undone_at.is_(None)).order_by(
        BATCHES.c.as_of, BATCHES.c.id)).all()
    return [Layer(batch.as_of, batch.id, partial(_list, connection, *batch)) for batch in batches]


def _list(connection: Connection, batch_id: int, as_of: date, stored: list[str]) -> Columns:
    """The customers of one import with its data date."""
    keys = [*(key for key in stored if key in CUSTOMERS.c), SOURCE_ROWS]
    rows = connection.execute(
        select(*(CUSTOMERS.c[key] for key in keys))
        .where(CUSTOMERS.c.batch_id == batch_id).order_by(CUSTOMERS.c.position)).all()
    return _dated(frames.to_columns(keys, rows), as_of)


def _walk_ins(connection: Connection) -> list[Layer]:
    """People met in the lobby, a list for each day, oldest first."""
    keys = [field.key for field in STORED_FIELDS]
    rows = connection.execute(select(WALK_INS.c.created_at, *(
        WALK_INS.c[key] for key in keys)).order_by(WALK_INS.c.customer_id)).all()
    by_day: dict[date, list[tuple[Any, ...]]] = {}
    for created_at, *values in rows:
        by_day.setdefault(created_at.date(), []).append(tuple(values))
    return [Layer(day, (day, *mine), partial(_met, mine, keys, day))
            for day, mine in by_day.items()]


def _met(rows: list[tuple[Any, ...]], keys: list[str], day: date) -> Columns:
    """Walk-ins of one day with the fields known of at least one.

    They have no `data_date`: who is on no list is not left behind by a newer one.
    """
    columns = {key: values for key, values in frames.to_columns(keys, rows).items()
               if pd.notna(values).any()}
    columns[SOURCE_ROWS] = np.full(len(rows), None, dtype=object)
    layer = _dated(columns, day)
    del layer["data_date"]
    return layer


def _dated(columns: Columns, day: date) -> Columns:
    return dated(columns, (day - _EPOCH) // timedelta(seconds=1))
