"""Collector: when Python looks for dead reference cycles.

Python would do it in whatever code creates the next object: in the worker thread, where no widget
may die, or while Qt deletes objects that Python still knows. Here it is done between two events
of the main thread, and briefly: what a long look leaves alive, mostly the libraries, is left out
of later ones until the vault is locked.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 500
_THOROUGH_EVERY = 60
_LONG_S = 0.04


class Collector(QObject):
    """From its making on, garbage is collected by its timer only."""

    def __init__(self, parent: QObject | None = None, *, long_s: float = _LONG_S) -> None:
        super().__init__(parent)
        gc.disable()
        self._long_s = long_s
        self._ticks = 0
        self._spared = False
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    @Slot()
    def spare_libraries(self) -> None:
        """Leave out what is alive now. For when the libraries are loaded and no customer is."""
        gc.freeze()

    @Slot()
    def thorough_next(self) -> None:
        """Have the next look miss nothing: what belonged to the locked vault must go."""
        if self._spared:
            gc.unfreeze()
            self._spared = False
        self._ticks = -1

    @Slot()
    def tick(self) -> None:
        """Look at the youngest objects; now and then at all."""
        self._ticks = (self._ticks + 1) % _THOROUGH_EVERY
        if self._ticks:
            gc.collect(1)
            return
        begun = time.perf_counter()
        gc.collect()
        if time.perf_counter() - begun > self._long_s:
            gc.freeze()
            self._spared = True
