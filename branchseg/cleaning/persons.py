"""Another person under a customer id that is somebody's: the row is left out until it is mended.

Banks give numbers again and people type them wrong. One person's assets, risk rating or refusal
must not become another's, so this is asked, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from branchseg.cleaning.rows import Rows, known
from branchseg.messages import text
from branchseg.model.identifiers import may_be_equal
from branchseg.model.issues import Action, IssueCode
from branchseg.model.masking import mask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import numpy.typing as npt

    from branchseg.cleaning.columns import Column
    from branchseg.cleaning.findings import Findings
    from branchseg.model.overlay import Columns

_KEYS = ("customer_id", "name", "id_number", "mobile")
_REMARK = re.compile(r"[（(【\[〔].*?[）)】\]〕]|\s")
_OLD = 15
"""Characters of an ID number of the first kind: without the century and the check character."""


class _People(NamedTuple):
    """Who stands where: `texts` by field, one after another; `where` in words, row by row."""

    texts: dict[str, Column]
    where: Column

    @classmethod
    def of(cls, known_before: Columns, lists: Sequence[Rows]) -> _People:
        """Who is known, and then everybody in the lists."""
        nobody = np.full(len(known_before.get("customer_id", ())), None, dtype=object)
        texts = {key: np.concatenate([known_before.get(key, nobody),
                                      *(rows.column(key) for rows in lists)]) for key in _KEYS}
        return cls(texts, np.concatenate([nobody, *(rows.members for rows in lists)]))


def left_out(lists: Sequence[Rows], findings: Sequence[Findings],
             known_before: Columns, confirmed: Sequence[Collection[int]] = (),
             ) -> tuple[list[Rows], list[Findings]]:
    """The lists without the rows of somebody else than whose customer id they have.

    Whose it is says `known_before`, else the first row of the lists that knows. Somebody else has
    another name and another ID number or, where one of them is not known, another phone.
    `confirmed` are, list by list, the sheet rows that count all the same.
    """
    people = _People.of(known_before, lists)
    first = _firsts(people)
    suspects = _suspects(people, first)
    skip = len(people.where) - sum(map(len, lists))
    kept_rows, kept_findings = [], []
    for place, (rows, found) in enumerate(zip(lists, findings, strict=True)):
        allowed = confirmed[place] if confirmed else ()
        mine = [at for at in suspects[(suspects >= skip) & (suspects < skip + len(rows))].tolist()
                if rows.numbers[at - skip] not in allowed and _differs(people, first, at)]
        places = np.array(mine, dtype=np.int64) - skip
        found.note_told(IssueCode.PERSON_DIFFERS, Action.SKIPPED, "customer_id",
                        rows.numbers[places], [
            _sentence(people, first, at, several=len(lists) > 1) for at in mine])
        kept_rows.append(_without(rows, places) if mine else rows)
        kept_findings.append(replace(found, rows=np.delete(found.rows, places)) if mine else found)
        skip += len(rows)
    return kept_rows, kept_findings


def _firsts(people: _People) -> dict[str, npt.NDArray[np.int64]]:
    """Of every row and field, the first row of its customer that knows the field; else -1.

    Of customers who come once there is nothing to know.
    """
    codes, ids = pd.factorize(people.texts["customer_id"])
    times = np.bincount(codes[codes >= 0], minlength=len(ids) + 1)
    again = np.flatnonzero(times[codes] > 1)  # for rows without an id, -1, it is never
    found = {}
    for key in _KEYS[1:]:
        there = again[known(people.texts[key][again])][::-1]
        firsts = np.full(len(ids) + 1, -1, dtype=np.int64)
        firsts[codes[there]] = there
        found[key] = firsts[codes]
    return found


def _suspects(people: _People, first: dict[str, npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """The rows whose name, and number or phone, are not written as their customer's first ones."""
    again = np.flatnonzero(reduce(or_, (rows >= 0 for rows in first.values())))
    differ = {}
    for key, rows in first.items():
        mine, others = people.texts[key][again], people.texts[key][rows[again]]
        differ[key] = (rows[again] >= 0) & known(mine) & (mine != others)
    other: npt.NDArray[np.bool_] = differ["name"] & (differ["id_number"] | differ["mobile"])
    return again[other]


def _differs(people: _People, first: dict[str, npt.NDArray[np.int64]], at: int) -> bool:
    """Whether a row is really about somebody else."""
    return not _same_name(*_pair(people, first, "name", at)) and not _same_number(
        *_pair(people, first, _proof(people, first, at), at))


def _pair(people: _People, first: dict[str, npt.NDArray[np.int64]], key: str, at: int,
          ) -> tuple[str, str]:
    """What a row says, and what is said first of its customer."""
    values = people.texts[key]
    return values[at], values[first[key][at]]


def _proof(people: _People, first: dict[str, npt.NDArray[np.int64]], at: int) -> str:
    """The field that decides: the ID number where both are known."""
    both = people.texts["id_number"][at] is not None and first["id_number"][at] >= 0
    return "id_number" if both else "mobile"


def _same_name(one: str, other: str) -> bool:
    """Whether two names may be one person's: a remark or a title beside it is no other name."""
    mine, yours = (_REMARK.sub("", name).casefold() or name for name in (one, other))
    return mine in yours or yours in mine or may_be_equal(mine, yours)


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers may be one: stars stand for anything, and 15 digits for 18."""
    if {len(one), len(other)} == {_OLD, _OLD + 3}:
        one, other = (number if len(number) == _OLD else number[:6] + number[8:17]
                      for number in (one, other))
    if "*" not in one + other:
        return one == other
    return len(one) != len(other) or all(
        mine == yours or "*" in {mine, yours} for mine, yours in zip(one, other, strict=True))


def _sentence(people: _People, first: dict[str, npt.NDArray[np.int64]], at: int, *,
              several: bool) -> str:
    """Who stands in a row, and whose customer id it is."""
    key = _proof(people, first, at)
    before = people.where[first["name"][at]]
    number, other = _pair(people, first, key, at)
    mine, yours = (mask("name", name) for name in _pair(people, first, "name", at))
    where = _row(before, several=several) if before else text("cleaning.person_known")
    return text(f"cleaning.person_{key}", name=mine, number=mask(key, number), where=where,
                other=yours, other_number=mask(key, other))


def _row(member: str, *, several: bool) -> str:
    """A row in words: "第 2 行"; of several lists with the number of its list."""
    mark, _, row = member.rpartition("：")
    return f"{mark or '表1'}：第 {row} 行" if several else f"第 {row} 行"


def _without(rows: Rows, places: Iterable[int]) -> Rows:
    """A list without the rows at some places."""
    kept = np.ones(len(rows), dtype=bool)
    kept[list(places)] = False
    return Rows(rows.source, {key: values[kept] for key, values in rows.columns.items()},
                rows.numbers[kept], rows.members[kept],
                {key: values[kept] for key, values in rows.traits.items()})
