"""What a name says beside who it is: "（注销）张三", "某某商贸有限公司", "测试1"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from branchseg.cleaning.choices import choices
from branchseg.model.issues import IssueCode

COMPANY = "单位客户"
"""The mark of [name_marks] for names of organisations."""
_REMARK = re.compile(r"\s*[（(【\[〔].*?[）)】\]〕]\s*")
_ODD = re.compile(r".|.*[\d()（）【】\[\]<>?？#@&=+_/\\].*", re.DOTALL)
_NO_NAME = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class NameTold:
    """A name without its remark, the mark of [name_marks] it carries, and what to report.

    `name` is "" where there is no letter in it.
    """

    name: str
    mark: str = ""
    code: IssueCode | None = None


def read_name(name: str) -> NameTold:
    """Look for marks in a name. A remark in brackets is taken off if a name is left."""
    mark = _mark(name)
    if mark == COMPANY:
        return NameTold(name, mark, IssueCode.COMPANY_SUSPECT)
    if mark:
        return NameTold(_REMARK.sub("", name) or name, mark, IssueCode.NAME_MARKED)
    if _NO_NAME.fullmatch(name):
        return NameTold("", "", IssueCode.NAME_ODD)
    return NameTold(name, "", IssueCode.NAME_ODD if _ODD.fullmatch(name) else None)


def _mark(name: str) -> str:
    """The first mark of the table that is in the name."""
    found = _marks().search(name)
    return "" if found is None or found.lastgroup is None \
        else tuple(choices().name_marks)[int(found.lastgroup[1:])]


@cache
def _marks() -> re.Pattern[str]:
    """One pattern, a group per mark; Latin words must not be part of a longer one."""
    groups = [f"(?P<m{place}>{'|'.join(map(_word, words))})"
              for place, words in enumerate(choices().name_marks.values())]
    return re.compile("|".join(groups), re.IGNORECASE)


def _word(word: str) -> str:
    plain = re.escape(word)
    return f"(?<![A-Za-z]){plain}(?![A-Za-z])" if word.isascii() else plain
