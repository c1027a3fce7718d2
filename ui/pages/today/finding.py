"""SheetFinder: a printed sheet the page has not heard of yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ...session import SheetNumber

if TYPE_CHECKING:
    from branchseg.store.records import Task

    from ...session import Session


class SheetFinder(QObject):
    """`found(SheetNumber)`: the vault has it, printed since the view was made."""

    found = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def look_for(self, number: str) -> None:
        """Ask the vault; say so if it has no such sheet either."""
        vault = self._session.vault
        if vault is not None:
            self._session.run("正在查找任务单", lambda _reporter: (
                number, vault.task_by_number(number)), self._looked, quiet=True)

    @Slot(object)
    def _looked(self, answer: tuple[str, Task | None]) -> None:
        number, task = answer
        if task is not None:
            self.found.emit(SheetNumber(number))
            return
        self._session.notify(
            f"没有找到单号 {number}。请核对单号；在其他电脑打印的任务单要在那台电脑上登记。",
            "warn")
