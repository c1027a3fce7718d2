"""Who a row belongs to: the customer id, else the ID number, else name and phone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from branchseg.cleaning.rows import known
from branchseg.model.issues import Action, IssueCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchseg.cleaning.columns import Column
    from branchseg.cleaning.findings import Findings
    from branchseg.cleaning.rows import Rows

_VISIBLE = 6
"""A masked ID number with fewer visible characters says too little, even with the name."""

KEY_SETS: tuple[tuple[str, ...], ...] = (("customer_id",), ("id_number",), ("name", "mobile"),
                                         ("name", "id_number"))
"""The fields that can tell whose row it is, best first; the last stands for masked ID numbers."""

_AMBIGUOUS = ""


def _identity(rows: Rows, which: tuple[str, ...]) -> list[str | None]:
    """One text per row that stands for a fallback key, None where the row has none."""
    numbers, names = rows.column("id_number").tolist(), rows.column("name").tolist()
    if which == ("id_number",):
        return [f"ID|{n}" if n and len(n) == 18 and "*" not in n else None for n in numbers]
    if which == ("name", "mobile"):
        return [f"NM|{name}|{phone}" if name and phone and "*" not in phone else None
                for name, phone in zip(names, rows.column("mobile").tolist(), strict=True)]
    return [f"NI|{name}|{n}"
            if name and n and "*" in n and len(n.replace("*", "")) >= _VISIBLE else None
            for name, n in zip(names, numbers, strict=True)]


def _made_up(identity: str) -> str:
    """A customer id for who has none: the same one every time, and it tells nobody's number."""
    return f"{identity[:2]}-{hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()}"


def customer_keys(lists: Sequence[Rows], findings: Sequence[Findings]) -> list[Column]:
    """The customer id of every row of every list; None where nobody can tell.

    Rows without a customer id join the customer of any list with the same ID number (or name
    and mobile); if there is none, they get an id made of these. Rows are not joined if the
    ID number stands under two customer ids.
    """
    keys = [rows.column("customer_id").copy() for rows in lists]
    missing = [np.flatnonzero(~known(key)).tolist() for key in keys]
    if not any(missing):
        return keys
    identities = [[_identity(rows, which) for which in KEY_SETS[1:]] for rows in lists]
    owners: dict[str, str] = {}
    for key, mine in zip(keys, identities, strict=True):
        for place, owner in enumerate(key.tolist()):
            for identity in _identities_at(mine, place) if owner else ():
                if owners.setdefault(identity, owner) != owner:
                    owners[identity] = _AMBIGUOUS
    for rank, which in enumerate(KEY_SETS[1:]):
        for rows, key, mine, open_, found in zip(lists, keys, identities, missing, findings,
                                                 strict=True):
            done = _assign(key, mine, open_, rank, owners)
            open_[:] = [place for place in open_ if key[place] is None]
            values = rows.column(which[-1])
            found.note(IssueCode.KEY_FALLBACK, Action.FIXED, which[-1], done, values[done])
    for rows, open_, found in zip(lists, missing, findings, strict=True):
        names = rows.column("name")[open_]
        found.note(IssueCode.ROW_NO_KEY, Action.SKIPPED, "name", open_, [n or "" for n in names])
    return keys


def _identities_at(identities: list[list[str | None]], place: int) -> Iterator[str]:
    """The fallback keys one row has."""
    return (text for text in (kind[place] for kind in identities) if text)


def _assign(key: Column, identities: list[list[str | None]], places: list[int], rank: int,
            owners: dict[str, str]) -> list[int]:
    """Give rows their customer by fallback key number `rank`; returns the rows that got one."""
    done = []
    for place in places:
        identity = identities[rank][place]
        if not identity:
            continue
        owner = owners.get(identity) or _made_up(identity)
        key[place] = owner
        done.append(place)
        for other in _identities_at(identities, place):
            owners.setdefault(other, owner)
    return done
