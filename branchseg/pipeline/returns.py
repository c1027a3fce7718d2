"""The task list as officers filled it in: which rows are results, what is wrong with others.

A row is used as a whole or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from branchseg import intake
from branchseg.cleaning import parsers
from branchseg.errors import InputError
from branchseg.messages import text
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
    "result": ("结果", "跟进结果", "结果代码"),
    "note": ("备注", "客户反馈"),
    "next_date": ("下次联系日", "下次联系日期", "下次联系"),
    "needs": ("需求", "需求标签"),
    "fund_plan": ("资金计划",),
    "products": ("产品", "办理产品"),
    "amount": ("金额", "办理金额"),
}
_BRACKETS = re.compile(r"[(（\[].*")
_CODE = re.compile(r"([1-9])(?:\.0)?(?:\s*\D.*)?")
_TAIL = re.compile(r"[^\s*]*$")
"""What is shown of a customer id: all of it, or what stands behind stars and words."""
_FILLED = _NAMES.keys() - {"number", "customer_no"}
_BETWEEN = re.compile(r"[、，,；;/\s]+")
_WAN = 10_000.0


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One filled row. `outcome` and `task` are there if it can be used, else `fault` says why."""

    row: int
    number: str
    task: Task | None = None
    outcome: Outcome | None = None
    fault: str = ""


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
        try:
            task = _task(typed, tasks, taken)
            _check_customer(_words(cells.get("customer_no")), task)
            outcome = _outcome(cells, day, scale)
        except _UnusableError as unusable:
            rows.append(ReturnedRow(row, typed, fault=str(unusable)))
        else:
            rows.append(ReturnedRow(row, task.sheet_number or typed, task, outcome))
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


def _outcome(cells: Mapping[str, Cell], day: date, scale: float) -> Outcome:
    """What a row says. Raises _UnusableError for anything that cannot be read."""
    table = outcomes()
    plans = _chosen(cells.get("fund_plan"), table.fund_plans, "returns.funds_unknown", whole=True)
    return Outcome(
        _result(_words(cells["result"])), _words(cells.get("note")),
        _next_date(cells.get("next_date"), day),
        _chosen(cells.get("needs"), table.needs, "returns.need_unknown"), "".join(plans[:1]),
        _chosen(cells.get("products"), table.products, "returns.product_unknown"),
        _amount(cells.get("amount"), scale))


def _result(shown: str) -> int:
    """A code ("3", "3 已约") or the word alone."""
    if not shown:
        raise _UnusableError(text("returns.result_missing"))
    found = _CODE.fullmatch(shown)
    results = outcomes().results
    code = next((one.code for one in results if one.label == shown), None)
    if code is None and found and int(found[1]) in {one.code for one in results}:
        code = int(found[1])
    if code is None:
        choices = "、".join(f"{one.code} {one.label}" for one in results)
        raise _UnusableError(text("returns.result_unknown", shown=shown[:20], choices=choices))
    return code


def _next_date(cell: Cell, day: date) -> date | None:
    if cell is None or not _words(cell):
        return None
    if isinstance(cell, date):
        found: date | None = cell.date() if isinstance(cell, datetime) else cell
    elif isinstance(cell, (int, float)):
        found, _ = parsers.numeric_date(float(cell))
    else:
        found, _ = parsers.day(_words(cell))
    if found is None:
        raise _UnusableError(text("returns.date_unreadable", shown=_words(cell)[:20]))
    if found < day:
        raise _UnusableError(text("returns.date_past", day=found))
    return found


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
