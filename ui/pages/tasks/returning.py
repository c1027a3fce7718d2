"""Results that come back in a filled task list: read, look, register, undo."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from branchseg import pipeline
from branchseg.model.fields import Kind
from branchseg.model.outcomes import outcomes

from ...changes import say_done
from ...columns import Chip, Column
from ...row_model import RowModel, from_lists
from ...style import px
from ...widgets.basic import button, label
from ...widgets.table import DataTable
from . import work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from branchseg.pipeline import Returned
    from branchseg.store.records import Outcome
    from branchseg.store.vault import Vault

    from ...session import Session

_FILES = "任务清单 (*.xlsx *.xls *.et *.ods *.csv)"
_USED, _FAULTY = "used", "faulty"
_STATES = {_USED: Chip("可登记", "ok"), _FAULTY: Chip("不能用", "danger")}


@dataclass(frozen=True, slots=True)
class _Many:
    """Results that are registered as one; `closed_at` is fixed, so that a redo is exact."""

    found: Mapping[int, Outcome]
    closed_at: datetime

    @property
    def refuses(self) -> bool:
        """Whether one of the customers is not to be contacted any more."""
        return any(outcomes().result(one.result).refuses for one in self.found.values())


class ReturnsDialog(QDialog):
    """What would be registered, row by row; accepted if the user wants that."""

    def __init__(self, returned: Returned, day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("导入结果")
        self.resize(px(860), px(520))
        count, faulty = len(returned.usable), len(returned.faulty)
        parts = [f"{count:,} 条可以登记"]
        if faulty:
            parts.append(f"{faulty:,} 条不能用，不会登记")
        if returned.blank:
            parts.append(f"{returned.blank:,} 行还没有填结果")
        self.summary = label("；".join(parts) + "。", "section", wrap=True)
        self.model = RowModel(_COLUMNS)
        self.model.set_data(_data(returned), day)
        self.table = DataTable(self.model)
        self.keep = button(f"登记 {count:,} 条结果", "check", self.accept, primary=True)
        self.keep.setEnabled(count > 0)
        self.keep.setDefault(count > 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(12))
        column.addWidget(self.summary)
        column.addWidget(label(f"{returned.file_name} · 现在还没有登记任何内容", "muted"))
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(button("取消", clicked=self.reject))
        row.addWidget(self.keep)
        column.addLayout(row)


_COLUMNS = (
    Column("row", "行", Kind.NUMBER, 48),
    Column("number", "单号", width=124),
    Column("who", "客户", width=84),
    Column("state", "", width=78, chips=_STATES),
    Column("theme", "任务", width=116),
    Column("result", "结果", width=92),
    Column("next_date", "下次联系日", Kind.DATE, 100),
    Column("words", "说明", width=200, stretch=True),
)


def _data(returned: Returned) -> dict[str, Any]:
    """The table: rows that cannot be used first, then those of which something is not taken."""
    rows = sorted(returned.rows, key=lambda one: (not one.fault, not one.left, one.row))
    table = outcomes()
    return from_lists({
        "row": [one.row for one in rows],
        "number": [one.number or None for one in rows],
        "who": [one.who or None for one in rows],
        "state": [_FAULTY if one.fault else _USED for one in rows],
        "theme": [one.task.theme if one.task else None for one in rows],
        "result": [table.result(one.outcome.result).label if one.outcome else None
                   for one in rows],
        "next_date": [one.outcome.next_date if one.outcome else None for one in rows],
        "words": [one.fault or "；".join(filter(None, (
            one.left, one.outcome.note if one.outcome else ""))) or None for one in rows],
    })


class ResultsReturner(QObject):
    """One file at a time. `changed` after results were registered or taken back."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent

    def begin(self) -> None:
        """Ask for the file and read it."""
        vault, folder = self._session.vault, self._session.settings.last_folder
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, "选择填好结果的任务清单", folder, _FILES)
        if not chosen or vault is None:
            return
        day, path = self._session.today, Path(chosen)
        self._session.run("正在读取任务清单", lambda reporter: pipeline.read_returns(
            path, vault.tasks(), day, reporter=reporter), self._look)

    @Slot(object)
    def _look(self, returned: Returned) -> None:
        """Nothing is kept before the user has seen it."""
        dialog = ReturnsDialog(returned, self._session.today, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._keep(_Many(returned.usable, work.now()), self._kept)
        dialog.deleteLater()

    def _keep(self, many: _Many, done: Callable[[_Many], None]) -> None:
        vault = self._session.vault
        if vault is not None:
            self._session.run("正在登记结果", lambda _reporter: _record(vault, many), done,
                              writes=True)

    @Slot(object)
    def _kept(self, many: _Many) -> None:
        back = partial(self._take_back, many)
        say_done(self._session, f"登记 {len(many.found):,} 条结果",
                 partial(self._keep, many, self._tell), back, back)
        self._tell(many)

    def _take_back(self, many: _Many) -> None:
        vault = self._session.vault
        if vault is not None:
            self._session.run("正在撤回结果", lambda _reporter: _reopen(vault, many),
                              self._taken_back, writes=True)

    @Slot(object)
    def _taken_back(self, many: _Many) -> None:
        self._session.notify(f"已撤回 {len(many.found):,} 条结果，任务回到待办。", "ok")
        self._tell(many)

    @Slot(object)
    def _tell(self, many: _Many) -> None:
        self.changed.emit()
        if many.refuses:
            self._session.reload()  # the rules must know at once whom to leave alone


def _record(vault: Vault, many: _Many) -> _Many:
    vault.record_results(many.found, closed_at=many.closed_at)
    return many


def _reopen(vault: Vault, many: _Many) -> _Many:
    vault.reopen_tasks(list(many.found))
    return many
