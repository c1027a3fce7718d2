"""Finding the header of a list: which rows, and one unique name per column.

Every one of the first rows is scored by how much it looks like a header: share of labels (short
texts that are no numbers, dates or "key: value" notes), uniqueness, and names we know.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg.intake.grid import Grid, as_text, is_blank
from branchseg.intake.labels import normalise, unit_alone, unit_of
from branchseg.intake.lookup import is_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.raw import Cell

_SEARCHED_ROWS = 30
_MAX_LABEL = 40
_VALUE = re.compile(r"[\d\s.,:/+\-%￥¥$()（）*＊Xx年月日时分秒]+")
_NOTE = re.compile(r"[:：]\s*\S|[:：]$")
_MIN_SCORE = 0.6


@dataclass(frozen=True, slots=True)
class Header:
    """Grid rows `top`..`bottom` hold the header; `names` is one text per column, "" if none."""

    top: int
    bottom: int
    names: list[str]


def find_header(grid: Grid) -> Header | None:
    """The header within the first 30 rows; None where nothing looks like one."""
    count = min(_SEARCHED_ROWS, grid.height)
    rows = [[cell for _, cell in grid.filled(index)] for index in range(count)]
    width = max(map(len, rows), default=0)
    best, best_score = -1, _MIN_SCORE
    for index, cells in enumerate(rows):
        score = _score(cells, width)
        if score > best_score:
            best, best_score = index, score
    if best < 0 or not _believable(rows, best):
        return None
    top = bottom = best
    if _is_second_row(grid, bottom):
        bottom += 1
    while top > 0 and bottom - top < 2 and _is_group_row(grid, top):
        top -= 1
    names = _names(grid, top, bottom)
    units = _unit_row(grid, bottom + 1)
    if units:
        bottom += 1
        names = [f"{name}（{unit}）" if name and unit else name
                 for name, unit in zip(names, units, strict=True)]
    return Header(top, bottom, names)


def _unit_row(grid: Grid, index: int) -> list[str]:
    """What a row under the names says of their units, "" if nothing; [] if it is no such row."""
    if index >= grid.height - 1:
        return []
    units = [unit_alone(as_text(cell)) for cell in grid.row(index)]
    if None in units or not any(unit and unit_of(f"（{unit}）") for unit in units):
        return []
    return [unit or "" for unit in units]


def is_label(cell: Cell) -> bool:
    """Whether a cell could be a column name: a short text that is no value and no note."""
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    if not text or len(text) > _MAX_LABEL or _VALUE.fullmatch(text):
        return False
    return sum(map(str.isdigit, text)) * 2 <= len(text)


def _score(cells: Sequence[Cell], width: int) -> float:
    """0 for no header at all; about 1 for labels only; up to 3 where all names are known."""
    if len(cells) < 2:
        return 0.0
    labels = [as_text(cell) for cell in cells if is_label(cell)]
    if not labels:
        return 0.0
    bare = [normalise(label) for label in labels]
    unique = len(set(bare)) / len(bare)
    known = sum(map(is_known, labels))
    share = (len(labels) - 2 * (len(cells) - len(labels))) / width
    return share * unique + 2 * known / len(cells)


def _believable(rows: list[list[Cell]], index: int) -> bool:
    """A header has names we know, or stands complete and all text above other data."""
    cells = rows[index]
    labels = [as_text(cell) for cell in cells if is_label(cell)]
    if sum(map(is_known, labels)) >= 2:
        return len(labels) * 2 > len(cells)
    below = rows[index + 1 :]
    values = any(not is_label(cell) for row in below for cell in row)
    return len(labels) == len(cells) == len(set(labels)) and (values or not below)


def _is_group_row(grid: Grid, below: int) -> bool:
    """Whether the row above row `below` groups its columns ("资产" over three of them)."""
    index = below - 1
    cells = dict(grid.filled(index))
    if not cells or not all(is_label(c) and not _NOTE.search(as_text(c)) for c in cells.values()):
        return False
    under = {column for column, _ in grid.filled(below)}
    spans = _spans(grid, index)
    if len(cells) == 1:
        return any(0 < len(span & under) < len(under) for span in spans)
    return bool(spans) or bool(under - cells.keys())


def _is_second_row(grid: Grid, above: int) -> bool:
    """Whether the row under row `above` carries sub-names of merged or blank names above it."""
    index = above + 1
    if index >= grid.height - 1:
        return False
    cells = dict(grid.filled(index))
    if len(cells) < 2 or not all(is_label(c) and not _NOTE.search(as_text(c))
                                 for c in cells.values()):
        return False
    upper = {column for column, _ in grid.filled(above)}
    if not cells.keys() - upper and not _spans(grid, above):
        return False
    below = dict(grid.filled(index + 1))
    values = sum(1 for column in cells if column in below and not is_label(below[column]))
    return values * 2 >= len(cells)


def _spans(grid: Grid, index: int) -> list[set[int]]:
    """The columns under each cell of a row that is merged sideways."""
    return [set(range(left, right + 1)) for top, left, bottom, right in grid.merges
            if top <= index <= bottom and right > left]


def _names(grid: Grid, top: int, bottom: int) -> list[str]:
    """Join the header rows to "parent_child"; a merged or blank parent reaches to the right."""
    levels = [_spread(grid, index) for index in range(top, bottom)]
    levels.append([as_text(cell) for cell in grid.row(bottom)])
    names = []
    for parts in zip(*levels, strict=True):
        joined: list[str] = []
        for part in parts:
            if part and part not in joined:
                joined.append(part)
        names.append("_".join(joined))
    return names


def _spread(grid: Grid, index: int) -> list[str]:
    """A parent row with its texts copied over the columns they stand for."""
    texts = [as_text(cell) for cell in grid.row(index)]
    spans = _spans(grid, index)
    if spans:
        for span in spans:
            text = texts[min(span)]
            for column in span & set(range(len(texts))):
                texts[column] = text
        return texts
    carried = ""
    for column, text in enumerate(texts):
        carried = text or carried
        if not text and not is_blank(grid.columns[column][index + 1]):
            texts[column] = carried
    return texts


def unique_names(
    names: Sequence[str], sheet_columns: Sequence[int]
) -> tuple[list[str], list[int], list[int]]:
    """Names made unique, and the positions that were blank and that were duplicates.

    A blank name becomes "C列" after its 1-based sheet column; duplicates get "(2)", "(3)".
    """
    blank = [i for i, name in enumerate(names) if not name]
    full = [name or f"{_letters(at)}列" for name, at in zip(names, sheet_columns, strict=True)]
    seen: Counter[str] = Counter()
    taken = set(full)
    result, duplicate = [], []
    for index, name in enumerate(full):
        seen[name] += 1
        unique = name
        while seen[name] > 1 and unique in taken:
            unique = f"{name}({seen[name]})"
            seen[name] += unique in taken
        if unique != name:
            duplicate.append(index)
            taken.add(unique)
        result.append(unique)
    return result, blank, duplicate


def _letters(column: int) -> str:
    """The letters Excel shows for a 1-based column number."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
