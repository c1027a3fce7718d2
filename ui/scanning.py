"""ScanWatch: a scanner types the code of a task sheet, wherever the keyboard happens to be.

A scanner is a keyboard: it types `T1|number|check` and Enter within some milliseconds. The
keys are held back while they may be a code, so that no field and no shortcut gets them; what
turns out to be no code is typed again.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow

from branchseg.sheets import parse_payload

_PAUSE_MS = 60
"""Between two keys of a scanner; nobody types as fast."""
_LONGEST = 25
"""Keys of the longest code, Enter included."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
_SHIFTS = (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier)


class ScanWatch(QObject):
    """`scanned(sheet number)`; `misread(text)` after a code of no sheet in the vault."""

    scanned = Signal(str)
    misread = Signal(str)

    def __init__(self, window: QWindow, parent: QObject | None = None) -> None:
        """Watch the keys of one window; its dialogs are left alone."""
        super().__init__(parent)
        self._window = window
        self._held: list[QKeyEvent] = []
        self._text = ""
        self._typing_again = False
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._let_go)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hold back what may be a code."""
        if self._typing_again or event.type() not in _KEYS or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        if event.type() == QEvent.Type.ShortcutOverride and self._fits(event):
            event.accept()  # it comes again as a key, before any shortcut has it
            return True
        return False

    def _fits(self, event: QKeyEvent) -> bool:
        """Whether a key begins a code or carries it on."""
        if event.modifiers() not in _SHIFTS or len(self._text) >= _LONGEST:
            return False
        if not self._text:
            return event.text().upper() == "T"
        return event.key() in _ENTER or (event.text().isascii() and event.text().isprintable()
                                         and bool(event.text()))

    def _pressed(self, event: QKeyEvent) -> bool:
        if not event.text():
            return False  # Shift alone
        if not self._fits(event):
            self._let_go()
            return False
        if event.key() in _ENTER:
            return self._complete(event)
        self._held.append(event.clone())
        self._text += event.text()
        self._pause.start()
        return True

    def _complete(self, enter: QKeyEvent) -> bool:
        """Enter: a code, a damaged one, or something somebody typed."""
        text = self._text
        number = parse_payload(text) if "|" in text else None
        if number is None and not text.upper().startswith("T1|"):
            self._held.append(enter.clone())
            self._let_go()
            return True
        self._forget()
        if number is None:
            self.misread.emit(text)
        else:
            self.scanned.emit(number)
        return True

    def _let_go(self) -> None:
        """It was no code: type the keys again."""
        held = self._held
        self._forget()
        self._typing_again = True
        for key in held:
            QCoreApplication.sendEvent(self._window, key)
        self._typing_again = False

    def _forget(self) -> None:
        self._pause.stop()
        self._held, self._text = [], ""
