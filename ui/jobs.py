"""The one way to do long work: a plain function in a worker thread, its end as signals.

One thread means that everything touching the vault is in order and needs no locks; it never
expires, because the vault's connection belongs to it. Only what is `apart`, a model of ten seconds
that touches neither the vault nor a chart, has a thread of its own, and holds nothing up. All
signals of a Job are emitted in the main thread, so any callable may be connected.

What only reads may be cancelled at any time. What `writes` was asked for by the user and is done,
even if the window is locked or closed meanwhile: dropping it makes it silent, no more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QRunnable, QThreadPool, QTimer, Signal, Slot

from branchseg.errors import BranchsegError, Cancelled
from branchseg.progress import Reporter

Work = Callable[[Reporter], Any]
"""What a job runs: a function of the reporter, in the worker thread. It never touches a widget."""

class Job(QObject):
    """One piece of work. Exactly one of succeeded, failed, cancelled comes; then finished.

    `expected` repeats a failure that is a BranchsegError: something to tell the user, no bug.
    `progressed(label, fraction)` comes at most once per percent. Connect bound methods of
    QObjects: Qt drops those connections by itself when their owner is deleted.

    Of a dropped job only `finished` comes; before it, if the job `writes`, either
    `outlived(value)`, it was done all the same, or `lost(label, exception)`.
    """

    progressed = Signal(str, float)
    succeeded = Signal(object)
    failed = Signal(object)
    expected = Signal(object)
    cancelled = Signal()
    finished = Signal()
    outlived = Signal(object)
    lost = Signal(str, object)
    _told = Signal(str, float)
    _ended = Signal(str, object)

    def __init__(self, label: str, work: Work, *, writes: bool = False,
                 apart: bool = False) -> None:
        super().__init__()
        self.label, self.writes, self.apart = label, writes, apart
        self._work = work
        self._dropped = False
        self._reporter = Reporter(self._told.emit)
        self._told.connect(self._pass_on)
        self._ended.connect(self._finish)

    def cancel(self) -> None:
        """Ask the work to stop at its next step; a job still waiting never starts."""
        self._reporter.cancel()

    def drop(self) -> None:
        """Nobody is left to be told; what only reads is cancelled."""
        self._dropped = True
        if not self.writes:
            self.cancel()

    def run(self) -> None:
        """Called in the worker thread, once."""
        try:
            self._reporter.step(self.label, 0.0)
            value = self._work(self._reporter)
        except Cancelled:
            self._ended.emit("cancelled", None)
        except BaseException as error:  # noqa: BLE001 - whatever it was, the page must learn of it
            self._ended.emit("failed", error)
        else:
            self._ended.emit("succeeded", value)

    @Slot(str, float)
    def _pass_on(self, label: str, fraction: float) -> None:
        """In the main thread: say how far the work is."""
        if not (self._dropped or self._reporter.cancelled):
            self.progressed.emit(label, fraction)

    @Slot(str, object)
    def _finish(self, outcome: str, value: object) -> None:
        """In the main thread: say how it ended."""
        if self._dropped:
            self._finish_dropped(outcome, value)
        elif outcome == "succeeded":
            self.succeeded.emit(value)
        elif outcome == "failed":
            self.failed.emit(value)
            if isinstance(value, BranchsegError):
                self.expected.emit(value)
        else:
            self.cancelled.emit()
        self.finished.emit()

    def _finish_dropped(self, outcome: str, value: object) -> None:
        """What was written, or not, concerns the session though the page is gone."""
        if self.writes and outcome == "succeeded":
            self.outlived.emit(value)
        elif self.writes and outcome == "failed":
            self.lost.emit(self.label, value)


class _Task(QRunnable):
    """Carries a job into the pool."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def run(self) -> None:
        """Run the job in the pool's thread."""
        self._job.run()


class Jobs(QObject):
    """The runner: owns every job until its end has been delivered."""

    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {apart: QThreadPool(self) for apart in (False, True)}
        for pool in self._pools.values():
            pool.setMaxThreadCount(1)
            pool.setExpiryTimeout(-1)
        self._live: dict[Job, _Task] = {}
        self._retired: dict[bool, tuple[Job, _Task]] = {}

    def start(self, label: str, work: Work, *, writes: bool = False,
              apart: bool = False) -> Job:
        """Queue `work` behind all earlier jobs, or all earlier ones that are `apart` too.

        Connect to the job before returning to Qt.
        """
        job = Job(label, work, writes=writes, apart=apart)
        job.finished.connect(self._forget)
        self._live[job] = task = _Task(job)
        if len(self._live) == 1:
            self.busy_changed.emit(True)
        self._pools[apart].start(task)
        return job

    @property
    def busy(self) -> bool:
        """Whether a job is running or waiting."""
        return bool(self._live)

    def drop_all(self) -> None:
        """Stop every job that only reads, and deliver the end of none."""
        for job in self._live:
            job.drop()

    def wait(self, timeout_ms: int = 3000) -> bool:
        """Let all jobs end, delivering their ends; False if they take longer."""
        if self._live:
            loop, timer = QEventLoop(), QTimer(interval=timeout_ms, singleShot=True)
            timer.timeout.connect(loop.quit)
            self.busy_changed.connect(loop.quit)
            timer.start()
            while self._live and timer.isActive():
                loop.exec()
        return not self._live

    @Slot()
    def _forget(self) -> None:
        """Let go of a job whose end was delivered.

        The worker may still be holding it for a moment, and must not be the one to delete it:
        the job is kept until the next one of its thread ends, which proves that it has moved on.
        """
        job = self.sender()
        if isinstance(job, Job):
            self._retired[job.apart] = job, self._live.pop(job)
            if not self._live:
                self.busy_changed.emit(False)
