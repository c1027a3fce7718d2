"""ColumnRow: what one column means, its unit, and how sure that is, in one row of the table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from branchseg.messages import text
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.raw import UNIT_WORDS, ColumnMatch, MatchKind, shown_header

from ...icons import icon
from ...style import font, px
from ...widgets.basic import Chip, button, restyle
from .field_box import NOT_IMPORTED, CalmComboBox
from .work import masked

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES_PLACE = 1
"""The column of the table that shows the samples."""
_FIELD, _UNIT, _STATE = 2, 3, 4
SAMPLE_ROLE = Qt.ItemDataRole.UserRole + 1
DOUBT_ROLE = Qt.ItemDataRole.UserRole + 2
_WORDS = {
    # how a column got its field -> chip
    MatchKind.EXACT: ("已识别", "ok"), MatchKind.ALIAS: ("已识别", "ok"),
    MatchKind.FUZZY: ("已识别", "ok"), MatchKind.REMEMBERED: ("沿用上次", "ok"),
    MatchKind.CHOSEN: ("已选择", "accent"), MatchKind.NONE: (NOT_IMPORTED, "neutral"),
    MatchKind.REFUSED: ("依法不导入", "neutral"), MatchKind.OWN: ("导出时加的", "neutral"),
}
_FIXED = (MatchKind.REFUSED, MatchKind.OWN)
_DECIDED_BY_NOBODY = -1
_SECOND = "intake.match.second"
WHOLE_OR_PART = "intake.match.whole_or_part"
_ALL_TIP = "这些账户就是客户的全部资产：作为时点AUM导入。"
_PART_TIP = "只是一部分账户：这一列不导入。是哪一类产品的余额，请在“含义”里选。"
UNIT_DOUBTS = ("intake.match.unit", "recipe.doubt.unit")
_USUAL_UNITS = (1.0, 1e3, 1e4)


class ColumnRow:
    """The cells of one column.

    `box` makes a drop-down of fields; `decided(column, field or None, unit)` is called when a
    person has chosen.
    """

    def __init__(self, table: QTableWidget, place: int, match: ColumnMatch,
                 samples: tuple[str, ...], box: Callable[[], QComboBox],
                 decided: Callable[[int, str | None, float], None]) -> None:
        self._table, self._samples, self._decided = table, samples, decided
        self._match, self._reason = match, ""
        if match.reason:
            self._reason = text(match.reason, unit=UNIT_WORDS.get(match.unit, ""))
        title = shown_header(match.header)
        self._name, self._values = QTableWidgetItem(title), QTableWidgetItem()
        self._name.setToolTip(title)
        table.setItem(place, 0, self._name)
        table.setItem(place, SAMPLES_PLACE, self._values)
        self.field: QComboBox | None = None
        self.suggest: QPushButton | None = None
        self.other: QPushButton | None = None
        self.unit: QComboBox | None = None
        self._place, self._chip = place, Chip()
        if match.kind not in _FIXED:
            self.field = box()
            self.field.setAccessibleName(f"{title}的含义")
            self.field.activated.connect(lambda _index: self._choose())
            table.setCellWidget(place, _FIELD, _boxed(self.field))
        self._offer(match)
        table.setCellWidget(place, _STATE, _boxed(self._chip, self.suggest, self.other,
                                                  spread=True))

    def _offer(self, match: ColumnMatch) -> None:
        """Buttons that settle a doubt with one click."""
        if not match.doubtful:
            return
        if match.reason == WHOLE_OR_PART:
            self.suggest = button("全部资产", tip=_ALL_TIP,
                                  clicked=partial(self._take, match.field, match.unit))
            self.other = button("一部分", tip=_PART_TIP,
                                clicked=partial(self._take, None, match.unit))
        elif match.reason in UNIT_DOUBTS:
            other = 1.0 if match.unit != 1.0 else 1e4
            self.suggest, self.other = (
                button(f"是{UNIT_WORDS[unit]}", tip=self._reason,
                       clicked=partial(self._take, match.field, unit))
                for unit in (match.unit, other))
        elif match.reason == _SECOND or match.field is None:
            self.suggest = button("不导入这一列", tip=self._reason,
                                  clicked=partial(self._take, None, match.unit))
        else:
            self.suggest = button(f"就是“{FIELDS[match.field].label}”", tip=self._reason,
                                  clicked=partial(self._take, match.field, match.unit))

    def refresh(self, match: ColumnMatch, *, twice: bool) -> None:
        """Show what the column means now."""
        self._match = match
        alert = match.doubtful or twice
        self._name.setIcon(icon("warning", "danger" if twice else "warn") if alert else QIcon())
        self._name.setFont(font(bold=match.doubtful or bool(match.field)))
        self._name.setData(DOUBT_ROLE, match.doubtful)
        self._values.setData(SAMPLE_ROLE, self._samples_shown())
        self._values.setText(self._remark())
        self._values.setToolTip("\n".join([self._remark(), *self._samples_shown()]).strip())
        self._show_unit(match)
        if self.field is not None:
            self.field.setCurrentIndex(_DECIDED_BY_NOBODY if _is_open(match)
                                       else self.field.findData(match.field or ""))
            restyle(self.field, "invalid",
                    "true" if twice else "warn" if match.doubtful else "")
        self._say(match, twice=twice)

    def _show_unit(self, match: ColumnMatch) -> None:
        """The unit of an amount; its drop-down is made when it is first needed.

        While it is asked what the column means the unit is only shown.
        """
        wanted = match.field is not None and FIELDS[match.field].kind is Kind.AMOUNT
        if wanted and self.unit is None:
            self.unit = _unit_box(match.unit)
            self.unit.setAccessibleName(f"{shown_header(match.header)}的单位")
            self.unit.activated.connect(lambda _index: self._choose())
            self._table.setCellWidget(self._place, _UNIT, _boxed(self.unit))
        if self.unit is not None:
            asked = _is_open(match)
            self.unit.setCurrentIndex(self.unit.findData(match.unit))
            self.unit.setVisible(wanted)
            self.unit.setEnabled(not asked)
            self.unit.setToolTip("先选定这一列的含义。" if asked else "")

    def _say(self, match: ColumnMatch, *, twice: bool) -> None:
        """The chip, or the button that takes the suggestion."""
        for each in (self.suggest, self.other):
            if each is not None:
                each.setVisible(match.doubtful)
        if match.doubtful:
            self._chip.set("" if self.suggest else "请确认", "warn")
            return
        word, tone = _WORDS[match.kind]
        if match.unused:
            word, tone = NOT_IMPORTED, "neutral"
        self._chip.set(*(("重复", "danger") if twice else (word, tone)))
        self._chip.setToolTip(self._tip(match))

    def _tip(self, match: ColumnMatch) -> str:
        """Why the column has this field, or none."""
        if match.kind is MatchKind.REFUSED:
            return self._reason
        if match.kind is MatchKind.OWN:
            return "这一列是本程序导出时加的，只给人看，不导入。"
        if match.field is None:
            return "这一列不导入，不会保存。"
        return f"把握 {match.confidence:.0%}"

    def _samples_shown(self) -> list[str]:
        """The samples as they may be shown; of a refused column none."""
        if self._match.kind is MatchKind.REFUSED:
            return []
        return [masked(self._match.field, self._match.header, sample)
                for sample in self._samples]

    def _remark(self) -> str:
        """Why a column is in doubt or refused, or that there is nothing in it."""
        if self._match.doubtful or self._match.kind is MatchKind.REFUSED:
            return self._reason
        return "" if self._samples else "整列空白"

    def _choose(self) -> None:
        """A person has used one of the drop-downs."""
        assert self.field is not None  # a refused column has none
        if self.field.currentIndex() == _DECIDED_BY_NOBODY:
            return
        key = self.field.currentData() or None
        unit = self._match.unit if self.unit is None else float(self.unit.currentData())
        self._take(key, unit)

    def _take(self, key: str | None, unit: float) -> None:
        amount = key is not None and FIELDS[key].kind is Kind.AMOUNT
        self._decided(self._match.index, key, unit if amount else 1.0)


def _is_open(match: ColumnMatch) -> bool:
    """Whether it is asked what a column means, not only in which unit it is."""
    return match.doubtful and match.reason not in UNIT_DOUBTS


def _unit_box(unit: float) -> QComboBox:
    """The usual units, and the one the list names if it is another."""
    box = CalmComboBox()
    for factor, word in UNIT_WORDS.items():
        if factor in (*_USUAL_UNITS, unit):
            box.addItem(word, factor)
    box.setCurrentIndex(max(box.findData(unit), 0))
    return box


def _boxed(*widgets: QWidget | None, spread: bool = False) -> QWidget:
    """Widgets in a table cell, with air around; `spread` leaves them their own width."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(px(6), px(3), px(6), px(3))
    row.setSpacing(px(4))
    for each in widgets:
        if each is not None:
            row.addWidget(each)
    if spread:
        row.addStretch()
    return box
