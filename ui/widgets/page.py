"""Page: what every page of the window is, and the header the window puts above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ..style import px
from .basic import ElidedLabel, button, label
from .inputs import SearchBox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..session import Session


class Page(QWidget):
    """Base of all pages. A page fills the room below the header; it has no margins of its own.

    Set in the subclass:
        title: shown in the header.
        filters_search: True if the page itself follows `session.search_changed`; on other
            pages Enter in the search box leads to the customers page.
        commands: verb -> method for "print", "export", "refresh"; the shortcut works where
            the verb is present.
    """

    title = ""
    filters_search = False
    subtitle_changed = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.subtitle = ""
        self.commands: dict[str, Callable[[], object]] = {}

    def header_widgets(self) -> Sequence[QWidget]:
        """The page's buttons for the header, asked for once, left to right."""
        return ()

    def set_subtitle(self, text: str) -> None:
        """One muted line below the title."""
        self.subtitle = text
        self.subtitle_changed.emit(text)

    def activate(self, argument: object = None) -> None:
        """Called whenever the page is shown; `argument` is what `session.navigate` was given."""

    def can_leave(self) -> bool:
        """Whether another page may be shown now; ask the user here if work would be lost."""
        return True


class PageHeader(QWidget):
    """Title and subtitle at the left; search, the page's buttons and the lock at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._subtitle = label("", "title"), ElidedLabel()
        self.search = SearchBox("姓名 / 拼音首字母 / 手机尾号（Ctrl+F）")
        self.search.setMinimumWidth(px(140))
        self.search.setMaximumWidth(px(300))
        self.user = button("锁定", "lock", tip="锁定（Ctrl+L）")
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(self._title)
        texts.addWidget(self._subtitle)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(14))
        self._row.addLayout(texts, 1)
        self._row.addWidget(self.search, 1)
        self._buttons: dict[Page, QWidget] = {}
        self._row.addWidget(self.user)

    def show_page(self, page: Page) -> None:
        """Put up a page's title, subtitle and buttons."""
        widgets = () if page in self._buttons else page.header_widgets()
        if widgets:
            self._buttons[page] = _button_row(widgets)
            self._row.insertWidget(self._row.count() - 1, self._buttons[page])
        for each, box in self._buttons.items():
            box.setVisible(each is page)
        self._title.setText(page.title)
        self.set_subtitle(page.subtitle)

    def set_subtitle(self, text: str) -> None:
        """Change the line below the title; an empty one takes no room."""
        self._subtitle.setText(text)
        self._subtitle.setVisible(bool(text))


def _button_row(widgets: Sequence[QWidget]) -> QWidget:
    """One row for a page's buttons."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(10))
    for each in widgets:
        row.addWidget(each)
    return box
