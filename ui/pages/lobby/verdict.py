"""What the rules say while one is ticking: grade, notices, next action and what to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from branchseg.model.results import INSUFFICIENT

from ...columns import LATEST, due_text
from ...style import px
from ...widgets.basic import Card, Chip, ElidedLabel, EmptyState, button, label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from branchseg.model.results import Advice, Assessment

    from .work import Verdict

CHILD_AGE = 14
"""Under this age personal data is sensitive, 《个人信息保护法》 arts. 28, 31."""


class Note(QFrame):
    """One sentence that must not be missed."""

    def __init__(self, sentence: str, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("banner", tone)
        self.text = sentence
        row = QHBoxLayout(self)
        row.setContentsMargins(px(10), px(6), px(10), px(6))
        row.addWidget(label(sentence, wrap=True))


class AdviceBox(QWidget):
    """The next action: what, how, the opening sentence and three questions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._how = label("", "section", wrap=True), label("", "muted", wrap=True)
        self._why = label("", wrap=True)
        self._opening = label("", wrap=True)
        self._questions, self._blocked = label("", wrap=True), label("", "muted", wrap=True)
        quote = QFrame()
        quote.setProperty("quote", "true")
        inside = QVBoxLayout(quote)
        inside.setContentsMargins(px(10), px(6), px(8), px(6))
        inside.addWidget(self._opening)
        self._quote = quote
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addWidget(label("下一步", "muted"))
        for each in (self._theme, self._why, self._how, quote, self._questions, self._blocked):
            column.addWidget(each)

    def show_advice(self, advice: Advice | None, day: date | None = None) -> None:
        """Replace everything as of `day`; None: nothing is called for."""
        if advice is None:
            self._theme.setText("办好来意即可")
            self._how.setText("没有要主动做的事，不做营销。")
        else:
            self._theme.setText(advice.theme)
            self._why.setText(f"为什么：{advice.why}")
            far = f"（{due_text(advice.due, day)}）" if day is not None else ""
            self._how.setText(f"渠道 {advice.channel} · {advice.owner_role} · {advice.window} · "
                              f"{LATEST} {advice.due:%m-%d}{far}")
            self._opening.setText(advice.opening)
            self._questions.setText("\n".join(
                f"{number}. {question}"
                for number, question in enumerate(advice.questions, 1)))
            self._blocked.setText(advice.blocked)
        for each in (self._quote, self._questions):
            each.setVisible(advice is not None)
        self._why.setVisible(advice is not None and bool(advice.why))
        self._blocked.setVisible(advice is not None and bool(advice.blocked))

    @property
    def theme(self) -> str:
        """The action's name."""
        return self._theme.text()

    @property
    def why(self) -> str:
        """The reason, "" if nothing is called for."""
        return "" if self._why.isHidden() else self._why.text()

    @property
    def how(self) -> str:
        """How, by whom and until when."""
        return self._how.text()

    @property
    def opening(self) -> str:
        """What to say first."""
        return self._opening.text()

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask, numbered."""
        return tuple(self._questions.text().splitlines())


class VerdictPane(Card):
    """The right side. `save_wanted`, `task_wanted` (of `next_step`), `sheet_wanted` by button."""

    save_wanted = Signal()
    task_wanted = Signal()
    sheet_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._grade, self._score = label("–", "figure"), label("", "muted")
        self._move, self._filled = Chip(), ElidedLabel()
        self._moved = label("", "muted", wrap=True)
        self.advice = AdviceBox()
        self._suitability = label("", "muted", wrap=True)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(px(6))
        self.notes: list[Note] = []
        self.save = button("保存，下一位（Ctrl+Enter）", "", self.save_wanted.emit, primary=True)
        self.next_step: Advice | None = None
        self.task = button("", "check", self.task_wanted.emit)
        self.sheet = button("转到任务单", "print", self.sheet_wanted.emit,
                            tip="给这位客户打印任务单；有勾选会先保存")
        self._why = label("", "muted", wrap=True)
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState("star", "选好客户就有结果",
                                         "边勾选边更新：等级、变化、提醒，以及下一步怎么开口。"))
        self._stack.addWidget(self._content())
        self.body.addWidget(self._stack, 1)

    def _content(self) -> QWidget:
        """What can scroll, and the buttons below it."""
        box, inside = QWidget(), QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, px(6), 0)
        inner.setSpacing(px(8))
        inner.addLayout(self._headline())
        inner.addWidget(self._filled)
        inner.addWidget(self._moved)
        inner.addLayout(self._notes)
        inner.addWidget(self.advice)
        inner.addWidget(self._suitability)
        inner.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(scroll, 1)
        column.addWidget(self._why)
        column.addWidget(self.save)
        column.addWidget(self.task)
        column.addWidget(self.sheet)
        return box

    def _headline(self) -> QLayout:
        row = QHBoxLayout()
        row.setSpacing(px(10))
        row.addWidget(self._grade)
        row.addWidget(self._score, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch()
        row.addWidget(self._move)
        return row

    def add_keys(self, page: QWidget) -> None:
        """Let the keys of the buttons work anywhere on the page."""
        keys = {"Ctrl+Return": self.save_wanted, "Ctrl+Enter": self.save_wanted,
                "Ctrl+Shift+Return": self.task_wanted, "Ctrl+Shift+Enter": self.task_wanted}
        for key, wanted in keys.items():
            QShortcut(QKeySequence(key), page, wanted.emit,
                      context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def pause(self) -> None:
        """Nothing can be saved until the next `offer`."""
        for each in (self.save, self.task):
            each.setEnabled(False)

    def show_nobody(self) -> None:
        """Nobody was chosen; nothing personal stays."""
        self._stack.setCurrentIndex(0)
        self._set_notes([])
        self._show_advice(None)
        self._grade.setText("–")

    def show_waiting(self) -> None:
        """Somebody was chosen; the rules have not spoken yet."""
        self.show_nobody()
        for each in (self._score, self._filled, self._moved, self._suitability):
            each.setText("")
        self._move.set("", "neutral")
        self._stack.setCurrentIndex(1)

    def show_verdict(self, verdict: Verdict) -> None:
        """Replace everything."""
        now, before = verdict.now, verdict.before
        self._grade.setText(now.grade_label)
        graded = now.score is not None and now.grade != INSUFFICIENT
        self._score.setText(f"{now.score:.1f} 分" if graded else "")
        changed = before is not None and before.grade != now.grade
        self._move.set(f"原为 {before.grade_label}" if changed and before else "", "accent")
        factors = sum(1 for each in now.factors if each.weight > 0)
        self._filled.setText(f"完整度 {now.completeness:.0%} · "
                             f"现场覆盖 {round(now.observed_coverage * factors)}/{factors}")
        moved = "；".join(_moves(now, before))
        self._moved.setText(f"变动：{moved}" if moved else "")
        self._moved.setVisible(bool(moved))
        self._set_notes([Note(*each) for each in _notes(verdict)])
        self._show_advice(now.advice[0] if now.advice else None, verdict.day)
        self._suitability.setText(now.suitability)
        self._stack.setCurrentIndex(1)

    def _show_advice(self, advice: Advice | None, day: date | None = None) -> None:
        """The next step, and the button that makes a task of it."""
        self.next_step = advice
        self.advice.show_advice(advice, day)
        self.task.setVisible(advice is not None)
        if advice is not None:
            self.task.setText(f"保存并派单：{advice.theme}")
            self.task.setToolTip(f"保存观察，给{advice.owner_role}生成任务（Ctrl+Shift+Enter）")

    def offer(self, complaint: str, *, sheet: bool) -> None:
        """Whether saving is possible, and if not, why."""
        self._why.setText(complaint)
        self._why.setVisible(bool(complaint))
        for each in (self.save, self.task):
            each.setEnabled(not complaint)
        self.sheet.setEnabled(sheet)

    @property
    def grade(self) -> str:
        """The grade's word."""
        return self._grade.text()

    @property
    def moved(self) -> str:
        """Which factors moved."""
        return self._moved.text()

    def _set_notes(self, notes: list[Note]) -> None:
        for old in self.notes:
            old.hide()
            old.deleteLater()
        self.notes = notes
        for each in notes:
            self._notes.addWidget(each)


