"""Telling data rows from the rest: repeated headers, totals, footers, blank rows.

The work is per column in C; only the few suspicious rows are looked at one by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from branchseg.intake.grid import Grid, as_text, is_blank
from branchseg.intake.labels import normalise
from branchseg.intake.lookup import is_known, known_names
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.issues import IssueCode

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from branchseg.intake.header import Header
    from branchseg.model.raw import Cell

_IDENTITY = frozenset({"customer_id", "account_no", "name", "id_number", "mobile"})
_TOTAL = re.compile(
    r".{0,12}?(?:合计|小计|总计|共计|累计|汇总|平均值?|均值)(?:数|额)?:?[\d.,]*[户人笔条行项]?"
    r"|(?:grand|sub)?total:?"
)
_FOOTNOTE = re.compile(
    r"(?:制表|填表|审核|复核|经办|主管|负责人|打印|导出|制单|报表日期|统计日期|数据来源|数据日期|查询条件)\S{0,4}:.*"
    r"|(?:以下空白|以下无正文|以下无数据)\W*|(?:备注|说明|注|附注|提示|口径):.*|注\d?[:、].*"
    r"|第\d+页.*|共\d+(?:页|条|户|笔|行).*|(?:制表人|审核人|复核人?|经办人|负责人|制表日期|打印日期)"
)
_HINT = re.compile(r"[计均注:：第共制审复经填打]|空白|汇总|total", re.IGNORECASE)
_COUNT = re.compile(r"共?\d[\d,]*[户人笔条行项位名个]")
_BARE_COUNT = re.compile(r"\d{1,6}")
"""How many customers a total is of, where a list has a number or a name."""
_COUNTERS = frozenset("户人笔条行项位名个")
_COUNTED = re.compile(f"[{''.join(sorted(_COUNTERS))}]\0")
_SAME_SHARE = 0.7
_DATE_LIKE = re.compile(r"(?:19|20)\d\d(?:[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{4})(?:[ T].*)?")
_NUMBER_LIKE = re.compile(r"[-+]?[\d,]+(?:\.\d*)?")
_TORN = re.compile(r"[-+]?[1-9]\d{0,2}(?:\t\d{3})*\t(?:0\d\d|\d{3}\.\d+)(?:\t|$)")
"""The cells of 1,234.00 or 12,000. Those of 12,345 may as well be two numbers."""
_COMMON = 0.1
"""What so many rows have beyond the last name is no slip of the pen."""
_HEADER_NAMES = 3
"""So many column names in a row, at least, make it a header."""
_TAIL = 30
_PART = 4096
"""So many cells are looked at in one go; more would not stay in the processor's cache."""
_FEW_COLUMNS = 4


def junk_rows(grid: Grid, header: Header) -> dict[int, IssueCode]:
    """Grid rows below the header that hold no customer, each with its kind."""
    start = header.bottom + 1
    identity = [column for column, name in enumerate(header.names) if is_identity(name)]
    digits = {column for column in {*identity, *range(_FEW_COLUMNS)}
              if column < len(grid.columns) and _only_digits(grid.columns[column], start)}
    junk = dict.fromkeys(_repeats(grid, header, digits), IssueCode.REPEATED_HEADER)
    other = _second_table(grid, header, [c for c in identity if c not in digits], junk)
    junk |= dict.fromkeys(range(other, grid.height), IssueCode.SECOND_TABLE)
    in_tail = True
    for index in reversed(_candidates(grid, start, identity, digits)):
        if index in junk:
            continue
        code = _kind(grid.row(index), identity, in_tail=in_tail)
        if code is None:
            in_tail = False
        else:
            junk[index] = code
    return junk


def table_above(grid: Grid, header: Header) -> int:
    """The row of another header above the list, with rows of its own; the header's if none."""
    for row in range(header.top - 1):
        names = [cell for _, cell in grid.filled(row) if isinstance(cell, str)]
        if sum(map(is_known, names)) >= _HEADER_NAMES and any(map(is_identity, names)):
            return row
    return header.top


