"""Column-wise evaluation: a frame of customers in, a frame of results out, row for row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.rules.derive import derive
from branchseg.rules.evaluation import PERCENTILE, Column, Evaluation
from branchseg.rules.factors import put_factors
from branchseg.rules.observed import observed_frame
from branchseg.rules.planning import SEPARATOR, Call, put_actions, put_refusal
from branchseg.rules.rule_fields import RATING_DAYS, RATING_LISTED
from branchseg.rules.segments import put_segment, put_tags
from branchseg.rules.status import put_status
from branchseg.rules.suitability import put_rating
from branchseg.rules.tiers import put_tiers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from branchseg.model.results import Observation
    from branchseg.rules.ruleset import RuleSet

_STATUS_TIER = ("status", "aum", "aum_basis", "tier", "next_tier", "to_next_tier", "to_next_share",
                "near_tier", "loss")
_SCORE = ("conflict", "score", "completeness", "coverage", "grade", "do_not_contact", "risk_valid",
          "outdated", "segment", "tags", "next_action", "actions", "priority", "due_days",
          "effort")
_DERIVED = ("age_years", "tenure", "days_since_txn", "days_since_login", "days_since_contact",
            "days_since_open", "days_to_maturity", "days_since_maturity", "days_since_risk",
            "days_to_birthday", "days_behind_list", "holdings", "bindings", "demand_share")
_TEXTS = frozenset({"aum_basis", "loss", "effort"})


def result_columns(ruleset: RuleSet) -> tuple[str, ...]:
    """The columns of a results frame, in order; always all of them."""
    numbers = [number for number, _ in ruleset.factors.numbered()]
    sides = [f"{side}_{number}" for side in ("data", "obs", "factor") for number in numbers]
    return (*_STATUS_TIER, *sides, *_SCORE, *_DERIVED)


def assess(frame: Any, ruleset: RuleSet, as_of: date, observed: Any = None, *,
           today: date | None = None) -> Any:
    """Evaluate all rules.

    Args:
        frame: one row per customer with columns of FIELDS (pandas or Polars); not changed.
        ruleset: the rules.
        as_of: the data date: status, activity and all that the customer did count from it, or
            from the customer's own `data_date` if that is earlier.
        observed: what `observed_levels` made for the same customers in the same order.
        today: the day of work: events (maturity, birthday, age, rating) and due days count from
            it. The data date if None or earlier: `Evaluation.today`.

    Returns:
        A frame of the same engine and row order with `result_columns(ruleset)`.
    """
    return assess_in_steps(frame, ruleset, as_of, observed, today=today)[0]


def assess_in_steps(frame: Any, ruleset: RuleSet, as_of: date, observed: Any = None, *,
                    today: date | None = None) -> tuple[Any, Callable[[Sequence[Call]], Any]]:
    """What `assess` returns, and a function that plans anew where more is called for.

    That what own segments call for can be asked of the results, and passes the same gates; it
    returns the results with other actions.
    """
    scope = evaluate(prepare(frame, ruleset.percentiles), ruleset, as_of, observed, today)

    def plan(calls: Sequence[Call]) -> Any:
        put_actions(scope, ruleset.plan, calls)
        return _results(scope, ruleset)

    return _results(scope, ruleset), plan


def _results(scope: Evaluation, ruleset: RuleSet) -> Any:
    """The results frame as the scope has it now."""
    columns = {}
    for key in result_columns(ruleset):
        column = scope.get(key)
        if column is None:
            column = scope.column([None] * scope.size, nw.String) if key in _TEXTS \
                else scope.constant(None)
        columns[key] = column
    return scope.select(columns).to_native()


def prepare(frame: Any, percentiles: Iterable[str]) -> nw.DataFrame[Any]:
    """The frame with the columns that need all customers.

    Places among the known values, and whether the list tells of ratings.
    """
    data = nw.from_native(frame, eager_only=True)
    listed = any(data[key].null_count() < len(data) for key in RATING_DAYS if key in data.columns)
    places = {RATING_LISTED.key: nw.new_series("", [listed] * len(data), nw.Boolean,
                                               backend=data.implementation)}
    for key in percentiles:
        if key in data.columns:
            column = data[key].cast(nw.Float64).fill_nan(None)
            known = len(column) - column.null_count()
            below = column.rank("min").cast(nw.Float64) - 1.0
            whole = nw.new_series("", [float(known)] * len(column), nw.Float64,
                                  backend=data.implementation)
            places[PERCENTILE.format(key)] = below / whole
    ready: nw.DataFrame[Any] = data.with_columns(**places)
    return ready


def evaluate(data: nw.DataFrame[Any], ruleset: RuleSet, as_of: date,
             observed: Any = None, today: date | None = None,
             calls: Sequence[Call] = ()) -> Evaluation:
    """All stages in order; each may look at what the ones before it have added."""
    scope = Evaluation(data, as_of, today)
    if observed is not None:
        _put_observed(scope, observed)
    derive(scope)
    put_tiers(scope, ruleset.tiers, scope.truths(ruleset.status.aside).true)
    put_status(scope, ruleset.status)
    put_rating(scope, ruleset.suitability)
    put_factors(scope, ruleset.factors)
    put_refusal(scope, ruleset.factors)
    put_tags(scope, ruleset.segments)
    scope.put("tags", _joined_tags(scope, ruleset))
    put_segment(scope, ruleset.segments)
    put_actions(scope, ruleset.plan, calls)
    return scope


def _put_observed(scope: Evaluation, observed: Any) -> None:
    """Take in the observed columns; they must stand for the same customers, row for row."""
    seen = nw.from_native(observed, eager_only=True)
    ids = scope.get("customer_id")
    if ids is None or ids.to_list() != seen["customer_id"].to_list():
        msg = "observed levels must have the same customers in the same order"
        raise ValueError(msg)
    for key in seen.columns:
        if key != "customer_id":
            scope.put(key, seen[key])


def _joined_tags(scope: Evaluation, ruleset: RuleSet) -> Column:
    """The ids of a customer's tags, joined; one lookup for all rows."""
    tags = ruleset.segments.tags
    place, found = scope.combined([scope.truths(tag.when).true for tag in tags])
    texts = [SEPARATOR.join(tags[number].key for number in numbers) for numbers in found]
    return scope.look_up(place, texts, nw.String)


def observed_levels(customer_ids: Sequence[str], observations: Iterable[Observation],
                    ruleset: RuleSet, like: Any, *, today: date | None = None) -> Any:
    """The `observed` frame for `assess`, of the engine of `like`; `today` ends what is over."""
    return observed_frame(customer_ids, observations, ruleset.factors, like, today)
