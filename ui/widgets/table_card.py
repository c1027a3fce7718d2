"""TableCard: a card with one table, made anew where the rules name their groups otherwise."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .basic import Card

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ..row_model import RowModel
    from .table import DataTable

Labels = Mapping[str, Mapping[str, str]]


class TableCard(Card):
    """Holds `model` and `table`; `_labels` are the words of the rules in their columns."""

    model: RowModel
    table: DataTable

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(1, 1))
        self._labels: Labels = {}

    @abstractmethod
    def _make_table(self) -> None:
        """Set model and table up for the labels in force and put the table in its place."""

    def _say(self, labels: Labels) -> None:
        """Have the columns say these labels: new tiers or grades need a new table."""
        if labels == self._labels:
            return
        self._labels = labels
        self.body.removeWidget(self.table)
        self.table.deleteLater()
        self.model.deleteLater()
        self._make_table()
