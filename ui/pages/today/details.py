"""DetailsForm: what a talk brought - needs, plans for money, products and their amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from branchseg.model.outcomes import outcomes

from ...style import px
from ...widgets.basic import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QKeyEvent

    from branchseg.model.outcomes import Choice

_COLUMNS = 4
_AMOUNT = r"\d{0,6}(\.\d{0,4})?"
_WAN = 10_000
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -_COLUMNS,
          Qt.Key.Key_Down: _COLUMNS}


class _Toggle(QPushButton):
    """A button that stays pressed, and leaves the arrows to the group around it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space presses."""
        if event.key() in _STEPS:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Toggles(QWidget):
    """Some choices, several or at most one of them. One stop of Tab; arrows move, Space ticks."""

    changed = Signal()

    def __init__(self, name: str, choices: Sequence[Choice], *, several: bool) -> None:
        super().__init__()
        self._ids = [one.id for one in choices]
        self.buttons = [_Toggle(one.label) for one in choices]
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(px(4))
        for place, (each, choice) in enumerate(zip(self.buttons, choices, strict=True)):
            each.setProperty("segment", "single")
            each.setCheckable(True)
            each.setAutoDefault(False)
            each.setMinimumWidth(px(48))
            each.setToolTip(choice.label)
            each.setAccessibleName(f"{name}：{choice.label}")
            each.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            each.clicked.connect(lambda on, place=place: self._clicked(place, on, several))
            grid.addWidget(each, place // _COLUMNS, place % _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self.buttons[0].setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids ticked, in the order of the table."""
        return tuple(one for one, each in zip(self._ids, self.buttons, strict=True)
                     if each.isChecked())

    def choose(self, ids: Iterable[str]) -> None:
        """Tick exactly these."""
        wanted = set(ids)
        for one, each in zip(self._ids, self.buttons, strict=True):
            each.setChecked(one in wanted)

    def _clicked(self, place: int, on: bool, several: bool) -> None:  # noqa: FBT001 - a slot
        if on and not several:
            self.choose([self._ids[place]])
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to another choice."""
        step = _STEPS.get(Qt.Key(event.key()))
        here = self.focusWidget()
        if step is None or not isinstance(here, _Toggle):
            super().keyPressEvent(event)
            return
        place = min(max(self.buttons.index(here) + step, 0), len(self.buttons) - 1)
        self.buttons[place].setFocus()


class DetailsForm(QWidget):
    """The rows of the task sheet between result and remarks; all may stay empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        table = outcomes()
        self.needs = Toggles("需求标签", table.needs, several=True)
        self.funds = Toggles("资金计划", table.fund_plans, several=False)
        self.products = Toggles("办理产品", table.products, several=True)
        self.amount_field = QLineEdit()
        self.amount_field.setPlaceholderText("金额（万元）")
        self.amount_field.setMaximumWidth(px(150))
        self.amount_field.setAccessibleName("办理金额，万元")
        self.amount_field.setValidator(QRegularExpressionValidator(
            QRegularExpression(_AMOUNT), self.amount_field))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(4))
        for caption, row in (("需求（成为客户标签）", self.needs), ("资金计划", self.funds)):
            column.addWidget(label(caption, "muted"))
            column.addWidget(row)
        sold = QHBoxLayout()
        sold.addWidget(label("办理产品", "muted"), 1)
        sold.addWidget(self.amount_field)
        column.addLayout(sold)
        column.addWidget(self.products)
        column.addStretch()

    def clear(self) -> None:
        """Nothing said."""
        for each in (self.needs, self.funds, self.products):
            each.choose(())
        self.amount_field.clear()

    @property
    def fund_plan(self) -> str:
        """The plan ticked, "" for none."""
        return next(iter(self.funds.chosen), "")

    @property
    def amount(self) -> float | None:
        """The amount in 元; None if none was given."""
        typed = self.amount_field.text().strip(".")
        return round(float(typed) * _WAN, 2) if typed else None
