"""TaskPane: one task - who, why, what to say - and what came of it."""

from __future__ import annotations

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

from ...columns import UNKNOWN, due_text
from ...style import px
from ...widgets.basic import Chip, ElidedLabel, button, label, restyle
from .columns import states
from .form import ResultForm

if TYPE_CHECKING:
    from datetime import date

    from branchseg.sheets import TaskSheet

    from ...columns import Chip as Word
    from .work import Entry

_FACTS = ("截止", "单号", "手机", "资产")
_IN_A_ROW = 2


class TaskPane(QWidget):
    """The upper part scrolls, the form below stays.

    Signals: saved (read `form`), reopen_wanted, portrait_wanted.
    """

    saved = Signal()
    reopen_wanted = Signal()
    portrait_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states = states()
        self._name, self._theme = label("", "section"), ElidedLabel("strong")
        self._tier, self._state = Chip(), Chip()
        self.portrait = button("画像", "user", self.portrait_wanted.emit, flat=True,
                               tip="打开客户画像")
        self._facts = {key: ElidedLabel("") for key in _FACTS}
        self._why, self._opening, self._asks = (label("", wrap=True) for _ in range(3))
        self._channel, self._manager = ElidedLabel(), label("", "muted")
        self.form = ResultForm()
        self.form.saved.connect(self.saved)
        self._outcome = label("", wrap=True)
        self.reopen = button("撤回这个结果", "undo", self.reopen_wanted.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addLayout(self._head())
        theme = QHBoxLayout()
        theme.setSpacing(px(8))
        theme.addWidget(self._theme, 1)
        theme.addWidget(self._manager)
        column.addLayout(theme)
        column.addWidget(self._scroll(), 1)
        column.addWidget(_rule())
        for each in (self.form, self._outcome, self.reopen):
            column.addWidget(each)

    # --- building ---

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        for each in (self._name, self._tier, self._state):
            row.addWidget(each)
        row.addStretch()
        row.addWidget(self.portrait)
        return row

    def _scroll(self) -> QScrollArea:
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
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self._area = area
        return area

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
        self._facts["截止"].setText(f"{entry.due:%m-%d} {due_text(entry.due, day)}")
        late = entry.due <= day and entry.is_open
        restyle(self._facts["截止"], "tone", "danger" if late else "")
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

    def show_sheet(self, sheet: TaskSheet, *, current: bool) -> None:
        """What the sheet says; `current` is False if the rules no longer ask for the action."""
        self._facts["手机"].setText(sheet.portrait.phone)
        self._facts["资产"].setText(sheet.portrait.aum_band)
        if not current:
            for text in (self._opening, self._asks):
                text.setText(UNKNOWN)
            self._why.setText("名单更新后，规则不再建议这项任务；请按实际情况处理。")
            return
        self._channel.setText(f"{sheet.task.channel}，{sheet.task.window}")
        self._why.setText(sheet.task.why)
        self._opening.setText(sheet.talk.opening)
        self._asks.setText("\n".join(
            f"{number}. {one}" for number, one in enumerate(sheet.talk.questions, 1)))

    def _show_foot(self, entry: Entry) -> None:
        """The form; or the result that is known; or why there can be none yet."""
        task = entry.task
        done = task is not None and not entry.is_open
        self.form.setVisible(entry.is_open)
        self._outcome.setVisible(not entry.is_open)
        self.reopen.setVisible(done)
        if task is None:
            self._outcome.setText("生成任务后，在这里登记跟进结果。")
        elif task.closed_at is not None:
            parts = [f"{task.closed_at.astimezone():%m-%d %H:%M} 登记"]
            if task.result_note:
                parts.append(f"备注：{task.result_note}")
            if task.next_date is not None:
                parts.append(f"下次联系 {task.next_date}")
            self._outcome.setText("；".join(parts) + "。")


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
