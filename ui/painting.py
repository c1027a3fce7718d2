"""Paints a page of millimetre marks: the one routine behind preview, printer and PDF.

All is drawn in quarter points under one scaling of the painter, so nothing depends on the device:
font sizes are whole units, and at most 64 units for running text, beyond which Qt no longer keeps
the widths of glyphs and takes eight times as long. Marks are grouped by style first, because
changing fonts and pens costs too.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPen

from branchseg.sheets.marks import POINT, Box, Line, Page, QrCode, Text
from branchseg.sheets.qr import MODULES, QUIET, qr_modules

if TYPE_CHECKING:
    from collections.abc import Iterable

FAMILIES = ("Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC")
"""Fonts for paper, best first. Qt takes missing characters from other fonts one by one."""

_UNIT = 4 / POINT  # drawing units in a millimetre
_LOCAL = threading.local()  # fonts of this thread: Qt's font objects must not be shared
_ALIGN = {"center": 0.5, "right": 1.0}


def draw_page(painter: QPainter, page: Page, scale: float) -> None:
    """Draw all marks of `page`; `scale` is the number of device units in a millimetre.

    The painter's state is the same afterwards.
    """
    painter.save()
    painter.scale(scale / _UNIT, scale / _UNIT)
    texts: dict[tuple[float, bool, int], list[Text]] = defaultdict(list)
    lines: dict[tuple[float, int], list[QLineF]] = defaultdict(list)
    boxes: dict[tuple[float, int, int], list[QRectF]] = defaultdict(list)
    turned: list[Text] = []
    codes: list[QrCode] = []
    for mark in page.marks:
        if isinstance(mark, Text):
            if mark.angle:
                turned.append(mark)
            else:
                texts[mark.size, mark.bold, mark.black].append(mark)
        elif isinstance(mark, Line):
            lines[mark.width, mark.black].append(QLineF(
                mark.x1 * _UNIT, mark.y1 * _UNIT, mark.x2 * _UNIT, mark.y2 * _UNIT))
        elif isinstance(mark, Box):
            boxes[mark.line, mark.black, mark.fill].append(QRectF(
                mark.x * _UNIT, mark.y * _UNIT, mark.width * _UNIT, mark.height * _UNIT))
        else:
            codes.append(mark)
    _draw_turned(painter, turned)
    _draw_boxes(painter, boxes)
    _draw_lines(painter, lines)
    _draw_texts(painter, texts)
    for code in codes:
        _draw_code(painter, code)
    painter.restore()


def _ink(black: int) -> QColor:
    grey = round(255 * (100 - black) / 100)
    return QColor(grey, grey, grey)


def _font(size: float, bold: bool) -> tuple[QFont, QFontMetricsF]:  # noqa: FBT001 - style key
    """The font of a style and its widths, made once a thread."""
    fonts: dict[tuple[float, bool], tuple[QFont, QFontMetricsF]]
    fonts = _LOCAL.__dict__.setdefault("fonts", {})
    if (size, bold) not in fonts:
        there = set(QFontDatabase.families())
        font = QFont([family for family in FAMILIES if family in there] or list(FAMILIES))
        font.setPixelSize(round(size * POINT * _UNIT))
        font.setBold(bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        # Chinese and Latin need no shaping: a fifth faster, and Noto Sans CJK does not swap in
        # localised digits that stand for no character (a PDF could not be searched for "3fa9")
        font.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
        fonts[size, bold] = font, QFontMetricsF(font)
    return fonts[size, bold]


def _draw_texts(painter: QPainter, styles: dict[tuple[float, bool, int], list[Text]]) -> None:
    for (size, bold, black), texts in styles.items():
        font, metrics = _font(size, bold)
        painter.setFont(font)
        painter.setPen(_ink(black))
        for text in texts:
            painter.drawText(QPointF(_left(metrics, text), text.y * _UNIT), text.text)


def _left(metrics: QFontMetricsF, text: Text) -> float:
    """Where a text begins, from the real width of its font if it is not left-aligned."""
    if text.align == "left":
        return text.x * _UNIT
    return text.x * _UNIT - metrics.horizontalAdvance(text.text) * _ALIGN[text.align]


def _draw_turned(painter: QPainter, texts: Iterable[Text]) -> None:
    for text in texts:
        font, metrics = _font(text.size, text.bold)
        painter.save()
        painter.setFont(font)
        painter.setPen(_ink(text.black))
        painter.translate(text.x * _UNIT, text.y * _UNIT)
        painter.rotate(-text.angle)
        painter.drawText(QPointF(_left(metrics, text._replace(x=0.0)), 0.0), text.text)
        painter.restore()


def _draw_lines(painter: QPainter, styles: dict[tuple[float, int], list[QLineF]]) -> None:
    for (width, black), lines in styles.items():
        pen = QPen(_ink(black), width * _UNIT)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines(lines)


def _draw_boxes(painter: QPainter, styles: dict[tuple[float, int, int], list[QRectF]]) -> None:
    for (line, black, fill), boxes in styles.items():
        pen = QPen(_ink(black), line * _UNIT)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen if line else Qt.PenStyle.NoPen)
        painter.setBrush(_ink(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawRects(boxes)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_code(painter: QPainter, code: QrCode) -> None:
    """Draw the runs of black modules as one filled shape: sharp at any size, no hairlines."""
    module = code.size * _UNIT / MODULES
    left, y = code.x * _UNIT + QUIET * module, code.y * _UNIT + QUIET * module
    runs: list[QRectF] = []
    for row in qr_modules(code.payload):
        x = row.find(1)
        while x >= 0:
            end = row.find(0, x) % (len(row) + 1)  # -1, to the edge, becomes the length
            runs.append(QRectF(left + x * module, y, (end - x) * module, module))
            x = row.find(1, end)
        y += module
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.black)
    painter.drawRects(runs)
    painter.setBrush(Qt.BrushStyle.NoBrush)
