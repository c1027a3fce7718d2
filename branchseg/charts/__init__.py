"""Charts of the sorted customers: matplotlib figures whose parts know their customers."""

from branchseg.charts.catalogue import CHARTS, ChartKind, build, save
from branchseg.charts.curves import MOST_LINES, Line, Pin, curves
from branchseg.charts.data import Chart, Labels, Mark
from branchseg.charts.findings import Cell, Row, bars, grid, heat
from branchseg.charts.flow import DOWN, OTHER, UP, Link, flow
from branchseg.charts.rendering import Area, Rendering, render

__all__ = ["CHARTS", "DOWN", "MOST_LINES", "OTHER", "UP", "Area", "Cell", "Chart", "ChartKind",
           "Labels", "Line", "Link", "Mark", "Pin", "Rendering", "Row", "bars", "build", "curves",
           "flow", "grid", "heat", "render", "save"]
