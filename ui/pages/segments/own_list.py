"""The own segments there are, and the presets a new one may begin with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ...style import px
from ...widgets.basic import Card, button, label
from ...widgets.flow import FlowLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.pipeline.ownsegments import OfferedPreset

    from .own_work import Kept, Survey

_ID = Qt.ItemDataRole.UserRole
_WIDTH, _NARROW = 240, 190
_LEAST_ROWS = 6


class SegmentList(Card):
    """Names and counts, the one being edited marked.

    Signals:
        chosen(id): of a segment, or None for the new one.
        new_wanted(preset or None).
    """

    chosen = Signal(object)
    new_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(padding=(12, 10))
        self.set_narrow(narrow=False)
        self.tree, self.menu = QTreeWidget(), QMenu(self)
        self.tree.setAccessibleName("自建客群")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setMinimumHeight(px(34) * _LEAST_ROWS)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.new = button("新建客群", "plus")
        self.new.setMenu(self.menu)
        self.body.addWidget(label("自建客群", "section"))
        self.body.addWidget(self.new)
        self.body.addWidget(self.tree, 1)
        self.tree.currentItemChanged.connect(self._chosen)

    def set_narrow(self, *, narrow: bool) -> None:
        """Leave more room to the conditions."""
        self.setFixedWidth(px(_NARROW if narrow else _WIDTH))

    def offer(self, survey: Survey) -> None:
        """What a new one may begin with."""
        self.menu.clear()
        self.menu.addAction("自己选条件", partial(self.new_wanted.emit, None))
        for group in survey.spec.groups:
            presets = [one for one in survey.presets if one.preset.group == group.key]
            if presets:
                inner = self.menu.addMenu(group.label)
                for one in presets:
                    action = inner.addAction(caption(one), partial(self.new_wanted.emit, one))
                    action.setEnabled(not one.lacks)

    def show_segments(self, kept: Sequence[Kept], names: dict[int | None, str],
                      current: int | None) -> None:
        """All segments; `names` are of those with changes that are not kept yet."""
        with QSignalBlocker(self.tree):
            self.tree.clear()
            for one in kept:
                count = ("…" if not one.counted else
                         "不能用" if one.customers is None else f"{one.customers:,}")
                self._add(one.segment.id, one.segment.name, count, names)
            if None in names:
                self._add(None, "", "", names)
            for place in range(self.tree.topLevelItemCount()):
                item = self.tree.topLevelItem(place)
                if item is not None and item.data(0, _ID) == current:
                    self.tree.setCurrentItem(item)

    def _add(self, segment_id: int | None, name: str, count: str,
             names: dict[int | None, str]) -> None:
        unsaved = segment_id in names
        shown = (names[segment_id] or "未命名") if unsaved else name
        item = QTreeWidgetItem(self.tree, [shown, "未保存" if unsaved else count])
        item.setData(0, _ID, segment_id)
        item.setToolTip(0, shown)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(0, _ID))


class PresetCard(Card):
    """What is shown before there is any: how it works, and the presets.

    `new_wanted(preset or None)`.
    """

    new_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__("还没有自建客群")
        self.body.addWidget(label(
            "按自己的条件挑客户：先选一个现成的，或从空白开始；保存以后，每次导入名单都会重新统计。",
            "muted", wrap=True))
        self._box: QWidget | None = None
        self.buttons: dict[str, QPushButton] = {}
        self.lacking = label("", "muted", wrap=True)
        self.blank = button("自己选条件", "plus", partial(self.new_wanted.emit, None),
                            primary=True)
        self.body.addWidget(self.blank, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.lacking)

    def offer(self, survey: Survey) -> None:
        """The presets by group."""
        if self._box is not None:
            self.body.removeWidget(self._box)
            self._box.deleteLater()
        self._box, self.buttons = QWidget(), {}
        flow = FlowLayout(self._box, spacing=px(8))
        for one in sorted(survey.presets, key=lambda one: bool(one.lacks)):
            made = button(one.preset.label, clicked=partial(self.new_wanted.emit, one))
            made.setEnabled(not one.lacks)
            flow.addWidget(made)
            self.buttons[one.preset.key] = made
        self.body.insertWidget(self.body.count() - 1, self._box)
        lacks = "、".join(dict.fromkeys(one.lacks for one in survey.presets if one.lacks))
        self.lacking.setText(f"灰色的现在不能用：名单里没有{lacks}。")
        self.lacking.setVisible(bool(lacks))


def caption(offered: OfferedPreset) -> str:
    """A preset in the menu, with what the list lacks for it."""
    lacks = f"（名单里没有{offered.lacks}）" if offered.lacks else ""
    return offered.preset.label + lacks
