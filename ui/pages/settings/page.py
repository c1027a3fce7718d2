"""设置: the rules in words, what staff may change of them, and what holds for this PC."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QStackedWidget,
    QWidget,
)

from ...icons import icon
from ...style import GAP, px
from ...widgets.basic import Card
from ...widgets.page import Page
from . import work
from .book import BookSection
from .data import DataSection
from .editor import RuleEditor
from .versions import VersionSection
from .window import WindowSection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.rules import RuleSet
    from branchseg.store.records import Agreement, RuleVersion

    from ...session import Session
    from .draft import Recipe

_SECTIONS = (
    # key, title, icon
    ("book", "规则说明", "file"), ("tiers", "价值层级", "segments"),
    ("parameters", "阈值与权重", "edit"), ("cutpoints", "切点会议室", "chart"),
    ("versions", "规则版本", "clock"), ("window", "外观与安全", "sun"),
    ("data", "数据", "folder"),
)
_LIST, _ENTRY = 156, 36


class Unfinished(NamedTuple):
    """Changes of the rules that are not saved, of rules with this id, and the section shown.

    `coming` is the id of the rules that a step of the undo stack was putting in force, if any.
    """

    ruleset_id: str
    recipe: Recipe
    section: str
    coming: str = ""


class SettingsPage(Page):
    """A list of sections at the left. `activate(key)` shows one of them."""

    title = "设置"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shipped: RuleSet | None = None
        self._agreed: Mapping[str, Agreement] = {}
        self._unfinished: Unfinished | None = None
        self._listing = False
        self.book, self.editor = BookSection(session), RuleEditor(session)
        self.versions = VersionSection(session)
        self.window_section, self.data = WindowSection(session), DataSection(session)
        self.sections, self._stack = QListWidget(), QStackedWidget()
        self.sections.setIconSize(QSize(px(18), px(18)))
        for _, title, picture in _SECTIONS:
            item = QListWidgetItem(icon(picture, "text2"), title)
            item.setSizeHint(QSize(0, px(_ENTRY)))
            self.sections.addItem(item)
        self.sections.setAccessibleName("设置分类")
        for each in (self.book, self.editor, self.versions, self.window_section, self.data):
            self._stack.addWidget(each)
        card = Card(padding=(6, 8))
        card.setFixedWidth(px(_LIST))
        card.body.addWidget(self.sections)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(GAP))
        row.addWidget(card)
        row.addWidget(self._stack, 1)
        self.commands = {"print": self._print, "refresh": self._refresh_data}
        self.sections.currentRowChanged.connect(self._section_chosen)
        session.result_changed.connect(self._result_changed)
        session.settings_changed.connect(self.window_section.refresh)
        self.editor.saving.saved.connect(lambda saved: self._take_versions(saved.versions))
        self.editor.saving.ended.connect(self.editor.saving_ended)
        self.editor.customers_wanted.connect(self._list)
        self.versions.customers_wanted.connect(self._list)
        self.versions.restoring.wanted.connect(self._restore)
        self.sections.setCurrentRow(0)

    # --- what the window says ---

    def activate(self, argument: object = None) -> None:
        """Show a section by its key, or the one shown last."""
        keys = [key for key, _, _ in _SECTIONS]
        if argument in keys:
            self.sections.setCurrentRow(keys.index(str(argument)))
        self._refresh_data()
        if self._shipped is None:
            vault = self.session.vault
            assert vault is not None
            self.session.run("正在读取规则", lambda _reporter: work.opening(vault),
                             self._take_opening, quiet=True)
        else:
            self._begin()

    def can_leave(self) -> bool:
        """Ask before changes of the rules are thrown away; they wait while customers are shown."""
        if not self.editor.dirty or self.editor.saving.busy or self._listing:
            return True
        box = QMessageBox(QMessageBox.Icon.Question, self.title, "规则的修改还没有保存。",
                          parent=self)
        box.setInformativeText("放弃后，规则和客户的判定结果都保持原样。")
        stay = box.addButton("继续编辑", QMessageBox.ButtonRole.RejectRole)
        leave = box.addButton("放弃修改", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(stay)
        box.exec()
        if box.clickedButton() is not leave:
            return False
        self.editor.discard()
        return True

    def _list(self, title: str, ids: Sequence[str]) -> None:
        """Show whom the changes would move, without giving the changes up."""
        self._listing = True
        try:
            self.session.show_customers(title, ids)
        finally:
            self._listing = False

    def keep(self) -> object:
        """Changes of the rules that are not saved."""
        draft = self.editor.draft
        if draft is None or not self.editor.dirty:
            return None
        return Unfinished(draft.base.id, draft.recipe(),
                          _SECTIONS[self.sections.currentRow()][0], self.editor.saving.coming)

    def resume(self, kept: object) -> None:
        """Go on with them, as soon as the rules are read."""
        if isinstance(kept, Unfinished):
            self._unfinished = kept
            self.activate(kept.section)

    # --- rules ---

    def _take_opening(self, opening: work.Opening) -> None:
        self._shipped = opening.shipped
        self._take_versions(opening.versions)

    def _take_versions(self, versions: Sequence[RuleVersion]) -> None:
        """Other versions are kept now."""
        kept = work.in_force(versions)
        self._agreed = kept[0].agreements if kept else {}
        self.editor.room.show_versions(kept)
        self.book.show_agreed(kept)
        self._begin()
        if self._shipped is not None:
            self.versions.show_versions(versions, self._shipped)

    def _restore(self, version: RuleVersion, note: str, names: str) -> None:
        """Have an older version in force again."""
        assert self._shipped is not None
        self.editor.saving.restore(version, note, names, self._shipped, self._agreed)

    def _begin(self) -> None:
        """Show the rules in force."""
        ruleset = self.session.ruleset
        if ruleset is None or self._shipped is None:
            return
        self.book.show_rules(ruleset)
        self.editor.begin(ruleset, self._shipped, self._agreed)
        unfinished, self._unfinished = self._unfinished, None
        if unfinished is not None and ruleset.id in {unfinished.ruleset_id, unfinished.coming}:
            assert self.editor.draft is not None
            self.editor.draft.take_up(unfinished.recipe)
        own = "本行修改过" if ruleset.id != self._shipped.id else "默认"
        self.set_subtitle(f"规则 {ruleset.title}（{own}）")

    def _result_changed(self) -> None:
        """Other customers, perhaps other rules."""
        if self.session.result is None:
            return
        self._begin()
        self.editor.refresh_effect()

    # --- sections ---

    def _section_chosen(self, row: int) -> None:
        key = _SECTIONS[row][0]
        shown: dict[str, QWidget] = {
            "book": self.book, "tiers": self.editor, "parameters": self.editor,
            "cutpoints": self.editor, "versions": self.versions,
            "window": self.window_section, "data": self.data}
        self._stack.setCurrentWidget(shown[key])
        if key == "tiers":
            self.editor.show_section(self.editor.tiers)
        elif key == "parameters":
            self.editor.show_section(self.editor.parameters)
        elif key == "cutpoints":
            self.editor.show_section(self.editor.room)
        elif key == "data":
            self._refresh_data()

    def _refresh_data(self) -> None:
        self.window_section.refresh()
        self.data.refresh()

    def _print(self) -> None:
        """Ctrl+P prints the rules wherever one is."""
        self.book.print()
