import json
import shutil
import string
import subprocess
import threading
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageStat
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog

from branchseg.errors import Cancelled, InputError
from branchseg.progress import Reporter
from branchseg.sheets.marks import Box, Line, Page, QrCode, Text
from branchseg.sheets.typesetting import measure
from ui import printing
from ui.painting import _font, draw_page
from ui.printing import print_pages, write_pdf

pytestmark = pytest.mark.usefixtures("qapp")

GOLDEN = Path(__file__).parents[1] / "unit" / "sheets" / "golden" / "task_sheet.json"
RARE = "喆堃䶮𠮷㛃"


def golden_page():
    kinds = {kind.__name__: kind for kind in (Text, Line, Box, QrCode)}
    read = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return Page(*read["size"], tuple(kinds[name](*values) for name, *values in read["marks"]))


def text_page(text, width=148.0, height=210.0):
    return Page(width, height, (Text(20, 50, text, 16, measure(text, 16)),))


def texts_in(path):
    """The text of every page; the fonts' Kangxi radicals count as the characters they show."""
    with pypdfium2.PdfDocument(path) as document:
        return [unicodedata.normalize("NFKC", page.get_textpage().get_text_bounded())
                .replace("戶", "户") for page in document]


def sizes_in(path):
    with pypdfium2.PdfDocument(path) as document:
        return [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document]


