"""The task list as officers filled it in: which rows are results, what is wrong with others.

A row is used as a whole or not at all; only a day nobody can read costs no result, and nothing
costs a refusal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from branchseg import intake
from branchseg.cleaning import parsers
from branchseg.errors import InputError
from branchseg.messages import text
from branchseg.model.masking import mask
from branchseg.model.outcomes import outcomes
from branchseg.progress import Reporter
from branchseg.sheets import is_unregistered, parse_payload
from branchseg.store.records import Outcome, Task

if TYPE_CHECKING:
    from branchseg.model.outcomes import Choice
    from branchseg.model.raw import Cell, RawTable

_NAMES = {
    "number": ("单号", "任务单号", "编号"),
    "customer_no": ("客户号", "客户编号"),
    "who": ("客户", "客户姓名", "姓名"),
    "result": ("结果", "跟进结果", "结果代码"),
    "note": ("备注", "客户反馈"),
    "next_date": ("下次联系日", "下次联系日期", "下次联系"),
    "needs": ("需求", "需求标签"),
    "fund_plan": ("资金计划",),
    "products": ("产品", "办理产品"),
    "amount": ("金额", "办理金额"),
}
_BRACKETS = re.compile(r"[(（\[].*")
_CODE = re.compile(r"([1-9])(?:\.0)?(?!\d)[\s.、．:：)）-]*(.*)", re.DOTALL)
"""A code, and what is written behind it."""
_SEPARATORS = "，,。；;：:、 （(）)\n"
_CLAUSES = re.compile(f"[{re.escape(_SEPARATORS)}]+")
_REFUSED = "拒绝"
_DAY_ONLY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})[日号]?")
"""A day without its year: 12月5日, 12-5, 12.5."""
_AHEAD = timedelta(days=183)
"""A day without its year is of the next months; else it was meant to be one that is past."""
_TAIL = re.compile(r"[^\s*]*$")
"""What is shown of a customer id: all of it, or what stands behind stars and words."""
_FILLED = _NAMES.keys() - {"number", "customer_no", "who"}
_BETWEEN = re.compile(r"[、，,；;/\s]+")
_WAN = 10_000.0


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One filled row. `outcome` is there if it can be used, else `fault` says why.

    `task` is the one it is about, if that is known, `who` the masked name in the row, `left` what
    of the row is not taken although its result is.
    """

    row: int
    number: str
    task: Task | None = None
    outcome: Outcome | None = None
    fault: str = ""
    who: str = ""
    left: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """The filled rows of a list; `blank` counts those nobody has written anything in yet."""

    file_name: str
    rows: tuple[ReturnedRow, ...]
    blank: int

    @property
    def usable(self) -> dict[int, Outcome]:
        """Task id -> what came of it."""
        return {one.task.id: one.outcome for one in self.rows
                if one.task is not None and one.outcome is not None}

    @property
    def faulty(self) -> list[ReturnedRow]:
        """The rows that cannot be used."""
        return [one for one in self.rows if one.fault]


class _UnusableError(Exception):
    """Why a row cannot be used: a sentence."""


def read_returns(path: Path, tasks: Iterable[Task], day: date, *,
                 reporter: Reporter | None = None) -> Returned:
    """Read a filled task list; nothing is kept.

    `tasks` are all there are, `day` is today. Raises InputError `returns.no_columns` for a file
    without numbers and results, and what `intake.read` raises.
    """
    for table in intake.read(path, reporter=reporter or Reporter()):
        places = _places(table)
        if {"number", "result"} <= places.keys():
            return _read(table, places, {task.sheet_number: task for task in tasks}, day)
    raise InputError("returns.no_columns")


def _places(table: RawTable) -> dict[str, int]:
    """Which column holds what, told by the header without what it adds in brackets."""
    headers = [_BRACKETS.sub("", unicodedata.normalize("NFKC", one)).strip()
               for one in table.headers]
    found = ((key, next((place for place, one in enumerate(headers) if one in names), -1))
             for key, names in _NAMES.items())
    return {key: place for key, place in found if place >= 0}


