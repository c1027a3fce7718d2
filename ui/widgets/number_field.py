"""NumberField: a spin box that cannot hold a value out of range, and ignores stray wheels."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QWidget

from ..style import px

_PERCENT = 100.0
_DECIMALS = 2


class NumberField(QDoubleSpinBox):
    """A number in its natural unit; shares of at most 1 without a unit are shown in percent.

    `edited(value)`: the user gave another value, in the unit of `number`.
    """

    edited = Signal(float)

    def __init__(self, minimum: float, maximum: float, unit: str,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._factor = _PERCENT if not unit and 0 <= minimum <= maximum <= 1 else 1.0
        self._range = (minimum, maximum)
        unit = "%" if self._factor != 1.0 else unit
        percent = self._factor != 1.0
        self.setDecimals(0 if self._whole(minimum, maximum) and not percent else _DECIMALS)
        self.setRange(minimum * self._factor, maximum * self._factor)
        self.setSuffix(unit if unit in {"", "%"} else f" {unit}")
        self.setGroupSeparatorShown(True)
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType
                         if maximum > _PERCENT * 10
                         else QAbstractSpinBox.StepType.DefaultStepType)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.lineEdit().setTextMargins(px(8), 0, px(4), 0)
        self.valueChanged.connect(lambda _shown: self.edited.emit(self.number))

    def _whole(self, *numbers: float) -> bool:
        return all(round(number * self._factor, 6).is_integer() for number in numbers)

    @property
    def number(self) -> float:
        """The value."""
        return round(self.value() / self._factor, 6)

    def show_number(self, number: float) -> None:
        """Show a value; emits nothing."""
        if number == self.number:
            return
        blocked = self.blockSignals(True)
        if not self._whole(number, *self._range):
            self.setDecimals(_DECIMALS)
        self.setValue(number * self._factor)
        self.blockSignals(blocked)

    def textFromValue(self, value: float) -> str:
        """A share without zeros it does not need: 90, 92.5, 1.75."""
        shown = super().textFromValue(value)
        return shown.rstrip("0").rstrip(".") if self._factor != 1.0 and "." in shown else shown

    def words(self, number: float, *, suffix: bool = True) -> str:
        """Any number as this field would show it."""
        shown = self.textFromValue(number * self._factor)
        return f"{shown}{self.suffix()}" if suffix else shown

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page must not change a number the mouse passes over."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
