"""Charts of what models find: heat maps, and groups as bars."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from branchseg.charts.data import Chart, Mark
from branchseg.charts.style import FULL_SHADE, SMALL, Plot, text_on
from branchseg.messages import text as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray


def _nobody() -> NDArray[np.intp]:
    return np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a heat map, or a bar: its name, its values, and the customers behind it.

    `texts` are written into the cells, or beside the bar.
    """

    label: str
    values: tuple[float, ...]
    texts: tuple[str, ...]
    positions: NDArray[np.intp] = field(default_factory=_nobody)


def heat(key: str, title: str, rows: Sequence[Row], columns: Sequence[str], *, limit: float,
         dark: bool, legend: tuple[str, str] | None = None) -> Chart:
    """A cell per row and column, in one colour above 0, in another below, strongest at `limit`.

    Every cell of a row leads to its customers; NaN is left blank. `legend` says what the two
    colours mean, if not above and below the mean.
    """
    plot = Plot(dark=dark)
    if not rows or not columns:
        return _finish(plot, key, title, [], dark=dark)
    axes = _table(plot, [row.label for row in rows], columns)
    for i, row in enumerate(rows):
        for j, (value, words) in enumerate(zip(row.values, row.texts, strict=True)):
            _fill(plot, axes, (i, j), value / limit, words, f"{key}:{i}")
    _explain(plot, legend or (say("charts.heat.above"), say("charts.heat.below")))
    return _finish(plot, key, title, rows, dark=dark)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: its strength (-1 to 1, the sign is the colour), words, and customers."""

    value: float
    words: str
    positions: NDArray[np.intp] = field(default_factory=_nobody)


def grid(key: str, title: str, rows: Sequence[str], columns: Sequence[str],
         cells: Sequence[Sequence[Cell]], *, legend: tuple[str, str], dark: bool) -> Chart:
    """A cell per row and column, each of which leads to its own customers.

    `legend` says what the colours of values above and below 0 mean; NaN is left grey.
    """
    plot = Plot(dark=dark)
    if not rows or not columns:
        return _finish(plot, key, title, [], dark=dark)
    axes, marks = _table(plot, rows, columns), []
    for i, line in enumerate(cells):
        for j, cell in enumerate(line):
            _fill(plot, axes, (i, j), cell.value, cell.words, f"{key}:{i}:{j}")
            marks.append(Mark(f"{key}:{i}:{j}", f"{rows[i]} · {columns[j]}".replace("\n", " "),
                              cell.positions, float(len(cell.positions))))
    _explain(plot, legend)
    return Chart(key, title, plot.figure, tuple(marks), dark)


def _table(plot: Plot, rows: Sequence[str], columns: Sequence[str]) -> Axes:
    """Axes with names of rows to the left and of columns above."""
    axes = plot.bare(plot.figure.add_subplot())
    axes.set_xticks(range(len(columns)), list(columns))
    plot.name_rows(axes, list(rows))
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    return axes


def _fill(plot: Plot, axes: Axes, place: tuple[int, int], value: float, words: str,
          gid: str) -> None:
    """A cell with words in it; `value` is -1 to 1, NaN is left blank."""
    strength = 0.0 if np.isnan(value) else min(abs(value), 1.0) * FULL_SHADE
    hue = plot.theme.accent if value > 0 else plot.theme.warn
    colour = plot.theme.mix(hue, strength) if strength else plot.theme.mix(
        plot.theme.text3, 0.07)
    i, j = place
    cell = axes.add_patch(Rectangle((j - 0.47, i - 0.45), 0.94, 0.9, color=colour))
    label = plot.write(axes, j, i, words, ha="center", va="center", in_layout=False,
                       color=text_on(colour), fontsize=SMALL, linespacing=1.4)
    for artist in (cell, label):
        plot.click(artist, gid)


def _explain(plot: Plot, words: tuple[str, str]) -> None:
    """What the two colours of a heat map mean, below it."""
    theme = plot.theme
    squares = [Rectangle((0, 0), 1, 1, color=theme.mix(colour, FULL_SHADE))
               for colour in (theme.accent, theme.warn)]
    plot.legend(squares, words)


def bars(key: str, title: str, rows: Sequence[Row], *, dark: bool) -> Chart:
    """A bar per row, the first on top; each leads to its customers."""
    plot = Plot(dark=dark)
    if not rows:
        return _finish(plot, key, title, [], dark=dark)
    axes = plot.bare(plot.figure.add_subplot())
    most = max(max(row.values[0], 0.0) for row in rows) or 1.0
    for i, row in enumerate(rows):
        bar = axes.barh(i, max(row.values[0], 0.0), height=0.58, color=plot.theme.accent)[0]
        label = plot.write(axes, max(row.values[0], 0.0) + most * 0.015, i, row.texts[0],
                           va="center")
        for artist in (bar, label):
            plot.click(artist, f"{key}:{i}")
    plot.name_rows(axes, [row.label for row in rows])
    axes.set(xlim=(0, most * 1.4), ylim=(len(rows) - 0.5, -0.5), xticks=[])
    return _finish(plot, key, title, rows, dark=dark)


def _finish(plot: Plot, key: str, title: str, rows: Sequence[Row], *, dark: bool) -> Chart:
    if not rows:
        plot.say_empty(say("charts.empty"))
    marks = [Mark(f"{key}:{i}", row.label.replace("\n", "  "), row.positions,
                  float(len(row.positions))) for i, row in enumerate(rows)]
    return Chart(key, title, plot.figure, tuple(marks), dark)
