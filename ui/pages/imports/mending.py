"""Rows that are mended by hand during an import: finding them, changing them, taking it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from branchseg.model.fields import FIELDS, Kind
from branchseg.model.raw import UNIT_WORDS, Corrections, MatchKind, shown_header

from .row_dialog import RowCell, RowDialog
from .work import cell_text, lost_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.issues import Issue
    from branchseg.model.raw import Cell, ColumnMatch

    from .mapping import MappingStep
    from .work import ListGroup


_NUMBERS = frozenset({Kind.KEY, Kind.ID_NUMBER, Kind.PHONE})
"""Kinds of field in which a number is a name, and every digit counts."""
_UNSEEN = frozenset({MatchKind.REFUSED, MatchKind.OWN})
"""Columns the law does not want, and those this program wrote itself."""


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Sheet row `row` of list `source` in group `group`."""

    group: int
    source: int
    row: int


def find_row(groups: Sequence[ListGroup], issue: Issue) -> RowPlace | None:
    """The row a finding is about; None if it is about a column or a row that is no data."""
    for number, group in enumerate(groups if issue.row else ()):
        for place, source in enumerate(group.sources):
            if source.raw.source.label == issue.source and issue.row in source.raw.rows:
                gone = issue.row in source.corrections.excluded
                return None if gone else RowPlace(number, place, issue.row)
    return None


def cells_of(groups: Sequence[ListGroup], place: RowPlace) -> list[RowCell]:
    """The cells of a row that are used, and texts in other columns, in the order of the list.

    A remark is read for what protects the customer: who checks it must see all of it.
    """
    group = groups[place.group]
    source = group.sources[place.source]
    at = source.raw.rows.index(place.row)
    cells = []
    for match in group.mapping.columns:
        mended = source.corrections.cells.get((place.row, match.index))
        cell = source.raw.columns[match.index][at]
        if match.field is not None and not match.doubtful:
            cells.append(_used_cell(match, cell, mended))
        elif isinstance(cell, str) and match.kind not in _UNSEEN:
            cells.append(RowCell(match.index, match.header, shown_header(match.header),
                                 cell_text(cell) if mended is None else mended))
    return cells


def _used_cell(match: ColumnMatch, cell: Cell, mended: str | None) -> RowCell:
    """A cell of a column that has a meaning, as it is now."""
    field = FIELDS[match.field or ""]
    now = cell_text(cell) if mended is None else mended
    damaged = mended is None and field.kind in _NUMBERS and lost_digits(cell)
    unit = (f"（{UNIT_WORDS[match.unit]}）"
            if field.kind is Kind.AMOUNT and match.unit != 1.0 else "")
    header = shown_header(match.header)
    own = header.rpartition("›")[2].strip()
    named = header if own == field.label else f"{header} → {field.label}"
    return RowCell(match.index, field.key, named + unit, now, damaged)


class Mending(QObject):
    """Changes rows of the lists in the mapping step, and remembers how they were.

    `changed` asks for checking again.
    """

    changed = Signal()

    def __init__(self, mapping: MappingStep, window: QWidget) -> None:
        super().__init__(window)
        self._mapping, self._window = mapping, window
        self._before: list[tuple[RowPlace, Corrections]] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._before)

    def forget(self) -> None:
        """The lists are given up or saved."""
        self._before = []

    @Slot(object)
    def edit(self, issue: Issue) -> None:
        """Let a person change the row of a finding."""
        place = find_row(self._mapping.groups, issue)
        if place is None:
            return
        dialog = RowDialog(issue, cells_of(self._mapping.groups, place), self._window)
        if dialog.exec() and dialog.changes:
            self._put(place, self._corrections(place).put(place.row, dialog.changes))

    @Slot(object)
    def exclude(self, issue: Issue) -> None:
        """Leave the row of a finding out."""
        place = find_row(self._mapping.groups, issue)
        if place is not None:
            self._put(place, self._corrections(place).exclude(place.row))

    @Slot(object)
    def confirm(self, issue: Issue) -> None:
        """The row of a finding is its customer's, though another person stands there."""
        place = find_row(self._mapping.groups, issue)
        if place is not None:
            self._put(place, self._corrections(place).confirm(place.row))

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        if self._before:
            self._replace(*self._before.pop())

    def _corrections(self, place: RowPlace) -> Corrections:
        return self._mapping.groups[place.group].sources[place.source].corrections

    def _put(self, place: RowPlace, corrections: Corrections) -> None:
        self._before.append((place, self._corrections(place)))
        self._replace(place, corrections)

    def _replace(self, place: RowPlace, corrections: Corrections) -> None:
        groups = self._mapping.groups
        sources = list(groups[place.group].sources)
        sources[place.source] = replace(sources[place.source], corrections=corrections)
        groups[place.group] = replace(groups[place.group], sources=tuple(sources))
        self.changed.emit()
