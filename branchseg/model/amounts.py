"""Amounts in sentences. One function, so that paper, reasons and rules say money alike."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_UNITS = ((Decimal(10) ** 8, "亿元"), (Decimal(10) ** 4, "万元"))


def money(amount: float, *, up: bool = False, exact: bool = False) -> str:
    """An amount in 元 as people say it: 28 元, 4.7 万元, 406.3 万元, 1.2 亿元.

    Cut to one decimal of its unit, never rounded up: 49,999 元 must not read as 5 万元. What is
    still lacking is rounded `up` instead. `exact` keeps all digits, for thresholds of rules.
    """
    value = Decimal(str(amount))
    size = abs(value)
    unit, word = next(((unit, word) for unit, word in _UNITS if size >= unit), (Decimal(1), "元"))
    places = 6 if exact else 1 if unit > 1 else 0
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    shown = (size / unit).quantize(Decimal(1).scaleb(-places), rounding)
    if not exact and not shown and size:
        return f"不到 1 {word}"
    digits = f"{shown:,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{'-' if value < 0 else ''}{digits} {word}"
