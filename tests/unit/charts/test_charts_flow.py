"""A flow from group to group: nobody is lost, and each end of a band leads to its customers."""

import numpy as np
import pytest

from branchseg import charts

LINKS = [charts.Link("低", "高", np.array([1, 2]), charts.UP, "低 → 高"),
         charts.Link("高", "高", np.array([3]), charts.OTHER, "一直是高"),
         charts.Link("高", "低", np.array([4]), charts.DOWN, "高 → 低")]
ORDER = ("高", "中", "低")


def ends(chart, number):
    """The two ends of a band, left and right: (lower, upper)."""
    found = chart.figure.findobj(lambda one: one.get_gid() == f"tiers:{number}")
    return [(round(one.get_y(), 3), round(one.get_y() + one.get_height(), 3)) for one in found]


@pytest.mark.parametrize("dark", [False, True])
def test_bands_are_as_high_as_their_customers_are_many(dark):
    chart = charts.flow("tiers", "流向", LINKS, ORDER, empty="没有", dark=dark)
    assert [(mark.title, mark.positions.tolist()) for mark in chart.marks] == [
        ("一直是高", [3]), ("高 → 低", [4]), ("低 → 高", [1, 2])]
    heights = [[high - low for low, high in ends(chart, number)] for number in range(3)]
    assert heights == [pytest.approx([0.23875] * 2, abs=0.001)] * 2 + [
        pytest.approx([0.4775] * 2, abs=0.001)]
    assert ends(chart, 0)[0][1] == ends(chart, 0)[1][1] == 1.0, "the first group is on top"
    assert ends(chart, 2)[1][1] == ends(chart, 0)[1][0], "bands into a group lie on each other"


def test_the_colours_there_are_get_explained():
    words = [text.get_text() for text in charts.flow(
        "tiers", "流向", LINKS[:2], ORDER, empty="没有", dark=False).figure.legends[0].get_texts()]
    assert words == ["升层", "没有升降"]


def test_without_anybody_it_says_so():
    chart = charts.flow("tiers", "流向", [], ORDER, empty="没有客户升层或降层", dark=False)
    assert chart.marks == ()
    assert chart.figure.texts[0].get_text() == "没有客户升层或降层"


def test_few_customers_are_not_too_thin_to_hit():
    links = [LINKS[1], charts.Link("低", "高", np.arange(999), charts.UP, "低 → 高")]
    chart = charts.flow("tiers", "流向", links, ORDER, empty="没有", dark=False)
    low, high = ends(chart, 0)[0]
    assert high - low > 0.03


def test_it_can_be_drawn_small():
    chart = charts.flow("tiers", "流向", LINKS, ORDER, empty="没有", dark=False)
    drawn = charts.render(chart, 420, 260, 96)
    assert {area.mark.title for area in drawn.areas} == {one.title for one in LINKS}
