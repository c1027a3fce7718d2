"""ErrorDialog: what happened, what to do; the technical part is folded away and copyable."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ..style import px
from ..widgets.basic import Picture, button, label


class ErrorDialog(QDialog):
    """Shows one fault. `details` must not hold customer values."""

    def __init__(self, happened: str, to_do: str, details: str = "",
                 parent: QWidget | None = None, *, done: str = "知道了") -> None:
        super().__init__(parent)
        self.setWindowTitle("出现问题")
        self.setMinimumWidth(px(480))
        self._details = QPlainTextEdit(details)
        self._details.setReadOnly(True)
        self._details.setMinimumHeight(px(180))
        self._details.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(18))
        column.setSpacing(px(12))
        column.addLayout(self._sentences(happened, to_do))
        column.addWidget(self._details, 1)
        row = QHBoxLayout()
        self._more = button("显示技术信息", clicked=self._toggle, flat=True)
        self._copy = button("复制技术信息", "copy", self._copy_details)
        self._copy.hide()
        self._more.setVisible(bool(details))
        close = button(done, clicked=self.accept, primary=True)
        close.setDefault(True)
        row.addWidget(self._more)
        row.addWidget(self._copy)
        row.addStretch()
        row.addWidget(close)
        column.addLayout(row)

    @staticmethod
    def _sentences(happened: str, to_do: str) -> QHBoxLayout:
        """A picture and the two sentences."""
        texts = QVBoxLayout()
        texts.setSpacing(px(6))
        texts.addWidget(label(happened, "section", wrap=True))
        texts.addWidget(label(to_do, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(px(14))
        row.addWidget(Picture("error", "danger", 28), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        return row

    def _toggle(self) -> None:
        shown = not self._details.isVisible()
        self._details.setVisible(shown)
        self._copy.setVisible(shown)
        self._more.setText("收起技术信息" if shown else "显示技术信息")
        self.adjustSize()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())
