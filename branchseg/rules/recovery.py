"""Who lost a threshold of assets over the months and has reached it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from branchseg.rules.assess import prepare
from branchseg.rules.evaluation import Evaluation, Mask
from branchseg.rules.tiers import reached

if TYPE_CHECKING:
    from datetime import date

    from branchseg.rules.ruleset import RuleSet

_REFERENCE = {"heavy": "aum_prev2_month_avg", "light": "aum_prev_month_avg"}
"""Loss -> the average that had reached the threshold."""


class Recovery(NamedTuple):
    """Per customer: lost a lot, lost a little, is back; `amount` in 元 is what came back."""

    heavy: Mask
    light: Mask
    back: Mask
    amount: Mask


def recovery(frame: Any, results: Any, ruleset: RuleSet, as_of: date) -> Recovery | None:
    """The losses that `assess` found, and who is back; None where losses cannot be told.

    Back is whose balance of the data date reaches the threshold the average had reached; what
    came back is that balance over the last month end, at least 0, and 0 for all others.

    Args:
        frame: customers.
        results: what `assess` said of them, row for row.
        ruleset: the rules in force.
        as_of: the data date.
    """
    scope = Evaluation(prepare(frame, ()), as_of)
    loss = nw.from_native(results, eager_only=True)["loss"]
    if not scope.known(loss).any():
        return None
    lost = {key: scope.certain(loss == key) for key in _REFERENCE}
    starts = [tier.start for tier in ruleset.tiers.active.tiers[1:]
              if tier.start >= ruleset.tiers.loss_from]
    point, end = scope.get("aum_point"), scope.get("aum_prev_month_end")
    back, amount = scope.nothing(), scope.nothing() * 0.0
    for key, source in _REFERENCE.items():
        average = scope.get(source)
        if point is None or end is None or average is None:
            continue
        goal = scope.numbers(scope.look_up(
            reached(scope, average, starts), [0.0, *starts], nw.Float64))
        here = lost[key] & (scope.numbers(point) >= goal)
        grown = scope.numbers((point - end).clip(lower_bound=0.0).fill_null(0.0))
        back, amount = back | here, amount + here * grown
    return Recovery(lost["heavy"], lost["light"], back, amount)
