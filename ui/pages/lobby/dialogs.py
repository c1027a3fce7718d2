"""What the lobby page asks and previews in windows of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMessageBox, QWidget

from branchseg.sheets import ChecklistFactor, checklist_pages

from ... import printing

if TYPE_CHECKING:
    from branchseg.rules import RuleSet

    from ...session import Session


def may_discard(parent: QWidget) -> bool:
    """Ask whether ticks that were not saved may go; True if so."""
    box = QMessageBox(QMessageBox.Icon.Question, "厅堂识别", "这一位的勾选还没有保存。",
                      parent=parent)
    stay = box.addButton("继续勾选", QMessageBox.ButtonRole.RejectRole)
    leave = box.addButton("不保存，换一位", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.exec()
    return box.clickedButton() is leave


def preview_checklist(parent: QWidget, ruleset: RuleSet, session: Session) -> bool:
    """Show the blank checklist on A5, as the rules have it; True if it was printed."""
    factors = [ChecklistFactor(each.key, each.name, tuple(item.label for item in each.items))
               for each in ruleset.factors.factors]
    kept = QSettings(session.layout_file, QSettings.Format.IniFormat)
    return printing.preview(parent, checklist_pages(factors, session.settings.branch_name), kept)
