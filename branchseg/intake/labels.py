"""Column names as text: normalising them, and the money unit they state."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice, product

from branchseg.intake.vocabulary import vocabulary
from branchseg.model.raw import FOREIGN

_CURRENCIES = ("外币|原币|美元|美金|港币|港元|欧元|英镑|日元|日圆|澳元|加元"
               "|usd|hkd|eur|gbp|jpy|aud|cad")
_NOTE = re.compile(
    rf"\((?:人民币|单位:?)?(?:亿元?|千万元?|百万元?|万元?|千元|元|rmb|cny|[百千万亿]*(?:{_CURRENCIES})"
    r"|岁|年|天|日|月|个|笔|次|户|位|种|分|必填项?|选填|可选|必输|\d{1,2}|yyyy[-/.]?mm[-/.]?dd|yyyymmdd)\)"
)
_BRACKETS = str.maketrans("[]【】〔〕{}〈〉《》<>%", "()()()()()()()率")
_END_UNIT = re.compile(r"(?:亿元|千万元|百万元|万元|千元|[万亿]?美元)+$")
_NO_WORD = re.compile(r"[\W_]+")
_FACTORS = {
    "元": 1.0, "rmb": 1.0, "cny": 1.0, "千元": 1e3, "万": 1e4, "万元": 1e4,
    "百万": 1e6, "百万元": 1e6, "千万": 1e7, "千万元": 1e7, "亿": 1e8, "亿元": 1e8,
}
_READINGS = 24
_MONEY = "亿元|千万元|百万元|万元|千元|元|亿|千万|百万|万|rmb|cny"
_STATED_UNIT = re.compile(
    rf"\((?:单位:?|金额单位:?)?(?:人民币)?({_MONEY})\)|[/,:_-]({_MONEY})$|(亿元|千万元|百万元|万元|千元)$"
)
_FOREIGN = re.compile(rf"(?<!本)(?<![a-z])(?:{_CURRENCIES})(?![a-z])")
_UNIT_ALONE = re.compile(
    rf"\(?(?:(?:金额|计量)?单位:?)?(?:人民币)?(?P<unit>{_MONEY}|[笔次户个天日月年岁份户率]|)\)?")
_CONVERTED = re.compile(r"(?:折|换)(?:合|算|成|为)*(?:人民币|本币|rmb|cny|元)")
_TITLE_CURRENCY = re.compile(rf"(?:单位|币种|币别|货币)[:(]?\s*[百千万亿]*(?:{_CURRENCIES})")
_TITLE_UNIT = re.compile(rf"单位[:(]?\s*(?:人民币)?\s*({_MONEY})(?![一-鿿])")


@cache
def _letters() -> dict[int, int]:
    """Which character stands for which."""
    return _BRACKETS | vocabulary().simplify


def _fold(text: str) -> str:
    """NFKC, lower case, one kind of bracket, no blanks, simplified characters."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_letters())
    if " " in folded or not folded.isprintable():
        folded = "".join(ch for ch in folded
                         if not ch.isspace() and unicodedata.category(ch) != "Cf")
    return folded


def normalise(label: str) -> str:
    """A column name reduced to its letters, digits and Chinese characters.

    Units and notes in brackets go ("AUM余额（万元）" -> "aum余额"), other bracketed words stay
    ("AUM(月日均)" -> "aum月日均"), and a per cent sign counts as a word.
    """
    folded = _NOTE.sub("", _fold(label))
    bare = _NO_WORD.sub("", folded)
    return _END_UNIT.sub("", bare) or bare


def unit_of(label: str) -> float:
    """What one unit of the column is in 元 as its name says; 0.0 if it says nothing.

    FOREIGN for "存款余额(美元)", but not for "外币存款（折人民币）".
    """
    folded = _fold(label)
    if _FOREIGN.search(folded) and not _CONVERTED.search(folded):
        return FOREIGN
    found = _STATED_UNIT.search(folded)
    return _FACTORS[next(part for part in found.groups() if part)] if found else 0.0


def unit_alone(text: str) -> str | None:
    """The unit a cell consists of ("（万元）", "单位：元"); "" for "单位", None for others."""
    found = _UNIT_ALONE.fullmatch(_fold(text))
    return found["unit"] if found else None


def unit_in_title(text: str) -> float:
    """The unit a title line states for the whole list ("单位：万元"); 0.0 if none."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if _TITLE_CURRENCY.search(folded):
        return FOREIGN
    found = _TITLE_UNIT.search(folded)
    return _FACTORS[found[1]] if found else 0.0


def initials(label: str) -> tuple[str, ...]:
    """The pinyin initials of a name, in small letters: "khh" for 客户号.

    All of them where characters have several readings, the likelier first. Takes 0.2 s at first.
    """
    from pypinyin import Style, pinyin  # noqa: PLC0415 - the child imports this package too

    readings = pinyin(label, style=Style.FIRST_LETTER, heteronym=True)
    whole = ("".join(letters).lower() for letters in islice(product(*readings), _READINGS))
    return tuple(dict.fromkeys(whole))
