"""Taking customers out of the program: to the clipboard, or as a workbook; always masked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from . import work

if TYPE_CHECKING:
    from ...session import Session
    from .table import CustomersTable

_FILE_KIND = "Excel 工作簿 (*.xlsx)"


class CustomersExport(QObject):
    """Takes the ticked customers; if nobody is ticked, what the user has selected or sees."""

    def __init__(self, session: Session, table: CustomersTable, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._table = session, table

    @Slot()
    def copy(self) -> None:
        """The ticked customers, or the selected rows, to the clipboard for Excel."""
        table = self._table.table
        positions = self._table.model.ticked.tolist() or table.selected_positions()
        if positions:
            table.copy(with_header=True, positions=positions)
            self._session.notify(f"已复制 {len(positions):,} 户（已脱敏），可以粘贴到 Excel。")

    @Slot()
    def save(self) -> None:
        """The ticked customers, or all shown, as a workbook; asks where to."""
        view, settings = self._table.view, self._session.settings
        positions = self._table.exported()
        if view is None or not positions:
            return
        name = f"客户名单_{view.result.table.as_of:%Y%m%d}.xlsx"
        chosen, _kind = QFileDialog.getSaveFileName(
            self._table, "导出名单（已脱敏）", str(Path(settings.last_folder) / name), _FILE_KIND)
        if chosen:
            path, now = Path(chosen), datetime.now().astimezone()
            self._session.run("正在导出名单", lambda reporter: work.export(
                view, positions, path, settings, now, reporter), self._saved)

    @Slot(object)
    def _saved(self, count: int) -> None:
        self._session.notify(f"已导出 {count:,} 户，个人信息已脱敏。")
