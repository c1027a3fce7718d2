"""The look of all charts: colours of the window's theme, fonts, number formats, bare axes.

Nothing here touches matplotlib's global settings: fonts and colours go to each artist.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from branchseg.messages import text as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

FONTS = ("Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "Noto Sans CJK JP")
BODY, SMALL, TITLE = 10.5, 9.0, 13.0
"""Font sizes in points."""
SIZE = (9.0, 5.2)
"""Width and height in inches; a hundred pixels each on the screen."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of one theme, the same tokens as the window's."""

    surface: str
    text: str
    text2: str
    text3: str
    border: str
    border2: str
    accent: str
    warn: str

    def mix(self, colour: str, share: float) -> str:
        """`colour` laid over the surface with `share` (0..1) of its strength."""
        pairs = zip(to_rgb(colour), to_rgb(self.surface), strict=True)
        return to_hex([share * over + (1 - share) * under for over, under in pairs])


LIGHT = Theme(surface="#FFFFFF", text="#1F2937", text2="#5B6676", text3="#6B7685",
              border="#E3E8EF", border2="#CBD5E1", accent="#1F5FBF",
              warn="#9A5B00")
DARK = Theme(surface="#242A33", text="#E8ECF2", text2="#A9B4C2", text3="#94A0B0",
             border="#38414D", border2="#4A5563", accent="#6CA8F5",
             warn="#FFC267")


FULL_SHADE = 0.6
"""The strongest colour of a cell with a figure in it: black or white on anything stronger is hard
to read, whatever the contrast ratio says."""


def theme_of(*, dark: bool) -> Theme:
    """The colours of the dark or the light window."""
    return DARK if dark else LIGHT


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (1..21) after WCAG 2.1."""
    light, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dim + 0.05)


def text_on(background: str) -> str:
    """Black or white, whichever reads better on `background`: never less than 4.5 : 1.

    The themes' own text colours are too soft for the middle shades of a heat map.
    """
    return max(("#000000", "#FFFFFF"), key=lambda colour: contrast(colour, background))


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@cache
def families() -> list[str]:
    """Those of FONTS that are installed, then any sans serif."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [*(name for name in FONTS if name in installed), "sans-serif"]


class Plot:
    """A figure under construction: hands out bare axes and writes texts in the right font."""

    def __init__(self, *, dark: bool) -> None:
        """A figure of 900 x 520 pixels; the canvas of the window may give it another size."""
        self.theme = theme_of(dark=dark)
        self.fonts = families()
        layout = ConstrainedLayoutEngine(w_pad=0.14, h_pad=0.12)
        self.figure = Figure(figsize=SIZE, dpi=100, layout=layout,
                             facecolor=self.theme.surface)

    def bare(self, axes: Axes) -> Axes:
        """Take frame, ticks and grid off `axes`: the charts label their marks directly."""
        axes.set_facecolor(self.theme.surface)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(length=0, labelsize=BODY, labelcolor=self.theme.text2,
                         labelfontfamily=self.fonts)
        axes.set_axisbelow(True)
        return axes

    def name_rows(self, axes: Axes, names: list[str]) -> None:
        """Names of one or two lines to the left of rows 0, 1, 2, ..."""
        axes.set_yticks(range(len(names)), names)
        for label in axes.get_yticklabels():
            label.set_linespacing(1.35)
            label.set_verticalalignment("center")  # the base line of Latin letters is too high

    def write(self, axes: Axes, x: float, y: float, words: str, **style: Any) -> Any:
        """Text at a data position (or with `transform`); colour and size have defaults."""
        style = {"color": self.theme.text, "fontsize": BODY, **style}
        return axes.text(x, y, words, fontfamily=self.fonts, **style)

    def legend(self, squares: Sequence[Artist], words: Sequence[str]) -> None:
        """What colours mean, in one line below the chart."""
        self.figure.legend(
            list(squares), list(words), loc="outside lower right", ncols=len(words),
            frameon=False, handlelength=1.0, handleheight=1.0, borderaxespad=0.0,
            labelcolor=self.theme.text2, prop={"family": self.fonts, "size": SMALL})

    def click(self, artist: Artist, gid: str) -> None:
        """Make an artist answer clicks in the name of mark `gid`."""
        artist.set_gid(gid)
        artist.set_picker(True)

    def say_empty(self, words: str, hint: str = "") -> None:
        """The calm page shown where there is nothing to draw."""
        self.figure.clear()
        self.figure.text(0.5, 0.54, words, ha="center", va="center", fontsize=TITLE,
                         color=self.theme.text2, fontfamily=self.fonts)
        self.figure.text(0.5, 0.44, hint, ha="center", va="center", fontsize=BODY,
                         color=self.theme.text3, fontfamily=self.fonts)


def people(count: int) -> str:
    """1,420 户."""
    return say("charts.unit.people", count=count)


def percent(share: float) -> str:
    """12.3%; what is not nothing (not all) never reads 0.0% (100.0%)."""
    if 0 < share < 0.0005:
        return "<0.1%"
    return ">99.9%" if 0.9995 <= share < 1 else f"{share:.1%}"


def people_share(count: int, whole: int) -> str:
    """1,420 户 · 71.0%."""
    return say("charts.unit.people_share", count=count, share=percent(count / whole))
