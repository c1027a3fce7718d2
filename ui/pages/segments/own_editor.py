"""The editor of one own segment: name, bound action, conditions, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from branchseg.pipeline.ownsegments import bindable
from branchseg.store.records import OwnSegment

from ...style import px
from ...widgets.basic import Card, button, label
from ...widgets.flow import FlowLayout
from ...widgets.inputs import ChoiceBox
from .own_groups import ConditionGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.pipeline.ownsegments import Tally

    from .own_rows import Part
    from .own_work import Survey

_LONGEST_NAME = 40
_NO_ACTION = "未绑定动作"


class SegmentEditor(Card):
    """`changed` after every change by hand; the others say which button was pressed."""

    changed = Signal()
    save_wanted = Signal()
    revert_wanted = Signal()
    people_wanted = Signal()
    fix_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(padding=(16, 12))
        self._kept: OwnSegment | None = None
        self._shown = self._loaded = OwnSegment("")
        self.group: ConditionGroup | None = None
        self.name, self.action = QLineEdit(), ChoiceBox()
        self.name.setPlaceholderText("给这个客群起个名称")
        self.name.setAccessibleName("客群名称")
        self.name.setMaxLength(_LONGEST_NAME)
        self.action.setAccessibleName("对应动作")
        self.fixed, self.total = label("", wrap=True), label("", "strong")
        self.save = button("保存", "check", self.save_wanted.emit, primary=True)
        self.revert = button("放弃修改", "undo", self.revert_wanted.emit)
        self.people = button("查看客户", "customers", self.people_wanted.emit)
        self.fix = button("固定为名单", "table", self.fix_wanted.emit,
                          tip="把现在符合的客户记成一份固定的名单，以后不随条件变化")
        self.remove = button("删除", "trash", self.remove_wanted.emit)
        self._place = QVBoxLayout()
        self._build()
        self.name.textEdited.connect(lambda _text: self.changed.emit())
        self.name.returnPressed.connect(self.save_wanted)
        self.action.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def _build(self) -> None:
        head, verbs = QHBoxLayout(), QWidget()
        head.setSpacing(px(8))
        foot = FlowLayout(verbs, spacing=px(8))
        head.addWidget(self.name, 1)
        head.addWidget(label("对应动作", "muted"))
        head.addWidget(self.action)
        for each in (self.save, self.revert, self.people, self.fix, self.remove):
            foot.addWidget(each)
        foot.trailing = foot.count() - 1
        self.body.setSpacing(px(10))
        self.body.addLayout(head)
        self.body.addLayout(self._place)
        self.body.addWidget(self.fixed)
        self.body.addWidget(self.total)
        self.body.addWidget(verbs)

    def order_stops(self) -> None:
        """Have the Tab key go through everything as it is read; Qt goes by what was made first."""
        parts = self.group.stops() if self.group is not None else []
        stops = [self.name, self.action, *parts, self.save, self.revert, self.people, self.fix,
                 self.remove]
        for one, following in pairwise(stops):
            QWidget.setTabOrder(one, following)

    # --- in and out ---

    def show_segment(self, segment: OwnSegment, survey: Survey, kept: OwnSegment | None, *,
                     unsaved: bool) -> None:
        """Edit a segment; `kept` is it as the vault has it, None if it is new."""
        self._shown = segment
        self.name.setText(segment.name)
        with QSignalBlocker(self.action):
            self.action.clear()
            self.action.addItem(_NO_ACTION, "")
            for key, theme in bindable(survey.crowd.result.ruleset, segment.action).items():
                self.action.addItem(theme, key)
            self.action.setCurrentIndex(max(self.action.findData(segment.action), 0))
        self.action.updateGeometry()
        self._show_conditions(segment, survey)
        self._show_fixed(segment, survey)
        self.total.setText("")
        self.go_on(survey, kept, unsaved=unsaved)
        self.order_stops()

    def go_on(self, survey: Survey, kept: OwnSegment | None, *, unsaved: bool) -> None:
        """Leave what is being edited as it is; `kept` is it as the vault has it by now."""
        self._kept = kept
        self._loaded = self._as_loaded(kept, survey)
        if kept is not None:
            self._shown = replace(self._shown, id=kept.id, members=kept.members)
            self._show_fixed(self._shown, survey)
        self.remove.setVisible(kept is not None)
        self.show_unsaved(unsaved=unsaved)

    def _as_loaded(self, kept: OwnSegment | None, survey: Survey) -> OwnSegment:
        """What `segment` gives while nothing has been changed."""
        if kept is None or kept.tree is None:
            return kept or OwnSegment("")
        plain = ConditionGroup(survey.offers)
        plain.read(dict(kept.tree))
        tree = plain.table()
        plain.deleteLater()
        return OwnSegment(kept.name, tree or {}, (), kept.action, kept.id)

    def _show_conditions(self, segment: OwnSegment, survey: Survey) -> None:
        if self.group is not None:
            self._place.removeWidget(self.group)
            self.group.hide()
            self.group.deleteLater()
            self.group = None
        if segment.tree is not None:
            self.group = ConditionGroup(survey.offers)
            self.group.read(dict(segment.tree))
            self.group.changed.connect(self.order_stops)
            self.group.changed.connect(self.changed)
            self._place.addWidget(self.group)

    def _show_fixed(self, segment: OwnSegment, survey: Survey) -> None:
        """Of a fixed list: how many are on it, and on the list of today."""
        fixed = segment.tree is None
        self.fixed.setVisible(fixed)
        self.total.setVisible(not fixed)
        self.fix.setVisible(not fixed)
        if fixed:
            kept = next((one for one in survey.kept if one.segment.id == segment.id), None)
            here = (f"，其中 {kept.customers or 0:,} 户在现在的客户里"
                    if kept and kept.counted else "")
            self.fixed.setText(f"固定名单：共 {len(segment.members):,} 户{here}。"
                               "名单不随条件变化。")

    def segment(self) -> OwnSegment:
        """What is edited; a `tree` without any condition is empty."""
        shown = self._shown
        tree = None if self.group is None else self.group.table() or {}
        return OwnSegment(self.name.text().strip(), tree, shown.members,
                          self.action.currentData() or "", shown.id)

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from what the vault has."""
        return self.segment() != self._loaded

    def show_unsaved(self, *, unsaved: bool) -> None:
        """Whether there is anything to keep or to give up."""
        self.save.setEnabled(unsaved)
        self.revert.setEnabled(unsaved)
        self.revert.setText("放弃新建" if self._kept is None else "放弃修改")

    def nodes(self) -> list[tuple[Part, dict[str, Any]]]:
        """All complete conditions and groups, the outermost first."""
        return [] if self.group is None else self.group.nodes()

    def show_tallies(self, parts: Sequence[Part], found: Sequence[Tally | str]) -> None:
        """The counts beside conditions and groups, and of the whole."""
        counted = dict(zip(parts, found, strict=True))
        if self.group is None:
            return
        for part in _all(self.group):
            part.show_tally(counted.get(part))
        whole = counted.get(self.group)
        if whole is None or isinstance(whole, str):
            self.total.setText("" if whole else "还没有选好条件。")
        else:
            lacking = f" · 缺资料不能判断 {whole.unknown:,} 户" if whole.unknown else ""
            self.total.setText(f"符合 {whole.yes:,} 户 · 不符合 {whole.no:,} 户{lacking}")
            self.group.show_tally(None)


def _all(group: ConditionGroup) -> list[Part]:
    """A group and everything within it."""
    found: list[Part] = [group]
    for part in group.parts:
        found += _all(part) if isinstance(part, ConditionGroup) else [part]
    return found
