"""NavBar: the pages at the left edge."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from ..icons import icon
from ..style import ICON_SIZE, NAV_WIDTH, px
from .basic import label, restyle

NAV_COMPACT = 64
BRAND = "厅堂营销助手"


class NavBar(QWidget):
    """Entries with icons; `chosen(key)` when one is clicked. `mark` shows where one is."""

    chosen = Signal(str)

    def __init__(self, brand: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "nav")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(px(NAV_WIDTH))
        self._entries: dict[str, QPushButton] = {}
        self._buttons: dict[QPushButton, str] = {}
        self._compact = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(px(12), px(16), px(12), px(12))
        self._column.setSpacing(px(2))
        self._brand = label(brand, "brand")
        self._brand.setContentsMargins(px(8), 0, 0, px(12))
        self._column.addWidget(self._brand)

    def add(self, key: str, title: str, icon_name: str, shortcut: str, *,
            page: bool = True) -> None:
        """Append an entry; `page` False makes it a command that is never marked."""
        entry = QPushButton(f"  {title}")
        entry.setProperty("nav", "true")
        entry.setIcon(icon(icon_name, "text2", checked="accent"))
        self._buttons[entry] = f"  {title}"
        entry.setIconSize(QSize(px(ICON_SIZE), px(ICON_SIZE)))
        entry.setToolTip(f"{title}（{shortcut}）")
        entry.setAccessibleName(title)
        entry.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        entry.clicked.connect(lambda _on=False: self.chosen.emit(key))
        if page:
            entry.setCheckable(True)
            self._group.addButton(entry)
            self._entries[key] = entry
        self._column.addWidget(entry)

    def add_stretch(self) -> None:
        """What follows stands at the foot."""
        self._column.addStretch()

    def mark(self, key: str) -> None:
        """Show that the page `key` is in front; an unknown key marks none."""
        self._group.setExclusive(False)
        for name, entry in self._entries.items():
            entry.setChecked(name == key)
        self._group.setExclusive(True)

    def set_compact(self, *, compact: bool) -> None:
        """Show pictures only, for narrow windows; the names stay in the tool tips."""
        if compact == self._compact:
            return
        self._compact = compact
        self.setFixedWidth(px(NAV_COMPACT if compact else NAV_WIDTH))
        self._brand.setVisible(not compact)
        for entry, text in self._buttons.items():
            entry.setText("" if compact else text)
            restyle(entry, "nav", "compact" if compact else "true")

    @property
    def marked(self) -> str:
        """The key of the page in front, "" if none."""
        return next((key for key, entry in self._entries.items() if entry.isChecked()), "")
