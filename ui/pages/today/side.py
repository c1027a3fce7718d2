"""TodaySide: the pane at the right - the task in focus, or what comes within the next days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QWidget

from ...style import px
from ...widgets.basic import Card, EmptyState, button
from .pane import TaskPane
from .soon import SECTIONS, SoonPane

if TYPE_CHECKING:
    from .work import TodayView

_WIDTH = 356
_TASK, _SOON, _NOTHING = range(3)


class TodaySide(Card):
    """`pane` and `soon` are the two faces; connect to their signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(14, 10))
        self.setFixedWidth(px(_WIDTH))
        self.pane, self.soon = TaskPane(), SoonPane()
        self._has_task = False
        nothing = EmptyState("tasks", "选中一项任务", "这里显示客户、理由、话术，并登记跟进结果。")
        self._stack = QStackedWidget()
        for each in (self.pane, self.soon, nothing):
            self._stack.addWidget(each)
        self.task_tab, self.soon_tab = button("当前任务"), button("近 7 天")
        tabs = QHBoxLayout()
        tabs.setSpacing(0)
        group = QButtonGroup(self)
        for tab, place in ((self.task_tab, "first"), (self.soon_tab, "last")):
            tab.setProperty("segment", place)
            tab.setCheckable(True)
            group.addButton(tab)
            tabs.addWidget(tab, 1)
        self.task_tab.setChecked(True)
        group.buttonToggled.connect(lambda _button, _on: self._refresh())
        self.body.addLayout(tabs)
        self.body.addWidget(self._stack, 1)
        self._refresh()

    def show_view(self, view: TodayView, *, names_masked: bool) -> None:
        """What comes soon, and how much of it."""
        count = sum(len(view.soon[key]) for key in SECTIONS)
        self.soon_tab.setText(f"近 7 天（{count:,}）" if count else "近 7 天")
        self.soon.show_soon(view.soon, view.day, names_masked=names_masked)

    def set_low(self, *, low: bool) -> None:
        """Less around the task, more for it."""
        self.body.setSpacing(px(4 if low else 8))
        self.pane.set_low(low=low)

    def set_task(self, *, there: bool) -> None:
        """Whether a task is in focus."""
        self._has_task = there
        self._refresh()

    def show_task(self) -> None:
        """Turn to the task."""
        self.task_tab.setChecked(True)

    def _refresh(self) -> None:
        task = _TASK if self._has_task else _NOTHING
        self._stack.setCurrentIndex(_SOON if self.soon_tab.isChecked() else task)
