"""How long customers stay: curves from the lists of past months, by group, and who is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from branchseg import charts
from branchseg.analytics.answer import Verdict
from branchseg.analytics.survival import log_rank, survival
from branchseg.messages import text
from branchseg.pipeline.models.bands import band_names, bands
from branchseg.pipeline.models.finding import Finding, Picture
from branchseg.pipeline.models.groups import group
from branchseg.pipeline.models.lives import lives
from branchseg.pipeline.overview import counted
from branchseg.rules.retention import retention_card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from branchseg.analytics.survival import Difference, Survival
    from branchseg.pipeline.models.finding import Group
    from branchseg.pipeline.models.lives import Lives
    from branchseg.pipeline.models.months import Month
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter

    Rows = NDArray[np.intp]

LEAST_LISTS = 3
LEAST_LOST = 20
"""Fewer lists or losses give no curve."""

LEAST_IN_GROUP = 20
"""Groups with fewer customers are not compared."""

_SURE = 0.01
"""The chance below which groups are said to differ; three comparisons are looked at."""

_WORDS = "models.survival"


class _Split(NamedTuple):
    """The customers of a curve each, by one trait; `places` are rows of the lives."""

    key: str
    parts: tuple[tuple[str, Rows], ...]
    test: Difference | None

    @property
    def differs(self) -> bool:
        """Whether the curves certainly differ."""
        return self.test is not None and self.test.p < _SURE


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known: the result, the lives, their row positions there (-1: not there)."""

    result: RunResult
    lives: Lives
    positions: Rows
    horizons: tuple[int, ...]

    def rows(self, mask: NDArray[np.bool_]) -> Rows:
        """Row positions of the result of the lives at `mask`."""
        found = self.positions[mask]
        return np.sort(found[found >= 0])

    def curve(self, places: Rows) -> Survival:
        """The curve of the lives at `places`."""
        return survival(self.lives.months[places], self.lives.lost[places])


def find_survival(result: RunResult, reporter: Reporter,
                  material: tuple[Month, ...] = ()) -> Finding:
    """What share of the customers is still here after months, and whom that concerns.

    Args:
        result: the customers.
        reporter: shows progress.
        material: what `gather_months` gave.
    """
    reporter.step(text(f"{_WORDS}.working"), 0.0)
    card = retention_card(result.ruleset)
    horizons = tuple(sorted(level.months for level in card.levels[:-1]))
    if len(material) < LEAST_LISTS:
        return _refused("few_lists", lists=len(material), least=LEAST_LISTS)
    found = lives(material, card.history)
    rows = pd.Index(result.table.frame["customer_id"]).get_indexer(found.customers.index)
    case = _Case(result, found, rows, horizons)
    if len(found.days) < LEAST_LISTS or found.months.max(initial=0) < horizons[0]:
        return _refused("short", found.broken, lists=len(found.days), least=LEAST_LISTS,
                        months=horizons[0])
    if found.lost.sum() < LEAST_LOST:
        return _refused("few_lost", found.broken, lost=int(found.lost.sum()), least=LEAST_LOST,
                        customers=len(found.lost))
    reporter.step(text(f"{_WORDS}.working"), 0.5)
    whole = case.curve(np.arange(len(found.lost)))
    splits = tuple(_splits(case))
    return Finding(
        verdict=Verdict.OK, sentence=_sentence(case, whole), facts=tuple(_facts(case, splits)),
        warnings=tuple(_warnings(case)), groups=tuple(_groups(case, splits)),
        pictures=tuple(_pictures(case, whole, splits)), reason=_reasons(case))


def _refused(code: str, broken: str = "", **said: object) -> Finding:
    """Why there is no curve, and what to collect."""
    return Finding(verdict=Verdict.NOT_ENOUGH_DATA, sentence=text(f"{_WORDS}.{code}", **said),
                   warnings=(broken,) if broken else ())


def _splits(case: _Case) -> Iterator[_Split]:
    """The lives by tier, by age, by payroll, as they were first seen."""
    who = case.lives.customers
    tiers = case.result.ruleset.labels["tier"]
    yield _split(case, "tier", [(label, (who["tier"] == key).to_numpy(dtype=bool, na_value=False))
                                for key, label in tiers.items()])
    band = bands(who["age_years"].to_numpy())
    yield _split(case, "age", [(name, band == place) for place, name in enumerate(band_names())])
    if "payroll" in who:
        paid = who["payroll"].astype("boolean")
        yield _split(case, "payroll", [
            (text(f"{_WORDS}.paid"), paid.to_numpy(dtype=bool, na_value=False)),
            (text(f"{_WORDS}.unpaid"), (~paid).to_numpy(dtype=bool, na_value=False))])


