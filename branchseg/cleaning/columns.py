"""Whole columns of typed cells -> arrays. Fast where cells are perfect, a parser where not.

Two forms of array are used throughout the cleaning: float64 with NaN for unknown (amounts and
numbers; dates as days since 1970-01-01; flags as 0 and 1) and object with `str` or None.
Each column is handled by unique value, because values repeat, or cast at once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import NoneType
from typing import Any

import numpy as np
import numpy.typing as npt

from branchseg.cleaning.choices import choices
from branchseg.cleaning.findings import Findings, action_of, cell_text
from branchseg.cleaning.identity import (
    Decoded,
    are_mobiles,
    decode,
    id_number,
    identifier,
    mobile,
    number_text,
)
from branchseg.cleaning.parsers import (
    LARGEST,
    SENTINELS,
    amount,
    civil_date,
    currency,
    day,
    flag,
    gender,
    gender_code,
    number,
    numeric_date,
    risk_level,
    risk_scheme,
)
from branchseg.cleaning.texts import Outcome, free_text, narrow, person_name
from branchseg.model.fields import CONSENT, FIELDS, NUMERIC, REFUSALS, Kind
from branchseg.model.issues import Action, IssueCode
from branchseg.model.monthly import MONTHLY, day_of_month
from branchseg.model.raw import FOREIGN, Cell, CellError

Column = npt.NDArray[Any]
Cells = Sequence[Cell]
Reader = Callable[[Any], Outcome[Any]]

EPOCH = date(1970, 1, 1).toordinal()
DAY_OF_MONTH = -1_000_000
"""Before all dates: this and the day stand for a day of a month that is not known yet."""
FLOAT_KINDS = NUMERIC | {Kind.DATE, Kind.FLAG}

_JOINER = "\x01"
_EMPTY = frozenset("0" * length for length in range(33))
"""Nothing, and the keys that consist of zeros only."""

_SUSPECT = {
    Kind.TEXT: re.compile(r"[\s'‘’=#\u00ad\u00a0\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000"
                          r"\ufeff０-９Ａ-Ｚａ-ｚ]"),
    Kind.NAME: re.compile(r"[^\u4e00-\u9fff\U00020000-\U0003ffff·\x01]"),
    Kind.KEY: re.compile(r"[^0-9A-Za-z\x01]"),
}
"""What a perfect text of the kind does not contain; the joiner allows one search for a column."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a column means: its field, what one unit is in 元, and the date base of the book."""

    key: str
    unit: float = 1.0
    date_1904: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of the field."""
        return FIELDS[self.key].kind


def blank(cell: Cell) -> bool:
    """Whether a cell is empty: nothing, or nothing but white space, or not a number at all."""
    return (cell is None or (isinstance(cell, str) and not cell.strip())
            or (isinstance(cell, float) and math.isnan(cell)))


def read_column(cells: Cells, asked: Asked, findings: Findings) -> Column:
    """The values of one column, as long as `cells`; every other outcome is an issue."""
    kind = asked.kind
    types = set(map(type, cells)) if kind is not Kind.FLAG else set()
    if bool in types:  # True would pass for 1
        cells = [str(cell).upper() if type(cell) is bool else cell for cell in cells]
        types = types - {bool} | {str}
    if kind in NUMERIC:
        return _numbers(cells, types, asked, findings)
    if kind in _SUSPECT:
        return _texts(cells, types, asked, findings)
    if kind is Kind.PHONE:
        return _phones(cells, asked, findings)
    if kind is Kind.DATE and types <= _DATE_TYPES:
        return _typed_dates(cells, asked, findings)
    values = _by_unique(cells, range(len(cells)), _reader(cells, asked), asked.key, findings)
    return np.array(values, dtype=np.float64 if kind in FLOAT_KINDS else object)


def read_ids(cells: Cells, other: Column, findings: Findings) -> tuple[Column, Decoded]:
    """ID numbers, and what they say about birth and gender.

    `other` marks the rows whose document is not an identity card: kept without a check.
    """
    decoded = decode(cells)
    values = np.array(cells, dtype=object)
    for positions, reader in (
        (np.flatnonzero(~decoded.valid & ~other), _cells_as_text(id_number)),
        (np.flatnonzero(other), _cells_as_text(identifier)),
    ):
        if len(positions):
            values[positions] = _by_unique(cells, positions, reader, "id_number", findings)
    again = np.flatnonzero(~decoded.valid & ~other)
    mended = decode(values[again].tolist())
    decoded.valid[again], decoded.birth[again] = mended.valid, mended.birth
    decoded.male[again] = mended.male
    decoded.valid[other] = False
    return values, decoded


def _by_unique(cells: Cells, positions: Sequence[int] | Column, reader: Reader, key: str,
               findings: Findings) -> list[Any]:
    """The values at `positions`, each different cell read once; what was found is noted."""
    if isinstance(positions, np.ndarray):
        positions = positions.tolist()
    mine = cells if len(positions) == len(cells) else [cells[place] for place in positions]
    outcomes = {cell: reader(cell) for cell in dict.fromkeys(mine)}
    odd = {cell: (outcome[1], action_of(outcome[1], outcome[0]))
           for cell, outcome in outcomes.items() if outcome[1] is not None}
    if odd:
        found = [(place, cell) for place, cell in zip(positions, mine, strict=True)
                 if cell in odd]
        for code, action in dict.fromkeys(odd.values()):
            those = [(place, cell) for place, cell in found if odd[cell] == (code, action)]
            findings.note(code, action, key, [place for place, _ in those],
                          (cell_text(cell) for _, cell in those))
    values = {cell: outcome[0] for cell, outcome in outcomes.items()}
    return list(map(values.__getitem__, mine))


def _reader(cells: Cells, asked: Asked) -> Reader:
    """How the cells of a date, flag or choice column are read; some look at the whole column."""
    key = asked.key
    if asked.kind is Kind.DATE:
        return lambda cell: _date(cell, asked)
    if asked.kind is Kind.FLAG:
        return lambda cell: _flag(cell, key)
    if key == "gender":
        coded = gender_is_coded(cells)
        return _cells_as_text(lambda text: gender(text, coded=coded))
    if key == "risk_level":
        scheme = risk_scheme({cell for cell in set(cells) if isinstance(cell, str)})
        return _cells_as_text(lambda text: risk_level(text, scheme))
    assert key == "currency", key
    return _cells_as_text(currency)


def gender_is_coded(cells: Cells) -> bool:
    """Whether the column uses 1 and 2 after GB/T 2261.1 (a 2 occurs), so codes can be read."""
    return any(not blank(cell) and gender_code(cell_text(cell)) == "2"
               for cell in dict.fromkeys(cells))


def _cells_as_text(parse: Callable[[str], Outcome[Any]]) -> Reader:
    """A reader of typed cells from a parser of texts; numbers must not have lost digits."""
    def read_cell(cell: Cell) -> Outcome[Any]:
        if blank(cell):
            return None, None
        if isinstance(cell, CellError):
            return None, IssueCode.ERROR_CELL
        if isinstance(cell, (int, float)):
            digits = number_text(cell)
            return parse(digits) if digits is not None else (None, IssueCode.NUMBER_DAMAGED)
        return parse(cell_text(cell))
    return read_cell


def _date(cell: Cell, asked: Asked) -> Outcome[float]:
    """A date cell as days since 1970-01-01, or as a bare day of the month (`DAY_OF_MONTH`)."""
    if blank(cell):
        return None, None
    if isinstance(cell, CellError):
        return None, IssueCode.ERROR_CELL
    if asked.key in MONTHLY:
        bare = day_of_month(narrow(cell) if isinstance(cell, str) else cell)
        if bare is not None:
            return DAY_OF_MONTH + bare, None
    date_1904 = asked.date_1904
    value: date | None
    if isinstance(cell, (date, datetime)):
        value, code = civil_date(cell.year, cell.month, cell.day)
    elif isinstance(cell, (int, float)):
        value, code = numeric_date(cell, date_1904=date_1904)
    elif isinstance(cell, str):
        value, code = day(cell, date_1904=date_1904)
    else:  # a bare time of day
        return None, IssueCode.DATE_UNREADABLE
    return None if value is None else value.toordinal() - EPOCH, code


_DATE_TYPES = frozenset({date, datetime, NoneType})
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1).toordinal(), date(2100, 12, 31).toordinal()
_SENTINEL_DAYS = np.array([date(*day).toordinal() for day in SENTINELS if day[2] % 99],
                          dtype=np.float64)


def _typed_dates(cells: Cells, asked: Asked, findings: Findings) -> Column:
    """Date cells: counted at once, only default values and impossible years are looked at."""
    values = np.array([math.nan if cell is None else cell.toordinal() for cell in cells],  # type: ignore[union-attr]
                      dtype=np.float64)
    rest = np.flatnonzero((values < _FIRST_DAY) | (values > _LAST_DAY)
                          | np.isin(values, _SENTINEL_DAYS))
    values -= EPOCH
    if len(rest):
        values[rest] = _by_unique(cells, rest, _reader(cells, asked), asked.key, findings)
    return values


def _flag(cell: Cell, key: str) -> Outcome[float]:
    """A flag cell as 1.0 or 0.0."""
    if blank(cell):
        return None, None
    if isinstance(cell, CellError):
        return None, IssueCode.ERROR_CELL
    truth, code = flag(cell_text(cell), key)
    if code is IssueCode.FLAG_UNREADABLE and key in REFUSALS | {CONSENT}:
        truth = key != CONSENT
    return None if truth is None else float(truth), code


_PARSERS = {Kind.TEXT: free_text, Kind.NAME: person_name, Kind.KEY: identifier}


def _texts(cells: Cells, types: set[type], asked: Asked, findings: Findings) -> Column:
    """Texts, names and keys: perfect ones as they are, the suspect ones parsed."""
    kind, key = asked.kind, asked.key
    values = np.empty(len(cells), dtype=object)
    values[:] = cells
    suspects = _suspects(set(cells), kind)
    if suspects:
        rest = [place for place, cell in enumerate(cells) if cell in suspects]
        make = _cells_as_text if kind is Kind.KEY else _text_reader
        values[rest] = _by_unique(cells, rest, make(_PARSERS[kind]), key, findings)
    if key == "customer_id":
        _check_customer_ids(cells, values, findings, typed=not types <= {str, NoneType})
    return values


def _suspects(cells: set[Cell], kind: Kind) -> set[Cell]:
    """The cells that need a parser; none if one search over all texts finds nothing."""
    search = _SUSPECT[kind].search
    plain = [cell for cell in cells if type(cell) is str]
    table = choices()
    others = cells & (table.placeholders | table.unknown_words | _EMPTY)
    if len(plain) < len(cells):
        others |= {cell for cell in cells if type(cell) is not str} - {None}
    if search(_JOINER.join(plain)):
        others |= {cell for cell in plain if search(cell)}
    return others


def _text_reader(parse: Callable[[str], Outcome[str]]) -> Reader:
    """Like `_cells_as_text`, for free texts: any number is as good as its text."""
    def read_cell(cell: Cell) -> Outcome[str]:
        if blank(cell):
            return None, None
        if isinstance(cell, CellError):
            return None, IssueCode.ERROR_CELL
        return parse(cell_text(cell))
    return read_cell


def _phones(cells: Cells, asked: Asked, findings: Findings) -> Column:
    """Phone numbers: plain mobiles as they are, the rest parsed."""
    values = np.array(cells, dtype=object)
    rest = np.flatnonzero(~are_mobiles(cells))
    if len(rest):
        values[rest] = _by_unique(cells, rest, _phone_cell, asked.key, findings)
    return values


_phone_reader = _cells_as_text(mobile)


def _phone_cell(cell: Cell) -> Outcome[str]:
    """A phone cell; a number with more than 15 digits is no phone number."""
    value, code = _phone_reader(cell)
    damaged = code is IssueCode.NUMBER_DAMAGED
    return value, IssueCode.PHONE_INVALID if damaged else code


def _check_customer_ids(cells: Cells, values: Column, findings: Findings, *,
                        typed: bool) -> None:
    """Masked ids cannot tell customers apart; numbers may have lost their leading zeros.

    `typed` tells that there are number cells among them.
    """
    texts = [value for value in values.tolist() if value is not None]
    joined = _JOINER + _JOINER.join(texts)
    if "*" in joined:
        values[[value is not None and "*" in value for value in values.tolist()]] = None
    if len(set(map(len, texts))) < 2 or (not typed and f"{_JOINER}0" not in joined):
        return
    digits = [value if value and value.isdecimal() else "" for value in values.tolist()]
    zeroed = max((len(text) for text in digits if text.startswith("0")), default=0)
    if zeroed:
        lost = [place for place, text in enumerate(digits) if 0 < len(text) < zeroed]
        findings.note(IssueCode.ZEROS_LOST, Action.KEPT, "customer_id", lost,
                      (digits[place] for place in lost))
        return
    numbers = {len(text) for text, cell in zip(digits, cells, strict=True)
               if text and not isinstance(cell, str)}
    if len(numbers) > 1:
        findings.note_column(IssueCode.ZEROS_LOST, Action.KEPT, "customer_id", "")


def _numbers(cells: Cells, types: set[type], asked: Asked, findings: Findings) -> Column:
    """Amounts and numbers: number cells and plain digits cast at once, other texts parsed."""
    key, unit = asked.key, asked.unit if asked.kind is Kind.AMOUNT else 1.0
    if unit == FOREIGN:
        return _foreign_amounts(cells, types, asked, findings)
    if types <= {float, int, NoneType}:
        values, rest = np.array(cells, dtype=np.float64), []
    else:
        cast = [float(cell) if type(cell) in _NUMBER_TYPES or (  # type: ignore[arg-type]
                    type(cell) is str and cell.replace(".", "", 1).isdecimal()) else None
                for cell in cells]
        values = np.array(cast, dtype=np.float64)
        rest = [place for place in np.flatnonzero(np.isnan(values)).tolist()
                if cells[place] is not None and cells[place] != ""]
    values = values * unit if unit != 1.0 else values
    if rest:
        parse: Callable[[str], Outcome[float]] = number
        if asked.kind is Kind.AMOUNT:
            parse = lambda text: amount(text, unit)
        reader = _number_reader(parse, _UNREADABLE[asked.kind])
        values[rest] = np.array(_by_unique(cells, rest, reader, key, findings), dtype=np.float64)
        _distrust_points(cells, rest, values, asked, findings)
    if unit != 1.0:
        findings.note_column(IssueCode.UNIT_CONVERTED, Action.FIXED, key, f"×{unit:g}")
    return _within_bounds(values, asked, findings)


def _distrust_points(cells: Cells, rest: Sequence[int], values: Column, asked: Asked,
                     findings: Findings) -> None:
    """Blank "1.000" in a column in which "1.234,56" shows that points part thousands."""
    if asked.kind is Kind.AMOUNT and any(
            _COMMA_DECIMALS.fullmatch(str(cells[place])) for place in rest):
        doubtful = [place for place, cell in enumerate(cells)
                    if type(cell) is str and _POINTED.fullmatch(cell.strip())]
        findings.note(IssueCode.AMOUNT_UNREADABLE, Action.BLANKED, asked.key, doubtful,
                      (str(cells[place]).strip() for place in doubtful))
        values[doubtful] = np.nan


def _foreign_amounts(cells: Cells, types: set[type], asked: Asked, findings: Findings) -> Column:
    """Amounts in another currency: without a rate only 0 is known in 元."""
    values = _numbers(cells, types, replace(asked, unit=1.0), findings)
    _blank_out(values, np.flatnonzero(np.abs(values) > 0), IssueCode.FOREIGN_CURRENCY, asked.key,
               findings)
    return values


_COMMA_DECIMALS = re.compile(r"\s*-?\d{1,3}(?:\.\d{3})+,\d{1,2}\s*")
_POINTED = re.compile(r"-?\d{1,3}\.\d{3}")
_NUMBER_TYPES = frozenset({float, int})
_UNREADABLE = {Kind.AMOUNT: IssueCode.AMOUNT_UNREADABLE,
               Kind.NUMBER: IssueCode.NUMBER_UNREADABLE,
               Kind.INTEGER: IssueCode.NUMBER_UNREADABLE}


def _number_reader(parse: Callable[[str], Outcome[float]], unreadable: IssueCode) -> Reader:
    """A reader of the cells that are no numbers; dates and times in a number column are faults."""
    def read_cell(cell: Cell) -> Outcome[float]:
        if isinstance(cell, str):
            return parse(cell)
        if isinstance(cell, CellError):
            return None, IssueCode.ERROR_CELL
        return None, None if blank(cell) else unreadable
    return read_cell


def _within_bounds(values: Column, asked: Asked, findings: Findings) -> Column:
    """Blank what cannot be true; note negative amounts; drop the binary noise of amounts."""
    key, kind = asked.key, asked.kind
    too_large = np.flatnonzero(np.abs(values) >= LARGEST)
    _blank_out(values, too_large, _UNREADABLE[kind], key, findings)
    if kind is Kind.AMOUNT:
        table = choices().largest
        most = table.get(key, table["default"])
        too_large = np.flatnonzero(np.abs(values) > most)
        _blank_out(values, too_large, IssueCode.AMOUNT_RANGE, key, findings)
        values = np.round(values, 4)
        negative = np.flatnonzero(values < 0)
        findings.note(IssueCode.AMOUNT_NEGATIVE, Action.KEPT, key, negative,
                      (f"{value:.2f}" for value in values[negative]))
        return values
    low, high = choices().ranges.get(key, (0.0, LARGEST))
    outside = (values < low) | (values > high)
    if kind is Kind.INTEGER:
        outside |= ~np.isnan(values) & (values != np.floor(values))
    code = IssueCode.AGE_RANGE if key == "age" else IssueCode.NUMBER_RANGE
    _blank_out(values, np.flatnonzero(outside), code, key, findings)
    return values


def _blank_out(values: Column, places: Column, code: IssueCode, key: str,
               findings: Findings) -> None:
    """Make values unknown and say so."""
    findings.note(code, Action.BLANKED, key, places, (f"{v:g}" for v in values[places]))
    values[places] = np.nan
