"""A flow from groups of customers then to groups now, as two columns with bands between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from branchseg.charts.data import Chart, Mark
from branchseg.charts.style import SMALL, Plot, people
from branchseg.messages import text as say

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

UP, DOWN, OTHER = "up", "down", ""
"""What a band means: a rise, a fall, or neither."""

_WIDTH, _GAP = 0.045, 0.045
"""How wide a column is; the space between its groups, as a share of the height."""
_STRONG, _SOFT = 0.85, 0.30
_LEAST = 0.05
"""A band of few customers is drawn as high as one of this share of all."""


@dataclass(frozen=True, slots=True)
class Link:
    """Customers who were in group `before` and are in group `after`."""

    before: str
    after: str
    positions: NDArray[np.intp]
    kind: str
    title: str


def flow(key: str, title: str, links: Sequence[Link], order: Sequence[str], *, empty: str,
         dark: bool) -> Chart:
    """Draw where customers have gone; each end of a band leads to its customers.

    Args:
        key: of the chart.
        title: of the chart.
        links: the bands; of groups that are in `order`.
        order: the groups, that on top first.
        empty: what is said where there is no band.
        dark: in dark colours.
    """
    plot = Plot(dark=dark)
    place_of = {name: place for place, name in enumerate(order)}
    drawn = sorted(links, key=lambda one: (place_of[one.before], place_of[one.after]))
    if not drawn:
        plot.say_empty(empty)
        return Chart(key, title, plot.figure, (), dark)
    axes = plot.bare(plot.figure.add_subplot())
    lefts, rights = (_stacked(plot, axes, drawn, order, left=left) for left in (True, False))
    for place, one in enumerate(drawn):
        colour = _colour(plot, one.kind)
        _band(axes, lefts[place], rights[place], plot.theme.mix(colour, _SOFT))
        for x, (low, high) in ((-_WIDTH, lefts[place]), (1.0, rights[place])):
            end = axes.add_patch(Rectangle((x, low), _WIDTH, high - low, linewidth=0,
                                           color=plot.theme.mix(colour, _STRONG), zorder=3))
            plot.click(end, f"{key}:{place}")
    axes.set(xlim=(-0.42, 1.42), ylim=(-0.01, 1.01), xticks=[], yticks=[])
    marks = tuple(Mark(f"{key}:{place}", one.title, one.positions, float(len(one.positions)))
                  for place, one in enumerate(drawn))
    _explain(plot, {one.kind for one in drawn})
    return Chart(key, title, plot.figure, marks, dark)


def _stacked(plot: Plot, axes: Axes, links: Sequence[Link], order: Sequence[str], *,
             left: bool) -> Mapping[int, tuple[float, float]]:
    """The lower and upper end of each link in a column; writes the names of its groups."""
    whole = sum(len(one.positions) for one in links)
    weights = [max(len(one.positions) / whole, _LEAST) for one in links]
    groups = [one.before if left else one.after for one in links]
    names = [name for name in order if name in groups]
    room = (1.0 - _GAP * (len(names) - 1)) / sum(weights)
    found, top = {}, 1.0
    beside, side = (-_WIDTH - 0.02, "right") if left else (1 + _WIDTH + 0.02, "left")
    for name in names:
        mine = [place for place, group in enumerate(groups) if group == name]
        count = sum(len(links[place].positions) for place in mine)
        start = top
        for place in mine:
            found[place] = (top - weights[place] * room, top)
            top = found[place][0]
        plot.write(axes, beside, (start + top) / 2, f"{name}  {people(count)}", ha=side,
                   va="center", fontsize=SMALL)
        top -= _GAP
    return found


def _band(axes: Axes, left: tuple[float, float], right: tuple[float, float],
          colour: str) -> None:
    """A band that leaves the left column and enters the right one level."""
    (low, high), (end_low, end_high) = left, right
    corners = [(0.0, high), (0.5, high), (0.5, end_high), (1.0, end_high), (1.0, end_low),
               (0.5, end_low), (0.5, low), (0.0, low), (0.0, high)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(corners, codes), facecolor=colour, linewidth=0, zorder=2))


def _colour(plot: Plot, kind: str) -> str:
    return {UP: plot.theme.accent, DOWN: plot.theme.warn}.get(kind, plot.theme.text3)


def _explain(plot: Plot, kinds: Collection[str]) -> None:
    """What the colours mean, below."""
    shown = [kind for kind in (UP, DOWN, OTHER) if kind in kinds]
    squares = [Rectangle((0, 0), 1, 1, color=plot.theme.mix(_colour(plot, kind), _STRONG))
               for kind in shown]
    plot.legend(squares, [say(f"charts.flow.{kind or 'other'}") for kind in shown])
