"""定义说明与确认: what is registered with a threshold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit

from branchseg.store.records import Agreement

from ...style import px
from ...widgets.basic import Card, button, label, restyle
from ...widgets.inputs import date_edit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from branchseg.rules import Parameter
    from branchseg.store.records import RuleVersion

_LONGEST_NOTE, _LONGEST_NAMES = 500, 60
_NOTE_HEIGHT = 62
_HINT = "怎么定义、为什么取这个数，例如：含 100 元，外币折人民币，结息不算动账"
_NOBODY = "还没有登记由谁确认。"
_FULL = f"定义说明最多 {_LONGEST_NOTE} 字，多出的没有填进去。"


class AgreementCard(Card):
    """`edited(Agreement)`: somebody has written something else."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__("定义说明与确认", padding=(14, 10))
        self._kept: Agreement | None = None
        self._value = 0.0
        self._today: date | None = None
        self.note, self.names = QPlainTextEdit(), QLineEdit()
        self.note.setPlaceholderText(_HINT)
        self.note.setAccessibleName("定义说明")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(px(_NOTE_HEIGHT))
        self.names.setPlaceholderText("例如 业务部 张三、科技部、财务部")
        self.names.setAccessibleName("确认部门和人")
        self.names.setMaxLength(_LONGEST_NAMES)
        self.day = date_edit()
        self.day.setAccessibleName("确认日期")
        self.again = button("按现在的切点重新确认", "check", self._agree_again, flat=True)
        self.said, self.full = label("", "muted", wrap=True), label(_FULL, wrap=True)
        restyle(self.full, "tone", "warn")
        self.full.hide()
        form = QFormLayout()
        form.setHorizontalSpacing(px(10))
        form.setVerticalSpacing(px(6))
        form.addRow("确认人", self.names)
        form.addRow("日期", self.day)
        self.body.addWidget(self.note)
        self.body.addWidget(self.full)
        self.body.addLayout(form)
        self.body.addWidget(self.said)
        self.body.addWidget(self.again)
        self.body.addStretch()
        self._added = 0
        self.note.document().contentsChange.connect(self._note_place)
        self.note.textChanged.connect(self._note_edited)
        self.names.textChanged.connect(lambda _text: self._edited())
        self.day.dateChanged.connect(lambda _day: self._edited())

    def show_agreement(self, kept: Agreement | None, parameter: Parameter, value: float,
                       versions: Sequence[RuleVersion], today: date) -> None:
        """Show what is registered with a threshold that is at `value` now."""
        self._kept, self._value, self._today = kept, value, today
        note, names = (kept.note, kept.agreed_by) if kept else ("", "")
        day = (kept.agreed_on if kept else None) or today
        for each in (self.note, self.names, self.day):
            each.blockSignals(True)
        if self._written != note:
            self.note.setPlainText(note)
            self.full.hide()
        if self.names.text().strip() != names:
            self.names.setText(names)
        self.day.setDate(QDate(day.year, day.month, day.day))
        for each in (self.note, self.names, self.day):
            each.blockSignals(False)
        self.day.setEnabled(bool(names))
        stale = kept is not None and bool(names) and kept.value != value
        self.again.setVisible(stale)
        self.said.setText(self._sentence(parameter, versions, stale=stale))
        restyle(self.said, "tone", "warn" if stale else "")

    def _sentence(self, parameter: Parameter, versions: Sequence[RuleVersion], *,
                  stale: bool) -> str:
        """Who has agreed on what, and since which version that is registered."""
        kept = self._kept
        if kept is None:
            return _NOBODY
        since = _first_with(versions, parameter.key, kept)
        where = "保存后登记。" if since is None else f"登记于第 {since} 版。"
        if not kept.agreed_by:
            return f"{_NOBODY}{where}"
        if stale:
            return (f"确认的是 {parameter.words(kept.value)}，现在是 "
                    f"{parameter.words(self._value)}，需要重新确认。{where}")
        return f"确认的是 {parameter.words(kept.value)}。{where}"

    def _note_place(self, place: int, _removed: int, added: int) -> None:
        self._added = place + added

    def _note_edited(self) -> None:
        """Of what was put in only so much stays as there is room for, and that is said."""
        surplus = self.note.document().characterCount() - 1 - _LONGEST_NOTE
        if surplus > 0:
            cursor = self.note.textCursor()
            end = min(self._added, surplus + _LONGEST_NOTE)
            cursor.setPosition(end - surplus)
            for step in (QTextCursor.MoveOperation.NextCharacter,
                         QTextCursor.MoveOperation.PreviousCharacter):
                cursor.movePosition(step)  # never within a character
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            self.note.blockSignals(True)
            cursor.removeSelectedText()
            self.note.blockSignals(False)
        self.full.setVisible(surplus > 0)
        self._edited()

    def _edited(self) -> None:
        """What stands in the fields now; the value that was agreed on stays."""
        names = self.names.text().strip()
        day: date = self.day.date().toPython()  # type: ignore[assignment] # the stubs say object
        value = self._kept.value if self._kept and self._kept.agreed_by else self._value
        self.edited.emit(Agreement(self._written, names, day if names else None, value))

    @property
    def _written(self) -> str:
        """The note as it will be kept."""
        return self.note.toPlainText().strip()

    def _agree_again(self) -> None:
        if self._kept is not None:
            self.edited.emit(replace(self._kept, value=self._value, agreed_on=self._today))


def _first_with(versions: Sequence[RuleVersion], key: str, kept: Agreement) -> int | None:
    """The version since which this is registered; `versions` has the last one first."""
    since = None
    for version in versions:
        if version.agreements.get(key) != kept:
            break
        since = version.id
    return since
