"""From a grid of cells to a list: header, data date and unit from the title, data rows only."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import TYPE_CHECKING

from branchseg.intake.grid import Grid, as_text, is_blank
from branchseg.intake.header import Header, find_header, is_label, unique_names
from branchseg.intake.labels import unit_in_title, unit_of
from branchseg.intake.lookup import refused_reason
from branchseg.intake.rows import is_identity, junk_rows, shifted_rows, table_above
from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.raw import FOREIGN
from branchseg.progress import Reporter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branchseg.model.raw import Cell

_LABEL = "正在整理名单"
_FEW = 50
_DATE = re.compile(
    r"(?<!\d)(?P<y>20\d\d)(?:[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
    r"|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日|(?P<m3>\d\d)(?P<d3>\d\d)(?!\d))"
)
_TO = re.compile(r"\s*[至到~\uff5e\u2013\u2014-]+\s*")
_RANGE_END = re.compile(
    _TO.pattern + r"(?P<m>\d{1,2})[月/.-](?P<d>\d{1,2})(?!\d)")
"""The end of a range that leaves out the year of its start."""
_DATA_DATE = re.compile(r"数据|统计|截至|截止|报表日|基准|账务|业务日|时点")
_OTHER_DATE = re.compile(r"制表|打印|导出|生成|下载|填表|查询|开户|起始|开始")
_PHRASE = re.compile(r"[^\s:\uff1a,\uff0c;\uff1b\u3001()\uff08\uff09]+[:\uff1a]?")
_LABEL_OF = re.compile(r"[人员者][:\uff1a]?$|(?:单位|部门|机构|柜员)[:\uff1a]?$|[:\uff1a]$")
"""A phrase that is the name of what stands behind it."""
_NAMES_DATE = re.compile(r"(?:[:\uff1a]|截[至止]|日期?|期间|时[点间])\s*$")
"""Words after which nothing but their date can stand."""
_CLOCK = re.compile(r"\s*\d{1,2}[:\uff1a时点]\d{1,2}(?:[:\uff1a分]\d{1,2})?[分秒]?(?!\d)")


@dataclass(frozen=True, slots=True)
class Layout:
    """A list cut out of a sheet; the parts have the meaning they have in `RawTable`."""

    headers: tuple[str, ...]
    units: tuple[float, ...]
    columns: tuple[list[Cell], ...]
    rows: list[int]
    as_of: date | None
    header_row: int
    issues: IssueLog


def lay_out(grid: Grid, source: str, reporter: Reporter | None = None, *,
            delimited: bool = False) -> Layout | None:
    """Cut the list out of a grid; `source` labels its issues. None where no header is found.

    `delimited` tells that the cells come from delimited text, in which rows may be torn.
    The grid is used up: its columns become those of the list.

    Raises Cancelled: millions of rows take seconds.
    """
    reporter = reporter or Reporter()
    header = find_header(grid)
    if header is None:
        return None
    reporter.step(_LABEL, 0.0)
    log = IssueLog()
    above = table_above(grid, header)
    _log_rows(log, grid, range(above), IssueCode.TITLE_ROWS, source)
    _log_rows(log, grid, range(above, header.top), IssueCode.SECOND_TABLE, source)
    junk = junk_rows(grid, header)
    if delimited:
        junk |= dict.fromkeys(shifted_rows(grid, header, junk), IssueCode.ROW_SHIFTED)
    for code in (IssueCode.REPEATED_HEADER, IssueCode.TOTAL_ROW, IssueCode.FOOTNOTE_ROW,
                 IssueCode.SECOND_TABLE, IssueCode.ROW_SHIFTED):
        _log_rows(log, grid, (r for r, kind in junk.items() if kind is code), code, source)
    start = header.bottom + 1
    keep = [False] * start + [True] * (grid.height - start)
    for row in junk:
        keep[row] = False
    _fill_merged(log, grid, header, keep, source)
    rows = list(compress(range(grid.first_row, grid.first_row + grid.height), keep))
    _log_blank_rows(log, grid, junk, rows, source)
    _log_rows(log, grid, [row for row in grid.hidden if 0 <= row < grid.height and keep[row]],
              IssueCode.HIDDEN_ROW, source, Action.KEPT)
    titles = [cell for row in range(header.top) for _, cell in grid.filled(row)]
    bodies, gone = [], sorted(junk)
    for place, column in enumerate(grid.columns):
        reporter.step(_LABEL, 0.5 + 0.5 * place / len(grid.columns))
        bodies.append(_without(column, gone, start))
    used = [c for c, body in enumerate(bodies) if header.names[c] or not _all_blank(body)]
    names = _name_columns(log, header, grid, used, source)
    columns = [bodies[c] for c in used]
    for index, name in enumerate(names):
        if refused_reason(name) is not None:
            log.add(IssueCode.FIELD_REFUSED, Action.REFUSED, shown=name, source=source)
            columns[index] = [None] * len(rows)
    unit = next(filter(None, (unit_in_title(as_text(cell)) for cell in titles)), 0.0)
    units = tuple(_unit(name, unit) for name in names)
    return Layout(tuple(names), units, tuple(columns), rows, find_data_date(titles),
                  grid.first_row + header.bottom, log)


def _unit(name: str, stated: float) -> float:
    """The unit of a column: its own, else the one stated for the list; foreign money stays so."""
    return FOREIGN if stated == FOREIGN and "人民币" not in name else unit_of(name) or stated


def _without(column: list[Cell], gone: Sequence[int], start: int) -> list[Cell]:
    """The cells from `start` on but for the rows `gone`, in their order.

    In place where few go, as millions take long to copy; else run by run.
    """
    if len(gone) > _FEW:
        kept = column[start : gone[0]]
        for row, end in zip(gone, [*gone[1:], len(column)], strict=True):
            kept += column[row + 1 : end]
        return kept
    for row in reversed(gone):
        del column[row]
    del column[:start]
    return column


def _all_blank(cells: Sequence[Cell]) -> bool:
    return not any(cells) and all(map(is_blank, cells))


def _log_rows(log: IssueLog, grid: Grid, rows: Iterable[int], code: IssueCode,
              source: str, action: Action = Action.SKIPPED) -> None:
    """Record rows, by their sheet row; most of them were taken out."""
    places = [grid.first_row + r for r in sorted(rows) if any(True for _ in grid.filled(r))]
    log.add_many(code, action, places, "", [""] * len(places), source)


def _fill_merged(log: IssueLog, grid: Grid, header: Header, keep: Sequence[bool],
                 source: str) -> None:
    """Copy what cells merged over several data rows say down to all of them.

    Only keys and words are copied: an amount of three rows is not three amounts.
    """
    filled: dict[int, list[int]] = defaultdict(list)
    done: dict[int, int] = {}
    for top, left, bottom, _ in sorted(grid.merges):
        if not (header.bottom < top < bottom and 0 <= left < len(grid.columns)
                and top > done.get(left, -1)):  # areas of a sound sheet do not overlap
            continue
        done[left] = bottom
        column = grid.columns[left]
        if top < grid.height and keep[top] and (is_identity(header.names[left])
                                                or is_label(column[top])):
            for row in range(top + 1, min(bottom + 1, grid.height)):
                if keep[row] and is_blank(column[row]):
                    column[row] = column[top]
                    filled[left].append(row)
    for left, rows in filled.items():
        log.add_many(IssueCode.MERGED_CELL, Action.FIXED, [grid.first_row + r for r in rows], "",
                     [header.names[left]] * len(rows), source)


def _log_blank_rows(log: IssueLog, grid: Grid, junk: dict[int, IssueCode], rows: list[int],
                    source: str) -> None:
    """Record the blank rows between data rows; those after the last one mean nothing."""
    last = rows[-1] if rows else 0
    places = sorted(grid.first_row + r for r, kind in junk.items()
                    if kind is IssueCode.BLANK_ROW and grid.first_row + r < last)
    log.add_many(IssueCode.BLANK_ROW, Action.SKIPPED, places, "", [""] * len(places), source)


def _name_columns(log: IssueLog, header: Header, grid: Grid, used: list[int],
                  source: str) -> list[str]:
    """Unique names of the columns in use, with issues for blank and duplicate ones."""
    blank_names = [name for c, name in enumerate(header.names) if c in set(used)]
    names, blank, duplicate = unique_names(blank_names, [grid.first_column + c for c in used])
    row = grid.first_row + header.bottom
    for code, places in ((IssueCode.HEADER_BLANK, blank), (IssueCode.HEADER_DUPLICATE, duplicate)):
        for index in places:
            log.add(code, Action.FIXED, row=row, shown=names[index], source=source)
    return names


def find_data_date(titles: Sequence[Cell]) -> date | None:
    """The data date stated above the header ("数据日期：2026-10-31", a bare 20261031).

    A date said to be the data's wins over a bare one; dates of printing do not count. Of a
    range ("2025-11-01至2026-10-31") the last date counts: the data are as of its end.
    """
    bare: date | None = None
    label = ""
    for cell in titles:
        text = as_text(cell)
        dates: list[tuple[date, bool | None]] = (
            [(date(cell.year, cell.month, cell.day), None)] if isinstance(cell, date)
            else _dates_in(text))
        said, other = _last_date(dates, label)
        if said is not None:
            return said
        bare = bare or other
        label = "" if dates else text
    return bare


def _last_date(dates: Sequence[tuple[date, bool | None]],
               label: str) -> tuple[date | None, date | None]:
    """The last date said to be the data's and the last bare one of a cell.

    A date without words of its own belongs to those of the date before it, the first one to
    the `label` in the cells before.
    """
    said = bare = None
    of_data = _told(label)
    for found, own in dates:
        of_data = of_data if own is None else own
        if of_data:
            said = found
        elif of_data is None:
            bare = found
    return said, bare


def _dates_in(text: str) -> list[tuple[date, bool | None]]:
    """The full dates in a text, each with whether its words call it the data's (see `_told`).

    Of a range only the end is given.
    The words before a date are its own. Those behind it count where none before it tell, or
    where they are joined to it ("客户数据2026-11-02导出"); never the name of something that
    follows ("制表：林晓").
    """
    matches = list(_DATE.finditer(text))
    dates: list[tuple[date, bool | None]] = []
    start = 0
    for match in matches:
        before, start = text[start : match.start()], match.end()
        month, day = (next(match[part] for part in parts if match[part])
                      for parts in (("m1", "m2", "m3"), ("d1", "d2", "d3")))
        ends = _RANGE_END.match(text, start)
        found = (_day(match["y"], ends["m"], ends["d"]) if ends else None) or _day(
            match["y"], month, day)
        of_data, start = _told_around(before, text, ends.end() if ends else start)
        if of_data is None and len(matches) == 1:
            of_data = _told_behind(_CLOCK.sub("", text[start:], count=1))
        if found is not None:
            begun = dates.pop()[1] if dates and _TO.fullmatch(before) else None
            dates.append((found, begun if of_data is None else of_data))
    return dates


def _told_around(before: str, text: str, end: int) -> tuple[bool | None, int]:
    """What the words before a date and those joined to its `end` tell, and where these end."""
    of_data = _told(before)
    joined = _PHRASE.match(text, end)
    if joined is None or (of_data is not None and _NAMES_DATE.search(before)):
        return of_data, end
    behind = _told_behind(joined[0])
    return (of_data, end) if behind is None else (behind, joined.end())


def _told(words: str) -> bool | None:
    """Whether words call their date the data's (True) or another (False); the last ones count."""
    for phrase in reversed(_PHRASE.findall(words)):
        if _OTHER_DATE.search(phrase):
            return False
        if _DATA_DATE.search(phrase):
            return True
    return None


def _told_behind(words: str) -> bool | None:
    """The same of words behind a date, less those that name what follows them."""
    return _told(" ".join(phrase for phrase in _PHRASE.findall(words)
                          if not _LABEL_OF.search(phrase)))


def _day(year: str, month: str, day: str) -> date | None:
    """A date; None for one that never was."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
