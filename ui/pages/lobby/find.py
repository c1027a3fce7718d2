"""Finding the person: a list of who fits, or of whom was seen today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ...columns import Chip, Column, column
from ...row_model import RowModel
from ...style import px
from ...widgets.basic import Card, EmptyState, button, label
from ...widgets.table import DataTable
from ..customers.columns import chips

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .work import Found


class FindPane(Card):
    """`picked(customer_id)` by a click or Enter; `newcomer_wanted`, `import_wanted` by button."""

    picked = Signal(str)
    newcomer_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._ids: tuple[str, ...] = ()
        self._title = label("", "section")
        self._stack = QStackedWidget()
        self._table_box = QVBoxLayout()
        holder = QWidget()
        holder.setLayout(self._table_box)
        self._table_box.setContentsMargins(0, 0, 0, 0)
        self.table: DataTable | None = None
        self._model: RowModel | None = None
        self._nobody = EmptyState(
            "search", "没有找到这位客户",
            "可以换成姓名、拼音首字母、手机后四位或客户号再找；确实不在名单里，就按新客户登记。",
            (button("登记为新客户", "plus", self.newcomer_wanted.emit),))
        self._quiet = EmptyState(
            "lobby", "客户进门，先找到他",
            "输入姓名、拼音首字母、手机后四位或客户号，回车选第一位；不在名单里就点“新客户”。"
            "今天记录过的客户会列在这里。")
        self._empty = EmptyState(
            "import", "还没有客户名单",
            "导入名单后可以按姓名查找；没有名单也可以登记新客户并记录观察。",
            (button("导入名单", "import", self.import_wanted.emit),
             button("登记新客户", "plus", self.newcomer_wanted.emit)))
        for each in (holder, self._nobody, self._quiet, self._empty):
            self._stack.addWidget(each)
        self.body.setSpacing(px(10))
        self.body.addWidget(self._title)
        self.body.addWidget(self._stack, 1)

    def set_labels(self, labels: Mapping[str, Mapping[str, str]], *, names_masked: bool) -> None:
        """Build the table for the words of a rule book."""
        model = RowModel(_columns(labels))
        model.set_names_masked(masked=names_masked)
        table = DataTable(model)
        table.clicked.connect(self._clicked)
        table.opened.connect(self._opened)
        if self.table is not None:
            self.table.hide()
            self.table.deleteLater()
        self._table_box.addWidget(table)
        self.table, self._model = table, model

    def show_no_customers(self) -> None:
        """There is no list yet."""
        self._ids = ()
        self._title.hide()
        self._stack.setCurrentWidget(self._empty)

    def show_found(self, found: Found) -> None:
        """Replace the list."""
        assert self._model is not None  # set_labels comes first
        self._ids = found.customer_ids
        self._model.set_data(found.data)
        if found.query:
            more = f"，显示前 {len(self._ids)} 位" if found.count > len(self._ids) else ""
            self._title.setText(f"找到 {found.count:,} 位{more}")
        else:
            self._title.setText(f"今天见过的客户（{found.count}）")
        self._title.setVisible(bool(self._ids))
        nothing = self._nobody if found.query else self._quiet
        self._stack.setCurrentIndex(0) if self._ids else self._stack.setCurrentWidget(nothing)

    @property
    def title(self) -> str:
        """What the list is."""
        return self._title.text()

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """Who is shown, in order."""
        return self._ids

    def enter(self) -> None:
        """Go into the list with the keyboard."""
        if self.table is not None and self._ids:
            self.table.setFocus()
            self.table.selectRow(0)

    def _clicked(self, index: QModelIndex) -> None:
        if self._model is not None:
            self._opened(self._model.position(index.row()))

    def _opened(self, position: int) -> None:
        self.picked.emit(self._ids[position])


def _columns(labels: Mapping[str, Mapping[str, str]]) -> tuple[Column, ...]:
    tiers = {key: Chip(word) for key, word in labels["tier"].items()}
    return (column("name"), column("mobile"), column("customer_id", width=100),
            Column("tier", "层级", width=88, chips=tiers),
            Column("grade", "等级", width=76, chips=chips(labels, "grade")),
            Column("next_action", "下一步", width=120, stretch=True))
