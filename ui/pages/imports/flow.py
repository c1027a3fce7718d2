"""ImportFlow: one import on its way, from files to a saved batch; all work is in the worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from . import work
from .problem_rows import export_problem_rows
from .work import Checked, ListFile, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from branchseg.errors import BranchsegError
    from branchseg.progress import Reporter
    from branchseg.rules import RuleSet
    from branchseg.store.vault import Vault

    from ...jobs import Job
    from ...session import Session
    from .field_search import FieldEntry
    from .work import ListGroup


class HalfDone(NamedTuple):
    """An import between reading and saving: what was read, and decided so far."""

    files: tuple[ListFile, ...]
    groups: tuple[ListGroup, ...]
    fields: tuple[FieldEntry, ...]
    as_of: date | None


class ImportFlow(QObject):
    """Keeps what an import needs until it is saved or given up.

    Signals:
        read_done(Reading), check_done(Checked), check_failed(BranchsegError), saved(Saved),
        exported(number of findings), rows_exported(number of rows): how a piece of work ended.
        busy_changed: a piece of work has begun or ended; see `busy`.
    """

    read_done = Signal(object)
    check_done = Signal(object)
    check_failed = Signal(object)
    saved = Signal(object)
    exported = Signal(int)
    rows_exported = Signal(int)
    busy_changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._files: list[ListFile] = []
        self._failed: ListFile | None = None
        self._job: Job | None = None
        self.checked: Checked | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being done for this import."""
        return self._job is not None

    @property
    def saving(self) -> bool:
        """Whether it is being saved: done by now, and nobody's to give up any more."""
        return self._job is not None and self._job.writes

    @property
    def several_files(self) -> bool:
        """Whether there are other files to go on with, if one cannot be read."""
        return len(self._files) > 1

    @property
    def files(self) -> tuple[ListFile, ...]:
        """What is being imported."""
        return tuple(self._files)

    @property
    def ahead(self) -> date | None:
        """The data date of the list that was checked, if that day has not come yet."""
        day = self.checked.prepared.table.as_of if self.checked is not None else None
        return day if day is not None and day > self._session.clock() else None

    def resume(self, kept: HalfDone) -> None:
        """Go on with an import that a lock has interrupted."""
        self.give_up()
        self._files = list(kept.files)

    # --- reading ---

    def begin(self, paths: Sequence[Path]) -> None:
        """Read files; what was begun before is forgotten."""
        self.give_up()
        self._files = [ListFile(path) for path in paths]
        self._session.keep_settings(last_folder=str(paths[0].parent))
        self._read()

    @Slot()
    def read_sample(self) -> None:
        """Read an invented list."""
        self.give_up()
        self._run("正在准备示例名单", lambda vault, _rules, reporter: work.read_sample(
            vault, reporter), self._read_done)

    @Slot(str)
    def give_password(self, password: str) -> None:
        """Read again, with the password of the file that failed."""
        self._files = [replace(file, password=password) if file == self._failed else file
                       for file in self._files]
        self._read()

    def skip_failed(self) -> None:
        """Read the other files."""
        self._files = [file for file in self._files if file != self._failed]
        self._read()

    @Slot(int, object)
    def choose_sheet(self, place: int, sheet: str | None) -> None:
        """Read again: only one sheet of the file at `place`, None for all that are alike."""
        self._files[place] = replace(self._files[place], sheet=sheet)
        self._read()

    def _read(self) -> None:
        files = tuple(self._files)
        self._run("正在读取名单", lambda vault, _rules, reporter: work.read_files(
            vault, files, reporter), self._read_done)

    @Slot(object)
    def _read_done(self, reading: Reading) -> None:
        self._failed = reading.failed
        self.read_done.emit(reading)

    # --- checking, saving, exporting ---

    def check(self, groups: Sequence[ListGroup], as_of: date | None) -> None:
        """Clean and sort the lists as their columns were decided."""
        kept, today = tuple(groups), self._session.clock()
        self._run("正在检查", lambda vault, rules, reporter: work.check(
            vault, kept, as_of, rules, today, reporter), self._check_done, self.check_failed.emit)

    @Slot(object)
    def _check_done(self, checked: Checked) -> None:
        self.checked = checked
        self.check_done.emit(checked)

    def save(self) -> None:
        """Save what was checked."""
        checked, now = self.checked, datetime.now().astimezone()
        today = self._session.clock()
        if checked is not None:
            self._run("正在保存", lambda vault, rules, reporter: work.save(
                vault, checked, rules, now, today, reporter), self.saved.emit, writes=True)

    def export(self, path: Path) -> None:
        """Write the findings as a workbook."""
        if self.checked is not None:
            log = self.checked.prepared.issues
            self._run("正在导出问题清单", lambda _vault, _rules, reporter: work.export_issues(
                path, log, reporter), self.exported.emit)

    def export_rows(self, path: Path) -> None:
        """Write the rows that have problems as a workbook."""
        checked = self.checked
        if checked is not None:
            issues, day = checked.prepared.issues, checked.prepared.table.as_of
            self._run("正在导出要改的行", lambda _vault, _rules, reporter: export_problem_rows(
                path, checked.groups, issues, day, reporter), self.rows_exported.emit)

    # --- ending ---

    def cancel(self) -> None:
        """Ask the work under way to stop; the import stays where it is."""
        if self._job is not None:
            self._job.cancel()

    def give_up(self) -> None:
        """Stop and forget lists and passwords; nothing of it was saved."""
        job, self._job = self._job, None
        if job is not None:
            job.drop()
        self._files, self._failed, self.checked = [], None, None
        self.busy_changed.emit()

    def _run(self, words: str, task: Callable[[Vault, RuleSet, Reporter], Any],
             on_success: Callable[[Any], None],
             on_error: Callable[[BranchsegError], None] | None = None, *,
             writes: bool = False) -> None:
        """Run `task` in the worker."""
        session = self._session
        vault, ruleset = session.vault, session.ruleset
        assert vault is not None  # pages are shown with an open vault and rules only
        assert ruleset is not None
        self._job = session.run(words, lambda reporter: task(vault, ruleset, reporter),
                                on_success, on_error, writes=writes)
        self._job.finished.connect(self._ended)
        self.busy_changed.emit()

    @Slot()
    def _ended(self) -> None:
        """Whatever the end was; a job that was given up no longer counts."""
        if self.sender() is self._job:
            self._job = None
            self.busy_changed.emit()
