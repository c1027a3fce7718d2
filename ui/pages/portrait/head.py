"""PortraitHead: name and chips of the customer, and the button that shows full numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ...icons import icon
from ...style import px
from ...widgets.basic import Chip, ElidedLabel, button
from ...widgets.chips import ChipRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from .facts import Facts

REVEAL_SECONDS = 30
_URGENT = ("拒绝营销", "流失", "投诉", "转出")


class PortraitHead(QWidget):
    """Masked; after 显示完整号码 for 30 seconds not, with the seconds counted down.

    `revealed_changed(bool)` comes whenever that changes; `wide_wanted` when the user wants the
    portrait in full width, or not any more.
    """

    revealed_changed = Signal(bool)
    wide_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: Facts | None = None
        self._names_masked, self._left = True, 0
        self.name, self.line = ElidedLabel("title"), ElidedLabel()
        self.reveal = button("显示完整号码", "eye", self.toggle_reveal,
                             tip="显示完整号码 30 秒（Ctrl+H）")
        self.wide = button("整页", "", self.wide_wanted.emit, flat=True,
                           tip="用整页看画像（在表格中按 Enter 或双击）")
        self.chips = ChipRow()
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(self.name, 1)
        row.addWidget(self.reveal)
        row.addWidget(self.wide)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(12), px(12), px(4))
        column.setSpacing(px(6))
        column.addLayout(row)
        column.addWidget(self.line)
        column.addWidget(self.chips)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count_down)

    def set_wide(self, *, wide: bool) -> None:
        """The button leads back while the portrait has the whole page."""
        self.wide.setText("返回名单" if wide else "整页")
        self.wide.setIcon(icon("chevron-left", "accent") if wide else QIcon())

    @property
    def revealed(self) -> bool:
        """Whether personal values are shown in full now."""
        return self._left > 0

    def show_facts(self, facts: Facts, *, names_masked: bool) -> None:
        """Another customer, or the same one again; another one is always masked."""
        if self._facts is not None and facts.customer_id != self._facts.customer_id:
            self.hide_again()
        self._facts, self._names_masked = facts, names_masked
        self._write()
        made = [facts.chip(kind) for kind in ("tier", "status", "grade")]
        chips = [Chip(chip.text, chip.tone) for chip in made if chip is not None]
        chips += [Chip(badge, _badge_tone(badge)) for badge in facts.badges]
        self.chips.show_chips(chips)

    def toggle_reveal(self) -> None:
        """Show the full numbers, or mask them before their time."""
        if self.revealed:
            self.hide_again()
        elif self._facts is not None:
            self._left = REVEAL_SECONDS
            self._tick.start()
            self._tell()

    def hide_again(self) -> None:
        """Mask again."""
        if self.revealed:
            self._left = 0
            self._tell()
        self._tick.stop()

    def _count_down(self) -> None:
        """One second has passed."""
        if self._left > 1:
            self._left -= 1
            self._write()
        else:
            self.hide_again()

    def _tell(self) -> None:
        self._write()
        self.revealed_changed.emit(self.revealed)

    def _write(self) -> None:
        """Name, line and button as they are now."""
        facts = self._facts
        if facts is None:
            return
        revealed = self.revealed
        self.name.setText(facts.show("name", revealed=revealed, names_masked=self._names_masked))
        about = [facts.show(key) for key in ("gender", "age_years") if key in facts.values]
        phone = facts.show("mobile", revealed=revealed) if "mobile" in facts.values else ""
        self.line.setText(" · ".join(filter(None, (*about, phone, facts.segment))))
        self.reveal.setText(f"遮盖（{self._left} 秒）" if revealed else "显示完整号码")
        self.reveal.setIcon(icon("eye-off" if revealed else "eye", "text2"))


def icon_button(name: str, tip: str, clicked: Callable[[], object]) -> QToolButton:
    """A small button without words; the tool tip is its name."""
    made = QToolButton()
    made.setIcon(icon(name, "text2"))
    made.setIconSize(QSize(px(18), px(18)))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.clicked.connect(lambda _checked=False: clicked())
    return made


def _badge_tone(badge: str) -> str:
    """Warnings are red, all other badges amber or grey."""
    return "danger" if any(word in badge for word in _URGENT) else "warn"
