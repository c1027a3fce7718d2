"""Fields: search box, filter bar, numbers and days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QDateEdit,
    QLineEdit,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from ..icons import icon
from ..style import px
from .basic import label
from .flow import FlowLayout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from PySide6.QtGui import QKeyEvent, QPaintEvent

_PAUSE_MS = 180
_WIDEST_CHOICE, _ARROW_ROOM = 180, 48


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


class ChoiceBox(QComboBox):
    """A drop-down as wide as the word chosen; where that is too much, with an ellipsis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaximumWidth(px(_WIDEST_CHOICE))
        self.currentTextChanged.connect(lambda _text: self.updateGeometry())

    def sizeHint(self) -> QSize:
        """Room for the word chosen and the arrow; the list itself is wider if need be."""
        words = self.fontMetrics().horizontalAdvance(self.currentText())
        return QSize(words + px(_ARROW_ROOM), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for two characters."""
        return QSize(px(_ARROW_ROOM + 28), super().minimumSizeHint().height())

    def showPopup(self) -> None:
        """The list shows its longest word."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + px(_ARROW_ROOM))
        super().showPopup()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As ever, but with the text shortened to its room."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option,
            QStyle.SubControl.SC_ComboBoxEditField, self)
        shown = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip("" if shown == self.currentText() else self.currentText())
        option.currentText = shown
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class FilterBar(QWidget):
    """Drop-down filters and a count, buttons at the right; on more lines where it is narrow.

    `changed` comes after any choice; `chosen(key)` is the chosen value or "".
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: dict[str, QComboBox] = {}
        self._count = label("", "muted")
        self._flow = FlowLayout(self, spacing=px(8))
        self.setContentsMargins(px(12), px(8), px(12), px(8))

    def add_filter(self, key: str, everything: str, choices: Mapping[str, str]) -> QComboBox:
        """Add a filter: `everything` is its first entry ("全部层级"), `choices` value -> word.

        All filters come before the first `add_widget`.
        """
        box = ChoiceBox()
        box.setAccessibleName(everything)
        self._boxes[key] = box
        self._flow.addWidget(box)
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
        box.updateGeometry()

    def add_widget(self, widget: QWidget) -> None:
        """Add a button or the like at the right end, behind the count."""
        self._show_count()
        self._flow.addWidget(widget)

    def _show_count(self) -> None:
        if self._count.parent() is None:
            self._flow.addWidget(self._count)
            self._flow.trailing = self._flow.count()

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
            box.updateGeometry()
        self.changed.emit()

    def set_count(self, text: str) -> None:
        """What is shown, e.g. "共 400 户，已选 3 户"."""
        self._show_count()
        self._count.setText(text)
