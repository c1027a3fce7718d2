"""Two groups of customers: whom they share, and what tells them apart, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from branchseg import rules
from branchseg.messages import text
from branchseg.model.fields import NUMERIC, Kind
from branchseg.pipeline.ownsegments.crowd import members, read
from branchseg.rules.wording import label_of, show_value

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from branchseg.pipeline.ownsegments.crowd import Crowd
    from branchseg.pipeline.ownsegments.spec import ContrastScale, Spec
    from branchseg.rules.rule_fields import RuleField
    from branchseg.store.records import OwnSegment

    Mask = NDArray[np.bool_]
    Positions = NDArray[np.intp]


class Difference(NamedTuple):
    """What tells two groups apart: a sentence, and how much.

    `delta` is Cliff's delta, -1..1: how much more often one of the first group lies above one of
    the second than below; for a share simply the difference of the shares.
    """

    sentence: str
    delta: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Who is in both of two segments, or in one of them only, as row positions.

    `apart` are sentences about the two `sides`: who is only in the one and only in the other,
    or, where one lies within the other, those in both and the rest.
    """

    both: Positions
    only_first: Positions
    only_second: Positions
    sides: tuple[str, str]
    apart: tuple[str, ...]


def overlap(crowd: Crowd, first: OwnSegment, second: OwnSegment, spec: Spec) -> Overlap:
    """Compare two segments. Raises RuleError if conditions cannot be read any more."""
    one, other = members(crowd, first), members(crowd, second)
    parts = {"both": one & other, "first": one & ~other, "second": other & ~one}
    names = {"both": text("ownsegments.side.both"),
             "first": text("ownsegments.side.only", name=first.name),
             "second": text("ownsegments.side.only", name=second.name)}
    sides = [key for key in ("first", "second", "both") if parts[key].any()][:2]
    found: tuple[str, ...] = ()
    if len(sides) == 2:
        left, right = sides
        asked = _asked(crowd, first) | _asked(crowd, second)
        found = tuple(each.sentence for each in differences(
            crowd, (parts[left], parts[right]), (names[left], names[right]), spec.contrast,
            without=asked))
    shown = [names[key] for key in sides] + [""] * (2 - len(sides))
    rows = {key: np.flatnonzero(mask) for key, mask in parts.items()}
    return Overlap(rows["both"], rows["first"], rows["second"], (shown[0], shown[1]), found)


def _asked(crowd: Crowd, segment: OwnSegment) -> frozenset[str]:
    """The fields a segment is made by: they tell it apart by definition."""
    return frozenset() if segment.tree is None else rules.fields_of(read(crowd, segment.tree))


def differences(crowd: Crowd, groups: tuple[Mask, Mask], names: tuple[str, str],
                scale: ContrastScale, without: Collection[str] = ()) -> list[Difference]:
    """What tells two groups apart, the greatest difference first.

    Only what is known of enough customers of both, and beyond chance: the difference must be
    several times the standard error it would have if there were none (Mann and Whitney 1947).
    """
    known = crowd.known()
    found = []
    for key in scale.fields:
        column = None if key in without else crowd.column(key)
        if column is None:
            continue
        sides = [column[mask].dropna() for mask in groups]
        sizes = [len(side) for side in sides]
        if min(sizes) < scale.least_known:
            continue
        sure = scale.errors * sqrt((sum(sizes) + 1) / (3 * sizes[0] * sizes[1]))
        one = _difference(known[key], sides, names)
        if one is not None and abs(one.delta) >= max(scale.least, sure):
            found.append(one)
    return sorted(found, key=lambda each: -abs(each.delta))[:scale.most]


def _difference(field: RuleField, sides: list[pd.Series],
                names: tuple[str, str]) -> Difference | None:
    """The difference in one field, by what kind it is."""
    if field.kind in NUMERIC:
        return _numbers(field, [side.to_numpy(np.float64) for side in sides], names)
    if field.kind is Kind.FLAG:
        return _shares(field, [float(side.mean()) for side in sides], names)
    shares = [side.value_counts(normalize=True) for side in sides]
    gaps = shares[0].sub(shares[1], fill_value=0.0)
    if gaps.empty:
        return None
    value = gaps.abs().idxmax()
    return _shares(field, [float(share.get(value, 0.0)) for share in shares], names, value)


def _numbers(field: RuleField, sides: list[Any], names: tuple[str, str]) -> Difference:
    delta = cliffs_delta(*sides)
    middles = [float(np.median(side)) for side in sides]
    code = "median"
    if middles[0] == middles[1]:
        owners = [float((side > 0).mean()) for side in sides]
        if owners[0] != owners[1]:
            return Difference(_said(field, "some", [_percent(one) for one in owners], names),
                              delta)
        middles, code = [float(side.mean()) for side in sides], "mean"
    return Difference(_said(field, code, [show_value(field, one) for one in middles], names),
                      delta)


def _shares(field: RuleField, shares: list[float], names: tuple[str, str],
            value: Any = None) -> Difference:
    said = [_percent(share) for share in shares]
    word = "" if value is None else show_value(field, value)
    code = "flag" if value is None else "value"
    return Difference(_said(field, code, said, names, word), shares[0] - shares[1])


def _said(field: RuleField, code: str, values: list[str], names: tuple[str, str],
          word: str = "") -> str:
    return text(f"ownsegments.apart.{code}", label=label_of(field), word=word, first=names[0],
                second=names[1], one=values[0], other=values[1])


def _percent(share: float) -> str:
    return f"{share:.0%}"


def cliffs_delta(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """How much more often a value of `first` lies above one of `second` than below (-1..1)."""
    ranks = pd.Series(np.concatenate([first, second])).rank().to_numpy()
    above = ranks[:len(first)].sum() - len(first) * (len(first) + 1) / 2
    return float(2 * above / (len(first) * len(second)) - 1)
