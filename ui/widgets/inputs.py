"""Fields: search box, filter bar, numbers and days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from ..icons import icon
from ..style import px
from .basic import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from PySide6.QtGui import QKeyEvent

_PAUSE_MS = 180


class SearchBox(QLineEdit):
    """A search field; `searched(text)` comes after a short pause, at once on Enter or clear."""

    searched = Signal(str)
    submitted = Signal(str)

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName("搜索")
        self.addAction(icon("search", "text2"), QLineEdit.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(True)
        self.setAcceptDrops(False)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._search)
        self.textChanged.connect(self._changed)

    def show_text(self, text: str) -> None:
        """Show what is searched for now, if somebody else has changed that."""
        if self.text().strip() != text:
            self.setText(text)

    def _changed(self, text: str) -> None:
        if text:
            self._pause.start()
        else:
            self._search()

    def _search(self) -> None:
        self._pause.stop()
        self.searched.emit(self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter searches at once, Esc clears."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._search()
            self.submitted.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


def spin_box(lowest: int, highest: int, suffix: str = "") -> QSpinBox:
    """A field for a whole number."""
    made = QSpinBox()
    made.setRange(lowest, highest)
    made.setSuffix(suffix)
    made.lineEdit().setTextMargins(px(8), 0, 0, 0)  # the style sheet's padding does not reach it
    return made


def date_edit(day: date | None = None) -> QDateEdit:
    """A field for a day, with a calendar; `day` None is today."""
    made = QDateEdit(QDate.currentDate() if day is None else QDate(day.year, day.month, day.day))
    made.setCalendarPopup(True)
    made.setDisplayFormat("yyyy-MM-dd")
    calendar = made.calendarWidget()
    calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    return made


class FilterBar(QWidget):
    """A row of drop-down filters, a count, and room for buttons at the right.

    `changed` comes after any choice; `chosen(key)` is the chosen value or "".
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: dict[str, QComboBox] = {}
        self._count = ElidedLabel()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), px(10), px(12), px(10))
        self._row.setSpacing(px(8))
        self._row.addWidget(self._count)
        self._row.addStretch()

    def add_filter(self, key: str, everything: str, choices: Mapping[str, str]) -> QComboBox:
        """Add a filter: `everything` is its first entry ("全部层级"), `choices` value -> word."""
        box = QComboBox()
        box.setMinimumWidth(px(104))
        box.setAccessibleName(everything)
        self._boxes[key] = box
        self._row.insertWidget(len(self._boxes) - 1, box)
        self.set_choices(key, everything, choices)
        box.currentIndexChanged.connect(lambda _index: self.changed.emit())
        return box

    def set_choices(self, key: str, everything: str, choices: Mapping[str, str]) -> None:
        """Replace the entries and keep the choice where it still exists; emits nothing."""
        box, before = self._boxes[key], self.chosen(key)
        box.blockSignals(True)
        box.clear()
        box.addItem(everything, "")
        for value, word in choices.items():
            box.addItem(word, value)
        box.setCurrentIndex(max(box.findData(before), 0))
        box.blockSignals(False)

    def add_widget(self, widget: QWidget) -> None:
        """Add a button or the like at the right end."""
        self._row.addWidget(widget)

    def chosen(self, key: str) -> str:
        """The value chosen in a filter, "" for everything."""
        return str(self._boxes[key].currentData() or "")

    def choose(self, key: str, value: str) -> None:
        """Choose a value ("" for everything); an unknown one chooses everything."""
        box = self._boxes[key]
        box.setCurrentIndex(max(box.findData(value), 0))

    def reset(self) -> None:
        """Choose everything everywhere, with one `changed` if that changes anything."""
        if not any(self.chosen(key) for key in self._boxes):
            return
        for box in self._boxes.values():
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        self.changed.emit()

    def set_count(self, text: str) -> None:
        """What is shown, e.g. "共 400 户，已选 3 户"."""
        self._count.setText(text)
