"""The assumptions of a model: shown, and changed by the branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from ...style import px
from ...widgets.basic import Card, button, label
from ...widgets.flow import FlowLayout
from ...widgets.number_field import NumberField

if TYPE_CHECKING:
    from branchseg.pipeline.models import Model, Parameter

    from ...session import Session


class ChoiceField(QComboBox):
    """One of several words; its `number` is the place of the word.

    `edited(place)`: the user chose another.
    """

    edited = Signal(float)

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__()
        self.addItems(choices)
        self.activated.connect(lambda place: self.edited.emit(float(place)))

    @property
    def number(self) -> float:
        """The place of the word chosen."""
        return float(self.currentIndex())

    def show_number(self, number: float) -> None:
        """Show the word at a place; emits nothing."""
        self.setCurrentIndex(int(number))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page must not choose another word."""
        event.ignore()


class AssumptionFields(Card):
    """A field per assumption; `changed` comes when one was changed and kept."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(padding=(12, 8))
        self._session = session
        self._model: Model | None = None
        self.fields: dict[str, NumberField | ChoiceField] = {}
        self._box = QWidget()
        self.defaults = button("恢复默认", "undo", self._restore, flat=True)
        self.body.addWidget(self._box)
        self.hide()

    def show_model(self, model: Model) -> None:
        """Show the assumptions of a model; nothing, if it has none."""
        if model is not self._model:
            self._model = model
            self._rebuild(model)
        chosen = model.chosen(self._session.settings.assumptions)
        for key, field in self.fields.items():
            field.show_number(chosen[key])
        self.setVisible(bool(model.parameters))

    def _rebuild(self, model: Model) -> None:
        """Fields of another model."""
        self.defaults.setParent(self)
        self.body.removeWidget(self._box)
        self._box.hide()
        self._box.deleteLater()
        self._box, self.fields = QWidget(), {}
        row = FlowLayout(self._box, spacing=px(12))
        for one in model.parameters:
            field = _field(one)
            field.setAccessibleName(model.label(one))
            field.edited.connect(self._keep)
            self.fields[one.key] = field
            pair = QWidget()
            line = QHBoxLayout(pair)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(label(model.label(one), "muted"))
            line.addWidget(field)
            row.addWidget(pair)
        row.addWidget(self.defaults)
        self.body.addWidget(self._box)

    def _keep(self, _number: float) -> None:
        """Write what the fields show."""
        if self._model is not None:
            self._write({f"{self._model.key}.{key}": field.number
                         for key, field in self.fields.items()})

    def _restore(self) -> None:
        """Back to what the program came with; what was chosen to look at stays."""
        if self._model is not None:
            self._write({f"{self._model.key}.{key}": field.number
                         for key, field in self.fields.items() if isinstance(field, ChoiceField)})

    def _write(self, mine: dict[str, float]) -> None:
        """Replace the assumptions of the model shown."""
        assert self._model is not None
        others = {key: value for key, value in self._session.settings.assumptions.items()
                  if not key.startswith(f"{self._model.key}.")}
        if self._session.keep_settings(assumptions=others | mine):
            self.show_model(self._model)
            self.changed.emit()


def _field(parameter: Parameter) -> NumberField | ChoiceField:
    """The field of an assumption."""
    if parameter.choices:
        return ChoiceField(parameter.choices)
    field = NumberField(parameter.least, parameter.most, parameter.unit)
    field.setKeyboardTracking(False)
    field.setMaximumWidth(max(px(110), field.minimumSizeHint().width()))
    return field
