"""One customer's seven factors against the mean of the customer's tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.projections.polar import PolarAxes

from branchseg.charts.data import Mark, groups
from branchseg.charts.style import BODY, SMALL
from branchseg.messages import text as say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.charts.data import Data, Group
    from branchseg.charts.style import Plot

_TOP_LEVEL = 3


def factor_radar(plot: Plot, data: Data) -> list[Mark]:
    """The levels 0..3 of the customer in focus, and the mean of the known ones of the tier.

    Factor names are `labels["factor"]`, keyed factor_1, factor_2, ...
    """
    if data.focus is None:
        plot.say_empty(say("charts.no_focus"))
        return []
    keys = _factor_keys(data)
    levels = np.array([data.numbers(key) for key in keys])
    own = levels[:, data.focus] if len(keys) else np.empty(0)
    if not np.isfinite(own).any():
        plot.say_empty(say("charts.no_factors"))
        return []
    tier = next(g for g in groups(data, "tier") if data.focus in g.positions)
    mean = _means(levels[:, tier.positions])
    axes = plot.figure.add_subplot(projection="polar")
    assert isinstance(axes, PolarAxes)
    angles = np.linspace(0, 2 * np.pi, len(keys), endpoint=False)
    _spokes(plot, axes, angles, _names(data, keys, own, mean))
    theme = plot.theme
    closed = np.append(angles, angles[0])
    axes.plot(closed, np.append(mean, mean[0]), color=theme.text3, linewidth=1.4,
              linestyle=(0, (4, 3)), gid="peers", picker=True)
    axes.plot(closed, np.append(own, own[0]), color=theme.accent, linewidth=2.2, marker="o",
              markersize=7, gid="customer", picker=True, clip_on=False, zorder=4)
    if np.isfinite(own).all():
        axes.fill(angles, own, color=theme.accent, alpha=0.14, linewidth=0)
    return _legend(plot, data.focus, tier)


def _factor_keys(data: Data) -> list[str]:
    """factor_1, factor_2, ... as far as the results go."""
    numbers = [int(name.removeprefix("factor_")) for name in data.results
               if name.startswith("factor_")]
    return [f"factor_{number}" for number in sorted(numbers)]


def _means(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the known levels per factor; NaN where none is known."""
    known = np.isfinite(levels)
    sums, counts = np.where(known, levels, 0.0).sum(axis=1), known.sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _names(data: Data, keys: list[str], own: NDArray[np.float64],
           mean: NDArray[np.float64]) -> list[str]:
    """Per spoke: the factor's name, and under it level and mean in figures."""
    labels = data.labels.get("factor", {})
    names = []
    for number, (key, level, average) in enumerate(zip(keys, own, mean, strict=True), 1):
        name = labels.get(key, say("charts.factor_radar.factor", number=number))
        figures = [say("charts.factor_radar.level", level=level) if np.isfinite(level)
                   else say("charts.unknown")]
        if np.isfinite(average):
            figures.append(say("charts.factor_radar.mean", mean=average))
        names.append(f"{name}\n{' · '.join(figures)}")
    return names


def _spokes(plot: Plot, axes: PolarAxes, angles: NDArray[np.float64], names: list[str]) -> None:
    """Rings for the levels and names around, the first on top, then clockwise."""
    theme = plot.theme
    axes.set_theta_zero_location("N")
    axes.set_theta_direction(-1)
    axes.set_facecolor(theme.surface)
    axes.spines["polar"].set_color(theme.border2)
    axes.grid(color=theme.border, linewidth=0.8)
    axes.set_ylim(0, _TOP_LEVEL)
    axes.set_yticks(range(1, _TOP_LEVEL + 1), [str(level) for level in range(1, _TOP_LEVEL + 1)])
    axes.tick_params(axis="y", labelsize=SMALL, labelcolor=theme.text3,
                     labelfontfamily=plot.fonts)
    axes.set_xticks(angles, [""] * len(angles))
    for angle, name in zip(angles, names, strict=True):
        side = np.sin(angle)
        plot.write(axes, angle, _TOP_LEVEL * 1.1, name, fontsize=BODY, linespacing=1.3,
                   ha="center" if abs(side) < 0.1 else "left" if side > 0 else "right",
                   va="bottom" if np.cos(angle) > 0.9 else "top" if np.cos(angle) < -0.8
                   else "center")


def _legend(plot: Plot, focus: int, tier: Group) -> list[Mark]:
    theme = plot.theme
    customer = say("charts.factor_radar.customer")
    peers = say("charts.factor_radar.peers", tier=tier.label, count=len(tier))
    lines = [Line2D([], [], color=theme.accent, linewidth=2.2, marker="o"),
             Line2D([], [], color=theme.text3, linewidth=1.4, linestyle=(0, (4, 3)))]
    plot.figure.legend(lines, [customer, peers], loc="outside lower left", ncols=2,
                       frameon=False, labelcolor=theme.text2,
                       prop={"family": plot.fonts, "size": BODY})
    return [Mark("customer", customer, np.array([focus]), 1.0),
            Mark("peers", peers, tier.positions, float(len(tier)))]
