"""RecordsPane: tags, remarks and the customer's history."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from branchseg.store.records import EventKind

from ...icons import icon
from ...style import px
from ...widgets.basic import button, label
from ...widgets.chips import ChipRow, RemovableChip
from .sections import Pane, words

if TYPE_CHECKING:
    from branchseg.store.records import TimelineEntry

    from .work import Records

_ICONS = {
    EventKind.BATCH: "import", EventKind.WALK_IN: "user", EventKind.OBSERVATION: "lobby",
    EventKind.NOTE: "note", EventKind.TAG: "tag", EventKind.TASK: "tasks",
}
_LONGEST_TAG, _LONGEST_NOTE = 12, 500


class RecordsPane(Pane):
    """The third tab.

    Signals:
        tag_added(tag), tag_removed(tag), note_written(text): what the user wants kept.
    """

    tag_added = Signal(str)
    tag_removed = Signal(str)
    note_written = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build_tags()
        self._build_note()
        self._timeline = QVBoxLayout()
        self._timeline.setSpacing(px(10))
        self.section("时间线").addLayout(self._timeline)
        self.column.addStretch()

    def _build_tags(self) -> None:
        room = self.section("标签")
        self.tags, self.no_tags = ChipRow(), label("还没有标签", "muted")
        self.tags.hide()
        self.tag = QLineEdit()
        self.tag.setPlaceholderText("新标签，例如：喜欢国债")
        self.tag.setMaxLength(_LONGEST_TAG)
        self.tag.setAccessibleName("新标签")
        self.tag.returnPressed.connect(self._add_tag)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.tag, 1)
        self.add_tag = button("加标签", "plus", self._add_tag)
        row.addWidget(self.add_tag)
        for each in (self.tags, self.no_tags):
            room.addWidget(each)
        room.addLayout(row)

    def _build_note(self) -> None:
        room = self.section("备注")
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("写一条备注（不要写证件号、卡号等）")
        self.note.setAccessibleName("备注")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(px(64))
        self.note.textChanged.connect(self._note_changed)
        self.save = button("保存备注", "check", self._save_note, tip="保存（Ctrl+Enter）")
        self.save.setEnabled(False)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self.note, self._save_note,
                      context=Qt.ShortcutContext.WidgetShortcut)
        room.addWidget(self.note)
        room.addWidget(self.save, 0, Qt.AlignmentFlag.AlignRight)

    def show_records(self, records: Records) -> None:
        """Replace tags and history; what is being typed stays."""
        self.tags.show_chips([
            RemovableChip(tag, partial(self.tag_removed.emit, tag), "点击去掉标签")
            for tag in records.tags])
        self.no_tags.setVisible(not records.tags)
        completer = QCompleter([tag for tag in records.in_use if tag not in records.tags], self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.tag.setCompleter(completer)
        self._clear_timeline()
        for entry in records.timeline:
            self._timeline.addWidget(_entry(entry))
        if not records.timeline:
            self._timeline.addWidget(label("还没有记录", "muted"))

    def wait(self) -> None:
        """Another customer comes next: forget the last one's records and half-typed words."""
        self.tags.show_chips([])
        self.no_tags.hide()
        self._clear_timeline()
        self.tag.clear()
        self.note.clear()
        self.verticalScrollBar().setValue(0)

    def _clear_timeline(self) -> None:
        while (item := self._timeline.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()

    def _add_tag(self) -> None:
        tag = self.tag.text().strip()
        if tag:
            self.tag.clear()
            self.tag_added.emit(tag)

    def _note_changed(self) -> None:
        text = self.note.toPlainText()
        self.save.setEnabled(0 < len(text.strip()) <= _LONGEST_NOTE)
        self.save.setText("保存备注" if len(text) <= _LONGEST_NOTE
                          else f"最多 {_LONGEST_NOTE} 字")

    def _save_note(self) -> None:
        text = self.note.toPlainText().strip()
        if self.save.isEnabled():
            self.note.clear()
            self.note_written.emit(text)


def _entry(entry: TimelineEntry) -> QWidget:
    """One event: picture, words, and when."""
    box, picture = QWidget(), QLabel()
    picture.setPixmap(icon(_ICONS[entry.kind], "text2").pixmap(px(16), px(16)))
    texts = QVBoxLayout()
    texts.setSpacing(0)
    texts.addWidget(words(entry.text))
    texts.addWidget(label(f"{entry.at.astimezone():%Y-%m-%d %H:%M}", "muted"))
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(10))
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(texts, 1)
    return box
