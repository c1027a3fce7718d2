"""自建客群: customers the branch chooses itself, by conditions or once and for all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from branchseg.store.records import OwnSegment

from ...latest import Latest
from ...record_change import RecordChanger
from ...style import GAP, px
from . import own_work
from .own_detail import DetailPanel
from .own_drafts import Drafts
from .own_editor import SegmentEditor
from .own_list import PresetCard, SegmentList
from .own_members import Members

if TYPE_CHECKING:
    from branchseg.pipeline.ownsegments import OfferedPreset

    from ...session import Session
    from .own_work import Survey

_PAUSE_MS = 250
_WIDE_FROM = 1000


class OwnSegmentsTab(QWidget):
    """The list at the left, the one being edited at the right.

    What is not kept yet stays here while another segment is looked at.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._survey: Survey | None = None
        self._with_invalid, self._drafts = False, Drafts()
        self.list, self.presets, self.editor = SegmentList(), PresetCard(), SegmentEditor()
        self.detail = DetailPanel(session)
        self._changer = RecordChanger(session, "正在保存客群", own_work.put, self)
        self._members = Members(session, self._changer)
        self._surveying, self._counting = Latest(session), Latest(session)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(px(GAP))
        for each in (self.presets, self.editor, self.detail):
            right.addWidget(each)
            each.hide()
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(GAP))
        row.addWidget(self.list)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.list.chosen.connect(self.open)
        self.list.new_wanted.connect(self._new)
        self.presets.new_wanted.connect(self._new)
        self.editor.changed.connect(self._edited)
        self.editor.save_wanted.connect(self._save)
        self.editor.revert_wanted.connect(self._revert)
        self.editor.people_wanted.connect(self._show_people)
        self.editor.fix_wanted.connect(self._fix)
        self.editor.remove_wanted.connect(self._remove)
        self._changer.changed.connect(self._changed)
        self._pause.timeout.connect(self._ask)
        self._session.customer_changed.connect(self._tags_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower list in narrow windows."""
        super().resizeEvent(event)
        self.list.set_narrow(narrow=self.width() < px(_WIDE_FROM))

    @property
    def current(self) -> int | None:
        """The id of the one being edited, None for the new one."""
        return self._drafts.current

    # --- what there is ---

    def refresh(self, *, with_invalid: bool) -> None:
        """Look at the customers of the session anew."""
        self._drop()
        self.detail.forget()
        self._with_invalid = with_invalid
        if self._session.result is None:
            self._survey = None
        self._look()

    def _look(self) -> None:
        """Ask for list, presets and fields; the lists of stability stay as they are."""
        result, vault = self._session.result, self._session.vault
        if result is not None:
            with_invalid = self._with_invalid
            self._surveying.ask("正在统计客群", lambda _reporter: own_work.survey(
                vault, result, with_invalid=with_invalid), self._show_survey)

    @Slot(str)
    def _tags_changed(self, _customer_id: str) -> None:
        if self._survey is not None and self.isVisible():
            self._look()

    def _drop(self) -> None:
        """Answers on their way are of no interest any more."""
        self._surveying.drop()
        self._counting.drop()
        self._pause.stop()

    def _show_survey(self, survey: Survey) -> None:
        is_open = self._survey is not None and self._is_open(self._survey, survey)
        self._survey = survey
        self.list.offer(survey)
        self.presets.offer(survey)
        self._drafts.stay_with(one.segment.id for one in survey.kept)
        self._show_list()
        if is_open:
            self._go_on()
        else:
            self.open(self.current)

    def _is_open(self, before: Survey, now: Survey) -> bool:
        """Whether the present one is in the editor as it is now, perhaps with the cursor in it."""
        shown, draft = self.editor.segment(), self._drafts.get(self.current)
        is_same = (own_work.is_unchanged(before, now, shown.id) and not self.editor.is_changed
                   and shown.id == self.current) if draft is None else (
            draft == replace(shown, id=self.current))  # a new one may just have got it
        return self.editor.isVisibleTo(self) and is_same

    def _go_on(self) -> None:
        """Other segments or counts are there; what is being edited stays as it is."""
        survey = self._survey
        if survey is not None:
            self.editor.go_on(survey, self._segment(self.current),
                              unsaved=self.current in self._drafts)
            self.detail.offer(survey.others(self.current))
            self._ask()

    def _segment(self, segment_id: int | None) -> OwnSegment | None:
        """A segment as the vault has it."""
        kept = self._survey.kept if self._survey else ()
        return next((one.segment for one in kept if one.segment.id == segment_id), None)

    def _show_list(self) -> None:
        survey = self._survey
        if survey is not None:
            names = {key: draft.name for key, draft in self._drafts.items()}
            self.list.show_segments(survey.kept, names, self.current)
            self.list.setVisible(bool(survey.kept or names))

    # --- the one being edited ---

    def open(self, segment_id: int | None) -> None:
        """Edit a segment; what was changed before and not kept is shown again."""
        survey = self._survey
        if survey is None:
            return
        self._drafts.current = segment_id
        segment = self._drafts.get(segment_id) or self._segment(segment_id)
        self.presets.setVisible(segment is None)
        for each in (self.editor, self.detail):
            each.setVisible(segment is not None)
        if segment is not None:
            self.editor.show_segment(segment, survey, self._segment(segment_id),
                                     unsaved=segment_id in self._drafts)
            self.detail.offer(survey.others(self.current))
            self._ask()

    def _new(self, offered: OfferedPreset | None) -> None:
        """Begin a new one, from a preset or from nothing."""
        name, tree = (offered.preset.label, offered.preset.tree) if offered else ("", {})
        self.begin(OwnSegment(name, tree))

    def begin(self, segment: OwnSegment) -> None:
        """Edit a new segment; there is one at a time."""
        if None in self._drafts:
            self._session.notify("请先保存或放弃正在新建的客群。", "info")
        else:
            self._drafts[None] = segment
        self._drafts.current = None
        self._show_list()
        self.open(None)
        self.editor.name.setFocus()

    def _edited(self) -> None:
        """Something was changed by hand: count anew, after a short pause."""
        before = self._drafts.get(self.current)
        now = self.editor.segment()
        if self.editor.is_changed or self.current is None:
            self._drafts[self.current] = now
        else:
            self._drafts.pop(self.current, None)
        self.editor.show_unsaved(unsaved=self.current in self._drafts)
        if (before is None) != (self.current not in self._drafts) or (
                before is not None and before.name != now.name):
            self._show_list()
        self._counting.drop()
        self.detail.drop()
        self._pause.start()

    def _ask(self) -> None:
        """Count conditions, then look how good the segment is."""
        survey = self._survey
        if survey is None:
            return
        segment, nodes = self.editor.segment(), self.editor.nodes()
        tables: list[dict[str, Any]] = [table for _part, table in nodes]
        self._counting.ask(
            "正在统计条件", lambda _reporter: own_work.tallies(survey.crowd, tables),
            lambda found: self.editor.show_tallies([part for part, _table in nodes], found))
        self.detail.look(survey, segment)

    # --- verbs ---

    def _save(self) -> None:
        """Keep what is edited; it needs a name and conditions."""
        segment = self.editor.segment()
        if not segment.name:
            self._session.notify("请先给这个客群起一个名称。", "info")
            self.editor.name.setFocus()
        elif segment.tree == {}:
            self._session.notify("请至少选好一个条件。", "info")
        else:
            self._drafts[self.current] = segment
            if self._changer.do(f"保存客群“{segment.name}”", self._segment(self.current),
                                segment):
                self._drafts.sent = segment

    def _changed(self, old: OwnSegment | None, kept: OwnSegment | None) -> None:
        """The vault has followed."""
        self._drafts.follow(old, kept)
        if self._survey is not None:
            self._show_survey(own_work.with_change(self._survey, old, kept))
        self._session.segments_changed.emit()
        self._look()

    def _revert(self) -> None:
        """Back to what is kept; a new one is given up."""
        self._drafts.give_up()
        self._show_list()
        if self._survey is not None:
            self._show_survey(self._survey)

    def _remove(self) -> None:
        segment = self._segment(self.current)
        if segment is not None:
            self._changer.do(f"删除客群“{segment.name}”", segment, None)

    def _fix(self) -> None:
        if self._survey is not None:
            self._members.fix(self._survey.crowd, self.editor.segment())

    def _show_people(self) -> None:
        segment = self.editor.segment()
        if self._survey is not None and segment.tree != {}:
            self._members.show(self._survey.crowd, segment)

    # --- over a lock ---

    @property
    def drafts(self) -> dict[int | None, OwnSegment]:
        """What is not kept yet."""
        return dict(self._drafts)

    def resume(self, drafts: dict[int | None, OwnSegment]) -> None:
        """Go on with what was not kept."""
        self._drafts.update(drafts)
        self._drafts.current = next(iter(drafts), self.current)
        if self._survey is not None:
            self._show_survey(self._survey)
