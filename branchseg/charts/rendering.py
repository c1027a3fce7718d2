"""A chart as pixels and click areas: drawn in a worker thread, shown without matplotlib."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from branchseg.charts.data import Chart, Mark

_LEAST = (3.2, 1.8)
"""Smallest width and height in inches; below that there is no room for any axes."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a mark can be clicked: a rectangle in pixels from the top left."""

    mark: Mark
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rendering:
    """A drawn chart: `pixels` are rows of RGBA bytes; `areas` have the topmost one last."""

    width: int
    height: int
    pixels: bytes
    areas: tuple[Area, ...]


def render(chart: Chart, width: int, height: int, dpi: float) -> Rendering:
    """Draw a chart anew at a size in pixels; `dpi` decides how large its letters are.

    Where there is too little room for it, the picture is larger than asked for.

    The marks of all charts are bars, cells, dots and words, so their boxes are their areas.
    Marks without customers have none. Changes the figure's size: one thread at a time.
    """
    figure = chart.figure
    figure.set_dpi(dpi)
    figure.set_size_inches(max(width / dpi, _LEAST[0]), max(height / dpi, _LEAST[1]),
                           forward=False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    across, down = canvas.get_width_height()
    areas = []
    for artist in figure.findobj(lambda one: one.get_gid() is not None):
        mark = chart.mark(artist.get_gid())
        if mark is not None and len(mark.positions):
            areas.append(_area(artist, mark, canvas, down))
    return Rendering(across, down, bytes(canvas.buffer_rgba()), tuple(areas))


def _area(artist: Artist, mark: Mark, canvas: FigureCanvasAgg, height: int) -> Area:
    """The box of an artist; matplotlib counts pixels from the bottom."""
    box = artist.get_window_extent(canvas.get_renderer())
    return Area(mark, float(box.x0), float(height - box.y1), float(box.width), float(box.height))
