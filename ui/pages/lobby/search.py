"""The search field and its list: who fits, or whom was seen today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from ...style import font, px
from ...widgets.basic import button
from ...widgets.inputs import SearchBox
from . import work
from .find import FindPane

if TYPE_CHECKING:
    from ...jobs import Job
    from ...session import Session

_BIG = 12


class PersonFinder(QObject):
    """Owns the row `bar` with the search field `box`, and the list `pane`; the page lays them out.

    Signals: picked(customer_id); newcomer_wanted; searching(is there anything in the field).
    """

    picked = Signal(str)
    newcomer_wanted = Signal()
    searching = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.box = SearchBox("姓名 / 拼音首字母 / 手机后四位 / 客户号，回车选第一位")
        self.box.setFont(font(_BIG))
        self.box.installEventFilter(self)
        self.newcomer = button("新客户（不在名单）", "plus", self.newcomer_wanted.emit)
        self.bar = QHBoxLayout()
        self.bar.setSpacing(px(8))
        self.bar.addWidget(self.box, 1)
        self.bar.addWidget(self.newcomer)
        self.pane = FindPane()
        self.pane.newcomer_wanted.connect(self.newcomer_wanted)
        self._finder: work.Finder | None = None
        self._looking: Job | None = None
        self._enter_on = ""
        self.box.searched.connect(self._look_for)
        self.box.submitted.connect(self._enter)
        self.pane.picked.connect(self.picked)

    def renew(self) -> None:
        """Take over the session's customers and words."""
        result, rules = self._session.result, self._session.ruleset
        self._finder = work.Finder(result) if result is not None else None
        if rules is not None:
            masked = self._session.settings.names_masked
            self.pane.set_labels(rules.labels, names_masked=masked)
        self.look()

    def person(self, customer_id: str) -> work.Person | None:
        """Somebody of the table, None if not there."""
        finder = self._finder
        position = finder.position(customer_id) if finder is not None else -1
        if finder is None or position < 0:
            return None
        return finder.person(position, names_masked=self._session.settings.names_masked)

    def clear(self) -> None:
        """An empty field; the list shows whom was seen today."""
        self.box.clear()
        self.look()

    def look(self) -> None:
        """List anew."""
        self._look_for(self.box.text().strip())

    @Slot(str)
    def _look_for(self, query: str) -> None:
        """Search, or list whom was seen today; an outdated search is dropped."""
        if self._looking is not None:
            self._looking.cancel()
        self._enter_on = ""
        self.searching.emit(bool(query))
        finder, vault, day = self._finder, self._session.vault, self._session.clock()
        if finder is None or vault is None:
            self._looking = None
            self.pane.show_no_customers()
            return
        self._looking = self._session.run(
            "正在查找",
            lambda _reporter: finder.find(query) if query else finder.seen_on(vault, day),
            self._show_found, quiet=True)

    @Slot(object)
    def _show_found(self, found: work.Found) -> None:
        if found.query != self.box.text().strip() or self._finder is None:
            return
        self._looking = None
        self.pane.show_found(found)
        if self._enter_on and self._enter_on == found.query:
            self._pick_first()

    @Slot(str)
    def _enter(self, query: str) -> None:
        """Take the first hit, now or as soon as it is found."""
        if self._looking is not None:
            self._enter_on = query
        elif query:
            self._pick_first()

    def _pick_first(self) -> None:
        self._enter_on = ""
        if self.pane.customer_ids:
            self.picked.emit(self.pane.customer_ids[0])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down leads from the field into the list."""
        if (watched is self.box and isinstance(event, QKeyEvent)
                and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down):
            self.pane.enter()
            return True
        return super().eventFilter(watched, event)
