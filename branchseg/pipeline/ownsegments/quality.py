"""How good an own segment is: size, separation, stability, and whether anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from branchseg import rules
from branchseg.messages import text
from branchseg.pipeline.compare import compare_imports, predecessor
from branchseg.pipeline.ownsegments.contrast import differences
from branchseg.pipeline.ownsegments.crowd import (
    Crowd,
    bound_action,
    masks,
    member_ids,
    members,
    read,
)
from branchseg.pipeline.ownsegments.spec import STAFF_TAG
from branchseg.rules.planning import SEPARATOR
from branchseg.store.records import in_force

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.ownsegments.spec import QualityScale, Spec
    from branchseg.pipeline.story import RunResult
    from branchseg.rules import RuleSet
    from branchseg.store.records import OwnSegment
    from branchseg.store.vault import Vault

    Mask = NDArray[np.bool_]


class Point(NamedTuple):
    """One side of the quality: what it is, how it is (`tone` ok, warn or neutral), and why."""

    label: str
    tone: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TwoLists:
    """The newest list and the one before it, each judged alone on its own data date."""

    before: RunResult
    after: RunResult


def last_two_lists(vault: Vault, ruleset: RuleSet) -> TwoLists | None:
    """What stability is measured on; None where there are no two lists of one kind."""
    newest = next(iter(in_force(vault.batches())), None)
    older = None if newest is None else predecessor(vault, newest)
    if newest is None or older is None:
        return None
    changes = compare_imports(vault, older, newest, ruleset)
    return TwoLists(changes.before, changes.after)


def quality(crowd: Crowd, segment: OwnSegment, spec: Spec,
            lists: TwoLists | None) -> tuple[Point, ...]:
    """The points of a segment. Raises RuleError if its conditions cannot be read any more."""
    inside = members(crowd, segment)
    points = [_size(inside, crowd, spec.quality), _apart(crowd, segment, inside, spec),
              _stable(crowd, segment, spec.quality, lists), _action(crowd, segment, inside)]
    if segment.tree is not None:
        points.insert(1, _known(crowd, segment, spec.quality))
    return tuple(points)


def _point(key: str, state: str, tone: str, **values: object) -> Point:
    return Point(text(f"ownsegments.quality.{key}.label"), tone,
                 text(f"ownsegments.quality.{key}.{state}.word"),
                 text(f"ownsegments.quality.{key}.{state}.why", **values))


def _size(inside: Mask, crowd: Crowd, scale: QualityScale) -> Point:
    customers, whole = int(inside.sum()), int(crowd.counts.sum())
    state = "empty" if not customers else "large" if customers > scale.most_share * whole else \
        "small" if customers < scale.few else "good"
    return _point("size", state, "ok" if state == "good" else "warn", customers=customers,
                  share=customers / max(whole, 1), few=scale.few)


def _known(crowd: Crowd, segment: OwnSegment, scale: QualityScale) -> Point:
    true, false = masks(crowd, [read(crowd, segment.tree or {})])[0]
    here = crowd.counts
    unknown, whole = int((here & ~true & ~false).sum()), int(here.sum())
    state = "poor" if unknown > scale.unknown * whole else "some" if unknown else "good"
    return _point("known", state, "warn" if state == "poor" else "ok", unknown=unknown)


def _apart(crowd: Crowd, segment: OwnSegment, inside: Mask, spec: Spec) -> Point:
    asked = rules.fields_of(read(crowd, segment.tree)) if segment.tree else frozenset()
    others = crowd.counts & ~inside
    found = differences(crowd, (inside, others),
                        (text("ownsegments.side.here"), text("ownsegments.side.others")),
                        spec.contrast, without=asked)
    if min(inside.sum(), others.sum()) < spec.contrast.least_known:
        return _point("apart", "few", "neutral", least=spec.contrast.least_known)
    if not found:
        return _point("apart", "none", "warn")
    clear = abs(found[0].delta) >= spec.quality.apart
    return _point("apart", "clear" if clear else "weak", "ok" if clear else "neutral",
                  sentence=found[0].sentence)


def _stable(crowd: Crowd, segment: OwnSegment, scale: QualityScale,
            lists: TwoLists | None) -> Point:
    """How many stay of those on both lists; of a fixed list, how many are still listed."""
    if lists is None:
        return _point("stable", "unknown", "neutral")
    if segment.tree is not None and any(
            key.startswith(STAFF_TAG) for key in rules.fields_of(read(crowd, segment.tree))):
        return _point("stable", "tags", "neutral")  # which tags there were then is not known
    sides = [set(member_ids(Crowd(result, crowd.tagged, crowd.with_invalid), segment))
             for result in (lists.before, lists.after)]
    before = sides[0] & set(lists.after.table.frame["customer_id"])
    told = {"day": lists.before.table.as_of, "before": len(sides[0]), "after": len(sides[1])}
    if not sides[0]:
        return _point("stable", "nobody", "neutral", **told)
    if segment.tree is None:
        share = len(before) / len(sides[0])
        return _point("stable", "fixed", "ok" if share >= scale.kept else "warn", share=share,
                      **told)
    if not before:
        return _point("stable", "gone", "neutral", **told)
    share, off = len(before & sides[1]) / len(before), len(sides[0]) - len(before)
    good = share >= scale.kept
    return _point("stable", "good" if good else "poor", "ok" if good else "warn", share=share,
                  listed=len(before),
                  off=text("ownsegments.quality.stable.off", off=off) if off else "", **told)


def _action(crowd: Crowd, segment: OwnSegment, inside: Mask) -> Point:
    """What the bound action means for the members: done next, later, or not at all."""
    theme = bound_action(crowd, segment)
    if not theme:
        return _point("action", "none", "warn")
    result = crowd.result
    if not any(call.label == segment.name and call.action_id == segment.action
               and np.array_equal(call.rows, inside) for call in result.calls):
        return _point("action", "draft" if inside.any() else "idle", "neutral", theme=theme)
    told = result.results[["actions", "next_action"]][inside]
    first = int((told["next_action"] == segment.action).sum())
    listed = told["actions"].fillna("").str.split(SEPARATOR)
    later = sum(segment.action in one for one in listed) - first
    never = len(told) - first - later
    if not first + later:
        return _point("action", "idle", "warn", theme=theme)
    parts = {key: text(f"ownsegments.quality.action.{key}", count=count) if count else ""
             for key, count in (("later", later), ("never", never))}
    return _point("action", "bound", "ok", theme=theme, first=first, **parts)
