import numpy as np
import pytest
from matplotlib.figure import Figure
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from branchseg.charts import Chart, Mark
from ui.widgets.figure import FigureView


@pytest.fixture
def view(qtbot):
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 2)
    axes.set_ylim(0, 1)
    axes.bar([0.5], [1], width=1, gid=None)[0].set_gid("left")
    chart = Chart("test", "试", figure, (Mark("left", "金卡", np.array([4, 7]), 2.0),))
    made = FigureView()
    made.resize(400, 300)
    qtbot.addWidget(made)
    made.show_chart(chart, "左边是金卡")
    made.show()
    made._canvas.draw()
    return made


def mouse(view, kind, x):
    canvas, button = view._canvas, Qt.MouseButton.LeftButton
    at = QPointF(canvas.width() * x, canvas.height() / 2)
    held = button if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
    QApplication.sendEvent(canvas, QMouseEvent(
        kind, at, canvas.mapToGlobal(at), held, held, Qt.KeyboardModifier.NoModifier))


def test_a_click_on_a_mark_names_its_customers(qtbot, view):
    heard = []
    view.marks_clicked.connect(lambda positions, title: heard.append((positions.tolist(), title)))
    mouse(view, QEvent.Type.MouseButtonPress, 0.25)
    mouse(view, QEvent.Type.MouseButtonPress, 0.75)
    assert heard == [([4, 7], "金卡")]


def test_the_cursor_says_what_can_be_clicked(view):
    mouse(view, QEvent.Type.MouseMove, 0.25)
    assert view._canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
    mouse(view, QEvent.Type.MouseMove, 0.75)
    assert view._canvas.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_it_can_be_heard_and_emptied(qtbot, view):
    assert view._canvas.accessibleName() == "试。左边是金卡"
    old = view._canvas
    with qtbot.waitSignal(old.destroyed):
        view.show_chart(None)
    assert view.chart is None
