"""After an unknown fault: write a local report, tell the user, stop.

Everything is already saved in the vault, so stopping is cheap and running on in an unknown state
is not. The report names places in the program only, never the text of an exception: that text
may quote a customer.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSysInfo, Signal, Slot
from PySide6.QtWidgets import QApplication

from branchseg import __version__
from branchseg.errors import Cancelled, places_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

FOLDER = "crash"
_KEEP = 20


def write_report(error: BaseException, folder: Path, now: datetime) -> tuple[str, Path | None]:
    """The report text, and where it was written (None if the disk would not take it)."""
    text = "\n".join([
        f"branchseg {__version__}", f"Python {sys.version.split()[0]}",
        QSysInfo.prettyProductName(),
        f"{now:%Y-%m-%d %H:%M:%S}", "", places_of(error), "",
    ])
    path = folder / FOLDER / f"{now:%Y%m%d-%H%M%S}.txt"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for old in sorted(path.parent.glob("*.txt"))[:-_KEEP]:
            old.unlink()
    except OSError:
        return text, None
    return text, path


class CrashHandler(QObject):
    """Takes over every exception nobody caught, from any thread, and ends the program once."""

    _caught = Signal(object)

    def __init__(self, folder: Path, stop: Callable[[], None],
                 parent: QObject | None = None) -> None:
        """`stop` is called in the main thread after the user has read the sentence."""
        super().__init__(parent)
        self._folder = folder
        self._stop = stop
        self._done = False
        self._caught.connect(self._show)

    def install(self) -> None:
        """Hook into Python's three places for lost exceptions."""
        sys.excepthook = self._from_main
        threading.excepthook = lambda args: self.handle(args.exc_value)
        sys.unraisablehook = lambda args: self.handle(args.exc_value)

    def _from_main(self, _kind: type[BaseException], error: BaseException,
                   _trace: TracebackType | None) -> None:
        self.handle(error)

    def handle(self, error: BaseException | None) -> None:
        """Report an exception; safe from any thread. A cancel or Ctrl+C is no fault."""
        if error is not None and not isinstance(error, Cancelled | KeyboardInterrupt):
            self._caught.emit(error)

    @Slot(object)
    def _show(self, error: BaseException) -> None:
        """In the main thread, for the first fault only."""
        if self._done:
            return
        self._done = True
        from datetime import datetime  # noqa: PLC0415 - not before the first paint

        from .dialogs.error import ErrorDialog  # noqa: PLC0415 - a tenth of the first paint

        text, path = write_report(error, self._folder, datetime.now().astimezone())
        where = f"报告已保存在本机：{path}。" if path else ""
        ErrorDialog(
            "程序遇到没有预料到的问题，需要关闭。",
            f"已保存的数据没有改动，重新打开程序即可继续。{where}请把技术信息交给维护人员，其中不含客户信息。",
            text, QApplication.activeWindow(), done="关闭程序",
        ).exec()
        self._stop()
