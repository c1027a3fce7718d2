"""What a page is made of: text, lines, boxes and QR codes, placed in millimetres.

The origin is the top left corner of the paper. `black` is the share of black ink in percent:
only grey is used, so every mark survives a laser printer. Named tuples, not dataclasses: a page
has some hundred marks and a batch some thousand pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

POINT = 25.4 / 72
"""Millimetres in one typographic point."""


class Text(NamedTuple):
    """One line of text with its baseline at `y`.

    `x` is the left end, the middle or the right end, as `align` says ("left", "center",
    "right"). `width` is the room the text needs at most, `size` is in points, `angle` in
    degrees counter-clockwise around (x, y).
    """

    x: float
    y: float
    text: str
    size: float
    width: float
    bold: bool = False
    black: int = 100
    align: str = "left"
    angle: float = 0.0


class Line(NamedTuple):
    """A straight line; `width` is its thickness."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.2
    black: int = 100


class Box(NamedTuple):
    """A rectangle; `line` is the thickness of its frame (0: none), `fill` the ink inside."""

    x: float
    y: float
    width: float
    height: float
    line: float = 0.2
    black: int = 100
    fill: int = 0


class QrCode(NamedTuple):
    """A QR code of `size` x `size` millimetres, its quiet zone included."""

    x: float
    y: float
    size: float
    payload: str


Mark = Text | Line | Box | QrCode


@dataclass(frozen=True, slots=True)
class Page:
    """One page of paper: its size in millimetres and its marks in drawing order."""

    width: float
    height: float
    marks: tuple[Mark, ...]
