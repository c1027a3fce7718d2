"""RowDialog: one row of the list, to be corrected before it is imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...style import color, font, px
from ...widgets.basic import button, dialog_foot, label
from .telling import finding_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.issues import Issue

_DAMAGED = ("{names}：表格软件只留下了号码的前几位，末尾的数字已经丢失，不能当真。"
            "请照证件或系统填写完整号码。")
_NOTE = "只改这次导入的内容，原来的表格文件不变。改过的格会记入导入记录。"


@dataclass(frozen=True, slots=True)
class RowCell:
    """One cell a person may change: its column, that column's names, and the text in it now.

    `damaged` tells that the file itself has lost the last digits of a number.
    """

    index: int
    field: str
    title: str
    text: str
    damaged: bool = False


class RowDialog(QDialog):
    """Shows the used cells of a row as they are in the list; `changes` are column -> new text."""

    def __init__(self, issue: Issue, cells: Sequence[RowCell], parent: QWidget | None = None,
                 ) -> None:
        super().__init__(parent)
        self._cells = cells
        self.setWindowTitle(f"修改第 {issue.row} 行")
        self.resize(px(560), px(520))
        self.table = QTableWidget(len(cells), 2)
        self.damaged = label(_DAMAGED.format(names="、".join(
            cell.title for cell in cells if cell.damaged)), wrap=True)
        self.damaged.setProperty("tone", "warn")
        self.save = button("保存并重新检查", clicked=self._save, primary=True)
        self._build(f"{issue.source}：{finding_words(issue.code)}")
        self.damaged.setVisible(any(cell.damaged for cell in cells))
        wanted = next((at for at, cell in enumerate(cells) if cell.field == issue.field), 0)
        self._values = [QTableWidgetItem(cell.text) for cell in cells]
        for at, (cell, value) in enumerate(zip(cells, self._values, strict=True)):
            name = QTableWidgetItem(cell.title + ("（尾数已丢失）" if cell.damaged else ""))
            name.setFlags(Qt.ItemFlag.ItemIsEnabled)
            if cell.field == issue.field:
                name.setFont(font(bold=True))
                name.setForeground(color("warn"))
            value.setToolTip(cell.text)  # a remark may be longer than its line
            if cell.damaged:
                value.setForeground(color("warn"))
            self.table.setItem(at, 0, name)
            self.table.setItem(at, 1, value)
        if cells:
            self.table.setCurrentCell(wanted, 1)
            self.table.scrollToItem(self._values[wanted],
                                    QAbstractItemView.ScrollHint.PositionAtCenter)
            self.table.setFocus()

    def _build(self, problem: str) -> None:
        table = self.table
        table.setAccessibleName("这一行的内容")
        table.setHorizontalHeaderLabels(["列名", "内容（可以改）"])
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(px(36))
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(0, px(240))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(10))
        column.addWidget(label(problem, wrap=True))
        column.addWidget(self.damaged)
        column.addWidget(table, 1)
        column.addWidget(label(_NOTE, "muted", wrap=True))
        column.addLayout(dialog_foot(self, self.save))

    def _save(self) -> None:
        """Take over what is still being typed, then close."""
        self.setFocus()
        self.accept()

    @property
    def changes(self) -> dict[int, str]:
        """The columns whose text was changed."""
        texts = [value.text().strip() for value in self._values]
        return {cell.index: now for cell, now in zip(self._cells, texts, strict=True)
                if now != cell.text}
