"""The seven rows of ticks: one per factor, by mouse or by two digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ...style import px
from ...widgets.basic import label, restyle
from ...widgets.factors import LevelBar, whole_level
from ...widgets.flow import FlowLayout
from ...widgets.ticks import TickButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from branchseg.model.results import FactorResult
    from branchseg.rules.factors import Factor

_HEAD, _BAR = 150, 48
_ARROWS = {
    # key -> (rows down, items to the right)
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}


class FactorRow(QFrame):
    """One factor: number, name and level at the left, what can be seen at the right."""

    changed = Signal()

    def __init__(self, number: int, factor: Factor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tickrow", "true")
        self.setAccessibleName(f"{number} {factor.name}")
        self.factor = factor
        self.buttons = [self._button(digit, factor.items[digit - 1].label)
                        for digit in range(1, len(factor.items) + 1)]
        self._bar, self._level = LevelBar(None, None), label("", "muted")
        self._bar.setFixedWidth(px(_BAR))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(6), px(3), px(4), px(3))
        row.setSpacing(px(8))
        row.addWidget(self._head(number), 0, Qt.AlignmentFlag.AlignTop)
        flow = FlowLayout(spacing=px(4))
        for each in self.buttons:
            flow.addWidget(each)
        row.addLayout(flow, 1)

    def _head(self, number: int) -> QWidget:
        """Number and name; below them the level."""
        head = QWidget()
        head.setFixedWidth(px(_HEAD))
        grid = QGridLayout(head)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(6))
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(2, 1)
        grid.addWidget(label(str(number), "muted"), 0, 0)
        grid.addWidget(label(self.factor.name, "strong"), 0, 1, 1, 2)
        grid.addWidget(self._bar, 1, 1)
        grid.addWidget(self._level, 1, 2)
        if not self.factor.may_lift:
            head.setToolTip("这一项不单独抬高等级。")
        return head

    def _button(self, digit: int, text: str) -> TickButton:
        made = TickButton(text, digit if digit <= 9 else 0)
        made.setToolTip(text)
        made.toggled.connect(lambda _on: self.changed.emit())
        return made

    @property
    def ticked(self) -> tuple[str, ...]:
        """Ids of the ticked items."""
        return tuple(item.key for item, each in zip(self.factor.items, self.buttons, strict=True)
                     if each.isChecked())

    def clear(self) -> None:
        """Untick everything: not observed."""
        for each in self.buttons:
            each.setChecked(False)

    def set_armed(self, *, armed: bool) -> None:
        """Show that the next digit ticks in this row."""
        restyle(self, "tickrow", "armed" if armed else "true")

    def show_level(self, now: FactorResult | None, before: FactorResult | None) -> None:
        """The level, and how the ticks moved it."""
        if now is None:
            self._bar.show_levels(None, None)
            self._say("未观察", "")
            return
        self._bar.show_levels(now.data_level, now.observed_level)
        was = before.level if before is not None else None
        if now.conflict:
            self._say(f"{_words(now.level)}，不一致", "warn")
        elif now.level == was:
            self._say(_words(now.level), "")
        elif was is None or now.level is None:
            self._say(_words(now.level), "accent")
        elif whole_level(was) == whole_level(now.level):
            self._say(f"{_words(now.level)} {'↑' if now.level > was else '↓'}", "accent")
        else:
            self._say(f"{whole_level(was)} → {_words(now.level)}", "accent")

    def _say(self, text: str, tone: str) -> None:
        self._level.setText(text)
        restyle(self._level, "tone", tone)


def _words(level: float | None) -> str:
    return "未知" if level is None else f"{whole_level(level)} 级"


class TickRows(QWidget):
    """All rows. `changed` comes with every tick, `reached(widget)` when a key leads to one.

    Keys, from wherever the page passes them on: a digit chooses a row and a second one ticks
    in it (0: none of it); arrows move, Space ticks.
    """

    changed = Signal()
    reached = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rows: list[FactorRow] = []
        self._factors: tuple[Factor, ...] = ()
        self._armed: FactorRow | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch()

    def set_factors(self, factors: Sequence[Factor]) -> None:
        """Build the rows; nothing happens if they are those already."""
        if tuple(factors) == self._factors:
            return
        self._factors, self._armed = tuple(factors), None
        for old in self.rows:
            old.hide()
            old.deleteLater()
        self.rows = [FactorRow(number, factor) for number, factor in enumerate(factors, 1)]
        for place, row in enumerate(self.rows):
            row.changed.connect(self.changed)
            self._column.insertWidget(place, row)

    @property
    def ticked(self) -> tuple[str, ...]:
        """Ids of all ticked items, in the order of the rules."""
        return tuple(key for row in self.rows for key in row.ticked)

    def tick(self, keys: Sequence[str]) -> None:
        """Tick items by their ids; those the rules no longer have are left out."""
        for row in self.rows:
            for item, each in zip(row.factor.items, row.buttons, strict=True):
                if item.key in keys:
                    each.setChecked(True)

    def clear(self) -> None:
        """Nothing observed; without `changed`."""
        self._arm(None)
        self.blockSignals(True)
        for row in self.rows:
            row.clear()
        self.blockSignals(False)
        self.show_levels((), ())

    def show_levels(self, now: Sequence[FactorResult], before: Sequence[FactorResult]) -> None:
        """The levels of all factors, with and without the ticks."""
        found = {each.factor_id: each for each in now}
        earlier = {each.factor_id: each for each in before}
        for row in self.rows:
            row.show_level(found.get(row.factor.key), earlier.get(row.factor.key))

    # --- keys ---

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means here; False if it means nothing."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() in _ARROWS:
            self._move(*_ARROWS[Qt.Key(event.key())])
            return True
        if event.key() == Qt.Key.Key_Escape and self._armed is not None:
            self._arm(None)
            return True
        if event.text() in tuple("0123456789"):
            self._digit(int(event.text()))
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that come up from the buttons."""
        if not self.take_key(event):
            super().keyPressEvent(event)

    def _digit(self, digit: int) -> None:
        """The first one chooses the row, the second one ticks."""
        row = self._armed
        if row is None:
            if 1 <= digit <= len(self.rows):
                self._arm(self.rows[digit - 1])
        else:
            self._arm(None)
            if digit == 0:
                row.clear()
            elif digit <= len(row.buttons):
                row.buttons[digit - 1].click()
                row.buttons[digit - 1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _arm(self, row: FactorRow | None) -> None:
        if self._armed is not None:
            self._armed.set_armed(armed=False)
        self._armed = row
        if row is not None:
            row.set_armed(armed=True)
            self.reached.emit(row)

    def _move(self, down: int, right: int) -> None:
        """Move the focus to a neighbour; from nowhere, to the first box."""
        spots = [(row, each) for row in self.rows for each in row.buttons]
        at = next((place for place, (_, each) in enumerate(spots) if each.hasFocus()), -1)
        if at < 0:
            target = spots[0][1]
        elif right:
            target = spots[min(max(at + right, 0), len(spots) - 1)][1]
        else:
            row, button = spots[at]
            place = self.rows.index(row) + down
            if not 0 <= place < len(self.rows):
                return
            others = self.rows[place].buttons
            target = others[min(row.buttons.index(button), len(others) - 1)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self.reached.emit(target)
