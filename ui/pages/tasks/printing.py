"""Task sheets on paper, as PDF or as a list: asks where, works, and keeps the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ... import printing
from . import work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from branchseg.pipeline import RunResult
    from branchseg.store.vault import Vault

    from ...jobs import Job, Work
    from ...session import Session

MOST_IN_PREVIEW = 300
"""The preview keeps all pages in memory; beyond this a PDF is offered."""


class SheetPrinter(QObject):
    """One run at a time. Numbers are kept only once there is paper.

    Signals: printed(PrintRun) after paper or PDF, busy_changed when a run begins or ends.
    """

    printed = Signal(object)
    busy_changed = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent
        self._job: Job | None = None
        self._composed: tuple[Vault, work.PrintRun] | None = None
        self._sentence = ""

    @property
    def busy(self) -> bool:
        """Whether a run is on its way."""
        return self._job is not None

    # --- paper ---

    def print(self, result: RunResult, people: Sequence[work.Candidate]) -> None:
        """Compose the sheets, then show them in the printer's preview."""
        vault = self._session.vault
        if self.busy or not people or vault is None:
            return
        people = self._without_paper(people)
        if not people:
            return
        if len(people) > MOST_IN_PREVIEW and not self._may_preview(result, people):
            return
        job = work.print_job(result, self._session.settings, work.now())
        self._composed = None
        self._begin(
            f"正在排版 {len(people):,} 张任务单",
            lambda reporter: (vault, work.compose(result, vault, people, job, reporter)),
            self._keep_composed, writes=False).finished.connect(self._preview)

    def _without_paper(self, people: Sequence[work.Candidate]) -> Sequence[work.Candidate]:
        """Ask whether sheets that are out already are printed again, if only some of them are."""
        fresh = [one for one in people if not one.number]
        if not fresh or len(fresh) == len(people):
            return people
        count = len(people) - len(fresh)
        box = QMessageBox(QMessageBox.Icon.Question, "打印任务单",
                          f"其中 {count:,} 户已有还没收回的任务单。", parent=self._window)
        box.setInformativeText("一位客户只用一张任务单；重印沿用原来的单号。")
        rest = box.addButton(f"只打其余 {len(fresh):,} 户", QMessageBox.ButtonRole.AcceptRole)
        again = box.addButton("一起重印", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("取消", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(rest)
        box.exec()
        if box.clickedButton() is rest:
            return fresh
        return people if box.clickedButton() is again else ()

    def _may_preview(self, result: RunResult, people: Sequence[work.Candidate]) -> bool:
        """Ask what to do with a great many sheets."""
        box = QMessageBox(QMessageBox.Icon.Question, "打印任务单",
                          f"一共 {len(people):,} 张任务单。", parent=self._window)
        box.setInformativeText(
            f"预览要把所有页放进内存，超过 {MOST_IN_PREVIEW} 张建议先存为 PDF，再打开打印。")
        pdf = box.addButton("存为 PDF", QMessageBox.ButtonRole.AcceptRole)
        anyway = box.addButton("仍然预览", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("取消", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(pdf)
        box.exec()
        if box.clickedButton() is pdf:
            self.save_pdf(result, people)
        return box.clickedButton() is anyway

    @Slot(object)
    def _keep_composed(self, composed: tuple[Vault, work.PrintRun]) -> None:
        self._composed = composed

    @Slot()
    def _preview(self) -> None:
        """Let the user print; then, and only then, the numbers are taken."""
        if self._composed is None:
            return
        (vault, run), self._composed = self._composed, None
        kept = QSettings(self._session.layout_file, QSettings.Format.IniFormat)
        if printing.preview(self._window, run.pages, kept) and self._session.vault is vault:
            self._sentence = f"已打印 {len(run.people):,} 张任务单"
            self._begin("正在登记单号",
                        lambda _reporter: work.keep_printed(vault, run, work.now()), self._done,
                        quiet=True)

    # --- files ---

    def save_pdf(self, result: RunResult, people: Sequence[work.Candidate]) -> None:
        """Write the sheets where the user wants them."""
        people = self._without_paper(people)
        vault, path = self._session.vault, self._ask("保存任务单", "任务单", "pdf", people)
        if path is None or vault is None:
            return
        job = work.print_job(result, self._session.settings, work.now())
        self._sentence = f"已保存 {len(people):,} 张任务单"
        self._begin("正在生成 PDF", lambda reporter: work.save_pdf(
            result, vault, people, path, job, reporter), self._done)

    def export(self, result: RunResult, people: Sequence[work.Candidate]) -> None:
        """Write the tasks as a list where the user wants it, to be filled in and read back."""
        vault, path = self._session.vault, self._ask("导出任务清单", "任务清单", "xlsx", people)
        if path is None or vault is None:
            return
        job = work.print_job(result, self._session.settings, work.now())
        self._sentence = f"已导出 {len(people):,} 户的任务清单（已脱敏）"
        self._begin("正在导出任务清单", lambda reporter: work.export_list(
            result, vault, people, path, job, reporter), self._done)

    def _ask(self, title: str, name: str, suffix: str,
             people: Sequence[work.Candidate]) -> Path | None:
        """Where to write; None if there is nothing to write, or the user would rather not."""
        if self.busy or not people:
            return None
        start = str(Path(self._session.settings.last_folder,
                         f"{name}-{work.now():%Y%m%d}.{suffix}"))
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, start,
                                                f"{suffix.upper()} (*.{suffix})")
        return Path(chosen).with_suffix(f".{suffix}") if chosen else None

    # --- how it ends ---

    def _begin(self, label: str, do: Work, done: Callable[[Any], None], *,
               quiet: bool = False, writes: bool = True) -> Job:
        self._job = job = self._session.run(label, do, done, quiet=quiet, writes=writes)
        job.finished.connect(self._ended)
        self.busy_changed.emit()
        return job

    @Slot()
    def _ended(self) -> None:
        if self.sender() is self._job:
            self._job = None
            self.busy_changed.emit()

    @Slot(object)
    def _done(self, run: work.PrintRun) -> None:
        """Say which numbers there are now."""
        first, last = min(run.numbers), max(run.numbers)
        numbers = f"单号 {first}" if first == last else f"单号 {first} 至 {last}"
        self._session.notify(f"{self._sentence}，{numbers}。", "ok")
        for one in run.people:
            self._session.customer_changed.emit(one.task.customer_id)
        self.printed.emit(run)
