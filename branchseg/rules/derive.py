"""Fields worked out from the imported ones: effective AUM, ages, days, counts.

Everything here is arithmetic without a policy; what a branch may decide stands in the rule files.
Unknown in, unknown out. What the calendar alone moves on (age, tenure, maturity, birthday) counts
from today, what the customer did from the day the customer's own data are of (`CALENDAR`).
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import reduce
from operator import or_

import narwhals as nw

from branchseg.model.balances import DEPOSITS, Figures, added, is_unknown, sum_of_parts
from branchseg.model.fields import AUM_SOURCES, BINDINGS, FIELDS, HOLDINGS, Kind
from branchseg.rules.evaluation import Column, Evaluation, Mask, total
from branchseg.rules.rule_fields import DAY_OF_MONTH

SUM_OF_PARTS = "sum_of_parts"
"""AUM basis where no AUM column is known and the holdings are added up."""

_EPOCH = date(1970, 1, 1)
_DAY_MS = 86_400_000
_DAYS = {
    "days_since_txn": "last_txn", "days_since_login": "mobile_bank_last",
    "days_since_contact": "last_contact", "days_since_open": "open_date",
    "days_since_risk": "risk_date", "days_since_maturity": "maturity_date",
}


def derive(scope: Evaluation) -> None:
    """Add all derived fields that come before any rule."""
    _effective_aum(scope)
    _ages(scope)
    for key, source in _DAYS.items():
        _put(scope, key, _days_since(scope, source))
    _put(scope, "days_behind_list", _days_behind(scope))
    past = scope.get("days_since_maturity")
    _put(scope, "days_to_maturity", None if past is None else 0.0 - past)
    _put(scope, "holdings", first_known([_kinds(scope), scope.get("product_count")]))
    _bindings(scope)
    _demand_share(scope)
    scope.put(DAY_OF_MONTH.key, scope.constant(float(scope.today.day)))


def _put(scope: Evaluation, key: str, column: Column | None) -> None:
    if column is not None:
        scope.put(key, column)


def first_known(columns: list[Column | None]) -> Column | None:
    """Row by row the first value that is known; None without any column."""
    present = [column for column in columns if column is not None]
    if not present:
        return None
    return reduce(lambda first, rest: rest.zip_with(first.is_null(), first), present)


def only(scope: Evaluation, column: Column, where: Mask) -> Column:
    """The column where `where` holds, unknown elsewhere."""
    return column.zip_with(scope.column(where, nw.Boolean), scope.constant(None))


def _kinds(scope: Evaluation) -> Column | None:
    """How many kinds of holdings a customer has.

    Deposits beyond the one kind that is known are the other kind.
    """
    columns = [column for key in HOLDINGS if (column := scope.get(key)) is not None]
    hits = [scope.numbers(column) > 0 for column in columns]
    listed = scope.get("deposit")
    if listed is not None:
        apart = [_figures(scope, key) for key in DEPOSITS]
        whole = scope.numbers(listed)
        lacking = reduce(or_, map(is_unknown, apart))
        hits.append(lacking & (whole > 0) & ~(whole <= added(apart)))
        columns.append(listed)
    return _count(scope, hits, columns)


def parts_told(scope: Evaluation) -> Column:
    """Which balances a customer's data tell of, one bit each; 0 if none.

    What is counted or added up from balances can be compared with another list's only where both
    tell of the same ones. Without any, `holdings` is the number of products as listed.
    """
    told = [scope.known(column) * float(1 << place)
            for place, key in enumerate((*HOLDINGS, "deposit"))
            if (column := scope.get(key)) is not None]
    return scope.column(total(told, scope.nothing() * 0.0), nw.Float64)


def _figures(scope: Evaluation, key: str) -> Figures:
    """A number column as an array; NaN everywhere if the list does not have it."""
    column = scope.get(key)
    return scope.numbers(scope.constant(None) if column is None else column)


def _effective_aum(scope: Evaluation) -> None:
    """AUM from the best known source, else the sum of known holdings, and which it was."""
    names = [key for key in AUM_SOURCES if scope.get(key) is not None]
    columns = [column for key in names if (column := scope.get(key)) is not None]
    if any(scope.get(key) is not None for key in (*HOLDINGS, "deposit")):
        parts = sum_of_parts(lambda key: _figures(scope, key))
        names.append(SUM_OF_PARTS)
        columns.append(only(scope, scope.column(parts, nw.Float64), ~is_unknown(parts)))
    aum = first_known(list(columns))
    if aum is None:
        return
    scope.put("aum", aum)
    place = scope.first([scope.known(column) for column in columns])
    scope.put("aum_basis", scope.look_up(place, [*names, None], nw.String))


def _any_known(scope: Evaluation, columns: list[Column]) -> Mask:
    """Where at least one of some columns is known."""
    return reduce(or_, map(scope.known, columns), scope.nothing())


def _number(day: date) -> float:
    """Days since 1970."""
    return float((day - _EPOCH).days)


def _day_number(scope: Evaluation, source: str) -> Column | None:
    """Days since 1970 of a date field."""
    column = scope.get(source)
    return None if column is None else (column.dt.timestamp("ms") // _DAY_MS).cast(nw.Float64)


def _days_since(scope: Evaluation, source: str) -> Column | None:
    """Whole days since a date, negative for a later one."""
    day = _day_number(scope, source)
    if day is None:
        return None
    counted = total((mine * _number(one) for one, mine in scope.days_for(source)),
                    scope.nothing() * 0.0)
    return scope.column(counted, nw.Float64) - day


def _days_behind(scope: Evaluation) -> Column | None:
    """Whole days from a customer's data to the newest list; never negative."""
    day = _day_number(scope, "data_date")
    return None if day is None else (_number(scope.as_of) - day).clip(lower_bound=0.0)


