"""One person under two ids: a walk-in who is on a later list, a list without customer ids.

Where a valid ID number proves it, an id that cleaning made up is united with the bank's own;
everything else is only proposed. While two ids are united, lobby work of the one that is given
up belongs to the other. What was moved is remembered, so that it goes back when the decision, or
the import that brought the other id, is taken back.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from branchseg.model.identifiers import MADE_UP, is_made_up, may_be_equal, valid_id
from branchseg.store.db import Database
from branchseg.store.moving import OTHER, RULE, SAME, Moving, one_of
from branchseg.store.records import Proof, Proposal
from branchseg.store.schema import BATCHES, CUSTOMERS, LINKS, WALK_INS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    Identity = tuple[str, str | None, str | None, str | None]

IDENTITY = ("customer_id", "name", "id_number", "mobile")
"""What shows who somebody is."""
_PHONE_END = 4
"""Digits of a phone number that are asked for in the lobby."""


class _Person(NamedTuple):
    """What identifies a customer of a list, or a walk-in."""

    customer_id: str
    name: str | None
    id_number: str | None
    mobile: str | None
    is_walk_in: bool = False

    @property
    def has_own_id(self) -> bool:
        """Whether the id is the bank's."""
        return not (self.is_walk_in or is_made_up(self.customer_id))

    def proofs(self) -> Iterator[tuple[Proof, str]]:
        """What can show that this is somebody else, too."""
        if self.id_number and valid_id(self.id_number):
            yield Proof.ID_NUMBER, self.id_number
        if self.name and self.mobile and "*" not in self.name + self.mobile:
            proof = Proof.PHONE_END if len(self.mobile) == _PHONE_END else Proof.PHONE
            yield proof, f"{self.name} {self.mobile}"

    def answers(self) -> Iterator[tuple[Proof, str]]:
        """What of a listed customer the proofs of others are compared with."""
        for proof, value in self.proofs():
            yield proof, value
            if proof is Proof.PHONE:
                yield Proof.PHONE_END, f"{self.name} {str(self.mobile)[-_PHONE_END:]}"


class Links(Database):
    """The part of the vault that knows which ids are one person."""

    def proposals(self) -> list[Proposal]:
        """Walk-ins and customers without a bank's id who may be somebody on a list.

        The same valid ID number, or the same name and phone number; of a walk-in often only its
        last four digits are known. What is decided already is left out.
        """
        with self._begin() as connection:
            people = _people(connection)
            links = _links(connection)
        decided = {(row.customer_id, row.target) for row in links}
        gone = _active(links)
        found: dict[str, Proposal] = {}
        for one, matches in _matches(people):
            for proof, others in matches.items():
                targets = {other.customer_id for other in others} - {
                    target for mine, target in decided if mine == one.customer_id}
                if targets and one.customer_id not in found.keys() | gone.keys():
                    found[one.customer_id] = Proposal(
                        one.customer_id, tuple(sorted(targets)), proof)
        return list(found.values())

    def link(self, customer_id: str, target: str) -> None:
        """Somebody decided that two ids are one person; the first is given up.

        Raises ValueError if they are one id, or the target is itself given up for the first.
        """
        with self._begin() as connection:
            if resolve(resolved(connection), target) == customer_id or customer_id == target:
                msg = "an id cannot be given up for itself"
                raise ValueError(msg)
            _decide(connection, customer_id, target, SAME)

    def keep_apart(self, customer_id: str, target: str) -> None:
        """Somebody decided that two ids are two people; they are not proposed again."""
        with self._begin() as connection:
            _decide(connection, customer_id, target, OTHER)

    def unlink(self, customer_id: str, target: str) -> None:
        """Take a decision about two ids back, and all that it moved."""
        with self._begin() as connection:
            _forget(connection, customer_id, target)
            relink(connection)


def resolved(connection: Connection) -> dict[str, str]:
    """Ids that are given up and the one each person has now."""
    active = _active(_links(connection))
    return {given_up: resolve(active, given_up) for given_up in active}


