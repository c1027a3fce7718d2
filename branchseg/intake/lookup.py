"""Exact look-up of normalised column names: which field, or which reason to refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from branchseg.intake.labels import normalise
from branchseg.intake.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHO = frozenset({"customer_id", "id_number", "account_no", "name", "mobile"})
"""Fields that say whose row it is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known name. `rank` 0 is the field's own label; `weak` names must be asked."""

    field: str
    rank: int
    weak: bool


@cache
def known_names() -> dict[str, Entry]:
    """Normalised name -> what it means. Raises ValueError for a name given to two fields."""
    words = vocabulary()
    found: dict[str, Entry] = {}
    for table, weak in ((words.sure, False), (words.weak, True)):
        for key, names in table.items():
            for rank, name in enumerate(names):
                entry = found.setdefault(normalise(name), Entry(key, rank, weak))
                if entry.field != key:
                    msg = f"aliases.toml: {name} stands for {entry.field} and for {key}"
                    raise ValueError(msg)
    return found


def names_customers(headers: Iterable[str]) -> bool:
    """Whether a list with these columns is one of customers, not a dictionary or a summary."""
    entries = (known_names().get(normalise(header)) for header in headers)
    return any(entry is not None and entry.field in _WHO for entry in entries)


def field_names() -> dict[str, tuple[str, ...]]:
    """Field key -> the names its columns go by, its label first."""
    words = vocabulary()
    return {key: (*names, *words.weak.get(key, ())) for key, names in words.sure.items()}


@cache
def _refused_words() -> tuple[tuple[str, str], ...]:
    """Pairs of normalised word and reason."""
    tables = vocabulary().refused.items()
    return tuple((normalise(word), reason) for reason, words in tables for word in words)


def refused_reason(header: str) -> str | None:
    """Why a column must not be imported, as a message code; None if it may be.

    The kinds follow PIPL articles 6 and 28 (sensitive personal information) and class C3 of
    JR/T 0171-2020 (secrets for authentication).
    """
    bare = normalise(header)
    if bare in known_names():
        return None
    for word, reason in _refused_words():
        if word in bare:
            return f"intake.refused.{reason}"
    return None


@cache
def _own_names() -> frozenset[str]:
    return frozenset(map(normalise, vocabulary().own))


def is_own(header: str) -> bool:
    """Whether this program added a column, when it exported rows to be mended."""
    return normalise(header) in _own_names()


def is_known(label: str) -> bool:
    """Whether a text is a column name we know; tells headers from data."""
    return (normalise(label) in known_names() or is_own(label)
            or refused_reason(label) is not None)
