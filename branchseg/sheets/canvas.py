"""Collects the marks of one page; every text goes through here and so keeps to its room."""

from __future__ import annotations

from branchseg.sheets.marks import POINT, Box, Line, Mark, Page, QrCode, Text
from branchseg.sheets.typesetting import fit, wrap

BODY = 10.0
"""Size of running text in points; a little smaller: `SMALL`, sections: `SECTION`."""
SMALL = 9.0
SECTION = 11.0
TICK_BOX = 4.0
"""Side of a box to tick by hand, in millimetres."""

_MIDDLE = 0.37  # from the middle of a row down to the baseline, in em: centres Chinese characters


class Canvas:
    """An empty page of `width` x `height` millimetres that is being filled."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._marks: list[Mark] = []

    def page(self) -> Page:
        """The finished page."""
        return Page(self.width, self.height, tuple(self._marks))

    def add(self, marks: tuple[Mark, ...]) -> None:
        """Marks made elsewhere."""
        self._marks += marks

    def text(self, x: float, y: float, content: str, size: float = BODY, *, room: float,
             bold: bool = False, black: int = 100, align: str = "left") -> float:
        """One line with its baseline at `y`, shortened to `room` mm; returns the width used."""
        content, width = fit(content, room, size)
        if not content:
            return 0.0
        self._marks.append(Text(x, y, content, size, width, bold, black, align))
        return width

    def row(self, x: float, y: float, width: float, height: float, content: str,
            size: float = BODY, *, bold: bool = False, black: int = 100,
            align: str = "left") -> float:
        """One line in the middle of a row whose top is `y`; returns the width used."""
        anchor = {"left": x, "center": x + width / 2, "right": x + width}[align]
        baseline = y + height / 2 + _MIDDLE * size * POINT
        return self.text(anchor, baseline, content, size, room=width, bold=bold, black=black,
                         align=align)

    def paragraph(self, x: float, y: float, width: float, content: str, size: float = BODY, *,
                  pitch: float, lines: int, bold: bool = False, black: int = 100) -> float:
        """At most `lines` lines, `pitch` mm apart, from top `y` on; returns the bottom."""
        for line in wrap(content, width, size, lines):
            self.row(x, y, width, pitch, line, size, bold=bold, black=black)
            y += pitch
        return y

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.2,
             black: int = 100) -> None:
        """A straight line."""
        self._marks.append(Line(x1, y1, x2, y2, width, black))

    def box(self, x: float, y: float, width: float, height: float, *, line: float = 0.2,
            black: int = 100, fill: int = 0) -> None:
        """A rectangle."""
        self._marks.append(Box(x, y, width, height, line, black, fill))

    def tick(self, x: float, y: float, size: float = 2.6) -> None:
        """A check mark around (x, y): two lines, as not every font has the character."""
        self.line(x - size / 2, y, x - size / 8, y + size / 2.6, 0.35)
        self.line(x - size / 8, y + size / 2.6, x + size / 2, y - size / 2.6, 0.35)

    def choice(self, x: float, y: float, height: float, label: str, size: float = BODY, *,
               room: float) -> float:
        """A box to tick and its label in a row; returns the width used."""
        self.box(x, y + (height - TICK_BOX) / 2, TICK_BOX, TICK_BOX, line=0.3)
        gap = TICK_BOX + 1.5
        return gap + self.row(x + gap, y, room - gap, height, label, size)

    def units(self, x: float, y: float, height: float, units: str, step: float) -> None:
        """Words such as "月|日" with `step` mm each, so that a number fits before each."""
        for place, unit in enumerate(units.split("|"), 1):
            self.row(x, y, place * step, height, unit, align="right")

    def qr(self, x: float, y: float, size: float, payload: str) -> None:
        """A QR code."""
        self._marks.append(QrCode(x, y, size, payload))

    def watermark(self, content: str, places: tuple[tuple[float, float], ...], *, size: float,
                  room: float, black: int, angle: float) -> None:
        """The same grey text across the page around each of `places`, under all else."""
        content, width = fit(content, room, size)
        self._marks[:0] = [Text(x, y, content, size, width, bold=True, black=black,
                                align="center", angle=angle) for x, y in places]
