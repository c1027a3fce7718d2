"""Remarks: columns that are not imported may still say that somebody is dead or not to be called.

Only what [remark_marks] of choices.toml knows is taken from them; the text itself is not kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
_UNREAD = frozenset({MatchKind.REFUSED, MatchKind.OWN})
"""Columns the law does not want, and those this program wrote itself."""

_BREAKS = r",.;:!、。…()\[\]{}<>《》【】|/"
_CLAUSE = re.compile(f"[^{_BREAKS}]*")
_NEVER = re.compile(r"(?!)")
_NOT_YET = "(?<!未)(?<!没)(?<!没有)(?<!待)"
_AROUND = 12
"""So many characters of a remark are shown on either side of a word."""
_NEAR = 200
"""How far a clause can reach."""
_STARS = re.compile(r"\*{4,}")


@dataclass(frozen=True, slots=True)
class Told:
    """A word of a mark in a remark: if it counts, and the remark around it, masked."""

    word: str
    certain: bool
    shown: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """The patterns of a mark; all but `words` look from a word backwards or onwards."""

    mark: RemarkMark
    words: re.Pattern[str]
    alone: re.Pattern[str]
    denied_before: re.Pattern[str]
    denied_after: re.Pattern[str]
    doubt_before: re.Pattern[str]
    others: re.Pattern[str]
    others_after: re.Pattern[str]
    objects: re.Pattern[str]
    doubt_after: re.Pattern[str]
    still: re.Pattern[str]


def marks_in(text: str, header: str) -> dict[str, Told]:
    """Key of [remark_marks] -> what a cell of column `header` says of it and does not deny.

    Where a remark says it twice, what is certain counts.
    """
    plain = _BLANKS.sub("", narrow(text))
    if not _any_word().search(plain):
        return {}
    found = {}
    for reading in _readings():
        if any(word in header for word in reading.mark.others):
            continue
        told = list(_told_of(reading, plain, header))
        if told:
            found[reading.mark.key] = next((one for one in told if one.certain), told[0])
    return found


def _told_of(reading: _Reading, plain: str, header: str) -> Iterable[Told]:
    """Every word of a mark that is not denied."""
    remark = any(word in header for word in choices().remarks.columns)
    for hit in reading.words.finditer(plain):
        before, after = _near(plain, *hit.span())
        if not (reading.denied_before.search(before) or reading.denied_after.match(after)):
            sure = hit[0] not in reading.mark.doubtful and not _doubtful(reading, before, after)
            yield Told(hit[0], sure, _shown(plain, *hit.span()))
    for clause in _CLAUSE.finditer(plain):
        if reading.alone.fullmatch(clause[0]):
            doubt = _doubtful(reading, *_near(plain, *clause.span()))
            yield Told(clause[0], remark and not doubt, _shown(plain, *clause.span()))


def _near(plain: str, start: int, end: int) -> tuple[str, str]:
    """What stands close before and behind a word: a cell may be endless, a clause is not."""
    return plain[max(start - _NEAR, 0):start], plain[end:end + _NEAR]


def _doubtful(reading: _Reading, before: str, after: str) -> bool:
    """Whether a word between two texts may be about somebody else, or is only a guess."""
    clause = re.split(f"[{_BREAKS}]", before)[-1]
    news = _tellers().split(clause)[-1]
    here = re.match(f"[^{_BREAKS}]*(?:[{_BREAKS}]+[^{_BREAKS}]*)?", after)
    return bool(reading.doubt_before.search(clause) or reading.others.search(news)
                or reading.others_after.match(after) or reading.objects.match(after)
                or (here and reading.doubt_after.search(here[0])
                    and not reading.still.search(here[0])))


def _shown(plain: str, start: int, end: int) -> str:
    """The remark around a word: known words stay, anything that may be a name is covered."""
    left, right = max(start - _AROUND, 0), end + _AROUND
    first = max(start - _NEAR, 0)
    near = plain[first:end + _NEAR]
    covered = _readable().sub(lambda hit: hit[0] if hit.lastgroup else "*", near)
    part = _STARS.sub("***", covered[left - first:right - first])
    return f"{'…' if left else ''}{part}{'…' if right < len(plain) else ''}"


def read_remarks(table: RawTable, mapping: ColumnMapping, columns: Mapping[str, Column],
                 findings: Findings) -> dict[str, Column]:
    """The columns of `columns` that remarks have something to say about, with it laid over them.

    Flags are set and never cleared; a customer type gives way to the remark. What is doubtful
    is only reported.
    """
    changed: dict[str, Column] = {}
    for match in mapping.columns:
        if not _is_remark(match):
            continue
        told = _told(table.columns[match.index], match.header)
        for mark in choices().remarks.marks if told else ():
            here = {at: found[mark.key] for at, found in told.items() if mark.key in found}
            sure = [at for at, one in here.items() if one.certain]
            doubtful = [at for at, one in here.items() if not one.certain]
            if sure:
                before = changed.get(mark.field, columns.get(mark.field))
                changed[mark.field] = _laid_over(before, mark, sure, len(table.rows))
            for code, action, places in (
                    (IssueCode(f"remark_{mark.key}"), Action.FIXED, sure),
                    (IssueCode.REMARK_DOUBTFUL, Action.KEPT, doubtful)):
                findings.note(code, action, match.header, places,
                              [here[at].shown for at in places])
    return changed


def _is_remark(match: ColumnMatch) -> bool:
    """Whether a column is not imported and may be read all the same."""
    return (match.field is None or match.doubtful) and match.kind not in _UNREAD


def _told(cells: Sequence[Cell], header: str) -> dict[int, dict[str, Told]]:
    """Row position -> the marks in its cell, each different text searched once."""
    texts = {cell for cell in cells if isinstance(cell, str)}
    marked = {text: found for text in texts if (found := marks_in(text, header))}
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
def _readings() -> tuple[_Reading, ...]:
    """The patterns of every mark."""
    gap = f"[{choices().remarks.between}]{{0,5}}"
    towards = f"[{choices().remarks.towards}]{{0,8}}"
    return tuple(_Reading(
        mark, words=_either((*mark.words, *mark.doubtful)), alone=_either(mark.alone),
        denied_before=_either((*mark.not_after, *mark.others), behind=f"{gap}$"),
        denied_after=_either(mark.not_before), doubt_before=_either(mark.doubt_before),
        others=_either((*mark.others, *mark.relatives)),
        others_after=_either(mark.others, before="的?"),
        objects=_either((*mark.relatives, *mark.objects), before=towards),
        doubt_after=_either(mark.doubt_after, before=_NOT_YET), still=_either(mark.still))
        for mark in choices().remarks.marks)


@cache
def _any_word() -> re.Pattern[str]:
    """Any word of any mark: most texts have none."""
    return _either(word for mark in choices().remarks.marks
                   for word in (*mark.words, *mark.alone, *mark.doubtful))


@cache
def _tellers() -> re.Pattern[str]:
    return _either(choices().remarks.tellers)


@cache
def _readable() -> re.Pattern[str]:
    """A known word, or else any character but a mark of punctuation."""
    table = choices().remarks
    words = [word for mark in table.marks for word in (
        *mark.words, *mark.alone, *mark.doubtful, *mark.not_after, *mark.others, *mark.relatives,
        *mark.objects, *mark.not_before, *mark.doubt_before, *mark.doubt_after, *mark.still)]
    known = _either([*words, *table.tellers, *table.readable])
    return re.compile(f"(?P<known>{known.pattern})|\\w")


def _either(words: Iterable[str], *, before: str = "", behind: str = "") -> re.Pattern[str]:
    """A pattern for one of several words, the longest first; it never fits without any."""
    ranked = sorted(words, key=len, reverse=True)
    if not ranked:
        return _NEVER
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, ranked))}){behind}")
