"""One condition of the builder: field, operator, value, and how many customers it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from branchseg.model.fields import NUMERIC, Kind
from branchseg.rules.predicates import MADE, OPERATORS
from branchseg.rules.wording import label_of

from ...icons import icon
from ...style import font, px
from ...widgets.basic import ElidedLabel, restyle
from ...widgets.inputs import ChoiceBox
from .own_values import ValueField, value_field

if TYPE_CHECKING:
    from branchseg.pipeline.ownsegments import Offer, Tally
    from branchseg.rules.rule_fields import RuleField

    Offers = dict[str, list[Offer]]

LOWER_BOUNDS = {"aum": "aum_partial", "txn_count_12m": "txn_partial",
                "txn_amount_12m": "txn_partial"}
"""Fields whose value may be a part of the whole only, and the flag that says so."""
_KEY = Qt.ItemDataRole.UserRole
_FIELD_WIDTH, _OP_WIDTH, _TALLY_WIDTH = 170, 104, 76


class Choice(NamedTuple):
    """An operator as the builder offers it; `negated` puts a "not" around the condition."""

    op: str
    negated: bool
    word: str


_KNOWN = (Choice("known", False, "有记录"), Choice("missing", False, "没有记录"))
_NUMBER = (
    Choice("ge", False, "不少于"), Choice("gt", False, "超过"), Choice("le", False, "不超过"),
    Choice("lt", False, "不到"), Choice("between", False, "在两数之间"),
    Choice("eq", False, "正好"), *_KNOWN)
_FLAG = (Choice("is_true", False, "是"), Choice("is_true", True, "否"), *_KNOWN)
_MARK = (Choice("marked", False, "有"), Choice("marked", True, "没有"))
_LISTED = (Choice("in", False, "是"), Choice("in", True, "不是"))
_TYPED = (Choice("contains", False, "含有"), Choice("contains", True, "不含"))


def choices_for(field: RuleField) -> tuple[Choice, ...]:
    """The operators a field is offered with, the usual one first."""
    if field.key.startswith(MADE):
        return _MARK
    if field.kind in NUMERIC:
        days = (Choice("within_days", False, "在几天以内"),) if field.unit == "天" else ()
        return (*days, *_NUMBER)
    if field.kind is Kind.FLAG:
        return _FLAG
    coded = any(key != word for key, word in field.choices)  # nobody types codes
    return (*(_LISTED if field.choices else ()), *(() if coded else _TYPED), *_KNOWN)


class CalmBox(ChoiceBox):
    """A drop-down that leaves the wheel to the page, which scrolls."""

    def __init__(self, width: int, words: str) -> None:
        super().__init__()
        self._width = width
        self.setMaximumWidth(px(width))
        self.setAccessibleName(words)
        self.setMaxVisibleItems(18)

    def sizeHint(self) -> QSize:
        """The same in all rows, so that they stand in columns."""
        return QSize(px(self._width), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Narrower in narrow windows; what is cut off is in the tool tip."""
        return QSize(px(self._width) * 3 // 5, super().sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Not for us."""
        event.ignore()


class Part(QWidget):
    """A condition or a group: `table` is None while it is incomplete.

    Signals:
        changed: the user changed something.
        remove_wanted(self).
    """

    changed = Signal()
    remove_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tally = ElidedLabel()
        self.tally.setMinimumWidth(px(_TALLY_WIDTH))
        self.remove = QToolButton()
        self.remove.setIcon(icon("close", "text2"))
        self.remove.setIconSize(QSize(px(14), px(14)))
        self.remove.setAutoRaise(True)
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self))

    def table(self) -> dict[str, Any] | None:
        """The table of the condition."""
        raise NotImplementedError

    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in this order."""
        return [self.remove]

    def nodes(self) -> list[tuple[Part, dict[str, Any]]]:
        """This part and all within it that are complete, each with its table."""
        table = self.table()
        return [] if table is None else [(self, table)]

    def show_tally(self, found: Tally | str | None) -> None:
        """How many customers it holds for; a sentence where it cannot be counted."""
        words = ""
        if isinstance(found, str):
            words = found
        elif found is not None:
            words = f"{found.yes:,} 户"
            if found.unknown:
                words += f" · 缺资料 {found.unknown:,} 户"
        restyle(self.tally, "tone", "danger" if isinstance(found, str) else "")
        self.tally.setText(words)
        self.tally.setToolTip(words)


class ConditionRow(Part):
    """Field, operator and value side by side."""

    def __init__(self, offers: Offers) -> None:
        super().__init__()
        self._fields = {one.field.key: one.field for group in offers.values() for one in group}
        self._choices: tuple[Choice, ...] = ()
        self.field_box = CalmBox(_FIELD_WIDTH, "条件")
        self.op_box = CalmBox(_OP_WIDTH, "怎么比")
        self.value = ValueField()
        self.remove.setToolTip("去掉这个条件")
        self.remove.setAccessibleName("去掉这个条件")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(8))
        for each in (self.field_box, self.op_box, self.value):
            self._row.addWidget(each)
        self._row.addWidget(self.tally, 1)
        self._row.addWidget(self.remove)
        self._fill(offers)
        self.field_box.currentIndexChanged.connect(self._field_chosen)
        self.op_box.currentIndexChanged.connect(self._op_chosen)

    def _fill(self, offers: Offers) -> None:
        """The fields by group; the headings cannot be chosen."""
        model = QStandardItemModel(self.field_box)
        hint = QStandardItem("请选择条件")
        hint.setData("", _KEY)
        model.appendRow(hint)
        for heading, fields in offers.items():
            item = QStandardItem(heading)
            item.setEnabled(False)
            item.setFont(font(9, bold=True))
            model.appendRow(item)
            for one in fields:
                entry = QStandardItem(label_of(one.field))
                entry.setData(one.field.key, _KEY)
                entry.setToolTip(f"{one.customers:,} 户有这项资料")
                model.appendRow(entry)
        self.field_box.setModel(model)

    # --- what the user does ---

    def choose(self, key: str) -> None:
        """Choose a field, as by hand."""
        self.field_box.setCurrentIndex(self.field_box.findData(key))

    def _field_chosen(self) -> None:
        field = self._fields.get(self.field_box.currentData() or "")
        self._choices = choices_for(field) if field else ()
        self._offer_operators()
        self._put_value_field()
        self.changed.emit()

    def _offer_operators(self) -> None:
        self.op_box.blockSignals(True)
        self.op_box.clear()
        self.op_box.addItems([choice.word for choice in self._choices])
        self.op_box.setEnabled(bool(self._choices))
        self.op_box.blockSignals(False)

    def _op_chosen(self) -> None:
        """A field for the value this operator wants; what was given stays where it fits."""
        before = self.value.value
        self._put_value_field()
        if before is not None:
            self.value.show_value(before)
        self.changed.emit()

    def _put_value_field(self) -> None:
        key, choice = self.field_box.currentData(), self._choice
        fresh = value_field(self._fields[key], choice.op, OPERATORS[choice.op].value) \
            if key and choice else ValueField()
        fresh.changed.connect(self.changed)
        self._row.replaceWidget(self.value, fresh)
        self.value.hide()
        self.value.deleteLater()
        self.value = fresh
        fresh.show()

    @property
    def _choice(self) -> Choice | None:
        place = self.op_box.currentIndex()
        return self._choices[place] if 0 <= place < len(self._choices) else None

    def stops(self) -> list[QWidget]:
        """Field, operator, value, remove."""
        return [self.field_box, self.op_box, *self.value.stops, self.remove]

    # --- tables ---

    def table(self) -> dict[str, Any] | None:
        """The condition, None while field or value lack."""
        key, choice = self.field_box.currentData(), self._choice
        if not key or choice is None:
            return None
        found: dict[str, Any] = {"field": key, "op": choice.op}
        if self.value.needs_value:
            if self.value.value is None:
                return None
            found["value"] = self.value.value
        if key in LOWER_BOUNDS and OPERATORS[choice.op].lower_bound:
            found["partial"] = LOWER_BOUNDS[key]
        return {"not": found} if choice.negated else found

    def read(self, table: dict[str, Any], *, negated: bool) -> bool:
        """Show a condition; False if it is none that can be chosen here."""
        key, op = table.get("field"), table.get("op")
        field = self._fields.get(key) if isinstance(key, str) else None
        if field is None:
            return False
        fitting = choices_for(field)
        place = next((number for number, one in enumerate(fitting)
                      if (one.op, one.negated) == (op, negated)), None)
        if place is None:
            return False
        for box in (self.field_box, self.op_box):
            box.blockSignals(True)
        self.choose(field.key)
        self._choices = fitting
        self._offer_operators()
        self.op_box.setCurrentIndex(place)
        for box in (self.field_box, self.op_box):
            box.blockSignals(False)
            box.updateGeometry()
        self._put_value_field()
        self.value.show_value(table.get("value"))
        return True


class KeptRow(Part):
    """A condition that cannot be edited here; it is kept as it is, or removed."""

    def __init__(self, table: dict[str, Any]) -> None:
        super().__init__()
        self._table = table
        inner = table.get("not", table)
        words = str(inner.get("field", "")) if isinstance(inner, dict) else ""
        self.words = ElidedLabel("")
        self.words.setText(f"这个条件在这里不能改（{words}）" if words else "这个条件在这里不能改")
        self.remove.setAccessibleName("去掉这个条件")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self.words, 1)
        row.addWidget(self.tally, 1)
        row.addWidget(self.remove)

    def table(self) -> dict[str, Any] | None:
        """As it was."""
        return self._table
