"""Pure parsers: the text of one cell -> (value or None, issue code or None), see `texts.Outcome`.

The column functions use the very same ones, so what is tested here is what a list gets.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from branchseg.cleaning.choices import choices
from branchseg.cleaning.texts import Outcome, in_words, narrow, nothing
from branchseg.model.issues import IssueCode

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 1e15
"""Amounts from here on lose the fen in a float and belong to no customer."""

_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "w": 1e4, "十万": 1e5, "百万": 1e6,
           "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_AMOUNT = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-+]?)\s*(?:¥|人民币|RMB|CNY)?\s*(?P<sign2>[-+]?)"
    r"(?P<open2>\()?(?P<number>(?:\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)|\d+)(?:\.\d*)?|\.\d+)\s*"
    r"(?P<scale>百万|千万|十万|万亿|[百千万亿w])?\s*(?P<yuan>[元圆])?(?P<minus>-)?\s*(?P<close>\))?",
    re.IGNORECASE,
)
_GROUPING = re.compile("[, ]")
_USUAL_AMOUNT = re.compile(r"[¥￥]?(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)", re.ASCII)
_FOREIGN = re.compile(
    r"[-(]?\s*(?:US\$|HK\$|[$€£]|USD|HKD|EUR|GBP|JPY|AUD|CAD)\s*[\d,.]+\)?"
    r"|[-(]?[\d,.]+\s*[万亿]?\s*(?:USD|HKD|EUR|GBP|JPY|AUD|CAD|美元|港元|港币|欧元|英镑|日元)\)?",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"([-+]?\d+(?:\.(\d*))?)E(\+?)(-?\d{1,3})", re.IGNORECASE)
_NUMBER = re.compile(
    r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[-+]?\.\d+)\s*(?:笔|次|天|日|年|岁|周岁|种|类|个|张|户)?"
)


def _scientific(text: str) -> Outcome[float]:
    """1.2E+04: readable, but damaged where Excel shows fewer digits than the number has.

    Java writes 1.2345678E7 without a plus and with all digits: that one is whole.
    """
    found = _SCIENTIFIC.fullmatch(text)
    if not found:
        return None, None
    value = float(found[1] + "e" + found[4])
    if abs(value) >= LARGEST:
        return None, IssueCode.NUMBER_DAMAGED
    cut = bool(found[3]) and len(found[2] or "") < int(found[4])
    return value, IssueCode.NUMBER_DAMAGED if cut else None


def amount(text: str, unit: float = 1.0) -> Outcome[float]:
    """An amount in 元, rounded to 0.0001 元; `unit` is what a bare number counts in (万元: 10000).

    A unit in the cell itself ("1.2万", "500元") wins over `unit`; "1.2万" in a column of 万元 is
    read as 12,000 元, too, and doubtful: it could stand for 1.2 亿. Brackets and a minus on either
    side mean negative. A misplaced thousands separator makes the text unreadable: it is not
    known which digit is missing.
    """
    usual = _USUAL_AMOUNT.fullmatch(text)  # nearly every text of a list: worth its own test
    if usual:
        return _bounded(float(usual[1].replace(",", "")) * unit, None)
    text = narrow(text)
    problem = nothing(text)
    if not text or problem:
        return None, problem
    found = _AMOUNT.fullmatch(text)
    if not found:
        return _odd_amount(text, unit)
    minuses = [found["sign"] == "-", found["sign2"] == "-", found["minus"] == "-",
               bool(found["open"] or found["open2"])]
    brackets = bool(found["open"]) + bool(found["open2"]) == bool(found["close"])
    if sum(minuses) > 1 or not brackets:
        return None, IssueCode.AMOUNT_UNREADABLE
    own = found["scale"] or found["yuan"]
    factor = _SCALES[(found["scale"] or "").lower()] if own else unit
    value = float(_GROUPING.sub("", found["number"])) * factor
    twice = factor == unit > 1.0 and not found["yuan"]
    code = (None if not own else IssueCode.AMOUNT_UNIT_TWICE if twice
            else IssueCode.UNIT_CONVERTED if factor != unit else None)
    return _bounded(-value if any(minuses) else value, code)


def _bounded(value: float, code: IssueCode | None) -> Outcome[float]:
    """The amount to 0.0001 元 with its finding, unless it is too large to be one."""
    if abs(value) >= LARGEST:
        return None, IssueCode.AMOUNT_UNREADABLE
    return round(value, 4), code


def _odd_amount(text: str, unit: float) -> Outcome[float]:
    """Scientific notation and foreign money; everything else cannot be read."""
    value, code = _scientific(text)
    if value is not None:
        return _bounded(value * unit, code)
    if code:
        return None, code
    return None, (IssueCode.FOREIGN_CURRENCY if _FOREIGN.fullmatch(text)
                  else IssueCode.AMOUNT_UNREADABLE)


def number(text: str) -> Outcome[float]:
    """A plain number, with or without its counter ("12笔", "5年", "1,200")."""
    text = narrow(text)
    problem = nothing(text)
    if not text or problem:
        return None, problem
    found = _NUMBER.fullmatch(text)
    if not found:
        value, code = _scientific(text)
        return (None, IssueCode.NUMBER_UNREADABLE) if value is None else (value, code)
    value = float(found[1].replace(",", ""))
    return (value, None) if abs(value) < LARGEST else (None, IssueCode.NUMBER_UNREADABLE)


_MONTHS = {"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8,
           "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12}
_TIME = r"(?:T|\s)+.*?\d{1,2}[:时点].*|\s*(?:星期|周)."
_DATE = re.compile(
    rf"(\d{{4}})\s*([-/.年])\s*(\d{{1,2}})\s*([-/.月])\s*(\d{{1,2}})\s*日?(?:{_TIME})?")
_USUAL_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}})(?:\.0+|\d{{6}}|{_TIME})?")
_ENGLISH = re.compile(
    rf"(\d{{1,2}})[-/ ]([A-Za-z]{{3}})[A-Za-z]*[-/ ,]+(\d{{4}}|\d{{2}})(?:{_TIME})?")
_SERIAL = re.compile(r"\d{1,5}(?:\.\d+)?")
_PARTIAL = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?"
    r"|\d{4}年(?:\d{1,2}月?)?|(?:19|20)\d\d[-/.]\d{1,2}|(?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])"
    r"|(?:0?[1-9]|1[0-2])[-/](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:每月)?(?:0?[1-9]|[12]\d|3[01])[日号]|(?:每月)?(?:0?[2-9]|[12]\d|3[01])"  # 1: no date
)
SENTINELS = frozenset({
    (0, 0, 0), (1, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 0), (1900, 1, 1),
    (1900, 1, 2), (1901, 1, 1), (2099, 12, 31), (2999, 12, 31), (9999, 12, 31), (9999, 12, 30),
    (9999, 99, 99), (2100, 12, 31), (3000, 1, 1), (3000, 12, 31),
})
"""What systems store instead of "no date", as year, month, day (not all of them exist)."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SERIALS = range(20_000, 80_001)


