"""Portrait: everything about one customer - own values at once, rules and records from the worker.

Narrow, it shows one tab; in full width, all three panes side by side.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from ... import style
from ...same_person import SamePersonStrip
from ...style import px
from ...widgets.basic import Card, EmptyState, button
from ..customers.undo import TagEditor
from . import work
from .factors import FactorsPane
from .facts import Facts, facts_of
from .head import PortraitHead, icon_button
from .overview import OverviewPane
from .records import RecordsPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QResizeEvent

    from ...jobs import Job
    from ...session import Session
    from ..customers.undo import Tags
    from ..customers.work import CustomerView

TABS = ("概览", "七要素", "记录")
_PAUSE_MS = 60
_PANE_WIDTH = 310


class Portrait(Card):
    """Shows the customer at a position of a view, or asks to choose one.

    Signals:
        stepped(steps): the user wants the next (1) or previous (-1) customer.
        wide_wanted(): the user wants it in full width, or not any more.
    """

    stepped = Signal(int)
    wide_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(0, 0))
        self._session, self._wide = session, False
        self.facts: Facts | None = None
        self._records: work.Records | None = None
        self._why: Callable[[str], str] | None = None
        self._jobs: list[Job] = []
        self._tags = TagEditor(session, self)
        self.head = PortraitHead()
        self.overview, self.records = OverviewPane(), RecordsPane()
        self.factors = FactorsPane(session)
        self.same_person = SamePersonStrip(session)
        self.panes = (self.overview, self.factors, self.records)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._load)
        self._build()
        self._connect()
        self.clear()

    def _build(self) -> None:
        """Head, tabs, panes, foot; or the empty state."""
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for title in TABS:
            self.tabs.addTab(title)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.same_person)
        column.addWidget(self.tabs)
        column.addWidget(_rule())
        row = QHBoxLayout()
        row.setSpacing(0)
        for pane in self.panes:
            row.addWidget(pane, 1)
        column.addLayout(row, 1)
        column.addWidget(_rule())
        column.addLayout(self._foot())
        self._stack = QStackedLayout()
        self._stack.addWidget(EmptyState(
            "user", "选择一位客户", "点表格中的一行，这里显示客户画像。"))
        self._stack.addWidget(body)
        self.body.addLayout(self._stack)
        self._arrange()

    def _foot(self) -> QHBoxLayout:
        """What can be done with this customer."""
        row = QHBoxLayout()
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.setSpacing(px(8))
        self.previous = icon_button("arrow-up", "上一位（Alt+↑）", partial(self.stepped.emit, -1))
        self.next = icon_button("arrow-down", "下一位（Alt+↓）", partial(self.stepped.emit, 1))
        self.lobby = button("厅堂识别", "lobby", self._to_lobby)
        self.print = button("打印任务单", "print", self._to_print)
        arrows = QHBoxLayout()
        arrows.setSpacing(px(2))
        arrows.addWidget(self.previous)
        arrows.addWidget(self.next)
        row.addLayout(arrows)
        row.addStretch()
        row.addWidget(self.lobby)
        row.addWidget(self.print)
        return row

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(lambda _tab: self._arrange())
        self.head.revealed_changed.connect(self._revealed)
        self.head.wide_wanted.connect(self.wide_wanted)
        self.records.tag_added.connect(self._add_tag)
        self.records.tag_removed.connect(self._remove_tag)
        self.records.note_written.connect(self._add_note)
        self._session.customer_changed.connect(self._customer_changed)
        self._session.settings_changed.connect(self._settings_changed)
        self._session.segments_changed.connect(self._segments_changed)

    # --- what is shown ---

    def show_customer(self, view: CustomerView, position: int) -> None:
        """Show a customer: own values now, the rest when the worker is ready."""
        self._forget_jobs()
        self.facts, self._records = facts_of(view, position), None
        self._stack.setCurrentIndex(1)
        self.head.show_facts(self.facts, names_masked=self._session.settings.names_masked)
        self.overview.show_facts(self.facts, revealed=self.head.revealed)
        self.factors.wait()
        self.records.wait()
        self.same_person.clear()
        self._pause.start()

    def explain_by(self, why: Callable[[str], str] | None) -> None:
        """Have the risk of those a model has judged said by it; None: by the newest list."""
        if why is not self._why:
            self._why = why
            if self.facts is not None:
                self._pause.start()

    def clear(self) -> None:
        """Show nobody, and keep nothing of the last one."""
        self._forget_jobs()
        self.head.hide_again()
        self.facts, self._records = None, None
        self.same_person.clear()
        for pane in (self.factors, self.records):
            pane.wait()
        self._stack.setCurrentIndex(0)

    def set_wide(self, *, wide: bool) -> None:
        """Whether the portrait has the whole page."""
        self._wide = wide
        self.head.set_wide(wide=wide)
        self._arrange()

    def _arrange(self) -> None:
        """All panes if there is room for them, else that of the tab."""
        all_fit = self._wide and self.width() >= px(_PANE_WIDTH * len(TABS))
        self.tabs.setVisible(not all_fit)
        for place, pane in enumerate(self.panes):
            pane.setVisible(all_fit or place == self.tabs.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look again how many panes fit."""
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight, everything is masked again."""
        super().hideEvent(event)
        self.head.hide_again()

    # --- loading ---

    def _load(self) -> None:
        """Have the records and the explanation fetched; the records are quick and come first."""
        self._forget_jobs()
        self._load_records()
        facts, vault = self.facts, self._session.vault
        if facts is None or vault is None:
            return
        self.same_person.ask(facts.customer_id)
        dark, settings = style.tokens().name == "dark", self._session.settings
        self._jobs.append(self._session.run(
            "正在分析客户", lambda _reporter: work.details_of(
                facts.view, facts.position, vault, settings, dark=dark),
            self._detailed, quiet=True))

    def _load_records(self) -> None:
        facts, vault = self.facts, self._session.vault
        if facts is None or vault is None:
            return
        self._jobs.append(self._session.run(
            "正在读取记录", lambda _reporter: work.records_of(
                vault, facts.customer_id, facts.today),
            self._recorded, quiet=True))

    @Slot(object)
    def _recorded(self, records: work.Records) -> None:
        if self.facts is not None and records.customer_id == self.facts.customer_id:
            self._records = records
            self.records.show_records(records)
            self.overview.show_contact(records.contact)

    @Slot(object)
    def _detailed(self, details: work.Details) -> None:
        facts = self.facts
        if facts is not None and details.result is facts.view.result \
                and details.position == facts.position:
            told = self._why(facts.customer_id) if self._why is not None else ""
            self.overview.show_assessment(details.assessment, facts, told or details.loss,
                                          details.segments)
            self.factors.show_details(details, facts)

    def _forget_jobs(self) -> None:
        """What was asked for another customer is of no interest any more."""
        self._pause.stop()
        for job in self._jobs:
            job.drop()
        self._jobs.clear()

    # --- what changes ---

    @Slot(str)
    def _customer_changed(self, customer_id: str) -> None:
        """Tags, remarks or observations of a customer changed."""
        if self.facts is not None and customer_id == self.facts.customer_id:
            self._load()

    @Slot()
    def _settings_changed(self) -> None:
        """Masking of names or colours may be different now."""
        if self.facts is not None:
            self.head.show_facts(self.facts, names_masked=self._session.settings.names_masked)
            self._load()

    @Slot()
    def _segments_changed(self) -> None:
        """The customer may belong to other own segments."""
        if self.facts is not None:
            self._load()

    @Slot(bool)
    def _revealed(self, revealed: bool) -> None:  # noqa: FBT001 - a slot
        if self.facts is not None:
            self.overview.show_basics(self.facts, revealed=revealed)

    def _add_tag(self, tag: str) -> None:
        self._change_tags(self._tags.add, tag)

    def _remove_tag(self, tag: str) -> None:
        self._change_tags(self._tags.remove, tag)

    def _change_tags(self, change: Callable[[str, Tags, str], Tags], tag: str) -> None:
        """Change the tags; what comes next builds on that, though the worker is still at it."""
        known = self._records
        if known is not None:
            self._records = replace(known, tags=change(known.customer_id, known.tags, tag))

    def _add_note(self, text: str) -> None:
        facts, vault = self.facts, self._session.vault
        if facts is None or vault is None:
            return
        self._session.run(
            "正在保存备注", lambda _reporter: work.add_note(vault, facts.customer_id, text),
            self._session.customer_changed.emit, quiet=True, writes=True)

    def _to_lobby(self) -> None:
        if self.facts is not None:
            self._session.navigate("lobby", self.facts.customer_id)

    def _to_print(self) -> None:
        if self.facts is not None:
            self._session.navigate("tasks", [self.facts.customer_id])


def _rule() -> QFrame:
    """A hair line."""
    line = QFrame()
    line.setProperty("role", "rule")
    line.setFixedHeight(1)
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return line
