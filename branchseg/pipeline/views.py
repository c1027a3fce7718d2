"""What window and files want to know of a result: words, counts, one customer, the figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg import analytics, rules
from branchseg.messages import text
from branchseg.model.results import Status
from branchseg.rules.retention import loss_signs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from branchseg.model.results import Assessment, Observation
    from branchseg.pipeline.story import RunResult
    from branchseg.rules import RuleSet


def labels(ruleset: RuleSet) -> dict[str, dict[str, str]]:
    """Results column -> {key: Chinese word} in the order of display."""
    factors = {f"factor_{n}": factor.name for n, factor in ruleset.factors.numbered()}
    return {**ruleset.labels, "rfm": analytics.rfm_labels(), "factor": factors}


def explain(result: RunResult, position: int,
            observations: Sequence[Observation] = (), *, in_branch: bool = False) -> Assessment:
    """Everything the rules say about the customer in row `position`, with evidence.

    `in_branch`: the customer is here and is spoken to face to face.
    """
    return next(explain_many(result, [position], observations, in_branch=in_branch))


def explain_many(result: RunResult, positions: Sequence[int],
                 observations: Iterable[Observation] = (), *, in_branch: bool = False,
                 asked: Iterable[tuple[int, str]] = ()) -> Iterator[Assessment]:
    """The same for several customers; a hundred take hardly longer than one.

    `asked` (position, action): what somebody chose a customer for besides; gates apply.
    """
    table, wanted = result.table, tuple(asked)
    chosen = [rules.Call(key, "", np.isin(np.arange(len(table)), [
        position for position, one in wanted if one == key]))
        for key in dict.fromkeys(key for _, key in wanted)]
    return rules.explain_many(table.frame, positions, result.ruleset, table.as_of, observations,
                              today=result.today, in_branch=in_branch,
                              calls=(*result.calls, *chosen))


def ask(result: RunResult, pairs: Iterable[tuple[int, str]],
        observations: Sequence[Observation] = ()) -> dict[tuple[int, str], rules.Asked]:
    """Which (position, action) the rules advise, or would on request, and as what task."""
    table = result.table
    return rules.ask(table.frame, pairs, result.ruleset, table.as_of, observations,
                     today=result.today, calls=result.calls)


def explain_newcomer(ruleset: RuleSet, today: date,
                     observations: Sequence[Observation]) -> Assessment:
    """The same for somebody who is here and on no list: all that is known is what was seen."""
    frame = pd.DataFrame({"customer_id": pd.Series([observations[0].customer_id], dtype="str")})
    return rules.explain(frame, 0, ruleset, today, observations, in_branch=True)


def loss_risk(result: RunResult, position: int) -> str:
    """How likely a customer is to leave and by what signs of the lists in force, in words.

    "" for who is invalid. What only an earlier list could tell is not looked at, and that is said:
    the model, which looks at one, may see a higher risk.
    """
    here = slice(position, position + 1)
    results = result.results.iloc[here]
    if results["status"].iloc[0] == Status.INVALID:
        return ""
    if results["outdated"].iloc[0]:
        return text("rules.retention.outdated")
    table = result.table
    signs = loss_signs(table.frame.iloc[here], results, result.ruleset, table.as_of,
                       today=result.today)
    return text("rules.retention.alone", said=signs.said(0))


def list_age(result: RunResult) -> str:
    """What to tell about the day of the list: it is old, or from the future; "" if all is well.

    Old is what is old of most customers: a few new ones do not make the others' data new.
    """
    as_of, clock = result.table.as_of, result.clock or result.table.as_of
    if clock < as_of:
        return text("pipeline.clock_behind", as_of=as_of.isoformat(), clock=clock.isoformat())
    usual = result.usual_day
    days = (clock - usual).days
    if days <= result.ruleset.actions.stale_days:
        return ""
    code = "pipeline.list_stale" if usual == as_of else "pipeline.most_stale"
    return text(code, as_of=usual.isoformat(), days=days)


def left_behind(result: RunResult) -> list[int]:
    """Row positions of those whose own data date is before the newest list, without the invalid.

    They are not in it, or it tells only balances of them (`model.overlay`: `data_date`). Until
    they are `outdated` they stay in every total as they were on their own data date.
    """
    found = result.results["days_behind_list"].gt(0) & (
        result.results["status"] != Status.INVALID)
    return [place for place, one in enumerate(found.fillna(value=False)) if one]


def customer(result: RunResult, position: int) -> dict[str, Any]:
    """One customer as a dict: fields of the list and columns of the results."""
    return {**result.table.frame.iloc[position].to_dict(),
            **result.results.iloc[position].to_dict()}


def counts(result: RunResult, column: str) -> dict[str, int]:
    """How many customers per value of a results column, in the order of its labels."""
    found = Counter(result.results[column].dropna())
    ordered = [key for key in labels(result.ruleset).get(column, {}) if key in found]
    return {key: found[key] for key in [*ordered, *sorted(found.keys() - set(ordered))]}


def summary(result: RunResult) -> dict[str, Any]:
    """The figures of a run; no customer value is among them."""
    pareto = analytics.pareto(result.results["aum"])
    grades = dict.fromkeys(result.ruleset.labels["grade"], 0) | counts(result, "grade")
    return {
        "as_of": result.table.as_of.isoformat(),
        "as_of_source": result.prepared.as_of_source,
        "today": result.today.isoformat(),
        "list_age": list_age(result),
        "ruleset": result.ruleset.id,
        "sources": [
            {"file": source.file_name, "sheet": source.sheet, "format": source.file_format,
             "sha256": source.sha256}
            for source in result.prepared.sources
        ],
        "rows_read": result.prepared.rows_read,
        "rows_used": result.prepared.rows_used,
        "steps": [asdict(step) for step in result.prepared.steps],
        "customers": len(result.table),
        "not_in_newest_list": len(left_behind(result)),
        "issues": {code.value: number for code, number in result.prepared.issues.counts().items()},
        "status": counts(result, "status"),
        "tiers": counts(result, "tier"),
        "grades": grades,
        "segments": counts(result, "segment"),
        "rfm": counts(result, "rfm"),
        "pareto": {"top_share": {str(k): v for k, v in pareto.top_share.items()},
                   "gini": pareto.gini},
        "seconds": {name: round(value, 3) for name, value in result.seconds.items()},
    }
