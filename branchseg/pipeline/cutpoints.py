"""The thresholds of the rules laid over the customers: what they measure and what they move.

Which thresholds there are is in resources/cutpoints.toml. What another value would change is
never worked out here: the rules themselves are asked again with it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.errors import RuleError
from branchseg.messages import text
from branchseg.model.aum import aum_measure
from branchseg.model.fields import FIELDS
from branchseg.paths import resources_dir
from branchseg.pipeline.effect import NONE, words_of
from branchseg.pipeline.story import reassess
from branchseg.progress import Reporter
from branchseg.rules.planning import SEPARATOR
from branchseg.rules.predicates import months_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from branchseg.model.results import Observation
    from branchseg.pipeline.story import RunResult
    from branchseg.rules import Parameter, RuleSet

_FILE = "cutpoints.toml"
_MONTHS, _MOST_MONTHS = "months_since_txn", 120
_ANY, _TAG, _LEVEL, _AUM = "*", "tag", "data", "aum"
_TRUTHS = {"near_tier": (True, False), "risk_valid": (True, False)}


@dataclass(frozen=True, slots=True)
class CutPoint:
    """One threshold of the rules.

    Attributes:
        parameter: its key, label, unit, range, and its value in the rules it was read from.
        group: where it belongs, for a list of all.
        field: what it is compared with; the key of a field, or months since the last transaction.
        outcome: the results column it decides, tag.<id> or data.<factor>.
        below: whether who is exactly at the value lies below the line.
        edges: bars of the histogram, rising; the two outer bars are open.
        ticks: edges that are marked, and between which customers are counted.
        tries: other values to be tried.
        least: who has less is not meant (nothing of his has matured yet); he counts as unknown.
        note: what else decides, in a sentence, or "".
        beside: the key of another threshold that is commonly the same amount, or "".
    """

    parameter: Parameter
    group: str
    field: str
    outcome: str
    below: bool
    edges: tuple[float, ...]
    ticks: tuple[float, ...]
    tries: tuple[float, ...]
    least: float | None
    note: str = ""
    beside: str = ""

    @property
    def key(self) -> str:
        """The key of its parameter."""
        return self.parameter.key

    @property
    def measure(self) -> str:
        """What is measured, in words."""
        if self.field == _MONTHS:
            return text("cutpoints.months")
        return FIELDS[self.field].label.partition("(")[0]


@dataclass(frozen=True, slots=True)
class Distribution:
    """The customers over what a cut-point measures.

    `values` are the known ones, rising, and `rows` the row positions of their customers;
    `counts` are those in each bar, `bands` those between the ticks (one more than ticks).
    `measure` is what is measured, in words, of AUM also how.
    """

    point: CutPoint
    values: NDArray[np.float64]
    rows: NDArray[np.intp]
    counts: tuple[int, ...]
    bands: tuple[int, ...]
    unknown: int
    measure: str

    def below(self, value: float) -> int:
        """How many lie below the line at a value: the first so many of `rows`."""
        return int(np.searchsorted(self.values, value, "right" if self.point.below else "left"))


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rules say with a value: per customer the place of his word in `Sensitivity.words`.

    `moved` are the row positions whose word is another one than with the rules in force.
    """

    value: float
    codes: NDArray[np.intp]
    moved: NDArray[np.intp]

    def rows(self, word: int) -> NDArray[np.intp]:
        """The row positions with a word."""
        return np.flatnonzero(self.codes == word)

    def count(self, word: int) -> int:
        """How many have it."""
        return int((self.codes == word).sum())


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A threshold at several values, rising, and how many customers fall where."""

    point: CutPoint
    words: tuple[str, ...]
    trials: tuple[Trial, ...]


def cut_points(ruleset: RuleSet) -> tuple[CutPoint, ...]:
    """All thresholds of a rule set that customers are measured by, in the order of the table.

    Of the tiers those of the preset in force.
    """
    active = f"tier.{ruleset.tiers.active.key}."
    bounds = [each for each in ruleset.bounds
              if each.key.startswith(active) or not each.key.startswith("tier.")]
    known = [*ruleset.parameters, *bounds]
    found = []
    for row in _table()["cutpoint"]:
        pattern = row["id"]
        mine = [each for each in known if each.key == pattern or (
            pattern.endswith(_ANY) and each.key.startswith(pattern.removesuffix(_ANY)))]
        found += [_cut_point(each, row, ruleset) for each in mine]
    return tuple(_beside(found, ruleset))


def _beside(points: list[CutPoint], ruleset: RuleSet) -> list[CutPoint]:
    """The same, each of a pair that is commonly one amount told of the other."""
    keys = {point.key for point in points}
    pairs = {point.key: other for point in points if point.beside and (
        other := point.beside.replace(_ANY, ruleset.tiers.active.key)) in keys}
    pairs |= {other: key for key, other in pairs.items()}
    return [replace(point, beside=pairs.get(point.key, "")) for point in points]


def note(point: CutPoint, value: float, other: Parameter | None) -> str:
    """What a threshold depends on: what else decides, and the one beside it.

    Args:
        point: the threshold.
        value: its value now.
        other: the one beside it with its value now, None if there is none.
    """
    if other is None:
        return point.note
    how = "same" if other.value == value else "other"
    return point.note + text(f"cutpoints.beside_{how}", label=other.label,
                             value=other.words(other.value))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((resources_dir() / _FILE).read_text(encoding="utf-8"))


def _cut_point(parameter: Parameter, row: dict[str, Any], ruleset: RuleSet) -> CutPoint:
    value, scale = parameter.value, row.get("scale")
    if scale is None:
        scale = _table()["amount"]
        edges = tuple(map(float, scale["edges"]))
    else:
        bars = round((scale["high"] - scale["low"]) / scale["step"])
        edges = tuple(round(scale["low"] + n * scale["step"], 6) for n in range(bars + 1))
    tries = [*row.get("tries", ()), *(round(value * ratio, 2) for ratio in row.get("ratios", ())),
             *(value + offset for offset in row.get("offsets", ()))]
    return CutPoint(
        parameter, row["group"], row.get("field", ruleset.tiers.active.field), row["outcome"],
        row.get("below", False), edges, tuple(map(float, scale["ticks"])),
        tuple(sorted({float(one) for one in tries
                      if parameter.minimum <= one <= parameter.maximum})), row.get("least"),
        row.get("note", ""), row.get("beside", ""))


def distribution(result: RunResult, point: CutPoint) -> Distribution:
    """How the customers lie over what a cut-point measures."""
    values = _measured(result, point.field)
    if point.least is not None:
        values = np.where(values < point.least, np.nan, values)
    order = np.argsort(values, kind="stable")
    known = int((~np.isnan(values)).sum())
    rows = order[:known]
    rising = values[rows]
    told = aum_measure(result.results) if point.field == _AUM else ""
    return Distribution(point, rising, rows, _between(rising, point.edges[1:-1], point),
                        _between(rising, point.ticks, point), len(values) - known,
                        told or point.measure)


def _between(rising: NDArray[np.float64], edges: Sequence[float],
             point: CutPoint) -> tuple[int, ...]:
    """How many values lie before, between and after rising edges, as with the line itself."""
    cuts = np.searchsorted(rising, edges, "right" if point.below else "left")
    return tuple(np.diff([0, *cuts.tolist(), len(rising)]).tolist())


def _measured(result: RunResult, field: str) -> NDArray[np.float64]:
    """A field of all customers as numbers, NaN where unknown."""
    if field == _MONTHS:
        return _months_since(result)
    for frame in (result.results, result.table.frame):
        if field in frame:
            values: NDArray[np.float64] = pd.to_numeric(frame[field]).to_numpy(
                dtype=np.float64, na_value=np.nan)
            return values
    return np.full(len(result.table), np.nan)


def _months_since(result: RunResult) -> NDArray[np.float64]:
    """Within how many calendar months the last transaction lies, counted as the rules count.

    From the day of a customer's own data, or the data date where these are no older.
    """
    as_of = pd.Timestamp(result.table.as_of)
    days = _measured(result, "days_since_txn")
    frame, own = result.table.frame, pd.Series(as_of, index=range(len(days)))
    if "data_date" in frame:
        older = frame["data_date"].reset_index(drop=True)
        own = own.where(~(older < as_of), older)
    months = np.full(len(days), np.nan)
    for day in own.unique():
        first = day.date()
        starts = [(first - months_before(first, back)).days for back in range(_MOST_MONTHS + 1)]
        mine = (own == day).to_numpy() & ~np.isnan(days)
        months[mine] = np.searchsorted(starts, days[mine])
    return months


def sensitivity(result: RunResult, base: RuleSet, point: CutPoint,
                observations: Sequence[Observation] = (),
                reporter: Reporter | None = None) -> Sensitivity:
    """Ask the rules with a threshold at several values.

    Args:
        result: the customers as the rules in force have sorted them.
        base: the rules with what else is being changed; `point` is one of theirs.
        point: the threshold. Beside its tries its value in force and that of `base` are asked.
        observations: what was seen of the customers.
        reporter: told how far it is.

    Values that do not fit the other thresholds (a tier above the next one) are left out.
    """
    report = reporter or Reporter()
    now = {each.key: each.value for each in (*result.ruleset.parameters, *result.ruleset.bounds)}
    mine = point.parameter.value
    wanted = sorted({*point.tries, mine, now.get(point.key, mine)})
    series: list[tuple[float, pd.Series]] = []
    for number, value in enumerate(wanted):
        report.step(text("cutpoints.working"), number / len(wanted))
        try:
            ruleset = base.with_parameters({point.key: value})
        except RuleError:
            continue
        after = result if ruleset.id == result.ruleset.id else reassess(
            result, ruleset, observations)
        series.append((value, outcome_words(after, point.outcome)))
    before = outcome_words(result, point.outcome)
    words = tuple(_in_order([before, *(found for _, found in series)]))
    old = _codes(before, words)
    trials = [(value, _codes(found, words)) for value, found in series]
    return Sensitivity(point, words, tuple(
        Trial(value, codes, np.flatnonzero(codes != old)) for value, codes in trials))


def why_nobody(shown: Distribution, found: Sensitivity, now: float, value: float) -> str:
    """Why nobody moves with a value that was tried instead of the one in force; "" if some do.

    Whom other changes of the rules move does not count.
    """
    tried = {one.value: one for one in found.trials}
    if value == now or not {value, now} <= set(tried):
        return ""
    trial = tried[value]
    if (trial.codes != tried[now].codes).any():
        return ""
    low, high = sorted((now, value))
    words, point = shown.point.parameter.words, shown.point
    span = text("cutpoints.nobody.above_to" if point.below else "cutpoints.nobody.from_below",
                low=words(low), high=words(high))
    apart = " " if shown.measure[-1].isascii() else ""
    told = {"measure": f"{shown.measure}{apart}", "span": span}
    rows = shown.rows[shown.below(low):shown.below(high)]
    if not len(shown.values) or not len(rows):
        return text(f"cutpoints.nobody.{'between' if len(shown.values) else 'unknown'}", **told)
    counts = np.bincount(trial.codes[rows], minlength=len(found.words))
    return text("cutpoints.nobody.settled", count=len(rows), note=point.note, **told,
                words=text("cutpoints.nobody.and").join(
                    text("cutpoints.nobody.words", word=found.words[code], count=int(counts[code]))
                    for code in np.argsort(-counts, kind="stable") if counts[code]))


def outcome_words(result: RunResult, outcome: str) -> pd.Series:
    """What the rules have decided of each customer, in words, as an ordered categorical."""
    kind, _, name = outcome.partition(".")
    results = result.results
    if kind == _TAG:
        label = result.ruleset.labels["tag"].get(name, name)
        has = [name in str(tags).split(SEPARATOR) for tags in results["tags"].fillna("")]
        words = [label, text("cutpoints.without")]
        return _categorical([words[not one] for one in has], words)
    if kind == _LEVEL:
        numbers = {factor.key: n for n, factor in result.ruleset.factors.numbered()}
        levels = {float(n): text("cutpoints.level", level=n) for n in (3, 2, 1, 0)}
        values = results[f"data_{numbers[name]}"].map(levels).fillna(NONE)
        return _categorical(values, [*levels.values(), NONE])
    if kind in _TRUTHS:
        truths = {truth: text(f"cutpoints.{kind}_{str(truth).lower()}")
                  for truth in _TRUTHS[kind]}
        values = results[kind].map(truths).fillna(NONE)
        return _categorical(values, [*truths.values(), NONE])
    return words_of(result, kind)


def _categorical(values: Iterable[str], words: Sequence[str]) -> pd.Series:
    return pd.Series(pd.Categorical(list(values), categories=list(words), ordered=True))


def _in_order(columns: Sequence[pd.Series]) -> list[str]:
    """The words somebody has, in their order; those of nobody are left out, NONE comes last."""
    found = {word for column in columns for word in column.unique()}
    words = dict.fromkeys(word for column in columns for word in column.cat.categories)
    return [*(word for word in words if word in found and word != NONE),
            *((NONE,) if NONE in found else ())]


def _codes(column: pd.Series, words: Sequence[str]) -> NDArray[np.intp]:
    places = {word: place for place, word in enumerate(words)}
    codes: NDArray[np.intp] = column.astype("str").map(places).to_numpy(dtype=np.intp)
    return codes
