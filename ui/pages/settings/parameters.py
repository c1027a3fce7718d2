"""阈值与权重: one field per parameter of the rules, made from the rules themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...style import px
from ...widgets.basic import Card, Chip, button, label
from ...widgets.number_field import NumberField

if TYPE_CHECKING:
    from branchseg.rules import Parameter

    from .draft import RuleDraft

_GROUPS = {"status.toml": "客户状态", "tiers.toml": "临界与流失", "suitability.toml": "适当性",
           "factors.toml": "七要素", "segments.toml": "标签与分群", "actions.toml": "动作"}
_NOTES = {"factors.toml": "各要素按权重占合计的比例计分，合计不必正好是 100。"}
_WEIGHT = "weight_"
_CHIP, _FIELD, _RANGE, _RESET = 48, 140, 134, 104


class _Row:
    """The widgets of one parameter."""

    def __init__(self, parameter: Parameter, draft: RuleDraft) -> None:
        self._key, self._draft = parameter.key, draft
        self.field = NumberField(parameter.minimum, parameter.maximum, parameter.unit)
        self.field.setFixedWidth(px(_FIELD))
        self.field.setAccessibleName(parameter.label)
        self.chip = Chip("已改", "accent")
        words = self.field.words
        self.range = label(f"{words(parameter.minimum, suffix=False)}–{words(parameter.maximum)}",
                           "muted")
        default = draft.default(parameter.key)
        self.reset: QPushButton = button(
            f"默认 {words(default)}", flat=True, tip="恢复默认",
            clicked=lambda: draft.set_value(parameter.key, default))
        self.field.edited.connect(lambda value: draft.set_value(parameter.key, value))

    def refresh(self) -> None:
        """Show what the draft holds."""
        value = self._draft.value(self._key)
        self.field.show_number(value)
        self.chip.setVisible(self._draft.is_changed(self._key))
        self.reset.setEnabled(value != self._draft.default(self._key))


class ParameterSection(QScrollArea):
    """A card per rule file."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, _Row] = {}
        self._draft: RuleDraft | None = None
        self._weights: Chip | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_draft(self, draft: RuleDraft) -> None:
        """Edit a draft; it keeps its parameters whatever rules it starts from."""
        self._draft = draft
        if self.isVisible():
            self._build(draft)

    def showEvent(self, event: QShowEvent) -> None:
        """Build the fields when they are first looked at: there are many."""
        super().showEvent(event)
        if self._draft is not None and not self.rows:
            self._build(self._draft)

    def _build(self, draft: RuleDraft) -> None:
        """All fields of a draft."""
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, px(4), 0)
        column.setSpacing(px(12))
        for file in dict.fromkeys(each.file for each in draft.parameters.values()):
            column.addWidget(self._group(draft, file))
        column.addStretch()
        self.setWidget(content)
        self.refresh()

    def _group(self, draft: RuleDraft, file: str) -> Card:
        """The parameters of one rule file."""
        card = Card()
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(label(_GROUPS.get(file, file), "section"))
        card.body.addLayout(head)
        if file in _NOTES:
            self._weights = Chip()
            head.addWidget(self._weights)
            card.body.addWidget(label(_NOTES[file], "muted", wrap=True))
        head.addStretch()
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(0, 1)
        for column, width in enumerate((_CHIP, _FIELD, _RANGE, _RESET), 1):
            grid.setColumnMinimumWidth(column, px(width))
        mine = [each for each in draft.parameters.values() if each.file == file]
        for place, parameter in enumerate(mine):
            row = self.rows[parameter.key] = _Row(parameter, draft)
            grid.addWidget(label(parameter.label, wrap=True), place, 0)
            for across, widget in enumerate((row.chip, row.field, row.range), 1):
                grid.addWidget(widget, place, across)
            grid.addWidget(row.reset, place, 4, Qt.AlignmentFlag.AlignRight)
        card.body.addLayout(grid)
        return card

    def refresh(self) -> None:
        """Show what the draft holds."""
        for row in self.rows.values():
            row.refresh()
        if self._draft is not None and self._weights is not None:
            total = sum(self._draft.value(key) for key in self._draft.parameters
                        if key.startswith(_WEIGHT))
            self._weights.set(f"权重合计 {total:g}", "accent" if total else "danger")
