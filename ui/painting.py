"""Paints a page of millimetre marks: the one routine behind preview, printer and PDF.

All is drawn in hundredths of a millimetre under one scaling of the painter, so nothing depends on
the device. Marks are grouped by style first, because changing fonts and pens is what costs.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from branchseg.sheets.marks import POINT, Box, Line, Page, QrCode, Text
from branchseg.sheets.qr import MODULES, qr_modules

if TYPE_CHECKING:
    from collections.abc import Iterable

FAMILIES = ("Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC")
"""Fonts for paper, best first. Qt takes missing characters from other fonts one by one."""

_UNIT = 100.0  # drawing units in a millimetre
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


def _font(size: float, bold: bool) -> QFont:  # noqa: FBT001 - half of a style key
    """The font of a style, made once a thread."""
    fonts: dict[tuple[float, bool], QFont] = _LOCAL.__dict__.setdefault("fonts", {})
    font = fonts.get((size, bold))
    if font is None:
        font = QFont(list(FAMILIES))
        font.setPixelSize(round(size * POINT * _UNIT))
        font.setBold(bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        fonts[size, bold] = font
    return font


def _draw_texts(painter: QPainter, styles: dict[tuple[float, bool, int], list[Text]]) -> None:
    for (size, bold, black), texts in styles.items():
        painter.setFont(_font(size, bold))
        painter.setPen(_ink(black))
        for text in texts:
            painter.drawText(QPointF(_left(painter, text), text.y * _UNIT), text.text)


def _left(painter: QPainter, text: Text) -> float:
    """Where a text begins, from the real width of its font if it is not left-aligned."""
    if text.align == "left":
        return text.x * _UNIT
    width = painter.fontMetrics().horizontalAdvance(text.text)
    return text.x * _UNIT - width * _ALIGN[text.align]


def _draw_turned(painter: QPainter, texts: Iterable[Text]) -> None:
    for text in texts:
        painter.save()
        painter.setFont(_font(text.size, text.bold))
        painter.setPen(_ink(text.black))
        painter.translate(text.x * _UNIT, text.y * _UNIT)
        painter.rotate(-text.angle)
        painter.drawText(QPointF(_left(painter, text._replace(x=0.0)), 0.0), text.text)
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
    """Draw the black modules as one path: no hairlines between them, sharp at any size."""
    module = code.size * _UNIT / MODULES
    path = QPainterPath()
    for y, row in enumerate(qr_modules(code.payload)):
        x = row.find(1)
        while x >= 0:
            end = row.find(0, x)
            end = len(row) if end < 0 else end
            path.addRect((code.x * _UNIT) + (x + 2) * module,
                         (code.y * _UNIT) + (y + 2) * module, (end - x) * module, module)
            x = row.find(1, end)
    painter.fillPath(path, Qt.GlobalColor.black)
