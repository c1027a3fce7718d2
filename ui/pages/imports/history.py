"""HistoryTable: every import, with a button to take it back or bring it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ...style import ROW_HEIGHT, color, px
from ...widgets.basic import Chip, button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.store.records import Batch

_COLUMNS = (
    # header, width, figures at the right
    ("导入时间", 136, False), ("名单", 0, False), ("数据日期", 98, False), ("客户", 88, True),
    ("问题", 64, True), ("状态", 88, False), ("", 144, False),
)
_NAME, _STATE, _ACTION = 1, 5, 6
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HistoryTable(QTableWidget):
    """One row per import, the latest first; `undo_wanted(Batch)`, `redo_wanted(Batch)`."""

    undo_wanted = Signal(object)
    redo_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_COLUMNS), parent)
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
        for place, batch in enumerate(batches):
            self._fill(place, batch)

    def _fill(self, place: int, batch: Batch) -> None:
        """One import."""
        names = list(dict.fromkeys(source.file_name for source in batch.sources))
        texts = (f"{batch.imported_at.astimezone():%Y-%m-%d %H:%M}", "、".join(names),
                 batch.as_of.isoformat(), f"{batch.customers:,} 户",
                 f"{sum(batch.issue_counts.values()):,}")
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if _COLUMNS[column][2]:
                item.setTextAlignment(_RIGHT)
            if batch.undone_at is not None:
                item.setForeground(color("text3"))
            item.setToolTip(text)
            self.setItem(place, column, item)
        self._offer(place, batch)

    def _offer(self, place: int, batch: Batch) -> None:
        """Whether an import is in force, and the button that changes it."""
        if batch.undone_at is None:
            chip = Chip("使用中", "ok")
            act = button("撤销本次导入", "undo", partial(self.undo_wanted.emit, batch), flat=True)
        else:
            chip = Chip("已撤销", "neutral")
            act = button("恢复", "redo", partial(self.redo_wanted.emit, batch), flat=True)
        act.setAccessibleName(f"{act.text()}：{batch.imported_at.astimezone():%m月%d日 %H:%M}")
        for column, widget in ((_STATE, chip), (_ACTION, act)):
            box = QWidget()
            row = QHBoxLayout(box)
            row.setContentsMargins(px(8), 0, px(4), 0)
            row.addWidget(widget)
            row.addStretch()
            self.setCellWidget(place, column, box)
