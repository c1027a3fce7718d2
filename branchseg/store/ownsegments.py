"""The customers a branch has chosen itself, by conditions or one by one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from branchseg.errors import StoreError
from branchseg.store.db import Database
from branchseg.store.moving import one_of
from branchseg.store.records import OwnSegment
from branchseg.store.schema import OWN_SEGMENT_MEMBERS, OWN_SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


class OwnSegments(Database):
    """The part of the vault that keeps own segments."""

    def own_segments(self) -> list[OwnSegment]:
        """All of them, in the order they were first kept."""
        table = OWN_SEGMENT_MEMBERS
        members: dict[int, dict[str, None]] = defaultdict(dict)
        with self._begin() as connection:
            for row in connection.execute(select(table).order_by(table.c.id)):
                members[row.segment_id][row.customer_id] = None  # united people stand there twice
            return [
                OwnSegment(row.name, row.tree, tuple(members[row.id]), row.action_id, row.id)
                for row in connection.execute(select(OWN_SEGMENTS).order_by(OWN_SEGMENTS.c.id))]

    def keep_own_segment(self, segment: OwnSegment, *, at: datetime) -> int:
        """Keep a new one, or one that was changed or removed, under its id; returns the id.

        Raises StoreError `store.segment_name` if another one has this name.
        """
        table = OWN_SEGMENTS
        row = {"name": segment.name, "tree": None if segment.tree is None else dict(segment.tree),
               "action_id": segment.action, "changed_at": at}
        with self._begin() as connection:
            taken = select(table.c.id).where(table.c.name == segment.name)
            if connection.execute(taken).scalar_one_or_none() not in {None, segment.id}:
                raise StoreError("store.segment_name")  # the name may be a customer's
            kept = segment.id
            if kept is None or not connection.execute(
                    update(table).where(table.c.id == kept).values(row)).rowcount:
                kept = int(connection.execute(insert(table).values({**row, "id": kept}).returning(
                    table.c.id)).scalar_one())
            _keep_members(connection, kept, segment.members)
        return kept

    def remove_own_segment(self, segment_id: int) -> None:
        """Forget one. Raises KeyError for an unknown id."""
        with self._begin() as connection:
            done = connection.execute(
                delete(OWN_SEGMENTS).where(OWN_SEGMENTS.c.id == segment_id))
            if not done.rowcount:
                raise KeyError(segment_id)


def _keep_members(connection: Connection, segment_id: int, members: Collection[str]) -> None:
    """Make these the members; rows that stay are left alone, links may have moved them."""
    table = OWN_SEGMENT_MEMBERS
    mine = table.c.segment_id == segment_id
    there = set(connection.execute(select(table.c.customer_id).where(mine)).scalars())
    gone, fresh = there - set(members), [one for one in members if one not in there]
    if gone:
        connection.execute(delete(table).where(mine, one_of(table.c.customer_id, gone)))
    if fresh:
        connection.execute(insert(table), [
            {"segment_id": segment_id, "customer_id": one} for one in fresh])
