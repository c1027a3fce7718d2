"""The grid of the A4 task sheet, in millimetres; ink in percent of black."""

from __future__ import annotations

from branchseg.messages import text
from branchseg.sheets.canvas import SECTION, Canvas

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, BOTTOM = 14.0, 196.0, 12.0, 285.0
SPAN = RIGHT - LEFT
GAP = 2.2  # between sections
TITLE_ROW = 5.8
PITCH = 4.7  # of running text at 10 pt
LABEL = 55  # ink of labels, percent
FAINT = 35  # ink of thin rules
SHADE = 6  # fill of label cells
FOOT = 4.6  # height of the last line


def heading(canvas: Canvas, x: float, y: float, key: str, room: float) -> float:
    """A section title; returns its bottom."""
    canvas.row(x, y, room, TITLE_ROW - 0.8, text(f"sheets.section.{key}"), SECTION, bold=True)
    return y + TITLE_ROW
