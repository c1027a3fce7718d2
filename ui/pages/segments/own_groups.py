"""Groups of conditions, within each other: all of them, any of them, or none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ...style import px
from ...widgets.basic import button
from .own_rows import CalmBox, ConditionRow, KeptRow, Part

if TYPE_CHECKING:
    from .own_rows import Offers

_MODES = {"all": "全部满足", "any": "满足任一", "none": "都不满足"}
_RARE = {"any_known": "满足任一（缺资料的不看）"}
"""What the rules know besides; shown where a segment has it."""
DEEPEST = 4
"""So many groups may be put into each other by hand; the rules bear more."""


class ConditionGroup(Part):
    """Conditions and groups under one head; the outermost cannot be removed."""

    def __init__(self, offers: Offers, depth: int = 0) -> None:
        super().__init__()
        self._offers, self._depth = offers, depth
        self.parts: list[Part] = []
        self.mode = CalmBox(112, "几个条件怎么算")
        for key, word in _MODES.items():
            self.mode.addItem(word, key)
        self.mode.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.add_row = button("条件", "plus", self._row_wanted, flat=True,
                              tip="在这一组里加一个条件")
        self.add_group = button("一组条件", "plus", self._group_wanted, flat=True,
                                tip="在这一组里加一组条件，例如“满足任一”")
        self.add_group.setVisible(depth < DEEPEST - 1)
        self.remove.setVisible(depth > 0)
        self.remove.setToolTip("去掉这一组条件")
        self.remove.setAccessibleName("去掉这一组条件")
        self._column = QVBoxLayout()
        self._column.setSpacing(px(6))
        self._build()

    def _build(self) -> None:
        """A head line, then the parts behind a thin line."""
        head = QHBoxLayout()
        head.setSpacing(px(8))
        for each in (self.mode, self.add_row, self.add_group):
            head.addWidget(each)
        head.addWidget(self.tally, 1)
        head.addWidget(self.remove)
        line = QFrame()
        line.setProperty("role", "bracket")
        line.setFixedWidth(px(2))
        body = QHBoxLayout()
        body.setContentsMargins(px(8), 0, 0, 0)
        body.setSpacing(px(10))
        body.addWidget(line)
        body.addLayout(self._column, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addLayout(head)
        column.addLayout(body)

    # --- parts ---

    def add(self, part: Part) -> None:
        """Put a part at the end."""
        part.changed.connect(self.changed)
        part.remove_wanted.connect(self._remove)
        self.parts.append(part)
        self._column.addWidget(part)

    def _row_wanted(self) -> None:
        row = ConditionRow(self._offers)
        self.add(row)
        self.changed.emit()
        row.field_box.setFocus()

    def _group_wanted(self) -> None:
        group = ConditionGroup(self._offers, self._depth + 1)
        group.mode.setCurrentIndex(1 if self.mode.currentData() == "all" else 0)
        group.add(ConditionRow(self._offers))
        self.add(group)
        self.changed.emit()
        group.mode.setFocus()

    def _remove(self, part: Part) -> None:
        """Take a part out; the outermost group always has a row to fill in."""
        place = self.parts.index(part)
        self.parts.remove(part)
        self._column.removeWidget(part)
        part.hide()
        part.deleteLater()
        if not self.parts and self._depth == 0:
            self.add(ConditionRow(self._offers))
        if self.parts:
            self.parts[min(place, len(self.parts) - 1)].remove.setFocus()
        else:
            self.add_row.setFocus()
        self.changed.emit()

    def stops(self) -> list[QWidget]:
        """The head, then every part."""
        inner = [one for part in self.parts for one in part.stops()]
        return [self.mode, self.add_row, self.add_group, self.remove, *inner]

    # --- tables ---

    def table(self) -> dict[str, Any] | None:
        """The group with its complete parts, None if there are none; one alone needs no group."""
        tables = [table for part in self.parts if (table := part.table()) is not None]
        if not tables:
            return None
        mode = self.mode.currentData()
        if mode == "none":
            return {"not": {"any": tables}}
        return tables[0] if len(tables) == 1 else {mode: tables}

    def nodes(self) -> list[tuple[Part, dict[str, Any]]]:
        """This group, then its parts."""
        table = self.table()
        inner = [node for part in self.parts for node in part.nodes()]
        return inner if table is None else [(self, table), *inner]

    def read(self, table: dict[str, Any]) -> None:
        """Show a group's table; anything else becomes the only part of this group."""
        mode, tables = _group_of(table) or ("all", [table] if table else [])
        if mode in _RARE:
            self.mode.addItem(_RARE[mode], mode)
        self.mode.blockSignals(True)
        self.mode.setCurrentIndex(self.mode.findData(mode))
        self.mode.blockSignals(False)
        for one in tables:
            self.add(self._part(one))
        if not self.parts:
            self.add(ConditionRow(self._offers))

    def _part(self, table: dict[str, Any]) -> Part:
        """The widget of a table."""
        if _group_of(table) is not None:
            group = ConditionGroup(self._offers, self._depth + 1)
            group.read(table)
            return group
        row, inner = ConditionRow(self._offers), table.get("not")
        fits = row.read(inner, negated=True) if isinstance(inner, dict) else \
            row.read(table, negated=False)
        if fits:
            return row
        if isinstance(inner, dict):  # the opposite of something that is offered only as it is
            group = ConditionGroup(self._offers, self._depth + 1)
            group.read({"not": {"any": [inner]}})
            return group
        return KeptRow(table)


def _group_of(table: dict[str, Any]) -> tuple[str, list[dict[str, Any]]] | None:
    """Mode and parts of a group; a "not" over a group is "none" of it."""
    for mode in ("all", "any", *_RARE):
        if isinstance(table.get(mode), list):
            return mode, table[mode]
    inner = table.get("not")
    if isinstance(inner, dict) and "field" not in inner:
        return ("none", inner["any"]) if isinstance(inner.get("any"), list) else ("none", [inner])
    return None
