"""Workspace: what the window shows while unlocked - navigation, header, banner and pages.

It is built at every unlock and deleted at every lock, so nothing personal stays behind in widgets
or models, and nothing of it delays the first paint. What there is to show is the table
`ui.pages.PAGES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from . import actions
from .dialogs.help import HelpDialog
from .idle import IdleWatch
from .pages import PageSpec, available_pages
from .style import px
from .widgets.banner import Banner
from .widgets.drop import DropOverlay
from .widgets.nav import BRAND, NavBar
from .widgets.page import Page, PageHeader
from .widgets.progress import ProgressStrip

if TYPE_CHECKING:
    from .session import Notice, Session

_HELP = "help"
_NARROW = 1180


class Workspace(QWidget):
    """Composes the pages around a session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._specs = {spec.key: spec for spec in available_pages()}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._nav, self._header = NavBar(BRAND), PageHeader()
        self._banner, self._progress = Banner(), ProgressStrip()
        self._stack = QStackedWidget()
        self._build_nav()
        self._build_side()
        self._drop = DropOverlay(self)
        self._idle = IdleWatch(session.settings.lock_minutes, self)
        self._actions = actions.build(self, session.undo_stack)
        self._connect()
        self._settings_changed()

    # --- building ---

    def _build_nav(self) -> None:
        """Pages above, settings and help at the foot."""
        for foot in (False, True):
            for spec in self._specs.values():
                if spec.at_foot is foot:
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
        """Header, banner, progress and pages beside the navigation."""
        side = QWidget()
        side.setProperty("role", "page")
        column = QVBoxLayout(side)
        column.setContentsMargins(px(24), px(18), px(24), px(12))
        column.setSpacing(px(14))
        for each in (self._header, self._banner, self._progress):
            column.addWidget(each)
        column.addWidget(self._stack, 1)
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
        session.job_started.connect(self._progress.watch)
        session.settings_changed.connect(self._settings_changed)
        self._nav.chosen.connect(self._nav_chosen)
        self._header.search.searched.connect(session.set_search)
        session.search_changed.connect(self._header.search.show_text)
        self._header.search.submitted.connect(self._search_submitted)
        self._header.user.clicked.connect(session.lock)
        self._drop.dropped.connect(self._list_dropped)
        self._idle.idle.connect(self._went_idle)
        do["search"].triggered.connect(self._focus_search)
        do["lock"].triggered.connect(session.lock)
        do["help"].triggered.connect(self.show_help)
        for verb in ("export", "refresh"):
            do[verb].triggered.connect(lambda _on=False, name=verb: self._command(name))

    # --- pages ---

    def show_first(self) -> None:
        """Show the page that comes first."""
        self.show_page(next(iter(self._specs), ""))

    def show_page(self, key: str, argument: object = None) -> None:
        """Show a page, built the first time; nothing happens if the one in front will not go."""
        if key not in self._specs:
            return
        if key != self._current and not self.can_leave():
            self._nav.mark(self._current)
            return
        if key not in self._pages:
            page = self._pages[key] = self._specs[key].build(self.session)
            page.subtitle_changed.connect(self._subtitle_changed)
            self._stack.addWidget(page)
        self._current = key
        self._stack.setCurrentWidget(self._pages[key])
        self._nav.mark(key)
        self._header.show_page(self._pages[key])
        self._pages[key].setFocus()
        self._pages[key].activate(argument)

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
        self._header.search.setFocus()
        self._header.search.selectAll()

    def _search_submitted(self, _text: str) -> None:
        page = self._pages.get(self._current)
        if page is not None and not page.filters_search:
            self.show_page("customers")

    def _list_dropped(self, path: object) -> None:
        self.show_page("imports", path)

    # --- what the session says ---

    def _tell(self, notice: Notice) -> None:
        undo = [("撤销", notice.undo)] if notice.undo is not None else []
        self._banner.tell(notice.text, notice.kind, undo)

    def _went_idle(self) -> None:
        """Lock, unless work is going on."""
        if self.session.jobs.busy:
            self._idle.restart()
        else:
            self.session.lock()

    def _settings_changed(self) -> None:
        self._idle.set_minutes(self.session.settings.lock_minutes)
        self._header.user.setText(self.session.settings.operator or "锁定")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the pages when there is little of it."""
        super().resizeEvent(event)
        self._nav.set_compact(compact=self.width() < px(_NARROW))