def _month_day(column: Column) -> Column:
    """Month and day as one number, 101..1231."""
    return column.dt.month().cast(nw.Float64) * 100.0 + column.dt.day().cast(nw.Float64)


def _full_years(scope: Evaluation, column: Column) -> Column:
    """Completed years from a date to today, as ages are counted."""
    today = scope.today.month * 100.0 + scope.today.day
    ahead = scope.column(scope.numbers(_month_day(column)) > today, nw.Float64)
    return float(scope.today.year) - (column.dt.year().cast(nw.Float64) + ahead)


def _ages(scope: Evaluation) -> None:
    """Age and tenure in full years from the dates, else as listed; days to the next birthday."""
    born, opened = scope.get("birth_date"), scope.get("open_date")
    age = None if born is None else _full_years(scope, born)
    tenure = None if opened is None else _full_years(scope, opened)
    _put(scope, "age_years", first_known([age, scope.get("age")]))
    _put(scope, "tenure", first_known([tenure, scope.get("tenure_years")]))
    if born is not None:
        ahead = _birthdays_ahead(scope.today)
        place = _month_day(born).fill_null(len(ahead) - 1.0).cast(nw.Int64).to_numpy()
        scope.put("days_to_birthday", scope.look_up(place, ahead, nw.Float64))


def _birthdays_ahead(today: date) -> list[float | None]:
    """Days to the next birthday by month * 100 + day; 29 February is kept on the 28th.

    The last item is for an unknown date of birth.
    """
    ahead: list[float | None] = [None] * 1233
    for back in range(365, -1, -1):
        day = today + timedelta(days=back)
        ahead[day.month * 100 + day.day] = float(back)
        if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
            ahead[229] = float(back)
    return ahead


def _count(scope: Evaluation, hits: list[Mask], columns: list[Column]) -> Column | None:
    """How many of `hits` a customer is in; unknown where none of `columns` is known."""
    if not columns:
        return None
    counted = total(hits, scope.nothing() * 0)
    unknown = ~_any_known(scope, columns)
    table = [*map(float, range(len(hits) + 1)), None]
    return scope.look_up(counted + unknown * (len(table) - 1), table, nw.Float64)


def _bindings(scope: Evaluation) -> None:
    """The number of ties to the bank; a balance counts as a tie if it is above 0."""
    pairs = [(key, column) for key in BINDINGS if (column := scope.get(key)) is not None]
    hits = [scope.certain(column) if FIELDS[key].kind is Kind.FLAG else scope.numbers(column) > 0
            for key, column in pairs]
    _put(scope, "bindings", _count(scope, hits, [column for _, column in pairs]))


def _demand_share(scope: Evaluation) -> None:
    """Demand balance over AUM, at most 1: AUM may be an average and the balance of today."""
    demand, aum = scope.get("demand"), scope.get("aum")
    if demand is None or aum is None:
        return
    positive = only(scope, aum, scope.numbers(aum) > 0)
    scope.put("demand_share", (demand / positive).clip(0.0, 1.0))
