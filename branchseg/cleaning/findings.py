"""How the steps of cleaning note what they found in the rows of one list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.masking import mask, mask_middle
from branchseg.model.raw import CellError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONG = 11
_LONG_NUMBER = re.compile(rf"\d{{{_LONG},}}")
_LONGEST = 40

UNREAD = frozenset({
    IssueCode.AMOUNT_UNREADABLE, IssueCode.NUMBER_UNREADABLE, IssueCode.DATE_UNREADABLE,
    IssueCode.FLAG_UNREADABLE, IssueCode.CHOICE_UNREADABLE,
})
"""Findings about a cell that does not fit its column: it may hold anything, even a name."""

_HARMLESS = (
    "大约|大概|左右|以上|以下|暂无|没有|不详|未知|未填|不清楚|待定|待查|待核实|空白|作废|注销|销户|正常|异常"
    "|有效|无效|长期|永久|过期|到期|已|未|签约|开通|办理|开户|登记|男性?|女性?|人民币|美元|港[币元]|欧元|日元|英镑"
    "|保守|谨慎|稳健|平衡|成长|进取|积极|激进|风险|等级|型|级|[高中低较]风险"
    "|上午|下午|星期|[约近超共无有否是万亿千百十元圆角分整年月日号时点秒天岁半多个笔次零〇一二三四五六七八九两]"
)
_HAN = "\u3007\u3400-\u9fff\U00020000-\U0003ffff"
_TELLING = re.compile(
    rf"(?P<date>(?<!\d)(?:19|20|21)\d\d([-/.])\d{{1,2}}\2\d{{1,2}}(?!\d))"
    rf"|(?P<words>[{_HAN}][\s\u00b7.{_HAN}]*[{_HAN}])"
    r"|(?P<digits>\d[-\s\u2010-\u2015\uff0d\dXx*]*\d[Xx]?)")
_PLAIN_WORDS = re.compile(rf"(?:{_HARMLESS})+")
_SHORT = 6
"""So many digits in a row, hyphens and spaces aside, may be a phone or ID number."""

KEPT = frozenset({
    IssueCode.AMOUNT_NEGATIVE, IssueCode.PHONE_MASKED, IssueCode.ID_CHECKSUM,
    IssueCode.ID_LENGTH, IssueCode.ID_OTHER, IssueCode.ID_MASKED, IssueCode.NUMBER_DAMAGED,
    IssueCode.CHOICE_UNREADABLE,
})
"""Findings about a value that stays as it was."""


def action_of(code: IssueCode, value: object) -> Action:
    """What was done to a cell that a parser turned into `value` with finding `code`."""
    if value is None:
        return Action.BLANKED
    return Action.KEPT if code in KEPT else Action.FIXED


def cell_text(cell: object) -> str:
    """A cell as the user saw it, roughly: whole numbers without a point."""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    return str(cell)


def shown(key: str, text: str) -> str:
    """A value as an issue may show it: masked by field, and no long number in any field."""
    text = mask(key, text.strip())
    if len(text) < _LONG:
        return text
    return _cut(_LONG_NUMBER.sub(lambda found: mask_middle(found[0], 0, 4), text))


def shown_unread(text: str) -> str:
    """A cell nobody could read, as an issue may show it.

    In a shifted row it holds a name or a number of the next column. So of Chinese words only
    those of amounts, dates and choices stay ("约20万", "7月14日"), and of numbers those with
    fewer than 6 digits and dates ("2023-02-30"); of others the first character or the last two.
    """
    return _cut(_TELLING.sub(_hidden, text.strip()))


def _hidden(found: re.Match[str]) -> str:
    """A part of an unread cell, masked if it may be a person's name or number."""
    part = found[0]
    if found["words"]:
        return part if _PLAIN_WORDS.fullmatch(part) else part[0] + "*" * (len(part) - 1)
    if found["date"] or sum(map(str.isdigit, part)) < _SHORT:
        return part
    return re.sub(r"\d", "*", part[:-2]) + part[-2:]


def _cut(text: str) -> str:
    """At most 40 characters."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@dataclass(frozen=True, slots=True)
class Findings:
    """The issue log, seen from the rows of one list: positions become sheet rows."""

    log: IssueLog
    source: str
    rows: npt.NDArray[np.int64]

    def note(self, code: IssueCode, action: Action, key: str,
             positions: npt.NDArray[Any] | Sequence[int], texts: Iterable[str]) -> None:
        """One finding per position about field `key`; `texts` are masked here."""
        if len(positions):
            rows = self.rows[np.asarray(positions, dtype=np.int64)].tolist()
            plain = list(texts)
            unread = code in UNREAD and key != "birth_date"  # half a birthday is one, too
            masked = {text: shown_unread(text) if unread else shown(key, text)
                      for text in set(plain)}
            self.log.add_many(code, action, rows, key, [masked[text] for text in plain],
                              self.source)

    def note_rows(self, code: IssueCode, action: Action, key: str,
                  rows: npt.NDArray[np.int64], members: npt.NDArray[Any]) -> None:
        """One finding per customer: at sheet row `rows`, showing the rows it is made of."""
        self.note_told(code, action, key, rows, list(map(_cut, members.tolist())))

    def note_told(self, code: IssueCode, action: Action, key: str,
                  rows: npt.NDArray[np.int64], texts: Sequence[str]) -> None:
        """One finding per sheet row of `rows`; `texts` are sentences that may be shown."""
        self.log.add_many(code, action, rows.tolist(), key, texts, self.source)

    def note_column(self, code: IssueCode, action: Action, key: str, text: str) -> None:
        """One finding about a whole column; `text` must not hold a customer value."""
        self.log.add(code, action, key=key, shown=text, source=self.source)
