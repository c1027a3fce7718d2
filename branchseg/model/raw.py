"""What intake hands on: the cells of one list as they were typed, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum

from branchseg.model.issues import IssueLog


@dataclass(frozen=True, slots=True)
class CellError:
    """An error cell such as #REF!; never confused with an empty one."""

    text: str


Cell = str | float | int | bool | date | datetime | time | CellError | None
"""A typed cell. Numbers stay numbers and texts stay texts, so "000001" is not 1."""


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a table came from; `header_row` is the 1-based last row of the header."""

    file_name: str
    sha256: str
    file_format: str
    sheet: str
    header_row: int

    @property
    def label(self) -> str:
        """Short text for issues and tables: file and sheet."""
        return f"{self.file_name} · {self.sheet}" if self.sheet else self.file_name


@dataclass(frozen=True, slots=True)
class RawTable:
    """One list, columnar: `columns[i]` are the cells under `headers[i]`, all of equal length.

    `rows` are the 1-based sheet rows of the cells. `units[i]` is what one unit of the column
    is in 元 as its header or the title says (10000.0 for 万元, FOREIGN for 美元), 0.0 where
    nothing is said.
    `as_of` is the data date found in the title rows. Structure findings are in `issues`.
    """

    source: SourceRef
    headers: tuple[str, ...]
    units: tuple[float, ...]
    columns: tuple[list[Cell], ...]
    rows: list[int]
    as_of: date | None
    issues: IssueLog = field(default_factory=IssueLog)
    date_1904: bool = False
    sheets: tuple[str, ...] = ()


FOREIGN = -1.0
"""The unit of a column in a foreign currency: nobody knows what it is in 元."""

UNIT_WORDS = {1.0: "元", 1e3: "千元", 1e4: "万元", 1e6: "百万元", 1e7: "千万元", 1e8: "亿元",
              FOREIGN: "外币"}
"""What one unit of an amount is in 元 -> its word; the usual ones first."""

_JOINT = re.compile(r"(?<=[\u4e00-\u9fff)）])_|_(?=[\u4e00-\u9fff])")


def shown_header(header: str) -> str:
    """A column name as people read it: "业务情况 › 最近交易日", joined from a merged header."""
    return _JOINT.sub(" › ", header)


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person changed in a list while importing it; the file stays as it is.

    `cells[sheet row, column index]` is the text put in place of a cell, "" for an empty one.
    `excluded` are sheet rows that are left out, `confirmed` those in which somebody else than the
    known customer stands, and that count all the same.
    """

    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()
    confirmed: frozenset[int] = frozenset()

    def put(self, row: int, texts: Mapping[int, str]) -> Corrections:
        """A copy in which the columns `texts` of a sheet row read as given."""
        return replace(self, cells={
            **self.cells, **{(row, index): text for index, text in texts.items()}})

    def exclude(self, row: int) -> Corrections:
        """A copy without a sheet row."""
        return replace(self, excluded=self.excluded | {row})

    def confirm(self, row: int) -> Corrections:
        """A copy in which a sheet row is its customer's, whoever stands in it."""
        return replace(self, confirmed=self.confirmed | {row})


_FEW = 5
"""With more known columns nobody has picked the wrong sheet."""


class MatchKind(StrEnum):
    """How a header was matched to a field; OWN are columns this program added to an export."""

    EXACT = "exact"
    ALIAS = "alias"
    FUZZY = "fuzzy"
    REMEMBERED = "remembered"
    CHOSEN = "chosen"
    REFUSED = "refused"
    NONE = "none"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What one column means. `field` is None where nothing fits or the law does not want it.

    `unit` is the factor to 元 used for amounts. `doubtful` columns must be asked, and are not
    used until a person has chosen. `reason` is a message code when refused or doubtful.
    """

    index: int
    header: str
    field: str | None
    confidence: float
    kind: MatchKind
    unit: float = 1.0
    doubtful: bool = False
    reason: str = ""

    @property
    def unused(self) -> bool:
        """Whether the list has something here that fits no field, or is not wanted."""
        return (self.field is None and not self.doubtful
                and self.kind not in {MatchKind.REFUSED, MatchKind.OWN})


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What every column of a list means; remembered by the `fingerprint` of headers and units."""

    fingerprint: str
    columns: tuple[ColumnMatch, ...]

    def choose(self, index: int, field_key: str | None, unit: float = 1.0) -> ColumnMapping:
        """A copy in which a person has decided column `index` (None: do not import it)."""
        columns = tuple(
            replace(match, field=field_key, unit=unit, confidence=1.0, kind=MatchKind.CHOSEN,
                    doubtful=False, reason="")
            if match.index == index else match
            for match in self.columns
        )
        return replace(self, columns=columns)

    def accept(self, but: Container[str] = ()) -> ColumnMapping:
        """A copy in which columns in doubt are taken as suggested, save for the reasons `but`.

        A field goes to one column only: where it is taken, the column is not imported.
        """
        mapping = self
        for match in sorted(self.doubtful, key=lambda match: -match.confidence):
            if match.reason not in but:
                free = match.field not in mapping.used
                mapping = mapping.choose(match.index, match.field if free else None, match.unit)
        return mapping

    @property
    def few(self) -> bool:
        """Whether so few columns mean something that this may be the wrong header or list."""
        total = sum(match.field is not None or match.unused for match in self.columns)
        return len(self.used) <= _FEW and len(self.used) * 3 < total

    @property
    def used(self) -> dict[str, ColumnMatch]:
        """Field key -> its column, only columns that are decided."""
        return {m.field: m for m in self.columns if m.field is not None and not m.doubtful}

    @property
    def doubtful(self) -> tuple[ColumnMatch, ...]:
        """The columns a person must decide before the list is used."""
        return tuple(m for m in self.columns if m.doubtful)
