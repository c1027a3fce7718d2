"""恢复这一版: an older version is to be the rules in force again, with a reason and who agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from ...style import px
from ...widgets.basic import button, label

if TYPE_CHECKING:
    from branchseg.store.records import RuleVersion

_LONGEST_NOTE, _LONGEST_NAMES, _NAMES = 200, 60, 170
_TIP = "这一版的规则重新作为现行规则：另存为新的一版，全部客户重新判定，可以撤销"
_WHO = "先填同意恢复的部门和人"


class RestoreRow(QWidget):
    """`wanted(version, note, names)`: a version is to be in force again, for this reason."""

    wanted = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        self._version: RuleVersion | None = None
        self.note, self.names = QLineEdit(), QLineEdit()
        self.note.setPlaceholderText("为什么恢复")
        self.note.setAccessibleName("为什么恢复")
        self.note.setMaxLength(_LONGEST_NOTE)
        self.names.setPlaceholderText("同意的部门和人")
        self.names.setAccessibleName("同意恢复的部门和人")
        self.names.setMaxLength(_LONGEST_NAMES)
        self.names.setMaximumWidth(px(_NAMES))
        self.button = button("", "undo", self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(label("确认人", "muted"))
        row.addWidget(self.names, 1)
        row.addWidget(self.note, 2)
        row.addWidget(self.button)
        self.names.textChanged.connect(lambda _text: self._refresh())
        self.hide()

    def show_version(self, version: RuleVersion | None) -> None:
        """Offer to have a version in force again; None offers nothing.

        Who agreed on one has not agreed on another.
        """
        before, self._version = self._version, version
        if version is not None and before is not None and version.id != before.id:
            self.note.clear()
            self.names.clear()
        self.setVisible(version is not None)
        self._refresh()

    def clear(self) -> None:
        """It is done: offer nothing, and forget what was written."""
        self.show_version(None)
        self.note.clear()
        self.names.clear()

    def _refresh(self) -> None:
        agreed = bool(self.names.text().strip())
        self.button.setEnabled(agreed)
        self.button.setToolTip(_TIP if agreed else _WHO)
        if self._version is not None:
            self.button.setText(f"恢复第 {self._version.id} 版")

    def _ask(self) -> None:
        if self._version is not None:
            self.wanted.emit(self._version, self.note.text().strip(), self.names.text().strip())
