"""Lifetime value: what the customers' money may bring over the years, tier by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from branchseg import analytics, charts
from branchseg.analytics.answer import Verdict
from branchseg.analytics.balance_value import Assumptions, BalanceValue, balance_value
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.pipeline.models.columns import numbers
from branchseg.pipeline.models.finding import Finding, Group, Picture
from branchseg.pipeline.models.groups import customers_used, group
from branchseg.pipeline.overview import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter

SILENT_DAYS = 183
"""Who did nothing for half a year is less likely to stay."""


def find_value(result: RunResult, reporter: Reporter, *, retention: float,
               retention_silent: float, **assumptions: float) -> Finding:
    """The lifetime value of the customers that count, by tier.

    Args:
        result: the customers.
        reporter: shows progress.
        retention: of customers with an action in the last SILENT_DAYS days.
        retention_silent: of all others, and of those of whom it is not known.
        assumptions: the others of `Assumptions`.
    """
    reporter.step(text("models.value.working"), 0.0)
    kept = counted(result, with_invalid=False)
    balance = numbers(result, "aum")[kept]
    known = ~np.isnan(balance)
    if not known.any():
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, sentence=text("models.value.not_enough"))
    silence = numbers(result, "days_since_txn")[kept]
    found = lifetime(result, kept, retention=retention, retention_silent=retention_silent,
                     **assumptions)
    spread = analytics.pareto(found.value)
    groups = _by_tier(result, kept, found)
    return Finding(
        verdict=Verdict.OK, groups=groups,
        sentence=text("models.value.found", years=int(assumptions["years"]),
                      total=money(float(np.nansum(found.value))),
                      low=money(float(np.nansum(found.low))),
                      high=money(float(np.nansum(found.high)))),
        facts=_facts(known, silence, spread.top_share["0.2"]),
        warnings=(text("models.value.ranking"),),
        pictures=(Picture(text("models.value.chart"), lambda dark: charts.bars(
            "value", text("models.value.chart"), [
                _row(one, float(np.nansum(found.value[np.isin(kept, one.positions)])))
                for one in groups], dark=dark)),))


def lifetime(result: RunResult, kept: NDArray[np.intp], *, retention: float,
             retention_silent: float, **assumptions: float) -> BalanceValue:
    """The lifetime value of the customers at `kept`; the assumptions are those of `find_value`."""
    balance, silence = numbers(result, "aum")[kept], numbers(result, "days_since_txn")[kept]
    return _merged(silence <= SILENT_DAYS, *(
        balance_value(balance, Assumptions(
            margin=assumptions["margin"], retention=rate,
            retention_error=assumptions["retention_error"], discount=assumptions["discount"],
            years=int(assumptions["years"]))) for rate in (retention, retention_silent)))


def _row(tier: Group, value: float) -> charts.Row:
    """A tier and what its customers are worth together."""
    return charts.Row(tier.name, (value,), (money(value),), tier.positions)


def _facts(known: NDArray[np.bool_], silence: NDArray[np.float64],
           share: float | None) -> tuple[tuple[str, str], ...]:
    """What the value rests on: of whom the balance is known, and for how long they did nothing."""
    facts = [("facts.customers", customers_used(int(known.sum()), len(known)))]
    for key, here in (("silent", silence > SILENT_DAYS), ("unknown", np.isnan(silence))):
        facts.append((f"value.{key}", text("charts.unit.people", count=int((known & here).sum()))))
    facts.append(("value.top", "–" if share is None else f"{share:.1%}"))
    return tuple((text(f"models.{key}"), value) for key, value in facts)


def _merged(active: NDArray[np.bool_], one: BalanceValue, other: BalanceValue) -> BalanceValue:
    """The value of active customers from `one`, that of all others from `other`."""
    return BalanceValue(**{key: np.where(active, getattr(one, key), getattr(other, key))
                           for key in ("yearly", "value", "low", "high")})


def _by_tier(result: RunResult, kept: NDArray[np.intp],
             found: BalanceValue) -> tuple[Group, ...]:
    """The tiers, the highest first; nobody is in a tier without a balance."""
    tiers = result.results["tier"].iloc[kept]
    groups = []
    for key, label in reversed(result.ruleset.labels["tier"].items()):
        here = np.flatnonzero((tiers == key).to_numpy(dtype=bool, na_value=False))
        if len(here):
            mean = [float(np.nanmean(values[here])) for values in (
                found.value, found.low, found.high)]
            why = text("models.value.why", mean=money(mean[0]), low=money(mean[1]),
                       high=money(mean[2]))
            groups.append(group(result, label, why, kept[here], len(kept)))
    return tuple(groups)
