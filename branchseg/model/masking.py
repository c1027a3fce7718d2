"""How personal values are shown by default. One function, used by screen, paper and files."""

from __future__ import annotations

import re

from branchseg.model.fields import FIELDS, Kind
from branchseg.model.identifiers import NO_NUMBER, is_made_up

_STREET = re.compile(r".{2,}?(?:街道|大道|镇|乡|路|街|巷)")
_YEAR = re.compile(r"(?:18|19|20)\d\d(?!\d?$)")  # not the beginning of a count of days

_COMPOUND = frozenset((
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
    "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容",
    "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "子车", "亓官", "司寇", "巫马",
    "公西", "颛孙", "壤驷", "公良", "漆雕", "乐正", "宰父", "谷梁", "拓跋", "夹谷", "轩辕", "令狐",
    "段干", "百里", "呼延", "东郭", "南门", "羊舌", "微生", "梁丘", "左丘", "东门", "西门", "南荣",
))


_TITLED = re.compile(
    rf"(?:[\u3400-\u9fff]|{'|'.join(sorted(_COMPOUND))})"
    "(?:先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|老师|总)")
_TAIL = re.compile(r"\d{4}")


def is_salutation(name: str) -> bool:
    """Whether a name is only how somebody is addressed ("王女士"): there is nothing to hide."""
    return _TITLED.fullmatch(name) is not None


def is_phone_tail(number: str) -> bool:
    """Whether a phone number is only its last four digits."""
    return _TAIL.fullmatch(number) is not None


def is_masked_phone(number: str) -> bool:
    """Whether the list itself has stars in a phone number: nobody can call it."""
    return "*" in number


def mask_name(name: str) -> str:
    """The surname and a star per further character: 张*, 欧阳**; "王女士" stays."""
    if is_salutation(name):
        return name
    shown = 2 if name[:2] in _COMPOUND and len(name) > 2 else 1
    return name[:shown] + "*" * max(len(name) - shown, 1)


def mask_middle(text: str, head: int, tail: int) -> str:
    """Keep `head` and `tail` characters; short texts keep at most their last character."""
    if len(text) <= head + tail:
        return "*" * max(len(text) - 1, 1) + text[-1:]
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail:]


def mask_address(address: str) -> str:
    """An address down to its street, without number and door."""
    found = _STREET.match(address)
    return (found[0] if found else address[:6]) + "**"


def mask_birth_date(written: str) -> str:
    """The year of a date of birth however it is written, stars where it does not come first."""
    found = _YEAR.match(written)
    return f"{found[0]}****" if found else "****" if written else ""


def mask_customer_id(customer_id: str) -> str:
    """The last four characters of the bank's number; an id that is the program's tells nothing."""
    return NO_NUMBER if is_made_up(customer_id) else mask_middle(customer_id, 0, 4)


_BY_FIELD = {"address": mask_address, "birth_date": mask_birth_date,
             "customer_id": mask_customer_id}


def mask(key: str, value: str) -> str:
    """The text of field `key` as it may be shown by default; other fields come back as is."""
    if not value:
        return value
    if key in _BY_FIELD:
        return _BY_FIELD[key](value)
    kind = FIELDS[key].kind if key in FIELDS else Kind.TEXT
    if kind is Kind.NAME:
        return mask_name(value)
    if kind is Kind.PHONE:
        return value if is_phone_tail(value) else mask_middle(value, 3, 4)
    if kind is Kind.ID_NUMBER:
        return mask_middle(value, 1, 1)
    if kind is Kind.KEY:
        return mask_middle(value, 0, 4)
    return value
