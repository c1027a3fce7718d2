"""A drawn chart: the size asked for, and areas that lie where the marks are."""

import numpy as np
import pandas as pd
import pytest

from branchseg import charts

LABELS = {"status": {"invalid": "无效", "dormant": "潜在-休眠", "core": "核心有效"},
          "tier": {"mass": "普通", "vip": "贵宾"}}


def build(key, *, dark=False):
    results = pd.DataFrame({
        "tier": pd.Series(["mass"] * 30 + ["vip"] * 10, dtype="str"),
        "status": pd.Series(["core"] * 40, dtype="str"), "aum": np.linspace(10, 5e6, 40)})
    return charts.build(key, pd.DataFrame(index=range(40)), results, LABELS, dark=dark)


@pytest.mark.parametrize(("width", "height", "dpi"), [(900, 520, 100), (527, 305, 96),
                                                      (801, 463, 144)])
def test_the_picture_has_the_size_asked_for(width, height, dpi):
    drawn = charts.render(build("tier_pyramid"), width, height, dpi)
    assert (drawn.width, drawn.height) == (width, height)
    assert len(drawn.pixels) == 4 * width * height


def test_a_chart_can_be_drawn_again_at_another_size():
    chart = build("pareto")
    charts.render(chart, 900, 520, 100)
    small = charts.render(chart, 450, 260, 50)
    assert len(small.pixels) == 4 * 450 * 260


def test_no_room_at_all_is_no_error():
    for key in charts.CHARTS:
        drawn = charts.render(build(key), 0, 0, 100)
        assert (drawn.width, drawn.height) == (320, 180)


def test_areas_lie_on_their_marks():
    chart = build("tier_pyramid")
    drawn = charts.render(chart, 900, 520, 100)
    found = np.frombuffer(drawn.pixels, np.uint8).reshape(520, 900, 4)
    areas = {}
    for area in drawn.areas:
        areas.setdefault(area.mark.gid, []).append(area)
    assert set(areas) == {"tier:mass", "tier:vip"}
    bar = max(areas["tier:vip"], key=lambda area: area.width * area.height)
    middle = found[int(bar.top + bar.height / 2), int(bar.left + bar.width / 2), :3]
    assert middle.tolist() == [0x1F, 0x5F, 0xBF]  # the colour of a bar
    highest = min(area.top for area in areas["tier:vip"])
    assert highest < min(area.top for area in areas["tier:mass"])  # the highest tier on top


def test_marks_without_customers_have_no_area():
    chart = build("status_funnel")
    drawn = charts.render(chart, 900, 520, 100)
    assert {mark.gid for mark in chart.marks} > {area.mark.gid for area in drawn.areas}
    assert {area.mark.gid for area in drawn.areas} == {"status:core"}
