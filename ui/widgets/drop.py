"""DropOverlay: covers the window while a list is dragged over it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from .basic import Picture, label

LIST_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".csv", ".txt", ".zip"})


def dropped_list(data: QMimeData) -> Path | None:
    """The first local file that may be a customer list."""
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return next((path for path in paths if path.suffix.lower() in LIST_SUFFIXES), None)


class DropOverlay(QFrame):
    """Watches `window` for dragged files; `dropped(path)` when one is let go over it."""

    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("role", "drop")
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for each in (Picture("import", "accent", 64), label("松开即可导入")):
            column.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Show while a list hovers, hand it on when dropped."""
        if isinstance(event, QDropEvent):
            path = dropped_list(event.mimeData())
            if path is None or not self.isEnabled():
                return False
            event.acceptProposedAction()
            if isinstance(event, QDragEnterEvent):
                self._cover()
            elif event.type() == QEvent.Type.Drop:
                self.hide()
                self.dropped.emit(path)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        return False

    def _cover(self) -> None:
        """Lie over the whole window."""
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()
