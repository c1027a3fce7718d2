"""TaskPane: one task - who, why, what to say - and what came of it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from branchseg.model.outcomes import labels, outcomes
from branchseg.store.records import Closing

from ...columns import BEHIND, LATE, LATEST, PLANNED, UNKNOWN, due_text
from ...style import px
from ...widgets.basic import Chip, ElidedLabel, button, label, restyle
from .columns import states
from .form import ResultForm
from .phone import PhoneFact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from PySide6.QtGui import QKeyEvent

    from branchseg.sheets import TaskSheet
    from branchseg.store.records import Task

    from ...columns import Chip as Word
    from .entries import Entry

_FACTS = (PLANNED, LATEST, "单号", "资产")
_IN_A_ROW = 2
_CLOSINGS = {Closing.REFUSED: "客户拒绝再联系", Closing.REASON_GONE: "理由已变",
             Closing.OTHER: "其他原因"}


class TaskPane(QWidget):
    """The upper part scrolls, the form below stays; where it is low, most of the form scrolls too.

    The upper part says what to talk about; once a result is chosen, it asks what came of the talk.
    Signals: saved (read `form`), reopen_wanted, withdraw_wanted, portrait_wanted.
    """

    saved = Signal()
    reopen_wanted = Signal()
    withdraw_wanted = Signal()
    portrait_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states = states()
        self._name, self._theme = label("", "section"), ElidedLabel("strong")
        self._tier, self._state = Chip(), Chip()
        self.portrait = button("画像", "user", self.portrait_wanted.emit, flat=True,
                               tip="打开客户画像")
        self._facts = {key: ElidedLabel("") for key in _FACTS}
        self.phone = PhoneFact()
        self._why, self._opening, self._asks = (label("", wrap=True) for _ in range(3))
        self._channel, self._manager = ElidedLabel(), label("", "muted")
        self.form = ResultForm()
        self.form.saved.connect(self.saved)
        self.form.chosen.connect(lambda: self._show_details(there=True))
        self.withdraw = button("关闭这项任务（理由已变）", "close", self.withdraw_wanted.emit)
        self.back = button("看话术", "chevron-left", lambda: self._show_details(there=False),
                           flat=True)
        self._outcome = label("", wrap=True)
        self.reopen = button("撤回这个结果", "undo", self.reopen_wanted.emit)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addLayout(self._head())
        theme = QHBoxLayout()
        theme.setSpacing(px(8))
        theme.addWidget(self._theme, 1)
        theme.addWidget(self._manager)
        theme.addWidget(self.back)
        column.addLayout(theme)
        column.addWidget(self._scroll(), 1)
        column.addWidget(_rule())
        for each in (self.withdraw, self.form, self._outcome, self.reopen):
            column.addWidget(each)
        self._set_tab_order()

    # --- building ---

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        for each in (self._name, self._tier, self._state):
            row.addWidget(each)
        row.addStretch()
        row.addWidget(self.portrait)
        return row

    def _set_tab_order(self) -> None:
        """As on the paper: result, what was said, remarks, next contact."""
        form, details = self.form, self.form.details
        order = (*form.buttons, *details.needs.buttons, *details.funds.buttons,
                 *details.products.buttons, details.amount_field, form.note, form.again, form.day,
                 form.save)
        for before, after in itertools.pairwise(order):
            QWidget.setTabOrder(before, after)

    def _scroll(self) -> QScrollArea:
        """What to talk about, or what came of it."""
        inner, self._talk_part = QWidget(), self._talk()
        self._inside = QVBoxLayout(inner)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(px(8))
        for each in (self._talk_part, self.form.details):
            self._inside.addWidget(each)
        self._inside.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self._area = area
        return area

    def _talk(self) -> QWidget:
        """Facts, reason, opening, questions."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(6))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(4))
        for place, (caption, value) in enumerate(self._facts.items()):
            row, half = divmod(place, _IN_A_ROW)
            grid.addWidget(label(caption, "muted"), row, 2 * half)
            grid.addWidget(value, row, 2 * half + 1)
            grid.setColumnStretch(2 * half + 1, 1)
        grid.addWidget(label("电话", "muted"), grid.rowCount(), 0)
        grid.addWidget(self.phone, grid.rowCount() - 1, 1, 1, 3)
        column.addLayout(grid)
        for caption, text in (("为什么找他", self._why), ("开场白", self._opening),
                              ("可以这样问", self._asks)):
            column.addSpacing(px(2))
            title = QHBoxLayout()
            title.addWidget(label(caption, "strong"))
            if text is self._opening:
                title.addWidget(self._channel, 1)
            else:
                title.addStretch()
            column.addLayout(title)
            column.addWidget(_quoted(text) if text is self._opening else text)
        column.addStretch()
        return inner

    def set_low(self, *, low: bool) -> None:
        """In a low window only the results and the save button always stay in sight."""
        self._column.setSpacing(px(4 if low else 8))
        if low:
            self._inside.insertWidget(self._inside.count() - 1, self.form.more)
        else:
            self.form.take_more()
        self._set_tab_order()

    # --- what is shown ---

    def show_entry(self, entry: Entry, name: str, tier: Word | None, day: date) -> None:
        """What is known of the task itself; the sheet follows."""
        self._name.setText(name)
        self._tier.set(tier.text if tier else "", tier.tone if tier else "neutral")
        state = self._states[entry.state]
        self._state.set(state.text, state.tone)
        self._theme.setText(entry.theme)
        for value in self._facts.values():
            value.setText(UNKNOWN)
        for caption, when, past in ((PLANNED, entry.due, BEHIND), (LATEST, entry.latest, LATE)):
            self._facts[caption].setText(f"{when:%m-%d} {due_text(when, day, past)}")
            late = when <= day and entry.is_open
            restyle(self._facts[caption], "tone", "danger" if late else "")
        self.phone.show_number(UNKNOWN)
        self._facts["单号"].setText(entry.number or "打印时编号")
        self.portrait.setEnabled(entry.position >= 0)
        self._channel.setText("")
        self._manager.setText(f"客户经理 {entry.officer}" if entry.officer else "")
        for text in (self._why, self._opening, self._asks):
            text.setText("…" if entry.position >= 0 else UNKNOWN)
        if entry.position < 0:
            self._why.setText("当前名单里没有这位客户。")
        self._show_foot(entry)
        self._area.verticalScrollBar().setValue(0)

    def show_sheet(self, sheet: TaskSheet, phone: str, *, current: bool) -> None:
        """What the sheet says, and the number to call, which the sheet masks.

        `current` is False if the rules no longer ask for the action.
        """
        self.phone.show_number(sheet.portrait.phone, phone)
        self._facts["资产"].setText(sheet.portrait.aum_band)
        if not current:
            for text in (self._opening, self._asks):
                text.setText(UNKNOWN)
            self._why.setText("名单更新了，或者日子已经过去，规则不再建议这项任务。可以关闭，也可以照常登记结果。")
            return
        self._channel.setText(f"{sheet.task.channel}，{sheet.task.window}")
        self._why.setText(sheet.task.why)
        self._opening.setText(sheet.talk.opening)
        self._asks.setText("\n".join(
            f"{number}. {one}" for number, one in enumerate(sheet.talk.questions, 1)))

    def begin(self, day: date) -> None:
        """An empty form."""
        self.form.begin(day)
        self._show_details(there=False)

    def _show_details(self, *, there: bool) -> None:
        """Ask what came of the talk, or show what to talk about."""
        self._talk_part.setVisible(not there)
        self.form.details.setVisible(there)
        self.back.setVisible(there)
        self._area.verticalScrollBar().setValue(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter saves from every field of the form."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.form.isVisible():
            self.saved.emit()
        else:
            super().keyPressEvent(event)

    def _show_foot(self, entry: Entry) -> None:
        """The form; or the result that is known; or why there can be none yet."""
        task = entry.task
        closed = task is not None and not entry.is_open
        self.form.setVisible(entry.is_open)
        self.form.more.setVisible(entry.is_open)
        self.withdraw.setVisible(entry.is_stale)
        self._outcome.setVisible(not entry.is_open)
        self.reopen.setVisible(closed)
        if not entry.is_open:
            self._show_details(there=False)
        if task is None:
            self._outcome.setText("生成任务后，在这里登记跟进结果。")
        elif task.closed_at is not None:
            self._outcome.setText("；".join(_about_closed(task, task.closed_at)) + "。")
            self.reopen.setText("撤回这个结果" if task.outcome else "重新打开这项任务")


def _about_closed(task: Task, at: datetime) -> Iterator[str]:
    """What is known of the end of a task, part by part."""
    when = f"{at.astimezone():%m-%d %H:%M}"
    outcome, table = task.outcome, outcomes()
    if outcome is None:
        yield f"{when} 关闭：{_CLOSINGS[task.closing]}"
        return
    yield f"{when} 登记"
    if outcome.needs:
        yield f"需求 {'、'.join(labels(table.needs, outcome.needs))}"
    if outcome.fund_plan:
        yield f"资金计划 {''.join(labels(table.fund_plans, [outcome.fund_plan]))}"
    if outcome.products or outcome.amount is not None:
        sold = "、".join(labels(table.products, outcome.products)) or "产品未填"
        amount = "" if outcome.amount is None else f" {outcome.amount / 1e4:,.10g} 万元"
        yield f"办理 {sold}{amount}"
    if outcome.note:
        yield f"备注：{outcome.note}"
    if outcome.next_date is not None:
        yield f"下次联系 {outcome.next_date}"


def _quoted(text: QLabel) -> QFrame:
    """Words to be said aloud."""
    frame = QFrame()
    frame.setProperty("quote", "true")
    column = QVBoxLayout(frame)
    column.setContentsMargins(px(10), px(6), px(8), px(6))
    column.addWidget(text)
    return frame


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("role", "rule")
    line.setFixedHeight(1)
    return line
