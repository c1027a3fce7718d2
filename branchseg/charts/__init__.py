"""Charts of the sorted customers: matplotlib figures whose parts know their customers."""

from branchseg.charts.catalogue import CHARTS, ChartKind, build, save
from branchseg.charts.data import Chart, Labels, Mark

__all__ = ["CHARTS", "Chart", "ChartKind", "Labels", "Mark", "build", "save"]