def resolve(active: Mapping[str, str], customer_id: str) -> str:
    """The id a person has now."""
    seen = set()
    while customer_id in active and customer_id not in seen:
        seen.add(customer_id)
        customer_id = active[customer_id]
    return customer_id


def relink(connection: Connection, more: Iterable[Identity] = ()) -> None:
    """Make the links in force those that the lists in force call for; after every change of them.

    A person's decision counts as long as its target is on a list, a rule's where nobody
    decided otherwise. `more` are people of one more list, with the values of `IDENTITY`.
    """
    links = _links(connection)
    wanted, active = _wanted(connection, links, [_Person(*one) for one in more]), _active(links)
    changed = {one for one in active.keys() | wanted.keys()
               if active.get(one) != wanted.get(one)}
    if not changed:
        return
    touched = _connected(changed, [*active.items(), *wanted.items()])
    moving = Moving(connection, links, touched)
    for one in reversed(_in_order(active, touched)):
        moving.release(one, active[one])
    for one in _in_order(wanted, touched):
        moving.take_over(one, wanted[one])
    moving.write()


@contextmanager
def linked_ahead(connection: Connection, people: Iterable[Identity]) -> Iterator[dict[str, str]]:
    """Links and work as they were if `people` were on one more list, and then as before.

    Each has the values of `IDENTITY`; what `resolved` would say is handed out.
    """
    ahead = connection.begin_nested()
    try:
        relink(connection, people)
        yield resolved(connection)
    finally:
        ahead.rollback()


def _links(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(LINKS)).all()


def _wanted(connection: Connection, links: Iterable[Row[Any]], more: Sequence[_Person],
            ) -> dict[str, str]:
    """The links that the lists in force, and one with `more` people, call for."""
    decided = {(row.customer_id, row.target): row.verdict for row in links
               if row.verdict != RULE}
    here = _here(connection, {target for _, target in decided}) | {
        one.customer_id for one in more}
    wanted = {one: target for (one, target), verdict in decided.items()
              if verdict == SAME and target in here}
    for one, target in _proven(connection, more):
        if one not in wanted and (one, target) not in decided:
            wanted[one] = target
    return wanted


