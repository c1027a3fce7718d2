"""ResultForm: what came of a task, by six digits, a note and the day of the next contact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ...style import px
from ...widgets.basic import button, label
from ...widgets.inputs import date_edit
from ...widgets.ticks import TickButton
from .columns import results

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMNS = 3
_NEXT_DAYS = {2: 1, 3: 1}
"""Result -> days until the next contact that is suggested: not reached, appointment made."""
_NOTE_LENGTH = 200


class ResultForm(QWidget):
    """`saved` when the user is done; then ask `result`, `note`, `next_date`."""

    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = date.min
        self._hint = label("请先选跟进结果（按 1–6）。")
        self._hint.setProperty("tone", "warn")
        self._group = QButtonGroup(self)
        self.buttons: Sequence[TickButton] = self._make_buttons()
        self.note = QLineEdit()
        self.note.setPlaceholderText("备注（可选）")
        self.note.setAccessibleName("备注")
        self.note.setMaxLength(_NOTE_LENGTH)
        self.again, self.day = QCheckBox("下次联系"), date_edit()
        self.day.setAccessibleName("下次联系日")
        self.again.toggled.connect(self.day.setEnabled)
        self.save = button("保存并下一位（Ctrl+Enter）", clicked=self.saved.emit, primary=True)
        self._lay_out()
        self.begin(date.today())  # noqa: DTZ011 - only until the page says which day it is

    def _make_buttons(self) -> Sequence[TickButton]:
        """One per result; the digit is its key."""
        made = [TickButton(word, digit) for digit, word in enumerate(results(), 1)]
        for digit, each in enumerate(made, 1):
            each.setToolTip(f"按 {digit}")
            self._group.addButton(each, digit)
        self._group.idToggled.connect(self._chosen)
        return made

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(px(6))
        for place, each in enumerate(self.buttons):
            grid.addWidget(each, place // _COLUMNS, place % _COLUMNS)
        again = QHBoxLayout()
        again.setSpacing(px(8))
        again.addWidget(self.again)
        again.addWidget(self.day, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addLayout(grid)
        column.addWidget(self._hint)
        column.addWidget(self.note)
        column.addLayout(again)
        column.addWidget(self.save)

    # --- what is keyed in ---

    def begin(self, today: date) -> None:
        """An empty form."""
        self._today = today
        self._group.setExclusive(False)
        for each in self.buttons:
            each.setChecked(False)
        self._group.setExclusive(True)
        self.note.clear()
        self.again.setChecked(False)
        self.day.setEnabled(False)
        first = QDate(today.year, today.month, today.day)
        self.day.setMinimumDate(first)
        self.day.setDate(first.addDays(1))
        self._hint.hide()

    def choose(self, result: int) -> None:
        """Choose a result, 1 to 6."""
        self.buttons[result - 1].setChecked(True)

    @property
    def result(self) -> int:
        """The chosen result, 0 if there is none."""
        return max(self._group.checkedId(), 0)

    @property
    def next_date(self) -> date | None:
        """When to try again."""
        return cast("date", self.day.date().toPython()) if self.again.isChecked() else None

    def ask_for_result(self) -> None:
        """Say that a result is missing."""
        self._hint.show()
        self.buttons[0].setFocus()

    def _chosen(self, result: int, on: bool) -> None:  # noqa: FBT001 - a slot
        """Suggest the next contact where the result calls for one."""
        if not on:
            return
        self._hint.hide()
        days = _NEXT_DAYS.get(result)
        self.again.setChecked(days is not None)
        if days is not None:
            next_day = self._today + timedelta(days=days)
            self.day.setDate(QDate(next_day.year, next_day.month, next_day.day))
