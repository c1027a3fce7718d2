"""The quality report of an import: on screen, on paper, as PDF and as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from branchseg.progress import Reporter

from ... import printing
from ...style import px
from ...widgets.basic import button
from ...widgets.paper import SheetView
from .steps_view import StepsView

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from branchseg.model.quality import QualityReport
    from branchseg.rules import RuleSet
    from branchseg.settings import Settings
    from branchseg.sheets import Page
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

    from ...session import Session

_WIDTH, _HEIGHT, _EDGE = 640, 860, 24
_READABLE = 560
"""Below this height, in pixels at scale 1, a whole page is too small to read."""


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """A report and its page."""

    report: QualityReport
    pages: tuple[Page, ...]


def report_of(vault: Vault, batch: Batch, ruleset: RuleSet, today: date) -> QualityReport:
    """The report of a saved import by the rules in force, as it was told while importing.

    What gaps cost takes into account what other lists know; of one taken back, it alone counts.
    """
    from branchseg import pipeline  # noqa: PLC0415 - pandas
    from branchseg.pipeline import ownsegments  # noqa: PLC0415 - likewise

    listed = vault.list_table(batch.id)
    in_force = any(one.id == batch.id and one.in_force for one in vault.batches())  # by now
    known = vault.customers_of(batch.id) if in_force else listed
    prepared = pipeline.saved(batch, known, vault.issues_of(batch.id))
    return pipeline.quality_report(
        pipeline.evaluate(prepared, ruleset, vault.observations(), today=today,
                          calling=ownsegments.calling(vault)), listed)


def printed(report: QualityReport, settings: Settings) -> PrintedReport:
    """The report as it is printed now."""
    from branchseg.sheets import PrintJob  # noqa: PLC0415 - not before the first paint
    from branchseg.sheets.quality import quality_pages  # noqa: PLC0415 - likewise

    job = PrintJob(settings.branch_name, settings.operator, datetime.now().astimezone(),
                   report.as_of, report.ruleset_id)
    return PrintedReport(report, quality_pages(report, job))


def write_book(path: Path, report: QualityReport) -> None:
    """Write the report as a workbook. Raises InputError."""
    from branchseg.sheets.quality_book import write_quality_book  # noqa: PLC0415 - openpyxl

    write_quality_book(path, report)


class QualityDialog(QDialog):
    """The page, and what can be done with it.

    Signals: print_wanted, pdf_wanted, book_wanted.
    """

    print_wanted = Signal()
    pdf_wanted = Signal()
    book_wanted = Signal()

    def __init__(self, shown: PrintedReport, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle("数据质量报告")
        height = min(px(_HEIGHT), window.window().height() - px(_EDGE))
        self.resize(px(_WIDTH), height)
        self.view = SheetView("数据质量报告")
        self.view.show_page(shown.pages[0])
        self.view.zoom_changed.connect(self._zoomed)
        self.steps_view = StepsView()
        self.steps_view.show_steps(shown.report.steps)
        self._views = QStackedWidget()
        self._views.addWidget(self.view)
        self._views.addWidget(self.steps_view)
        self.steps = button("清洗步骤", "tasks", self._turn, flat=True,
                            tip="从文件到客户，一步一步做了什么")
        self.zoom = button("放大", "search", self._toggle, flat=True, tip="单击页面也可以缩放")
        self.view.set_large(large=height < px(_READABLE))  # a whole page would be too small
        self.book = button("导出 Excel", "export", self.book_wanted.emit)
        self.pdf = button("存为 PDF", "file", self.pdf_wanted.emit)
        self.print = button("打印…", "print", self.print_wanted.emit, primary=True)
        foot = QHBoxLayout()
        foot.setSpacing(px(10))
        foot.addWidget(self.steps)
        foot.addWidget(self.zoom)
        foot.addStretch()
        for each in (self.book, self.pdf, self.print):
            foot.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.setSpacing(px(10))
        column.addWidget(self._views, 1)
        column.addLayout(foot)

    def _turn(self) -> None:
        """To the steps, or back to the page."""
        there = self._views.currentWidget() is self.view
        self._views.setCurrentIndex(int(there))
        self.steps.setText("看报告" if there else "清洗步骤")
        self.zoom.setVisible(not there)

    def _toggle(self) -> None:
        self.view.set_large(large=not self.view.large)

    def _zoomed(self, large: bool) -> None:  # noqa: FBT001 - a slot
        self.zoom.setText("整页" if large else "放大")


class QualityReports(QObject):
    """Shows reports; `dialog` is the one on show."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._shown: PrintedReport | None = None
        self.dialog: QualityDialog | None = None

    @Slot(object)
    def show_batch(self, batch: Batch) -> None:
        """The report of a saved import; it is worked out anew."""
        vault, ruleset, today = self._session.vault, self._session.ruleset, self._session.clock()
        settings = self._session.settings
        if vault is None or ruleset is None:
            return
        self._session.run("正在生成质量报告", lambda _reporter: printed(
            report_of(vault, batch, ruleset, today), settings), self._show)

    def show_report(self, report: QualityReport) -> None:
        """A report that is known already."""
        self._show(printed(report, self._session.settings))

    @Slot(object)
    def _show(self, shown: PrintedReport) -> None:
        if self._session.vault is None:
            return
        self._shown = shown
        self.dialog = dialog = QualityDialog(shown, self._window)
        dialog.print_wanted.connect(self._print)
        dialog.pdf_wanted.connect(self._save_pdf)
        dialog.book_wanted.connect(self._save_book)
        dialog.finished.connect(self._closed)
        dialog.open()

    @Slot()
    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog, self._shown = None, None

    @Slot()
    def _print(self) -> None:
        if self._shown is not None:
            kept = QSettings(self._session.layout_file, QSettings.Format.IniFormat)
            printing.preview(self.dialog, self._shown.pages, kept)

    @Slot()
    def _save_pdf(self) -> None:
        self._write("pdf", lambda shown, path: printing.write_pdf(
            shown.pages, path, Reporter(), title="sheets.quality.title"))

    @Slot()
    def _save_book(self) -> None:
        self._write("xlsx", lambda shown, path: write_book(path, shown.report))

    def _write(self, suffix: str, write: Callable[[PrintedReport, Path], Any]) -> None:
        """Ask where to, and write it in the worker."""
        shown = self._shown
        if shown is None:
            return
        name = f"质量报告-{shown.report.as_of:%Y%m%d}.{suffix}"
        start = str(Path(self._session.settings.last_folder, name))
        chosen, _ = QFileDialog.getSaveFileName(self.dialog, "保存质量报告", start,
                                                f"{suffix.upper()} (*.{suffix})")
        if chosen:
            path = Path(chosen).with_suffix(f".{suffix}")
            self._session.run("正在保存质量报告", lambda _reporter: write(shown, path),
                              lambda _done: self._session.notify(
                                  f"已保存 {path.name}，内容已脱敏。", "ok"))
