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

from ...columns import due_text
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
    "maturity": ("到期", "money", "7 天内没有到期"),
    "birthday": ("生日", "star", "7 天内没有生日"),
}
_MOST = 5


class SoonPane(QScrollArea):
    """Three short lists. Signals: opened(customer_id), all_wanted(key of SECTIONS)."""

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
                line = self._line(one, day, names_masked=names_masked)
                self.lines.append(line)
                column.addWidget(line)
            if len(found) > _MOST:
                column.addWidget(button(f"查看全部 {len(found):,} 户", flat=True,
                                        clicked=partial(self.all_wanted.emit, key)))
            column.addSpacing(px(10))
        column.addStretch()
        self.setWidget(inner)

    def _line(self, one: Soon, day: date, *, names_masked: bool) -> QPushButton:
        """Who, when, what; a click opens the customer."""
        who = shown_name(one.name, masked=names_masked)
        when, near = f"{one.day:%m-%d}", due_text(one.day, day)
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
