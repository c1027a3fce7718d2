"""ResultForm: what came of a task, by one digit, what was said, and the next contact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from branchseg.model.outcomes import outcomes
from branchseg.store.records import Outcome

from ...style import px
from ...widgets.basic import button, label
from ...widgets.inputs import date_edit
from ...widgets.ticks import TickButton
from .details import DetailsForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_IN_A_ROW = 4
_NOTE_LENGTH = 200


class ResultForm(QWidget):
    """`saved` when the user is done; then ask `outcome`. `chosen` after a result was chosen.

    `details` is a part of the form that whoever shows it puts where there is room; `more` is
    one that may be put elsewhere, and taken back by `take_more`. Where there is a `last_try`, it
    is said, and no next contact suggested, if nobody answers.
    """

    saved = Signal()
    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = date.min
        self.last_try = ""
        self._hint = label("", wrap=True)
        self._hint.setProperty("tone", "warn")
        self._group = QButtonGroup(self)
        self.details = DetailsForm()
        self.buttons: Sequence[TickButton] = self._make_buttons()
        self.note = QLineEdit()
        self.note.setPlaceholderText("备注（可选）")
        self.note.setAccessibleName("备注")
        self.note.setMaxLength(_NOTE_LENGTH)
        self.again, self.day = QCheckBox("下次联系"), date_edit()
        self.day.setAccessibleName("下次联系日")
        self.again.toggled.connect(self.day.setEnabled)
        self.save = button("保存并下一位（Enter）", clicked=self.saved.emit, primary=True)
        self._lay_out()
        self.begin(date.today())  # noqa: DTZ011 - only until the page says which day it is

    def _make_buttons(self) -> Sequence[TickButton]:
        """One per result; its code is its key."""
        made = []
        for one in outcomes().results:
            each = TickButton(one.label, one.code)
            each.setToolTip(f"按 {one.code}" + ("；今后不再联系这位客户" if one.refuses else ""))
            self._group.addButton(each, one.code)
            made.append(each)
        self._group.idToggled.connect(self._chosen)
        return made

    def _lay_out(self) -> None:
        self.more = QWidget()
        inner = QVBoxLayout(self.more)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(px(8))
        again = QHBoxLayout()
        again.setSpacing(px(8))
        again.addWidget(self.again)
        again.addWidget(self.day, 1)
        inner.addWidget(self.note)
        inner.addLayout(again)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        for row in self._rows():
            column.addLayout(row)
        column.addWidget(self._hint)
        column.addWidget(self.more)
        column.addWidget(self.save)

    def take_more(self) -> None:
        """Remarks and next contact stand above the save button again."""
        self._column.removeWidget(self.more)  # else its own place counts, and it comes last
        self._column.insertWidget(self._column.indexOf(self.save), self.more)

    def _rows(self) -> Iterator[QHBoxLayout]:
        """The results on as few rows as there is room for, evenly."""
        count = -(-len(self.buttons) // _MOST_IN_A_ROW)
        most = -(-len(self.buttons) // count)
        for start in range(0, len(self.buttons), most):
            row = QHBoxLayout()
            row.setSpacing(px(4))
            for each in self.buttons[start:start + most]:
                row.addWidget(each, 1)
            yield row

    # --- what is keyed in ---

    def begin(self, today: date) -> None:
        """An empty form."""
        self._today = today
        self._group.setExclusive(False)
        for each in self.buttons:
            each.setChecked(False)
        self._group.setExclusive(True)
        self.note.clear()
        self.details.clear()
        self.again.setChecked(False)
        self.again.setEnabled(True)
        self.day.setEnabled(False)
        first = QDate(today.year, today.month, today.day)
        self.day.setMinimumDate(first)
        self.day.setDate(first.addDays(1))
        self._hint.hide()

    def choose(self, result: int) -> None:
        """Choose a result by its code; the focus goes there, so that Tab leads on."""
        button_of = self._group.button(result)
        button_of.setChecked(True)
        button_of.setFocus()

    @property
    def result(self) -> int:
        """The chosen result, 0 if there is none."""
        return max(self._group.checkedId(), 0)

    @property
    def next_date(self) -> date | None:
        """When to try again."""
        return cast("date", self.day.date().toPython()) if self.again.isChecked() else None

    @property
    def outcome(self) -> Outcome:
        """All that was keyed in; a result must be chosen."""
        details = self.details
        return Outcome(self.result, self.note.text().strip(), self.next_date, details.needs.chosen,
                       details.fund_plan, details.products.chosen, details.amount)

    def ask_for_result(self) -> None:
        """Say that a result is missing."""
        self._hint.setText(f"请先选跟进结果（按 1–{len(outcomes().results)}）。")
        self._hint.show()
        self.buttons[0].setFocus()

    def _chosen(self, result: int, on: bool) -> None:  # noqa: FBT001 - a slot
        """Suggest the next contact where the result calls for one."""
        if not on:
            return
        chosen = outcomes().result(result)
        stop = bool(self.last_try) and not chosen.reached
        self._hint.setText(self.last_try)
        self._hint.setVisible(stop)
        self.again.setChecked(chosen.next_days is not None and not stop)
        self.again.setEnabled(not chosen.refuses)
        if chosen.next_days is not None:
            next_day = self._today + timedelta(days=chosen.next_days)
            self.day.setDate(QDate(next_day.year, next_day.month, next_day.day))
        self.chosen.emit()
