"""What the worker does for own segments; nothing here touches a widget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from branchseg.errors import RuleError
from branchseg.pipeline import ownsegments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.pipeline import RunResult
    from branchseg.pipeline.ownsegments import (
        Crowd,
        Offer,
        OfferedPreset,
        Overlap,
        Point,
        Spec,
        Tally,
        TwoLists,
    )
    from branchseg.store.records import OwnSegment
    from branchseg.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment of the vault; `customers` is None where its conditions cannot be read.

    What was kept just now is not `counted` yet.
    """

    segment: OwnSegment
    customers: int | None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Survey:
    """All that the tab shows before anything is edited."""

    crowd: Crowd
    spec: Spec
    offers: dict[str, list[Offer]]
    presets: Sequence[OfferedPreset]
    kept: Sequence[Kept]

    def others(self, segment_id: int | None) -> list[OwnSegment]:
        """All segments that are kept but one."""
        return [one.segment for one in self.kept if one.segment.id != segment_id]


@dataclass(frozen=True, slots=True)
class Detail:
    """How good a segment is, and its conditions in words.

    `lists` are what stability was measured on, to be used again; `fault` says why nothing is
    known of it.
    """

    points: Sequence[Point]
    definition: str
    lists: TwoLists | None
    fault: str = ""


def survey(vault: Vault | None, result: RunResult, *, with_invalid: bool) -> Survey:
    """Look at customers, tags and segments anew."""
    tagged = vault.tagged() if vault is not None else {}
    crowd = ownsegments.Crowd(result, tagged, with_invalid)
    spec = ownsegments.load(result.ruleset)
    segments = vault.own_segments() if vault is not None else []
    return Survey(crowd, spec, ownsegments.offers(crowd, spec),
                  ownsegments.offered_presets(crowd, spec),
                  tuple(Kept(one, None if isinstance(rows, RuleError) else int(rows.sum()))
                        for one, rows in zip(
                            segments, ownsegments.members_of(crowd, segments), strict=True)))


def tallies(crowd: Crowd, tables: Sequence[Mapping[str, Any]]) -> list[Tally | str]:
    """The counts while conditions are edited."""
    return ownsegments.tallies(crowd, tables)


def two_lists(vault: Vault | None, crowd: Crowd) -> TwoLists | None:
    """What stability is measured on."""
    return None if vault is None else ownsegments.last_two_lists(vault, crowd.result.ruleset)


def with_change(survey: Survey, old: OwnSegment | None, kept: OwnSegment | None) -> Survey:
    """The survey as it is after a step of the vault, before it is made anew."""
    gone = {one.id for one in (old, kept) if one is not None}
    there = [one for one in survey.kept if one.segment.id not in gone]
    if kept is not None:
        there.append(Kept(kept, None, counted=False))
    return replace(survey, kept=tuple(sorted(there, key=lambda one: one.segment.id or 0)))


def is_unchanged(before: Survey, now: Survey, segment_id: int | None) -> bool:
    """Whether a segment, and what conditions can ask for, is the same in both."""
    there = [one.segment for one in before.kept]
    return before.offers == now.offers and any(
        one.segment.id == segment_id and one.segment in there for one in now.kept)


def detail(survey: Survey, segment: OwnSegment, lists: TwoLists | None) -> Detail:
    """How good a segment is."""
    try:
        return Detail(ownsegments.quality(survey.crowd, segment, survey.spec, lists),
                      ownsegments.definition(survey.crowd, segment), lists)
    except RuleError as error:
        return Detail((), "", lists, error.faults[0].sentence)


def overlap(survey: Survey, first: OwnSegment, second: OwnSegment) -> Overlap:
    """Compare two segments."""
    return ownsegments.overlap(survey.crowd, first, second, survey.spec)


def ids(crowd: Crowd, segment: OwnSegment) -> tuple[str, ...]:
    """Who belongs to a segment."""
    return ownsegments.member_ids(crowd, segment)


def fixed(crowd: Crowd, segment: OwnSegment) -> OwnSegment:
    """A new segment of those who belong to this one today."""
    day = crowd.result.table.as_of
    return replace(segment, id=None, tree=None, members=ids(crowd, segment),
                   name=f"{segment.name or '自建客群'}（{day:%Y-%m-%d} 固定）")


def put(vault: Vault, before: OwnSegment | None, after: OwnSegment | None) -> OwnSegment | None:
    """Have `after` in the vault instead of `before`; returns it with its id."""
    now = datetime.now().astimezone()
    if after is None:
        assert before is not None
        assert before.id is not None
        vault.remove_own_segment(before.id, at=now)
        return None
    if before is None and after.id is not None:
        vault.bring_back_own_segment(after.id)
        return after
    return replace(after, id=vault.keep_own_segment(after, at=now))