def _split(case: _Case, key: str, parts: Sequence[tuple[str, NDArray[np.bool_]]]) -> _Split:
    """The largest groups that can be drawn, in their order, and whether they differ."""
    sizes = sorted((int(mask.sum()) for _, mask in parts), reverse=True)
    least = max([LEAST_IN_GROUP, *sizes[charts.MOST_LINES - 1:charts.MOST_LINES]])
    kept = [(name, np.flatnonzero(mask)) for name, mask in parts if mask.sum() >= least]
    if not kept:
        return _Split(key, (), None)
    places = np.concatenate([one for _, one in kept])
    label = np.repeat(np.arange(len(kept)), [len(one) for _, one in kept])
    return _Split(key, tuple(kept), log_rank(
        case.lives.months[places], case.lives.lost[places], label))


# --- the card ---

def _left(case: _Case, curve: Survival) -> str:
    """What is left at each horizon, with its interval, in words."""
    told = []
    for months in case.horizons:
        share, low, high = curve.at(months)
        told.append(text(f"{_WORDS}.unseen" if np.isnan(share) else f"{_WORDS}.left",
                         months=months, share=share, low=low, high=high))
    return "，".join(told)


def _sentence(case: _Case, whole: Survival) -> str:
    """What is left at each horizon."""
    return text(f"{_WORDS}.found", left=_left(case, whole), now=int(case.lives.just_lost.sum()))


def _facts(case: _Case, splits: Sequence[_Split]) -> Iterator[tuple[str, str]]:
    """What the curves rest on, and whether those of groups differ."""
    found, words = case.lives, f"{_WORDS}.facts"
    heavy, lost = int(found.heavy.sum()), int(found.lost.sum())
    yield text(f"{words}.lists"), text(
        f"{words}.days", lists=len(found.days), first=found.days[0].isoformat(),
        last=found.days[-1].isoformat())
    yield text(f"{words}.customers"), text("charts.unit.people", count=len(found.lost))
    yield text(f"{words}.lost"), text(f"{words}.losses", lost=lost, gone=lost - heavy,
                                      heavy=heavy)
    months = float(found.months.sum())
    yield text(f"{words}.rate"), text(f"{words}.monthly", share=lost / months)
    for split in splits:
        if split.test is None:
            said = text(f"{words}.alone", least=LEAST_IN_GROUP)
        else:
            said = text(f"{words}.differ" if split.differs else f"{words}.alike",
                        p="<0.001" if split.test.p < 0.001 else f"={split.test.p:.3f}",
                        sure=_SURE)
        yield text(f"{_WORDS}.by_{split.key}"), said


def _warnings(case: _Case) -> Iterator[str]:
    """What to mind."""
    found = case.lives
    if found.broken:
        yield found.broken
    months = [day.year * 12 + day.month for day in found.days]
    if max(np.diff(months)) > 1:
        yield text(f"{_WORDS}.gaps", months=int(max(np.diff(months))))
    if found.months.max() < case.horizons[-1]:
        yield text(f"{_WORDS}.unreached", months=case.horizons[-1],
                   seen=int(found.months.max()))
    yield text(f"{_WORDS}.meaning")


# --- the charts ---

def _pictures(case: _Case, whole: Survival, splits: Sequence[_Split]) -> Iterator[Picture]:
    """The curve of all, those of groups, and how many go in each month."""
    everybody = np.arange(len(case.lives.lost))
    yield _curves(case, "all", [_line(case, text(f"{_WORDS}.everybody"), everybody, whole,
                                      interval=True)])
    for split in splits:
        if split.test is not None:
            yield _curves(case, split.key, [
                _line(case, name, places, case.curve(places)) for name, places in split.parts])
    bars = [charts.Row(
        text(f"{_WORDS}.month", month=int(month)), (float(rate),),
        (text(f"{_WORDS}.hazard", share=float(rate), lost=int(lost), watched=int(watched)),),
        case.rows(case.lives.lost & (case.lives.months == month)))
        for month, rate, lost, watched in zip(
            whole.times, whole.hazard, whole.events, whole.at_risk, strict=True)]
    yield Picture(text(f"{_WORDS}.by_month"), lambda dark: charts.bars(
        "hazard", text(f"{_WORDS}.by_month"), bars, dark=dark))


