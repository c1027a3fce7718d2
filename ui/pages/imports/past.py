"""PastImports: the record of earlier imports, and what can be done with one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from branchseg.store.records import Batch

    from ...session import Session
    from .files import FilesStep
    from .undo import ImportUndo


class PastImports(QObject):
    """Fills the record on the first step; takes an import back, or compares it."""

    def __init__(self, session: Session, files: FilesStep, undo: ImportUndo) -> None:
        super().__init__(files)
        self._session, self._files = session, files
        files.undo_wanted.connect(undo.take_back)
        files.redo_wanted.connect(undo.bring_back)
        files.compare_wanted.connect(self._compare)

    @Slot()
    def load(self) -> None:
        """Read the record anew."""
        vault = self._session.vault
        if vault is not None:
            self._session.run("正在读取导入记录", lambda _reporter: vault.batches(),
                              self._files.show_history, quiet=True)

    @Slot(object)
    def _compare(self, batch: Batch) -> None:
        self._session.show_changes(batch.id)
