"""Charts that count customers: status funnel, tiers, and two-way tables as heat maps."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from branchseg.charts.data import UNKNOWN, Group, Mark, bands, groups
from branchseg.charts.style import BODY, FULL_SHADE, people, people_share, percent, text_on
from branchseg.messages import text as say
from branchseg.model.amounts import money

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from branchseg.charts.data import Data
    from branchseg.charts.style import Plot

_STAGES = (("all", "unverified"), ("verified", "invalid"), ("valid", "dormant"),
           ("active", "potential"), ("core", "core"))
"""The layers of the funnel, and the leaf of the status rules that leaves at each."""

_SCORE_EDGES = [1.5, 2.5, 3.5, 4.5]
_LEAST_SHADE = 0.08
_AGE_EDGES = [18.0, 30.0, 45.0, 60.0, 65.0]


def status_funnel(plot: Plot, data: Data) -> list[Mark]:
    """A bar per layer: pale what goes on to the next, in colour the leaf that ends here."""
    leaves = {group.key: group for group in groups(data, "status")}
    whole = left = len(data.results)
    theme, marks = plot.theme, list[Mark]()
    colours = {"unverified": theme.text3, "invalid": theme.border2, "dormant": theme.warn,
               "potential": theme.mix(theme.accent, 0.55), "core": theme.accent}
    axes = plot.bare(plot.figure.add_subplot())
    ticks = []
    for row, (stage, key) in enumerate(_STAGES):
        leaf = leaves.get(key, Group(key, key, np.empty(0, dtype=np.intp)))
        gid = f"status:{key}"
        ticks.append(f"{say(f'charts.status_funnel.{stage}')}\n{people(left)}")
        axes.barh(row, left - len(leaf), color=theme.mix(theme.accent, 0.13), height=0.56)
        bar = axes.barh(row, len(leaf), left=left - len(leaf), color=colours[key], height=0.56)
        words = f"{leaf.label}  {people_share(len(leaf), whole)}"
        label = plot.write(axes, left + whole * 0.015, row, words, va="center")
        for artist in (bar[0], label):
            plot.click(artist, gid)
        marks.append(Mark(gid, words, leaf.positions, float(len(leaf))))
        left -= len(leaf)
    plot.name_rows(axes, ticks)
    axes.set(xlim=(0, whole * 1.46), ylim=(len(_STAGES) - 0.5, -0.5), xticks=[])
    return marks


def tier_pyramid(plot: Plot, data: Data) -> list[Mark]:
    """Per tier, the highest on top: customers to the left, what they hold to the right.

    The customers of unknown tier stand below all others.
    """
    tiers = sorted(groups(data, "tier"), key=lambda tier: tier.key != UNKNOWN)
    aum = np.nan_to_num(data.numbers("aum"))
    counts = np.array([len(tier) for tier in tiers], dtype=float)
    sums = np.maximum([aum[tier.positions].sum() for tier in tiers], 0.0)
    shares = sums / (sums.sum() or 1.0)
    left, right = plot.figure.subplots(1, 2, sharey=True)
    amounts = [
        tier.label if tier.key == UNKNOWN else
        say("charts.unit.amount_share", amount=money(total), share=percent(share))
        for tier, total, share in zip(tiers, sums, shares, strict=True)
    ]
    heads = [people_share(len(tier), len(aum)) for tier in tiers]
    _half(plot, left, counts, heads, tiers, plot.theme.mix(plot.theme.text3, 0.55))
    _half(plot, right, sums, amounts, tiers, plot.theme.accent)
    left.invert_xaxis()
    for axes, title, place in ((left, say("charts.tier_pyramid.people"), "right"),
                               (right, data.measured(say("charts.tier_pyramid.amount")), "left")):
        axes.set_title(title, fontsize=BODY, pad=6, color=plot.theme.text2,
                       fontfamily=plot.fonts, loc=place)
    right.set_yticks(range(len(tiers)), [tier.label for tier in tiers])
    left.tick_params(labelleft=False)
    right.tick_params(labelleft=True, labelcolor=plot.theme.text)
    return [
        Mark(f"tier:{tier.key}", f"{tier.label}  {head}", tier.positions, float(len(tier)))
        for tier, head in zip(tiers, heads, strict=True)
    ]


def _half(plot: Plot, axes: Axes, values: NDArray[np.float64], words: list[str],
          tiers: list[Group], colour: str) -> None:
    """One side of the pyramid; the words stand at the outer end of each bar."""
    plot.bare(axes)
    most = float(values.max()) or 1.0
    bars = axes.barh(range(len(tiers)), values, color=colour, height=0.58)
    outwards = "right" if colour != plot.theme.accent else "left"
    for row, (bar, value) in enumerate(zip(bars, values, strict=True)):
        label = plot.write(axes, value + most * 0.03, row, words[row], va="center", ha=outwards)
        for artist in (bar, label):
            plot.click(artist, f"tier:{tiers[row].key}")
    axes.set(xlim=(0, most * 1.75), ylim=(-0.6, len(tiers) - 0.4), xticks=[])


def grade_tier_heatmap(plot: Plot, data: Data) -> list[Mark]:
    """How many customers have this grade (rows) in this tier (columns)."""
    return _heat(plot, groups(data, "grade"), groups(data, "tier"), "grade_tier")


def age_tier(plot: Plot, data: Data) -> list[Mark]:
    """How many customers of this age (rows) are in this tier (columns)."""
    words = "charts.age_tier."
    labels = [say(f"{words}under", high=_AGE_EDGES[0])]
    labels += [say(f"{words}between", low=low, high=high - 1)
               for low, high in pairwise(_AGE_EDGES)]
    labels.append(say(f"{words}from", low=_AGE_EDGES[-1]))
    ages = bands(data.numbers("age_years"), _AGE_EDGES, labels, right=False)
    return _heat(plot, ages, groups(data, "tier"), "age_tier")


def rfm_heatmap(plot: Plot, data: Data) -> list[Mark]:
    """How many customers have this score of frequency (rows) and of recency (columns)."""
    recency, frequency = ([
        *bands(data.numbers(column), _SCORE_EDGES,
               [say(f"charts.rfm_heatmap.{column}_{score}") for score in range(1, 6)],
               right=False)] for column in ("rfm_r", "rfm_f"))
    return _heat(plot, frequency[4::-1] + frequency[5:], recency, "rfm")


def _heat(plot: Plot, rows: list[Group], columns: list[Group], name: str) -> list[Mark]:
    """A table of counts; the colour grows with the logarithm, as tiers differ by powers of ten."""
    axes = plot.bare(plot.figure.add_subplot())
    cells = {
        (i, j): np.intersect1d(row.positions, column.positions, assume_unique=True)
        for i, row in enumerate(rows) for j, column in enumerate(columns)
    }
    most = np.log1p(max(len(positions) for positions in cells.values())) or 1.0
    marks = []
    for (i, j), positions in cells.items():
        reach = np.log1p(len(positions)) / most
        shade = _LEAST_SHADE + (FULL_SHADE - _LEAST_SHADE) * reach if len(positions) else 0.0
        colour = plot.theme.mix(plot.theme.accent, shade)
        gid = f"{name}:{rows[i].key}:{columns[j].key}"
        cell = axes.add_patch(Rectangle(
            (j - 0.47, i - 0.45), 0.94, 0.9,
            color=colour if shade else plot.theme.mix(plot.theme.text3, 0.07)))
        if not len(positions):
            continue
        label = plot.write(axes, j, i, f"{len(positions):,}", ha="center", va="center",
                           color=text_on(colour), in_layout=False)
        for artist in (cell, label):
            plot.click(artist, gid)
        title = f"{rows[i].label} · {columns[j].label}  {people(len(positions))}"
        marks.append(Mark(gid, title, positions, float(len(positions))))
    axes.set_xticks(range(len(columns)), [column.label for column in columns])
    plot.name_rows(axes, [f"{row.label}\n{people(len(row))}" for row in rows])
    axes.xaxis.tick_top()
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    return marks