def _curves(case: _Case, key: str, lines: Sequence[charts.Line]) -> Picture:
    """A chart of some lines."""
    title = text(f"{_WORDS}.by_{key}")
    marked = [(float(one), text(f"{_WORDS}.month", month=one)) for one in case.horizons]
    return Picture(title, lambda dark: charts.curves(
        f"survival_{key}", title, lines, marked=marked, x_label=text(f"{_WORDS}.axis"),
        steps=True, dark=dark))


def _line(case: _Case, name: str, places: Rows, curve: Survival, *,
          interval: bool = False) -> charts.Line:
    """The curve of the lives at `places`, with a point at each horizon."""
    x = np.array([0.0, *curve.times, curve.watched])
    left = [curve.at(time) for time in x]
    pins = []
    for months in case.horizons:
        if months <= curve.watched:
            mine = np.zeros(len(case.lives.lost), dtype=bool)
            mine[places] = True
            gone = case.rows(mine & case.lives.lost & (case.lives.months <= months))
            pins.append(charts.Pin(float(months), curve.at(months).share, text(
                f"{_WORDS}.pin", name=name, months=months, customers=len(gone)), gone))
    low, high = (np.array([one[part] for one in left]) if interval else None for part in (1, 2))
    return charts.Line(f"{name} {left[-1].share:.0%}", x, np.array([one.share for one in left]),
                       tuple(pins), low, high)


# --- the groups ---

def _groups(case: _Case, splits: Sequence[_Split]) -> Iterator[Group]:
    """Who was just lost, who is here by the trait that tells the most, who was lost before."""
    found = case.lives
    yield from _lost(case, "just", found.just_lost)
    best = min((one for one in splits if one.differs), key=_chance, default=None)
    everybody = ((text(f"{_WORDS}.everybody"), np.arange(len(found.lost))),)
    here: list[tuple[float, Group]] = []
    listed = set(counted(case.result, with_invalid=False).tolist())
    for name, places in everybody if best is None else best.parts:
        mine = np.zeros(len(found.lost), dtype=bool)
        mine[places] = True
        rows = case.rows(mine & ~found.lost)
        rows = rows[[one in listed for one in rows.tolist()]]
        if len(rows):
            curve = case.curve(places)
            here.append((curve.at(case.horizons[0]).share, group(
                case.result, text(f"{_WORDS}.here", name=name), _left(case, curve), rows,
                len(found.lost))))
    yield from (one for _, one in sorted(here, key=lambda pair: pair[0]))
    yield from _lost(case, "before", found.lost & ~found.just_lost)


def _chance(split: _Split) -> float:
    """The chance of curves so far apart without a difference."""
    return 1.0 if split.test is None else split.test.p


def _lost(case: _Case, key: str, mask: NDArray[np.bool_]) -> Iterator[Group]:
    """Those lost, and what to do about them."""
    rows = case.rows(mask)
    if len(rows):
        heavy = int((mask & case.lives.heavy).sum())
        why = text(f"{_WORDS}.facts.losses", lost=int(mask.sum()), heavy=heavy,
                   gone=int(mask.sum()) - heavy)
        found = group(case.result, text(f"{_WORDS}.lost_{key}",
                                        day=case.lives.days[-1].isoformat()), why, rows,
                      len(case.lives.lost))
        yield replace(found, advice=text(f"{_WORDS}.act_{key}"))


def _reasons(case: _Case) -> Callable[[int], str]:
    """Says of the customer in a row of the result what the lists tell."""
    found = case.lives
    places = {int(row): place for place, row in enumerate(case.positions) if row >= 0}

    def reason(row: int) -> str:
        place = places.get(row)
        if place is None:
            return text(f"{_WORDS}.unwatched")
        how = "stays" if not found.lost[place] else "heavy" if found.heavy[place] else "gone"
        return text(f"{_WORDS}.reason_{how}", first=found.days[found.first[place]].isoformat(),
                    day=found.days[found.end[place]].isoformat(),
                    months=int(found.months[place]))

    return reason
