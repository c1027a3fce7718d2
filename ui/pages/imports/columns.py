"""ColumnTable: what every column of a list means, one row per column, for a person to decide."""

from __future__ import annotations

from collections import Counter
from functools import partial
from time import monotonic

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QIcon,
    QPainter,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from branchseg.messages import text
from branchseg.model.fields import FIELDS, IMPORTED, Kind
from branchseg.model.raw import ColumnMapping, ColumnMatch, MatchKind

from ...icons import icon
from ...style import color, font, px
from ...widgets.basic import Chip, button, restyle
from .work import SAMPLES, ListGroup, masked

NOT_IMPORTED = "不导入"
_UNITS = (("元", 1.0), ("千元", 1e3), ("万元", 1e4),
          ("百万元", 1e6), ("千万元", 1e7), ("亿元", 1e8))
_USUAL_UNITS = 3
_HEADERS = ("列名", "前几个值（已脱敏）", "含义", "单位", "识别")
_WIDTHS = (170, 0, 216, 104, 200)
_NARROW_WIDTHS = (124, 0, 164, 88, 164)
_NARROW = 1000
"""Below this width, in pixels at scale 1, the samples would have no room left."""
_SAMPLES, _FIELD, _UNIT, _STATE = 1, 2, 3, 4
_ROW, _TALL_ROW = 42, 58
_LEAST_SLOT = 84
_WORDS = {
    # how a column got its field -> chip
    MatchKind.EXACT: ("已识别", "ok"), MatchKind.ALIAS: ("已识别", "ok"),
    MatchKind.FUZZY: ("已识别", "ok"), MatchKind.REMEMBERED: ("沿用上次", "ok"),
    MatchKind.CHOSEN: ("已选择", "accent"), MatchKind.NONE: (NOT_IMPORTED, "neutral"),
    MatchKind.REFUSED: ("依法不导入", "neutral"),
}
_DECIDED_BY_NOBODY = -1
_SECOND = "intake.match.second"
_BUILD_SECONDS = 0.03
_SAMPLE_ROLE = Qt.ItemDataRole.UserRole + 1
_DOUBT_ROLE = Qt.ItemDataRole.UserRole + 2


class CalmComboBox(QComboBox):
    """A drop-down inside a list that scrolls: the wheel scrolls the list, not the choice."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the list."""
        event.ignore()


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
        self._fields = _field_model(self)
        self._rows: dict[int, _Row] = {}
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
        header.setSectionResizeMode(_SAMPLES, QHeaderView.ResizeMode.Stretch)

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
            row = _Row(self, place, match, self._group.samples[match.index])
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

    def new_field_box(self) -> QComboBox:
        """A drop-down of all fields by group; all of them share one model."""
        box = CalmComboBox()
        box.setModel(self._fields)
        box.setMaxVisibleItems(16)
        box.setPlaceholderText("请选择…")
        box.setProperty("invalid", "")
        return box


