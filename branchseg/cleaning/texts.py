"""Tidying of texts: widths, blanks, invisible characters; placeholders and error texts.

Every parser of this package returns an `Outcome`: (value, None) where all is well, (value, code)
where something was changed or is doubtful, (None, code) where the cell says nothing usable,
(None, None) for an empty cell. No parser raises, whatever the text.
"""

from __future__ import annotations

import re
from typing import TypeVar

from branchseg.cleaning.choices import choices
from branchseg.model.issues import IssueCode

T = TypeVar("T")
Outcome = tuple[T | None, IssueCode | None]

_INVISIBLE = (0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065),
              0xFEFF)
_BLANKS = (0x00A0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F)
_LETTERS = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))

_TIDY: dict[int, int | None] = (
    dict.fromkeys(_INVISIBLE) | dict.fromkeys(_BLANKS, 0x20)
    | {wide: wide - 0xFEE0 for wide in _LETTERS}
)
_NARROW: dict[int, int | None] = (
    _TIDY | {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
    | {0xFFE5: 0xA5, 0x2212: 0x2D, 0x2010: 0x2D, 0x2011: 0x2D}
)
_QUOTED = re.compile(r'=\s*"(.*)"', re.DOTALL)
_APOSTROPHES = frozenset({"'", "’", "‘"})
_SPACES = re.compile(r"\s+")
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_DOTS = re.compile(r"(?<=\w)\s*[•・‧∙⋅．.]\s*(?=\w)")


def unwrap(text: str) -> str:
    """Without the marks Excel and exports use for "this is text": 'abc, ="abc"."""
    text = text.strip()
    if text[:1] in _APOSTROPHES:
        text = text[1:].strip()
    quoted = _QUOTED.fullmatch(text) if text[:1] == "=" else None
    return quoted[1].strip() if quoted else text


def narrow(text: str) -> str:
    """For reading values: half-width, no invisible characters, trimmed and unwrapped."""
    return unwrap(text if text.isascii() else text.translate(_NARROW))


def nothing(text: str) -> IssueCode | None:
    """The code of a text that gives no value, else None.

    A placeholder ("-") says that there is nothing, "不详" and "*" that something is not known,
    an error text that a formula failed.
    """
    table = choices()
    if text in table.placeholders:
        return IssueCode.PLACEHOLDER
    if text in table.unknown_words:
        return IssueCode.VALUE_UNKNOWN
    return IssueCode.ERROR_CELL if text.upper() in table.error_texts else None


def _outcome(raw: str, tidied: str) -> Outcome[str]:
    """The tidied text and whether more than its ends changed."""
    if not tidied:
        return None, IssueCode.PLACEHOLDER if raw.strip() else None
    problem = nothing(tidied)
    if problem:
        return None, in_words(problem)
    return tidied, None if tidied == raw.strip() else IssueCode.TEXT_TIDIED


def in_words(problem: IssueCode | None) -> IssueCode | None:
    """The finding of `nothing` for a text or a gender, where "不详" is as good as "-"."""
    return IssueCode.PLACEHOLDER if problem is IssueCode.VALUE_UNKNOWN else problem


def free_text(text: str) -> Outcome[str]:
    """A free text: narrow letters and digits, single blanks; Chinese punctuation stays."""
    return _outcome(text, _SPACES.sub(" ", unwrap(text.translate(_TIDY))))


def person_name(text: str) -> Outcome[str]:
    """A name: no blanks between Chinese characters, one kind of middle dot (古丽·买买提)."""
    tidied = _SPACES.sub(" ", unwrap(text.translate(_TIDY)))
    if _HAN.search(tidied):
        tidied = _DOTS.sub("·", tidied.replace(" ", ""))
    return _outcome(text, tidied)
