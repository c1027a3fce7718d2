"""ProblemExports: the list of problems, and the rows that have them, as workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

if TYPE_CHECKING:
    from ...session import Session
    from .flow import ImportFlow


class ProblemExports(QObject):
    """Asks where to, and tells when it is done."""

    def __init__(self, session: Session, flow: ImportFlow, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._flow, self._window = session, flow, window
        flow.exported.connect(self._list_written)
        flow.rows_exported.connect(self._rows_written)

    @Slot()
    def save_list(self) -> None:
        """All findings, masked."""
        path = self._ask("导出问题清单", "导入问题清单")
        if path is not None:
            self._flow.export(path)

    @Slot()
    def save_rows(self) -> None:
        """The rows that have problems, as they are in the list."""
        path = self._ask("导出要改的行（含客户原文，未脱敏）", "要改的行")
        if path is not None:
            self._flow.export_rows(path)

    def _ask(self, title: str, name: str) -> Path | None:
        """Where the user wants the file; None if nowhere, or if there is nothing to write."""
        checked = self._flow.checked
        if checked is None or self._flow.busy:
            return None
        file = f"{name}-{checked.prepared.table.as_of:%Y%m%d}.xlsx"
        start = str(Path(self._session.settings.last_folder, file))
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, start, "Excel (*.xlsx)")
        return Path(chosen).with_suffix(".xlsx") if chosen else None

    @Slot(int)
    def _list_written(self, count: int) -> None:
        self._session.notify(f"已导出 {count:,} 处问题，内容已脱敏。", "ok")

    @Slot(int)
    def _rows_written(self, count: int) -> None:
        self._session.notify(
            f"已导出 {count:,} 行。改好后再导入一次即可更新；文件含客户原文，用完请删除。", "ok")
