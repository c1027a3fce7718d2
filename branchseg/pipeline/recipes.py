"""Recipes: what was decided for a list like this, what it was like, and what has changed since.

Decisions are the vault's remembered mappings; what the list was like is kept with its import, so
an import that is taken back takes its profile with it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import log10
from typing import TYPE_CHECKING, Any

from branchseg import cleaning, intake
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.raw import FOREIGN, UNIT_WORDS, MatchKind, shown_header
from branchseg.model.recipe import Drift, Profile, Recipe, thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from branchseg.model.raw import ColumnMapping, ColumnMatch
    from branchseg.pipeline.story import ListSource
    from branchseg.store.records import Batch

_DOUBT = 0.65
_KEPT = "profiles"


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a recipe says of lists that were just read, and what no longer fits.

    `mapping` is the lists' own, with the columns in doubt that have drifted; `same` tells that
    the headers and units are those of the recipe.
    """

    recipe: Recipe
    mapping: ColumnMapping
    drifts: tuple[Drift, ...]
    same: bool

    @property
    def headline(self) -> str:
        """Which list it is like, and what is taken over, in one sentence."""
        if not self.same:
            alike = _names(self.recipe.mapping) == _names(self.mapping)
            return text("recipe.restated" if alike else "recipe.similar", when=_when(self.recipe))
        used = len(self.mapping.used) + len(self.mapping.doubtful)
        left = len(self.mapping.columns) - used
        return text("recipe.same", when=_when(self.recipe), used=used,
                    left=text("recipe.left", count=left) if left else "")


def recipes(mappings: Mapping[str, ColumnMapping], batches: Sequence[Batch],
            ) -> dict[str, Recipe]:
    """All recipes by the fingerprint of their lists; `batches` are the latest first."""
    found = {key: Recipe(mapping) for key, mapping in mappings.items()}
    for batch in reversed([one for one in batches if one.in_force]):
        for key, kept in batch.summary.get(_KEPT, {}).items():
            if key in mappings:
                found[key] = Recipe(mappings[key], kept["file"], batch.as_of,
                                    Profile.from_json(kept["profile"]))
    return found


def profiles(groups: Iterable[Sequence[ListSource]]) -> dict[str, Any]:
    """What an import keeps in its summary for `recipes`; each group shares one mapping."""
    kept = {}
    for lists in groups:
        made = cleaning.profile([one.raw for one in lists], lists[0].mapping)
        kept[lists[0].mapping.fingerprint] = {
            "file": lists[0].raw.source.file_name, "profile": made.as_json()}
    return {_KEPT: kept}


def recall(lists: Sequence[ListSource], known: Mapping[str, Recipe]) -> Recalled | None:
    """What was done with lists like these; None if there were none. They share one mapping."""
    mapping = lists[0].mapping
    base = intake.recollect(lists[0].raw, {key: one.mapping for key, one in known.items()})
    if base is None:
        return None
    recipe = known[base.fingerprint]
    units = [*_units(base, mapping)]
    drifts = [*_columns(recipe, mapping), *units]
    if recipe.profile is not None:
        now = cleaning.profile([one.raw for one in lists], mapping)
        drifts += drift(recipe.profile, now, mapping)
    return Recalled(recipe, doubted(mapping, drifts), tuple(drifts),
                    _names(base) == _names(mapping) and not units)


def doubted(mapping: ColumnMapping, drifts: Iterable[Drift]) -> ColumnMapping:
    """A copy in which the columns that have drifted must be decided again."""
    found = {one.column: one for one in drifts if one.column is not None}
    return replace(mapping, columns=tuple(
        _doubted(match, found[match.index]) if match.index in found and match.field else match
        for match in mapping.columns))


def _doubted(match: ColumnMatch, found: Drift) -> ColumnMatch:
    unit = match.unit if found.unit is None else found.unit
    return replace(match, doubtful=True, reason=found.reason, unit=unit, confidence=_DOUBT)


def drift(before: Profile, now: Profile, mapping: ColumnMapping) -> tuple[Drift, ...]:
    """What a list holds that the last one did not; nothing if it is the very same list."""
    if before == now:
        return ()
    return (*_values(before, now, mapping), *_whole(before, now))


