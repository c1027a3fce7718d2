"""The verbs that work everywhere: one QAction each, the single source of text and shortcut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from .pages import PAGES
from .undo_stack import StackAction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from .undo_stack import UndoStack


@dataclass(frozen=True, slots=True)
class Verb:
    """A global command and its keys."""

    key: str
    text: str
    shortcut: str


VERBS = (
    Verb("search", "搜索客户", "Ctrl+F"),
    Verb("sheet", "输入任务单号，登记结果", "Ctrl+G"),
    Verb("export", "导出", "Ctrl+E"),
    Verb("refresh", "刷新", "F5"),
    Verb("mask", "遮住或显示客户姓名", "F9"),
    Verb("lock", "锁定", "Ctrl+L"),
    Verb("help", "帮助", "F1"),
)
UNDO = (Verb("undo", "撤销", "Ctrl+Z"), Verb("redo", "重做", "Ctrl+Y"))
IN_PAGES = (
    ("扫码枪", "在任何页面扫任务单的二维码，直接登记结果"),
    ("Ctrl+Enter", "保存并到下一位"),
    ("Alt+↑ / Alt+↓", "上一位 / 下一位客户"),
    ("Ctrl+H", "显示这位客户的完整号码 30 秒"),
    ("空格", "勾选或取消勾选当前行"),
    ("Ctrl+A", "选中全部行"),
    ("Ctrl+C", "复制选中的单元格（可粘贴到 Excel，已脱敏）"),
    ("Ctrl+Shift+C", "连同表头一起复制"),
    ("Esc", "清空搜索、关闭提示或对话框"),
)
"""Keys that belong to tables and forms; listed in the help only."""


def build(owner: QWidget, undo_stack: UndoStack) -> Mapping[str, QAction]:
    """The actions of `VERBS` and `UNDO`, added to `owner` so that their keys work in it."""
    made = {verb.key: QAction(verb.text, owner) for verb in VERBS}
    made |= {verb.key: StackAction(owner, undo_stack, verb.text, forward=verb.key == "redo")
             for verb in UNDO}
    for verb in (*VERBS, *UNDO):
        made[verb.key].setShortcut(QKeySequence(verb.shortcut))
        made[verb.key].setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        owner.addAction(made[verb.key])
    return made


def all_shortcuts() -> tuple[tuple[str, str], ...]:
    """(keys, what they do) of the whole program, for the help."""
    pages = tuple((spec.shortcut, f"打开“{spec.title}”") for spec in PAGES
                  if spec.shortcut)
    verbs = tuple((verb.shortcut, verb.text) for verb in (*VERBS, *UNDO))
    return (*pages, *verbs, *IN_PAGES)