def _moves(now: Assessment, before: Assessment | None) -> Iterator[str]:
    """The factors whose level the ticks changed: "需求与时机 ↑"."""
    earlier = {each.factor_id: each.level for each in before.factors} if before else {}
    for each in now.factors:
        was = earlier.get(each.factor_id)
        if each.level is None or each.level == was:
            continue
        arrow = "（新增）" if was is None else " ↑" if each.level > was else " ↓"
        yield f"{each.name}{arrow}"


def _notes(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """(sentence, tone) of everything that must not be missed, the gravest first."""
    now, age = verdict.now, verdict.visit.person.age
    if age is not None and age < CHILD_AGE:
        yield ("不满 14 周岁：没有监护人同意，不要记录观察，也不做任何营销。", "danger")
    refusals = [flag.label for flag in verdict.flags if flag.do_not_contact]
    if refusals or now.do_not_contact:
        reason = refusals[0] if refusals else "名单已标记拒绝营销"
        yield (f"{reason}：不联系、不营销，只留服务提醒。", "danger")
    for flag in verdict.flags:
        if not flag.do_not_contact and flag.note:
            yield (f"{flag.label}：{flag.note}。", "warn")
    torn = [each.name for each in now.factors if each.conflict]
    if torn:
        yield (f"数据与现场不一致，请复核：{'、'.join(torn)}。", "warn")
    if now.score is not None and now.grade == INSUFFICIENT:
        yield ("信息不足，暂不给等级；再看一两项就有了。", "accent")
