"""How a customer is addressed: only where nothing can be wrong about it, else just "您好"."""

from __future__ import annotations

import re

from branchseg.messages import text
from branchseg.model.masking import is_salutation, mask_name

_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}")
_TITLES = {"男": "sheets.value.mister", "女": "sheets.value.madam"}
_LONG_SURNAME = 3
"""A name of four characters has a double surname or is none of the Han."""


def salutation(name: str, gender: str) -> str:
    """Surname and title ("张女士", "欧阳先生"); "" for whoever cannot be addressed for sure.

    That is everybody with an unknown gender, a name of one character, a long, Latin or dotted
    name, or one with anything else in it. A name that is an address already ("陈先生") stays.
    """
    if is_salutation(name):
        return name
    title = _TITLES.get(gender)
    surname = mask_name(name).rstrip("*")
    if not title or not _HAN_NAME.fullmatch(name):
        return ""
    if len(name) > _LONG_SURNAME and len(surname) == 1:
        return ""
    return text(title, surname=surname)
