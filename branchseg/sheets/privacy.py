"""Keeps the customer's own values out of printed sentences: masks for keys, bands for amounts."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.masking import mask

if TYPE_CHECKING:
    from collections.abc import Mapping

_WAN = 10_000.0
_CUTS = tuple(cut * _WAN for cut in (1, 5, 20, 50, 100, 300, 600, 1000))
_UNITS = {"元": 1.0, "万": _WAN, "万元": _WAN, "亿": _WAN * _WAN, "亿元": _WAN * _WAN}
# A number after 满, 不到, 超过 or before 起, 以上 is the threshold of a rule, not the customer's.
_NO_THRESHOLD = r"(?<![\d.,–满到过])(?<![满到过] )"
_AMOUNT = re.compile(
    _NO_THRESHOLD + r"( ?)(?<![\d.,])(-?\d[\d,]*(?:\.\d+)?)\s*(亿元|万元|亿|万|元)"
    r"(?!元?(?:起|以上|以下))")
_TINY = re.compile(f"( ?){money(0.5)}")
_WORD = re.compile(r"[0-9A-Za-z]+")  # a code is replaced as a whole, never inside a longer one
_TOLERANCE = 0.001
_AGE = re.compile(_NO_THRESHOLD + r"(\d{1,3}) ?岁")
_ADULT_AGE = 18
_SECRET = frozenset({Kind.NAME, Kind.PHONE, Kind.ID_NUMBER, Kind.KEY})
_SECRET_KEYS = tuple(field.key for field in FIELDS.values() if field.kind in _SECRET)
_AMOUNT_KEYS = (*(f.key for f in FIELDS.values() if f.kind is Kind.AMOUNT), "to_next_tier")


def known(value: object) -> bool:
    """Whether `value` is neither None nor one of NaN, NaT, NA (none equals itself)."""
    return value is not None and type(value).__name__ != "NAType" and value == value  # noqa: PLR0124 - NaN


def text_of(customer: Mapping[str, object], key: str) -> str:
    """The text of field `key`, "" where it is unknown."""
    value = customer.get(key)
    return str(value).strip() if known(value) else ""


def number_of(customer: Mapping[str, object], *keys: str) -> float | None:
    """The first known number among the fields `keys`."""
    for key in keys:
        value = customer.get(key)
        if known(value):
            return float(str(value))
    return None


def band(amount: float) -> str:
    """The band an amount in 元 lies in: "50–100 万元"; bands include their lower end."""
    place = bisect_right(_CUTS, amount)
    if place == 0:
        return text("sheets.band.below", high=_wan(_CUTS[0]))
    if place == len(_CUTS):
        return text("sheets.band.above", low=_wan(_CUTS[-1]))
    return text("sheets.band.between", low=_wan(_CUTS[place - 1]), high=_wan(_CUTS[place]))


def spaced(words: str, gap: str = " ") -> str:
    """Words with the gap that stands before figures, but not before Chinese characters."""
    return gap + words if words[:1].isascii() else words


def age_band(age: float) -> str:
    """The decade of an age: "40–49 岁"; minors are one band."""
    if age < _ADULT_AGE:
        return text("sheets.band.minor", high=_ADULT_AGE)
    decade = int(age) // 10 * 10
    return text("sheets.band.age", low=max(decade, _ADULT_AGE), high=decade + 9)


def age_of(customer: Mapping[str, object]) -> float | None:
    """The age in years, derived or as the list gives it."""
    return number_of(customer, "age_years", "age")


def _wan(amount: float) -> str:
    return f"{amount / _WAN:.0f}"


def _in_place(found: re.Match[str], words: str, gap: str) -> str:
    """Words for an amount, with the gap before it where a Latin word or figures stand beside."""
    latin = found.string[:found.start()][-1:]
    return gap + words if latin.isascii() and latin.isalnum() else spaced(words, gap)


class Redactor:
    """Rewrites sentences about one customer so that they may be printed.

    Names, phones and numbers of the customer become their masks; age and amounts that are the
    customer's own (and not a threshold) become bands. A clear redactor changes nothing.
    """

    def __init__(self, customer: Mapping[str, object], *, clear: bool) -> None:
        """Collect what is secret about `customer`, a row of the customer frame."""
        self._clear = clear
        self._names: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._amounts: list[float] = []
        self._age: float | None = None
        if clear:
            return
        for key in _SECRET_KEYS:
            value = text_of(customer, key)
            if len(value) > 1:
                words = self._codes if _WORD.fullmatch(value) else self._names
                words[value] = mask(key, value)
        self._age = age_of(customer)
        for key in _AMOUNT_KEYS:
            amount = number_of(customer, key)
            if amount is not None:
                self._amounts.append(amount)

    def shown(self, key: str, value: str) -> str:
        """The value of field `key` as it may be printed."""
        return value if self._clear else mask(key, value)

    def sentence(self, sentence: str) -> str:
        """`sentence` without the customer's own keys and amounts."""
        if self._clear or not sentence:
            return sentence
        for name, masked in self._names.items():
            sentence = sentence.replace(name, masked)
        if self._codes:
            sentence = _WORD.sub(lambda word: self._codes.get(word[0], word[0]), sentence)
        if self._age is not None:
            sentence = _AGE.sub(self._coarse_age, sentence)
        if any(0 < abs(amount) < 1 for amount in self._amounts):
            sentence = _TINY.sub(lambda found: _in_place(found, band(0.0), found[1]), sentence)
        return _AMOUNT.sub(self._coarse, sentence) if self._amounts else sentence

    def _coarse_age(self, found: re.Match[str]) -> str:
        """The decade of the customer's own age, else the age as it stands."""
        age = float(found[1])
        return age_band(age) if age == self._age else found[0]

    def _coarse(self, found: re.Match[str]) -> str:
        """The band of an amount that is the customer's own, else the amount as it stands.

        Sentences say amounts in round figures (`money`), so those are looked for too.
        """
        amount = float(found[2].replace(",", "")) * _UNITS[found[3]]
        said = f"{found[2]} {found[3]}"
        for mine in self._amounts:
            near = abs(amount - mine) <= _TOLERANCE * abs(mine)
            if near or said in {money(mine), money(mine, up=True)}:
                return _in_place(found, band(mine), found[1])
        return found[0]