def shifted_rows(grid: Grid, header: Header, junk: Container[int]) -> set[int]:
    """Rows that go on beyond the columns of the list, as somebody wrote 1,234.00 without quotes.

    They are torn if every one of them shows a torn amount. Else a column that a tenth of the rows
    fill belongs to the list and lacks its name only, and the few rows that go on beyond the last
    column are torn if they end like the others end there: remarks without a name end in words,
    not in a number or a date. `junk` are the rows that hold no customer.
    """
    columns, start = grid.columns, header.bottom + 1
    named = max(column for column, name in enumerate(header.names) if name)
    cells = {place: found for place in range(named + 1, len(columns))
             if (found := _filled(columns[place], start, junk))}
    if not cells:
        return set()
    amounts = [place for place, name in enumerate(header.names) if _is_amount(name)]
    beyond = set().union(*cells.values())
    if all(_is_torn(grid.row(row), amounts) for row in beyond):
        return beyond
    enough = _COMMON * sum(row not in junk for row in range(start, grid.height))
    last = max((place for place, found in cells.items() if len(found) >= enough), default=named)
    ends = {row: cell for place, found in cells.items() if place > last
            for row, cell in found.items()}
    shapes = Counter(_shape(columns[last][row]) for row in range(start, grid.height)
                     if row not in ends)
    usual = max(shapes, key=lambda shape: shapes[shape], default="")
    return {row for row, cell in ends.items() if usual and _shape(cell) == usual}


def _filled(column: Sequence[Cell], start: int, junk: Container[int]) -> dict[int, Cell]:
    """The cells of a column that are not blank, by row."""
    return {row: cell for row, cell in enumerate(column[start:], start)
            if not is_blank(cell) and row not in junk}


def _is_torn(cells: Sequence[Cell], amounts: Sequence[int]) -> bool:
    """Whether a row has the thousands of an amount in cells of their own."""
    texts = list(map(as_text, cells))
    return any(_TORN.match("\t".join(texts[place:])) for place in amounts)


def _shape(cell: Cell) -> str:
    """"date" or "number" for a text that looks like one, "" for any other."""
    text = as_text(cell)
    return ("date" if _DATE_LIKE.fullmatch(text) else
            "number" if _NUMBER_LIKE.fullmatch(text) else "")


def is_identity(name: str) -> bool:
    """Whether a column says who the customer is."""
    return _field(name) in _IDENTITY


def _is_amount(name: str) -> bool:
    field = _field(name)
    return field in FIELDS and FIELDS[field].kind is Kind.AMOUNT


def _field(name: str) -> str:
    """The field a column name, or the last part of one, stands for; "" for none."""
    for part in (name, name.rpartition("_")[2]):
        entry = known_names().get(normalise(part))
        if entry is not None:
            return entry.field
    return ""


def _candidates(grid: Grid, start: int, identity: list[int],
                digits: Container[int]) -> list[int]:
    """Rows that say of nobody whom they are about (at most one identity cell), and the tail.

    With fewer than two identity columns: rows with a blank cell or a keyword in the first ones.
    Columns that hold `digits` only have neither.
    """
    found = set(range(max(start, grid.height - _TAIL), grid.height))
    if len(identity) >= 2:
        columns = [grid.columns[c] for c in identity]
        for column in (grid.columns[c] for c in identity[:2] if c not in digits):
            found.update(row for row in _blank_rows(column, start)
                         if sum(not is_blank(other[row]) for other in columns) < 2)
            found.update(_counting_rows(column, start))
        return sorted(found)
    filled = [c for c, column in enumerate(grid.columns) if any(column[start:])]
    for column in (grid.columns[c] for c in filled[:_FEW_COLUMNS]):
        found.update(_blank_rows(column, start))
        found.update(row for row in range(start, grid.height)
                     if isinstance(cell := column[row], str) and _HINT.search(cell))
    return sorted(found)


def _blank_rows(column: Sequence[Cell], start: int) -> list[int]:
    """The rows from `start` on where a column is blank."""
    cells = column[start:]
    if set(map(type, cells)) == {str} and not any(map(str.isspace, cells)):  # type: ignore[arg-type]
        return []
    return [row for row, cell in enumerate(cells, start)
            if cell is None or (type(cell) is str and cell.isspace())]


def _counting_rows(column: Sequence[Cell], start: int) -> list[int]:
    """The rows from `start` on that end like 共 12 户."""
    found: list[int] = []
    for first in range(start, len(column), _PART):
        texts = [cell if type(cell) is str else "" for cell in column[first : first + _PART]]
        if _COUNTED.search("\0".join(texts) + "\0"):
            found += [row for row, text in enumerate(texts, first) if text[-1:] in _COUNTERS]
    return found


def _only_digits(column: Sequence[Cell], start: int) -> bool:
    """Whether digits fill every cell from `start` on: no word is worth looking for there."""
    parts = (column[first : first + _PART] for first in range(start, len(column), _PART))
    try:
        return all("".join(part).encode("ascii").isdigit() for part in parts)  # type: ignore[arg-type]
    except (TypeError, UnicodeEncodeError):  # not all are texts, or some are words
        return False


