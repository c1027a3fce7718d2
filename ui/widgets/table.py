"""DataTable: the one table of the program, over a RowModel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ..columns import UNKNOWN, show
from ..row_model import CHIP_ROLE, TONE_ROLE, RowModel
from ..style import ROW_HEIGHT, color, px, tone_colors

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHECK_WIDTH = 40
_LOW, _LOW_ROW = 300, 30
"""Where a table is lower than that, its rows are too."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")


class CellDelegate(QStyledItemDelegate):
    """Paints chips, and text that keeps its colour on a selected row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        """The cell without text by the style, then the chip or the coloured text."""
        tone, token = index.data(CHIP_ROLE), index.data(TONE_ROLE)
        if tone is None and token is None:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        text, cell.text = cell.text, ""
        cell.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        painter.save()
        painter.setFont(cell.font)
        room = cell.rect.adjusted(px(8), 0, -px(8), 0)
        if tone is not None:
            self._chip(painter, cell, room, text, tone)
        else:
            painter.setPen(color(token))
            painter.drawText(room, int(cell.displayAlignment), text)
        painter.restore()

    @staticmethod
    def _chip(painter: QPainter, cell: QStyleOptionViewItem, room: QRect, text: str,
              tone: str) -> None:
        """A word on a soft fill at the left of the cell."""
        if not text:
            return
        ink, fill = tone_colors(tone)
        metrics = cell.fontMetrics
        width = min(metrics.horizontalAdvance(text) + px(16), room.width())
        height = metrics.height() + px(4)
        box = QRect(room.left(), room.center().y() - height // 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, px(4), px(4))
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class _Header(QHeaderView):
    """A header whose first section ticks all rows, if the model has check boxes."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setSortIndicatorShown(True)
        self.setMinimumSectionSize(px(36))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """The style's section, with a check box on that of the ticks."""
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        model = self._table.model()
        if section != 0 or not isinstance(model, RowModel) or not model.checkable:
            return
        box = QStyleOptionButton()
        side = px(18)
        box.rect = QRect(rect.left() + px(8), rect.center().y() - side // 2 + 1, side, side)
        ticked = model.rowCount() > 0 and model.all_shown_ticked
        box.state = QStyle.StateFlag.State_Enabled | (
            QStyle.StateFlag.State_On if ticked else QStyle.StateFlag.State_Off)
        self.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck, box, painter, self._table)


