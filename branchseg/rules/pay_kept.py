"""What is kept of a pay: the balance some days after pay-day over that before and the pay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from branchseg.rules.derive import only
from branchseg.rules.evaluation import moment

if TYPE_CHECKING:
    from branchseg.rules.evaluation import Evaluation


def pay_kept(scope: Evaluation, days: int) -> Any:
    """The share still there so many days after pay-day, one of PAY_DAYS; None without the columns.

    Unknown where that day had not come when the customer's data were collected: systems fill
    the balance of a day to come with 0.
    """
    found, paid_on = _kept(scope, "pay_before", f"pay_after_{days}"), scope.get("pay_day")
    if found is None or paid_on is None:
        return found
    come = ~scope.nothing()
    for day, mine in scope.days_for("pay_day"):
        come = come & ~(mine & scope.certain(paid_on > moment(day - timedelta(days=days))))
    return only(scope, found, come)


def pay_kept_about(scope: Evaluation) -> Any:
    """The share still there about, by the balances of the last month end and of the data date."""
    return _kept(scope, "aum_prev_month_end", "aum_point")


def _kept(scope: Evaluation, before: str, after: str) -> Any:
    """The share of the pay that is still there; an overdrawn account keeps nothing."""
    start, wage, left = (scope.get(key) for key in (before, "payroll_amount", after))
    if start is None or wage is None or left is None:
        return None
    return left.clip(lower_bound=0.0) / only(
        scope, start + wage, (scope.numbers(wage) > 0) & (scope.numbers(start) >= 0))
