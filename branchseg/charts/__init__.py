"""Charts of the sorted customers: matplotlib figures whose parts know their customers."""

from branchseg.charts.catalogue import CHARTS, ChartKind, build, save
from branchseg.charts.data import Chart, Labels, Mark
from branchseg.charts.findings import Row, bars, heat
from branchseg.charts.flow import DOWN, OTHER, UP, Link, flow
from branchseg.charts.rendering import Area, Rendering, render

__all__ = ["CHARTS", "DOWN", "OTHER", "UP", "Area", "Chart", "ChartKind", "Labels", "Link",
           "Mark", "Rendering", "Row", "bars", "build", "flow", "heat", "render", "save"]
