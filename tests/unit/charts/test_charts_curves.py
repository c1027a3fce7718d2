"""Curves of shares over time, and grids whose every cell leads to its own customers."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from branchseg import charts
from branchseg.charts.style import contrast, theme_of


def line(name, low, pins=()):
    return charts.Line(name, np.array([0.0, 1.0, 5.0]), np.array([1.0, low, low]), tuple(pins))


def curves(*lines, dark=False, steps=True):
    return charts.curves("c", "曲线", lines, marked=[(3.0, "第 3 个月"), (9.0, "第 9 个月")],
                         x_label="月", steps=steps, dark=dark)


def texts(chart):
    return {text.get_text(): text for text in chart.figure.axes[0].texts}


def test_points_lead_to_their_customers_and_only_times_seen_are_marked():
    pin = charts.Pin(1.0, 0.8, "流失的 2 户", np.array([4, 7]))
    chart = curves(line("全部", 0.8, [pin]))
    assert [(one.title, one.positions.tolist()) for one in chart.marks] == [
        ("流失的 2 户", [4, 7])]
    assert {"全部", "第 3 个月"} <= set(texts(chart))
    assert "第 9 个月" not in texts(chart)
    assert [area.mark.title for area in charts.render(chart, 500, 280, 96).areas] == [
        "流失的 2 户"]


@pytest.mark.parametrize("shares", [(0.80, 0.80, 0.80, 0.80), (0.9, 0.5, 0.5, 0.49)])
def test_names_of_close_curves_do_not_lie_on_each_other(shares):
    chart = curves(*(line(f"组{n}", share) for n, share in enumerate(shares)))
    floor, top = chart.figure.axes[0].get_ylim()
    heights = sorted(text.get_position()[1] for name, text in texts(chart).items()
                     if name.startswith("组"))
    assert min(np.diff(heights)) >= (top - floor) * 0.1 - 1e-9
    assert heights[0] >= floor
    assert heights[-1] <= top


@pytest.mark.parametrize("dark", [False, True])
def test_no_more_curves_than_can_be_told_apart_and_all_can_be_read(dark):
    chart = curves(*(line(f"组{n}", 0.5 + n / 20) for n in range(7)), dark=dark)
    drawn = [one for one in chart.figure.axes[0].lines if len(one.get_xdata()) == 3]
    looks = {(one.get_color(), one.get_linestyle()) for one in drawn}
    assert len(drawn) == len(looks) == charts.MOST_LINES
    for colour, _ in looks:
        assert contrast(colour, theme_of(dark=dark).surface) >= 4.5


@pytest.mark.parametrize("low", [0.995, 0.96, 0.873, 0.80, 0.79, 0.5, 0.31, 0.0])
def test_shares_end_with_all_and_have_round_ticks(low):
    chart = curves(line("全部", low))
    ticks = chart.figure.axes[0].get_yticks()
    assert np.allclose(ticks * 100, np.round(ticks * 100))
    assert 3 <= len(ticks) <= 7
    labels = [one.get_text() for one in chart.figure.axes[0].get_yticklabels()]
    assert labels[-1] == "100%"
    assert all(name.endswith("%") and "." not in name for name in labels)


def test_names_of_rows_stand_at_the_height_of_their_bars():
    chart = charts.bars("b", "条", [charts.Row("余额下降", (3.0,), ("3 户",), np.arange(3)),
                                   charts.Row("有投诉", (1.0,), ("1 户",), np.arange(1))],
                        dark=False)
    FigureCanvasAgg(chart.figure).draw()
    (axes,) = chart.figure.axes
    for bar, name in zip(axes.patches, axes.get_yticklabels(), strict=True):
        middle = (bar.get_window_extent().y0 + bar.get_window_extent().y1) / 2
        box = name.get_window_extent()
        assert abs((box.y0 + box.y1) / 2 - middle) <= 1.5


def test_nothing_to_draw_is_said():
    assert curves().marks == ()
    assert charts.grid("g", "表", [], ["一"], [], legend=("多", "少"), dark=False).marks == ()


def test_every_cell_leads_to_its_customers_in_the_colour_of_its_sign():
    cells = [[charts.Cell(1.0, "3 户", np.array([1, 2, 3])), charts.Cell(float("nan"), "")],
             [charts.Cell(-1.0, "1 户", np.array([4])), charts.Cell(0.0, "1 户", np.array([5]))]]
    chart = charts.grid("g", "表", ["高\n3 个月", "低"], ["少", "多"], cells,
                        legend=("划算", "不划算"), dark=False)
    assert [(one.title, one.positions.tolist()) for one in chart.marks] == [
        ("高 3 个月 · 少", [1, 2, 3]), ("高 3 个月 · 多", []), ("低 · 少", [4]), ("低 · 多", [5])]
    colours = [one.get_facecolor() for one in chart.figure.axes[0].patches]
    assert colours[1] == colours[3], "what is unknown or even has no colour"
    assert len({colours[0], colours[1], colours[2]}) == 3
    assert [one.get_text() for one in chart.figure.legends[0].get_texts()] == ["划算", "不划算"]
