"""Amounts in words. One function, so that paper, cards, charts and reasons say money alike."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

_UNITS = ((Decimal(10) ** 8, "亿元", 2), (Decimal(10) ** 4, "万元", 1))
_ALL = 6


def money(amount: float, *, up: bool = False, exact: bool = False) -> str:
    """An amount in 元 as people say it: 28 元, 4.7 万元, 406.3 万元, 1.23 亿元.

    Rounded, but never up to a whole 万 or 亿: thresholds are whole, and 49,999 元 must not read as
    5 万元. What is still lacking is rounded `up` instead. `exact` keeps all digits, for thresholds
    of rules.
    """
    value = Decimal(str(amount))
    size = abs(value)
    unit, word, places = next((one for one in _UNITS if size >= one[0]), (Decimal(1), "元", 0))
    step = Decimal(1).scaleb(-_ALL if exact else -places)
    shown = (size / unit).quantize(step, ROUND_CEILING if up else ROUND_HALF_UP)
    if not up and shown > size / unit and shown == shown.to_integral_value():
        shown = (size / unit).quantize(step, ROUND_FLOOR)
    if not exact and not shown and size:
        return f"不到 1 {word}"
    digits = f"{shown:,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{'-' if value < 0 else ''}{digits} {word}"