def _values(before: Profile, now: Profile, mapping: ColumnMapping) -> Iterator[Drift]:
    """Columns that are empty now, and amounts of another size; both have to be decided again."""
    limits = thresholds()
    for key, match in mapping.used.items():
        header = shown_header(match.header)
        was, is_ = before.known.get(key, 0.0), now.known.get(key, 0.0)
        if round(was - is_, 3) >= limits.known_fall:
            yield Drift(text("recipe.known", header=header, before=f"{was:.0%}", now=f"{is_:.0%}"),
                        match.index, "recipe.doubt.known")
            continue
        old, new = before.medians.get(key), now.medians.get(key)
        if old and new and max(old / new, new / old) >= limits.median_factor:
            yield Drift(text("recipe.median", header=header, before=money(old), now=money(new)),
                        match.index, "recipe.doubt.unit", _likely_unit(old, new, match.unit))


def _likely_unit(old: float, new: float, unit: float) -> float:
    """The unit in which the new median comes nearest to the old one."""
    return min((one for one in UNIT_WORDS if one != FOREIGN),
               key=lambda one: abs(log10(new / unit * one / old)))


def _whole(before: Profile, now: Profile) -> Iterator[Drift]:
    """What is different about the list as a whole."""
    limits = thresholds()
    if abs(now.rows - before.rows) > limits.rows_change * before.rows:
        yield Drift(text("recipe.rows", before=f"{before.rows:,}", now=f"{now.rows:,}"))
    if before.day is not None and now.day is not None and now.day <= before.day:
        yield Drift(text("recipe.day", before=before.day.isoformat(), now=now.day.isoformat()))
    for code, share in now.issues.items():
        was = before.issues.get(code, 0.0)
        if round(share - was, 3) >= limits.issue_rise:
            issue = text(f"issue.{code}").partition("，")[0].rstrip("。")
            yield Drift(text("recipe.issues", issue=issue, before=f"{was:.0%}",
                             now=f"{share:.0%}"))


def _columns(recipe: Recipe, mapping: ColumnMapping) -> Iterator[Drift]:
    """Columns that are gone, new, renamed or in another order."""
    if _names(recipe.mapping) == _names(mapping):
        return
    gone, new = _left(recipe.mapping, mapping), _left(mapping, recipe.mapping)
    for old in [one for one in gone if one.field and not one.doubtful]:
        heir = next((one for one in new if one.field == old.field), None)
        if heir is not None:
            gone.remove(old)
            new.remove(heir)
            yield Drift(text("recipe.renamed", old=shown_header(old.header),
                             new=shown_header(heir.header), field=FIELDS[old.field or ""].label),
                        heir.index, heir.reason or "recipe.doubt.name")
    changes = [text(f"recipe.{word}", names="、".join(f"“{shown_header(one.header)}”"
                                                     for one in found))
               for word, found in (("less", gone), ("more", new)) if found]
    if changes:
        yield Drift(text("recipe.columns", when=_when(recipe), changes="，".join(changes)))
    elif not gone and not new and Counter(_names(mapping)) == Counter(_names(recipe.mapping)):
        yield Drift(text("recipe.order", when=_when(recipe)))


def _units(before: ColumnMapping, now: ColumnMapping) -> Iterator[Drift]:
    """Amounts that are read in another unit: what a list states beats what was decided."""
    for key, match in now.used.items():
        old = before.used.get(key)
        amount = FIELDS[key].kind is Kind.AMOUNT  # a title states its unit over every column
        if amount and old is not None and old.unit != match.unit:
            yield Drift(text("recipe.unit", header=shown_header(match.header),
                             before=UNIT_WORDS[old.unit], now=UNIT_WORDS[match.unit]))


def _left(mine: ColumnMapping, other: ColumnMapping) -> list[ColumnMatch]:
    """The columns of `mine` whose name `other` does not have."""
    theirs, left = Counter(_names(other)), []
    for match in mine.columns:
        name = intake.normalise(match.header)
        if match.kind is MatchKind.OWN:
            continue
        if theirs[name]:
            theirs[name] -= 1
        else:
            left.append(match)
    return left


def _names(mapping: ColumnMapping) -> list[str]:
    return [intake.normalise(match.header) for match in mapping.columns
            if match.kind is not MatchKind.OWN]


def _when(recipe: Recipe) -> str:
    """Which list the recipe is from."""
    if recipe.as_of is None:
        return text("recipe.before")
    return text("recipe.last", file=recipe.file_name, as_of=recipe.as_of.isoformat())