class _CellDelegate(QStyledItemDelegate):
    """Paints samples in even places, the remark below them, and rows in doubt on a soft fill."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        """One cell; those with drop-downs only get their ground and the line below."""
        cell, doubt = option.rect, bool(index.sibling(index.row(), 0).data(_DOUBT_ROLE))
        painter.save()
        painter.fillRect(cell, color("warn_soft" if doubt else "surface"))
        if index.column():
            painter.fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), color("border"))
        painter.restore()
        if index.column() == 0:
            super().paint(painter, option, index)
        elif index.column() == _SAMPLES:
            self._paint_samples(painter, cell.adjusted(px(8), px(3), -px(4), -px(3)), index,
                                "warn" if doubt else "text3")

    @staticmethod
    def _paint_samples(painter: QPainter, room: QRect,
                       index: QModelIndex | QPersistentModelIndex, remark_token: str) -> None:
        """The samples side by side, the remark below or instead."""
        samples, remark = index.data(_SAMPLE_ROLE) or [], index.data() or ""
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


class _Row:
    """The cells of one column."""

    def __init__(self, table: ColumnTable, place: int, match: ColumnMatch,
                 samples: tuple[str, ...]) -> None:
        self._table, self._samples = table, samples
        self._match, self._reason = match, text(match.reason) if match.reason else ""
        self._name, self._values = QTableWidgetItem(match.header), QTableWidgetItem()
        self._name.setToolTip(match.header)
        table.setItem(place, 0, self._name)
        table.setItem(place, _SAMPLES, self._values)
        self.field: QComboBox | None = None
        self.suggest: QPushButton | None = None
        self.unit: QComboBox | None = None
        self._place, self._chip = place, Chip()
        if match.kind is not MatchKind.REFUSED:
            self.field = table.new_field_box()
            self.field.setAccessibleName(f"{match.header}的含义")
            self.field.activated.connect(lambda _index: self._choose())
            table.setCellWidget(place, _FIELD, _boxed(self.field))
        if match.doubtful and match.field:
            second = match.reason == _SECOND
            self.suggest = button(
                "不导入这一列" if second else f"就是“{FIELDS[match.field].label}”",
                tip=self._reason,
                clicked=partial(self._take, None if second else match.field, match.unit))
        table.setCellWidget(place, _STATE, _boxed(self._chip, self.suggest, spread=True))

    def refresh(self, match: ColumnMatch, *, twice: bool) -> None:
        """Show what the column means now."""
        self._match = match
        alert = match.doubtful or twice
        self._name.setIcon(icon("warning", "danger" if twice else "warn") if alert else QIcon())
        self._name.setFont(font(bold=match.doubtful or bool(match.field)))
        self._name.setData(_DOUBT_ROLE, match.doubtful)
        self._values.setData(_SAMPLE_ROLE, self._samples_shown())
        self._values.setText(self._remark())
        self._values.setToolTip("\n".join([self._remark(), *self._samples_shown()]).strip())
        self._show_unit(match)
        if self.field is not None:
            self.field.setCurrentIndex(_DECIDED_BY_NOBODY if match.doubtful
                                       else self.field.findData(match.field or ""))
            restyle(self.field, "invalid",
                    "true" if twice else "warn" if match.doubtful else "")
        self._say(match, twice=twice)

    def _show_unit(self, match: ColumnMatch) -> None:
        """The unit of an amount; its drop-down is made when it is first needed."""
        amount = match.field is not None and FIELDS[match.field].kind is Kind.AMOUNT
        wanted = amount and not match.doubtful
        if wanted and self.unit is None:
            self.unit = _unit_box(match.unit)
            self.unit.setAccessibleName(f"{match.header}的单位")
            self.unit.activated.connect(lambda _index: self._choose())
            self._table.setCellWidget(self._place, _UNIT, _boxed(self.unit))
        elif self.unit is not None:
            self.unit.setVisible(wanted)

    def _say(self, match: ColumnMatch, *, twice: bool) -> None:
        """The chip, or the button that takes the suggestion."""
        if self.suggest is not None:
            self.suggest.setVisible(match.doubtful)
        if match.doubtful:
            self._chip.set("" if self.suggest else "请确认", "warn")
            return
        word, tone = _WORDS[match.kind]
        if match.field is None and match.kind is not MatchKind.REFUSED:
            word, tone = NOT_IMPORTED, "neutral"
        self._chip.set(*(("重复", "danger") if twice else (word, tone)))
        self._chip.setToolTip(self._tip(match))

    def _tip(self, match: ColumnMatch) -> str:
        """Why the column has this field, or none."""
        if match.kind is MatchKind.REFUSED:
            return self._reason
        if match.field is None:
            return "这一列不导入，不会保存。"
        return f"把握 {match.confidence:.0%}"

    def _samples_shown(self) -> list[str]:
        """The samples as they may be shown; of a refused column none."""
        if self._match.kind is MatchKind.REFUSED:
            return []
        return [masked(self._match.field, self._match.header, sample)
                for sample in self._samples]

    def _remark(self) -> str:
        """Why a column is in doubt or refused, or that there is nothing in it."""
        if self._match.doubtful or self._match.kind is MatchKind.REFUSED:
            return self._reason
        return "" if self._samples else "整列空白"

    def _choose(self) -> None:
        """A person has used one of the drop-downs."""
        assert self.field is not None  # a refused column has none
        if self.field.currentIndex() == _DECIDED_BY_NOBODY:
            return
        key = self.field.currentData() or None
        unit = self._match.unit if self.unit is None else float(self.unit.currentData())
        self._take(key, unit)

    def _take(self, key: str | None, unit: float) -> None:
        amount = key is not None and FIELDS[key].kind is Kind.AMOUNT
        self._table.decided.emit(self._match.index, key, unit if amount else 1.0)


def _rank(match: ColumnMatch) -> int:
    """Where a column stands: in doubt, used, without a field, refused."""
    if match.doubtful:
        return 0
    if match.field:
        return 1
    return 3 if match.kind is MatchKind.REFUSED else 2


def _field_model(owner: ColumnTable) -> QStandardItemModel:
    """All fields by group, under headings nobody can choose; "" stands for not imported."""
    model = QStandardItemModel(owner)
    nothing = QStandardItem(NOT_IMPORTED)
    nothing.setData("", Qt.ItemDataRole.UserRole)
    model.appendRow(nothing)
    for group in dict.fromkeys(field.group for field in IMPORTED):
        heading = QStandardItem(group)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        heading.setFont(font(9, bold=True))
        model.appendRow(heading)
        for field in IMPORTED:
            if field.group == group:
                item = QStandardItem(field.label)
                item.setData(field.key, Qt.ItemDataRole.UserRole)
                model.appendRow(item)
    return model


def _unit_box(unit: float) -> QComboBox:
    """The usual units, and the one the list names if it is another."""
    box = CalmComboBox()
    for place, (word, factor) in enumerate(_UNITS):
        if place < _USUAL_UNITS or factor == unit:
            box.addItem(word, factor)
    box.setCurrentIndex(max(box.findData(unit), 0))
    return box


def _boxed(*widgets: QWidget | None, spread: bool = False) -> QWidget:
    """Widgets in a table cell, with air around; `spread` leaves them their own width."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(px(6), px(3), px(6), px(3))
    row.setSpacing(px(4))
    for each in widgets:
        if each is not None:
            row.addWidget(each)
    if spread:
        row.addStretch()
    return box
