"""Every chart: its marks stand for exactly the right customers, and sad cases are calm."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.image import imread
from matplotlib.text import Text

from branchseg import analytics, charts
from branchseg.charts import Row, heat, style

LABELS = {
    "status": {"invalid": "无效", "dormant": "潜在-休眠", "potential": "潜在-有效",
               "core": "核心有效", "unverified": "待核实"},
    "tier": {"mass": "普通", "target": "达标", "wealthy": "财富"},
    "grade": {"A": "A 级", "B": "B 级", "insufficient": "信息不足"},
    "factor": {f"factor_{i}": f"要素名{i}" for i in range(1, 8)},
}
REAL_LABELS = {
    **LABELS,
    "tier": {"mass": "普通", "target": "达标", "wealthy": "理财", "t4": "贵宾", "t5": "财富",
             "t6": "私行", "t7": "顶级私行"},
    "factor": {f"factor_{i}": name for i, name in enumerate((
        "身份与人生阶段", "外在与随身线索", "言谈神态与关注点", "业务种类、金额与单据",
        "资产与产品关系", "需求与时机", "关系、决策与信任"), 1)},
}
EXACT = ("status_funnel", "tier_pyramid", "aum_histogram", "grade_tier_heatmap", "age_tier",
         "rfm_heatmap")
"""Charts whose marks hold every customer exactly once."""


def customers(count, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "customer_id": [f"{i:08d}" for i in range(count)],
        "maturity_amount": np.where(rng.random(count) < 0.3, 10_000.0, np.nan),
    })
    tier = pd.Series(rng.choice([*LABELS["tier"], "none"], count), dtype="str")
    results = pd.DataFrame({
        "status": pd.Series(rng.choice(list(LABELS["status"]), count), dtype="str"),
        "tier": tier.where(tier != "none"),
        "grade": pd.Series(rng.choice(list(LABELS["grade"]), count), dtype="str"),
        "aum": np.where(rng.random(count) < 0.1, np.nan, 10 ** rng.uniform(-1, 8, count)),
        "age_years": np.where(rng.random(count) < 0.1, np.nan, rng.integers(5, 95, count)),
        "days_to_maturity": rng.integers(-20, 400, count).astype(float),
        "rfm_r": rng.choice([1.0, 2.0, 3.0, 4.0, 5.0, np.nan], count),
        "rfm_f": rng.choice([1.0, 2.0, 3.0, 4.0, 5.0, np.nan], count),
        **{f"factor_{i}": rng.choice([0.0, 1.0, 2.0, 3.0, np.nan], count) for i in range(1, 8)},
    })
    results["factor_1"] = 2.0
    return frame, results


def unknown(count):
    frame, results = customers(count)
    for key in results:
        text = str(results[key].dtype) == "str"
        results[key] = pd.Series([None] * count, dtype="str") if text else np.nan
    results["status"] = "unverified"
    return frame, results


def build(key, data, **options):
    return charts.build(key, *data, LABELS, **options)


def words_on(chart):
    return " ".join(text.get_text() for text in chart.figure.findobj(Text))


@pytest.mark.parametrize("key", EXACT)
@pytest.mark.parametrize("count", [1, 2, 300])
def test_every_customer_is_in_exactly_one_mark(key, count):
    chart = build(key, customers(count))
    positions = np.concatenate([mark.positions for mark in chart.marks])
    assert sorted(positions.tolist()) == list(range(count))
    assert sum(mark.value for mark in chart.marks) == count
    assert len({mark.gid for mark in chart.marks}) == len(chart.marks)


@pytest.mark.parametrize("key", ["tier_pyramid", "pareto", "aum_histogram"])
@pytest.mark.parametrize(("bases", "said"), [
    (["aum_month_avg"] * 3, "· 月日均 AUM"), (["aum_point", None, "aum_point"], "· 时点 AUM"),
    (["aum_point", "aum_month_avg", "aum_point"], "· 时点 AUM、月日均 AUM 两种都有"),
    (["sum_of_parts", "aum_month_avg", "aum_point"], "等几种都有"), ([None] * 3, None)])
def test_amounts_say_once_by_which_measure(key, bases, said):
    frame, results = customers(3)
    results["aum"], results["aum_basis"] = 1_000.0, pd.Series(bases, dtype="str")
    words = words_on(build(key, (frame, results)))
    assert words.count(said) == 1 if said else "AUM" not in words


@pytest.mark.parametrize("key", EXACT)
def test_all_unknown_is_still_everyone(key):
    chart = build(key, unknown(40))
    FigureCanvasAgg(chart.figure).draw()
    assert sorted(np.concatenate([m.positions for m in chart.marks]).tolist()) == list(range(40))


@pytest.mark.parametrize("key", ["pareto", "maturities"])
def test_all_unknown_money_is_an_empty_page(key):
    chart = build(key, unknown(40))
    assert chart.marks == ()
    assert "没有可以画图的数据" in words_on(chart)


@pytest.mark.parametrize("key", charts.CHARTS)
def test_no_customers_say_so(key):
    chart = build(key, customers(0), focus=0)
    assert chart.marks == ()
    assert "请先导入客户名单" in words_on(chart)


@pytest.mark.parametrize("key", charts.CHARTS)
@pytest.mark.parametrize("dark", [False, True])
def test_marks_have_artists_that_answer_clicks(key, dark):
    chart = build(key, customers(200), focus=0, dark=dark)
    FigureCanvasAgg(chart.figure).draw()
    clickable = {artist.get_gid() for artist in chart.figure.findobj(lambda a: a.get_picker())}
    assert chart.marks
    assert clickable >= {mark.gid for mark in chart.marks if len(mark.positions)}
    assert all(chart.mark(gid) is not None for gid in clickable)
    assert chart.mark("nothing") is None


def test_tiers_and_statuses_count_as_the_results_do():
    data = customers(300)
    for key, column in (("tier_pyramid", "tier"), ("status_funnel", "status")):
        counts = data[1][column].value_counts()
        chart = build(key, data)
        for name, count in counts.items():
            assert chart.mark(f"{column}:{name}").value == count
            assert f"{count} 户" in words_on(chart)


@pytest.mark.parametrize(("recency", "frequency", "mark"), [
    (5.0, 1.0, "rfm:0:4"), (1.0, 5.0, "rfm:4:0"), (np.nan, 3.0, "rfm:2:unknown"),
    (2.0, np.nan, "rfm:unknown:1")])
def test_the_rfm_map_has_frequency_upwards_and_recency_to_the_right(recency, frequency, mark):
    frame, results = customers(1)
    results["rfm_r"], results["rfm_f"] = recency, frequency
    chart = build("rfm_heatmap", (frame, results))
    assert [found.gid for found in chart.marks] == [mark]
    axes = chart.figure.axes[0]
    assert [tick.get_text()[:2] for tick in axes.get_yticklabels()][:5] == [
        "F5", "F4", "F3", "F2", "F1"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row is on top
    assert [tick.get_text() for tick in axes.get_xticklabels()][:5] == [
        "R1 最久", "R2", "R3", "R4", "R5 最近"]


def test_a_tier_nobody_has_is_shown_as_nobody():
    frame, results = customers(20)
    results["tier"] = "mass"
    chart = build("tier_pyramid", (frame, results))
    assert chart.mark("tier:wealthy").value == 0
    assert chart.mark("tier:unknown") is None


@pytest.mark.parametrize(("aum", "band"), [
    (-5.0, "0"), (0.0, "0"), (100.0, "0"), (100.01, "1"), (1_000.0, "1"), (1_000.01, "2"),
    (1e7, "5"), (1e7 + 0.01, "6"), (np.nan, "unknown")])
def test_bands_of_the_histogram_include_their_upper_edge(aum, band):
    frame, results = customers(1)
    results["aum"] = aum
    assert build("aum_histogram", (frame, results)).mark(f"aum:{band}").value == 1


@pytest.mark.parametrize(("age", "band"), [
    (17, "0"), (18, "1"), (29, "1"), (30, "2"), (64, "4"), (65, "5"), (np.nan, "unknown")])
def test_age_bands_include_their_lower_edge(age, band):
    frame, results = customers(1)
    results["age_years"] = float(age)
    results["tier"] = "mass"
    assert build("age_tier", (frame, results)).mark(f"age_tier:{band}:mass").value == 1


@pytest.mark.parametrize(("days", "band"), [
    (-1, "0"), (0, "1"), (7, "1"), (8, "2"), (30, "2"), (31, "3"), (180, "5"), (181, "6")])
def test_maturities_by_days(days, band):
    frame, results = customers(1)
    frame["maturity_amount"], results["days_to_maturity"] = 123_456.0, float(days)
    chart = build("maturities", (frame, results))
    assert chart.mark(f"due:{band}").value == 123_456.0
    assert "12.3 万元" in words_on(chart)


@pytest.mark.parametrize(("amounts", "said"), [
    ([np.nan, np.nan], "金额未知\n2 户"),
    ([123_456.0, np.nan], "12.3 万元\n2 户\n1 户未知"),
    ([0.0, 0.0], "0 元\n2 户")])
def test_an_unknown_amount_that_falls_due_is_not_nothing(amounts, said):
    frame, results = customers(2)
    frame["maturity_amount"], results["days_to_maturity"] = amounts, 3.0
    chart = build("maturities", (frame, results))
    assert said in words_on(chart)
    assert chart.mark("due:1").title == f"7 天内  {said}".replace("\n", " · ")


def test_pareto_points_show_the_shares_of_the_list():
    frame, results = customers(10)
    results["aum"] = [1.0, 55, 2, 3, 20, 4, 5, 1, 4, 5]
    chart = build("pareto", (frame, results))
    assert [chart.mark(f"pareto:{top}").value for top in (1, 10, 20)] == pytest.approx(
        [.55, .55, .75])
    assert chart.mark("pareto:20").positions.tolist() == [1, 4]
    assert "前 20%（2 户）持有 75.0%" in words_on(chart)


def test_pareto_chart_and_pareto_figures_agree():
    data = customers(301)
    chart = build("pareto", data)
    for share, value in analytics.pareto(data[1]["aum"]).top_share.items():
        assert chart.mark(f"pareto:{float(share) * 100:.0f}").value == pytest.approx(value)


def test_radar_compares_with_the_own_tier_and_leaves_unknown_factors_out():
    frame, results = customers(4)
    results["tier"] = ["mass", "mass", "target", "mass"]
    results["factor_1"] = [3.0, 1.0, 3.0, np.nan]
    results["factor_2"] = [np.nan, 2.0, 2.0, 2.0]
    chart = build("factor_radar", (frame, results), focus=0)
    assert chart.mark("customer").positions.tolist() == [0]
    assert chart.mark("peers").positions.tolist() == [0, 1, 3]
    shown = words_on(chart)
    assert "要素名1\n3 级 · 均值 2.0" in shown
    assert "要素名2\n未知 · 均值 2.0" in shown


def test_radar_without_a_customer_or_without_factors_says_so():
    assert "请先选择一位客户" in words_on(build("factor_radar", customers(3)))
    assert "七要素都还未知" in words_on(build("factor_radar", unknown(3), focus=1))


@pytest.mark.parametrize(("share", "words"), [
    (0, "0.0%"), (0.0001, "<0.1%"), (0.0005, "0.1%"), (0.9994, "99.9%"), (0.9996, ">99.9%"),
    (1, "100.0%")])
def test_shares_never_pretend_nothing_or_all(share, words):
    assert style.percent(share) == words


@pytest.mark.parametrize("dark", [False, True])
def test_texts_on_shaded_cells_can_be_read(dark):
    theme = style.theme_of(dark=dark)
    for shade in np.linspace(0.08, style.FULL_SHADE, 12):
        for colour in (theme.accent, theme.warn):
            ground = theme.mix(colour, shade)
            words = style.text_on(ground)
            assert style.contrast(words, ground) >= 4.5
            assert words == "#FFFFFF" or style.luminance(ground) > 0.19 # no black on dark blue


@pytest.mark.parametrize("dark", [False, True])
def test_no_cell_with_a_figure_is_darker_than_can_be_read(dark):
    full = style.theme_of(dark=dark)
    most = full.mix(full.accent, style.FULL_SHADE)
    rows = [Row("甲", (9.0, -9.0), ("多", "少"), np.arange(1))]
    found = heat("x", "y", rows, ["一", "二"], limit=1.0, dark=dark)
    (axes,) = found.figure.axes
    assert to_hex(axes.patches[0].get_facecolor()) == most.lower()


def test_contrast_of_black_and_white():
    assert style.contrast("#FFFFFF", "#000000") == pytest.approx(21.0)


def crowded(figure):
    """Pairs of texts that overlap, and texts that leave the figure (a pixel is forgiven)."""
    FigureCanvasAgg(figure).draw()
    page = figure.bbox.padded(1)
    boxes = [(t.get_text(), t.get_window_extent().padded(-1)) for t in figure.findobj(Text)
             if t.get_text().strip() and t.get_visible()]
    assert boxes
    outside = [w for w, b in boxes if not (page.x0 <= b.x0 and b.x1 <= page.x1
                                           and page.y0 <= b.y0 and b.y1 <= page.y1)]
    pairs = [(w, v) for (w, b), (v, c) in combinations(boxes, 2) if b.overlaps(c)]
    return outside + pairs


SHAPES = {
    "rich and poor": lambda n: 10 ** np.linspace(-1, 7.5, n),
    "even": lambda n: np.full(n, 100_000.0),
    "half even": lambda n: np.linspace(1, 2e6, n),
}


@pytest.mark.parametrize(("key", "shape"), [
    *((key, "rich and poor") for key in charts.CHARTS),
    ("pareto", "even"), ("pareto", "half even")])
@pytest.mark.parametrize("size", [(9.0, 5.2), (5.6, 3.6)])
@pytest.mark.parametrize("count", [1, 400])
def test_no_text_overlaps_another_or_is_cut(key, size, shape, count):
    frame, results = customers(count)
    results["aum"] = SHAPES[shape](count)
    chart = charts.build(key, frame, results, REAL_LABELS, focus=0)
    chart.figure.set_size_inches(size)
    assert crowded(chart.figure) == []


@pytest.mark.parametrize("key", charts.CHARTS)
def test_no_text_of_a_saved_chart_overlaps(key, tmp_path, monkeypatch):
    frame, results = customers(400)
    chart = charts.build(key, frame, results, REAL_LABELS, focus=0)
    chart.figure.set_size_inches(4, 3)
    found = []
    monkeypatch.setattr(chart.figure, "savefig",
                        lambda *_, **__: found.append(crowded(chart.figure)))
    charts.save(chart, tmp_path / "a.png", as_of=date(2026, 10, 31),
                ruleset_id="网点七要素-默认 v12 · 3fa90c21")
    assert found == [[]]
    assert chart.figure.get_size_inches().tolist() == [4, 3]


def test_saving_prints_title_and_corner_and_leaves_the_chart_as_it_was(tmp_path):
    chart = build("pareto", customers(50))
    before = words_on(chart)
    charts.save(chart, tmp_path / "a.png", as_of=date(2026, 10, 31), ruleset_id="r v1 12345678")
    assert imread(tmp_path / "a.png").shape == (1040, 1800, 4)
    assert words_on(chart).split() == before.split()
    assert charts.CHARTS["pareto"].title == chart.title == "资产集中度"
    assert charts.CHARTS["pareto"].meaning.endswith("。")
