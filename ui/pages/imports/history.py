"""HistoryTable: every import, with a button to take it back or bring it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from branchseg.model.issues import Severity, by_severity

from ...style import ROW_HEIGHT, color, px
from ...widgets.basic import Chip, button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.store.records import Batch

_COLUMNS = (
    # header, width, figures at the right
    ("导入时间", 136, False), ("名单", 0, False), ("数据日期", 98, False), ("客户", 88, True),
    ("问题", 64, True), ("状态", 88, False), ("", 0, False),
)
_NAME, _STATE, _ACTION = 1, 5, 6
_ACTIONS, _PICTURES = 364, 148
"""The width of the buttons with their words, and as pictures only."""
_NARROW = 1000
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HistoryTable(QTableWidget):
    """One row per import, the latest first.

    Signals: `undo_wanted(Batch)`, `redo_wanted(Batch)`, `report_wanted(Batch)`,
    `compare_wanted(Batch)` (with an older import).
    """

    undo_wanted = Signal(object)
    redo_wanted = Signal(object)
    report_wanted = Signal(object)
    compare_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_COLUMNS), parent)
        self._words: list[tuple[QPushButton, str]] = []
        self.setAccessibleName("导入记录")
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(ROW_HEIGHT))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for place, (title, width, figures) in enumerate(_COLUMNS):
            item = QTableWidgetItem(title)
            item.setTextAlignment(_RIGHT if figures else Qt.AlignmentFlag.AlignLeft
                                  | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(place, item)
            self.setColumnWidth(place, px(width))

    def show_batches(self, batches: Sequence[Batch]) -> None:
        """Replace the rows."""
        self.setRowCount(0)
        self.setRowCount(len(batches))
        self._words = []
        for place, batch in enumerate(batches):
            comparable = batch.in_force and bool(batch.older(batches))
            self._fill(place, batch, comparable=comparable)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the names where there is little."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Buttons with words, or with a picture and a tool tip."""
        narrow = self.width() < px(_NARROW)
        for each, words in self._words:
            each.setText("" if narrow else words)
            each.setToolTip(words if narrow else "")
        self.setColumnWidth(_ACTION, px(_PICTURES if narrow else _ACTIONS))

    def _fill(self, place: int, batch: Batch, *, comparable: bool) -> None:
        """One import."""
        names = list(dict.fromkeys(source.file_name for source in batch.sources))
        found = by_severity(batch.issue_counts)
        notes = found[Severity.NOTE]
        problems = sum(found.values()) - notes
        texts = (f"{batch.imported_at.astimezone():%Y-%m-%d %H:%M}", "、".join(names),
                 batch.as_of.isoformat(), f"{batch.customers:,} 户",
                 f"{problems:,}")
        tips = (*texts[:-1], f"错误和提醒 {problems:,} 处，另有说明 {notes:,} 处")
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if _COLUMNS[column][2]:
                item.setTextAlignment(_RIGHT)
            if batch.undone_at is not None:
                item.setForeground(color("text3"))
            item.setToolTip(tips[column])
            self.setItem(place, column, item)
        self._offer(place, batch, comparable=comparable)

    def _offer(self, place: int, batch: Batch, *, comparable: bool) -> None:
        """Whether an import is in force, and what can be done with it."""
        if batch.in_force:
            chip = Chip("使用中", "ok")
            acts = [button("撤销本次导入", "undo", partial(self.undo_wanted.emit, batch),
                           flat=True)]
        else:
            chip = Chip("已撤销", "neutral")
            acts = [button("恢复", "redo", partial(self.redo_wanted.emit, batch), flat=True)]
        acts.append(button("质量报告", "file", partial(self.report_wanted.emit, batch), flat=True))
        if comparable:
            acts.append(button("与上次比较", "table", partial(self.compare_wanted.emit, batch),
                               flat=True))
        for each in acts:
            self._words.append((each, each.text()))
            each.setAccessibleName(
                f"{each.text()}：{batch.imported_at.astimezone():%m月%d日 %H:%M}")
        for column, widgets in ((_STATE, [chip]), (_ACTION, acts)):
            box = QWidget()
            row = QHBoxLayout(box)
            row.setContentsMargins(px(8), 0, px(4), 0)
            row.setSpacing(0)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch()
            self.setCellWidget(place, column, box)