def civil_date(year: int, month: int, day: int) -> Outcome[date]:
    """A calendar date 1900..2100; default values of systems (9999-12-31) are unknown."""
    if (year, month, day) in SENTINELS:
        return None, IssueCode.DATE_SENTINEL
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None, IssueCode.DATE_UNREADABLE
    try:
        return date(year, month, day), None
    except ValueError:
        return None, IssueCode.DATE_UNREADABLE


def numeric_date(value: float, *, date_1904: bool = False) -> Outcome[date]:
    """A number in a date column: 20230714, or the day count of Excel (20000..80000)."""
    whole = int(value) if abs(value) < LARGEST else -1
    if whole in {0, 1}:
        return None, IssueCode.DATE_SENTINEL
    if whole in _SERIALS:
        epoch = _EPOCH_1904 if date_1904 else _EPOCH_1900
        return epoch + timedelta(days=whole), IssueCode.DATE_SERIAL
    if whole != value:
        return None, IssueCode.DATE_UNREADABLE
    if _PARTIAL.fullmatch(str(whole)):
        return None, IssueCode.DATE_PARTIAL
    return civil_date(whole // 10_000, whole // 100 % 100, whole % 100)


def day(text: str, *, date_1904: bool = False) -> Outcome[date]:
    """A date in any of the usual forms, with or without a time of day.

    The year is never guessed: "7月14日", "202307" and "每月10日" are incomplete and thus unknown,
    "23-5-1" is unreadable. Two-digit years are read only with an English month (14-Jul-23), as
    Excel does: 00..29 are 20xx, 30..99 are 19xx.
    """
    usual = _USUAL_DATE.fullmatch(text)
    if usual:
        return civil_date(int(usual[1]), int(usual[3]), int(usual[4]))
    text = narrow(text)
    problem = nothing(text)
    if not text or problem:
        return None, problem
    found = _DATE.fullmatch(text)
    if found and (found[2], found[4]) in {("-", "-"), ("/", "/"), (".", "."), ("年", "月")}:
        return civil_date(int(found[1]), int(found[3]), int(found[5]))
    found = _COMPACT.fullmatch(text)
    if found:
        return civil_date(int(found[1]), int(found[2]), int(found[3]))
    found = _ENGLISH.fullmatch(text)
    if found:
        year = int(found[3])
        century = 0 if len(found[3]) > 2 else 2000 if year < 30 else 1900
        return civil_date(century + year, _MONTHS.get(found[2].upper(), 0), int(found[1]))
    if _PARTIAL.fullmatch(text):
        return None, IssueCode.DATE_PARTIAL
    if _SERIAL.fullmatch(text):
        return numeric_date(float(text), date_1904=date_1904)
    return None, IssueCode.DATE_SENTINEL if not text.strip("0-/.: ") else IssueCode.DATE_UNREADABLE


def flag(text: str, key: str = "") -> Outcome[bool]:
    """Yes or no; `key` is the field, for the columns in which a word means something else."""
    text = narrow(text).upper()
    table = choices()
    truth = table.flag_words.get(key, {}).get(text)
    truth = table.flags.get(text) if truth is None else truth
    if truth is not None or not text:
        return truth, None
    return None, nothing(text) or IssueCode.FLAG_UNREADABLE


def gender_code(text: str) -> str:
    """The bare code of a coded gender ("01" -> "1"), empty for every other text."""
    text = narrow(text).removesuffix(".0")
    return text.lstrip("0") or "0" if text.isdecimal() and len(text) <= 2 else ""


def gender(text: str, *, coded: bool = False) -> Outcome[str]:
    """"男" or "女"; the codes 1 and 2 (GB/T 2261.1) only if `coded` says the column uses them.

    Elsewhere a code says nothing: banks write 0/1 in either order.
    """
    code, word = gender_code(text), narrow(text).upper()
    table = choices()
    value = table.gender.get(word) or (table.gender_codes.get(code) if coded else None)
    if value or not word:
        return value, None
    if coded and code in {"0", "9"}:
        return None, IssueCode.PLACEHOLDER
    return None, in_words(nothing(word)) or IssueCode.CHOICE_UNREADABLE


_LEVEL = re.compile(r"(?:(?<![A-Z])[CRA]|(?<![A-Z0-9]))([1-5])(?:级)?(?![0-9])")


def risk_scheme(names: Iterable[str]) -> tuple[str, ...]:
    """The naming scheme that knows most of a column's risk level names; the first if equal."""
    found = {narrow(name) for name in names}
    return max(choices().schemes, key=lambda scheme: len(found & set(scheme)))


def risk_level(text: str, scheme: tuple[str, ...] = ()) -> Outcome[str]:
    """The risk tolerance "C1".."C5" from C3, R3, A3, 3, 平衡型, C3(平衡型).

    A name outside `scheme` gets the lowest level any scheme gives it: the safe side for
    suitability.
    """
    text = narrow(text).upper()
    table = choices()
    problem = IssueCode.PLACEHOLDER if text in table.risk_unknown else nothing(text)
    if not text or problem:
        return None, problem
    levels = set(_LEVEL.findall(text))
    if len(levels) == 1:
        return f"C{levels.pop()}", None
    name = text.removesuffix("客户").removesuffix("投资者")
    name = name if name.endswith("型") else f"{name}型"
    if name in scheme:
        return f"C{scheme.index(name) + 1}", None
    places = [other.index(name) for other in table.schemes if name in other]
    return (f"C{min(places) + 1}", None) if places else (None, IssueCode.CHOICE_UNREADABLE)


def currency(text: str) -> Outcome[str]:
    """The ISO 4217 code; three capital letters nobody listed are taken for one.

    What cannot be read is "XXX" (no known currency), so that nobody takes it for 人民币.
    """
    text = narrow(text).upper()
    value = choices().currency.get(text)
    if value or not text:
        return value, None
    problem = nothing(text)
    if problem:
        return None, problem
    if len(text) == 3 and text.isascii() and text.isalpha():
        return text, None
    return "XXX", IssueCode.CHOICE_UNREADABLE
