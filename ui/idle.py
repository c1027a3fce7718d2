"""IdleWatch: says when nobody has touched mouse or keyboard for a while, and counts down to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

COUNTDOWN = 30
"""Seconds before the end that are counted down."""
_SIGNS_OF_LIFE = frozenset({
    QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress,
    QEvent.Type.Wheel, QEvent.Type.TouchBegin,
})


class IdleWatch(QObject):
    """Watches the program's windows, not every widget: few events pass through Python.

    Signals:
        idle: the time is over.
        counting(seconds): so many are left, once a second; 0: somebody is there after all.
    """

    idle = Signal()
    counting = Signal(int)

    def __init__(self, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._begin)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count)
        self.set_minutes(minutes)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)
            self._watch(app.focusWindow())

    def set_minutes(self, minutes: int) -> None:
        """Change how long a while is, and start over."""
        self._timer.setInterval((minutes * 60 - COUNTDOWN) * 1000)
        self.restart()

    def restart(self) -> None:
        """Somebody is there."""
        self._timer.start()
        if self._second.isActive():
            self._second.stop()
            self.counting.emit(0)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Any sign of life starts the time over."""
        if event.type() in _SIGNS_OF_LIFE:
            self.restart()
        return False

    def _begin(self) -> None:
        """The last seconds have come."""
        self._left = COUNTDOWN
        self._second.start()
        self.counting.emit(self._left)

    def _count(self) -> None:
        self._left -= 1
        if self._left > 0:
            self.counting.emit(self._left)
            return
        self._second.stop()
        self.counting.emit(0)
        self.idle.emit()

    def _watch(self, window: QWindow | None) -> None:
        """Watch the window that just came to the front, dialogs included."""
        if window is not None:
            window.installEventFilter(self)