def _connected(ids: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Everybody who is joined to one of `ids` by pairs: work moves along whole chains."""
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        beside[one].add(other)
        beside[other].add(one)
    found, ahead = set(), list(ids)
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += beside[one]
    return found


def _in_order(links: Mapping[str, str], ids: Container[str]) -> list[str]:
    """The links of `ids`, of every chain the step first that is farthest from its end."""
    steps = {}
    for start in links:
        seen, one = set(), start
        while one in links and one not in seen:
            seen.add(one)
            one = links[one]
        steps[start] = len(seen)
    return sorted((one for one in links if one in ids), key=lambda one: (-steps[one], one))


def _decide(connection: Connection, customer_id: str, target: str, verdict: str) -> None:
    if verdict == SAME:  # nobody is two other people
        before = select(LINKS.c.target).where(
            LINKS.c.customer_id == customer_id, LINKS.c.verdict == SAME,
            LINKS.c.target != target)
        for other in list(connection.execute(before).scalars()):
            _forget(connection, customer_id, other)
    done = connection.execute(update(LINKS).where(_pair(customer_id, target)).values(
        verdict=verdict))
    if not done.rowcount:
        connection.execute(insert(LINKS), {
            "customer_id": customer_id, "target": target, "verdict": verdict, "moved": None})
    relink(connection)


def _forget(connection: Connection, customer_id: str, target: str) -> None:
    """Drop a decision once it is out of force, with all that hangs together with it."""
    mine = _pair(customer_id, target)
    connection.execute(update(LINKS).where(mine).values(verdict=OTHER))
    relink(connection)
    connection.execute(delete(LINKS).where(mine))


def _pair(customer_id: str, target: str) -> ColumnElement[bool]:
    return (LINKS.c.customer_id == customer_id) & (LINKS.c.target == target)


def _active(links: Iterable[Row[Any]]) -> dict[str, str]:
    """The links in force, step by step."""
    return {row.customer_id: row.target for row in links if row.moved is not None}


_LISTED = select(*(CUSTOMERS.c[key] for key in IDENTITY)).join(BATCHES).where(
    BATCHES.c.undone_at.is_(None)).distinct()
"""Everybody in the lists in force, once for each way they are written."""
_BARE = or_(*(CUSTOMERS.c.customer_id.between(f"{kind}-", f"{kind}-g") for kind in MADE_UP))


def _people(connection: Connection) -> list[_Person]:
    """Everybody without a bank's id, and those in the lists in force who may be one of them.

    Only who shares a number is read: lists are long, and few people have no id.
    """
    met = [_person(row)._replace(is_walk_in=True) for row in connection.execute(
        select(*(WALK_INS.c[key] for key in IDENTITY)))]
    without = [*map(_person, connection.execute(_LISTED.where(_BARE))), *met]
    if not without:
        return []
    numbers = {person.id_number for person in without} - {None}
    phones = {person.mobile for person in without} - {None}
    names = {person.name for person in met if person.mobile} - {None}
    query = _LISTED.where(
        one_of(CUSTOMERS.c.id_number, numbers) | one_of(CUSTOMERS.c.mobile, phones)
        | one_of(CUSTOMERS.c.name, names))
    listed = map(_person, connection.execute(query))
    return [*without, *(person for person in listed if person.has_own_id)]


def _person(row: Row[Any]) -> _Person:
    return _Person(row.customer_id, row.name, row.id_number, row.mobile)


def _here(connection: Connection, customer_ids: Iterable[str]) -> set[str]:
    """Which of these ids are a walk-in's or in a list in force."""
    wanted = list(customer_ids)
    listed = select(CUSTOMERS.c.customer_id).join(BATCHES).where(
        BATCHES.c.undone_at.is_(None), one_of(CUSTOMERS.c.customer_id, wanted)).distinct()
    met = select(WALK_INS.c.customer_id).where(one_of(WALK_INS.c.customer_id, wanted))
    return {*connection.execute(listed).scalars(), *connection.execute(met).scalars()}


def _matches(people: Iterable[_Person],
             ) -> Iterator[tuple[_Person, dict[Proof, list[_Person]]]]:
    """Everybody without a bank's id, and by each proof the listed people who may be the same."""
    listed: dict[tuple[Proof, str], list[_Person]] = defaultdict(list)
    without = {}
    for person in people:
        if not person.is_walk_in:
            for proof in person.answers():
                listed[proof].append(person)
        if not person.has_own_id:
            without[person] = dict.fromkeys(person.proofs())
    for one, proofs in without.items():
        found = {proof[0]: [other for other in listed.get(proof, ())
                            if other.customer_id != one.customer_id
                            and (other.has_own_id or one.is_walk_in)] for proof in proofs}
        yield one, found


def _proven(connection: Connection, more: Sequence[_Person]) -> Iterator[tuple[str, str]]:
    """Made-up ids and the bank's own that have the same ID number and no other name.

    Of the lists in force and one with `more` people.
    """
    bare = {one for one in [*map(_person, connection.execute(_LISTED.where(_BARE))), *more]
            if not one.has_own_id and one.id_number and valid_id(one.id_number)}
    numbers = {str(one.id_number) for one in bare}
    owners: dict[str, set[_Person]] = {number: set() for number in numbers}
    query = _LISTED.where(one_of(CUSTOMERS.c.id_number, numbers))
    for other in [*(map(_person, connection.execute(query)) if numbers else ()), *more]:
        if other.has_own_id and other.id_number in owners:
            owners[other.id_number].add(other)
    for one in sorted(bare, key=repr):
        others = owners[str(one.id_number)]
        if len({other.customer_id for other in others}) == 1 and all(
                may_be_equal(one.name, other.name) for other in others):
            yield one.customer_id, next(iter(others)).customer_id
