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

    `value` goes into a text field; "" stands for a flag that is set. A word with one of
    `not_after` before it or one of `not_before` behind it says nothing.
    """

    key: str
    field: str
    value: str
    words: tuple[str, ...]
    not_after: tuple[str, ...]
    not_before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What cell texts mean. Keys of `flags`, `gender` and `currency` are in upper case.

    `flag_words[field]` are the words that mean something else in that column. `schemes` are
    the names of risk levels C1..C5, one tuple per bank habit, the most common first.
    `between` are characters that may stand between a word of a remark and its negation.
    `largest` are amounts in 元 nobody exceeds ("default" where a field is not named).
    """

    placeholders: frozenset[str]
    unknown_words: frozenset[str]
    error_texts: frozenset[str]
    name_marks: Mapping[str, tuple[str, ...]]
    company_names: Mapping[str, tuple[str, ...]]
    remark_marks: tuple[RemarkMark, ...]
    between: str
    other_documents: tuple[str, ...]
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


def _remark_mark(key: str, table: Mapping[str, Any]) -> RemarkMark:
    return RemarkMark(key, table["field"], table.get("value", ""), tuple(table["words"]),
                      tuple(table["not_after"]), tuple(table["not_before"]))


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
        company_names={where: tuple(words) for where, words in raw["company_names"].items()},
        remark_marks=tuple(_remark_mark(key, table) for key, table in raw["remark_marks"].items()
                           if isinstance(table, dict)),
        between=raw["remark_marks"]["between"],
        other_documents=tuple(raw["other_documents"]),
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
