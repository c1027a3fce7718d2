"""WizardFoot: what keeps a step from being finished, and the buttons to move on and back."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ..icons import icon
from ..style import px
from .basic import button, label, restyle


class WizardFoot(QWidget):
    """`cancel`, `back` and `next` are buttons; connect to their `clicked`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture, self._text = QLabel(), label("")
        self._picture.setFixedWidth(px(20))
        self.cancel, self.back = button("取消"), button("上一步", "chevron-left")
        self.next = button("下一步", primary=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(self._picture)
        row.addWidget(self._text, 1)
        for each in (self.cancel, self.back, self.next):
            row.addWidget(each)

    def offer(self, caption: str, *, possible: bool) -> None:
        """Name the way on, and say whether it is open."""
        self.next.setText(caption)
        self.next.setEnabled(possible)

    def say(self, sentence: str, *, warn: bool = False) -> None:
        """One sentence at the left; `warn` for what has to be done first."""
        self._text.setText(sentence)
        restyle(self._text, "tone", "warn" if warn else "")
        restyle(self._text, "role", "" if warn else "muted")
        self._picture.setVisible(bool(sentence))
        self._picture.setPixmap(
            icon("warning" if warn else "info", "warn" if warn else "text3")
            .pixmap(px(18), px(18)))

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()
