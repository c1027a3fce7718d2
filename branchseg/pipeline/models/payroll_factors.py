"""What the lost payroll customers have in common: by employer and age, and factor by factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import stats

from branchseg import charts
from branchseg.analytics.effect import effect
from branchseg.messages import text
from branchseg.pipeline.models.bands import UNKNOWN, band_names, bands
from branchseg.pipeline.models.columns import numbers
from branchseg.pipeline.models.finding import Picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from branchseg.pipeline.models.payroll_state import Payroll
    from branchseg.pipeline.story import RunResult

    Truths = NDArray[np.bool_]

LEAST = 20
"""Of fewer customers, or losses, no shares are compared."""

_LEAST_IN_CELL = 10
_MOST_LIFT = 2.0
"""Twice as much again is the strongest colour."""

_MOST_NAMES = 6
"""So many employers or branches, those with the most customers."""

_SURE = 0.01
_FIGURES = ("payroll_amount", "aum", "age_years", "holdings", "login_days_30d", "tenure")
_LEAST_RELATED, _LEAST_FIGURES = 50, 3
"""So many customers, and so many figures, make a table of correlations."""

_MOST_FACTORS = 8
_WORDS = "models.payroll"


class Factor(NamedTuple):
    """A trait of customers: its name, who has it, and how often those are lost against all."""

    name: str
    has: Truths
    lost: int
    rate: float
    lift: float


def factors(result: RunResult, found: Payroll) -> tuple[Factor, ...]:
    """The traits whose customers are certainly lost more or less often, the most often first.

    None of fewer than LEAST losses.
    """
    if found.lost.sum() < LEAST:
        return ()
    overall = float(found.lost.mean())
    told = []
    for name, has in _traits(result, found):
        count = int(has.sum())
        if LEAST <= count <= len(has) - LEAST and overall < 1:
            rate = float(found.lost[has].mean())
            if effect(found.lost, has, "proportion").p < _SURE:
                told.append(Factor(name, has, int(found.lost[has].sum()), rate, rate / overall))
    return tuple(sorted(told, key=lambda one: -one.lift)[:_MOST_FACTORS])


def pictures(result: RunResult, found: Payroll,
             told: Sequence[Factor]) -> Iterator[Picture]:
    """The losses by employer and age, and by factor, and what goes with what is kept.

    No losses are compared if there are fewer than LEAST.
    """
    yield from _related(result, found)
    if found.lost.sum() < LEAST:
        return
    yield _heat(result, found)
    if told:
        title = text(f"{_WORDS}.factors")
        rows = [charts.Row(one.name, (one.lift,), (text(
            f"{_WORDS}.factor", rate=one.rate, lift=one.lift, lost=one.lost,
            customers=int(one.has.sum())),), found.rows[one.has & found.lost]) for one in told]
        yield Picture(title, lambda dark: charts.bars("payroll_factors", title, rows, dark=dark))


def _related(result: RunResult, found: Payroll) -> Iterator[Picture]:
    """How figures of the customers go together: Spearman's rank correlation, pair by pair."""
    columns = {"kept": found.kept, "change": found.change,
               **{key: numbers(result, key)[found.rows] for key in _FIGURES}}
    columns = {key: values for key, values in columns.items()
               if (~np.isnan(values)).sum() >= _LEAST_RELATED}
    if len(columns) < _LEAST_FIGURES:
        return
    table = np.array([[_correlation(one, other) for other in columns.values()]
                      for one in columns.values()])
    names = [text(f"{_WORDS}.figures.{key}") for key in columns]
    rows = [charts.Row(name, tuple(line), tuple(
        "" if np.isnan(one) else f"{round(one, 2) + 0.0:+.2f}" for one in line))
        for name, line in zip(names, np.where(np.eye(len(names), dtype=bool), np.nan, table),
                              strict=True)]
    title = text(f"{_WORDS}.related")
    yield Picture(title, lambda dark: charts.heat(
        "payroll_related", title, rows, names, limit=1.0, dark=dark,
        legend=(text(f"{_WORDS}.together"), text(f"{_WORDS}.against"))))


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Spearman's rank correlation where both are known; NaN of too few, or of constants."""
    known = ~np.isnan(one) & ~np.isnan(other)
    if known.sum() < _LEAST_RELATED or not np.ptp(one[known]) or not np.ptp(other[known]):
        return float("nan")
    return float(stats.spearmanr(one[known], other[known]).statistic)


