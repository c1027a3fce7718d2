"""Fitted models that are kept: what is stored of them, and how they stand on a list of today.

A kept model is applied as it is, never fitted again by itself. It is not applied to a list that
lacks what it looks at, and it is always said how far customers have moved since.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from branchseg.analytics import drift
from branchseg.messages import text
from branchseg.pipeline.models import measure
from branchseg.pipeline.models.columns import BEHAVIOUR, label
from branchseg.store.records import KeptModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

LEAST_KNOWN = 0.8
"""A feature is lacking if it is known of less than this share of those it was known of then."""

MOST_OFF = 5.0
"""Chances that are off by more percentage points on average are told to be read with care."""

_PROFILE, _AUM = "profile", "aum_basis"
_MOST_NAMED, _SHORT = 3, 12


@dataclass(frozen=True, slots=True)
class Standing:
    """How a kept model stands on a list.

    Attributes:
        lacking: names of features the list does not tell, the AUM among them if it is another
            measure than it was; then the model is not applied.
        told: whether it was noted, when the model was kept, how its features lay.
        index: the greatest population stability index of a feature that chance does not explain.
        moved: the names of the features that have moved, the farthest first.
        aum: what the AUM was when the model was kept, "" if it does not look at it or that was
            not noted.
        aum_now: what it is now, "" if it is the same or not known.
    """

    lacking: tuple[str, ...]
    told: bool
    index: float = 0.0
    moved: tuple[str, ...] = ()
    aum: str = ""
    aum_now: str = ""

    @property
    def word(self) -> str:
        """How far customers have moved: "unknown", "same", "moved" or "far"."""
        if not self.told:
            return "unknown"
        far, some = self.index >= drift.MOVED_FAR, self.index >= drift.MOVED
        return "far" if far else "moved" if some else "same"


def to_keep(model: str, day: date, *, seed: int, data: pd.DataFrame, listed: pd.DataFrame,
            aum: Mapping[str, float], quality: Mapping[str, float],
            fitted: Mapping[str, Any], names: Sequence[str] = ()) -> KeptModel:
    """What is to be kept of a model.

    Args:
        model: its key.
        day: the data date of the list it was fitted on.
        seed: of its random numbers.
        data: the rows it was fitted on, with the outcome if there is one.
        listed: what it looks at, of all customers of that list it can be asked for: later lists
            are compared with it. Not of the rows learnt from, for these may have been picked.
        aum: what the AUM of that list is (`measure.measures`).
        quality: how good it is, by name; "customers" among them, how many it was fitted on.
        fitted: what is needed to apply it, plain values.
        names: of its groups.
    """
    told = hashlib.sha256("\0".join(map(str, data.columns)).encode())
    told.update(pd.util.hash_pandas_object(data, index=False).to_numpy().tobytes())
    profiles = {str(name): drift.profile(listed[name]) for name in listed}
    return KeptModel(model, day, told.hexdigest(), seed, tuple(profiles), dict(quality),
                     tuple(names), {**fitted, _AUM: dict(aum), _PROFILE: drift.to_plain(profiles)})


def standing(kept: KeptModel, frame: pd.DataFrame, aum: Mapping[str, float]) -> Standing:
    """How a model stands on customers.

    Args:
        kept: the model.
        frame: its features, as far as they are there.
        aum: what the AUM of these customers is (`measure.measures`).
    """
    profiles = drift.from_plain(kept.fitted.get(_PROFILE, {}))
    lacking, moved, now = [], [], ""
    for key in kept.features:
        before = profiles.get(key)
        known = float(frame[key].notna().mean()) if key in frame and len(frame) else 0.0
        if known == 0.0 or known < LEAST_KNOWN * (before.known if before else 1.0):
            lacking.append(_name(key))
        elif measure.is_aum(key) and not measure.are_same(kept.fitted.get(_AUM, aum), aum):
            lacking.append(_name(key))
            now = measure.named(aum)
        elif before is not None:
            moved.append((drift.shift(before, frame[key]).certain, _name(key)))
    moved = sorted((one for one in moved if one[0] >= drift.MOVED), key=lambda one: -one[0])
    return Standing(tuple(lacking), bool(profiles), moved[0][0] if moved else 0.0,
                    tuple(name for _, name in moved), _aum_then(kept), now)


def refusal(kept: KeptModel, found: Standing) -> str:
    """Why a model is not applied to a list that lacks features."""
    return text("models.kept.lacking", day=kept.as_of.isoformat(), why=lacks(found) or text(
        "models.kept.lacks", features="、".join(map(_name, kept.features))))


def lacks(found: Standing) -> str:
    """What a list lacks for a model, "" if nothing."""
    unknown = [name for name in found.lacking if not (found.aum_now and measure.is_aum(name))]
    said = [text("models.kept.lacks", features="、".join(unknown))] if unknown else []
    if found.aum_now:
        said.append(text("models.kept.lacks_aum", then=found.aum, now=found.aum_now))
    return "；".join(said)


def facts(kept: KeptModel, found: Standing) -> tuple[tuple[str, str], ...]:
    """From when a model is, on how many it rests, how good it was, and how far all has moved."""
    said = {"origin": origin(kept), "quality": quality(kept), "drift": drifted(found)}
    if any(map(measure.is_aum, kept.features)):
        said["aum"] = found.aum or text("models.kept.aum_unknown")
    return tuple((text(f"models.kept.facts_{key}"), value) for key, value in said.items())


def warnings(kept: KeptModel, found: Standing) -> tuple[str, ...]:
    """What to mind of a model that is applied."""
    said = []
    if found.word == "far":
        said.append(text("models.kept.refit", day=kept.as_of.isoformat()))
    if kept.quality.get("error", 0.0) > MOST_OFF:
        said.append(text("models.kept.off", error=kept.quality["error"]))
    return tuple(said)


def origin(kept: KeptModel) -> str:
    """From when a model is, and on how many it rests."""
    return text("models.kept.origin", day=kept.as_of.isoformat(),
                customers=int(kept.quality["customers"]))


def quality(kept: KeptModel) -> str:
    """How good a model was when it was kept."""
    kind = "groups" if "silhouette" in kept.quality else "chances"
    return text(f"models.kept.quality_{kind}", **kept.quality)


def basis(kept: KeptModel) -> str:
    """What a model looks at, and what its fit can be told by."""
    return text("models.kept.basis", features="、".join(map(_name, kept.features)),
                seed=kept.seed, data=kept.data_hash[:_SHORT])


def drifted(found: Standing) -> str:
    """How far the customers have moved since."""
    return text(f"models.kept.drift_{found.word}", index=found.index,
                features="”“".join(found.moved[:_MOST_NAMED]))


def _aum_then(kept: KeptModel) -> str:
    """What the AUM was when a model was kept, "" if it does not look at it or does not know."""
    known = kept.fitted.get(_AUM)
    return measure.named(known) if known and any(map(measure.is_aum, kept.features)) else ""


def _name(feature: str) -> str:
    """The name of a feature: figures of customers have one, others are called as they are."""
    return label(feature) if feature in BEHAVIOUR else feature
