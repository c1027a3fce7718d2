"""What staff add themselves: observations, tags and notes. It survives the undo of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from branchseg.model.results import Observation
from branchseg.store.db import Database
from branchseg.store.records import Note
from branchseg.store.schema import NOTES, OBSERVATIONS, TAGS, TASKS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime


class Fieldwork(Database):
    """The part of the vault that keeps lobby work, by customer id."""

    def add_observation(self, observation: Observation, *, created_at: datetime) -> int:
        """Keep what was ticked for a customer; returns the id to take it back with."""
        row = {
            "customer_id": observation.customer_id, "seen_on": observation.seen_on,
            "observer": observation.observer, "place": observation.place,
            "items": list(observation.items), "created_at": created_at,
        }
        with self._begin() as connection:
            return int(connection.execute(
                insert(OBSERVATIONS).values(row).returning(OBSERVATIONS.c.id)).scalar_one())

    def remove_observation(self, observation_id: int) -> None:
        """Erase an observation that was a mistake. Raises KeyError for an unknown id."""
        with self._begin() as connection:
            done = connection.execute(
                delete(OBSERVATIONS).where(OBSERVATIONS.c.id == observation_id))
            if not done.rowcount:
                raise KeyError(observation_id)

    def purge_observations(self, before: date, *, keep: Collection[str] = ()) -> int:
        """Erase observations made before a day; returns how many.

        What was seen of a person is kept no longer than it is of use (PIPL, article 19). An
        observation that led to a result is part of that record and stays: one after which a
        task was planned that has a result now. Of an observation with items to `keep` (those by
        which the customer refused contact) these alone are left.
        """
        led_on = exists().where(
            TASKS.c.customer_id == OBSERVATIONS.c.customer_id, TASKS.c.result.is_not(None),
            func.substr(TASKS.c.created_at, 1, 10) >= func.substr(OBSERVATIONS.c.seen_on, 1, 10))
        old = select(OBSERVATIONS.c.id, OBSERVATIONS.c["items"]).where(
            OBSERVATIONS.c.seen_on < before, ~led_on)
        with self._begin() as connection:
            left = {row.id: [item for item in row.items if item in keep]
                    for row in connection.execute(old)}
            for observation_id, items in left.items():
                one = OBSERVATIONS.c.id == observation_id
                connection.execute(update(OBSERVATIONS).where(one).values(items=items) if items
                                   else delete(OBSERVATIONS).where(one))
        return sum(not items for items in left.values())

    def observations(self, customer_id: str | None = None) -> list[Observation]:
        """Observations of one customer or of all, oldest first."""
        with self._begin() as connection:
            return observations_of(connection, customer_id)

    def set_tags(self, customer_id: str, tags: Collection[str], *, at: datetime) -> None:
        """Make `tags` the tags of a customer; what changes is dated `at`."""
        current = set(self.tags(customer_id))
        fresh = [{"customer_id": customer_id, "tag": tag, "created_at": at}
                 for tag in sorted(set(tags) - current)]
        gone = update(TAGS).where(
            TAGS.c.customer_id == customer_id, TAGS.c.removed_at.is_(None),
            TAGS.c.tag.in_(current - set(tags))).values(removed_at=at)
        with self._begin() as connection:
            connection.execute(gone)
            if fresh:
                connection.execute(insert(TAGS), fresh)

    def tags(self, customer_id: str) -> tuple[str, ...]:
        """The tags a customer has now, in the order they were given."""
        query = select(TAGS.c.tag).where(
            TAGS.c.customer_id == customer_id, TAGS.c.removed_at.is_(None)).order_by(TAGS.c.id)
        with self._begin() as connection:
            return tuple(connection.execute(query).scalars())

    def all_tags(self) -> dict[str, int]:
        """Tags in use and how many customers have each, the most used first."""
        number = func.count()
        query = select(TAGS.c.tag, number).where(TAGS.c.removed_at.is_(None)).group_by(
            TAGS.c.tag).order_by(number.desc(), TAGS.c.tag)
        with self._begin() as connection:
            return {tag: int(count) for tag, count in connection.execute(query)}

    def tagged(self) -> dict[str, tuple[str, ...]]:
        """Tags in use and the ids of the customers who have each."""
        query = select(TAGS.c.tag, TAGS.c.customer_id).where(
            TAGS.c.removed_at.is_(None)).order_by(TAGS.c.tag, TAGS.c.id)
        found: dict[str, list[str]] = {}
        with self._begin() as connection:
            for tag, customer_id in connection.execute(query):
                found.setdefault(tag, []).append(customer_id)
        return {tag: tuple(ids) for tag, ids in found.items()}

    def add_note(self, customer_id: str, text: str, *, created_at: datetime) -> int:
        """Keep a remark about a customer; returns its id."""
        row = {"customer_id": customer_id, "text": text, "created_at": created_at}
        with self._begin() as connection:
            return int(connection.execute(
                insert(NOTES).values(row).returning(NOTES.c.id)).scalar_one())

    def notes(self, customer_id: str) -> list[Note]:
        """The remarks about a customer, oldest first."""
        query = select(NOTES).where(NOTES.c.customer_id == customer_id).order_by(NOTES.c.id)
        with self._begin() as connection:
            return [Note(row.id, row.customer_id, row.text, row.created_at)
                    for row in connection.execute(query)]


def observations_of(connection: Connection, customer_id: str | None = None) -> list[Observation]:
    """See `Fieldwork.observations`."""
    query = select(OBSERVATIONS).order_by(OBSERVATIONS.c.seen_on, OBSERVATIONS.c.id)
    if customer_id is not None:
        query = query.where(OBSERVATIONS.c.customer_id == customer_id)
    return [Observation(row.customer_id, row.seen_on, row.observer, row.place, tuple(row.items))
            for row in connection.execute(query)]
