"""Finding a field by typing: a part of its name or of an alias, or its pinyin initials."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from branchseg.model.fields import IMPORTED

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """A field to choose; `names` are its names in small letters, `initials` those of its label.

    A label with characters of several readings has several initials.
    """

    key: str
    label: str
    group: str
    names: tuple[str, ...]
    initials: tuple[str, ...]


@cache
def field_entries() -> tuple[FieldEntry, ...]:
    """All fields a column can be. Takes 0.2 s at first: call it in the worker."""
    from branchseg import intake  # noqa: PLC0415 - reads the vocabulary

    names = intake.field_names()
    return tuple(
        FieldEntry(field.key, field.label, field.group,
                   tuple(name.casefold() for name in names[field.key]),
                   intake.initials(field.label))
        for field in IMPORTED)


def find_fields(entries: Sequence[FieldEntry], query: str) -> list[FieldEntry]:
    """The fields that fit what was typed, best first; all of them for an empty query."""
    wanted = "".join(query.split()).casefold()
    ranked = [(rank, entry) for entry in entries if (rank := _rank(entry, wanted)) is not None]
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


def _rank(entry: FieldEntry, wanted: str) -> int | None:
    """How well an entry fits, 0 best; None if it does not."""
    label, *others = entry.names
    tests = (
        label.startswith(wanted), wanted in label,
        any(initials.startswith(wanted) for initials in entry.initials),
        wanted in others, any(wanted in other for other in others),
        any(wanted in initials for initials in entry.initials),
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)
