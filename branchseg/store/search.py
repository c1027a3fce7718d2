"""Finding customers by what staff type: name, pinyin initials, phone tail, customer number."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchseg.model.table import CustomerTable

_SURNAMES = {
    "单": "s", "仇": "q", "解": "x", "区": "o", "查": "z", "翟": "z", "覃": "q",
    "乐": "y", "曾": "z", "秘": "b", "种": "c", "折": "s", "重": "c", "洗": "x",
    "召": "s", "祭": "z", "隗": "w", "句": "g", "阚": "k", "藏": "z", "乜": "n",
    "能": "n", "繁": "p", "员": "y", "郗": "x", "尉": "w", "尉迟": "yc",
    "万俟": "mq", "单于": "cy", "长孙": "zs", "澹台": "tt", "乐正": "yz",
}
"""Surnames that are not read as the same characters elsewhere."""


def pinyin_initials(names: Sequence[str | None]) -> list[str]:
    """The initials of each name, "zsf" for 张三丰; "" if unknown.

    Where the surname has a reading of its own both are given: "sxm dxm" for 单小明. 50,000
    names take a tenth of a second: each character is looked up once.
    """
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - 0.2 s, only where it is needed

    texts = [name if isinstance(name, str) else "" for name in names]
    known = {character: lazy_pinyin(character, style=Style.NORMAL)[0][:1].lower()
             for character in set("".join(texts))}
    initial = {one: letter if letter.isalnum() else "" for one, letter in known.items()}
    return [_readings(name, initial) for name in texts]


def _readings(name: str, initial: dict[str, str]) -> str:
    """All readings of one name's initials, the likelier first."""
    plain = "".join([initial[character] for character in name])
    for length in (2, 1):
        letters = _SURNAMES.get(name[:length])
        if letters is not None:
            special = letters + "".join([initial[character] for character in name[length:]])
            return special if special == plain else f"{special} {plain}"
    return plain


def search_positions(table: CustomerTable, query: str, initials: Sequence[str]) -> list[int]:
    """Positions of the customers `query` may mean, whole hits first, else in table order.

    `initials` come from `pinyin_initials(table.frame["name"])`, worked out once per table.
    Digits are looked for at the end of the mobile number (four or more) and anywhere in the
    customer number; letters in initials and customer number; Chinese in name and number.
    """
    wanted = unicodedata.normalize("NFKC", query).strip().casefold()
    if not wanted:
        return []
    hits: set[int] = set()
    whole: set[int] = set()
    for texts, matches, is_whole in _columns(table, wanted, initials):
        here = [position for position, text in enumerate(texts) if matches(text)]
        hits.update(here)
        whole.update(position for position in here if is_whole(texts[position]))
    return sorted(whole) + sorted(hits - whole)


_Test = Callable[[str], bool]
_Place = tuple[Sequence[str], _Test, _Test]


def _columns(table: CustomerTable, wanted: str, initials: Sequence[str]) -> list[_Place]:
    """Where to look: texts, what counts as a hit, what as a whole hit."""
    contains: _Test = lambda text: wanted in text
    equals: _Test = lambda text: wanted == text
    ends: _Test = lambda text: text.endswith(wanted)
    places: list[_Place] = [(_texts(table, "customer_id"), contains, equals)]
    if wanted.isdigit():
        if len(wanted) >= 4:
            places.append((_texts(table, "mobile"), ends, ends))
    elif wanted.isascii():
        places.append((initials, contains, lambda text: wanted in text.split()))
    else:
        places.append((_texts(table, "name"), contains, equals))
    return places


def _texts(table: CustomerTable, key: str) -> list[str]:
    """A column as lower-case texts, unknown ones empty; none if the lists do not have it."""
    if key not in table.frame:
        return []
    return [text.casefold() for text in table.frame[key].fillna("").tolist()]
