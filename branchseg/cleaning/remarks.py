"""Remarks: columns that are not imported may still say that somebody is dead or not to be called.

Only what [remark_marks] of choices.toml knows is taken from them; the text itself is not kept.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from branchseg.cleaning.choices import RemarkMark, choices
from branchseg.cleaning.texts import narrow
from branchseg.model.issues import Action, IssueCode
from branchseg.model.raw import MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchseg.cleaning.columns import Column
    from branchseg.cleaning.findings import Findings
    from branchseg.model.raw import Cell, ColumnMapping, ColumnMatch, RawTable

_BLANKS = re.compile(r"\s+")
_WORD = "word"
_UNREAD = frozenset({MatchKind.REFUSED, MatchKind.OWN})
"""Columns the law does not want, and those this program wrote itself."""


def marks_in(text: str) -> dict[str, str]:
    """Key of [remark_marks] -> the word of it that the text says and does not deny."""
    plain = _BLANKS.sub("", narrow(text))
    if not _any_word().search(plain):
        return {}
    found = {}
    for mark, pattern in _patterns():
        words = (hit[_WORD] for hit in pattern.finditer(plain) if hit[_WORD])
        if word := next(words, ""):
            found[mark.key] = word
    return found


def read_remarks(table: RawTable, mapping: ColumnMapping, columns: Mapping[str, Column],
                 findings: Findings) -> dict[str, Column]:
    """The columns of `columns` that remarks have something to say about, with it laid over them.

    Flags are set and never cleared; a customer type gives way to the remark.
    """
    changed: dict[str, Column] = {}
    for match in mapping.columns:
        if not _is_remark(match):
            continue
        told = _told(table.columns[match.index])
        for mark in choices().remark_marks if told else ():
            places = [at for at, found in told.items() if mark.key in found]
            if places:
                before = changed.get(mark.field, columns.get(mark.field))
                changed[mark.field] = _laid_over(before, mark, places, len(table.rows))
                findings.note(IssueCode(f"remark_{mark.key}"), Action.FIXED, match.header, places,
                              [told[at][mark.key] for at in places])
    return changed


def _is_remark(match: ColumnMatch) -> bool:
    """Whether a column is not imported and may be read all the same."""
    return (match.field is None or match.doubtful) and match.kind not in _UNREAD


def _told(cells: Sequence[Cell]) -> dict[int, dict[str, str]]:
    """Row position -> the marks in its cell, each different text searched once."""
    texts = {cell for cell in cells if isinstance(cell, str)}
    marked = {text: found for text in texts if (found := marks_in(text))}
    return {at: marked[cell] for at, cell in enumerate(cells)
            if isinstance(cell, str) and cell in marked} if marked else {}


def _laid_over(before: Column | None, mark: RemarkMark, places: Sequence[int],
               count: int) -> Column:
    """A copy of a column with what the mark says; a column the list lacks is unknown before."""
    if before is not None:
        after = before.copy()
    elif mark.value:
        after = np.full(count, None, dtype=object)
    else:
        after = np.full(count, np.nan)
    after[list(places)] = mark.value or 1.0
    return after


@cache
def _patterns() -> tuple[tuple[RemarkMark, re.Pattern[str]], ...]:
    """A pattern per mark; denied words match first and leave its group empty."""
    gap = f"[{choices().between}]{{0,3}}"
    found = []
    for mark in choices().remark_marks:
        words = _either(mark.words)
        denied = [f"(?:{_either(mark.not_after)}){gap}(?:{words})"] if mark.not_after else []
        denied += [f"(?:{words})(?:{_either(mark.not_before)})"] if mark.not_before else []
        found.append((mark, re.compile("|".join([*denied, f"(?P<{_WORD}>{words})"]))))
    return tuple(found)


@cache
def _any_word() -> re.Pattern[str]:
    """Any word of any mark: most texts have none."""
    return re.compile(_either(word for mark in choices().remark_marks for word in mark.words))


def _either(words: Iterable[str]) -> str:
    """A pattern for one of several words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
