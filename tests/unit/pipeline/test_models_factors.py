"""Factors behind the figures of a result: named, judged in words, or honestly refused."""

import numpy as np
import pytest
from model_customers import RULES, result_of

from branchseg.analytics.answer import Verdict
from branchseg.errors import Cancelled
from branchseg.pipeline import models
from branchseg.progress import Reporter

SIZE = 300


def two_things():
    """How much somebody has shows in three figures, how long he is here in two others."""
    rng = np.random.default_rng(4)
    rich, old = rng.normal(size=(2, SIZE))

    def seen(thing):
        return thing + rng.normal(0, 0.4, SIZE)

    return rich, {
        "aum": np.exp(10 + seen(rich)), "txn_count_12m": np.exp(3 + 0.8 * seen(rich)),
        "holdings": 3 + seen(rich), "tenure": 9 + 3 * seen(old), "age_years": 45 + 9 * seen(old),
    }


@pytest.fixture(scope="module")
def found():
    action = RULES.actions.actions[0]
    return models.find("factors", result_of(two_things()[1], actions=[action.key] * SIZE),
                       Reporter())


def test_factors_are_named_from_their_loadings(found):
    assert found.verdict is Verdict.OK
    assert found.sentence.startswith("5 项指标背后有 2 个共同因素")
    first, second = found.groups
    assert set(first.name.split(" · ")) <= {"资产高", "交易频繁", "产品多"}
    assert set(second.name.split(" · ")) == {"老客户", "年长"}
    assert "AUM +0.9" in first.why
    assert first.advice.endswith("（100%）")


def test_a_group_is_who_is_high_on_the_factor(found):
    rich, _ = two_things()
    high = found.groups[0].positions
    assert rich[high].min() > 0.3
    assert set(np.flatnonzero(rich > 2)) <= set(high.tolist())
    assert found.groups[0].share == pytest.approx(len(high) / SIZE)


def test_the_card_says_in_words_whether_the_figures_belong_together(found):
    facts = dict(found.facts)
    assert facts["KMO（合不合适归纳）"].startswith("0.")
    assert "合适" in facts["KMO（合不合适归纳）"]
    assert facts["巴特利特检验（有没有关系）"] == "这些指标确实彼此有关（p < 0.001）"
    assert facts["所用客户"] == "300 户（不含无效户，指标都已知）"
    assert facts["未用的指标"] == "距最近交易天数、活期占比、近30天登录天数"


def test_the_chart_leads_to_who_is_high_and_says_what_its_colours_mean(found):
    chart = found.pictures[0].draw(True)
    assert [mark.positions.tolist() for mark in chart.marks] == [
        group.positions.tolist() for group in found.groups]
    assert [words.get_text() for words in chart.figure.legends[0].get_texts()] == [
        "同高同低", "此高彼低"]
    figures = {words.get_text() for words in chart.figure.axes[0].texts}
    assert "-0.00" not in figures
    assert any(words.startswith("-") for words in figures)


@pytest.mark.parametrize(("columns", "said"), [
    ({key: values[:99] for key, values in two_things()[1].items()}, "99 户"),
    ({key: two_things()[1][key] for key in ("aum", "holdings", "tenure")}, "能用的指标 3 项"),
    ({"aum": np.empty(0)}, "能用的指标 0 项"),
    (dict.fromkeys(two_things()[1], np.full(300, 7.0)), "能用的指标 0 项"),
])
def test_too_little_is_told_with_what_to_collect(columns, said):
    found = models.find("factors", result_of(columns), Reporter())
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert found.groups == ()
    assert said in found.sentence
    assert "请导入" in found.sentence


def test_unrelated_figures_have_no_factors():
    rng = np.random.default_rng(5)
    found = models.find("factors", result_of(
        {key: rng.normal(9, 1, SIZE) for key in two_things()[1]}), Reporter())
    assert found.verdict is Verdict.NOT_RELIABLE
    assert found.groups == ()
    assert not found.pictures


def test_it_can_be_cancelled():
    reporter = Reporter()
    reporter.cancel()
    with pytest.raises(Cancelled):
        models.find("factors", result_of(two_things()[1]), reporter)
