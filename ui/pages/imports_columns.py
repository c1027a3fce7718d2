"""ColumnTable: what every column of a list means, one row per column, for a person to decide."""

from __future__ import annotations

from collections import Counter
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from branchseg.messages import text
from branchseg.model.fields import FIELDS, IMPORTED, Kind
from branchseg.model.raw import ColumnMapping, ColumnMatch, MatchKind

from ..icons import icon
from ..style import color, font, px
from ..widgets.basic import Chip, button, restyle
from .imports_work import ListGroup, masked

NOT_IMPORTED = "不导入"
_UNITS = (("元", 1.0), ("千元", 1e3), ("万元", 1e4),
          ("百万元", 1e6), ("千万元", 1e7), ("亿元", 1e8))
_USUAL_UNITS = 3
_HEADERS = ("列名", "前几个值（已脱敏）", "含义", "单位", "识别")
_WIDTHS = (178, 0, 224, 104, 168)
_SAMPLES, _FIELD, _UNIT, _STATE = 1, 2, 3, 4
_ROW, _TALL_ROW = 42, 58
_WORDS = {
    # how a column got its field -> chip
    MatchKind.EXACT: ("已识别", "ok"), MatchKind.ALIAS: ("已识别", "ok"),
    MatchKind.FUZZY: ("已识别", "ok"), MatchKind.REMEMBERED: ("沿用上次", "ok"),
    MatchKind.CHOSEN: ("已选择", "accent"), MatchKind.NONE: (NOT_IMPORTED, "neutral"),
    MatchKind.REFUSED: ("依法不导入", "neutral"),
}
_DECIDED_BY_NOBODY = -1


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
        self.setAccessibleName("各列的含义")
        self.setHorizontalHeaderLabels(list(_HEADERS))
        self.setShowGrid(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_SAMPLES, QHeaderView.ResizeMode.Stretch)
        for place, width in enumerate(_WIDTHS):
            self.setColumnWidth(place, px(width))

    def show_group(self, group: ListGroup) -> None:
        """Show the columns of another list: those in doubt, those used, the others."""
        self.setRowCount(0)
        self._rows.clear()
        order = sorted(group.mapping.columns, key=_rank)
        self.setRowCount(len(order))
        for place, match in enumerate(order):
            self._rows[match.index] = _Row(self, place, match, group.samples[match.index])
            self.setRowHeight(place, px(_TALL_ROW if match.doubtful else _ROW))
        self.refresh(group.mapping)
        self.scrollToTop()

    def refresh(self, mapping: ColumnMapping) -> None:
        """Show what was decided; rows keep their place."""
        twice = rivals(mapping)
        for match in mapping.columns:
            self._rows[match.index].refresh(match, twice=bool(match.field in twice))

    def field_box(self, index: int) -> QComboBox | None:
        """The field drop-down of column `index`; None where there is nothing to choose."""
        return self._rows[index].field

    def unit_box(self, index: int) -> QComboBox:
        """The unit drop-down of column `index`; hidden where the field is no amount."""
        return self._rows[index].unit

    def suggestion(self, index: int) -> QPushButton | None:
        """The button that takes the suggested field of a column in doubt."""
        return self._rows[index].suggest

    def new_field_box(self) -> QComboBox:
        """A drop-down of all fields by group; all of them share one model."""
        box = CalmComboBox()
        box.setModel(self._fields)
        box.setMaxVisibleItems(16)
        box.setPlaceholderText("请选择…")
        return box


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
        self.unit = _unit_box(match.unit)
        self.unit.setAccessibleName(f"{match.header}的单位")
        self._chip = Chip()
        if match.kind is not MatchKind.REFUSED:
            self.field = table.new_field_box()
            self.field.setAccessibleName(f"{match.header}的含义")
            self.field.activated.connect(lambda _index: self._choose())
            table.setCellWidget(place, _FIELD, _boxed(self.field))
        if match.doubtful and match.field:
            self.suggest = button(f"就是“{FIELDS[match.field].label}”", "check", flat=True,
                                  clicked=partial(self._take, match.field, match.unit))
            self.suggest.setToolTip(self._reason)
        self.unit.activated.connect(lambda _index: self._choose())
        table.setCellWidget(place, _UNIT, _boxed(self.unit))
        table.setCellWidget(place, _STATE, _boxed(self._chip, self.suggest, spread=True))

    def refresh(self, match: ColumnMatch, *, twice: bool) -> None:
        """Show what the column means now."""
        self._match = match
        alert = match.doubtful or twice
        self._name.setIcon(icon("warning", "danger" if twice else "warn") if alert else QIcon())
        self._name.setFont(font(bold=match.doubtful or bool(match.field)))
        for item in (self._name, self._values):
            item.setBackground(color("warn_soft") if match.doubtful else color("surface"))
        self._values.setForeground(color("warn" if match.doubtful else "text2"))
        self._values.setText(self._sample_text())
        refused = match.kind is MatchKind.REFUSED
        self._values.setToolTip("" if refused else "\n".join(self._shown()))
        amount = match.field is not None and FIELDS[match.field].kind is Kind.AMOUNT
        self.unit.setVisible(amount and not match.doubtful)
        if self.field is not None:
            self.field.setCurrentIndex(_DECIDED_BY_NOBODY if match.doubtful
                                       else self.field.findData(match.field or ""))
            restyle(self.field, "invalid",
                    "true" if twice else "warn" if match.doubtful else "")
        self._say(match, twice=twice)

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

    def _shown(self) -> list[str]:
        """The samples as they may be shown."""
        return [masked(self._match.field, self._match.header, sample)
                for sample in self._samples]

    def _sample_text(self) -> str:
        """The samples on one line; for columns in doubt, why; for refused ones only that."""
        if self._match.kind is MatchKind.REFUSED:
            return self._reason
        line = "　·　".join(self._shown()) or "（整列空白）"
        return f"{line}\n{self._reason}" if self._match.doubtful else line

    def _choose(self) -> None:
        """A person has used one of the drop-downs."""
        assert self.field is not None  # a refused column has none
        if self.field.currentIndex() == _DECIDED_BY_NOBODY:
            return
        key = self.field.currentData() or None
        self._take(key, float(self.unit.currentData()))

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
