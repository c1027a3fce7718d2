"""Actions that somebody asks for, for customers he chose: to whom the rules let them be put."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from branchseg.rules.assess import evaluate, observed_levels, prepare
from branchseg.rules.planning import MOST_PRIORITY, SEPARATOR, Call, due_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from branchseg.model.results import Observation
    from branchseg.rules.ruleset import RuleSet

Pair = tuple[int, str]
"""(row position, action)."""


class Asked(NamedTuple):
    """An action for a customer: who does it, until when, how urgent it is."""

    theme: str
    owner: str
    due: date
    priority: float


def ask(frame: Any, pairs: Iterable[Pair], ruleset: RuleSet, as_of: date,
        observations: Sequence[Observation] = (), *, today: date | None = None,
        calls: Sequence[Call] = ()) -> dict[Pair, Asked]:
    """The pairs whose action the customer is advised, or is on request; gates and refusals apply.

    The rules run once for all of them. Other arguments as for `explain_many`.
    """
    wanted = dict.fromkeys(pairs)
    positions = list(dict.fromkeys(position for position, _ in wanted))
    if not positions:
        return {}
    rows = prepare(frame, ruleset.percentiles)[positions, :]
    ids = rows["customer_id"].to_list()
    known = set(ids)
    seen = [one for one in observations if one.customer_id in known]
    observed = observed_levels(ids, seen, ruleset, rows.to_native(),
                               today=max(as_of, today or as_of))
    here = [call._replace(rows=call.rows[positions]) for call in calls]
    here += [Call(key, "", nw.new_series("", [(position, key) in wanted for position in positions],
                                         nw.Boolean, backend=rows.implementation).to_numpy())
             for key in sorted({key for _, key in wanted} & ruleset.actions.on_request)]
    scope = evaluate(rows, ruleset, as_of, observed, today, here)
    places = {position: place for place, position in enumerate(positions)}
    found = {}
    for position, key in wanted:
        place, action = places[position], ruleset.actions.by_key(key)
        if key in scope.value("actions", place).split(SEPARATOR):
            days = scope.at(due_days(scope, action), place)
            found[position, key] = Asked(
                action.theme, ruleset.owner(key, scope.value("tier", place)),
                scope.today + timedelta(days=int(days)),
                min(action.priority + scope.value("boost", place), MOST_PRIORITY))
    return found
