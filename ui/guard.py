"""LockGuard: locks when nobody is there - announced, never in the middle of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog

from .idle import IdleWatch

if TYPE_CHECKING:
    from .session import Session

_AGAIN_MS = 200
"""A dialog has to come to its end before the pages below it may be deleted."""


class LockGuard(QObject):
    """`announced(sentence)` in the last seconds, "" when somebody is there after all."""

    announced = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._idle = IdleWatch(session.settings.lock_minutes, self)
        self._idle.counting.connect(self._counting)
        self._idle.idle.connect(self._lock)
        self._again = QTimer(self, interval=_AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._lock)
        session.settings_changed.connect(self._settings_changed)

    @Slot()
    def _settings_changed(self) -> None:
        self._idle.set_minutes(self._session.settings.lock_minutes)

    def _counting(self, seconds: int) -> None:
        busy = self._session.jobs.busy
        self.announced.emit("" if busy or not seconds else
                            f"没有操作，{seconds} 秒后自动锁定。动一下鼠标或按任意键取消。")

    def _lock(self) -> None:
        """Lock, unless work is going on; what a dialog asks counts as cancelled."""
        if self._session.jobs.busy:
            self._idle.restart()
            return
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            if isinstance(dialog, QDialog):
                dialog.reject()
            self._again.start()
            return
        minutes = self._session.settings.lock_minutes
        self._session.lock(f"{minutes} 分钟没有操作，已自动锁定。")
