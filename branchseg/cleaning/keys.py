"""Who a row belongs to: the customer id, else the ID number, else name and phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from branchseg.cleaning.rows import known
from branchseg.model.identifiers import made_up, may_be_equal, valid_id
from branchseg.model.issues import Action, IssueCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.cleaning.columns import Column
    from branchseg.cleaning.findings import Findings
    from branchseg.cleaning.rows import Rows

_VISIBLE = 6
"""A masked ID number with fewer visible characters says too little, even with the name."""

KEY_SETS: tuple[tuple[str, ...], ...] = (("customer_id",), ("id_number",), ("name", "mobile"),
                                         ("name", "id_number"))
"""The fields that can tell whose row it is, best first; the last is for numbers that are masked or
wrong, which prove something only together with the name, and within one branch."""


@dataclass(slots=True)
class _Identity:
    """One thing that can tell who somebody is, such as an ID number, and whose it is so far.

    `owner` is the first customer id seen with it; `shared` that there is a second one.
    """

    owner: str = ""
    shared: bool = False
    names: set[str] = field(default_factory=set)
    branches: set[str] = field(default_factory=set)

    def meet(self, owner: str, name: str | None, branch: str | None) -> None:
        """A row with it: a customer's, or ("") nobody's yet."""
        if owner:
            self.shared |= self.owner not in {"", owner}
            self.owner = self.owner or owner
            self.names |= {name} if name else set()
        self.branches |= {branch} if branch else set()


def _identities(rows: Rows) -> list[list[str | None]]:
    """One text per row for every fallback key, None where the row has none."""
    numbers, names, phones = (rows.column(key).tolist() for key in ("id_number", "name", "mobile"))
    whole = [bool(number) and valid_id(number) for number in numbers]
    return [
        [f"ID|{number}" if proof else None for number, proof in zip(numbers, whole, strict=True)],
        [f"NM|{name}|{phone}" if name and phone and "*" not in phone else None
         for name, phone in zip(names, phones, strict=True)],
        [f"NI|{name}|{number}" if name and number and not proof
         and len(number.replace("*", "")) >= _VISIBLE else None
         for name, number, proof in zip(names, numbers, whole, strict=True)],
    ]


def customer_keys(lists: Sequence[Rows], findings: Sequence[Findings],
                  secret: bytes | None) -> list[Column]:
    """The customer id of every row of every list; None where nobody can tell.

    Rows without a customer id join the customer of any list with the same valid ID number (or
    name and mobile, or name and masked ID number within a branch); if there is none, they get an
    id made of these and `secret`, or, without one, a number in the order of the rows. Rows that
    could be several customers', or whose name says otherwise, are joined to nobody: an issue asks
    who they are.
    """
    keys = [rows.column("customer_id").copy() for rows in lists]
    missing = [np.flatnonzero(~known(key)).tolist() for key in keys]
    if not any(missing):
        return keys
    sorter = _Sorter(lists, keys, secret)
    for rank, which in enumerate(KEY_SETS[1:]):
        for number, (rows, found) in enumerate(zip(lists, findings, strict=True)):
            done, unclear = sorter.assign(number, missing[number], rank)
            missing[number] = [place for place in missing[number] if keys[number][place] is None]
            values = rows.column(which[-1])
            found.note(IssueCode.KEY_FALLBACK, Action.FIXED, which[-1], done, values[done])
            found.note(IssueCode.KEY_AMBIGUOUS, Action.KEPT, which[-1], unclear, values[unclear])
    for rows, left, found in zip(lists, missing, findings, strict=True):
        names = rows.column("name")[left]
        found.note(IssueCode.ROW_NO_KEY, Action.SKIPPED, "name", left, [n or "" for n in names])
    return keys


def note_lost_zeros(lists: Sequence[Rows], findings: Sequence[Findings]) -> None:
    """Note the ids of a list without leading zeros that another list has with them.

    Nobody is united by that: the numbers may be of two kinds.
    """
    if len(lists) == 1:
        return
    keys = [rows.column("customer_id") for rows in lists]
    zeroed = [{key for key in keys.tolist() if key and key[0] == "0"} for keys in keys]
    bare = {key.lstrip("0") for found in zeroed for key in found}
    for values, own, found in zip(keys, zeroed, findings, strict=True):
        if bare and not own:  # with own ones, its column has been judged alone
            lost = [place for place, key in enumerate(values.tolist()) if key in bare]
            found.note(IssueCode.ZEROS_LOST, Action.KEPT, "customer_id", lost, values[lost])


class _Sorter:
    """Everything rows of all lists say about who is who."""

    def __init__(self, lists: Sequence[Rows], keys: Sequence[Column],
                 secret: bytes | None) -> None:
        self._keys, self._secret = keys, secret
        self._numbered: dict[str, str] = {}
        self._texts = [_identities(rows) for rows in lists]
        self._names = [rows.column("name").tolist() for rows in lists]
        self._branches = [rows.column("branch").tolist() for rows in lists]
        self._known: dict[str, _Identity] = {}
        for number, key in enumerate(keys):
            for place, owner in enumerate(key.tolist()):
                self._meet(number, place, owner or "")

    def _meet(self, number: int, place: int, owner: str) -> None:
        """Take in what a row says of its owner."""
        for texts in self._texts[number]:
            text = texts[place]
            if text:
                self._known.setdefault(text, _Identity()).meet(
                    owner, self._names[number][place], self._branches[number][place])

    def _new_id(self, identity: str) -> str:
        """The id of a customer who has none."""
        if self._secret is not None:
            return made_up(identity, self._secret)
        return self._numbered.setdefault(
            identity, f"{identity[:2]}-{len(self._numbered) + 1:06}")

    def assign(self, number: int, places: Sequence[int],
               rank: int) -> tuple[list[int], list[int]]:
        """Give rows their customer by fallback key number `rank`.

        Returns the rows that got one, and those that got one of their own because it is unclear
        whose they are.
        """
        done: list[int] = []
        unclear: list[int] = []
        for place in places:
            text = self._texts[number][rank][place]
            if not text:
                continue
            name, branch = self._names[number][place], self._branches[number][place] or ""
            found = self._known[text]
            many = text.startswith("NI") and len(found.branches) > 1
            sure = not (found.shared or many or not all(
                may_be_equal(name, other) for other in found.names))
            if text.startswith("NI"):
                text = f"{text}|{branch or ''.join(found.branches if sure else ())}"
            if sure:
                self._keys[number][place] = found.owner or self._new_id(text)
                self._meet(number, place, self._keys[number][place])
            else:
                own = text if many else f"{text}|{name or ''}|?"
                self._keys[number][place] = self._new_id(own)
            (done if sure else unclear).append(place)
        return done, unclear