def image_of(page, scale=8.0):
    image = QImage(round(page.width * scale), round(page.height * scale),
                   QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    draw_page(painter, page, scale)
    painter.end()
    return image


def pixels(image):
    return bytes(image.constBits())


def test_the_pdf_holds_the_sheet(tmp_path):
    path = tmp_path / "任务单.pdf"
    assert write_pdf([golden_page(), golden_page()], path, Reporter()) == 2
    first, second = texts_in(path)
    assert first == second
    for needed in ("欧阳**", "134****0996", "20261122-0001", "网点默认 1.0 · 3fa9c1d2", "七要素",
                   "客户跟进任务单", "内部资料"):
        assert needed in first
    assert sizes_in(path) == [(210, 297), (210, 297)]
    assert list(tmp_path.iterdir()) == [path]


def test_the_code_on_the_paper_is_read_back(tmp_path):
    zbarimg = shutil.which("zbarimg")
    if not zbarimg:
        pytest.skip("zbarimg is not installed")
    path, picture = tmp_path / "a.pdf", tmp_path / "a.png"
    write_pdf([golden_page()], path, Reporter())
    with pypdfium2.PdfDocument(path) as document:
        document[0].render(scale=300 / 72).to_pil().save(picture)
    read = subprocess.run([zbarimg, "-q", "--raw", str(picture)], capture_output=True, text=True,
                          check=True)
    assert read.stdout.strip() == "T1|20261122-0001|21DF"


def test_rare_characters_are_drawn(tmp_path):
    missing = pixels(image_of(text_page("\U000f0123")))  # private use: no font has it
    drawn = {pixels(image_of(text_page(character))) for character in RARE}
    assert len(drawn) == len(RARE)
    assert missing not in drawn


def test_rare_characters_can_be_searched(tmp_path):
    path = tmp_path / "a.pdf"
    searchable = RARE.replace("𠮷", "")  # Qt writes no text for characters beyond the BMP
    write_pdf([text_page(searchable)], path, Reporter())
    assert texts_in(path)[0].strip() == searchable


def test_fonts_need_no_more_room_than_the_layout_gave():
    for size, bold in ((8, False), (10, False), (10, True), (16, True)):
        _, metrics = _font(size, bold)
        for character in string.printable[:95] + "客户，。（…–·≥？":
            room = measure(character, size) * 4 * 72 / 25.4
            assert metrics.horizontalAdvance(character) <= room + 0.01, (character, bold)
    for mark in golden_page().marks:
        if isinstance(mark, Text):
            _, metrics = _font(mark.size, mark.bold)
            assert metrics.horizontalAdvance(mark.text) <= mark.width * 4 * 72 / 25.4 + 0.1


def test_screen_and_paper_show_the_same(tmp_path):
    """Cell by cell of 5 mm, there is ink in both or in none."""
    path, page, side = tmp_path / "a.pdf", golden_page(), 20
    write_pdf([page], path, Reporter())
    with pypdfium2.PdfDocument(path) as document:
        printed = document[0].render(scale=4 * 25.4 / 72).to_pil().convert("L")
    image = image_of(page, 4.0)
    shown = Image.frombytes("L", (image.width(), image.height()), pixels(image))
    cells = [(x, y, x + side, y + side) for x in range(0, image.width() - side, side)
             for y in range(0, image.height() - side, side)]
    amounts = [(255 - ImageStat.Stat(shown.crop(cell)).mean[0],
                255 - ImageStat.Stat(printed.crop(cell)).mean[0]) for cell in cells]
    assert len(amounts) > 2000
    assert [pair for pair in amounts if min(pair) < 1 and max(pair) > 12] == []


def test_the_painter_is_left_as_it_was():
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = painter.transform(), painter.pen(), painter.brush(), painter.font()
    draw_page(painter, golden_page(), 1.0)
    assert (painter.transform(), painter.pen(), painter.brush(), painter.font()) == before
    painter.end()


def test_a4_and_a5_pages_may_be_mixed(tmp_path):
    path = tmp_path / "a.pdf"
    write_pdf([text_page("甲"), golden_page(), text_page("乙")], path, Reporter())
    assert sizes_in(path) == [(148, 210), (210, 297), (148, 210)]


def test_the_pdf_may_be_written_in_a_worker_thread(tmp_path):
    path, counts = tmp_path / "a.pdf", []
    worker = threading.Thread(target=lambda: counts.append(
        write_pdf((golden_page() for _ in range(3)), path, Reporter(), total=3)))
    worker.start()
    worker.join()
    assert counts == [3]
    assert len(texts_in(path)) == 3


def test_progress_is_told_and_can_cancel(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    told = []
    reporter = Reporter(lambda label, fraction: told.append((label, fraction)))

    def pages():
        yield text_page("甲")
        yield text_page("乙")
        reporter.cancel()
        yield text_page("丙")

    with pytest.raises(Cancelled):
        write_pdf(pages(), path, reporter, total=4)
    assert told == [("正在生成 PDF", 0.0), ("正在生成 PDF", 0.25)]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_fault_while_drawing_leaves_nothing_behind(tmp_path):
    def pages():
        yield text_page("甲")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_pdf(pages(), tmp_path / "a.pdf", Reporter())
    assert list(tmp_path.iterdir()) == []


def test_no_pages_write_no_file(tmp_path):
    assert write_pdf([], tmp_path / "a.pdf", Reporter()) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_input_error(tmp_path):
    with pytest.raises(InputError) as caught:
        write_pdf([text_page("甲")], tmp_path / "none" / "a.pdf", Reporter())
    assert (caught.value.code, caught.value.params) == ("sheets.cannot_write", {"file": "a.pdf"})


def printer_to(path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_a_printer_gets_the_same_pages(tmp_path):
    path = tmp_path / "a.pdf"
    printer = printer_to(path)
    assert print_pages(printer, [golden_page(), text_page(RARE[:3])]) == 2
    del printer
    first, second = texts_in(path)
    assert "20261122-0001" in first
    assert RARE[:3] in second
    assert sizes_in(path) == [(210, 297), (148, 210)]


@pytest.mark.parametrize(("answer", "remembered"), [(1, True), (0, False)])
def test_the_preview_draws_the_pages_and_remembers_the_printer(tmp_path, monkeypatch, answer,
                                                               remembered):
    path = tmp_path / "a.pdf"

    def run(dialog):
        dialog.paintRequested.emit(printer_to(path))
        return answer

    monkeypatch.setattr(QPrintPreviewDialog, "exec", run)
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    assert printing.preview(None, (page for page in [golden_page()]), settings) is remembered
    assert settings.contains("printing/printer") is remembered
    assert len(texts_in(path)) == 1
