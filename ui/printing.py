"""Pages to PDF, printer and preview. Pages may be a generator: memory stays flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice, QMarginsF, QSaveFile, QSettings, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo, QPrintPreviewDialog

from branchseg.errors import InputError
from branchseg.messages import text

from .painting import draw_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from branchseg.progress import Reporter
    from branchseg.sheets.marks import Page

_RESOLUTION = 1200  # dots per inch of the PDF's coordinates
_PRINTER_KEY = "printing/printer"
_INCH = 25.4


def write_pdf(pages: Iterable[Page], path: Path, reporter: Reporter, *, total: int = 0,
              title: str = "sheets.title") -> int:
    """Write `pages` as one PDF and return their number.

    The file appears complete or not at all; without pages, nothing is written. `total`, if
    known, is the number of pages for the progress shown; `title` is the message code of the
    document's title. May run in any thread, without an
    event loop. Raises InputError (sheets.cannot_write) where the file cannot be written, and
    Cancelled.
    """
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise InputError("sheets.cannot_write", file=path.name)
    writer = QPdfWriter(file)
    writer.setResolution(_RESOLUTION)
    writer.setTitle(text(title))
    writer.setCreator("branchseg")
    try:
        count = _paint(writer, pages, _watched(reporter, total))
    except BaseException:
        file.cancelWriting()
        raise
    if not count:
        file.cancelWriting()
    elif not file.commit():
        raise InputError("sheets.cannot_write", file=path.name)
    return count


def print_pages(printer: QPrinter, pages: Iterable[Page]) -> int:
    """Print `pages` and return their number; each page sets its paper size, A4 or A5."""
    printer.setFullPage(True)
    return _paint(printer, pages, lambda _: None)


def preview(parent: QWidget | None, pages: Iterable[Page], settings: QSettings) -> bool:
    """Show `pages` and let the user print them; True if they were printed.

    The printer last used is chosen again, through `settings`.
    """
    shown = tuple(pages)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    name = str(settings.value(_PRINTER_KEY, ""))
    if name in QPrinterInfo.availablePrinterNames():
        printer.setPrinterName(name)
    if shown:
        printer.setPageLayout(_page_layout(shown[0]))
    dialog = QPrintPreviewDialog(printer, parent)
    dialog.setWindowTitle("打印预览")
    dialog.paintRequested.connect(lambda device: print_pages(device, shown))
    printed = bool(dialog.exec())
    if printed:
        settings.setValue(_PRINTER_KEY, printer.printerName())
    return printed


def _watched(reporter: Reporter, total: int) -> Callable[[int], None]:
    label = text("sheets.writing_pdf")
    return lambda count: reporter.step(label, count / total if total else 0.0)


def _paint(device: QPdfWriter | QPrinter, pages: Iterable[Page],
           step: Callable[[int], None]) -> int:
    """Paint every page on a sheet of its own size; `step` is told the number before each."""
    painter = QPainter()
    size: tuple[float, float] | None = None
    count = 0
    try:
        for page in pages:
            step(count)
            if (page.width, page.height) != size:
                size = (page.width, page.height)
                device.setPageLayout(_page_layout(page))
            if count:
                device.newPage()
            elif not painter.begin(device):
                raise InputError("sheets.cannot_print")
            draw_page(painter, page, device.resolution() / _INCH)
            count += 1
    finally:
        if painter.isActive():
            painter.end()
    return count


def _page_layout(page: Page) -> QPageLayout:
    """Full paper without margins: the layout has its own."""
    size = QPageSize(QSizeF(page.width, page.height), QPageSize.Unit.Millimeter, "",
                     QPageSize.SizeMatchPolicy.FuzzyMatch)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0),
                       QPageLayout.Unit.Millimeter)
