"""ColumnTable: what every column of a list means, one row per column, for a person to decide."""

from __future__ import annotations

from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QWidget,
)

from branchseg.model.raw import ColumnMapping, ColumnMatch, MatchKind

from ...style import color, font, px
from .column_row import DOUBT_ROLE, SAMPLE_ROLE, SAMPLES_PLACE, ColumnRow
from .field_box import FieldBox, FieldPicker, field_model
from .work import SAMPLES, ListGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .field_search import FieldEntry

_HEADERS = ("列名", "前几个值（已脱敏）", "含义", "单位", "识别")
_WIDTHS = (186, 0, 208, 96, 200)
_NARROW_WIDTHS = (136, 0, 174, 94, 172)
_NARROW = 1000
"""Below this width, in pixels at scale 1, the samples would have no room left."""
_ROW, _TALL_ROW = 42, 58
_LEAST_SLOT = 84
_BUILD_SECONDS = 0.03


def rivals(mapping: ColumnMapping) -> dict[str, list[str]]:
    """Fields that more than one decided column claims -> the names of those columns."""
    claimed = [match for match in mapping.columns if match.field and not match.doubtful]
    often = Counter(match.field for match in claimed)
    return {key: [match.header for match in claimed if match.field == key]
            for key in often if key and often[key] > 1}


class ColumnTable(QTableWidget):
    """One row per column of a list group; columns in doubt stand first.

    `decided(index, field key or None, unit)` when a person has chosen.
    """

    decided = Signal(int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADERS), parent)
        self._fields, self.picker = field_model(self), FieldPicker(self)
        self._rows: dict[int, ColumnRow] = {}
        self._group: ListGroup | None = None
        self._waiting: list[tuple[int, ColumnMatch]] = []
        self._builder = QTimer(self, interval=0, singleShot=True)
        self._builder.timeout.connect(self._build_rows)
        self.setAccessibleName("各列的含义")
        self.setHorizontalHeaderLabels(list(_HEADERS))
        self.setShowGrid(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.setItemDelegate(_CellDelegate(self))
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(SAMPLES_PLACE, QHeaderView.ResizeMode.Stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the samples in a narrow window."""
        super().resizeEvent(event)
        widths = _WIDTHS if self.width() >= px(_NARROW) else _NARROW_WIDTHS
        for place, width in enumerate(widths):
            if width:
                self.setColumnWidth(place, px(width))

    def show_group(self, group: ListGroup) -> None:
        """Show the columns of another list: those in doubt, those used, the others."""
        self.clear_rows()
        order = sorted(group.mapping.columns, key=_rank)
        self._group = group
        self._waiting = list(enumerate(order))
        self.setRowCount(len(order))
        for place, match in self._waiting:
            self.setRowHeight(place, px(_TALL_ROW if match.doubtful else _ROW))
        self.scrollToTop()
        self._build_rows()

    def clear_rows(self) -> None:
        """Show nothing and let go of the list."""
        self._waiting, self._group = [], None
        self._rows.clear()
        self.setRowCount(0)

    def refresh(self, group: ListGroup) -> None:
        """Show what was decided in the group on show; rows keep their place."""
        self._group = group
        twice = rivals(group.mapping)
        for match in group.mapping.columns:
            if match.index in self._rows:
                self._rows[match.index].refresh(match, twice=match.field in twice)

    @property
    def complete(self) -> bool:
        """Whether all rows are there; long lists take some turns of the event loop."""
        return not self._waiting

    def _build_rows(self) -> None:
        """Build rows for some milliseconds, so that the window stays alive."""
        start = monotonic()
        while self._waiting and self._group is not None and monotonic() - start < _BUILD_SECONDS:
            place, match = self._waiting.pop(0)
            row = ColumnRow(self, place, match, self._group.samples[match.index],
                            self._new_field_box, self.decided.emit)
            now = self._group.mapping.columns[match.index]
            row.refresh(now, twice=now.field in rivals(self._group.mapping))
            self._rows[match.index] = row
        if self._waiting:
            self._builder.start()

    def field_box(self, index: int) -> QComboBox | None:
        """The field drop-down of column `index`; None where there is nothing to choose."""
        return self._rows[index].field

    def unit_box(self, index: int) -> QComboBox | None:
        """The unit drop-down of column `index`; None where the field never was an amount."""
        return self._rows[index].unit

    def suggestion(self, index: int) -> QPushButton | None:
        """The button that decides a column in doubt as is most likely."""
        return self._rows[index].suggest

    def _new_field_box(self) -> FieldBox:
        """A drop-down of all fields; all of them share one model and one list to search."""
        return FieldBox(self._fields, self.picker)

    def set_fields(self, entries: Sequence[FieldEntry]) -> None:
        """The fields a column can be."""
        self.picker.set_fields(entries)


class _CellDelegate(QStyledItemDelegate):
    """Paints samples in even places, the remark below them, and rows in doubt on a soft fill."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        """One cell; those with drop-downs only get their ground and the line below."""
        cell, doubt = option.rect, bool(index.sibling(index.row(), 0).data(DOUBT_ROLE))
        painter.save()
        painter.fillRect(cell, color("warn_soft" if doubt else "surface"))
        if index.column():
            painter.fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), color("border"))
        painter.restore()
        if index.column() == 0:
            super().paint(painter, option, index)
        elif index.column() == SAMPLES_PLACE:
            self._paint_samples(painter, cell.adjusted(px(8), px(3), -px(4), -px(3)), index,
                                "warn" if doubt else "text3")

    @staticmethod
    def _paint_samples(painter: QPainter, room: QRect,
                       index: QModelIndex | QPersistentModelIndex, remark_token: str) -> None:
        """The samples side by side, the remark below or instead."""
        samples, remark = index.data(SAMPLE_ROLE) or [], index.data() or ""
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.save()
        lines = int(bool(samples)) + int(bool(remark))
        height = room.height() // max(lines, 1)
        fitting = min(max(room.width() // px(_LEAST_SLOT), 1), SAMPLES)
        width = room.width() // fitting
        painter.setFont(font())
        painter.setPen(color("text"))
        for place, sample in enumerate(samples[:fitting]):
            slot = QRect(room.left() + place * width, room.top(), width - px(8), height)
            painter.drawText(slot, left, painter.fontMetrics().elidedText(
                sample, Qt.TextElideMode.ElideRight, slot.width()))
        if remark:
            painter.setFont(font(9))
            painter.setPen(color(remark_token))
            line = QRect(room.left(), room.bottom() + 1 - height, room.width(), height)
            painter.drawText(line, left, painter.fontMetrics().elidedText(
                remark, Qt.TextElideMode.ElideRight, line.width()))
        painter.restore()


def _rank(match: ColumnMatch) -> int:
    """Where a column stands: in doubt, used, without a field, refused."""
    if match.doubtful:
        return 0
    if match.field:
        return 1
    return 3 if match.kind in (MatchKind.REFUSED, MatchKind.OWN) else 2
