"""数据: where the data lie and how much there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from ...style import px
from ...widgets.basic import Card, button, label
from . import work

if TYPE_CHECKING:
    from ...session import Session

_MEGABYTE = 2**20


class DataSection(QWidget):
    """A list of facts; nothing can be changed here."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.facts = {key: _fact() for key in ("folder", "rules", "batches", "customers", "size")}
        names = {"folder": "数据文件夹", "rules": "规则", "batches": "导入批次",
                 "customers": "客户", "size": "占用空间"}
        card = Card("数据位置")
        form = QFormLayout()
        form.setHorizontalSpacing(px(20))
        form.setVerticalSpacing(px(10))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for key, fact in self.facts.items():
            form.addRow(label(names[key], "muted"), fact)
        card.body.addLayout(form)
        card.body.addSpacing(px(4))
        self.open_button = button("打开数据文件夹", "folder", self._open)
        card.body.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(label(
            "客户数据用口令加密后保存在这台电脑上，不经过网络。备份时请先退出程序，再复制整个文件夹；"
            "恢复时仍要用原来的口令。", "muted", wrap=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch()

    def refresh(self) -> None:
        """Read the facts anew."""
        session, vault = self._session, self._session.vault
        self.facts["folder"].setText(str(session.folder))
        own = session.settings.rules_dir
        self.facts["rules"].setText(f"本行修改过：{own}" if own else "随程序提供的默认规则")
        result = session.result
        count = "还没有客户" if result is None else f"{len(result.table):,} 户"
        self.facts["customers"].setText(
            f"{count}（示例数据，关闭或锁定后清除）" if session.is_sample else count)
        if vault is not None:
            folder = session.folder
            session.run("正在读取", lambda _reporter: work.stock(vault, folder), self._show,
                        quiet=True)

    def _show(self, stock: work.Stock) -> None:
        kept = [batch for batch in stock.batches if batch.in_force]
        words = f"{len(kept)} 批"
        if len(kept) < len(stock.batches):
            words += f"，另有 {len(stock.batches) - len(kept)} 批已撤销"
        if kept:
            words += f"；最近一次 {kept[0].imported_at.astimezone():%Y-%m-%d %H:%M}"
        self.facts["batches"].setText(words)
        self.facts["size"].setText(f"{stock.size / _MEGABYTE:,.1f} MB")

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._session.folder)))


def _fact() -> QLabel:
    """A text that can be marked and copied."""
    made = label("–", wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
