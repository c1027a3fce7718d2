"""PhoneFact: a telephone number, masked until asked for, and masked again after a while."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from branchseg.model.masking import is_masked_phone

from ...columns import MASKED_IN_LIST, UNKNOWN
from ...icons import icon
from ...style import px
from ...widgets.basic import button, label

REVEAL_SECONDS = 30


class PhoneFact(QWidget):
    """The number and the button that shows it in full for REVEAL_SECONDS.

    Only where there is more to be seen than the mask tells; where the list itself has the
    number masked, that is said instead.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._masked, self._full = UNKNOWN, ""
        self.number = label("")
        self.reveal = button("显示", "eye", self.toggle, flat=True,
                             tip=f"显示完整号码 {REVEAL_SECONDS} 秒，方便拨打（Ctrl+H）")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        row.addWidget(self.number)
        row.addWidget(self.reveal)
        self.gap = label(MASKED_IN_LIST, "muted")
        row.addWidget(self.gap)
        row.addStretch()
        self._timer = QTimer(self, interval=1000 * REVEAL_SECONDS, singleShot=True)
        self._timer.timeout.connect(self.hide_again)
        self._write()

    def show_number(self, masked: str, full: str = "") -> None:
        """Another number, or the same again: what was revealed stays so for its time."""
        if full != self._full:
            self._timer.stop()
        self._masked, self._full = masked, full
        self._write()

    @property
    def revealed(self) -> bool:
        """Whether the whole number is shown."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Show the whole number, or mask it before its time."""
        if self.revealed:
            self.hide_again()
        elif self._full and not is_masked_phone(self._full):
            self._timer.start()
            self._write()

    def hide_again(self) -> None:
        """Mask."""
        self._timer.stop()
        self._write()

    def _write(self) -> None:
        self.number.setText(self._full if self.revealed else self._masked)
        starred = is_masked_phone(self._full)
        self.gap.setVisible(starred)
        self.reveal.setVisible(not starred and self._full not in {"", self._masked})
        self.reveal.setText("遮盖" if self.revealed else "显示")
        self.reveal.setIcon(icon("eye-off" if self.revealed else "eye", "accent"))
