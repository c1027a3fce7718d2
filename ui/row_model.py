"""RowModel: any number of rows over numpy columns; sorting and filtering move an index only.

A proxy model would call Python for every comparison (15 s for 30,000 rows); here the order of
rows is one integer array. This is the only module of `ui` that knows numpy, and it must not be
imported before the window is on the screen.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from .columns import Column, show
from .style import color

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Positions = npt.NDArray[np.intp]
Index = QModelIndex | QPersistentModelIndex
CHIP_ROLE = Qt.ItemDataRole.UserRole + 1
"""The tone of a chip cell, for ChipDelegate."""
TONE_ROLE = Qt.ItemDataRole.UserRole + 2
"""A colour token for the text of a cell that must keep it when selected."""
POSITION_ROLE = Qt.ItemDataRole.UserRole + 3
"""The position of a row in the data."""
_ROOT = QModelIndex()
_SELECTABLE = (Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
               | Qt.ItemFlag.ItemNeverHasChildren)
_TICKABLE = _SELECTABLE | Qt.ItemFlag.ItemIsUserCheckable
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def arrays(frame: Any, keys: Iterable[str]) -> dict[str, npt.NDArray[Any]]:
    """The named columns of a pandas frame as numpy arrays the model understands.

    Columns the frame does not have are left out. Texts and flags become object arrays with
    None for unknown, numbers float64 with NaN, dates datetime64 with NaT.
    """
    found: dict[str, npt.NDArray[Any]] = {}
    for key in keys:
        if key not in frame:
            continue
        series = frame[key]
        if series.dtype.kind in "fiuM":
            found[key] = series.to_numpy()
        else:
            values = np.array(series, dtype=object)
            values[series.isna().to_numpy()] = None
            found[key] = values
    return found


def from_lists(columns: Mapping[str, Sequence[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Plain lists as arrays the model understands; None is unknown."""
    found: dict[str, npt.NDArray[Any]] = {}
    for key, values in columns.items():
        found[key] = np.empty(len(values), dtype=object)
        found[key][:] = values
    return found


