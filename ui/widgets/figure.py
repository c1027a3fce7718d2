"""FigureView: a chart of `branchseg.charts` on the screen, with marks that can be clicked.

Loads matplotlib; import it in pages, never before the window is on the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from ..style import px

if TYPE_CHECKING:
    from branchseg.charts import Chart, Mark


class FigureView(QWidget):
    """Shows one chart at a time; `marks_clicked(positions, title)` for the customers behind."""

    marks_clicked = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._canvas: FigureCanvasQTAgg | None = None
        self._room = QVBoxLayout(self)
        self._room.setContentsMargins(0, 0, 0, 0)
        self.setMinimumSize(px(240), px(180))

    @property
    def chart(self) -> Chart | None:
        """The chart shown."""
        return self._chart

    def show_chart(self, chart: Chart | None, meaning: str = "") -> None:
        """Replace the chart; `meaning` is read to those who cannot see it."""
        if self._canvas is not None:
            self._room.removeWidget(self._canvas)
            self._canvas.hide()
            self._canvas.deleteLater()
        self._chart, self._canvas = chart, None
        if chart is None:
            return
        canvas = FigureCanvasQTAgg(chart.figure)
        canvas.setAccessibleName(f"{chart.title}。{meaning}")
        canvas.mpl_connect("motion_notify_event", self._moved)
        canvas.mpl_connect("button_press_event", self._pressed)
        self._room.addWidget(canvas)
        self._canvas = canvas

    def mark_at(self, event: Any) -> Mark | None:
        """The mark below a matplotlib mouse event; the one drawn last wins."""
        if self._chart is None or event.inaxes is None:
            return None
        for artist in reversed(event.inaxes.get_children()):
            mark = self._chart.mark(artist.get_gid())
            if mark is not None and artist.contains(event)[0]:
                return mark
        return None

    def _moved(self, event: Any) -> None:
        """A hand and the mark's title over what can be clicked."""
        mark = self.mark_at(event)
        if self._canvas is None:
            return
        self._canvas.setCursor(Qt.CursorShape.PointingHandCursor if mark is not None
                               else Qt.CursorShape.ArrowCursor)
        if mark is None or event.guiEvent is None:
            QToolTip.hideText()
            return
        at: QPoint = event.guiEvent.globalPosition().toPoint()
        QToolTip.showText(at, f"{mark.title}\n{len(mark.positions):,} 户，点击查看", self._canvas)

    def _pressed(self, event: Any) -> None:
        mark = self.mark_at(event)
        if mark is not None:
            self.marks_clicked.emit(mark.positions, mark.title)
