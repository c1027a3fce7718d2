"""Two versions of the rules: which thresholds differ, and whom that moves from where to where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from branchseg.errors import RuleError
from branchseg.messages import text
from branchseg.pipeline.effect import COLUMNS, words_of
from branchseg.pipeline.story import reassess
from branchseg.progress import Reporter
from branchseg.rules.ruleset import build

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from branchseg.model.results import Observation
    from branchseg.pipeline.story import RunResult
    from branchseg.rules import Parameter, RuleSet


@dataclass(frozen=True, slots=True)
class ThresholdChange:
    """A threshold that differs: its parameter (label and unit), and both values."""

    parameter: Parameter
    older: float
    newer: float


@dataclass(frozen=True, slots=True)
class Move:
    """Customers whose word in a results column becomes another one: their row positions."""

    column: str
    before: str
    after: str
    rows: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """How two versions differ.

    `presets` are the labels of their tier presets where these differ, else None; `other` says
    that more differs than thresholds (files changed by hand). `moves` are of the columns staff
    notice, those of most customers first within a column; None without customers. `rows` are all
    who move in any of these.
    """

    thresholds: tuple[ThresholdChange, ...]
    presets: tuple[str, str] | None
    other: bool
    moves: tuple[Move, ...] | None
    rows: NDArray[np.intp]


def rules_of(sources: Mapping[str, str]) -> RuleSet:
    """The rules of a kept version. Raises RuleError if this program cannot read them any more."""
    try:
        return build(sources)
    except KeyError as error:  # a file that was not there then
        raise RuleError([]) from error


def compare_rules(older: RuleSet, newer: RuleSet, result: RunResult | None,
                  observations: Sequence[Observation] = (),
                  reporter: Reporter | None = None) -> VersionChanges:
    """Hold two versions against each other, and the customers of `result` against both."""
    report = reporter or Reporter()
    thresholds, other = _differences(older, newer)
    presets = None
    if older.tiers.active.key != newer.tiers.active.key:
        presets = (older.tiers.active.label, newer.tiers.active.label)
    moves: list[Move] | None = None
    if result is not None:
        report.step(text("cutpoints.working"), 0)
        before = _sorted_by(older, result, observations)
        report.step(text("cutpoints.working"), 0.5)
        after = _sorted_by(newer, result, observations)
        moves = [move for column in COLUMNS for move in _moves(before, after, column)]
    rows = np.unique(np.concatenate([np.empty(0, np.intp), *(one.rows for one in moves or ())]))
    return VersionChanges(thresholds, presets, other, None if moves is None else tuple(moves),
                          rows.astype(np.intp))


def _sorted_by(ruleset: RuleSet, result: RunResult,
               observations: Sequence[Observation]) -> RunResult:
    return result if ruleset.id == result.ruleset.id else reassess(result, ruleset, observations)


def _differences(older: RuleSet, newer: RuleSet) -> tuple[tuple[ThresholdChange, ...], bool]:
    """The thresholds both have with other values, and whether anything else differs."""
    olds = {each.key: each.value for each in (*older.parameters, *older.bounds)}
    changes = tuple(
        ThresholdChange(each, olds[each.key], each.value)
        for each in (*newer.parameters, *newer.bounds)
        if each.key in olds and olds[each.key] != each.value)
    try:
        made = older.with_parameters({one.parameter.key: one.newer for one in changes})
        if made.tiers.active.key != newer.tiers.active.key:
            made = made.with_tier_preset(newer.tiers.active.key)
    except RuleError:
        return changes, True
    return changes, dict(made.sources) != dict(newer.sources)


def _moves(before: RunResult, after: RunResult, column: str) -> list[Move]:
    """Who changes from which word to which, the most first."""
    old, new = (words_of(one, column).astype("str") for one in (before, after))
    changed = np.flatnonzero((old != new).to_numpy())
    groups: dict[tuple[str, str], list[int]] = {}
    for row, pair in zip(changed.tolist(), zip(old.iloc[changed], new.iloc[changed], strict=True),
                         strict=True):
        groups.setdefault(pair, []).append(row)
    return sorted((Move(column, *pair, np.array(rows, dtype=np.intp))
                   for pair, rows in groups.items()), key=lambda move: -len(move.rows))
