"""Page: what every page of the window is, and the header the window puts above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ..style import px
from .basic import ElidedLabel, EmptyState, button, label
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

    def set_low(self, *, low: bool) -> None:
        """The window has become low, or not any more: leave room to what matters."""

    def can_leave(self) -> bool:
        """Whether another page may be shown now; ask the user here if work would be lost."""
        return True

    def keep(self) -> object:
        """What is half done and must outlive a lock, in memory; None if nothing is."""
        return None

    def resume(self, kept: object) -> None:
        """Go on with what `keep` gave before the lock; called once the page is shown again."""

    def show_faces(self, *faces: QWidget) -> QStackedWidget:
        """Fill the page with one of several faces; the first one is shown."""
        stack = QStackedWidget()
        for each in faces:
            stack.addWidget(each)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(stack)
        return stack

    def import_first(self, picture: str, sentence: str, hint: str) -> EmptyState:
        """The face of a page that has nothing to show before the first list."""
        return EmptyState(picture, sentence, hint, (
            button("导入名单", "import", lambda: self.session.navigate("imports"),
                   primary=True),))


class PageHeader(QWidget):
    """Title and subtitle at the left; search, the page's buttons and the lock at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._subtitle = label("", "title"), ElidedLabel()
        self._low = False
        self.search = SearchBox("姓名 / 拼音首字母 / 手机尾号（Ctrl+F）")
        self.search.setMinimumWidth(px(120))
        self.search.setMaximumWidth(px(300))
        self.cover = button("遮住", "eye-off", tip="遮住屏幕上的客户姓名，给客户看屏幕时用（F9）")
        self.cover.setCheckable(True)
        self.user = button("锁定", "lock", tip="锁定（Ctrl+L）")
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(self._title)
        texts.addWidget(self._subtitle)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(10))
        self._row.addLayout(texts, 1)
        self._row.addWidget(self.search, 1)
        self._buttons: dict[Page, QWidget] = {}
        self._row.addWidget(self.cover)
        self._row.addWidget(self.user)

    def show_page(self, page: Page) -> None:
        """Put up a page's title, subtitle and buttons."""
        widgets = () if page in self._buttons else page.header_widgets()
        if widgets:
            self._buttons[page] = _button_row(widgets)
            self._row.insertWidget(self._row.count() - 2, self._buttons[page])
        for each, box in self._buttons.items():
            box.setVisible(each is page)
        self._title.setText(page.title)
        self.set_subtitle(page.subtitle)

    def set_subtitle(self, text: str) -> None:
        """Change the line below the title; an empty one takes no room."""
        self._subtitle.setText(text)
        self._title.setToolTip(text if self._low else "")
        self._subtitle.setVisible(bool(text) and not self._low)

    def set_low(self, *, low: bool) -> None:
        """Leave out the subtitle, for low windows; it becomes the title's tool tip."""
        self._low = low
        self.set_subtitle(self._subtitle.text())

    @property
    def notice_width(self) -> int:
        """How much of the left may be covered: title and search, but none of the buttons."""
        return self.search.geometry().right() + 1


def _button_row(widgets: Sequence[QWidget]) -> QWidget:
    """One row for a page's buttons."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(10))
    for each in widgets:
        row.addWidget(each)
    return box
