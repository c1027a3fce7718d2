"""The customers a branch has chosen itself, by conditions or one by one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from branchseg.errors import StoreError
from branchseg.store.db import Database
from branchseg.store.links import resolve, resolved
from branchseg.store.records import OwnSegment
from branchseg.store.schema import OWN_SEGMENT_MEMBERS, OWN_SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class OwnSegments(Database):
    """The part of the vault that keeps own segments."""

    def own_segments(self) -> list[OwnSegment]:
        """All that are not removed, in the order they were first kept."""
        table = OWN_SEGMENT_MEMBERS
        members: dict[int, dict[str, None]] = defaultdict(dict)
        with self._begin() as connection:
            for row in connection.execute(select(table).order_by(table.c.id)):
                members[row.segment_id][row.customer_id] = None  # united people stand there twice
            return [
                OwnSegment(row.name, row.tree, tuple(members[row.id]), row.action_id, row.id)
                for row in connection.execute(select(OWN_SEGMENTS).where(
                    OWN_SEGMENTS.c.removed_at.is_(None)).order_by(OWN_SEGMENTS.c.id))]

    def keep_own_segment(self, segment: OwnSegment, *, at: datetime) -> int:
        """Keep a new one, or one that was changed, under its id; returns the id.

        Members are kept with a new one and stay: links may move them to other ids. Raises
        StoreError `store.segment_name` if another one has this name, KeyError for an unknown id.
        """
        row = {"name": segment.name, "tree": None if segment.tree is None else dict(segment.tree),
               "action_id": segment.action, "changed_at": at}
        with self._begin() as connection:
            _check_name(connection, segment.name, segment.id)
            if segment.id is not None:
                _change(connection, segment.id, row)
                return segment.id
            kept = int(connection.execute(
                insert(OWN_SEGMENTS).values(row).returning(OWN_SEGMENTS.c.id)).scalar_one())
            given_up = resolved(connection)
            if segment.members:
                connection.execute(insert(OWN_SEGMENT_MEMBERS), [
                    {"segment_id": kept, "customer_id": resolve(given_up, one)}
                    for one in segment.members])
        return kept

    def remove_own_segment(self, segment_id: int, *, at: datetime) -> None:
        """Take one out of use; its members stay with it. Raises KeyError for an unknown id."""
        with self._begin() as connection:
            _change(connection, segment_id, {"removed_at": at})

    def purge_own_segments(self, before: datetime) -> int:
        """Erase those removed before a moment, with their members; returns how many.

        Personal data nobody uses any more must not be kept (PIPL, article 47).
        """
        with self._begin() as connection:
            old = connection.execute(select(OWN_SEGMENTS.c.id).where(
                OWN_SEGMENTS.c.removed_at < before)).scalars().all()
            for column in (OWN_SEGMENT_MEMBERS.c.segment_id, OWN_SEGMENTS.c.id):
                connection.execute(delete(column.table).where(column.in_(old)))
        return len(old)

    def bring_back_own_segment(self, segment_id: int) -> None:
        """Put a removed one back as it was.

        Raises StoreError `store.segment_name` if another one has its name by now, KeyError for
        an unknown id.
        """
        with self._begin() as connection:
            name = connection.execute(select(OWN_SEGMENTS.c.name).where(
                OWN_SEGMENTS.c.id == segment_id)).scalar_one_or_none()
            _check_name(connection, name, segment_id)
            _change(connection, segment_id, {"removed_at": None})


def _check_name(connection: Connection, name: str | None, segment_id: int | None) -> None:
    """No two in use have one name."""
    taken = connection.execute(select(OWN_SEGMENTS.c.id).where(
        OWN_SEGMENTS.c.name == name, OWN_SEGMENTS.c.removed_at.is_(None))).scalar_one_or_none()
    if taken not in {None, segment_id}:
        raise StoreError("store.segment_name")  # the name may be a customer's


def _change(connection: Connection, segment_id: int, row: Mapping[str, object]) -> None:
    done = connection.execute(
        update(OWN_SEGMENTS).where(OWN_SEGMENTS.c.id == segment_id).values(row))
    if not done.rowcount:
        raise KeyError(segment_id)
