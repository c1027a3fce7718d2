"""The words of resources/choices.toml, turned round into look-up tables."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from branchseg.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class RemarkMark:
    """Words of a remark that protect a customer, and what is written where they count.

    `value` goes into a text field; "" stands for a flag that is set. The words `doubtful` never
    count, they are only reported. What denies a word or
    makes it doubtful is said beside [remark_marks].
    """

    key: str
    field: str
    value: str
    words: tuple[str, ...]
    alone: tuple[str, ...]
    not_after: tuple[str, ...]
    others: tuple[str, ...]
    relatives: tuple[str, ...]
    objects: tuple[str, ...]
    not_before: tuple[str, ...]
    doubt_before: tuple[str, ...]
    doubt_after: tuple[str, ...]
    still: tuple[str, ...]
    doubtful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remarks:
    """How remarks are read: all of [remark_marks].

    `between` are characters that may stand between a word and its negation, `towards` those
    between a word and whom or what it is about, `columns` parts of
    the names of columns of remarks, `tellers` who or what brings the news, `readable` further
    words that may be shown.
    """

    marks: tuple[RemarkMark, ...]
    between: str
    towards: str
    columns: tuple[str, ...]
    tellers: tuple[str, ...]
    readable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What cell texts mean. Keys of `flags`, `gender` and `currency` are in upper case.

    `flag_words[field]` are the words that mean something else in that column. `schemes` are
    the names of risk levels C1..C5, one tuple per bank habit, the most common first.
    `largest` are amounts in 元 nobody exceeds ("default" where a field is not named).
    """

    placeholders: frozenset[str]
    unknown_words: frozenset[str]
    error_texts: frozenset[str]
    name_marks: Mapping[str, tuple[str, ...]]
    name_titles: tuple[str, ...]
    company_names: Mapping[str, tuple[str, ...]]
    remarks: Remarks
    other_documents: tuple[str, ...]
    account_columns: frozenset[str]
    flags: Mapping[str, bool]
    flag_words: Mapping[str, Mapping[str, bool]]
    gender: Mapping[str, str]
    gender_codes: Mapping[str, str]
    schemes: tuple[tuple[str, ...], ...]
    risk_unknown: frozenset[str]
    currency: Mapping[str, str]
    largest: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]


def _words(table: Mapping[str, Any]) -> dict[str, bool]:
    """{"true": [...], "false": [...]} to word -> truth."""
    return {word.upper(): truth for truth, side in ((True, "true"), (False, "false"))
            for word in table[side]}


def _turned(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """{value: [words]} to word -> value."""
    return {word.upper(): value for value, words in table.items() for word in words}


_MARK_WORDS = ("words", "alone", "not_after", "others", "relatives", "objects", "not_before",
               "doubt_before", "doubt_after", "still", "doubtful")


def _remarks(raw: Mapping[str, Any]) -> Remarks:
    marks = tuple(
        RemarkMark(key, table["field"], table.get("value", ""),
                   **{part: tuple(table.get(part, ())) for part in _MARK_WORDS})
        for key, table in raw.items() if isinstance(table, dict))
    return Remarks(marks, raw["between"], raw["towards"],
                   *(tuple(raw[part]) for part in ("columns", "tellers", "readable")))


@cache
def choices() -> Choices:
    """The shipped tables, read once."""
    raw = tomllib.loads((resources_dir() / "choices.toml").read_text(encoding="utf-8"))
    special = {key: table for key, table in raw["flags"].items() if isinstance(table, dict)}
    return Choices(
        placeholders=frozenset(raw["placeholders"]),
        unknown_words=frozenset(raw["unknown_words"]),
        error_texts=frozenset(raw["error_texts"]),
        name_marks={mark: tuple(words) for mark, words in raw["name_marks"].items()},
        name_titles=tuple(raw["name_titles"]["words"]),
        company_names={where: tuple(words) for where, words in raw["company_names"].items()},
        remarks=_remarks(raw["remark_marks"]),
        other_documents=tuple(raw["other_documents"]),
        account_columns=frozenset(raw["account_columns"]),
        flags=_words(raw["flags"]),
        flag_words={key: _words(table) for key, table in special.items()},
        gender=_turned(raw["gender"]),
        gender_codes=raw["gender_codes"],
        schemes=tuple(tuple(names) for names in raw["risk"]["schemes"]),
        risk_unknown=frozenset(raw["risk"]["unknown"]),
        currency=_turned(raw["currency"]),
        largest={key: float(most) for key, most in raw["largest"].items()},
        ranges={key: (float(low), float(high)) for key, (low, high) in raw["range"].items()},
    )
