"""FlowGrid: where the customers of each tier or status have gone, as numbers to click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ...style import color, px, tone_colors

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QPainter

    from .work import Grid

_TONES = {"up": "ok", "down": "danger", "new": "accent", "gone": "warn"}
_ROW, _LEAST = 30, 54
_MIDDLE = Qt.AlignmentFlag.AlignCenter


class _OnFill(QStyledItemDelegate):
    """Cells on their fill; the style sheet, which draws the lines between them, forgets it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        fill = index.data(Qt.ItemDataRole.BackgroundRole)
        if fill is not None:
            painter.fillRect(option.rect.adjusted(px(2), px(2), -px(2), -px(3)), fill)
        super().paint(painter, option, index)


class FlowGrid(QTableWidget):
    """As high as its rows. `chosen(title, rows)`: show the customers behind a number."""

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid: Grid | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_OnFill(self))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(px(_ROW))
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setMinimumSectionSize(px(_LEAST))
        across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for header in (down, across):
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
        self.cellClicked.connect(self._choose)
        self.cellActivated.connect(self._choose)

    def show_grid(self, grid: Grid, name: str) -> None:
        """Replace everything; `name` is for who cannot see."""
        self._grid = grid
        self.setAccessibleName(name)
        self.clear()
        self.setRowCount(len(grid.before))
        self.setColumnCount(len(grid.after))
        self.setVerticalHeaderLabels(grid.before)
        self.setHorizontalHeaderLabels(grid.after)
        for row in range(len(grid.before)):
            for column in range(len(grid.after)):
                self.setItem(row, column, self._item(grid, row, column))
        self.resizeColumnsToContents()
        down, across = self.verticalHeader(), self.horizontalHeader()
        self.setFixedHeight(across.sizeHint().height() + down.length() + px(4))
        self.setFixedWidth(down.sizeHint().width() + across.length() + px(4))

    @staticmethod
    def _item(grid: Grid, row: int, column: int) -> QTableWidgetItem:
        """A number on the fill of its kind; nobody is no number."""
        cell = grid.cells.get((row, column))
        item = QTableWidgetItem(f"{len(cell.rows):,}" if cell else "")
        item.setTextAlignment(_MIDDLE)
        if cell is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        elif cell.kind:
            ink, fill = tone_colors(_TONES[cell.kind])
            item.setForeground(ink)
            item.setBackground(fill)
        else:
            item.setForeground(color("text2"))
        if cell is not None:
            item.setToolTip(f"{grid.title(row, column)}：{len(cell.rows):,} 户")
        return item

    def _choose(self, row: int, column: int) -> None:
        if self._grid is not None and (row, column) in self._grid.cells:
            self.chosen.emit(self._grid.title(row, column),
                             self._grid.cells[row, column].rows.tolist())

