"""`match`: what every column of a list means, and how sure that is."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import chain, repeat
from typing import TYPE_CHECKING

from branchseg.intake.balances import WEAK, settled
from branchseg.intake.content import fits
from branchseg.intake.labels import normalise
from branchseg.intake.lookup import is_own, known_names, refused_reason
from branchseg.intake.units import suspect_units
from branchseg.intake.vocabulary import vocabulary
from branchseg.model.fields import FIELDS, TRADES, Kind
from branchseg.model.raw import FOREIGN, ColumnMapping, ColumnMatch, MatchKind, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SURE = 0.9
"""From here on a match needs no question."""
POSSIBLE = 0.6
"""Below this a match is not even offered."""

_EXACT, _ALIAS, _CHILD, _WEAK, _OTHER_GROUP = 1.0, 0.98, 0.95, 0.75, 0.7
_MISFIT = 0.65
_WHY_WEAK = {"pay_after_7": "intake.match.no_day"}
"""Fields whose weak names all lack the same."""
_DECIDED = frozenset({MatchKind.CHOSEN, MatchKind.REMEMBERED})
_RANK_STEP, _FOREIGN_STEP = 0.0005, 0.035
_MIN_LIKENESS = 3
_OF_TRADES = frozenset({"交易", "动账"})
_OF_DAYS = frozenset({"日期", "日", "时间"})
"""Words that a name may leave out where its cells are dates."""


def fingerprint(headers: Iterable[str], units: Iterable[float] = ()) -> str:
    """The key under which a mapping is remembered: the normalised headers in their order.

    With the `units` stated for them (0 for none), so that lists in 元 and in 万元 are two.
    Columns the program adds to an export do not count: a mended list is the same list.
    """
    joined = "\n".join(
        normalise(header) + (f"\t{unit:g}" if unit else "")
        for header, unit in zip(headers, chain(units, repeat(0.0)), strict=False)
        if not is_own(header))
    return hashlib.sha256(joined.encode()).hexdigest()


def match(table: RawTable, remembered: ColumnMapping | None = None) -> ColumnMapping:
    """Match every column to a field: remembered, exact, alias, then similar names.

    What `remembered` says holds for columns of the same name, whatever else the list has; its
    units only if it is of this very list, or of one that states none: somebody decided them then.
    Sure from 0.9 on; from 0.6 on doubtful (a person is asked); below, no field. If two columns
    fit one field the better one keeps it and the other becomes doubtful; so does an amount
    that looks as if its unit were another one. A bare "余额" is what the products or the name of
    the sheet tell (`balances`). Columns the law does not want are refused
    whatever is remembered. `reason` says why a column is doubtful or refused, as a message code.
    """
    key = fingerprint(table.headers, table.units)
    before: dict[str, list[ColumnMatch]] = defaultdict(list)
    if remembered is not None:
        stateless = fingerprint(column.header for column in remembered.columns)
        lent = remembered.fingerprint in {key, stateless}
        for column in reversed(remembered.columns):
            before[normalise(column.header)].append(column if lent else replace(column, unit=1.0))
    found = []
    for index, header in enumerate(table.headers):
        same = before.get(normalise(header))
        known = None if is_own(header) or not same else same.pop()
        found.append(_recall(table, index, known) if known else _match_one(table, index))
    found = _one_column_per_field([settled(table, column) for column in found])
    units = suspect_units(table, found)
    return ColumnMapping(key, tuple(
        replace(column, doubtful=True, reason="intake.match.unit", confidence=_MISFIT,
                unit=units[column.index]) if column.index in units else column
        for column in found))


def _recall(table: RawTable, index: int, before: ColumnMatch) -> ColumnMatch:
    """What a person decided before for a column of this name; a stated unit beats the old one.

    It is asked again if the cells contradict it; what nobody decided is found anew.
    """
    fresh = _match_one(table, index)
    if fresh.kind is MatchKind.REFUSED or before.doubtful or before.kind not in _DECIDED:
        return fresh
    found = replace(before, index=index, header=table.headers[index], confidence=1.0, reason="",
                    kind=MatchKind.REMEMBERED, unit=table.units[index] or before.unit)
    if found.field is None or fits(FIELDS[found.field], table.columns[index]):
        return found
    return replace(found, confidence=_MISFIT, doubtful=True, reason="intake.match.content")


def _match_one(table: RawTable, index: int) -> ColumnMatch:
    """The best field for one column, judged by its name and then by its cells."""
    header = table.headers[index]
    none = ColumnMatch(index, header, None, 0.0, MatchKind.NONE)
    if is_own(header):
        return replace(none, kind=MatchKind.OWN, confidence=1.0)
    if refusal := refused_reason(header):
        return replace(none, kind=MatchKind.REFUSED, confidence=1.0, reason=refusal)
    field, confidence, kind, reason = _by_name(header)
    if field is None or confidence < POSSIBLE:
        return none
    if not fits(FIELDS[field], table.columns[index]):
        confidence, reason = min(confidence, _MISFIT), "intake.match.content"
    unit = (table.units[index] or 1.0) if FIELDS[field].kind is Kind.AMOUNT else 1.0
    if unit == FOREIGN:
        confidence -= _FOREIGN_STEP  # the same field in 元 goes before it
    doubtful = confidence < SURE
    return ColumnMatch(index, header, field, confidence, kind, unit, doubtful,
                       reason if doubtful else "")


def _by_name(header: str) -> tuple[str | None, float, MatchKind, str]:
    """Field, confidence, kind and, if doubtful, the reason."""
    bare = normalise(header)
    entry = known_names().get(bare)
    if entry is not None:
        if entry.weak:
            return entry.field, _WEAK, MatchKind.ALIAS, _WHY_WEAK.get(entry.field, WEAK)
        if entry.rank == 0:
            return entry.field, _EXACT, MatchKind.EXACT, ""
        return entry.field, _ALIAS - _RANK_STEP * entry.rank, MatchKind.ALIAS, ""
    parent, _, child = header.rpartition("_")
    entry = known_names().get(normalise(child)) if parent else None
    if entry is not None and not entry.weak:
        if _is_neutral(parent):
            return entry.field, _CHILD - _RANK_STEP * entry.rank, MatchKind.ALIAS, ""
        return entry.field, _OTHER_GROUP, MatchKind.ALIAS, "intake.match.group"
    return _by_likeness(bare)


@cache
def _neutral_groups() -> frozenset[str]:
    words, endings = vocabulary().neutral_groups, vocabulary().group_endings
    return frozenset(normalise(word + ending)
                     for word in ("", *words) for ending in ("", *endings))


def _is_neutral(parent: str) -> bool:
    """Whether all levels of a merged header above a name add nothing to it."""
    return all(normalise(level) in _neutral_groups() for level in parent.split("_"))


def _by_likeness(bare: str) -> tuple[str | None, float, MatchKind, str]:
    """The known name most like this one, if no word that changes the meaning differs."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - the child imports this package too

    if len(bare) < _MIN_LIKENESS:
        return None, 0.0, MatchKind.NONE, ""
    words = _distinct_words(bare)
    names = [name for name, entry in known_names().items()
             if not entry.weak and _distinct_words_of(name) == words]
    best = process.extractOne(bare, names, scorer=fuzz.ratio, score_cutoff=POSSIBLE * 100)
    if best is None and words & _OF_TRADES:  # rather asked about than lost: the status needs it
        names = [name for name, entry in known_names().items() if entry.field in TRADES
                 and _distinct_words_of(name) - _OF_DAYS == words - _OF_DAYS]
        best = process.extractOne(bare, names, scorer=fuzz.ratio, score_cutoff=POSSIBLE * 100)
        best = best and (best[0], min(best[1], _WEAK * 100), best[2])
    if best is None:
        return None, 0.0, MatchKind.NONE, ""
    return known_names()[best[0]].field, best[1] / 100, MatchKind.FUZZY, "intake.match.similar"


def _distinct_words(bare: str) -> frozenset[str]:
    """The words in a normalised name that decide what a column is."""
    return frozenset(word for word in vocabulary().distinct if word.casefold() in bare)


@cache
def _distinct_words_of(name: str) -> frozenset[str]:
    return _distinct_words(name)


def _one_column_per_field(found: Sequence[ColumnMatch]) -> list[ColumnMatch]:
    """Leave each field to its most certain column; the others become doubtful."""
    best: dict[str, ColumnMatch] = {}
    for column in found:
        rival = best.get(column.field or "")
        if column.field and (rival is None or column.confidence > rival.confidence):
            best[column.field] = column
    return [
        column if column.field is None or column.doubtful or best[column.field] is column
        else replace(column, doubtful=True, reason="intake.match.second",
                     confidence=min(column.confidence, _MISFIT))
        for column in found
    ]
