"""FieldBox: a drop-down of all fields whose list can be searched by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from branchseg.model.fields import IMPORTED

from ...icons import icon
from ...style import font, px
from .field_search import FieldEntry, find_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOT_IMPORTED = "不导入"
_KEY = Qt.ItemDataRole.UserRole
_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_HEIGHT = 360
_LEAST_WIDTH = 240


class CalmComboBox(QComboBox):
    """A drop-down inside a list that scrolls: the wheel scrolls the list, not the choice."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the list."""
        event.ignore()


class FieldPicker(QFrame):
    """The list under a `FieldBox`: typing narrows it, Enter or a click chooses, Esc closes.

    One picker serves all boxes of a table.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", "true")
        self._entries: Sequence[FieldEntry] = ()
        self._take: Callable[[str], None] = lambda _key: None
        self.search, self.list = QLineEdit(), QListWidget()
        self.search.setPlaceholderText("输入名称、别名或拼音首字母")
        self.search.setAccessibleName("查找含义")
        self.search.addAction(icon("search", "text2"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._fill)
        self.list.setAccessibleName("可选的含义")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(6), px(6), px(6), px(6))
        column.setSpacing(px(6))
        column.addWidget(self.search)
        column.addWidget(self.list)

    def set_fields(self, entries: Sequence[FieldEntry]) -> None:
        """The fields to choose from."""
        self._entries = entries

    def open_for(self, box: QComboBox, take: Callable[[str], None], typed: str = "") -> None:
        """Show the list under a box, what was typed there already in the search field.

        `take(key)` is called with the choice, "" for a column that is not imported.
        """
        self._take = take
        self.search.setText(typed)
        self._fill(typed)
        self._select(str(box.currentData() or "") if box.currentIndex() >= 0 else None)
        self.resize(max(box.width(), px(_LEAST_WIDTH)), px(_HEIGHT))
        below, room = box.mapToGlobal(QPoint(0, box.height())), box.screen().availableGeometry()
        if below.y() + self.height() > room.bottom():
            below = box.mapToGlobal(QPoint(0, -self.height()))
        self.move(min(below.x(), room.right() - self.width()), max(below.y(), room.top()))
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list and Enter chooses while the search field has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentItem())
                return True
            if event.key() in _MOVES:
                self.list.event(event)
                return True
        return super().eventFilter(watched, event)

    def _fill(self, query: str) -> None:
        """The fields that fit; by group while nothing is typed."""
        self.list.clear()
        found = find_fields(self._entries, query)
        if not query.strip():
            self._add(NOT_IMPORTED, "")
        group = ""
        for entry in found:
            if not query.strip() and entry.group != group:
                group = entry.group
                heading = QListWidgetItem(group, self.list)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setFont(font(9, bold=True))
            self._add(entry.label, entry.key)
        if query.strip():
            self._add(NOT_IMPORTED, "")
        self.list.setCurrentRow(0)

    def _add(self, words: str, key: str) -> None:
        QListWidgetItem(words, self.list).setData(_KEY, key)

    def _select(self, key: str | None) -> None:
        """Put the mark on the field that is chosen now."""
        for row in range(self.list.count()):
            if self.list.item(row).data(_KEY) == key:
                self.list.setCurrentRow(row)
                self.list.scrollToItem(self.list.item(row),
                                       QListWidget.ScrollHint.PositionAtCenter)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_KEY) is not None:
            self.close()
            self._take(item.data(_KEY))


class FieldBox(CalmComboBox):
    """A drop-down over the shared model `field_model`; opens the shared picker."""

    def __init__(self, model: QStandardItemModel, picker: FieldPicker) -> None:
        super().__init__()
        self.setModel(model)
        self.setPlaceholderText("请选择…")
        self.setProperty("invalid", "")
        self._picker = picker

    def showPopup(self) -> None:
        """Open the list that can be searched."""
        self._open("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters open the list and are searched for there."""
        typed = event.text()
        if typed.strip() and typed.isprintable() and not event.modifiers() & (
                Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            self._open(typed)
        else:
            super().keyPressEvent(event)

    def _open(self, typed: str) -> None:
        self._picker.open_for(self, self._choose, typed)

    def _choose(self, key: str) -> None:
        self.setCurrentIndex(self.findData(key))
        self.activated.emit(self.currentIndex())


def field_model(owner: QObject) -> QStandardItemModel:
    """All fields by group, under headings nobody can choose; "" stands for not imported."""
    model = QStandardItemModel(owner)
    nothing = QStandardItem(NOT_IMPORTED)
    nothing.setData("", _KEY)
    model.appendRow(nothing)
    for group in dict.fromkeys(field.group for field in IMPORTED):
        heading = QStandardItem(group)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        model.appendRow(heading)
        for field in IMPORTED:
            if field.group == group:
                item = QStandardItem(field.label)
                item.setData(field.key, _KEY)
                model.appendRow(item)
    return model
