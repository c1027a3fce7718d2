"""GroupTable: groups of customers, one a row; a click leads to the customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal

from ..row_model import RowModel
from ..style import ROW_HEIGHT, px
from .basic import Card, ElidedLabel
from .table import DataTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..columns import Column

_HEADER = 36


class GroupTable(Card):
    """As high as its rows; a line below tells of the row the mouse or the keyboard is on.

    The first of `columns` has the names of the groups. `group_clicked(name, positions)`: show
    the customers.
    """

    group_clicked = Signal(str, object)

    def __init__(self, columns: Sequence[Column], hint: str) -> None:
        super().__init__(padding=(1, 1))
        self._columns, self._hint = columns, hint
        self.body.setSpacing(0)
        self.model = RowModel(columns)
        self.table = DataTable(self.model)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setCursor(Qt.CursorShape.PointingHandCursor)
        self.table.clicked.connect(self._clicked)
        self.table.opened.connect(self._open)
        self.table.entered.connect(self._entered)
        self.table.current_changed.connect(self._tell)
        self._line = ElidedLabel()
        self._line.setContentsMargins(px(12), px(8), px(12), px(8))
        self.body.addWidget(self.table)
        self.body.addWidget(self._line)
        self._names: Sequence[str] = ()
        self._positions: Sequence[Any] = ()
        self._about: Sequence[str] = ()

    def show_groups(self, cells: Mapping[str, Any], positions: Sequence[Any],
                    about: Sequence[str], hint: str = "") -> None:
        """Replace all rows: an array per column, and per row its customers and what to tell.

        `hint` stands below while no row is looked at, instead of the one given before.
        """
        self._hint = hint or self._hint
        self._names = [str(name) for name in cells[self._columns[0].key]]
        self._positions, self._about = positions, about
        self.model.set_data({shape.key: cells[shape.key] for shape in self._columns}, None)
        room, rows = px(_HEADER) + px(4), self.model.rowCount()
        row = self.table.row_height(room + rows * px(ROW_HEIGHT))
        self.table.setFixedHeight(room + rows * row)
        self._tell(-1)

    def _clicked(self, index: QModelIndex) -> None:
        self._open(self.model.position(index.row()))

    def _open(self, position: int) -> None:
        if 0 <= position < len(self._names):
            self.group_clicked.emit(self._names[position], self._positions[position].tolist())

    def _entered(self, index: QModelIndex) -> None:
        self._tell(self.model.position(index.row()))

    def _tell(self, position: int) -> None:
        """About a group, below the table."""
        known = 0 <= position < len(self._names)
        self._line.setText(f"{self._names[position]}：{self._about[position]}" if known
                           else self._hint)
