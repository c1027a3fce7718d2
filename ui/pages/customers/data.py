"""CustomersData: fetches what the customers page shows, and lets go of what is outdated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from ...latest import Latest
from . import work

if TYPE_CHECKING:
    from ...session import Session


class CustomersData(QObject):
    """The view of the session's result, who was found, who has which tag.

    Signals:
        loading: there is a result, its view is being made.
        gone: there is no result.
        ready: `view` is another one.
        found_changed: `found` is another one.
        tags_changed(Tagged): `tagged` is another one.
    """

    loading = Signal()
    gone = Signal()
    ready = Signal()
    found_changed = Signal()
    tags_changed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._views, self._tags = Latest(session), Latest(session)
        self.view: work.CustomerView | None = None
        self.found: list[int] | None = None
        self.tagged: dict[str, Any] = {}
        session.result_changed.connect(self.refresh)
        session.customer_changed.connect(self._customer_changed)
        session.segments_changed.connect(self._read_tags)
        session.search_changed.connect(self.search)

    @Slot()
    def refresh(self) -> None:
        """Have the session's result made ready; the old one stays until then."""
        result, vault = self._session.result, self._session.vault
        if result is None or vault is None:
            self._views.drop()
            self.view = self.found = None
            self.gone.emit()
            return
        self.loading.emit()
        self._views.ask("正在准备客户", lambda reporter: work.view_of(result, vault, reporter),
                        self._show_view, quiet=False)

    @Slot(str)
    def search(self, query: str) -> None:
        """Look for customers; an empty query finds everybody.

        Here and not in the worker: 10,000 customers take 10 ms, less than a job may have to wait.
        """
        if self.view is not None and (query or self.found is not None):
            self.found = work.search(self.view, query) if query else None
            self.found_changed.emit()

    @Slot(str)
    def _customer_changed(self, _customer_id: str) -> None:
        """Somebody's tags may be others now."""
        self._read_tags()

    @Slot()
    def _read_tags(self) -> None:
        """Ask anew who has which tag, and who is in which own segment."""
        view, vault = self.view, self._session.vault
        if view is not None and vault is not None:
            self._tags.ask("正在读取标签", lambda _reporter: work.tags_of(view.result, vault),
                           self._show_tags)

    @Slot(object)
    def _show_view(self, view: work.CustomerView) -> None:
        self._tags.drop()
        self.view, self.found, self.tagged = view, None, dict(view.tagged)
        self.ready.emit()
        self.search(self._session.search)

    @Slot(object)
    def _show_tags(self, tagged: work.Tagged) -> None:
        self.tagged = dict(tagged.masks)
        self.tags_changed.emit(tagged)
