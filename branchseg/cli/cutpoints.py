"""`branchseg cutpoints`: thresholds over the customers of a list; two rule folders compared."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from branchseg import pipeline, rules
from branchseg.cli.commands import read_files
from branchseg.errors import InputError
from branchseg.messages import text
from branchseg.paths import resources_dir
from branchseg.pipeline.cutpoints import CutPoint, cut_points, distribution, sensitivity
from branchseg.pipeline.ruleversions import compare_rules

if TYPE_CHECKING:
    from argparse import Namespace

    from branchseg.cli.hooks import Hooks
    from branchseg.pipeline import RunResult
    from branchseg.rules import RuleSet


def cutpoints(options: Namespace, _hooks: Hooks) -> int:
    """How many customers other values would move; with --against, what an older rule folder would.

    Raises InputError (cli.bad_threshold) for a threshold there is not.
    """
    ruleset = rules.load(options.rules or resources_dir() / "rules")
    chosen = _chosen(ruleset, options.only)
    older = None if options.against is None else rules.load(options.against)
    lists = read_files(options.files)[0]
    if options.accept_doubtful:
        lists = [source.accept() for source in lists]
    result = pipeline.evaluate(pipeline.prepare(lists, as_of=options.as_of), ruleset,
                               today=options.today or datetime.now().astimezone().date())
    answer = {
        "as_of": result.table.as_of.isoformat(), "ruleset": ruleset.id,
        "customers": len(result.table),
        "cutpoints": [_told(result, point) for point in chosen],
        **({} if older is None else {"compared": _compared(older, ruleset, result)}),
    }
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _say(answer)
    return 0


def _chosen(ruleset: RuleSet, wanted: list[str]) -> list[CutPoint]:
    """The thresholds that are asked for; all of them where none is named."""
    points = {point.key: point for point in cut_points(ruleset)}
    unknown = [key for key in wanted if key not in points]
    if unknown:
        raise InputError("cli.bad_threshold", name=unknown[0], known="、".join(points))
    return [points[key] for key in wanted or points]


def _told(result: RunResult, point: CutPoint) -> dict[str, Any]:
    """A threshold in figures."""
    lies, value = distribution(result, point), point.parameter.value
    tried = sensitivity(result, result.ruleset, point)
    return {
        "key": point.key, "label": point.parameter.label, "measure": lies.measure,
        "value": value, "unit": point.parameter.unit, "outcome": point.outcome,
        "known": len(lies.values), "unknown": lies.unknown, "below": lies.below(value),
        "ticks": list(point.ticks), "bands": list(lies.bands),
        "trials": [{"value": trial.value, "moved": len(trial.moved), "counts": {
            word: trial.count(place) for place, word in enumerate(tried.words)}}
            for trial in tried.trials],
    }


def _compared(older: RuleSet, newer: RuleSet, result: RunResult) -> dict[str, Any]:
    """What differs from an older rule folder, and how many move."""
    found = compare_rules(older, newer, result)
    return {
        "older": older.id, "customers": len(found.rows), "presets": found.presets,
        "other": found.other,
        "thresholds": [{"key": one.parameter.key, "label": one.parameter.label,
                        "older": one.older, "newer": one.newer} for one in found.thresholds],
        "moves": [{"column": one.column, "before": one.before, "after": one.after,
                   "count": len(one.rows)} for one in found.moves or ()],
    }


def _say(answer: dict[str, Any]) -> None:
    """The same in lines."""
    for one in answer["cutpoints"]:
        print(text("cli.cutpoint", label=one["label"], value=f"{one['value']:,.10g}",
                   unit=one["unit"], measure=one["measure"], below=one["below"],
                   above=one["known"] - one["below"], unknown=one["unknown"]))
        for trial in one["trials"]:
            print(text("cli.cutpoint_trial", value=f"{trial['value']:,.10g}",
                       moved=trial["moved"], counts="，".join(
                           f"{word} {count:,}" for word, count in trial["counts"].items())))
    if "compared" in answer:
        compared = answer["compared"]
        print(text("cli.cutpoint_compared", thresholds=len(compared["thresholds"]),
                   customers=compared["customers"]))
        for move in compared["moves"]:
            print(text("cli.cutpoint_move", **move))
