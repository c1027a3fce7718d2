"""PasswordBar: the password of a file that cannot be opened without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from ..icons import icon
from ..style import px
from .basic import Card, button, label

if TYPE_CHECKING:
    from branchseg.errors import BranchsegError

_NEEDED, _WRONG = "intake.password_needed", "intake.password_wrong"


class PasswordBar(Card):
    """Asks for the password of one file, in place; `given(password)`, `dropped()`.

    It keeps none: what was typed is cleared as soon as it is given.
    """

    given = Signal(str)
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._text = label("", wrap=True)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMinimumWidth(px(220))
        self.field.setAccessibleName("文件的打开密码")
        self.field.setPlaceholderText("打开密码（不保存）")
        self.open = button("打开", "lock", self._give)
        picture = QLabel()
        picture.setPixmap(icon("lock", "warn").pixmap(px(20), px(20)))
        row = QHBoxLayout()
        row.setSpacing(px(10))
        row.addWidget(picture)
        row.addWidget(self._text, 1)
        for each in (self.field, self.open, button("不打开了", clicked=self.dropped.emit)):
            row.addWidget(each)
        self.body.addLayout(row)
        self.field.returnPressed.connect(self._give)
        self.hide()

    def asks_for(self, file_name: str, error: BranchsegError) -> bool:
        """Ask for the password of a file if that is why it was not read; whether it is."""
        if error.code not in (_NEEDED, _WRONG):
            return False
        self._text.setText(
            f"“{file_name}”的密码不对，请核对大小写和全角半角后再试。" if error.code == _WRONG
            else f"“{file_name}”设有打开密码，请输入后继续。")
        self.field.clear()
        self.show()
        self.field.setFocus()
        return True

    def rest(self) -> None:
        """Nothing is asked any more."""
        self.field.clear()
        self.hide()

    def _give(self) -> None:
        password = self.field.text()
        self.field.clear()
        if password:
            self.given.emit(password)
