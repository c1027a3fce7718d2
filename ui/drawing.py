"""ChartDrawer: has a chart drawn by the worker for a ChartView, again for every size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from branchseg import charts

if TYPE_CHECKING:
    from collections.abc import Callable

    from .jobs import Job
    from .session import Session
    from .widgets.chart_view import ChartView

Pixels = tuple[int, int, float]
"""Width, height, dots per inch."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart and how it looks at a size; only the worker may touch the chart's figure."""

    chart: charts.Chart
    pixels: Pixels
    rendering: charts.Rendering


class ChartDrawer(QObject):
    """One chart at a time; outdated drawings are dropped."""

    def __init__(self, session: Session, view: ChartView) -> None:
        super().__init__(view)
        self._session, self._view = session, view
        self._make: Callable[[], charts.Chart] | None = None
        self._meaning = ""
        self._drawn: Drawn | None = None
        self._job: Job | None = None
        view.size_changed.connect(self._resized)

    def show(self, make: Callable[[], charts.Chart], meaning: str) -> None:
        """Show what `make` gives in the worker; `meaning` is read to those who cannot see it."""
        self._drop()
        self._make, self._meaning, self._drawn = make, meaning, None
        if self._view.at_rest:
            self._build(make)

    def clear(self) -> None:
        """Show nothing."""
        self._drop()
        self._make, self._drawn = None, None
        self._view.clear()

    @property
    def busy(self) -> bool:
        """Whether a drawing is on its way."""
        return self._make is not None and (self._job is not None or self._drawn is None)

    @property
    def chart(self) -> charts.Chart | None:
        """The chart shown, for the worker to save; None before the first drawing."""
        return self._drawn.chart if self._drawn is not None else None

    def _build(self, make: Callable[[], charts.Chart]) -> None:
        pixels = self._view.pixels
        self._run(lambda: _draw(make(), pixels))

    def _run(self, draw: Callable[[], Drawn]) -> None:
        self._job = self._session.run("正在画图", lambda _reporter: draw(), self._show, quiet=True)

    @Slot(object)
    def _show(self, drawn: Drawn) -> None:
        """A drawing is finished; if the size has changed meanwhile it is only the first."""
        self._drawn, self._job = drawn, None
        self._view.show_rendering(drawn.rendering, self._meaning)
        self._resized()

    def _resized(self) -> None:
        """Draw at the present size, if it is not drawn so already."""
        if not self._view.at_rest or self._make is None:
            return
        pixels, drawn = self._view.pixels, self._drawn
        if drawn is None:
            if self._job is None:
                self._build(self._make)
        elif drawn.pixels != pixels:
            self._drop()
            self._run(lambda: _draw(drawn.chart, pixels))

    def _drop(self) -> None:
        if self._job is not None:
            self._job.drop()
            self._job = None


def _draw(chart: charts.Chart, pixels: Pixels) -> Drawn:
    """In the worker."""
    return Drawn(chart, pixels, charts.render(chart, *pixels))
