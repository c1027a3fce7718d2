"""Choosing the file a model looks at beside the list; what is read of it is kept nowhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from branchseg.messages import explain
from branchseg.pipeline import models

from ...latest import Latest
from ...widgets.basic import Card, button, label, restyle
from ...widgets.password_bar import PasswordBar

if TYPE_CHECKING:
    from branchseg.errors import BranchsegError
    from branchseg.pipeline.models import Model

    from ...session import Session

_FILES = "交易流水 (*.xlsx *.xlsm *.xlsb *.xls *.et *.ods *.csv *.txt);;所有文件 (*)"
_HINT = "流水只在本次使用，不保存；锁定后要重新选择。"
_STILL = "下面仍是原来那份流水。"


class FileBar(Card):
    """Asks for a file and has it read; hidden for a model that wants none.

    Signal: `changed(key)` - the `material` of this model is another.
    """

    changed = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(padding=(12, 8))
        self._session, self._key = session, ""
        self.material: object = None
        self._name, self._path = "", Path()
        self._asking = Latest(session)
        self.words = label(_HINT, "muted", wrap=True)
        self.choose = button("选择交易流水…", "file", self._choose)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.words, 1)
        self.body.addLayout(row)
        self.password = PasswordBar()
        self.body.addWidget(self.password)
        self.password.given.connect(self._open)
        self.password.dropped.connect(self._rest)
        session.locked.connect(self._forget)
        self.hide()

    def show_model(self, model: Model) -> None:
        """Show that a model wants a file, if it does."""
        self._key = model.key if model.reads else self._key
        self.setVisible(bool(model.reads))

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, "选择交易流水", self._session.settings.last_folder, _FILES)
        if not chosen:
            return
        self._path = Path(chosen)
        self._open()

    def _open(self, password: str | None = None) -> None:
        """Read the file that was chosen; the password is not kept."""
        path, key = self._path, self._key
        self._say(f"正在读取 {path.name}，可以先做别的事。")
        self.choose.setEnabled(False)
        job = self._asking.ask(
            "正在读取交易流水", lambda reporter: models.read_file(key, path, reporter, password),
            partial(self._read, path.name), self._failed, quiet=False, apart=True)
        job.cancelled.connect(self._cancelled)

    def _read(self, name: str, material: object) -> None:
        self.material, self._name = material, name
        self._rest()
        self.changed.emit(self._key)

    @Slot(object)
    def _failed(self, error: BranchsegError) -> None:
        self._rest()
        if not self.password.asks_for(self._path.name, error):
            self._say(explain(error) + ("" if self.material is None else _STILL), tone="warn")

    @Slot()
    def _cancelled(self) -> None:
        self._say("已取消，没有读入。")

    @Slot()
    def _forget(self) -> None:
        """Nothing of it outlives a lock."""
        self._asking.drop()
        self.material, self._name = None, ""
        self._rest()

    @Slot()
    def _rest(self) -> None:
        """Say what is in use."""
        self._say(self._still)

    @property
    def _still(self) -> str:
        return f"{self._name}。{_HINT}" if self._name else _HINT

    def _say(self, words: str, *, tone: str = "") -> None:
        self.password.rest()
        self.choose.setEnabled(True)
        self.words.setText(words)
        restyle(self.words, "tone", tone)
