"""Who belongs to an own segment, how many do, and what can be asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from branchseg import rules
from branchseg.errors import RuleError
from branchseg.model.fields import NUMERIC, Kind
from branchseg.pipeline.overview import counted
from branchseg.pipeline.ownsegments.spec import STAFF_TAG, known_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.pipeline.ownsegments.spec import Preset, Spec
    from branchseg.pipeline.story import RunResult
    from branchseg.rules.predicates import Predicate
    from branchseg.rules.rule_fields import RuleField
    from branchseg.store.records import OwnSegment

    Mask = NDArray[np.bool_]

MOST_VALUES = 60
"""A text with more different values than this is searched for words, not chosen from a list."""

_WORDS = frozenset({Kind.TEXT, Kind.CHOICE})


class Tally(NamedTuple):
    """How many of the customers that count a condition is true of, false of, or neither."""

    yes: int
    no: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """The customers of a result that segments are chosen from, and the tags staff gave them.

    `tagged` has the ids of whom each tag was given to; invalid customers count only
    `with_invalid`.
    """

    result: RunResult
    tagged: Mapping[str, Sequence[str]]
    with_invalid: bool = False

    @property
    def counts(self) -> Mask:
        """Who counts, row for row."""
        found = np.zeros(len(self.result.table), bool)
        found[counted(self.result, with_invalid=self.with_invalid)] = True
        return found

    def known(self, tables: Iterable[Mapping[str, Any]] = ()) -> dict[str, RuleField]:
        """What conditions may ask for; also tags in `tables` that nobody has any more."""
        gone = (key.removeprefix(STAFF_TAG) for table in tables for key in _keys(table)
                if key.startswith(STAFF_TAG))
        return known_fields(self.result.ruleset, {*self.tagged, *gone})

    def column(self, key: str) -> pd.Series | None:
        """A field as the results have it, else the list; None where neither does."""
        for frame in (self.result.results, self.result.table.frame):
            if key in frame:
                return frame[key]
        return None


@dataclass(frozen=True, slots=True)
class Offer:
    """A field to choose by; `field.choices` are set where there is a list of values."""

    field: RuleField
    customers: int


@dataclass(frozen=True, slots=True)
class OfferedPreset:
    """A preset and what the list lacks for it, in words; "" if it can be used."""

    preset: Preset
    lacks: str


def _keys(table: Mapping[str, Any]) -> Iterable[str]:
    """Every field a table of conditions names."""
    for value in table.values():
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, dict):
                yield from _keys(part)
    if isinstance(table.get("field"), str):
        yield table["field"]


def read(crowd: Crowd, table: Mapping[str, Any]) -> Predicate:
    """The predicate of a table. Raises RuleError with every fault."""
    return rules.read_tree(table, crowd.known([table]))


def masks(crowd: Crowd, predicates: Sequence[Predicate]) -> list[tuple[Mask, Mask]]:
    """Where each predicate is true and where false, of the customers that count."""
    result = crowd.result
    asked = {key for one in predicates for key in rules.fields_of(one)
             if key.startswith(STAFF_TAG)}
    ids = result.table.frame["customer_id"]
    marks = {key: ids.isin(crowd.tagged.get(key.removeprefix(STAFF_TAG), ())).to_numpy()
             for key in asked}
    truths = rules.judge(predicates, result.table.frame, result.results, result.ruleset,
                         result.table.as_of, today=result.today, marks=marks)
    here = crowd.counts
    return [(here & one.true, here & one.false) for one in truths]


def tallies(crowd: Crowd, tables: Sequence[Mapping[str, Any]]) -> list[Tally | str]:
    """The counts of several tables of conditions; of a faulty one the first fault's sentence."""
    read_: list[Predicate | str] = []
    for table in tables:
        try:
            read_.append(read(crowd, table))
        except RuleError as error:
            read_.append(error.faults[0].sentence)
    fit = [one for one in read_ if not isinstance(one, str)]
    whole = int(crowd.counts.sum())
    found = iter(masks(crowd, fit))
    return [one if isinstance(one, str) else _tally(next(found), whole) for one in read_]


def _tally(found: tuple[Mask, Mask], whole: int) -> Tally:
    yes, no = (int(mask.sum()) for mask in found)
    return Tally(yes, no, whole - yes - no)


def members(crowd: Crowd, segment: OwnSegment) -> Mask:
    """Who belongs to a segment. Raises RuleError if its conditions cannot be read any more.

    Who was put on a fixed list by hand stays there, even if invalid.
    """
    if segment.tree is not None:
        return masks(crowd, [read(crowd, segment.tree)])[0][0]
    listed: Mask = crowd.result.table.frame["customer_id"].isin(segment.members).to_numpy()
    return listed


def member_ids(crowd: Crowd, segment: OwnSegment) -> tuple[str, ...]:
    """The ids of who belongs to a segment, in the order of the table. Raises RuleError."""
    return crowd.result.table.ids_at(np.flatnonzero(members(crowd, segment)))


def definition(crowd: Crowd, segment: OwnSegment) -> str:
    """Its conditions as a sentence, "" for a fixed list. Raises RuleError like `members`."""
    return "" if segment.tree is None else read(crowd, segment.tree).describe()


def bound_action(crowd: Crowd, segment: OwnSegment) -> str:
    """The theme of the action bound to a segment; "" for none, or one the rules have lost."""
    return crowd.result.ruleset.actions.labels.get(segment.action, "")


def offers(crowd: Crowd, spec: Spec) -> dict[str, list[Offer]]:
    """The fields that the data have values for, by the label of their group."""
    known = crowd.known()
    tags = {
        "staff": [STAFF_TAG + tag for tag in crowd.tagged],
        "rules": [tag.field.key for tag in crowd.result.ruleset.segments.tags],
        "": [],
    }
    found = {group.label: [_offer(crowd, known[key])
                           for key in (*group.fields, *tags[group.tags])]
             for group in spec.groups}
    return {label: kept for label, fields in found.items()
            if (kept := [one for one in fields if one.customers])}


def _offer(crowd: Crowd, field: RuleField) -> Offer:
    """How many customers a field is known of, and its values where there are few of them."""
    column = crowd.column(field.key)
    if column is None:
        return Offer(field, len(crowd.result.table) if field.key.startswith("tag_") else 0)
    if field.kind in _WORDS and not field.choices:
        values = column.value_counts()
        if len(values) <= MOST_VALUES:
            field = replace(field, choices=tuple((str(one), str(one)) for one in values.index))
    elif field.choices and field.kind not in NUMERIC:
        there = set(column.dropna().unique())
        field = replace(field, choices=tuple(
            choice for choice in field.choices if choice[0] in there) or field.choices)
    return Offer(field, int(column.notna().sum()))


def offered_presets(crowd: Crowd, spec: Spec) -> list[OfferedPreset]:
    """All presets, each with what the list lacks for it."""
    known = crowd.known()
    found = []
    for preset in spec.presets:
        asked = dict.fromkeys(_keys(preset.tree))
        lacks = [known[key].label for key in asked
                 if (column := crowd.column(key)) is None or not column.notna().any()]
        found.append(OfferedPreset(preset, "、".join(lacks)))
    return found