def _read(table: RawTable, places: Mapping[str, int], tasks: Mapping[str | None, Task],
          day: date) -> Returned:
    """Row after row; of two rows with the same number the first one counts."""
    rows: list[ReturnedRow] = []
    taken: set[str] = set()
    blank = 0
    scale = table.units[places["amount"]] or _WAN if "amount" in places else _WAN
    for place, row in enumerate(table.rows):
        cells = {key: table.columns[column][place] for key, column in places.items()}
        typed = _words(cells["number"])
        if not any(_words(cells[key]) for key in _FILLED & cells.keys()):
            blank += 1
            continue
        task, who = None, mask("name", _words(cells.get("who")))
        try:
            task = _task(typed, tasks, taken)
            _check_customer(_words(cells.get("customer_no")), task)
            outcome, left = _outcome(cells, day, scale)
        except _UnusableError as unusable:
            rows.append(ReturnedRow(row, typed, task, fault=str(unusable), who=who))
        else:
            rows.append(ReturnedRow(row, task.sheet_number or typed, task, outcome, "", who, left))
    return Returned(table.source.file_name, tuple(rows), blank)


def _task(typed: str, tasks: Mapping[str | None, Task], taken: set[str]) -> Task:
    """The task a row is about. Raises _UnusableError."""
    if not typed:
        raise _UnusableError(text("returns.number_missing"))
    if is_unregistered(typed):
        raise _UnusableError(text("returns.number_unregistered", number=typed[:20]))
    number = parse_payload(typed)
    task = tasks.get(number) if number else None
    if number is None or task is None:
        raise _UnusableError(text("returns.number_unknown", number=typed[:20]))
    if number in taken:
        raise _UnusableError(text("returns.number_twice", number=number))
    taken.add(number)
    if task.result is not None:
        raise _UnusableError(text("returns.done", result=outcomes().result(task.result).label))
    return task


def _check_customer(shown: str, task: Task) -> None:
    """The row must be about the task's customer, as far as it says. Raises _UnusableError."""
    tail = _TAIL.search(shown)
    if tail and not task.customer_id.casefold().endswith(tail[0].casefold()):
        raise _UnusableError(text("returns.customer_differs", number=task.sheet_number))


def _outcome(cells: Mapping[str, Cell], day: date, scale: float) -> tuple[Outcome, str]:
    """What a row says, and what of it is not taken.

    A day nobody can read loses no result. Who refuses is left alone, whatever else the row says.
    Raises _UnusableError for anything else that cannot be read.
    """
    code, more = _result(_words(cells["result"]))
    said = Outcome(code, "；".join(filter(None, (more, _words(cells.get("note"))))))
    left = ""
    try:
        said = replace(said, next_date=_next_date(cells.get("next_date"), day))
    except _UnusableError as unreadable:
        left = str(unreadable)
    try:
        return _with_needs(said, cells, scale), left
    except _UnusableError as unusable:
        if not outcomes().result(code).refuses:
            raise
        return said, text("returns.not_taken", fault=unusable)


def _with_needs(said: Outcome, cells: Mapping[str, Cell], scale: float) -> Outcome:
    """The outcome with needs, plans, products and amount. Raises _UnusableError."""
    table = outcomes()
    plans = _chosen(cells.get("fund_plan"), table.fund_plans, "returns.funds_unknown", whole=True)
    return replace(
        said, needs=_chosen(cells.get("needs"), table.needs, "returns.need_unknown"),
        fund_plan="".join(plans[:1]),
        products=_chosen(cells.get("products"), table.products, "returns.product_unknown"),
        amount=_amount(cells.get("amount"), scale))


