"""Lobby work that moves from id to id while links come into force or go out of it.

All of it is read at once, moved in memory link by link, and written at once: a list may unite
thousands of people.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from branchseg.store.records import OPEN
from branchseg.store.schema import (
    LINKS,
    NOTES,
    OBSERVATIONS,
    OWN_SEGMENT_MEMBERS,
    REFUSALS,
    TAGS,
    TASKS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Pair = tuple[str, str]
    Moved = dict[str, list[int]]

SAME, OTHER, RULE = "same", "other", "rule"
"""Who says that two ids are one person or two: somebody (SAME, OTHER), or their ID number."""

_WORK = {table.name: table for table in (
    OBSERVATIONS, TAGS, NOTES, TASKS, REFUSALS, OWN_SEGMENT_MEMBERS)}


def one_of(column: ColumnElement[Any], values: Iterable[str | None]) -> ColumnElement[bool]:
    """Whether a column is one of any number of values: a statement has room for few."""
    each = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(each.c.value))


class Moving:
    """The links `rows` and the work of the customers they join, until it is written."""

    def __init__(self, connection: Connection, rows: Sequence[Row[Any]],
                 customer_ids: Iterable[str]) -> None:
        """`customer_ids` are all who can lose or gain work: whole chains."""
        self._connection = connection
        self._verdicts: dict[Pair, str] = {(row.customer_id, row.target): row.verdict
                                           for row in rows}
        self._moved: dict[Pair, Moved | None] = {(row.customer_id, row.target): row.moved
                                                 for row in rows}
        self._before = dict(self._moved)
        self._works = [_Work(connection, table, customer_ids) for table in _WORK.values()]

    def take_over(self, customer_id: str, target: str) -> None:
        """Put a link into force: work of the id given up becomes the other's."""
        self._moved[customer_id, target] = {
            work.table.name: work.hand_over(customer_id, target) for work in self._works}

    def release(self, customer_id: str, target: str) -> None:
        """Take a link out of force: what it moved goes back."""
        moved = self._moved.get((customer_id, target)) or {}
        for work in self._works:
            work.give_back(moved.get(work.table.name, ()), customer_id, target)
        self._moved[customer_id, target] = None

    def write(self) -> None:
        """Keep what has changed; a rule's link out of force is forgotten, a person's stays."""
        for work in self._works:
            work.write(self._connection)
        changed = {pair: moved for pair, moved in self._moved.items()
                   if pair not in self._before or moved != self._before[pair]}
        gone = [pair for pair, moved in changed.items()
                if moved is None and self._verdicts.get(pair) == RULE]
        fresh = [{"customer_id": one, "target": target, "verdict": RULE, "moved": moved}
                 for (one, target), moved in changed.items()
                 if (one, target) not in self._verdicts]
        there = self._verdicts.keys() - set(gone)
        kept = [{"one": one, "other": target, "moved": moved}
                for (one, target), moved in changed.items() if (one, target) in there]
        mine = (LINKS.c.customer_id == bindparam("one")) & (LINKS.c.target == bindparam("other"))
        for statement, found in (
                (delete(LINKS).where(mine), [{"one": one, "other": other} for one, other in gone]),
                (update(LINKS).where(mine).values(moved=bindparam("moved")), kept),
                (insert(LINKS), fresh)):
            if found:
                self._connection.execute(statement, found)


class _Work:
    """One kind of work: whose each piece is, and was."""

    def __init__(self, connection: Connection, table: Table, customer_ids: Iterable[str]) -> None:
        self.table = table
        self._before: dict[int, str] = {}
        self._of: dict[str, set[int]] = defaultdict(set)
        self._open: dict[int, str] = {}
        for row in connection.execute(_query(table).where(
                one_of(table.c.customer_id, customer_ids))):
            self._before[row.id] = row.customer_id
            self._of[row.customer_id].add(row.id)
            if table is TASKS and row.status in OPEN:
                self._open[row.id] = row.action_id
        self._owners = dict(self._before)

    def hand_over(self, customer_id: str, target: str) -> list[int]:
        """Give all of one customer's work to another; returns what was moved.

        Of one action only one task may be open: where both have one, the other stays where it is.
        """
        there = {self._open[one] for one in self._of[target] if one in self._open}
        moved = sorted(one for one in self._of[customer_id] if self._open.get(one) not in there)
        self._give(moved, target)
        return moved

    def give_back(self, ids: Iterable[int], customer_id: str, target: str) -> None:
        """Give what was moved back, as far as it is there."""
        self._give([one for one in ids if self._owners.get(one) == target], customer_id)

    def _give(self, ids: Iterable[int], customer_id: str) -> None:
        for one in ids:
            self._of[self._owners[one]].discard(one)
            self._of[customer_id].add(one)
            self._owners[one] = customer_id

    def write(self, connection: Connection) -> None:
        """Keep whose the work is now."""
        found = [{"one": one, "owner": owner} for one, owner in self._owners.items()
                 if owner != self._before[one]]
        if not found:
            return
        given = update(self.table).where(self.table.c.id == bindparam("one")).values(
            customer_id=bindparam("owner"))
        if self.table is TASKS:  # nobody's meanwhile: two open tasks may change places
            connection.execute(given, [{"one": row["one"], "owner": f"\0{row['one']}"}
                                       for row in found])
        connection.execute(given, found)


def _query(table: Table) -> Select[Any]:
    more = (TASKS.c.action_id, TASKS.c.status) if table is TASKS else ()
    return select(table.c.id, table.c.customer_id, *more)
