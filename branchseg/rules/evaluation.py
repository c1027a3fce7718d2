"""The columns rules look at, one evaluation at a time, with every predicate worked out once."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import reduce
from operator import add, and_
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw
import narwhals.selectors as select

from branchseg.model.fields import CALENDAR, FIELDS
from branchseg.model.results import Truth
from branchseg.rules.rule_fields import RATING_LISTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Column = nw.Series[Any]
Mask = Any
"""Which rows: an array of truths as `Series.to_numpy` makes it, for `&`, `|`, `~` and `+`.

Rules combine hundreds of these; on plain arrays that costs next to nothing.
"""
PERCENTILE = "{}.percentile"
"""Name of the column with the share of known values below a customer's own."""


def moment(day: date) -> datetime:
    """A date as engines compare it with date columns."""
    return datetime.combine(day, time.min)


class Truths(NamedTuple):
    """Three-valued truth per row: two masks; unknown is neither."""

    true: Mask
    false: Mask


class Evaluation:
    """A frame's rule fields as Narwhals series, extended stage by stage.

    Unknown values are nulls on every engine. Truths and lists asked for twice are kept: many
    rules share conditions, and reasons read the very columns that decided.
    """

    def __init__(self, frame: nw.DataFrame[Any], as_of: date, today: date | None = None) -> None:
        """`frame` is not changed; columns that are no fields are ignored.

        `as_of` is the data date, `today` the day of work. Without a `today`, or with one before
        the data date (a clock that is wrong), the data date is both.

        `places` holds arrays of places in a list of the rules (status, segment): whole numbers
        compare much faster than words.
        """
        known = [key for key in frame.columns
                 if key in FIELDS or key == RATING_LISTED.key or key.endswith(".percentile")]
        self.frame = frame.select(known).with_columns(
            select.numeric().cast(nw.Float64).fill_nan(None))
        self._rows = self.frame.select(known[:1])
        self.as_of = as_of
        self.today = max(as_of, today or as_of)
        self.size = len(frame)
        self._columns: dict[str, Column] = {}
        self._listed: dict[str, Column] = {}
        self._marks: dict[str, Mask] = {}
        self.places: dict[str, Any] = {}
        self._truths: dict[object, Truths] = {}
        self._lists: dict[int, tuple[Column, list[Any]]] = {}
        self._values: dict[int, tuple[Column, list[Any]]] = {}
        self._known: dict[int, tuple[Column, Mask]] = {}
        self._numbers: dict[int, tuple[Column, Any]] = {}
        self._constants: dict[float | None, Column] = {}
        self._nothing: Mask = None
        self._own_days: list[tuple[date, Mask]] = []
        for key in known:
            self.put(key, self.frame[key])

    def put(self, key: str, column: Column) -> None:
        """Add a column that later stages may look at."""
        if column.dtype == nw.Date:
            column = column.cast(nw.Datetime("us"))
        self._columns[key] = column

    def mark(self, key: str, mask: Mask) -> None:
        """Add a column of truths without unknowns."""
        self._marks[key] = mask
        self._columns.pop(key, None)

    def marked(self, key: str) -> Mask:
        """A column of truths as it was added."""
        return self._marks[key]

    def get(self, key: str) -> Column | None:
        """The column of a field; None where the list has no such column."""
        if key in self._marks and key not in self._columns:
            self._columns[key] = self.column(self._marks[key], nw.Boolean)
        return self._columns.get(key)

    def days_for(self, key: str) -> list[tuple[date, Mask]]:
        """The days a date field is counted from, each with the customers it is counted for.

        Today for what the calendar moves on; else the day that a customer's own data are of,
        which is the data date for whoever has no older one.
        """
        if key in CALENDAR:
            return [(self.today, ~self.nothing())]
        if not self._own_days:
            own = self.get("data_date")
            older = [] if own is None else [
                (day, self.certain(own.is_in([moment(day)])))
                for day in (found.date() for found in self.values(own)) if day < self.as_of]
            rest = reduce(and_, (~mine for _, mine in older), ~self.nothing())
            self._own_days = [*older, (self.as_of, rest)]
        return self._own_days

    def truths(self, predicate: Any) -> Truths:
        """Where a predicate is true and where it is false, worked out once."""
        if predicate not in self._truths:
            self._truths[predicate] = predicate.truths(self)
        return self._truths[predicate]

    def truth_at(self, predicate: Any, row: int) -> Truth:
        """A predicate's truth for one row."""
        truths = self.truths(predicate)
        if truths.true[row]:
            return Truth.TRUE
        return Truth.FALSE if truths.false[row] else Truth.UNKNOWN

    def value(self, key: str, row: int) -> Any:
        """One row's value as a Python object; None for unknown."""
        if key in self._marks:
            return bool(self._marks[key][row])
        column = self.get(key)
        return None if column is None else self.at(column, row)

    def listed(self, key: str, row: int) -> Any:
        """One row's value as the list has it, whatever the rules made of it; None for unknown."""
        if key not in self._listed and key in self.frame.columns:
            self._listed[key] = self.frame[key]
        return self.at(self._listed[key], row) if key in self._listed else None

    def at(self, column: Column, row: int) -> Any:
        """One item of a column; None for null."""
        kept = self._lists.get(id(column))
        if kept is None:
            nulls = column.is_null().to_list()
            items = [None if null else item
                     for null, item in zip(nulls, column.to_list(), strict=True)]
            kept = self._lists[id(column)] = (column, items)
        return kept[1][row]

    def constant(self, value: float | None) -> Column:
        """A number column with the same value in every row, made once.

        Divide by such a column, not by a number: for a number Polars multiplies by the
        reciprocal, and the last digit differs from other engines.
        """
        if value not in self._constants:
            values = [None] * self.size if value is None else self.nothing() + value
            self._constants[value] = self.column(values, nw.Float64)
        return self._constants[value]

    def column(self, values: Sequence[Any], dtype: Any) -> Column:
        """A column of this evaluation's engine."""
        return nw.new_series("", values, dtype, backend=self.frame.implementation)

    def nothing(self) -> Mask:
        """No row, made once."""
        if self._nothing is None:
            self._nothing = self.column([False] * self.size, nw.Boolean).to_numpy()
        return self._nothing

    def known(self, column: Column) -> Mask:
        """Where a column has a value, worked out once."""
        kept = self._known.get(id(column))
        if kept is None:
            kept = self._known[id(column)] = (column, ~column.is_null().to_numpy())
        return kept[1]

    def numbers(self, column: Column) -> Any:
        """A number column as an array; unknown is NaN, of which every comparison is false."""
        kept = self._numbers.get(id(column))
        if kept is None:
            kept = self._numbers[id(column)] = (column, column.to_numpy())
        return kept[1]

    def certain(self, flag: Column) -> Mask:
        """Where a flag or a comparison is true."""
        return flag.fill_null(value=False).to_numpy().astype(bool)

    def values(self, column: Column) -> list[Any]:
        """The different known values of a column, found once."""
        kept = self._values.get(id(column))
        if kept is None:
            kept = self._values[id(column)] = (column, column.drop_nulls().unique().to_list())
        return kept[1]

    def look_up(self, codes: Any, table: Sequence[Any], dtype: Any) -> Column:
        """`table[code]` per row; codes are an array of whole numbers."""
        found: Column = self.column(table, dtype)[codes]
        return found

    def first(self, masks: Sequence[Mask]) -> Any:
        """Per row the place of the first mask it is in, as an array; their number if in none."""
        found = self.nothing() + len(masks)
        for place in reversed(range(len(masks))):
            found[masks[place]] = place
        return found

    def combined(self, masks: Sequence[Mask]) -> tuple[Any, list[list[int]]]:
        """Per row the place of its combination, and the different combinations of masks."""
        code = self.nothing() * 0
        for number, mask in enumerate(masks):
            code += mask << number
        codes = sorted(set(code.tolist()))
        found = [[number for number in range(len(masks)) if bits >> number & 1] for bits in codes]
        return self.column(codes, nw.Int64).to_numpy().searchsorted(code), found

    def flag(self, truths: Truths) -> Column:
        """Three-valued truth as one nullable boolean column."""
        parts = {"value": self.column(truths.true, nw.Boolean),
                 "known": self.column(truths.true | truths.false, nw.Boolean)}
        frame = nw.maybe_convert_dtypes(self.select(parts))
        return frame.select(flag=nw.when("known").then("value"))["flag"]

    def select(self, columns: dict[str, Column]) -> nw.DataFrame[Any]:
        """Columns side by side, in the order of the customers and with the frame's index."""
        named = [column.alias(key) for key, column in columns.items()]
        return self._rows.with_columns(*named).select(list(columns))


def total(columns: Iterable[Any], start: Any) -> Any:
    """The sum of number columns or arrays, left to right so that every engine rounds alike."""
    return reduce(add, columns, start)
