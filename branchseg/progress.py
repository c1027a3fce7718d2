"""How long work reports its progress and learns that it should stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from branchseg.errors import Cancelled

Progress = Callable[[float], None]
"""Told how far (0..1) a computation is; it may raise to end it."""


def silent(_done: float) -> None:
    """The Progress nobody looks at."""


def within(progress: Progress, start: float, end: float) -> Progress:
    """The Progress of a part of a computation that lies between two marks of the whole."""
    return lambda done: progress(start + (end - start) * done)


class Reporter:
    """Hand this to long work. `step` throttles to whole percents and raises `Cancelled`.

    Safe to `cancel` from another thread. The default one shows nothing, so every function
    that reports can be called plainly in tests and scripts.
    """

    def __init__(self, show: Callable[[str, float], None] | None = None) -> None:
        """`show(label, fraction)` is called in the worker's thread, at most once per percent."""
        self._show = show
        self._stop = threading.Event()
        self._last: tuple[str, int] = ("", -1)

    def step(self, label: str, fraction: float) -> None:
        """Say in Chinese what is being done and how far (0..1) the whole job is."""
        if self._stop.is_set():
            raise Cancelled
        mark = (label, int(fraction * 100))
        if self._show is not None and mark != self._last:
            self._last = mark
            self._show(label, fraction)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """True once `cancel` was called; for loops that wait on a child process."""
        return self._stop.is_set()
