"""What a name says beside who it is: "（注销）张三", "某某商贸有限公司", "测试1", "张三先生"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import filterfalse
from typing import TYPE_CHECKING

from branchseg.cleaning.choices import choices
from branchseg.model.issues import IssueCode
from branchseg.model.masking import is_salutation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_COMPANY = "单位客户"
_COMPANY_LENGTH = 5
"""People's names are shorter, so the ending of a name says that it is a company's."""
_REMARK = re.compile(r"\s*[（(【\[〔].*?[）)】\]〕]\s*")
_CUT = re.compile(r"[（）()【】\[\]〔〕\s,，:：_/—-]+")
_ODD = re.compile(r".|.*[\d()（）【】\[\]<>?？#@&=+_/\\].*", re.DOTALL)
_PLAIN = re.compile(r"[\u4e00-\u9fff]{2,}")
"""A name that tells nothing unless one of the words stands in it."""
_WHOLE = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]+·[\u3400-\u9fff·]*[\u3400-\u9fff]")
"""A name that is whole without a title behind it."""
_NO_NAME = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class NameTold:
    """A name without its remark or title, the mark of [name_marks] it carries, and what to report.

    `name` is "" where there is no letter in it. A name that is only suspect carries no mark.
    """

    name: str
    mark: str = ""
    code: IssueCode | None = None


def told_by_names(names: Collection[str]) -> dict[str, NameTold]:
    """What those of the different `names` tell that tell anything; most are plain names."""
    joined = "\n".join(names)
    characters = set(joined)
    telling = (*_words(), *choices().name_titles)
    present = [word for word in telling if characters.issuperset(word) and word in joined]
    worth_reading = set(filterfalse(_PLAIN.fullmatch, names))
    if present:
        worth_reading.update(filter(re.compile(_any_of(present)).search, names))
    return {name: told for name in worth_reading if (told := read_name(name)).code}


def read_name(name: str) -> NameTold:
    """Look for marks in a name. A remark in brackets is taken off if a name is left."""
    if _suspect().search(name):
        if mark := _mark(name):
            plain = name if mark == _COMPANY else _REMARK.sub("", name) or name
            return NameTold(_without_title(plain), mark, IssueCode.NAME_MARKED)
        return NameTold(name, "", IssueCode.COMPANY_SUSPECT)
    if _NO_NAME.fullmatch(name):
        return NameTold("", "", IssueCode.NAME_ODD)
    if name.endswith(choices().name_titles):
        if is_salutation(name):
            return NameTold(name, "", IssueCode.NAME_SURNAME)
        plain = _without_title(name)
        if plain != name:
            return NameTold(plain, "", IssueCode.NAME_TITLED)
    return NameTold(name, "", IssueCode.NAME_ODD if _ODD.fullmatch(name) else None)


def _without_title(name: str) -> str:
    """A name without how somebody is addressed, if a whole name is left; not of a surname."""
    title = next(filter(name.endswith, choices().name_titles), "")
    plain = name.removesuffix(title).rstrip()
    return plain if title and _WHOLE.fullmatch(plain) and not is_salutation(name) else name


def _mark(name: str) -> str:
    """The mark that the name carries without doubt; "" if none."""
    for part in _CUT.split(name):
        found = _marks().fullmatch(part)
        if found is not None and found.lastgroup is not None:
            return tuple(choices().name_marks)[int(found.lastgroup[1:])]
    return _COMPANY if _is_company(name) else ""


def _is_company(name: str) -> bool:
    """Whether a name without its remarks can only be an organisation's."""
    words, plain = choices().company_names, _REMARK.sub("", name)
    if any(word in plain for word in words["persons"]):
        return False
    return (any(word in plain for word in words["anywhere"])
            or (len(plain) >= _COMPANY_LENGTH and "·" not in plain
                and plain.endswith(words["endings"])))


@cache
def _marks() -> re.Pattern[str]:
    """A part of a name that is a mark and nothing else, a group per mark: "已销户", "测试01"."""
    groups = [f"(?P<m{place}>{_any_of(words)})"
              for place, words in enumerate(choices().name_marks.values())]
    return re.compile(rf"[\d年月日.]*已?(?:{'|'.join(groups)})[客账]?户?[\d年月日.]*",
                      re.IGNORECASE)


@cache
def _suspect() -> re.Pattern[str]:
    """Any of the words, wherever it stands; Latin words must not be part of a longer one."""
    return re.compile("|".join(
        f"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])" if word.isascii() else re.escape(word)
        for word in _words()), re.IGNORECASE)


@cache
def _words() -> tuple[str, ...]:
    """Everything that may tell in a name."""
    table = choices()
    marks = [word for group in table.name_marks.values() for word in group]
    return (*marks, *table.company_names["anywhere"], *table.company_names["endings"])


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))