def _kind(cells: Sequence[Cell], identity: Sequence[int], *, in_tail: bool) -> IssueCode | None:
    """What a suspicious row is; None for data."""
    filled = [(c, cell) for c, cell in enumerate(cells) if not is_blank(cell)]
    if not filled:
        return IssueCode.BLANK_ROW
    marks = {c: code for c, cell in filled
             if isinstance(cell, str) and (code := _keyword(cell)) is not None}
    who = [c for c, cell in filled
           if c in identity and c not in marks and not _is_count(as_text(cell), marks, identity)]
    if marks and not who and (identity or filled[0][0] in marks):
        return next(iter(marks.values()))
    if in_tail and len(filled) == 1 and isinstance(filled[0][1], str):
        text = as_text(filled[0][1])
        if len(text) > 5 and not text.isascii():
            return IssueCode.FOOTNOTE_ROW
    return None


def _is_count(text: str, marks: Mapping[int, IssueCode], identity: Sequence[int]) -> bool:
    """Whether a cell says how many customers a total is of, and not who somebody is.

    A bare number may be somebody's, too, where the word for a total could be a name.
    """
    text = unicodedata.normalize("NFKC", "".join(text.split()))
    return bool(_COUNT.fullmatch(text)
                or (_BARE_COUNT.fullmatch(text) and not set(marks) & set(identity)))


def _keyword(cell: str) -> IssueCode | None:
    """Whether a text marks a total or a footer."""
    text = unicodedata.normalize("NFKC", cell).casefold()
    text = "".join(text.split())
    if len(text) <= 30 and _TOTAL.fullmatch(text):
        return IssueCode.TOTAL_ROW
    return IssueCode.FOOTNOTE_ROW if _FOOTNOTE.fullmatch(text) else None


def _repeats(grid: Grid, header: Header, digits: Container[int]) -> list[int]:
    """Rows that repeat a title or header row, as reports do at the top of every page.

    Columns that hold `digits` only cannot tell.
    """
    found: set[int] = set()
    for line in range(header.bottom + 1):
        cells = dict(grid.filled(line))
        anchors = [c for c, cell in cells.items() if isinstance(cell, str)][:_FEW_COLUMNS]
        candidates: set[int] = set()
        for column in (c for c in anchors if c not in digits):
            candidates.update(_places(grid.columns[column], cells[column], header.bottom + 1))
        for row in candidates - found:
            same = sum(1 for c, cell in cells.items() if grid.columns[c][row] == cell)
            filled = sum(1 for _ in grid.filled(row))
            if same >= _SAME_SHARE * max(len(cells), filled):
                found.add(row)
    return sorted(found)


def _second_table(grid: Grid, header: Header, identity: Sequence[int],
                  junk: dict[int, IssueCode]) -> int:
    """Where another table begins below the list, its title included; the height if none does.

    A name of a column stands in one of the `identity` columns there. The rows fit the columns of
    the list by chance only: balances would add up to nonsense. A header with the same meaning
    column by column is one repeated in other words.
    """
    start = header.bottom + 1
    meant, names = [_field(name) for name in header.names], known_names()
    places = sorted({row for column in (grid.columns[c] for c in identity)
                     for name in names.keys() & islice(column, start, None)
                     for row in _places(column, name, start)})
    for row in places:
        cells = dict(grid.filled(row))
        fields = {c: _field(cell) if isinstance(cell, str) else None
                  for c, cell in cells.items()}
        named = {c: key for c, key in fields.items() if key}
        if row in junk or len(named) < _HEADER_NAMES or len(named) * 2 <= len(cells):
            continue
        if sum(meant[c] == key for c, key in named.items()) >= _SAME_SHARE * len(named):
            junk[row] = IssueCode.REPEATED_HEADER
            continue
        while row > start and _is_title(grid, row - 1):
            row -= 1  # noqa: PLW2901 - up to the first line of its title
        return row
    return grid.height


def _is_title(grid: Grid, row: int) -> bool:
    cells = [cell for _, cell in grid.filled(row)]
    return len(cells) == 1 and isinstance(cells[0], str)


def _places(column: list[Cell], value: Cell, start: int) -> list[int]:
    """Where a value stands in a column, from row `start` on."""
    found: list[int] = []
    at = start
    try:
        while True:
            at = column.index(value, at) + 1
            found.append(at - 1)
    except ValueError:
        return found
