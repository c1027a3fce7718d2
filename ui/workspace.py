"""Workspace: what the window shows while unlocked - navigation, header, notices and pages.

It is built at every unlock and deleted at every lock, so nothing personal stays behind in widgets
or models, and nothing of it delays the first paint. What there is to show is the table
`ui.pages.PAGES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from . import actions
from .dialogs.help import HelpDialog
from .dialogs.sheet_number import SheetNumberDialog, fault_of
from .guard import LockGuard
from .pages import PAGES, PageSpec
from .replanning import Replanner
from .scanning import ScanWatch
from .style import px
from .widgets.drop import DropOverlay
from .widgets.nav import BRAND, NavBar
from .widgets.notices import NoticeSlot
from .widgets.page import Page, PageHeader
from .widgets.progress import ProgressStrip
from .widgets.scroll_body import ScrollBody

if TYPE_CHECKING:
    from .session import Notice, Session

_HELP = "help"
_NARROW, _LOW = 1180, 600


class Workspace(QWidget):
    """Composes the pages around a session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._specs = {spec.key: spec for spec in PAGES}
        self._pages: dict[str, Page] = {}
        self._bodies: dict[str, ScrollBody] = {}
        self._current = ""
        self._nav, self._header = NavBar(BRAND), PageHeader()
        self.progress = ProgressStrip()
        self._stack = QStackedWidget()
        self._build_nav()
        self._build_side()
        self._drop = DropOverlay(self)
        self._guard = LockGuard(session, self)
        self._replanner = Replanner(session, self)
        self._scan: ScanWatch | None = None
        self._actions = actions.build(self, session.undo_stack)
        self._connect()
        self._settings_changed()

    # --- building ---

    def _build_nav(self) -> None:
        """Pages above, settings and help at the foot."""
        for foot in (False, True):
            for spec in self._specs.values():
                if spec.at_foot is foot and not spec.below:
                    self._nav.add(spec.key, spec.title, spec.icon, spec.shortcut)
                    self._add_page_key(spec)
            if not foot:
                self._nav.add_stretch()
        self._nav.add(_HELP, "帮助", "help", "F1", page=False)

    def _add_page_key(self, spec: PageSpec) -> None:
        """Make the page's shortcut work anywhere in the window."""
        action = QAction(spec.title, self)
        action.setShortcut(QKeySequence(spec.shortcut))
        action.triggered.connect(lambda _on=False: self._page_key(spec.key))
        self.addAction(action)

    def _build_side(self) -> None:
        """Header and pages beside the navigation; notices lie above the header."""
        side = QWidget()
        side.setProperty("role", "page")
        self._column = QVBoxLayout(side)
        self._column.addWidget(self._header)
        self._column.addWidget(self._stack, 1)
        self._notices = NoticeSlot(side, self._header)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._nav)
        row.addWidget(side, 1)

    def _connect(self) -> None:
        """Wire the session, the widgets and the global verbs."""
        session, do = self.session, self._actions
        session.navigate_requested.connect(self.show_page)
        session.noticed.connect(self._tell)
        session.job_started.connect(self.progress.watch)
        session.settings_changed.connect(self._settings_changed)
        session.locking.connect(self._keep)
        self._nav.chosen.connect(self._nav_chosen)
        self._header.search.searched.connect(session.set_search)
        session.search_changed.connect(self._header.search.show_text)
        self._header.search.submitted.connect(self._search_submitted)
        self._header.user.clicked.connect(lambda _on=False: session.lock())
        self._header.cover.clicked.connect(self._mask)
        self._drop.dropped.connect(self._list_dropped)
        self._guard.announced.connect(self._notices.announce)
        do["search"].triggered.connect(self._focus_search)
        do["mask"].triggered.connect(self._header.cover.click)
        do["sheet"].triggered.connect(self._ask_number)
        do["lock"].triggered.connect(lambda _on=False: session.lock())
        do["help"].triggered.connect(self.show_help)
        for verb in ("export", "refresh"):
            do[verb].triggered.connect(lambda _on=False, name=verb: self._command(name))

    # --- pages ---

    def show_first(self) -> None:
        """Show the page that comes first, or go on with what was half done at the last lock."""
        kept, self.session.kept = self.session.kept, {}
        for key, what in kept.items():
            self.show_page(key)
            self._pages[key].resume(what)
        if not kept:
            self.show_page(next(iter(self._specs), ""))

    def show_page(self, key: str, argument: object = None) -> None:
        """Show a page, built the first time; nothing happens if the one in front will not go."""
        if key not in self._specs:
            return
        if key != self._current and not self.can_leave():
            self._mark(self._current)
            return
        if key not in self._pages:
            page = self._pages[key] = self._specs[key].build(self.session)
            page.subtitle_changed.connect(self._subtitle_changed)
            self._bodies[key] = ScrollBody(page)
            self._stack.addWidget(self._bodies[key])
            page.set_low(low=self._is_low)
        if not self._pages[key].filters_search:
            self.session.set_search("")
        self._current = key
        self._stack.setCurrentWidget(self._bodies[key])
        self._mark(key)
        self._header.show_page(self._pages[key])
        self._pages[key].setFocus()
        self._pages[key].activate(argument)

    def _mark(self, key: str) -> None:
        """Mark the entry of a page; one without an entry stands below another's."""
        self._nav.mark(self._specs[key].below or key if key in self._specs else "")

    def can_leave(self) -> bool:
        """Whether the page in front may go."""
        page = self._pages.get(self._current)
        return page is None or page.can_leave()

    def show_help(self) -> None:
        """The list of shortcuts."""
        HelpDialog(self).exec()

    def _nav_chosen(self, key: str) -> None:
        if key == _HELP:
            self.show_help()
        else:
            self.show_page(key)

    def _page_key(self, key: str) -> None:
        """A page's shortcut; in front of its own page it may mean the page's command."""
        if key == self._current and "print" in self._pages[key].commands:
            self._command("print")
        else:
            self.show_page(key)

    def _command(self, verb: str) -> None:
        page = self._pages.get(self._current)
        if page is not None and verb in page.commands:
            page.commands[verb]()

    def _subtitle_changed(self, text: str) -> None:
        if self.sender() is self._pages.get(self._current):
            self._header.set_subtitle(text)

    def _focus_search(self) -> None:
        self._notices.banner.dismiss()
        self._header.search.setFocus()
        self._header.search.selectAll()

    def _search_submitted(self, _text: str) -> None:
        page = self._pages.get(self._current)
        if page is not None and not page.filters_search:
            self.show_page("customers")

    def _list_dropped(self, path: object) -> None:
        self.show_page("imports", path)

    # --- task sheets ---

    def showEvent(self, event: QShowEvent) -> None:
        """From now on a scanner is understood on every page."""
        super().showEvent(event)
        window = self.window().windowHandle()
        if self._scan is None and window is not None:
            self._scan = ScanWatch(window, self)
            self._scan.scanned.connect(self.session.open_sheet)
            self._scan.misread.connect(
                lambda typed: self.session.notify(fault_of(typed), "warn"))

    def _ask_number(self) -> None:
        dialog = SheetNumberDialog(self.session.today, self)
        if dialog.exec():
            self.session.open_sheet(dialog.number)

    # --- what the session says ---

    def _tell(self, notice: Notice) -> None:
        undo = [("撤销", notice.undo)] if notice.undo is not None else []
        self._notices.tell(notice.text, notice.kind, undo)

    def _keep(self) -> None:
        """Before a lock: what the pages have half done outlives them, unless it is the sample."""
        found = {key: page.keep() for key, page in self._pages.items()}
        self.session.kept = {} if self.session.is_sample else {
            key: what for key, what in found.items() if what is not None}

    def _mask(self, on: bool) -> None:  # noqa: FBT001 - a slot
        if not self.session.keep_settings(names_masked=on):
            self._settings_changed()

    def _settings_changed(self) -> None:
        settings = self.session.settings
        self._header.user.setText(settings.operator or "锁定")
        self._header.cover.setChecked(settings.names_masked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the pages when there is little of it."""
        super().resizeEvent(event)
        narrow, low = self.width() < px(_NARROW), self._is_low
        self._nav.set_compact(compact=narrow)
        self._header.set_low(low=low)
        across, above = px(16 if narrow else 24), px(8 if low else 18)
        self._column.setContentsMargins(across, above, across, px(8 if low else 12))
        self._column.setSpacing(px(8 if low else 14))
        for page in self._pages.values():
            page.set_low(low=low)

    @property
    def _is_low(self) -> bool:
        return self.height() < px(_LOW)
