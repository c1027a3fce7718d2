"""Shares that fall with time: a curve per group, with points that lead to customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from branchseg.charts.data import Chart, Mark
from branchseg.charts.style import BODY, SMALL, Plot
from branchseg.messages import text as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

MOST_LINES = 5
"""More curves cannot be told apart."""

_BAND = 0.14
_ROUNDED = 1e-9
_STEPS = (1, 2, 5, 10)
"""Between ticks of shares: 100 % is a multiple of each of their decimal parts."""

_APART = 0.1
"""How far below each other the names of two curves stand at least, as a share of the height."""
_ROOM = 0.34
"""Room for the names to the right of the curves, as a share of their width."""


class Pin(NamedTuple):
    """A point of a curve: where, what it says when pointed at, the customers behind it."""

    x: float
    y: float
    title: str
    positions: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Line:
    """A curve and its name; `y` holds from its `x` on if `steps`, else the points are joined.

    `low` and `high` are its interval, if it has one.
    """

    label: str
    x: Numbers
    y: Numbers
    pins: tuple[Pin, ...] = ()
    low: Numbers | None = None
    high: Numbers | None = None


def curves(key: str, title: str, lines: Sequence[Line], *, marked: Sequence[tuple[float, str]],
           x_label: str, steps: bool, dark: bool) -> Chart:
    """Draw shares (0..1) over time, the first MOST_LINES of them.

    Args:
        key: of the chart.
        title: of the chart.
        lines: the curves.
        marked: times to be marked by an upright line, and how they are called.
        x_label: what goes to the right.
        steps: whether a share holds until the next point.
        dark: in dark colours.
    """
    plot, drawn = Plot(dark=dark), list(lines)[:MOST_LINES]
    if not drawn:
        plot.say_empty(say("charts.empty"))
        return Chart(key, title, plot.figure, (), dark)
    axes, marks = _axes(plot, drawn, x_label), []
    end = max(float(line.x[-1]) for line in drawn) or 1.0
    for at, words in marked:
        if at <= end:
            axes.axvline(at, color=plot.theme.border2, linewidth=1.2, linestyle=(0, (4, 3)))
            plot.write(axes, at, 1.02, words, ha="center", va="bottom", fontsize=SMALL,
                       color=plot.theme.text2, transform=axes.get_xaxis_transform())
    colours = _colours(plot)
    for number, line in enumerate(drawn):
        _draw(axes, line, (colours[number], "--" if number == MOST_LINES - 1 else "-"),
              steps=steps, fill=plot.theme.mix(colours[0], _BAND))
        for place, pin in enumerate(line.pins):
            dot, = axes.plot(pin.x, pin.y, marker="o", markersize=9, color=colours[number],
                             markeredgecolor=plot.theme.surface, markeredgewidth=1.5, zorder=4)
            plot.click(dot, f"{key}:{number}:{place}")
            marks.append(Mark(f"{key}:{number}:{place}", pin.title, pin.positions, pin.y))
    _name(plot, axes, drawn, colours, end)
    return Chart(key, title, plot.figure, tuple(marks), dark)


def _axes(plot: Plot, lines: Sequence[Line], x_label: str) -> Axes:
    """Axes of shares, from a little below the lowest."""
    axes = plot.bare(plot.figure.add_subplot())
    axes.grid(axis="y", color=plot.theme.border, linewidth=0.8)
    end = max(float(line.x[-1]) for line in lines) or 1.0
    parts = [part for line in lines for part in (line.y, line.low) if part is not None]
    least = float(np.nanmin(np.concatenate(parts)))
    floor = max(np.floor(least * 10 - 0.5) / 10, 0.0)
    ticks = [tick for tick in MaxNLocator(5, steps=_STEPS).tick_values(floor, 1.0)
             if tick <= 1.0 + _ROUNDED]
    axes.set_yticks(ticks, [f"{tick:.0%}" for tick in ticks])
    axes.set(xlim=(0, end * (1 + _ROOM)), ylim=(min(ticks), 1.0 + 0.01 * (1 - floor)))
    times = [tick for tick in MaxNLocator(8, integer=True).tick_values(0, end) if 0 <= tick <= end]
    axes.set_xticks(times, [f"{tick:.0f}" for tick in times])
    axes.tick_params(axis="x", pad=7)  # apart from the lowest share
    axes.set_xlabel(x_label, fontsize=BODY, color=plot.theme.text2, fontfamily=plot.fonts)
    return axes


def _draw(axes: Axes, line: Line, look: tuple[str, str], *, steps: bool, fill: str) -> None:
    """One curve with its interval; `look` is its colour and style."""
    if line.low is not None and line.high is not None:
        axes.fill_between(line.x, line.low, line.high, color=fill, linewidth=0,
                          step="post" if steps else None)
    axes.plot(line.x, line.y, color=look[0], linestyle=look[1], linewidth=2.2,
              drawstyle="steps-post" if steps else "default")


def _name(plot: Plot, axes: Axes, lines: Sequence[Line], colours: Sequence[str],
          end: float) -> None:
    """The names of the curves to their right, in their colours, none over another."""
    floor, top = axes.get_ylim()
    apart = (top - floor) * _APART
    order = sorted(range(len(lines)), key=lambda place: -lines[place].y[-1])
    heights, below = {}, top
    for place in order:
        below = min(float(lines[place].y[-1]), below)
        heights[place] = below
        below -= apart
    sunk = floor + apart / 2 - (below + apart)
    for place, height in heights.items():
        plot.write(axes, end * 1.03, height + max(sunk, 0.0), lines[place].label, va="center",
                   fontsize=SMALL + 0.5, color=colours[place],
                   path_effects=[withStroke(linewidth=3, foreground=plot.theme.surface)])


def _colours(plot: Plot) -> list[str]:
    """A colour per curve, the last one's for a broken line; all can be read on the surface."""
    theme = plot.theme
    return [theme.accent, theme.warn, theme.text3, theme.text, theme.warn]
