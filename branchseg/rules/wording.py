"""Values, findings and thresholds as staff read them: plain Chinese, no signs of mathematics."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from branchseg.messages import known_codes, text
from branchseg.model.amounts import money
from branchseg.model.fields import NUMERIC, Kind
from branchseg.rules.reading import joined, shown
from branchseg.rules.rule_fields import PERCENT

if TYPE_CHECKING:
    from datetime import date

    from branchseg.rules.rule_fields import RuleField, Value

_NEAR = {0: "say_zero", 1: "say_one"}
_EVENTS = {"days_to_maturity": 1, "days_to_birthday": 1, "days_since_maturity": -1}
"""Days to an event, or from it: which way it lies from today."""

_MOST_WORDS = 3
"""So many words of a long list are named on paper."""


def label_of(field: RuleField) -> str:
    """A field's label in sentences, without what it adds in brackets: "年龄(推算)" is "年龄"."""
    code = f"rules.label.{field.key}"
    return text(code) if code in known_codes() else field.label.partition("(")[0]


def show_number(field: RuleField, value: float, *, exact: bool = False) -> str:
    """A number of a field with its unit; shares in percent. Thresholds are `exact`."""
    if field.unit == PERCENT:
        return f"{shown(round(value * 100, 2))}%"
    if field.unit == "元":
        return money(value, exact=exact)
    return f"{shown(round(value, 2))} {field.unit}".strip()


def show_value(field: RuleField, value: Any) -> str:
    """A value with unit, label or date; "未提供" for unknown."""
    if value is None:
        return text("rules.show.missing")
    if field.kind is Kind.FLAG:
        return text("rules.show.yes" if value else "rules.show.no")
    if field.kind is Kind.DATE:
        return f"{value:%Y-%m-%d}"
    if field.kind in NUMERIC:
        return show_number(field, float(value))
    return dict(field.choices).get(str(value), str(value))


def say(field: RuleField, value: Any, today: date | None = None) -> str:
    """A fact about a customer: "5 天后到期", "没有我行信用卡", "AUM 406.3 万元".

    With `today` an event is said by its date, "12月5日到期": sentences are read out on another
    day than the one they were made on.
    """
    if value is None:
        return text("rules.say.unknown", label=label_of(field))
    if today is not None and field.key in _EVENTS:
        day = today + timedelta(days=round(value) * _EVENTS[field.key])
        kind = "said_on" if day >= today else "said_past"
        return text(f"rules.{kind}.{field.key}", day=day_in_words(day, today))
    past = f"rules.say_past.{field.key}"
    if field.kind in NUMERIC and value < 0 and past in known_codes():
        return text(past, value=show_value(field, -value))
    codes = [f"rules.say.{field.key}", f"rules.say.{_general(field)}"]
    if value is False:
        codes = [f"rules.say_not.{field.key}", "rules.say.flag"]
    elif value in _NEAR:
        codes.insert(0, f"rules.{_NEAR[value]}.{field.key}")
    code = next(code for code in codes if code in known_codes())
    return text(code, label=label_of(field), value=show_value(field, value))


def day_in_words(day: date, today: date) -> str:
    """A date as it is spoken: "12月5日", with the year if it is another one."""
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日"


def _general(field: RuleField) -> str:
    return "flag" if field.kind is Kind.FLAG else "plain"


def threshold(field: RuleField, op: str, value: Value, most: int | None = None) -> str:
    """The value a rule asks for, with its unit; of many words only `most`."""
    if isinstance(value, tuple) and op == "between":
        low, high = (float(item) for item in value)
        return text("rules.show.range", low=shown(low) if field.unit != "元" else
                    show_number(field, low, exact=True), high=show_number(field, high, exact=True))
    if isinstance(value, tuple):
        labels = dict(field.choices)
        words = [labels.get(str(item), str(item)) for item in value]
        more = most is not None and len(words) > most
        return text("rules.show.words_more" if more else "rules.show.words",
                    words=joined(words[:most]))
    if op == "pct_ge":
        return shown(round((1 - float(value or 0)) * 100, 4))
    if op in {"within_days", "within_months"}:
        return shown(float(value or 0))
    return "" if value is None else show_number(field, float(value), exact=True)


def operator_code(field: RuleField, op: str) -> str:
    """The message that puts an operator into words; dates and counts of days differ."""
    if op != "within_days":
        return op
    return "within_days_date" if field.kind is Kind.DATE else "within_days_count"


def find(field: RuleField, op: str, value: Value, *, met: bool) -> str:
    """What holds about a value: "满 50 万元" where the condition is met, else "不到 50 万元"."""
    side = "met" if met else "failed"
    return text(f"rules.found.{operator_code(field, op)}.{side}",
                value=threshold(field, op, value, _MOST_WORDS))
