"""Column descriptors: what a table shows of a field, derived from FIELDS wherever possible."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from math import isnan
from types import MappingProxyType
from typing import TYPE_CHECKING

from branchseg.model.amounts import money
from branchseg.model.fields import FIELDS, NUMERIC, Kind
from branchseg.model.identifiers import NO_NUMBER, is_made_up
from branchseg.model.masking import mask

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIDTHS = {
    Kind.NAME: 90, Kind.PHONE: 116, Kind.ID_NUMBER: 176, Kind.KEY: 132, Kind.AMOUNT: 124,
    Kind.NUMBER: 84, Kind.INTEGER: 76, Kind.DATE: 104, Kind.FLAG: 64, Kind.CHOICE: 96,
    Kind.TEXT: 130,
}
_DUE_WIDTH = 168
_SAME_YEAR = 180
"""Days around the data date within which a day needs no year."""
UNKNOWN = "–"
MASKED_IN_LIST = "名单里号码已遮盖，请补录"
"""Of a phone number that nobody can call, because the list itself has it with stars."""
PLANNED, LATEST = "计划", "最迟"
"""The two days of a task, everywhere in these words: when it is put down for, and the last day."""
LATE, BEHIND, MATURED = "逾期", "已过", "已到期"
"""What has passed: the last day of a task, the day it was planned for, and that of a product."""


@dataclass(frozen=True, slots=True)
class Chip:
    """How one value of a choice column is shown: a word on the fill of a tone."""

    text: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `key` names the array in the model's data and, where there is one, the field that says how
    to mask. `chips` (value -> Chip) makes words of codes, and its order is the sort order.
    `due` adds "3 天后" to dates, `past` is the word for those gone by; `short` leaves out the year
    of a day near by. `decimals` of numbers
    default to 2 for amounts, 0 for integers. `stretch` takes the room that is left
    (one column per table).
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    width: int = 130
    unit: str = ""
    decimals: int = 0
    chips: Mapping[str, Chip] = field(default_factory=lambda: MappingProxyType({}))
    due: bool = False
    past: str = LATE
    short: bool = False
    stretch: bool = False

    @property
    def is_number(self) -> bool:
        """Whether values are floats, shown at the right."""
        return self.kind in NUMERIC


def column(key: str, **changes: object) -> Column:
    """The column of a field of FIELDS; `changes` replace what does not suit."""
    source = FIELDS[key]
    decimals = {Kind.AMOUNT: 2, Kind.NUMBER: 1}.get(source.kind, 0)
    width = _DUE_WIDTH if changes.get("due") else _WIDTHS[source.kind]
    made = Column(key, source.label, source.kind, width, source.unit, decimals)
    return replace(made, **changes)  # type: ignore[arg-type]  # the caller's keywords


def due_text(day: date, today: date, past: str = LATE) -> str:
    """How far a day is from today: "今天", "3 天后", "逾期 2 天"; `past` words the last."""
    days = (day - today).days
    if days == 0:
        return "今天"
    return f"{days} 天后" if days > 0 else f"{past} {-days} 天"


def due_columns() -> tuple[Column, Column]:
    """The two days of a task: the one planned in full, the last one beside it."""
    return (Column("due", PLANNED, Kind.DATE, 108, due=True, past=BEHIND),
            Column("latest", LATEST, Kind.DATE, 60, short=True))


def days_text(planned: date | None, latest: date) -> str:
    """Both days of a task in one line: "计划 11-24 · 最迟 11-30"."""
    first = "尚未派单" if planned is None else f"{PLANNED} {planned:%m-%d}"
    return f"{first} · {LATEST} {latest:%m-%d}"


def show_number(value: float, decimals: int) -> str:
    """1,234.56; unknown (NaN) is a dash."""
    return UNKNOWN if isnan(value) else f"{value:z,.{decimals}f}"


def show_amount_short(value: float) -> str:
    """An amount for cards: 1,284.6 万, 3.2 亿, 8,500."""
    return UNKNOWN if isnan(value) else money(value).removesuffix("元").rstrip()


def show(value: object, shape: Column, today: date | None, *, revealed: bool,
         names_masked: bool = True) -> str:
    """The text of one cell. `value` is str, float, bool, date or None (unknown).

    Personal values come masked unless `revealed`; names also stay whole where the branch has
    chosen so (`names_masked` False).
    """
    if value is None:
        return UNKNOWN
    if shape.chips:
        return shape.chips[str(value)].text if str(value) in shape.chips else str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return show_number(value, shape.decimals)
    if isinstance(value, date):
        if today is None or not (shape.due or shape.short):
            return value.isoformat()
        year = "" if abs((value - today).days) < _SAME_YEAR else f"{value:%Y}-"
        far = f"  {due_text(value, today, shape.past)}" if shape.due else ""
        return f"{year}{value:%m-%d}{far}"
    text = str(value)
    if shape.key == "customer_id" and is_made_up(text):
        return NO_NUMBER
    if revealed or (shape.kind is Kind.NAME and not names_masked):
        return text
    return mask(shape.key, text)
