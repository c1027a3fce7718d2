"""The pages of the window, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ..session import Session
    from ..widgets.page import Page


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page: `factory` is "package.module:Class" in this package, loaded when first shown.

    `at_foot` puts the entry at the bottom of the navigation. `below` is the page this one
    belongs to: it has no entry and no shortcut of its own.
    """

    key: str
    title: str
    icon: str
    shortcut: str
    factory: str
    at_foot: bool = False
    below: str = ""

    @property
    def module(self) -> str:
        """The full name of the module, whatever this package is called."""
        return f"{__name__}.{self.factory.partition(':')[0]}"

    def build(self, session: Session) -> Page:
        """Import the module and build the page."""
        made = getattr(import_module(self.module), self.factory.partition(":")[2])(session)
        return cast("Page", made)


PAGES = (
    PageSpec("today", "今日", "today", "Ctrl+1", "today.page:TodayPage"),
    PageSpec("customers", "客户", "customers", "Ctrl+2", "customers.page:CustomersPage"),
    PageSpec("lobby", "厅堂识别", "lobby", "Ctrl+3", "lobby.page:LobbyPage"),
    PageSpec("segments", "分层分群", "segments", "Ctrl+4", "segments.page:SegmentsPage"),
    PageSpec("models", "模型", "chart", "Ctrl+5", "models.page:ModelsPage"),
    PageSpec("tasks", "任务单", "print", "Ctrl+P", "tasks.page:TasksPage"),
    PageSpec("imports", "导入", "import", "Ctrl+O", "imports.page:ImportsPage"),
    PageSpec("changes", "名单变化", "table", "", "changes.page:ChangesPage", below="imports"),
    PageSpec("settings", "设置", "settings", "Ctrl+,", "settings.page:SettingsPage", at_foot=True),
)
