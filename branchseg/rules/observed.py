"""Lobby observations: ticked boxes become one level per factor, and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from branchseg.model.results import Observation
    from branchseg.rules.factors import Factor, FactorRules, Item

FLAG = "flag_{}"
"""Name of the column that tells whether an observed item raised a flag."""


def observed_frame(customer_ids: Sequence[str], observations: Iterable[Observation],
                   rules: FactorRules, like: Any, today: date | None = None) -> Any:
    """One row per customer id with obs_1..n (0..3, null) and flag columns, like `like`'s engine.

    A factor's newest observation counts, and of several boxes ticked in it the highest level;
    boxes without a level change nothing.
    A flag stays for the days it has, counted to `today` (None: for good). Items the rules no
    longer know are passed over.
    """
    rows = {str(customer): row for row, customer in enumerate(customer_ids)}
    levels: dict[str, list[float | None]] = {
        f"obs_{number}": [None] * len(rows) for number, _ in rules.numbered()}
    flags = {FLAG.format(flag.key): [False] * len(rows) for flag in rules.flags}
    items = {item.key: (number, item) for number, f in rules.numbered() for item in f.items}
    for seen in sorted(observations, key=lambda one: one.seen_on):
        row = rows.get(seen.customer_id)
        ticked = [items[key] for key in seen.items if key in items]
        if row is not None:
            fresh = {flag.key for flag in rules.flags if flag.lasts(seen.seen_on, today)}
            _enter(ticked, row, levels, flags, fresh)
    return _frame(customer_ids, levels, flags, like)


def _enter(ticked: list[tuple[int, Item]], row: int, levels: dict[str, list[float | None]],
           flags: dict[str, list[bool]], fresh: set[str]) -> None:
    """Write one observation's levels and the flags that still count into the columns."""
    for number, item in ticked:
        same_visit = [other.level for place, other in ticked
                      if place == number and other.level is not None]
        if same_visit:
            levels[f"obs_{number}"][row] = float(max(same_visit))
        if item.flag in fresh:
            flags[FLAG.format(item.flag)][row] = True


def _frame(customer_ids: Sequence[str], levels: dict[str, list[float | None]],
           flags: dict[str, list[bool]], like: Any) -> Any:
    backend = nw.from_native(like, eager_only=True).implementation
    columns = [nw.new_series("customer_id", list(customer_ids), nw.String, backend=backend)]
    columns += [nw.new_series(key, values, nw.Float64, backend=backend)
                for key, values in levels.items()]
    columns += [nw.new_series(key, values, nw.Boolean, backend=backend)
                for key, values in flags.items()]
    native = {column.name: column.to_native() for column in columns}
    return nw.from_dict(native, backend=backend).to_native()


def ticked_texts(factor: Factor, observations: Iterable[Observation]) -> tuple[str, ...]:
    """What was ticked for a factor, with date, place and observer, newest first."""
    labels = {item.key: item.label for item in factor.items}
    newest = sorted(observations, key=lambda one: one.seen_on, reverse=True)
    return tuple(
        text("rules.observed", label=labels[key], day=f"{seen.seen_on:%Y-%m-%d}",
             place=seen.place, observer=seen.observer)
        for seen in newest for key in seen.items if key in labels)
