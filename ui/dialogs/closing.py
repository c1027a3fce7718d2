"""Closing the program while something is still being saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from ..jobs import Jobs


class ClosingBox(QMessageBox):
    """Says what the program is waiting for; goes by itself when that is done."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(QMessageBox.Icon.Information, "正在关闭",
                         "刚才的操作还在保存，完成后会自动关闭。")
        self.setInformativeText(
            "请不要关机。如果等了很久还没有结束，可以强行关闭：还没有保存的操作会丢失，"
            "已经保存的不受影响。")
        self.patience = self.addButton("继续等待", QMessageBox.ButtonRole.RejectRole)
        self.force = self.addButton("强行关闭", QMessageBox.ButtonRole.DestructiveRole)
        self.setDefaultButton(self.patience)
        jobs.busy_changed.connect(self.accept)


def wait_for(jobs: Jobs) -> bool:
    """Wait until no job is left; False if the user forces the end."""
    while jobs.busy:
        box = ClosingBox(jobs)
        box.exec()
        if box.clickedButton() is box.force:
            return False
    return True
