"""IdleWatch: says when nobody has touched mouse or keyboard for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_SIGNS_OF_LIFE = frozenset({
    QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress,
    QEvent.Type.Wheel, QEvent.Type.TouchBegin,
})


class IdleWatch(QObject):
    """Watches the program's windows, not every widget: few events pass through Python."""

    idle = Signal()

    def __init__(self, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)
        self.set_minutes(minutes)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)
            self._watch(app.focusWindow())

    def set_minutes(self, minutes: int) -> None:
        """Change how long a while is, and start over."""
        self._timer.start(minutes * 60_000)

    def restart(self) -> None:
        """Somebody is there."""
        self._timer.start()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Any sign of life starts the time over."""
        if event.type() in _SIGNS_OF_LIFE:
            self._timer.start()
        return False

    def _watch(self, window: QWindow | None) -> None:
        """Watch the window that just came to the front, dialogs included."""
        if window is not None:
            window.installEventFilter(self)
