"""Charts of money: concentration, distribution, maturities."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patheffects import withStroke

from branchseg.charts.data import UNKNOWN, Group, Mark, bands
from branchseg.charts.style import BODY, SMALL, people, percent
from branchseg.messages import text as say
from branchseg.model.amounts import money

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from branchseg.charts.data import Data
    from branchseg.charts.style import Plot

_TOP_PERCENTS = (1, 5, 10, 20)
_WORDS_AT, _FILL = 0.36, 0.10
"""Where the words of the Pareto points begin; strength of the colour under the curve."""
_AUM_EDGES = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7]
_DUE_EDGES = [0.0, 8.0, 31.0, 61.0, 91.0, 181.0]


def pareto(plot: Plot, data: Data) -> list[Mark]:
    """The cumulated share of AUM over customers from rich to poor, its top shares marked."""
    aum = data.numbers("aum")
    ranked = np.argsort(-aum, kind="stable")[:int((~np.isnan(aum)).sum())]
    held = np.maximum(aum[ranked], 0.0)
    if not held.sum():
        return []
    count, theme = len(held), plot.theme
    curve = np.concatenate(([0.0], np.cumsum(held) / held.sum()))
    axes = plot.bare(plot.figure.add_subplot())
    axes.grid(color=theme.border, linewidth=0.8)
    across = np.linspace(0, 1, count + 1)
    axes.fill_between(across, curve, across, color=theme.mix(theme.accent, _FILL),
                      linewidth=0)
    axes.plot(across, curve, color=theme.accent, linewidth=2.2)
    axes.plot([0, 1], [0, 1], color=theme.text3, linewidth=1, linestyle=(0, (4, 4)))
    plot.write(axes, 0.85, 0.75, say("charts.pareto.equal"), color=theme.text3, fontsize=SMALL)
    marks = []
    height = 1.0
    for below, top in reversed(list(enumerate(_TOP_PERCENTS))):
        richest = -(-top * count // 100)
        share = float(curve[richest])
        words = say("charts.pareto.point", percent=top, count=richest, share=percent(share))
        height = max(min(height, share) - 0.09, 0.04 + 0.09 * below)
        _pin(plot, axes, (richest / count, share), height, words, top)
        marks.append(Mark(f"pareto:{top}", words, np.sort(ranked[:richest]), share))
    ticks = np.linspace(0, 1, 6)
    axes.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    axes.set_yticks(ticks, [f"{tick:.0%}" for tick in ticks])
    axes.set(xlim=(-0.01, 1.01), ylim=(0, 1.03))
    axes.set_xlabel(say("charts.pareto.x"), fontsize=BODY, color=theme.text2,
                    fontfamily=plot.fonts)
    axes.set_ylabel(data.measured(say("charts.pareto.y")), fontsize=BODY, color=theme.text2,
                    fontfamily=plot.fonts)
    return marks


def _pin(plot: Plot, axes: Axes, point: tuple[float, float], height: float, words: str,
         top: int) -> None:
    """A point of the curve, its words to the right, and a hair line between them.

    In very short lists the point lies right of the words: then there is no line.
    """
    theme = plot.theme
    if point[0] < _WORDS_AT:
        axes.plot([point[0], _WORDS_AT - 0.01], [point[1], height], color=theme.border2,
                  linewidth=0.9, zorder=2)
    ground = theme.mix(theme.accent, _FILL) if height > _WORDS_AT else theme.surface
    dot, = axes.plot(*point, marker="o", markersize=9, color=theme.accent, zorder=4,
                     markeredgecolor=theme.surface, markeredgewidth=1.5)
    label = plot.write(axes, _WORDS_AT, height, words, va="center", zorder=5,
                       path_effects=[withStroke(linewidth=3, foreground=ground)])
    for artist in (dot, label):
        plot.click(artist, f"pareto:{top}")


def aum_histogram(plot: Plot, data: Data) -> list[Mark]:
    """How many customers are in each band of AUM; a band includes its upper edge."""
    words = "charts.aum_histogram."
    labels = [say(f"{words}band_{number}") for number in range(len(_AUM_EDGES) + 1)]
    found = bands(data.numbers("aum"), _AUM_EDGES, labels, right=True)
    whole = len(data.results)
    values = [float(len(group)) for group in found]
    heads = [f"{people(len(group))}\n{percent(len(group) / whole)}" for group in found]
    return _columns(plot, found, values, heads, "aum", data.measured(say(f"{words}x")))


def maturities(plot: Plot, data: Data) -> list[Mark]:
    """The amounts that fall due per span of days; what is unknown is said, never 0."""
    words = "charts.maturities."
    labels = [say(f"{words}past"), say(f"{words}up_to", high=_DUE_EDGES[1] - 1)]
    labels += [say(f"{words}between", low=low, high=high - 1)
               for low, high in pairwise(_DUE_EDGES[1:])]
    labels.append(say(f"{words}above", low=_DUE_EDGES[-1] - 1))
    amounts = data.numbers("maturity_amount")
    days = data.numbers("days_to_maturity")
    if not np.isfinite(days).any():
        return []
    found = [group for group in bands(days, _DUE_EDGES, labels, right=False)
             if group.key != UNKNOWN]
    values = [float(np.nansum(amounts[group.positions])) for group in found]
    heads = [_due_head(amounts[group.positions]) for group in found]
    return _columns(plot, found, values, heads, "due", say(f"{words}x"))


def _due_head(amounts: NDArray[np.float64]) -> str:
    """The sum of what is known, the customers, and of how many of them it is not."""
    lacking = int(np.isnan(amounts).sum())
    whole = people(len(amounts))
    if lacking and lacking == len(amounts):
        return f"{say('charts.maturities.unknown')}\n{whole}"
    more = f"\n{say('charts.maturities.more', count=lacking)}" if lacking else ""
    return f"{money(float(np.nansum(amounts)))}\n{whole}{more}"


def _columns(plot: Plot, found: list[Group], values: list[float], heads: list[str],
             name: str, caption: str) -> list[Mark]:
    """Upright bars with their words on top; the unknown stand apart in grey."""
    theme = plot.theme
    axes = plot.bare(plot.figure.add_subplot())
    most = max(values) or 1.0
    marks = []
    for place, (group, value) in enumerate(zip(found, values, strict=True)):
        colour = theme.border2 if group.key == UNKNOWN else theme.accent
        bar = axes.bar(place, value, color=colour, width=0.66)[0]
        label = plot.write(axes, place, value + most * 0.02, heads[place], ha="center",
                           va="bottom", fontsize=SMALL + 0.5, linespacing=1.35)
        gid = f"{name}:{group.key}"
        for artist in (bar, label):
            plot.click(artist, gid)
        title = f"{group.label}  {heads[place]}".replace("\n", " · ")
        marks.append(Mark(gid, title, group.positions, value))
    axes.set_xticks(range(len(found)), [group.label for group in found], fontsize=SMALL + 0.5)
    axes.set_xlabel(caption, fontsize=BODY, color=theme.text2, fontfamily=plot.fonts)
    axes.axhline(0, color=theme.border2, linewidth=1)
    room = 1.1 + 0.06 * max(head.count("\n") for head in heads)
    axes.set(xlim=(-0.6, len(found) - 0.4), ylim=(0, most * room), yticks=[])
    return marks