def _result(shown: str) -> tuple[int, str]:
    """A code ("3", "3 已约"), the word alone, or what staff write for it; and what follows it.

    Of a code and a word that say two things a refusal counts. Raises _UnusableError.
    """
    if not shown:
        raise _UnusableError(text("returns.result_missing"))
    results = outcomes().results
    found = _CODE.fullmatch(shown)
    codes = {one.code for one in results}
    code = int(found[1]) if found and int(found[1]) in codes else None
    words = found[2] if found and code is not None else shown
    told, more = _told(words)
    if told is not None and code not in {None, told}:
        code = next((one.code for one in results
                     if one.refuses and one.code in {code, told}), None)
    elif code is None:
        code = told
    if code is None:
        choices = "、".join(f"{one.code} {one.label}" for one in results)
        raise _UnusableError(text("returns.result_unknown", shown=shown[:20], choices=choices))
    return code, more


def _told(words: str) -> tuple[int | None, str]:
    """The result that words begin with, the longest first, and the rest of them.

    None if none does. A refusal counts wherever a clause begins with it; "拒绝" alone must be all
    of its clause: who declines a product does not refuse to be called.
    """
    clauses = list(filter(None, _CLAUSES.split(words)))
    known = {word: one for one in outcomes().results for word in (one.label, *one.words)}
    ranked = sorted(known, key=lambda word: (not known[word].refuses, -len(word)))
    for word in ranked:
        result = known[word]
        for place, clause in enumerate(clauses if result.refuses else clauses[:1]):
            if clause == word or (clause.startswith(word) and word != _REFUSED):
                rest = words if place else words.lstrip(_SEPARATORS)[len(word):]
                return result.code, rest.strip(_SEPARATORS)
    return None, words.strip(_SEPARATORS)


def _next_date(cell: Cell, day: date) -> date | None:
    """The day of the next contact. Raises _UnusableError."""
    shown = _words(cell)
    if cell is None or not shown:
        return None
    short = _DAY_ONLY.fullmatch(shown)
    if isinstance(cell, date):
        found: date | None = cell.date() if isinstance(cell, datetime) else cell
    elif short:
        found = _coming(int(short[1]), int(short[2]), day)
    elif isinstance(cell, (int, float)):
        found, _ = parsers.numeric_date(float(cell))
    else:
        found, _ = parsers.day(shown)
    if found is None:
        raise _UnusableError(text("returns.date_unreadable", shown=shown[:20]))
    if found < day:
        raise _UnusableError(text("returns.date_past", day=found))
    return found


def _coming(month: int, of_month: int, day: date) -> date | None:
    """The day of a year that comes next, if that is soon, else the one of this year."""
    try:
        this = date(day.year, month, of_month)
        following = date(day.year + 1, month, of_month)
    except ValueError:
        return None
    return following if this < day and following - day <= _AHEAD else this


def _amount(cell: Cell, scale: float) -> float | None:
    if cell is None or not _words(cell):
        return None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        found: float | None = round(cell * scale, 2)
    else:
        found, _ = parsers.amount(_words(cell), scale)
    if found is None or found < 0:
        raise _UnusableError(text("returns.amount_unreadable", shown=_words(cell)[:20]))
    return found


def _chosen(cell: Cell, choices: Sequence[Choice], fault: str, *,
            whole: bool = False) -> tuple[str, ...]:
    """The ids of the words in a cell; `whole` for words that hold blanks themselves."""
    shown = _words(cell)
    words = [shown.replace(" ", "")] if whole else _BETWEEN.split(shown)
    ids = {(one.label.replace(" ", "") if whole else one.label): one.id for one in choices}
    for word in filter(None, words):
        if word not in ids:
            raise _UnusableError(text(fault, shown=word[:20],
                                 choices="、".join(one.label for one in choices)))
    return tuple(dict.fromkeys(ids[word] for word in words if word))


def _words(cell: Cell) -> str:
    """A cell as text; a whole number without ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", str(cell)).strip()
