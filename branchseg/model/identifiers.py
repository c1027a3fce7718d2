"""Who is who: valid ID numbers, names that may be one person's, ids for customers without one."""

from __future__ import annotations

import hashlib
import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
"""Weights and check characters of GB 11643-1999 (ISO 7064, MOD 11-2)."""

PROVINCES = frozenset(map(str, (
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66),
    71, 81, 82, 83, 91,
)))
"""First two digits of GB/T 2260, with 83 (residence permit, Taiwan) and 91 (permanent residents).

The other four digits are not checked: withdrawn county codes stay lawful.
"""

FIRST_YEAR, LAST_YEAR = 1850, 2100

MADE_UP = ("ID", "NM", "NI")
"""What a made-up id begins with: by ID number, by name and mobile, by name and ID number."""

_MADE_UP = re.compile(rf"(?:{'|'.join(MADE_UP)})-[0-9a-f]{{16}}")


def _real_day(digits: str) -> bool:
    """Whether YYYYMMDD is a day on which a living person may have been born."""
    try:
        year = date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year
    except ValueError:
        return False
    return FIRST_YEAR <= year <= LAST_YEAR


def check_character(first17: str) -> str:
    """The check character of an ID number (GB 11643-1999)."""
    return CHECK[sum(int(c) * w for c, w in zip(first17, WEIGHTS, strict=True)) % 11]


def valid_id(text: str) -> bool:
    """Whether 18 characters are an ID number: a province, a real birthday, the check character."""
    return (len(text) == 18 and text.isascii() and text[:17].isdecimal()
            and text[:2] in PROVINCES and _real_day(text[6:14])
            and check_character(text[:17]) == text[17])


def may_be_equal(name: str | None, other: str | None) -> bool:
    """Whether two names can be one person's: stars and unknown names stand for anything."""
    if not name or not other:
        return True
    if "*" not in name + other:
        return name == other
    return name[:1] == other[:1]


def made_up(identity: str, secret: bytes) -> str:
    """A customer id for who has none, out of what tells who it is ("ID|…", "NM|…" or "NI|…").

    It is always the same under one secret, and it tells nothing: keyed, because whoever has the
    id could else try all ID numbers until one fits.
    """
    digest = hashlib.blake2b(identity.encode(), digest_size=8, key=secret)
    return f"{identity[:2]}-{digest.hexdigest()}"


NO_NUMBER = "无客户号"
"""What is shown instead of a made-up id: nobody could look that up in the bank's system."""

WALK_IN = "厅堂"
"""What the ids of those begin with who were met in the lobby and are on no list."""


def is_walk_in(customer_id: str) -> bool:
    """Whether a customer id is the program's for somebody on no list."""
    return customer_id.startswith(f"{WALK_IN}-")


def is_made_up(customer_id: str) -> bool:
    """Whether a customer id is one of `made_up`, not a bank's."""
    return _MADE_UP.fullmatch(customer_id) is not None