def _heat(result: RunResult, found: Payroll) -> Picture:
    """The share of the lost by employer (else by tier) and age."""
    lines = _named(result, found, "payroll_employer")
    by = "heat_employer" if lines else "heat_tier"
    lines = lines or _tiers(result, found)
    band = bands(numbers(result, "age_years")[found.rows])
    columns = [(name, band == place) for place, name in enumerate(band_names())]
    if (band == UNKNOWN).any():
        columns.append((text("charts.unknown"), band == UNKNOWN))
    overall = float(found.lost.mean())
    cells = [[_cell(found, has & here, overall) for _, here in columns] for _, has in lines]
    title = text(f"{_WORDS}.{by}")
    names = [text(f"{_WORDS}.line", name=name, rate=float(found.lost[has].mean()))
             for name, has in lines]
    return Picture(title, lambda dark: charts.grid(
        "payroll_heat", title, names, [name for name, _ in columns], cells, dark=dark,
        legend=(text(f"{_WORDS}.less", rate=overall), text(f"{_WORDS}.more", rate=overall))))


def _cell(found: Payroll, here: Truths, overall: float) -> charts.Cell:
    """The share of the lost among customers, coloured against that of all; leads to the lost."""
    count, lost = int(here.sum()), int((here & found.lost).sum())
    if not count:
        return charts.Cell(float("nan"), "")
    words = text(f"{_WORDS}.cell", rate=lost / count, lost=lost, customers=count)
    if count < _LEAST_IN_CELL:
        return charts.Cell(float("nan"), text(f"{_WORDS}.small", lost=lost, customers=count),
                           found.rows[here & found.lost])
    apart = 1 - lost / count / overall
    return charts.Cell(apart / (1.0 if apart > 0 else _MOST_LIFT), words,
                       found.rows[here & found.lost])


def _traits(result: RunResult, found: Payroll) -> Iterator[tuple[str, Truths]]:
    """Every trait that is looked at."""
    frame = result.table.frame.iloc[found.rows]
    band = bands(numbers(result, "age_years")[found.rows])
    yield from ((name, band == place) for place, name in enumerate(band_names()))
    for key in ("gender", "payroll_employer", "branch"):
        if key in frame:
            yield from _named(result, found, key)
    yield from _tiers(result, found)
    holdings = numbers(result, "holdings")[found.rows]
    yield text(f"{_WORDS}.one_product"), holdings <= 1
    yield text(f"{_WORDS}.more_products"), holdings > 1
    if "mobile_bank" in frame:
        flag = frame["mobile_bank"].astype("boolean")
        yield text(f"{_WORDS}.mobile"), flag.to_numpy(dtype=bool, na_value=False)
        yield text(f"{_WORDS}.no_mobile"), (~flag).to_numpy(dtype=bool, na_value=False)


def _named(result: RunResult, found: Payroll, key: str) -> list[tuple[str, Truths]]:
    """The most common values of a column."""
    frame = result.table.frame
    if key not in frame:
        return []
    values = frame[key].iloc[found.rows]
    return [(str(name), (values == name).to_numpy(dtype=bool, na_value=False))
            for name in values.value_counts().index[:_MOST_NAMES]]


def _tiers(result: RunResult, found: Payroll) -> list[tuple[str, Truths]]:
    """The tiers somebody is in, the highest first."""
    tiers = result.results["tier"].iloc[found.rows]
    masks = [(label, (tiers == key).to_numpy(dtype=bool, na_value=False))
             for key, label in reversed(result.ruleset.labels["tier"].items())]
    return [(label, has) for label, has in masks if has.any()]