class DataTable(QTableView):
    """Sorts by header, ticks with Space, copies for Excel, filters by a cell's value.

    Signals:
        opened(position): double click or Enter on a row.
        current_changed(position): another row is current; -1 for none.
        filter_wanted(column key, value): 按此值筛选 in the context menu.
        menu_opening(QMenu, position): add the page's own actions here.
    """

    opened = Signal(int)
    current_changed = Signal(int)
    filter_wanted = Signal(str, object)
    menu_opening = Signal(QMenu, int)

    def __init__(self, model: RowModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setHorizontalHeader(_Header(self))
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(CellDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(px(ROW_HEIGHT))
        self._size_columns()
        self._connect()

    def _size_columns(self) -> None:
        """Widths of the descriptors; one column stretches."""
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        first = 1 if self._model.checkable else 0
        if first:
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(0, px(_CHECK_WIDTH))
        for number, shape in enumerate(self._model.columns, first):
            self.setColumnWidth(number, px(shape.width))

    def _connect(self) -> None:
        header = self.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.sectionClicked.connect(self._header_clicked)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        self._model.ticks_changed.connect(lambda _count: header.viewport().update())
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(
            lambda now, _before: self.current_changed.emit(self._position(now)))

    # --- for pages ---

    @property
    def current_position(self) -> int:
        """The position of the current row, -1 if there is none."""
        return self._position(self.currentIndex())

    def selected_positions(self) -> list[int]:
        """The positions of all selected rows, in the order shown."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        rows = {row for part in parts for row in range(part.top(), part.bottom() + 1)}
        return [self._model.position(row) for row in sorted(rows)]

    def select_position(self, position: int) -> bool:
        """Make a row current and scroll to it; False if a filter hides it."""
        row = self._model.row_of(position)
        if row < 0:
            return False
        self.selectRow(row)
        self.scrollTo(self._model.index(row, 0))
        return True

    def move_current(self, steps: int) -> bool:
        """Go some rows down (negative: up); False at the end. For Alt+Up and Alt+Down."""
        row = self.currentIndex().row() + steps
        if not 0 <= row < self._model.rowCount():
            return False
        self.selectRow(row)
        return True

    def copy(self, *, with_header: bool = False,
             positions: Sequence[int] | None = None) -> None:
        """The selected rows, or these, as tab-separated text: as shown but always masked."""
        order = [self.horizontalHeader().logicalIndex(n) for n in range(self._model.columnCount())]
        first = 1 if self._model.checkable else 0
        shapes = [self._model.columns[n - first] for n in order
                  if n >= first and not self.isColumnHidden(n)]
        lines = ["\t".join(shape.label for shape in shapes)] if with_header else []
        for position in self.selected_positions() if positions is None else positions:
            cells = (show(self._model.value(position, shape), shape, None, revealed=False,
                          names_masked=True) for shape in shapes)
            lines.append("\t".join(_plain(cell) for cell in cells))
        QGuiApplication.clipboard().setText("\n".join(lines))

    # --- events ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks, Enter opens, Ctrl+C and Ctrl+Shift+C copy."""
        control = Qt.KeyboardModifier.ControlModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_C and event.modifiers() == (
                control | Qt.KeyboardModifier.ShiftModifier):
            self.copy(with_header=True)
        elif event.key() == Qt.Key.Key_Space and self._model.checkable:
            self._toggle_selected()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @staticmethod
    def row_height(height: int) -> int:
        """The height of a row in a table of this height."""
        return px(ROW_HEIGHT if height >= px(_LOW) else _LOW_ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the room that is left to the stretching column, never less than its own width."""
        super().resizeEvent(event)
        self.verticalHeader().setDefaultSectionSize(self.row_height(self.height()))
        first = 1 if self._model.checkable else 0
        for number, shape in enumerate(self._model.columns, first):
            if shape.stretch:
                others = self.horizontalHeader().length() - self.columnWidth(number)
                self.setColumnWidth(number, max(self.viewport().width() - others,
                                                px(shape.width)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the cell below the mouse."""
        index = self.indexAt(event.pos())
        if index.isValid():
            self.cell_menu(index).exec(event.globalPos())

    def cell_menu(self, index: QModelIndex) -> QMenu:
        """Filter by this value, copy, and what the page adds."""
        menu, first = QMenu(self), 1 if self._model.checkable else 0
        if index.column() >= first:
            shape = self._model.columns[index.column() - first]
            value = self._model.value(self._position(index), shape)
            shown = str(index.data() or "")
            menu.addAction(f"按“{shown}”筛选").triggered.connect(
                lambda: self.filter_wanted.emit(shape.key, value))
        menu.addAction("复制\tCtrl+C").triggered.connect(
            lambda: self.copy(with_header=False))
        menu.addAction("连同表头复制\tCtrl+Shift+C").triggered.connect(
            lambda: self.copy(with_header=True))
        self.menu_opening.emit(menu, self._position(index))
        return menu

    def _position(self, index: QModelIndex) -> int:
        valid = index.isValid() and index.row() < self._model.rowCount()
        return self._model.position(index.row()) if valid else -1

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._position(index))

    def _toggle_selected(self) -> None:
        """Tick all selected rows, or untick them if all are ticked."""
        positions = self.selected_positions()
        ticked = set(self._model.ticked.tolist())
        self._model.tick(positions, on=not ticked.issuperset(positions))

    def _header_clicked(self, section: int) -> None:
        """Tick all, or sort: up, down, as it was."""
        if self._model.checkable and section == 0:
            self._model.tick_shown(on=not self._model.all_shown_ticked)
            return
        header, down = self.horizontalHeader(), Qt.SortOrder.DescendingOrder
        order = Qt.SortOrder.AscendingOrder
        if self._model.sorted_by == (section, order):
            order = down
        elif self._model.sorted_by == (section, down):
            section = -1
        header.setSortIndicator(section, order)
        self._model.sort(section, order)

    def _header_menu(self, at: QPoint) -> None:
        self.columns_menu().exec(self.horizontalHeader().mapToGlobal(at))

    def columns_menu(self) -> QMenu:
        """Which columns are shown."""
        menu, first = QMenu(self), 1 if self._model.checkable else 0
        for number, shape in enumerate(self._model.columns, first):
            action = menu.addAction(shape.label)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.toggled.connect(lambda on, n=number: self.setColumnHidden(n, not on))
        return menu


def _plain(cell: str) -> str:
    """A cell for Excel: unknown is empty, nothing becomes a formula, one line."""
    if cell == UNKNOWN:
        return ""
    flat = " ".join(cell.split())
    looks_like_number = flat.lstrip("+-").replace(",", "").replace(".", "", 1).isdigit()
    return f"'{flat}" if flat.startswith(_FORMULA_STARTS) and not looks_like_number else flat