class RowModel(QAbstractTableModel):
    """Rows of columnar data. "Position" is a row's place in the data, "row" its place shown.

    `checkable` puts a column of check boxes in front. Rows that a filter hides keep their tick.
    Unknown values sort last in both directions.
    """

    ticks_changed = Signal(int)

    def __init__(self, columns: Sequence[Column], *, checkable: bool = False,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.checkable = checkable
        self.today: date | None = None
        self.names_masked = True
        self._revealed = False
        self._data: dict[str, npt.NDArray[Any]] = {}
        self._count = 0
        self._keep: npt.NDArray[np.bool_] = np.zeros(0, bool)
        self._ticked: npt.NDArray[np.bool_] = np.zeros(0, bool)
        self._sorted: Positions = np.zeros(0, np.intp)
        self._order: Positions = np.zeros(0, np.intp)
        self._ranks: dict[str, npt.NDArray[Any]] = {}
        self._sort_by: tuple[int, Qt.SortOrder] | None = None

    # --- data in ---

    def set_data(self, data: Mapping[str, npt.NDArray[Any]], today: date | None = None) -> None:
        """Replace everything; the arrays, of equal length, are not copied or changed."""
        lengths = {len(values) for values in data.values()}
        if len(lengths) > 1:
            msg = f"columns of unequal length: {sorted(lengths)}"
            raise ValueError(msg)
        self.beginResetModel()
        self._data, self._count = dict(data), lengths.pop() if lengths else 0
        self.today = today
        self._keep = np.ones(self._count, bool)
        self._ticked = np.zeros(self._count, bool)
        self._ranks.clear()
        self._rearrange()
        self.endResetModel()
        self.ticks_changed.emit(0)

    def filter(self, keep: npt.NDArray[np.bool_] | None) -> None:
        """Show only the positions where `keep` (length of the data) is True; None shows all."""
        self.beginResetModel()
        self._keep = np.ones(self._count, bool) if keep is None else np.asarray(keep, bool)
        self._order = self._sorted[self._keep[self._sorted]]
        self.endResetModel()

    def mask(self, positions: Iterable[int]) -> npt.NDArray[np.bool_]:
        """True at these positions: to combine with other conditions for `filter`."""
        return np.isin(np.arange(self._count), np.fromiter(positions, np.intp))

    def replace_column(self, key: str, values: npt.NDArray[Any]) -> None:
        """Give one column other values; what is shown keeps its order."""
        self._data[key] = values
        self._ranks.pop(key, None)
        self._tell_all()

    def values(self, key: str) -> npt.NDArray[Any]:
        """The data of one column, in position order; to build filters from."""
        return self._data[key]

    def reveal(self, *, revealed: bool) -> None:
        """Show personal values in full, or masked again."""
        self._revealed = revealed
        self._tell_all()

    def set_names_masked(self, *, masked: bool) -> None:
        """Whether names are masked too (a setting of the branch)."""
        self.names_masked = masked
        self._tell_all()

    # --- positions and ticks ---

    def position(self, row: int) -> int:
        """The position of a shown row."""
        return int(self._order[row])

    def row_of(self, position: int) -> int:
        """The row a position is shown at, -1 if a filter hides it."""
        found = np.flatnonzero(self._order == position)
        return int(found[0]) if len(found) else -1

    @property
    def shown(self) -> Positions:
        """The positions shown, in the order shown."""
        return self._order.copy()

    @property
    def total(self) -> int:
        """Rows of the data, hidden ones too."""
        return self._count

    @property
    def ticked(self) -> Positions:
        """The ticked positions in the order shown; ticked ones a filter hides come last."""
        hidden = self._sorted[self._ticked[self._sorted] & ~self._keep[self._sorted]]
        return np.concatenate([self._order[self._ticked[self._order]], hidden])

    def tick(self, positions: Iterable[int], *, on: bool = True) -> None:
        """Tick or untick positions."""
        self._ticked[np.fromiter(positions, np.intp)] = on
        self._tell_all()
        self.ticks_changed.emit(int(self._ticked.sum()))

    @property
    def all_shown_ticked(self) -> bool:
        """Whether every shown row is ticked."""
        return bool(self._ticked[self._order].all())

    def tick_shown(self, *, on: bool = True) -> None:
        """Tick or untick all rows that are shown."""
        self.tick(self._order, on=on)

    # --- sorting ---

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder] | None:
        """The column and direction sorted by, None for the order of the data."""
        return self._sort_by

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a shown column; -1 brings back the order of the data."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        places = [(index, self.position(index.row())) for index in before]
        self._sort_by = (column, order) if column >= self._first else None
        self._rearrange()
        rows = np.full(self._count, -1, np.intp)
        rows[self._order] = np.arange(len(self._order))
        for index, position in places:
            self.changePersistentIndex(
                index, self.index(int(rows[position]), index.column()))
        self.layoutChanged.emit()

    def _rearrange(self) -> None:
        """Work out the order of all positions, then of those shown."""
        self._sorted = np.arange(self._count)
        if self._sort_by is not None:
            number, order = self._sort_by
            shape = self.columns[number - self._first]
            if shape.key in self._data:
                descending = order == Qt.SortOrder.DescendingOrder
                self._sorted = _arrange(self._rank(shape), descending=descending)
        self._order = self._sorted[self._keep[self._sorted]]

    def _rank(self, shape: Column) -> npt.NDArray[Any]:
        """A sortable float per position, NaN for unknown; kept, because texts are slow."""
        if shape.key not in self._ranks:
            self._ranks[shape.key] = _ranks(self._data[shape.key], tuple(shape.chips))
        return self._ranks[shape.key]

    # --- Qt ---

    @property
    def _first(self) -> int:
        """The number of the first data column."""
        return 1 if self.checkable else 0

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Shown rows."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns, with that of the check boxes."""
        return 0 if parent.isValid() else len(self.columns) + self._first

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Selectable; the first column can be ticked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _TICKABLE if index.column() < self._first else _SELECTABLE

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Labels with units, aligned as their column."""
        known = self._first <= section < self.columnCount()
        if orientation != Qt.Orientation.Horizontal or not known:
            return None
        shape = self.columns[section - self._first]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{shape.label}（{shape.unit}）" if shape.unit == "元" else shape.label
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if shape.is_number else _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid() or index.row() >= len(self._order):
            return None
        position = int(self._order[index.row()])
        if role == POSITION_ROLE:
            return position
        if index.column() < self._first:
            if role == Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if self._ticked[position] else Qt.CheckState.Unchecked
            return None
        shape = self.columns[index.column() - self._first]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(position, shape)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if shape.is_number else _LEFT
        if role == CHIP_ROLE and shape.chips:
            value = self.value(position, shape)
            return shape.chips[value].tone if value in shape.chips else None
        if role == TONE_ROLE and (shape.due or shape.short):
            return "danger" if self._is_due(position, shape) else None
        if role == Qt.ItemDataRole.ForegroundRole and (shape.due or shape.short) \
                and self._is_due(position, shape):
            return color("danger")
        return None

    def setData(self, index: Index, value: Any,
                role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ticking is the only change."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() >= self._first:
            return False
        self._ticked[self.position(index.row())] = Qt.CheckState(value) == Qt.CheckState.Checked
        self.dataChanged.emit(index, index, [role])
        self.ticks_changed.emit(int(self._ticked.sum()))
        return True

    # --- cells ---

    def value(self, position: int, shape: Column) -> Any:
        """One value as str, float, bool, date or None."""
        values = self._data.get(shape.key)
        return None if values is None else _plain(values[position])

    def text(self, position: int, shape: Column) -> str:
        """The text of a cell as shown now."""
        return show(self.value(position, shape), shape, self.today, revealed=self._revealed,
                    names_masked=self.names_masked)

    def _is_due(self, position: int, shape: Column) -> bool:
        """Whether a date is today or past."""
        day = self.value(position, shape)
        return day is not None and self.today is not None and day <= self.today

    def _tell_all(self) -> None:
        """Have every shown cell drawn anew."""
        if len(self._order):
            self.dataChanged.emit(
                self.index(0, 0), self.index(len(self._order) - 1, self.columnCount() - 1))


def _plain(cell: Any) -> Any:
    """A cell as str, float, bool, date or None."""
    if isinstance(cell, np.datetime64):
        return None if np.isnat(cell) else cell.astype("datetime64[D]").item()
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, np.generic):
        cell = cell.item()
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _arrange(ranks: npt.NDArray[Any], *, descending: bool) -> Positions:
    """Positions sorted by rank; ties keep the order of the data, unknown ones come last."""
    known = ~np.isnan(ranks)
    places = np.flatnonzero(known)
    order = np.argsort(-ranks[places] if descending else ranks[places], kind="stable")
    return np.concatenate([places[order], np.flatnonzero(~known)])


def _ranks(values: npt.NDArray[Any], chips: Sequence[str]) -> npt.NDArray[Any]:
    """One float per value that sorts as the value should; NaN for unknown.

    Words of chips sort as their table does. Other texts sort by their GB 18030 bytes, which for
    the common characters is the order of their pinyin (GB/T 2312 level 1).
    """
    if values.dtype.kind in "fiub":
        return values.astype(np.float64)
    if values.dtype.kind == "M":
        days = values.astype("datetime64[D]")
        return np.where(np.isnat(days), np.nan, days.astype(np.int64))
    known = np.array([value is not None for value in values.tolist()], bool)
    ranks = np.full(len(values), np.nan)
    if chips:
        place = {value: number for number, value in enumerate(chips)}
        ranks[known] = [place.get(str(value), len(place)) for value in values[known].tolist()]
    elif known.any():
        joined = "\x1e".join(map(str, values[known].tolist()))
        words = np.array(joined.encode("gb18030", "replace").split(b"\x1e"))
        ranks[known] = np.unique(words, return_inverse=True)[1]
    return ranks
