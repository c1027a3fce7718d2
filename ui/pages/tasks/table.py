"""TaskTable: the candidates, their ticks, and which of them are in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ...row_model import RowModel
from ...widgets.basic import Card
from ...widgets.table import DataTable
from .columns import PLANNED, PRINTED, columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtGui import QShowEvent

    from .work import Candidate, Candidates


class TaskTable(Card):
    """Rows of a Candidates.

    Signals: ticks_changed, focused when another row is current, opened(row),
    filter_wanted(key, value), moved when other rows came in sight.
    """

    ticks_changed = Signal()
    focused = Signal()
    opened = Signal(int)
    filter_wanted = Signal(str, object)
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(0, 0))
        self.view: Candidates | None = None
        self.model: RowModel | None = None
        self.table: DataTable | None = None

    # --- rows ---

    def show_view(self, view: Candidates, *, names_masked: bool) -> None:
        """Replace the rows; ticks and focus are gone."""
        if self.view is None or self.view.labels != view.labels:
            self._build(view)
        self.view = view
        assert self.model is not None
        self.model.set_names_masked(masked=names_masked)
        self.model.set_data(view.data, view.day)

    def forget(self) -> None:
        """There is nobody any more."""
        self.view = None

    def _build(self, view: Candidates) -> None:
        """A table for the words of this rule book."""
        model = RowModel(columns(view.labels), checkable=True)
        table = DataTable(model)
        if self.table is not None:
            self.table.hide()
            self.table.deleteLater()
        self.body.addWidget(table)
        self.model, self.table = model, table
        self.setFocusProxy(table)
        model.ticks_changed.connect(lambda _count: self.ticks_changed.emit())
        table.current_changed.connect(lambda _row: self.focused.emit())
        table.opened.connect(self.opened)
        table.filter_wanted.connect(self.filter_wanted)
        table.verticalScrollBar().valueChanged.connect(lambda _value: self.moved.emit())
        model.layoutChanged.connect(self.moved)

    def filter(self, keep: Any) -> None:
        """Show only the rows where `keep` is True; None shows all."""
        if self.model is not None:
            self.model.filter(keep)
            self.moved.emit()

    @property
    def shown(self) -> int:
        """How many rows are shown."""
        return self.model.rowCount() if self.view is not None and self.model else 0

    def fill_reasons(self, reason: Callable[[Candidate], str | None]) -> None:
        """Fill in the reasons that are known by now."""
        if self.view is None or self.model is None:
            return
        why = self.model.values("why")
        for row, one in enumerate(self.view.people):
            if why[row] is None:
                why[row] = reason(one)
        self.model.replace_column("why", why)

    # --- ticks ---

    @property
    def chosen(self) -> list[Candidate]:
        """The ticked customers, in the order shown."""
        if self.view is None or self.model is None:
            return []
        return [self.view.people[row] for row in self.model.ticked.tolist()]

    def choose(self, rows: Iterable[int]) -> None:
        """Tick exactly these rows."""
        if self.view is not None and self.model is not None:
            self.model.tick(range(self.model.total), on=False)
            self.model.tick(rows)

    def choose_planned(self) -> None:
        """Tick what was planned and waits to be printed."""
        if self.view is not None:
            self.choose(row for row, state in enumerate(self.view.data["sheet"].tolist())
                        if state == PLANNED)

    def preset(self, key: str) -> Sequence[int]:
        """The shown rows a quick choice means; sheets printed before are left out."""
        if self.view is None or self.model is None:
            return ()
        data = self.view.data
        rows = [row for row in self.model.shown.tolist() if data["sheet"][row] != PRINTED]
        return rows[:int(key)] if key.isdigit() else [row for row in rows if data[key][row]]

    # --- focus ---

    @property
    def row(self) -> int:
        """The row in focus, -1 for none."""
        return self.table.current_position if self.table is not None and self.view else -1

    @property
    def current_id(self) -> str:
        """The customer in focus, "" for none."""
        return self.view.people[self.row].task.customer_id if self.view and self.row >= 0 else ""

    def focus(self, customer_id: str) -> None:
        """Look at a customer; if there is no such row, at the first chosen, else the first."""
        if self.table is None or self.model is None or self.view is None:
            return
        ticked = self.model.ticked.tolist()
        rows = (self.view.rows.get(customer_id, -1), *ticked[:1])
        if not any(self.table.select_position(row) for row in rows) and self.model.rowCount():
            self.table.selectRow(0)
        self.focused.emit()

    def in_sight(self, ahead: int) -> list[int]:
        """The row in focus, those in sight, and some that come next."""
        if self.table is None or self.model is None or self.view is None:
            return []
        top = max(self.table.rowAt(0), 0)
        bottom = self.table.rowAt(self.table.viewport().height() - 1)
        bottom = self.model.rowCount() - 1 if bottom < 0 else bottom
        rows: list[int] = self.model.shown.tolist()[top:bottom + 1 + ahead]
        return [self.row, *rows] if self.row >= 0 else rows

    def showEvent(self, event: QShowEvent) -> None:
        """Rows have come in sight."""
        super().showEvent(event)
        self.moved.emit()
