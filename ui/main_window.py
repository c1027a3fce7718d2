"""The window: the lock screen, or the workspace, and the status bar below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QMainWindow, QStackedWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from .session import Session
    from .workspace import Workspace

PROGRAM = "厅堂营销助手"
_LEAST = (880, 420)
"""What 1366 x 768 at 150 % leaves below title bar and task bar."""


class MainWindow(QMainWindow):
    """Shows `lock_screen` while locked, else a fresh `workspace` around the session."""

    def __init__(self, session: Session, lock_screen: QWidget) -> None:
        super().__init__()
        self.session = session
        self.workspace: Workspace | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(lock_screen)
        self.setCentralWidget(self._stack)
        self._state, self._idle = QLabel(), QLabel()
        self.statusBar().addWidget(self._state)
        self.statusBar().addPermanentWidget(self._idle)
        self.statusBar().hide()
        self.setMinimumSize(*_LEAST)
        session.unlocked.connect(self._unlocked)
        session.locked.connect(self._locked)
        session.settings_changed.connect(self._settings_changed)
        session.result_changed.connect(self._result_changed)
        self._settings_changed()

    def _unlocked(self) -> None:
        """Build the workspace and show its first page."""
        from .workspace import Workspace  # noqa: PLC0415 - half the cost of the first paint

        self.workspace = Workspace(self.session)
        self._stack.addWidget(self.workspace)
        self._stack.setCurrentWidget(self.workspace)
        self.statusBar().insertPermanentWidget(1, self.workspace.progress)
        self.statusBar().show()
        self._result_changed()
        self.workspace.show_first()

    def _locked(self) -> None:
        """Delete all that was shown."""
        self.statusBar().hide()
        self._stack.setCurrentIndex(0)
        if self.workspace is not None:
            self.statusBar().removeWidget(self.workspace.progress)
            self.workspace.progress.deleteLater()
            self._stack.removeWidget(self.workspace)
            self.workspace.deleteLater()
            self.workspace = None

    def _result_changed(self) -> None:
        """Say in the status bar what the screen is based on."""
        result = self.session.result
        parts = ["示例数据，关闭或锁定后清除" if self.session.is_sample else "已加密保存在本机"]
        if result is not None and not result.has_list:
            parts.append("没有名单")
        elif result is not None:
            parts.append(f"{len(result.table):,} 户")
            parts.append(f"数据日期 {result.days_told}")
        self._state.setText(" · ".join(parts))

    def _settings_changed(self) -> None:
        settings = self.session.settings
        self.setWindowTitle(" — ".join(filter(None, (PROGRAM, settings.branch_name))))
        self._idle.setText(f"{settings.lock_minutes} 分钟无操作自动锁定")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the page in front before leaving."""
        event.setAccepted(self.workspace is None or self.workspace.can_leave())
