"""SinceLast: one line after an import, what has changed since the last list of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...latest import Latest
from ...style import px
from ...widgets.basic import button, label
from .standing import since_last

if TYPE_CHECKING:
    from ...session import Session


class SinceLast(QWidget):
    """Hidden until there is something to say."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._batch_id = 0
        self._comparison = Latest(session)
        self.sentence = label("", wrap=False)
        self.details = button("看是哪些客户", "table", self._show_changes, flat=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(4))
        row.addStretch()
        row.addWidget(self.sentence)
        row.addWidget(self.details)
        row.addStretch()
        self.hide()

    def ask(self, batch_id: int) -> None:
        """Compare an import that was just saved."""
        session = self._session
        vault, ruleset = session.vault, session.ruleset
        self.hide()
        self._comparison.drop()
        if vault is not None and ruleset is not None:
            self._batch_id = batch_id
            self._comparison.ask(
                "正在和上次的名单比较",
                lambda _reporter: since_last(vault, batch_id, ruleset), self._tell)

    @Slot(str)
    def _tell(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.setVisible(bool(sentence))

    def _show_changes(self) -> None:
        self._session.show_changes(self._batch_id)
