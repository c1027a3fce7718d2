"""Step 1 of the import: choose files, unlock one that has a password, earlier imports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from branchseg.messages import explain

from ...icons import icon
from ...style import color, px
from ...widgets.banner import Banner
from ...widgets.basic import Card, EmptyState, button, label
from ...widgets.password_bar import PasswordBar
from .history import HistoryTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchseg.store.records import Batch

    from .work import Reading

_FILTER = "客户名单 (*.xlsx *.xlsm *.xlsb *.xls *.et *.ods *.csv *.txt);;所有文件 (*)"
_FORMATS = "支持 Excel、WPS 表格和 CSV；可以一次选几个文件。名单只在本机读取，加密保存。"


class DropZone(QFrame):
    """Invites to drop a list (the window takes it) or to click."""

    clicked = Signal()

    def __init__(self, choose: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(px(150))
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(px(7))
        picture = QLabel()
        picture.setPixmap(icon("import", "accent").pixmap(px(36), px(36)))
        for each in (picture, label("把客户名单拖到这里，或者", "section"), choose,
                     label(_FORMATS, "muted")):
            column.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere in the zone opens the file dialog."""
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A dashed frame on a surface."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(color("accent"), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(color("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(8), px(8))
        painter.end()


class FilesStep(QWidget):
    """Where an import begins.

    Signals:
        files_chosen(paths): files to read.
        sample_wanted: read an invented list.
        password_given(text), password_dropped: for the file `ask_password` named.
        undo_wanted(Batch), redo_wanted(Batch), report_wanted(Batch), compare_wanted(Batch): from
            the history.
    """

    files_chosen = Signal(object)
    sample_wanted = Signal()
    password_given = Signal(str)
    password_dropped = Signal()
    undo_wanted = Signal(object)
    redo_wanted = Signal(object)
    report_wanted = Signal(object)
    compare_wanted = Signal(object)

    def __init__(self, last_folder: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last_folder = last_folder
        self.choose = button("选择文件", "folder", self._open_dialog, primary=True)
        self.zone, self.banner, self.password = (
            DropZone(self.choose), Banner(passing=False), PasswordBar())
        self.history = HistoryTable()
        self.sample = button("用示例名单试试", "play", self.sample_wanted.emit,
                             tip="一份虚构的名单，走一遍就会了；随时可以撤销。")
        card = Card("导入记录")
        self._past = QStackedWidget()
        self._past.addWidget(QWidget())
        self._past.addWidget(EmptyState(
            "table", "还没有导入过名单", actions=(self.sample,)))
        self._past.addWidget(self.history)
        card.body.addWidget(self._past)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        for each in (self.banner, self.password, self.zone):
            column.addWidget(each)
        column.addWidget(card, 1)
        self._connect()

    def _connect(self) -> None:
        self.zone.clicked.connect(self._open_dialog)
        self.password.given.connect(self.password_given)
        self.password.dropped.connect(self.password_dropped)
        self.history.undo_wanted.connect(self.undo_wanted)
        self.history.redo_wanted.connect(self.redo_wanted)
        self.history.report_wanted.connect(self.report_wanted)
        self.history.compare_wanted.connect(self.compare_wanted)

    def show_history(self, batches: Sequence[Batch]) -> None:
        """Show the imports so far, or how to begin."""
        self.history.show_batches(batches)
        self._past.setCurrentIndex(2 if batches else 1)

    def explain_failure(self, reading: Reading, skip: Callable[[], None] | None) -> None:
        """Ask for the password of a file, or tell what to do; `skip` reads the other files."""
        assert reading.failed is not None  # an error is always that of a file
        assert reading.error is not None
        name = reading.failed.path.name
        if self.password.asks_for(name, reading.error):
            return
        others = [("跳过它，读其余名单", skip)] if skip else []
        self.banner.tell(f"{name}：{explain(reading.error)}", "error", others)

    def set_busy(self, *, busy: bool) -> None:
        """Nothing can be started while something is being read."""
        for each in (self.zone, self.sample, self.password, self.history):
            each.setEnabled(not busy)

    def quiet(self) -> None:
        """Take away the error and the password bar."""
        self.banner.dismiss()
        self.password.rest()

    def _open_dialog(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "选择客户名单", self._last_folder(), _FILTER)
        if names:
            self.files_chosen.emit([Path(name) for name in names])
