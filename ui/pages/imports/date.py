"""DataDate: the day a list tells of, where that is known from, and a field to change it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QTimer, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QWidget

from ...style import px
from ...widgets.basic import button, label

ORIGINS = {
    "title": "取自表头上方的标题", "activity": "取自名单里最近的交易日", "given": "已手工填写",
}
"""`Prepared.as_of_source` -> what staff read."""

_UNKNOWN = "标题里没有写，检查时按最近的交易日确定"
_PAUSE_MS = 500


class DataDate(QWidget):
    """`changed(date)` after a person has chosen another day, with a short pause for typing."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QDateEdit()
        self.edit.setCalendarPopup(True)
        self.edit.setDisplayFormat("yyyy-MM-dd")
        self.edit.setMinimumWidth(px(132))
        self.edit.setAccessibleName("数据日期")
        self.edit.setToolTip("判断客户有没有动账、产品何时到期，都从这一天算起。")
        self.fill = button("填写日期", "calendar", self._fill_in)
        self._origin = label("", "muted")
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._tell)
        self.edit.dateChanged.connect(lambda _day: self._pause.start())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        for each in (label("数据日期", "strong"), self.edit, self.fill, self._origin):
            row.addWidget(each)

    def show_day(self, day: date | None, source: str) -> None:
        """Show a day and its source, a key of `ORIGINS`; None if it is not known yet."""
        self.edit.blockSignals(True)
        shown = day or date.today()  # noqa: DTZ011 - only where the calendar opens
        self.edit.setDate(QDate(shown.year, shown.month, shown.day))
        self.edit.blockSignals(False)
        self._pause.stop()
        self.edit.setVisible(day is not None)
        self.fill.setVisible(day is None)
        self._origin.setText(_UNKNOWN if day is None else ORIGINS[source])

    def set_short(self, *, short: bool) -> None:
        """Whether there is no room to say where the day is known from."""
        self._origin.setVisible(not short)

    def _fill_in(self) -> None:
        """A person wants to say which day it is."""
        self.edit.show()
        self.fill.hide()
        self._tell()
        self.edit.setFocus()

    def _tell(self) -> None:
        day = self.edit.date()
        self._origin.setText(ORIGINS["given"])
        self.changed.emit(date(day.year(), day.month(), day.day()))
