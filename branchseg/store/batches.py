"""Imports: every list is one batch, kept whole, and taken back whole if it was a mistake."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, Table, delete, insert, select, update

from branchseg.model.fields import FIELDS
from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.overlay import Columns, unknown
from branchseg.model.raw import ColumnMapping, ColumnMatch, MatchKind, SourceRef
from branchseg.model.table import SOURCE_ROWS, CustomerTable
from branchseg.store import frames
from branchseg.store.db import Database
from branchseg.store.links import relink, resolved
from branchseg.store.records import Batch, Shared, named
from branchseg.store.schema import BATCHES, COLUMN_MAPPINGS, CUSTOMERS, ISSUES, SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


class Batches(Database):
    """The part of the vault that keeps imports and remembered column mappings."""

    def save_batch(self, table: CustomerTable, *, imported_at: datetime, ruleset_id: str,
                   sources: Sequence[SourceRef], rows_read: int, rows_used: int,
                   issues: IssueLog, summary: dict[str, Any],
                   mappings: Iterable[ColumnMapping] = ()) -> int:
        """Keep an import in one transaction and return its batch id.

        `summary` is free JSON shown in the history, `mappings` what the columns of its lists
        mean, for the next ones like them. Once this returns the batch survives a
        power cut; before, nothing of it is seen. Raises StoreError (`store.disk_full`, ...)
        and ValueError for a column the vault has no place for.
        """
        keys = [key for key in table.frame.columns if key != SOURCE_ROWS]
        head = {
            "imported_at": imported_at, "as_of": table.as_of, "ruleset_id": ruleset_id,
            "rows_read": rows_read, "rows_used": rows_used, "customers": len(table),
            "columns": keys, "issue_counts": issues.counts(), "summary": summary,
        }
        with self._begin() as connection:
            batch_id = int(connection.execute(
                insert(BATCHES).values(head).returning(BATCHES.c.id)).scalar_one())
            parts = [{"batch_id": batch_id, "position": position, **asdict(source)}
                     for position, source in enumerate(sources)]
            if parts:
                connection.execute(insert(SOURCES), parts)
            stored = [*keys, SOURCE_ROWS]
            _insert_rows(connection, CUSTOMERS, batch_id, stored,
                         frames.to_lists(table.frame, stored))
            _insert_rows(connection, ISSUES, batch_id, _ISSUE_COLUMNS, _issue_lists(issues))
            for mapping in mappings:
                connection.execute(insert(COLUMN_MAPPINGS), {
                    "batch_id": batch_id, "fingerprint": mapping.fingerprint,
                    "columns": [asdict(match) for match in mapping.columns]})
            relink(connection)
        return batch_id

    def batches(self) -> list[Batch]:
        """All imports, undone ones too, the latest import first."""
        with self._begin() as connection:
            return _batches(connection)

    def find_same_source(self, sha256: str) -> Batch | None:
        """The latest import in force that used a file of this content, if there is one."""
        used = select(SOURCES.c.batch_id).where(SOURCES.c.sha256 == sha256)
        with self._begin() as connection:
            found = _batches(connection, BATCHES.c.id.in_(used) & BATCHES.c.undone_at.is_(None))
        return found[0] if found else None

    def find_same_content(self, table: CustomerTable) -> Batch | None:
        """The latest import in force with the customers and values of `table`, if there is one.

        Whatever program saved the file: the order of rows and columns, columns without a value,
        the rows of the sheet and the data dates do not count.
        """
        mine = frames.from_frame(table.frame)
        with self._begin() as connection:
            for batch in _batches(connection, BATCHES.c.undone_at.is_(None) & (
                    BATCHES.c.customers == len(table))):
                if _is_same(connection, batch.id, mine):
                    return batch
        return None

    def in_common(self, batch_id: int) -> dict[int, Shared]:
        """The people of an import and of each in force, and who is in both; united are one."""
        people = self.people(batch_id)
        mine = people.get(batch_id, set())
        return {one: Shared(len(mine & theirs), len(theirs)) for one, theirs in people.items()}

    def people(self, also: int | None = None) -> dict[int, set[str]]:
        """Who is on each import in force, by its id; united are one. `also` an import undone."""
        chosen = select(BATCHES.c.id).where(
            BATCHES.c.undone_at.is_(None) | (BATCHES.c.id == also))
        with self._begin() as connection:
            renamed = resolved(connection)
            found: dict[int, set[str]] = {
                one: set() for one in connection.execute(chosen).scalars()}
            for one, customer_id in connection.execute(  # no condition: the index tells it all
                    select(CUSTOMERS.c.batch_id, CUSTOMERS.c.customer_id)):
                if one in found:
                    found[one].add(renamed.get(customer_id, customer_id))
        return found

    def undo_batch(self, batch_id: int, *, undone_at: datetime) -> None:
        """Take an import back; its rows stay hidden, for `redo_batch`, until purged.

        Observations, tags, notes and tasks stay. Raises KeyError for an unknown id.
        """
        self._set_undone(batch_id, undone_at)

    def redo_batch(self, batch_id: int) -> None:
        """Bring an import back that was undone. Raises KeyError for an unknown id."""
        self._set_undone(batch_id, None)

    def _set_undone(self, batch_id: int, undone_at: datetime | None) -> None:
        with self._begin() as connection:
            done = connection.execute(
                update(BATCHES).where(BATCHES.c.id == batch_id).values(undone_at=undone_at))
            if not done.rowcount:
                raise KeyError(batch_id)
            relink(connection)

    def purge_undone(self, before: datetime) -> int:
        """Erase the rows of imports undone before a moment; returns how many imports.

        Personal data nobody uses any more must not be kept (PIPL, article 47).
        """
        with self._begin() as connection:
            old = [batch.id for batch in _batches(connection)
                   if batch.undone_at is not None and batch.undone_at < before]
            connection.execute(delete(BATCHES).where(BATCHES.c.id.in_(old)))
        return len(old)

    def issues_of(self, batch_id: int) -> IssueLog:
        """What was wrong with the rows of one import, in the order it was found."""
        query = select(*(ISSUES.c[name] for name in _ISSUE_COLUMNS)).where(
            ISSUES.c.batch_id == batch_id).order_by(ISSUES.c.position)
        with self._begin() as connection:
            rows = connection.execute(query).all()
        columns = [list(values) for values in zip(*rows, strict=True)] or [[]] * 6
        codes, at, keys, shown, actions, sources = columns
        return IssueLog([named(IssueCode, code, IssueCode.OTHER) for code in codes], at, keys,
                        shown, [named(Action, one, Action.OTHER) for one in actions], sources)

    def mappings(self) -> dict[str, ColumnMapping]:
        """What columns meant in the imports in force, by the fingerprint of their list.

        Of the same list the import that came last counts; the newest stand last. One taken back
        lends nothing: a wrong column or unit is what lists are taken back for.
        """
        query = select(COLUMN_MAPPINGS).outerjoin(BATCHES).where(
            BATCHES.c.undone_at.is_(None)).order_by(COLUMN_MAPPINGS.c.id)
        found: dict[str, ColumnMapping] = {}
        with self._begin() as connection:
            for row in connection.execute(query):
                found.pop(row.fingerprint, None)  # to the end
                found[row.fingerprint] = ColumnMapping(
                    row.fingerprint, tuple(map(_match, row.columns)))
        return found


def _match(kept: dict[str, Any]) -> ColumnMatch:
    """A column as it was kept; what it meant is open again if the program has no such field."""
    match = ColumnMatch(**{**kept, "kind": named(MatchKind, kept["kind"], MatchKind.NONE)})
    if match.field in FIELDS or match.field is None:
        return match
    return replace(match, field=None, kind=MatchKind.NONE)


_FLEETING = frozenset({SOURCE_ROWS, "data_date", "aum_date"})
"""Columns that tell where a value comes from, not what it is."""


_SAMPLE = 200
"""So many customers tell nearly always that a list is another one."""


def _is_same(connection: Connection, batch_id: int, mine: Columns) -> bool:
    """Whether an import holds exactly these values, of as many customers; figures to the cent."""
    stored = connection.execute(select(BATCHES.c.columns).where(BATCHES.c.id == batch_id))
    keys = sorted(({*stored.scalar_one(), *mine} - _FLEETING) & {*CUSTOMERS.c.keys()})
    places = pd.Index(mine["customer_id"])
    return all(_agree(connection, batch_id, keys, mine, places, count)
               for count in (_SAMPLE, None))


def _agree(connection: Connection, batch_id: int, keys: list[str], mine: Columns,
           places: pd.Index, count: int | None) -> bool:
    """Whether the first `count` customers of an import (None: all) are in `mine` as well."""
    rows = connection.execute(select(*(CUSTOMERS.c[key] for key in keys)).where(
        CUSTOMERS.c.batch_id == batch_id).order_by(CUSTOMERS.c.position).limit(count)).all()
    kept = frames.to_columns(keys, rows)
    place = places.get_indexer(kept["customer_id"])
    if (place < 0).any():
        return False
    for key, theirs in kept.items():
        ours = mine[key][place] if key in mine else unknown(key, len(place))
        same = (np.array_equal(theirs, ours) if theirs.dtype == object
                else np.array_equal(theirs.round(2), ours.round(2), equal_nan=True))
        if not same:
            return False
    return True


_ISSUE_COLUMNS = ("code", "row", "field", "shown", "action", "source")


def _issue_lists(issues: IssueLog) -> list[list[Any]]:
    return [issues.codes, issues.rows, issues.fields, issues.shown, issues.actions,
            issues.sources]


def _insert_rows(connection: Connection, table: Table, batch_id: int, keys: Iterable[str],
                 lists: list[list[Any]]) -> None:
    """Insert columns `lists` as rows numbered from 0 (50,000 rows at a time go this way)."""
    unknown = set(keys) - set(table.columns.keys())
    if unknown:
        msg = f"{table.name} has no columns {sorted(unknown)}"
        raise ValueError(msg)
    names = ["batch_id", "position", *keys]
    rows = [(batch_id, position, *values)
            for position, values in zip(count(), zip(*lists, strict=True), strict=False)]
    if rows:
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - checked names


def _batches(connection: Connection, which: ColumnElement[bool] | None = None) -> list[Batch]:
    """Imports, the latest first; without a condition all of them."""
    sources: dict[int, list[SourceRef]] = {}
    for row in connection.execute(select(SOURCES).order_by(SOURCES.c.position)):
        sources.setdefault(row.batch_id, []).append(SourceRef(
            row.file_name, row.sha256, row.file_format, row.sheet, row.header_row))
    query = select(BATCHES).order_by(BATCHES.c.id.desc())
    rows = connection.execute(query if which is None else query.where(which))
    return [_batch(row, sources.get(row.id, [])) for row in rows]


def _batch(row: Row[Any], sources: list[SourceRef]) -> Batch:
    return Batch(
        row.id, row.imported_at, row.as_of, row.ruleset_id, tuple(sources), row.rows_read,
        row.rows_used, row.customers,
        _issue_counts(row.issue_counts),
        row.summary, row.undone_at)


def _issue_counts(kept: dict[str, int]) -> dict[IssueCode, int]:
    """Findings by kind; kinds that the program has no more are one, with all they counted."""
    found: dict[IssueCode, int] = {}
    for code, number in kept.items():
        kind = named(IssueCode, code, IssueCode.OTHER)
        found[kind] = found.get(kind, 0) + number
    return found
