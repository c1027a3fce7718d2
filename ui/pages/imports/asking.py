"""Questions of the import page that need an answer at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QWidget

if TYPE_CHECKING:
    from datetime import date

_TITLE = "导入名单"


def may_discard(parent: QWidget) -> bool:
    """Whether an unfinished import may be thrown away."""
    return _ask(parent, "这次导入还没有完成。",
                "放弃后，核对过的列、改过的行和检查结果都不保留；客户数据没有改动。",
                "继续导入", "放弃这次导入", QMessageBox.ButtonRole.DestructiveRole)


def may_read_again(parent: QWidget) -> bool:
    """Whether to read other sheets although rows were mended by hand."""
    return _ask(parent, "换工作表要重新读文件。", "已经改过、排除过的行会恢复成原来的样子。",
                "不换", "换工作表", QMessageBox.ButtonRole.DestructiveRole)


def go_on_anyway(parent: QWidget, doubt: str) -> bool:
    """Whether to go on although few columns were recognised."""
    return _ask(parent, doubt, "没有认出的列不会用到，客户可能大多判为“待核实”。",
                "返回核对", "就用这些列", QMessageBox.ButtonRole.AcceptRole)


def before_saving(ahead: date | None) -> str:
    """What stands beside the button that saves a list; `ahead` as for `may_save`."""
    if ahead is not None:
        return f"数据日期 {ahead} 晚于今天，请核对。"
    return "点“完成导入”才会保存；保存后可以一键撤销。"


def may_save(parent: QWidget, ahead: date | None) -> bool:
    """Whether to save a list; asked if its data date, `ahead`, has not come yet."""
    return ahead is None or _ask(
        parent, f"数据日期 {ahead} 晚于今天。",
        "到期、逾期和休眠都从数据日期算起，日期不对，任务会全部错位。"
        "请在“核对列”右上角改正数据日期，或核对电脑日期。",
        "先不保存", "日期没有错，保存", QMessageBox.ButtonRole.AcceptRole)


def may_take_back(parent: QWidget | None, open_work: str) -> bool:
    """Whether an import may be taken back although work of it is open (told by `open_work`)."""
    return _ask(parent, open_work, "撤销后，这些任务保留，显示为“等待名单”，名单恢复后继续；"
                "已打印的任务单仍可按单号登记结果。",
                "不撤销", "仍然撤销", QMessageBox.ButtonRole.DestructiveRole)


def _ask(parent: QWidget | None, happened: str, consequence: str, stay: str, leave: str,
         role: QMessageBox.ButtonRole) -> bool:
    """True for the second answer; the first is the one of Enter and Esc."""
    box = QMessageBox(QMessageBox.Icon.Question, _TITLE, happened, parent=parent)
    box.setInformativeText(consequence)
    first = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
    second = box.addButton(leave, role)
    box.setDefaultButton(first)
    box.exec()
    return box.clickedButton() is second
