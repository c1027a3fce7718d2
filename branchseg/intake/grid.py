"""A sheet as the parent holds it: the filled rectangle, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg.model.raw import Cell, CellError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Grid:
    """`columns[c][r]` is a cell; all columns are equally long, blank cells are None.

    `first_row` and `first_column` are the 1-based sheet place of cell (0, 0). `merges` are
    (top, left, bottom, right), counted from 0 within the grid, as are the `hidden` rows.
    """

    name: str
    first_row: int
    first_column: int
    columns: list[list[Cell]]
    merges: list[tuple[int, int, int, int]]
    hidden: frozenset[int] = frozenset()

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, index: int) -> list[Cell]:
        """The cells of one row."""
        return [column[index] for column in self.columns]

    def filled(self, index: int) -> Iterator[tuple[int, Cell]]:
        """Column number and cell of the cells of a row that are not blank."""
        return ((c, cell) for c, cell in enumerate(self.row(index)) if not is_blank(cell))


@dataclass(frozen=True, slots=True)
class ReadFile:
    """All that the child told about a file.

    `hidden` are those of the `grids` that Excel does not show: only their first rows are here.
    """

    file_format: str
    sha256: str
    date_1904: bool
    sheet_names: tuple[str, ...]
    grids: list[Grid]
    hidden: frozenset[str] = frozenset()


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_text(cell: Cell) -> str:
    """A cell as a person reads it; whole numbers without ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
