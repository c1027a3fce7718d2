"""ProgressStrip: what is being done now, with a cancel button; silent about quick jobs.

It is made for the status bar: coming and going, it moves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from ..style import px
from .basic import button, label

if TYPE_CHECKING:
    from ..jobs import Job

_QUIET_MS = 300
_BAR = 160


class ProgressStrip(QWidget):
    """Watches jobs in the order they were started and shows the first one alive."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(px(_BAR))
        self._text = label("", "muted")
        self._cancel = button("取消", clicked=self.cancel, flat=True)
        self._cancel.setProperty("small", "true")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self._text)
        row.addWidget(self._bar)
        row.addWidget(self._cancel)
        self._quiet = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._quiet.timeout.connect(self._appear)
        self.hide()

    def watch(self, job: Job) -> None:
        """Show this job too, once it takes longer than 0.3 s."""
        self._jobs.append(job)
        job.progressed.connect(self._progress)
        job.finished.connect(self._finished)
        if len(self._jobs) == 1:
            self._begin()

    def cancel(self) -> None:
        """Ask the job shown to stop."""
        if self._jobs:
            self._jobs[0].cancel()
            self._text.setText("正在取消…")
            self._cancel.setEnabled(False)

    def _begin(self) -> None:
        self._text.setText(f"{self._jobs[0].label}…")
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        if not self.isVisible():
            self._quiet.start()

    def _appear(self) -> None:
        self.setVisible(bool(self._jobs))

    def _progress(self, text: str, fraction: float) -> None:
        if self._jobs and self.sender() is self._jobs[0]:
            self._bar.setRange(0, 100)
            self._bar.setValue(round(fraction * 100))
            self._text.setText(f"{text}…  {fraction:.0%}")

    def _finished(self) -> None:
        job = self.sender()
        self._jobs = [each for each in self._jobs if each is not job]
        if self._jobs:
            self._begin()
        else:
            self._quiet.stop()
            self.hide()
