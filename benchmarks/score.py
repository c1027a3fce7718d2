"""Cleaning and scoring 50,000 customers, against a plain loop over dicts with equal results."""

from __future__ import annotations

import math
from datetime import timedelta
from os import times
from pathlib import Path

from benchmarks.measure import Figure, fresh, interleaved

ROWS, MANY = 50_000, 500_000
_DAYS_LATER = 12
_COMPARED = ("status", "tier", "to_next_tier", "score", "grade")


def _source(rows: int):  # noqa: ANN202 - types of the package, imported in the fresh process
    from branchseg import pipeline, sample
    from branchseg.intake import match

    raw = sample.rows(customers=rows, seed=13)
    return pipeline.ListSource(raw, match(raw))


def _run_package(source):  # noqa: ANN001, ANN202
    from branchseg import pipeline, rules
    from branchseg.paths import resources_dir

    return pipeline.evaluate(pipeline.prepare([source]), rules.load(resources_dir() / "rules"),
                             today=_today(source)).results


def _run_reference(source):  # noqa: ANN001, ANN202
    from benchmarks import reference

    used = source.mapping.used
    fields = {key: column.index for key, column in used.items()}
    units = {key: column.unit for key, column in used.items()}
    return reference.run(source.raw, fields, units, source.raw.as_of, _today(source))


def _today(source):  # noqa: ANN001, ANN202
    """A day of work after the data date, within the days after payday."""
    return source.raw.as_of + timedelta(days=_DAYS_LATER)


def _cpu(function, source) -> dict[str, float]:  # noqa: ANN001
    before = times()
    function(source)
    after = times()
    return {"cpu": sum(after[:2]) - sum(before[:2])}


def ours(rows: int) -> dict[str, float]:
    """The package: clean, merge, rules, actions, RFM."""
    return _cpu(_run_package, _source(rows))


def loop(rows: int) -> dict[str, float]:
    """The reference: parse, check, status, tier, factors, score."""
    return _cpu(_run_reference, _source(rows))


def equal(rows: int) -> dict[str, float]:
    """How many customers the two judge differently."""
    import pandas as pd

    source = _source(rows)
    mine = _run_package(source)
    other = pd.DataFrame(_run_reference(source))
    different = 0
    for key in _COMPARED:
        if mine[key].dtype.kind == "f":
            gap = (mine[key] - other[key].astype("float64")).abs().fillna(0) > 1e-6
            gap |= mine[key].isna() != other[key].isna()
        else:
            gap = mine[key].fillna("") != other[key].fillna("")
        different += int(gap.sum())
    return {"different": different}


def figures(_folder: Path) -> list[Figure]:
    """CPU over the loop, differences, and growth from 50,000 to 500,000 customers."""
    mine, plain, many = interleaved(3, ("score", "ours", ROWS), ("score", "loop", ROWS),
                                    ("score", "ours", MANY))
    unequal = fresh("score", "equal", ROWS).extra["different"]
    growth = math.log(many.extra["cpu"] / mine.extra["cpu"]) / math.log(MANY / ROWS)
    detail = f"{mine.extra['cpu']:.2f} s; loop {plain.extra['cpu']:.2f} s"
    return [
        Figure("clean + score 50k / dict loop", mine.extra["cpu"] / plain.extra["cpu"], 0.20,
               "x", detail),
        Figure("results that differ from the loop's", unequal, 0, "", ""),
        Figure("growth exponent 50k -> 500k", growth, 1.1, "", f"{many.extra['cpu']:.2f} s"),
    ]
