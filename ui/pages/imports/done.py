"""Step 4 of the import: it is saved; where to go from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from branchseg.model.results import Status

from ...icons import icon
from ...same_person import SamePersonStrip
from ...style import px
from ...widgets.basic import Card, button, label, restyle
from ...widgets.share_bar import Share, ShareBar
from .since_last import SinceLast
from .telling import remarks_heeded

if TYPE_CHECKING:
    from ...session import Session
    from .work import Checked, Saved

_COLORS = {
    Status.CORE: "accent", Status.POTENTIAL: "ok", Status.DORMANT: "warn",
    Status.UNVERIFIED: "danger", Status.INVALID: "control",
}
"""Best first, as the bar is read."""


class DoneStep(QWidget):
    """What was imported, as one picture, and the ways on.

    Signals:
        go_wanted(page key): to another page.
        undo_wanted(import id): take this import back.
        again_wanted: import the next list.
    """

    go_wanted = Signal(str)
    undo_wanted = Signal(int)
    again_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batch_id = 0
        self.same_person, self.since_last = SamePersonStrip(session), SinceLast(session)
        self.headline, self._facts = label("", "title"), label("", "muted", wrap=True)
        self.warning = label("", wrap=True)
        self.remarks = label("", wrap=True)
        for line in (self.warning, self.remarks):
            restyle(line, "tone", "warn")
        self.shares = ShareBar()
        self.customers = button("查看客户", "customers", lambda: self.go_wanted.emit("customers"),
                                primary=True)
        self.segments = button("查看分层", "segments", lambda: self.go_wanted.emit("segments"))
        self.tasks = button("打印任务单", "print", lambda: self.go_wanted.emit("tasks"))
        self.again = button("再导入一份", "plus", self.again_wanted.emit, flat=True)
        self.undo = button("撤销本次导入", "undo",
                           lambda: self.undo_wanted.emit(self._batch_id), flat=True)
        self._build()

    def _build(self) -> None:
        card = Card(padding=(32, 20))
        card.setMaximumWidth(px(860))
        card.body.setSpacing(px(12))
        picture = QLabel()
        picture.setPixmap(icon("check", "ok").pixmap(px(52), px(52)))
        middle = Qt.AlignmentFlag.AlignHCenter
        card.body.addWidget(picture, 0, middle)
        for line in (self.headline, self._facts, self.warning, self.remarks):
            line.setAlignment(middle)
            card.body.addWidget(line)
        card.body.addSpacing(px(4))
        card.body.addWidget(self.shares)
        card.body.addWidget(self.since_last)
        card.body.addWidget(self.same_person)
        for buttons in ((self.customers, self.segments, self.tasks), (self.again, self.undo)):
            row = QHBoxLayout()
            row.setSpacing(px(12))
            row.addStretch()
            for each in buttons:
                row.addWidget(each)
            row.addStretch()
            card.body.addLayout(row)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 8)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)

    def show_saved(self, checked: Checked, saved: Saved) -> None:
        """Sum up the import: what was checked, and what it has become."""
        prepared, warning = checked.prepared, saved.warning
        self._batch_id = saved.batch_id
        everybody = len(saved.result.table) if saved.result else 0
        names = dict.fromkeys(source.file_name for source in prepared.sources)
        self.headline.setText(f"本次导入 {len(prepared.table):,} 户")
        self._facts.setText(
            f"{'、'.join(names)} · 数据日期 {prepared.table.as_of.isoformat()}"
            f" · 客户库现有 {everybody:,} 户")
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        heeded = remarks_heeded(checked.issues)
        self.remarks.setText(heeded)
        self.remarks.setVisible(bool(heeded))
        words = checked.result.ruleset.labels["status"]
        self.shares.show_shares([
            Share(words.get(status, status), checked.statuses.get(status, 0), token)
            for status, token in _COLORS.items()])
        self.since_last.ask(saved.batch_id)
        self.same_person.ask()
        self.customers.setFocus()
