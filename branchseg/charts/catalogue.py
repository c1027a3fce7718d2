"""CHARTS: every chart the program knows; `build` draws one, `save` prints it to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, TYPE_CHECKING

from branchseg.charts.data import Chart, Data, Labels, Mark
from branchseg.charts.people import (
    age_tier,
    grade_tier_heatmap,
    rfm_heatmap,
    status_funnel,
    tier_pyramid,
)
from branchseg.charts.radar import factor_radar
from branchseg.charts.style import SIZE, SMALL, TITLE, Plot, families, theme_of
from branchseg.charts.value import aum_histogram, maturities, pareto
from branchseg.messages import text as say

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import pandas as pd

Draw = Callable[[Plot, Data], list[Mark]]


@dataclass(frozen=True, slots=True)
class ChartKind:
    """One kind of chart. `about_one` says that it needs a customer in focus."""

    key: str
    draw: Draw
    about_one: bool = False

    @property
    def title(self) -> str:
        """The Chinese title."""
        return say(f"charts.{self.key}.title")

    @property
    def meaning(self) -> str:
        """One Chinese sentence: how to read it."""
        return say(f"charts.{self.key}.meaning")


CHARTS: MappingProxyType[str, ChartKind] = MappingProxyType({
    kind.key: kind for kind in (
        ChartKind("status_funnel", status_funnel),
        ChartKind("tier_pyramid", tier_pyramid),
        ChartKind("pareto", pareto),
        ChartKind("aum_histogram", aum_histogram),
        ChartKind("grade_tier_heatmap", grade_tier_heatmap),
        ChartKind("age_tier", age_tier),
        ChartKind("rfm_heatmap", rfm_heatmap),
        ChartKind("maturities", maturities),
        ChartKind("factor_radar", factor_radar, about_one=True),
    )
})
"""Chart key -> kind, in the order of display."""


def build(key: str, frame: pd.DataFrame, results: pd.DataFrame, labels: Labels, *,
          dark: bool = False, focus: int | None = None) -> Chart:
    """Draw chart `key`.

    Args:
        key: a key of CHARTS.
        frame: the customers.
        results: what the rules say of them, row for row (columns of `rules.assess`).
        labels: results column -> {key: Chinese word} in the order of display, tiers from low to
            high; "factor" names the factors (keys factor_1, factor_2, ...).
        dark: colours of the dark theme.
        focus: row position of the customer for charts about one.
    """
    kind, plot = CHARTS[key], Plot(dark=dark)
    marks: list[Mark] = []
    if len(results):
        marks = kind.draw(plot, Data(frame, results, labels, focus))
    if not marks and not plot.figure.texts:
        plot.say_empty(say("charts.empty"), "" if len(results) else say("charts.empty_hint"))
    return Chart(key, kind.title, plot.figure, tuple(marks), dark)


def save(chart: Chart, target: Path | IO[bytes], *, as_of: date, ruleset_id: str) -> None:
    """Write the chart as PNG with its title, the data date and the rules' id in the corner.

    Always 1800 x 1040 pixels, whatever size the window gave it; the chart stays as it was.
    """
    figure, theme, fonts = chart.figure, theme_of(dark=chart.dark), families()
    corner = say("charts.corner", as_of=as_of.isoformat(), ruleset=ruleset_id)
    texts = (
        figure.suptitle(chart.title, x=0.015, ha="left", fontsize=TITLE, color=theme.text,
                        fontfamily=fonts, fontweight="bold"),
        figure.supxlabel(corner, x=0.985, ha="right", fontsize=SMALL, color=theme.text3,
                         fontfamily=fonts),
    )
    for text in texts:
        text.set_in_layout(True)
    width, height = figure.get_size_inches().tolist()
    figure.set_size_inches(SIZE, forward=False)
    try:
        figure.savefig(target, dpi=200, format="png")
    finally:
        figure.set_size_inches(width, height, forward=False)
        for text in texts:
            text.set_text("")
            text.set_in_layout(False)
