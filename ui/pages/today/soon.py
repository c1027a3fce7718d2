"""SoonPane: what comes within the next days - appointments, maturities, birthdays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...columns import LATE, MATURED, due_text
from ...style import px
from ...widgets.basic import Picture, button, label, restyle
from ..tasks.columns import shown_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from .coming import Soon

SECTIONS = {
    # key of TodayView.soon -> (title, icon, what to say if there is nothing)
    "appointment": ("约好的联系", "phone", "没有约好的联系"),
    "matured": ("已到期未联系", "money", "没有到期未联系的"),
    "maturity": ("7 天内到期", "money", "7 天内没有到期"),
    "birthday": ("生日", "star", "7 天内没有生日"),
}
LISTS = {"appointment": "约好的联系（近 7 天）", "matured": "已到期未联系",
         "dropped": "到期已久、不再提醒的", "maturity": "7 天内到期",
         "birthday": "生日（近 7 天）"}
"""Each list by the name it has on the customers page."""
_MOST = 5


class SoonPane(QScrollArea):
    """Four short lists. Signals: opened(customer_id), all_wanted(key of SECTIONS)."""

    opened = Signal(str)
    all_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines: list[QPushButton] = []

    def show_soon(self, soon: Mapping[str, Sequence[Soon]], day: date, *,
                  names_masked: bool) -> None:
        """Replace all lists."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(2))
        self.lines = []
        for key, (title, picture, nothing) in SECTIONS.items():
            found = soon[key]
            column.addLayout(_title(title, picture, len(found)))
            if not found:
                column.addWidget(label(nothing, "muted"))
            for one in found[:_MOST]:
                line = self._line(one, day, MATURED if key == "matured" else LATE,
                                  names_masked=names_masked)
                self.lines.append(line)
                column.addWidget(line)
            if len(found) > _MOST:
                column.addWidget(button(f"查看全部 {len(found):,} 户", flat=True,
                                        clicked=partial(self.all_wanted.emit, key)))
            if key == "matured" and soon["dropped"]:
                column.addWidget(button(
                    f"另有 {len(soon['dropped']):,} 户过期太久，不再提醒", flat=True,
                    tip="提醒多少天，在设置的规则里改", clicked=partial(
                        self.all_wanted.emit, "dropped")))
            column.addSpacing(px(10))
        column.addStretch()
        self.setWidget(inner)

    def _line(self, one: Soon, day: date, past: str, *, names_masked: bool) -> QPushButton:
        """Who, when, what; a click opens the customer."""
        who = shown_name(one.name, masked=names_masked)
        when, near = f"{one.day:%m-%d}", due_text(one.day, day, past)
        line = QPushButton()
        line.setProperty("flat", True)
        line.setAccessibleName(f"{who} {when} {near} {one.words}")
        row = QHBoxLayout(line)
        row.setContentsMargins(px(8), 0, px(8), 0)
        row.setSpacing(px(8))
        what, soon = label(one.words, "muted"), label(near, "muted")
        restyle(soon, "tone", "danger" if one.day <= day else "")
        for each in (label(who), label(when, "muted"), soon):
            row.addWidget(each)
        row.addStretch()
        row.addWidget(what)
        line.clicked.connect(lambda _on=False: self.opened.emit(one.customer_id))
        return line


def _title(title: str, picture: str, count: int) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(px(8))
    row.addWidget(Picture(picture, "accent", 18))
    row.addWidget(label(title, "section"))
    row.addWidget(label(f"{count:,} 户" if count else "", "muted"))
    row.addStretch()
    return row
