"""Fields for what a condition compares with: one number, two, words from a list, words typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from branchseg.model.fields import Kind
from branchseg.rules.rule_fields import PERCENT
from branchseg.rules.wording import label_of

from ...style import px
from ...widgets.basic import label
from ...widgets.number_field import NumberField

if TYPE_CHECKING:
    from branchseg.rules.rule_fields import RuleField

_LIMITS = {"元": (-1e12, 1e12), "岁": (0.0, 150.0), "天": (-36_500.0, 36_500.0)}
_PLAIN = (-1e9, 1e9)
_DAYS = (0.0, 36_500.0)
_LEAST_WIDTH, _NUMBER_WIDTH, _WORDS_WIDTH = 92, 140, 190
_MARGINS = 44
_SPLIT = re.compile(r"[、，,；;\s]+")


class ValueField(QWidget):
    """Base: nothing to be given. `changed` by the user only; `value` is None while incomplete.

    `stops` are where the Tab key stops.
    """

    changed = Signal()
    needs_value = False

    def __init__(self) -> None:
        super().__init__()
        self.stops: list[QWidget] = []
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(px(6))

    @property
    def value(self) -> Any:
        """What is given, as the tables of conditions have it."""
        return None

    def show_value(self, value: Any) -> None:
        """Show a value; emits nothing."""


class NumberValue(ValueField):
    """A number, or two of them with `pair`."""

    needs_value = True

    def __init__(self, field: RuleField, *, pair: bool = False, days: bool = False) -> None:
        super().__init__()
        share = field.unit == PERCENT
        low, high = _DAYS if days else (0.0, 1.0) if share else _LIMITS.get(field.unit, _PLAIN)
        self.boxes = [NumberField(low, high, "" if share else field.unit)
                      for _ in range(2 if pair else 1)]
        for place, box in enumerate(self.boxes):
            if place:
                self.row.addWidget(label("到", "muted"))
            if field.kind is Kind.NUMBER and not share:
                box.setDecimals(1)
            box.setMinimumWidth(px(_LEAST_WIDTH))
            box.setMaximumWidth(px(_NUMBER_WIDTH))
            box.setAccessibleName(f"{label_of(field)}的数值")
            box.edited.connect(lambda _number: self.changed.emit())
            self.row.addWidget(box)
            self.stops.append(box)

    @property
    def value(self) -> Any:
        """One number, or two in order."""
        numbers = sorted(box.number for box in self.boxes)
        return numbers if len(numbers) > 1 else numbers[0]

    def show_value(self, value: Any) -> None:
        """Show a number or a pair of them; of a pair one number is both."""
        numbers = value if isinstance(value, list | tuple) else [value] * len(self.boxes)
        for box, number in zip(self.boxes, numbers, strict=False):
            if isinstance(number, int | float):
                box.show_number(float(number))


class _TickMenu(QMenu):
    """A menu that stays open while entries are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click ticks."""
        if not self._tick():
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter tick; Esc closes, as ever."""
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() not in keys or not self._tick():
            super().keyPressEvent(event)

    def _tick(self) -> bool:
        action = self.activeAction()
        if action is not None:
            action.trigger()
        return action is not None


class _WordsButton(QPushButton):
    """A button whose width does not follow its words; they are cut where there are too many."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setAutoDefault(False)
        self.setMaximumWidth(px(_WORDS_WIDTH))

    def show_words(self, words: str) -> None:
        """Show words, "" for none."""
        self._words = words
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(
            self._words, Qt.TextElideMode.ElideRight, self.width() - px(_MARGINS))
        self.setText(shown.replace("&", "&&") or "请选择")
        self.setToolTip(self._words if shown != self._words else "")

    def sizeHint(self) -> QSize:
        """The same for all words."""
        return QSize(px(_WORDS_WIDTH), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for a word."""
        return QSize(px(_LEAST_WIDTH), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More words, or fewer."""
        super().resizeEvent(event)
        self._cut()


class ChosenWords(ValueField):
    """Some of the values there are; they are ticked in a list."""

    needs_value = True

    def __init__(self, field: RuleField) -> None:
        super().__init__()
        self.button, self.menu = _WordsButton(), _TickMenu(self)
        self.button.setAccessibleName(f"{label_of(field)}的选项")
        self.button.setMenu(self.menu)
        self.row.addWidget(self.button)
        self.stops.append(self.button)
        for key, word in field.choices:
            self._add(key, word)
        self._tell()

    def _add(self, key: str, word: str) -> None:
        action = self.menu.addAction(word.replace("&", "&&"))
        action.setCheckable(True)
        action.setData(key)
        action.triggered.connect(self._ticked)

    def _ticked(self) -> None:
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        words = "、".join(action.text() for action in self.menu.actions() if action.isChecked())
        self.button.show_words(words.replace("&&", "&"))

    @property
    def value(self) -> Any:
        """The keys of the words ticked."""
        return [action.data() for action in self.menu.actions() if action.isChecked()] or None

    def show_value(self, value: Any) -> None:
        """Tick these; one that is in no list of today is added."""
        wanted = [str(one) for one in value] if isinstance(value, list | tuple) else []
        there = {action.data() for action in self.menu.actions()}
        for key in wanted:
            if key not in there:
                self._add(key, key)
        for action in self.menu.actions():
            action.setChecked(action.data() in wanted)
        self._tell()


class TypedWords(ValueField):
    """Words that are typed, several with a comma or a space between them."""

    needs_value = True

    def __init__(self, field: RuleField) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setPlaceholderText("词语，多个用顿号分开")
        self.line.setAccessibleName(f"{label_of(field)}的词语")
        self.line.setMinimumWidth(px(_LEAST_WIDTH))
        self.line.setMaximumWidth(px(_WORDS_WIDTH))
        self.line.setAcceptDrops(False)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.row.addWidget(self.line)
        self.stops.append(self.line)

    @property
    def value(self) -> Any:
        """The words."""
        return [word for word in _SPLIT.split(self.line.text()) if word] or None

    def show_value(self, value: Any) -> None:
        """Show words."""
        words = value if isinstance(value, list | tuple) else []
        self.line.setText("、".join(map(str, words)))


def value_field(field: RuleField, op: str, shape: str) -> ValueField:
    """The field for an operator whose value has this `shape` (see `predicates.Operator`)."""
    if shape == "none":
        return ValueField()
    if shape == "words":
        return ChosenWords(field) if field.choices and op == "in" else TypedWords(field)
    return NumberValue(field, pair=shape == "pair", days=shape == "days")
