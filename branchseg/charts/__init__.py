"""Charts of the sorted customers: matplotlib figures whose parts know their customers."""

from branchseg.charts.catalogue import CHARTS, ChartKind, build, save
from branchseg.charts.data import Chart, Labels, Mark
from branchseg.charts.findings import Row, bars, heat
from branchseg.charts.rendering import Area, Rendering, render

__all__ = ["CHARTS", "Area", "Chart", "ChartKind", "Labels", "Mark", "Rendering", "Row", "bars",
           "build", "heat", "render", "save"]
