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
from branchseg.rules.predicates import Condition, Group

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

    @property
    def decided(self) -> pd.DataFrame:
        """What the rules say of everybody, before own segments call for more.

        Else a segment of whom an action is due for would lose its members to its own action.
        """
        result = self.result
        return result.results.assign(next_action=result.alone) if result.calls \
            else result.results

    def known(self, tables: Iterable[Mapping[str, Any]] = ()) -> dict[str, RuleField]:
        """What conditions may ask for; also tags in `tables` that nobody has any more."""
        gone = (key.removeprefix(STAFF_TAG) for table in tables for key in named_fields(table)
                if key.startswith(STAFF_TAG))
        return known_fields(self.result.ruleset, {*self.tagged, *gone})

    def column(self, key: str) -> pd.Series | None:
        """A field as the results have it, else the list; None where neither does."""
        for frame in (self.decided, self.result.table.frame):
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


def named_fields(table: Mapping[str, Any]) -> Iterable[str]:
    """Every field a table of conditions names."""
    for value in table.values():
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, dict):
                yield from named_fields(part)
    if isinstance(table.get("field"), str):
        yield table["field"]


def read(crowd: Crowd, table: Mapping[str, Any]) -> Predicate:
    """The predicate of a table. Raises RuleError with every fault."""
    return rules.read_tree(table, crowd.known([table]))


def masks(crowd: Crowd, predicates: Sequence[Predicate]) -> list[tuple[Mask, Mask]]:
    """Where each predicate is true and where false, of the customers that count."""
    result = crowd.result
    truths = rules.judge(predicates, result.table.frame, crowd.decided, result.ruleset,
                         result.table.as_of, today=result.today, marks=_marks(crowd, predicates))
    here = crowd.counts
    return [(here & one.true, here & one.false) for one in truths]


def _marks(crowd: Crowd, predicates: Iterable[Predicate]) -> dict[str, Mask]:
    """Who has the tags of staff that predicates ask for."""
    asked = {key for one in predicates for key in rules.fields_of(one)
             if key.startswith(STAFF_TAG)}
    ids = crowd.result.table.frame["customer_id"]
    return {key: ids.isin(crowd.tagged.get(key.removeprefix(STAFF_TAG), ())).to_numpy()
            for key in asked}


def reasons(crowd: Crowd, predicates: Sequence[Predicate],
            position: int) -> list[tuple[str, ...] | None]:
    """What of one customer meets each predicate, in words; None where it is not met."""
    result = crowd.result
    return rules.reasons(predicates, position, result.table.frame, crowd.decided, result.ruleset,
                         result.table.as_of, today=result.today, marks=_marks(crowd, predicates))


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
    found = members_of(crowd, [segment])[0]
    if isinstance(found, RuleError):
        raise found
    return found


def members_of(crowd: Crowd, segments: Sequence[OwnSegment]) -> list[Mask | RuleError]:
    """The members of several segments; of one whose conditions cannot be read, the error."""
    ids, asked = crowd.result.table.frame["customer_id"], conditions_of(crowd, segments)
    judged = iter(masks(crowd, [one for one in asked if isinstance(one, Condition | Group)]))
    return [ids.isin(segment.members).to_numpy() if one is None
            else one if isinstance(one, RuleError) else next(judged)[0]
            for segment, one in zip(segments, asked, strict=True)]


def conditions_of(crowd: Crowd,
                  segments: Sequence[OwnSegment]) -> list[Predicate | RuleError | None]:
    """The conditions of each segment: None for a fixed list, the error if they cannot be read."""
    found: list[Predicate | RuleError | None] = []
    for segment in segments:
        try:
            found.append(None if segment.tree is None else read(crowd, segment.tree))
        except RuleError as error:
            found.append(error)
    return found


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
        asked = dict.fromkeys(named_fields(preset.tree))
        lacks = [known[key].label for key in asked
                 if (column := crowd.column(key)) is None or not column.notna().any()]
        found.append(OfferedPreset(preset, "、".join(lacks)))
    return found
