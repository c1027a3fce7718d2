"""Whether a column's cells can be what its name says: a cheap look at a sample."""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING

from branchseg.intake.grid import as_text, is_blank
from branchseg.model.fields import NUMERIC, Field, Kind
from branchseg.model.monthly import MONTHLY, day_of_month

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchseg.model.raw import Cell

_SAMPLE = 200
_MIN_SHARE = 0.5
_MAX_FLAGS = 12
_PLACEHOLDER = re.compile(
    r"[-—–/\\.·]*|无|暂无|空|未知|不详|[*?？]+|n/?a|#n/a|null|none|nan", re.IGNORECASE)
_NUMBER = re.compile(
    r"[-+(（]?(?:人民币|rmb|[¥￥$])?[-+]?[\d０-９][\d０-９,，.．\s]*(?:e[+-]?\d+)?"
    r"(?:[万亿千百]?[元圆]?|%|[户笔种天岁年次])整?[)）]?",
    re.IGNORECASE,
)
_CHINESE_NUMBER = re.compile(
    r"[〇零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟元圆角分整]+"
)
_DATE = re.compile(
    r"\d{4}\D?\d{1,2}\D?\d{1,2}日?(?:[ T].*)?|\d{4}\D\d{1,2}月?|\d{6}"
    r"|\d{1,2}[-/ 月.]\w{1,3}(?:[-/ 日.]\d{0,4})?"
    r"|[〇零一二三四五六七八九十]{4}年.*|\d{5}(?:\.\d+)?"
)
_PHONE = re.compile(r"(?:手机|电话|tel)?[:：]?[\d*＊+\-() /、,，;；转０-９]{7,}", re.IGNORECASE)
_ID_NUMBER = re.compile(r"[0-9A-Za-z*＊ ()（）\-]{5,}")
_DIGITS = re.compile(r"[\d\s.,\-/:]+")


def fits(field: Field, cells: Sequence[Cell]) -> bool:
    """Whether at least half of the first filled cells can be values of the field."""
    sample = _sample(cells)
    if not sample:
        return True
    if field.kind is Kind.FLAG:
        return len({as_text(cell) for cell in sample}) <= _MAX_FLAGS
    test = _is_monthly if field.key in MONTHLY else _tests().get(field.kind)
    return test is None or sum(map(test, sample)) >= _MIN_SHARE * len(sample)


def _sample(cells: Sequence[Cell]) -> list[Cell]:
    """The first cells that hold more than a placeholder."""
    found: list[Cell] = []
    for cell in cells:
        if not is_blank(cell) and not (isinstance(cell, str)
                                       and _PLACEHOLDER.fullmatch(cell.strip())):
            found.append(cell)
            if len(found) == _SAMPLE:
                break
    return found


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        text = cell.strip()
        return bool(_NUMBER.fullmatch(text) or _CHINESE_NUMBER.fullmatch(text))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(_DATE.fullmatch(cell.strip()))
    if isinstance(cell, int | float):
        return 20_000 <= cell <= 80_000 or 19_000_101 <= cell <= 99_991_231 or cell == 0
    return isinstance(cell, date)


def _is_monthly(cell: Cell) -> bool:
    return _is_date(cell) or day_of_month(cell) is not None


def _is_phone(cell: Cell) -> bool:
    return bool(_PHONE.fullmatch(as_text(cell)))


def _is_id_number(cell: Cell) -> bool:
    return bool(_ID_NUMBER.fullmatch(as_text(cell)))


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and not _DIGITS.fullmatch(cell)


def _is_key(cell: Cell) -> bool:
    return not isinstance(cell, date | time | bool)


def _tests() -> dict[Kind, Callable[[Cell], bool]]:
    return {
        **dict.fromkeys(NUMERIC, _is_number),
        Kind.DATE: _is_date, Kind.PHONE: _is_phone, Kind.ID_NUMBER: _is_id_number,
        Kind.NAME: _is_name, Kind.KEY: _is_key,
    }
