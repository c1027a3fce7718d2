"""规则说明: the rules in force in words, to be searched, copied and printed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSettings
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from branchseg import rules
from branchseg.messages import text

from ... import printing
from ...style import BODY_POINTS, points, px, tokens
from ...widgets.basic import Card, ElidedLabel, button, label
from ...widgets.inputs import SearchBox
from . import work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.rules import RuleSection, RuleSet
    from branchseg.sheets import Page as Paper
    from branchseg.store.records import RuleVersion

    from ...session import Session


class BookSection(QWidget):
    """All chapters, or only the sentences with a word that is searched for."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._ruleset: RuleSet | None = None
        self._stale = False
        self._agreed = ""
        self._chapters: tuple[RuleSection, ...] = ()
        self.search = SearchBox("在规则中查找")
        self.search.setMaximumWidth(px(260))
        self.search.searched.connect(lambda _text: self._write())
        self.copy_button = button("复制", "copy", self.copy, tip="复制全部规则的文字")
        self.print_button = button("打印", "print", self.print)
        self.view = QTextBrowser()
        self.view.setOpenLinks(False)
        self.view.setProperty("plain", "true")
        self.view.setAccessibleName("规则说明")
        self._id, self._count = ElidedLabel("strong"), ElidedLabel()
        self._notice = label(text("rules.book.disclaimer"), "muted", wrap=True)
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(px(10))
        texts = QVBoxLayout()
        texts.addWidget(self._id)
        texts.addWidget(self._count)
        row.addLayout(texts, 1)
        for each in (self.search, self.copy_button, self.print_button):
            row.addWidget(each)
        card.body.addLayout(row)
        card.body.addWidget(self._notice)
        card.body.addWidget(self.view, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def show_rules(self, ruleset: RuleSet) -> None:
        """Describe other rules."""
        if ruleset is self._ruleset:
            return
        self._ruleset = ruleset
        self._chapters = rules.describe(ruleset)
        self._id.setText(ruleset.id)
        self._stale = True
        if self.isVisible():
            self._write()

    def show_agreed(self, versions: Sequence[RuleVersion]) -> None:
        """Say which version it is and how many thresholds somebody has agreed on."""
        agreed = [one for one in (versions[0].agreements.values() if versions else ())
                  if one.agreed_by]
        self._agreed = f"第 {versions[0].id} 版，{len(agreed)} 个切点有人确认" if agreed else ""
        self._stale = True
        if self.isVisible():
            self._write()

    def showEvent(self, event: QShowEvent) -> None:
        """Write what has changed while it was hidden."""
        super().showEvent(event)
        if self._stale:
            self._write()

    def changeEvent(self, event: QEvent) -> None:
        """The text has colours of its own."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._stale = True
            if self.isVisible():
                self._write()

    def _write(self) -> None:
        """The sentences that are wanted, as rich text."""
        self._stale = False
        word, look, found = self.search.text().strip(), tokens(), 0
        marked = (f'<span style="background-color:{look.warn_soft};color:{look.warn}">'
                  f"{escape(word)}</span>")
        parts = []
        for chapter in self._chapters:
            lines = [line for line in chapter.sentences if word in line]
            found += len(lines)
            if not lines:
                continue
            parts.append(f'<h3 style="margin:14px 0 4px 0;font-size:{points(11):g}pt">'
                         f"{escape(chapter.title)}</h3>")
            for line in lines:
                body = escape(line)
                body = body.replace(escape(word), marked) if word else body
                parts.append(f'<p style="margin:3px 0;line-height:150%">{body}</p>')
        if not parts:
            parts.append(f'<p style="color:{look.text2}">没有找到“{escape(word)}”。</p>')
        self.view.setHtml(f'<div style="font-size:{points(BODY_POINTS):g}pt;color:{look.text}">'
                          f"{''.join(parts)}</div>")
        confirmed = self._agreed or (self._ruleset.confirmed if self._ruleset is not None else "")
        self._count.setText(f"含“{word}”的规则 {found} 条" if word else
                            f"共 {found} 条 · {confirmed or '尚未登记确认部门与日期'}")

    @property
    def plain_text(self) -> str:
        """All rules as text."""
        lines = [self._id.text(), self._notice.text()]
        for chapter in self._chapters:
            lines += ["", chapter.title, *chapter.sentences]
        return "\n".join(lines)

    def copy(self) -> None:
        """Put all rules on the clipboard."""
        QGuiApplication.clipboard().setText(self.plain_text)
        self._session.notify("已复制全部规则。")

    def print(self) -> None:
        """Lay the rules out on A4 and show them."""
        ruleset = self._ruleset
        if ruleset is not None:
            self._session.run("正在排版", lambda _reporter: work.book_pages(ruleset),
                              self._preview)

    def _preview(self, pages: tuple[Paper, ...]) -> None:
        kept = QSettings(self._session.layout_file, QSettings.Format.IniFormat)
        printing.preview(self, pages, kept)
