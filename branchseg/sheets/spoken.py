"""What is said to a customer: the talking points with all that is known filled in.

Screen and paper both come through here, so nobody ever reads a placeholder aloud.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.sheets.privacy import age_of, text_of
from branchseg.sheets.salutation import salutation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from branchseg.model.results import Advice

_BLANK = re.compile("【[^】]*】")
_ADULT_AGE = 18


def spoken(advice: Advice, customer: Mapping[str, object], branch_name: str, speaker: str,
           redact: Callable[[str], str] = str) -> Advice:
    """The advice with its 【】 filled; what is not known becomes a line to write on.

    `customer` has the customer's values by field key, `speaker` is who reads it aloud (""
    if that is open). `redact` takes out what the medium may not show, before names go in.
    """
    line = text("sheets.line")
    blanks = {
        "【行名】": branch_name or line, "【姓名】": speaker or line,
        "【称谓】": "" if is_minor(customer) else salutation(
            text_of(customer, "name"), text_of(customer, "gender")),
        "【日期】": text("sheets.talk.blank_day"), "【时间】": text("sheets.talk.blank_time")}

    def fill(sentence: str) -> str:
        return _BLANK.sub(lambda blank: blanks.get(blank[0], line), redact(sentence))

    return replace(
        advice, opening=fill(advice.opening), questions=tuple(map(fill, advice.questions)),
        points=tuple(map(fill, advice.points)), closing=fill(advice.closing))


def speaker_of(advice: Advice, customer: Mapping[str, object], operator: str,
               officer: str = "") -> str:
    """Who carries the advice out, "" if nobody is named: it may be anybody but the operator.

    That is the `officer` chosen for the task; else the customer's own manager where the advice
    is a manager's; else the `operator`, who stands in the lobby.
    """
    if officer:
        return officer
    return text_of(customer, "manager") if advice.managed else operator


def is_minor(customer: Mapping[str, object]) -> bool:
    """Whether the customer is known to be under age."""
    age = age_of(customer)
    return age is not None and age < _ADULT_AGE
