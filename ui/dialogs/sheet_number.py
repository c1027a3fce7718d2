"""Ctrl+G: the number of a printed task sheet, typed or scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from branchseg.sheets import is_unregistered, parse_payload, sheet_number

from ..style import px
from ..widgets.basic import button, dialog_foot, label, restyle

if TYPE_CHECKING:
    from datetime import date

_MOST_DIGITS = 4
_UNREADABLE = "认不出这个单号。请重新扫描，或照单上的格式输入，例如 20261122-0001。"
_UNREGISTERED = "这张单是用命令行批量打印的，没有登记在本程序中。请按客户查找，再登记结果。"


def fault_of(typed: str) -> str:
    """Why a scanned or typed text opens no task sheet, and what to do."""
    return _UNREGISTERED if is_unregistered(typed) else _UNREADABLE


def number_of(typed: str, today: date) -> str | None:
    """The sheet number meant: a code, a number, or the last digits of a sheet of today."""
    text = typed.strip()
    number = parse_payload(text)
    if number is None and text.isdecimal() and len(text) <= _MOST_DIGITS and int(text):
        return sheet_number(today, int(text))
    return number


class SheetNumberDialog(QDialog):
    """Asks until there is a number; then `number` is it."""

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.number = ""
        self.setWindowTitle("输入任务单号")
        self.setMinimumWidth(px(360))
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("例如 20261122-0001")
        self.edit.setAccessibleName("任务单号")
        self._said = label("今天打印的任务单，只输最后几位也可以；用扫码枪时不必打开这里。",
                           "muted", wrap=True)
        self._open = button("登记结果", clicked=self._try, primary=True)
        self._open.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(18))
        column.setSpacing(px(12))
        column.addWidget(self.edit)
        column.addWidget(self._said)
        column.addLayout(dialog_foot(self, self._open))

    def _try(self) -> None:
        number = number_of(self.edit.text(), self._today)
        if number is None:
            restyle(self.edit, "invalid", "true")
            self._said.setText(fault_of(self.edit.text()))
            self.edit.selectAll()
            self.edit.setFocus()
            return
        self.number = number
        self.accept()
